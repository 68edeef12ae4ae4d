"""Files that are made whole or not at all: private, never through a link, and never in the place of another."""

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from outreach_tui.errors import StoreUnavailable

_ACL = "system.posix_acl_access"


def stamp(at: datetime) -> str:
    """Return an instant for the name of a file: `2026-11-22T101500Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")


def temp_prefix(path: Path) -> str:
    """Return how the temp files of a file begin."""
    return f".{path.name}."


def temp_beside(path: Path, pieces: Iterable[bytes], *, like: Path | None = None) -> Path:
    """Write a temp file beside a path, synced; it gets the owner, mode and access list of `like`, else it is private.

    Raises OSError; then there is none.
    """
    handle, temp = tempfile.mkstemp(prefix=temp_prefix(path), suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            if like is not None:
                _keep_owner_and_mode(file.fileno(), like)
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            Path(temp).unlink()
        raise
    return Path(temp)


def write_new(path: Path, data: bytes) -> None:
    """Write a private file that is not there yet: temp file, sync, and a name that nothing has.

    Raises FileExistsError if something has the name, StoreUnavailable if it cannot be written; then there is no file.
    """
    temp = None
    try:
        temp = temp_beside(path, [data])
        rename_new(temp, path)
    except BaseException as error:
        if temp:
            with suppress(OSError):
                temp.unlink()
        if isinstance(error, OSError) and not isinstance(error, FileExistsError):
            raise _cannot(path, error) from error
        raise


def rename_new(old: Path, new: Path) -> None:
    """Give a file a name that nothing has. Raises FileExistsError, or another OSError."""
    try:
        os.link(old, new, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        if os.path.lexists(new):
            raise FileExistsError(new) from None
        old.rename(new)
    else:
        old.unlink()
    sync_folder(new.parent)


def free_name(wanted: Path) -> Path:
    """Return the path, or one with a number at its end where something has that name."""
    number = 1
    path = wanted
    while os.path.lexists(path):
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")
    return path


def put_aside(path: Path, wanted: Path) -> Path:
    """Move a file to another name, or one like it; nothing is overwritten. Raises StoreUnavailable."""
    while True:
        target = free_name(wanted)
        try:
            rename_new(path, target)
        except FileExistsError:  # somebody was quicker
            continue
        except OSError as error:
            raise StoreUnavailable(
                f"cannot move {path} to {target.name}: {error.strerror}",
                "check the permissions of the folder, then try again",
            ) from error
        return target


def keep_beside(path: Path, wanted: Path) -> Path:
    """Give what a file holds a second name, or one like it, before the file is replaced; nothing is overwritten.

    Raises StoreUnavailable.
    """
    while True:
        target = free_name(wanted)
        try:
            os.link(path, target)
        except FileExistsError:
            continue
        except OSError:  # a disk without hard links
            return write_beside(target, read_if_there(path) or b"")
        sync_folder(target.parent)
        return target


def write_beside(wanted: Path, data: bytes) -> Path:
    """Write a private file under this name, or one like it; nothing is overwritten. Raises StoreUnavailable."""
    while True:
        target = free_name(wanted)
        with suppress(FileExistsError):
            write_new(target, data)
            return target


def private_folder(path: Path) -> None:
    """Make a folder that only we can look into; one that is there is left as it is. Raises StoreUnavailable."""
    try:
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        if path.is_symlink() or not path.is_dir():
            raise StoreUnavailable(
                f"{path} is not a folder of its own", "move away what is there, then try again"
            )
    except OSError as error:
        raise _cannot(path, error) from error


def make_folders(folder: Path) -> None:
    """Make a folder and those above it that are missing, each private. Raises StoreUnavailable."""
    try:
        for part in (*reversed(folder.parents), folder):
            if not part.exists():
                part.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot make {folder}: {error.strerror}", "choose another --file"
        ) from error


def sync_folder(folder: Path) -> None:
    """Make sure that a new name survives a crash; what fails here takes nothing back."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_if_there(path: Path) -> bytes | None:
    """Return what a file holds, None if there is none. Raises StoreUnavailable."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailable(
            f"cannot read {path}: {error.strerror}", "check its permissions"
        ) from error


def _cannot(path: Path, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(
        f"cannot write {path}: {error.strerror}",
        "nothing was changed; make room or check the folder's permissions, then try again",
    )


def _keep_owner_and_mode(handle: int, path: Path) -> None:
    """Give the new file the old one's owner, group, mode and access list; mkstemp has made it private so far."""
    try:
        old = path.stat()
    except FileNotFoundError:
        return
    mode = stat.S_IMODE(old.st_mode)
    try:
        os.fchown(handle, old.st_uid, old.st_gid)
    except PermissionError:  # only an administrator may give a file to somebody else
        try:
            os.fchown(handle, -1, old.st_gid)
        except PermissionError:
            # Another group must not see more than everybody may.
            mode = mode & ~0o070 | (mode & 0o007) << 3
    os.fchmod(handle, mode)
    with suppress(OSError, AttributeError):  # none there, or a system without
        os.setxattr(handle, _ACL, os.getxattr(path, _ACL))

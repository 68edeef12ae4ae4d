"""A lock between processes, held for milliseconds; the system releases it when its holder dies."""

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from outreach_tui.errors import StoreUnavailable

WAIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.005


def lock_path(path: Path) -> Path:
    """Return the lock file of a data file: next to it, the same for all who open it under whatever link."""
    return path.with_name(path.name + ".lock")


@contextmanager
def locked(data: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock of the file `data`; the lock file is made if it is missing and never removed.

    It is as open to others as the file that it guards, and private while there is none: who may write the one has to
    open the other. Raises StoreUnavailable if another process holds it for longer than `wait_seconds`, or the folder
    does not allow it.
    """
    path = lock_path(data)
    deadline = time.monotonic() + wait_seconds
    while True:
        handle = _open(path)
        try:
            _wait(handle, path, deadline, wait_seconds)
            if not _still_there(handle, path):  # somebody tidied up: what we hold guards nothing
                continue
            open_to_the_same(handle, data)
            yield
            return
        finally:
            os.close(handle)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot write next to {path.with_suffix('').name}: {path.name}: {error.strerror}",
            f"look at the folder {path.parent} and its permissions",
        ) from error


def _wait(handle: int, path: Path, deadline: float, wait_seconds: float) -> None:
    try:
        while not _try_lock(handle):
            if time.monotonic() >= deadline:
                raise StoreUnavailable(
                    f"another program has held {path.name} for {wait_seconds:.0f} seconds",
                    "close the program that hangs, then try again",
                )
            time.sleep(_PAUSE_SECONDS)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot lock {path}: {error.strerror}", "use a disk or share with working locks"
        ) from error


def _still_there(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except OSError:
        return False


def open_to_the_same(handle: int, data: Path) -> None:
    """Let those use an open file or folder beside the data file who may use that one: a team shares it through a group.

    Who may read the data file may look into the folder, who may write it may write there.
    """
    with suppress(OSError):  # only its owner may do so; nobody is worse off than before
        wanted, held = data.stat(), os.fstat(handle)
        mode = stat.S_IMODE(wanted.st_mode) & 0o666 | 0o600
        if stat.S_ISDIR(held.st_mode):
            mode |= (mode & 0o444) >> 2
        if held.st_gid != wanted.st_gid:
            os.fchown(handle, -1, wanted.st_gid)
        if stat.S_IMODE(held.st_mode) != mode:
            os.fchmod(handle, mode)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

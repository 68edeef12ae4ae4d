"""Files that are handed out: each is put in its place as a whole, or not at all."""

import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from outreach_tui.errors import Refused, StoreUnavailable


def write_files(files: Mapping[Path, Iterable[bytes]], *, never: Path) -> dict[Path, str]:
    """Write all files, or none if one cannot be; return whether each was `created` or `updated`.

    A new file is private; one that is replaced keeps its mode, and a link stays a link. `never` is the team's file,
    which nothing may take the place of. Raises Refused or StoreUnavailable; then nothing changed.
    """
    done: dict[Path, str] = {}
    temps: dict[Path, str] = {}
    path = Path()
    try:
        for path, pieces in files.items():
            target = Path(os.path.realpath(path))
            _refuse_unfit(path, target, Path(os.path.realpath(never)))
            done[path] = "updated" if target.exists() else "created"
            temps[target] = _temp(target, pieces)
        for target, temp in temps.items():
            Path(temp).replace(target)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot write {path}: {error.strerror}",
            "nothing was changed; make room, check the folder and its permissions, or choose another place",
        ) from error
    finally:
        for temp in temps.values():
            with suppress(OSError):
                Path(temp).unlink(missing_ok=True)
    return done


def make_folder(folder: Path) -> None:
    """Make a private folder, and those that it stands in. Raises StoreUnavailable."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot make {folder}: {error.strerror}", "choose another folder"
        ) from error


def _refuse_unfit(path: Path, target: Path, never: Path) -> None:
    beside = target.parent == never.parent and target.name.startswith(f"{never.name}.")
    if target == never or beside:
        raise Refused(f"{path} is the team's file, or belongs to it", "choose another name")
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        what = "a folder" if target.is_dir() else "no file"
        raise Refused(f"{path} is {what}", "name a file, or - for stdout")
    if target.exists() and not os.access(target, os.W_OK):
        raise Refused(f"{path} is read-only", "choose another name")
    if not target.parent.is_dir():
        raise Refused(f"there is no folder {path.parent}", "make it first, or choose another one")


def _temp(target: Path, pieces: Iterable[bytes]) -> str:
    handle, temp = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            if target.exists():
                os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            Path(temp).unlink()
        raise
    return temp

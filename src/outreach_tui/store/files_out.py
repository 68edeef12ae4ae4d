"""Files that are handed out: each is put in its place as a whole, and all of them or none while that can be known."""

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from outreach_tui.errors import Refused, StoreUnavailable
from outreach_tui.store.files import read_if_there, sync_folder, temp_beside


class FilesOut:
    """Implements `services.ports.FilesOut` for the team of one file."""

    def __init__(self, never: Path) -> None:
        """`never` is the team's file, which nothing may take the place of, nor of what belongs to it."""
        self._never = never

    def write(self, files: Mapping[Path, Iterable[bytes]]) -> dict[Path, str]:
        """Write all files, or none if one cannot be; return whether each was `created` or `updated`.

        A new file is private; one that is replaced keeps its owner and mode, and a link stays a link. Raises Refused or
        StoreUnavailable; then nothing changed, but where a disk fails between two names: the error says so.
        """
        done: dict[Path, str] = {}
        temps: dict[Path, Path] = {}
        placed: list[str] = []
        path = Path()
        try:
            for path, pieces in files.items():
                target = Path(os.path.realpath(path))
                self._refuse_unfit(path, target)
                done[path] = "updated" if target.exists() else "created"
                temps[path] = temp_beside(target, pieces, like=target)
            for path, temp in temps.items():
                temp.replace(os.path.realpath(path))
                placed.append(path.name)
        except OSError as error:
            written = f"{', '.join(placed)} {'is' if len(placed) == 1 else 'are'} written already, the others not"
            raise StoreUnavailable(
                f"cannot write {path}: {error.strerror}",
                f"{written if placed else 'nothing was changed'}; make room, check the folder and its permissions, "
                "or choose another place",
            ) from error
        finally:
            for temp in temps.values():
                with suppress(OSError):
                    temp.unlink(missing_ok=True)
        for folder in {Path(os.path.realpath(path)).parent for path in files}:
            sync_folder(folder)
        return done

    def make_folder(self, folder: Path, *, parents: bool = True) -> None:
        """Make a private folder, and those that it stands in. Raises StoreUnavailable."""
        try:
            folder.mkdir(mode=0o700, parents=parents, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"cannot make the folder {folder}: {error.strerror}", "choose another one"
            ) from error

    def read(self, path: Path) -> bytes | None:
        """Return what a file holds, None if there is none. Raises StoreUnavailable."""
        try:
            return read_if_there(path) if path.is_file() else None
        except OSError as error:  # a folder that we may not look into
            raise StoreUnavailable(
                f"cannot look at {path}: {error.strerror}", "choose another place"
            ) from error

    def ending_in(self, folder: Path, suffix: str) -> list[Path]:
        """Return the files of a folder whose names end so, by name."""
        return sorted(path for path in folder.glob(f"*{suffix}") if path.is_file())

    def remove(self, path: Path) -> None:
        """Remove a file. Raises StoreUnavailable."""
        try:
            path.unlink()
        except OSError as error:
            raise StoreUnavailable(
                f"cannot remove {path}: {error.strerror}", "remove it by hand"
            ) from error

    def _refuse_unfit(self, path: Path, target: Path) -> None:
        never = Path(os.path.realpath(self._never))
        beside = target.parent == never.parent and target.name.startswith(f"{never.name}.")
        if target == never or beside:
            raise Refused(f"{path} is the team's file, or belongs to it", "choose another name")
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            what = "a folder" if target.is_dir() else "no file"
            raise Refused(f"{path} is {what}", "name a file, or - for stdout")
        if target.exists() and not os.access(target, os.W_OK):
            raise Refused(f"{path} is read-only", "choose another name")
        if not target.parent.is_dir():
            raise Refused(
                f"there is no folder {path.parent}", "make it first, or choose another one"
            )

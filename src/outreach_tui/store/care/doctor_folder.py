"""The check of what lies around the file: who can read it, copies by sync services, left-overs, backups."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from outreach_tui.errors import StoreUnavailable
from outreach_tui.services.keeping import Finding, Severity
from outreach_tui.store.backups import Backups, backups_folder
from outreach_tui.store.care.copies import Copy, CopyOf, found_copies
from outreach_tui.store.journal import history_path, journal_path

OLD = timedelta(days=7)
"""A file that is being changed should have a newer backup than this."""
_STALE_SECONDS = 60


def examine(
    data: Path, now: datetime, private: Sequence[Path], *, changed_at: datetime | None
) -> list[Finding]:
    """Check the surroundings of a data file, which was changed last at `changed_at`, as far as that is known."""
    return [
        *_readable_by_others(data, private),
        *_not_writable(data),
        *_folder(data),
        *_copies(data),
        *_left_over(data, now),
        *_backups(data, now, changed_at),
    ]


def _readable_by_others(data: Path, private: Sequence[Path]) -> Iterator[Finding]:
    if os.name != "posix":
        return
    names = {
        data: "The file",
        journal_path(data): "The journal",
        history_path(data): "The history",
        **dict.fromkeys(private, "A file with what you typed and did not save yet"),
    }
    for path, what in names.items():
        if mode := _mode(path) & 0o006:
            yield _open_to_others(path, what, "readable" if mode & 4 else "changeable", "o-rw")
    folder = backups_folder(data)
    if _mode(folder) & 0o005:
        yield _open_to_others(folder, "The folder of backups", "readable", "o-rwx")
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if not path.is_symlink() and _mode(path) & 0o004:
                yield _open_to_others(path, "A backup", "readable", "o-rw")


def _open_to_others(path: Path, what: str, how: str, mode: str) -> Finding:
    return Finding(
        Severity.WARNING,
        f"{what} is {how} by everybody who uses this computer",
        f"if that is not meant: chmod {mode} {_typed(path)}",
        path,
    )


def _typed(path: Path) -> str:
    from shlex import quote

    return quote(str(path))


def _not_writable(data: Path) -> Iterator[Finding]:
    for path in (data, journal_path(data), history_path(data)):
        if path.is_file() and not os.access(path, os.W_OK):
            yield Finding(
                Severity.WARNING,
                "You may read this file, but not change it",
                "ask whoever shares it with you, or change its permissions",
                path,
            )
    if data.is_file() and not os.access(data.parent, os.W_OK):
        yield Finding(
            Severity.WARNING,
            "You may not write into the folder of the file, so nothing can be changed",
            "ask whoever shares it with you, or change its permissions",
            data.parent,
        )


def _folder(data: Path) -> Iterator[Finding]:
    mode = _mode(data.parent)
    if os.name == "posix" and mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        yield Finding(
            Severity.WARNING,
            "Everybody who uses this computer can put files into the folder, or take yours away",
            f"if that is not meant: chmod o-w {_typed(data.parent)}",
            data.parent,
        )


def _copies(data: Path) -> Iterator[Finding]:
    what = {
        CopyOf.DATA: "the file",
        CopyOf.JOURNAL: "the journal",
        CopyOf.HISTORY: "the history",
    }
    found = found_copies(data)
    for copy in found:
        remedy = f"`outreach restore --merge {_typed(copy.path)}` brings in what only the copy has"
        if copy.of is CopyOf.HISTORY:
            remedy = "it holds no records of its own; once the copy of the file is merged it can go"
        yield Finding(
            Severity.WARNING,
            f"{copy.by} made a copy of {what[copy.of]}: two machines wrote at the same time{_with(copy, found)}",
            remedy,
            copy.path,
        )


def _with(copy: Copy, found: list[Copy]) -> str:
    journal = any(c.of is CopyOf.JOURNAL and c.mark == copy.mark for c in found)
    return "; its journal lies beside it" if copy.of is CopyOf.DATA and journal else ""


def _left_over(data: Path, now: datetime) -> Iterator[Finding]:
    """Yield what was set aside, and what writers that died have left."""
    try:
        names = sorted(
            path.name
            for path in data.parent.iterdir()
            if path.name.strip(".").startswith(data.name)
        )
    except OSError:
        return
    for name in names:
        path = data.with_name(name)
        if name.startswith(f".{data.name}.") and name.endswith(".tmp"):
            with suppress(OSError):
                if now.timestamp() - path.lstat().st_mtime > _STALE_SECONDS:
                    yield Finding(
                        Severity.ADVICE,
                        "A program was stopped while it wrote and has left this; it holds customer data",
                        "nothing has to be done: a later change removes it",
                        path,
                    )
        elif ".torn-" in name or ".unreadable-" in name or ".damaged-" in name:
            yield Finding(
                Severity.ADVICE,
                "This was set aside because it could not be read, or was not whole",
                "keep it until you are sure that nothing is missing, then remove it: it may hold customer data",
                path,
            )


def _backups(data: Path, now: datetime, changed_at: datetime | None) -> Iterator[Finding]:
    folder = backups_folder(data)
    if not data.exists():
        return
    try:
        backups = Backups(data).all()
    except StoreUnavailable as error:
        yield Finding(
            Severity.WARNING, f"The backups cannot be looked at: {error}", error.hint, folder
        )
        return
    if not backups:
        yield Finding(
            Severity.ADVICE,
            "There is no backup yet",
            "the first change of a day makes one; `outreach backup` makes one now",
            folder,
        )
        return
    newest = backups[0]
    if now - newest.at > OLD and (changed_at is None or changed_at - newest.at > OLD):
        yield Finding(
            Severity.WARNING,
            f"The newest backup is {(now - newest.at).days} days old, and the file was changed since",
            "`outreach backup` makes one now; if that fails it says why",
            newest.path,
        )
    for backup in backups[:1]:
        if not backup.size_bytes:
            yield Finding(
                Severity.WARNING,
                "The newest backup is empty",
                "`outreach backup` makes another one",
                backup.path,
            )


def _mode(path: Path) -> int:
    """Return the mode of a file or folder, 0 if there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0

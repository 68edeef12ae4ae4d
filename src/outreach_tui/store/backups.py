"""Backups: ordinary TinyDB files in a folder of their own beside the data file, and how many of them are kept.

A backup is never overwritten. What goes when there are many is only what the program made by itself.
"""

import os
import re
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Ambiguous, NotFound, StoreUnavailable
from outreach_tui.services.keeping import Backup, BackupReason
from outreach_tui.store.files import private_folder, stamp, write_new
from outreach_tui.store.locks import open_to_the_same

DAYS, WEEKS, MONTHS = 7, 4, 12
"""So many days, ISO weeks and months keep their newest daily backup; only those count that have one."""
BEFORE = 5
"""So many made before an import, a migration or a restore are kept."""
LAST = "last"
"""What people type for the newest backup."""

_NAME = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\dT\d{6}Z)-(?P<reason>"
    + "|".join(reason.value for reason in BackupReason)
    + r")(?:-(?P<number>[2-9]|[1-9]\d+))?\.json"
)
_LISTED = 8
_STALE_SECONDS = 3600
_A_DAY = timedelta(days=1)


def backups_folder(data: Path) -> Path:
    """Return where the backups of a data file are."""
    return data.with_name(data.name + ".backups")


class Backups:
    """The backups of one data file."""

    def __init__(self, data: Path) -> None:
        self.folder = backups_folder(data)
        self._data = data
        self._daily: set[date] | None = None

    def make(self, text: bytes, reason: BackupReason | str, at: datetime) -> Backup:
        """Write a backup and return it; `text` is a whole TinyDB file. Raises StoreUnavailable."""
        reason = BackupReason(reason)
        private_folder(self.folder)
        number = 1
        while True:
            ending = "" if number == 1 else f"-{number}"
            path = self.folder / f"{stamp(at)}-{reason.value}{ending}.json"
            try:
                write_new(path, text)
            except FileExistsError:
                number += 1
                continue
            break
        for made in (self.folder, path):
            self._open_to_the_team(made)
        at = at.astimezone(UTC).replace(microsecond=0)
        if reason is BackupReason.DAILY:
            self._daily = (self._daily or set()) | {at.date()}
        return Backup(path, at, reason, len(text), number)

    def _open_to_the_team(self, made: Path) -> None:
        with suppress(OSError):
            handle = os.open(made, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            try:
                open_to_the_same(handle, self._data)
            finally:
                os.close(handle)

    def all(self) -> list[Backup]:
        """Return the backups, the newest first; none if there is no folder. Raises StoreUnavailable."""
        found: list[Backup] = []
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    named = backup_named(Path(entry.path))
                    if named is not None and entry.is_file(follow_symlinks=False):
                        size = entry.stat(follow_symlinks=False).st_size
                        found.append(named._replace(size_bytes=size))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreUnavailable(
                f"cannot look into {self.folder}: {error.strerror}", "check its permissions"
            ) from error
        return newest_first(found)

    def due(self, on: date) -> bool:
        """Return whether a day (UTC) has no daily backup yet. The folder is read once. Raises StoreUnavailable."""
        if self._daily is None or on not in self._daily:
            if self._daily is not None and max(self._daily, default=date.min) > on:
                return False  # the clock went back: there is a later one
            self._daily = {b.at.date() for b in self.all() if b.reason is BackupReason.DAILY}
        return on not in self._daily

    def rotate(self, now: datetime) -> list[Path]:
        """Remove the backups that need not be kept, and return them; what cannot be removed stays."""
        every = self.all()
        keep = kept(every, now)
        gone: list[Path] = []
        for backup in every:
            if backup not in keep:
                with suppress(OSError):
                    backup.path.unlink()
                    gone.append(backup.path)
        self._sweep()
        return gone

    def find(self, typed: str) -> Backup:
        """Return the backup that was meant: "last", a day, or a part of its name. Raises NotFound or Ambiguous."""
        every = self.all()
        wanted = clean_line(typed).removesuffix(".json")
        if not every:
            raise NotFound("there is no backup yet", "the first change of a day makes one")
        if wanted == LAST:
            return every[0]
        whole = [b for b in every if b.name == wanted]
        ending = [b for b in every if wanted and b.name.endswith(wanted)]
        partly = [b for b in every if wanted and wanted.casefold() in b.name.casefold()]
        for found in (whole, ending, partly):
            if len(found) == 1:
                return found[0]
            if found:
                names = tuple(b.name for b in found)
                more = f", and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
                raise Ambiguous(
                    f"{len(names)} backups answer to {wanted!r}: {', '.join(names[:_LISTED])}{more}",
                    "type more of the name, or the whole of it",
                    candidates=names,
                )
        raise NotFound(
            f"no backup answers to {wanted!r}",
            "`outreach restore` lists them; `last` is the newest",
        )

    def _sweep(self) -> None:
        """Remove what writers that died have left."""
        with suppress(OSError):
            for left in self.folder.iterdir():
                if (
                    left.name.startswith(".")
                    and left.suffix == ".tmp"
                    and time.time() - left.lstat().st_mtime > _STALE_SECONDS
                ):
                    left.unlink()


def backup_named(path: Path) -> Backup | None:
    """Return what the name of a file says of a backup, its size left open; None if it is no name of ours."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    try:
        at = datetime.strptime(found["at"], "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Backup(path, at, BackupReason(found["reason"]), 0, int(found["number"] or 1))


def newest_first(backups: Iterable[Backup]) -> list[Backup]:
    """Return backups in the order in which they are listed."""
    return sorted(backups, key=lambda b: (b.at, b.number, b.reason.value), reverse=True)


def kept(backups: Iterable[Backup], now: datetime) -> set[Backup]:
    """Return those that are to be kept. Those of the future are neither counted nor removed: a clock was wrong."""
    every = newest_first(backups)
    keep = {b for b in every if b.reason is BackupReason.BY_HAND or b.at > now + _A_DAY}
    keep.update(every[:1])
    past = [b for b in every if b.at <= now + _A_DAY]
    keep.update(past[:1])
    daily = [b for b in past if b.reason is BackupReason.DAILY]
    keep.update(_newest_of_each(daily, lambda b: b.at.date(), DAYS))
    keep.update(_newest_of_each(daily, lambda b: b.at.isocalendar()[:2], WEEKS))
    keep.update(_newest_of_each(daily, lambda b: (b.at.year, b.at.month), MONTHS))
    before = {BackupReason.IMPORT, BackupReason.MIGRATION, BackupReason.RESTORE}
    keep.update([b for b in past if b.reason in before][:BEFORE])
    return keep


def _newest_of_each(
    backups: list[Backup], span: Callable[[Backup], Hashable], most: int
) -> list[Backup]:
    newest: dict[Hashable, Backup] = {}
    for backup in backups:
        newest.setdefault(span(backup), backup)
    return list(newest.values())[:most]

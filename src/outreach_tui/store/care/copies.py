"""Copies that sync services make where two machines wrote one file: found by their names.

The names are those of Dropbox ("outreach (Kim's conflicted copy 2026-11-22).json"), Nextcloud and ownCloud
("outreach (conflicted copy 2026-11-22 101500).json"), Syncthing
("outreach.sync-conflict-20261122-101500-ABCDEFG.json"), OneDrive ("outreach-LAPTOP.json"), Google Drive
("outreach (1).json") and iCloud ("outreach 2.json").
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from outreach_tui.errors import OutreachError
from outreach_tui.store.documents import UNREADABLE
from outreach_tui.store.journal import entry_of, history_path, journal_path, parsed_journal
from outreach_tui.store.json_text import parsed
from outreach_tui.store.meta import META, read_meta


class CopyOf(StrEnum):
    """Which of our files was copied."""

    DATA = "file"
    JOURNAL = "journal"
    HISTORY = "history"


class Copy(NamedTuple):
    """A copy that a sync service made."""

    path: Path
    of: CopyOf
    by: str
    """The service, as its name suggests."""
    mark: str
    """What the service put into the name."""


_SURE = (
    ("Syncthing", re.compile(r"\.sync-conflict-\d{8}-\d{6}-\w+")),
    ("Nextcloud or ownCloud", re.compile(r" \(conflicted copy \d{4}-\d\d-\d\d \d{6}\)")),
    (
        "Dropbox",
        re.compile(r" \([^()]*(?:\([^()]*\)[^()]*)*(?:conflict|konflikt|conflit)[^()]*\)", re.I),
    ),
    ("Google Drive", re.compile(r" \(\d{1,3}\)")),
    ("iCloud", re.compile(r" \d{1,3}")),
)
_ONE_DRIVE = re.compile(r"-[\w-]+")
"""So are many copies that people make themselves: it counts only if it holds what we wrote."""


def copies_of(data: Path) -> list[Path]:
    """Return the copies of a data file, its journal and its history that a sync service made, by name.

    Costs one look into the folder; a folder that cannot be read has none.
    """
    return [copy.path for copy in found_copies(data)]


def found_copies(data: Path) -> list[Copy]:
    """Return the copies with what is known of them, by name."""
    data = Path(os.path.realpath(data))
    with suppress(OSError), os.scandir(data.parent) as entries:
        names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        return sorted(_copies(data, names))
    return []


def _copies(data: Path, names: Iterable[str]) -> Iterable[Copy]:
    ours = {
        CopyOf.DATA: data,
        CopyOf.JOURNAL: journal_path(data),
        CopyOf.HISTORY: history_path(data),
    }
    for name in names:
        for of, path in ours.items():
            mark = _mark(name, path)
            by = _service(mark) if mark else ""
            if by or (mark and _ONE_DRIVE.fullmatch(mark) and _is_ours(data.with_name(name), of)):
                yield Copy(data.with_name(name), of, by or "OneDrive", mark)
                break


def _mark(name: str, path: Path) -> str:
    """Return what stands between the name of our file and its suffix, empty if the name is not like it."""
    stem, suffix = path.stem, path.suffix
    if len(name) <= len(stem) + len(suffix) or not name.startswith(stem):
        return ""
    return name[len(stem) : len(name) - len(suffix)] if name.endswith(suffix) else ""


def _service(mark: str) -> str:
    return next((by for by, pattern in _SURE if pattern.fullmatch(mark)), "")


def _is_ours(path: Path, of: CopyOf) -> bool:
    """Return whether a file holds what we write."""
    with suppress(OSError, OutreachError, *UNREADABLE):
        data = path.read_bytes()
        if of is CopyOf.DATA:
            tables = parsed(data)
            return META in tables and read_meta(tables, path) is not None
        if of is CopyOf.JOURNAL:
            return parsed_journal(data[: data.index(b"\n") + 1], path).header is not None
        return entry_of(data[: data.index(b"\n") + 1]).seq > 0
    return False

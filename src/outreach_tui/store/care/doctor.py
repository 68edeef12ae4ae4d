"""The check of everything that belongs to a data file: it takes no lock, writes nothing, and explains what it finds.

Each part looks at one thing: `doctor_text` at the JSON text, `doctor_lines` at journal and history, `doctor_records` at
the records and what they refer to, `doctor_folder` at what lies around: permissions, copies, left-overs and backups.
"""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from outreach_tui.errors import StoreUnavailable
from outreach_tui.services.keeping import Checkup, Finding, Severity
from outreach_tui.store.backups import Backups
from outreach_tui.store.care import doctor_folder, doctor_lines, doctor_records, doctor_text
from outreach_tui.store.care.lines import Read
from outreach_tui.store.care.states import (
    About,
    FileBytes,
    Replay,
    about,
    history_of,
    journal_of,
    lines_above,
    read_files,
)
from outreach_tui.store.json_text import RawTables

_CLOCKS_DIFFER = timedelta(hours=1)
_WORST_FIRST = list(Severity)


def examine(data: Path, now: datetime, private: Sequence[Path] = ()) -> Checkup:
    """Check a data file and all that belongs to it; `private` are files elsewhere that only we should read."""
    data = Path(os.path.realpath(data))
    try:
        files = read_files(data)
    except StoreUnavailable as error:
        return _checkup([Finding(Severity.DAMAGED, str(error), error.hint, data)])
    journal, history = journal_of(files, data), history_of(files, data)
    findings = doctor_lines.unreadable(journal, history)
    tables: RawTables | None = None
    known: About | None = None
    if files.data is None:
        findings += _missing(data, files)
    else:
        tables, wrong = doctor_text.read(files.data, data)
        findings += wrong
    if tables is not None and files.data is not None:
        known = about(tables)
        findings += doctor_lines.out_of_step(files.data, data, known, journal, history)
        replay = Replay(tables)
        for _, line in lines_above(known.seq if known else 0, journal):
            replay.apply(line.entry)
        tables = replay.tables
        findings += doctor_records.examine(tables, data, files.data)
    entries = [e for read in (journal, history) if read is not None for e in read.entries]
    last_at = max((e.at for e in entries if e.at <= now + _CLOCKS_DIFFER), default=None)
    findings += _future(journal, now) or _future(history, now)
    findings += doctor_folder.examine(
        data, now, private, changed_at=last_at or (known.at if known else None)
    )
    return _checkup(findings, tables, len({e.seq for e in entries}))


def _checkup(findings: list[Finding], tables: RawTables | None = None, commits: int = 0) -> Checkup:
    ordered = sorted(findings, key=lambda finding: _WORST_FIRST.index(finding.severity))
    return Checkup(tuple(ordered), doctor_records.readable(tables or {}), commits)


def _missing(data: Path, files: FileBytes) -> list[Finding]:
    if files.journal is not None or files.history is not None:
        return [
            Finding(
                Severity.DAMAGED,
                "The file itself is not there; only the list of what was changed in it is",
                "if somebody moved it, put it back; else `outreach restore last` brings back the newest backup",
                data,
            )
        ]
    try:
        backups = Backups(data).all()
    except StoreUnavailable:
        backups = []
    if backups:
        return [
            Finding(
                Severity.DAMAGED,
                "The file is not there, but backups of it are",
                "`outreach restore last` brings back the newest one",
                data,
            )
        ]
    return [
        Finding(
            Severity.ADVICE, "There is no file yet", "the first thing that you write makes it", data
        )
    ]


def _future(read: Read | None, now: datetime) -> list[Finding]:
    """Say that a change is dated after now."""
    ahead = [] if read is None else [g for g in read.good if g.entry.at > now + _CLOCKS_DIFFER]
    if read is None or not ahead:
        return []
    newest = max(ahead, key=lambda line: line.entry.at)
    machine = f" on {newest.entry.machine}" if newest.entry.machine else ""
    return [
        Finding(
            Severity.WARNING,
            f"{len(ahead)} of the changes are dated in the future, up to {newest.entry.at:%Y-%m-%d %H:%M} UTC",
            f"a clock{machine} was wrong, or this one is: set it right",
            read.path,
            newest.number,
        )
    ]

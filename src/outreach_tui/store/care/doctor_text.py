"""The check of the JSON text: whether it can be read, from where on it cannot, and whose it is."""

import json
from pathlib import Path

from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import DamagedFile
from outreach_tui.services.keeping import Finding, Severity
from outreach_tui.store.care.states import about
from outreach_tui.store.documents import UNREADABLE
from outreach_tui.store.json_text import RawTables, parsed
from outreach_tui.store.meta import META, SCHEMA, read_meta

RESTORE = (
    "nothing was changed; `outreach restore` lists the backups and `outreach restore last` brings back the newest, "
    "with the changes made since"
)

NEWER = "nothing is lost: update outreach on this machine"


def read(data: bytes, path: Path) -> tuple[RawTables | None, list[Finding]]:
    """Return the tables of a file, None if it cannot be used, and what is wrong with it."""
    if not data.strip():
        return None, [Finding(Severity.DAMAGED, "The file is empty", RESTORE, path)]
    if not data.strip(b"\0 \n"):
        what = "The file holds nothing but zeros, as after a power failure"
        return None, [Finding(Severity.DAMAGED, what, RESTORE, path)]
    try:
        tables = parsed(data)
    except UNREADABLE as error:
        line, why = _where(data, error)
        return None, [Finding(Severity.DAMAGED, why, RESTORE, path, line)]
    known = about(tables)
    if known is not None and known.schema > SCHEMA:
        what = f"A newer version of outreach wrote the file (schema {known.schema}, this one knows {SCHEMA})"
        return None, [Finding(Severity.DAMAGED, what, NEWER, path)]
    try:
        read_meta(tables, path)
    except DamagedFile as error:
        return None, [_no_meta(tables, path, error)]
    return tables, _strange_tables(tables, path)


def _no_meta(tables: RawTables, path: Path, error: DamagedFile) -> Finding:
    if tables.keys() & TABLES.keys():
        what = "What the file says about itself (table meta) cannot be read"
        return Finding(Severity.DAMAGED, what, RESTORE, path, table=META)
    names = clean_line(", ".join(sorted(tables)[:5]))
    return Finding(
        Severity.DAMAGED,
        f"This is a file of another program (its tables are {names})",
        error.hint,
        path,
    )


def _strange_tables(tables: RawTables, path: Path) -> list[Finding]:
    return [
        Finding(
            Severity.ADVICE,
            f"The table {clean_line(name)} ({len(table):,}) is none that outreach knows",
            "it is kept as it is; if the name is a slip, mend it in the file",
            path,
            table=clean_line(name),
        )
        for name, table in tables.items()
        if name not in TABLES and name != META and table
    ]


def _where(data: bytes, error: Exception) -> tuple[int | None, str]:
    """Return the line from which on a text cannot be read, and why, in words."""
    if isinstance(error, RecursionError):
        return None, "The text of the file is nested too deeply to be read"
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        if (line := _zeros(data)) is not None:
            return line
        number = data.count(b"\n", 0, wrong.start) + 1
        return number, "The text of the file cannot be read: there are signs in it that are no text"
    if (line := _zeros(data)) is not None:
        return line
    try:
        json.loads(text)
    except json.JSONDecodeError as wrong:
        if wrong.pos >= len(text.rstrip()) or wrong.msg.startswith("Unterminated string"):
            return (
                wrong.lineno,
                "The end of the file is missing, as when a copy broke off or a disk was full",
            )
        return (
            wrong.lineno,
            f"The text of the file cannot be read from column {wrong.colno} on ({wrong.msg})",
        )
    except RecursionError:
        return None, "The text of the file is nested too deeply to be read"
    return None, f"The file is text, but holds no tables ({clean_line(str(error))})"


def _zeros(data: bytes) -> tuple[int, str] | None:
    at = data.find(b"\0")
    if at < 0:
        return None
    what = "A part of the file holds zeros instead of text, as after a power failure"
    return data.count(b"\n", 0, at) + 1, what


def is_anothers(data: bytes) -> bool:
    """Return whether a file that can be read is another program's, or a newer version's: it must not be replaced."""
    try:
        tables = parsed(data)
    except UNREADABLE:
        return False
    known = about(tables)
    if known is not None:
        return known.schema > SCHEMA
    return bool(tables) and not tables.keys() & TABLES.keys()

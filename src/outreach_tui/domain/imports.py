"""One import command: what came in, and what it did."""

from datetime import datetime

import msgspec

from outreach_tui.domain.record import Record


class ImportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an import; counts are rows."""

    name: str
    kind: str
    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int


class Import(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Kept so that people can see where a record came from."""

    at: datetime
    files: tuple[ImportedFile, ...]
    member_id: str | None = None

"""What an import would do, before it does it: ready for JSON with the names of CLI.md."""

from datetime import datetime

import msgspec

from outreach_tui.domain.record import Change
from outreach_tui.domain.touchpoint import TouchpointKind


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer to a question."""

    label: str
    geoname_id: int = 0
    """Set where the answer is a town."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something only a person knows; the row came in without it."""

    row: int
    field: str
    value: str
    """What the row says: "Elgin, OR, USA"."""
    candidates: tuple[Candidate, ...]
    why: str
    customer_id: str
    """Whom an answer is for; rows that say the same share one question."""
    about: str = ""
    """Where the answer is remembered, for towns: `place:elgin|or|usa`."""


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A row that did not come in, and why."""

    row: int
    reason: str


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """One field that a row changes of what is on file; a person that is added stands as `contact`."""

    row: int
    """Line of the file; 0 if that is not known."""
    name: str
    """Whose it is: the customer's or the contact's name."""
    field: str
    was: str
    now: str


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A past meeting that would become a touchpoint; only a person knows whether it was held."""

    at: datetime
    zone: str
    kind: TouchpointKind
    customers: tuple[str, ...]
    contacts: tuple[str, ...]
    title: str


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one file would do; all counts are rows, and add up to `rows`."""

    name: str
    kind: str
    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    columns: dict[str, str]
    """Field by header; "extra" for a column that is kept as it is."""
    questions: tuple[Question, ...]
    updates: tuple[Update, ...] = ()
    """What the rows that count as updated change."""
    notes: tuple[str, ...] = ()
    """What else is to be known about the file, such as what of it was not read."""
    conversations: tuple[Conversation, ...] = ()
    """Of a calendar: the past meetings that are new."""


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """All files of one command, in the order in which they were given."""

    files: tuple[FileReport, ...]
    changes: tuple[Change, ...]
    """To be written as one commit; empty if nothing is new."""
    version: int
    """Of the store that the plan was made for."""

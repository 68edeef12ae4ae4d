"""Any contact with a customer, in either direction."""

from datetime import datetime
from enum import StrEnum

import msgspec

from outreach_tui.domain.record import Record


class TouchpointKind(StrEnum):
    """The ways in which we meet; only the first four are live."""

    VISIT = "visit"
    CALL = "call"
    VIDEO = "video"
    EVENT = "event"
    EMAIL = "email"
    MESSAGE = "message"
    POST = "post"
    INVOICE = "invoice"
    RENEWAL = "renewal"
    SURVEY = "survey"
    NOTE = "note"


class Direction(StrEnum):
    """Who started it: `out` we did, `in` they did."""

    OUT = "out"
    IN = "in"


class Outcome(StrEnum):
    """Whether it took place."""

    HELD = "held"
    NO_ANSWER = "no-answer"
    LEFT_MESSAGE = "left-message"


class NextStep(StrEnum):
    """What happens afterwards; a live touchpoint without one asks."""

    NONE_NEEDED = "none-needed"
    PROMISE = "promise"
    MEETING = "meeting"


LIVE_KINDS = frozenset(
    {TouchpointKind.VISIT, TouchpointKind.CALL, TouchpointKind.VIDEO, TouchpointKind.EVENT}
)
FACE_TO_FACE_KINDS = frozenset({TouchpointKind.VISIT, TouchpointKind.EVENT})
ASK_KINDS = frozenset({TouchpointKind.INVOICE, TouchpointKind.RENEWAL, TouchpointKind.SURVEY})
WRITTEN_KINDS = frozenset({TouchpointKind.EMAIL, TouchpointKind.MESSAGE, TouchpointKind.POST})
"""Theirs waits for an answer, and ours is one."""


class Touchpoint(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One contact; the note is kept as typed, its lines are read by `domain.notes`."""

    customer_ids: tuple[str, ...]
    kind: TouchpointKind
    at: datetime
    """When, in UTC."""
    zone: str = "UTC"
    """The zone in which the person who wrote it down read the clock."""
    contact_ids: tuple[str, ...] = ()
    direction: Direction = Direction.OUT
    member_id: str | None = None
    outcome: Outcome = Outcome.HELD
    minutes: int | None = None
    meal: bool = False
    note: str = ""
    plain: bool = False
    """The note's markers are not ours: pasted text."""
    next_step: NextStep | None = None
    meeting_id: str | None = None
    """The meeting that this is the outcome of."""
    external_ids: dict[str, str] = msgspec.field(default_factory=dict)
    """Id in another system, by the name of the system or column."""
    extra: dict[str, str] = msgspec.field(default_factory=dict)
    """Columns of an import that we have no field for, by header."""

    @property
    def live(self) -> bool:
        """Whether people spoke: only this resets the clock (DOMAIN.md, Live)."""
        return self.kind in LIVE_KINDS and self.outcome is Outcome.HELD

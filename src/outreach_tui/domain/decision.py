"""What was done with a suggestion, other than talking."""

from datetime import date, datetime
from enum import StrEnum

from outreach_tui.domain.record import Record


class DecisionKind(StrEnum):
    """Snoozing hides a customer for a while; muting hides one reason; neither resets the clock."""

    SNOOZED = "snoozed"
    MUTED = "muted"
    PAUSED = "paused"
    RESUMED = "resumed"


MUTE_DAYS = 90
"""A reason called wrong stays away this long."""
PAUSE_REVIEW_DAYS = 180
"""A pause is looked at again after this long."""


class Decision(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One decision about one customer."""

    customer_id: str
    kind: DecisionKind
    on: date
    at: datetime
    """Real clock, UTC."""
    until_on: date | None = None
    """The first day on which it no longer holds."""
    reason: str = ""
    """Code of the muted reason; for a snooze the kind of suggestion that was snoozed."""
    why: str = ""
    member_id: str | None = None

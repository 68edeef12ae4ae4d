"""A planned call, video call, visit or event, or a block of calls in one's own calendar."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from outreach_tui.domain.record import Record


class MeetingKind(StrEnum):
    """What is planned; a `block` is time for calls that only its owner sees."""

    CALL = "call"
    VIDEO = "video"
    VISIT = "visit"
    EVENT = "event"
    BLOCK = "block"


class MeetingState(StrEnum):
    """planned, confirmed, then one of the other three."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    HELD = "held"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"


AHEAD = frozenset({MeetingState.PLANNED, MeetingState.CONFIRMED})
"""States from which a meeting may still be moved, cancelled or held."""


class Rsvp(StrEnum):
    """RFC 5545 section 3.2.12, in our spelling."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Attendee(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who should be there."""

    name: str
    contact_id: str | None = None
    email: str = ""
    rsvp: Rsvp = Rsvp.NEEDS_ACTION


class Meeting(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A meeting; `uid` and `sequence` are stored, so that calendars update instead of duplicating."""

    start_at: datetime
    """In UTC."""
    zone: str
    """The zone in which its wall time was chosen."""
    minutes: int
    kind: MeetingKind
    uid: str
    """Globally unique and never changed (RFC 5545 section 3.8.4.7)."""
    changed_at: datetime
    """Last real change, in UTC."""
    customer_ids: tuple[str, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    place: str = ""
    link: str = ""
    meal: bool = False
    purpose: str = ""
    state: MeetingState = MeetingState.PLANNED
    sequence: int = 0
    """Starts at 0; one more for each change of time and for the cancellation (RFC 5546 section 2.1.4)."""
    recurrence: str = ""
    """RRULE value; empty for a single meeting."""
    exceptions: tuple[datetime, ...] = ()
    reminder_minutes: int | None = None
    member_id: str | None = None

    @property
    def end_at(self) -> datetime:
        """In UTC."""
        return self.start_at + timedelta(minutes=self.minutes)

    @property
    def ahead(self) -> bool:
        """Whether it is neither held, missed nor cancelled."""
        return self.state in AHEAD

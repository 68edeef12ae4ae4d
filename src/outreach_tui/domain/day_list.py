"""A suggestion with its reasons, and one day's list of them for one member."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from outreach_tui.domain.record import Record


class SuggestionKind(StrEnum):
    """What is suggested."""

    VISIT = "visit"
    USER_GROUP = "user-group"
    THANK_YOU_CALL = "thank-you-call"
    CHECK_IN_CALL = "check-in-call"
    TELL_BACK = "tell-back"
    """A call that closes the loop: what they said was decided."""
    ANSWER = "answer"
    """A call back: they wrote or called, and nobody reacted."""
    WRITE = "write"
    CO_CREATE = "co-create"
    """A working session with those who asked for something that is planned."""
    INTRODUCTION = "introduction"
    """Bring two together of whom one has what the other asks for."""


CALL_KINDS = frozenset(
    {
        SuggestionKind.THANK_YOU_CALL,
        SuggestionKind.CHECK_IN_CALL,
        SuggestionKind.TELL_BACK,
        SuggestionKind.ANSWER,
    }
)
PERSON_KINDS = CALL_KINDS | {SuggestionKind.WRITE}
"""For one customer; the others are for several, and stand under the name of one of them."""
EVENT_KINDS = frozenset({SuggestionKind.USER_GROUP, SuggestionKind.CO_CREATE})
"""Done once an event is planned: who stands for it is called as one of many."""


class Lane(StrEnum):
    """Why it is on the list: a band about to break, a reason to call now, the ideal interval past, or planning."""

    BREAKING = "breaking"
    REASON = "reason"
    DUE = "due"
    PLANNING = "planning"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why, in words that a person can argue with, and the facts behind the words."""

    code: str
    text: str
    facts: dict[str, Any]


class CallWindow(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """When both are at work on the day: wall times, first in the member's zone, then in the customer's."""

    from_: str
    to: str
    their_from: str
    their_to: str
    their_zone: str


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """Another customer that a journey would serve, or who is brought together with the first."""

    customer_id: str
    name: str
    km: int | None
    """Straight line; None where a place is not known."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the day's list."""

    kind: SuggestionKind
    lane: Lane
    customer_id: str
    reasons: tuple[Reason, ...]
    """One or two."""
    contact_id: str | None = None
    thank_for: str = ""
    """For a thank-you call; such a card has no ask."""
    question: str = ""
    """For a check-in call: an open question to begin with; for a message: what it asks for."""
    call_window: CallWindow | None = None
    """For what is talked about live, or arranged by talking; nothing for a message."""
    near: tuple[Near, ...] = ()
    """For a visit or a user group, nearest first; for an introduction the other one."""
    more: int = 0
    """So many others are not named in `near`."""
    place: str = ""
    """For a visit or a user group: the town."""
    theme: str = ""
    """For what brings customers together: what they have in common."""
    event_id: str | None = None
    """For seats in an event that is planned already: the group event."""
    on: date | None = None
    """The day of that event."""

    @property
    def count(self) -> int:
        """How many it is for, the customer it stands under included."""
        return 1 + len(self.near) + self.more

    @property
    def other(self) -> Near:
        """The other one of an introduction; nobody in a list that somebody wrote by hand without."""
        return self.near[0] if self.near else Near(customer_id="", name="somebody", km=None)

    def key(self, on: date, member_id: str) -> str:
        """Return the suggestion's id: `date:member:kind:customer`."""
        return f"{on.isoformat()}:{member_id}:{self.kind.value}:{self.customer_id}"


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A customer who would be due but is not suggested today."""

    customer_id: str
    reason: str
    next_on: date | None = None
    """The next day on which they may be suggested, if that is known."""


class DayList(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The list of one day and member, kept as it was when it was first acted on; `id` is `date:member`."""

    on: date
    member_id: str
    suggestions: tuple[Suggestion, ...]
    frozen_at: datetime | None = None


def day_list_id(on: date, member_id: str) -> str:
    """Return the id under which the list of that day and member is kept."""
    return f"{on.isoformat()}:{member_id}"

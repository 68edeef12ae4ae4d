"""A member's day as it stands: commitments, and what became of each suggestion."""

from datetime import date
from enum import StrEnum

import msgspec

from outreach_tui.domain.commitments import Commitment
from outreach_tui.domain.day_list import LeftOut, Suggestion
from outreach_tui.domain.member import Member


class ItemState(StrEnum):
    """What became of a suggestion since the list was frozen."""

    WAITING = "waiting"
    TALKED = "talked"
    PLANNED = "planned"
    INTRODUCED = "introduced"
    TOLD = "told"
    NO_ANSWER = "no-answer"
    SNOOZED = "snoozed"
    WRONG_REASON = "wrong-reason"
    PAUSED = "paused"
    GONE = "gone"


DONE = frozenset({ItemState.TALKED, ItemState.PLANNED, ItemState.INTRODUCED, ItemState.TOLD})


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion of the list, and where it stands."""

    id: str
    suggestion: Suggestion
    state: ItemState = ItemState.WAITING
    by: str = ""
    """Name of the member who did it, where that was somebody else."""
    block_id: str = ""
    """A call block of today that holds this call."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that Today shows."""

    on: date
    member: Member
    commitments: tuple[Commitment, ...]
    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    more: int
    """So many others would be due, and do not fit the calls a day."""
    frozen: bool
    free: str = ""
    """Why the day is no working day of the member, so that nothing new is suggested: "Sunday"; else empty."""
    unknown: tuple[str, ...] = ()
    """Names of countries whose holidays of this year are not known."""

    @property
    def done(self) -> int:
        """Suggestions that led to a conversation, a meeting, an introduction or an answer."""
        return sum(item.state in DONE for item in self.items)

    @property
    def waiting(self) -> int:
        """Suggestions nobody acted on."""
        return sum(item.state is ItemState.WAITING for item in self.items)

    @property
    def snoozed(self) -> int:
        """Suggestions put off."""
        return sum(item.state is ItemState.SNOOZED for item in self.items)

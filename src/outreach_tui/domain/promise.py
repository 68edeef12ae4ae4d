"""Something owed, by us or by them."""

from datetime import date
from enum import StrEnum

from outreach_tui.domain.record import Record


class Owner(StrEnum):
    """Who promised."""

    US = "us"
    THEM = "them"


class Promise(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A promise made in a conversation; due on its day, open until done."""

    customer_id: str
    text: str
    owner: Owner = Owner.US
    due_on: date | None = None
    done_on: date | None = None
    member_id: str | None = None
    contact_id: str | None = None
    touchpoint_id: str | None = None
    line: int | None = None
    """Line of the touchpoint's note, from 0; None once the line is gone."""

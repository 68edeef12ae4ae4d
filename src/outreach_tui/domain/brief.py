"""All that one should know before talking to a customer, gathered from the records."""

from collections.abc import Sequence
from datetime import date

import msgspec

from outreach_tui.domain.contact import Contact, PersonalFact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import OwedAnswer, touchpoint_day
from outreach_tui.domain.feedback import FeedbackState
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.notes import LineKind, parse_note
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.touchpoint import Touchpoint


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """An open question that we asked, and what they answered, in their words."""

    on: date
    text: str
    answers: tuple[str, ...] = ()


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """Something they said, with its day."""

    on: date
    text: str


class ToldNews(msgspec.Struct, frozen=True, kw_only=True):
    """Something they said, when they were told what became of it or had their answer, and by whom."""

    on: date
    text: str
    state: FeedbackState
    member_id: str | None = None


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """Gives and asks (DOMAIN.md, Give and ask)."""

    gives: int
    asks: int
    ask_run: int


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """All that one should know before talking to a customer; lists begin with the latest."""

    customer: Customer
    standing: Standing
    contacts: tuple[Contact, ...]
    """Who works there now, whom to call first."""
    former: tuple[Contact, ...]
    """Who used to."""
    employers: dict[str, str]
    """Names of the customers at which any of them works or worked, by id."""
    touchpoints: tuple[Touchpoint, ...]
    purchases: tuple[Purchase, ...]
    promises: tuple[Promise, ...]
    """Open ones, the first due first."""
    owed: tuple[OwedAnswer, ...]
    told: tuple[ToldNews, ...]
    facts: tuple[PersonalFact, ...]
    questions: tuple[Question, ...]
    praise: tuple[Heard, ...]
    balance: Balance
    next_meeting: Meeting | None


def personal_facts(
    contacts: Sequence[Contact], touchpoints: Sequence[Touchpoint]
) -> tuple[PersonalFact, ...]:
    """Return what people told us about themselves: kept with the contact, or in the notes, latest first."""
    found = [fact for contact in contacts for fact in contact.facts]
    for touchpoint in touchpoints:
        on = touchpoint_day(touchpoint)
        lines = () if touchpoint.plain else parse_note(touchpoint.note, on)
        for line in lines:
            if line.kind is LineKind.FACT:
                who = f"{line.name.replace('_', ' ')}: " if line.name else ""
                found.append(PersonalFact(text=f"{who}{line.words}", on=on))
    return tuple(found)


def open_questions(touchpoints: Sequence[Touchpoint]) -> tuple[Question, ...]:
    """Return the open questions of the notes with their answers, latest first."""
    found = []
    for touchpoint in touchpoints:
        on = touchpoint_day(touchpoint)
        lines = () if touchpoint.plain else parse_note(touchpoint.note, on)
        found += [
            Question(
                on=on,
                text=line.words,
                answers=tuple(a.words for a in lines if a.answers == line.number),
            )
            for line in lines
            if line.kind is LineKind.ASKED
        ]
    return tuple(found)

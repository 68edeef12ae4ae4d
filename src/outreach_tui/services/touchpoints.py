"""Log what happened: one touchpoint, and the feedback and promises that its note holds."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import OwedAnswer
from outreach_tui.domain.feedback import Feedback, FeedbackSort
from outreach_tui.domain.meeting import Meeting, MeetingState
from outreach_tui.domain.member import Member
from outreach_tui.domain.names import find_named
from outreach_tui.domain.notes import PROMISES, THEIR_WORDS, LineKind, NoteLine, parse_note
from outreach_tui.domain.promise import Owner, Promise
from outreach_tui.domain.record import Change, Patch, Put, patch
from outreach_tui.domain.text import clean_text, fold
from outreach_tui.domain.touchpoint import (
    LIVE_KINDS,
    WRITTEN_KINDS,
    Direction,
    NextStep,
    Outcome,
    Touchpoint,
    TouchpointKind,
)
from outreach_tui.domain.when import local_day, say_weekday, to_instant, zone_info
from outreach_tui.errors import NotFound, Refused
from outreach_tui.services.answers import told_meanwhile, told_of, words_of
from outreach_tui.services.ports import Ids
from outreach_tui.services.workspace import Workspace

CLOCK_SLACK = timedelta(minutes=5)
"""Clocks differ; only what lies further ahead than this is in the future."""

_SORTS = {
    LineKind.HEARD: FeedbackSort.WISH,
    LineKind.QUESTION: FeedbackSort.QUESTION,
    LineKind.PRAISE: FeedbackSort.PRAISE,
}


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says about one contact with customers."""

    customer_ids: tuple[str, ...]
    kind: TouchpointKind = TouchpointKind.CALL
    direction: Direction = Direction.OUT
    outcome: Outcome = Outcome.HELD
    contact_ids: tuple[str, ...] = ()
    at: datetime | None = None
    """UTC; None for now."""
    minutes: int | None = None
    meal: bool = False
    note: str = ""
    plain: bool = False
    next_step: NextStep | None = None
    follow_up: str = ""
    """A next step that we promise, with `follow_up_on`."""
    follow_up_on: date | None = None
    meeting_id: str | None = None
    """The meeting that this was; it is held then."""
    told: tuple[str, ...] = ()
    """Ids of the feedback about which they were told; what is not owed any more is left out."""


class Touchpoints:
    """Logging."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def log(self, talk: Talk, *, also: Sequence[Change] = ()) -> Touchpoint:
        """Write a touchpoint with its feedback and promises as one commit, and return it.

        `also` is written with it. Raises Refused for a time in the future or minutes that make no sense.
        """
        workspace = self._workspace
        writer, made = workspace.writer()
        customers = [self._customer(id_) for id_ in talk.customer_ids]
        touchpoint = self._touchpoint(talk, writer)
        changes: list[Change] = [*made, Put(touchpoint), *self._derived(touchpoint)]
        if talk.follow_up:
            changes.append(
                Put(
                    Promise(
                        id=workspace.ids.new(),
                        customer_id=talk.customer_ids[0],
                        text=talk.follow_up,
                        due_on=talk.follow_up_on,
                        member_id=writer.id,
                        touchpoint_id=touchpoint.id,
                    )
                )
            )
        if talk.meeting_id:
            fields = {"state": MeetingState.HELD, "changed_at": workspace.clock.real_now()}
            changes.append(Patch(Meeting, talk.meeting_id, fields))
        owed = [f for id_ in talk.told if (f := workspace.store.get(Feedback, id_)) and f.owed]
        for said in owed:
            changes += told_of(
                said,
                local_day(touchpoint.at, touchpoint.zone),
                contact_id=next(iter(talk.contact_ids), None),
                member_id=writer.id,
                touchpoint_id=touchpoint.id,
            )
        names = ", ".join(c.name for c in customers)
        about = f", told them about {words_of(owed)}" if owed else ""
        with told_meanwhile():
            workspace.commit(f"{said_deed(talk)} {names}{about}", [*changes, *also], writer=writer)
        return touchpoint

    def could_tell(self, talk: Talk) -> list[OwedAnswer]:
        """Return what was owed to the customers on the day of a talk, if it was one in which they can be told."""
        ours = talk.direction is Direction.OUT and talk.kind in WRITTEN_KINDS
        if talk.outcome is not Outcome.HELD or not (ours or talk.kind in LIVE_KINDS):
            return []
        workspace = self._workspace
        on = local_day(talk.at or workspace.now, workspace.zone)
        rows = workspace.store.rows()
        return [
            owed
            for id_ in talk.customer_ids
            for owed in (rows[id_].owed if id_ in rows else ())
            if (owed.decided_on or owed.asked_on) <= on
        ]

    def decide_next_step(self, touchpoint: Touchpoint, step: NextStep) -> None:
        """Say what happens after a touchpoint, as it was seen. Raises Conflict if somebody else did since."""
        decided = patch(touchpoint, msgspec.structs.replace(touchpoint, next_step=step))
        if decided:
            self._workspace.commit("decided what happens next", decided)

    def find_contact(self, customer_id: str, typed: str) -> Contact:
        """Return the person at the customer that `typed` names. Raises NotFound or Ambiguous."""
        people = [
            c
            for c in self._workspace.store.of_customer(Contact, customer_id)
            if customer_id in c.customer_ids
        ]
        return find_named(typed, people, what="contact", name=lambda c: c.name, id_=lambda c: c.id)

    def _customer(self, id_: str) -> Customer:
        customer = self._workspace.store.get(Customer, id_)
        if customer is None:
            raise NotFound("this customer is no longer on file", "somebody removed it meanwhile")
        return customer

    def _touchpoint(self, talk: Talk, writer: Member) -> Touchpoint:
        now = self._workspace.clock.now(writer.zone)
        at = talk.at or now
        if at > now + CLOCK_SLACK:
            day = local_day(at, writer.zone)
            clock = f" {at.astimezone(zone_info(writer.zone)):%H:%M}"
            today = day == local_day(now, writer.zone)
            raise Refused(
                f"{say_weekday(day)} {day.year}{clock * today} has not happened yet",
                "log it when it has, or plan a meeting",
            )
        if talk.minutes is not None and not 0 < talk.minutes <= 24 * 60:
            raise Refused(f"{talk.minutes} minutes make no conversation", "give 1 to 1440 minutes")
        return Touchpoint(
            id=self._workspace.ids.new(),
            customer_ids=talk.customer_ids,
            contact_ids=talk.contact_ids,
            kind=talk.kind,
            direction=talk.direction,
            outcome=talk.outcome,
            at=at.replace(microsecond=0),
            zone=writer.zone,
            member_id=writer.id,
            minutes=talk.minutes,
            meal=talk.meal,
            note=clean_text(talk.note).strip("\n"),
            plain=talk.plain,
            next_step=talk.next_step,
            meeting_id=talk.meeting_id,
        )

    def _derived(self, touchpoint: Touchpoint) -> list[Change]:
        store = self._workspace.store
        return derived(touchpoint, lambda id_: store.of_customer(Contact, id_), self._workspace.ids)


def derived(
    touchpoint: Touchpoint, people: Callable[[str], Iterable[Contact]], ids: Ids
) -> list[Change]:
    """Return the feedback and promises that the note's lines make (DOMAIN.md, Note syntax).

    `people` returns the contacts of a customer, among whom `@Name` is looked for.
    """
    if touchpoint.plain:
        return []
    on = local_day(touchpoint.at, touchpoint.zone)
    changes: list[Change] = []
    for line in parse_note(touchpoint.note, on):
        if line.kind in THEIR_WORDS:
            whose = _whose(touchpoint, line, people)
            changes.append(Put(_feedback(ids.new(), touchpoint, line, on, whose)))
        elif line.kind in PROMISES:
            whose = _whose(touchpoint, line, people)
            changes.append(Put(_promise(ids.new(), touchpoint, line, whose)))
    return changes


def _feedback(
    id_: str, touchpoint: Touchpoint, line: NoteLine, on: date, whose: str | None
) -> Feedback:
    return Feedback(
        id=id_,
        customer_id=touchpoint.customer_ids[0],
        words=line.words,
        on=on,
        sort=_SORTS[line.kind],
        contact_id=whose,
        themes=line.themes,
        owner_id=None,
        touchpoint_id=touchpoint.id,
        line=line.number,
    )


def _promise(id_: str, touchpoint: Touchpoint, line: NoteLine, whose: str | None) -> Promise:
    return Promise(
        id=id_,
        customer_id=touchpoint.customer_ids[0],
        text=line.words,
        owner=Owner.US if line.kind is LineKind.WE_PROMISE else Owner.THEM,
        due_on=line.due_on,
        member_id=touchpoint.member_id,
        contact_id=whose,
        touchpoint_id=touchpoint.id,
        line=line.number,
    )


def _whose(
    touchpoint: Touchpoint, line: NoteLine, people: Callable[[str], Iterable[Contact]]
) -> str | None:
    """Return the contact that a line belongs to: the one it names, else the first of the touchpoint."""
    if line.name:
        wanted = fold(line.name.replace("_", " "))
        for customer_id in touchpoint.customer_ids:
            for contact in people(customer_id):
                name = fold(contact.name)
                if name == wanted or wanted in name.split():
                    return contact.id
    return touchpoint.contact_ids[0] if touchpoint.contact_ids else None


def said_deed(talk: Talk) -> str:
    """Return "logged an e-mail with", "logged a call without an answer with", "left a message for"."""
    if talk.outcome is Outcome.LEFT_MESSAGE:
        return "left a message for"
    noun = {TouchpointKind.EMAIL: "e-mail"}.get(talk.kind, talk.kind.value)
    if talk.outcome is Outcome.NO_ANSWER:
        noun = f"{noun} without an answer"
    return f"logged {'an' if noun[0] in 'aeiou' else 'a'} {noun} with"


def noon(on: date, zone: str) -> datetime:
    """Return noon of a day, UTC: the time of a touchpoint of which only the day is known."""
    return to_instant(on, datetime.min.time().replace(hour=12), zone)

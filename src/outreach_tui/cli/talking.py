"""Verbs that write down what happened: conversations, meetings that were held, promises kept."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.documents import Named, Whole, whole
from outreach_tui.cli.given import Given, verb
from outreach_tui.cli.times import read_past
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.ids import short
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.names import find_named
from outreach_tui.domain.notes import NoteLine, parse_note
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind
from outreach_tui.domain.when import local_day
from outreach_tui.errors import NotFound, Refused

if TYPE_CHECKING:
    from outreach_tui.bootstrap import Services
    from outreach_tui.presentation.layout import PieceLine
    from outreach_tui.services.touchpoints import Talk

F = TypeVar("F", bound=Callable[..., object])


class TouchpointDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What was written down, and what was understood of the note."""

    touchpoint: Whole
    parsed: tuple[NoteLine, ...]


class PromiseDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A promise and whose it is."""

    promise: Whole
    customer: Named


class ToldDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What they have been told about, and who they are."""

    feedback: Whole
    customer: Named


def _about_the_talk(command: F) -> F:
    for option in (
        click.option(
            "--plain", is_flag=True, help="The note is pasted text: its markers are not ours."
        ),
        click.option(
            "--note", metavar="TEXT", default="", help="What was said; - reads it from stdin."
        ),
        click.option("--meal", is_flag=True, help="You shared a meal."),
        click.option("--minutes", type=int, metavar="N", help="How long it took."),
        click.option(
            "--outcome",
            type=click.Choice([o.value for o in Outcome]),
            default="held",
            help="Whether you spoke.",
        ),
        click.option("--at", metavar="WHEN", help="When it was, in your zone."),
        click.option(
            "--with", "people", metavar="PERSON", multiple=True, help="With whom; may be repeated."
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("customer", metavar="C")
@click.option(
    "--kind",
    type=click.Choice([k.value for k in TouchpointKind]),
    default="call",
    help="What kind of contact it was; a call if nothing is said.",
)
@click.option("--in", "inbound", is_flag=True, help="They contacted you.")
@_about_the_talk
@verb
def log(
    given: Given,
    *,
    customer: str,
    kind: str,
    inbound: bool,
    people: tuple[str, ...],
    at: str | None,
    outcome: str,
    minutes: int | None,
    meal: bool,
    note: str,
    plain: bool,
) -> None:
    """Write down a conversation, a message or a try."""
    from outreach_tui.services.touchpoints import Talk

    services = given.services
    found = services.customers.find(customer)
    contacts = [services.touchpoints.find_contact(found.id, person) for person in people]
    talk = Talk(
        customer_ids=(found.id,),
        contact_ids=tuple(contact.id for contact in contacts),
        kind=TouchpointKind(kind),
        direction=Direction.IN if inbound else Direction.OUT,
        outcome=Outcome(outcome),
        at=read_past(services.workspace, at) if at else None,
        minutes=minutes,
        meal=meal,
        note=_read_note(note),
        plain=plain,
    )
    _write(given, services, talk)


@click.command()
@click.argument("meeting", metavar="MEETING")
@_about_the_talk
@verb
def held(
    given: Given,
    *,
    meeting: str,
    people: tuple[str, ...],
    at: str | None,
    outcome: str,
    minutes: int | None,
    meal: bool,
    note: str,
    plain: bool,
) -> None:
    """Write down a meeting that took place, like log."""
    from outreach_tui.services.touchpoints import Talk

    services = given.services
    found = services.meetings.find(meeting)
    _refuse_unless_held(found)
    contacts = [_at_the_meeting(services, found, person) for person in people]
    attended = tuple(a.contact_id for a in found.attendees if a.contact_id)
    talk = Talk(
        customer_ids=found.customer_ids,
        contact_ids=tuple(contacts) or attended,
        kind=TouchpointKind(found.kind.value),
        outcome=Outcome(outcome),
        at=read_past(services.workspace, at) if at else found.start_at,
        minutes=found.minutes if minutes is None else minutes,
        meal=meal or found.meal,
        note=_read_note(note),
        plain=plain,
        meeting_id=found.id,
    )
    _write(given, services, talk)


def _refuse_unless_held(meeting: Meeting) -> None:
    if not meeting.ahead:
        raise Refused(f"this meeting is {meeting.state.value} already", "nothing was changed")
    if meeting.kind is MeetingKind.BLOCK or not meeting.customer_ids:
        raise Refused(
            "a block of calls is nobody's conversation",
            "log each call: outreach log C, then cancel the block",
        )


def _at_the_meeting(services: "Services", meeting: Meeting, person: str) -> str:
    """Return the contact that `person` names, at any customer of the meeting."""
    missing: NotFound | None = None
    for customer_id in meeting.customer_ids:
        try:
            return services.touchpoints.find_contact(customer_id, person).id
        except NotFound as error:
            missing = missing or error
    raise missing or NotFound(f"nobody at this meeting answers to {person!r}")


def _read_note(note: str) -> str:
    if note != "-":
        return note
    if sys.stdin.isatty():
        printing.note("Type the note; ctrl+d ends it.")
    return sys.stdin.read()


def _write(given: Given, services: "Services", talk: "Talk") -> None:
    owed = services.touchpoints.could_tell(talk)  # before it: what they ask in it is no news
    touchpoint = services.touchpoints.log(talk)
    from outreach_tui.presentation.cards import owed_words, understood

    day = local_day(touchpoint.at, touchpoint.zone)
    lines: list[PieceLine | str] = []
    if not touchpoint.plain:
        lines += understood(touchpoint.note, day, printing.prose_room())
    for each in owed:
        words = clean_line(owed_words(each, services.workspace.today))
        lines += [
            f"Did you tell them? {words[:1].upper()}{words[1:]}:",
            f"  {given.command(f'told {short(each.feedback_id)}')}",
        ]
    given.wrote(_touchpoint_document(touchpoint), *lines)


def _touchpoint_document(touchpoint: Touchpoint) -> TouchpointDocument:
    day = local_day(touchpoint.at, touchpoint.zone)
    marked = bool(touchpoint.note) and not touchpoint.plain
    return TouchpointDocument(
        touchpoint=whole(touchpoint), parsed=parse_note(touchpoint.note, day) if marked else ()
    )


@click.command()
@click.argument("promise", metavar="PROMISE")
@verb
def done(given: Given, *, promise: str) -> None:
    """Mark a promise as kept: the end of its id, or its words."""
    services = given.services
    rows = services.store.rows()
    found = find_named(
        promise,
        [p for p in services.store.all(Promise) if p.done_on is None],
        what="open promise",
        name=lambda p: p.text,
        id_=lambda p: p.id,
        label=lambda p: (
            f"{p.text} ({rows[p.customer_id].name if p.customer_id in rows else '?'}, {short(p.id)})"
        ),
    )
    services.day_plans.keep_promise(found.id)
    kept = services.store.get(Promise, found.id) or found
    name = rows[found.customer_id].name if found.customer_id in rows else ""
    given.wrote(PromiseDocument(promise=whole(kept), customer=Named(found.customer_id, name)))


@click.command()
@click.argument("feedback", metavar="ID")
@click.argument("person", metavar="[PERSON]", required=False)
@verb
def told(given: Given, *, feedback: str, person: str | None) -> None:
    """Say that they have their answer, or know what became of what they said: the end of its id, or its words."""
    services = given.services
    found = services.answers.find(feedback)
    contact = services.touchpoints.find_contact(found.customer_id, person) if person else None
    services.answers.tell([found.id], contact_id=contact.id if contact else None)
    now = services.store.get(Feedback, found.id) or found
    rows = services.store.rows()
    name = rows[found.customer_id].name if found.customer_id in rows else ""
    given.wrote(ToldDocument(feedback=whole(now), customer=Named(found.customer_id, name)))

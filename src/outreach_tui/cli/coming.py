"""Verbs about what is coming: the agenda and open promises. They write nothing."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.documents import Named, Whole, whole
from outreach_tui.cli.given import Given, verb
from outreach_tui.cli.reading import reading_of
from outreach_tui.cli.times import known_zone, read_day
from outreach_tui.domain.customer import Customer, Status
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.when import local_day, say_weekday
from outreach_tui.errors import Refused

if TYPE_CHECKING:
    from outreach_tui.bootstrap import Services
    from outreach_tui.presentation.cards import Reading
    from outreach_tui.presentation.layout import PieceLine

DAYS = 14
"""So many days are shown if nothing is said."""


class AgendaDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day with something on it."""

    date: date
    meetings: list[Whole]
    promises: list[Whole]
    renewals: list[Named]


class AgendaDocument(msgspec.Struct, frozen=True):
    """`agenda --json`."""

    days: list[AgendaDay]


class PromisesDocument(msgspec.Struct, frozen=True):
    """`promises --json`."""

    results: list[Whole]


class _Day:
    """What falls on one day."""

    def __init__(self) -> None:
        self.meetings: list[Meeting] = []
        self.promises: list[Promise] = []
        self.renewals: list[Customer] = []


@click.command()
@click.option("--from", "from_", metavar="WHEN", help="The first day; today if nothing is said.")
@click.option(
    "--to", metavar="WHEN", help="The last day; two weeks after the first if nothing is said."
)
@verb
def agenda(given: Given, *, from_: str | None, to: str | None) -> None:
    """List meetings, promises and renewals by day."""
    services = given.services
    workspace = services.workspace
    first = read_day(workspace, from_) if from_ else workspace.today
    last = read_day(workspace, to) if to else _after(first)
    if last < first:
        raise Refused(f"{last} is before {first}", "the first day comes first")
    days = _gather(services, first, last)
    names = _names(services)
    if given.as_json:
        printing.document(AgendaDocument([_day_json(on, days[on], names) for on in sorted(days)]))
        return
    if not days:
        printing.say(
            [
                f"Nothing is planned from {say_weekday(first)} to {say_weekday(last)}.",
                f"Plan a meeting: {given.command('plan C --start WHEN')}",
            ]
        )
    reading = reading_of(services)
    for number, on in enumerate(sorted(days)):
        printing.say([""] if number else [])
        printing.say(_day_text(services, on, days[on], names, reading))


def _after(first: date) -> date:
    try:
        return first + timedelta(days=DAYS)
    except OverflowError:
        return date.max


def _gather(services: "Services", first: date, last: date) -> dict[date, _Day]:
    days: dict[date, _Day] = {}
    zone = services.workspace.zone
    for meeting in services.meetings.between(first, last):
        days.setdefault(local_day(meeting.start_at, zone), _Day()).meetings.append(meeting)
    for promise in services.store.all(Promise):
        if promise.done_on is None and promise.due_on and first <= promise.due_on <= last:
            days.setdefault(promise.due_on, _Day()).promises.append(promise)
    for customer in services.store.all(Customer):
        on = customer.renewal_on
        if on and first <= on <= last and customer.status is not Status.LOST:
            days.setdefault(on, _Day()).renewals.append(customer)
    return days


def _names(services: "Services") -> dict[str, str]:
    return {id_: row.name for id_, row in services.store.rows().items()}


def _day_json(on: date, day: _Day, names: dict[str, str]) -> AgendaDay:
    return AgendaDay(
        date=on,
        meetings=[
            {
                **whole(m),
                "end_at": m.end_at,
                "customers": [Named(i, names.get(i, "")) for i in m.customer_ids],
            }
            for m in day.meetings
        ],
        promises=[_promise_json(p, names) for p in day.promises],
        renewals=[Named(c.id, c.name) for c in day.renewals],
    )


def _promise_json(promise: Promise, names: dict[str, str]) -> Whole:
    return {
        **whole(promise),
        "customer": Named(promise.customer_id, names.get(promise.customer_id, "")),
    }


def _day_text(
    services: "Services", on: date, day: _Day, names: dict[str, str], reading: "Reading"
) -> list["PieceLine"]:
    from outreach_tui.presentation.plain_agenda import meeting_lines, promise_lines, renewal_lines
    from outreach_tui.presentation.plain_table import heading

    room = printing.prose_room()
    lines = [heading(f"{say_weekday(on)} {on.year}")]
    for meeting in day.meetings:
        first = meeting.customer_ids[0] if meeting.customer_ids else ""
        zone = known_zone(services.store.get(Customer, first), reading.zone)
        lines += meeting_lines(meeting, names, zone, reading, room)
    for promise in day.promises:
        lines += promise_lines(promise, names.get(promise.customer_id, ""), reading, room)
    for customer in day.renewals:
        lines += renewal_lines(customer.name, room)
    return lines


@click.command()
@verb
def promises(given: Given) -> None:
    """List the open promises, yours and theirs, the first due first."""
    services = given.services
    names = _names(services)
    found = sorted(
        (p for p in services.store.all(Promise) if p.done_on is None),
        key=lambda p: (p.due_on or date.max, p.id),
    )
    if given.as_json:
        printing.document(PromisesDocument([_promise_json(p, names) for p in found]))
        return
    from outreach_tui.presentation.plain_agenda import promise_lines

    reading, room = reading_of(services), printing.prose_room()
    for each in found:
        name = names.get(each.customer_id, "")
        printing.say(promise_lines(each, name, reading, room, with_day=True))
    if not found:
        printing.say(["No promise is open. A note line that begins with “! ” makes one."])

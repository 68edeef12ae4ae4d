"""Verbs about meetings to come: plan, move, confirm, miss, cancel."""

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.documents import Named, Whole, whole
from outreach_tui.cli.given import Given, verb
from outreach_tui.cli.reading import reading_of
from outreach_tui.cli.times import known_zone, read_start, their_zone
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.presentation.plain_agenda import planned_words

PLANNED_KINDS = [k.value for k in MeetingKind if k is not MeetingKind.BLOCK]


class MeetingDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting as it is now, and with whom."""

    meeting: Whole
    customers: list[Named]


@click.command()
@click.argument("customer", metavar="C")
@click.option(
    "--kind",
    type=click.Choice(PLANNED_KINDS),
    default="call",
    help="What is planned; a call if nothing is said.",
)
@click.option("--start", metavar="WHEN", required=True, help="Day and time, in your zone.")
@click.option("--their-time", is_flag=True, help="The time is meant where the customer is.")
@click.option(
    "--minutes", type=int, metavar="N", default=60, help="How long; 60 if nothing is said."
)
@click.option(
    "--with", "people", metavar="PERSON", multiple=True, help="With whom; may be repeated."
)
@click.option("--place", metavar="TEXT", default="", help="Where you meet.")
@click.option("--link", metavar="URL", default="", help="Where you meet online.")
@click.option("--purpose", metavar="TEXT", default="", help="What it is for.")
@click.option("--meal", is_flag=True, help="You will share a meal.")
@verb
def plan(
    given: Given,
    *,
    customer: str,
    kind: str,
    start: str,
    their_time: bool,
    minutes: int,
    people: tuple[str, ...],
    place: str,
    link: str,
    purpose: str,
    meal: bool,
) -> None:
    """Plan a meeting with a customer."""
    from outreach_tui.services.meetings import Appointment

    services = given.services
    workspace = services.workspace
    found = services.customers.find(customer)
    contacts = [services.touchpoints.find_contact(found.id, person) for person in people]
    zone = their_zone(found, contacts[0] if contacts else None) if their_time else workspace.zone
    start_at = read_start(workspace, start, zone)
    clashes = services.meetings.clashes(start_at, minutes)
    meeting = services.meetings.plan(
        Appointment(
            customer_ids=(found.id,),
            kind=MeetingKind(kind),
            start_at=start_at,
            zone=zone,
            minutes=minutes,
            contact_ids=tuple(contact.id for contact in contacts),
            place=place,
            link=link,
            purpose=purpose,
            meal=meal,
        )
    )
    for other in clashes:
        printing.note(f"At the same time: {services.meetings.label(other)}")
    _wrote(given, meeting)


@click.command()
@click.argument("meeting", metavar="MEETING")
@click.option(
    "--start",
    metavar="WHEN",
    required=True,
    help="The new day, time, or both; without a time the old one is kept.",
)
@click.option("--their-time", is_flag=True, help="The time is meant where the customer is.")
@click.option("--minutes", type=click.IntRange(1, 24 * 60), metavar="N", help="The new length.")
@verb
def move(given: Given, *, meeting: str, start: str, their_time: bool, minutes: int | None) -> None:
    """Give a meeting another time.

    Calendars that hold it are updated by the next export."""
    services = given.services
    found = services.meetings.find(meeting)
    zone = services.workspace.zone
    if their_time:
        zone = (
            their_zone(services.customers.get(found.customer_ids[0]))
            if found.customer_ids
            else zone
        )
    start_at = read_start(services.workspace, start, zone, before=found.start_at)
    length = found.minutes if minutes is None else minutes
    for other in services.meetings.clashes(start_at, length, other_than=found.id):
        printing.note(f"At the same time: {services.meetings.label(other)}")
    _wrote(given, services.meetings.move(found, start_at, minutes))


@click.command()
@click.argument("meeting", metavar="MEETING")
@verb
def confirm(given: Given, *, meeting: str) -> None:
    """Say that the others agreed to a meeting."""
    services = given.services
    _wrote(given, services.meetings.confirm(services.meetings.find(meeting)))


@click.command("no-show")
@click.argument("meeting", metavar="MEETING")
@verb
def no_show(given: Given, *, meeting: str) -> None:
    """Say that nobody came to a meeting."""
    services = given.services
    _wrote(given, services.meetings.no_show(services.meetings.find(meeting)))


@click.command()
@click.argument("meeting", metavar="MEETING")
@verb
def cancel(given: Given, *, meeting: str) -> None:
    """Call a meeting off.

    The next export takes it out of calendars."""
    services = given.services
    _wrote(given, services.meetings.cancel(services.meetings.find(meeting)))


def _wrote(given: Given, meeting: Meeting) -> None:
    services = given.services
    found = (services.store.get(Customer, id_) for id_ in meeting.customer_ids)
    customers = [customer for customer in found if customer is not None]
    zone = known_zone(customers[0] if customers else None, services.workspace.zone)
    document = MeetingDocument(
        meeting=whole(meeting), customers=[Named(c.id, c.name) for c in customers]
    )
    given.wrote(document, f"  {planned_words(meeting, zone, reading_of(services))}")

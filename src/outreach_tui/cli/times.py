"""Times that people type, read where they are meant: in the member's zone, or in the customer's."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from outreach_tui.cli.given import quoted
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.when import parse_when, to_instant, zone_info
from outreach_tui.errors import BadWhen, Refused

if TYPE_CHECKING:
    from outreach_tui.services.workspace import Workspace


def read_day(workspace: "Workspace", text: str) -> date:
    """Return the day that was typed. Raises BadWhen, also for a time of day."""
    when = parse_when(text, workspace.today)
    if when.clock is not None:
        raise BadWhen(f"a day is wanted, not a time: {text!r}", "leave the time out")
    return when.on


def read_start(
    workspace: "Workspace", text: str, zone: str, *, before: datetime | None = None
) -> datetime:
    """Return the instant at which a meeting starts, read on the clocks of `zone`.

    Without a time of day that of `before` is kept. Raises BadWhen if there is none, or the clocks skip it.
    """
    when = parse_when(text, workspace.clock.today(zone))
    clock = when.clock
    if clock is None and before is not None:
        clock = before.astimezone(zone_info(zone)).time()
    if clock is None:
        afternoon = time(15)
        past = to_instant(when.on, afternoon, zone) <= workspace.now
        day = "tomorrow" if past else text.strip()
        raise BadWhen(
            f"a meeting needs a time of day: {text!r}", f"write for example {day} {afternoon:%H:%M}"
        )
    return to_instant(when.on, clock, zone)


def read_past(workspace: "Workspace", text: str) -> datetime | None:
    """Return when something happened: noon where only a day is typed, None for today, which means now."""
    from outreach_tui.services.touchpoints import noon

    zone = workspace.zone
    when = parse_when(text, workspace.today, past=True)
    if when.clock is not None:
        return to_instant(when.on, when.clock, zone)
    return None if when.on == workspace.today else noon(when.on, zone)


def their_zone(customer: Customer, contact: Contact | None = None) -> str:
    """Return the zone of a person, else of the customer. Raises Refused if neither is known."""
    if contact is not None and contact.zone:
        return contact.zone
    if customer.place is None:
        raise Refused(
            f"it is not known where {customer.name} is, and so what time it is there",
            f"set it with: outreach edit {quoted(customer.name)} city=TOWN country=COUNTRY",
        )
    return customer.place.zone


def known_zone(customer: Customer | None, zone: str) -> str:
    """Return the customer's zone where it is known, else `zone`."""
    return customer.place.zone if customer is not None and customer.place else zone

"""Verbs that take care of the records of customers."""

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.documents import Whole, whole
from outreach_tui.cli.given import Given, quoted, verb
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer


class CustomerDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as it is now."""

    customer: Whole
    contacts: Whole
    changed: list[str]
    """Names of the fields that are new."""


@click.command()
@click.argument("name", metavar="C")
@click.argument("fields", metavar="[FIELD=VALUE]...", nargs=-1)
@click.option("--contact", metavar="NAME", default="", help="Somebody who works there.")
@click.option("--role", metavar="TEXT", default="", help="What they do.")
@click.option("--phone", metavar="TEXT", default="", help="Their phone.")
@click.option("--email", metavar="TEXT", default="", help="Their e-mail address.")
@verb
def add(
    given: Given,
    *,
    name: str,
    fields: tuple[str, ...],
    contact: str,
    role: str,
    phone: str,
    email: str,
) -> None:
    """Add a customer, with a contact if you name one."""
    if (role or phone or email) and not contact:
        raise click.UsageError("--role, --phone and --email are for --contact NAME")
    typed = _read_fields(fields)
    person = {"name": contact, "role": role, "phone": phone, "email": email} if contact else None
    services = given.services
    added = services.customers.add(name, typed, person)
    _ask_where(given, added)
    given.wrote(_document(given, added, list(typed)), f"  id {added.id[-6:]}")


@click.command()
@click.argument("customer", metavar="C")
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1, required=True)
@verb
def edit(given: Given, *, customer: str, fields: tuple[str, ...]) -> None:
    """Change fields of a customer; an empty value empties a field."""
    typed = _read_fields(fields)
    services = given.services
    found = services.customers.find(customer)
    changed = services.customers.edit(found, typed)
    now = services.customers.get(found.id)
    document = _document(given, now, changed)
    if changed:
        if set(changed) & {"city", "region", "country", "place"}:
            _ask_where(given, now)
        given.wrote(document)
    elif given.as_json:
        printing.document(document)
    else:
        printing.say([f"{now.name} says so already; nothing was changed."])


def _read_fields(fields: tuple[str, ...]) -> dict[str, str]:
    typed: dict[str, str] = {}
    for each in fields:
        field, equals, value = each.partition("=")
        if not (equals and field.strip()):
            raise click.UsageError(f"{each!r} is not of the form FIELD=VALUE")
        typed[field.strip().casefold().replace("-", "_")] = value
    return typed


def _document(given: Given, customer: Customer, changed: list[str]) -> CustomerDocument:
    people = given.services.store.of_customer(Contact, customer.id)
    return CustomerDocument(
        customer=whole(customer), contacts=whole(tuple(people)), changed=changed
    )


def _ask_where(given: Given, customer: Customer) -> None:
    """Say that a town is not certain, and how to answer: without a place there are no hours and no journeys."""
    if customer.place is not None or not customer.city:
        return
    match = given.services.places.look_up(customer.city, customer.region, customer.country)
    printing.note(match.why or f"No town is known as {customer.city!r}.")
    for place in match.candidates:
        answer = given.command(f"edit {quoted(customer.name)} place={place.geoname_id}")
        printing.note(f"  {place.label}: {answer}")

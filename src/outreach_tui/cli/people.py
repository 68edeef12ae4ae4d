"""Verbs about the people at customers: add, edit, move."""

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.documents import Named, Whole, whole
from outreach_tui.cli.given import Given, verb
from outreach_tui.cli.records import note_all, read_fields, said_doubts
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.when import parse_when
from outreach_tui.errors import BadInput
from outreach_tui.services.contact_fields import ALIASES


class ContactDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A person as they are now, and where they work."""

    contact: Whole
    customers: list[Named]
    changed: list[str]
    """Names of the fields that are new."""
    doubts: list[str]
    """What was taken as it was typed, and is unlikely."""


@click.group()
def contact() -> None:
    """Add, edit and move the people at customers."""


@contact.command()
@click.argument("customer", metavar="C")
@click.argument("name", metavar="NAME")
@click.argument("fields", metavar="[FIELD=VALUE]...", nargs=-1)
@verb
def add(given: Given, *, customer: str, name: str, fields: tuple[str, ...]) -> None:
    """Add somebody who works at a customer."""
    typed = {"name": name, **read_fields(fields)}
    services = given.services
    found = services.customers.find(customer)
    doubts = said_doubts(services.contacts.told(typed, found))
    added = services.contacts.add(found, typed)
    note_all(doubts)
    document = _document(given, added, [ALIASES.get(f, f) for f in typed if f != "name"], doubts)
    given.wrote(document, f"  id {added.id[-6:]}")


@contact.command()
@click.argument("person", metavar="PERSON")
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1, required=True)
@verb
def edit(given: Given, *, person: str, fields: tuple[str, ...]) -> None:
    """Change fields of a person; an empty value empties a field."""
    typed = read_fields(fields)
    services = given.services
    found = services.contacts.find(person)
    where = services.store.get(Customer, next(iter(found.customer_ids), ""))
    told = services.contacts.told(typed, where or Customer(id="", name=""), found)
    doubts = said_doubts(told)
    changed = services.contacts.edit(found, typed)
    now = services.contacts.get(found.id)
    document = _document(given, now, changed, doubts)
    note_all(doubts)
    if changed:
        given.wrote(document)
    elif given.as_json:
        printing.document(document)
    else:
        printing.say([f"{now.name} says so already; nothing was changed."])


@contact.command()
@click.argument("person", metavar="PERSON")
@click.option("--to", metavar="C", default="", help="The customer where they work from now on.")
@click.option(
    "--company", metavar="NAME", default="", help="Or another company, no customer of ours."
)
@click.option("--on", metavar="WHEN", default="", help="Since which day; today if nothing is said.")
@click.option(
    "--from", "leaves", metavar="C", default="", help="What they leave, if they work at several."
)
@verb
def move(given: Given, *, person: str, to: str, company: str, on: str, leaves: str) -> None:
    """Let a person change employer.

    The old employment ends, and stays on file with all that was said."""
    if bool(to) is bool(company):
        raise click.UsageError("say where to: --to C, or --company NAME")
    services = given.services
    found = services.contacts.find(person)
    when = parse_when(on, services.workspace.today, past=True) if on else None
    if when is not None and when.clock is not None:
        raise BadInput(f"a day is wanted, not a time: {on!r}", "leave the time out")
    moved = services.contacts.move(
        found,
        to=services.customers.find(to) if to else None,
        company=company,
        on=when.on if when else None,
        leaves=services.customers.find(leaves) if leaves else None,
    )
    given.wrote(_document(given, moved, ["employments"], []))


def _document(
    given: Given, person: Contact, changed: list[str], doubts: list[str]
) -> ContactDocument:
    rows = given.services.store.rows()
    names = [Named(id_, rows[id_].name) for id_ in person.customer_ids if id_ in rows]
    return ContactDocument(contact=whole(person), customers=names, changed=changed, doubts=doubts)

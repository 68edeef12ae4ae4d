"""Verbs that take care of the records of customers: add, edit, assign."""

from collections.abc import Mapping

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.documents import Named, Whole, whole
from outreach_tui.cli.given import Given, quoted, verb
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.presentation.words import plural
from outreach_tui.services.localities import is_vague
from outreach_tui.services.typed_values import Told


class CustomerDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as it is now."""

    customer: Whole
    contacts: Whole
    changed: list[str]
    """Names of the fields that are new."""
    doubts: list[str]
    """What was taken as it was typed, and is unlikely."""


class AssignDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks after customers now."""

    customers: list[Named]
    owner: Named | None
    changed: int
    dry_run: bool


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
    typed = read_fields(fields)
    person = {"name": contact, "role": role, "phone": phone, "email": email} if contact else None
    services = given.services
    doubts = said_doubts(services.customers.told(typed))
    added = services.customers.add(name, typed, person)
    if person:
        doubts += said_doubts(services.contacts.told({"phone": phone}, added))
    _ask_where(given, added)
    note_all(doubts)
    given.wrote(_document(given, added, list(typed), doubts), f"  id {added.id[-6:]}")


@click.command()
@click.argument("customer", metavar="C")
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1, required=True)
@verb
def edit(given: Given, *, customer: str, fields: tuple[str, ...]) -> None:
    """Change fields of a customer; an empty value empties a field."""
    typed = read_fields(fields)
    services = given.services
    found = services.customers.find(customer)
    doubts = said_doubts(services.customers.told(typed, found))
    changed = services.customers.edit(found, typed)
    now = services.customers.get(found.id)
    document = _document(given, now, changed, doubts)
    note_all(doubts)
    if changed:
        if set(changed) & {"city", "region", "country", "place"}:
            _ask_where(given, now)
        given.wrote(document)
    elif given.as_json:
        printing.document(document)
    else:
        printing.say([f"{now.name} says so already; nothing was changed."])


@click.command()
@click.argument("names", metavar="C...", nargs=-1, required=True)
@click.option(
    "--to", "owner", metavar="MEMBER", required=True, help="Who looks after them; or none."
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@verb
def assign(given: Given, *, names: tuple[str, ...], owner: str, dry_run: bool) -> None:
    """Say which member looks after customers."""
    services = given.services
    found = {c.id: c for c in map(services.customers.find, names)}
    owner_id = services.customers.owner_named(owner)
    member = next((m for m in services.workspace.members if m.id == owner_id), None)
    others = [customer for customer in found.values() if customer.owner_id != owner_id]
    if others and not dry_run:
        services.customers.edit_many(others, "owner", owner)
    document = AssignDocument(
        customers=[Named(c.id, c.name) for c in found.values()],
        owner=Named(member.id, member.name) if member else None,
        changed=len(others),
        dry_run=dry_run,
    )
    who = member.name if member else "nobody"
    if given.as_json:
        printing.document(document)
    elif not others:
        printing.say([f"{who} looks after them already; nothing was changed."])
    elif dry_run:
        listed = [f"  {customer.name}" for customer in others]
        printing.say([f"Would give {plural(len(others), 'customer')} to {who}:", *listed])
    else:
        given.wrote(document, f"  {who} looks after {', '.join(c.name for c in others)}")


def read_fields(fields: tuple[str, ...]) -> dict[str, str]:
    """Return typed values by field. Raises UsageError for what is not FIELD=VALUE."""
    typed: dict[str, str] = {}
    for each in fields:
        field, equals, value = each.partition("=")
        if not (equals and field.strip()):
            raise click.UsageError(f"{each!r} is not of the form FIELD=VALUE")
        typed[field.strip().casefold().replace("-", "_")] = value
    return typed


def said_doubts(told: Mapping[str, Told]) -> list[str]:
    """Return what is doubtful about typed fields and is taken all the same; a town is asked about apart."""
    return [said.words for field, said in told.items() if not said.wrong and field != "city"]


def note_all(doubts: list[str]) -> None:
    """Say each doubt on stderr."""
    for doubt in doubts:
        printing.note(f"{doubt}: kept as typed.")


def _document(
    given: Given, customer: Customer, changed: list[str], doubts: list[str]
) -> CustomerDocument:
    people = given.services.store.of_customer(Contact, customer.id)
    return CustomerDocument(
        customer=whole(customer), contacts=whole(tuple(people)), changed=changed, doubts=doubts
    )


def _ask_where(given: Given, customer: Customer) -> None:
    """Say that a town is not certain, and how to answer: without a place there are no hours and no journeys."""
    if not (customer.city and is_vague(customer)):
        return
    match = given.services.places.look_up(customer.city, customer.region, customer.country)
    printing.note(match.why or f"No town is known as {customer.city!r}.")
    for place in match.candidates:
        answer = given.command(f"edit {quoted(customer.name)} place={place.geoname_id}")
        printing.note(f"  {place.label}: {answer}")

"""Verbs that read: the day's list, the customers, one customer. They write nothing."""

from typing import TYPE_CHECKING

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, verb
from outreach_tui.domain.customer import Tier
from outreach_tui.domain.day_list import SuggestionKind
from outreach_tui.domain.standing import Standing, State
from outreach_tui.errors import NotFound
from outreach_tui.services.workspace import NOBODY

if TYPE_CHECKING:
    from outreach_tui.bootstrap import Services
    from outreach_tui.domain.day import Day, Item
    from outreach_tui.domain.member import Member
    from outreach_tui.presentation.cards import Reading
    from outreach_tui.presentation.layout import PieceLine

ALL = "all"


@click.command()
@click.option("--member", metavar="MEMBER", help="Whose list: a member, or all.")
@click.option(
    "--kind",
    type=click.Choice([k.value for k in SuggestionKind]),
    multiple=True,
    help="Only suggestions of this kind.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="At most so many suggestions."
)
@click.option("--why-not", is_flag=True, help="Also who was left out today, and why.")
@verb
def today(
    given: Given, *, member: str | None, kind: tuple[str, ...], limit: int | None, why_not: bool
) -> None:
    """Print what is promised today, and whom to talk to and why."""
    print_day(given, member=member or "", kinds=kind, limit=limit, why_not=why_not)


def print_day(
    given: Given,
    *,
    member: str = "",
    kinds: tuple[str, ...] = (),
    limit: int | None = None,
    why_not: bool = False,
) -> None:
    """Print the day of a member, of all, or of the person at the keyboard."""
    services, members = _whose(given, member)
    days = [services.day_plans.today(one) for one in members]
    chosen = [_chosen(day, kinds, limit) for day in days]
    rows = _standings(services, days)
    _note_contradictions(services)
    notices = [_notice(services, day.member, everyone=member == ALL) for day in days]
    if given.as_json:
        everyone = member == ALL
        document = _day_json(
            services, days, chosen, rows, notices, why_not=why_not, everyone=everyone
        )
        printing.document(document)
        return
    if not services.store.rows():
        printing.say(_no_customers(given))
        return
    for number, (day, items, notice) in enumerate(zip(days, chosen, notices, strict=True)):
        printing.say([""] if number else [])
        printing.say(_day_text(given, services, day, items=items, rows=rows, why_not=why_not))
        printing.say(_notice_lines(given, notice) if notice else [])


def _note_contradictions(services: "Services") -> None:
    """Say which settings in the file cannot be meant."""
    contradictions = services.workspace.contradictions
    if not contradictions:
        return
    from outreach_tui.presentation.load_text import contradiction_words

    for found in contradictions:
        printing.note(contradiction_words(found, services.settings.default_of(found.name)))


def _notice(services: "Services", member: "Member", *, everyone: bool) -> str:
    """Return what is worth saying about a member's load."""
    from outreach_tui.presentation.load_text import load_notice

    mine = not everyone and member.id == services.workspace.member.id
    return load_notice(services.loads.of(member), "" if mine else member.name)


def _notice_lines(given: Given, notice: str) -> list["PieceLine"]:
    from outreach_tui.presentation.plain_table import paragraph

    helps = f"What helps: {given.command('setting')}"
    return [[], *paragraph(f"{notice}.", printing.prose_room()), [(helps, "muted")]]


def _whose(given: Given, typed: str) -> tuple["Services", list["Member"]]:
    """Return the services in whose zone the day is, and the members whose lists are asked for."""
    services = given.services
    if not typed:
        return services, [services.workspace.member]
    if typed == ALL:
        everybody = list(services.workspace.members) or [services.workspace.member]
    else:
        everybody = [services.workspace.find_member(typed)]
    # Who only looks at a list need not say who they are: the day is then that of the list's owner.
    if len(services.workspace.members) > 1 and not (given.member or services.config.me):
        services = given.services_of(everybody[0].id)
    return services, everybody


def _chosen(day: "Day", kinds: tuple[str, ...], limit: int | None) -> list["Item"]:
    items = [item for item in day.items if not kinds or item.suggestion.kind.value in kinds]
    return items if limit is None else items[:limit]


def _standings(services: "Services", days: list["Day"]) -> dict[str, Standing]:
    """Return the standing of every customer that the days name; those who were removed have none."""
    wanted = {item.suggestion.customer_id for day in days for item in day.items}
    wanted |= {c.customer_id for day in days for c in day.commitments if c.customer_id}
    wanted |= {left.customer_id for day in days for left in day.left_out}
    found = {}
    for id_ in wanted:
        try:
            found[id_] = services.customers.standing(id_)
        except NotFound:
            continue
    return found


def _day_json(
    services: "Services",
    days: list["Day"],
    chosen: list[list["Item"]],
    rows: dict[str, Standing],
    notices: list[str],
    *,
    why_not: bool,
    everyone: bool,
) -> msgspec.Struct:
    from outreach_tui.cli.documents import DayDocument, day_document, load_row, named_member

    documents = [
        day_document(
            day,
            items,
            rows,
            named_member(day.member, NOBODY),
            load_row(services.loads.of(day.member), notice),
            why_not=why_not,
        )
        for day, items, notice in zip(days, chosen, notices, strict=True)
    ]
    if not everyone:
        return documents[0]
    left_out = [row for each in documents if each.why_not for row in each.why_not]
    return DayDocument(
        date=documents[0].date,
        member=None,
        frozen=all(each.frozen for each in documents),
        commitments=[row for each in documents for row in each.commitments],
        suggestions=[row for each in documents for row in each.suggestions],
        load=None,
        why_not=left_out if why_not else msgspec.UNSET,
    )


def _day_text(
    given: Given,
    services: "Services",
    day: "Day",
    *,
    items: list["Item"],
    rows: dict[str, Standing],
    why_not: bool,
) -> list["PieceLine"]:
    from outreach_tui.presentation import plain_day

    room = printing.prose_room()
    reading = reading_of(services, zone=day.member.zone)
    lines = [plain_day.day_head(day, room)]
    lines += plain_day.commitment_lines(day, rows, reading, room)
    lines += plain_day.suggestion_lines(items, rows, reading, room)
    if not items:
        lines += [[], [("Nobody else to call, visit or invite today.", "")]]
    if why_not:
        from outreach_tui.presentation.days import more_words

        lines += plain_day.left_out_lines(
            day.left_out, more_words(day) if day.more else "", rows, room
        )
    elif day.left_out and not items:
        lines.append([(f"Who was left out, and why: {given.command('today --why-not')}", "muted")])
    return lines


def reading_of(services: "Services", zone: str = "") -> "Reading":
    """Return who reads, and when."""
    from outreach_tui.presentation.cards import Reading

    workspace = services.workspace
    names = {member.id: member.name for member in workspace.members}
    return Reading(workspace.now, zone or workspace.zone, names)


def _no_customers(given: Given) -> list[str]:
    return [f"No customers yet. Import a spreadsheet: {given.command('import FILE.csv')}"]


@click.command()
@click.option(
    "--search",
    metavar="TEXT",
    default="",
    help="Words of the name, the contact, the place or the industry.",
)
@click.option(
    "--tier",
    type=click.Choice([t.value for t in Tier], case_sensitive=False),
    multiple=True,
    help="Only this tier.",
)
@click.option(
    "--state", type=click.Choice([s.value for s in State]), multiple=True, help="Only this state."
)
@click.option("--region", metavar="TEXT", default="", help="Only this city, region or country.")
@click.option(
    "--owner", metavar="MEMBER", default="", help="Only those that this member looks after."
)
@verb
def customers(
    given: Given,
    *,
    search: str,
    tier: tuple[str, ...],
    state: tuple[str, ...],
    region: str,
    owner: str,
) -> None:
    """List the customers, by name."""
    from outreach_tui.services.customers import Filter

    services = given.services
    wanted = Filter(
        search=search,
        tiers=frozenset(Tier(each.upper()) for each in tier),
        states=frozenset(State(each) for each in state),
        region=region,
        owner_id=services.workspace.find_member(owner).id if owner else None,
    )
    found = services.customers.listing(wanted)
    if given.as_json:
        from outreach_tui.cli.documents import CustomersDocument, customer_row

        members = {member.id: member.name for member in services.workspace.members}
        now = services.workspace.now
        printing.document(CustomersDocument([customer_row(each, members, now) for each in found]))
    elif found:
        from outreach_tui.presentation.plain_customers import customer_table

        printing.say(customer_table(found, reading_of(services), printing.terminal_room()))
    elif services.store.rows():
        printing.say(["No customer fits."])
    else:
        printing.say(_no_customers(given))


@click.command()
@click.argument("customer", metavar="C")
@verb
def show(given: Given, *, customer: str) -> None:
    """Print all that one should know before talking to a customer."""
    services = given.services
    brief = services.customers.brief(services.customers.find(customer).id)
    if given.as_json:
        from outreach_tui.cli.brief_document import brief_document

        printing.document(brief_document(brief))
        return
    from outreach_tui.presentation.plain_brief import brief_page

    printing.say(brief_page(brief, reading_of(services), printing.prose_room()))

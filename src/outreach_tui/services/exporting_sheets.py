"""Records as rows of a spreadsheet, with columns that an import maps back by itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from outreach_tui.domain import own_columns as own
from outreach_tui.domain.columns import knows_header
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer, Tier
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.member import Member
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.text import clean_line, clean_text, text_key
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.domain.when import zone_info
from outreach_tui.services.ports import OutCell, Store

BETWEEN = "; "
"""Between values that share a cell and are there to be read."""


class OutSheet(NamedTuple):
    """A table that goes out; the rows are made one by one."""

    headers: list[str]
    rows: Iterator[list[OutCell]]
    records: int


class Sheets:
    """Makes the spreadsheets of a file; `tiers` are the customers' tiers of today."""

    def __init__(self, store: Store, tiers: Callable[[], Mapping[str, Tier]]) -> None:
        self._store = store
        self._tiers = tiers
        self._customers = {customer.id: customer for customer in store.all(Customer)}
        self._members = _called(store.all(Member))

    def customers(self) -> OutSheet:
        """Return one row for each customer."""
        customers = list(self._customers.values())
        more = _More(customers)
        tiers = self._tiers()
        headers = [
            *(own.CUSTOMER_ID, "Customer", "Address", "Postal code", "City", "Region", "Country"),
            *("Phone", "E-mail", "Website", "Industry", "Customer since", "Renewal", "Status"),
            *("Owner", "Tier", "Tags"),
            *map(own.read_only, ("Tier today", "Place", "Do not contact", "Paused until")),
            *more.headers,
        ]

        def row(c: Customer) -> list[OutCell]:
            return [
                *(c.id, line(c.name), line(c.address), line(c.postal_code), line(c.city)),
                *(line(c.region), line(c.country), line(c.phone), line(c.email), line(c.website)),
                *(line(c.industry), c.customer_since or "", c.renewal_on or "", c.status.value),
                *(self._member(c.owner_id), c.tier_pin.value if c.tier_pin else ""),
                ", ".join(map(line, c.tags)),
                *(
                    tiers[c.id].value if c.id in tiers else "",
                    line(c.place.label if c.place else ""),
                ),
                *(yes(c.do_not_contact), c.paused_until or ""),
                *more.cells(c),
            ]

        return OutSheet(headers, map(row, customers), len(customers))

    def contacts(self) -> OutSheet:
        """Return one row for each contact and customer that they work at now; one without if there is none."""
        contacts = self._store.all(Contact)
        more = _More(contacts)
        phones = max((len(c.phones) for c in contacts), default=0)
        emails = max((len(c.emails) for c in contacts), default=0)
        headers = [
            *(own.CONTACT_ID, "Contact", "Role", own.CUSTOMER_ID, "Customer"),
            *_numbered("Phone", phones),
            *_numbered("E-mail", emails),
            *("Language", own.read_only("Do not contact"), *more.headers),
        ]

        def rows() -> Iterator[list[OutCell]]:
            for c in contacts:
                for customer_id in c.customer_ids or ("",):
                    yield [
                        *(c.id, line(c.name), line(c.role), *self._customer(customer_id)),
                        *_padded(c.phones, phones),
                        *_padded(c.emails, emails),
                        *(line(c.language), yes(c.do_not_contact), *more.cells(c)),
                    ]

        return OutSheet(headers, rows(), len(contacts))

    def purchases(self) -> OutSheet:
        """Return one row for each purchase."""
        purchases = self._store.all(Purchase)
        more = _More(purchases)
        headers = [
            *(own.PURCHASE_ID, own.CUSTOMER_ID, "Customer", "Date", "Kind", "Amount", "Currency"),
            *more.headers,
        ]

        def row(p: Purchase) -> list[OutCell]:
            return [
                *(p.id, *self._customer(p.customer_id), p.on, p.kind.value, number(p.amount)),
                *(line(p.currency or ""), *more.cells(p)),
            ]

        return OutSheet(headers, map(row, purchases), len(purchases))

    def touchpoints(self) -> OutSheet:
        """Return one row for each touchpoint and customer; day and time are those of who wrote it down."""
        touchpoints = self._store.all(Touchpoint)
        people = {contact.id: line(contact.name) for contact in self._store.all(Contact)}
        headers = [
            *(own.TOUCHPOINT_ID, own.CUSTOMER_ID, "Customer", "Date", "Time", "Time zone", "Kind"),
            *("Direction", "Outcome", "With", "Member", "Minutes", "Meal", "Next step", "Note"),
        ]

        def rows() -> Iterator[list[OutCell]]:
            for t in touchpoints:
                at = t.at.astimezone(zone_info(t.zone))
                for customer_id in t.customer_ids or ("",):
                    yield [
                        *(t.id, *self._customer(customer_id), at.date(), at.time(), t.zone),
                        *(t.kind.value, t.direction.value, t.outcome.value),
                        BETWEEN.join(people[id_] for id_ in t.contact_ids if id_ in people),
                        *(self._member(t.member_id), "" if t.minutes is None else t.minutes),
                        *(yes(t.meal), t.next_step.value if t.next_step else ""),
                        clean_text(t.note).strip(),
                    ]

        return OutSheet(headers, rows(), len(touchpoints))

    def feedback(self) -> OutSheet:
        """Return one row for each thing that was said."""
        said = self._store.all(Feedback)
        people = {contact.id: line(contact.name) for contact in self._store.all(Contact)}
        headers = [
            *(own.FEEDBACK_ID, own.CUSTOMER_ID, "Customer", "Date", "Sort", "Words", "Themes"),
            *("Said by", "State", "State since", "Owner", "Answer", "Link", "Told on"),
        ]

        def row(f: Feedback) -> list[OutCell]:
            return [
                *(f.id, *self._customer(f.customer_id), f.on, f.sort.value, line(f.words)),
                *(BETWEEN.join(map(line, f.themes)), people.get(f.contact_id or "", "")),
                *(f.state.value, f.state_on or "", self._member(f.owner_id), line(f.answer)),
                *(line(f.link), days([told.on for told in f.told])),
            ]

        return OutSheet(headers, map(row, said), len(said))

    def _customer(self, id_: str) -> tuple[str, str]:
        found = self._customers.get(id_)
        return id_, line(found.name) if found else ""

    def _member(self, id_: str | None) -> str:
        return self._members.get(id_ or "", "")


class _More:
    """The columns that the records bring along: ids in other systems, and what earlier imports kept as it was."""

    def __init__(
        self, records: Sequence[Customer] | Sequence[Contact] | Sequence[Purchase]
    ) -> None:
        self._systems = list(dict.fromkeys(s for r in records for s in r.external_ids))
        self._extras = list(dict.fromkeys(e for r in records for e in r.extra))
        taken: set[str] = set()
        self.headers = [own.system_header(line(system)) for system in self._systems]
        for extra in self._extras:
            header = line(extra)
            if not header or knows_header(header) or header.casefold() in taken:
                header = own.extra_header(header)
            taken.add(header.casefold())
            self.headers.append(header)

    def cells(self, record: Customer | Contact | Purchase) -> list[OutCell]:
        """Return what a record has in these columns."""
        ids, extra = record.external_ids, record.extra
        return [
            *(line(ids.get(system, "")) for system in self._systems),
            *(line(extra.get(name, "")) for name in self._extras),
        ]


def line(text: str) -> str:
    """Return a text as an import reads it."""
    return clean_line(text)


def yes(value: bool) -> str:
    """Return a yes, or nothing."""
    return "yes" if value else ""


def days(on: Sequence[date]) -> OutCell:
    """Return a day; several share a cell as text."""
    return on[0] if len(on) == 1 else BETWEEN.join(day.isoformat() for day in on)


def number(amount: str | None) -> OutCell:
    """Return an amount as a number, with all its decimals; what somebody made no number stays text."""
    try:
        value = Decimal(amount or "")
    except InvalidOperation:
        return line(amount or "")
    return value if value.is_finite() else line(amount or "")


def _called(members: Iterable[Member]) -> dict[str, str]:
    """Return what each member is called; by e-mail where two have one name."""
    names: dict[str, list[Member]] = {}
    for member in members:
        names.setdefault(text_key(member.name), []).append(member)
    return {
        m.id: line(m.email if len(same) > 1 and m.email else m.name)
        for same in names.values()
        for m in same
    }


def _numbered(header: str, count: int) -> list[str]:
    return [header, *(f"{header} {number_}" for number_ in range(2, count + 1))]


def _padded(values: Sequence[str], count: int) -> list[str]:
    return [*map(line, values), *("" for _ in range(max(count, 1) - len(values)))]

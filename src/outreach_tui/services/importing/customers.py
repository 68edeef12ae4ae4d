"""Rows of a list of customers: the account, its contact, where it is, and when we last spoke."""

from collections.abc import Callable, Sequence
from datetime import date, time
from functools import cached_property
from typing import Any

import msgspec

from outreach_tui.domain.customer import Customer, Status
from outreach_tui.domain.facts import touchpoint_day
from outreach_tui.domain.member import Member
from outreach_tui.domain.text import text_key
from outreach_tui.domain.touchpoint import Outcome, Touchpoint, TouchpointKind
from outreach_tui.domain.when import to_instant
from outreach_tui.domain.written_words import is_no, read_status, read_tier
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.books import Book, CustomerBook, listed
from outreach_tui.services.importing.contacts import People
from outreach_tui.services.importing.plan import Candidate, Question
from outreach_tui.services.importing.tables import Row
from outreach_tui.services.importing.towns import placed
from outreach_tui.services.localities import PlaceFinder
from outreach_tui.services.workspace import Workspace

_TEXTS = ("address", "city", "region", "postal_code", "country", "website", "industry")
_DAYS = ("customer_since", "renewal_on")
_TAG_ENDS = str.maketrans(";|", ",,")


class CustomerRows:
    """Takes rows of customers one by one."""

    def __init__(
        self, workspace: Workspace, customers: CustomerBook, people: People, places: PlaceFinder
    ) -> None:
        self._workspace = workspace
        self._customers = customers
        self._people = people
        self._places = places
        self._touchpoints: Book[Touchpoint] = Book([])
        self._today = workspace.today
        self._zone = workspace.zone
        self._members = {text_key(m.name): m for m in workspace.members}
        self._members |= {m.email.casefold(): m for m in workspace.members if m.email}
        self._asked_owners: set[str] = set()

    @property
    def touchpoints(self) -> Book[Touchpoint]:
        """The conversations that the rows stated."""
        return self._touchpoints

    def take(self, row: Row, ask: Callable[[Question], None]) -> str:
        """Return whether the row is `created`, `updated` or `unchanged`. Raises BadInput for one to be skipped."""
        if not row.text("name"):
            raise row.lacks("name")
        days = {field: on for field in _DAYS if (on := row.day(field))}
        last_contact_on = self._last_contact(row)
        known = self._find(row)
        old = known or Customer(id=self._workspace.ids.new(), name=row.text("name"))
        customer = self._filled(old, row, days, ask)
        customer = placed(self._places, old, customer, row.line, ask)
        changed = self._customers.put(customer)
        changed |= self._people.of_customer_row(row, customer, before=old)
        changed |= self._speak(row, customer, last_contact_on)
        if known is None:
            return "created"
        return "updated" if changed else "unchanged"

    def _find(self, row: Row) -> Customer | None:
        """Find by external id, else by name and city; a list without cities goes by the name alone."""
        ids = row.external_id()
        name, city = row.text("name"), row.text("city")
        if known := self._customers.by_external_id(ids):
            return known
        if city:
            found = self._customers.named_in(name, city, ids) or self._customers.named_in(
                name, "", ids
            )
        else:
            found = self._customers.named(name, ids)
        if len(found) > 1:
            raise BadInput(
                f"row {row.line}: {len(found)} customers are called “{name}”: {listed(found)}",
                "add their city or an id",
            )
        return found[0] if found else None

    def _filled(
        self, old: Customer, row: Row, days: dict[str, date], ask: Callable[[Question], None]
    ) -> Customer:
        """Return the customer with what the row says; an empty cell leaves what is known."""
        fields: dict[str, Any] = {**row.texts(*_TEXTS), **days}
        ids = row.external_id()
        if text_key(old.name) != text_key(row.text("name")):
            fields["name"] = row.text("name")
        if phone := row.text("phone"):
            fields["phone"] = phone
        if email := row.text("email"):
            fields["email"] = email
        if ids:
            fields["external_ids"] = {**old.external_ids, **ids}
        extra = row.extras()
        if not row.text("contact") and not row.text("first_name") and not row.text("last_name"):
            extra |= _by_header(row, ("role", "contact_phone", "contact_email"))
        fields |= self._owned(old, row, extra, ask) | _with_status(old, row, extra)
        fields |= _pinned(old, row, extra) | _tagged(old, row)
        if extra:
            fields["extra"] = {**old.extra, **extra}
        return msgspec.structs.replace(old, **fields)

    def _owned(
        self, old: Customer, row: Row, extra: dict[str, str], ask: Callable[[Question], None]
    ) -> dict[str, Any]:
        owner = row.text("owner")
        if not owner:
            return {}
        member = self._members.get(text_key(owner)) or self._members.get(owner.casefold())
        if member is not None:
            return {"owner_id": member.id}
        extra[row.table.header("owner")] = owner
        if text_key(owner) not in self._asked_owners:
            self._asked_owners.add(text_key(owner))
            ask(_owner_question(row, owner, old.id, self._workspace.members))
        return {}

    def _last_contact(self, row: Row) -> date | None:
        on = row.day("last_contact_on")
        if on is not None and on > self._today:
            raise row.unreadable("last_contact_on", "lies ahead", "a last contact is in the past")
        return on

    def _speak(self, row: Row, customer: Customer, on: date | None) -> bool:
        """Note the last conversation, unless one of that day is known."""
        if on is None:
            return False
        days = self._days_spoken.setdefault(customer.id, set())
        if on in days:
            return False
        days.add(on)
        touchpoint = Touchpoint(
            id=self._workspace.ids.new(),
            customer_ids=(customer.id,),
            kind=TouchpointKind.CALL,
            outcome=Outcome.HELD,
            at=to_instant(on, time(12), self._zone),
            zone=self._zone,
            member_id=customer.owner_id,
            note=f"imported from {row.table.sheet.name}, column “{row.table.header('last_contact_on')}”",
            plain=True,
        )
        return self._touchpoints.put(touchpoint)

    @cached_property
    def _days_spoken(self) -> dict[str, set[date]]:
        """The days with a touchpoint of every customer; only a list with last contacts needs them."""
        days: dict[str, set[date]] = {}
        for touchpoint in self._workspace.store.all(Touchpoint):
            for customer_id in touchpoint.customer_ids:
                days.setdefault(customer_id, set()).add(touchpoint_day(touchpoint))
        return days


def _by_header(row: Row, fields: Sequence[str]) -> dict[str, str]:
    return {row.table.header(field): text for field, text in row.texts(*fields).items()}


def _owner_question(row: Row, owner: str, customer_id: str, members: Sequence[Member]) -> Question:
    return Question(
        row=row.line,
        field="owner",
        value=owner,
        candidates=tuple(Candidate(label=m.name) for m in members[:5]),
        why=f"nobody of the team is called {owner}; the name is kept as it is",
        customer_id=customer_id,
    )


def _from_column(row: Row, field: str) -> str:
    """Return the note on a decision that an import made, by which the next one knows it."""
    return f"“{row.text(field)}” in column “{row.table.header(field)}”"


def _is_from_column(note: str, row: Row, field: str) -> bool:
    return note.startswith("“") and note.endswith(f"in column “{row.table.header(field)}”")


def _with_status(old: Customer, row: Row, extra: dict[str, str]) -> dict[str, Any]:
    """Return the status that the row states; what a person decided is left alone."""
    text = row.text("status")
    status = read_status(text) if text else None
    if status is None:
        extra |= _by_header(row, ("status",))
        return {}
    by_hand = old.status is not Status.ACTIVE and not _is_from_column(
        old.status_note, row, "status"
    )
    if by_hand or status is old.status:
        return {}
    note = "" if status is Status.ACTIVE else _from_column(row, "status")
    return {"status": status, "status_note": note, "paused_until": None}


def _pinned(old: Customer, row: Row, extra: dict[str, str]) -> dict[str, Any]:
    """Return the tier that the row states; a tier that a person pinned is left alone."""
    text = row.text("tier")
    if not text or (old.tier_pin and not _is_from_column(old.tier_note, row, "tier")):
        return {}
    if is_no(text):
        return {"tier_pin": None, "tier_note": ""} if old.tier_pin else {}
    tier = read_tier(text)
    if tier is None:
        extra |= _by_header(row, ("tier",))
        return {}
    return {"tier_pin": tier, "tier_note": _from_column(row, "tier")}


def _tagged(old: Customer, row: Row) -> dict[str, Any]:
    tags = [tag.strip() for tag in row.text("tags").translate(_TAG_ENDS).split(",")]
    known = {text_key(tag) for tag in old.tags}
    new = {text_key(tag): tag for tag in tags if tag and text_key(tag) not in known}
    return {"tags": (*old.tags, *new.values())} if new else {}

"""Rows of a list of customers: the account, its contact, where it is, and when we last spoke."""

from collections.abc import Callable, Iterable
from datetime import date, time
from functools import cached_property
from typing import Any

import msgspec

from outreach_tui.domain.customer import Customer, Status
from outreach_tui.domain.facts import touchpoint_day
from outreach_tui.domain.joining import is_former, was_called
from outreach_tui.domain.text import text_key
from outreach_tui.domain.touchpoint import Outcome, Touchpoint, TouchpointKind
from outreach_tui.domain.twins import bare_words
from outreach_tui.domain.when import to_instant
from outreach_tui.domain.written_words import is_no, read_status, read_tier
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.books import Book, CustomerBook, has_other_id, listed
from outreach_tui.services.importing.contacts import People, person_name
from outreach_tui.services.importing.owners import Owners
from outreach_tui.services.importing.plan import Question
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
        self,
        workspace: Workspace,
        customers: CustomerBook,
        people: People,
        places: PlaceFinder,
        owners: Owners,
    ) -> None:
        self._workspace = workspace
        self._customers = customers
        self._people = people
        self._places = places
        self._owners = owners
        self._touchpoints: Book[Touchpoint] = Book([])
        self._person_of: dict[str, str] = {}
        self._today = workspace.today
        self._zone = workspace.zone

    @property
    def touchpoints(self) -> Book[Touchpoint]:
        """The conversations that the rows stated."""
        return self._touchpoints

    def leave_to(self, listed: Iterable[Touchpoint]) -> None:
        """Make nothing of a conversation that a row stated where a list of them has one of that day: it says more."""
        stated = list(self._touchpoints.all())
        if not stated:
            return
        spoken = {(id_, touchpoint_day(t)) for t in listed for id_ in t.customer_ids}
        for touchpoint in stated:
            if (touchpoint.customer_ids[0], touchpoint_day(touchpoint)) in spoken:
                self._touchpoints.drop(touchpoint.id)

    def start_file(self) -> None:
        """Begin another file: in each, the first row of a customer speaks for it."""
        self._person_of.clear()

    def take(self, row: Row, ask: Callable[[Question], None]) -> str:
        """Return whether the row is `created`, `updated` or `unchanged`. Raises BadInput for one to be skipped."""
        if not row.text("name"):
            raise row.lacks("name")
        days = {field: on for field in _DAYS if (on := row.day(field))}
        last_contact_on = self._last_contact(row)
        known = self._find(row)
        id_ = self._customers.claim_own(row.text("own_id"), known, self._workspace.ids)
        old = known or Customer(id=id_, name=row.text("name"))
        customer = old
        # A list that still has what was merged must not take back what was chosen then.
        former = is_former(old, row.text("name"), row.external_ids())
        if not former:
            customer = self._filled(old, row, days, ask)
            customer = placed(self._places, old, customer, row.line, ask)
        changed = self._customers.put(customer)
        changed |= self._people.of_customer_row(row, customer, before=old, only_new=former)
        changed |= self._speak(row, customer, last_contact_on)
        if known is None:
            return "created"
        return "updated" if changed else "unchanged"

    def _find(self, row: Row) -> Customer | None:
        """Find by our id, by external id, else by name and city, else by an e-mail address that nobody else has.

        A list without cities goes by the name alone. Neither does an address make one of customers in two towns, or of
        two names: it may be that of a chain, or of whoever owns both. They are proposed as twins then.
        """
        own = row.text("own_id")
        if known := self._customers.find_own(own):
            return known
        ids = row.external_ids()
        name, city = row.text("name"), row.text("city")
        known = self._customers.by_external_id(ids)
        if known and not self._customers.is_others(own, known):
            return known
        if city:
            found = self._customers.named_in(name, city, ids) or self._customers.named_in(
                name, "", ids
            )
        else:
            found = self._customers.named(name, ids)
        found = [c for c in found if not self._customers.is_others(own, c)]
        mailed = None if own else self._by_email(row, ids)
        if mailed and (not found or mailed in found):
            return mailed
        if len(found) > 1:
            raise BadInput(
                f"row {row.line}: {len(found)} customers are called “{name}”: {listed(found)}",
                "add their city or an id",
            )
        return found[0] if found else None

    def _by_email(self, row: Row, ids: dict[str, str]) -> Customer | None:
        for email in row.all("email"):
            found = self._customers.with_email(email)
            if found is None or has_other_id(found, ids):
                continue
            if row.table.email_counts[email.casefold()] == 1 and _can_be(found, row):
                return found
        return None

    def _filled(
        self, old: Customer, row: Row, days: dict[str, date], ask: Callable[[Question], None]
    ) -> Customer:
        """Return the customer with what the row says; an empty cell leaves what is known.

        Where a list has a row for each person of a customer, the later ones only fill what is empty.
        """
        fields: dict[str, Any] = {**row.texts(*_TEXTS), **days}
        ids = row.external_ids()
        if text_key(old.name) != text_key(row.text("name")) and not was_called(
            old, row.text("name")
        ):
            fields["name"] = row.text("name")
        fields |= {f: values[0] for f in ("phone", "email") if (values := row.all(f))}
        extra = row.extras()
        person = text_key(person_name(row, "contact"))
        if not person:
            for field in ("role", "contact_phone", "contact_email"):
                extra |= row.by_header(field)
            for field in ("phone", "email"):
                if len(row.all(field)) > 1:  # the account has room for one
                    extra |= row.by_header(field)
        if self._person_of.setdefault(old.id, person) != person:
            fields = {field: value for field, value in fields.items() if not getattr(old, field)}
            extra = {header: text for header, text in extra.items() if header not in old.extra}
        if ids:
            fields["external_ids"] = {**old.external_ids, **ids}
        member = self._owners.take(row, old.id, extra, ask)
        fields |= {"owner_id": member.id} if member else {}
        fields |= _with_status(old, row, extra) | _pinned(old, row, extra) | _tagged(old, row)
        if extra:
            fields["extra"] = {**old.extra, **extra}
        return msgspec.structs.replace(old, **fields)

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


def _can_be(known: Customer, row: Row) -> bool:
    """Return whether a customer of a row's address can be the row's: one name is in the other, and the towns agree."""
    towns = {text_key(town) for town in (known.city, row.text("city")) if town}
    one, other = set(bare_words(known.name)), set(bare_words(row.text("name")))
    return len(towns) < 2 and bool(one and other) and (one <= other or other <= one)


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
        extra |= row.by_header("status")
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
        extra |= row.by_header("tier")
        return {}
    return {"tier_pin": tier, "tier_note": _from_column(row, "tier")}


def _tagged(old: Customer, row: Row) -> dict[str, Any]:
    tags = [tag.strip() for tag in row.text("tags").translate(_TAG_ENDS).split(",")]
    known = {text_key(tag) for tag in old.tags}
    new = {text_key(tag): tag for tag in tags if tag and text_key(tag) not in known}
    return {"tags": (*old.tags, *new.values())} if new else {}

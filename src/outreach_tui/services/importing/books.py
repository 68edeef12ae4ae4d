"""Records as they will be after an import, found by what rows say of them, with one look-up a row."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.ids import short
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Put, Record, patch
from outreach_tui.domain.text import text_key

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Hashable)


def listed(customers: Sequence[Customer], most: int = 5) -> str:
    """Return customers as people tell them apart: name, town and the end of the id."""
    names = [
        f"{c.name} ({', '.join(part for part in (c.city, short(c.id)) if part)})"
        for c in customers[:most]
    ]
    more = f" and {len(customers) - most} more" if len(customers) > most else ""
    return ", ".join(names) + more


class _ExternalIndex:
    """Which record has an id in another system."""

    def __init__(self) -> None:
        self._owner: dict[tuple[str, str], str] = {}

    def add(self, id_: str, ids: Mapping[str, str]) -> None:
        for source, value in ids.items():
            self._owner.setdefault((text_key(source), value), id_)

    def remove(self, id_: str, ids: Mapping[str, str]) -> None:
        for source, value in ids.items():
            if self._owner.get((text_key(source), value)) == id_:
                del self._owner[text_key(source), value]

    def find(self, ids: Mapping[str, str]) -> str | None:
        owners = (self._owner.get((text_key(source), value)) for source, value in ids.items())
        return next(filter(None, owners), None)


class _Alike(Generic[K]):
    """Records with the same key, in the order they came, parted by the systems that have an id for them.

    Two records with different ids in the same system are two, however alike they are.
    """

    def __init__(self) -> None:
        self._groups: dict[K, dict[frozenset[str], dict[str, None]]] = {}

    def add(self, key: K, id_: str, ids: Mapping[str, str]) -> None:
        self._groups.setdefault(key, {}).setdefault(_systems(ids), {})[id_] = None

    def remove(self, key: K, id_: str, ids: Mapping[str, str]) -> None:
        self._groups.get(key, {}).get(_systems(ids), {}).pop(id_, None)

    def find(self, key: K, ids: Mapping[str, str]) -> Iterator[str]:
        """Yield the records of the key that have no id in the systems of `ids`."""
        systems = _systems(ids)
        for held, members in self._groups.get(key, {}).items():
            if not held & systems:
                yield from members


def _systems(ids: Mapping[str, str]) -> frozenset[str]:
    return frozenset(text_key(source) for source in ids)


class Book(Generic[R]):
    """The records of one kind, with what the import made of them so far."""

    def __init__(self, stored: Iterable[R]) -> None:
        self._stored = {record.id: record for record in stored}
        self._now: dict[str, R] = {}
        for record in self._stored.values():
            self._enter(record)

    def get(self, id_: str) -> R:
        """Return a record as it is by now."""
        return self._now.get(id_) or self._stored[id_]

    def put(self, record: R) -> bool:
        """Keep a new record, or a new state of one; return whether anything differs."""
        old = self._now.get(record.id) or self._stored.get(record.id)
        if old == record:
            return False
        if old is not None:
            self._leave(old)
        self._now[record.id] = record
        self._enter(record)
        return True

    def find_own(self, id_: str) -> R | None:
        """Return the record with this id of ours, as it is by now."""
        return self._now.get(id_) or self._stored.get(id_)

    def all(self) -> Iterator[R]:
        """Yield the records as they are by now."""
        yield from (self.get(id_) for id_ in self._stored)
        yield from (record for id_, record in self._now.items() if id_ not in self._stored)

    def is_new(self, id_: str) -> bool:
        """Return whether the import makes this record."""
        return id_ not in self._stored

    def changes(self) -> list[Change]:
        """Return what makes the stored records into these; nothing for a record that is as it was."""
        changes: list[Change] = []
        for id_, record in self._now.items():
            old = self._stored.get(id_)
            changes += [Put(record)] if old is None else patch(old, record)
        return changes

    def _enter(self, record: R) -> None:
        """Make the record findable by what it says."""

    def _leave(self, record: R) -> None:
        """Make the record no longer findable by what it said."""


class CustomerBook(Book[Customer]):
    """Customers by external id, by name and city, and by name."""

    def __init__(self, stored: Iterable[Customer]) -> None:
        self._external = _ExternalIndex()
        self._by_any_id: dict[str, dict[str, None]] = defaultdict(dict)
        self._by_name_and_city: _Alike[tuple[str, str]] = _Alike()
        self._by_name: _Alike[str] = _Alike()
        super().__init__(stored)

    def by_external_id(self, ids: Mapping[str, str]) -> Customer | None:
        """Return the customer that has one of these ids in the same system."""
        id_ = self._external.find(ids)
        return self.get(id_) if id_ else None

    def by_any_external_id(self, value: str) -> list[Customer]:
        """Return the customers that have this id in whatever system."""
        return [self.get(id_) for id_ in self._by_any_id.get(value, ())]

    def named(self, name: str, ids: Mapping[str, str] | None = None) -> list[Customer]:
        """Return the customers of a name that could have these ids."""
        return [self.get(id_) for id_ in self._by_name.find(text_key(name), ids or {})]

    def named_in(self, name: str, city: str, ids: Mapping[str, str]) -> list[Customer]:
        """Return the customers of a name in a city, "" for none known, that could have these ids."""
        key = text_key(name), text_key(city)
        return [self.get(id_) for id_ in self._by_name_and_city.find(key, ids)]

    def _enter(self, record: Customer) -> None:
        name, ids = text_key(record.name), record.external_ids
        self._by_name.add(name, record.id, ids)
        self._by_name_and_city.add((name, text_key(record.city)), record.id, ids)
        self._external.add(record.id, ids)
        for value in ids.values():
            self._by_any_id[value][record.id] = None

    def _leave(self, record: Customer) -> None:
        name, ids = text_key(record.name), record.external_ids
        self._by_name.remove(name, record.id, ids)
        self._by_name_and_city.remove((name, text_key(record.city)), record.id, ids)
        self._external.remove(record.id, ids)
        for value in ids.values():
            self._by_any_id[value].pop(record.id, None)


class ContactBook(Book[Contact]):
    """Contacts by external id, by e-mail address, and by the customer they work at and their name."""

    def __init__(self, stored: Iterable[Contact]) -> None:
        self._external = _ExternalIndex()
        self._at_work: _Alike[tuple[str, str]] = _Alike()
        self._by_address: dict[str, dict[str, None]] = defaultdict(dict)
        super().__init__(stored)

    def find(self, ids: Mapping[str, str], customer_id: str, name: str) -> Contact | None:
        """Return the person with one of these ids, else of this name at this customer."""
        alike = self._at_work.find((customer_id, text_key(name)), ids)
        id_ = self._external.find(ids) or next(alike, None)
        return self.get(id_) if id_ else None

    def by_external_id(self, ids: Mapping[str, str]) -> Contact | None:
        """Return the person that has one of these ids in the same system."""
        id_ = self._external.find(ids)
        return self.get(id_) if id_ else None

    def at_work(self, customer_id: str, name: str, ids: Mapping[str, str]) -> list[Contact]:
        """Return the people of this name at this customer that could have these ids."""
        return [self.get(id_) for id_ in self._at_work.find((customer_id, text_key(name)), ids)]

    def with_address(self, email: str) -> list[Contact]:
        """Return the people with this e-mail address; case does not matter."""
        return [self.get(id_) for id_ in self._by_address.get(email.casefold(), ())]

    def _enter(self, record: Contact) -> None:
        self._external.add(record.id, record.external_ids)
        for email in record.emails:
            self._by_address[email.casefold()][record.id] = None
        for customer_id in record.customer_ids:
            key = customer_id, text_key(record.name)
            self._at_work.add(key, record.id, record.external_ids)

    def _leave(self, record: Contact) -> None:
        self._external.remove(record.id, record.external_ids)
        for email in record.emails:
            self._by_address[email.casefold()].pop(record.id, None)
        for customer_id in record.customer_ids:
            key = customer_id, text_key(record.name)
            self._at_work.remove(key, record.id, record.external_ids)


class PurchaseBook(Book[Purchase]):
    """Purchases by external id, and as a multiset of customer, day and amount.

    A purchase stands for one row of a file only, so that two equal orders of a day stay two.
    """

    def __init__(self, stored: Iterable[Purchase]) -> None:
        self._external = _ExternalIndex()
        self._unclaimed: _Alike[tuple[str, date, Decimal | str | None]] = _Alike()
        self._row_of: dict[str, int] = {}
        super().__init__(stored)

    def start_file(self) -> None:
        """Let all purchases be claimed again: another file may list the same ones."""
        claimed = list(self._row_of)
        self._row_of.clear()
        for id_ in claimed:
            self._enter(self.get(id_))

    def by_external_id(self, ids: Mapping[str, str]) -> Purchase | None:
        """Return the purchase that has one of these ids in the same system."""
        id_ = self._external.find(ids)
        return self.get(id_) if id_ else None

    def unclaimed(self, wanted: Purchase) -> Purchase | None:
        """Return a purchase of this customer, day and amount that no row stands for and that could have these ids."""
        found = self._unclaimed.find(_purchase_key(wanted), wanted.external_ids)
        id_ = next(found, None)
        return self.get(id_) if id_ else None

    def claimed_in(self, id_: str) -> int | None:
        """Return the row of this file that stands for the purchase."""
        return self._row_of.get(id_)

    def claim(self, id_: str, row: int) -> None:
        """Let a row stand for the purchase."""
        record = self.get(id_)
        self._row_of[id_] = row
        self._unclaimed.remove(_purchase_key(record), id_, record.external_ids)

    def _enter(self, record: Purchase) -> None:
        self._external.add(record.id, record.external_ids)
        self._unclaimed.add(_purchase_key(record), record.id, record.external_ids)

    def _leave(self, record: Purchase) -> None:
        self._external.remove(record.id, record.external_ids)
        self._unclaimed.remove(_purchase_key(record), record.id, record.external_ids)


def _purchase_key(purchase: Purchase) -> tuple[str, date, Decimal | str | None]:
    return purchase.customer_id, purchase.on, _worth(purchase.amount)


def _worth(amount: str | None) -> Decimal | str | None:
    """Return an amount to compare by, 440 and 440.00 being equal; text that somebody made no number stays text."""
    try:
        worth = Decimal(amount or "")
    except InvalidOperation:
        return amount
    return worth if worth.is_finite() else amount

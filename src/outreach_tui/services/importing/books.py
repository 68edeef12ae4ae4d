"""Records as they will be after an import, found by what rows say of them, with one look-up a row."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer, Former
from outreach_tui.domain.ids import is_id, short
from outreach_tui.domain.record import Change, Put, Record, patch
from outreach_tui.domain.text import text_key
from outreach_tui.services.ports import Ids

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


class ExternalIndex:
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


class Alike(Generic[K]):
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


class EmailIndex:
    """Which records have an e-mail address, if it is only one."""

    def __init__(self) -> None:
        self._owners: dict[str, dict[str, None]] = {}

    def add(self, id_: str, emails: Iterable[str]) -> None:
        for email in emails:
            self._owners.setdefault(email.casefold(), {})[id_] = None

    def remove(self, id_: str, emails: Iterable[str]) -> None:
        for email in emails:
            self._owners.get(email.casefold(), {}).pop(id_, None)

    def all(self, email: str) -> list[str]:
        return list(self._owners.get(email.casefold(), ()))

    def find(self, email: str) -> str | None:
        owners = self.all(email)
        return owners[0] if len(owners) == 1 else None


def has_other_id(record: Customer | Contact, ids: Mapping[str, str]) -> bool:
    """Return whether a record has an id in one of the systems of `ids`: two records with ids there are two."""
    return bool(_systems(record.external_ids) & _systems(ids))


def _systems(ids: Mapping[str, str]) -> frozenset[str]:
    return frozenset(text_key(source) for source in ids)


class Book(Generic[R]):
    """The records of one kind, with what the import made of them so far."""

    def __init__(self, stored: Iterable[R]) -> None:
        self._stored = {record.id: record for record in stored}
        self._now: dict[str, R] = {}
        self._news: list[tuple[R | None, R]] = []
        self._claimed: set[str] = set()
        for record in self._stored.values():
            self._enter(record)

    def get(self, id_: str) -> R:
        """Return a record as it is by now."""
        return self._now.get(id_) or self._stored[id_]

    def find_own(self, id_: str) -> R | None:
        """Return the record with this id of ours, as it is by now."""
        return self._now.get(id_) or self._stored.get(id_)

    def claim_own(self, typed: str, known: R | None, ids: Ids) -> str:
        """Return the id for the row that names a record of ours: that of the known one, else its own if it is free.

        A record that such a row stands for is no other row's.
        """
        free = typed if is_id(typed) and self.find_own(typed) is None else ""
        id_ = known.id if known else free or ids.new()
        if typed:
            self._claimed.add(id_)
        return id_

    def is_others(self, typed: str, record: R) -> bool:
        """Return whether a row of its own stands for the record, so that it is not the one with another id of ours."""
        return typed not in ("", record.id) and record.id in self._claimed

    def put(self, record: R) -> bool:
        """Keep a new record, or a new state of one; return whether anything differs."""
        old = self._now.get(record.id) or self._stored.get(record.id)
        if old == record:
            return False
        if old is not None:
            self._leave(old)
        self._now[record.id] = record
        self._news.append((old, record))
        self._enter(record)
        return True

    def drop(self, id_: str) -> None:
        """Make nothing of a new record."""
        self._leave(self._now.pop(id_))

    def news(self) -> list[tuple[R | None, R]]:
        """Return what was put since the last call: each record before, None for a new one, and after."""
        news, self._news = self._news, []
        return news

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
    """Customers by external id, e-mail, name and city, and name; also by those of what was merged into them."""

    def __init__(self, stored: Iterable[Customer]) -> None:
        self._external = ExternalIndex()
        self._by_any_id: dict[str, dict[str, None]] = defaultdict(dict)
        self._by_name_and_city: Alike[tuple[str, str]] = Alike()
        self._by_name: Alike[str] = Alike()
        self._by_email = EmailIndex()
        super().__init__(stored)

    def by_external_id(self, ids: Mapping[str, str]) -> Customer | None:
        """Return the customer that has one of these ids in the same system."""
        id_ = self._external.find(ids)
        return self.get(id_) if id_ else None

    def by_any_external_id(self, value: str) -> list[Customer]:
        """Return the customers that have this id in whatever system."""
        return [self.get(id_) for id_ in self._by_any_id.get(value, ())]

    def with_email(self, email: str) -> Customer | None:
        """Return the only customer that has this address."""
        id_ = self._by_email.find(email)
        return self.get(id_) if id_ else None

    def named(self, name: str, ids: Mapping[str, str] | None = None) -> list[Customer]:
        """Return the customers of a name that could have these ids."""
        found = self._by_name.find(text_key(name), ids or {})
        return [self.get(id_) for id_ in dict.fromkeys(found)]

    def named_in(self, name: str, city: str, ids: Mapping[str, str]) -> list[Customer]:
        """Return the customers of a name in a city, "" for none known, that could have these ids."""
        key = text_key(name), text_key(city)
        found = self._by_name_and_city.find(key, ids)
        return [self.get(id_) for id_ in dict.fromkeys(found)]

    def _enter(self, record: Customer) -> None:
        for called in _called(record):
            name, ids = text_key(called.name), called.external_ids
            self._by_name.add(name, record.id, ids)
            self._by_name_and_city.add((name, text_key(called.city)), record.id, ids)
            self._external.add(record.id, ids)
            for value in ids.values():
                self._by_any_id[value][record.id] = None
        if record.email:
            self._by_email.add(record.id, (record.email,))

    def _leave(self, record: Customer) -> None:
        for called in _called(record):
            name, ids = text_key(called.name), called.external_ids
            self._by_name.remove(name, record.id, ids)
            self._by_name_and_city.remove((name, text_key(called.city)), record.id, ids)
            self._external.remove(record.id, ids)
            for value in ids.values():
                self._by_any_id[value].pop(record.id, None)
        self._by_email.remove(record.id, (record.email,))


def _called(customer: Customer) -> tuple[Customer | Former, ...]:
    return (customer, *customer.former)


class ContactBook(Book[Contact]):
    """Contacts by external id, by e-mail, and by the customer they work at and their name."""

    def __init__(self, stored: Iterable[Contact]) -> None:
        self._external = ExternalIndex()
        self._at_work: Alike[tuple[str, str]] = Alike()
        self._by_email = EmailIndex()
        super().__init__(stored)

    def find(self, ids: Mapping[str, str], customer_id: str, name: str) -> Contact | None:
        """Return the person with one of these ids, else of this name at this customer."""
        alike = self._at_work.find((customer_id, text_key(name)), ids)
        id_ = self._external.find(ids) or next(alike, None)
        return self.get(id_) if id_ else None

    def with_email(self, email: str) -> Contact | None:
        """Return the only person that has this address."""
        id_ = self._by_email.find(email)
        return self.get(id_) if id_ else None

    def called(self, customer_id: str, name: str) -> Contact | None:
        """Return the only person of this name at this customer."""
        found = list(self._at_work.find((customer_id, text_key(name)), {}))
        return self.get(found[0]) if len(found) == 1 else None

    def by_external_id(self, ids: Mapping[str, str]) -> Contact | None:
        """Return the person that has one of these ids in the same system."""
        id_ = self._external.find(ids)
        return self.get(id_) if id_ else None

    def at_work(self, customer_id: str, name: str, ids: Mapping[str, str]) -> list[Contact]:
        """Return the people of this name at this customer that could have these ids."""
        return [self.get(id_) for id_ in self._at_work.find((customer_id, text_key(name)), ids)]

    def with_address(self, email: str) -> list[Contact]:
        """Return the people with this e-mail address; case does not matter."""
        return [self.get(id_) for id_ in self._by_email.all(email)]

    def _enter(self, record: Contact) -> None:
        self._external.add(record.id, record.external_ids)
        self._by_email.add(record.id, record.emails)
        for customer_id in record.customer_ids:
            key = customer_id, text_key(record.name)
            self._at_work.add(key, record.id, record.external_ids)

    def _leave(self, record: Contact) -> None:
        self._external.remove(record.id, record.external_ids)
        self._by_email.remove(record.id, record.emails)
        for customer_id in record.customer_ids:
            key = customer_id, text_key(record.name)
            self._at_work.remove(key, record.id, record.external_ids)

"""Who a person is to the files of ours: what they were called, and which documents have to do with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.forgetting import Others, Ties, Traits, traits_of
from outreach_tui.domain.member import Member
from outreach_tui.domain.spellings import forms_of, parts_of
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Refused
from outreach_tui.store.care.erasing import CONTACTS, Said, documents_in
from outreach_tui.store.files import read_if_there
from outreach_tui.store.tinydb_file import TinyDbStore


class Evidence(NamedTuple):
    """What the files say of a person."""

    traits: Traits
    others: tuple[Others, ...]
    ties: Ties


class Persons:
    """Looks for people in files of ours."""

    def __init__(self, store: TinyDbStore, files: Sequence[Path]) -> None:
        self._store = store
        self._files = files

    def known(self) -> list[tuple[str, str]]:
        """Return id and name of every contact of whom a file says something, each once: no doubles that were merged."""
        return sorted((id_, names[0]) for id_, names in self._names().items())

    def evidence(self, contact_id: str, earlier: Evidence | None = None) -> Evidence:
        """Return what the files say of a person, with what they said earlier. Raises Refused if that is nothing."""
        ids = self._ids(contact_id)
        versions = [
            said.plain
            for said in _said_in(self._files, frozenset(id_.encode() for id_ in ids))
            if said.id in ids and said.table in ("", CONTACTS)
        ]
        traits = traits_of(ids, versions)
        if earlier is not None:
            traits = traits.and_those(earlier.traits)
        if not traits.names:
            raise Refused("there is nothing on file about this person", "nothing was changed")
        others = (*self._others(), *self._gone(traits))
        ties = _ties(traits, others, self._files)
        return Evidence(traits, others, ties.and_those(earlier.ties) if earlier else ties)

    def _ids(self, contact_id: str) -> frozenset[str]:
        """Return all ids that a person has or had: a merge makes one of two."""
        doubles = self._doubles
        ids = {contact_id}
        while (
            more := {
                id_
                for kept, gone in doubles.items()
                if kept in ids or not gone.isdisjoint(ids)
                for id_ in (kept, *gone)
            }
            - ids
        ):
            ids |= more
        living = sorted(id_ for id_ in ids if self._store.get(Contact, id_) is not None)
        meant = contact_id if contact_id in living else next(iter(living), contact_id)
        return frozenset(ids.difference(living) | {meant})

    @cached_property
    def _doubles(self) -> dict[str, set[str]]:
        """Return which contacts were merged into which; of those that are gone also what backups say.

        Who is on file is nobody's double any more: the merge was undone.
        """
        living = {contact.id: set(contact.former_ids) for contact in self._store.all(Contact)}
        found: dict[str, set[str]] = defaultdict(set)
        for said in _said_in(self._files, frozenset({b"former_ids"})):
            if said.table in ("", CONTACTS) and said.id not in living:
                found[said.id].update(_texts_in(said.plain.get("former_ids")))
        return {kept: ids - living.keys() for kept, ids in (living | found).items()}

    def _names(self) -> dict[str, list[str]]:
        """Return what every contact is called, or was, by id; a double that was merged is no other person."""
        merged = frozenset().union(*self._doubles.values())
        found: dict[str, list[str]] = defaultdict(list)
        for said in _said_in(self._files, frozenset({b"name"})):
            name = said.plain.get("name")
            if said.table == CONTACTS and said.id not in merged and isinstance(name, str):
                found[said.id].append(clean_line(name))
        return found

    def _gone(self, traits: Traits) -> Iterator[Others]:
        """Yield who is called as the person and has no record today: what is theirs keeps the name."""
        called = {form for name in traits.names for form in forms_of(name)}
        for id_, names in sorted(self._names().items()):
            if id_ not in traits.ids and self._store.get(Contact, id_) is None:
                same = [name for name in names if not called.isdisjoint(forms_of(name))]
                if same:
                    yield Others(id_, same[0], is_contact=True, is_gone=True)

    def _others(self) -> Iterator[Others]:
        for contact in self._store.all(Contact):
            at = tuple(e.customer_id for e in contact.employments if e.customer_id)
            yield Others(
                contact.id, contact.name, contact.emails, contact.phones, at, is_contact=True
            )
        for customer in self._store.all(Customer):
            yield Others(customer.id, customer.name)
        for member in self._store.all(Member):
            yield Others(member.id, member.name, (member.email,) if member.email else ())


def _ties(traits: Traits, others: Sequence[Others], files: Iterable[Path]) -> Ties:
    """Return which documents have to do with the person, in whatever state any file has them."""
    parts = parts_of(traits.names)
    people = {o.id for o in others if o.is_contact} - traits.ids
    alike = {o.id for o in others if o.is_contact and parts & parts_of([o.name])} | traits.ids
    named: dict[str, set[str]] = defaultdict(set, {id_: {id_} for id_ in traits.ids})
    first: set[str] = set()
    near: set[str] = set()
    for said in _said_in(files, frozenset(id_.encode() for id_ in alike | traits.customer_ids)):
        ids = set(_texts_in(said.plain))
        if (
            said.id not in people
        ):  # whose merge was undone is somebody else again, with a name of their own
            named[said.id] |= ids & alike
        if ids & traits.customer_ids:
            near.add(said.id)
        contacts = said.plain.get("contact_ids")
        if isinstance(contacts, list) and not traits.ids.isdisjoint(contacts[:1]):
            first.add(said.id)
    held = {id_: frozenset(ids) for id_, ids in named.items() if id_ and ids}
    return Ties(held, frozenset(first) - {""}, frozenset(near) - {""})


def _said_in(files: Iterable[Path], wanted: frozenset[bytes]) -> Iterator[Said]:
    for path in files:
        yield from documents_in(read_if_there(path) or b"", wanted)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts_in(item)

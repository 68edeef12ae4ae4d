"""Who a person is to the files of ours: what they were called, and which documents have to do with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.forgetting import Others, Ties, Traits, parts_of, traits_of
from outreach_tui.domain.member import Member
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

    def __init__(self, store: TinyDbStore) -> None:
        self._store = store

    def known(self, files: Iterable[Path]) -> list[tuple[str, str]]:
        """Return id and name of every contact of whom one of the files says something, each once."""
        found: dict[str, str] = {}
        for said in _said_in(files, frozenset({b"name"})):
            name = said.plain.get("name")
            if said.table == CONTACTS and isinstance(name, str):
                found.setdefault(said.id, clean_line(name))
        return sorted(found.items())

    def evidence(self, contact_id: str, files: Sequence[Path]) -> Evidence:
        """Return what the files say of a person. Raises Refused if that is nothing."""
        versions = [
            said.plain
            for said in _said_in(files, frozenset({contact_id.encode()}))
            if said.id == contact_id and said.table in ("", CONTACTS)
        ]
        traits = traits_of(contact_id, versions)
        if not traits.names:
            raise Refused("there is nothing on file about this person", "nothing was changed")
        others = tuple(self._others())
        return Evidence(traits, others, _ties(traits, others, files))

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


def _ties(traits: Traits, others: Iterable[Others], files: Iterable[Path]) -> Ties:
    """Return which documents have to do with the person, in whatever state any file has them."""
    parts = parts_of(traits.names)
    alike = {o.id for o in others if o.is_contact and parts & parts_of([o.name])} | {traits.id}
    named: dict[str, set[str]] = defaultdict(set)
    named[traits.id].add(traits.id)
    first: set[str] = set()
    near: set[str] = set()
    for said in _said_in(files, frozenset(id_.encode() for id_ in alike | traits.customer_ids)):
        ids = set(_texts_in(said.plain))
        named[said.id] |= ids & alike
        if ids & traits.customer_ids:
            near.add(said.id)
        contacts = said.plain.get("contact_ids")
        if isinstance(contacts, list) and contacts[:1] == [traits.id]:
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

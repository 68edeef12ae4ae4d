"""A person is forgotten for good: what is found, what becomes of it, and what is left to people."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.forgetting import Left
from outreach_tui.domain.ids import short
from outreach_tui.domain.names import find_named
from outreach_tui.domain.tables import TABLES, customers_of
from outreach_tui.errors import NotFound
from outreach_tui.services.workspace import Workspace


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """What forgetting did, or would do; it names nobody."""

    records: int
    """Records of today that said something of the person; their own is not counted."""
    commits: int
    """Changes of the history that did."""
    lost: int
    """Of them, those of which a part cannot be undone any more: it was about the person."""
    rewritten: tuple[Path, ...]
    """Other files that did: backups, and what was set aside."""
    removed: tuple[Path, ...]
    """Files that are gone: what programs that were killed had left."""
    dropped_lines: int
    """Lines of files that are damaged: they said something of the person, and could not be read."""
    drafts: int
    emptied: tuple[tuple[str, str], ...]
    """Record and field of what held nothing else than their address or number: the main telephone of a customer."""
    shared: int
    """Addresses and numbers that stay, since somebody else has them, too."""
    unsure: bool
    """Whether somebody else has the name, or it is one word: it went only where the person was meant for certain."""
    namesakes: tuple[str, ...]
    """Ids of people of that name whose record was deleted: the history or a backup still has them."""
    left: tuple[Left, ...]
    """Where a part of the name still stands."""
    imports: tuple[str, ...]
    """Names of lists that were imported: they may hold the person."""
    meetings: int
    """Meetings that the person was to attend: calendar files that were exported may hold the name."""


class Eraser(Protocol):
    """Takes a person out of all files."""

    def known(self) -> Sequence[tuple[str, str]]:
        """Return id and name of every contact of whom any file of ours says something."""

    def erase(self, contact_id: str, *, member_id: str | None, dry_run: bool) -> Forgotten:
        """Do it, or say what it would do. Raises Refused, StoreUnavailable or DamagedFile; doing it again goes on."""


class Found(NamedTuple):
    """Who is meant."""

    id: str
    name: str
    at: tuple[str, ...] = ()
    """Names of the customers where they work or worked."""
    on_file: bool = True
    """Whether there is a record of them today; else only the history or a backup knows them."""


class Forgetting:
    """Finds a person and has them forgotten."""

    def __init__(self, workspace: Workspace, eraser: Eraser) -> None:
        self._workspace = workspace
        self._eraser = eraser

    def people(self, customer_id: str) -> list[Found]:
        """Return who works or worked at a customer."""
        return [self._found(c) for c in self._workspace.store.of_customer(Contact, customer_id)]

    def find(self, typed: str) -> Found:
        """Return the person that `typed` names, also one whose record was deleted. Raises NotFound or Ambiguous."""
        people = [self._found(c) for c in self._workspace.store.all(Contact)]
        try:
            return _named(typed, people)
        except NotFound as nobody:
            gone = [Found(id_, name, on_file=False) for id_, name in self._eraser.known()]
            try:
                return _named(typed, gone)
            except NotFound as error:
                raise (nobody if nobody.hint else error) from None

    def look(self, person: Found) -> Forgotten:
        """Return what `forget` would do, without doing it."""
        return self._eraser.erase(person.id, member_id=None, dry_run=True)

    def forget(self, person: Found) -> Forgotten:
        """Take the person out of every file of ours, for good; nothing brings them back.

        Raises Refused, StoreUnavailable or DamagedFile; then doing it again goes on where it stopped.
        """
        member = self._workspace.member
        known = {m.id for m in self._workspace.members}
        done = self._eraser.erase(
            person.id, member_id=member.id if member.id in known else None, dry_run=False
        )
        self._workspace.store.refresh()
        return done

    def _found(self, contact: Contact) -> Found:
        get = self._workspace.store.get
        at = [get(Customer, e.customer_id) for e in contact.employments if e.customer_id]
        return Found(contact.id, contact.name, tuple(c.name for c in at if c))


def _named(typed: str, people: Sequence[Found]) -> Found:
    return find_named(
        typed,
        people,
        what="person",
        name=lambda p: p.name,
        id_=lambda p: p.id,
        in_full=True,
        label=lambda p: f"{p.name} ({', '.join((*p.at[:1], p.id[-6:]))})",
    )


def place_words(workspace: Workspace, left: Left) -> str:
    """Return where a part of a name still stands: "touchpoints of Acme, 2026-03-01 (…91c0a2)"."""
    kind = TABLES.get(left.table)
    record = workspace.store.get(kind, left.id) if kind else None
    parts = [left.table.replace("_", " ")]
    if record is not None:
        names = [
            customer.name
            for id_ in customers_of(record)[:1]
            if (customer := workspace.store.get(Customer, id_)) is not None
        ]
        at = getattr(record, "at", None) or getattr(record, "start_at", None)
        day = at.date() if at else getattr(record, "on", None)
        parts += [f"of {name}" for name in names] + ([f"on {day}"] if day else [])
    return f"{' '.join(parts)} ({short(left.id)})"

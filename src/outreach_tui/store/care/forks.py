"""Which of our commits another state of the file holds: where a copy forked, or how far a backup goes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from outreach_tui.domain.tables import TABLES
from outreach_tui.store.care.states import decode_identity
from outreach_tui.store.documents import UNREADABLE, Document, document_of, same
from outreach_tui.store.journal import Entry, Step, line_of
from outreach_tui.store.json_text import RawTables

Name = tuple[str, str]
"""Table and id of a document."""

WORKED_OUT = {"customers": frozenset({"tier", "tier_moves"})}
"""Fields that the program works out: nobody has to choose between two of its values."""
_NAMED = frozenset({"settings", "day_lists"})
"""Tables in which two machines make documents of one id: they tell nothing."""

_Field = tuple[str, str, str]
"""Table, id and field; an empty field stands for the whole document."""


class Documents(NamedTuple):
    """The documents of a state, by table and id."""

    documents: dict[Name, Document]
    keys: dict[Name, str]
    """TinyDB's."""
    unnamed: int
    """How many have no id that can be used, or cannot be read."""


def named_documents(tables: RawTables) -> Documents:
    """Return the documents of our tables that have an id; of two with one id the first."""
    found = Documents({}, {}, 0)
    unnamed = 0
    for table in TABLES:
        for key, raw in tables.get(table, {}).items():
            try:
                id_, document = decode_identity(raw).id, document_of(raw)
            except UNREADABLE:
                id_, document = None, {}
            if not id_ or not id_.isprintable():
                unnamed += 1
            elif (table, id_) not in found.documents:
                found.documents[table, id_] = document
                found.keys[table, id_] = key
    return found._replace(unnamed=unnamed)


def fork_of(
    ours: Sequence[Entry],
    theirs: Mapping[int, Entry],
    seq: int,
    documents: Mapping[Name, Document],
) -> int:
    """Return the last of our commits that is in a copy, too; the copy says of itself that it holds those up to `seq`.

    The copy's own commits (`theirs`, by number) tell it exactly. Without them it is the last one that the copy has.
    """
    shared = [entry for entry in ours if entry.seq in theirs]
    if common := [e.seq for e in shared if is_same(e, theirs[e.seq])]:
        return max(common)
    most = min([seq, *(entry.seq - 1 for entry in shared)])
    older = [entry for entry in ours if entry.seq <= most]
    return last_held(older, documents, by_new_records=True) if older else most


def last_held(
    entries: Sequence[Entry], documents: Mapping[Name, Document], *, by_new_records: bool
) -> int:
    """Return the last of these commits (at least one, by number) that a state has in full.

    Nothing in the state may be as it was before that commit or one before it; where none is so, the number before the
    first one comes back. With `by_new_records` only a commit that made a record counts: two machines may make the same
    edit, never the same record. What is doubtful counts as not there.
    """
    found = entries[0].seq - 1
    compared = _Compared(documents)
    for entry in entries:
        held, made = compared.look(entry)
        if held and (made or not by_new_records) and not compared.behind:
            found = entry.seq
    return found


def is_same(one: Entry, other: Entry) -> bool:
    """Return whether two lines are one commit."""
    return one.seq == other.seq and line_of(one) == line_of(other)


class _Compared:
    """A state, compared with one commit after the other."""

    def __init__(self, documents: Mapping[Name, Document]) -> None:
        self.behind: set[_Field] = set()
        """Where it is as it was before one of the commits."""
        self._documents = documents
        self._earlier: dict[_Field, list[msgspec.Raw | None]] = {}

    def look(self, entry: Entry) -> tuple[bool, bool]:
        """Return whether the state has all of a commit (of one that says nothing it has not), and a record it made."""
        told, held, made = False, True, False
        for step in entry.steps:
            if step.table in _NAMED or step.table not in TABLES:
                continue
            told = True
            if step.whole:
                there = (step.table, step.id) in self._documents
                held &= self._whole(step, there)
                made |= there and step.after is not None
            else:
                held &= self._fields(step)
        return told and held, made

    def _whole(self, step: Step, there: bool) -> bool:
        name = (step.table, step.id)
        if step.after is None:  # what was changed before it was removed says nothing
            self.behind = {field for field in self.behind if field[:2] != name}
        if there is (step.after is not None):
            self.behind.discard((*name, ""))
            return True
        self.behind.add((*name, ""))
        return False

    def _fields(self, step: Step) -> bool:
        document = self._documents.get((step.table, step.id))
        if document is None:  # removed later, here or there
            return False
        before, after, all_held = step.before or {}, step.after or {}, True
        for name in before.keys() | after.keys():
            if name in WORKED_OUT.get(step.table, ()):
                continue
            field, value = (step.table, step.id, name), document.get(name)
            earlier = self._earlier.setdefault(field, [])
            earlier.append(before.get(name))
            held = same(value, after.get(name))
            if not held and any(same(value, old) for old in earlier):
                self.behind.add(field)
            else:
                self.behind.discard(field)
            all_held &= held
        return all_held

"""Which of our commits another state of the file holds: where a copy forked, or how far a backup goes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from outreach_tui.domain.tables import TABLES
from outreach_tui.store.documents import UNREADABLE, Document, document_of, same
from outreach_tui.store.journal import Entry, Step, line_of
from outreach_tui.store.json_text import RawTables
from outreach_tui.store.states import decode_identity

Name = tuple[str, str]
"""Table and id of a document."""

WORKED_OUT = {"customers": frozenset({"tier", "tier_on"})}
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
    return last_held(older, documents) if older else most


def last_held(entries: Sequence[Entry], documents: Mapping[Name, Document]) -> int:
    """Return the last of these commits (at least one, by number) that a state has in full.

    Nothing in the state may be as it was before that commit or one before it; where none is so, the number before the
    first one comes back. What is doubtful counts as not there.
    """
    found = entries[0].seq - 1
    behind: set[_Field] = set()
    for entry in entries:
        if _holds(entry, documents, behind) and not behind:
            found = entry.seq
    return found


def is_same(one: Entry, other: Entry) -> bool:
    """Return whether two lines are one commit."""
    return one.seq == other.seq and line_of(one) == line_of(other)


def _holds(entry: Entry, documents: Mapping[Name, Document], behind: set[_Field]) -> bool:
    """Note where a state is behind a commit, and return whether it has all of it; one that says nothing is not held."""
    told, all_held = False, True
    for step in entry.steps:
        if step.table in _NAMED or step.table not in TABLES:
            continue
        for field, held, as_before in _looks(step, documents.get((step.table, step.id))):
            (behind.add if as_before else behind.discard)((step.table, step.id, field))
            told, all_held = True, all_held and held
        if step.after is None:
            gone = (step.table, step.id)
            behind.difference_update({b for b in behind if b[:2] == gone and b[2]})
    return told and all_held


def _looks(step: Step, document: Document | None) -> list[tuple[str, bool, bool]]:
    """Return of each field of a step whether a document is as the step left it, and whether it is as it was before."""
    if step.whole:
        held = (document is not None) is (step.after is not None)
        return [("", held, not held)]
    if document is None:  # removed later, here or there
        return [("", False, False)]
    before: Mapping[str, msgspec.Raw] = step.before or {}
    after: Mapping[str, msgspec.Raw] = step.after or {}
    looks: list[tuple[str, bool, bool]] = []
    for field in before.keys() | after.keys():
        if field not in WORKED_OUT.get(step.table, ()):
            held = same(document.get(field), after.get(field))
            as_before = not held and same(document.get(field), before.get(field))
            looks.append((field, held, as_before))
    return looks

"""What a copy that a sync service made has that we do not: merged field by field, with the state at the fork as base.

A field that we did not change since the fork takes the copy's value. One that both changed is a conflict: ours stays,
and both values are told. New documents come in, documents that we removed stay removed, and what is missing in the copy
stays. Where the fork cannot be told exactly, an earlier one is assumed: that makes conflicts of what may be none, and
never overwrites anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from outreach_tui.domain.settings import TIERS_ON
from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput, DamagedFile
from outreach_tui.services.keeping import Difference, LeftOut
from outreach_tui.store.care.copies import CopyOf, found_copies
from outreach_tui.store.care.doctor_text import read
from outreach_tui.store.care.forks import WORKED_OUT, Name, fork_of, is_same, named_documents
from outreach_tui.store.care.lines import Read, read_history, read_journal
from outreach_tui.store.care.rebuilding import not_made
from outreach_tui.store.care.states import Replay, about, lines_above
from outreach_tui.store.conflicts import called
from outreach_tui.store.documents import UNREADABLE, Document, same, shown
from outreach_tui.store.files import read_if_there
from outreach_tui.store.journal import Entry, Step, history_path, journal_path
from outreach_tui.store.json_file import digest_of
from outreach_tui.store.json_text import RawTables
from outreach_tui.store.migrations import migrate

Change = tuple[str, str, Document | None, str]
"""Table, id, the whole document and TinyDB's key: what `TinyDbStore.change_documents` takes."""


class Their(NamedTuple):
    """A document of the copy."""

    fields: Mapping[str, msgspec.Raw | None]
    """None for a field that the copy does not have."""
    whole: bool
    """Whether these are all of its fields."""
    key: str = ""


class Copied(NamedTuple):
    """What a copy holds."""

    documents: dict[Name, Their]
    fork: int
    """The last commit that we and the copy have in common."""
    files: tuple[Path, ...]
    """The copy, and what belongs to it."""
    unnamed: int = 0
    """Documents without an id."""
    left_out: tuple[LeftOut, ...] = ()


class Outcome(NamedTuple):
    """What a merge comes to."""

    changes: list[Change]
    changed: int
    made: int
    stayed_removed: int
    conflicts: list[Difference]


def read_copy(path: Path, data: Path, ours: Sequence[Entry]) -> Copied:
    """Read a copy of the data file or of its journal; `ours` are our commits by number.

    Raises BadInput if it is neither, DamagedFile if it cannot be read.
    """
    text = read_if_there(path)
    if text is None:
        raise BadInput(
            f"there is no file {path}", "`outreach doctor` names the copies that it finds"
        )
    if text.startswith(b'{"journal":'):
        return _read_journal_copy(read_journal(text, path), ours)
    tables, wrong = read(text, path)
    if tables is None:
        raise DamagedFile(f"{path}: {wrong[0].what}", "the copy was left as it is")
    return _read_file_copy(path, text, tables, data, ours)


def merge(now: RawTables, theirs: Copied, ours: Sequence[Entry]) -> Outcome:
    """Return what has to be changed so that we have what the copy has; `now` is our state."""
    ours_now = Replay(now)
    since = _Since(ours, theirs.fork)
    outcome = Outcome([], 0, 0, 0, [])
    changed = made = stayed_removed = 0
    for (table, id_), their in theirs.documents.items():
        found = ours_now.document(table, id_)
        if found is None:
            if (table, id_) in since.removed or id_ in ours_now.ids(table):
                stayed_removed += 1
            elif their.whole:
                document = {f: v for f, v in their.fields.items() if v is not None}
                outcome.changes.append((table, id_, document, their.key))
                made += 1
            else:
                stayed_removed += 1
            continue
        new = _merged((table, id_), found, their, since, outcome.conflicts)
        if new is not found:
            outcome.changes.append((table, id_, new, ""))
            changed += 1
    return outcome._replace(changed=changed, made=made, stayed_removed=stayed_removed)


class _Since:
    """What we did to documents after the fork."""

    def __init__(self, ours: Sequence[Entry], fork: int) -> None:
        self.removed: set[Name] = set()
        """At any time: ids are not given twice."""
        self._before: dict[Name, dict[str, msgspec.Raw | None]] = defaultdict(dict)
        for entry in ours:
            for step in entry.steps:
                name = (step.table, step.id)
                if step.after is None:
                    self.removed.add(name)
                else:
                    self.removed.discard(name)
                if entry.seq > fork:
                    self._note(name, step)

    def _note(self, name: Name, step: Step) -> None:
        before, after = step.before or {}, step.after or {}
        for field in before.keys() | after.keys():
            self._before[name].setdefault(field, before.get(field))

    def changed(self, name: Name) -> Mapping[str, msgspec.Raw | None]:
        """Return the fields that we changed since the fork, and what they held at it."""
        return self._before.get(name, {})


def _merged(
    name: Name, found: Document, their: Their, since: _Since, conflicts: list[Difference]
) -> Document:
    table, id_ = name
    changed = since.changed(name)
    new = dict(found)
    for field in dict.fromkeys((*their.fields, *(found if their.whole else ()))):
        ours, theirs = found.get(field), their.fields.get(field)
        if field == "id" or same(ours, theirs):
            continue
        if field in changed and same(theirs, changed[field]):
            continue  # they did not change it
        if field in changed or _program_made(table, id_, field):
            if not _program_made(table, id_, field):
                record = called(found, TABLES[table])
                conflicts.append(Difference(table, id_, record, field, _said(ours), _said(theirs)))
        elif theirs is None:
            new.pop(field)
        else:
            new[field] = theirs
    return new if new != found else found


def _said(value: msgspec.Raw | None) -> str:
    """Return a value as it can be shown; of a place its name."""
    with suppress(*UNREADABLE):
        found = msgspec.json.decode(value) if value is not None else None
        if isinstance(found, dict) and isinstance(name := found.get("name"), str) and name:
            return repr(clean_line(name))
    return shown(value)


def _program_made(table: str, id_: str, field: str) -> bool:
    return (
        table == "day_lists"
        or (table == "settings" and id_ == TIERS_ON)
        or field in WORKED_OUT.get(table, ())
    )


# A copy of the JSON file


def _read_file_copy(
    path: Path, text: bytes, tables: RawTables, data: Path, ours: Sequence[Entry]
) -> Copied:
    known = about(tables)
    if known is not None:
        migrate(tables, known.schema)
    seq = known.seq if known is not None else 0
    journal = _journal_of_copy(path, data, digest_of(text))
    history = _history_of_copy(path, data, seq)
    theirs = {line.entry.seq: line.entry for _, line in lines_above(0, history, journal)}
    fork = fork_of(ours, theirs, seq, named_documents(tables).documents)
    replay = Replay(tables)
    left_out: list[LeftOut] = []
    for read_, line in lines_above(seq, journal):
        left_out += not_made(read_, line, replay.apply(line.entry))
    left_out += [*_bad_lines(journal), *_bad_lines(history)]
    found = named_documents(replay.tables)
    documents = {
        name: Their(document, whole=True, key=found.keys[name])
        for name, document in found.documents.items()
    }
    files = (path, *(r.path for r in (journal, history) if r is not None))
    return Copied(documents, fork, files, found.unnamed, tuple(left_out))


def _journal_of_copy(path: Path, data: Path, digest: str) -> Read | None:
    """Return the journal that builds on a copy: beside it, under a name like its own."""
    beside = [c.path for c in found_copies(path.parent / data.name) if c.of is CopyOf.JOURNAL]
    for candidate in (journal_path(path), *beside):
        text = read_if_there(candidate)
        if text is not None:
            found = read_journal(text, candidate)
            if found.header is not None and found.header.digest == digest:
                return found
    return None


def _history_of_copy(path: Path, data: Path, seq: int) -> Read | None:
    """Return the history that goes with a copy: it ends with the last commit that the copy holds."""
    beside = [c.path for c in found_copies(path.parent / data.name) if c.of is CopyOf.HISTORY]
    for candidate in (history_path(path), *beside):
        text = read_if_there(candidate)
        if text is not None:
            found = read_history(text, candidate)
            if max((entry.seq for entry in found.entries), default=0) == seq:
                return found
    return None


# A copy of the journal alone: both machines build on one JSON file


def _read_journal_copy(journal: Read, ours: Sequence[Entry]) -> Copied:
    header = journal.header
    if header is None or journal.newer:
        raise DamagedFile(
            f"{journal.path}: its first line cannot be read", "the copy was left as it is"
        )
    lines = [line for _, line in lines_above(header.seq, journal)]
    by_seq = {entry.seq: entry for entry in ours}
    fork = header.seq
    for line in lines:
        if line.entry.seq not in by_seq or not is_same(by_seq[line.entry.seq], line.entry):
            break
        fork = line.entry.seq
    documents = _touched([line.entry for line in lines if line.entry.seq > fork])
    return Copied(documents, fork, (journal.path,), left_out=tuple(_bad_lines(journal)))


def _touched(entries: Iterable[Entry]) -> dict[Name, Their]:
    """Return what commits left of the documents that they touched."""
    documents: dict[Name, Their] = {}
    for entry in entries:
        for step in entry.steps:
            name = (step.table, step.id)
            if step.table not in TABLES:
                continue
            if step.after is None:
                documents.pop(name, None)
                continue
            old = documents.get(name, Their({}, whole=False))
            if step.before is None:
                documents[name] = Their(step.after, whole=True, key=step.key)
                continue
            gone = dict.fromkeys(step.before)
            documents[name] = old._replace(fields={**old.fields, **gone, **step.after})
    return documents


def _bad_lines(read_: Read | None) -> list[LeftOut]:
    return [] if read_ is None else [LeftOut(read_.path, b.number, b.why) for b in read_.bad]

"""What a data file says, worked out from its files alone: the JSON text, and the journal's commits applied to it.

Nothing here takes a lock or writes. It serves what must work where no store can be opened: checks, backups brought
back over a damaged file, and copies that came from elsewhere.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from outreach_tui.domain.tables import TABLES
from outreach_tui.store.care.lines import GoodLine, Read, read_history, read_journal
from outreach_tui.store.documents import (
    UNREADABLE,
    Document,
    document_of,
    encoded,
    same,
)
from outreach_tui.store.files import read_if_there
from outreach_tui.store.journal import Entry, Step, history_path, journal_path
from outreach_tui.store.json_text import RawTables
from outreach_tui.store.meta import META

_TRIES = 5


class About(msgspec.Struct, frozen=True):
    """What a file says about itself, of whatever schema."""

    schema: int
    generation: int = 0
    seq: int = 0
    at: datetime | None = None


class FileBytes(NamedTuple):
    """The three files as they were at one moment; None for one that is not there."""

    data: bytes | None
    journal: bytes | None
    history: bytes | None


class Identity(msgspec.Struct):
    """Which document it is."""

    id: str | None = None


decode_identity = msgspec.json.Decoder(Identity).decode


def about(tables: RawTables) -> About | None:
    """Return what a file says about itself, None if nothing that can be read."""
    for document in tables.get(META, {}).values():
        try:
            return msgspec.json.decode(document, type=About)
        except UNREADABLE:
            continue
    return None


def read_files(data: Path) -> FileBytes:
    """Return the files as they were at one moment, without the lock. Raises StoreUnavailable.

    A program that folds the journal meanwhile changes all three: then they are read again.
    """
    paths = (data, journal_path(data), history_path(data))
    before = _stamps(paths)
    for tries_left in reversed(range(_TRIES)):
        read = FileBytes(*(read_if_there(path) for path in paths))
        after = _stamps(paths)
        if before == after or not tries_left:
            return read
        before = after
    raise AssertionError("the last try returns")


def journal_of(files: FileBytes, data: Path) -> Read | None:
    """Return the journal that was read, None if there was none."""
    return None if files.journal is None else read_journal(files.journal, journal_path(data))


def history_of(files: FileBytes, data: Path) -> Read | None:
    """Return the history that was read, None if there was none."""
    return None if files.history is None else read_history(files.history, history_path(data))


def lines_above(seq: int, *reads: Read | None) -> list[tuple[Read, GoodLine]]:
    """Return the readable commits above `seq`, each once, by their number."""
    by_seq: dict[int, tuple[Read, GoodLine]] = {}
    for read in reads:
        for line in read.good if read is not None else ():
            if line.entry.seq > seq:
                by_seq.setdefault(line.entry.seq, (read, line))  # type: ignore[arg-type]  # no None here
    return [by_seq[number] for number in sorted(by_seq)]


class Replay:
    """Tables to which commits are applied, field by field."""

    def __init__(self, tables: RawTables) -> None:
        self.tables: RawTables = {name: dict(table) for name, table in tables.items()}
        self._keys: dict[str, dict[str, str]] = {}

    def document(self, table: str, id_: str) -> Document | None:
        """Return a document, None if there is none or it cannot be read."""
        key = self._index(table).get(id_)
        if key is None:
            return None
        try:
            return document_of(self.tables[table][key])
        except UNREADABLE:
            return None

    def ids(self, table: str) -> Iterable[str]:
        """Return the ids of a table."""
        return self._index(table)

    def apply(self, entry: Entry) -> list[Step]:
        """Make the changes of a commit, and return the steps that could not be made: their document is not there."""
        return [step for step in entry.steps if not self.step(step)]

    def step(self, step: Step) -> bool:
        """Make one change; return False if the document that it changes is not there."""
        found = self.document(step.table, step.id)
        if step.after is None:
            key = self._index(step.table).pop(step.id, None)
            if key is not None:
                del self.tables[step.table][key]
            return True
        if step.before is None:
            self.put(step.table, step.id, step.after, step.key)
            return True
        if found is None:
            return False
        kept = {name: value for name, value in found.items() if name not in step.before}
        self.put(step.table, step.id, kept | step.after)
        return True

    def put(self, table: str, id_: str, document: Document, key: str = "") -> None:
        """Write a document, new or in place of the one with its id; a new one at `key` if that is free."""
        keys = self._index(table)
        documents = self.tables.setdefault(table, {})
        if id_ in keys:
            key = keys[id_]
        elif not key or key in documents:
            key = str(1 + max((int(k) for k in documents if k.isdecimal()), default=0))
        keys[id_] = key
        documents[key] = encoded(document)

    def _index(self, table: str) -> dict[str, str]:
        keys = self._keys.get(table)
        if keys is None:
            keys = self._keys[table] = {}
            for key, raw in self.tables.get(table, {}).items():
                try:
                    id_ = decode_identity(raw).id
                except UNREADABLE:
                    continue
                if id_:
                    keys.setdefault(id_, key)
        return keys


class Tally(NamedTuple):
    """How two states differ."""

    changed: int
    made: int
    removed: int


def difference(now: RawTables, then: RawTables) -> Tally:
    """Return how many documents change, come and go on the way from one state to another."""
    changed = made = removed = 0
    for table in TABLES:
        ours, theirs = _by_id(now.get(table, {})), _by_id(then.get(table, {}))
        made += len(theirs.keys() - ours.keys())
        removed += len(ours.keys() - theirs.keys())
        changed += sum(
            bytes(ours[id_]) != bytes(theirs[id_]) and not same(ours[id_], theirs[id_])
            for id_ in ours.keys() & theirs.keys()
        )
    return Tally(changed, made, removed)


def counts(tables: RawTables) -> dict[str, int]:
    """Return how many documents each of our tables holds, the empty ones left out."""
    return {name: len(tables[name]) for name in TABLES if tables.get(name)}


def _by_id(table: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    found: dict[str, msgspec.Raw] = {}
    for key, raw in table.items():
        try:
            found.setdefault(decode_identity(raw).id or f"key {key}", raw)
        except UNREADABLE:
            found.setdefault(f"key {key}", raw)
    return found


def _stamps(paths: Sequence[Path]) -> list[tuple[int, int, int] | None]:
    stamps: list[tuple[int, int, int] | None] = []
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            stamps.append(None)
        else:
            stamps.append((found.st_size, found.st_mtime_ns, found.st_ino))
    return stamps

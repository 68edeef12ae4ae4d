"""TinyDB on our file, for scripts: TinyDB's own operations and queries, with a `Storage` and a `Table` of ours.

Reading decodes one document after the other, and sees what is in the journal. Every operation that changes something
is one commit, which holds only the documents that changed. Who writes between our reading and our writing is not
overwritten: the operation is done again on what they left.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table
from tinydb.utils import LRUCache

from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput, Conflict
from outreach_tui.services.ports import Clock, Ids
from outreach_tui.store.documents import UNREADABLE, decoder, encoded
from outreach_tui.store.documents import Document as RawDocument
from outreach_tui.store.meta import META
from outreach_tui.store.tables import Tables
from outreach_tui.store.tinydb_file import TinyDbStore

T = TypeVar("T")
Plain = dict[str, Any]
Change = tuple[str, str, RawDocument | None, str]
"""Table, id, the whole document or None for gone, TinyDB's key: what `TinyDbStore.change_documents` takes."""
Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]

_TRIES = 25
_DOC_ID = re.compile(r"0|-?[1-9][0-9]{0,17}")
"""Keys that TinyDB makes; others have no `doc_id`, and are not seen through it."""
_NAMED = frozenset({"settings", "day_lists"})
"""Tables whose ids mean something, so that we cannot make one up."""
_PATH = re.compile(r"(.*) - at `(?:key in )?\$\.?(.*)`", re.DOTALL)
_decode = msgspec.json.Decoder(Plain).decode
_encode = msgspec.json.Encoder().encode


class _Overtaken(Conflict):
    """Somebody else wrote between reading and writing."""


class Documents(Mapping[str, Plain]):
    """The documents of a table by TinyDB's key, as they were when this was made; each is decoded when asked for."""

    def __init__(self, raw: Mapping[str, msgspec.Raw]) -> None:
        self._raw = dict(raw)

    def __getitem__(self, key: str) -> Plain:
        found = _plain(self._raw[key]) if _DOC_ID.fullmatch(key) else None
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return (
            isinstance(key, str)
            and key in self._raw
            and _DOC_ID.fullmatch(key) is not None
            and _is_object(self._raw[key])
        )

    def __iter__(self) -> Iterator[str]:
        is_doc_id = _DOC_ID.fullmatch
        return (key for key, raw in self._raw.items() if is_doc_id(key) and _is_object(raw))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def items(self) -> Iterator[tuple[str, Plain]]:  # type: ignore[override]  # TinyDB only walks through it
        """Yield keys and documents, one decoded at a time."""
        is_doc_id = _DOC_ID.fullmatch
        for key, raw in self._raw.items():
            if is_doc_id(key):
                try:
                    document = _decode(raw)
                except UNREADABLE:
                    if (found := _plain(raw)) is None:
                        continue
                    document = found
                yield key, document


class _Working(MutableMapping[int, Plain]):
    """A table as an operation of TinyDB changes it. Only what it changed is kept."""

    def __init__(self, documents: Documents) -> None:
        self.before = documents
        self._changed: dict[int, Plain | None] = {}
        self._held: tuple[int, Plain, bytes] | None = None
        """The document that was handed out last, and how it was: it may be changed in place."""

    def changed(self) -> dict[int, Plain | None]:
        """Return the documents that are new or changed, None for those that are gone."""
        self._settle()
        return self._changed

    def become(self, wanted: Mapping[Any, Mapping[str, Any]]) -> None:
        """Take over all documents of a table."""
        documents = {int(key): dict(document) for key, document in wanted.items()}
        for doc_id in self:
            if doc_id not in documents:
                self._changed[doc_id] = None
        for doc_id, document in documents.items():
            if doc_id not in self or _text(document) != _text(self.before[str(doc_id)]):
                self._changed[doc_id] = document

    def __getitem__(self, doc_id: int) -> Plain:
        if self._held is not None and self._held[0] == doc_id:
            return self._held[1]
        self._settle()
        if doc_id in self._changed:
            document = self._changed[doc_id]
            if document is None:
                raise KeyError(doc_id)
            return document
        document = self.before[str(doc_id)]
        self._held = doc_id, document, _text(document)
        return document

    def __setitem__(self, doc_id: int, document: Plain) -> None:
        if doc_id in self:  # TinyDB looks for it only where somebody chose the number
            raise ValueError(f"Document with ID {doc_id} already exists")
        self._settle()
        self._changed[doc_id] = document

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._settle()
        self._changed[doc_id] = None

    def __contains__(self, doc_id: object) -> bool:
        if doc_id in self._changed:
            return self._changed[doc_id] is not None
        return isinstance(doc_id, int) and str(doc_id) in self.before

    def __iter__(self) -> Iterator[int]:
        for key in self.before:
            if self._changed.get(int(key), key) is not None:
                yield int(key)
        for doc_id, document in self._changed.items():
            if document is not None and str(doc_id) not in self.before:
                yield doc_id

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove all documents."""
        self._held = None
        self._changed = dict.fromkeys(map(int, self.before))

    def _settle(self) -> None:
        if self._held is not None:
            doc_id, document, text = self._held
            self._held = None
            if _text(document) != text:
                self._changed[doc_id] = document


class StoreStorage(Storage):
    """Implements TinyDB's storage on our store. It serves TinyDB's own `Table` too, which writes whole tables."""

    def __init__(self, path: Path, clock: Clock, ids: Ids, *, cache: Path | None = None) -> None:
        """Raises DamagedFile or StoreUnavailable as `TinyDbStore` does."""
        self.store = TinyDbStore(path, clock, cache=cache)
        self._ids = ids
        self._read_at = self.store.version

    def read(self) -> dict[str, Documents]:  # type: ignore[override]  # undecoded until touched
        """Return all tables that hold something, as they are now."""
        self._read_at = self.refreshed()
        return {name: Documents(raw) for name, raw in self._tables.raw.items()}

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Make all tables what `data` says, as one commit; what is equal to what was read is not touched.

        Raises BadInput for what is no record, Conflict if somebody else wrote since it was read.
        """
        read_at, before = self._read_at, self.read()
        tables = {}
        for name in before.keys() | data.keys():
            wanted = data.get(name, {})
            if isinstance(wanted, Documents) or (name == META and name not in data):
                continue  # not touched; and what the file says about itself stays
            tables[name] = _Working(before.get(name) or Documents({}))
            tables[name].become(wanted)
        self.commit(tables, read_at)

    def close(self) -> None:
        """Leave the file so that any program can read all of it."""
        self.store.close()

    def refreshed(self) -> int:
        """Read what others wrote; return what tells this state of the records from another."""
        self.store.refresh()
        return self.store.version

    def documents(self, name: str) -> Documents:
        """Return the documents of one table as they were read last."""
        return Documents(self._tables.raw.get(name, {}))

    def next_id(self, name: str) -> int:
        """Return the next number of a table."""
        return self._tables[name].next_key if name in TABLES else 1

    @property
    def _tables(self) -> Tables:
        return self.store.tables

    def commit(self, tables: Mapping[str, _Working], read_at: int) -> None:
        """Write what was changed since the state `read_at`, all or nothing.

        Raises BadInput for what is no record, Conflict if somebody else wrote meanwhile.
        """
        self._refuse_overtaken(read_at)
        changes = [change for name in tables for change in self._changes(name, tables[name])]
        if changes:
            # They are asked for with the lock held, and all read that others wrote.
            checked: Any = self._unless_overtaken(changes, read_at)
            self.store.change_documents(_did(changes), checked, member_id=None)

    def _unless_overtaken(self, changes: Sequence[Change], read_at: int) -> Iterator[Change]:
        self._refuse_overtaken(read_at)
        yield from changes

    def _refuse_overtaken(self, read_at: int) -> None:
        if self.store.version != read_at:
            raise _Overtaken(
                "another program wrote to the file meanwhile", "nothing was changed; try again"
            )

    def _changes(self, name: str, working: _Working) -> Iterator[Change]:
        changed = working.changed()
        if not changed:
            return
        refuse_foreign(name)
        taken: set[str] = set()
        for doc_id, document in changed.items():
            if str(doc_id) in working.before:
                yield self._change(name, doc_id, working.before[str(doc_id)], document)
            elif document is not None:
                if str(doc_id) in self._tables[name].raw:  # by what TinyDB cannot see
                    raise ValueError(f"Document with ID {doc_id} already exists")
                id_, new = self._new(name, document)
                if id_ in taken or id_ in self._tables[name]:
                    raise BadInput(
                        f"{name}: a document with the id {clean_line(id_)} is there already",
                        "change that one with `update`, or leave `id` out; nothing was written",
                    )
                taken.add(id_)
                yield name, id_, new, str(doc_id)

    def _change(self, name: str, doc_id: int, old: Plain, document: Plain | None) -> Change:
        id_ = old.get("id")
        table = self._tables[name]
        where = f"{name} {doc_id}"
        if not isinstance(id_, str) or table.key(id_) != str(doc_id):
            why = next((p for p in table.problems if p.startswith(f"{where}: ")), where)
            raise BadInput(
                f"this document is no record and is left as it is: {why}",
                "mend it in the file (`outreach doctor` says more); nothing was written",
            )
        if document is None:
            return name, id_, None, ""
        if document.get("id") != id_:
            raise BadInput(
                f"{where}: the id of a document never changes",
                "leave `id` as it is; nothing was written",
            )
        held = table.document(id_) or {}
        kept = {f: raw for f, raw in held.items() if f in document and _equal(raw, document[f])}
        new = {f: kept.get(f) or _value(where, f, value) for f, value in document.items()}
        _refuse_no_record(name, where, new)
        return name, id_, new, ""

    def _new(self, name: str, document: Plain) -> tuple[str, RawDocument]:
        if "id" not in document:
            if name in _NAMED:
                raise BadInput(
                    f"{name}: a new document has no id",
                    "its id is a name: give it; nothing was written",
                )
            document = {"id": self._ids.new()} | document
        where = f"{name}: a new document"
        id_ = document["id"]
        if not isinstance(id_, str) or not id_ or not id_.isprintable():
            raise BadInput(
                f"{where}: `id` has to be a text",
                "leave it out, and it is given one; nothing was written",
            )
        new = {field: _value(where, field, value) for field, value in document.items()}
        _refuse_no_record(name, where, new)
        return id_, new


class NoCache(LRUCache[QueryLike, list[Document]]):
    """Results are not kept: others write to the file too, and who is handed a document may change it."""

    def set(self, key: QueryLike, value: list[Document]) -> None:
        """Forget it."""


class RecordTable(Table):
    """TinyDB's table on our store."""

    query_cache_class = NoCache  # type: ignore[assignment]  # declared generic
    _storage: StoreStorage
    _read_at: int | None = None
    """The state that the operation at work goes by."""
    _next_number = 0
    """The next number that it gives; 0 if it has given none."""

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a document; it is given an `id` unless it has one. Raises BadInput for what is no record."""
        return self._operation(lambda: super(RecordTable, self).insert(document))

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Insert all documents, or none."""
        held = list(documents)
        return self._operation(lambda: super(RecordTable, self).insert_multiple(held))

    def update(
        self,
        fields: Fields,
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Change all documents that are meant, or none. Where others write meanwhile, `fields` is called again."""
        wanted = None if doc_ids is None else list(doc_ids)
        return self._operation(lambda: super(RecordTable, self).update(fields, cond, wanted))

    def update_multiple(self, updates: Iterable[tuple[Fields, QueryLike]]) -> list[int]:
        """Change all documents that are meant, or none."""
        held = list(updates)
        return self._operation(lambda: super(RecordTable, self).update_multiple(held))

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Change the documents that are meant; insert one if there are none."""
        return self._operation(lambda: super(RecordTable, self).upsert(document, cond))

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None
    ) -> list[int]:
        """Remove all documents that are meant, or none."""
        wanted = None if doc_ids is None else list(doc_ids)
        return self._operation(lambda: super(RecordTable, self).remove(cond, wanted))

    def truncate(self) -> None:
        """Remove all documents."""
        self._operation(super().truncate)

    def get(  # type: ignore[override]  # TinyDB's overloads say the same
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Document | list[Document] | None:
        """Return the document or documents that are meant; by number no other one is decoded."""
        if doc_id is None and doc_ids is not None:
            wanted = {str(number) for number in doc_ids}
            documents = self._storage.read().get(self.name) or Documents({})
            return [Document(documents[key], int(key)) for key in documents if key in wanted]
        stock: Callable[..., Document | None] = super().get  # it refuses a call with neither
        return stock(cond, doc_id)

    def _operation(self, work: Callable[[], T]) -> T:
        """Do one of TinyDB's operations; again, if others wrote while it was at work."""
        if self._read_at is not None:  # a part of another one
            return work()
        try:
            for tries_left in reversed(range(_TRIES)):
                self._read_at = self._storage.refreshed()
                self._next_number = 0
                try:
                    return work()
                except _Overtaken:
                    if not tries_left:
                        raise
        finally:
            self._read_at = None
        raise AssertionError("the last try returns or raises")

    def _get_next_id(self) -> int:
        number = self._next_number or self._storage.next_id(self.name)
        self._next_number = number + 1
        return number

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        read_at = self._storage.refreshed() if self._read_at is None else self._read_at
        working = _Working(self._storage.documents(self.name))
        refuse_foreign(self.name)
        updater(working)
        self._storage.commit({self.name: working}, read_at)


class RecordDB(TinyDB):
    """TinyDB on our store."""

    table_class = RecordTable
    default_storage_class = StoreStorage  # type: ignore[assignment]  # declared as the one class


def open_tinydb(path: Path, clock: Clock, ids: Ids, *, cache: Path | None = None) -> RecordDB:
    """Return TinyDB on the file; a missing file is made by the first change. `ids` gives ids to new documents.

    Raises DamagedFile or StoreUnavailable as `TinyDbStore` does.
    """
    return RecordDB(path, clock, ids, cache=cache)


def refuse_foreign(name: str) -> None:
    """Raise BadInput for a table that is none of ours."""
    if name not in TABLES:
        raise BadInput(
            f"the table {clean_line(name)} is not written through outreach",
            f"name one of its tables, as in db.table('customers'): {', '.join(TABLES)}",
        )


def _is_object(raw: msgspec.Raw) -> bool:
    return bool(memoryview(raw)[0] == ord("{"))


def _plain(raw: msgspec.Raw) -> Plain | None:
    """Return a document as Python's `json` reads it; None for what is no object, or nested too deeply."""
    with suppress(*UNREADABLE):
        return _decode(raw)
    with suppress(*UNREADABLE):
        found = json.loads(bytes(raw).decode(errors="surrogateescape"))
        if isinstance(found, dict):
            return found
    return None


def _text(document: Mapping[str, Any]) -> bytes:
    """Return what tells one state of a document from another, whatever it holds."""
    try:
        return _encode(document)
    except (TypeError, OverflowError, *UNREADABLE):
        return json.dumps(document, default=repr, skipkeys=True).encode()


def _equal(raw: msgspec.Raw, value: Any) -> bool:
    with suppress(TypeError, OverflowError, *UNREADABLE):
        return _encode(msgspec.json.decode(raw)) == _encode(value)
    return False


def _value(where: str, field: object, value: Any) -> msgspec.Raw:
    """Return a value as it is written. Raises BadInput for what JSON does not know."""
    try:
        if not isinstance(field, str):
            raise TypeError("the name of a field has to be a text")
        field.encode()
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return msgspec.Raw(text.encode())
    except (TypeError, *UNREADABLE) as error:
        raise BadInput(
            f"{clean_line(where)}: `{clean_line(str(field))}` cannot be written: {clean_line(str(error))}",
            "give it as text, number, list or object; nothing was written",
        ) from error


def _refuse_no_record(name: str, where: str, document: RawDocument) -> None:
    try:
        decoder(TABLES[name]).decode(encoded(document))
    except UNREADABLE as error:
        found = _PATH.fullmatch(str(error))
        why, field = found.groups() if found else (str(error), "")
        what = f"`{field}` cannot be that: {why}" if field else why
        raise BadInput(
            clean_line(f"{where}: {what}"),
            f"docs/data-format.md says what a document of {name} holds; nothing was written",
        ) from error


def _did(changes: Sequence[Change]) -> str:
    """Return what was done in words."""
    verbs = {
        "removed" if new is None else "added" if key else "changed" for _, _, new, key in changes
    }
    verb = verbs.pop() if len(verbs) == 1 else "changed"
    names = {name for name, *_ in changes}
    what = names.pop().replace("_", " ") if len(names) == 1 else "documents"
    if len(changes) == 1:
        what = what.removesuffix("s")
    return f"{verb} {len(changes)} {what} with TinyDB"

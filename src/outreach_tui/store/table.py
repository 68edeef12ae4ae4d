"""One table in memory: documents undecoded until touched, and what is needed to find them."""

from bisect import bisect_left, insort
from collections.abc import KeysView, Sequence
from typing import TypeVar

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.day_list import DayList
from outreach_tui.domain.ids import adopted_id
from outreach_tui.domain.record import Record
from outreach_tui.domain.settings import Setting
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import DamagedFile
from outreach_tui.store.documents import (
    UNREADABLE,
    Document,
    decoder,
    digest,
    document_of,
    encoded,
    record_of,
)

R = TypeVar("R", bound=Record)

State = tuple[str, msgspec.Raw] | None
"""TinyDB's key and the document as it is written; None if there is none."""

_NAMED: frozenset[type[Record]] = frozenset({Setting, DayList})
"""Kinds whose ids mean something, so that we cannot make one up."""
_KEY_DIGITS = 18
"""No table counts further; what looks like a longer number is somebody's joke."""


class _Identity(msgspec.Struct):
    id: str | None = None


class _Link(msgspec.Struct):
    customer_id: str | None = None


class _Links(msgspec.Struct):
    """The fields by which a document names customers; see `domain.tables.customers_of`."""

    id: str
    customer_id: str | None = None
    customer_ids: tuple[str, ...] = ()
    employments: tuple[_Link, ...] = ()
    invitations: tuple[_Link, ...] = ()


_decode_identity = msgspec.json.Decoder(_Identity).decode
_decode_links = msgspec.json.Decoder(_Links).decode


class Table:
    """The documents of one table, by id. What cannot be read is kept in the file and named in `problems`."""

    def __init__(
        self, name: str, kind: type[Record], raw: dict[str, msgspec.Raw], made_ms: int
    ) -> None:
        """`made_ms` is the time for the ids of documents that have none: it has to be the same on every reading."""
        self.raw = raw
        """By TinyDB's key: the truth, which is written as it is."""
        self._name = name
        self._kind = kind
        self._problems: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._records: dict[str, Record] = {}
        self._all: list[Record] | None = None
        self._links: dict[str, list[str]] | None = None
        self._displaced = False
        self.adopted = False
        """Whether documents got an id here that the file does not hold yet."""
        try:
            self._next_key = 1 + max(map(int, raw), default=0)
            if self._next_key >= 10**_KEY_DIGITS:
                raise ValueError
        except ValueError:  # somebody's keys
            self._next_key = 1 + max(map(_number, raw), default=0)
        if not self._index_all():
            for key in list(raw):
                self._index(key, made_ms)

    def _index_all(self) -> bool:
        """Index all documents at once if nothing is odd about any of them; return whether that was so."""
        decode = _decode_identity
        try:
            ids = [decode(document).id for document in self.raw.values()]
            if not all(ids) or not "".join(ids).isprintable():  # type: ignore[arg-type]  # all are texts by then
                return False
        except UNREADABLE:
            return False
        found = dict(zip(ids, self.raw, strict=True))
        if len(found) < len(ids):
            return False
        self._keys = found  # type: ignore[assignment]  # as above
        return True

    def _index(self, key: str, made_ms: int) -> None:
        try:
            id_ = _decode_identity(self.raw[key]).id
            if id_ is None:
                id_ = self._adopt(key, made_ms)
        except UNREADABLE as error:
            self._complain(key, str(error))
            return
        if not id_ or not id_.isprintable():
            self._complain(key, "its id cannot be used")
        elif id_ in self._keys:
            self._complain(key, f"the id {id_} is taken by {self._keys[id_]}")
        else:
            self._keys[id_] = key

    def _adopt(self, key: str, made_ms: int) -> str:
        """Give an id to a document that stock TinyDB wrote: the same on every reading, written by the next commit."""
        document = document_of(self.raw[key])
        document.pop("id", None)
        if self._kind in _NAMED:
            raise ValueError("it has no id")
        id_ = adopted_id(made_ms, f"{self._name}:{key}:{digest(document)}".encode())
        raw = encoded({"id": encoded(id_)} | document)
        decoder(self._kind).decode(raw)  # what is no record of ours is not touched
        self.raw[key] = raw
        self.adopted = True
        return id_

    def _complain(self, key: str, why: str) -> None:
        self._problems[key] = clean_line(f"{self._name} {key}: {why}")

    @property
    def problems(self) -> list[str]:
        """What could not be read so far, by table and TinyDB key."""
        return list(self._problems.values())

    def __contains__(self, id_: str) -> bool:
        return id_ in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def ids(self) -> KeysView[str]:
        """Return the ids of all documents."""
        return self._keys.keys()

    def get(self, kind: type[R], id_: str) -> R | None:
        """Return one record, None if there is none or it cannot be read."""
        found = self._records.get(id_)
        if found is None:
            found = self._decode(id_)
            if found is None:
                return None
            self._records[id_] = found
        assert isinstance(found, kind)
        return found

    def all(self, kind: type[R]) -> Sequence[R]:  # noqa: ARG002  says what comes back
        """Return all records by id."""
        if self._all is None:
            self._all = [
                r for id_ in sorted(self._keys) if (r := self.get(self._kind, id_)) is not None
            ]
        return self._all  # type: ignore[return-value]  # the table holds records of its kind only

    def of_customer(self, kind: type[R], customer_id: str) -> Sequence[R]:
        """Return the records that name the customer, by id."""
        if self._links is None:
            self._links = {}
            for id_ in sorted(self._keys):
                for named in self._named(id_):
                    self._links.setdefault(named, []).append(id_)
        ids = self._links.get(customer_id)
        if ids is None:
            return []
        found = (self.get(kind, id_) for id_ in ids)
        return [record for record in found if record is not None]

    def document(self, id_: str) -> Document | None:
        """Return the stored document by field, None if there is none. Raises DamagedFile if it cannot be read."""
        key = self._keys.get(id_)
        if key is None:
            return None
        try:
            return document_of(self.raw[key])
        except UNREADABLE as error:
            raise DamagedFile(
                f"{self._name} {key} cannot be read: {clean_line(str(error))}",
                "mend it in the file; everything else works",
            ) from error

    def key(self, id_: str) -> str:
        """Return TinyDB's key of a document, empty if there is none."""
        return self._keys.get(id_, "")

    @property
    def next_key(self) -> int:
        """TinyDB's next number."""
        return self._next_key

    def state(self, id_: str) -> State:
        """Return what `restore` needs to put a document back exactly."""
        key = self._keys.get(id_)
        return None if key is None else (key, self.raw[key])

    def put(self, id_: str, document: Document, key: str = "") -> None:
        """Write a document, new or in place of the one with its id; a new one at `key` if that is free."""
        if id_ in self._keys:
            key = self._keys[id_]
        elif not key or key in self.raw:
            key = str(self._next_key)
        self._set(id_, key, encoded(document))

    def remove(self, id_: str) -> None:
        """Take a document out."""
        self._forget(id_)
        key = self._keys.pop(id_)
        del self.raw[key]
        self._problems.pop(key, None)

    def restore(self, id_: str, state: State) -> None:
        """Put a document back to what `state` said. Called in the reverse order of the changes."""
        if state is not None:
            self._set(id_, *state)
        elif id_ in self._keys:
            last = _number(self._keys[id_])
            self.remove(id_)
            if last == self._next_key - 1:
                self._next_key = last

    def in_order(self) -> dict[str, msgspec.Raw]:
        """Return the documents by key, those that were put back at their old place."""
        if self._displaced:
            ordered = sorted(self.raw.items(), key=lambda item: _number(item[0]))
            self.raw.clear()
            self.raw.update(ordered)
            self._displaced = False
        return self.raw

    def _set(self, id_: str, key: str, raw: msgspec.Raw) -> None:
        self._forget(id_)
        self._problems.pop(key, None)
        number = _number(key)
        self._displaced |= key not in self.raw and number < self._next_key
        self._next_key = max(self._next_key, number + 1)
        self._keys[id_] = key
        self.raw[key] = raw
        if self._links is not None:
            for named in self._named(id_):
                insort(self._links.setdefault(named, []), id_)

    def _forget(self, id_: str) -> None:
        self._all = None
        if self._links is not None:
            for named in self.customers_of(id_):
                ids = self._links[named]
                del ids[bisect_left(ids, id_)]
        self._records.pop(id_, None)

    def _named(self, id_: str) -> set[str]:
        """Return the customers that a document names, without decoding all of it."""
        if self._kind is Customer:
            return {id_}
        try:
            links = _decode_links(self.raw[self._keys[id_]])
        except UNREADABLE:
            return set()
        found = {*links.customer_ids, links.customer_id}
        found.update(link.customer_id for link in (*links.employments, *links.invitations))
        return {named for named in found if named}

    def customers_of(self, id_: str) -> set[str]:
        """Return the customers that a document names; none if there is no such document."""
        return self._named(id_) if id_ in self._keys else set()

    def _decode(self, id_: str) -> Record | None:
        key = self._keys.get(id_)
        if key is None or key in self._problems:
            return None
        try:
            return record_of(self._kind, self.raw[key])
        except UNREADABLE as error:
            self._complain(key, str(error))
            return None


def _number(key: str) -> int:
    """Return a key as the number that TinyDB makes of it, 0 if it cannot."""
    try:
        return int(key) if len(key) <= _KEY_DIGITS else 0
    except ValueError:
        return 0

"""One table in memory: documents undecoded until touched, and what is needed to find them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec

from outreach_tui.domain.ids import adopted_id
from outreach_tui.domain.record import Record
from outreach_tui.domain.tables import customers_of
from outreach_tui.domain.text import clean_line, clean_text

R = TypeVar("R", bound=Record)
Document = dict[str, Any]

# What makes a document worth a second look before it is shown: JSON escapes, and the UTF-8 of controls, bidi marks
# and other invisible characters. A line end is expected in notes only.
_SUSPICIOUS = re.compile(
    rb"\\[ubfr]|\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]"
    rb"|\xef\xbb\xbf|\xef\xbf[\xb9-\xbf]|\xf3\xa0"
)
_LINE_END = re.compile(rb"\\n")
_SEVERAL_LINES = frozenset({"note"})
"""Fields that may hold several lines."""


class _Identity(msgspec.Struct):
    id: str | None = None


_decode_identity = msgspec.json.Decoder(_Identity).decode


class Table:
    """The documents of one table, by id. What cannot be read is kept in the file and named in `problems`."""

    def __init__(
        self, name: str, kind: type[Record], raw: dict[str, msgspec.Raw], made_ms: int
    ) -> None:
        self.raw = raw
        """By TinyDB's key: the truth, which is written as it is."""
        self.problems: list[str] = []
        self._name = name
        self._kind = kind
        self._keys: dict[str, str] = {}
        self._records: dict[str, Record] = {}
        self._all: list[Record] | None = None
        self._links: dict[str, list[str]] | None = None
        self._next_key = 1 + max((int(key) for key in raw if key.isdecimal()), default=0)
        for key in list(raw):
            self._index(key, made_ms)

    def _index(self, key: str, made_ms: int) -> None:
        raw = self.raw[key]
        try:
            id_ = _decode_identity(raw).id
        except msgspec.DecodeError as error:
            self.problems.append(f"{self._name} {key}: {error}")
            return
        if id_ is None:
            # Written by stock TinyDB: it keeps the same id on every reading, and gets it with the next commit.
            id_ = adopted_id(made_ms, f"{self._name}:{key}:".encode() + bytes(raw))
            document = msgspec.json.decode(raw, type=Document)
            self.raw[key] = msgspec.Raw(msgspec.json.encode({"id": id_} | document))
        if id_ in self._keys:
            self.problems.append(f"{self._name} {key}: the id {id_} is taken by {self._keys[id_]}")
            return
        self._keys[id_] = key

    def __contains__(self, id_: str) -> bool:
        return id_ in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def get(self, kind: type[R], id_: str) -> R | None:
        """Return one record, None if there is none or it cannot be read."""
        found = self._records.get(id_)
        if found is None:
            if id_ not in self._keys:
                return None
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
            for record in self.all(self._kind):
                for named in customers_of(record):
                    self._links.setdefault(named, []).append(record.id)
        found = (self.get(kind, id_) for id_ in self._links.get(customer_id, ()))
        return [record for record in found if record is not None]

    def document(self, id_: str) -> Document | None:
        """Return the stored document, None if there is none."""
        key = self._keys.get(id_)
        return None if key is None else msgspec.json.decode(self.raw[key], type=Document)

    def put(self, id_: str, document: Document) -> None:
        """Write a document, new or in place of the one with its id."""
        self._forget(id_)
        key = self._keys.get(id_)
        if key is None:
            key = str(self._next_key)
            self._next_key += 1
            self._keys[id_] = key
        self.raw[key] = msgspec.Raw(msgspec.json.encode(document))
        self._link(id_)

    def remove(self, id_: str) -> None:
        """Take a document out."""
        self._forget(id_)
        del self.raw[self._keys.pop(id_)]

    def _link(self, id_: str) -> None:
        if self._links is None:
            return
        record = self.get(self._kind, id_)
        for named in customers_of(record) if record else ():
            ids = self._links.setdefault(named, [])
            ids.append(id_)
            ids.sort()

    def _forget(self, id_: str) -> None:
        self._all = None
        if id_ not in self._keys:
            return
        if self._links is not None:
            record = self.get(self._kind, id_)
            for named in customers_of(record) if record else ():
                self._links[named].remove(id_)
        self._records.pop(id_, None)

    def _decode(self, id_: str) -> Record | None:
        raw = bytes(self.raw[self._keys[id_]])
        try:
            if _SUSPICIOUS.search(raw) or (
                "note" not in self._kind.__struct_fields__ and _LINE_END.search(raw)
            ):
                return msgspec.convert(cleaned(msgspec.json.decode(raw)), self._kind)
            record: Record = decoder(self._kind).decode(raw)
            return record
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            self.problems.append(f"{self._name} {self._keys[id_]}: {error}")
            return None


@cache
def decoder(kind: type[R]) -> msgspec.json.Decoder[R]:
    """Return the decoder of a record kind; it is made once."""
    return msgspec.json.Decoder(kind)


def cleaned(value: Any, field: str = "") -> Any:
    """Return a decoded document with every text made safe to show; others may have written it."""
    if isinstance(value, str):
        return clean_text(value) if field in _SEVERAL_LINES else clean_line(value)
    if isinstance(value, dict):
        return {clean_line(key): cleaned(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item, field) for item in value]
    return value

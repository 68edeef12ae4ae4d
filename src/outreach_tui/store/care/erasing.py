"""One file without a person: read as leniently as it takes, and written anew only if it said something of them.

A file of ours is a TinyDB file or lines of a journal. Of a file that is damaged each line counts for itself: one that
can be read is mended, one that cannot and speaks of the person goes.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from outreach_tui.domain.forgetting import Person
from outreach_tui.store.documents import UNREADABLE, Document, encoded
from outreach_tui.store.journal import Entry, Step, entry_of, line_of
from outreach_tui.store.json_text import RawTables, one_line, parsed, written
from outreach_tui.store.meta import META

CONTACTS = "contacts"
_DOCUMENT = re.compile(rb'("[^"]*": ?)(\{.*\})(,?\s*)')
"""A line of a TinyDB file of ours."""
_SHORT = re.compile(rb'"([^"\\]{1,64})"')
"""A text in JSON that may be an id or the name of a field."""
_FEW = 8
"""So many texts are looked for one by one sooner than all of a document is taken apart."""
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
Plain = dict[str, Any]


class Said(NamedTuple):
    """A document, whole or the changed part of it, as some file has it."""

    table: str
    """Empty where a damaged file does not say."""
    id: str
    plain: Plain


def documents_in(data: bytes, wanted: frozenset[bytes]) -> Iterator[Said]:
    """Yield the documents of a file of ours, those of its commits too, in which one of the short texts `wanted` stands.

    Of a commit a part counts, too, that belongs to a document of such an id.
    """
    tables, lines = _read(data)
    for name, table in tables.items():
        for raw in table.values():
            if name != META and _any_in(wanted, bytes(raw)):
                yield from _said(name, bytes(raw))
    for line in lines:
        if not _any_in(wanted, line):
            continue
        entry = _entry(line)
        if entry is not None:
            for step in entry.steps:
                for part in (step.before, step.after):
                    if part is not None and (
                        step.id.encode() in wanted or _any_in(wanted, _joined(part))
                    ):
                        yield Said(step.table, step.id, _plain(part))
        elif found := _DOCUMENT.fullmatch(line):
            yield from _said("", found[2])


class Erased(NamedTuple):
    """A file without the person."""

    data: bytes
    changed: int
    """Documents or commits that said something of them."""
    lost: int
    """Commits of which a part was about them alone."""
    dropped: int
    """Lines that could not be read."""


class Erasing:
    """Takes one person out of one file after the other; what many files have in common is worked out once."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._known: dict[bytes, tuple[msgspec.Raw | None, list[tuple[str, str]]]] = {}
        """Documents that change, by digest: what becomes of them, and which fields are emptied."""
        self._clean: set[bytes] = set()
        """Digests of documents and lines that do not."""
        self._lines: dict[bytes, tuple[bytes | None, bool]] = {}
        """Lines that change, by digest: what becomes of them, and whether a part of a commit is lost."""
        self.emptied: list[tuple[str, str]] = []
        """Record and field of what held nothing else, of the tables that were read last."""

    def file(self, data: bytes) -> Erased:
        """Return a file of ours without the person; the same bytes where it said nothing of them."""
        tables, lines = _read(data)
        if tables:
            left, changed = self.tables(tables)
            return Erased(b"".join(written(left)) if changed else data, changed, 0, 0)
        kept: list[bytes] = []
        changed = lost = dropped = 0
        for line in lines:
            new, is_lost = self._known_line(line)
            changed += new != line
            lost += is_lost
            if new is not None:
                kept.append(new)
            else:
                dropped += 1
        return Erased(b"".join(kept) if changed else data, changed, lost, dropped)

    def tables(self, tables: RawTables) -> tuple[RawTables, int]:
        """Return tables without the person, and how many documents said something of them."""
        self.emptied = []
        left: RawTables = {}
        changed = 0
        for name, table in tables.items():
            left[name] = {}
            for key, raw in table.items():
                new = raw if name == META else self._document(name, raw)
                if new is not None:
                    left[name][key] = new
                changed += new is not raw
        return left, changed

    def _document(self, table: str, raw: msgspec.Raw) -> msgspec.Raw | None:
        """Return a document without the person, None for their own; the same one where it says nothing of them."""
        data = bytes(raw)
        key = hashlib.blake2b(data, key=table.encode()[:64], digest_size=16).digest()
        if key in self._clean:
            return raw
        if key not in self._known:
            if (found := self._worked_out(table, data)) is None:
                self._clean.add(key)
                return raw
            self._known[key] = found
        new, emptied = self._known[key]
        self.emptied += emptied
        return new

    def _worked_out(
        self, table: str, data: bytes
    ) -> tuple[msgspec.Raw | None, list[tuple[str, str]]] | None:
        """Return what becomes of a document, None inside for gone; None if it says nothing of the person."""
        person = self.person
        plain = _decoded(data)
        if not isinstance(plain, dict):
            return (None, []) if self._may_hold(data) else None
        id_ = str(plain.get("id", ""))
        if id_ in person.ids and table in ("", CONTACTS):
            return None, []
        if not self._may_hold(data, [id_]):
            return None
        new: Plain = person.value(plain, id_)
        if new == plain:
            return None
        called = str(new.get("name") or table)
        return encoded(new), [(called, field) for field in _emptied(plain, new)]

    def _may_hold(self, data: bytes, ids: Iterable[str] = ()) -> bool:
        """Whether JSON, or what is left of it, may say anything of the person."""
        text = data.decode(errors="replace")
        if "\\" in text:
            text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text).replace("\\n", "\n")
        return self.person.may_hold(text, ids)

    def _known_line(self, line: bytes) -> tuple[bytes | None, bool]:
        key = hashlib.blake2b(line, key=b"line", digest_size=16).digest()
        if key in self._clean:
            return line, False
        if key not in self._lines:
            found = self._line(line)
            if found == (line, False):
                self._clean.add(key)
                return found
            self._lines[key] = found
        return self._lines[key]

    def _line(self, line: bytes) -> tuple[bytes | None, bool]:
        """Return a line without the person, None if it has to go, and whether a part of a commit is lost."""
        entry = _entry(line)
        if entry is not None:
            new = self.entry(entry, line)
            return (line if new is entry else line_of(new)), _is_lost(entry, new)
        if found := _DOCUMENT.fullmatch(line):
            raw = msgspec.Raw(found[2])
            document = self._document("", raw)
            if document is raw:
                return line, False
            if document is not None:
                return found[1] + one_line(bytes(document)) + found[3], False
            return b"", False
        return (None if self._may_hold(line) else line), False

    def entry(self, entry: Entry, line: bytes) -> Entry:
        """Return a commit without the person; the same one where it says nothing of them."""
        person = self.person
        ids = [step.id for step in entry.steps]
        if not self._may_hold(line, ids):
            return entry
        about = next((id_ for id_ in ids if id_ in person.ids), "")
        steps: list[Step] = []
        for step in entry.steps:
            if step.table == CONTACTS and step.id in person.ids:
                continue
            before, after = (self._part(part, step.id) for part in (step.before, step.after))
            if before is step.before and after is step.after:
                steps.append(step)
            elif step.whole or before != after:
                steps.append(msgspec.structs.replace(step, before=before, after=after))
        did = person.text(entry.did, about)
        if did == entry.did and steps == list(entry.steps):
            return entry
        return msgspec.structs.replace(entry, did=did, steps=tuple(steps))

    def _part(self, part: Document | None, id_: str) -> Document | None:
        if part is None or not self._may_hold(_joined(part), [id_]):
            return part
        plain = _plain(part)
        new = self.person.value(plain, id_)
        if new == plain:
            return part
        same = {k: part[k] for k, value in new.items() if k in part and plain[k] == value}
        return {k: same[k] if k in same else encoded(value) for k, value in new.items()}


def _emptied(old: Plain, new: Plain) -> Iterator[str]:
    """Yield the fields that held something, columns of the user's own among them, and hold nothing now."""
    for field, value in new.items():
        before = old.get(field)
        if value == "" != before:
            yield field
        elif isinstance(value, dict) and isinstance(before, dict):
            yield from _emptied(before, value)


def _is_lost(old: Entry, new: Entry) -> bool:
    return len(new.steps) < len(old.steps)


def _read(data: bytes) -> tuple[RawTables, list[bytes]]:
    """Return the tables of a TinyDB file, else the lines of a file."""
    try:
        return parsed(data), []
    except UNREADABLE:
        return {}, data.splitlines(keepends=True)


def _entry(line: bytes) -> Entry | None:
    try:
        return entry_of(line)
    except UNREADABLE:
        return None


def _decoded(data: bytes) -> Any:
    for decode in (msgspec.json.decode, json.loads):  # the second one reads what Python writes: NaN
        with suppress(*UNREADABLE):
            return decode(data)
    return None


def _said(table: str, raw: bytes) -> Iterator[Said]:
    plain = _decoded(raw)
    if isinstance(plain, dict):
        yield Said(table, str(plain.get("id", "")), plain)


def _plain(part: Mapping[str, msgspec.Raw]) -> Plain:
    return {field: _decoded(bytes(raw)) for field, raw in part.items()}


def _joined(part: Mapping[str, msgspec.Raw]) -> bytes:
    return b" ".join(b'"%s":%s' % (field.encode(), bytes(raw)) for field, raw in part.items())


def _any_in(wanted: frozenset[bytes], data: bytes) -> bool:
    if len(wanted) <= _FEW and not any(each in data for each in wanted):
        return False
    return not wanted.isdisjoint(_SHORT.findall(data))

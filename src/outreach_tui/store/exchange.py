"""Whole documents out and in again: what this version does not know of them comes along.

A file that goes out is a TinyDB file like the data file itself, so that all that reads the one reads the other.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from outreach_tui.domain.member import Member
from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput, DamagedFile, Refused
from outreach_tui.services.keeping import Severity
from outreach_tui.services.ports import Arrival, Changed, Clock, Incoming
from outreach_tui.store.care.doctor_records import REFERENCES, examine, references
from outreach_tui.store.care.doctor_text import NEWER, read
from outreach_tui.store.care.states import about, decode_identity
from outreach_tui.store.conflicts import called, worked_out
from outreach_tui.store.documents import (
    UNREADABLE,
    Document,
    document_of,
    encoded,
    record_of,
    same,
    same_document,
)
from outreach_tui.store.json_text import RawTables, written
from outreach_tui.store.meta import META, SCHEMA, Meta, write_meta
from outreach_tui.store.migrations import migrate
from outreach_tui.store.tinydb_file import TinyDbStore

Change = tuple[str, str, Document | None, str]
"""What `TinyDbStore.change_documents` takes: table, id, document and TinyDB's key."""


class StoreExchange:
    """Implements `services.ports.Exchange` on our store."""

    def __init__(self, store: TinyDbStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def counts(self) -> Mapping[str, int]:
        """Return how many documents each table holds."""
        return {name: len(table) for name, table in self._store.tables.raw.items() if name != META}

    def text(self, tables: Collection[str]) -> Iterator[bytes]:
        """Yield a file with these tables, with all of them if none is named; it says of itself its schema and time."""
        held = self._store.tables.raw
        chosen = {n: t for n, t in held.items() if n != META and (n in tables or not tables)}
        write_meta(chosen, Meta(schema=SCHEMA, at=self._clock.real_now()))
        return written(chosen)

    def compare(self, data: bytes, name: str) -> Arrival:
        """Work out what a file would change: by id, what is not there is made, what differs changed, nothing removed.

        Raises BadInput for a file that cannot be used; a document that cannot is skipped.
        """
        tables = _tables(data, name)
        skipped = _unusable(tables, data)
        changes: list[Change] = []
        incoming: list[Incoming] = []
        brought: dict[str, dict[str, Document]] = {}
        for table in TABLES:
            counts = {"created": 0, "updated": 0, "unchanged": 0}
            changed: list[Changed] = []
            brought[table] = {}
            for key, raw in tables.get(table, {}).items():
                if (table, key) in skipped:
                    continue
                id_, document = decode_identity(raw).id or "", document_of(raw)
                brought[table][id_] = document
                old = self._held(table, id_)
                new = document if old is None else _over(old, document, table)
                what = "created" if old is None else "updated"
                if same_document(old, new):
                    what = "unchanged"
                else:
                    changes.append((table, id_, new, key))
                    if old is not None and (change := self._changed(table, id_, old, new)):
                        changed.append(change)
                counts[what] += 1
            wrong = tuple(why for (of, _), why in skipped.items() if of == table)
            if tables.get(table):
                incoming.append(
                    Incoming(table=table, changed=tuple(changed), skipped=wrong, **counts)
                )
        incoming += [
            Incoming(table=clean_line(table), skipped=tuple(_foreign(key) for key in documents))
            for table, documents in tables.items()
            if table not in TABLES and table != META and documents
        ]
        return Arrival(
            tables=tuple(incoming),
            changes=tuple(changes),
            members=tuple(
                called(new or {}, Member)
                for table, id_, new, _ in changes
                if table == "members" and id_ not in self._store.tables[table]
            ),
            lost=self._lost(changes, brought),
            written_at=_written_at(tables),
            version=self._store.version,
        )

    def take_in(self, arrival: Arrival, did: str, member_id: str | None) -> None:
        """Write it as one commit. Raises Refused if somebody wrote to the file since it was compared."""
        checked: Any = self._unless_overtaken(arrival)
        self._store.change_documents(did, checked, member_id=member_id)

    def _unless_overtaken(self, arrival: Arrival) -> Iterator[Change]:
        """Yield the changes; they are asked for with the lock held, and all read that others wrote."""
        if self._store.version != arrival.version:
            raise Refused(
                "the file was changed since this import was worked out", "import it again"
            )
        yield from arrival.changes

    def _held(self, table: str, id_: str) -> Document | None:
        try:
            return self._store.tables.document(table, id_)
        except (
            DamagedFile
        ):  # its fields cannot be told apart: the document that comes takes its place
            return {}

    def _changed(self, table: str, id_: str, old: Document, new: Document) -> Changed | None:
        """Return what changes of a record besides what is worked out, None if nothing does."""
        kind = TABLES[table]
        differing = {
            field
            for field in old.keys() | new.keys()
            if not worked_out(table, id_, field) and not same(old.get(field), new.get(field))
        }
        if not differing:
            return None
        before, after = self._store.get(kind, id_), record_of(kind, encoded(new))
        known = set(kind.__struct_encode_fields__)
        if before is not None:
            kept = {f: getattr(before, f) for f in known - differing}
            after = msgspec.structs.replace(after, **kept)
        unknown = tuple(clean_line(field) for field in sorted(differing - known))
        return Changed(before=before, after=after, unknown=unknown)

    def _lost(self, changes: list[Change], brought: Mapping[str, Mapping[str, Document]]) -> int:
        """Return how many documents name records that are neither on file nor come with them."""
        held = self._store.tables

        def is_lost(field: str, id_: str) -> bool:
            table = REFERENCES[field]
            return id_ not in brought[table] and id_ not in held[table]

        return sum(
            any(is_lost(field, id_) for field, id_ in references(_plain(document)))
            for table, _, document, _ in changes
            if table
            != "day_lists"  # they say what was suggested on a day, also of who was removed since
        )


def _tables(data: bytes, name: str) -> RawTables:
    """Return the tables of a file, brought up to our schema. Raises BadInput with name, line and remedy."""
    tables, wrong = read(data, Path(name))
    again = "nothing was changed; export it again: `outreach export all --format json`"
    if tables is None:
        line = f", line {wrong[0].line}" if wrong[0].line else ""
        what = wrong[0].what[:1].lower() + wrong[0].what[1:]
        raise BadInput(f"{name}{line}: {what}", NEWER if wrong[0].remedy == NEWER else again)
    known = about(tables)
    if known is not None:
        if known.schema < 1:
            raise BadInput(f"{name}: it has a format that never was (schema {known.schema})", again)
        migrate(tables, known.schema)
    if not any(documents for table, documents in tables.items() if table != META):
        raise BadInput(f"{name}: it holds no records", again)
    return tables


def _unusable(tables: RawTables, data: bytes) -> dict[tuple[str, str], tuple[int, str]]:
    """Return line and reason of what is no record of ours, by table and key."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for finding in examine(tables, Path(), data):
        key = finding.table, finding.key
        if finding.severity is not Severity.WARNING and key not in found:
            found[key] = finding.line or 0, f"{finding.what}{_id_in(tables, *key)}"
    return found


def _id_in(tables: RawTables, table: str, key: str) -> str:
    try:
        id_ = decode_identity(tables[table][key]).id
    except UNREADABLE:
        return ""
    return f"; id {clean_line(id_)}" if id_ else ""


def _written_at(tables: RawTables) -> datetime | None:
    for document in tables.get(META, {}).values():
        with suppress(*UNREADABLE):
            at = msgspec.json.decode(document, type=Meta).at
            return at and at.astimezone(UTC)
    return None


def _foreign(key: str) -> tuple[int, str]:
    return 0, (
        f"number {clean_line(key)} is another program's, and stays out; "
        "`outreach restore` into a file that is not there takes it along"
    )


def _over(old: Document, new: Document, table: str) -> Document:
    """Return the document that takes the place of another; fields that only a later version knows stay."""
    known = TABLES[table].__struct_encode_fields__
    return new | {
        field: raw for field, raw in old.items() if field not in known and field not in new
    }


def _plain(document: Document | None) -> Any:
    return msgspec.json.decode(msgspec.json.encode(document))

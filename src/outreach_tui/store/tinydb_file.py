"""The store: one TinyDB JSON file, read once, changed by commits (STORE.md).

Every commit replaces the whole file; the inverse of the last one is kept in the table `meta`, so that it can be undone
after a restart. Several processes may use one file: the lock is held for a commit, and others' changes are read first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.facts import CustomerFacts, summarise
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Patch, Put, Record, Remove
from outreach_tui.domain.tables import TABLE_OF, TABLES, customers_of
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.errors import Conflict, DamagedFile, Refused, StoreUnavailable
from outreach_tui.services.ports import Clock, Commit
from outreach_tui.store.json_storage import JsonStorage, RawTables
from outreach_tui.store.locks import locked
from outreach_tui.store.table import Document, Table

R = TypeVar("R", bound=Record)

SCHEMA = 1
META = "meta"
META_KEY = "1"


class Before(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a document was before a commit changed it: enough to put it back."""

    table: str
    id: str
    existed: bool = False
    whole: bool = False
    """All of the document is in `fields`, and not only what changed."""
    fields: Document = {}
    missing: tuple[str, ...] = ()
    """Changed fields that were not there."""


class LastCommit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last commit, with what undoes it; `undone` if it was an undo itself, then this redoes."""

    did: str
    at: datetime
    member_id: str | None = None
    undone: bool = False
    before: tuple[Before, ...] = ()


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """The one document of the table `meta`."""

    schema: int = SCHEMA
    seq: int = 0
    """Number of commits so far."""
    last: LastCommit | None = None


class TinyDbStore:
    """Implements `services.ports.Store` on one TinyDB file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open the file; a missing one is made by the first commit.

        Raises DamagedFile for a file that is damaged, foreign or written by a newer version; it is never touched.
        """
        self._storage = JsonStorage(path)
        self._clock = clock
        self._version = 0
        self._load()

    def _load(self) -> None:
        self._stamp = self._storage.stamp()
        self._raw: RawTables = self._storage.read_raw() or {}
        self._meta = _read_meta(self._raw, self.path)
        made_ms = self._stamp[1] // 1_000_000 if self._stamp else 0
        self._tables = {
            name: Table(name, kind, self._raw.setdefault(name, {}), made_ms)
            for name, kind in TABLES.items()
        }
        self._rows: dict[str, CustomerFacts] | None = None
        self._stale: set[str] = set()
        self._version += 1

    @property
    def path(self) -> Path:
        """Where the records are kept."""
        return self._storage.path

    @property
    def version(self) -> int:
        """Changes whenever any record did."""
        return self._version

    @property
    def problems(self) -> list[str]:
        """What could not be read so far, by table and TinyDB key; it stays in the file as it is."""
        return [problem for table in self._tables.values() for problem in table.problems]

    def get(self, kind: type[R], id_: str) -> R | None:
        """Return one record, None if there is none."""
        return self._tables[TABLE_OF[kind]].get(kind, id_)

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return all records of a kind, by id."""
        return self._tables[TABLE_OF[kind]].all(kind)

    def of_customer(self, kind: type[R], customer_id: str) -> Sequence[R]:
        """Return the records of a kind that name the customer, by id."""
        return self._tables[TABLE_OF[kind]].of_customer(kind, customer_id)

    def rows(self) -> Mapping[str, CustomerFacts]:
        """Return the summary row of every customer, by id, in the order of the ids."""
        if self._rows is None:
            self._rows = {customer.id: self._summary(customer) for customer in self.all(Customer)}
        elif self._stale:
            self._rows = self._updated(self._rows, self._stale)
        self._stale = set()
        return self._rows

    def rows_after(self, changes: Sequence[Change]) -> Mapping[str, CustomerFacts]:
        """Return what `rows` would be after these changes, without making them."""
        now = self.rows()
        before, touched = self._apply(changes)
        try:
            return self._updated(now, touched)
        finally:
            self._put_back(before)

    def _updated(
        self, rows: Mapping[str, CustomerFacts], touched: set[str]
    ) -> dict[str, CustomerFacts]:
        updated = dict(rows)
        for id_ in touched:
            customer = self.get(Customer, id_)
            if customer is None:
                updated.pop(id_, None)
            else:
                updated[id_] = self._summary(customer)
        return updated if updated.keys() == rows.keys() else dict(sorted(updated.items()))

    def _summary(self, customer: Customer) -> CustomerFacts:
        return summarise(
            customer,
            contacts=self.of_customer(Contact, customer.id),
            purchases=self.of_customer(Purchase, customer.id),
            touchpoints=self.of_customer(Touchpoint, customer.id),
            feedback=self.of_customer(Feedback, customer.id),
            meetings=self.of_customer(Meeting, customer.id),
            decisions=self.of_customer(Decision, customer.id),
        )

    def refresh(self) -> bool:
        """Read what others wrote; return whether anything changed."""
        if self._storage.stamp() == self._stamp:
            return False
        self._load()
        return True

    def commit(self, did: str, changes: Sequence[Change], *, member_id: str | None) -> None:
        """Write all changes, or none. Raises Conflict, StoreUnavailable or DamagedFile; then nothing changed."""
        if not changes:
            return
        with self._lock():
            seen = [self._seen(change) for change in changes]
            if self.refresh():
                for change, fields in zip(changes, seen, strict=True):
                    self._refuse_conflict(change, fields)
            before, touched = self._apply(changes)
            last = LastCommit(
                did=did, at=self._clock.real_now(), member_id=member_id, before=before
            )
            self._write(last, touched)

    def last_commit(self) -> Commit | None:
        """Return what undo (or, if `undone`, redo) would take back."""
        last = self._meta.last
        return None if last is None else _as_commit(last)

    def undo(self, *, member_id: str | None) -> Commit:
        """Take the last commit back, as a new commit. Raises Refused if there is none, or it was undone already."""
        return self._take_back(member_id, undone=False)

    def redo(self, *, member_id: str | None) -> Commit:
        """Do again what was undone last. Raises Refused if nothing was."""
        return self._take_back(member_id, undone=True)

    def _take_back(self, member_id: str | None, *, undone: bool) -> Commit:
        verb = "redo" if undone else "undo"
        if self.last_commit() is None and self._stamp is None:
            raise Refused(f"nothing to {verb}", "this file has not been written yet")
        with self._lock():
            self.refresh()
            last = self._meta.last
            if last is None or last.undone is not undone:
                hint = (
                    ""
                    if undone or last is None
                    else f"{last.did!r} is undone already; redo brings it back"
                )
                raise Refused(f"nothing to {verb}", hint)
            before, touched = self._put_back(last.before)
            self._write(
                LastCommit(
                    did=last.did,
                    at=self._clock.real_now(),
                    member_id=member_id,
                    undone=not undone,
                    before=before,
                ),
                touched,
            )
        return _as_commit(last)

    def _lock(self) -> Any:
        folder = self.path.parent
        if not folder.exists():
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnavailable(
                    f"cannot make {folder}: {error.strerror}", "choose another --file"
                ) from error
        return locked(self.path.with_name(self.path.name + ".lock"))

    def _seen(self, change: Change) -> Document | None:
        """Return what this process last read of what it is about to change."""
        if isinstance(change, Put):
            return None
        return self._tables[TABLE_OF[change.kind]].document(change.id)

    def _refuse_conflict(self, change: Change, seen: Document | None) -> None:
        if isinstance(change, Put) or seen is None:
            return
        now = self._tables[TABLE_OF[change.kind]].document(change.id)
        what = str(seen.get("name", "")) or f"a record of {TABLE_OF[change.kind]}"
        if now is None:
            raise Conflict(f"{what} was removed by somebody else meanwhile", "nothing was changed")
        if isinstance(change, Remove):
            if now != seen:
                raise Conflict(
                    f"{what} was changed by somebody else meanwhile",
                    "nothing was removed; look again",
                )
            return
        wanted = _wire(change.fields)
        for field, value in wanted.items():
            if now.get(field) != seen.get(field) and now.get(field) != value:
                raise Conflict(
                    f"somebody else changed {field.replace('_', ' ')} of {what} meanwhile",
                    f"theirs is {now.get(field)!r}, yours {value!r}; nothing was changed",
                )

    def _apply(self, changes: Sequence[Change]) -> tuple[tuple[Before, ...], set[str]]:
        """Make the changes in memory; return what puts them back, and the customers whose rows they touch."""
        before: list[Before] = []
        touched: set[str] = set()
        try:
            for change in changes:
                kind = type(change.record) if isinstance(change, Put) else change.kind
                id_ = change.record.id if isinstance(change, Put) else change.id
                name, table = TABLE_OF[kind], self._tables[TABLE_OF[kind]]
                touched.update(self._customers(name, id_))
                old = table.document(id_)
                match change:
                    case Put():
                        before.append(
                            Before(
                                table=name,
                                id=id_,
                                existed=old is not None,
                                whole=True,
                                fields=old or {},
                            )
                        )
                        table.put(id_, _wire_record(change.record))
                    case Patch() if old is not None:
                        before.append(_before_patch(name, id_, old, change.fields))
                        table.put(id_, _patched(old, kind, change.fields))
                    case Remove() if old is not None:
                        before.append(
                            Before(table=name, id=id_, existed=True, whole=True, fields=old)
                        )
                        table.remove(id_)
                    case _:
                        raise Conflict(
                            "this record was removed by somebody else meanwhile",
                            "nothing was changed",
                        )
                touched.update(self._customers(name, id_))
        except BaseException:
            self._put_back(tuple(before))
            raise
        return tuple(before), touched

    def _put_back(self, before: tuple[Before, ...]) -> tuple[tuple[Before, ...], set[str]]:
        """Take changes back in memory; return what would do them again, and the customers touched."""
        again: list[Before] = []
        touched: set[str] = set()
        for old in reversed(before):
            table = self._tables[old.table]
            touched.update(self._customers(old.table, old.id))
            now = table.document(old.id)
            again.append(
                Before(
                    table=old.table,
                    id=old.id,
                    existed=now is not None,
                    whole=True,
                    fields=now or {},
                )
            )
            if not old.existed:
                if now is not None:
                    table.remove(old.id)
            elif old.whole:
                table.put(old.id, old.fields)
            elif now is not None:
                table.put(
                    old.id, {k: v for k, v in now.items() if k not in old.missing} | old.fields
                )
            touched.update(self._customers(old.table, old.id))
        return tuple(again), touched

    def _customers(self, table: str, id_: str) -> tuple[str, ...]:
        record = self._tables[table].get(TABLES[table], id_)
        return customers_of(record) if record else ()

    def _write(self, last: LastCommit, touched: set[str]) -> None:
        """Write the file as it is in memory; if that fails, memory goes back to what is on disk."""
        meta = Meta(seq=self._meta.seq + 1, last=last)
        old_meta = self._raw.get(META)
        self._raw[META] = {META_KEY: msgspec.Raw(msgspec.json.encode(meta))}
        try:
            self._storage.write_raw({name: table for name, table in self._raw.items() if table})
        except StoreUnavailable:
            self._put_back(last.before)
            self._raw[META] = old_meta or {}
            raise
        self._meta = meta
        self._stamp = self._storage.stamp()
        self._stale |= touched
        self._version += 1


def _read_meta(raw: RawTables, path: Path) -> Meta:
    documents = raw.get(META)
    if not documents:
        if raw and not raw.keys() & TABLES.keys():
            raise DamagedFile(
                f"{path} is a TinyDB file of another program (tables: {', '.join(sorted(raw)[:5])})",
                "choose another file with --file",
            )
        return Meta()
    document = next(iter(documents.values()))
    try:
        schema = msgspec.json.decode(document, type=dict[str, Any]).get("schema")
        if isinstance(schema, int) and schema > SCHEMA:
            raise DamagedFile(
                f"{path} was written by a newer version of outreach (schema {schema}, this one knows {SCHEMA})",
                "update outreach on this machine",
            )
        return msgspec.json.decode(document, type=Meta)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise DamagedFile(
            f"{path}: table meta cannot be read ({error})", "bring back a copy of the file"
        ) from error


def _as_commit(last: LastCommit) -> Commit:
    records = len({(b.table, b.id) for b in last.before if b.table != "settings"})
    return Commit(
        did=last.did, at=last.at, member_id=last.member_id, records=records, undone=last.undone
    )


def _wire(fields: Mapping[str, Any]) -> Document:
    wired: Document = msgspec.to_builtins(dict(fields))
    return wired


def _wire_record(record: Record) -> Document:
    wired: Document = msgspec.to_builtins(record)
    return wired


def _before_patch(table: str, id_: str, old: Document, fields: Mapping[str, Any]) -> Before:
    return Before(
        table=table,
        id=id_,
        existed=True,
        fields={name: old[name] for name in fields if name in old},
        missing=tuple(name for name in fields if name not in old),
    )


def _patched(old: Document, kind: type[Record], fields: Mapping[str, Any]) -> Document:
    """Return the document with the fields changed; unknown fields survive, defaults are left out as in a new record."""
    defaults = _defaults(kind)
    patched = dict(old)
    for name, value in fields.items():
        if name in defaults and defaults[name] == value:
            patched.pop(name, None)
        else:
            patched[name] = msgspec.to_builtins(value)
    return patched


@cache
def _defaults(kind: type[Record]) -> dict[str, Any]:
    return {
        field.encode_name: field.default_factory()
        if field.default is msgspec.NODEFAULT
        else field.default
        for field in msgspec.structs.fields(kind)
        if not field.required
    }

"""The store: one TinyDB JSON file, read once, changed by commits (STORE.md).

Every commit replaces the whole file; the inverse of the last one is kept in the table `meta`, so that it can be undone
after a restart. Several processes may use one file: the lock is held for a commit, and others' changes are read first.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.facts import CustomerFacts, summarise
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Patch, Put, Record, Remove
from outreach_tui.domain.tables import TABLE_OF, TABLES, customers_of
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.errors import Refused, StoreUnavailable
from outreach_tui.services.ports import Clock, Commit
from outreach_tui.store.conflicts import called, merged, refuse_lost_customers, removed
from outreach_tui.store.documents import Document, digest, patched, replaced, same, shown
from outreach_tui.store.json_storage import JsonStorage
from outreach_tui.store.locks import locked
from outreach_tui.store.meta import META, Before, LastCommit, Meta, foreign, read_meta, write_meta
from outreach_tui.store.table import State, Table

R = TypeVar("R", bound=Record)


class _Done:
    """Changes made in memory: what undoes them on disk, and what takes them back if they cannot be written."""

    def __init__(self) -> None:
        self.before: list[Before] = []
        self.touched: set[str] = set()
        """Ids of the customers whose rows they change."""
        self._states: list[tuple[Table, str, State]] = []

    def remember(self, table: Table, id_: str) -> None:
        """Keep how a document is before it changes."""
        self._states.append((table, id_, table.state(id_)))

    def take_back(self) -> None:
        """Put everything back exactly."""
        for table, id_, state in reversed(self._states):
            table.restore(id_, state)
        self._states.clear()


class TinyDbStore:
    """Implements `services.ports.Store` on one TinyDB file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open the file; a missing one is made by the first commit.

        Raises DamagedFile for a file that is damaged, foreign or written by a newer version; it is never touched.
        Raises StoreUnavailable for one that cannot be read now.
        """
        self._storage = JsonStorage(path)
        self._clock = clock
        self._version = 0
        self._swept = False
        self._load()

    def _load(self) -> None:
        raw, seen = self._storage.read_raw()
        written = read_meta(raw, self.path)
        meta = written or Meta()
        # Documents that stock TinyDB wrote have come since our last commit; the file's own time changes too often.
        made_ms = int(meta.last.at.timestamp() * 1000) if meta.last else 0
        tables = {
            name: Table(name, kind, raw.setdefault(name, {}), made_ms)
            for name, kind in TABLES.items()
        }
        if (
            written is None
            and any(table.raw for table in tables.values())
            and not any(map(len, tables.values()))
        ):
            raise foreign({name: table for name, table in raw.items() if table}, self.path)
        # Only now: what cannot be read must neither take the place of what was, nor count as seen.
        self._raw, self._seen, self._meta, self._tables = raw, seen, meta, tables
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
        done = self._apply(changes)
        try:
            return self._updated(now, done.touched)
        finally:
            done.take_back()

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
        """Read what others wrote; return whether anything changed.

        Raises DamagedFile or StoreUnavailable if the file cannot be read any more, or is gone; what was read stays.
        """
        if not self._storage.changed(self._seen):
            return False
        self._load()
        return True

    def commit(self, did: str, changes: Sequence[Change], *, member_id: str | None) -> None:
        """Write all changes, or none. Raises Conflict, StoreUnavailable or DamagedFile; then nothing changed."""
        if not changes:
            return
        with self._lock():
            read = self._tables
            if others_wrote := self.refresh():
                changes = merged(changes, read, self._tables)
                if not changes:  # others did all of it
                    return
            done = self._apply(changes)
            if others_wrote:
                try:
                    refuse_lost_customers(done.touched, changes, read, self._tables)
                except BaseException:
                    done.take_back()
                    raise
            last = LastCommit(
                did=did,
                at=self._clock.real_now(),
                member_id=member_id,
                before=tuple(done.before),
            )
            self._write(last, done)

    def last_commit(self) -> Commit | None:
        """Return what undo (or, if `undone`, redo) would take back."""
        last = self._meta.last
        return None if last is None else last.shown()

    def undo(self, *, member_id: str | None) -> Commit:
        """Take the last commit back, as a new commit.

        Raises Refused if there is none, if it was undone already, or if that would lose what came after.
        """
        return self._take_back(member_id, undone=False)

    def redo(self, *, member_id: str | None) -> Commit:
        """Do again what was undone last. Raises Refused if nothing was, or if that would overwrite what came after."""
        return self._take_back(member_id, undone=True)

    def _take_back(self, member_id: str | None, *, undone: bool) -> Commit:
        verb = "redo" if undone else "undo"
        if self._seen.stamp is None:
            raise Refused(f"nothing to {verb}", "this file has not been written yet")
        with self._lock():
            meant = self._meta
            self.refresh()
            last = self._meta.last
            if last is not None and (
                meant.last is None or last.at != meant.last.at or self._meta.seq != meant.seq
            ):
                raise Refused(
                    f"somebody else wrote meanwhile: {clean_line(last.did)}",
                    f"{verb} again if it is this that you mean",
                )
            if last is None or last.undone is not undone:
                hint = (
                    ""
                    if undone or last is None
                    else f"{clean_line(last.did)!r} is undone already; redo brings it back"
                )
                raise Refused(f"nothing to {verb}", hint)
            done = self._invert(last.before, verb)
            self._write(
                LastCommit(
                    did=last.did,
                    at=self._clock.real_now(),
                    member_id=member_id,
                    undone=not undone,
                    before=tuple(done.before),
                ),
                done,
            )
        return last.shown()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        if self._seen.stamp is None:  # a folder that is gone with the file in it is not made again
            _make_folder(self.path.parent)
        elif not self.path.parent.exists():
            self._storage.changed(self._seen)  # says that the file is gone
        with locked(self.path):
            yield

    def _apply(self, changes: Sequence[Change]) -> _Done:
        """Make the changes in memory. Raises Conflict or DamagedFile; then nothing changed."""
        done = _Done()
        try:
            for change in changes:
                kind = type(change.record) if isinstance(change, Put) else change.kind
                id_ = change.record.id if isinstance(change, Put) else change.id
                table = self._tables[TABLE_OF[kind]]
                old = table.document(id_)
                new: Document | None
                match change:
                    case Put():
                        new = replaced(old or {}, change.record)
                    case Patch() if old is not None:
                        new = patched(old, kind, change.fields)
                    case Remove() if old is not None:
                        new = None
                    case _:
                        raise removed({}, kind)
                by_field = isinstance(change, Patch)
                self._step(done, TABLE_OF[kind], id_, old=old, new=new, by_field=by_field)
        except BaseException:
            done.take_back()
            raise
        return done

    def _invert(self, before: Sequence[Before], verb: str) -> _Done:
        """Take changes back in memory. Raises Refused if something in the way would be lost; then nothing changed."""
        done = _Done()
        try:
            for old in reversed(before):
                if old.table not in self._tables:
                    raise Refused(
                        f"cannot {verb} this: a newer version of outreach did it",
                        "update outreach on this machine",
                    )
                now = self._tables[old.table].document(old.id)
                _refuse_lost_changes(old, now, verb)
                if old.whole:
                    new = old.fields if old.existed else None
                else:
                    kept = {k: v for k, v in (now or {}).items() if k not in old.after}
                    new = kept | old.fields
                self._step(
                    done, old.table, old.id, old=now, new=new, by_field=not old.whole, key=old.key
                )
            self._refuse_orphans(before, verb)
        except BaseException:
            done.take_back()
            raise
        return done

    def _step(
        self,
        done: _Done,
        name: str,
        id_: str,
        *,
        old: Document | None,
        new: Document | None,
        by_field: bool,
        key: str = "",
    ) -> None:
        """Make one document what it is to be, and note how it was."""
        table = self._tables[name]
        done.touched.update(self._customers(name, id_))
        done.remember(table, id_)
        key = table.key(id_) or key
        if old is not None and new is not None and by_field:
            names = [n for n in old.keys() | new.keys() if not same(old.get(n), new.get(n))]
            done.before.append(
                Before(
                    table=name,
                    id=id_,
                    existed=True,
                    fields={n: old[n] for n in names if n in old},
                    after={n: new[n] for n in names if n in new},
                )
            )
        else:
            done.before.append(
                Before(
                    table=name,
                    id=id_,
                    key=key,
                    existed=old is not None,
                    whole=True,
                    fields=old or {},
                    digest=digest(new),
                )
            )
        if new is not None:
            table.put(id_, new, key)
        elif old is not None:
            table.remove(id_)
        done.touched.update(self._customers(name, id_))

    def _refuse_orphans(self, before: Sequence[Before], verb: str) -> None:
        """Refuse to take back a customer whom other records name: somebody added them with another program."""
        for old in before:
            if old.table != TABLE_OF[Customer] or old.existed or old.id in self._tables[old.table]:
                continue
            for name, kind in TABLES.items():
                if kind is not Customer and (found := self.of_customer(kind, old.id)):
                    raise Refused(
                        f"cannot {verb} this: {name.replace('_', ' ')} of a customer that would go are there "
                        f"({len(found)})",
                        "remove them first, or leave it as it is",
                    )

    def _customers(self, table: str, id_: str) -> tuple[str, ...]:
        record = self._tables[table].get(TABLES[table], id_)
        return customers_of(record) if record else ()

    def _write(self, last: LastCommit, done: _Done) -> None:
        """Write the file as it is in memory; if that fails, memory goes back to what is on disk."""
        meta = Meta(seq=self._meta.seq + 1, last=last)
        old_meta = self._raw.get(META)
        try:
            if not self._swept:
                self._storage.sweep()
                self._swept = True
            write_meta(self._raw, meta)
            for table in self._tables.values():
                table.in_order()
            self._seen = self._storage.write_raw(
                {name: raw for name, raw in self._raw.items() if raw or name not in TABLES}
            )
        except BaseException:
            done.take_back()
            self._raw.pop(META, None)
            if old_meta is not None:
                self._raw[META] = old_meta
            raise
        self._meta = meta
        self._stale |= done.touched
        self._version += 1


def _refuse_lost_changes(old: Before, now: Document | None, verb: str) -> None:
    """Refuse if the document is not as the commit left it: somebody changed it with another program."""
    kind = TABLES[old.table]
    leave = "undo it by hand, or leave it as it is" if verb == "undo" else "leave it as it is"
    if old.whole:
        if digest(now) != old.digest:
            what = called(now or old.fields, kind)
            happened = "removed" if now is None else "changed"
            raise Refused(f"cannot {verb} this: {what} was {happened} since", leave)
        return
    if now is None:
        raise Refused(
            f"cannot {verb} this: {called(old.fields, kind)} was removed since",
            leave,
        )
    for name in sorted(old.fields.keys() | old.after.keys()):
        if not same(now.get(name), old.after.get(name)):
            raise Refused(
                f"cannot {verb} this: {clean_line(name).replace('_', ' ')} of {called(now, kind)} was changed since",
                f"it is {shown(now.get(name))} now, and was {shown(old.after.get(name))}; {leave}",
            )


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it that are missing, each private."""
    try:
        for part in (*reversed(folder.parents), folder):
            if not part.exists():
                part.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot make {folder}: {error.strerror}", "choose another --file"
        ) from error

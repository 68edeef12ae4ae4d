"""All tables in memory: changes are made here first, step by step, and taken back if they cannot be written."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Change, Patch, Put, Remove
from outreach_tui.domain.tables import TABLE_OF, TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import InTheWay, Refused
from outreach_tui.store.conflicts import called, removed, worked_out
from outreach_tui.store.documents import (
    Document,
    patched,
    replaced,
    same,
    same_document,
    shown,
)
from outreach_tui.store.journal import Entry, Step
from outreach_tui.store.json_text import RawTables
from outreach_tui.store.meta import META, foreign
from outreach_tui.store.table import State, Table
from outreach_tui.store.undo import in_the_way

_IDS = re.compile(rb'"([0-9a-f]{8}-[0-9a-f-]{27})"')
_BESIDE = frozenset({"day_lists", "imports", "settings"})
"""Tables whose documents may name a record that is gone."""


class Done:
    """Changes made in memory: what the journal says of them, and what takes them back."""

    def __init__(self) -> None:
        self.customers: set[str] = set()
        """Ids of the customers whose rows they may change."""
        self._before: dict[tuple[str, str], tuple[Table, State, Document | None]] = {}

    def remember(self, name: str, table: Table, id_: str, old: Document | None) -> None:
        """Keep how a document was before it changed first."""
        self._before.setdefault((name, id_), (table, table.state(id_), old))

    def old(self, name: str, id_: str) -> Document:
        """Return a document as it was before; empty if it is new or did not change."""
        _, _, old = self._before.get((name, id_), (None, None, None))
        return old or {}

    def key(self, name: str, id_: str) -> str:
        """Return TinyDB's key that a document had before, so that it comes back where it was; empty if it is new."""
        _, state, _ = self._before.get((name, id_), (None, None, None))
        return state[0] if state else ""

    @property
    def steps(self) -> list[Step]:
        """What changed all in all, document by document."""
        steps = []
        for (name, id_), (table, state, old) in self._before.items():
            new = table.document(id_)
            if same_document(old, new):
                continue
            if old is None or new is None:
                key = state[0] if state else table.key(id_)
                steps.append(Step(table=name, id=id_, key=key, before=old, after=new))
                continue
            names = sorted(n for n in old.keys() | new.keys() if not same(old.get(n), new.get(n)))
            before = {n: old[n] for n in names if n in old}
            after = {n: new[n] for n in names if n in new}
            steps.append(Step(table=name, id=id_, before=before, after=after))
        return steps

    def take_back(self) -> None:
        """Put everything back exactly."""
        for (_, id_), (table, state, _) in reversed(self._before.items()):
            table.restore(id_, state)
        self._before.clear()


class Tables(Mapping[str, Table]):
    """The tables of a file, by name; those of other programs are kept as they are."""

    def __init__(self, raw: RawTables, made_ms: int, path: Path, *, ours: bool) -> None:
        """`made_ms` is the time for ids of documents that have none; `ours` says that we wrote the file before.

        Raises DamagedFile if there are documents, and none of them is a record.
        """
        self._raw = raw
        self._tables = {
            name: Table(name, kind, raw.setdefault(name, {}), made_ms)
            for name, kind in TABLES.items()
        }
        tables = self._tables.values()
        if not ours and any(t.raw for t in tables) and not any(map(len, tables)):
            raise foreign({name: table for name, table in raw.items() if table}, path)

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    @property
    def adopted(self) -> bool:
        """Whether documents got an id that the file does not hold yet."""
        return any(table.adopted for table in self._tables.values())

    @property
    def raw(self) -> RawTables:
        """What the file is to hold, `meta` with it; to be written, not to be changed."""
        known = {name: t.in_order() for name, t in self._tables.items() if t.raw}
        others = {n: raw for n, raw in self._raw.items() if n not in self._tables and n != META}
        return known | others | {META: self._raw[META]} if META in self._raw else known | others

    @property
    def all_raw(self) -> RawTables:
        """The tables as they are held, to change those that are not records."""
        return self._raw

    def document(self, name: str, id_: str) -> Document | None:
        """Return a document, None if there is none. Raises DamagedFile if it cannot be read."""
        return self._tables[name].document(id_) if name in self._tables else None

    def differing(self, others: "Tables") -> Iterator[tuple[str, str]]:
        """Yield table and id of the documents that do not say the same in the other tables."""
        for name, table in self._tables.items():
            other = others[name]
            for id_ in table.ids() | other.ids():
                one, two = table.state(id_), other.state(id_)
                if one is not None and two is not None and bytes(one[1]) == bytes(two[1]):
                    continue
                if (
                    one is None or two is None or not same(one[1], two[1])
                ):  # or fields in another order
                    yield name, id_

    def apply(self, changes: Sequence[Change]) -> Done:
        """Make changes. Raises Conflict or DamagedFile; then nothing changed."""
        done = Done()
        try:
            for change in changes:
                kind = type(change.record) if isinstance(change, Put) else change.kind
                id_ = change.record.id if isinstance(change, Put) else change.id
                old = self._tables[TABLE_OF[kind]].document(id_)
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
                self.step(done, TABLE_OF[kind], id_, new)
        except BaseException:
            done.take_back()
            raise
        return done

    def step(self, done: Done, name: str, id_: str, new: Document | None, key: str = "", /) -> None:
        """Make one document what it is to be, None for gone, and note how it was; a new one at `key` if that is free.

        Raises DamagedFile if it cannot be read as it is.
        """
        table = self._tables[name]
        old = table.document(id_)
        if same_document(old, new):
            return
        done.customers |= table.customers_of(id_)
        done.remember(name, table, id_, old)
        if new is None:
            table.remove(id_)
        else:
            table.put(id_, new, key or done.key(name, id_))
            done.customers |= table.customers_of(id_)

    def replay(self, entry: Entry) -> list[str]:
        """Make a commit of the journal again; one that was made already changes nothing.

        Returns what another program did to the same fields meanwhile: of a field the commit's value is kept, a document
        that it removed or that the commit would remove stays as that program left it.
        """
        clashes: list[str] = []
        done = Done()
        for step in entry.steps:
            if step.table not in self._tables:
                continue  # a newer version's
            table = self._tables[step.table]
            if step.before is None and step.after is not None and step.id not in table:
                table.put(step.id, step.after, step.key)
                continue
            now = self.document(step.table, step.id)
            wanted = _replayed(step, now, clashes)
            if wanted is not now:
                self.step(done, step.table, step.id, wanted, step.key)
        return clashes

    def invert(self, entry: Entry, later: Sequence[Entry], verb: str) -> Done:
        """Take a commit back. Raises InTheWay, naming what is, if something later would be lost."""
        done = Done()
        try:
            for step in reversed(entry.steps):
                if step.table not in self._tables:
                    raise Refused(
                        f"cannot {verb} this: a newer version of outreach did it",
                        "update outreach on this machine",
                    )
                now = self.document(step.table, step.id)
                new = self._inverted(step, now, later, verb)
                if new is not now:
                    self.step(done, step.table, step.id, new, step.key)
            self._refuse_orphans(done.steps, later, verb)
        except Refused as refused:
            done.take_back()
            raise InTheWay(refused.title, refused.hint, entry.seq) from None
        except BaseException:
            done.take_back()
            raise
        return done

    def _inverted(
        self, step: Step, now: Document | None, later: Sequence[Entry], verb: str
    ) -> Document | None:
        """Return what the document is to be after the step is taken back. Raises Refused."""
        kind = TABLES[step.table]

        def since(field: str = "") -> str:
            return self.said(in_the_way(later, step.table, step.id, field))

        leave = "change it by hand, or leave it as it is" if verb == "undo" else "leave it as it is"
        own = {
            f: v for f, v in (step.before or {}).items() if not worked_out(step.table, step.id, f)
        }
        left = {
            f: v for f, v in (step.after or {}).items() if not worked_out(step.table, step.id, f)
        }
        if step.whole:
            held = now and {f: v for f, v in now.items() if not worked_out(step.table, step.id, f)}
            wanted = None if step.after is None else left
            if (now is None) is (step.after is None) and same_document(held, wanted):
                return step.before
            if worked_out(step.table, step.id, ""):  # the program has worked it out again since
                return now
            what = called(now or step.before or step.after or {}, kind)
            happened = "removed" if now is None else "changed"
            raise Refused(
                f"cannot {verb} this: {what} was {happened} since by: {since()}",
                leave,
            )
        if now is None:
            raise Refused(
                f"cannot {verb} this: {called(step.before or {}, kind)} was removed since by: "
                f"{since()}",
                leave,
            )
        for field in sorted(own.keys() | left.keys()):
            if not same(now.get(field), left.get(field)):
                raise Refused(
                    f"cannot {verb} this: {_words(field)} of {called(now, kind)} was changed since by: "
                    f"{since(field)}",
                    f"it is {shown(now.get(field))} now, and was {shown(left.get(field))}; {leave}",
                )
        before, after = step.before or {}, step.after or {}
        back = [f for f in before.keys() | after.keys() if same(now.get(f), after.get(f))]
        kept = {f: v for f, v in now.items() if f not in back}
        return kept | {f: before[f] for f in back if f in before}

    def _refuse_orphans(self, made: Iterable[Step], later: Sequence[Entry], verb: str) -> None:
        """Refuse to take a record away that others name which came later."""
        gone = {s.id.encode() for s in made if s.after is None}
        if not gone:
            return
        for entry in reversed(later):
            # What another program did is not known document by document: look at all.
            named = {(s.table, s.id) for s in entry.steps if s.after} or self._everything()
            for name, id_ in named:
                if name in _BESIDE or name not in self._tables:
                    continue
                state = self._tables[name].state(id_)
                if state is not None and not gone.isdisjoint(_IDS.findall(bytes(state[1]))):
                    raise Refused(
                        f"cannot {verb} this: what came later belongs to it: {self.said(entry)}",
                        f"{verb} that first, or leave it as it is",
                    )

    def said(self, entry: Entry | None) -> str:
        """Return who did what: "Ben: changed phone of Acme"."""
        if entry is None:
            return "another program"
        member = self._tables[TABLE_OF[Member]].get(Member, entry.member_id or "")
        did = clean_line(entry.did)
        return f"{member.name}: {did}" if member else did

    def _everything(self) -> set[tuple[str, str]]:
        return {(name, id_) for name, table in self._tables.items() for id_ in table.ids()}


def _replayed(step: Step, now: Document | None, clashes: list[str]) -> Document | None:
    kind = TABLES[step.table]
    before, after = step.before or {}, step.after or {}
    if step.after is None:
        if now is None or same_document(now, step.before):
            return None
        clashes.append(f"{called(now, kind)} was removed here and changed there; it stays")
        return now
    if now is None:
        if step.before is None:
            return step.after
        clashes.append(
            f"{called(before | after, kind)} was changed here and removed there; it is gone"
        )
        return None
    new = dict(now)
    for field in before.keys() | after.keys():
        there, ours = now.get(field), after.get(field)
        if same(there, ours):
            continue
        if not same(there, before.get(field)) and not worked_out(step.table, step.id, field):
            clashes.append(
                f"{_words(field)} of {called(now, kind)}: {shown(there)} there, {shown(ours)} here; ours is kept"
            )
        if ours is None:
            new.pop(field, None)
        else:
            new[field] = ours
    return new if new.keys() != now.keys() or any(new[f] is not now[f] for f in new) else now


def _words(field: str) -> str:
    return clean_line(field).replace("_", " ")

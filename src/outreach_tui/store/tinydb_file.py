"""The store: one TinyDB JSON file, and beside it the journal of commits that are not folded into it yet (STORE.md).

A commit is one line at the end of the journal, and one `fsync`. Several processes may use one file: the lock is held
for a commit, and what others wrote is read first. The journal is folded into the file when the program ends, and past
a size.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from outreach_tui.collector import uncollected
from outreach_tui.domain.commit import Commit
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.record import Change, Record
from outreach_tui.domain.tables import TABLE_OF
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import DamagedFile, OutreachError, Refused, StoreUnavailable
from outreach_tui.services.ports import Clock
from outreach_tui.store.backups import Backups
from outreach_tui.store.conflicts import Seen as SeenDocument
from outreach_tui.store.conflicts import merged, refuse_lost_customers, refuse_named_customers
from outreach_tui.store.documents import UNREADABLE, Document
from outreach_tui.store.files import make_folders
from outreach_tui.store.journal import (
    JOURNAL,
    Entry,
    Header,
    Lines,
    LogFile,
    cut_before,
    entries_back,
    entry_of,
    history_path,
    journal_path,
    last_seq,
    line_of,
    machine,
    newest_first,
    numbered_lines,
    parsed_journal,
    parsed_lines,
    renumbered,
    since,
)
from outreach_tui.store.json_file import JsonFile, Seen, replace_file
from outreach_tui.store.json_text import RawTables, written
from outreach_tui.store.locks import locked
from outreach_tui.store.meta import SCHEMA, Meta, read_meta, write_meta
from outreach_tui.store.migrations import migrate
from outreach_tui.store.summaries import Basis, Cache, Summaries
from outreach_tui.store.tables import Done, Tables
from outreach_tui.store.undo import in_the_way, later_than, redoable, undoable

R = TypeVar("R", bound=Record)

FOLD_BYTES = 1 << 18
FOLD_SHARE = 8
"""The journal is folded once it is longer than this, and than this part of the JSON file."""
HISTORY_KEPT = timedelta(days=731)
HISTORY_LEAST = 1000
"""So many commits are kept however old they are."""
_HISTORY_SLACK = timedelta(days=31)
"""How much older the history may be before it is cut: it is written anew for that."""
_TRIES = 25
_CLASHES_SAID = 20
ANOTHER_PROGRAM = "another program changed the file"


class _News(NamedTuple):
    """What others did since we looked last."""

    commits: list[Commit]
    seen: SeenDocument
    """The documents as they were before it."""
    torn: bool
    """Whether the journal does not end with a whole line."""


class _Base(NamedTuple):
    """The JSON file and the journal as they were read last."""

    seen: Seen
    meta: Meta | None
    header: Header | None
    inode: int
    """Of the journal, 0 if there is none."""
    fold_first: bool
    """The JSON file has to be written before anything is added to the journal."""
    news: tuple[str, ...] = ()
    """What another program did to the file, where that clashes with what the journal holds."""
    outside: bool = False
    """Another program wrote the JSON file since the journal was begun."""
    migrated: bool = False


class TinyDbStore:
    """Implements `services.ports.Store` on one TinyDB file."""

    def __init__(self, path: Path, clock: Clock, *, cache: Path | None = None) -> None:
        """Open the file; a missing one is made by the first commit. `cache` is the folder for the summary rows.

        Raises DamagedFile for a file that is damaged, foreign or written by a newer version; it is never touched.
        Raises StoreUnavailable for one that cannot be read now.
        """
        self._file = JsonFile(path)
        self._journal = LogFile(journal_path(self.path))
        self._history = LogFile(history_path(self.path))
        self.backups = Backups(self.path)
        self._cache = Cache(self.path, cache)
        self._clock = clock
        self._version = 0
        self._swept = self._wrote = False
        self._unsaid: list[Commit] = []
        """What others did, read on the way to a commit, and not asked for yet."""
        self._cut_on: date | None = None
        self._newest: Entry | None = None
        self._open_to = (0, 0)
        """Who may use the files beside the JSON file: its mode and group when they were set last."""
        self._load()
        self._summaries = self._summaries_from_cache()

    def _load(self) -> None:
        """Read everything anew; if that fails, what was read before stays."""
        with uncollected():
            base, lines, tables = self._read()
        # Only now: what cannot be read must neither take the place of what was, nor count as seen.
        self._base, self._tables = base, tables
        self._end = lines.end
        folded = base.meta.seq if base.meta else 0
        self._replayed = since(lines.entries, folded)
        self._seq = max(folded, lines.entries[-1].seq if lines.entries else 0)
        if base.outside or base.header is None:  # numbers that were given are not given again
            self._seq = max(self._seq, last_seq(self._history.path))
        self._version += 1

    def _read(self) -> tuple[_Base, Lines, Tables]:
        for tries_left in reversed(range(_TRIES)):
            found = self._journal.read()
            inode, text = found or (0, b"")
            begins, _, _ = text.partition(b"\n")
            raw, seen = self._file.read(begins)
            now = self._journal.size()
            if not tries_left or now == (found and (inode, len(text))):
                break
            if now and now[0] == inode and seen.digest.encode() in begins:
                break  # somebody has added to it meanwhile; else it was folded, or is about to be
        lines = parsed_journal(text, self._journal.path)
        header = lines.header
        if seen.stamp is None and (left := self._left_of_it(header)):
            if self._file.stamp() is not None:  # somebody has just made it
                return self._read()
            raise DamagedFile(
                f"{self.path} is missing, but not its {', '.join(left)}",
                "put it back, or `outreach restore last`; nothing was changed. To begin anew, move away what begins "
                f"with {self.path.name}",
            )
        meta = read_meta(raw, self.path)
        if meta and header and meta.generation < header.generation:
            raise DamagedFile(
                f"{self.path} is an older copy: what was done since is not in it",
                "`outreach restore last` brings everything back; to go on with the copy, move away "
                f"{self._journal.path}",
            )
        migrated = bool(meta and migrate(raw, meta.schema))
        # Documents that stock TinyDB wrote have come since the last fold; the file's own time changes too often.
        made_ms = int(meta.at.timestamp() * 1000) if meta and meta.at else 0
        tables = Tables(raw, made_ms, self.path, ours=meta is not None)
        generation, seq = (meta.generation, meta.seq) if meta else (0, 0)
        fits = header is not None and (header.generation, header.digest) == (
            generation,
            seen.digest,
        )
        last = lines.entries[-1] if lines.entries else None
        # The history holds all of the journal: a fold was killed between the JSON file and a new journal.
        killed_in_fold = (
            not fits and last is not None and last.seq <= seq and self._in_history(last)
        )
        # A file of another machine may have given the same numbers to other commits: its number says nothing then.
        due = [] if killed_in_fold else lines.entries
        clashes = [clash for entry in due for clash in tables.replay(entry)]
        # An older copy was put here, and its journal removed.
        behind = header is None and seen.stamp is not None and last_seq(self._history.path) > seq
        outside = behind or (header is not None and not fits and not killed_in_fold)
        base = _Base(
            seen=seen,
            meta=meta,
            header=None if killed_in_fold else header,
            inode=inode,
            fold_first=seen.stamp is not None
            and (meta is None or migrated or tables.adopted or outside),
            news=tuple(clashes),
            outside=outside,
            migrated=migrated,
        )
        return base, lines, tables

    def _left_of_it(self, header: Header | None) -> list[str]:
        """Return what belongs to the file and is there."""
        left = {
            "journal": header is not None,
            "history": bool(last_seq(self._history.path)),
            "backups": bool(self.backups.all()),
        }
        return [name for name, is_there in left.items() if is_there]

    def _in_history(self, entry: Entry) -> bool:
        """Whether the history holds this very commit."""
        for line in newest_first(self._history.path):
            with suppress(*UNREADABLE):
                found = entry_of(line)
                if found.seq <= entry.seq:
                    return line_of(found) == line_of(entry)
        return False

    def _summaries_from_cache(self) -> Summaries:
        kept = self._cache.load(self._basis()) if not self._base.outside else None
        if kept is None:
            return Summaries(self._tables)
        rows, seq = kept
        summaries = Summaries(self._tables, rows)
        for entry in since(self._replayed, seq):
            summaries.touch(entry.customers)
        return summaries

    def _basis(self) -> Basis:
        return Basis(self._base.seen.digest, (self._base.inode, self._end), self._seq)

    @property
    def path(self) -> Path:
        """Where the records are kept."""
        return self._file.path

    @property
    def version(self) -> int:
        """Changes whenever any record did."""
        return self._version

    @property
    def problems(self) -> list[str]:
        """What could not be read so far, by table and TinyDB key, and what clashed; it stays in the file as it is."""
        unread = [problem for table in self._tables.values() for problem in table.problems]
        return [*unread, *self._base.news]

    @property
    def tables(self) -> Tables:
        """The documents, for those who work with them and not with records; to be read, not changed."""
        return self._tables

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
        return self._summaries.all()

    def rows_after(self, changes: Sequence[Change]) -> Mapping[str, CustomerFacts]:
        """Return what `rows` would be after these changes, without making them."""
        return self._summaries.after(changes)

    def newest(self) -> Commit | None:
        """Return the last commit that this store knows of, by whomever."""
        if self._newest is None:
            self._newest = next(entries_back(self.path), None)
        return self._newest.shown() if self._newest else None

    def history(self, customer_id: str | None = None) -> Iterator[Commit]:
        """Yield what was done, the newest first; with a customer only what concerned it.

        Raises DamagedFile for a line of the history that cannot be read.
        """
        for entry in entries_back(self.path):
            if customer_id is None or customer_id in entry.customers:
                yield entry.shown()

    def entries_since(self, seq: int) -> list[Entry]:
        """Return the commits above `seq`, the newest first. Raises DamagedFile as `history` does."""
        return later_than(entries_back(self.path), seq)

    # Reading what others wrote

    def refresh(self) -> Sequence[Commit]:
        """Read what others wrote and return it, the oldest first.

        Raises DamagedFile or StoreUnavailable if the file cannot be read any more, or is gone; what was read stays.
        """
        news = [*self._unsaid, *self._catch_up().commits]
        self._unsaid = []
        return news

    def _catch_up(self) -> _News:
        base = self._base
        same_file = not self._file.changed(base.seen)
        size = self._journal.size()
        if same_file and size == (None if not base.inode else (base.inode, self._end)):
            return _News([], self._tables.document, torn=False)
        if same_file and size is not None and size[0] == base.inode and size[1] >= self._end:
            with suppress(DamagedFile):  # it may have been folded and begun anew meanwhile
                return self._read_tail()
        elif self._was_only_folded():
            return self._read_tail()
        return self._read_anew()

    def _read_tail(self) -> _News:
        found = self._journal.read(self._end)
        lines = parsed_lines(found[1] if found else b"", self._journal.path, after=self._seq)
        before: dict[tuple[str, str], Document | None] = {}
        for entry in lines.entries:
            for step in entry.steps:
                if (step.table, step.id) not in before:
                    before[step.table, step.id] = self._tables.document(step.table, step.id)
            self._tables.replay(entry)
            self._summaries.touch(entry.customers)
            self._seq = entry.seq
            self._newest = entry
            self._version += 1
        self._end += lines.end

        def seen(name: str, id_: str) -> Document | None:
            known = (name, id_) in before
            return before[name, id_] if known else self._tables.document(name, id_)

        return _News([entry.shown() for entry in lines.entries], seen, torn=lines.torn > 0)

    def _was_only_folded(self) -> bool:
        """Take over the new files if they hold nothing but what we know, or go on from there."""
        found = self._journal.read()
        if found is None:
            return False
        try:
            lines = parsed_journal(found[1], self._journal.path)
        except DamagedFile:
            return False  # reading anew says so
        header, stamp = lines.header, self._file.stamp()
        known = self._base.meta.seq if self._base.meta else 0
        if (
            header is None
            or header.folded != self._base.seen.digest
            or self._base.fold_first
            or not known <= header.seq <= self._seq
            or self._file.digest() != header.digest
            or self._file.stamp() != stamp
        ):
            return False
        known_lines = 1 + sum(entry.seq <= self._seq for entry in lines.entries)
        meta = Meta(schema=SCHEMA, generation=header.generation, seq=header.seq)
        self._base = _Base(Seen(stamp, header.digest), meta, header, found[0], fold_first=False)
        self._end = sum(len(line) + 1 for line in found[1].split(b"\n")[:known_lines])
        return True

    def _read_anew(self) -> _News:
        tables, summaries, seq = self._tables, self._summaries, self._seq
        self._load()
        changed = set(tables.differing(self._tables))
        self._summaries = summaries.moved(self._tables, changed)
        self._newest = None
        # Others may have written more since: that is news of the next time.
        later = self.entries_since(seq) if self._seq > seq else []
        commits = [e.shown() for e in reversed(later) if e.seq <= self._seq]
        if self._base.outside or (changed and not commits):
            commits.append(
                Commit(did=ANOTHER_PROGRAM, at=self._clock.real_now(), member_id=None, records=0)
            )
        return _News(commits, tables.document, torn=True)  # perhaps; it is looked at then

    # Writing

    def commit(self, did: str, changes: Sequence[Change], *, member_id: str | None) -> None:
        """Write all changes, or none. Raises Conflict, StoreUnavailable or DamagedFile; then nothing changed."""
        if not changes:
            return
        with self._writing() as seen:
            changes = merged(changes, self._tables, seen)
            if not changes:  # others did all of it
                return
            done = self._tables.apply(changes)
            try:
                refuse_lost_customers(done.customers, changes, self._tables, seen)
                refuse_named_customers(changes, self._tables, done.old, self._said_last)
            except BaseException:
                done.take_back()
                raise
            self._append(done, did, member_id)

    def commit_at(
        self, version: int, did: str, changes: Sequence[Change], *, member_id: str | None
    ) -> None:
        """Write all changes, if nobody wrote since `version`; else, or if that fails, none. Raises Refused as well."""
        if not changes:
            return
        with self._writing():
            if self._version != version:
                raise Refused(
                    "the file was changed since this was worked out",
                    "nothing was written; do it again",
                )
            self._append(self._tables.apply(changes), did, member_id)

    def _said_last(self, table: str, id_: str) -> str:
        """Return who changed a document last, and what they did."""
        return self._tables.said(in_the_way(entries_back(self.path), table, id_))

    def change_documents(
        self,
        did: str,
        documents: Iterable[tuple[str, str, Document | None, str]],
        *,
        member_id: str | None,
    ) -> None:
        """Make documents what they are to be, as one commit.

        Each is a table, an id, the whole document or None for gone, and TinyDB's key; one that is taken, or empty, is
        replaced by the next. They are asked for when the lock is held and all is read that others wrote. Raises
        StoreUnavailable or DamagedFile.
        """
        with self._writing():
            done = Done()
            try:
                for name, id_, document, key in documents:
                    self._tables.step(done, name, id_, document, key)
            except BaseException:
                done.take_back()
                raise
            self._append(done, did, member_id)

    def replace_all(self, did: str, tables: RawTables, *, member_id: str | None) -> None:
        """Make all documents equal to those given, as one commit. Raises StoreUnavailable or DamagedFile."""
        wanted = Tables(tables, 0, self.path, ours=True)
        with self._writing():
            done = Done()
            try:
                for name, table in self._tables.items():
                    for id_ in sorted(table.ids() - wanted[name].ids()):
                        self._tables.step(done, name, id_, None)
                    for id_ in wanted[name].ids():
                        key = wanted[name].key(id_)
                        self._tables.step(done, name, id_, wanted[name].document(id_), key)
            except BaseException:
                done.take_back()
                raise
            self._append(done, did, member_id)

    def next_undo(self, member_id: str | None, before: int | None = None) -> Commit | None:
        """Return what `undo` would take back: the member's last commit that is not undone; None stands for anybody."""
        entry = undoable(_before(entries_back(self.path), before), member_id)
        return entry.shown() if entry else None

    def next_redo(self, member_id: str | None) -> Commit | None:
        """Return what `redo` would do again: the commit that the member undid last, unless they did more since."""
        entry = redoable(entries_back(self.path), member_id)
        return entry.shown() if entry else None

    def undo(self, *, member_id: str | None, before: int | None = None) -> Commit:
        """Take back what `next_undo` says, as a new commit, and return what was undone.

        With `before` only commits of lower numbers are looked at. Raises InTheWay, naming the commit that is, if it
        would lose what came after; Refused if there is nothing to undo.
        """
        return self._take_back("undo", member_id, before)

    def redo(self, *, member_id: str | None) -> Commit:
        """Do again what `next_redo` says, as a new commit, and return what was done again. Raises Refused as `undo`."""
        return self._take_back("redo", member_id)

    def _take_back(self, verb: str, member_id: str | None, before: int | None = None) -> Commit:
        find = undoable if verb == "undo" else redoable
        if self._base.seen.stamp is None:
            raise Refused(f"nothing to {verb}", "this file has not been written yet")
        with self._writing():
            entry = find(_before(entries_back(self.path), before), member_id)
            if entry is None:
                raise Refused(f"nothing to {verb}", self._what_others_did(verb))
            done = self._tables.invert(entry, self.entries_since(entry.seq), verb)
            undoes, redoes = (entry.seq, 0) if verb == "undo" else (0, entry.seq)
            # Where undo has taken the member away too, it is still theirs to do again.
            self._append(
                done, entry.did, member_id or entry.member_id, undoes=undoes, redoes=redoes
            )
        return entry.shown()

    def _what_others_did(self, verb: str) -> str:
        if verb == "redo":
            return "nothing was undone since the last change"
        last = undoable(entries_back(self.path), None)
        return f"the last change is somebody else's: {clean_line(last.did)}" if last else ""

    def backup(self, reason: str) -> None:
        """Write a backup of everything as it is now. Raises StoreUnavailable."""
        if self._base.seen.stamp is not None:
            self.backups.make(b"".join(written(self._tables.raw)), reason, self._clock.real_now())

    def close(self) -> None:
        """Fold the journal, if we wrote to it, and keep the summary rows for the next start; failing does no harm."""
        with suppress(OutreachError):
            if self._wrote:
                with locked(self.path):
                    self._catch_up()
                    if self._seq > (self._base.meta.seq if self._base.meta else 0):
                        self._fold()
        self.keep_rows()

    def keep_rows(self) -> None:
        """Keep the summary rows for the next start, if there is anything new."""
        if not self._summaries.known or self._base.seen.stamp is None or self._base.outside:
            return
        rows = self._summaries.all()
        with suppress(StoreUnavailable):
            # Who was forgotten since must not be kept in the rows of somebody who has not looked yet.
            if self._summaries.fresh and self._file.stamp() == self._base.seen.stamp:
                self._cache.save(self._basis(), rows)
                self._summaries.fresh = False

    def forget_rows_cache(self) -> None:
        """Make the summary rows anew from the records."""
        self._cache.forget()
        self._summaries = Summaries(self._tables)

    @contextmanager
    def _writing(self) -> Iterator[SeenDocument]:
        """Hold the lock, with all read that others wrote and the files in a state to be written to."""
        if self._base.seen.stamp is None:
            make_folders(self.path.parent)
        elif not self.path.parent.exists():
            # It is not made again: that would hide that the file is gone. This says so.
            self._file.changed(self._base.seen)
        with locked(self.path):
            news = self._catch_up()
            self._unsaid += news.commits
            if not self._swept:
                self._file.sweep()
                self._swept = True
            if self._base.seen.stamp is not None and not os.access(self.path, os.W_OK):
                raise StoreUnavailable(
                    f"cannot write {self.path}: it is read-only",
                    "nothing was changed; check the folder's permissions, then try again",
                )
            self._back_up()
            if self._base.seen.stamp is None or self._base.fold_first:
                self._fold()
            else:
                if news.torn:
                    self._journal.set_aside(self._end, self._clock.real_now())
                if self._base.header is None:
                    self._begin_journal()
            if self._open_to != self._file.access:
                self._journal.open_to_the_same(self.path)
                self._history.open_to_the_same(self.path)
                self._open_to = self._file.access
            yield news.seen

    def _back_up(self) -> None:
        now = self._clock.real_now()
        if self._base.migrated:
            self.backups.make(self.path.read_bytes(), "migration", now)
        elif self._base.seen.stamp is not None:
            # Tomorrow is another day; what is typed must not wait for it.
            with suppress(StoreUnavailable):
                if self.backups.due(now.date()):
                    self.backup("daily")
                    self.backups.rotate(now)

    def _append(
        self, done: Done, did: str, member_id: str | None, *, undoes: int = 0, redoes: int = 0
    ) -> None:
        """Write a commit; if that fails, memory goes back to what is on disk."""
        now = self._clock.real_now()
        steps = tuple(done.steps)
        if not steps:
            self._newest = Entry(seq=self._seq, at=now, member_id=member_id, did=did)
            return
        try:
            entry = Entry(
                seq=self._seq + 1,
                at=now,
                machine=machine(),
                member_id=member_id,
                did=did,
                undoes=undoes,
                redoes=redoes,
                customers=tuple(sorted(done.customers)),
                steps=steps,
            )
            line = line_of(entry)
            self._journal.append(line, self._end)
        except BaseException:
            done.take_back()
            raise
        self._end += len(line)
        del line  # as long as an import; folding needs the room
        self._seq = entry.seq
        self._newest = entry
        self._wrote = True
        self._summaries.touch(done.customers)
        self._version += 1
        if self._end > max(FOLD_BYTES, self._base.seen.size // FOLD_SHARE):
            with suppress(OutreachError):  # the commit is safe in the journal
                self._fold()

    def _fold(self) -> None:
        """Move the journal into the history and the JSON file; the lock is held, and all of it is read.

        Raises StoreUnavailable; wherever it breaks off, nothing is lost and the next fold does the rest.
        """
        now = self._clock.real_now()
        self._journal.set_aside(self._end, now)
        if self._base.outside:
            self._say_that_it_was_changed(now)
        text = (self._journal.read() or (0, b""))[1]
        self._keep_history(numbered_lines(text, self._journal.path), now)
        del text  # as long as an import; the file is to be written next
        old = self._base.meta
        meta = Meta(
            schema=SCHEMA, generation=(old.generation if old else 0) + 1, seq=self._seq, at=now
        )
        held = self._tables.all_raw.get("meta")
        write_meta(self._tables.all_raw, meta)
        try:
            seen = self._file.write(self._tables.raw)
        except BaseException:
            self._tables.all_raw.pop("meta", None)
            if held is not None:
                self._tables.all_raw["meta"] = held
            raise
        folded = self._base.seen.digest
        self._base = _Base(seen, meta, None, self._base.inode, fold_first=False)
        self._begin_journal(folded)

    def _say_that_it_was_changed(self, now: datetime) -> None:
        """Say in the journal that another program changed the file, before anything is folded; once.

        The commits of the journal get numbers that neither that file nor the history has given to others.
        """
        text = (self._journal.read() or (0, b""))[1]
        header, entries, _, _ = parsed_journal(text, self._journal.path)
        if entries and not entries[-1].steps and entries[-1].did.startswith(ANOTHER_PROGRAM):
            return
        taken = max(last_seq(self._history.path), self._base.meta.seq if self._base.meta else 0)
        if entries and entries[0].seq <= taken and not self._in_history(entries[0]):
            entries = renumbered(entries, taken)
        first = entries[0].seq if entries else 1 + max(taken, header.seq if header else 0)
        old = header or Header(journal=JOURNAL, generation=0, seq=0, size=0, digest="")
        said = Entry(
            seq=first + len(entries),
            at=now,
            machine=machine(),
            did="; ".join((ANOTHER_PROGRAM, *self._base.news[:_CLASHES_SAID])),
        )
        begun = msgspec.structs.replace(old, seq=first - 1)
        lines: list[Entry | Header] = [begun, *entries, said]
        self._replace_journal([line_of(line) for line in lines])
        self._seq = said.seq

    def _replace_journal(self, lines: Sequence[bytes]) -> None:
        replace_file(self._journal.path, lines, like=self.path)
        size = self._journal.size()
        self._base = self._base._replace(inode=size[0] if size else 0)
        self._end = sum(map(len, lines))

    def _begin_journal(self, folded: str = "") -> None:
        """Begin a journal on the JSON file as it is; `folded` is the digest of the one that it took the place of."""
        meta = self._base.meta
        assert meta is not None
        header = Header(
            journal=JOURNAL,
            generation=meta.generation,
            seq=meta.seq,
            size=self._base.seen.size,
            digest=self._base.seen.digest,
            folded=folded,
        )
        self._replace_journal([line_of(header)])
        self._base = self._base._replace(header=header)
        self._summaries.fresh = True

    def _keep_history(self, lines: Sequence[tuple[int, bytes]], now: datetime) -> None:
        """Add commits (number and line) to the history, if it does not hold them, and cut off what is too old."""
        if self._history.size() is None:
            if not lines:
                return
            replace_file(self._history.path, [], like=self.path)
        end = self._history.whole_lines()
        self._history.set_aside(end, now)
        held = last_seq(self._history.path)
        if new := b"".join(line for seq, line in lines if seq > held):
            self._history.append(new, end)
        if self._cut_on != now.date():
            self._cut_on = now.date()
            cut_before(self._history.path, now - HISTORY_KEPT, _HISTORY_SLACK, HISTORY_LEAST)


def _before(entries: Iterator[Entry], seq: int | None) -> Iterator[Entry]:
    """Yield the commits below `seq`, and all that undid any."""
    return (e for e in entries if seq is None or e.seq < seq or e.undoes)

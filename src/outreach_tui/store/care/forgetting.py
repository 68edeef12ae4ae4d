"""A person is taken out of every file of ours: the records, journal and history, backups, and what was set aside.

The order makes it safe to be killed: the JSON file, which says that there is such a person, is written last of all that
speaks of them. Until then doing it again goes on, and each file is the old or the new one, whole.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from outreach_tui.domain.commit import FORGOT
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.forgetting import Left, Person
from outreach_tui.domain.imports import Import
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import DamagedFile, Refused, StoreUnavailable
from outreach_tui.services.forgetting import Forgotten
from outreach_tui.services.ports import Clock
from outreach_tui.store.backups import backups_folder
from outreach_tui.store.care.copies import copies_of
from outreach_tui.store.care.erasing import Erasing
from outreach_tui.store.care.persons import Evidence, Persons
from outreach_tui.store.care.rebuilding import begin_anew, put_state
from outreach_tui.store.care.states import Replay, about
from outreach_tui.store.documents import UNREADABLE
from outreach_tui.store.files import read_if_there, sync_folder
from outreach_tui.store.journal import (
    Entry,
    entry_of,
    history_path,
    journal_path,
    line_of,
    machine,
    parsed_journal,
)
from outreach_tui.store.json_file import digest_of, replace_file
from outreach_tui.store.json_text import RawTables, parsed
from outreach_tui.store.locks import lock_path, locked
from outreach_tui.store.meta import META
from outreach_tui.store.summaries import Cache
from outreach_tui.store.tinydb_file import TinyDbStore

MOST_LEFT = 200
"""So many places with a part of the name are named."""


class _Others:
    """What was done in the other files."""

    def __init__(self) -> None:
        self.clean: dict[Path, tuple[int, int, int]] = {}
        """Those that say nothing of the person, in this state."""
        self.rewritten: list[Path] = []
        self.dropped = 0
        """Lines that could not be read."""


class FileEraser:
    """Implements `services.forgetting.Eraser` on one data file and all that belongs to it."""

    def __init__(
        self,
        store: Callable[[], TinyDbStore],
        clock: Clock,
        *,
        cache: Path,
        drafts: Callable[[Callable[[str], bool]], int],
        log: Path,
    ) -> None:
        """`drafts` drops what was typed where a text says something of the person; `cache` and `log` are ours, too."""
        self._store = store
        self._clock = clock
        self._cache = cache
        self._drafts = drafts
        self._log = log

    @property
    def _data(self) -> Path:
        return self._store().path

    def known(self) -> list[tuple[str, str]]:
        """Return id and name of every contact of whom any file of ours says something, each once."""
        return Persons(self._store(), self._files()).known()

    def erase(self, contact_id: str, *, member_id: str | None, dry_run: bool) -> Forgotten:
        """Take a person out, or say what that would do. Raises as `services.forgetting.Eraser`."""
        store = self._store()
        store.refresh()
        if not dry_run:
            # What another program did to the file is taken in, and a file of an older format brought up to date.
            store.change_documents("", (), member_id=member_id)
        known = Persons(store, self._files()).evidence(contact_id)
        erasing = Erasing(Person(*known))
        self._refuse_copies(erasing.person)
        others = _Others()
        if dry_run:
            self._erase_others(erasing, others, dry_run=True)
            return self._report(erasing, others)
        # What takes long, while others can still write: afterwards most of it is known.
        self._erase_others(erasing, others)
        self._report(erasing, others)
        with locked(self._data):
            self._fold()
            store.refresh()
            now = self._known_now(contact_id, known, others)
            if now != known:  # somebody wrote of them meanwhile
                erasing = Erasing(Person(*now))
                others.clean.clear()
            self._erase_others(erasing, others)
            report = self._report(erasing, others)
            drafts = self._drafts(erasing.person.is_in)
            self._erase_log(erasing.person)
            Cache(self._data, self._cache).forget()
            _sweep(self._cache, "tmp")
            self._erase_main(erasing, member_id)
        return msgspec.structs.replace(report, drafts=drafts)

    def _known_now(self, contact_id: str, known: Evidence, others: _Others) -> Evidence:
        """Return what is known of a person when nobody else writes any more."""
        store = self._store()
        new = [path for path in self._others() if others.clean.get(path) != _stamp(path)]
        now = Persons(store, [*new, *self._main()]).evidence(contact_id, known)
        return now if now == known else Persons(store, self._files()).evidence(contact_id, known)

    # What there is

    def _files(self) -> list[Path]:
        return [*self._others(), *self._main()]

    def _main(self) -> list[Path]:
        return [self._data, journal_path(self._data), history_path(self._data)]

    def _others(self) -> list[Path]:
        """Return the other files of ours: backups, and what was set aside; no temp files."""
        data = self._data
        found: list[Path] = []
        for folder, ours in ((data.parent, f"{data.name}."), (backups_folder(data), "")):
            with suppress(FileNotFoundError, NotADirectoryError):
                found += [
                    path
                    for path in sorted(folder.iterdir())
                    if path.name.startswith(ours) and path.is_file() and not path.is_symlink()
                ]
        known = {*self._main(), lock_path(data)}
        return [path for path in found if path not in known and path.suffix != ".tmp"]

    def _refuse_copies(self, person: Person) -> None:
        """Refuse while a copy that a sync service made would bring the person back."""
        for path in copies_of(self._data):
            text = (read_if_there(path) or b"").decode(errors="replace")
            if person.may_hold(text):
                raise Refused(
                    f"a copy of the file says something of this person: {path.name}",
                    f"bring in what only it has, or remove it: outreach restore --merge {path}",
                )

    def _report(self, erasing: Erasing, others: _Others) -> Forgotten:
        """Return what there is to do in the main files, and what was done in the others."""
        store, person = self._store(), erasing.person
        commits = lost = 0
        dropped = others.dropped
        for path in self._main()[1:]:
            found = erasing.file(read_if_there(path) or b"")
            commits, lost = commits + found.changed, lost + found.lost
            dropped += found.dropped
        tables, records = erasing.tables(store.tables.raw)
        own = sum(store.get(Contact, id_) is not None for id_ in person.ids)
        meetings = [
            raw
            for raw in store.tables.raw.get("meetings", {}).values()
            if any(id_.encode() in bytes(raw) for id_ in person.ids)
        ]
        return Forgotten(
            records=records - own,
            commits=commits,
            lost=lost,
            rewritten=tuple(dict.fromkeys(others.rewritten)),
            removed=tuple(_temp_files(self._data)),
            dropped_lines=dropped,
            drafts=0,
            emptied=tuple(erasing.emptied),
            shared=len(person.shared),
            unsure=bool(person.unsure),
            namesakes=person.gone,
            left=tuple(_left(person, tables)),
            imports=tuple(
                dict.fromkeys(clean_line(f.name) for i in store.all(Import) for f in i.files)
            ),
            meetings=len(meetings),
        )

    # Doing it

    def _erase_others(self, erasing: Erasing, others: _Others, *, dry_run: bool = False) -> None:
        """Write the other files anew that say something of the person, and note which."""
        for path in self._others():
            if others.clean.get(path) == _stamp(path):
                continue
            data = read_if_there(path)
            if data is None:
                continue
            found = erasing.file(data)
            others.dropped += found.dropped
            if found.data != data:
                others.rewritten.append(path)
            if dry_run:
                continue
            if data and not found.data:  # nothing else stood in it
                _remove(path)
                continue
            if found.data != data:
                replace_file(path, [found.data])
            others.clean[path] = _stamp(path)

    def _erase_log(self, person: Person) -> None:
        """Drop the lines of the log that say something of the person; there should be none."""
        text = read_if_there(self._log)
        if text is None:
            return
        lines = text.splitlines(keepends=True)
        kept = [line for line in lines if not person.may_hold(line.decode(errors="replace"))]
        if kept != lines:
            replace_file(self._log, kept)

    def _fold(self) -> None:
        """Move the journal into the history and the JSON file, as they are; the lock is held.

        Afterwards all commits stand in one file, which can be written anew in one step.
        """
        data = self._data
        text = read_if_there(data) or b""
        journal = parsed_journal(read_if_there(journal_path(data)) or b"", journal_path(data))
        if journal.header is None or journal.header.digest != digest_of(text):
            raise StoreUnavailable(f"{data} was changed just now", "do it again")
        if not journal.entries:
            return
        replay = Replay(parsed(text))
        known = about(replay.tables)
        folded = known.seq if known else 0
        held = _history(data)
        numbers = {entry.seq for _, entry in held if entry is not None}
        for entry in journal.entries:
            if entry.seq > folded:
                replay.apply(entry)
        *before, last = journal.entries
        begin_anew(
            data,
            replay.tables,
            history=[
                *(line for line, entry in held if entry is None or entry.seq != last.seq),
                *(line_of(entry) for entry in before if entry.seq not in numbers),
            ],
            generation=journal.header.generation + 1,
            entry=last,
            history_path=history_path(data),
        )

    def _erase_main(self, erasing: Erasing, member_id: str | None) -> None:
        """Write history, JSON file and journal without the person; the lock is held, and the journal is folded."""
        data = self._data
        tables = parsed(read_if_there(data) or b"")
        known = about(tables)
        if known is None:
            raise DamagedFile(f"{data} does not say what it is", "`outreach doctor` says more")
        left, _ = erasing.tables(tables)
        old = read_if_there(history_path(data)) or b""
        if (history := erasing.file(old).data) != old:
            replace_file(history_path(data), [history], like=data)
        _sweep_data(data)
        now = self._clock.real_now()
        said = Entry(seq=known.seq + 1, at=now, machine=machine(), member_id=member_id, did=FORGOT)
        put_state(data, left, generation=known.generation + 1, seq=known.seq, at=now, then=[said])


def _history(data: Path) -> list[tuple[bytes, Entry | None]]:
    found: list[tuple[bytes, Entry | None]] = []
    for line in (read_if_there(history_path(data)) or b"").splitlines(keepends=True):
        try:
            found.append((line, entry_of(line)))
        except UNREADABLE:
            found.append((line, None))
    return found


def _left(person: Person, tables: RawTables) -> Iterator[Left]:
    """Yield where a part of the name still stands in the records of today."""
    found = 0
    for name, table in tables.items():
        if name in (META, "day_lists", "imports", "settings", "members"):
            continue
        for raw in table.values():
            try:
                plain = msgspec.json.decode(raw)
            except UNREADABLE:
                continue
            for left in person.left_in(name, plain) if isinstance(plain, dict) else ():
                found += 1
                if found <= MOST_LEFT:
                    yield left


def _temp_files(data: Path) -> list[Path]:
    found: list[Path] = []
    for folder, ours in ((data.parent, f".{data.name}."), (backups_folder(data), ".")):
        with suppress(OSError):
            found += [p for p in folder.iterdir() if p.name.startswith(ours) and p.suffix == ".tmp"]
    return found


def _sweep_data(data: Path) -> None:
    """Remove what writers that died have left: who holds the lock writes alone."""
    for path in _temp_files(data):
        _remove(path)


def _sweep(folder: Path, ours: str) -> None:
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name.startswith(ours) and path.suffix == ".tmp":
                path.unlink()


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot remove {path}: {error.strerror}", "make it writable, then do it again"
        ) from error
    sync_folder(path.parent)


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino

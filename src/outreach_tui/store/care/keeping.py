"""Taking care of a data file: check it, back it up, bring a backup back, merge a copy. Works on damaged files too."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import (
    BadInput,
    DamagedFile,
    NotFound,
    OutreachError,
    Refused,
    StoreUnavailable,
)
from outreach_tui.services.keeping import (
    Backup,
    BackupContents,
    BackupReason,
    Checkup,
    Merged,
    Rebuilt,
    Restored,
    Severity,
)
from outreach_tui.services.ports import Clock
from outreach_tui.store.backups import Backups, backup_named, backups_folder
from outreach_tui.store.care import merging
from outreach_tui.store.care.copies import copies_of
from outreach_tui.store.care.doctor import examine
from outreach_tui.store.care.doctor_text import is_anothers, read
from outreach_tui.store.care.rebuilding import rebuild
from outreach_tui.store.care.restoring import put_in_place
from outreach_tui.store.care.states import (
    about,
    counts,
    difference,
    history_of,
    journal_of,
    lines_above,
    read_files,
)
from outreach_tui.store.documents import UNREADABLE
from outreach_tui.store.files import make_folders, private_folder, put_aside, read_if_there, stamp
from outreach_tui.store.journal import Entry, history_path, journal_path
from outreach_tui.store.json_file import JsonFile
from outreach_tui.store.json_text import RawTables, parsed
from outreach_tui.store.locks import locked
from outreach_tui.store.migrations import migrate
from outreach_tui.store.tinydb_file import TinyDbStore


class Keeping:
    """The care of one data file; the store is opened only where that is needed."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        store: Callable[[], TinyDbStore],
        writer: Callable[[], str | None],
        private: Callable[[], Sequence[Path]] = tuple,
    ) -> None:
        """`writer` says who is at the keyboard; `private` are files elsewhere that only they should read."""
        self._typed = path
        self._clock = clock
        self._store = store
        self._writer = writer
        self._private = private
        self.data = Path(os.path.realpath(path))
        self.journal = journal_path(self.data)
        self.history = history_path(self.data)
        self.folder = backups_folder(self.data)
        self._backups = Backups(self.data)

    @property
    def copies(self) -> list[Path]:
        """The copies that sync services made of the file, its journal and its history."""
        return copies_of(self.data)

    def check(self) -> Checkup:
        """Look at everything, and change nothing."""
        return examine(self.data, self._now(), self._private())

    def rebuild(self) -> Rebuilt:
        """Make anew what can be made anew: a journal or a history with damaged lines, and the summary rows.

        Raises DamagedFile if the file itself cannot be read, StoreUnavailable if something cannot be written.
        """
        JsonFile(self._typed)  # a link that leads nowhere is refused
        if not any(path.exists() for path in (self.data, self.journal, self.history)):
            raise _no_file(self.data)
        with locked(self.data):
            rebuilt = rebuild(self.data, self._now())
        self._store().forget_rows_cache()
        return rebuilt

    def back_up(self) -> Backup:
        """Make a backup by hand. Raises Refused if there is nothing to back up, DamagedFile or StoreUnavailable."""
        store = self._store()
        if not self.data.exists():
            raise _no_file(self.data)
        before = set(self._backups.all())
        store.backup(BackupReason.BY_HAND.value)
        return next(b for b in self._backups.all() if b not in before)

    def backups(self) -> list[BackupContents]:
        """Return the backups and what is in them, the newest first. Raises StoreUnavailable."""
        return [_contents(backup) for backup in self._backups.all()]

    def restore(self, typed: str) -> Restored:
        """Bring back a backup, or a file elsewhere: as one commit, or in the place of a file that cannot be opened.

        Raises NotFound, Ambiguous, Refused, BadInput, DamagedFile or StoreUnavailable; then nothing changed.
        """
        JsonFile(self._typed)
        source, is_ours = self._source(typed)
        text = read_if_there(source)
        if text is None:
            raise BadInput(f"there is no file {source}", "check its name")
        tables = _tables(text, source)
        did = f"brought back {_called(source)}"
        try:
            store = self._store()
        except DamagedFile:
            if self._is_anothers():
                raise
        else:
            if self.data.exists() and not self._is_damaged():
                return self._make_equal(store, tables, source, did)
        make_folders(self.data.parent)
        with locked(self.data):
            return put_in_place(self.data, text, source, self._now(), did=did, with_later=is_ours)

    def merge(self, path: Path) -> Merged:
        """Bring in what only a copy has, as one commit, and move the copy to the backups if it lies beside the file.

        Raises BadInput, Refused, DamagedFile or StoreUnavailable; then nothing changed.
        """
        path = Path(os.path.abspath(path))  # noqa: PTH100  a link in the folder stays one
        if path.parent == self.folder:
            raise Refused(
                f"{path} is a backup, not a copy", "`outreach restore NAME` brings it back"
            )
        if path in (self.data, self.journal, self.history):
            raise Refused(
                f"{path} is the file itself", "name the copy: `outreach doctor` lists them"
            )
        store, writer = self._store(), self._writer()
        if not self.data.exists():
            raise Refused(
                f"{self.data} is not there yet", "`outreach restore PATH` takes a whole file"
            )
        ours = self._commits()
        theirs = merging.read_copy(path, self.data, ours)
        outcome = merging.merge(_state(store), theirs, ours)
        backup = None
        if outcome.changes:
            backup = self._back_up_first(store)

            def changes() -> Iterator[merging.Change]:
                """Work it out again with the lock held: somebody may have written meanwhile."""
                nonlocal outcome
                outcome = merging.merge(_state(store), theirs, self._commits())
                yield from outcome.changes

            asked: Any = changes()
            store.change_documents(
                f"merged the copy {clean_line(path.name)}", asked, member_id=writer
            )
        return Merged(
            path,
            outcome.changed,
            outcome.made,
            outcome.stayed_removed,
            theirs.unnamed,
            tuple(outcome.conflicts),
            self._put_away(theirs.files),
            backup,
            theirs.left_out,
        )

    def _make_equal(
        self, store: TinyDbStore, tables: RawTables, source: Path, did: str
    ) -> Restored:
        writer = self._writer()
        known = about(tables)
        if known is not None:
            migrate(tables, known.schema)
        tally = difference(_state(store), tables)
        if not any(tally):
            return Restored(source, 0, 0, 0, counts(tables))
        backup = self._back_up_first(store)
        store.replace_all(did, tables, member_id=writer)
        return Restored(
            source, tally.changed, tally.made, tally.removed, counts(tables), backup=backup
        )

    def _back_up_first(self, store: TinyDbStore) -> Backup | None:
        before = set(self._backups.all())
        store.backup(BackupReason.RESTORE.value)
        self._backups.rotate(self._now())
        return next((b for b in self._backups.all() if b not in before), None)

    def _source(self, typed: str) -> tuple[Path, bool]:
        """Return the file to bring back, and whether it is one of our backups."""
        path = Path(typed).expanduser()
        if path.is_file():
            path = Path(os.path.realpath(path))
            if path == self.data:
                raise Refused(
                    f"{path} is the file itself", "name a backup: `outreach restore` lists them"
                )
            return path, path.parent == self.folder and backup_named(path) is not None
        if len(path.parts) > 1:
            raise BadInput(f"there is no file {path}", "check its name")
        try:
            return self._backups.find(typed).path, True
        except NotFound as error:
            if not self._backups.all():
                raise NotFound(
                    f"there is no backup of {self.data}",
                    "`outreach restore PATH` takes any copy of the file; the first change of a day makes a backup",
                ) from error
            raise

    def _is_damaged(self) -> bool:
        """Return whether a file that opens has lost something: records that cannot be read, or changes."""
        return any(
            finding.severity is Severity.DAMAGED and finding.file in (self.data, self.journal)
            for finding in self.check().findings
        )

    def _is_anothers(self) -> bool:
        """Return whether the file is another program's or a newer version's: nothing is put in its place."""
        files = read_files(self.data)
        journal = journal_of(files, self.data)
        return (files.data is not None and is_anothers(files.data)) or (
            journal is not None and journal.newer
        )

    def _commits(self) -> list[Entry]:
        """Return our commits by number, as far as they can be read."""
        files = read_files(self.data)
        lines = lines_above(0, journal_of(files, self.data), history_of(files, self.data))
        return [line.entry for _, line in lines]

    def _put_away(self, files: Sequence[Path]) -> tuple[Path, ...]:
        """Move a merged copy, and what belongs to it, to the backups; one that lies elsewhere is somebody's own."""
        beside = [path for path in files if path.parent == self.data.parent]
        moved: list[Path] = []
        with suppress(StoreUnavailable):  # what was merged is safe; who called says what was moved
            private_folder(self.folder)
            for path in beside:
                wanted = self.folder / f"{stamp(self._now())}-merged-{path.name}"
                moved.append(put_aside(path, wanted))
        return tuple(moved)

    def _now(self) -> datetime:
        return self._clock.real_now()


def _state(store: TinyDbStore) -> RawTables:
    return store.tables.raw  # the documents and not the records: what we do not know comes along


def _tables(text: bytes, source: Path) -> RawTables:
    tables, wrong = read(text, source)
    if tables is None:
        raise DamagedFile(
            f"{source}: {wrong[0].what[:1].lower()}{wrong[0].what[1:]}",
            "nothing was changed; choose another backup: `outreach restore` lists them",
        )
    return tables


def _contents(backup: Backup) -> BackupContents:
    try:
        tables = parsed(backup.path.read_bytes())
    except (OSError, *UNREADABLE):
        return BackupContents(backup, None, None)
    return BackupContents(
        backup, len(tables.get("customers", ())), len(tables.get("touchpoints", ()))
    )


def _called(source: Path) -> str:
    backup = backup_named(source)
    if backup is None:
        return f"the file {clean_line(source.name)}"
    return f"the backup of {backup.at:%Y-%m-%d %H:%M} UTC"


def _no_file(data: Path) -> OutreachError:
    return Refused(f"{data} is not there yet", "the first thing that you write makes it")

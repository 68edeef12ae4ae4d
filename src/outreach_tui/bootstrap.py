"""The composition root: the only module that knows which store, formats and places are used."""

import getpass
import os
import re
import stat
from collections.abc import Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from outreach_tui.clock import SystemClock, system_zone
from outreach_tui.config import Config, load_config, save_setting
from outreach_tui.domain.ids import IdFactory
from outreach_tui.domain.member import Member
from outreach_tui.domain.text import clean_line
from outreach_tui.drafts import Drafts
from outreach_tui.errors import BadInput
from outreach_tui.paths import cache_folder, config_file, data_file, draft_file, log_file
from outreach_tui.places.gazetteer import Gazetteer
from outreach_tui.places.holidays import Holidays
from outreach_tui.services.answers import Answers
from outreach_tui.services.calendar_exports import CalendarExports
from outreach_tui.services.contacts import Contacts
from outreach_tui.services.customers import Customers
from outreach_tui.services.day_plans import DayPlans
from outreach_tui.services.decisions import Decisions
from outreach_tui.services.meetings import Meetings
from outreach_tui.services.members import Members
from outreach_tui.services.standings import Standings
from outreach_tui.services.touchpoints import Touchpoints
from outreach_tui.services.workspace import Workspace
from outreach_tui.store.locks import locked
from outreach_tui.store.tinydb_file import TinyDbStore

if TYPE_CHECKING:
    from outreach_tui.services.card_exports import CardExports
    from outreach_tui.services.exports import Exports
    from outreach_tui.services.forgetting import Forgetting
    from outreach_tui.services.importing.sources import Source
    from outreach_tui.services.importing.whole import WholeImports
    from outreach_tui.services.imports import Imports
    from outreach_tui.services.joining import Joining
    from outreach_tui.services.loads import Loads
    from outreach_tui.services.settings import Settings
    from outreach_tui.store.care.keeping import Keeping
    from outreach_tui.store.exchange import StoreExchange
    from outreach_tui.store.files_out import FilesOut
    from outreach_tui.store.tinydb_access import RecordDB

DRAFT_LOCK_SECONDS = 1.0
"""Somebody is typing: what cannot be written now is written at the next pause."""


class Services:
    """Every service, built when it is first used; the app and the commands take the same ones."""

    standings: Standings
    """Set with the workspace."""

    def __init__(
        self,
        *,
        file: str = "",
        member: str = "",
        today: date | None = None,
        clock: SystemClock | None = None,
    ) -> None:
        self._file = file
        self._member = member
        self.clock = clock or SystemClock(today)

    @cached_property
    def path(self) -> Path:
        """The team's file."""
        return data_file(self._file)

    @cached_property
    def config_path(self) -> Path:
        """The personal settings' file."""
        return config_file()

    @cached_property
    def config(self) -> Config:
        """The personal settings. Raises BadInput."""
        return load_config(self.config_path)

    @cached_property
    def store(self) -> TinyDbStore:
        """The team's records. Raises DamagedFile or StoreUnavailable."""
        return TinyDbStore(self.path, self.clock, cache=self.cache_path)

    @cached_property
    def cache_path(self) -> Path:
        """The folder of what can be made anew."""
        return cache_folder()

    def close(self) -> None:
        """Leave the file so that any program can read all of it; nothing is lost where that fails."""
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def places(self) -> Gazetteer:
        """The gazetteer."""
        return Gazetteer()

    @cached_property
    def calendars(self) -> Holidays:
        """Public holidays and weekends."""
        return Holidays()

    @cached_property
    def workspace(self) -> Workspace:
        """What every service works with."""
        workspace = Workspace(
            self.store,
            self.clock,
            IdFactory(self.clock.milliseconds),
            self.places,
            wanted_member=self._member or self.config.me,
            default_member=default_member,
        )
        self.standings = Standings(workspace)  # before any commit: it keeps the day's tiers
        return workspace

    @cached_property
    def customers(self) -> Customers:
        """Find, list, show, add and edit."""
        workspace = self.workspace
        return Customers(workspace, self.standings, self.calendars)

    @cached_property
    def contacts(self) -> Contacts:
        """The people at customers."""
        return Contacts(self.workspace)

    @cached_property
    def day_plans(self) -> DayPlans:
        """The day's list."""
        workspace = self.workspace
        return DayPlans(workspace, self.standings, self.calendars)

    @cached_property
    def touchpoints(self) -> Touchpoints:
        """Logging."""
        return Touchpoints(self.workspace)

    @cached_property
    def answers(self) -> Answers:
        """What is owed to them, until they know."""
        return Answers(self.workspace)

    @cached_property
    def decisions(self) -> Decisions:
        """Snooze, mute, pause, resume."""
        return Decisions(self.workspace)

    @cached_property
    def meetings(self) -> Meetings:
        """Plan, move, cancel."""
        return Meetings(self.workspace, self.calendars)

    @cached_property
    def members(self) -> Members:
        """The team."""
        return Members(self.workspace)

    @cached_property
    def settings(self) -> "Settings":
        """What the team agreed on, and how I work."""
        from outreach_tui.services.settings import Settings

        return Settings(self.workspace)

    @cached_property
    def loads(self) -> "Loads":
        """What is promised against what can be done."""
        from outreach_tui.services.loads import Loads

        workspace = self.workspace
        return Loads(workspace, self.standings, self.settings)

    @cached_property
    def imports(self) -> "Imports":
        """Spreadsheets in."""
        from outreach_tui.services.imports import Imports

        return Imports(self.workspace)

    @cached_property
    def joining(self) -> "Joining":
        """Customers that are one."""
        from outreach_tui.services.joining import Joining

        return Joining(self.workspace)

    @cached_property
    def whole_imports(self) -> "WholeImports":
        """Whole files in."""
        from outreach_tui.services.importing.whole import WholeImports

        return WholeImports(self.workspace, self._exchange)

    @cached_property
    def exports(self) -> "Exports":
        """Spreadsheets and whole files out."""
        from outreach_tui.formats.csv_out import csv_text
        from outreach_tui.services.exports import Exports

        workspace = self.workspace
        return Exports(workspace, self.standings, csv_text, self._exchange, self._files_out)

    @cached_property
    def card_exports(self) -> "CardExports":
        """vCards out."""
        from outreach_tui.formats.vcard_text import VCards
        from outreach_tui.services.card_exports import CardExports

        return CardExports(self.workspace, VCards(), self._files_out)

    @cached_property
    def _files_out(self) -> "FilesOut":
        from outreach_tui.store.files_out import FilesOut

        return FilesOut(self.store.path)

    @cached_property
    def _exchange(self) -> "StoreExchange":
        from outreach_tui.store.exchange import StoreExchange

        return StoreExchange(self.store, self.clock)

    @cached_property
    def drafts_path(self) -> Path:
        """Where what was typed and not saved yet is kept, apart from the team's file."""
        return draft_file(self.path)

    @cached_property
    def drafts(self) -> Drafts:
        """What was typed and not saved yet."""
        return Drafts(
            self.drafts_path,
            self.clock.real_now,
            partial(locked, wait_seconds=DRAFT_LOCK_SECONDS),
        )

    @cached_property
    def keeping(self) -> "Keeping":
        """Checks, backups and copies: what works on a damaged file too."""
        from outreach_tui.store.care.keeping import Keeping

        return Keeping(
            self.path,
            self.clock,
            store=lambda: self.store,
            writer=lambda: self.workspace.member.id if self.workspace.members else None,
            private=lambda: (self.drafts_path,),
        )

    @cached_property
    def forgetting(self) -> "Forgetting":
        """A person, out of every file."""
        from outreach_tui.services.forgetting import Forgetting
        from outreach_tui.store.care.forgetting import FileEraser

        eraser = FileEraser(
            lambda: self.store,
            self.clock,
            cache=self.cache_path,
            drafts=self.drafts.remove_mentioning,
            log=log_file(),
        )
        return Forgetting(self.workspace, eraser)

    @property
    def copies(self) -> list[Path]:
        """The copies that sync services made of the team's file: one look into its folder."""
        from outreach_tui.store.care.copies import copies_of

        return copies_of(self.path)

    def read_sources(self, paths: Sequence[Path], encoding: str = "") -> "list[Source]":
        """Return what the files hold; a folder is one of vCards, `encoding` is for lists that say none.

        Raises BadInput that names the file.
        """
        from outreach_tui.formats.sources import read_card_folder

        return [
            read_card_folder(path, read_bytes)
            if is_folder(path)
            else self.read_source(read_bytes(path), called(path), encoding)
            for path in paths
        ]

    def read_source(self, data: bytes, name: str, encoding: str = "") -> "Source":
        """Return what a file, or what was pasted or piped in, holds; `name` is for messages. Raises BadInput."""
        from outreach_tui.formats.sources import read_source

        return read_source(data, name, self.workspace.now, encoding)

    def read_pasted(self, text: str) -> "Source":
        """Return the table that was pasted. Raises BadInput."""
        from outreach_tui.formats.sheets import read_table

        sheet = read_table(text.encode(), "what was pasted")
        return msgspec.structs.replace(sheet, encoding="")  # there is no other way to read it

    def first_today(self, what: str) -> bool:
        """Return whether `what` was not said yet today to this member about this file, and note that it is said now.

        What cannot be noted is said again when the program starts again.
        """
        import hashlib

        member, today = self.workspace.member.id, self.workspace.today.isoformat()
        name = hashlib.sha256(f"{self.path.resolve()} {member}".encode()).hexdigest()[:16]
        mark = self.cache_path / f"{name}.{what}"
        try:
            if mark.is_file() and mark.read_text(encoding="utf-8") == today:
                return False
            mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark.write_text(today, encoding="utf-8")
        except (OSError, UnicodeError):
            pass
        return True

    def remember(self, name: str, value: str) -> None:
        """Keep a personal setting. Raises StoreUnavailable."""
        save_setting(self.config_path, name, value)
        self.config = load_config(self.config_path)

    @cached_property
    def calendar_exports(self) -> CalendarExports:
        """Calendar files out."""
        from outreach_tui.formats.ics import ICalendar

        return CalendarExports(self.workspace, ICalendar(), self._files_out)


def open_tinydb(path: Path | str = "") -> "RecordDB":
    """Return TinyDB on a team's file, for scripts; without a path on the one that the commands use.

    Raises DamagedFile or StoreUnavailable.
    """
    from outreach_tui.store import tinydb_access

    clock = SystemClock()
    ids = IdFactory(clock.milliseconds)
    return tinydb_access.open_tinydb(data_file(str(path)), clock, ids, cache=cache_folder())


def is_folder(path: Path) -> bool:
    """Return whether a path names a folder that can be looked at; reading anything else says what is wrong."""
    try:
        return path.is_dir()
    except OSError:  # no permission, or a name that is too long
        return False


def called(path: Path) -> str:
    """Return what a file is called in messages; the number of a descriptor says nothing."""
    name = clean_line(path.name)
    return "what was piped in" if name.isdecimal() and _DESCRIPTOR.fullmatch(str(path)) else name


def _is_piped(path: Path, mode: int) -> bool:
    """Return whether a program that runs writes what is to be read; for a named pipe one could wait for ever."""
    is_open = _DESCRIPTOR.fullmatch(str(path)) is not None
    return is_open and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))


_DESCRIPTOR = re.compile(r"/dev/(?:stdin|fd/\d+)|/proc/self/fd/\d+")
"""What is open already, by the names that shells and systems give it."""


def read_bytes(path: Path) -> bytes:
    """Return a file that is to be imported. Raises BadInput that names it.

    A file that is too large is refused before it is read, one that somebody writes to meanwhile after it. What is piped
    in (`/dev/stdin`, or `<(…)` of a shell) is read to its end.
    """
    from outreach_tui.formats.sources import MAX_WHOLE_BYTES, check_size

    name = called(path)
    try:
        if not (stat.S_ISREG(mode := path.stat().st_mode) or _is_piped(path, mode)):
            raise BadInput(
                f"{clean_line(str(path))} is no file",
                "name a file, or - to read what a program writes",
            )
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            check_size(file.peek(), name, before.st_size)
            data = file.read(MAX_WHOLE_BYTES + 1)
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise BadInput(
            f"cannot read {clean_line(str(path))}: {getattr(error, 'strerror', None) or error}",
            "check the name of the file",
        ) from error
    is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if stat.S_ISREG(mode) and not is_same:
        raise BadInput(
            f"{name} was changed while it was read",
            "wait until the program that writes it is done, then import it again",
        )
    return data


def default_member(id_: str) -> Member:
    """Return a member made from the system's user and zone."""
    return Member(id=id_, name=_user_name(), zone=system_zone())


def _user_name() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        return "Me"
    try:
        import pwd

        full = clean_line(pwd.getpwnam(user).pw_gecos.split(",")[0])
    except (ImportError, KeyError):
        full = ""
    return full or clean_line(user).capitalize() or "Me"


def sample_services(
    folder: Path, today: date | None = None, *, clock: SystemClock | None = None
) -> Services:
    """Return the services on `sample.json` in `folder`, filled with the sample data, with Ana at the keyboard.

    The demo plays on `today`, else on the real day, on a free day on the working day after it; or by another `clock`. A
    file that holds data already is opened as it is.
    """
    import tomllib

    from outreach_tui.services.sample import SAMPLE_MEMBER, load_sample, working_day

    day = today or working_day(SystemClock().today(system_zone()), Holidays())
    services = Services(
        file=str(folder / "sample.json"), member=SAMPLE_MEMBER, clock=clock or SystemClock(day)
    )
    services.cache_path = folder
    services.drafts_path = folder / "drafts.json"  # gone with the scratch file
    if not services.workspace.members:
        text = Path(__file__).with_name("sample.toml").read_text(encoding="utf-8")
        load_sample(tomllib.loads(text), services.workspace)
    return services

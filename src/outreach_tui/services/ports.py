"""What the services need from outside; `bootstrap` decides who provides it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from outreach_tui.domain.commit import Commit
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.hours import FreeDays
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place, PlaceMatch
from outreach_tui.domain.record import Change, Record

R = TypeVar("R", bound=Record)


class Clock(Protocol):
    """Time to plan by, and real time."""

    def real_now(self) -> datetime:
        """Return the real instant in UTC."""

    def now(self, zone: str) -> datetime:
        """Return the instant to plan by, in UTC."""

    def today(self, zone: str) -> date:
        """Return the day to plan by, on the wall calendar of `zone`."""


class Ids(Protocol):
    """Makes identities."""

    def new(self) -> str:
        """Return a new id, above every id made before."""


class Store(Protocol):
    """The records of a team. One way in: `commit`, all or nothing and durable when it returns."""

    @property
    def path(self) -> Path:
        """Where the records are kept."""

    @property
    def version(self) -> int:
        """Changes whenever any record did."""

    def get(self, kind: type[R], id_: str) -> R | None:
        """Return one record, None if there is none."""

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return all records of a kind, by id."""

    def of_customer(self, kind: type[R], customer_id: str) -> Sequence[R]:
        """Return the records of a kind that name the customer, by id."""

    def rows(self) -> Mapping[str, CustomerFacts]:
        """Return the summary row of every customer, by id, in the order of the ids."""

    def rows_after(self, changes: Sequence[Change]) -> Mapping[str, CustomerFacts]:
        """Return what `rows` would be after these changes, without making them."""

    def commit(self, did: str, changes: Sequence[Change], *, member_id: str | None) -> None:
        """Write all changes, or none. No record that stays may name a customer that they remove.

        Raises Conflict, StoreUnavailable or DamagedFile; then nothing changed.
        """

    def commit_at(
        self, version: int, did: str, changes: Sequence[Change], *, member_id: str | None
    ) -> None:
        """Write all changes, if nobody wrote since `version`; else, or if that fails, none. Raises Refused as well."""

    def newest(self) -> Commit | None:
        """Return the last commit that this store knows of, by whomever."""

    def next_undo(self, member_id: str | None, before: int | None = None) -> Commit | None:
        """Return what `undo` would take back: the member's last commit that is not undone; None stands for anybody."""

    def next_redo(self, member_id: str | None) -> Commit | None:
        """Return what `redo` would do again: the commit that the member undid last, unless they did more since."""

    def undo(self, *, member_id: str | None, before: int | None = None) -> Commit:
        """Take back what `next_undo` says, as a new commit, and return what was undone. Raises InTheWay or Refused."""

    def redo(self, *, member_id: str | None) -> Commit:
        """Do again what `next_redo` says, as a new commit, and return what was done again. Raises Refused."""

    def history(self, customer_id: str | None = None) -> Iterator[Commit]:
        """Yield what was done, the newest first; with a customer only what concerned it."""

    def backup(self, reason: str) -> None:
        """Keep a copy of everything as it is now. Raises StoreUnavailable."""

    def refresh(self) -> Sequence[Commit]:
        """Read what others wrote and return it, the oldest first."""


class Places(Protocol):
    """The gazetteer. A wrong place is worse than none: only certain hits come back as a place."""

    def look_up(self, city: str, region: str = "", country: str = "") -> PlaceMatch:
        """Return the place that was meant, or candidates to choose from."""

    def by_id(self, geoname_id: int) -> Place | None:
        """Return the town with this GeoNames number."""

    def complete(self, prefix: str, limit: int = 10, country: str = "") -> tuple[Place, ...]:
        """Return towns whose name begins so, the most populous first; with a code those of the country only."""

    def country_code(self, text: str) -> str | None:
        """Return the ISO 3166-1 alpha-2 code of a country by any of its names."""

    def country_name(self, code: str) -> str:
        """Return the English name of a country, the code itself if it is unknown."""

    def zone_of_country(self, code: str) -> str | None:
        """Return the zone of a country that has only one."""

    def country_place(self, code: str) -> Place | None:
        """Return a place with the country's only zone and no coordinates."""


class Calendars(FreeDays, Protocol):
    """Public holidays and weekends of all places. Where nothing is known, Saturdays and Sundays are free."""


class CalendarText(Protocol):
    """Writes meetings as iCalendar files."""

    def file_name(self, uid: str) -> str:
        """Return the name of a meeting's file in a vdir; no uid leads out of the folder."""

    def one_file(
        self,
        meeting: Meeting,
        customers: Mapping[str, Customer],
        member: Member | None,
        stamp: datetime,
    ) -> bytes:
        """Return a calendar with this meeting only, for a vdir: no METHOD, ORGANIZER or ATTENDEE."""

    def published(
        self,
        meetings: Iterable[Meeting],
        customers: Mapping[str, Customer],
        members: Mapping[str, Member],
        stamp: datetime,
    ) -> bytes:
        """Return one METHOD:PUBLISH calendar with all these meetings."""


OutCell = str | int | Decimal | date | time
"""A cell of a spreadsheet that goes out: text, a number, a day or a time of day."""


class TableText(Protocol):
    """Writes spreadsheets; text is safe to open in any of them."""

    def __call__(
        self, headers: Sequence[str], rows: Iterable[Sequence[OutCell]]
    ) -> Iterator[bytes]:
        """Yield the file piece by piece."""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A record that a whole file would change."""

    before: Record | None
    """None if it cannot be read."""
    after: Record
    """But for what the program works out by itself, which it does again."""
    unknown: tuple[str, ...] = ()
    """What else changes: fields that only a later version knows."""


class FilesOut(Protocol):
    """Files and folders that are handed out; never the team's own file, nor what belongs to it."""

    def write(self, files: Mapping[Path, Iterable[bytes]]) -> Mapping[Path, str]:
        """Put all files in their place, or none; return whether each was `created` or `updated`.

        Raises Refused or StoreUnavailable, which says what was changed.
        """

    def make_folder(self, folder: Path, *, parents: bool = True) -> None:
        """Make a private folder, and those that it stands in. Raises StoreUnavailable."""

    def read(self, path: Path) -> bytes | None:
        """Return what a file holds, None if there is none. Raises StoreUnavailable."""

    def ending_in(self, folder: Path, suffix: str) -> Sequence[Path]:
        """Return the files of a folder whose names end so, by name."""

    def remove(self, path: Path) -> None:
        """Remove a file. Raises StoreUnavailable."""


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """What a whole file would bring to one table, in documents."""

    table: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    changed: tuple[Changed, ...] = ()
    """The records that count as updated; none for one of which only changes what is worked out."""
    skipped: tuple[tuple[int, str], ...] = ()
    """Line of the file (0 where that is not known) and the reason."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A whole file, compared with what is on file."""

    tables: tuple[Incoming, ...]
    """What it would do, table by table."""
    changes: tuple[Any, ...]
    """What only the store has to understand."""
    members: tuple[str, ...]
    """Names of the members that it would make."""
    lost: int
    """How many of its records would name records that are nowhere."""
    written_at: datetime | None
    """UTC; None if the file does not say."""
    version: int
    """Of the store that it was compared with."""


class Exchange(Protocol):
    """Whole documents, with fields that this version does not know, out and in again."""

    def counts(self) -> Mapping[str, int]:
        """Return how many documents each table holds."""

    def text(self, tables: Collection[str]) -> Iterator[bytes]:
        """Yield a file with these tables, with all of them if none is named."""

    def compare(self, data: bytes, name: str) -> Arrival:
        """Work out what a file would change. Raises BadInput for one that cannot be used."""

    def take_in(self, arrival: Arrival, did: str, member_id: str | None) -> None:
        """Write it as one commit. Raises Refused if somebody wrote to the file since it was compared."""


class CardText(Protocol):
    """Writes people as vCards."""

    def file_name(self, uid: str) -> str:
        """Return the name of a person's file in a vdir; no uid leads out of the folder."""

    def uid_of(self, data: bytes, teams: Collection[str]) -> str | None:
        """Return the UID of the only card in a file, None if there are several, or none of these teams wrote it."""

    def written(
        self, people: Iterable[tuple[str, Contact, Customer | None]], version: str, team: str
    ) -> bytes:
        """Return the cards of people, each with its UID and where the person works; version "3.0" or "4.0".

        `team` tells on each card who wrote it.
        """


class Cell(msgspec.Struct, frozen=True):
    """A value of a sheet that could not be read, and why."""

    row: int
    """Line of the file, from 1."""
    header: str
    problem: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A table of text as a file holds it: what a reader of CSV or any other table hands to the import."""

    name: str
    """The file's name, for messages."""
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Line number (from 1, the first line of the row) and the cells, as many as there are headers."""
    problems: tuple[Cell, ...] = ()
    """Rows that are no rows of this table; they are skipped."""
    notes: tuple[str, ...] = ()
    """What else was left out of the file, to be said."""
    header_row: int = 1
    """Line of the column names, from 1."""
    encoding: str = ""
    """How its letters were read; empty where the file itself says it."""

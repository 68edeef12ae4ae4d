"""All files of one import, worked out together: row by row, card by card, event by event."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from outreach_tui.domain.columns import SheetKind
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.books import ContactBook, CustomerBook
from outreach_tui.services.importing.cards import CardRows
from outreach_tui.services.importing.contacts import People
from outreach_tui.services.importing.customers import CustomerRows
from outreach_tui.services.importing.finder import CustomerFinder
from outreach_tui.services.importing.ledgers import PurchaseBook, TouchpointBook
from outreach_tui.services.importing.meetings import PastMeetings
from outreach_tui.services.importing.owners import Owners
from outreach_tui.services.importing.plan import FileReport, ImportPlan, Question, Skipped, Update
from outreach_tui.services.importing.purchases import PurchaseRows
from outreach_tui.services.importing.sources import Cards, PastEvents
from outreach_tui.services.importing.tables import Row, Table
from outreach_tui.services.importing.touchpoints import TouchpointRows
from outreach_tui.services.importing.updates import updates_of
from outreach_tui.services.localities import PlaceFinder
from outreach_tui.services.workspace import Workspace

File = Table | Cards | PastEvents
Ask = Callable[[Question], None]
Progress = Callable[[int, int], None]
"""Told how many rows of how many are worked out; what it raises stops the import, and nothing is changed."""
CARDS, EVENTS = "cards", "past meetings"
"""What the rows of a report are where the file is no table."""
_ORDER: tuple[str, ...] = (
    *(SheetKind.CUSTOMERS, CARDS, SheetKind.CONTACTS, SheetKind.PURCHASES),
    *(SheetKind.TOUCHPOINTS, EVENTS),
)
_TELL_EVERY = 250
_NAMED_CUSTOMERS = 5


class _Work(NamedTuple):
    """What is to be done with one file."""

    name: str
    rows: Iterator[tuple[int, Callable[[], str]]]
    """Each row's line, and what takes it: it returns what became of it, and raises BadInput for one to be skipped."""
    problems: Sequence[Skipped]
    columns: dict[str, str]
    notes: Sequence[str] = ()


class Run:
    """One command's files."""

    def __init__(self, workspace: Workspace, files: Sequence[File], kind: SheetKind | None) -> None:
        """`kind` says what the people on cards are."""
        store = workspace.store
        self._workspace = workspace
        self._files = files
        self._version = store.version
        kinds = {_kind_of(file) for file in files}
        self._customers = CustomerBook(store.all(Customer))
        self._contacts = ContactBook(store.all(Contact))
        self._purchases = PurchaseBook(store.all(Purchase) if SheetKind.PURCHASES in kinds else [])
        spoken = {SheetKind.TOUCHPOINTS, EVENTS} & kinds
        self._touchpoints = TouchpointBook(store.all(Touchpoint) if spoken else [])
        ids, owners = workspace.ids, Owners(workspace.members)
        places = PlaceFinder(workspace.places, store)
        self._finder = CustomerFinder(self._customers, ids)
        self._people = People(self._contacts, self._customers, self._finder, owners, ids)
        self._accounts = CustomerRows(workspace, self._customers, self._people, places, owners)
        self._cards = CardRows(self._customers, self._contacts, places, ids, kind)
        self._orders = PurchaseRows(self._purchases, self._finder, ids, workspace.today)
        self._talks = TouchpointRows(
            self._touchpoints,
            self._contacts,
            self._finder,
            owners,
            ids,
            today=workspace.today,
            zone=workspace.zone,
        )
        self._books = (
            self._customers,
            self._contacts,
            self._purchases,
            self._touchpoints,
            self._accounts.touchpoints,
        )

    @cached_property
    def _meetings(self) -> PastMeetings:
        """Made once the lists are taken, so that it knows the days that they speak of."""
        noted = [*self._touchpoints.all(), *self._accounts.touchpoints.all()]
        return PastMeetings(
            self._workspace, self._customers, self._contacts, self._touchpoints, noted
        )

    def plan(self, progress: Progress | None) -> ImportPlan:
        """Take customers first, so that the files of the same command that name them find them."""
        reports: dict[int, FileReport] = {}
        total = sum(_count(file) for file in self._files)
        done = 0
        for number, file in sorted(
            enumerate(self._files), key=lambda pair: (_ORDER.index(_kind_of(pair[1])), pair[0])
        ):
            reports[number] = self._take(file, progress or _silent, done, total)
            done += _count(file)
        self._accounts.leave_to(self._touchpoints.all())
        return ImportPlan(
            files=tuple(reports[number] for number in range(len(self._files))),
            changes=tuple(change for book in self._books for change in book.changes()),
            version=self._version,
        )

    def _take(self, file: File, progress: Progress, done: int, total: int) -> FileReport:
        questions: list[Question] = []
        updates: list[Update] = []
        work = self._work(file, questions.append)
        skipped = list(work.problems)
        counts: Counter[str] = Counter()
        made = len(self._finder.made)
        for number, (line, take) in enumerate(work.rows):
            if number % _TELL_EVERY == 0:
                progress(done + number, total)
            try:
                became = take()
            except BadInput as error:
                reason = f"{error.title}; {error.hint}" if error.hint else error.title
                skipped.append(Skipped(row=line, reason=reason))
                became = "skipped"
            counts[became] += 1
            news = [pair for book in self._books for pair in book.news()]
            if became == "updated":
                updates += updates_of(line, news)
        progress(done + _count(file), total)
        counts["skipped"] = len(skipped)
        return FileReport(
            name=work.name,
            kind=_kind_of(file),
            rows=counts.total(),
            created=counts["created"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            skipped=tuple(sorted(skipped, key=lambda s: s.row)),
            columns=work.columns,
            questions=tuple(questions),
            updates=tuple(updates),
            notes=(*work.notes, *self._orders.notes(), *_made(self._finder.made[made:])),
            conversations=tuple(self._meetings.conversations)
            if isinstance(file, PastEvents)
            else (),
        )

    def _work(self, file: File, ask: Ask) -> _Work:
        """Begin a file."""
        if isinstance(file, Cards):
            cards = self._cards.start_file(file.cards)
            rows = ((card.line, partial(self._cards.take, card, ask)) for card in cards)
            return _Work(file.name, rows, file.problems, file.columns)
        if isinstance(file, PastEvents):
            self._meetings.start_file()
            events = ((event.line, partial(self._meetings.take, event)) for event in file.events)
            return _Work(file.name, events, file.problems, {}, file.notes)
        take = self._taker(file, ask)
        lines = ((row.line, partial(take, row)) for row in file.rows())
        problems = [Skipped(row=cell.row, reason=cell.problem) for cell in file.sheet.problems]
        return _Work(file.sheet.name, lines, problems, file.columns, file.notes)

    def _taker(self, table: Table, ask: Ask) -> Callable[[Row], str]:
        match table.kind:
            case SheetKind.CUSTOMERS:
                self._accounts.start_file()
                return lambda row: self._accounts.take(row, ask)
            case SheetKind.CONTACTS:
                return lambda row: self._people.take(row, ask)
            case SheetKind.PURCHASES:
                self._purchases.start_file()
                return self._orders.take
            case SheetKind.TOUCHPOINTS:
                self._touchpoints.start_file()
                return lambda row: self._talks.take(row, ask)


def _kind_of(file: File) -> str:
    if isinstance(file, Cards):
        return CARDS
    return EVENTS if isinstance(file, PastEvents) else file.kind.value


def _count(file: File) -> int:
    if isinstance(file, Cards):
        return len(file.cards)
    return len(file.events) if isinstance(file, PastEvents) else len(file.sheet.rows)


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


def _made(names: Sequence[str]) -> list[str]:
    """Say which customers rows of contacts made."""
    if not names:
        return []
    listed = ", ".join(f"“{name}”" for name in names[:_NAMED_CUSTOMERS])
    more = f" and {len(names) - _NAMED_CUSTOMERS:,} more" if len(names) > _NAMED_CUSTOMERS else ""
    return [f"customers that were not on file, made from this list: {listed}{more}"]

"""Import of lists, cards and calendars: what they would change is worked out first, then written as one commit."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from outreach_tui.domain.columns import SheetKind
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.imports import Import, ImportedFile
from outreach_tui.domain.place import Place
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Put
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.errors import BadInput, Refused
from outreach_tui.services.importing.books import ContactBook, CustomerBook, PurchaseBook
from outreach_tui.services.importing.cards import CardRows
from outreach_tui.services.importing.contacts import People
from outreach_tui.services.importing.customers import CustomerRows
from outreach_tui.services.importing.finder import CustomerFinder
from outreach_tui.services.importing.meetings import PastMeetings
from outreach_tui.services.importing.plan import FileReport, ImportPlan, Question, Skipped
from outreach_tui.services.importing.purchases import PurchaseRows
from outreach_tui.services.importing.sources import Cards, PastEvents, Source
from outreach_tui.services.importing.tables import Row, Table, tables_of
from outreach_tui.services.localities import PlaceFinder, placed_in
from outreach_tui.services.ports import Sheet
from outreach_tui.services.workspace import Workspace

CARDS, EVENTS = "cards", "past meetings"
"""What the rows of a report are where the file is no table."""
_ORDER: tuple[str, ...] = (
    *(SheetKind.CUSTOMERS, CARDS, SheetKind.CONTACTS, SheetKind.PURCHASES),
    EVENTS,
)
_File = Table | Cards | PastEvents
_NAMED_FILES = 3
"""So many files are named in the history; more are counted."""


class Imports:
    """Brings customers, contacts, purchases and past meetings in."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def preview(
        self,
        sources: Sequence[Source],
        *,
        kind: str | None = None,
        mapping: Mapping[str, str] | None = None,
        date_order: str | None = None,
    ) -> ImportPlan:
        """Work out what the files would change, without writing.

        `kind` is for all of them, else each says itself; `mapping` gives fields by header; `date_order` is for slashed
        dates that can be read both ways. Raises BadInput for a list that cannot be understood as a whole.
        """
        self._workspace.store.refresh()
        wanted = SheetKind(_one_of(SheetKind, kind, "kind of list")) if kind else None
        tables = tables_of(
            [source for source in sources if isinstance(source, Sheet)],
            kind=wanted,
            mapping=mapping or {},
            date_order=DateOrder(_one_of(DateOrder, date_order, "order of dates"))
            if date_order
            else None,
        )
        rest = iter(tables)
        files = [next(rest) if isinstance(source, Sheet) else source for source in sources]
        for file in files:
            _refuse_kind(file, wanted)
        return _Run(self._workspace, files, wanted).plan()

    def apply(self, plan: ImportPlan) -> Import | None:
        """Write a plan as one commit and return its record; None, and nothing written, if nothing is new.

        Everything is backed up first. Raises Refused if somebody wrote to the file since the plan was made,
        StoreUnavailable if there is no room for the backup.
        """
        if not plan.changes:
            return None
        self._workspace.store.refresh()
        if self._workspace.store.version != plan.version:
            raise Refused(
                "the file was changed since this import was worked out", "import the list again"
            )
        self._workspace.store.backup("import")
        writer, made = self._workspace.writer()
        record = Import(
            id=self._workspace.ids.new(),
            at=self._workspace.now,
            files=tuple(_kept(report) for report in plan.files),
            member_id=writer.id,
        )
        changes: list[Change] = [*made, *plan.changes, Put(record)]
        self._workspace.commit(_did(plan), changes, writer=writer)
        return record

    def answered(self, plan: ImportPlan, answers: Mapping[str, Place]) -> ImportPlan:
        """Return the plan with answers to its questions about towns, by `Question.about`.

        They are remembered, so that no later import asks again, and hold for all customers of the same town.
        """
        changes = placed_in(self._workspace.store, plan.changes, answers)
        return replace(plan, changes=tuple(changes))


class _Run:
    """One command's files, worked out together."""

    def __init__(
        self, workspace: Workspace, files: Sequence[_File], kind: SheetKind | None
    ) -> None:
        store = workspace.store
        self._files = files
        self._version = store.version
        self._customers = CustomerBook(store.all(Customer))
        self._contacts = ContactBook(store.all(Contact))
        with_purchases = any(_kind_of(file) == SheetKind.PURCHASES for file in files)
        self._purchases = PurchaseBook(store.all(Purchase) if with_purchases else [])
        finder = CustomerFinder(self._customers)
        places = PlaceFinder(workspace.places, store)
        self._people = People(self._contacts, finder, workspace.ids)
        self._accounts = CustomerRows(workspace, self._customers, self._people, places)
        self._orders = PurchaseRows(self._purchases, finder, workspace.ids)
        self._cards = CardRows(self._customers, self._contacts, places, workspace.ids, kind)
        self._meetings: PastMeetings | None = None
        if any(isinstance(file, PastEvents) for file in files):
            self._meetings = PastMeetings(workspace, self._customers, self._contacts)

    def plan(self) -> ImportPlan:
        """Take customers first, so that contacts and purchases of the same command find them."""
        reports: dict[int, FileReport] = {}
        for number, file in sorted(
            enumerate(self._files), key=lambda pair: (_ORDER.index(_kind_of(pair[1])), pair[0])
        ):
            reports[number] = self._take(file)
        return ImportPlan(
            files=tuple(reports[number] for number in range(len(self._files))),
            changes=(
                *self._customers.changes(),
                *self._contacts.changes(),
                *self._purchases.changes(),
                *self._accounts.touchpoints.changes(),
                *(self._meetings.touchpoints.changes() if self._meetings else ()),
            ),
            version=self._version,
        )

    def _take(self, file: _File) -> FileReport:
        if isinstance(file, Cards):
            return self._take_cards(file)
        if isinstance(file, PastEvents):
            return self._take_events(file)
        questions: list[Question] = []
        skipped = [Skipped(row=cell.row, reason=cell.problem) for cell in file.sheet.problems]
        take = self._taker(file, questions.append)
        report = _report(
            file.sheet.name,
            file.kind.value,
            ((row.line, partial(take, row)) for row in file.rows()),
            skipped,
        )
        return replace(report, columns=file.columns, questions=tuple(questions))

    def _take_cards(self, file: Cards) -> FileReport:
        questions: list[Question] = []
        cards = self._cards.start_file(file.cards)
        steps = ((card.line, partial(self._cards.take, card, questions.append)) for card in cards)
        report = _report(file.name, CARDS, steps, list(file.problems))
        return replace(report, columns=file.columns, questions=tuple(questions))

    def _take_events(self, file: PastEvents) -> FileReport:
        assert self._meetings is not None
        self._meetings.start_file()
        steps = ((event.line, partial(self._meetings.take, event)) for event in file.events)
        report = _report(file.name, EVENTS, steps, list(file.problems))
        return replace(report, conversations=tuple(self._meetings.conversations))

    def _taker(self, table: Table, ask: Callable[[Question], None]) -> Callable[[Row], str]:
        match table.kind:
            case SheetKind.CUSTOMERS:
                return lambda row: self._accounts.take(row, ask)
            case SheetKind.CONTACTS:
                return self._people.take
            case SheetKind.PURCHASES:
                self._purchases.start_file()
                return self._orders.take


def _report(
    name: str, kind: str, steps: Iterable[tuple[int, Callable[[], str]]], skipped: list[Skipped]
) -> FileReport:
    """Take the rows, each with its line, and return what became of them."""
    counts: Counter[str] = Counter()
    for line, take in steps:
        try:
            counts[take()] += 1
        except BadInput as error:
            reason = f"{error.title}; {error.hint}" if error.hint else error.title
            skipped.append(Skipped(row=line, reason=reason))
    return FileReport(
        name=name,
        kind=kind,
        rows=counts.total() + len(skipped),
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        skipped=tuple(sorted(skipped, key=lambda s: s.row)),
        columns={},
        questions=(),
    )


def _kind_of(file: _File) -> str:
    if isinstance(file, Cards):
        return CARDS
    return EVENTS if isinstance(file, PastEvents) else file.kind.value


def _refuse_kind(file: _File, wanted: SheetKind | None) -> None:
    """Raise BadInput for a kind that the file cannot be."""
    if isinstance(file, Cards) and wanted not in (None, SheetKind.CUSTOMERS, SheetKind.CONTACTS):
        raise BadInput(
            f"{file.name}: there are people on vCards, and no {wanted}",
            "leave the kind of list out, or import the files one by one",
        )
    if isinstance(file, PastEvents) and wanted is not None:
        raise BadInput(
            f"{file.name}: there are meetings in a calendar, and no {wanted}",
            "leave the kind of list out, or import the files one by one",
        )


def _one_of(tokens: type[SheetKind] | type[DateOrder], typed: str, what: str) -> str:
    known = [token.value for token in tokens]
    if typed not in known:
        raise BadInput(f"“{clean_line(typed)}” is no {what}", f"it can be {', '.join(known)}")
    return typed


def _kept(report: FileReport) -> ImportedFile:
    return ImportedFile(
        name=report.name,
        kind=report.kind,
        rows=report.rows,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        skipped=len(report.skipped),
    )


def _did(plan: ImportPlan) -> str:
    names = [report.name for report in plan.files]
    files = ", ".join(names) if len(names) <= _NAMED_FILES else f"{len(names)} files"
    created = sum(report.created for report in plan.files)
    updated = sum(report.updated for report in plan.files)
    return f"imported {files}: {created:,} created, {updated:,} updated"

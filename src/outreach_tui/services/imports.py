"""Import of lists: what they would change is worked out first, then written as one commit."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from outreach_tui.collector import uncollected
from outreach_tui.domain.columns import SheetKind
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.imports import Import, ImportedFile
from outreach_tui.domain.place import Place
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Put
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.errors import BadInput, Refused
from outreach_tui.services.importing.books import ContactBook, CustomerBook
from outreach_tui.services.importing.contacts import People
from outreach_tui.services.importing.customers import CustomerRows
from outreach_tui.services.importing.finder import CustomerFinder
from outreach_tui.services.importing.ledgers import PurchaseBook, TouchpointBook
from outreach_tui.services.importing.owners import Owners
from outreach_tui.services.importing.plan import FileReport, ImportPlan, Question, Skipped, Update
from outreach_tui.services.importing.purchases import PurchaseRows
from outreach_tui.services.importing.tables import DateOrders, Row, Table, tables_of
from outreach_tui.services.importing.touchpoints import TouchpointRows
from outreach_tui.services.importing.updates import updates_of
from outreach_tui.services.localities import PlaceFinder, placed_in
from outreach_tui.services.ports import Sheet
from outreach_tui.services.workspace import Workspace

_ORDER = (SheetKind.CUSTOMERS, SheetKind.CONTACTS, SheetKind.PURCHASES, SheetKind.TOUCHPOINTS)
Progress = Callable[[int, int], None]
"""Told how many rows of how many are worked out; may raise `Cancelled`."""
_TELL_EVERY = 250
_NAMED_FILES = 3
"""So many files are named in the history; more are counted."""
_NAMED_CUSTOMERS = 5


class Imports:
    """Brings customers, contacts, purchases and touchpoints in."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def preview(
        self,
        sheets: Sequence[Sheet],
        *,
        kind: str | None = None,
        mapping: Mapping[str, str] | None = None,
        date_order: str | None = None,
        date_orders: DateOrders | None = None,
        progress: Progress | None = None,
    ) -> ImportPlan:
        """Work out what the sheets would change, without writing.

        `kind` is for all sheets, else each says itself; `mapping` gives fields by header; `date_order` is for slashed
        dates that can be read both ways, `date_orders` for those of one file and column. `progress` is told how far
        it is, and may raise. Raises BadInput for a list that cannot be understood as a whole, among them UnclearDates
        for a column that only a person can read.
        """
        self._workspace.store.refresh()
        tables = tables_of(
            sheets,
            kind=SheetKind(_one_of(SheetKind, kind, "kind of list")) if kind else None,
            mapping=mapping or {},
            date_order=DateOrder(_one_of(DateOrder, date_order, "order of dates"))
            if date_order
            else None,
            date_orders=date_orders or {},
            is_country=lambda text: self._workspace.places.country_code(text) is not None,
        )
        with uncollected():
            return _Run(self._workspace, tables).plan(progress)

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
        return msgspec.structs.replace(plan, changes=tuple(changes))


class _Run:
    """One command's files, worked out together."""

    def __init__(self, workspace: Workspace, tables: Sequence[Table]) -> None:
        store = workspace.store
        self._tables = tables
        self._version = store.version
        kinds = {table.kind for table in tables}
        self._customers = CustomerBook(store.all(Customer))
        self._contacts = ContactBook(store.all(Contact))
        self._purchases = PurchaseBook(store.all(Purchase) if SheetKind.PURCHASES in kinds else [])
        self._touchpoints = TouchpointBook(
            store.all(Touchpoint) if SheetKind.TOUCHPOINTS in kinds else []
        )
        ids, owners = workspace.ids, Owners(workspace.members)
        self._finder = CustomerFinder(self._customers, ids)
        self._people = People(self._contacts, self._customers, self._finder, owners, ids)
        self._accounts = CustomerRows(
            workspace, self._customers, self._people, PlaceFinder(workspace.places, store), owners
        )
        self._orders = PurchaseRows(self._purchases, self._finder, ids)
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

    def plan(self, progress: Progress | None) -> ImportPlan:
        """Take customers first, so that the lists of the same command that name them find them."""
        reports: dict[int, FileReport] = {}
        total = sum(len(table.sheet.rows) for table in self._tables)
        done = 0
        for number, table in sorted(
            enumerate(self._tables), key=lambda pair: (_ORDER.index(pair[1].kind), pair[0])
        ):
            reports[number] = self._take(table, progress or _silent, done, total)
            done += len(table.sheet.rows)
        return ImportPlan(
            files=tuple(reports[number] for number in range(len(self._tables))),
            changes=tuple(change for book in self._books for change in book.changes()),
            version=self._version,
        )

    def _take(self, table: Table, progress: Progress, done: int, total: int) -> FileReport:
        questions: list[Question] = []
        updates: list[Update] = []
        skipped = [Skipped(row=cell.row, reason=cell.problem) for cell in table.sheet.problems]
        counts: Counter[str] = Counter()
        made = len(self._finder.made)
        take = self._taker(table, questions.append)
        for number, row in enumerate(table.rows()):
            if number % _TELL_EVERY == 0:
                progress(done + number, total)
            try:
                became = take(row)
            except BadInput as error:
                reason = f"{error.title}; {error.hint}" if error.hint else error.title
                skipped.append(Skipped(row=row.line, reason=reason))
                became = "skipped"
            counts[became] += 1
            news = [pair for book in self._books for pair in book.news()]
            if became == "updated":
                updates += updates_of(row.line, news)
        progress(done + len(table.sheet.rows), total)
        counts["skipped"] = len(skipped)
        return FileReport(
            name=table.sheet.name,
            kind=table.kind.value,
            rows=counts.total(),
            created=counts["created"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            skipped=tuple(sorted(skipped, key=lambda s: s.row)),
            columns=table.columns,
            questions=tuple(questions),
            updates=tuple(updates),
            notes=(*table.sheet.notes, *_made(self._finder.made[made:])),
        )

    def _taker(self, table: Table, ask: Callable[[Question], None]) -> Callable[[Row], str]:
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


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


def _made(names: Sequence[str]) -> list[str]:
    """Say which customers rows of contacts made."""
    if not names:
        return []
    listed = ", ".join(f"“{name}”" for name in names[:_NAMED_CUSTOMERS])
    more = f" and {len(names) - _NAMED_CUSTOMERS:,} more" if len(names) > _NAMED_CUSTOMERS else ""
    return [f"customers that were not on file, made from this list: {listed}{more}"]


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

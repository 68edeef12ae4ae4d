"""Import of lists, cards and calendars: what they would change is worked out first, then written as one commit."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from outreach_tui.collector import uncollected
from outreach_tui.domain.columns import SheetKind
from outreach_tui.domain.imports import Import, ImportedFile
from outreach_tui.domain.place import Place
from outreach_tui.domain.record import Change, Put
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.errors import BadInput, Refused
from outreach_tui.services.importing.looking import SheetView
from outreach_tui.services.importing.memory import ColumnMemory, Said
from outreach_tui.services.importing.plan import FileReport, ImportPlan
from outreach_tui.services.importing.run import File, Progress, Run
from outreach_tui.services.importing.sources import Cards, PastEvents, Source, Whole
from outreach_tui.services.importing.tables import DateOrders, tables_of
from outreach_tui.services.localities import placed_in
from outreach_tui.services.ports import Sheet
from outreach_tui.services.workspace import Workspace

_NAMED_FILES = 3
"""So many files are named in the history; more are counted."""


class Imports:
    """Brings customers, contacts, purchases, touchpoints and past meetings in."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def preview(
        self,
        sources: Sequence[Source],
        *,
        kind: str | None = None,
        mapping: Mapping[str, str] | None = None,
        date_order: str | None = None,
        date_orders: DateOrders | None = None,
        said: Mapping[str, Said] | None = None,
        progress: Progress | None = None,
    ) -> ImportPlan:
        """Work out what the files would change, without writing.

        `kind` is for all of them, else each says itself; `mapping` gives fields by header; `date_order` is for slashed
        dates that can be read both ways, `date_orders` for those of one file and column; `said` is all of that for one
        file, by its name. Fields and kinds that were said are remembered with the import. `progress` is told how far
        it is, and may raise. Raises BadInput for a list that cannot be understood as a whole, among them UnclearDates
        for a column that only a person can read.
        """
        self._workspace.store.refresh()
        wanted = SheetKind(_one_of(SheetKind, kind, "kind of list")) if kind else None
        for source in sources:
            _refuse_kind(source, wanted)
        tables = tables_of(
            [source for source in sources if isinstance(source, Sheet)],
            kind=wanted,
            mapping=mapping or {},
            date_order=DateOrder(_one_of(DateOrder, date_order, "order of dates"))
            if date_order
            else None,
            date_orders=date_orders or {},
            said=said or {},
            is_country=self._is_country,
            memory=ColumnMemory(self._workspace.store),
        )
        following = iter(tables)
        files: list[File] = [
            next(following) if isinstance(source, Sheet) else source
            for source in sources
            if not isinstance(source, Whole)
        ]
        with uncollected():
            plan = Run(self._workspace, files, wanted).plan(progress)
        if plan.changes:
            told = {setting.id: Put(setting) for table in tables for setting in table.to_remember}
            plan = replace(plan, changes=(*plan.changes, *told.values()))
        return plan

    def look_at(self, sheet: Sheet) -> SheetView:
        """Return a list as its columns are understood, to be corrected before anything is worked out."""
        return SheetView(sheet, self._is_country, ColumnMemory(self._workspace.store))

    def _is_country(self, text: str) -> bool:
        return self._workspace.places.country_code(text) is not None

    @uncollected()
    def apply(self, plan: ImportPlan) -> Import | None:
        """Write a plan as one commit and return its record; None, and nothing written, if nothing is new.

        Everything is backed up first. Raises Refused if somebody wrote to the file since the plan was made, up to the
        moment of writing, StoreUnavailable if there is no room for the backup.
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
        self._workspace.commit(_did(plan), changes, writer=writer, version=plan.version)
        return record

    def answered(self, plan: ImportPlan, answers: Mapping[str, Place]) -> ImportPlan:
        """Return the plan with answers to its questions about towns, by `Question.about`.

        They are remembered, so that no later import asks again, and hold for all customers of the same town.
        """
        changes = placed_in(self._workspace.store, plan.changes, answers)
        return replace(plan, changes=tuple(changes))


def _refuse_kind(source: Source, wanted: SheetKind | None) -> None:
    """Raise BadInput for a kind that the file cannot be."""
    if isinstance(source, Whole):
        raise BadInput(f"{source.name} is a whole export", "import it by itself")
    if isinstance(source, Cards) and wanted not in (None, SheetKind.CUSTOMERS, SheetKind.CONTACTS):
        raise BadInput(
            f"{source.name}: there are people on vCards, and no {wanted}",
            "leave the kind of list out, or import the files one by one",
        )
    if isinstance(source, PastEvents) and wanted is not None:
        raise BadInput(
            f"{source.name}: there are meetings in a calendar, and no {wanted}",
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

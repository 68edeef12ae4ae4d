"""A whole file that an export wrote, brought in: record by record, by id, as one commit."""

from collections.abc import Sequence

import msgspec

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Refused
from outreach_tui.services.importing.plan import FileReport, Skipped
from outreach_tui.services.ports import Arrival, Exchange, Incoming
from outreach_tui.services.workspace import Workspace


class WholePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a whole file would change, before it does it."""

    name: str
    files: tuple[FileReport, ...]
    """A report for each table of the file."""
    arrival: Arrival

    @property
    def new(self) -> int:
        """How many records would be created or changed."""
        return sum(report.created + report.updated for report in self.files)

    @property
    def members(self) -> tuple[str, ...]:
        """The team that it would bring."""
        return self.arrival.members

    @property
    def lost(self) -> int:
        """How many of these would name records that are neither on file nor in it."""
        return self.arrival.lost


class WholeImports:
    """Brings whole files in."""

    def __init__(self, workspace: Workspace, exchange: Exchange) -> None:
        self._workspace = workspace
        self._exchange = exchange

    def preview(self, data: bytes, name: str) -> WholePlan:
        """Work out what the file would change, without writing. Raises BadInput for one that cannot be used."""
        name = clean_line(name) or "the file"
        self._workspace.store.refresh()
        arrival = self._exchange.compare(data, name)
        return WholePlan(
            name=name,
            files=_reports(name, arrival.tables),
            arrival=arrival,
        )

    def apply(self, plan: WholePlan) -> bool:
        """Write a plan as one commit, after a backup; return False, and write nothing, if nothing is new.

        No record is made beside those of the file: what comes into an empty file is what went out. Raises Refused if
        somebody wrote to the file since the plan was made, StoreUnavailable if there is no room for the backup.
        """
        if not plan.new:
            return False
        workspace = self._workspace
        writer = workspace.member.id if workspace.members else None
        workspace.store.refresh()
        if workspace.store.version != plan.arrival.version:
            raise Refused(
                "the file was changed since this import was worked out", "import it again"
            )
        workspace.store.backup("import")
        created = sum(report.created for report in plan.files)
        did = f"imported {plan.name}: {created:,} created, {plan.new - created:,} updated"
        self._exchange.take_in(plan.arrival, did, writer)
        return True


def _reports(name: str, tables: Sequence[Incoming]) -> tuple[FileReport, ...]:
    return tuple(
        FileReport(
            name=name,
            kind=table.table,
            rows=table.created + table.updated + table.unchanged + len(table.skipped),
            created=table.created,
            updated=table.updated,
            unchanged=table.unchanged,
            skipped=tuple(Skipped(row=row, reason=reason) for row, reason in table.skipped),
            columns={},
            questions=(),
        )
        for table in tables
    )

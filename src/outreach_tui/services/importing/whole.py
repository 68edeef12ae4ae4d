"""A whole file that an export wrote, brought in: record by record, by id, as one commit."""

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Record
from outreach_tui.domain.settings import Setting
from outreach_tui.domain.tables import TABLE_OF, customers_of
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import zone_info
from outreach_tui.errors import DamagedFile, Refused
from outreach_tui.services.importing.plan import FileReport, Skipped, Update
from outreach_tui.services.importing.updates import changes_of
from outreach_tui.services.ports import Arrival, Changed, Exchange
from outreach_tui.services.workspace import Workspace

_SETTINGS = TABLE_OF[Setting]
"""Their ids are the same in every file."""


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
            files=self._reports(name, arrival),
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

    def _reports(self, name: str, arrival: Arrival) -> tuple[FileReport, ...]:
        """Return a report for each table; the first says what is to be known of the file."""
        notes = self._notes(arrival)
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
                updates=tuple(
                    update for change in table.changed for update in self._updates(change)
                ),
                notes=() if number else notes,
            )
            for number, table in enumerate(arrival.tables)
        )

    def _updates(self, change: Changed) -> Iterator[Update]:
        name = self._whose(change.after)
        if change.before is None:
            yield Update(row=0, name=name, field="record", was="what cannot be read", now="new")
        else:
            yield from changes_of(0, name, change.before, change.after)
        for field in change.unknown:
            yield Update(row=0, name=name, field=field, was="", now="changed")

    def _whose(self, record: Record) -> str:
        """Return the name of a record, else of its first customer."""
        store = self._workspace.store
        customers = (store.get(Customer, id_) for id_ in customers_of(record))
        held = getattr(record, "name", None) or next((c.name for c in customers if c), "")
        return held or (record.id if isinstance(record, Setting) else "")

    def _notes(self, arrival: Arrival) -> tuple[str, ...]:
        """Say that the file is an older state of this one: whoever brings it in may not know what that takes back."""
        of_this_file = any(t.updated + t.unchanged for t in arrival.tables if t.table != _SETTINGS)
        at, newest = arrival.written_at, None
        with suppress(DamagedFile):  # of the history; the file itself is read
            newest = self._workspace.store.newest()
        if not of_this_file or at is None or newest is None or at >= newest.at:
            return ()
        if not any(table.created + table.updated for table in arrival.tables):
            return ()
        zone = zone_info(self._workspace.zone)
        written, changed = (f"{day.astimezone(zone):%Y-%m-%d %H:%M}" for day in (at, newest.at))
        return (
            f"written {written}, and the newest change on file is of {changed}: this takes back what was changed "
            "since, and brings back what was removed, also who was forgotten",
        )

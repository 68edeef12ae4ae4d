"""Everything out again: spreadsheets that any program opens, and whole files that lose nothing."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from outreach_tui.domain.customer import Tier
from outreach_tui.services.exporting_sheets import OutSheet, Sheets
from outreach_tui.services.ports import Exchange, FilesOut, TableText
from outreach_tui.services.standings import Standings
from outreach_tui.services.workspace import Workspace


class ExportKind(StrEnum):
    """What can go out by itself."""

    CUSTOMERS = "customers"
    CONTACTS = "contacts"
    TOUCHPOINTS = "touchpoints"
    PURCHASES = "purchases"
    FEEDBACK = "feedback"


class WrittenFile(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file."""

    path: str
    kind: str
    """What is in it; `all` for a whole file."""
    records: int
    change: str
    """`created` or `updated`."""


class Exports:
    """Writes records as CSV and JSON; both formats are ports."""

    def __init__(
        self,
        workspace: Workspace,
        standings: Standings,
        csv: TableText,
        exchange: Exchange,
        files: FilesOut,
    ) -> None:
        self._workspace = workspace
        self._standings = standings
        self._csv = csv
        self._exchange = exchange
        self._files = files

    def csv(self, kind: ExportKind) -> Iterator[bytes]:
        """Yield the spreadsheet of a kind."""
        sheet = self._sheet(self._sheets(), kind)
        return self._csv(sheet.headers, sheet.rows)

    def json(self, kind: ExportKind | None) -> Iterator[bytes]:
        """Yield one table, or the whole file, as it would be on disk."""
        self._workspace.store.refresh()
        return iter(self._exchange.text([kind.value] if kind else []))

    def csv_file(self, path: Path, kind: ExportKind) -> list[WrittenFile]:
        """Write the spreadsheet of a kind. Raises Refused or StoreUnavailable; then nothing changed."""
        sheet = self._sheet(self._sheets(), kind)
        text = self._csv(sheet.headers, sheet.rows)
        return self._written({path: text}, {path: (kind.value, sheet.records)})

    def csv_folder(self, folder: Path) -> list[WrittenFile]:
        """Write one spreadsheet for each kind into a folder, which is made if it is not there."""
        self._files.make_folder(folder, parents=False)
        sheets = self._sheets()
        texts: dict[Path, Iterable[bytes]] = {}
        about: dict[Path, tuple[str, int]] = {}
        for kind in ExportKind:
            sheet = self._sheet(sheets, kind)
            path = folder / f"{kind.value}.csv"
            texts[path] = self._csv(sheet.headers, sheet.rows)
            about[path] = kind.value, sheet.records
        return self._written(texts, about)

    def json_file(self, path: Path, kind: ExportKind | None) -> list[WrittenFile]:
        """Write one table, or the whole file. Raises Refused or StoreUnavailable; then nothing changed."""
        text = self.json(kind)
        counts = self._exchange.counts()
        records = counts.get(kind.value, 0) if kind else sum(counts.values())
        return self._written({path: text}, {path: (kind.value if kind else "all", records)})

    def _written(
        self, texts: Mapping[Path, Iterable[bytes]], about: Mapping[Path, tuple[str, int]]
    ) -> list[WrittenFile]:
        changes = self._files.write(texts)
        return [
            WrittenFile(path=str(path), kind=kind, records=records, change=changes[path])
            for path, (kind, records) in about.items()
        ]

    def _sheets(self) -> Sheets:
        self._workspace.store.refresh()
        return Sheets(self._workspace.store, self._tiers)

    def _tiers(self) -> dict[str, Tier]:
        return {s.facts.customer_id: s.tier for s in self._standings.all()}

    @staticmethod
    def _sheet(sheets: Sheets, kind: ExportKind) -> OutSheet:
        match kind:
            case ExportKind.CUSTOMERS:
                return sheets.customers()
            case ExportKind.CONTACTS:
                return sheets.contacts()
            case ExportKind.TOUCHPOINTS:
                return sheets.touchpoints()
            case ExportKind.PURCHASES:
                return sheets.purchases()
            case ExportKind.FEEDBACK:
                return sheets.feedback()

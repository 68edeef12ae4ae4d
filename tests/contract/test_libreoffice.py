"""Our CSV in a real spreadsheet: LibreOffice shows the same cells and computes none of them."""

import csv
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.clock import SystemClock
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Put
from outreach_tui.domain.text import clean_line
from outreach_tui.formats.csv_files import read_csv
from outreach_tui.formats.csv_out import unguarded
from outreach_tui.services.exports import ExportKind
from programs import needs_program

NORTHWIND = Path(__file__).parents[1] / "data" / "northwind"
QUOTED_IS_TEXT = "CSV:44,34,76,1,,0,true,true,false,false,false"
AS_IT_COMES = "CSV:44,34,76,1,,0,false,true,true,false,false"
"""Separator, quotation mark, UTF-8, first line, columns, language, "Quoted field as text", "Detect special numbers";
the second is what opens on a double click, with formulas evaluated at that."""
XML = {
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
HOSTILE = [
    *("=1+1", "@SUM(A1)", "+4930123", "-1+1", "+1-555-123", "'=1+1", '=HYPERLINK("http://x";"y")'),
    *(
        "=cmd|' /C calc'!A0",
        "＝1+1",
        "Ümläut & Søn",
        'say "hi", you',
        "two\nlines",
        "+49 30 123 45",
    ),
    *("01067", "1e5", "2026-03-02", "TRUE", "3/4"),
]
"""Names that a spreadsheet would like to make something else of."""


@pytest.fixture
def services(tmp_path: Path) -> Services:
    services = Services(file=str(tmp_path / "team.json"), clock=SystemClock())
    services.cache_path = tmp_path
    paths = [NORTHWIND / "customers.csv", NORTHWIND / "orders.csv"]
    services.imports.apply(services.imports.preview(services.read_sources(paths)))
    ids = services.workspace.ids
    services.workspace.commit(
        "made hostile names",
        [Put(Customer(id=ids.new(), name=name, postal_code=name)) for name in HOSTILE],
    )
    customer = services.store.all(Customer)[0]
    services.workspace.commit(
        "made a credit note",
        [
            Put(
                Purchase(
                    id=ids.new(), customer_id=customer.id, on=date(2026, 3, 2), amount="-12.50"
                )
            )
        ],
    )
    return services


def opened(path: Path, how: str) -> list[list[tuple[str, str, bool]]]:
    """Return type, content and whether it is a formula of every cell that LibreOffice finds in a CSV."""
    soffice = needs_program("soffice")
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation=file://{path.parent}/profile",
            *("--headless", f"--infilter={how}", "--convert-to", "fods"),
            *("--outdir", str(path.parent), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    tree = ElementTree.parse(path.with_suffix(".fods"))
    rows = []
    for row in tree.iterfind(".//table:table-row", XML):
        cells: list[tuple[str, str, bool]] = []
        for cell in row.iterfind("table:table-cell", XML):
            kind = cell.get(f"{{{XML['office']}}}value-type", "")
            lines = ["".join(p.itertext()) for p in cell.iterfind("text:p", XML)]
            value = cell.get(f"{{{XML['office']}}}value") or cell.get(
                f"{{{XML['office']}}}date-value"
            )
            text = "\n".join(lines) if kind == "string" else value or ""
            is_formula = cell.get(f"{{{XML['table']}}}formula") is not None
            repeated = int(cell.get(f"{{{XML['table']}}}number-columns-repeated", "1"))
            cells += [(kind, text, is_formula)] * min(repeated, 100)
        rows.append(cells)
    return rows


@pytest.mark.parametrize("kind", [ExportKind.CUSTOMERS, ExportKind.PURCHASES, ExportKind.CONTACTS])
def test_every_cell_is_the_same(services: Services, tmp_path: Path, kind: ExportKind) -> None:
    path = tmp_path / "out.csv"
    services.exports.csv_file(path, kind)
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    found = opened(path, QUOTED_IS_TEXT)
    assert 90 < len(written) <= len(found)
    for wanted, cells in zip(written, found, strict=False):
        shown = cells[: len(wanted)] + [("", "", False)] * (len(wanted) - len(cells))
        for text, (sort, content, is_formula) in zip(wanted, shown, strict=True):
            assert not is_formula
            if sort == "float":
                assert Decimal(content) == Decimal(text)
            else:
                assert content == text


def test_nothing_is_computed_by_a_double_click(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    services.exports.csv_file(path, ExportKind.CUSTOMERS)
    found = opened(path, AS_IT_COMES)
    assert not any(is_formula for cells in found for _, _, is_formula in cells)
    shown = {unguarded(cells[1][1]) for cells in found if len(cells) > 1}
    meant = {clean_line(name) for name in HOSTILE} - {"01067", "1e5", "TRUE", "2026-03-02", "3/4"}
    assert meant <= shown


def test_a_formula_without_our_guard_would_be_computed(tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("Customer\n=1+1\n", encoding="utf-8")
    assert opened(tmp_path / "bare.csv", AS_IT_COMES)[1][0] == ("float", "2", True)


def test_what_libreoffice_saves_again_changes_nothing(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    services.exports.csv_file(path, ExportKind.CUSTOMERS)
    soffice = needs_program("soffice")
    saved = tmp_path / "saved"
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            *("--headless", f"--infilter={QUOTED_IS_TEXT}"),
            *("--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"),
            *("--outdir", str(saved), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert b"Alfreds Futterkiste" in (saved / "out.csv").read_bytes()
    sheet = read_csv((saved / "out.csv").read_bytes(), "out.csv")
    plan = services.imports.preview([sheet])
    assert (plan.changes, plan.files[0].skipped) == ((), ())

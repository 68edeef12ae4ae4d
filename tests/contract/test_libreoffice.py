"""Our CSV in a real spreadsheet: LibreOffice leaves every cell as it is, computes none, and what it saves comes back.

Each start takes seconds, so two conversions serve all tests. Neither needs an option that people would have to know.
"""

import csv
import io
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.clock import SystemClock
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.feedback import Feedback, Told
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Put
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.formats.sheets import read_table
from outreach_tui.services.exports import ExportKind
from programs import needs_program

NORTHWIND = Path(__file__).parents[1] / "data" / "northwind"
EAGER = "CSV:44,34,76,1,,0,false,true,true,false,true"
"""UTF-8, and besides what is set by itself “Detect special numbers” and “Evaluate formulas”: the worst."""
COMES_BACK = ("customers", "contacts", "purchases")
FORMULAS = [
    *("=1+1", "@SUM(A1)", "+4930123", "-1+1", "+1-555-123", "'=1+1", '=HYPERLINK("http://x";"y")'),
    *("=cmd|' /C calc'!A0", "＝1+1", "a;=1+1"),
]
NUMBERS = [
    *(
        "05021",
        "0",
        "00",
        "80331",
        "12345678901",
        "9999999999999999",
        "12345678901234567890",
        "1e5",
    ),
    *("1.50", "1,50", "1,234", "1.234,50", ".5", "5.", "-5", "-12.50", "+5", "- 5", "5-", "(171)"),
    *("3%", "3 %", "$5", "€ 5", "5 €", "1 2/4", "030 12/34", "030.1234", "٠٥", "'05021", "''05021"),
]
DAYS = [
    *(
        "2026-03-02",
        "2026-1-5",
        "26-01-05",
        "3/4",
        "1-2",
        "1/2/2026",
        "1.5.",
        "7-11",
        "12:30",
        "9:",
    ),
    *("3 pm", "2026-01-05T10:00", "5/1/2026 10:00", "Mar 1", "March 5, 2026", "TRUE", "false"),
]
TEXT = [
    *(
        "Ümläut & Søn",
        'say "hi", you',
        "+49 30 123 45",
        "+49 171 123 456",
        "0171 123 456",
        "'s-Hof",
    ),
    *("030-0074321", "(5) 555-4729", "WA1 1DP", "01-234", "Łódź 東京 “x” Ï", "wahr", "1;5"),
]
MEANT = FORMULAS + NUMBERS + DAYS + TEXT
"""Texts that a spreadsheet would like to make something else of."""
Rows = list[list[str]]


def make(services: Services) -> None:
    """Fill a file with other people's customers and with names, ids, columns and notes of the worst kind."""
    paths = [NORTHWIND / "customers.csv", NORTHWIND / "orders.csv"]
    services.imports.apply(services.imports.preview(services.read_sources(paths)))
    new = services.workspace.ids.new
    on = date(2026, 3, 2)
    records: list[Customer | Contact | Purchase | Touchpoint | Feedback] = []
    for text in MEANT:
        customer = Customer(id=new(), name=f"{text} & Co", postal_code=text, extra={"As is": text})
        told = tuple(Told(on=on, customer_id=customer.id) for _ in range(len(text) % 3))
        records += [
            customer,
            Contact(
                id=new(),
                name=text,
                phones=(text,),
                employments=(Employment(customer_id=customer.id),),
            ),
            Purchase(
                id=new(),
                customer_id=customer.id,
                on=on,
                amount="-12.50",
                external_ids={"Shop": text},
            ),
            Touchpoint(
                id=new(),
                customer_ids=(customer.id,),
                kind=TouchpointKind.CALL,
                at=datetime(2026, 3, 2, 9, 5, tzinfo=UTC),
                note=f"{text}\n{text}" if len(text) % 2 else text,
                minutes=5,
            ),
            Feedback(id=new(), customer_id=customer.id, words=text, on=on, told=told),
        ]
    services.workspace.commit("made hostile names", [Put(record) for record in records])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export everything, and let LibreOffice save it again as it comes, and eagerly as a workbook."""
    soffice = needs_program("soffice")
    folder = tmp_path_factory.mktemp("libreoffice")
    with_services = Services(file=str(folder / "team.json"), clock=SystemClock())
    with_services.cache_path = folder
    make(with_services)
    with_services.exports.csv_folder(folder / "out")
    with_services.close()
    bare = '"Kind","Text"\r\n"formula","=1+1"\r\n"postal code","05021"\r\n"day","3/4"\r\n'
    (folder / "out" / "bare.csv").write_text(bare, encoding="utf-8", newline="")
    for options in (
        ["--convert-to", "csv", "--outdir", "saved"],
        [f"--infilter={EAGER}", "--convert-to", "xlsx", "--outdir", "books"],
    ):
        subprocess.run(
            [
                *(
                    soffice,
                    f"-env:UserInstallation=file://{folder}/profile",
                    "--headless",
                    *options,
                ),
                *map(str, sorted((folder / "out").glob("*.csv"))),
            ],
            check=True,
            cwd=folder,
            capture_output=True,
            timeout=120,
        )
    return folder


@pytest.fixture
def services(folder: Path) -> Iterator[Services]:
    services = Services(file=str(folder / "team.json"), clock=SystemClock())
    services.cache_path = folder
    yield services
    services.close()


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("kind", ExportKind)
def test_every_cell_stays_the_same_text(folder: Path, kind: ExportKind) -> None:
    written = rows_of(folder / "out" / f"{kind}.csv")
    saved = rows_of(folder / "saved" / f"{kind}.csv")
    assert len(written) == len(saved) > len(MEANT)
    for wanted, shown in zip(written, saved, strict=True):
        for header, text, content in zip(written[0], wanted, shown, strict=True):
            if header == "Amount" and text != header:
                assert Decimal(content) == Decimal(text)
            else:
                assert content == text


def test_what_it_saves_changes_nothing(folder: Path, services: Services) -> None:
    for name in COMES_BACK:
        sheet = read_table((folder / "saved" / f"{name}.csv").read_bytes(), f"{name}.csv")
        plan = services.imports.preview([sheet])
        assert (plan.changes, plan.files[0].skipped) == ((), ())
        assert plan.files[0].unchanged > len(MEANT)


def test_nor_does_a_workbook_in_which_it_looked_for_days_and_formulas(
    folder: Path, services: Services
) -> None:
    for name in COMES_BACK:
        sheet = read_table((folder / "books" / f"{name}.xlsx").read_bytes(), f"{name}.xlsx")
        plan = services.imports.preview([sheet])
        assert (plan.changes, plan.files[0].skipped) == ((), ())
        assert plan.files[0].unchanged > len(MEANT)


def kinds_of_cells(path: Path) -> set[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    return {cell.data_type for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("kind", ExportKind)
def test_no_cell_is_a_formula(folder: Path, kind: ExportKind) -> None:
    kinds = kinds_of_cells(folder / "books" / f"{kind}.xlsx")
    assert "s" in kinds
    assert not kinds & {"f", "e", "b"}


def test_what_we_do_not_guard_it_does_change(folder: Path) -> None:
    assert [row[1] for row in rows_of(folder / "saved" / "bare.csv")[2:]] == ["5021", "3/4"]
    assert {"f", "d"} <= kinds_of_cells(folder / "books" / "bare.xlsx")

"""Excel workbooks: values as people would write them, one sheet of several, and what is refused."""

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.errors import BadInput
from outreach_tui.formats import workbooks
from outreach_tui.formats.sheets import read_table
from outreach_tui.services.ports import Sheet


def workbook(*sheets: tuple[str, list[list[Any]]], formats: dict[str, str] | None = None) -> bytes:
    """Return a workbook with these sheets; `formats` are number formats of cells of the first one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for cell, shown_as in (formats or {}).items():
        book.worksheets[0][cell].number_format = shown_as
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> Sheet:
    return read_table(data, "book.xlsx")


def cells(*values: Any, formats: dict[str, str] | None = None) -> tuple[str, ...]:
    """Return the cells of a row below a company."""
    headers = ["Company", *(f"C{number}" for number in range(1, len(values)))]
    return read(workbook(("S", [headers, list(values)]), formats=formats)).rows[0][1]


def changed(data: bytes, name: str, part: bytes) -> bytes:
    """Return an archive with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for each in old.namelist():
            new.writestr(each, part if each == name else old.read(each))
    return out.getvalue()


def test_values_are_written_as_people_write_them() -> None:
    assert cells("Acme", 440, 440.0, 1552.6, 0.1 + 0.2, -3.5e-7, 1e15) == (
        *("Acme", "440", "440", "1552.6", "0.3", "-0.00000035", "1000000000000000"),
    )
    assert cells(
        "A", date(2026, 12, 3), datetime.fromisoformat("2026-12-03 14:30"), time(9, 5), True
    ) == (*("A", "2026-12-03", "2026-12-03 14:30:00", "09:05:00", "yes"),)
    assert cells("A", None, "#N/A", " 007 ", "x") == ("A", "", "", "007", "x")


def test_the_apostrophe_of_our_csv_is_taken_away() -> None:
    assert cells("Acme", "'05021", "''05021", "'=1+1", "'s-Hof", "'80331") == (
        *("Acme", "05021", "'05021", "=1+1", "'s-Hof", "'80331"),
    )


def test_zeros_that_a_format_shows_in_front_are_kept() -> None:
    assert cells("A", 1067, 1067, formats={"B2": "00000"}) == ("A", "01067", "1067")


def test_a_formula_is_its_stored_result_and_is_never_computed() -> None:
    data = workbook(("S", [["Company", "Amount"], ["Acme", "=1+1"], ["=1+1", 3]]))
    # As a spreadsheet stores it: the formula and its last result.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    stored = xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>41</v>").replace(
        b"<f>1+1</f><v />", b"<f>1+1</f><v>41</v>"
    )
    assert stored != xml
    sheet = read(changed(data, "xl/worksheets/sheet1.xml", stored))
    assert [row for _, row in sheet.rows] == [("Acme", "41"), ("41", "3")]
    assert sheet.notes == ()


def test_formulas_whose_results_nobody_stored_are_named() -> None:
    rows = [["=NOW()"], ["Company", "Amount"], ["Acme", None], ["Bolt", "=1+1"], ["=1+1", "=2+2"]]
    data = workbook(("Customers", rows), ("Other", [["=1"]]))
    sheet = read(data)
    assert [cells for _, cells in sheet.rows] == [("Acme", ""), ("Bolt", "")]
    assert sheet.notes[-1] == (
        "formulas without a stored result are read as blank: 3, the first in row 4; "
        "open the workbook in your spreadsheet and save it again"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    # As a spreadsheet stores a result that is empty text.
    for cell in (b'r="A5"', b'r="B4"', b'r="B5"'):
        assert cell in xml
        xml = xml.replace(cell, cell + b' t="str"')
    assert not any(
        "formulas" in n for n in read(changed(data, "xl/worksheets/sheet1.xml", xml)).notes
    )


@given(st.integers(0, 40))
def test_a_formula_is_seen_wherever_a_large_sheet_is_cut(at: int) -> None:
    for tag in (b"<f>", b"<f t='shared'>", b"<x:f/>"):
        xml = b"x" * (workbooks._CHUNK - at) + tag + b"1</f>"
        assert workbooks._has_formulas(io.BytesIO(xml))
        assert not workbooks._has_formulas(io.BytesIO(xml.replace(b"f", b"foo")))


def test_text_that_looks_like_a_formula_is_text() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Company", "Note"])
    book.active.append(["Acme", None])
    book.active["B2"].value = "=cmd()"
    book.active["B2"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).rows == ((2, ("Acme", "=cmd()")),)


def test_rows_keep_their_numbers_below_titles_and_gaps() -> None:
    data = workbook(
        ("S", [["Our customers"], [], ["Company", "City"], ["Acme", "Rome"], [], ["Bolt", "Rome"]])
    )
    sheet = read(data)
    assert (sheet.header_row, [line for line, _ in sheet.rows]) == (3, [4, 6])


def test_the_first_sheet_that_is_a_list_is_read_and_the_others_are_named() -> None:
    data = workbook(
        ("Read me", [["This workbook was made by Ana"]]),
        ("Customers", [["Company", "City"], ["Acme", "Rome"]]),
        ("Orders", [["Customer", "Date", "Amount"]]),
    )
    sheet = read(data)
    assert sheet.headers == ("Company", "City")
    assert sheet.notes == ("read from sheet “Customers”; not read: “Read me”, “Orders”",)


@pytest.mark.parametrize(
    ("titles", "says", "hint"),
    [
        ("", "this workbook cannot be read", "save it again"),
        ("S", "row 1: the file is empty", "export"),
        ("ST", "none of its sheets is a table: S, T", "Company"),
    ],
)
def test_refuses_what_is_no_table(titles: str, says: str, hint: str) -> None:
    data = workbook(*((title, []) for title in titles)) if titles else b"PK\x03\x04rest"
    with pytest.raises(BadInput) as refused:
        read(data)
    assert says in refused.value.title
    assert refused.value.title.startswith("book.xlsx")
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("part", "says"),
    [("word/document.xml", "an archive, not a workbook"), ("mimetype", "an OpenDocument file")],
)
def test_refuses_other_archives(part: str, says: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(BadInput, match=says) as refused:
        read(out.getvalue())
    assert "CSV UTF-8" in refused.value.hint


def test_refuses_a_workbook_that_would_fill_the_memory_before_unpacking_it() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(500):
                part.write(b"0" * (1 << 20))
    data = out.getvalue()
    assert len(data) < 1_000_000
    with pytest.raises(BadInput, match="unpacked, this workbook would have 500 MB") as refused:
        read(data)
    assert "CSV UTF-8" in refused.value.hint


def test_refuses_entities() -> None:
    data = workbook(("S", [["Company"], ["Acme"]]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        plain = archive.read("xl/worksheets/sheet1.xml")
    named = plain.replace(b"Acme", b"&a;")
    assert named != plain
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + named
    with pytest.raises(BadInput, match="this workbook cannot be read"):
        read(changed(data, "xl/worksheets/sheet1.xml", bomb))
    with pytest.raises(BadInput, match="this workbook cannot be read"):
        read(changed(data, "xl/workbook.xml", bomb))


def test_what_a_sheet_claims_as_its_size_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(("S", [["Company", "City"], ["Acme", "Rome"]]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    huge = xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert huge != xml
    assert read(changed(data, "xl/worksheets/sheet1.xml", huge)).rows == ((2, ("Acme", "Rome")),)
    monkeypatch.setattr(workbooks, "MAX_CELLS", 3)
    with pytest.raises(BadInput, match="row 2: there are more than 3 cells"):
        read(data)


@pytest.mark.parametrize("missing", ["openpyxl", "defusedxml"])
def test_says_which_extra_to_install_where_the_packages_are_missing(
    missing: str, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(("S", [["Company"], ["Acme"]])))
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from outreach_tui.cli.main import run\n"
        f"sys.exit(run(['--file', {str(tmp_path / 'team.json')!r}, 'import', {str(path)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("outreach: book.xlsx: workbooks need the optional part “xlsx”")
    assert "pip install 'outreach-tui[xlsx]'" in done.stderr
    assert not (tmp_path / "team.json").exists()


def test_any_damage_to_a_workbook_is_a_table_or_a_refusal() -> None:
    data = workbook(("S", [["Company", "City"], ["Acme", "Rome"]]))
    for at in range(0, len(data), 37):
        broken = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        for attempt in (broken, data[:at]):
            try:
                read(attempt)
            except BadInput as refused:
                assert refused.hint

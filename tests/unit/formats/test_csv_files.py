"""CSV files as they come: encodings, separators, quotation marks, headers, and what is refused."""

import csv
import io
from encodings.aliases import aliases
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.formats import decoding
from outreach_tui.formats.csv_files import read_csv

NORTHWIND = Path(__file__).parents[2] / "data" / "northwind"


def cells(text: str | bytes) -> list[tuple[str, ...]]:
    data = text.encode() if isinstance(text, str) else text
    return [row for _, row in read_csv(data, "list.csv").rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_reads_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    data = "Company;City\r\nBólido;São Paulo\r\n".encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    assert cells(data) == [("Bólido", "São Paulo")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "cp1250", "gb18030"])
def test_reads_any_encoding_that_is_named_where_the_file_says_none(encoding: str) -> None:
    data = "Company;City\r\nBólido;Łódź\r\n".encode(encoding, "replace")
    sheet = read_csv(data, "list.csv", encoding)
    assert sheet.headers == ("Company", "City")
    assert sheet.rows[0][1][0] == "Bólido"
    assert sheet.encoding == encoding


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_finds_the_separator_by_consistency(separator: str) -> None:
    rows = [["Company", "City", "Amount"], ["A, B; C", "X|Y", "1,5"], ["D", "E", "2,5"]]
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    assert cells(out.getvalue()) == [tuple(row) for row in rows[1:]]


def test_takes_commas_in_amounts_for_decimals_where_semicolons_part_the_cells() -> None:
    assert cells("Customer;Amount\nAcme;1,50\nBolt;2,75\n") == [("Acme", "1,50"), ("Bolt", "2,75")]


def test_follows_the_separator_that_excel_names() -> None:
    sheet = read_csv(b"sep=;\r\nCompany;City\r\nAcme, Inc.;Rome\r\n", "x.csv")
    assert sheet.headers == ("Company", "City")
    assert sheet.rows == ((3, ("Acme, Inc.", "Rome")),)


def test_a_list_of_one_column_keeps_its_commas() -> None:
    assert cells("Company\nAcme, Inc.\n") == [("Acme, Inc.",)]


def test_line_numbers_are_those_of_the_file_also_after_quoted_line_ends_and_blank_lines() -> None:
    sheet = read_csv(b'Company,Note\r\n\r\n"A","one\r\ntwo"\r\n,\r\nB,x\r\n', "x.csv")
    assert sheet.rows == ((3, ("A", "one two")), (6, ("B", "x")))


def test_pads_rows_that_end_early_and_skips_rows_with_too_many_cells() -> None:
    sheet = read_csv(b"Company,City,Phone\nA\nB,Rome,1,\nC,Rome,1,more\n", "x.csv")
    assert [row for _, row in sheet.rows] == [("A", "", ""), ("B", "Rome", "1")]
    assert [(p.row, p.problem.split(";")[0]) for p in sheet.problems] == [
        (4, "row 4 has 4 cells for 3 columns")
    ]


def test_text_after_a_closing_quotation_mark_is_a_problem_of_its_row_only() -> None:
    sheet = read_csv(b'Company,City\n"A" B,Rome\nC,Rome\n', "x.csv")
    assert [row for _, row in sheet.rows] == [("C", "Rome")]
    assert sheet.problems[0].row == 2


def test_gives_blank_and_repeated_headers_names_to_tell_them_apart() -> None:
    headers = read_csv(b"Company,Phone,Phone,,phone,Phone (2)\nA,1,2,3,4,5\n", "x.csv").headers
    assert headers == ("Company", "Phone", "Phone (2)", "column 4", "phone (3)", "Phone (2) (2)")


@pytest.mark.parametrize(
    ("data", "says", "hint"),
    [
        (b"", "row 1: the file is empty", "export"),
        (b"\n , \n", "row 1: the file is empty", "export"),
        (b"Company,City\nA,B\nC\0,D", "row 3: there are NUL bytes", "CSV UTF-8"),
        (b"PK\x03\x04rest", "row 1: this is an archive", "CSV UTF-8"),
        (b"Company\n\x81\x8d", "row 2: this is neither UTF-8 nor", "CSV UTF-8"),
        (b"\xef\xbb\xbfCompany\n\xff", "row 2: this is damaged text", "CSV UTF-8"),
        (b'Company,City\nA,B\n"C,D\nE,F', "row 3: a quotation mark is opened", "close or remove"),
        (b"Acme,me@acme.example,Rome\n", "row 1: “me@acme.example” is data", "Company,Contact"),
        (b"Acme;2024-01-05;440,00\n", "row 1: “2024-01-05” is data", "Company,Contact"),
    ],
)
def test_refuses_what_is_no_table_with_file_row_and_remedy(
    data: bytes, says: str, hint: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_csv(data, "list.csv")
    assert f"list.csv, {says}" in refused.value.title
    assert hint in refused.value.hint


def test_refuses_a_file_that_does_not_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_BYTES", 10)
    with pytest.raises(BadInput, match="more than 100 MB are not read") as refused:
        read_csv(b"Company,City\n", "big.csv")
    assert "split it" in refused.value.hint


def test_strips_what_could_move_a_cursor_and_keeps_formulas_and_brackets_as_text() -> None:
    text = "Company,Note\n\x1b]52;c;aGk=\x07[bold]Evil\u202e,=1+1\n\x1b[2JA,@x\n"
    assert cells(text) == [("[bold]Evil", "=1+1"), ("A", "@x")]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("customers.csv", 91),
        ("customers_cp1252_semicolon.csv", 91),
        ("orders.csv", 830),
        ("orders_us_dates.csv", 830),
        ("orders_de.csv", 830),
    ],
)
def test_reads_northwind_in_every_dress(name: str, count: int) -> None:
    sheet = read_csv((NORTHWIND / name).read_bytes(), name)
    assert (len(sheet.rows), sheet.problems) == (count, ())


@given(st.binary(max_size=300) | st.text(alphabet='a1,;|\t"\r\n \0\x1b=é', max_size=80))
def test_any_bytes_are_a_sheet_or_a_refusal(data: bytes | str) -> None:
    raw = data.encode() if isinstance(data, str) else data
    try:
        sheet = read_csv(raw, "any.csv")
    except BadInput as refused:
        assert "any.csv, row " in refused.title
        assert refused.hint
        return
    assert len(set(sheet.headers)) == len(sheet.headers)
    assert all(len(row) == len(sheet.headers) for _, row in sheet.rows)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))).map(
            lambda row: (*row, "x", "y", "z")[:3]
        ),
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_what_was_written_is_read_back(
    rows: list[tuple[str, ...]], separator: str, line_end: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("Company", "City", "Country"), *rows])
    wanted = [tuple(clean_line(cell) for cell in row) for row in rows]
    assert cells(out.getvalue()) == [row for row in wanted if any(row)]


@given(
    st.sampled_from(sorted({*aliases.values(), "utf_8_sig", "idna", "punycode", "utf-16le"})),
    st.binary(max_size=80) | st.text(max_size=40).map(str.encode),
)
@example("utf_16", b"Company")
@example("punycode", b"Company,City")
def test_any_bytes_in_any_encoding_are_a_sheet_or_a_refusal(encoding: str, data: bytes) -> None:
    try:
        read_csv(b"Company\n" + data, "any.csv", encoding)
    except BadInput as refused:
        assert refused.hint

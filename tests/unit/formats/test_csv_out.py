"""CSV that goes out: what spreadsheets make of it, and that our import reads the same text."""

import csv
import io
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.text import clean_line
from outreach_tui.formats.csv_files import read_csv
from outreach_tui.formats.csv_out import csv_text, guarded, unguarded
from outreach_tui.services.ports import OutCell

STARTS = "=+-@＝＋－＠\t\r';"
NEARLY = st.text(alphabet=st.sampled_from("0123456789٣.,:/-+()' %$€eEapmMrs;="), max_size=12)
"""Texts that are nearly numbers, days and times."""


def text_of(*rows: list[OutCell]) -> str:
    data = b"".join(csv_text(["Name", "Note"], rows))
    assert data.startswith(b"\xef\xbb\xbf")
    return data.decode("utf-8-sig")


def test_text_is_quoted_and_numbers_days_and_times_are_not() -> None:
    assert text_of(
        ['A "B", C', date(2026, 3, 2)], [Decimal("1873.50"), 15], [time(9, 5), "a\nb"]
    ) == ('Name,Note\r\n"A ""B"", C",2026-03-02\r\n1873.50,15\r\n09:05,"a\nb"\r\n')


def test_column_names_are_quoted_and_guarded_only_where_they_have_to_be() -> None:
    head = b"".join(csv_text(["Name", "A, B", "=1+1", "007", 'a "b"'], []))
    assert head.decode("utf-8-sig") == 'Name,"A, B",\'=1+1,\'007,"a ""b"""\r\n'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+4930123", "'+4930123"),
        ("+1-555-123", "'+1-555-123"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("＝1+1", "'＝1+1"),
        ("'=1+1", "''=1+1"),
        ("Acme;=1+1", "Acme;'=1+1"),
        # What is no danger, and of more use as it is.
        ("-12", "-12"),
        ("+49 30 1234567", "+49 30 1234567"),
        ("+49 (30) 123-45", "+49 (30) 123-45"),
        ("O'Neill", "O'Neill"),
        ("a = b", "a = b"),
        ("ana@example.com", "ana@example.com"),
    ],
)
def test_no_cell_is_a_formula(text: str, shown: str) -> None:
    assert guarded(text) == shown
    assert unguarded(shown) == text


@pytest.mark.parametrize(
    "text",
    [
        # Numbers: in front of them, after 11 digits, and as they are written in other countries.
        *(
            "05021",
            "00",
            "-05",
            "-0",
            "123456789012",
            "12345678901234567890",
            "1e5",
            "1.5E+3",
            "12e3",
        ),
        *(
            "1.50",
            "1.5",
            "-12.50",
            ".5",
            "5.",
            "1,5",
            "1,234",
            "1,234.50",
            "1.234,50",
            "1'000",
            "1 234",
        ),
        *(
            "0171 123 456",
            "+49 171 123 456",
            "(171)",
            "5-",
            "3%",
            "3 %",
            "$5",
            "€ 5",
            "5 €",
            "5 kr",
        ),
        *("CHF 5", "1 1/2", "030 12/34", "٣", "０５"),
        # Days and times.
        *(
            "1/2",
            "1-2",
            "7-11",
            "12-2000",
            "2026-01-05",
            "26-01-05",
            "1.5.",
            "31.12.2026",
            "1/2/2026",
        ),
        *(
            "MAR1",
            "SEPT2",
            "1-Mar",
            "Mar-26",
            "March 5, 2026",
            "5 March 2026",
            "12:30",
            "9:",
            "3 pm",
        ),
        *("2026-01-05T10:00", "5/1/2026 10:00 PM", "TRUE", "true", "Falsch"),
    ],
)
def test_what_a_spreadsheet_would_write_otherwise_is_guarded(text: str) -> None:
    assert guarded(text) == "'" + text
    assert guarded("'" + text) == "''" + text
    assert unguarded("'" + text) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "80331",
            "0",
            "-5",
            "2026",
            "12345678901",
            "A1",
            "e5",
            "1e",
            "12 A1",
            "3M",
            "WA1 1DP",
            "01-234",
        ),
        *(
            "844 67",
            "S-844 67",
            "(5) 555-4729",
            "030-0074321",
            "0221-1234567",
            "555-1234",
            "030/1234567",
        ),
        *(
            "555.123.4567",
            "01 23 45 67 89",
            "1-555-123",
            "1234-5678",
            "12-34-56-78",
            "May",
            "Jan",
            "Mars 5",
        ),
        *(
            "Marktstr. 5",
            "August",
            "Q1 2026",
            "1.2.3.4",
            "5,5,5",
            "'80331",
            "'s-Hof",
            "Truest",
            "10 Downing",
        ),
    ],
)
def test_what_it_leaves_as_it_is_has_no_guard(text: str) -> None:
    assert guarded(text) == text


@given(
    st.text(alphabet=st.one_of(st.sampled_from(STARTS + "1 "), st.characters()), max_size=12)
    | NEARLY
)
def test_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text(alphabet=STARTS + "1. ab("))
def test_no_text_begins_like_a_formula_unless_it_is_a_number_or_a_telephone(text: str) -> None:
    said = guarded(text)
    if said.lstrip()[:1] and said.lstrip()[0] in "=+-@＝＋－＠":
        assert set(said) <= set("+-0123456789 ()/")
        assert said[1:2].isdigit()


@given(
    st.lists(
        st.lists((st.text(max_size=8) | NEARLY).map(clean_line), min_size=2, max_size=2), max_size=5
    )
)
def test_an_import_reads_the_same_cells(rows: list[list[str]]) -> None:
    data = b"".join(csv_text(["Company", "Note"], rows))
    told = [cells for _, cells in read_csv(data, "list.csv").rows]
    assert told == [tuple(row) for row in rows if any(row)]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_any_reader_of_csv_finds_as_many_cells(rows: list[list[str]]) -> None:
    text = b"".join(csv_text(["Company", "Note"], rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert [[unguarded(cell) for cell in row] for row in read[1:]] == rows

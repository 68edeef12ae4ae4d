"""CSV that goes out: what spreadsheets make of it, and that our import reads the same text."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.text import clean_line
from outreach_tui.formats.csv_files import read_csv
from outreach_tui.formats.csv_out import csv_text, guarded, unguarded

STARTS = "=+-@＝＋－＠\t\r';"


def text_of(*rows: list[str | int | Decimal | date]) -> str:
    data = b"".join(csv_text(["Name", "Note"], rows))
    assert data.startswith(b"\xef\xbb\xbf")
    return data.decode("utf-8-sig")


def test_text_is_quoted_and_numbers_and_days_are_not() -> None:
    assert text_of(['A "B", C', date(2026, 3, 2)], [Decimal("1873.50"), 15], ["", "a\nb"]) == (
        '"Name","Note"\r\n"A ""B"", C",2026-03-02\r\n1873.50,15\r\n,"a\nb"\r\n'
    )


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
        ("-12.50", "-12.50"),
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


@given(st.text(alphabet=st.one_of(st.sampled_from(STARTS + "1 "), st.characters()), max_size=12))
def test_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text(alphabet=STARTS + "1. ab("))
def test_no_text_begins_like_a_formula_unless_it_is_a_number_or_a_telephone(text: str) -> None:
    said = guarded(text)
    if said.lstrip()[:1] and said.lstrip()[0] in "=+-@＝＋－＠":
        assert set(said) <= set("+-0123456789. ()/")
        assert said[1:2].isdigit()


@given(st.lists(st.lists(st.text(max_size=8).map(clean_line), min_size=2, max_size=2), max_size=5))
def test_an_import_reads_the_same_cells(rows: list[list[str]]) -> None:
    data = b"".join(csv_text(["Company", "Note"], rows))
    told = [cells for _, cells in read_csv(data, "list.csv").rows]
    assert told == [tuple(row) for row in rows if any(row)]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_any_reader_of_csv_finds_as_many_cells(rows: list[list[str]]) -> None:
    text = b"".join(csv_text(["Company", "Note"], rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert [[unguarded(cell) for cell in row] for row in read[1:]] == rows

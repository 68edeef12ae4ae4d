"""Birthdays, with and without a year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.birthday import NO_YEAR, read_birthday, say_birthday, show_birthday
from outreach_tui.domain.occasions import comes_round
from outreach_tui.errors import BadInput

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("12 mar 1980", date(1980, 3, 12)),
        ("1980-03-12", date(1980, 3, 12)),
        ("12 mar", date(NO_YEAR, 3, 12)),
        ("12. March", date(NO_YEAR, 3, 12)),
        ("--03-12", date(NO_YEAR, 3, 12)),
        ("03-12", date(NO_YEAR, 3, 12)),
        ("29 feb", date(NO_YEAR, 2, 29)),
        ("29 feb 2000", date(2000, 2, 29)),
    ],
)
def test_a_birthday_is_read_with_and_without_its_year(typed: str, on: date) -> None:
    assert read_birthday(typed, TODAY) == on


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("31.02.", "not a day of the calendar"),
        ("31 feb", "not a day of the calendar"),
        ("02-31", "not a day of the calendar"),
        ("29 feb 2001", "not a day of the calendar"),
        ("12.3.1980", "can mean two days"),
        ("2027-01-01", "has not come yet"),
        ("soon", "cannot read"),
    ],
)
def test_what_is_no_birthday_is_refused_with_an_example(typed: str, why: str) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        read_birthday(typed, TODAY)
    assert "12 mar 1980" in refused.value.hint


@given(st.dates(date(1900, 1, 1), TODAY) | st.dates(date(NO_YEAR, 1, 1), date(NO_YEAR, 12, 31)))
def test_what_is_shown_in_a_form_reads_back_as_the_same_day(on: date) -> None:
    assert read_birthday(show_birthday(on), TODAY) == on


def test_a_birthday_without_a_year_is_said_without_one_andcomes_round_every_year() -> None:
    on = read_birthday("29 feb", TODAY)
    assert say_birthday(on, TODAY) == "29 Feb"
    assert say_birthday(date(1980, 3, 12), TODAY) == "12 Mar 1980"
    assert comes_round(on, date(2027, 2, 25)) == date(2027, 2, 28)
    assert comes_round(on, date(2028, 2, 25)) == date(2028, 2, 29)

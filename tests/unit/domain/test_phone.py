"""Telephone numbers: understood by country, kept as typed, doubted and never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.phone import read_phone


@pytest.mark.parametrize(
    ("typed", "country", "shown", "dialled"),
    [
        ("0316 123456", "AT", "+43 316 123456", "+43316123456"),
        ("030-0074321", "DE", "+49 30 0074321", "+49300074321"),
        ("0043 316 123456", "AT", "+43 316 123456", "+43316123456"),
        ("+43 (0)316 123456", "", "+43 316 123456", "+43316123456"),
        # Valid once; whoever wrote it knows better than today's plan of numbers.
        ("(171) 555-7788", "GB", "(171) 555-7788", "+441715557788"),
    ],
)
def test_a_number_is_shown_as_it_is_dialled_from_anywhere(
    typed: str, country: str, shown: str, dialled: str
) -> None:
    phone = read_phone(typed, country)
    assert (phone.shown, phone.dialled, phone.doubt) == (shown, dialled, "")


def test_a_national_number_without_a_country_is_left_alone() -> None:
    assert read_phone("0316 123456") == ("0316 123456", "", "")


@pytest.mark.parametrize(
    ("typed", "country", "why"),
    [
        ("12", "AT", "too short"),
        ("12", "", "too short"),
        ("+49 30 12345678901234567", "", "too long"),
        ("+999 123456", "", "country code"),
        ("555-7788", "US", "area code"),
        ("ask at the door", "AT", "no telephone number"),
    ],
)
def test_an_impossible_number_is_doubted_and_shown_as_typed(
    typed: str, country: str, why: str
) -> None:
    phone = read_phone(typed, country)
    assert why in phone.doubt
    assert (phone.shown, phone.dialled) == (typed, "")


@given(st.text(max_size=30), st.sampled_from(["", "AT", "US", "ZZ", "x"]))
def test_any_text_is_harmless_and_never_lost(typed: str, country: str) -> None:
    phone = read_phone(typed, country)
    assert phone.shown == typed or phone.dialled

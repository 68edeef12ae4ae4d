"""Call windows and working days."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.hours import add_working_days, call_window

BERLIN, NEW_YORK, TOKYO = "Europe/Berlin", "America/New_York", "Asia/Tokyo"
ZONES = st.sampled_from(
    [BERLIN, NEW_YORK, TOKYO, "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC"]
)
AUTUMN = date(2026, 11, 25)


def window(
    zone: str, theirs: str, on: date = AUTUMN, opens: time = time(8), closes: time = time(18)
) -> tuple[str, str, str, str] | None:
    found = call_window(on, opens, closes, zone, theirs)
    return found and (found.from_, found.to, found.their_from, found.their_to)


def test_the_window_is_shown_in_both_zones() -> None:
    assert window(BERLIN, NEW_YORK) == ("15:00", "18:00", "09:00", "12:00")
    assert window(BERLIN, TOKYO) == ("08:00", "09:00", "16:00", "17:00")
    assert window(BERLIN, BERLIN) == ("09:00", "17:00", "09:00", "17:00")
    assert window(BERLIN, "Asia/Kathmandu") == ("08:00", "12:15", "12:45", "17:00")


def test_between_two_changes_of_the_clocks_the_window_moves() -> None:
    # America goes back a week after Europe.
    assert window(BERLIN, NEW_YORK, date(2026, 10, 28)) == ("14:00", "18:00", "09:00", "13:00")


def test_their_day_may_be_our_tomorrow_or_our_yesterday() -> None:
    assert window(NEW_YORK, TOKYO, closes=time(20)) == ("19:00", "20:00", "09:00", "10:00")
    assert window("Pacific/Kiritimati", "Pacific/Pago_Pago") == ("10:00", "18:00", "09:00", "17:00")
    assert window("Pacific/Pago_Pago", "Pacific/Kiritimati") == ("08:00", "16:00", "09:00", "17:00")


def test_under_half_an_hour_is_no_window() -> None:
    assert window(BERLIN, "America/Los_Angeles", closes=time(18, 29)) is None
    assert window(BERLIN, "America/Los_Angeles", closes=time(18, 30)) == (
        *("18:00", "18:30", "09:00", "09:30"),
    )
    assert window(BERLIN, BERLIN, opens=time(18), closes=time(8)) is None


def test_a_zone_that_is_not_known_counts_as_utc() -> None:
    assert window(BERLIN, "Mars/Olympus") == ("10:00", "18:00", "09:00", "17:00")


@given(
    ZONES,
    ZONES,
    st.dates(date(1980, 1, 1), date(2100, 1, 1)),
    st.times(),
    st.times(),
)
def test_a_window_lies_within_both_working_days(
    zone: str, theirs: str, on: date, opens: time, closes: time
) -> None:
    opens, closes = (t.replace(second=0, microsecond=0) for t in (opens, closes))
    found = window(zone, theirs, on, opens, closes)
    if found:
        begins, ends, their_begin, their_end = (time.fromisoformat(text) for text in found)
        assert opens <= begins < ends <= closes
        assert time(9) <= their_begin < their_end <= time(17)


@pytest.mark.parametrize(
    ("on", "count", "then"),
    [
        (date(2026, 11, 25), 2, date(2026, 11, 27)),
        (date(2026, 11, 26), 2, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
        (date(2026, 11, 28), -1, date(2026, 11, 28)),
        (date(2026, 11, 27), 10, date(2026, 12, 11)),
    ],
)
def test_working_days_leave_out_the_weekend(on: date, count: int, then: date) -> None:
    assert add_working_days(on, count) == then


def test_working_days_are_the_members_own() -> None:
    friday = date(2026, 11, 27)
    assert add_working_days(friday, 2, (6, 0, 1, 2, 3)) == date(2026, 11, 30)
    assert add_working_days(friday, 2, (2,)) == date(2026, 12, 9)
    # Nobody works on no day, nor on an eighth: calendar days then, not an endless search.
    assert add_working_days(friday, 2, ()) == date(2026, 11, 29)
    assert add_working_days(friday, 2, (7,)) == date(2026, 11, 29)

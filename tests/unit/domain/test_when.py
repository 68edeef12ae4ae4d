"""The grammar of days and times, form by form and refusal by refusal."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.when import (
    local_day,
    parse_day,
    parse_span,
    parse_when,
    say_day,
    say_days,
    say_weekday,
    to_instant,
    zone_info,
)
from outreach_tui.errors import BadWhen

WEDNESDAY = date(2026, 11, 25)
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
SHORT = st.sampled_from([*WEEKDAYS, *(name[:3] for name in WEEKDAYS), "tues", "thur", "thurs"])
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("today", date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 26)),
        ("yesterday", date(2026, 11, 24)),
        ("wed", date(2026, 12, 2)),
        ("thu", date(2026, 11, 26)),
        ("Tuesday", date(2026, 12, 1)),
        ("in 1 day", date(2026, 11, 26)),
        ("in a week", date(2026, 12, 2)),
        ("in 2 weeks", date(2026, 12, 9)),
        ("in 3 months", date(2027, 2, 25)),
        ("in an year", date(2027, 11, 25)),
        ("in 0 days", date(2026, 11, 25)),
        ("2026-12-03", date(2026, 12, 3)),
        ("2026-1-3", date(2026, 1, 3)),
        ("3 dec", date(2026, 12, 3)),
        ("3. Dec.", date(2026, 12, 3)),
        ("3rd december", date(2026, 12, 3)),
        ("1st sept 2027", date(2027, 9, 1)),
        ("25 nov", date(2026, 11, 25)),
        ("24 nov", date(2027, 11, 24)),
        ("29 feb", date(2028, 2, 29)),
        ("29 feb 2028", date(2028, 2, 29)),
        ("3 dec 2019", date(2019, 12, 3)),
    ],
)
def test_each_form_of_a_day_is_read(typed: str, on: date) -> None:
    assert parse_when(typed, WEDNESDAY).on == on
    assert parse_when(typed, WEDNESDAY).clock is None
    assert parse_when(f"\t {typed.upper().replace(' ', '   ')} \n", WEDNESDAY).on == on


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("15:00", time(15)),
        ("3pm", time(15)),
        ("3 PM", time(15)),
        ("3:15 pm", time(15, 15)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("12:30am", time(0, 30)),
        ("at 15:00", time(15)),
        ("at 9am", time(9)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_time_stands_alone_for_today_or_after_a_day(typed: str, clock: time) -> None:
    alone = parse_when(typed, WEDNESDAY)
    assert (alone.on, alone.clock) == (WEDNESDAY, clock)
    for day, on in (("next tue", date(2026, 12, 1)), ("3 dec", date(2026, 12, 3))):
        both = parse_when(f"{day} {typed}", WEDNESDAY)
        assert (both.on, both.clock) == (on, clock)


@pytest.mark.parametrize("typed", ["2026-12-03T15:00", "2026-12-03t15:00:00", "2026-12-03 15:00"])
def test_an_iso_instant_is_read(typed: str) -> None:
    when = parse_when(typed, WEDNESDAY)
    assert (when.on, when.clock) == (date(2026, 12, 3), time(15))


@pytest.mark.parametrize(
    ("typed", "title", "hint"),
    [
        ("10/11", "two days", "YYYY-11-10 or YYYY-10-11"),
        ("10/11/2026", "two days", "2026-11-10 or 2026-10-11"),
        ("10.11.2026 15:00", "two days", "2026-11-10 or 2026-10-11"),
        ("3/12/26", "two days", "YYYY-12-03 or YYYY-03-12"),
        # Of the two readings only one is a day, or both are the same.
        ("13/12/2026", "not read", "2026-12-13"),
        ("12/13/2026", "not read", "2026-12-13"),
        ("12/12/2026", "not read", "2026-12-12"),
        ("29/2", "not read", "YYYY-02-29"),
        ("2026/12/3", "not read", "2026-12-03"),
        ("2026/12", "not read", "2026-12-01"),
        ("31/02/2026", "not a day of the calendar", "for example"),
        ("2026/13/45", "not a day of the calendar", "for example"),
        ("123/4/5", "not a day of the calendar", "for example"),
        ("2026-02-30", "not a day of the calendar", "for example"),
        ("31 nov", "not a day of the calendar", "for example"),
        ("29 feb 2027", "not a day of the calendar", "for example"),
        ("0 dec", "not a day of the calendar", "for example"),
        ("25:00", "no such time", "23:59"),
        ("12:60", "no such time", "23:59"),
        ("13pm", "no such hour", "3pm or 15:00"),
        ("0am", "no such hour", "3pm or 15:00"),
        ("", "cannot read", "in 2 weeks"),
        ("soon", "cannot read", "in 2 weeks"),
        ("next", "cannot read", "in 2 weeks"),
        ("next week", "cannot read", "in 2 weeks"),
        ("in 9999 years", "cannot read", "in 2 weeks"),
        ("in 99999 days", "cannot read", "in 2 weeks"),
        ("in -1 days", "cannot read", "in 2 weeks"),
        ("3 smarch", "cannot read", "in 2 weeks"),
        ("2026-12-03 15", "cannot read", "in 2 weeks"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_write(typed: str, title: str, hint: str) -> None:
    with pytest.raises(BadWhen) as refusal:
        parse_when(typed, WEDNESDAY)
    assert title in refusal.value.title
    assert hint in refusal.value.hint


def test_every_day_that_a_hint_shows_is_a_day() -> None:
    for first in range(40):
        for second in range(40):
            with pytest.raises(BadWhen) as refusal:
                parse_when(f"{first}/{second}/2027", WEDNESDAY)
            shown = [word for word in refusal.value.hint.split() if word.startswith("2027-")]
            assert all(date.fromisoformat(word) for word in shown)


def test_a_long_text_is_not_repeated_in_the_message() -> None:
    with pytest.raises(BadWhen) as refusal:
        parse_when("x" * 100_000, WEDNESDAY)
    assert len(refusal.value.title) < 120


def test_months_end_where_they_end() -> None:
    assert parse_when("in 1 month", date(2027, 1, 31)).on == date(2027, 2, 28)
    assert parse_when("in 1 year", date(2028, 2, 29)).on == date(2029, 2, 28)
    assert parse_when("29 feb", date(2096, 3, 1)).on == date(2104, 2, 29)
    assert parse_when("29 feb", date(2027, 3, 1), past=True).on == date(2024, 2, 29)


@pytest.mark.parametrize("offset", range(7))
def test_next_tuesday_is_that_of_next_week(offset: int) -> None:
    today = date(2026, 11, 23) + timedelta(days=offset)
    assert parse_when("next tue", today).on == date(2026, 12, 1)


def test_a_day_of_the_past_is_the_last_one() -> None:
    assert parse_when("26 nov", WEDNESDAY, past=True).on == date(2025, 11, 26)
    assert parse_when("25 nov", WEDNESDAY, past=True).on == WEDNESDAY
    # A talk that is logged "on fri" took place, so it was not next Friday.
    assert parse_when("fri", WEDNESDAY, past=True).on == date(2026, 11, 20)
    assert parse_when("wed", WEDNESDAY, past=True).on == WEDNESDAY


@given(SHORT, DAYS)
def test_a_weekday_is_one_to_seven_days_ahead(name: str, today: date) -> None:
    on = parse_when(name, today).on
    assert 1 <= (on - today).days <= 7
    assert on.weekday() == [day[:3] for day in WEEKDAYS].index(name[:3])
    assert 0 <= (today - parse_when(name, today, past=True).on).days <= 6


@given(SHORT, DAYS)
def test_the_next_weekday_lies_in_the_next_week(name: str, today: date) -> None:
    on = parse_when(f"next {name}", today).on
    monday = today - timedelta(days=today.weekday())
    assert 7 <= (on - monday).days <= 13


@given(
    st.text()
    | st.from_regex(r"[0-9 /.:apmtind-]{0,20}")
    | st.from_regex(r"(in|next|at)? ?[0-9]{1,4} ?(day|week|month|year|dec|feb|am|pm)s?"),
    st.dates(),
    st.booleans(),
)
def test_whatever_is_typed_reads_as_a_day_or_is_refused(text: str, today: date, past: bool) -> None:
    try:
        parse_when(text, today, past=past)
    except BadWhen as refusal:
        assert refusal.title
        assert refusal.hint
    try:
        parse_span(text, today)
    except BadWhen as refusal:
        assert refusal.hint
    parse_day(text, today)


@given(DAYS, DAYS)
def test_a_day_that_is_said_reads_back(on: date, today: date) -> None:
    assert parse_when(say_day(on, today), today, past=on < today).on == on


def test_the_year_is_said_where_it_could_be_another() -> None:
    assert say_day(date(2026, 8, 24), WEDNESDAY) == "24 Aug"
    assert say_day(date(2027, 9, 1), WEDNESDAY) == "1 Sep"
    assert say_day(date(2025, 12, 1), WEDNESDAY) == "1 Dec 2025"
    assert say_weekday(date(2026, 11, 26)) == "Thu 26 Nov"
    assert [say_days(n) for n in (0, 1, 2, 1234)] == ["0 days", "1 day", "2 days", "1,234 days"]


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("7d", date(2026, 12, 2)),
        ("2W", date(2026, 12, 9)),
        ("1m", date(2026, 12, 25)),
        ("3 weeks", date(2026, 12, 16)),
        ("1y", date(2027, 11, 25)),
    ],
)
def test_a_span_counts_from_today(typed: str, on: date) -> None:
    assert parse_span(typed, WEDNESDAY) == on


@pytest.mark.parametrize("typed", ["", "0d", "d", "7", "7 dogs", "-1d", "99999d", "9999y"])
def test_what_is_no_span_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadWhen) as refusal:
        parse_span(typed, WEDNESDAY)
    assert "2w" in refusal.value.hint


def test_a_wall_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(BadWhen) as refusal:
        to_instant(date(2027, 3, 28), time(2, 30), "Europe/Berlin")
    assert "does not exist" in refusal.value.title
    assert "03:30" in refusal.value.hint


def test_of_a_wall_time_that_comes_twice_the_first_is_taken() -> None:
    instant = to_instant(date(2026, 10, 25), time(2, 30), "Europe/Berlin")
    assert instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    st.dates(),
    st.times().map(lambda t: t.replace(fold=0)),
    st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles", "UTC", "??"]),
)
def test_an_instant_shows_the_day_it_was_chosen_for(on: date, clock: time, zone: str) -> None:
    try:
        instant = to_instant(on, clock, zone)
    except BadWhen:
        return
    assert local_day(instant, zone) == on


@pytest.mark.parametrize("name", ["", "Europe", "../etc/passwd", "Mars/Olympus", "a\0b", "x" * 999])
def test_a_zone_that_is_not_known_is_utc(name: str) -> None:
    assert zone_info(name).key == "UTC"

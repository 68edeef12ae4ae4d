"""How records, states and times read."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from outreach_tui.domain.customer import Status
from outreach_tui.domain.day_list import CallWindow
from outreach_tui.presentation.words import (
    ago,
    both_times,
    meeting_time,
    mind_words,
    plural,
    status_words,
    weekday_words,
    window_words,
)
from unit.domain.making import row

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 26), "today"),
        (date(2026, 11, 25), "yesterday"),
        (date(2026, 11, 14), "12 days ago"),
        (date(2026, 6, 26), "5 months ago"),
        (date(2023, 6, 26), "3 years ago"),
        (date(2026, 11, 27), "in 1 day"),
    ],
)
def test_how_long_ago_a_day_was(on: date, said: str) -> None:
    assert ago(on, TODAY) == said


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (1, "customer", "1 customer"),
        (2, "customer", "2 customers"),
        (0, "company", "0 companies"),
        (2, "day", "2 days"),
        (20_000, "record", "20,000 records"),
    ],
)
def test_counts_are_spelled_as_people_write_them(count: int, noun: str, said: str) -> None:
    assert plural(count, noun) == said


def test_a_time_is_said_in_both_zones_where_they_differ() -> None:
    at = datetime(2026, 11, 26, 14, tzinfo=UTC)
    today = date(2026, 11, 20)
    berlin, york = "Europe/Berlin", "America/New_York"
    assert both_times(at, berlin, york, today) == "Thu 26 Nov 15:00, in New York 09:00"
    assert both_times(at, berlin, "Europe/Paris", today) == "Thu 26 Nov 15:00"
    there = both_times(at, berlin, "Pacific/Auckland", today)
    assert there.endswith("in Auckland Fri 27 Nov 03:00")


def test_a_day_far_away_has_its_year() -> None:
    at = datetime(2027, 11, 26, 14, tzinfo=UTC)
    assert (
        both_times(at, "Europe/Berlin", "Europe/Berlin", date(2026, 11, 20))
        == "Fri 26 Nov 2027 15:00"
    )
    assert weekday_words(date(2027, 1, 4), date(2026, 11, 20)) == "Mon 4 Jan"


def test_a_meeting_of_today_needs_no_day() -> None:
    at = datetime(2026, 11, 26, 14, tzinfo=UTC)
    assert meeting_time(at, "Europe/Berlin", TODAY) == "15:00"
    assert meeting_time(at, "Europe/Berlin", date(2026, 11, 25)) == "Thu 26 Nov 15:00"


def test_a_call_window_is_said_once_where_both_live_by_the_same_clock() -> None:
    window = CallWindow(
        from_="15:00",
        to="18:00",
        their_from="09:00",
        their_to="12:00",
        their_zone="America/New_York",
    )
    assert window_words(window) == "15:00–18:00 your time, 09:00–12:00 in New York"
    same = CallWindow(
        from_="09:00", to="17:00", their_from="09:00", their_to="17:00", their_zone="Europe/Paris"
    )
    assert window_words(same) == "09:00–17:00"
    assert window_words(None) == "their hours are not known: edit the town"


def test_a_status_is_said_only_where_it_matters() -> None:
    assert status_words(row(), TODAY) == ""
    paused = row(status=Status.PAUSED, paused_until=date(2027, 3, 3))
    assert status_words(paused, TODAY) == "paused until 3 Mar"
    assert status_words(paused, date(2027, 3, 2)) == "paused until 3 Mar"
    assert status_words(paused, date(2027, 3, 3)) == "pause over since 3 Mar"
    assert status_words(row(status=Status.PAUSED), TODAY) == "paused"
    assert status_words(row(status=Status.LOST), TODAY) == "lost"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        ({"do_not_contact": True}, "they asked not to be contacted"),
        ({"do_not_contact": True, "status": Status.LOST}, "they asked not to be contacted; lost"),
        ({"status": Status.LOST, "paused_until": TODAY, "last_live_on": TODAY}, "lost"),
        ({"status": Status.PAUSED, "last_live_on": TODAY}, "paused"),
        ({"paused_until": TODAY}, "pause over since 26 Nov"),
        ({"paused_until": TODAY, "last_live_on": date(2026, 11, 25)}, "pause over since 26 Nov"),
        ({"paused_until": TODAY, "last_live_on": TODAY}, ""),
        ({"snoozed_until": date(2026, 12, 3)}, ""),
        (
            {"snoozed_until": date(2026, 12, 3), "came_back": True},
            "snoozed until 3 Dec, but they got in touch",
        ),
        ({"snoozed_until": TODAY, "came_back": True}, ""),
    ],
)
def test_a_pause_that_is_over_is_worth_a_word_until_somebody_spoke_to_them(
    fields: dict[str, Any], said: str
) -> None:
    status = Status.PAUSED if "paused_until" in fields else Status.ACTIVE
    assert mind_words(row(**{"status": status, **fields}), TODAY) == said

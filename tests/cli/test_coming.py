"""agenda, promises."""

from pathlib import Path

import pytest

from cli.conftest import Command


@pytest.fixture
def busy(team: Path, outreach: Command) -> Path:
    """Three days with something on them."""
    outreach("plan", "hudson", "--kind", "video", "--start", "fri 15:00", "--purpose", "new menu")
    outreach("log", "alfreds", "--note", "! samples by 30 nov\n! think")
    outreach("log", "alfreds", "--at", "18 nov", "--note", "< drawings by 20 nov")
    outreach("edit", "around the horn", "renewal_on=2026-12-02")
    return team


def test_the_agenda_goes_by_day(busy: Path, outreach: Command) -> None:
    assert outreach("agenda").text == (
        "Fri 27 Nov 2026\n"
        "· 15:00–16:00  video Hudson Deli (09:00 in New York), new menu, planned (ID)\n"
        "\n"
        "Mon 30 Nov 2026\n"
        "· promise      you promised Alfreds Futterkiste: samples (ID)\n"
        "\n"
        "Wed 2 Dec 2026\n"
        "· renewal      of Around the Horn\n"
    )


def test_the_agenda_of_some_days(busy: Path, outreach: Command) -> None:
    days = outreach("agenda", "--from", "30 nov", "--to", "1 dec", "--json").json["days"]
    assert [day["date"] for day in days] == ["2026-11-30"]
    assert set(days[0]) == {"date", "meetings", "promises", "renewals"}
    assert days[0]["promises"][0]["customer"]["name"] == "Alfreds Futterkiste"
    first = outreach("agenda", "--json").json["days"][0]["meetings"][0]
    assert first["customers"][0]["name"] == "Hudson Deli"
    assert first["end_at"] == "2026-11-27T15:00:00Z"


def test_an_empty_agenda_names_the_next_step(team: Path, outreach: Command) -> None:
    assert outreach("agenda").out == (
        "Nothing is planned from Thu 26 Nov to Thu 10 Dec.\n"
        "Plan a meeting: outreach plan C --start WHEN\n"
    )
    assert outreach("agenda", "--json").json == {"days": []}


def test_an_agenda_that_runs_backwards_is_refused(team: Path, outreach: Command) -> None:
    assert outreach("agenda", "--from", "fri", "--to", "today").code == 1


def test_promises_come_by_their_day(busy: Path, outreach: Command) -> None:
    assert outreach("promises").text == (
        "! Fri 20 Nov 2026  Alfreds Futterkiste promised: drawings (ID)\n"
        "· Mon 30 Nov 2026  you promised Alfreds Futterkiste: samples (ID)\n"
        "· no day set       you promised Alfreds Futterkiste: think (ID)\n"
    )
    results = outreach("promises", "--json").json["results"]
    assert [each["owner"] for each in results] == ["them", "us", "us"]


def test_no_open_promise_says_how_one_is_made(team: Path, outreach: Command) -> None:
    assert outreach("promises").out.startswith("No promise is open.")

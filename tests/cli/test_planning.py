"""plan, move, confirm, no-show, cancel: times in both zones, and what is refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from cli.conftest import NOON, Command, NoonClock


class Later(NoonClock):
    """A week after noon."""

    def real_now(self):  # type: ignore[no-untyped-def]
        return NOON + timedelta(days=7)


def test_plan_says_when_it_is_on_both_sides(team: Path, outreach: Command) -> None:
    result = outreach(
        "plan", "hudson", "--kind", "video", "--start", "fri 15:00", "--minutes", "45"
    )
    assert result.text == (
        "Planned a video with Hudson Deli.\n"
        "  Fri 27 Nov 15:00, in New York 09:00, 45 minutes (ID)\n"
        "undo with: outreach undo\n"
    )


def test_their_time_is_read_on_their_clock(team: Path, outreach: Command) -> None:
    document = outreach(
        "plan", "hudson", "--kind", "visit", "--start", "2026-12-03 9am", "--their-time", "--place",
        "the counter", "--link", "https://example.com", "--purpose", "taste", "--meal", "--json",
    ).json  # fmt: skip
    meeting = document["meeting"]
    assert meeting["start_at"] == "2026-12-03T14:00:00Z"
    assert meeting["zone"] == "America/New_York"
    assert (meeting["place"], meeting["link"]) == ("the counter", "https://example.com")
    assert (meeting["purpose"], meeting["meal"], meeting["sequence"]) == ("taste", True, 0)
    assert document["customers"][0]["name"] == "Hudson Deli"


def test_plan_invites_who_is_named_else_the_main_contact(team: Path, outreach: Command) -> None:
    for options in ([], ["--with", "maria"]):
        meeting = outreach("plan", "alfreds", "--start", "fri 15:00", *options, "--json").json[
            "meeting"
        ]
        assert [a["name"] for a in meeting["attendees"]] == ["Maria Anders"]
        assert meeting["kind"] == "call"


def test_their_time_needs_to_know_where_they_are(team: Path, outreach: Command) -> None:
    outreach("add", "Nowhere Ltd")
    result = outreach("plan", "nowhere", "--start", "fri 9:00", "--their-time")
    assert result.code == 1
    assert 'outreach edit "Nowhere Ltd" city=TOWN country=COUNTRY' in result.err


@pytest.mark.parametrize(
    ("start", "said", "hint"),
    [
        ("2027-03-28 02:30", "does not exist in Europe/Berlin", "choose 03:30 or another time"),
        ("today 11:00", "is in the past", "log what happened"),
        ("fri", "needs a time of day", "fri 15:00"),
        ("today", "needs a time of day", "example today 15:00"),
        ("yesterday", "needs a time of day", "example tomorrow 15:00"),
        ("2026-11-01", "needs a time of day", "example tomorrow 15:00"),
        ("someday 15:00", "cannot read", "write for example"),
    ],
)
def test_times_that_cannot_be_are_refused_with_a_hint(
    team: Path, outreach: Command, start: str, said: str, hint: str
) -> None:
    before = team.read_bytes()
    result = outreach("plan", "alfreds", "--start", start)
    assert result.code == 1
    assert said in result.err
    assert hint in result.err
    assert team.read_bytes() == before


def test_a_clash_is_mentioned_but_not_refused(team: Path, outreach: Command) -> None:
    outreach("plan", "alfreds", "--start", "fri 15:00")
    result = outreach("plan", "hudson", "--start", "fri 15:30")
    assert result.code == 0
    assert "At the same time: call Alfreds Futterkiste 2026-11-27 15:00" in result.err


def test_move_keeps_the_time_of_day_unless_told(team: Path, outreach: Command) -> None:
    outreach("plan", "alfreds", "--start", "fri 15:00")
    moved = outreach("move", "alfreds", "--start", "2026-12-01", "--json").json["meeting"]
    assert (moved["start_at"], moved["sequence"]) == ("2026-12-01T14:00:00Z", 1)
    longer = outreach("move", "alfreds", "--start", "2 dec 16:00", "--minutes", "90", "--json").json
    assert (longer["meeting"]["start_at"], longer["meeting"]["minutes"]) == (
        "2026-12-02T15:00:00Z",
        90,
    )


def test_move_reads_their_time(team: Path, outreach: Command) -> None:
    outreach("plan", "hudson", "--start", "fri 15:00")
    moved = outreach("move", "hudson", "--start", "fri 10:00", "--their-time", "--json").json
    assert moved["meeting"]["start_at"] == "2026-11-27T15:00:00Z"


def test_confirm_then_cancel(team: Path, outreach: Command) -> None:
    outreach("plan", "alfreds", "--start", "fri 15:00")
    assert outreach("confirm", "alfreds", "--json").json["meeting"]["state"] == "confirmed"
    assert outreach("confirm", "alfreds").code == 1
    cancelled = outreach("cancel", "alfreds", "--json").json["meeting"]
    assert (cancelled["state"], cancelled["sequence"]) == ("cancelled", 1)
    assert outreach("cancel", "alfreds").code == 1


def test_nobody_can_miss_a_meeting_to_come(team: Path, outreach: Command) -> None:
    meeting = outreach("plan", "alfreds", "--start", "fri 15:00", "--json").json["meeting"]
    early = outreach("no-show", meeting["id"][-6:])
    assert (early.code, "only a meeting that has begun" in early.err) == (1, True)
    late = outreach("no-show", meeting["id"][-6:], "--json", clock=Later)
    assert late.json["meeting"]["state"] == "no-show"


def test_a_meeting_that_is_not_on_file(team: Path, outreach: Command) -> None:
    assert outreach("cancel", "abcdef").code == 1

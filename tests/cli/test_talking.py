"""log, held, done: what is written down, and what is refused."""

from pathlib import Path

import pytest

from cli.conftest import Command
from outreach_tui.bootstrap import Services
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.promise import Promise


def test_log_says_what_it_did_and_how_to_undo_it(team: Path, outreach: Command) -> None:
    result = outreach("log", "hudson")
    assert result == (0, "Logged a call with Hudson Deli.\nundo with: outreach undo\n", "")


def test_the_undo_hint_names_the_file_of_the_command(team: Path, outreach: Command) -> None:
    assert outreach("log", "hudson", "--file", str(team)).out.endswith(
        f"undo with: outreach --file {team} undo\n"
    )


def test_log_understands_the_note(team: Path, outreach: Command, services: Services) -> None:
    result = outreach("log", "alfreds", "--note", "> smaller boxes #packaging\n! samples by fri")
    assert "heard          smaller boxes · #packaging" in result.out
    assert "you promise    samples · due Fri 27 Nov" in result.out
    assert {f.words for f in services.store.all(Feedback)} >= {"smaller boxes"}
    assert [p.text for p in services.store.all(Promise)] == ["samples"]


def test_log_as_json_holds_the_touchpoint_and_what_was_parsed(
    team: Path, outreach: Command
) -> None:
    document = outreach(
        "log", "alfreds", "--kind", "visit", "--in", "--with", "maria", "--at", "yesterday 15:00",
        "--minutes", "45", "--meal", "--note", "> smaller boxes", "--json",
    ).json  # fmt: skip
    touchpoint = document["touchpoint"]
    assert touchpoint["kind"] == "visit"
    assert touchpoint["direction"] == "in"
    assert touchpoint["at"] == "2026-11-25T14:00:00Z", "15:00 in Berlin"
    assert (touchpoint["minutes"], touchpoint["meal"]) == (45, True)
    assert len(touchpoint["contact_ids"]) == 1
    assert document["parsed"][0]["kind"] == "heard"
    assert set(document) == {"touchpoint", "parsed"}


def test_a_note_is_read_from_stdin(team: Path, outreach: Command) -> None:
    document = outreach("log", "alfreds", "--note", "-", "--json", stdin="> one\n> two\n").json
    assert document["touchpoint"]["note"] == "> one\n> two"
    assert len(document["parsed"]) == 2


def test_a_plain_note_makes_nothing(team: Path, outreach: Command, services: Services) -> None:
    document = outreach("log", "hudson", "--note", "> pasted", "--plain", "--json").json
    assert document["parsed"] == []
    assert "pasted" not in {f.words for f in services.store.all(Feedback)}


def test_a_note_may_begin_with_a_dash(team: Path, outreach: Command) -> None:
    assert (
        outreach("log", "hudson", "--note", "- a bullet", "--json").json["parsed"][0]["kind"]
        == "free"
    )


def test_a_promised_day_that_cannot_be_read_is_said(team: Path, outreach: Command) -> None:
    said = outreach("log", "hudson", "--note", "! samples by fryday\n! parcels by hand").out
    assert said.splitlines()[1:-1] == [
        "you promise    samples by fryday",
        "               no day is set: cannot read “fryday”; write fri, 3 dec or",
        "               2026-12-03",
        "you promise    parcels by hand",
    ]


def test_an_unanswered_call_is_no_conversation(team: Path, outreach: Command) -> None:
    tried = outreach("log", "alfreds", "--outcome", "no-answer").out
    assert tried.startswith("Logged a call without an answer with Alfreds Futterkiste.\n")
    left = outreach("log", "alfreds", "--outcome", "left-message").out
    assert left.startswith("Left a message for Alfreds Futterkiste.\n")
    assert outreach("show", "alfreds", "--json").json["state"] == "late"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--at", "tomorrow 9:00"], "Fri 27 Nov 2026 has not happened yet"),
        (["--at", "today 23:30"], "Thu 26 Nov 2026 23:30 has not happened yet"),
        (["--at", "11/10"], "can mean two days"),
        (["--minutes", "0"], "0 minutes"),
        (["--with", "nobody"], "no contact answers to 'nobody'"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    team: Path, outreach: Command, options: list[str], said: str
) -> None:
    before = team.read_bytes()
    result = outreach("log", "alfreds", *options)
    assert result.code == 1
    assert result.out == ""
    assert said in result.err
    assert team.read_bytes() == before


def test_an_unknown_kind_is_wrong_usage(team: Path, outreach: Command) -> None:
    result = outreach("log", "alfreds", "--kind", "fax")
    assert result.code == 2
    assert "Usage: outreach log" in result.err


def test_held_is_the_log_of_a_meeting(team: Path, outreach: Command) -> None:
    meeting = outreach(
        "plan", "alfreds", "--kind", "visit", "--start", "today 14:00", "--minutes", "30", "--json"
    ).json["meeting"]
    assert "has not happened yet" in outreach("held", meeting["id"][-6:]).err
    document = outreach(
        "held", meeting["id"][-6:], "--at", "today 12:30", "--note", "> more", "--json"
    ).json
    assert document["touchpoint"]["meeting_id"] == meeting["id"]
    assert document["touchpoint"]["kind"] == "visit"
    assert document["touchpoint"]["minutes"] == 30
    assert len(document["touchpoint"]["contact_ids"]) == 1
    again = outreach("held", meeting["id"][-6:])
    assert (again.code, "held already" in again.err) == (1, True)


def test_done_keeps_a_promise_by_its_words(team: Path, outreach: Command) -> None:
    outreach("log", "alfreds", "--note", "! samples by fri")
    assert outreach("done", "samples").out == (
        "Kept the promise 'samples'.\nundo with: outreach undo\n"
    )
    assert outreach("done", "samples").code == 1


def test_done_as_json_holds_the_promise(team: Path, outreach: Command) -> None:
    promise = outreach("log", "alfreds", "--note", "! samples by fri", "--json").json["parsed"][0]
    assert promise["due_on"] == "2026-11-27"
    document = outreach("done", "samples", "--json").json
    assert document["promise"]["done_on"] == "2026-11-26"
    assert document["customer"]["name"] == "Alfreds Futterkiste"

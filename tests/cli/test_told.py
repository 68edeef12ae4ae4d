"""told: they have their answer, or know what became of what they said; and who is reminded of it where."""

from datetime import date
from pathlib import Path

import pytest

from cli.conftest import Command
from outreach_tui.bootstrap import Services
from outreach_tui.domain.feedback import Feedback, FeedbackState
from outreach_tui.domain.record import Patch

LABELS, PDF = "they need labels in Polish", "can it export to PDF"


@pytest.fixture
def ends(team: Path, outreach: Command, services: Services) -> dict[str, str]:
    """Return the ends of the ids of a wish that was granted and a question that waits, by their words."""
    outreach("log", "alfreds", "--with", "maria", "--at", "2026-11-23", "--note", f">? {PDF}")
    feedback = services.store.all(Feedback)
    [wish] = [f for f in feedback if f.words == LABELS]
    done = {"state": FeedbackState.DONE, "state_on": date(2026, 11, 20)}
    services.workspace.commit("decided", [Patch(Feedback, wish.id, done)])
    services.close()
    return {f.words: f.id[-6:] for f in feedback}


def owed(outreach: Command) -> list[str]:
    return [each["words"] for each in outreach("show", "alfreds", "--json").json["owed"]]


def test_told_says_whom_and_how_to_undo_it(ends: dict[str, str], outreach: Command) -> None:
    assert outreach("told", ends[PDF]) == (
        0,
        f"Answered Maria Anders of Alfreds Futterkiste: '{PDF}'.\nundo with: outreach undo\n",
        "",
    )
    assert outreach("told", ends[LABELS]).out == (
        f"Told Alfreds Futterkiste about '{LABELS}'.\nundo with: outreach undo\n"
    )
    assert owed(outreach) == []
    assert outreach("today", "--json").json["commitments"] == []
    outreach("undo")
    assert owed(outreach) == [LABELS]
    outreach("undo")
    assert owed(outreach) == [LABELS, PDF]


def test_a_person_and_words_instead_of_the_id_will_do(
    ends: dict[str, str], outreach: Command
) -> None:
    assert outreach("told", "labels", "maria").out.startswith(
        f"Told Maria Anders of Alfreds Futterkiste about '{LABELS}'.\n"
    )


def test_told_counts_as_a_give(ends: dict[str, str], outreach: Command) -> None:
    before = outreach("show", "alfreds", "--json").json["balance"]
    outreach("told", ends[PDF])
    after = outreach("show", "alfreds", "--json").json["balance"]
    assert after == {**before, "gives": before["gives"] + 1}


def test_told_as_json_holds_the_feedback_and_the_customer(
    ends: dict[str, str], outreach: Command
) -> None:
    document = outreach("told", ends[PDF], "--json").json
    assert set(document) == {"feedback", "customer"}
    assert document["customer"]["name"] == "Alfreds Futterkiste"
    assert document["feedback"]["words"] == PDF
    [told] = document["feedback"]["told"]
    assert (told["on"], told["customer_id"]) == ("2026-11-26", document["customer"]["id"])
    assert told["contact_id"] == document["feedback"]["contact_id"]


def test_the_page_shows_what_they_were_told_and_by_whom(
    ends: dict[str, str], outreach: Command
) -> None:
    outreach("told", ends[PDF])
    outreach("told", ends[LABELS])
    page = outreach("show", "alfreds").out
    happened = page[page.index("What happened") :]
    assert "26 Nov       told that it is done, Ana\n    “they need labels in Polish”\n" in happened
    assert "26 Nov       answered, Ana\n    “can it export to PDF”\n" in happened
    told = outreach("show", "alfreds", "--json").json["told"]
    assert [(t["on"], t["text"], t["state"]) for t in told] == [
        ("2026-11-26", LABELS, "done"),
        ("2026-11-26", PDF, "heard"),
    ]


def test_nothing_is_told_twice(ends: dict[str, str], team: Path, outreach: Command) -> None:
    outreach("told", ends[PDF])
    before = team.read_bytes()
    for typed in (ends[PDF], "export to pdf"):
        assert outreach("told", typed) == (
            1,
            "",
            f"outreach: they were told about '{PDF}' on Thu 26 Nov 2026\n  nothing was changed\n",
        )
    assert team.read_bytes() == before


def test_what_nobody_decided_is_not_owed(team: Path, outreach: Command) -> None:
    assert outreach("told", "labels") == (
        1,
        "",
        f"outreach: nothing is owed to them about '{LABELS}'\n"
        "  a question waits for an answer, and a wish or problem for news once it is done or declined\n",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["0000ff"], "no feedback answers to '0000ff'"),
        (["labels", "nobody"], "no contact answers to 'nobody'"),
    ],
)
def test_what_is_not_there_is_refused(
    ends: dict[str, str], team: Path, outreach: Command, words: list[str], said: str
) -> None:
    before = team.read_bytes()
    result = outreach("told", *words)
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert team.read_bytes() == before


def test_words_that_two_customers_said_list_both(ends: dict[str, str], outreach: Command) -> None:
    outreach("log", "hudson", "--note", f">? {PDF}")
    result = outreach("told", PDF)
    assert result.code == 1
    assert f"{PDF} (Alfreds Futterkiste, {ends[PDF]})" in result.err
    assert f"{PDF} (Hudson Deli, " in result.err


def test_show_and_today_print_the_end_of_the_id(ends: dict[str, str], outreach: Command) -> None:
    page = outreach("show", "alfreds").out
    assert f"Tell      “{LABELS}” is done (said 24 Aug, {ends[LABELS]})\n" in page
    assert f"Answer    they wait for: {PDF} (23 Nov, {ends[PDF]})\n" in page
    assert f"They asked 3 days ago: {PDF} ({ends[PDF]})\n" in outreach("today").out


def test_log_asks_whether_they_know_and_prints_the_command(
    ends: dict[str, str], team: Path, outreach: Command
) -> None:
    assert outreach("log", "alfreds", "--note", ">? a new one").out == (
        "Logged a call with Alfreds Futterkiste.\n"
        "their question a new one\n"
        f"Did you tell them? “{LABELS}” is done (said 24 Aug):\n"
        f"  outreach told {ends[LABELS]}\n"
        f"Did you tell them? They wait for: {PDF} (23 Nov):\n"
        f"  outreach told {ends[PDF]}\n"
        "undo with: outreach undo\n"
    )
    for options in (["--kind", "note"], ["--outcome", "no-answer"], ["--kind", "email", "--in"]):
        assert "Did you tell" not in outreach("log", "alfreds", *options).out
    assert f"  outreach --file {team} told {ends[PDF]}\n" in (
        outreach("log", "alfreds", "--file", str(team)).out
    )


def test_words_that_steer_a_terminal_are_printed_as_text(team: Path, outreach: Command) -> None:
    outreach("log", "alfreds", "--note", ">? \x1b]52;c;aGk=\x07[/] [red]x\u202e")
    for argv in (["log", "alfreds"], ["show", "alfreds"], ["told", "red"], ["history"]):
        result = outreach(*argv)
        assert result.code == 0
        assert "[/] [red]x" in result.out
        assert not set("\x1b\x07\u202e") & set(result.out)


def test_forgetting_a_person_takes_them_out_of_who_was_told(
    ends: dict[str, str], team: Path, outreach: Command
) -> None:
    outreach("told", ends[PDF], "maria")
    assert outreach("forget", "Maria Anders", "--yes").code == 0
    files = b"".join(p.read_bytes() for p in team.parent.glob("team.json*") if p.is_file())
    assert b"Maria" not in files
    assert owed(outreach) == [LABELS]


def test_a_merge_takes_along_that_they_know(ends: dict[str, str], outreach: Command) -> None:
    outreach("told", ends[PDF])
    assert outreach("merge", "hudson", "alfreds").code == 0
    document = outreach("show", "hudson", "--json").json
    assert [each["words"] for each in document["owed"]] == [LABELS]

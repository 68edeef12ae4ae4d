"""snooze, mute, pause, resume."""

import re
from pathlib import Path

import pytest

from cli.conftest import Command, NoonClock
from company import company
from outreach_tui import domain
from outreach_tui.cli.deciding import PLANNED, REASONS
from outreach_tui.domain.co_creation import CO_CREATE
from outreach_tui.domain.day_list import PERSON_KINDS, SuggestionKind
from outreach_tui.domain.open_events import SEATS
from outreach_tui.domain.pairs import INTRODUCTION


@pytest.mark.parametrize(
    "options",
    [["--for", "7d"], ["--for", "1w"], ["--until", "next thu"], ["--until", "2026-12-03"]],
)
def test_snooze_for_a_span_or_until_a_day(
    team: Path, outreach: Command, options: list[str]
) -> None:
    assert outreach("snooze", "hudson", *options) == (
        0, "Snoozed Hudson Deli until Thu 3 Dec.\nundo with: outreach undo\n", "",
    )  # fmt: skip


def test_a_second_snooze_is_counted(team: Path, outreach: Command) -> None:
    outreach("snooze", "hudson", "--for", "1d")
    assert "Snoozed twice." in outreach("snooze", "hudson", "--for", "2d").out


@pytest.mark.parametrize("options", [[], ["--for", "7d", "--until", "fri"]])
def test_snooze_wants_one_of_both(team: Path, outreach: Command, options: list[str]) -> None:
    assert outreach("snooze", "hudson", *options).code == 2


@pytest.mark.parametrize(
    "options", [["--for", "soon"], ["--until", "today"], ["--until", "fri 15:00"]]
)
def test_snooze_refuses_what_is_no_day_ahead(
    team: Path, outreach: Command, options: list[str]
) -> None:
    result = outreach("snooze", "hudson", *options)
    assert (result.code, result.out) == (1, "")


@pytest.mark.parametrize(
    ("options", "until"),
    [
        (["--for", "1d"], "Fri 27 Nov"),
        (["--for", "2d"], "Mon 30 Nov"),
        (["--until", "sat"], "Sat 28 Nov"),
    ],
)
def test_a_span_goes_on_to_the_next_working_day_as_in_the_app(
    team: Path, outreach: Command, options: list[str], until: str
) -> None:
    outreach("setting", "working-days", "mon-fri")
    assert outreach("snooze", "hudson", *options).out.startswith(
        f"Snoozed Hudson Deli until {until}.\n"
    )


def test_every_planned_kind_can_be_snoozed() -> None:
    assert set(PLANNED) == set(SuggestionKind) - PERSON_KINDS


def test_a_planned_kind_is_snoozed_without_the_calls(scratch: Path, outreach: Command) -> None:
    company(scratch, NoonClock())

    def today() -> list[tuple[str, str]]:
        found = outreach("today", "--json").json["suggestions"]
        return [(s["kind"], s["customer"]["name"]) for s in found]

    before = today()
    kinds = {kind: name for kind, name in before if kind in PLANNED}
    assert set(kinds) >= {"co-create", "introduction"}
    for _ in range(2):
        for kind, name in kinds.items():
            result = outreach("snooze", name, "--kind", kind, "--for", "7d")
            assert result == (
                0,
                f"Snoozed {name} until Thu 3 Dec.\nOnly for {PLANNED[kind]}; calls go on.\n"
                "undo with: outreach undo\n",
                "",
            )
    after = today()
    assert not {(kind, name) for kind, name in after if kind in PLANNED} & set(kinds.items())
    assert [s for s in after if s[0] not in PLANNED] == [s for s in before if s[0] not in PLANNED]


def test_a_kind_is_one_that_is_planned(team: Path, outreach: Command) -> None:
    assert outreach("snooze", "hudson", "--kind", "thank-you-call", "--for", "7d").code == 2


def test_snooze_as_json_holds_the_decision(team: Path, outreach: Command) -> None:
    document = outreach("snooze", "hudson", "--for", "7d", "--json").json
    assert document["decision"]["kind"] == "snoozed"
    assert document["decision"]["until_on"] == "2026-12-03"
    assert document["customer"]["name"] == "Hudson Deli"


def test_mute_silences_a_reason_for_90_days(team: Path, outreach: Command) -> None:
    result = outreach("mute", "alfreds", "--reason", "overdue", "--why", "they prefer mail")
    assert "It is quiet until Wed 24 Feb 2027." in result.out
    names = [s["customer"]["name"] for s in outreach("today", "--json").json["suggestions"]]
    assert "Alfreds Futterkiste" not in names


def test_mute_knows_every_reason_that_a_suggestion_can_have() -> None:
    rules = Path(str(domain.__file__)).parent.glob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in rules)
    said = re.findall(r'(?:as_reason\(\s*|Rule\(|"(?=no-[aph]))"?([a-z]+(?:-[a-z]+)*)"', source)
    codes = {*said, "overdue", "due", SEATS, CO_CREATE, INTRODUCTION}
    assert codes == set(REASONS)


def test_mute_refuses_a_reason_that_does_not_exist(team: Path, outreach: Command) -> None:
    assert outreach("mute", "alfreds", "--reason", "boring").code == 2


def test_pause_needs_a_why_and_resume_ends_it(team: Path, outreach: Command) -> None:
    assert outreach("pause", "hudson").code == 2
    assert outreach("pause", "hudson", "--why", " ").code == 1
    assert (
        "To be looked at again on Tue 25 May 2027."
        in outreach("pause", "hudson", "--why", "merger").out
    )
    assert outreach("show", "hudson", "--json").json["customer"]["status"] == "paused"
    assert outreach("resume", "hudson").out.startswith("Resumed Hudson Deli.\n")
    assert outreach("show", "hudson", "--json").json["customer"]["status"] == "active"


def test_resume_is_refused_where_nothing_was_put_off(team: Path, outreach: Command) -> None:
    before = team.read_bytes()
    refused = (
        1, "", "outreach: Hudson Deli is neither paused nor snoozed\n  there is nothing to resume\n",
    )  # fmt: skip
    assert outreach("resume", "hudson") == refused
    assert team.read_bytes() == before
    assert outreach("pause", "hudson", "--why", "merger").code == 0
    assert outreach("resume", "hudson").code == 0
    assert outreach("resume", "hudson") == refused


@pytest.mark.parametrize("kind", [[], *(["--kind", kind] for kind in PLANNED)])
def test_resume_ends_any_snooze(team: Path, outreach: Command, kind: list[str]) -> None:
    assert outreach("snooze", "hudson", *kind, "--for", "7d").code == 0
    assert outreach("resume", "hudson", "--today", "2026-12-03").code == 1  # it is over by then
    assert outreach("resume", "hudson").code == 0

"""setting, the load under today, and the third snooze."""

import json
from pathlib import Path

import pytest

from cli.conftest import Command
from outreach_tui.domain.setting_rows import BY_NAME
from outreach_tui.domain.settings import TEAM

LOAD = {
    "asked": 8.9,  # 365/90 + 2 · 365/150
    "reached": 450.6,  # 3 · 5 · (365/7 − 5) · rate
    "ratio": 0.02,
    "reach_rate": 0.637,  # (1 + 0.63 · 50) ÷ 51: one call is on record
    "notice": "",
}


def test_setting_lists_all_with_value_default_and_what_they_mean(
    team: Path, outreach: Command
) -> None:
    result = outreach("setting")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(
        "The team's, the same for everybody\n  band.new  14/30  (the default)\n"
    )
    assert "\nYours\n  calls-a-day  3  (the default)\n" in result.out
    assert all(f"\n  {name}  " in result.out for name in BY_NAME)


def test_setting_writes_nothing_where_it_only_reads(scratch: Path, outreach: Command) -> None:
    assert outreach("setting").code == 0
    assert outreach("setting", "band.a").code == 0
    assert not scratch.exists()


def test_a_name_shows_one_and_how_to_change_it(team: Path, outreach: Command) -> None:
    assert outreach("setting", "band.a") == (
        0,
        "  band.a  45/90  (the default)\n"
        "    How often we talk to customers of tier A: from the first number of days on\n"
        "    they are suggested, by the second one we have spoken.\n"
        "    A: every 45 days, at the latest 90: 1 customer, about 4 conversations a\n"
        "    year.\n"
        "change it with, for example: outreach setting band.a 45/90\n",
        "",
    )


def test_a_value_changes_it_and_undo_takes_it_back(team: Path, outreach: Command) -> None:
    assert outreach("setting", "band.new", "7/14") == (
        0,
        "Changed the band of new customers to 7/14.\n"
        "New: every 7 days, at the latest 14: 0 customers, about 0 conversations a year.\n"
        "undo with: outreach undo\n",
        "",
    )
    assert outreach("setting", "band.new", "--json").json["setting"]["value"] == "7/14"
    outreach("undo")
    assert outreach("setting", "band.new", "--json").json["setting"]["value"] == "14/30"


def test_words_of_a_value_need_no_quotes_and_default_goes_back(
    team: Path, outreach: Command
) -> None:
    assert "to 9:00-17:30." in outreach("setting", "works", "9:00", "-", "17:30").out
    assert "to 2026-12-21..2027-01-02." in outreach("setting", "away", "21", "dec..2", "jan").out
    assert "back to 8:00-18:00." in outreach("setting", "works", "default").out
    assert outreach("setting", "works", "8-18").out.startswith(
        "works is 8:00-18:00 already; nothing was changed.\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("band.a", "90/45", "the ideal (90) has to come before the maximum (45)"),
        ("calls-a-day", "0", "it has to be 1 to 100 calls"),
        ("works", "17:00-9:00", "before it begins"),
        ("radius.visit", "0", "it has to be 1 to 5000 km"),
        ("group-size", "1", "a group has 2 to 500 customers"),
        ("covered-by", "Zoe", "no member answers to 'Zoe'"),
        ("city", "Nowhereville, Germany", ""),
        ("no-such", "1", "there is no setting 'no-such'"),
    ],
)
def test_what_contradicts_itself_is_refused(
    team: Path, outreach: Command, name: str, value: str, why: str
) -> None:
    result = outreach("setting", name, value)
    assert (result.code, result.out) == (1, "")
    assert why in result.err
    assert outreach("setting").out.count("(the default)") == 15


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("yesterday..tomorrow", "Away from Wed 25 Nov 2026 to Fri 27 Nov 2026, 3 days."),
        ("21 dec..2 jan", "Away from Mon 21 Dec 2026 to Sat 2 Jan 2027, 13 days."),
        ("tomorrow", "Away on Fri 27 Nov 2026."),
        ("mon..", "Away from Mon 30 Nov 2026 on, until you say otherwise."),
    ],
)
def test_an_absence_is_said_with_its_days(
    team: Path, outreach: Command, typed: str, said: str
) -> None:
    assert outreach("setting", "away", typed).out.splitlines()[1] == said
    assert f"    {said}\n" in outreach("setting", "away").out
    assert len(outreach("setting", "away", "none").out.splitlines()) == 2


def test_one_call_a_day_is_one_call(team: Path, outreach: Command) -> None:
    said = outreach("setting", "calls-a-day", "1").out.splitlines()[1]
    assert said.startswith("1 call on 236 days a year, ")


def test_promising_better_customers_less_is_doubted(team: Path, outreach: Command) -> None:
    result = outreach("setting", "band.a", "200/400")
    assert result.code == 0
    assert result.err == "Tier A is now promised less than tier B.\n"


def test_setting_as_json(team: Path, outreach: Command) -> None:
    document = outreach("setting", "--json").json
    assert [row["name"] for row in document["settings"]] == list(BY_NAME)
    assert set(document["settings"][0]) == {
        "name", "whose", "value", "default", "about", "effect", "example", "problem",
    }  # fmt: skip
    changed = outreach("setting", "band.a", "200/400", "--json").json
    assert (changed["setting"]["value"], changed["changed"]) == ("200/400", True)
    assert changed["doubts"] == ["tier A is now promised less than tier B"]
    assert not outreach("setting", "band.a", "200/400", "--json").json["changed"]


def test_a_city_gives_the_zone(team: Path, outreach: Command) -> None:
    outreach("setting", "city", "Lyon, France")
    assert outreach("setting", "zone", "--json").json["setting"]["value"] == "Europe/Paris"


def test_contradictions_in_the_file_are_said_and_do_not_stop_the_day(
    team: Path, outreach: Command
) -> None:
    content = json.loads(team.read_text())
    content["settings"] = content.get("settings", {}) | {
        "99": {"id": TEAM, "value": {"a": {"ideal_days": 90, "max_days": 45}, "group_size": 6}}
    }
    [member] = content["members"].values()
    member |= {"calls_a_day": 0, "working_days": []}
    team.write_text(json.dumps(content))
    result = outreach("today")
    assert result.code == 0
    assert (
        "The setting band.a in the file cannot be meant: the ideal (90) has to come" in result.err
    )
    assert "The setting calls-a-day in the file cannot be meant" in result.err
    assert "mon-fri is used." in result.err
    assert "! In the file it cannot be meant" in outreach("setting", "band.a").out
    assert outreach("setting", "band.a", "45/90").code == 0
    assert outreach("setting", "calls-a-day", "3").code == 0
    assert outreach("setting", "working-days", "mon-fri").code == 0
    assert outreach("today").err == ""
    assert outreach("setting", "group-size", "--json").json["setting"]["value"] == "6"


def test_each_change_is_undone_by_itself(team: Path, outreach: Command) -> None:
    outreach("setting", "band.a", "30/60")
    outreach("setting", "group-size", "6")
    outreach("undo")
    assert outreach("setting", "band.a", "--json").json["setting"]["value"] == "30/60"
    outreach("undo")
    assert outreach("setting").out.count("(the default)") == 15


def test_today_prints_the_load_only_where_it_is_worth_it(team: Path, outreach: Command) -> None:
    assert "What helps" not in outreach("today").out
    assert outreach("today", "--json").json["load"] == LOAD
    assert outreach("today", "--member", "all", "--json").json["load"] is None


def test_today_says_that_too_much_is_promised(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    rows = "\n".join(f"Customer {number}," for number in range(600))
    (tmp_path / "many.csv").write_text(f"Company,Phone\n{rows}\n")
    assert outreach("import", str(tmp_path / "many.csv")).code == 0
    assert outreach("today").out.endswith(
        "\n\nYour bands ask for 1.6 times the calls you can make.\nWhat helps: outreach setting\n"
    )
    load = outreach("today", "--json").json["load"]
    assert load["notice"] == "Your bands ask for 1.6 times the calls you can make"
    assert 1.6 < load["ratio"] < 1.65
    everybody = outreach("today", "--member", "all").out
    assert "The bands ask for 1.6 times the calls Ana can make." in everybody


def test_the_third_snooze_says_how_to_change_the_rhythm(team: Path, outreach: Command) -> None:
    for span in ("1d", "2d"):
        assert "the right rhythm" not in outreach("snooze", "alfreds", "--for", span).out
    out = outreach("snooze", "alfreds", "--for", "3d").out
    assert out == (
        "Snoozed Alfreds Futterkiste until Mon 30 Nov.\n"
        "Snoozed three times since you last spoke.\n"
        "Is every 45 to 90 days the right rhythm? To change it:\n"
        '  outreach edit "Alfreds Futterkiste" cadence=90/180\n'
        "undo with: outreach undo\n"
    )
    assert outreach("edit", "Alfreds Futterkiste", "cadence=90/180").code == 0

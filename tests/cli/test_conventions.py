"""What holds for every verb: shared options, exit codes, colour, and how failures end."""

import sys
from pathlib import Path

import pytest

from cli.conftest import Command
from outreach_tui.bootstrap import Services
from outreach_tui.cli import printing, verbs
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Put
from outreach_tui.errors import Conflict
from outreach_tui.paths import log_file
from outreach_tui.services.day_plans import DayPlans


def test_shared_options_stand_before_or_behind_the_verb(
    scratch: Path, outreach: Command, tmp_path: Path
) -> None:
    here, there = str(tmp_path / "a.json"), str(tmp_path / "b.json")
    assert outreach("--file", here, "add", "One").code == 0
    assert outreach("add", "Two", "--file", there).code == 0
    assert outreach("--file", here, "--json", "customers").json["customers"][0]["name"] == "One"
    names = outreach("--file", here, "customers", "--file", there, "--json").json["customers"]
    assert [row["name"] for row in names] == ["Two"], "what stands behind the verb wins"
    assert not scratch.exists()


def test_the_environment_gives_defaults(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_TODAY", "2026-12-24")
    assert outreach("today", "--json").json["date"] == "2026-12-24"
    assert outreach("today", "--today", "2027-01-02", "--json").json["date"] == "2027-01-02"
    monkeypatch.setenv("OUTREACH_MEMBER", "nobody")
    assert outreach("today").code == 1
    assert outreach("today", "--as", "Ana").code == 0


@pytest.mark.parametrize(
    ("typed", "day"), [("2026-12-24", "2026-12-24"), ("fri", "2026-11-27"), ("3 dec", "2026-12-03")]
)
def test_today_is_read_like_every_day(team: Path, outreach: Command, typed: str, day: str) -> None:
    assert outreach("today", "--today", typed, "--json").json["date"] == day


@pytest.mark.parametrize("typed", ["someday", "11/10", "fri 15:00"])
def test_a_today_that_is_no_day_is_refused(team: Path, outreach: Command, typed: str) -> None:
    assert outreach("today", "--today", typed).code == 1


@pytest.mark.parametrize(
    "argv", [["fax"], ["today", "--fax"], ["show"], ["customers", "--tier", "Z"]]
)
def test_wrong_usage_ends_with_2_and_says_how_on_stderr(
    team: Path, outreach: Command, argv: list[str]
) -> None:
    result = outreach(*argv)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Usage: outreach")


def test_help_is_no_failure(scratch: Path, outreach: Command) -> None:
    for verb in verbs.VERBS:
        result = outreach(verb, "--help")
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith(f"Usage: outreach {verb} ")
    assert outreach("--help").code == 0
    assert outreach("--version").out.startswith("outreach ")


def test_a_refusal_with_json_is_still_text_on_stderr(team: Path, outreach: Command) -> None:
    result = outreach("show", "nobody at all", "--json")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("outreach: no customer answers to 'nobody at all'")


def test_a_conflict_ends_with_3(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clash(*_: object, **__: object) -> None:
        raise Conflict("somebody else changed city of Hudson Deli meanwhile", "nothing was changed")

    monkeypatch.setattr("outreach_tui.store.tinydb_file.TinyDbStore.commit", clash)
    result = outreach("edit", "hudson", "city=Boston")
    assert (result.code, result.out) == (3, "")
    assert "  nothing was changed\n" in result.err


@pytest.mark.parametrize("damage", ["{", "", '{"_default": {"1": {"a": 1}}}'])
def test_a_damaged_or_foreign_file_ends_with_4_and_is_not_touched(
    scratch: Path, outreach: Command, damage: str
) -> None:
    scratch.write_text(damage, encoding="utf-8")
    for argv in (["today"], ["add", "New"], ["undo"]):
        assert outreach(*argv).code == 4
    assert scratch.read_text(encoding="utf-8") == damage
    assert [path.name for path in scratch.parent.iterdir()] == ["team.json"]


def test_a_bug_is_named_and_logged_without_what_is_on_file(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: DayPlans, member: object = None) -> None:
        raise ValueError("Alfreds Futterkiste owes us a secret")

    monkeypatch.setattr(DayPlans, "today", broken)
    result = outreach("today")
    log = log_file()
    assert result.code == 70
    assert result.out == ""
    assert result.err == (
        f"outreach: this is a bug (ValueError); your file is safe; what happened is in {log}\n"
    )
    written = log.read_text(encoding="utf-8")
    assert "builtins.ValueError" in written
    assert "outreach_tui/cli/reading.py:" in written
    assert "secret" not in written
    assert "Alfreds" not in written


def test_a_log_that_cannot_be_written_is_said(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DayPlans, "today", lambda *_: 1 / 0)
    log_file().parent.parent.mkdir(parents=True, exist_ok=True)
    log_file().parent.write_text("in the way", encoding="utf-8")
    assert "it could not be written to" in outreach("today").err


def test_ctrl_c_ends_with_130_and_says_nothing(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: DayPlans, member: object = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(DayPlans, "today", interrupted)
    assert outreach("today") == (130, "", "")


def test_a_full_disk_behind_stdout_is_a_refusal(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(text: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys.stdout, "write", full)
    result = outreach("customers")
    assert result.code == 1
    assert "cannot write the output: No space left on device" in result.err


def test_colour_only_on_a_terminal_and_never_with_no_color(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in outreach("customers").out
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[31m! 4 days late" in outreach("customers").out
    assert "\x1b" not in outreach("customers", "--json").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in outreach("customers").out


def test_a_narrow_terminal_keeps_names_and_drops_columns(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "terminal_room", lambda: 60)
    out = outreach("customers").out
    assert out.splitlines()[0].split() == ["Name", "City", "T", "State", "Last", "talk"]
    assert "Alfreds Futterkiste" in out
    assert all(len(line) <= 60 for line in out.splitlines())


def test_several_members_are_asked_who_they_are(
    team: Path, outreach: Command, services: Services
) -> None:
    ben = Member(id=services.workspace.ids.new(), name="Ben")
    services.workspace.commit("added Ben", [Put(ben)])
    refused = outreach("log", "hudson")
    assert (refused.code, "--as NAME" in refused.err) == (1, True)
    touchpoint = outreach("log", "hudson", "--as", "ben", "--json").json["touchpoint"]
    assert touchpoint["member_id"] == ben.id

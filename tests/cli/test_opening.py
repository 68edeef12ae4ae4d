"""`outreach` alone and `demo`: the app on a terminal, the day's list elsewhere."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from cli.conftest import Command
from outreach_tui.bootstrap import Services
from outreach_tui.cli import printing


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Services]:
    """Pretend that there is a terminal, and note with what the app is opened."""
    seen: list[Services] = []
    app = ModuleType("outreach_tui.app")
    app.run_app = seen.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "outreach_tui.app", app)
    monkeypatch.setattr(printing, "is_interactive", lambda: True)
    return seen


def test_without_a_terminal_the_day_is_printed(team: Path, outreach: Command) -> None:
    assert outreach() == outreach("today")
    assert outreach("--json").json == outreach("today", "--json").json


def test_on_a_terminal_the_app_opens_on_the_chosen_file(
    team: Path, outreach: Command, opened: list[Services], tmp_path: Path
) -> None:
    assert outreach("--file", str(tmp_path / "other.json")) == (0, "", "")
    assert [services.path.name for services in opened] == ["other.json"]


def test_the_demo_prints_a_day_of_sample_data_and_leaves_nothing(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    before = team.read_bytes()
    result = outreach("demo")
    assert result.code == 0
    assert "· Ana" in result.out.splitlines()[0]
    assert result.err == "This is sample data in a scratch file; it is removed when you leave.\n"
    assert list((tmp_path / "temp").iterdir()) == []
    assert team.read_bytes() == before


def test_the_demo_opens_the_app_on_the_scratch_file(
    team: Path, outreach: Command, opened: list[Services]
) -> None:
    assert outreach("demo").code == 0
    assert opened[0].path != team


@pytest.mark.parametrize("argv", [["demo", "--file", "x.json"], ["--file", "x.json", "demo"]])
def test_the_demo_refuses_a_file_of_yours(
    scratch: Path, outreach: Command, argv: list[str]
) -> None:
    result = outreach(*argv)
    assert (result.code, result.out) == (1, "")
    assert "never touches a file of yours" in result.err

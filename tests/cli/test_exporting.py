"""export ics: a folder, one file, or stdout."""

from pathlib import Path

import pytest

from cli.conftest import Command


@pytest.fixture
def planned(team: Path, outreach: Command) -> str:
    """Plan two meetings; return the id of the first."""
    first = outreach("plan", "alfreds", "--start", "fri 15:00", "--json").json["meeting"]["id"]
    outreach("plan", "hudson", "--start", "mon 15:00")
    return str(first)


def test_a_folder_gets_one_file_a_meeting_and_is_kept_up_to_date(
    planned: str, outreach: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "calendar"
    files = outreach("export", "ics", "--out", str(folder), "--json").json["files"]
    assert [file["change"] for file in files] == ["created", "created"]
    assert {"path", "uid", "sequence", "change"} == set(files[0])
    assert sorted(str(path) for path in folder.iterdir()) == sorted(f["path"] for f in files)
    outreach("move", "alfreds", "--start", "fri 16:00")
    assert outreach("export", "ics", "--out", str(folder)).out == (
        f"updated    {folder}/{planned}.ics\n1 file in {folder} stayed as it is\n"
    )
    assert (
        outreach("export", "ics", "--out", str(folder)).out
        == f"2 files in {folder} stayed as they are\n"
    )
    outreach("cancel", "alfreds")
    assert outreach("export", "ics", "--out", str(folder)).out.startswith("cancelled  ")


def test_named_meetings_only(planned: str, outreach: Command, tmp_path: Path) -> None:
    files = outreach("export", "ics", planned[-6:], "--out", str(tmp_path / "c"), "--json").json[
        "files"
    ]
    assert [file["uid"] for file in files] == [planned]


def test_one_file_with_all(planned: str, outreach: Command, tmp_path: Path) -> None:
    target = tmp_path / "all.ics"
    assert (
        outreach("export", "ics", "--file-out", str(target)).out
        == f"created    {target} (2 meetings)\n"
    )
    assert target.read_bytes().count(b"BEGIN:VEVENT") == 2


def test_stdout_gets_the_calendar_and_nothing_else(planned: str, outreach: Command) -> None:
    result = outreach("export", "ics", "-")
    assert result.out.startswith("BEGIN:VCALENDAR\r\n") or result.out.startswith(
        "BEGIN:VCALENDAR\n"
    )
    assert result.out.count("BEGIN:VEVENT") == 2
    assert result.err == ""


def test_the_folder_of_the_settings_is_the_default(
    planned: str, outreach: Command, tmp_path: Path
) -> None:
    assert outreach("export", "ics").code == 1
    (tmp_path / "config.toml").write_text(
        f'calendar_folder = "{tmp_path}/mine"\n', encoding="utf-8"
    )
    assert outreach("export", "ics").code == 0
    assert len(list((tmp_path / "mine").iterdir())) == 2


@pytest.mark.parametrize(
    "argv", [["-", "--out", "x"], ["--out", "x", "--file-out", "y"], ["-", "--json"]]
)
def test_only_one_place_can_be_chosen(team: Path, outreach: Command, argv: list[str]) -> None:
    assert outreach("export", "ics", *argv).code == 2


def test_nothing_to_export_is_said(team: Path, outreach: Command, tmp_path: Path) -> None:
    assert outreach("export", "ics", "-").code == 1
    assert outreach("export", "ics", "--out", str(tmp_path / "c")).out.startswith(
        "No meeting to export"
    )

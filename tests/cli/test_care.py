"""undo, redo, where."""

from pathlib import Path

from cli.conftest import Command
from outreach_tui.paths import log_file


def test_undo_and_redo_say_what_they_took_back(team: Path, outreach: Command) -> None:
    outreach("log", "hudson")
    assert (
        outreach("undo").out
        == "Undone: Logged a call with Hudson Deli.\nredo with: outreach redo\n"
    )
    assert outreach("show", "hudson", "--json").json["touchpoints"] == []
    assert (
        outreach("redo").out
        == "Done again: Logged a call with Hudson Deli.\nundo with: outreach undo\n"
    )
    assert len(outreach("show", "hudson", "--json").json["touchpoints"]) == 1


def test_undo_as_json(team: Path, outreach: Command) -> None:
    outreach("log", "hudson")
    document = outreach("undo", "--json").json
    assert set(document) == {"did", "at", "member_id", "records", "undone"}
    assert (document["did"], document["undone"]) == ("logged a call with Hudson Deli", True)


def test_nothing_to_undo_is_refused(scratch: Path, outreach: Command) -> None:
    assert outreach("undo").code == 1
    assert outreach("redo").code == 1
    assert not scratch.exists()


def test_where_names_every_place(scratch: Path, outreach: Command) -> None:
    result = outreach("where")
    folder = scratch.parent
    assert result.out == (
        f"file      {folder}/team.json (not written yet)\n"
        f"settings  {folder}/config.toml\n"
        f"log       {log_file()}\n"
    )
    document = outreach("where", "--json").json
    assert document == {
        "file": f"{folder}/team.json",
        "exists": False,
        "config": f"{folder}/config.toml",
        "log": str(log_file()),
    }


def test_where_works_on_a_damaged_file(scratch: Path, outreach: Command) -> None:
    scratch.write_text("{", encoding="utf-8")
    assert outreach("where").code == 0

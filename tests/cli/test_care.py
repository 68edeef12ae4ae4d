"""undo, redo, where."""

from pathlib import Path

from cli.conftest import Command, NoonClock
from outreach_tui.bootstrap import Services
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch
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
        f"journal   {folder}/team.json.journal\n"
        f"history   {folder}/team.json.history\n"
        f"backups   {folder}/team.json.backups\n"
        f"settings  {folder}/config.toml\n"
        f"log       {log_file()}\n"
    )
    document = outreach("where", "--json").json
    assert document == {
        "file": f"{folder}/team.json",
        "exists": False,
        "journal": f"{folder}/team.json.journal",
        "history": f"{folder}/team.json.history",
        "backups": f"{folder}/team.json.backups",
        "config": f"{folder}/config.toml",
        "log": str(log_file()),
    }


def test_where_works_on_a_damaged_file(scratch: Path, outreach: Command) -> None:
    scratch.write_text("{", encoding="utf-8")
    assert outreach("where").code == 0


def test_history_says_who_did_what(team: Path, outreach: Command) -> None:
    outreach("--as", "Ana", "log", "alfreds", "--note", "> labels")
    outreach("undo")
    outreach("edit", "hudson", "phone=555")
    lines = outreach("history").out.splitlines()
    assert lines[0] == "Thu 26 Nov 2026"
    assert [line.split(maxsplit=1)[1] for line in lines[1:]] == [
        "Ana: changed phone of Hudson Deli",
        "Ana: took back: logged a call with Alfreds Futterkiste",
        "Ana: logged a call with Alfreds Futterkiste",
    ]
    of_one = outreach("history", "alfreds", "--limit", "1", "--json").json
    (entry,) = of_one["entries"]
    assert (entry["seq"], entry["member"], entry["undone"]) == (7, "Ana", True)
    assert outreach("history", "--since", "2026-11-27").out == "Nothing was done yet.\n"
    assert outreach("history", "nobody").code == 1


def test_undo_can_leave_what_cannot_be_undone_any_more(team: Path, outreach: Command) -> None:
    outreach("log", "alfreds")
    outreach("edit", "hudson", "phone=1")
    services = Services(clock=NoonClock())
    hudson = services.customers.find("hudson")
    services.store.commit(
        "theirs", [Patch(Customer, hudson.id, {"phone": "2"})], member_id="somebody"
    )
    services.close()
    refused = outreach("undo")
    assert refused.code == 1
    assert "phone of Hudson Deli was changed since by: theirs" in refused.err
    assert "outreach undo --skip" in refused.err
    assert outreach("undo", "--skip").out.startswith("Undone: Logged a call with Alfreds")
    assert outreach("show", "hudson", "--json").json["customer"]["phone"] == "2"

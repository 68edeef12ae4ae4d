"""merge: what looks like one customer, which value stays, and what cannot be meant."""

from pathlib import Path

from cli.conftest import Command
from outreach_tui.bootstrap import Services

LIST = "Company,City,Country,Phone\nAlfred Futterkiste GmbH,Berlin,Germany,030 0074321\nBlauer See,Mannheim,Germany,\n"


def test_an_import_names_new_customers_that_look_like_others(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    dry = outreach("import", str(tmp_path / "list.csv"), "--dry-run", "--json").json
    assert dry["twins"] == []
    result = outreach("import", str(tmp_path / "list.csv"))
    *_, first, pair, rest, command, undo = result.text.splitlines()
    assert (first, undo) == ("1 looks like a customer you have:", "undo with: outreach undo")
    assert command.startswith("    outreach merge ")
    assert "Alfreds Futterkiste (Berlin, ID)" in f"{pair} {rest.strip()}"
    assert "Alfred Futterkiste GmbH (Berlin, ID)" in f"{pair} {rest.strip()}"
    assert rest.endswith("(the same town)")
    (twins,) = outreach("merge", "--json").json["twins"]
    assert {twins["a"]["name"], twins["b"]["name"]} == {
        "Alfreds Futterkiste",
        "Alfred Futterkiste GmbH",
    }
    assert twins["because"] == ["the same town"]
    assert twins["likeness"] >= 95
    assert outreach("import", str(tmp_path / "list.csv"), "--json").json["twins"] == []


def test_merging_says_what_came_over_and_what_gave_way(
    team: Path, outreach: Command, services: Services
) -> None:
    assert outreach("add", "Alfred Futterkiste", "phone=030 1", "website=alfreds.de").code == 0
    assert outreach("log", "alfred futterkiste", "--note", "> labels").code == 0
    would = outreach(
        "merge", "Alfreds Futterkiste", "Alfred Futterkiste", "--keep", "name=b", "--dry-run"
    )
    said = [
        "  came over: 1 conversation, 1 piece of feedback",
        "  Name: Alfreds Futterkiste gave way to Alfred Futterkiste",
    ]
    assert would.out.splitlines() == [
        "Would merge Alfred Futterkiste into Alfreds Futterkiste.",
        *said,
        "Nothing was changed.",
    ]
    done = outreach("merge", "Alfreds Futterkiste", "Alfred Futterkiste", "--keep", "name=b")
    assert done.out.splitlines() == [
        "Merged Alfred Futterkiste into Alfreds Futterkiste.",
        *said,
        "undo with: outreach undo",
    ]
    shown = outreach("show", "Alfred Futterkiste", "--json").json
    assert (shown["customer"]["website"], shown["customer"]["city"]) == ("alfreds.de", "Berlin")
    assert len(shown["touchpoints"]) == 2
    assert outreach("doctor").code == 0
    assert outreach("undo").code == 0
    assert len(outreach("customers", "--json").json["customers"]) == 4


def test_the_document_of_a_merge(team: Path, outreach: Command) -> None:
    document = outreach("merge", "alfreds", "around", "--keep", "address=b", "--json").json
    assert document["merged"]["name"] == "Around the Horn"
    assert (document["customer"]["city"], document["customer"]["country"]) == ("London", "UK")
    assert (document["moved"], document["doubles"], document["dry_run"]) == (
        {"contacts": 1},
        {},
        False,
    )
    assert [(d["field"], d["of"]) for d in document["dropped"]] == [
        ("name", "customer"),
        ("address", "customer"),
    ]


def test_two_customers_can_be_said_to_be_two(team: Path, outreach: Command) -> None:
    assert outreach("add", "Alfreds Futterkiste GmbH").code == 0
    assert len(outreach("merge", "--json").json["twins"]) == 1
    assert outreach("merge", "Alfreds Futterkiste", "Alfreds Futterkiste GmbH", "--apart").out == (
        "Said that Alfreds Futterkiste and Alfreds Futterkiste GmbH are two customers.\n"
        "undo with: outreach undo\n"
    )
    assert outreach("merge").out == "No two customers look like one.\n"
    assert outreach("undo").code == 0
    assert len(outreach("merge", "--json").json["twins"]) == 1


def test_what_cannot_be_meant_is_refused(team: Path, outreach: Command) -> None:
    before = team.read_bytes()
    assert outreach("merge", "alfreds").code == 2
    assert outreach("merge", "--dry-run").code == 2
    assert outreach("merge", "alfreds", "around", "--apart", "--dry-run").code == 2
    itself = outreach("merge", "alfreds", "Alfreds Futterkiste")
    assert (itself.code, itself.err.splitlines()[0]) == (
        1,
        "outreach: Alfreds Futterkiste cannot be merged with itself",
    )
    wrong = outreach("merge", "alfreds", "around", "--keep", "colour=b")
    assert wrong.code == 1
    assert "FIELD can be name, address, industry" in wrong.err
    assert outreach("merge", "alfreds", "Zzyzx").code == 1
    assert team.read_bytes() == before

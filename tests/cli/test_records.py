"""add, edit."""

from pathlib import Path

import pytest

from cli.conftest import Command

LONG = "9" * 5000
"""More digits than Python makes a number of."""


def test_add_makes_a_customer_and_the_first_member(scratch: Path, outreach: Command) -> None:
    result = outreach(
        "add", "Blauer See", "city=Mannheim", "country=Germany", "--contact", "Hanna Moos",
        "--role", "sales", "--phone", "0621-08460", "--email", "hanna@example.com",
    )  # fmt: skip
    assert result.code == 0
    assert result.text == "Added Blauer See.\n  id ID\nundo with: outreach undo\n"
    brief = outreach("show", "blauer", "--json").json
    assert brief["customer"]["place"]["zone"] == "Europe/Berlin"
    assert brief["contacts"][0]["name"] == "Hanna Moos"
    assert brief["contacts"][0]["emails"] == ["hanna@example.com"]


def test_add_as_json_holds_customer_and_contacts(scratch: Path, outreach: Command) -> None:
    document = outreach("add", "Blauer See", "tags=a, b", "--contact", "Hanna", "--json").json
    assert document["customer"]["tags"] == ["a", "b"]
    assert document["contacts"][0]["name"] == "Hanna"
    assert document["changed"] == ["tags"]


def test_add_asks_where_a_town_is_with_the_command_that_answers(
    scratch: Path, outreach: Command
) -> None:
    result = outreach("add", "Hungry Coyote", "city=Elgin", "region=OR", "country=USA")
    assert result.code == 0
    assert 'Elgin, Oregon, US: outreach edit "Hungry Coyote" place=5725293' in result.err
    assert outreach("edit", "hungry", "place=5725293", "--json").json["changed"] == ["place"]


def test_a_name_that_is_on_file_is_refused(team: Path, outreach: Command) -> None:
    result = outreach("add", "hudson deli", "city=New York")
    assert result.code == 1
    assert "Hudson Deli is on file already" in result.err


def test_a_name_may_begin_with_a_dash(scratch: Path, outreach: Command) -> None:
    assert outreach("add", "--", "-Corp").code == 0
    assert outreach("show", "--json", "--", "-Corp").json["customer"]["name"] == "-Corp"


@pytest.mark.parametrize(
    "argv",
    [
        ["add", "X", "city"],
        ["add", "X", "--phone", "1"],
        ["edit", "hudson"],
        ["edit", "hudson", "=x"],
    ],
)
def test_what_is_not_of_the_form_is_wrong_usage(
    team: Path, outreach: Command, argv: list[str]
) -> None:
    assert outreach(*argv).code == 2


def test_edit_says_what_changed(team: Path, outreach: Command) -> None:
    assert outreach("edit", "hudson", "industry=Food", "Renewal-On=3 mar 2027") == (
        0, "Changed industry, renewal on of Hudson Deli.\nundo with: outreach undo\n", "",
    )  # fmt: skip
    customer = outreach("show", "hudson", "--json").json["customer"]
    assert (customer["industry"], customer["renewal_on"]) == ("Food", "2027-03-03")


def test_an_empty_value_empties_a_field(team: Path, outreach: Command) -> None:
    assert outreach("edit", "alfreds", "industry=", "--json").json["customer"]["industry"] == ""


def test_a_value_may_hold_an_equals_sign(team: Path, outreach: Command) -> None:
    document = outreach("edit", "hudson", "website=https://x.example/?a=b", "--json").json
    assert document["customer"]["website"] == "https://x.example/?a=b"


def test_edit_that_changes_nothing_says_so(team: Path, outreach: Command) -> None:
    before = team.read_bytes()
    assert "nothing was changed" in outreach("edit", "hudson", "city=New York").out
    assert outreach("edit", "hudson", "city=New York", "--json").json["changed"] == []
    assert team.read_bytes() == before


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("colour=red", "choose one of"),
        ("cadence=often", "45/90"),
        pytest.param(f"cadence=1/{LONG}", "45/90", id="long cadence"),
        pytest.param(f"place={LONG}", "is not the name of a town", id="long place"),
        ("email=x", "name@example.com"),
    ],
)
def test_a_bad_value_is_refused_with_a_hint(
    team: Path, outreach: Command, field: str, hint: str
) -> None:
    result = outreach("edit", "hudson", field)
    assert result.code == 1
    assert hint in result.err

"""contact add, contact edit, contact move, assign."""

from pathlib import Path

import pytest

from cli.conftest import Command


def test_a_person_is_added_with_what_was_typed(team: Path, outreach: Command) -> None:
    result = outreach("contact", "add", "hudson", "Lee Park", "role=buyer", "Phone=212 555 0142")
    assert (result.code, result.err) == (0, "")
    assert result.text == "Added Lee Park of Hudson Deli.\n  id ID\nundo with: outreach undo\n"
    [person] = outreach("show", "hudson", "--json").json["contacts"]
    assert (person["name"], person["role"], person["phones"]) == (
        "Lee Park",
        "buyer",
        ["212 555 0142"],
    )


def test_a_document_says_where_they_work_what_changed_and_what_is_doubtful(
    team: Path, outreach: Command
) -> None:
    document = outreach("contact", "add", "alfreds", "Eva", "phone=12", "birthday=29 feb", "--json")
    assert document.json["doubts"] == ["12 lacks the area code"]
    assert document.json["changed"] == ["phones", "birthday"]
    assert document.json["contact"]["birthday"] == "1604-02-29"
    assert [c["name"] for c in document.json["customers"]] == ["Alfreds Futterkiste"]
    edited = outreach("contact", "edit", "eva", "phone=030 0074321", "--json").json
    assert (edited["changed"], edited["doubts"]) == (["phones"], [])


def test_an_edit_says_what_changed_and_one_that_changes_nothing_says_so(
    team: Path, outreach: Command
) -> None:
    assert outreach("contact", "edit", "maria", "diet=vegan", "language=German, Spanish") == (
        0, "Changed language, diet of Maria Anders.\nundo with: outreach undo\n", "",
    )  # fmt: skip
    before = team.read_bytes()
    assert "nothing was changed" in outreach("contact", "edit", "maria", "diet=vegan").out
    assert outreach("contact", "edit", "maria", "diet=vegan", "--json").json["changed"] == []
    assert team.read_bytes() == before


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["contact", "edit", "maria", "email=maria"], "there is no @ in it"),
        (["contact", "edit", "maria", "birthday=31.02."], "not a day of the calendar"),
        (["contact", "edit", "maria", "name="], "a person needs a name"),
        (["contact", "edit", "maria", "colour=red"], "choose one of"),
        (["contact", "edit", "nobody", "role=x"], "no contact answers to 'nobody'"),
        (["contact", "add", "alfreds", "maria anders"], "is on file already"),
        (["contact", "add", "alfreds", " "], "a person needs a name"),
        (["contact", "move", "maria", "--to", "alfreds"], "works at Alfreds Futterkiste already"),
        (["contact", "move", "maria", "--to", "hudson", "--on", "2027-01-01"], "has not come yet"),
        (["edit", "hudson", "customer_since=2027-01-01"], "has not come yet"),
        (["edit", "hudson", "renewal_on=31.02."], "not a day of the calendar"),
        (["add", " "], "a customer needs a name"),
        (["add", "alfreds futterkiste"], "is on file already"),
        (["assign", "hudson", "--to", "zed"], "no member answers to 'zed'"),
    ],
)
def test_a_bad_value_is_refused_with_what_to_do_and_nothing_is_written(
    team: Path, outreach: Command, argv: list[str], said: str
) -> None:
    before = team.read_bytes()
    result = outreach(*argv)
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert team.read_bytes() == before


def test_what_is_doubtful_is_said_and_kept(team: Path, outreach: Command) -> None:
    result = outreach("edit", "alfreds", "phone=12", "website=soon")
    assert result.code == 0
    assert result.err == (
        "12 lacks the area code: kept as typed.\n"
        "'soon' does not look like the address of a website: kept as typed.\n"
    )
    customer = outreach("show", "alfreds", "--json").json["customer"]
    assert (customer["phone"], customer["website"]) == ("12", "soon")


def test_an_unknown_town_is_kept_and_asked_about(team: Path, outreach: Command) -> None:
    result = outreach("edit", "alfreds", "city=Berln")
    assert result.code == 0
    assert "Berln is not known; similar names are" in result.err
    assert 'Berlin, Berlin, DE: outreach edit "Alfreds Futterkiste" place=2950159' in result.err


def test_a_person_who_moves_keeps_the_history_and_undo_brings_them_back(
    team: Path, outreach: Command
) -> None:
    assert outreach("contact", "move", "maria", "--to", "hudson", "--on", "1 nov") == (
        0, "Moved Maria Anders to Hudson Deli.\nundo with: outreach undo\n", "",
    )  # fmt: skip
    old, new = outreach("show", "alfreds").out, outreach("show", "hudson").out
    assert "Left      Maria Anders, sales · until 2026, now at Hudson Deli" in old
    assert "they need labels in Polish" in old
    assert "Who       Maria Anders, sales · 030-0074321" in new
    assert "until 2026 at Alfreds Futterkiste" in new
    assert outreach("undo").code == 0
    assert "Who       Maria Anders, sales · +49 30 0074321" in outreach("show", "alfreds").out


def test_a_person_can_move_to_a_company_that_is_no_customer(team: Path, outreach: Command) -> None:
    document = outreach("contact", "move", "maria", "--company", "Elsewhere", "--json").json
    assert document["customers"] == []
    assert document["contact"]["employments"][-1]["company"] == "Elsewhere"
    assert outreach("contact", "move", "maria").code == 2
    assert outreach("contact", "move", "maria", "--company", "X", "--to", "hudson").code == 2


def test_a_name_that_several_have_lists_them_with_where_they_work_and_changes_nothing(
    team: Path, outreach: Command
) -> None:
    outreach("contact", "add", "hudson", "Maria Lopez")
    before = team.read_bytes()
    result = outreach("contact", "edit", "maria", "role=boss")
    assert result.code == 1
    assert "2 contacts answer to 'maria': Maria Anders (Alfreds Futterkiste, " in result.err
    assert "Maria Lopez (Hudson Deli, " in result.err
    assert team.read_bytes() == before
    assert outreach("contact", "edit", "MARIA LOPEZ", "role=boss").code == 0


def test_customers_are_assigned_in_one_change(team: Path, outreach: Command) -> None:
    assert outreach("assign", "alfreds", "hudson", "--to", "ana", "--dry-run") == (
        0, "Would give 2 customers to Ana:\n  Alfreds Futterkiste\n  Hudson Deli\n", "",
    )  # fmt: skip
    assert outreach("assign", "alfreds", "hudson", "--to", "ana").out == (
        "Changed owner of 2 customers.\n"
        "  Ana looks after Alfreds Futterkiste, Hudson Deli\n"
        "undo with: outreach undo\n"
    )
    again = outreach("assign", "alfreds", "--to", "ana", "--json").json
    assert (again["changed"], again["owner"]["name"]) == (0, "Ana")
    assert "Changed owner of Hudson Deli." in outreach("assign", "hudson", "--to", "none").out
    outreach("undo")
    outreach("undo")
    assert outreach("show", "alfreds", "--json").json["customer"]["owner_id"] is None


def test_hostile_text_is_plain_text(team: Path, outreach: Command) -> None:
    result = outreach("contact", "add", "hudson", "[/] \x1b[31mEve\u202e", "role=[bold]x\x07")
    assert "Added [/] Eve of Hudson Deli." in result.out
    assert "\x1b" not in outreach("show", "hudson").out

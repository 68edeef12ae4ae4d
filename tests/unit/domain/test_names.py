"""How people name a record."""

import pytest

from outreach_tui.domain.names import find_named, is_one_person
from outreach_tui.errors import Ambiguous, NotFound

PEOPLE = {
    "0001-aaaaaa1111": "Alfreds Futterkiste",
    "0002-aaaaaa2222": "Café Müller",
    "0003-aaaaaa3333": "Cafe Muller",
    "0004-aaaaaa4444": "Bon app",
    "0005-aaaaaa5555": "Bon app Lyon",
    "0006-aaaaaa6666": "Decade Ltd",
    "0007-bbbbdecade": "Somebody Else",
}


def find(typed: str, people: dict[str, str] = PEOPLE) -> str:
    id_, _ = find_named(
        typed,
        people.items(),
        what="customer",
        name=lambda item: item[1],
        id_=lambda item: item[0],
        label=lambda item: f"{item[1]} ({item[0][-4:]})",
    )
    return id_


SIGNS = {"0001-aaaaaa1111": "[/] Acme & Co", "0002-aaaaaa2222": "Bólido", "0003-aaaaaa3333": "[/]"}


@pytest.mark.parametrize(("typed", "found"), [("[/]", "0003"), ("&", "0001"), ("/] a", "0001")])
def test_signs_alone_are_a_part_of_a_name(typed: str, found: str) -> None:
    assert find(typed, SIGNS).startswith(found)


@pytest.mark.parametrize("typed", ["", " ", "\t", "!!"])
def test_what_no_name_holds_names_nobody(typed: str) -> None:
    with pytest.raises(NotFound):
        find(typed, SIGNS)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Alfreds Futterkiste", "0001"),
        ("ALFREDS   futterkiste", "0001"),
        ("futterk", "0001"),
        ("aaaa1111", "0001"),
        ("AAAA1111", "0001"),
        ("0003-aaaaaa3333", "0003"),
        # A whole name goes before a part of others, an exact spelling before one with other accents.
        ("bon app", "0004"),
        ("lyon", "0005"),
        ("Café Müller", "0002"),
        ("Cafe Muller", "0003"),
        # The end of an id goes before a part of a name.
        ("decade", "0007"),
        ("decade ltd", "0006"),
    ],
)
def test_a_name_a_part_of_it_or_the_end_of_an_id_finds_a_record(typed: str, found: str) -> None:
    assert find(typed).startswith(found)


def test_several_answers_are_listed_in_order() -> None:
    with pytest.raises(Ambiguous) as several:
        find("cafe müller")
    assert several.value.candidates == ("Café Müller (2222)", "Cafe Muller (3333)")
    assert several.value.title == (
        "2 customers answer to 'cafe müller': Café Müller (2222), Cafe Muller (3333)"
    )
    assert several.value.hint


def test_of_many_answers_eight_are_named() -> None:
    many = {f"{n:04}-x": f"Shop {n:02}" for n in range(20)}
    with pytest.raises(Ambiguous) as several:
        find("shop", many)
    assert several.value.title.endswith("Shop 07 (07-x), and 12 more")
    assert len(several.value.candidates) == 20


@pytest.mark.parametrize("typed", ["", "   ", "***", "zzz", "222"])
def test_what_nothing_answers_to_is_not_found(typed: str) -> None:
    with pytest.raises(NotFound) as refusal:
        find(typed)
    assert refusal.value.title.startswith("no customer answers to")


def test_a_typing_error_is_met_with_the_nearest_names_each_once() -> None:
    twice = {**PEOPLE, "0008-x": "Alfreds Futterkiste"}
    with pytest.raises(NotFound) as refusal:
        find("Alfrets Futerkiste", twice)
    assert refusal.value.hint == "did you mean Alfreds Futterkiste?"
    with pytest.raises(NotFound):
        find("anything", {})


def test_what_was_typed_cannot_reach_the_terminal_raw() -> None:
    with pytest.raises(NotFound) as refusal:
        find("\x1b]52;c;ZXZpbA==\x07zzz")
    assert refusal.value.title == "no customer answers to 'zzz'"


@pytest.mark.parametrize(
    ("name", "other", "email", "same"),
    [
        ("Anna Meyer", "Bernd Meyer", "info@meyer.example", False),
        ("Anna Meyer", "Bernd Meyer", "meyer@web.example", False),
        ("Meyer, Anna", "Meyer, Bernd", "meyer@web.example", False),
        ("Anna Meyer", "Anna Schmidt", "info@meyer.example", False),
        ("Anna Meyer", "Anna Schmidt", "b.meyer@firm.example", False),
        ("B. Meyer", "Anna Meyer", "info@meyer.example", False),
        ("A. Meyer", "A. Kim", "anna@firm.example", False),
        ("***", "Anna", "anna@firm.example", False),
        ("Anna Meyer", "Anna Schmidt", "anna@firm.example", True),
        ("Anna Meyer", "Anna Schmidt", "Anna.Meyer2@firm.example", True),
        ("Schmidt, Änna", "Anna Meyer", "a.meyer@firm.example", True),
        ("Anna Meyer", "Anna Schmidt", "ameyer@firm.example", True),
        ("A. Meyer", "Anna Meyer", "info@meyer.example", True),
        ("Dr. Anna Meyer", "Meyer, Anna", "info@meyer.example", True),
        ("王小明", "王小明", "x@firm.example", True),
    ],
)
def test_one_address_is_one_person_s_if_the_names_allow_it(
    name: str, other: str, email: str, same: bool
) -> None:
    assert is_one_person(name, other, email) is same
    assert is_one_person(other, name, email) is same

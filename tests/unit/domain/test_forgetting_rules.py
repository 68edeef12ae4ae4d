"""What is taken out of texts and records, and what stays because it is somebody else's."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.forgetting import Others, Person, Ties, traits_of
from outreach_tui.domain.spellings import GONE

ID = "019cae00-53d8-7173-9919-df9f04e77483"
RECORD = {
    "name": "María Anders-Løv",
    "emails": ["maria.a@alfki.de"],
    "phones": ["+49 (30) 0074-321"],
    "handles": {"chat": "@mar_anders", "other": "maria"},
    "employments": [{"customer_id": "alfki"}],
}


def person(
    *others: Others, named: dict[str, frozenset[str]] | None = None, **record: Any
) -> Person:
    ties = Ties(named or {"t1": frozenset({ID})}, frozenset({"t1"}), frozenset({"t1", "t2"}))
    return Person(traits_of({ID}, [{**RECORD, **record}]), others, ties)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ask María Anders-Løv about it", f"ask {GONE} about it"),
        ("MARIA  ANDERS LOV, then", f"{GONE}, then"),
        ("maria_anders_løv.csv", f"{GONE}.csv"),
        ("Anders-Løv, María?", "Anders-Løv, María?"),  # not how anybody writes a name of three words
        ("Løv, María Anders!", f"{GONE}!"),
        ("Mari\u0301a Anders-Lo\u0338v\u0301 x", f"{GONE} x"),
        ("María\nAnders-Løv", GONE),
        ("+49 30 0074321María Anders-Løv", GONE + GONE),
        ("María Anders-Løvsen", "María Anders-Løvsen"),
        ("mail Maria.A@alfki.de.", f"mail {GONE}."),
        ("xmaria.a@alfki.de maria.a@alfki.dev", "xmaria.a@alfki.de maria.a@alfki.dev"),
        ("call +49300074321 or 49 30 0074/321", f"call {GONE} or {GONE}"),
        ("no 149300074321", "no 149300074321"),
        ("write to mar_anders", f"write to {GONE}"),
        ("maria.a@alfki.de", ""),
        ("Maria said so", "Maria said so"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_name_goes_however_it_is_written(text: str, left: str) -> None:
    assert person().text(text) == left


def test_a_first_name_after_at_goes_where_only_they_can_be_meant() -> None:
    note = "> @Maria wants labels\n= @maria daughter in Ulm\n= likes tea\n! tell @Ben and @Maria."
    assert person().text(note, "t1") == (
        f"> {GONE} wants labels\n= {GONE}\n= {GONE}\n! tell @Ben and {GONE}."
    )
    assert person().text(note, "t2") == (
        f"> {GONE} wants labels\n= {GONE}\n= likes tea\n! tell @Ben and {GONE}."
    )
    assert person().text(note, "elsewhere") == note


def test_somebody_elses_first_name_stays() -> None:
    colleague = Others("m2", "Maria Larsson", (), (), ("alfki",), is_contact=True)
    note = "> @Maria wants labels"
    both = {"t1": frozenset({ID, "m2"})}
    assert person(colleague).text(note, "t1") == f"> {GONE} wants labels", "only she was there"
    assert person(colleague).text(note, "t2") == note
    assert person(colleague, named=both).text(note, "t1") == note
    assert (
        person(colleague).text("María Anders-Løv and Maria Larsson") == f"{GONE} and Maria Larsson"
    )
    elsewhere = Others("m3", "Maria Nord", (), (), ("other",), is_contact=True)
    assert person(elsewhere).text(note, "t2") == f"> {GONE} wants labels"


def test_a_name_that_others_have_goes_only_where_the_person_is_named() -> None:
    sole_trader = Others("c1", "Maria Anders-Lov & Co")
    text = "sent to María Anders-Løv"
    assert person(sole_trader).text(text, "t1") == f"sent to {GONE}"
    assert person(sole_trader).text(text) == text
    assert person(name="Maria").text("Maria called", "t1") == f"{GONE} called"
    assert person(name="Maria").text("Maria called") == "Maria called"


def test_an_address_or_number_that_somebody_else_has_stays() -> None:
    colleague = Others("b", "Ben", ("MARIA.A@alfki.de",), ("0049 30 0074321", "+49 30 0074321"))
    found = person(colleague)
    assert found.shared == {"maria.a@alfki.de", "+49 (30) 0074-321"}
    assert found.text("maria.a@alfki.de, +49 30 0074321") == "maria.a@alfki.de, +49 30 0074321"


@pytest.mark.parametrize(
    ("handle", "text", "left"),
    [
        ("@sunny", "a sunny day, ask @sunny", f"a sunny day, ask {GONE}"),
        ("sunny.a", "ask sunny.a about it", f"ask {GONE} about it"),
        ("ben", "> @Ben wants labels", "> @Ben wants labels"),
        ("xy", "xy @xy", "xy @xy"),
    ],
)
def test_a_handle_that_is_a_word_or_a_name_is_no_other_word(
    handle: str, text: str, left: str
) -> None:
    ben = Others("b", "Ben Nord", (), (), ("alfki",), is_contact=True)
    assert person(ben, handles={"chat": handle}).text(text, "t2") == left


@pytest.mark.parametrize(
    ("typed", "text", "left"),
    [
        ("+49 171 1234567", "0171 1234567, 0171/123-45 67, 0049 171 1234567", f"{GONE}, {GONE}, {GONE}"),
        ("+49 171 1234567", "+49 (0)171 1234567 or 171 1234567", f"{GONE} or {GONE}"),
        ("+49 (0) 171 1234567", "0171 1234567", GONE),
        ("0049 171 1234567", "+491711234567", GONE),
        ("0171 1234567", "+49 171 1234567 or 0049 (0) 171 1234567", f"{GONE} or {GONE}"),
        ("+39 06 123 4567", "06 1234567 or +39061234567", f"{GONE} or {GONE}"),
        ("(206) 555-0140", "+1 206 555 0140 or 206.555.0140", f"{GONE} or {GONE}"),
        ("+49 171 1234567", "0172 1234567, 0171 12345678, 20171 1234567", "0172 1234567, 0171 12345678, 20171 1234567"),
        ("012345", "012345 of 12345", f"{GONE} of 12345"),
        ("+4900000000", "0 boxes, 00 too", "0 boxes, 00 too"),
    ],
)  # fmt: skip
def test_a_number_goes_however_much_is_dialled_before_it(typed: str, text: str, left: str) -> None:
    found = person(phones=[typed])
    assert found.text(text + " x") == left + " x"
    assert found.may_hold(text) is (text != left)


@pytest.mark.parametrize(
    ("typed", "text", "left"),
    [
        ("(5) 555-3932", "call (5) 555-3932 now", f"call {GONE} now"),
        ("(21) 555-0091", "(see (21) 555-0091)", f"(see {GONE})"),
        ("(0)30 1234567", "(0)30 1234567 or 030 1234567", f"{GONE} or {GONE}"),
        ("(0)30 1234567", "it is (+49) (0)30 1234567", f"it is {GONE}"),
        ("(+49) 30 1234567", "it is 030 1234567", f"it is {GONE}"),
        ("030 1234567", "it is (030 1234567), no?", f"it is ({GONE}), no?"),
        ("030 1234567", "it is (Tel. 030) 1234567", f"it is (Tel. {GONE})"),
        ("030 1234567", "it is [030] 1234567", f"it is {GONE}"),
        ("030 1234567", "it is 030 (1234567 at noon)", f"it is {GONE}( at noon)"),
        ("030 1234567", "it is 030) 1234567", f"it is {GONE}"),
        ("030 1234567", "it is 030–123•45~67", f"it is {GONE}"),
        ("(030) 445566 ext 7", "it is 030 445566 at 7", f"it is {GONE} at 7"),
        ("(030) 445566 ext 7", "it is (030) 445566 (ext. 7)!", f"it is {GONE}!"),
        ("(030) 445566 ext 7", "it is 030 445566 x12, so", f"it is {GONE}, so"),
        ("mobile: 0171 1234567; office: 030 445566", "it is 030 445566", f"it is {GONE}"),
        ("\uff08\uff10\uff13\uff10\uff09 445566", "it is (030) 445566", f"it is {GONE}"),
        ("030 445566", "it is \uff08\uff10\uff13\uff10\uff09 445566", f"it is {GONE}"),
        ("030 445566", "it is 030 445567, 12+30 445566", f"it is 030 445567, 12+{GONE}"),
    ],
)  # fmt: skip
def test_of_a_number_no_bracket_and_no_extension_stays(typed: str, text: str, left: str) -> None:
    assert person(phones=[typed]).text(text) == left


@pytest.mark.parametrize(
    "typed", ["(5) 555-3932", "(21) 555-0091", "(0)30 1234567", "(030) 445566 ext 7", "+43 (316) 123456"]
)  # fmt: skip
def test_what_is_written_as_on_the_card_is_emptied(typed: str) -> None:
    found = person(phones=[typed])
    held = {"phone": typed, "extra": {"phone_2": f"Tel. {typed} (mobile)", "Desk": f"({typed})"}}
    assert found.value(held) == {"phone": "", "extra": {"phone_2": "", "Desk": ""}}


def test_another_number_in_the_field_stays() -> None:
    found = person(phones=["(030) 445566"])
    assert found.value({"phone": "(030) 445566 or 0171 998877"}) == {
        "phone": f"{GONE} or 0171 998877"
    }
    assert found.value({"phone": "(030) 445567"}) == {"phone": "(030) 445567"}


def test_of_a_number_with_extensions_each_has_their_own() -> None:
    found = person(Others("b", "Ben", (), ("030 445566 ext 8",)), phones=["(030) 445566 ext. 7"])
    assert found.shared == frozenset()
    assert found.value({"phone": "(030) 445566 ext 7"}) == {"phone": ""}
    assert found.value({"phone": "(030) 445566 ext 8"}) == {"phone": "(030) 445566 ext 8"}
    assert found.value({"phone": "(030) 445566"}) == {"phone": "(030) 445566"}
    same = person(Others("b", "Ben", (), ("030 445566x7",)), phones=["(030) 445566 ext. 7"])
    assert same.shared == {"(030) 445566 ext. 7"}
    assert same.text("it is 030 445566x7") == "it is 030 445566x7"


def unpaired(text: str, kind: str) -> int:
    rest = "".join(c for c in text if c in kind)
    while kind in rest:
        rest = rest.replace(kind, "")
    return len(rest)


signs = st.text(" ()./-[]\u2013\u2022~*_'\u00a0", max_size=3)
decorated = st.tuples(
    st.lists(signs, min_size=10, max_size=10),
    st.sampled_from(["", "Tel. ", "tel: ", "(", "\u260e ", "((", "+49 ", "+49 (0)", "0049-"]),
    st.sampled_from(["", ")", " ext 7", " (ext. 12)", "x7", "#7", " (mobile)", ", privat", "/"]),
)


@given(decorated)
def test_a_number_is_found_in_any_decoration(made: tuple[list[str], str, str]) -> None:
    between, before, after = made
    number = "1715550932"
    if "49" not in before:
        number = f"0{number}"
    typed = (
        before
        + "".join(map("".join, zip(number, [*between[: len(number) - 1], ""], strict=True)))
        + after
    )
    for theirs in ("+49 171 5550932", typed):
        found = person(phones=[theirs])
        assert found.value({"phone": typed, "phones": ["1", typed]}) == {
            "phone": "",
            "phones": ["1"],
        }
        for around in (f"call {typed} now", f"(it is {typed}, right)", f"a) {typed}"):
            left = found.text(around)
            assert "555" not in re.sub(r"\D", "", left)
            assert found.text(left) == left
            assert unpaired(left, "()") <= unpaired(around, "()"), left
            assert unpaired(left, "[]") <= unpaired(around, "[]"), left


def test_a_number_that_a_colleague_dials_from_home_stays() -> None:
    colleague = Others("b", "Ben", (), ("030 0074321",))
    found = person(colleague)
    assert found.shared == {"+49 (30) 0074-321"}
    assert found.text("030 0074321") == "030 0074321"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jürgen Müller", "Juergen Mueller"),
        ("Juergen Mueller", "JÜRGEN MÜLLER"),
        ("Juergen Mueller", "Ju\u0308rgen Mu\u0308ller"),
        ("Jürgen Müller", "Mueller, Jurgen"),
        ("Åse Strauß", "aase_strauss"),
        ("Jürgen Müller", "Juergen Müller"),
    ],
)
def test_a_name_goes_however_its_letters_are_spelled(name: str, text: str) -> None:
    found = person(name=name)
    assert found.text(f"saw {text}, then") == f"saw {GONE}, then"
    if "\u0308" in text:  # the file has letters in one piece
        return
    first = re.findall("[^_ ]+", text)[-1 if "," in text else 0]
    assert found.text(f"> @{first} wants labels", "t1") == f"> {GONE} wants labels"
    (left,) = found.left_in("touchpoints", {"id": "t1", "note": f"{first} said so"})
    assert left.text == f"{first} said so"


def test_who_is_called_so_with_other_letters_keeps_the_name() -> None:
    namesake = Others("b", "Juergen Mueller")
    assert person(namesake, name="Jürgen Müller").text("saw Juergen Mueller") == (
        "saw Juergen Mueller"
    )
    michal = person(name="Michael Huber")
    assert michal.text("Michal Huber or Michäl Huber") == f"Michal Huber or {GONE}"


def test_the_end_of_a_number_is_left_to_people() -> None:
    note = {"id": "x", "note": "call 123 45-67\ncall 1234568\ncall [forgotten]"}
    assert [
        left.text for left in person(phones=["+49 171 1234567"]).left_in("touchpoints", note)
    ] == ["call 123 45-67"]


def test_a_short_number_is_looked_for_nowhere() -> None:
    found = person(phones=["12"], handles={"chat": "sunny"})
    assert found.text("12 boxes") == "12 boxes"
    assert not found.is_in("12 boxes of sunny fruit")


@pytest.mark.parametrize(
    ("text", "is_in"),
    [
        ("call Juergen Mueller", True),
        ("call 0171 1234567", True),
        ("MARIA.A@alfki.de", True),
        ("ask mar_anders", True),
        ("ask Jürgen", False),
        ("ask jurgen and muller", False),
    ],
)
def test_where_nothing_else_is_known_only_the_whole_name_counts(text: str, is_in: bool) -> None:
    found = person(name="Jürgen Müller", phones=["+49 171 1234567"])
    assert found.is_in(text) is is_in
    assert person(name="Maria").is_in("Maria called") is False


def test_what_refers_to_the_person_goes_with_them() -> None:
    record = {
        "id": "t1",
        "contact_ids": ["b", ID],
        "contact_id": ID,
        "attendees": [
            {"name": "M", "contact_id": ID},
            {"name": "María Anders-Løv"},
            {"name": "Ben"},
        ],
        "told": [{"on": "2026-03-01", "contact_id": ID, "customer_id": "alfki"}],
        "phone": "+49 30 0074321",
        "emails": ["maria.a@alfki.de", "b@alfki.de", ""],
        "extra": {"María Anders-Løv": f"see {ID}"},
        "line": 3,
        "live": True,
        "nothing": None,
    }
    assert person().value(record, "t1") == {
        "id": "t1",
        "contact_ids": ["b"],
        "attendees": [{"name": GONE}, {"name": "Ben"}],
        "told": [{"on": "2026-03-01", "customer_id": "alfki"}],
        "phone": "",
        "emails": ["b@alfki.de", ""],
        "extra": {GONE: f"see {GONE}"},
        "line": 3,
        "live": True,
        "nothing": None,
    }


def test_what_is_left_to_people_is_named() -> None:
    note = {
        "id": "x",
        "note": "Maria said\nanders as usual\nnothing",
        "city": "Anders",
        "name": "Maria",
    }
    assert [left.text for left in person().left_in("touchpoints", note)] == ["Maria said"]
    theirs = {**note, "id": "t2"}
    assert [left.text for left in person().left_in("touchpoints", theirs)] == [
        "Maria said",
        "anders as usual",
    ]


pieces = st.sampled_from(
    [
        "María Anders-Løv", "maria", "@Maria", "@", "= ", "> ", "\n", " ", "Løv, María Anders", "maria.a@alfki.de",
        "+49 30 0074321", "0074", ID, GONE, "ø", "\u0301", "\u200d", "\\", "ß", "mar_anders", ".", "x",
    ]
)  # fmt: skip
texts = st.lists(pieces, max_size=12).map("".join) | st.text(max_size=20)


@given(texts, st.sampled_from(["t1", "t2", ""]))
def test_twice_is_once_and_what_is_passed_over_says_nothing(text: str, id_: str) -> None:
    found = person()
    once = found.value({"note": text}, id_)
    assert found.value(once, id_) == once
    assert ID not in once["note"]
    if found.value({"note": text}, id_) != {"note": text}:
        assert found.may_hold(text, [id_]), "what is passed over says nothing of them"

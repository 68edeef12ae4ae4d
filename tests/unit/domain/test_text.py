"""What may reach the terminal, and how names are compared."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach_tui.domain.text import clean_line, clean_text, fold

NASTY = st.text(
    st.sampled_from(
        list("ab 1;]m[P\\\x1b\x07\x9b\x9c\x9d\x90\r\n\t\u200b\u200d\u200c\u202e\ufe0f\u0301é☃")
    )
    | st.characters(),
    max_size=40,
)
# Spelled out a second time on purpose: the ranges of the code must not be tested against themselves.
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("hostile", "line"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b]52;c;ZXZpbA==\x07Acme", "Acme"),
        ("\x1b]52;c;ZXZpbA==\x1b\\Acme", "Acme"),
        ("\x1b]0;title\x9cAcme", "Acme"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\Acme", "Acme"),
        ("\x1bcAcme", "Acme"),
        ("Ac\x00me\x7f\x08", "Acme"),
        ("\u202egnp.exe", "gnp.exe"),
        ("A\u2066c\u2069me", "Acme"),
        ("Ac\u200bm\ufeffe", "Acme"),
        ("Donau\xaddampf", "Donaudampf"),
        ("\u3164", ""),
        ("a\nb\r\nc\u2028d", "a b c d"),
        ("  a\t\t b\xa0 c ", "a b c"),
        ("\ud800x", "x"),
        ("x\U000e0041", "x"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_what_can_move_a_cursor_or_hide_a_name_is_taken_out(hostile: str, line: str) -> None:
    assert clean_line(hostile) == line


def test_a_sequence_that_never_ends_does_not_take_the_note_with_it() -> None:
    assert clean_text("a\x1b]0;title\nb\nc") == "a0;title\nb\nc"
    # UTF-8 that was read as Latin-1: the closing quote holds a C1 byte, the rest of the note is ours.
    assert "the rest" in clean_text("â\x80\x9cyesâ\x80\x9d, and the rest")
    assert clean_text("\x9b31mred") == "31mred"


def test_several_lines_stay_several_lines() -> None:
    assert clean_text("a\r\nb\rc\x0bd\u2029e\n") == "a\nb\nc\nd\ne\n"
    assert clean_text("a\tb") == "a    b"


@pytest.mark.parametrize(
    "shaped",
    [
        "👩\u200d🚀",
        "❤\ufe0f\u200d🔥",
        "می\u200cخواهم",
        "葛\U000e0100城市",
    ],
)
def test_joiners_and_selectors_stay_where_they_shape_something(shaped: str) -> None:
    assert clean_line(shaped) == shaped


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("\u200d", ""),
        ("Acme\u200d", "Acme"),
        ("Ac \u200cme", "Ac me"),
        ("Ac\u200d\u200dme", "Acme"),
        ("A\ufe0f\ufe0f\ufe0fcme", "A\ufe0fcme"),
        ("a\u200d\nb", "a b"),
    ],
)
def test_joiners_that_join_nothing_are_taken_out(hidden: str, shown: str) -> None:
    assert clean_line(hidden) == shown


@given(NASTY)
@example("a\u200d\ufe0f b")
@example("\x1b\u200b[31m")
@example("\x1b\x1b]0;x\x1b\\\x07")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_line(clean_text(text)) == clean_line(text)


@given(NASTY)
def test_what_remains_holds_no_control_and_no_bidi_character(text: str) -> None:
    for char in clean_text(text):
        assert char == "\n" or unicodedata.category(char) not in ("Cc", "Cs")
        assert char not in BIDI
    line = clean_line(text)
    assert "\n" not in line
    assert line == line.strip()
    assert "  " not in line


def test_long_hostile_text_is_cleaned_at_once() -> None:
    for text in ("\x1b]" * 25_000, "\x1bP" + "x" * 50_000, "\u200d" * 50_000, " " * 50_000):
        clean_line(text + "\u200b")


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Café Müller & Søn", "cafe muller son"),
        ("cafe muller son", "cafe muller son"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Æbler, Œuvre", "aebler oeuvre"),
        ("İstanbul", "istanbul"),
        ("O’Brien", "o brien"),
        ("O'Brien", "o brien"),
        ("Acme™", "acme"),
        ("ACME ®", "acme"),
        ("ℌotel №5", "hotel no5"),
        ("ＡＣＭＥ", "acme"),
        ("Αθήνα", "αθηνα"),
        ("漢字", "漢字"),
        ("--- ***", ""),
        ("under_score", "under score"),
    ],
)
def test_names_fold_to_letters_and_digits(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(st.text(max_size=30))
@example("ŉ")
@example("ǰℌ™")
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text(st.characters(max_codepoint=0x2AF), max_size=30))
def test_case_makes_no_difference(text: str) -> None:
    assert fold(text.upper()) == fold(text.upper().lower())

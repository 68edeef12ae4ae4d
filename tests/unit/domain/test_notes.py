"""The note syntax: markers, themes, names, promises, and lines found again after an edit."""

import random
import time
from datetime import date
from difflib import SequenceMatcher

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_tui.domain.notes import (
    MARKERS,
    LineKind,
    NoteLine,
    has_markers,
    marked_kinds,
    match_lines,
    parse_note,
)

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)
NOTES = st.text(st.sampled_from(list(">?+=!<$ \n#@-_ab.'\\\r\t")) | st.characters(), max_size=60)


def line(text: str) -> NoteLine:
    (only,) = parse_note(text, MONDAY)
    return only


@pytest.mark.parametrize(("marker", "kind"), MARKERS.items())
def test_a_marker_in_column_one_says_whose_words_follow(marker: str, kind: LineKind) -> None:
    assert line(f"{marker} they need labels").kind is kind
    assert line(f"{marker} they need labels").text == "they need labels"
    assert has_markers(f"hello\n{marker} x")


@pytest.mark.parametrize("marker", [*MARKERS, "-", "*", "•", ">>", "??", ">!", "#", "1."])
def test_everything_else_is_free_text(marker: str) -> None:
    free = [f" {marker} x", f"\\{marker} x", f"{marker}  x", f"{marker}x", marker, f"{marker} "]
    if marker not in MARKERS:
        free.append(f"{marker} x")
    for text in free:
        assert line(text).kind is LineKind.FREE, text
        assert line(text).text == line(text).words == text
        assert not has_markers(text)


@settings(max_examples=300)
@given(NOTES)
def test_the_kinds_alone_are_those_that_reading_the_lines_finds(note: str) -> None:
    kinds = [found.kind for found in parse_note(note, MONDAY) if found.kind is not LineKind.FREE]
    assert marked_kinds(note) == kinds
    assert has_markers(note) is bool(kinds)


def test_a_note_is_read_line_by_line() -> None:
    note = (
        "Good talk\n> they need labels in Polish  #packaging\n>? can it export to PDF\n"
        "= @Maria daughter started at TU Berlin\n! send samples by friday\n$ asked for a reference"
    )
    lines = parse_note(note, MONDAY)
    assert [found.number for found in lines] == list(range(6))
    assert lines[1].words == "they need labels in Polish"
    assert lines[1].themes == ("packaging",)
    assert lines[3].name == "Maria"
    assert lines[3].words == "daughter started at TU Berlin"
    assert lines[4].due_on == FRIDAY
    assert lines[4].words == "send samples"


@pytest.mark.parametrize(
    ("text", "themes", "words"),
    [
        ("> labels #Packaging", ("packaging",), "labels"),
        ("> labels #a #B  ", ("a", "b"), "labels"),
        ("> #labels in Polish", ("labels",), "labels in Polish"),
        (
            "> our #labels are #late #logistics",
            ("labels", "late", "logistics"),
            "our labels are",
        ),
        ("> see http://x.example/#frag now", (), "see http://x.example/#frag now"),
        ("> see http://x.example/?a=#frag", (), "see http://x.example/?a=#frag"),
        ("> ticket #12 and C#", (), "ticket #12 and C#"),
        ("> #a-b_c2 #Straße", ("a-b_c2", "strasse"), "a-b_c2 Straße"),
        ("> x #a #a #A", ("a",), "x"),
        ("> labels #a.", ("a",), "labels a."),
        ("> (#a) ##b", (), "(#a) ##b"),
        # Something has to be read in a list, also where somebody typed nothing but themes.
        ("> #packaging #labels", ("packaging", "labels"), "packaging labels"),
    ],
)
def test_themes_are_read_and_those_at_the_end_are_no_words(
    text: str, themes: tuple[str, ...], words: str
) -> None:
    assert line(text).themes == themes
    assert line(text).words == words


def test_themes_of_free_text_count_and_its_words_stay_as_typed() -> None:
    free = line("talked about #Labels  #late")
    assert free.themes == ("labels", "late")
    assert free.words == "talked about #Labels  #late"


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("= @Maria likes tea", "Maria", "likes tea"),
        ("= @Maria: likes tea", "Maria", "likes tea"),
        ("= @O'Brien likes tea", "O'Brien", "likes tea"),
        ("= @Jean-Luc likes tea", "Jean-Luc", "likes tea"),
        ("= likes tea, says @Bob.", "Bob", "likes tea, says @Bob."),
        ("= likes tea", "", "likes tea"),
        ("= write to a@b.example", "", "write to a@b.example"),
        ("= @ 5pm, says @Bob", "Bob", "@ 5pm, says @Bob"),
        ("= @Maria", "Maria", "@Maria"),
        ("@Maria likes tea", "", "@Maria likes tea"),
    ],
)
def test_a_name_says_whose_line_it_is(text: str, name: str, words: str) -> None:
    assert line(text).name == name
    assert line(text).words == words


@pytest.mark.parametrize(
    ("text", "due_on"),
    [
        ("! send samples by friday", FRIDAY),
        ("< drawings from them BY Friday.", FRIDAY),
        ("! send samples by friday #samples", FRIDAY),
        ("! send samples by friday @Maria", FRIDAY),
        ("! send by post by 3 dec", date(2026, 12, 3)),
        ("! by in 2 weeks", date(2026, 12, 7)),
        ("! call by monday 15:00", date(2026, 11, 30)),
        ("! samples by friday\r", FRIDAY),
        ("! read the book by Tolstoy", None),
        ("! samples by friday by post", None),
        ("! samples by 10/11", None),
        ("! standby friday", None),
        ("! samples", None),
        ("> they want it by friday", None),
        ("? done by friday", None),
    ],
)
def test_a_promise_is_due_on_the_day_after_its_last_by(text: str, due_on: date | None) -> None:
    assert line(text).due_on == due_on


def test_by_friday_counts_from_the_day_of_the_talk() -> None:
    (late,) = parse_note("! samples by friday", FRIDAY)
    assert late.due_on == date(2026, 12, 4)


def test_their_words_answer_the_open_question_above() -> None:
    note = (
        "> before\n? what is hard\n> the start\nfree\n>+ the end\n\n> not any more\n? two\n>? three"
    )
    assert [found.answers for found in parse_note(note, MONDAY)] == [
        *(None, None, 1, None, 1, None, None, None, 7)
    ]


@given(NOTES)
def test_every_text_is_a_note_and_its_lines_are_its_lines(text: str) -> None:
    lines = parse_note(text, MONDAY)
    assert lines == parse_note(text, MONDAY)
    raw = text.split("\n")
    assert [found.number for found in lines] == list(range(len(raw)))
    for found, typed in zip(lines, raw, strict=True):
        assert typed.endswith(found.text)
        assert found.words.strip() or not found.text.strip()
        if found.kind is LineKind.FREE:
            assert found.text == typed
        else:
            marker = typed[: -len(found.text) - 1]
            assert f"{marker} {found.text}" == typed
            assert MARKERS[marker] is found.kind
    assert has_markers(text) == any(found.kind is not LineKind.FREE for found in lines)


@given(NOTES.map(lambda text: text.replace("@", "")))
def test_the_words_of_words_are_the_same_words(text: str) -> None:
    for found in parse_note(text, MONDAY):
        if found.kind is not LineKind.FREE:
            again = line(f"> {found.words}")
            # What follows the marker could begin with a space of another alphabet only if words did.
            assert again.words == found.words


@given(st.lists(st.sampled_from(["a", "b", "c", "long line one", "long line two", ""]), max_size=9),
       st.lists(st.sampled_from(["a", "b", "d", "long line one", "long line 2", ""]), max_size=9),
       st.randoms(use_true_random=False))  # fmt: skip
def test_lines_match_one_to_one_and_equal_text_first(
    old: list[str], new: list[str], chance: random.Random
) -> None:
    matched = match_lines(old, new)
    assert len(set(matched.values())) == len(matched)
    assert all(0 <= i < len(old) and 0 <= j < len(new) for i, j in matched.items())
    equal = sum(min(old.count(text), new.count(text)) for text in set(old))
    assert sum(old[i] == new[j] for i, j in matched.items()) == equal
    moved = new.copy()
    chance.shuffle(moved)
    again = match_lines(old, moved)
    assert sum(old[i] == moved[j] for i, j in again.items()) == equal
    assert len(again) >= equal


def test_an_edited_line_is_the_most_similar_one() -> None:
    old = ["they need labels in Polish", "support calls back", "gone for good"]
    new = ["support always calls back", "something new entirely", "they need labels in Czech"]
    assert match_lines(old, new) == {0: 2, 1: 0}
    # The better pair is made first, although the other line comes first.
    assert match_lines(["labels in Polish", "labels in Polish now"], ["labels in Polish now!"]) == {
        1: 0
    }
    assert match_lines([], ["a"]) == match_lines(["a"], []) == {}


def test_of_the_same_line_twice_each_is_found() -> None:
    assert match_lines(["a", "a"], ["b", "a", "a"]) == {0: 1, 1: 2}
    assert match_lines(["a", "a"], ["a"]) == {0: 0}


WORDS = st.lists(st.sampled_from(["labels", "polish", "samples", "friday", "price"]), max_size=6)


@given(st.lists(WORDS.map(" ".join), max_size=6), st.lists(WORDS.map(" ".join), max_size=6))
@settings(max_examples=60)
def test_no_pair_left_over_is_alike(old: list[str], new: list[str]) -> None:
    matched = match_lines(old, new)
    for i in set(range(len(old))) - set(matched):
        for j in set(range(len(new))) - set(matched.values()):
            # difflib finds fewer common characters than rapidfuzz, so this is the safe side.
            assert SequenceMatcher(None, old[i], new[j], autojunk=False).ratio() < 0.6


def _seconds(work: object) -> float:
    started = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - started


@pytest.mark.parametrize("moved", [0, 20])
def test_a_note_of_two_thousand_lines_is_matched_in_a_moment(moved: int) -> None:
    old = [f"> line {n} of them, they need labels {n * 7919 % 1000}" for n in range(2000)]
    new = [text.replace("labels", "crates") if n < moved else text for n, text in enumerate(old)]
    random.Random(1).shuffle(new)
    assert _seconds(lambda: match_lines(old, new)) < 1
    assert _seconds(lambda: parse_note("\n".join(old), MONDAY)) < 1


def test_a_note_in_which_every_line_was_edited_is_matched_too() -> None:
    old = [f"> line {n} of them, they need labels {n * 7919 % 1000}" for n in range(1000)]
    new = [f"{text} now" for text in old]
    started = time.process_time()
    assert len(match_lines(old, new)) == 1000
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "body",
    [
        "x" + " " * 50_000 + "y",
        "#a " * 17_000 + "x",
        "#a " * 17_000,
        "@" * 50_000,
        "by " * 17_000,
        "by" + " " * 50_000 + "friday x",
        "#" * 50_000,
        "1" * 50_000,
    ],
    ids=lambda body: f"{body[:4]!r}…{body[-1]!r}",
)
def test_no_line_makes_the_parser_slow(body: str) -> None:
    for marker in ("> ", "! ", ""):
        assert _seconds(lambda marker=marker: parse_note(marker + body, MONDAY)) < 1

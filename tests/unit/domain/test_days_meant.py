"""Words that can only be meant as a day are told from all others: a promise says then that its day is not read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.days_meant import only_of_days
from outreach_tui.domain.notes import misread_day, parse_note
from outreach_tui.domain.when import parse_day

MONDAY = date(2026, 11, 23)
NAMES = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("january", "february", "august", "september", "october", "november", "december", "tomorrow"),
)
PROSE = (
    *("hand", "mail", "train", "post", "phone", "Jane", "April's", "Tolstoy", "half", "10%", "2", "3.", "2.75", "0.5"),
    *("week", "month", "weeks", "noon", "night", "match", "marsh", "tune", "mandate", "someday", "Augusta"),
    *("the", "of", "end", "they", "know", "we", "then", "itself", "means", "all", "Monday's", "sober", "fry", "our"),
)  # fmt: skip
CONTENT = (
    "hand",
    "mail",
    "they",
    "know",
    "Jane",
    "train",
    "post",
    "10%",
    "weeks",
    "Augusta",
    "all",
    "our",
    "Monday's",
)


def misread(text: str) -> str:
    (line,) = parse_note(text, MONDAY)
    return misread_day(line)


@pytest.mark.parametrize(
    ("tail", "day"),
    [
        ("fryday", "fryday"),
        ("Fryday.", "Fryday"),
        ("next wensday #samples", "next wensday"),
        ("tommorow @Maria", "tommorow"),
        ("31.2.", "31.2."),
        ("24.12", "24.12"),
        ("10/11", "10/11"),
        ("10/11/26", "10/11/26"),
        ("2026-11-31", "2026-11-31"),
        ("31 feb", "31 feb"),
        ("dec 3", "dec 3"),
        ("3 decembre", "3 decembre"),
        ("the 3rd of december", "the 3rd of december"),
        ("the 3rd", "the 3rd"),
        ("this friday", "this friday"),
        ("friday at the latest", "friday at the latest"),
        ("end of month", "end of month"),
        ("the end of the week", "the end of the week"),
        ("next week", "next week"),
        ("25:00", "25:00"),
        ("hand by fryday", "fryday"),
    ],
)
def test_a_day_that_cannot_be_read_is_named(tail: str, day: str) -> None:
    for marker in "!<":
        assert misread(f"{marker} samples by {tail}") == day
    assert misread(f"> samples by {tail}") == "", "only promises have a day"
    assert misread(f"samples by {tail}") == ""


@pytest.mark.parametrize(
    "tail",
    [
        *("hand", "mail", "the end of the week they know", "10%", "3", "2 weeks", "2.75", "0.5", "40 euros"),
        *("Jane", "Augusta", "the week", "the month", "noon", "Monday's courier", "friday by post", "train 3"),
        *("friday, if their driver comes", "friday", "3 dec", "2026-12-03 15:00", "in 2 weeks", "tomorrow 9am"),
        *("", ".", "#friday", "@friday"),
    ],
)  # fmt: skip
def test_other_words_and_days_that_are_read_are_left_alone(tail: str) -> None:
    assert misread(f"! samples by {tail}") == ""


@given(st.lists(st.sampled_from(PROSE), max_size=6), st.sampled_from(CONTENT), st.data())
def test_a_tail_with_one_word_that_is_of_no_day_is_prose(
    words: list[str], content: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(words)))
    tail = " ".join([*words[:place], content, *words[place:]])
    assert not only_of_days(tail)
    assert misread(f"! samples by {tail}") == ""


@given(st.sampled_from(NAMES), st.data())
def test_a_letter_too_few_or_two_that_changed_places_are_a_typing_error(
    name: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(name) - 2))
    missing = name[:at] + name[at + 1 :]
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    for typed in (missing, swapped):
        assert only_of_days(typed)
        if parse_day(typed, MONDAY) is None:
            assert misread(f"! samples by {typed}") == typed


@given(st.text(max_size=60))
def test_any_text_is_told_without_an_error_and_a_day_that_is_read_is_never_doubted(
    text: str,
) -> None:
    for line in parse_note(f"! samples by {text}", MONDAY):
        assert not (line.due_on and misread_day(line))
        assert misread_day(line) in " ".join(line.text.split())

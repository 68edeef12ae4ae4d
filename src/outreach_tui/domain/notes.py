"""The note syntax: plain text in which a marker in column 1 says whose words a line holds (DOMAIN.md, Note syntax).

Parsing is total: every text is a note. The text is stored as typed; everything here is derived from it.
"""

import re
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

import msgspec

from outreach_tui.domain.when import parse_day


class LineKind(StrEnum):
    """What a line of a note is."""

    HEARD = "heard"
    QUESTION = "question"
    PRAISE = "praise"
    FACT = "fact"
    ASKED = "asked"
    WE_PROMISE = "we-promise"
    THEY_PROMISE = "they-promise"
    GIVE = "give"
    ASK = "ask"
    FREE = "free"


MARKERS = {
    ">": LineKind.HEARD,
    ">?": LineKind.QUESTION,
    ">+": LineKind.PRAISE,
    "=": LineKind.FACT,
    "?": LineKind.ASKED,
    "!": LineKind.WE_PROMISE,
    "<": LineKind.THEY_PROMISE,
    "+": LineKind.GIVE,
    "$": LineKind.ASK,
}
"""What a line may begin with, followed by one space and text."""

THEIR_WORDS = frozenset({LineKind.HEARD, LineKind.QUESTION, LineKind.PRAISE})
"""Lines that hold what the customer said; each becomes a feedback."""
PROMISES = frozenset({LineKind.WE_PROMISE, LineKind.THEY_PROMISE})

SIMILAR = 0.6
"""Two versions of a line are the same line from this share of equal characters on (difflib's ratio)."""

_MARKED = re.compile(r"(>\?|>\+|[>=?!<+$]) (?=\S)")
_THEME = re.compile(r"(?<!\S)#([^\W\d_][\w-]*)")
_TRAILING_THEMES = re.compile(r"(?:(?:\s+|^)#[^\W\d_][\w-]*)+\s*$")
_NAME = re.compile(r"(?<!\S)@([^\W\d_][\w.'’-]*)")
_BY = re.compile(r"(?<!\S)by\s+(?=\S)", re.IGNORECASE)


class NoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line, understood."""

    number: int
    """From 0."""
    kind: LineKind
    text: str
    """After the marker, as typed; the whole line for free text."""
    words: str
    """The text without trailing themes, the name and the hash signs."""
    themes: tuple[str, ...] = ()
    name: str = ""
    """Whose line it is, as typed after `@`; empty if nobody is named."""
    due_on: date | None = None
    """For promises: the day after the last `by`."""
    answers: int | None = None
    """For the customer's words: the number of the open question that they answer."""


def parse_note(text: str, on: date) -> tuple[NoteLine, ...]:
    """Return the lines of a note taken on the day `on`, from which "by friday" counts."""
    lines = []
    question: int | None = None
    for number, raw in enumerate(text.split("\n")):
        marked = _MARKED.match(raw)
        kind = MARKERS[marked[1]] if marked else LineKind.FREE
        body = raw[marked.end() :] if marked else raw
        if kind is LineKind.ASKED:
            question = number
        elif not raw.strip():
            question = None
        lines.append(
            NoteLine(
                number=number,
                kind=kind,
                text=body,
                words=_words(body) if marked else body,
                themes=tuple(dict.fromkeys(theme.casefold() for theme in _THEME.findall(body))),
                name=found[1] if marked and (found := _NAME.search(body)) else "",
                due_on=_due(body, on) if kind in PROMISES else None,
                answers=question if kind in THEIR_WORDS else None,
            )
        )
    return tuple(lines)


def has_markers(text: str) -> bool:
    """Return whether any line would be read as more than free text: a paste asks then."""
    return any(_MARKED.match(line) for line in text.split("\n"))


def match_lines(old: list[str], new: list[str]) -> dict[int, int]:
    """Return which line of `new` is which line of `old`, by index: equal text first, then the most similar.

    Lines of `old` that are missing from the result are gone.
    """
    free = dict.fromkeys(range(len(new)))
    matched: dict[int, int] = {}
    for index, text in enumerate(old):
        twin = next((candidate for candidate in free if new[candidate] == text), None)
        if twin is not None:
            matched[index] = twin
            del free[twin]
    pairs = sorted(
        (-ratio, index, candidate)
        for index, text in enumerate(old)
        if index not in matched
        for candidate in free
        if (ratio := SequenceMatcher(None, text, new[candidate], autojunk=False).ratio()) >= SIMILAR
    )
    for _, index, candidate in pairs:
        if index not in matched and candidate in free:
            matched[index] = candidate
            del free[candidate]
    return matched


def _words(body: str) -> str:
    body = _TRAILING_THEMES.sub("", body)
    body = _NAME.sub("", body, count=1) if body.lstrip().startswith("@") else body
    return " ".join(_THEME.sub(r"\1", body).split())


def _due(body: str, on: date) -> date | None:
    tail = _TRAILING_THEMES.sub("", body)
    last = None
    for last in _BY.finditer(tail):
        pass
    return parse_day(tail[last.end() :].rstrip(" .,;!"), on) if last else None

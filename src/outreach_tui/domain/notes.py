"""The note syntax: plain text in which a marker in column 1 says whose words a line holds (DOMAIN.md, Note syntax).

Parsing is total: every text is a note. The text is stored as typed; everything here is derived from it.
"""

import re
from collections import defaultdict
from datetime import date
from enum import StrEnum
from heapq import heapify, heappop, heappush

import msgspec

from outreach_tui.domain.days_meant import only_of_days
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
"""Two versions of a line are the same line from this share of equal characters on (rapidfuzz's ratio)."""

_MARKED = re.compile(r"^(>\?|>\+|[>=?!<+$]) (?=\S)", re.MULTILINE)
_THEME = re.compile(r"(?<!\S)#([^\W\d_][\w-]*)")
_ONLY_A_THEME = re.compile(r"#[^\W\d_][\w-]*")
_TOKEN = re.compile(r"\S+")
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
    """The text without trailing themes, the leading name and the hash signs; never empty where the text is not."""
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
        due_on, said = _due(body, on) if kind in PROMISES else (None, body)
        if kind is LineKind.ASKED:
            question = number
        elif not raw.strip():
            question = None
        lines.append(
            NoteLine(
                number=number,
                kind=kind,
                text=body,
                words=_words(said) if marked else body,
                themes=tuple(dict.fromkeys(theme.casefold() for theme in _THEME.findall(body))),
                name=found[1].rstrip(".'’-") if marked and (found := _NAME.search(body)) else "",
                due_on=due_on,
                answers=question if kind in THEIR_WORDS else None,
            )
        )
    return tuple(lines)


def marked_kinds(text: str) -> list[LineKind]:
    """Return the kinds of the lines with a marker, in order, as `parse_note` finds them."""
    return [MARKERS[marker] for marker in _MARKED.findall(text)]


def has_markers(text: str) -> bool:
    """Return whether any line would be read as more than free text: a paste asks then."""
    return _MARKED.search(text) is not None


def match_lines(old: list[str], new: list[str]) -> dict[int, int]:
    """Return which line of `new` is which line of `old`, by index: equal text first, then the most similar.

    Lines of `old` that are missing from the result are gone.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for candidate in range(len(new) - 1, -1, -1):
        places[new[candidate]].append(candidate)
    matched = {index: places[text].pop() for index, text in enumerate(old) if places[text]}
    taken = set(matched.values())
    free = {candidate: text for candidate, text in enumerate(new) if candidate not in taken}
    changed = {index: text for index, text in enumerate(old) if index not in matched}
    return matched | _most_similar(changed, free) if changed and free else matched


def _most_similar(old: dict[int, str], free: dict[int, str]) -> dict[int, int]:
    """Pair the most similar lines first, each once; of equally similar ones the first."""
    from rapidfuzz import fuzz, process  # 30 ms that only an edited note has to pay

    def nearest(index: int) -> list[tuple[float, int, int]]:
        found = process.extractOne(old[index], free, scorer=fuzz.ratio, score_cutoff=100 * SIMILAR)
        return [(-found[1], index, found[2])] if found else []

    # A line's best partner only gets worse while others are taken, so each waits with the best it last saw: all
    # pairs of a long note would be millions.
    waiting = [best for index in old for best in nearest(index)]
    heapify(waiting)
    matched: dict[int, int] = {}
    while waiting:
        _, index, candidate = heappop(waiting)
        if candidate in free:
            matched[index] = candidate
            del free[candidate]
        else:
            for best in nearest(index):
                heappush(waiting, best)
    return matched


def _words(body: str) -> str:
    bare = _without_trailing_themes(body)
    if name := _NAME.match(bare):
        bare = bare[name.end() :].lstrip(" ,:;")
    # A line of nothing but themes or a name still has words: somebody has to recognise it in a list.
    return " ".join(_THEME.sub(r"\1", bare or body).split())


def _without_trailing_themes(body: str) -> str:
    """Return `body` without the themes at its end; by words, since a regex over both would look at each end again."""
    end = 0
    for token in reversed(list(_TOKEN.finditer(body))):
        if not _ONLY_A_THEME.fullmatch(token[0]):
            end = token.end()
            break
    return body[:end]


def misread_day(line: NoteLine) -> str:
    """Return what follows the last `by` of a promise without a day, if it can only be meant as one: "fryday".

    That it does where it has nothing but words of days, so that "by hand" and "by the end of the week they know" are
    left alone.
    """
    if line.kind not in PROMISES or line.due_on is not None:
        return ""
    tail = _tail(_without_trailing_themes(line.text))
    return tail if tail and only_of_days(tail) else ""


def _tail(bare: str) -> str:
    """Return what follows the last `by`, without names; nothing if there is none."""
    *_, last = ("", *_BY.split(bare)[1:])
    tail = " ".join(_NAME.sub("", last).split()).rstrip(" ,;!")
    return tail if tail[-2:-1].isdigit() else tail.rstrip(".")  # the dots of "31.2." belong to it


def _due(body: str, on: date) -> tuple[date | None, str]:
    """Return the day after the last `by`, and the promise without it; no day and all of `body` if it reads as none."""
    bare = _without_trailing_themes(body)
    starts = list(_BY.finditer(bare))
    if not starts:
        return None, body
    tail = _NAME.sub("", bare[starts[-1].end() :]).strip().rstrip(" .,;!")
    due_on = parse_day(tail, on)
    said = bare[: starts[-1].start()].rstrip(" ,;")
    # What was named after the day stays in `text`; a promise of nothing but a day keeps its words.
    return (due_on, said or body) if due_on else (None, body)

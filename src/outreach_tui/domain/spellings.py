"""How a name, a number or a handle may be written in a text, as patterns that find all of it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from outreach_tui.domain.phone import BEFORE_EXTENSION, BETWEEN_DIGITS, LEAST_DIGITS, parted
from outreach_tui.domain.text import fold

GONE = "[forgotten]"
"""What stands where a name stood."""
_BETWEEN = r"[\s.,_-]{1,3}"
_NO_LETTER_BEFORE, _NO_LETTER_AFTER = r"(?<![^\W_])", r"(?![^\W_])"
_BRACKETS = {"(": ")", "[": "]", "{": "}", "\uff08": "\uff09"}
_OPENING = {closing: opening for opening, closing in _BRACKETS.items()}
_NEVER = re.compile(r"(?!)")


def parts_of(names: Iterable[str]) -> frozenset[str]:
    """Return the single words of names, folded, as `@Name` may call somebody."""
    return frozenset(word for name in names for form in forms_of(name) for word in form.split())


def forms_of(name: str) -> frozenset[str]:
    """Return a name as it is compared: "muller" and "mueller" for "Müller"."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return frozenset((fold(name), fold("".join(_SPELLED.get(c, c) for c in plain))))


class _Way(dict[int, str]):
    """How each character is compared, as `str.translate` takes it: what cannot be seen goes."""

    def __init__(self, spelled: Mapping[str, str]) -> None:
        self._spelled = spelled

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = self._spelled.get(character.casefold()) or _flat(character)
        return self[code]


_SPELLED = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
WAYS = (_Way({}), _Way({**_SPELLED, "\u0308": "e"}))
"""Without accents, and as who has no such keys writes them; what follows a letter as a mark of its own is its dots."""


def flattened(text: str, way: Mapping[int, str] = WAYS[0]) -> tuple[str, list[int] | None]:
    """Return a text without case and accents, and where each of its characters stood; None for where they stand now."""
    if text.isascii():
        return text.lower(), None
    flat: list[str] = []
    at: list[int] = []
    for position, character in enumerate(text):
        for each in way[ord(character)]:
            flat.append(each)
            at.append(position)
    at.append(len(text))
    return "".join(flat), at


def _flat(character: str) -> str:
    """Return a character as `fold` compares it, but for what is no letter: that stays; what cannot be seen goes."""
    folded = fold(character)
    if folded:
        return folded
    return (
        ""
        if unicodedata.combining(character) or unicodedata.category(character) == "Cf"
        else character
    )


def without(pattern: re.Pattern[str], text: str, way: Mapping[int, str]) -> str:
    """Return a text with `GONE` in place of what the pattern finds in it, compared in one of the `WAYS`."""
    flat, at = flattened(text, way)
    kept: list[str] = []
    end = 0
    for found in pattern.finditer(flat):
        start = found.start() if at is None else at[found.start()]
        stop = found.end() if at is None else at[found.end() - 1] + 1
        while at is not None and stop < len(text) and not _flat(text[stop]):
            stop += 1  # the accents of its last letter
        if stop <= end:  # it went with the bracket of a number
            continue
        loose = ""
        if any(c.isdigit() for c in text[start:stop]):
            start, stop, loose = _with_brackets(text, max(start, end), stop, end)
        kept += [text[end:start], GONE, loose]
        end = stop
    return "".join((*kept, text[end:])) if kept else text


def _with_brackets(text: str, start: int, stop: int, begin: int) -> tuple[int, int, str]:
    """Return where a number goes on that was found from `start` to `stop`: to the brackets that it opens and closes.

    The third is the brackets in it that belong to what stands around it. `begin` is where what stands before begins.
    """
    opened: list[str] = []
    closed: list[str] = []
    for c in text[start:stop]:
        if c in _BRACKETS:
            opened.append(c)
        elif c in _OPENING:
            if opened and opened[-1] == _OPENING[c]:
                opened.pop()
            else:
                closed.append(c)
    loose = ""
    for c in closed:
        before = text[begin:start].rstrip("+ ")
        if before.endswith(_OPENING[c]):
            start = begin + len(before) - 1
        elif before.count(_OPENING[c]) > before.count(c) + loose.count(c):
            loose += c
    for c in reversed(opened):
        after = text[stop:]
        if after.lstrip().startswith(_BRACKETS[c]):
            stop = len(text) - len(after.lstrip()) + 1
        elif after.count(_BRACKETS[c]) > after.count(c) + loose.count(c):
            loose += c
    return start, stop, loose


def written_name(name: str) -> list[str]:
    """Return how a name may be written: first name first, or last name, comma, the rest."""
    if not fold(name):  # nothing but signs
        return [re.escape(flattened(name)[0])] if name else []
    forms = [form.split() for form in forms_of(name)]
    if len({len(form) for form in forms}) == 1:  # each word as it comes
        forms = [[f"(?:{'|'.join(sorted(set(each)))})" for each in zip(*forms, strict=True)]]
    patterns = []
    for words in forms:
        patterns.append(_BETWEEN.join(words))
        if len(words) > 1:
            patterns.append(rf"{words[-1]}(?:,\s*|\s+){_BETWEEN.join(words[:-1])}")
    return [f"{_NO_LETTER_BEFORE}{pattern}{_NO_LETTER_AFTER}" for pattern in patterns]


def written_word(word: str) -> str:
    """Return how a single word of a name is found."""
    return f"{_NO_LETTER_BEFORE}{re.escape(word)}{_NO_LETTER_AFTER}"


def written_mail(text: str) -> str:
    """Return how a mail address is found."""
    return rf"(?<![\w.+-]){re.escape(flattened(text)[0])}(?![\w-]|\.\w)"


def written_handle(text: str) -> str:
    """Return how a handle is found: one that could be a word only after `@`."""
    if not text.isalpha():
        return written_mail(text)
    return rf"(?<![\w.+-])@{re.escape(flattened(text)[0])}(?![\w-]|\.\w)"


def written_number(phone: str, extension: str = "") -> str:
    """Return how a number is found, however much is dialled before it: +49, 0049, 0 or nothing.

    With an extension only that one is found, else any goes with the number.
    """
    code, number = parted(phone)
    abroad = rf"(?:\+|00)?{code}" if code else r"(?:\+|00)\d{1,3}"
    before = rf"(?:{abroad}{BETWEEN_DIGITS}(?:0{BETWEEN_DIGITS})?|0{BETWEEN_DIGITS})"
    after = (
        rf"(?:{BEFORE_EXTENSION}|{BETWEEN_DIGITS}){extension}(?!\d)"
        if extension
        else rf"(?!\d)(?:{BEFORE_EXTENSION}\d{{1,{LEAST_DIGITS - 1}}}(?!\d))?"
    )
    needed = "?" if len(number) >= LEAST_DIGITS else ""
    return rf"(?<!\d)\+?{before}{needed}{BETWEEN_DIGITS.join(number)}{after}"


def end_of_number(phone: str) -> str:
    """Return how the last digits of a number are found, dialled without what comes before; empty for a short one."""
    _, number = parted(phone)
    if len(number) <= LEAST_DIGITS:
        return ""
    return rf"{BETWEEN_DIGITS.join(number[-LEAST_DIGITS:])}(?!\d)"


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of these; nothing finds an empty one."""
    found = [pattern for pattern in patterns if pattern]
    return re.compile("|".join(found)) if found else _NEVER

"""Whether words can only be meant as a day, also where none can be read from them: "fryday", "end of month"."""

import re

from outreach_tui.domain.when import MONTHS

LONGEST = 6
"""More words than that are a sentence."""
_NAMES = frozenset(
    {
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("january", "february", "march", "april", "may", "june", "july", "august"),
        *("september", "october", "november", "december"),
        *("today", "tomorrow", "yesterday", "tonight"),
    }
)
_SHORT = frozenset(
    {*("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"), *MONTHS, "sept"}
)
_SPANS = frozenset({"week", "month", "quarter", "year"})
_WHICH_SPAN = frozenset({"this", "next", "coming", "start", "beginning", "middle", "mid", "end"})
_AROUND = _WHICH_SPAN | frozenset(
    {
        *("the", "of", "on", "at", "in", "or", "so", "about", "around", "early", "late", "latest"),
        *("morning", "noon", "midday", "afternoon", "evening", "night"),
    }
)
"""Words that stand beside a day, and alone mean none."""
_NUMBER = re.compile(r"\d{1,4}\.?")
_DATE = re.compile(
    r"\d{4}-\d{1,2}(-\d{1,2})?"
    r"|(0?[1-9]|[12]\d|3[01])([./](0?[1-9]|1[0-2])[./]?|[./]\d{1,2}[./](\d{2}|\d{4}))"
    r"|\d{1,2}(st|nd|rd|th)|\d{1,2}:\d{2}|\d{1,2}[ap]m"
)


def only_of_days(text: str) -> bool:
    """Return whether `text` has only words of days, typing errors among them, and one that names a day or a span."""
    words = [word.rstrip(",;!") for word in text.casefold().split()]
    if len(words) > LONGEST:
        return False
    which = any(word in _WHICH_SPAN for word in words)
    named = [_names_one(word) or (which and word in _SPANS) for word in words]
    return any(named) and all(
        names or word in _AROUND or word in _SPANS or _NUMBER.fullmatch(word)
        for word, names in zip(words, named, strict=True)
    )


def _names_one(word: str) -> bool:
    if _DATE.fullmatch(word):
        return True
    bare = word.rstrip(".")
    return bare in _NAMES or bare in _SHORT or (bare not in _AROUND and _is_typo(bare))


def _is_typo(word: str) -> bool:
    """Return whether a word is a long name but for a letter, or for two of a very long one.

    "match" and "Jane" are near short names, and Augusta has more than August: those are not guessed.
    """
    from rapidfuzz.distance import OSA  # only a promise without a day has to pay for it

    return any(
        not word.startswith(name) and OSA.distance(word, name, score_cutoff=far) <= far
        for name in _NAMES
        if (far := 0 if len(name) < 6 else 1 if len(name) < 8 else 2)
    )

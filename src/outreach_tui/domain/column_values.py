"""What the columns of a list hold, judged by their values: for headers that nobody has heard of, or that mislead.

A shape is named only where all values have it; everything else is left open.
"""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from outreach_tui.domain.touchpoint import LIVE_KINDS, WRITTEN_KINDS
from outreach_tui.domain.written_amounts import is_money
from outreach_tui.domain.written_dates import looks_like_date
from outreach_tui.domain.written_words import read_touchpoint_kind

LOOKED_AT = 300
"""So many different values of a column decide."""
EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_PHONE = re.compile(
    r"\+\d[\d ()/.-]{5,}"  # as dialled from abroad
    r"|[(0][\d ()/.-]*[ ()/.-][\d ()/.-]*"  # as dialled in the country; without a mark it could be any number
    r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"  # North America
)
_SHORT_CODE = 3


class Shape(StrEnum):
    """What all values of a column are."""

    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    MONEY = "money"
    COUNTRY = "country"
    TALK = "talk"
    """Words for ways to talk: call, visit."""


class Look(NamedTuple):
    """What the values of a column look like."""

    shape: Shape | None = None
    empty: bool = True
    some_dates: bool = False
    some_emails: bool = False
    repeats: bool = False
    """Whether a value stands more than once."""


def look_at(values: Iterable[str], is_country: Callable[[str], bool] | None = None) -> Look:
    """Return what the values of a column look like; `is_country` knows the names of countries."""
    filled = [value for value in values if value]
    if not filled:
        return Look()
    distinct = dict.fromkeys(filled)
    seen = list(islice(distinct, LOOKED_AT))
    dates = [looks_like_date(value) for value in seen]
    emails = [bool(EMAIL.search(value)) for value in seen]
    shape = _shape_of(seen, dates, emails, is_country)
    return Look(shape, False, any(dates), any(emails), len(distinct) < len(filled))


def _shape_of(
    values: list[str],
    dates: list[bool],
    emails: list[bool],
    is_country: Callable[[str], bool] | None,
) -> Shape | None:
    if all(emails):
        return Shape.EMAIL
    if all(dates):
        return Shape.DATE
    if all(_is_phone(value) for value in values):
        return Shape.PHONE
    if all(is_money(value) for value in values):
        return Shape.MONEY
    kinds = [read_touchpoint_kind(value) for value in values]
    if all(kinds) and any(kind in LIVE_KINDS | WRITTEN_KINDS for kind in kinds):
        return Shape.TALK
    # Codes alone could be states of a country as well: CA, DE, IN.
    if is_country is None or max(map(len, values)) <= _SHORT_CODE:
        return None
    return Shape.COUNTRY if all(map(is_country, values)) else None


def _is_phone(text: str) -> bool:
    return 7 <= sum(c.isdigit() for c in text) <= 15 and bool(_PHONE.fullmatch(text))

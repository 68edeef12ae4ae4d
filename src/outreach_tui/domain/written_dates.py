"""Dates as lists hold them, each column read in one order of day and month.

Other than what people type (`domain.when`), a list cannot be asked about one value: slashed dates are decided for
the whole column, and refused where both readings fit.
"""

import re
from collections.abc import Iterable
from datetime import date, time
from enum import StrEnum

from outreach_tui.domain.when import MONTHS
from outreach_tui.errors import BadInput


class DateOrder(StrEnum):
    """How the slashed dates of a column are to be read."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


EARLIEST_YEAR = 1900
"""What lies before is a typing error, or a spreadsheet's zero."""

_TIME = (
    r"(?:[T ]\s?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:[AaPp]\.?[Mm]\.?)?"
    r"\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$"
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME, re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})$", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})" + _TIME, re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})" + _TIME, re.ASCII)
_DAY_MONTH_NAME = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ .-]{1,2}([a-z]{3,9})[ .,-]{1,2}(\d{4}|\d{2})" + _TIME,
    re.ASCII | re.IGNORECASE,
)
_MONTH_NAME_DAY = re.compile(
    r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}|\d{2})" + _TIME, re.ASCII | re.IGNORECASE
)
_CLOCK = re.compile(r"[T ]\s?(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d{1,9})?)?\s?([AaPp]?)", re.ASCII)
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def looks_like_date(text: str) -> bool:
    """Return whether the text is written like a date, be it one of the calendar or not: 31.02.2026 is."""
    return any(
        pattern.match(text)
        for pattern in (_YEAR_FIRST, _DOTTED, _SLASHED, _DAY_MONTH_NAME, _MONTH_NAME_DAY)
    )


def read_time(text: str) -> time | None:
    """Return the time of day beside a date, as a clock on the wall shows it; None if there is none."""
    match = _CLOCK.search(text)
    if not match:
        return None
    hour, minute = int(match[1]), int(match[2])
    if half := match[3].casefold():
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def fitting_orders(values: Iterable[str]) -> tuple[frozenset[DateOrder], str]:
    """Return the orders in which every slashed date of a column can be read, and the first one that depends on it.

    The second is empty if none does. A value that no order can read says nothing about the column.
    """
    orders, example = set(DateOrder), ""
    for value in values:
        match = _SLASHED.match(value)
        if not match:
            continue
        first, second = int(match[1]), int(match[3])
        if first == second or min(first, second) > 12:
            continue
        example = example or value
        if first > 12:
            orders.discard(DateOrder.MONTH_FIRST)
        if second > 12:
            orders.discard(DateOrder.DAY_FIRST)
    return frozenset(orders), example


def read_date(text: str, order: DateOrder | None) -> date:
    """Return the day that a cell names; a time beside it is left out. `order` is for slashed dates.

    Raises BadInput, whose title goes on after the quoted value: "has a year of two digits".
    """
    if match := _YEAR_FIRST.match(text):
        return _day(match[1], int(match[3]), int(match[4]))
    if match := _COMPACT.match(text):
        return _day(match[1], int(match[2]), int(match[3]))
    if match := _DOTTED.match(text):
        return _day(match[3], int(match[2]), int(match[1]))
    if match := _SLASHED.match(text):
        first, second = int(match[1]), int(match[3])
        day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
        return _day(match[4], month, day)
    if (match := _DAY_MONTH_NAME.match(text)) and (named := _month(match[2])):
        return _day(match[3], named, int(match[1]))
    if (match := _MONTH_NAME_DAY.match(text)) and (named := _month(match[1])):
        return _day(match[3], named, int(match[2]))
    raise BadInput("is not a date", "write it like 2026-12-03")


def _month(name: str) -> int | None:
    name = name.casefold()
    for number, full in enumerate(_MONTH_NAMES, 1):
        if name in (full, MONTHS[number - 1]) or (number == 9 and name == "sept"):
            return number
    return None


def _day(year: str, month: int, day: int) -> date:
    if len(year) == 2:
        raise BadInput("has a year of two digits", "write the whole year, like 2026-12-03")
    if int(year) < EARLIEST_YEAR:
        raise BadInput(f"lies before {EARLIEST_YEAR}", "write it like 2026-12-03")
    try:
        return date(int(year), month, day)
    except ValueError:
        raise BadInput("is not a day of the calendar", "write it like 2026-12-03") from None

"""Days and times as people type and say them (DOMAIN.md, Days and times people type).

Our own small grammar, since `dateutil.parser` refuses "next tue 15:00" and reads 10/11 without asking.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from dateutil.relativedelta import relativedelta

from outreach_tui.errors import BadWhen

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH_NAMES = {
    name: number
    for number, full in enumerate(
        (
            *("january", "february", "march", "april", "may", "june", "july"),
            *("august", "september", "october", "november", "december"),
        ),
        1,
    )
    for name in (full, full[:3])
} | {"sept": 9}
_WEEKDAY_NAMES = {
    name: number
    for number, full in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
    for name in (full, full[:3])
} | {"tues": 1, "wednes": 2, "thur": 3, "thurs": 3}
_UNITS = {"d": "days", "w": "weeks", "m": "months", "y": "years"}

_CLOCK = re.compile(r"(?:(?:^|\s)at)?(?:^|\s)(?:(\d{1,2}):(\d{2})\s?([ap]m)?|(\d{1,2})\s?([ap]m))$")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_ISO_T = re.compile(r"^(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2})(?::00)?$")
_SPAN = re.compile(r"in (\d{1,4}|an?) ?(day|week|month|year)s?$")
_SHORT_SPAN = re.compile(r"(\d{1,4}) ?(d|w|m|y|days?|weeks?|months?|years?)$")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)? ([a-z]+)\.?(?: (\d{4}))?$")
_SLASHED = re.compile(r"(\d{1,4})[/.](\d{1,2})(?:[/.](\d{1,4}))?\.?$")

LONGEST_QUOTED = 60
"""More of what was typed is not repeated in a message."""
DAYS = "today, fri, next tue, in 2 weeks, 3 dec, 2026-12-03"
PAST_DAYS = "yesterday, fri, 3 dec, 2019-12-03"
_CLOCKS = "then 15:00 or 3pm if needed"


class When(msgspec.Struct, frozen=True):
    """A day, and a wall time if one was given."""

    on: date
    clock: time | None = None


def parse_when(text: str, today: date, *, past: bool = False) -> When:
    """Read what a person typed, as of `today`.

    A day without a year is the next one from today on, or with `past` the last one up to today, and so is a weekday
    with `past`; without it a weekday is its next one after today. A time alone is today's. Raises BadWhen with a
    hint; slashed and dotted dates are refused with the ISO form.
    """
    typed = " ".join(text.casefold().split())
    if whole := _ISO_T.match(typed):
        typed = f"{whole[1]} {whole[2]}"
    clock: time | None = None
    day_text = typed
    if match := _CLOCK.search(typed):
        clock = _read_clock(match, text)
        day_text = typed[: match.start()].strip()
        if not day_text:
            return When(today, clock)
    on = _read_day(day_text, today, past)
    if on is None:
        raise _cannot_read(text, day_text, f"{PAST_DAYS if past else DAYS}; {_CLOCKS}")
    return When(on, clock)


def parse_until(text: str, first: date, today: date) -> When:
    """Read the last day of a span that begins on `first`.

    Words that count from a day (`tomorrow`, `in 2 weeks`, `next tue`) count from `today`; a weekday does unless that
    is before `first`; a day without a year is the next one from `first` on, over the turn of the year. Raises BadWhen.
    """
    from_today = parse_when(text, today)
    word = " ".join(text.casefold().split())
    if word in _WEEKDAY_NAMES:
        return from_today if from_today.on >= first else parse_when(text, first)
    return parse_when(text, first) if _DAY_MONTH.match(word) else from_today


def parse_day(text: str, today: date) -> date | None:
    """Return the day that `text` reads as, None if it does not: for text that need not be a date."""
    try:
        return parse_when(text, today).on
    except BadWhen:
        return None


def parse_span(text: str, today: date) -> date:
    """Return the day that is a span such as `7d`, `2w`, `1m` or `3 weeks` after `today`.

    Raises BadWhen if it is no span, or reaches past the calendar.
    """
    match = _SHORT_SPAN.match(" ".join(text.casefold().split()))
    if not match or not int(match[1]):
        raise BadWhen(f"cannot read {text!r} as a span of time", "write for example 7d, 2w or 1m")
    moved = _shift(today, int(match[1]), match[2][0])
    if moved is None:
        raise BadWhen(f"{text!r} reaches past the calendar", "write for example 7d, 2w or 1m")
    return moved


def _read_clock(match: re.Match[str], text: str) -> time:
    hour = int(match[1] or match[4])
    minute = int(match[2] or 0)
    half = match[3] or match[5]
    if half:
        if not 1 <= hour <= 12:
            raise BadWhen(f"{text!r} has no such hour", "write 3pm or 15:00")
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise BadWhen(f"{text!r} has no such time", "hours run from 0:00 to 23:59")
    return time(hour, minute)


def _read_day(text: str, today: date, past: bool) -> date | None:
    if text in {"today", "tomorrow", "yesterday"}:
        return _shift(today, {"today": 0, "tomorrow": 1, "yesterday": -1}[text], "d")
    if text in _WEEKDAY_NAMES:
        if past:
            return _shift(today, -((today.weekday() - _WEEKDAY_NAMES[text]) % 7), "d")
        return _shift(today, (_WEEKDAY_NAMES[text] - today.weekday() - 1) % 7 + 1, "d")
    if text.startswith("next ") and text[5:] in _WEEKDAY_NAMES:
        return _shift(today, 7 - today.weekday() + _WEEKDAY_NAMES[text[5:]], "d")
    if match := _SPAN.match(text):
        return _shift(today, 1 if match[1].startswith("a") else int(match[1]), match[2][0])
    if match := _ISO.match(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if (match := _DAY_MONTH.match(text)) and match[2] in _MONTH_NAMES:
        return _day_of_year(int(match[1]), _MONTH_NAMES[match[2]], match[3], today, past)
    return None


def _day_of_year(day: int, month: int, year: str | None, today: date, past: bool) -> date | None:
    if year:
        return _date(int(year), month, day)
    # Eight years reach the next 29 February from anywhere, also around 1900 and 2100.
    years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
    for candidate in years:
        on = _date(candidate, month, day)
        if on is not None and (on <= today if past else on >= today):
            return on
    return None


def _shift(today: date, count: int, unit: str) -> date | None:
    try:
        if unit == "d":
            return today + timedelta(days=count)
        moved: date = today + relativedelta(**{_UNITS[unit]: count})  # type: ignore[arg-type]  # key chosen at run time
        return moved
    except (OverflowError, ValueError):
        return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _cannot_read(text: str, day_text: str, examples: str) -> BadWhen:
    if len(text) > LONGEST_QUOTED:
        text = f"{text[:LONGEST_QUOTED]}…"
    if match := _SLASHED.match(day_text):
        meant = _iso_forms(match[1], match[2], match[3] or "")
        if len(meant) > 1:
            return BadWhen(f"{text!r} can mean two days", f"write {' or '.join(meant)}")
        if meant:
            title = f"dates with slashes or dots are not read: {text!r}"
            return BadWhen(title, f"write {meant[0]}")
        return BadWhen(f"{text!r} is not a day of the calendar", f"write for example {examples}")
    named = _DAY_MONTH.match(day_text)
    if _ISO.match(day_text) or (named and named[2] in _MONTH_NAMES):
        return BadWhen(f"{text!r} is not a day of the calendar", f"write for example {examples}")
    return BadWhen(f"cannot read {text!r} as a day", f"write for example {examples}")


def _iso_forms(first: str, second: str, third: str) -> list[str]:
    """Return the days that a slashed date can mean, as ISO: day first, then month first; none if it is no day."""
    if len(first) == 4:
        orders = [(first, second, third or "1")]
    elif len(first) <= 2:
        # Two digits of a year are no year: people are born in 26, and plan for 26.
        year = third if len(third) == 4 else "YYYY"
        orders = [(year, second, first), (year, first, second)]
    else:
        orders = []
    return list(
        dict.fromkeys(
            f"{year}-{int(month):02}-{int(day):02}"
            for year, month, day in orders
            # Without a year every day that some year has will do.
            if _date(2000 if year == "YYYY" else int(year), int(month), int(day))
        )
    )


def zone_info(name: str) -> ZoneInfo:
    """Return the IANA zone; UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def to_instant(on: date, clock: time, zone: str) -> datetime:
    """Return the UTC instant of a wall time; of two (autumn) the first.

    Raises BadWhen for a wall time that the clocks skip (spring): guessing would be an hour off for half of the
    calendar programs (RFC 5545 leaves it open).
    """
    info = zone_info(zone)
    utc = ZoneInfo("UTC")
    try:
        instant = datetime.combine(on, clock, info).astimezone(utc)
        back = instant.astimezone(info)
    except OverflowError:
        raise BadWhen(f"{on} is at the edge of the calendar", "choose another day") from None
    if back.replace(tzinfo=None) != datetime.combine(on, clock):
        raise BadWhen(
            f"{clock:%H:%M} on {on} does not exist in {zone}: the clocks go forward then",
            f"choose {back:%H:%M} or another time",
        )
    return instant


def local_day(at: datetime, zone: str) -> date:
    """Return the day on the wall calendar of `zone`."""
    return at.astimezone(zone_info(zone)).date()


def say_day(on: date, today: date, *, year: bool = False) -> str:
    """Return a day as people say it: "24 Aug", with the `year` where it is wanted or not within eleven months."""
    words = f"{on.day} {MONTHS[on.month - 1].capitalize()}"
    return f"{words} {on.year}" if year or abs((on - today).days) >= 335 else words


def say_weekday(on: date) -> str:
    """Return "Thu 26 Nov"."""
    return f"{WEEKDAYS[on.weekday()].capitalize()} {on.day} {MONTHS[on.month - 1].capitalize()}"


def say_days(count: int) -> str:
    """Return "1 day", "4 days"."""
    return f"{count:,} day{'' if abs(count) == 1 else 's'}"


def say_times(count: int) -> str:
    """Return "once", "twice", "five times", "12 times"."""
    words = ("never", "once", "twice", "three times", "four times", "five times", "six times")
    return words[count] if count < len(words) else f"{count} times"

"""Birthdays: people often tell the day and not the year."""

import re
from datetime import date

from outreach_tui.domain.when import MONTHS, parse_when, say_day
from outreach_tui.errors import BadInput, BadWhen

NO_YEAR = 1604
"""Stands where the year is not known, as in the cards of address books (X-APPLE-OMIT-YEAR); it has a 29 February."""

_MONTH_DAY = re.compile(r"(?:--)?(\d{1,2})-(\d{1,2})$")
_WITHOUT_YEAR = re.compile(r"\d{1,2}(?:\.|st|nd|rd|th)? [^\W\d_]+\.?$")
_HINT = "write 12 mar 1980 or 1980-03-12; without the year 12 mar or 03-12"


def read_birthday(text: str, today: date) -> date:
    """Return the day that was typed, in the year NO_YEAR if none was. Raises BadInput, also for a day ahead."""
    try:
        if match := _MONTH_DAY.match(text):
            on = date(NO_YEAR, int(match[1]), int(match[2]))
        elif _WITHOUT_YEAR.match(text):
            on = parse_when(text, date(NO_YEAR, 1, 1)).on
        else:
            on = parse_when(text, today, past=True).on
    except BadWhen as error:
        raise BadInput(error.title, _HINT) from error
    except ValueError:
        raise BadInput(f"{text!r} is not a day of the calendar", _HINT) from None
    if on > today:
        raise BadInput(f"{text!r} has not come yet", _HINT)
    return on


def show_birthday(on: date) -> str:
    """Return a birthday as it can be typed again: "12 mar 1980", "12 mar"."""
    day = f"{on.day} {MONTHS[on.month - 1]}"
    return day if on.year == NO_YEAR else f"{day} {on.year}"


def say_birthday(on: date, today: date) -> str:
    """Return a birthday as people say it: "12 Mar 1980", "12 Mar"."""
    return (
        say_day(on.replace(year=2000), date(2000, 6, 1))
        if on.year == NO_YEAR
        else say_day(on, today)
    )

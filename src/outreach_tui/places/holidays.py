"""Which days are no working days at a place: public holidays and weekends, from the table that ships with the program.

The table holds a line for each country and is built by `tools/build_holidays.py`; see docs/decisions/0006-holidays.md.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec

from outreach_tui.domain.hours import WEEKDAYS, Weekends
from outreach_tui.domain.place import Place
from outreach_tui.errors import DamagedFile

HOLIDAYS_FILE = Path(__file__).with_name("holidays.jsonl")
FIRST_YEAR, LAST_YEAR = 1996, 2035
NO_DAYS: Mapping[date, str] = {}


class Area(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a region's holidays differ from the country's."""

    more: dict[str, str] = {}
    less: dict[str, str] = {}


class CountryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table."""

    country: str
    """ISO 3166-1 alpha-2; the first field, since lines are found by it."""
    first: int
    last: int
    """Years for which holidays are known."""
    weekends: list[tuple[date, str]]
    """Since when which weekdays are free: digits, Monday 0."""
    days: dict[str, str]
    """For each name its days: `MMDD` for every year, `MMDD:1996-2003` for these, `YYYYMMDD` for one."""
    regions: dict[str, Area]
    """By the gazetteer's name; a region that is missing has the country's holidays only."""


class Holidays:
    """Look up free days. The file is read at the first look-up, a country's line when it is asked for."""

    def __init__(self, path: Path = HOLIDAYS_FILE) -> None:
        self._path = path
        self._text: bytes | None = None
        self._lines: dict[str, CountryLine | None] = {}
        self._days: dict[tuple[str, str, int], Mapping[date, str]] = {}
        self._weekends = Weekends()

    def free_day(self, place: Place | None, on: date) -> str | None:
        """Return why `on` is no working day there: "Epiphany", "Sunday"; None for a working day."""
        return self.holiday(place, on) or self._weekend(place, on)

    def holiday(self, place: Place | None, on: date) -> str | None:
        """Return the public holiday there, None if there is none or none is known."""
        if place is None or not place.country:
            return None
        key = (place.country, place.region, on.year)
        days = self._days.get(key)
        if days is None:
            days = self._days[key] = self._year(*key)
        return days.get(on)

    def known(self, country: str, year: int) -> bool:
        """Return whether the table says which days of that year are holidays in the country."""
        line = self._line(country)
        return line is not None and line.first <= year <= line.last

    def _weekend(self, place: Place | None, on: date) -> str | None:
        line = self._line(place.country) if place is not None else None
        if line is None:
            return self._weekends.free_day(place, on)
        free = line.weekends[0][1]
        for since, weekdays in line.weekends:
            if since <= on:
                free = weekdays
        return WEEKDAYS[on.weekday()] if str(on.weekday()) in free else None

    def _year(self, country: str, region: str, year: int) -> Mapping[date, str]:
        line = self._line(country)
        if line is None or not line.first <= year <= line.last:
            return NO_DAYS
        found = {(on, name) for name, text in line.days.items() for on in days_of(text, year)}
        if area := line.regions.get(region):
            found |= {(on, name) for name, text in area.more.items() for on in days_of(text, year)}
            found -= {(on, name) for name, text in area.less.items() for on in days_of(text, year)}
        names: dict[date, str] = {}
        for on, name in sorted(found):
            names[on] = f"{names[on]}, {name}" if on in names else name
        return names

    def _line(self, country: str) -> CountryLine | None:
        if country not in self._lines:
            self._lines[country] = self._read(country)
        return self._lines[country]

    def _read(self, country: str) -> CountryLine | None:
        if len(country) != 2 or not (country.isascii() and country.isalpha()):
            return None
        if self._text is None:
            try:
                self._text = b"\n" + self._path.read_bytes()
            except OSError as error:
                raise DamagedFile(
                    f"the table of holidays cannot be read: {error.strerror}",
                    "install the program again",
                ) from error
        start = self._text.find(f'\n{{"country":"{country}"'.encode())
        if start < 0:
            return None
        end = self._text.find(b"\n", start + 1)
        try:
            return msgspec.json.decode(self._text[start + 1 : end], type=CountryLine)
        except msgspec.DecodeError as error:
            raise DamagedFile(
                f"the table of holidays is damaged: {error}", "install the program again"
            ) from error


def days_of(text: str, year: int) -> Iterator[date]:
    """Yield the days of `year` that a line of the table stands for."""
    for token in text.split():
        day, _, years = token.partition(":")
        if len(day) == 8:
            if int(day[:4]) != year:
                continue
            day = day[4:]
        elif years and not int(years[:4]) <= year <= int(years[5:]):
            continue
        yield date(year, int(day[:2]), int(day[2:]))

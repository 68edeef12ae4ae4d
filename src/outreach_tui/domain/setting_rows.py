"""Every setting, once: its name, what it means in plain words, how it is read and how it is shown.

A new setting is one row of `ROWS`; command, forms, undo and conflicts follow from it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Any, NamedTuple

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.member import Member
from outreach_tui.domain.names import find_named
from outreach_tui.domain.place import Place
from outreach_tui.domain.settings import (
    TeamSettings,
    wrong_band,
    wrong_calls,
    wrong_days,
    wrong_hours,
    wrong_km,
    wrong_size,
    wrong_zone,
)
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import WEEKDAYS, When, parse_until, parse_when
from outreach_tui.errors import BadInput

DEFAULT = "default"
"""Typed as a value, it goes back to the default."""
NONE = "none"
_MOST_DIGITS = 6


class Whose(StrEnum):
    """Whom a setting is for."""

    TEAM = "team"
    MEMBER = "member"


class Known(NamedTuple):
    """What reading and showing settings has to know."""

    today: date
    me: Member
    members: Sequence[Member]
    town: Callable[[str], Place | None]
    """Returns the town that was typed. Raises BadInput for one that is not certain."""


Fields = dict[str, Any]
"""Values by field of TeamSettings or Member."""


class SettingRow(NamedTuple):
    """One setting."""

    name: str
    whose: Whose
    called: str
    """In a sentence: "the band of tier A"."""
    about: str
    """What it means, in plain words."""
    example: str
    fields: tuple[str, ...]
    parse: Callable[[str, Known], Fields]
    """Raises BadInput for what cannot be read or contradicts itself."""
    show: Callable[[Any, Known], str]
    """Takes TeamSettings or a Member; `parse` reads it back."""

    def default(self, known: Known) -> Fields:
        """Return the fields as they are when nobody said anything."""
        plain: Any = TeamSettings() if self.whose is Whose.TEAM else _plain_member(known)
        return {field: getattr(plain, field) for field in self.fields if hasattr(plain, field)}

    def read(self, text: str, known: Known) -> Fields:
        """Return what was typed, `default` included. Raises BadInput."""
        typed = clean_line(text)
        if typed.casefold() == DEFAULT:
            return self.default(known)
        return self.parse(typed, known)


def _plain_member(known: Known) -> Member:
    place = known.me.place
    return Member(id=known.me.id, name=known.me.name, zone=place.zone if place else "UTC")


def _refuse(text: str, why: str, hint: str) -> BadInput:
    return BadInput(f"{text[:60]!r}: {why}", hint)


# How values are read and shown.

_BAND = re.compile(r"(\d{1,6})\s*(?:/|to|-|\s)\s*(\d{1,6})(?:\s*days?)?", re.IGNORECASE)


def read_band(text: str) -> Cadence:
    """Return a band typed as 45/90. Raises BadInput."""
    hint = "type the ideal and the maximum in days, such as 45/90"
    match = _BAND.fullmatch(text)
    if not match:
        raise _refuse(text, "this is no band", hint)
    band = Cadence(ideal_days=int(match[1]), max_days=int(match[2]))
    if why := wrong_band(band):
        raise _refuse(text, why, hint)
    return band


def show_band(band: Cadence) -> str:
    """Return "45/90"."""
    return f"{band.ideal_days}/{band.max_days}"


def _read_number(text: str, unit: str, wrong: Callable[[int], str], example: str) -> int:
    hint = f"type a number, such as {example}"
    digits = text.casefold().removesuffix(unit).rstrip() if unit else text
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _MOST_DIGITS:
        raise _refuse(text, "this is no number", hint)
    if why := wrong(int(digits)):
        raise _refuse(text, why, hint)
    return int(digits)


_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?"
_HOURS = re.compile(rf"{_CLOCK}\s*(?:-|–|to|\.\.)\s*{_CLOCK}", re.IGNORECASE)
_HOURS_HINT = "type when your day begins and ends, such as 9:00-17:30"


def read_hours(text: str) -> tuple[time, time]:
    """Return when a working day begins and ends. Raises BadInput."""
    match = _HOURS.fullmatch(text)
    if not match:
        raise _refuse(text, "these are no working hours", _HOURS_HINT)
    begins, ends = _clock(text, *match.groups()[:3]), _clock(text, *match.groups()[3:])
    if why := wrong_hours(begins, ends):
        raise _refuse(text, why, _HOURS_HINT)
    return begins, ends


def _clock(text: str, hours: str, minutes: str | None, half: str | None) -> time:
    hour, minute = int(hours), int(minutes or 0)
    if half:
        if not 1 <= hour <= 12:
            raise _refuse(text, "there is no such hour", _HOURS_HINT)
        hour = hour % 12 + (12 if half.casefold() == "pm" else 0)
    if hour > 23 or minute > 59:
        raise _refuse(text, "there is no such time", "hours run from 0:00 to 23:59")
    return time(hour, minute)


def show_hours(begins: time, ends: time) -> str:
    """Return "9:00-17:30"."""
    return f"{begins.hour}:{begins:%M}-{ends.hour}:{ends:%M}"


_DAYS_HINT = "type for example mon-fri, or mon, tue, thu"
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_weekdays(text: str) -> tuple[int, ...]:
    """Return working days, Monday is 0, from "mon-thu, sat". Raises BadInput."""
    words = re.sub(r"\s*(?:-|–|\bto\b)\s*", "-", text.casefold())
    found: set[int] = set()
    for word in re.split(r"[\s,;]+|\band\b", words):
        if not word:
            continue
        first, dash, last = word.partition("-")
        day = _weekday(first, text)
        found.add(day)
        end = _weekday(last, text) if dash else day
        while day != end:
            day = (day + 1) % 7
            found.add(day)
    if not found:
        raise _refuse(text, "there has to be a working day", _DAYS_HINT)
    return tuple(sorted(found))


def _weekday(word: str, text: str) -> int:
    for number, full in enumerate(_FULL_DAYS):
        if len(word) >= 2 and full.startswith(word):
            return number
    raise _refuse(text, f"no day of the week is called {word[:20]!r}", _DAYS_HINT)


def show_weekdays(days: Sequence[int]) -> str:
    """Return "mon-thu, sat"."""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = []
    for run in runs:
        names = [WEEKDAYS[day] for day in run]
        parts += [f"{names[0]}-{names[-1]}"] if len(run) > 2 else names
    return ", ".join(parts)


_AWAY = re.compile(r"(.+?)\s*(?:\.\.|…|\bto\b|\buntil\b|–)\s*(.*)", re.IGNORECASE)
_AWAY_HINT = "type the first and the last day, such as 2026-12-21..2027-01-02, or none"


def read_away(text: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day of an absence; the last is None for an open end. Raises BadInput."""
    if text.casefold() in ("", NONE):
        return None, None
    match = _AWAY.fullmatch(text)
    first = _day(text, parse_when(match[1] if match else text, today))
    if match and not match[2]:
        return first, None
    last = _day(text, parse_until(match[2], first, today)) if match else first
    if last < first:
        raise _refuse(text, f"it ends ({last}) before it begins ({first})", _AWAY_HINT)
    return first, last


def _day(text: str, when: When) -> date:
    if when.clock is not None:
        raise _refuse(text, "this is a time, not a day", _AWAY_HINT)
    return when.on


def show_away(first: date | None, last: date | None) -> str:
    """Return "2026-12-21..2027-01-02"."""
    if first is None:
        return NONE
    return f"{first.isoformat()}..{last.isoformat() if last else ''}"


def _read_cover(text: str, known: Known) -> Fields:
    if text.casefold() in ("", NONE, "nobody"):
        return {"covered_by": None}
    who = find_named(text, known.members, what="member", name=lambda m: m.name, id_=lambda m: m.id)
    if who.id == known.me.id:
        raise _refuse(text, "nobody covers for themself", "name somebody else of the team, or none")
    return {"covered_by": who.id}


def _show_cover(member: Member, known: Known) -> str:
    if member.covered_by is None:
        return NONE
    return next((clean_line(m.name) for m in known.members if m.id == member.covered_by), NONE)


def _read_zone(text: str) -> Fields:
    if why := wrong_zone(text):
        raise _refuse(text, why, "type its IANA name, such as Europe/Berlin")
    return {"zone": text}


def _read_city(text: str, known: Known) -> Fields:
    if text.casefold() in ("", NONE):
        return {"city": "", "place": None}
    place = known.town(text)
    if place is None:
        raise _refuse(text, "no town is known by that name", "type city, region, country")
    return {"city": text, "place": place, "zone": place.zone}


# The rows.


def _band(field: str, name: str, called: str, whom: str, example: str) -> SettingRow:
    return SettingRow(
        name,
        Whose.TEAM,
        called,
        f"How often we talk to {whom}: from the first number of days on they are suggested, by the second one we "
        "have spoken.",
        example,
        (field,),
        lambda text, _: {field: read_band(text)},
        lambda team, _: show_band(getattr(team, field)),
    )


def _number(
    field: str,
    name: str,
    called: str,
    about: str,
    wrong: Callable[[int], str],
    *,
    example: str,
    unit: str = "",
    whose: Whose = Whose.TEAM,
) -> SettingRow:
    return SettingRow(
        name,
        whose,
        called,
        about,
        example,
        (field,),
        lambda text, _: {field: _read_number(text, unit, wrong, example)},
        lambda holder, _: str(getattr(holder, field)),
    )


ROWS = (
    _band("new", "band.new", "the band of new customers", "a customer in their first 90 days", "14/30"),
    _band("a", "band.a", "the band of tier A", "customers of tier A", "45/90"),
    _band("b", "band.b", "the band of tier B", "customers of tier B", "75/150"),
    _band("c", "band.c", "the band of tier C", "customers of tier C", "150/300"),
    _number("face_to_face_a_days", "face-to-face.a", "the face-to-face target of tier A",
            "After so many days without a visit or an event a visit to a customer of tier A is suggested.",
            wrong_days, example="365", unit="days"),
    _number("face_to_face_b_days", "face-to-face.b", "the face-to-face target of tier B",
            "The same for tier B. Tier C is visited when it is on the way.", wrong_days, example="730", unit="days"),
    _number("visit_radius_km", "radius.visit", "the radius of a journey",
            "So many kilometres around a customer others count as near by, and one journey serves them all.",
            wrong_km, example="60", unit="km"),
    _number("group_radius_km", "radius.group", "the radius of a user group",
            "So many kilometres people travel to a user group.", wrong_km, example="100", unit="km"),
    _number("group_size", "group-size", "the size of a user group",
            "So many loyal customers within the radius make a user group worth while.", wrong_size, example="8"),
    _number("calls_a_day", "calls-a-day", "calls a day",
            "How many calls are realistic on one of your working days. Today lists no more.", wrong_calls, example="3",
            whose=Whose.MEMBER),
    SettingRow("works", Whose.MEMBER, "the working hours",
               "When your day begins and ends, in your own zone. Calls are suggested where it meets their 9 to 17.",
               "9:00-17:30", ("works_from", "works_to"),
               lambda text, _: dict(zip(("works_from", "works_to"), read_hours(text), strict=True)),
               lambda member, _: show_hours(member.works_from, member.works_to)),
    SettingRow("working-days", Whose.MEMBER, "the working days",
               "The days of the week on which you work. On the others the list holds what was promised only.",
               "mon-fri", ("working_days",),
               lambda text, _: {"working_days": read_weekdays(text)},
               lambda member, _: show_weekdays(member.working_days)),
    SettingRow("away", Whose.MEMBER, "the absence",
               "From the first to the last day you are away, and nothing new is suggested; an open end (2026-12-21..) "
               "until you say otherwise.",
               "2026-12-21..2027-01-02", ("away_from", "away_to"),
               lambda text, known: dict(zip(("away_from", "away_to"), read_away(text, known.today), strict=True)),
               lambda member, _: show_away(member.away_from, member.away_to)),
    SettingRow("covered-by", Whose.MEMBER, "who covers",
               "Who looks after your customers while you are away. It is written down for the team; lists do not move "
               "by themselves.",
               "Ben", ("covered_by",), _read_cover, _show_cover),
    SettingRow("city", Whose.MEMBER, "the city",
               "Where you are: gives your zone, your holidays and where journeys begin.",
               "Lyon, France", ("city", "place"), _read_city,
               lambda member, _: member.city or (member.place.name if member.place else "") or NONE),
    SettingRow("zone", Whose.MEMBER, "the zone",
               "In which zone your working hours are, if not that of your city.",
               "Europe/Berlin", ("zone",), lambda text, _: _read_zone(text), lambda member, _: member.zone),
)  # fmt: skip
BY_NAME = {row.name: row for row in ROWS}

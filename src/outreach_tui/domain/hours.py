"""When two people are both at work: the call window of a day, and working days."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Protocol

import msgspec

from outreach_tui.domain.day_list import CallWindow
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.when import say_day, zone_info

THEIR_FROM, THEIR_TO = time(9, 0), time(17, 0)
"""A customer's office hours, as far as we know them."""
SHORTEST_MINUTES = 30
"""A shorter overlap is no call window."""
WORKING_DAYS = (0, 1, 2, 3, 4)
DAYS_AHEAD = 5
"""A talk waits for the next so many working days; where none of them suits both, somebody should write."""
LOOK_AHEAD = 60
"""Calendar days in which the next working days are looked for."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class FreeDays(Protocol):
    """Which days are no working days at a place."""

    def free_day(self, place: Place | None, on: date, /) -> str | None:
        """Return why `on` is no working day there: "Epiphany", "Sunday"; None for a working day."""

    def holiday(self, place: Place | None, on: date, /) -> str | None:
        """Return the public holiday there, whatever the weekday; None if there is none or none is known."""

    def known(self, country: str, year: int, /) -> bool:
        """Return whether the country's holidays of that year are known."""


class Weekends:
    """Free days where nothing else is known: Saturdays and Sundays."""

    def free_day(self, _place: Place | None, on: date, /) -> str | None:
        """Return "Saturday" or "Sunday", None on other days."""
        return None if on.weekday() in WORKING_DAYS else WEEKDAYS[on.weekday()]

    def holiday(self, _place: Place | None, _on: date, /) -> str | None:
        """Return None: no holidays are known."""
        return None

    def known(self, _country: str, _year: int, /) -> bool:
        """Return False: no holidays are known."""
        return False


WEEKENDS = Weekends()


class Meet(msgspec.Struct, frozen=True, gc=False):
    """Whether two people can talk on a day."""

    window: CallWindow | None = None
    closed: str = ""
    """Without a window: why the other side does not work when we do; empty if the hours never meet."""


def call_window(
    on: date, works_from: time, works_to: time, zone: str, their_zone: str
) -> CallWindow | None:
    """Return when both are at work on `on` (the member's day), None if that is under 30 minutes.

    Their office day may begin on the day before or after, seen from the member. Free days do not count here.
    """
    return meet(on, works_from, works_to, zone, their_zone, closed=lambda _: None).window


def meet(
    on: date,
    works_from: time,
    works_to: time,
    zone: str,
    their_zone: str,
    *,
    closed: Callable[[date], str | None],
) -> Meet:
    """Return when both are at work on `on`, the member's day; `closed` says why a day of theirs is free."""
    ours, theirs = zone_info(zone), zone_info(their_zone)
    start, end = datetime.combine(on, works_from, ours), datetime.combine(on, works_to, ours)
    open_: list[tuple[float, datetime, datetime]] = []
    free: list[tuple[float, str]] = []
    for shift in (0, -1, 1):
        their_day = on + timedelta(days=shift)
        opens = max(start.astimezone(theirs), datetime.combine(their_day, THEIR_FROM, theirs))
        closes = min(end.astimezone(theirs), datetime.combine(their_day, THEIR_TO, theirs))
        # In UTC, since subtracting two times of one zone ignores its clock changes.
        length = closes.timestamp() - opens.timestamp()
        if length < SHORTEST_MINUTES * 60:
            continue
        if why := closed(their_day):
            free.append((length, why))
        else:
            open_.append((length, opens, closes))
    if not open_:
        return Meet(closed=max(free, key=lambda f: f[0])[1] if free else "")
    _, opens, closes = max(open_, key=lambda o: o[0])
    return Meet(
        CallWindow(
            from_=f"{opens.astimezone(ours):%H:%M}",
            to=f"{closes.astimezone(ours):%H:%M}",
            their_from=f"{opens:%H:%M}",
            their_to=f"{closes:%H:%M}",
            their_zone=their_zone,
        )
    )


def add_working_days(on: date, count: int, working_days: Collection[int] = WORKING_DAYS) -> date:
    """Return the day `count` working days after `on`; calendar days if no weekday is a working day."""
    if not any(day in working_days for day in range(7)):
        return on + timedelta(days=count)
    while count > 0:
        on += timedelta(days=1)
        count -= on.weekday() in working_days
    return on


class Reach(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whether customers at one place can be talked to today."""

    window: CallWindow | None = None
    """When; None if that is not today."""
    closed: str = ""
    """Why today is no working day there; empty if it is one."""
    why: str = ""
    """What speaks against a talk today."""
    next_on: date | None = None
    """The first of the next working days on which a talk is possible, None if none of them is."""
    opens_on: date | None = None
    """The first day ahead on which both work, whether or not at the same hours; None within sixty days."""


class Diary:
    """A member's next working days, and whom they can reach on them; each place is looked at once."""

    def __init__(self, today: date, member: Member, calendar: FreeDays = WEEKENDS) -> None:
        self.today = today
        self._member = member
        self._calendar = calendar
        self._reached: dict[tuple[str, str, str], Reach] = {}
        self._days: tuple[date, ...] = ()
        self._works_again: dict[date, date | None] = {}
        self._unknown: set[str] = set()

    @property
    def unknown(self) -> tuple[str, ...]:
        """Codes of the countries that were asked about and whose holidays of today are not known."""
        return tuple(sorted(self._unknown))

    def free_here(self, on: date) -> str:
        """Return why `on` is no working day of the member: "Sunday", "Epiphany", "away until 30 Nov"; else nothing."""
        member = self._member
        if member.away_from is not None and member.away_from <= on:
            if member.away_to is None:
                return f"away since {say_day(member.away_from, self.today)}"
            if on <= member.away_to:
                return f"away until {say_day(member.away_to, self.today)}"
        # Who has no working day at all has not said which they are.
        if on.weekday() not in member.working_days and any(
            day in member.working_days for day in range(7)
        ):
            return WEEKDAYS[on.weekday()]
        return self._calendar.holiday(member.place, on) or ""

    def works_again(self, on: date) -> date | None:
        """Return the first working day of the member from `on` on; None within sixty days."""
        if on not in self._works_again:
            left = (date.max - on).days
            ahead = (on + timedelta(days=shift) for shift in range(min(LOOK_AHEAD, left + 1)))
            self._works_again[on] = next((day for day in ahead if not self.free_here(day)), None)
        return self._works_again[on]

    def window(self, on: date, place: Place | None) -> CallWindow | None:
        """Return when both are at work on `on`; None where they are not, or it is a free day there."""
        return self._meet(on, place).window

    def at(self, place: Place | None) -> Reach:
        """Return whether customers at the place can be reached today; without a place they are where the member is."""
        key = (place.zone, place.country, place.region) if place is not None else ("", "", "")
        reach = self._reached.get(key)
        if reach is None:
            reach = self._reached[key] = self._look_at(place)
        return reach

    def _look_at(self, place: Place | None) -> Reach:
        country = place.country if place is not None else ""
        if country and not self._calendar.known(country, self.today.year):
            self._unknown.add(country)
        today, *later = self._next_days()
        closed = self._calendar.free_day(place, today) or ""
        now = self._meet(today, place)
        if now.window is not None:
            return Reach(window=now.window, closed=closed)
        why = now.closed or closed
        # A week of holidays there is no reason to write on one of them: look further than the next working days.
        ahead = (self.today + timedelta(days=shift) for shift in range(1, LOOK_AHEAD))
        opens = (d for d in ahead if not (self._calendar.free_day(place, d) or self.free_here(d)))
        return Reach(
            closed=closed,
            why=there(why) if why else "you do not work in the same hours today",
            next_on=next((day for day in later if self._meet(day, place).window is not None), None),
            opens_on=next(opens, None),
        )

    def _meet(self, on: date, place: Place | None) -> Meet:
        member = self._member
        return meet(
            on,
            member.works_from,
            member.works_to,
            member.zone,
            (place.zone if place is not None else "") or member.zone,
            closed=lambda day: self._calendar.free_day(place, day),
        )

    def _next_days(self) -> tuple[date, ...]:
        """Return today, whatever it is, and the working days after it, five in all."""
        if not self._days:
            days = [self.today]
            for count in range(1, LOOK_AHEAD):
                day = self.today + timedelta(days=count)
                if not self.free_here(day):
                    days.append(day)
                if len(days) == DAYS_AHEAD:
                    break
            self._days = tuple(days)
        return self._days


def there(free_day: str) -> str:
    """Return why nobody works at the other side, in words."""
    return f"it is {free_day} there" if free_day in WEEKDAYS else f"holiday there: {free_day}"

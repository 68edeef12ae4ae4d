"""Time zones as iCalendar writes them: a VTIMEZONE whose rules agree with the tz database (RFC 5545 section 3.6.5).

`icalendar` would write lists of dates, which Thunderbird and others read an hour off (measured); here changes that
follow a yearly rule become RRULEs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

CLOCK_YEARS = 28
"""For so long after a series starts its zone is looked at; after 28 years weekdays and dates repeat."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""Monday first, as `date.weekday` counts."""


class _Change(NamedTuple):
    """One change of a zone's clocks."""

    at: datetime
    """In UTC."""
    before: timedelta
    after: timedelta
    name: str
    """What the zone is called from then on: "CEST", "+0530"."""
    daylight: bool

    @property
    def wall(self) -> datetime:
        """What clocks showed that moment, before they were changed."""
        return (self.at + self.before).replace(tzinfo=None)

    @property
    def pattern(self) -> tuple[object, ...]:
        """Equal for changes that one yearly rule may describe."""
        wall = self.wall
        return self.before, self.after, self.name, self.daylight, wall.weekday(), wall.time()


def time_zone(name: str, first: datetime, last: datetime) -> "Timezone":
    """Return the VTIMEZONE that holds from `first` until CLOCK_YEARS after `last`.

    Changes that follow a yearly rule become RRULEs, the one in force without an end. Changes that follow none
    (Morocco and Gaza, which go by the moon) are written one by one.
    """
    from icalendar import Timezone

    changes = _changes(name, first.year - 1, last.year + CLOCK_YEARS)
    if not changes or changes[0].at > first:
        changes = (_start_of(name, first.year - 1), *changes)
    zone = Timezone()
    zone.add("tzid", name)
    for run in _runs(changes):
        ends = run[-1].wall.year < last.year + CLOCK_YEARS
        _add_observances(zone, run, ends)
    return zone


@lru_cache(maxsize=64)
def _changes(name: str, first_year: int, last_year: int) -> tuple[_Change, ...]:
    """Return every change of the offset in these years.

    `zoneinfo` does not list them, so the years are sampled. No zone changes twice within three days: since 1970
    the closest two are seven days apart.
    """
    zone = ZoneInfo(name)
    step = timedelta(days=3)
    found = []
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while at < end:
        following = min(at + step, end)
        if _offset(zone, at) != _offset(zone, following):
            found.append(_change_between(zone, at, following))
        at = following
    return tuple(found)


def _change_between(zone: ZoneInfo, early: datetime, late: datetime) -> _Change:
    before = _offset(zone, early)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if _offset(zone, middle) == before:
            early = middle
        else:
            late = middle
    after = _offset(zone, late)
    dst = early.astimezone(zone).dst() or late.astimezone(zone).dst()
    # By the offset, as programs expect: the tz database calls the winter of Dublin "daylight time".
    daylight = after > before and bool(dst)
    return _Change(late, before, after, late.astimezone(zone).tzname() or "", daylight)


def _start_of(name: str, year: int) -> _Change:
    """Return the time that a zone already has, as if the clocks had been set to it at the new year."""
    zone = ZoneInfo(name)
    midnight = datetime(year, 1, 1, tzinfo=zone)
    offset = _offset(zone, midnight)
    return _Change(midnight.astimezone(UTC), offset, offset, midnight.tzname() or "", False)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _runs(changes: Iterable[_Change]) -> list[list[_Change]]:
    """Group changes of consecutive years that one yearly rule describes, by their first."""
    runs: list[list[_Change]] = []
    latest: dict[tuple[object, ...], list[_Change]] = {}
    for change in changes:
        run = latest.get(change.pattern)
        next_year = run is not None and run[-1].wall.year + 1 == change.wall.year
        if run is not None and next_year and _yearly([*run, change]):
            run.append(change)
        else:
            latest[change.pattern] = [change]
            runs.append(latest[change.pattern])
    return runs


def _yearly(run: Sequence[_Change]) -> list[dict[str, object]]:
    """Return the days of a yearly rule: "last Sunday of March", or a weekday in seven dates; none if there is none.

    Seven dates across the end of a month (the Friday after Egypt's last Thursday of October) are two rules.
    """
    walls = [change.wall for change in run]
    weekday = WEEKDAYS[walls[0].weekday()]
    if len({wall.month for wall in walls}) == 1:
        common: dict[str, object] = {"freq": "yearly", "bymonth": walls[0].month}
        if all((wall + timedelta(days=7)).month != wall.month for wall in walls):
            return [common | {"byday": f"-1{weekday}"}]
        weeks = {(wall.day - 1) // 7 + 1 for wall in walls}
        if len(weeks) == 1:
            return [common | {"byday": f"{weeks.pop()}{weekday}"}]
    days = [date(2000, wall.month, wall.day) for wall in walls]
    if max(days) - min(days) > timedelta(days=6):
        return []
    window = [min(days) + timedelta(days=count) for count in range(7)]
    return [
        {
            "freq": "yearly",
            "bymonth": month,
            "bymonthday": [day.day for day in window if day.month == month],
            "byday": weekday,
        }
        for month in sorted({wall.month for wall in walls})
    ]


def _add_observances(zone: "Timezone", run: Sequence[_Change], ends: bool) -> None:
    if len(run) == 1:
        zone.add_component(_observance(run[0]))
        return
    for rule in _yearly(run):
        first = next(change for change in run if change.wall.month == rule["bymonth"])
        zone.add_component(_observance(first, rule | (_until_rule(run) if ends else {})))


def _until_rule(run: Sequence[_Change]) -> dict[str, object]:
    # A day later than the last change: programs that compare UNTIL with the wall time would lose that one
    # east of Greenwich, and nothing else falls between.
    return {"until": run[-1].at + timedelta(days=1)}


def _observance(
    change: _Change, rule: Mapping[str, object] | None = None
) -> "TimezoneStandard | TimezoneDaylight":
    from icalendar import TimezoneDaylight, TimezoneStandard

    observance = TimezoneDaylight() if change.daylight else TimezoneStandard()
    observance.add("dtstart", change.wall)
    observance.add("tzoffsetfrom", change.before)
    observance.add("tzoffsetto", change.after)
    observance.add("tzname", change.name)
    if rule:
        observance.add("rrule", rule)
    return observance

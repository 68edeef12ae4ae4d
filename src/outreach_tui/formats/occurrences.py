"""When the events of a series were (RFC 5545 section 3.8.5), up to a moment."""

import re
from collections.abc import Iterator
from datetime import MAXYEAR, UTC, date, datetime, time
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from outreach_tui.errors import BadInput
from outreach_tui.formats.series import YEARS

if TYPE_CHECKING:
    from icalendar import Event

_SAME_AGAIN = 400
"""Years after which the Gregorian calendar repeats itself, weekdays too."""
_ALLOWED = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
}
"""Parts of a rule that cannot keep a computer busy without ever naming a day."""
_EVERYWHERE = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_INTERVAL = re.compile(r"[1-9][0-9]{0,3}")
_BYDAY = re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")


def occurrences(event: "Event", start: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the starts of a series up to `until`, in order, without those that were taken out. Raises BadInput.

    They keep the wall time of `start` when the clocks change.
    """
    taken_out = {at.astimezone(UTC) for at in _listed(event, "EXDATE", start)}
    added = (at for at in _listed(event, "RDATE", start) if at <= until)
    seen: set[datetime] = set()
    found = (*_by_rule(event, start, until), *added)
    for at in sorted(found, key=lambda at: at.astimezone(UTC)):
        instant = at.astimezone(UTC)
        if instant not in taken_out and instant not in seen:
            seen.add(instant)
            yield at


def _by_rule(event: "Event", start: datetime, until: datetime) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr
    from icalendar import vRecur

    rule = event.get("RRULE")
    if rule is None:
        if start <= until:
            yield start
        return
    if not isinstance(rule, vRecur):
        raise _unreadable()
    parts = {
        key.upper(): value if isinstance(value, list) else [value] for key, value in rule.items()
    }
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    if set(parts) - _EVERYWHERE - _ALLOWED.get(frequency, set()) or frequency not in _ALLOWED:
        raise _unreadable()
    if not all(_BYDAY.fullmatch(str(day).upper()) for day in parts.get("BYDAY", [])):
        raise _unreadable()
    if not all(_INTERVAL.fullmatch(str(number)) for number in parts.get("INTERVAL", [])):
        raise _unreadable()  # dateutil would go back in time, or nowhere
    wall = start.replace(tzinfo=None)
    last = until.astimezone(start.tzinfo).replace(tzinfo=None)
    if "UNTIL" in parts:
        last = min(last, _wall(parts.pop("UNTIL")[0], start))
    if last < wall:
        return
    # dateutil looks for a rule that names no day ("30 February") up to the year 9999. Days and weekdays come again
    # after 400 years, so the last such years before it say the same of ours, and are searched in no time.
    later = (MAXYEAR - last.year) // _SAME_AGAIN * _SAME_AGAIN
    text = ";".join(f"{key}={','.join(str(v) for v in values)}" for key, values in parts.items())
    try:
        found = rrulestr(text, dtstart=wall.replace(year=wall.year + later))
        ours = (at.replace(year=at.year - later) for at in found)
        for at in takewhile(lambda at: at <= last, ours):
            yield at.replace(tzinfo=start.tzinfo)
    except (ValueError, TypeError, OverflowError) as error:
        raise _unreadable() from error


def _wall(at: Any, start: datetime) -> datetime:
    """Return the last moment of a rule on the clock of the series; a day alone is meant to its end."""
    if not isinstance(at, date):
        raise _unreadable()
    if not isinstance(at, datetime):
        return datetime.combine(at, time.max)
    if at.year not in YEARS:  # many write 9999 for "without end"
        return at.replace(year=YEARS[-1], month=1, day=1, tzinfo=None)
    return at.astimezone(start.tzinfo).replace(tzinfo=None) if at.tzinfo else at


def _listed(event: "Event", name: str, start: datetime) -> Iterator[datetime]:
    """Yield the moments of EXDATE or RDATE; a day alone means that day's event."""
    found = event.get(name, [])
    for group in found if isinstance(found, list) else [found]:
        if isinstance(group, str):
            raise _unreadable()
        for item in getattr(group, "dts", []):
            at = item.dt[0] if isinstance(item.dt, tuple) else item.dt
            if getattr(at, "year", 0) not in YEARS:
                raise _unreadable()
            if isinstance(at, datetime):
                yield at if at.tzinfo else at.replace(tzinfo=start.tzinfo)
            elif isinstance(at, date):
                yield datetime.combine(at, start.timetz().replace(tzinfo=None), start.tzinfo)


def _unreadable() -> BadInput:
    return BadInput("a series whose rule is not understood")

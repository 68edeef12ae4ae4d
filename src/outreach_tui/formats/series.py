"""Series of meetings: the zone they keep, and a recurrence that every program reads (RFC 5545 section 3.3.10)."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import zone_info
from outreach_tui.errors import BadInput
from outreach_tui.formats.time_zones import WEEKDAYS

if TYPE_CHECKING:
    from icalendar import vRecur

# What every calendar program can work with, and no conversion between zones leaves.
YEARS = range(1900, 3000)
_DAY = f"(?:{'|'.join(WEEKDAYS)})"


def _listed(item: str) -> str:
    return f"{item}(?:,{item})*"


# RFC 5545 section 3.3.10 without what no meeting needs (hours, minutes, weeks and days of the year).
_RULE_PARTS = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9][0-9]{0,3}"),
    "COUNT": re.compile(r"[1-9][0-9]{0,3}"),
    "UNTIL": re.compile(r"[0-9]{8}(?:T[0-9]{6}Z?)?"),
    "WKST": re.compile(_DAY),
    "BYDAY": re.compile(_listed(rf"(?:[+-]?[1-5])?{_DAY}")),
    "BYMONTH": re.compile(_listed(r"(?:0?[1-9]|1[0-2])")),
    "BYMONTHDAY": re.compile(_listed(r"[+-]?(?:0?[1-9]|[12][0-9]|3[01])")),
    "BYSETPOS": re.compile(_listed(r"[+-]?[1-9][0-9]?")),
}


def series_zone(meeting: Meeting) -> ZoneInfo | None:
    """Return the zone that a series is written in; None where UTC will do."""
    zone = zone_info(meeting.zone)
    if not meeting.recurrence or meeting.start_at.astimezone(zone).tzname() == "UTC":
        return None
    return zone


def series_rule(meeting: Meeting) -> "vRecur":
    """Return the RRULE, its UNTIL in UTC as RFC 5545 section 3.3.10 wants it."""
    from icalendar import vRecur

    parts = _rule_parts(meeting.recurrence)
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_until(parts['UNTIL'], zone_info(meeting.zone)):%Y%m%dT%H%M%SZ}"
    rule: vRecur = vRecur.from_ical(";".join(f"{key}={value}" for key, value in parts.items()))
    return rule


def _rule_parts(recurrence: str) -> dict[str, str]:
    pairs = [part.partition("=")[::2] for part in recurrence.upper().split(";")]
    parts = dict(pairs)
    known = all(key in _RULE_PARTS and _RULE_PARTS[key].fullmatch(text) for key, text in pairs)
    by_day = parts.get("BYDAY", "")
    counts_days = any(character.isdigit() for character in by_day)
    if (
        not known
        or len(parts) != len(pairs)
        or "FREQ" not in parts
        or {"COUNT", "UNTIL"} <= parts.keys()
        or (counts_days and parts["FREQ"] in {"DAILY", "WEEKLY"})
    ):
        raise _bad_rule(recurrence)
    return parts


def _until(text: str, zone: ZoneInfo) -> datetime:
    """Return the last moment of a series; a day alone is meant to its end."""
    try:
        if text.endswith("Z"):
            at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        else:
            at = datetime.strptime(f"{text}T235959"[:15], "%Y%m%dT%H%M%S").replace(tzinfo=zone)
    except ValueError:
        raise _bad_rule(f"UNTIL={text}") from None
    if at.year not in YEARS:
        raise _bad_rule(f"UNTIL={text}")
    return at.astimezone(UTC)


def _bad_rule(recurrence: str) -> BadInput:
    return BadInput(
        f"calendars do not read the recurrence {clean_line(recurrence)!r}",
        "write for example FREQ=WEEKLY;BYDAY=MO;COUNT=10",
    )

"""Calendars of other programs: the events that are over, with who took part (RFC 5545, RFC 5546).

Pure: reading the file is somebody else's. Times follow the file's own zones; a time without a zone is not guessed.
An event that cannot have been a meeting is a problem with its line.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from outreach_tui.domain.text import clean_line
from outreach_tui.domain.touchpoint import TouchpointKind
from outreach_tui.errors import BadInput
from outreach_tui.formats.occurrences import occurrences
from outreach_tui.formats.series import YEARS
from outreach_tui.services.importing.plan import Skipped
from outreach_tui.services.importing.sources import PastEvent, PastEvents

if TYPE_CHECKING:
    from icalendar import Component, Event

LONGEST = timedelta(hours=24)
MOST = 1000
"""So many of a series count, the latest."""
_EXPORT_AGAIN = "export the calendar again as iCalendar"
_EVENT = re.compile(rb"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
_CALENDAR = re.compile(
    rb"(?:\A\s*|^)(?:\xef\xbb\xbf)?(BEGIN|END):VCALENDAR\s*$", re.IGNORECASE | re.MULTILINE
)
_BLANKS = re.compile(rb"^((?:BEGIN|END):[A-Z-]+)[ \t]+(?=\r?$)", re.IGNORECASE | re.MULTILINE)
_ANSWERS = frozenset({"REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "REFRESH"})
"""Methods that tell of a meeting, and are none (RFC 5546 section 1.4)."""
_NOT_THERE = frozenset({"ROOM", "RESOURCE"})
_CONFERENCE = (
    *("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"),
    *(
        "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
        "X-MICROSOFT-ONLINEMEETINGCONFLINK",
        "X-ZOOM-MEETING-URL",
    ),
)
_CONFERENCE_HOSTS = re.compile(
    r"https?://[\w.-]*(?:zoom\.us|teams\.microsoft\.com|teams\.live\.com|meet\.google\.com|webex\.com|whereby\.com"
    r"|meet\.jit\.si|gotomeeting\.com|meet\.goto\.com|bluejeans\.com|join\.skype\.com|chime\.aws|around\.co"
    r"|bigbluebutton|jitsi)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_ONLINE = re.compile(
    r"\b(?:zoom|teams|google meet|webex|skype|jitsi|online|video|videocall|virtual|virtuell)\b",
    re.IGNORECASE,
)
_BY_PHONE = re.compile(
    r"\b(?:phone|call|telephone|telefon|telefonisch|telefonat|anruf|téléphone|teléfono|telefono|telefoon)\b"
    r"|^[+(\d][\d\s()/.-]{5,}$",
    re.IGNORECASE,
)


class _Read(NamedTuple):
    """An event with what its calendar says of it."""

    line: int
    event: "Event"
    method: str

    @property
    def order(self) -> tuple[bool, int, str]:
        """Of several states of an event the highest counts (RFC 5546 section 2.1.5); an answer is none."""
        sequence, stamp = self.event.get("SEQUENCE", 0), self.event.get("DTSTAMP")
        number = sequence if isinstance(sequence, int) else 0
        own = self.method == "CANCEL" or self.method not in _ANSWERS
        return own, number, stamp.to_ical().decode() if hasattr(stamp, "to_ical") else ""


class _Found(NamedTuple):
    """What took place, what did not, and how many events of a long series are left out, by its line."""

    events: list[PastEvent]
    problems: list[Skipped]
    older: dict[int, int]


def read_past_meetings(data: bytes, name: str, now: datetime) -> PastEvents:
    """Return the events that ended before `now`; of a series every one. Raises BadInput for what is no calendar."""
    name = clean_line(name) or "the file"
    by_uid: dict[str, list[_Read]] = defaultdict(list)
    found = _Found([], [], {})
    for read in _events(data, name):
        uid = next((clean_line(str(text)) for text in _each(read.event, "UID")), "")
        if uid:
            by_uid[uid].append(read)
        else:
            found.problems.append(Skipped(row=read.line, reason="the event has no UID"))
    for uid, states in by_uid.items():
        _take(uid, states, now, found)
    return PastEvents(
        name=name,
        events=tuple(found.events),
        problems=tuple(found.problems),
        notes=_left_out(found.older),
    )


def _left_out(older: Mapping[int, int]) -> tuple[str, ...]:
    if not older:
        return ()
    count = f"{sum(older.values()):,}, the first such series in line {min(older)}"
    return (f"older events of series with more than {MOST:,} are not read: {count}",)


def _events(data: bytes, name: str) -> Iterator[_Read]:
    from icalendar import Event

    lines = _lines(data)
    found = [
        (event, clean_line(str(component.get("METHOD", ""))).upper())
        for component in _components(data, name)
        for event in component.walk("VEVENT")
        if isinstance(event, Event)
    ]
    if len(found) != len(lines):
        lines = list(range(1, len(found) + 1))
    for line, (event, method) in zip(lines, found, strict=True):
        yield _Read(line, event, method)


def _lines(data: bytes) -> list[int]:
    """Return the line in which each event begins."""
    lines: list[int] = []
    line, at = 1, 0
    for found in _EVENT.finditer(data):
        line, at = line + data.count(b"\n", at, found.start()), found.start()
        lines.append(line)
    return lines


def _components(data: bytes, name: str) -> "Sequence[Component]":
    """Return the calendars of a file, and what stands beside them."""
    from icalendar import Calendar

    marks = Counter(word.upper() for word in _CALENDAR.findall(data))
    if not marks[b"BEGIN"] or b"\0" in data:
        raise BadInput(f"{name}, row 1: there is no calendar in it", _EXPORT_AGAIN)
    if marks[b"BEGIN"] != marks[b"END"]:
        raise BadInput(f"{name}: the calendar is cut off: its end is missing", _EXPORT_AGAIN)
    try:
        # With a blank behind it "BEGIN:VEVENT " would begin a component of another name.
        found: Sequence[Component] = Calendar.from_ical(_BLANKS.sub(rb"\1", data), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{name}: the calendar cannot be read: {clean_line(str(error))[:200]}", _EXPORT_AGAIN
        ) from error
    return found


def _take(uid: str, states: list[_Read], now: datetime, found: _Found) -> None:
    """Add what took place of one UID: a single event, or a series with the ones that differ."""
    newest: dict[datetime | None, _Read] = {}
    for read in states:
        when = _instant(read.event, "RECURRENCE-ID")
        if "RECURRENCE-ID" in read.event and when is None:
            reason = "its place in the series cannot be read"
            found.problems.append(Skipped(row=read.line, reason=reason))
            continue
        known = newest.get(when)
        if known is None or read.order >= known.order:
            newest[when] = read
    for when, read in newest.items():
        try:
            past, older = _past(uid, read, when, now, newest)
        except BadInput as error:
            found.problems.append(Skipped(row=read.line, reason=error.title))
        else:
            found.events.extend(past)
            if older:
                found.older[read.line] = older


def _past(
    uid: str, read: _Read, when: datetime | None, now: datetime, others: Container[datetime | None]
) -> tuple[list[PastEvent], int]:
    """Return the event, or the past ones of its series, and how many older ones there are.

    Raises BadInput with the kind of reason to skip it.
    """
    event = read.event
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or read.method == "CANCEL":
        raise BadInput("cancelled")
    if read.method in _ANSWERS:
        raise BadInput("an answer to an invitation")
    start, length = _times(event)
    series = when is None and ("RRULE" in event or "RDATE" in event)
    starts = list(occurrences(event, start, now - length)) if series else [start]
    starts = [at for at in starts if not series or at.astimezone(UTC) not in others]
    past = [at for at in starts if at + length <= now]
    if not past:
        raise BadInput("not over yet")
    older = len(past[:-MOST])
    past = past[-MOST:]
    addresses, declined, organizer = _people(event)
    title = clean_line(str(event.get("SUMMARY", "")))[:500]
    kind = _kind(event)
    keys = [when] if when else [at.astimezone(UTC) if series else None for at in past]
    events = [
        PastEvent(
            line=read.line,
            uid=uid,
            key=f"{uid}/{key:%Y%m%dT%H%M%SZ}" if key else uid,
            start_at=at.astimezone(UTC),
            zone=_zone(event),
            minutes=int(length.total_seconds() // 60),
            title=title,
            kind=kind,
            addresses=addresses,
            declined=declined,
            organizer=organizer,
        )
        for at, key in zip(past, keys, strict=True)
    ]
    return events, older


# When


def _times(event: "Event") -> tuple[datetime, timedelta]:
    """Return start and length. Raises BadInput for what is no meeting."""
    start = _value(event, "DTSTART")
    if str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE":
        raise BadInput("all day")
    if start is None:
        raise BadInput("its start cannot be read")
    if not isinstance(start, datetime):
        raise BadInput("all day")
    if start.year not in YEARS:
        raise BadInput("its start cannot be read")
    if start.utcoffset() is None:
        raise BadInput("its time names no zone that is known")
    end, length = _value(event, "DTEND"), _value(event, "DURATION")
    if isinstance(end, datetime) and end.utcoffset() is not None and end.year in YEARS:
        length = end.astimezone(UTC) - start.astimezone(UTC)
    if not isinstance(length, timedelta) or length < timedelta(minutes=1):
        raise BadInput("without length")
    if length >= LONGEST:
        raise BadInput("a day or longer")
    return start, length


def _value(event: "Event", name: str) -> Any:
    """Return a date, time or length; None if there is none, several, or one that cannot be read."""
    found = event.get(name)
    if isinstance(found, (str, list)):  # text stands for a value that is broken
        return None
    return getattr(found, "dt", getattr(found, "td", None))


def _instant(event: "Event", name: str) -> datetime | None:
    at = _value(event, name)
    if not isinstance(at, datetime) or at.utcoffset() is None or at.year not in YEARS:
        return None
    return at.astimezone(UTC)


def _zone(event: "Event") -> str:
    """Return the IANA zone of the wall time; empty where the file has its own, or UTC."""
    key = getattr(_value(event, "DTSTART").tzinfo, "key", "")
    try:
        return ZoneInfo(key).key if "/" in key else ""
    except (KeyError, ValueError, OSError):
        return ""


# Who


def _people(event: "Event") -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the addresses of those who took part and of those who declined, and the organizer's."""
    there: dict[str, None] = {}
    declined: dict[str, None] = {}
    organizer = next((_address(p) for p in _each(event, "ORGANIZER")), "")
    for person in _each(event, "ATTENDEE"):
        address, params = _address(person), _params(person)
        if params.get("CUTYPE") in _NOT_THERE or params.get("ROLE") == "NON-PARTICIPANT":
            continue
        if address:
            (declined if params.get("PARTSTAT") == "DECLINED" else there)[address] = None
    if organizer and organizer not in declined:
        there[organizer] = None
    return tuple(there), tuple(declined), organizer


def _each(event: "Event", name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _params(person: Any) -> Mapping[str, str]:
    return {
        key: clean_line(str(text)).upper() for key, text in getattr(person, "params", {}).items()
    }


def _address(person: Any) -> str:
    text = clean_line(str(person)).casefold()
    if not text.startswith("mailto:"):
        text = clean_line(str(getattr(person, "params", {}).get("EMAIL", text))).casefold()
    address = text.removeprefix("mailto:")
    return address if "@" in address else ""


# How


def _kind(event: "Event") -> TouchpointKind:
    """Return how people met: a link of a conference, a place, else by phone."""
    place = clean_line(str(event.get("LOCATION", "")))
    text = f"{event.get('DESCRIPTION', '')} {event.get('URL', '')}"
    if any(name in event for name in _CONFERENCE) or _LINK.search(place):
        return TouchpointKind.VIDEO
    if _CONFERENCE_HOSTS.search(text) or _ONLINE.search(place):
        return TouchpointKind.VIDEO
    return TouchpointKind.VISIT if place and not _BY_PHONE.search(place) else TouchpointKind.CALL

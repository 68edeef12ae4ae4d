"""Meetings as iCalendar files (RFC 5545, RFC 5546): one for each meeting of a vdir, or one to import by hand.

Single meetings are written in UTC, which every calendar program reads alike. A series carries its zone, since
its wall time stays when the clocks change. The rules of the zone are worked out here from the tz database:
`icalendar` would write lists of dates, which Thunderbird and others read an hour off (measured).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.ids import short
from outreach_tui.domain.meeting import Attendee, Meeting, MeetingKind, MeetingState, Rsvp
from outreach_tui.domain.member import Member
from outreach_tui.domain.phone import say_phone
from outreach_tui.domain.text import clean_line, clean_text
from outreach_tui.domain.when import say_weekday, zone_info
from outreach_tui.errors import BadInput, Refused
from outreach_tui.formats.series import YEARS, series_rule, series_zone
from outreach_tui.formats.time_zones import time_zone
from outreach_tui.formats.vdir import vdir_name

if TYPE_CHECKING:
    from icalendar import (
        Alarm,
        Calendar,
        Event,
        Timezone,
        vCalAddress,
    )

PRODUCT = "-//outreach-tui//outreach//EN"
"""PRODID; without a version, so that a new release does not change every file."""

_WORDS = {
    MeetingKind.CALL: "Call",
    MeetingKind.VIDEO: "Video call",
    MeetingKind.VISIT: "Visit",
    MeetingKind.EVENT: "Event",
    MeetingKind.BLOCK: "Calls",
}
_STATUS = {
    MeetingState.PLANNED: "TENTATIVE",
    MeetingState.CONFIRMED: "CONFIRMED",
    MeetingState.HELD: "CONFIRMED",
    MeetingState.NO_SHOW: "CANCELLED",
    MeetingState.CANCELLED: "CANCELLED",
}
# Several programs do not show STATUS, so the title says it too.
_TITLE_STARTS = {MeetingState.NO_SHOW: "No-show: ", MeetingState.CANCELLED: "Cancelled: "}
_NAMES_IN_TITLE = 3

# The part of RFC 5322 that needs no escaping in a mailto URI.
_EMAIL = re.compile(
    r"[\w.+'&=~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}", re.A
)
_LONGEST_EMAIL = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
_URI_CHARACTERS = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_IN_PARAMETERS = str.maketrans({'"': "'", "^": "", "\\": "/"})


class ICalendar:
    """Writes meetings as iCalendar files; the `CalendarText` of the services."""

    def file_name(self, uid: str) -> str:
        """Return the name of a vdir file for `uid`: always the same, and never outside the folder."""
        return vdir_name(uid, ".ics")

    def one_file(
        self,
        meeting: Meeting,
        customers: Mapping[str, Customer],
        member: Member | None,
        stamp: datetime,
    ) -> bytes:
        """Return a calendar with this meeting only, for a vdir: no METHOD, ORGANIZER or ATTENDEE.

        `stamp` is when it is written. Raises Refused for a meeting without length and BadInput for a time
        without zone, an empty uid or a recurrence that calendars do not read.
        """
        _check(meeting, stamp)
        event = _event(meeting, customers, member, stamp)
        return _written(_calendar(), _time_zones([meeting], stamp), [event])

    def published(
        self,
        meetings: Iterable[Meeting],
        customers: Mapping[str, Customer],
        members: Mapping[str, Member],
        stamp: datetime,
    ) -> bytes:
        """Return one METHOD:PUBLISH calendar with all these meetings, by start and uid.

        ORGANIZER is the member if they have an e-mail address. There is never an ATTENDEE, so that no program
        mails anybody on import; who is invited stands in DESCRIPTION. Raises Refused where there is no meeting
        (such a calendar is invalid), and as `one_file` does.
        """
        asked = list(meetings)
        if not asked:
            raise Refused("there is no meeting to export")
        for meeting in asked:
            _check(meeting, stamp)
        asked.sort(key=lambda meeting: (meeting.start_at, meeting.uid))
        events = []
        for meeting in asked:
            member = members.get(meeting.member_id or "")
            event = _event(meeting, customers, member, stamp)
            if member and (organizer := _organizer(member)):
                event.add("organizer", organizer)
            events.append(event)
        calendar = _calendar()
        calendar.add("method", "PUBLISH")
        return _written(calendar, _time_zones(asked, stamp), events)


# Calendar and event


def _calendar() -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _written(calendar: "Calendar", zones: Sequence["Timezone"], events: Sequence["Event"]) -> bytes:
    for component in (*zones, *events):
        calendar.add_component(component)
    data: bytes = calendar.to_ical()
    return data


def _event(
    meeting: Meeting, customers: Mapping[str, Customer], member: Member | None, stamp: datetime
) -> "Event":
    from icalendar import Event

    known = [customers[id_] for id_ in meeting.customer_ids if id_ in customers]
    event = Event()
    event.add("uid", clean_line(meeting.uid))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("last-modified", meeting.changed_at.astimezone(UTC))
    event.add("status", _STATUS[meeting.state])
    if _STATUS[meeting.state] == "CANCELLED":
        event.add("transp", "TRANSPARENT")  # the time is free again, also where STATUS is ignored
    _add_times(event, meeting)
    title = _title(meeting, known)
    event.add("summary", title)
    event.add("categories", [_WORDS[meeting.kind]])
    _add_place(event, meeting, known)
    event.add("description", _description(meeting, known, member, title))
    if _is_web_address(link := clean_line(meeting.link)):
        event.add("url", link)
    if _reminds(meeting, stamp):
        event.add_component(_alarm(meeting, title))
    return event


def _check(meeting: Meeting, stamp: datetime) -> None:
    name = f"the {meeting.kind} {short(meeting.id)}"
    if not clean_line(meeting.uid):
        raise BadInput(
            f"{name} has no uid", "plan it again; without a uid calendars cannot update it"
        )
    if meeting.minutes <= 0:
        raise Refused(
            f"{name} lasts {meeting.minutes} minutes", "give it a length of at least 1 minute"
        )
    for at in (meeting.start_at, meeting.changed_at, stamp, *meeting.exceptions):
        if at.utcoffset() is None:
            raise BadInput(f"{name} has a time without a zone: {at}", "give the time in UTC")
    if not _is_within_years(meeting):
        raise BadInput(f"{name} is at the edge of the calendar", "choose another day")


def _is_within_years(meeting: Meeting) -> bool:
    try:
        times = (meeting.start_at, meeting.end_at, *meeting.exceptions)
    except OverflowError:
        return False
    return all(at.year in YEARS for at in times)


def _add_times(event: "Event", meeting: Meeting) -> None:
    zone = series_zone(meeting) or UTC
    event.add("dtstart", meeting.start_at.astimezone(zone))
    event.add("dtend", meeting.end_at.astimezone(zone))
    if meeting.recurrence:
        event.add("rrule", series_rule(meeting))
        if meeting.exceptions:
            left_out = sorted({at.astimezone(UTC) for at in meeting.exceptions})
            event.add("exdate", [at.astimezone(zone) for at in left_out])


def _reminds(meeting: Meeting, stamp: datetime) -> bool:
    """Whether to ring: a past meeting must not, since some programs ring for it on import."""
    if meeting.reminder_minutes is None or meeting.reminder_minutes < 0 or not meeting.ahead:
        return False
    return bool(meeting.recurrence) or meeting.start_at > stamp


def _alarm(meeting: Meeting, title: str) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(minutes=-(meeting.reminder_minutes or 0)))
    return alarm


def _organizer(member: Member) -> "vCalAddress | None":
    from icalendar import vCalAddress

    if len(member.email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(member.email):
        return None
    # Half of the programs do not decode RFC 6868, which writes quotes and carets as "^'" and "^^"; and some
    # take a backslash for the start of an escape, though parameters know none.
    name = clean_line(clean_line(member.name).translate(_IN_PARAMETERS))
    organizer = vCalAddress(f"mailto:{member.email}")
    organizer.params["CN"] = name or member.email
    return organizer


# What people read


def _title(meeting: Meeting, known: Sequence[Customer]) -> str:
    """Return "Visit: Ernst Handel", "Call: A, B", "Event: Customer day": kind, then whom or what."""
    word = _WORDS[meeting.kind]
    subject = _subject(meeting, known)
    return _TITLE_STARTS.get(meeting.state, "") + (f"{word}: {subject}" if subject else word)


def _subject(meeting: Meeting, known: Sequence[Customer]) -> str:
    purpose = clean_line(clean_text(meeting.purpose).strip().partition("\n")[0])
    customers = _names([customer.name for customer in known])
    people = _names([attendee.name for attendee in meeting.attendees])
    if meeting.kind is MeetingKind.EVENT:
        return purpose or customers or people
    return customers or people or purpose


def _names(names: Iterable[str]) -> str:
    """Return up to three names and how many more there are."""
    clean = [name for name in map(clean_line, names) if name]
    shown = ", ".join(clean[:_NAMES_IN_TITLE])
    more = len(clean) - _NAMES_IN_TITLE
    return f"{shown} and {more} more" if more > 0 else shown


def _description(
    meeting: Meeting, known: Sequence[Customer], member: Member | None, title: str
) -> str:
    names = [name for customer in known if (name := clean_line(customer.name))]
    place, link = clean_line(meeting.place), clean_line(meeting.link)
    location = _location(meeting, known)
    lines = [clean_text(meeting.purpose).strip()]
    if any(name not in title for name in names):
        lines.append(f"Customers: {', '.join(names)}")
    lines.append(_labelled("With", ", ".join(filter(None, map(_person, meeting.attendees)))))
    lines.append(_labelled("Our side", clean_line(member.name) if member else ""))
    lines += _phones(meeting, known)
    lines.append(_labelled("Place", place if place != location else ""))
    lines.append(_labelled("Link", link if link != location else ""))
    lines.append("With a meal" if meeting.meal else "")
    lines.append(_wall_time(meeting))
    return "\n".join(filter(None, lines))


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _person(attendee: Attendee) -> str:
    name = clean_line(attendee.name) or clean_line(attendee.email)
    if not name or attendee.rsvp is Rsvp.NEEDS_ACTION:
        return name
    return f"{name} ({attendee.rsvp})"


def _phones(meeting: Meeting, known: Sequence[Customer]) -> list[str]:
    """Return whom to ring; for a visit too, as one may be late."""
    if meeting.kind is MeetingKind.EVENT:
        return []
    phones = [
        (clean_line(customer.name), say_phone(customer.phone, customer.place))
        for customer in known
        if clean_line(customer.phone)
    ]
    if len(known) == 1:
        return [f"Phone: {phone}" for _, phone in phones]
    return [f"Phone of {name}: {phone}" for name, phone in phones]


def _wall_time(meeting: Meeting) -> str:
    """Return "Thu 26 Nov 2026, 10:00 Europe/Vienna": what was agreed, wherever this is read."""
    zone = zone_info(meeting.zone)
    local = meeting.start_at.astimezone(zone)
    clock = f"{local:%H:%M} {zone.key}"
    return clock if meeting.recurrence else f"{say_weekday(local)} {local.year}, {clock}"


# Where it is


def _add_place(event: "Event", meeting: Meeting, known: Sequence[Customer]) -> None:
    if location := _location(meeting, known):
        event.add("location", location)
    # A place that somebody typed may be in another town: no pin is better than a wrong one.
    host = _host(meeting, known)
    if host and (point := _point(host)):
        event.add("geo", point)


def _location(meeting: Meeting, known: Sequence[Customer]) -> str:
    place, link = clean_line(meeting.place), clean_line(meeting.link)
    if meeting.kind is MeetingKind.VIDEO:
        return link or place
    host = _host(meeting, known)
    return place or (_address(host) if host else "") or link


def _host(meeting: Meeting, known: Sequence[Customer]) -> Customer | None:
    """Return whose address a visit goes to."""
    if meeting.kind is not MeetingKind.VISIT or clean_line(meeting.place):
        return None
    return next((customer for customer in known if _address(customer)), None)


def _address(customer: Customer) -> str:
    if not clean_line(customer.address + customer.city):
        return ""  # a country alone is no place to go to
    town = f"{customer.postal_code} {customer.city}"
    parts = map(clean_line, (customer.address, town, customer.region, customer.country))
    return ", ".join(filter(None, parts))


def _point(customer: Customer) -> tuple[float, float] | None:
    place = customer.place
    if place is None or place.lat is None or place.lon is None:
        return None
    if not (isfinite(place.lat) and abs(place.lat) <= 90):
        return None
    if not (isfinite(place.lon) and abs(place.lon) <= 180):
        return None
    return round(place.lat, 6), round(place.lon, 6)


def _is_web_address(link: str) -> bool:
    """Whether it is a URI (RFC 3986) that a browser opens; "zoom, same as last time" is not."""
    if not _URI_CHARACTERS.fullmatch(link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _time_zones(meetings: Iterable[Meeting], stamp: datetime) -> list["Timezone"]:
    """Return a VTIMEZONE for each zone that a series needs, by name.

    An old series may still run: the zone is right until CLOCKYEARS after `stamp` too.
    """
    starts: dict[str, list[datetime]] = {}
    for meeting in meetings:
        if zone := series_zone(meeting):
            starts.setdefault(zone.key, []).append(meeting.start_at)
    return [
        time_zone(name, min(found), max(stamp, *found)) for name, found in sorted(starts.items())
    ]

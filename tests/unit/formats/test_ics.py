"""What calendars read: one file for a vdir, one to import by hand."""

import io
import re
import subprocess
import sys
from bisect import bisect_right
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.meeting import Attendee, Meeting, MeetingKind, MeetingState, Rsvp
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.text import clean_line, clean_text
from outreach_tui.errors import BadInput, Refused
from outreach_tui.formats.ics import ICalendar

STAMP = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
UID = "0193ab00-0000-7000-8000-0000000c0ffe"
CUSTOMERS = {
    "c1": Customer(
        id="c1",
        name="Ernst Handel",
        address="Kirchgasse 6",
        postal_code="8010",
        city="Graz",
        country="Austria",
        phone="7675-3425",
        place=Place(zone="Europe/Vienna", country="AT", lat=47.066667, lon=15.45),
    ),
    "c2": Customer(id="c2", name="Bólido Comidas preparadas", city="Madrid", phone="(91) 555 22"),
    "c3": Customer(id="c3", name="Around the Horn"),
    "c4": Customer(id="c4", name="Wolski Zajazd"),
    "c5": Customer(id="c5", name="Frankenversand"),
}
MEMBER = Member(id="m1", name="Janet Leverling", email="janet@example.com")
MEETING = Meeting(
    id=UID,
    start_at=datetime(2026, 11, 26, 9, 0, tzinfo=UTC),
    zone="Europe/Vienna",
    minutes=60,
    kind=MeetingKind.VISIT,
    uid=UID,
    changed_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC),
    customer_ids=("c1",),
    attendees=(Attendee(name="Roland Mendel"),),
    purpose="Labels in Polish",
)
LISTED_ZONES = [
    "Europe/Vienna",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/Moscow",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Caracas",
    "America/Nuuk",
    "America/St_Johns",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Jerusalem",
    "Asia/Gaza",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Etc/GMT",
]


def changed(meeting: Meeting = MEETING, **fields: Any) -> Meeting:
    return msgspec.structs.replace(meeting, **fields)


def vdir_bytes(meeting: Meeting, member: Member | None = None) -> bytes:
    return ICalendar().one_file(meeting, CUSTOMERS, member, STAMP)


def published_bytes(*meetings: Meeting, member: Member = MEMBER) -> bytes:
    return ICalendar().published(meetings, CUSTOMERS, {member.id: member}, STAMP)


def read(data: bytes) -> icalendar.Calendar:
    """Read as a calendar program does, and accept nothing that the parser had to drop."""
    calendar = icalendar.Calendar.from_ical(data)
    for component in calendar.walk():
        assert component.errors == []
    return calendar


def event_of(data: bytes) -> icalendar.Event:
    (event,) = read(data).walk("VEVENT")
    return event


def vdir_event(**fields: Any) -> icalendar.Event:
    return event_of(vdir_bytes(changed(**fields)))


def lines_of(data: bytes) -> list[str]:
    """Return the unfolded lines."""
    return data.decode().replace("\r\n ", "").split("\r\n")


# The file as a whole


def test_a_simple_meeting_is_these_bytes() -> None:
    assert vdir_bytes(changed(reminder_minutes=30)) == (
        b"BEGIN:VCALENDAR\r\n"
        b"VERSION:2.0\r\n"
        b"PRODID:-//outreach-tui//outreach//EN\r\n"
        b"CALSCALE:GREGORIAN\r\n"
        b"BEGIN:VEVENT\r\n"
        b"SUMMARY:Visit: Ernst Handel\r\n"
        b"DTSTART:20261126T090000Z\r\n"
        b"DTEND:20261126T100000Z\r\n"
        b"DTSTAMP:20261102T073000Z\r\n"
        b"UID:0193ab00-0000-7000-8000-0000000c0ffe\r\n"
        b"SEQUENCE:0\r\n"
        b"CATEGORIES:Visit\r\n"
        b"DESCRIPTION:Labels in Polish\\nWith: Roland Mendel\\nPhone: +43 7675 3425\\nT\r\n"
        b" hu 26 Nov 2026\\, 10:00 Europe/Vienna\r\n"
        b"GEO:47.066667;15.45\r\n"
        b"LAST-MODIFIED:20261101T120000Z\r\n"
        b"LOCATION:Kirchgasse 6\\, 8010 Graz\\, Austria\r\n"
        b"STATUS:TENTATIVE\r\n"
        b"BEGIN:VALARM\r\n"
        b"ACTION:DISPLAY\r\n"
        b"DESCRIPTION:Visit: Ernst Handel\r\n"
        b"TRIGGER:-PT30M\r\n"
        b"END:VALARM\r\n"
        b"END:VEVENT\r\n"
        b"END:VCALENDAR\r\n"
    )


def test_a_vdir_file_asks_nobody() -> None:
    text = vdir_bytes(changed(attendees=(Attendee(name="A", email="a@example.com"),)), MEMBER)

    assert not re.search(rb"^(METHOD|ORGANIZER|ATTENDEE)", text, re.MULTILINE)


def test_a_published_file_names_its_organizer_and_invites_nobody() -> None:
    attendee = Attendee(name="Maria", email="maria@example.com", rsvp=Rsvp.DECLINED)
    data = published_bytes(changed(member_id="m1", attendees=(attendee,)))
    event = event_of(data)

    assert "METHOD:PUBLISH" in lines_of(data)
    assert 'ORGANIZER;CN="Janet Leverling":mailto:janet@example.com' in lines_of(data)
    assert "ATTENDEE" not in event
    assert "With: Maria (declined)" in event["DESCRIPTION"].splitlines()
    assert "Our side: Janet Leverling" in event["DESCRIPTION"].splitlines()


def test_published_meetings_come_by_start_then_uid() -> None:
    late = changed(uid="a", start_at=MEETING.start_at + timedelta(days=1))
    twin = changed(uid="b")
    first = published_bytes(late, MEETING, twin)

    assert first == published_bytes(twin, late, MEETING)
    assert [str(event["UID"]) for event in read(first).walk("VEVENT")] == [UID, "b", "a"]


def test_an_empty_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="no meeting"):
        published_bytes()


def test_loading_the_format_does_not_load_icalendar() -> None:
    code = "import sys, outreach_tui.formats.ics; sys.exit('icalendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Identity and change


def test_uid_and_sequence_are_the_stored_ones_in_every_export() -> None:
    moved = changed(start_at=MEETING.start_at + timedelta(hours=1), sequence=1)
    exports = [vdir_bytes(MEETING), published_bytes(MEETING), vdir_bytes(moved)]

    assert [str(event_of(data)["UID"]) for data in exports] == [UID] * 3
    assert [event_of(data)["SEQUENCE"] for data in exports] == [0, 0, 1]
    assert vdir_bytes(MEETING) == vdir_bytes(MEETING)


def test_stamps_are_in_utc_whatever_zone_they_came_in() -> None:
    vienna = ZoneInfo("Europe/Vienna")
    meeting = changed(
        start_at=MEETING.start_at.astimezone(vienna),
        changed_at=MEETING.changed_at.astimezone(vienna),
    )
    data = ICalendar().one_file(meeting, CUSTOMERS, None, STAMP.astimezone(vienna))

    assert data == vdir_bytes(MEETING)


@pytest.mark.parametrize(
    ("state", "status", "start_of_title"),
    [
        (MeetingState.PLANNED, "TENTATIVE", "Visit: "),
        (MeetingState.CONFIRMED, "CONFIRMED", "Visit: "),
        (MeetingState.HELD, "CONFIRMED", "Visit: "),
        (MeetingState.NO_SHOW, "CANCELLED", "No-show: Visit: "),
        (MeetingState.CANCELLED, "CANCELLED", "Cancelled: Visit: "),
    ],
)
def test_state_becomes_status(state: MeetingState, status: str, start_of_title: str) -> None:
    event = vdir_event(state=state, reminder_minutes=30)

    assert event["STATUS"] == status
    assert event["SUMMARY"].startswith(start_of_title)
    assert (event.get("TRANSP") == "TRANSPARENT") == (status == "CANCELLED")
    assert bool(event.walk("VALARM")) == (state in {"planned", "confirmed"})


# Reminders


@pytest.mark.parametrize(
    ("minutes", "trigger"), [(None, None), (-5, None), (0, "P0D"), (15, "-PT15M"), (1440, "-P1D")]
)
def test_a_reminder_rings_before_the_start(minutes: int | None, trigger: str | None) -> None:
    alarms = vdir_event(reminder_minutes=minutes).walk("VALARM")

    assert [alarm["TRIGGER"].to_ical().decode() for alarm in alarms] == (
        [trigger] if trigger else []
    )


def test_a_meeting_that_has_begun_does_not_ring_but_a_series_does() -> None:
    begun = STAMP - timedelta(minutes=1)

    assert vdir_event(start_at=begun, reminder_minutes=5).walk("VALARM") == []
    assert vdir_event(start_at=begun, reminder_minutes=5, recurrence="FREQ=DAILY").walk("VALARM")


# Words


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "Visit: Ernst Handel"),
        ({"kind": MeetingKind.CALL, "customer_ids": ("c1", "c3")}, "Call: Ernst Handel, Around the Horn"),
        ({"kind": MeetingKind.VIDEO}, "Video call: Ernst Handel"),
        ({"kind": MeetingKind.EVENT}, "Event: Labels in Polish"),
        ({"kind": MeetingKind.EVENT, "purpose": ""}, "Event: Ernst Handel"),
        ({"kind": MeetingKind.EVENT, "purpose": "\n Graz day \nat noon"}, "Event: Graz day"),
        ({"kind": MeetingKind.BLOCK, "customer_ids": (), "attendees": (), "purpose": ""}, "Calls"),
        ({"kind": MeetingKind.BLOCK}, "Calls: Ernst Handel"),
        ({"customer_ids": ("c1", "c2", "c3", "c4", "c5")},
         "Visit: Ernst Handel, Bólido Comidas preparadas, Around the Horn and 2 more"),
        ({"customer_ids": ("gone",)}, "Visit: Roland Mendel"),
        ({"customer_ids": (), "attendees": ()}, "Visit: Labels in Polish"),
        ({"customer_ids": (), "attendees": (), "purpose": "\x1b[2J \u202e"}, "Visit"),
    ],
)  # fmt: skip
def test_the_title_says_what_and_with_whom(fields: dict[str, Any], title: str) -> None:
    assert vdir_event(**fields)["SUMMARY"] == title
    assert vdir_event(**fields)["CATEGORIES"].to_ical().decode() == title.partition(":")[0]


def test_the_description_has_all_that_the_title_leaves_out() -> None:
    people = (
        Attendee(name="Roland Mendel", rsvp=Rsvp.ACCEPTED),
        Attendee(name="", email="buyer@example.com"),
        Attendee(name=" "),
    )
    event = vdir_event(
        kind=MeetingKind.CALL,
        customer_ids=("c1", "c2", "c3", "c4"),
        attendees=people,
        purpose="Labels;\r\nand <b>prices</b>\n\n",
        place="Room 4",
        link="https://example.com/a?b=1,2;c",
        meal=True,
    )

    assert event["DESCRIPTION"].splitlines() == [
        "Labels;",
        "and <b>prices</b>",
        "Customers: Ernst Handel, Bólido Comidas preparadas, Around the Horn, Wolski Zajazd",
        "With: Roland Mendel (accepted), buyer@example.com",
        "Phone of Ernst Handel: +43 7675 3425",
        "Phone of Bólido Comidas preparadas: (91) 555 22",
        "Link: https://example.com/a?b=1,2;c",
        "With a meal",
        "Thu 26 Nov 2026, 10:00 Europe/Vienna",
    ]


def test_an_event_lists_no_phones_and_a_series_no_day() -> None:
    event = vdir_event(kind=MeetingKind.EVENT, recurrence="FREQ=MONTHLY")

    assert event["DESCRIPTION"].splitlines() == [
        "Labels in Polish",
        "Customers: Ernst Handel",
        "With: Roland Mendel",
        "10:00 Europe/Vienna",
    ]


def test_an_unknown_zone_is_said_as_the_utc_that_it_is() -> None:
    assert vdir_event(zone="Mars/Base")["DESCRIPTION"].endswith("09:00 UTC")


# Places


@pytest.mark.parametrize(
    ("fields", "location", "geo"),
    [
        ({}, "Kirchgasse 6, 8010 Graz, Austria", "47.066667;15.45"),
        ({"customer_ids": ("c3", "c2")}, "Madrid", None),
        ({"customer_ids": ("c3",)}, None, None),
        ({"place": " Café\nCentral "}, "Café Central", None),
        ({"kind": MeetingKind.CALL}, None, None),
        ({"kind": MeetingKind.CALL, "link": "dial in"}, "dial in", None),
        ({"kind": MeetingKind.EVENT, "place": "Hall 2", "link": "https://e.org"}, "Hall 2", None),
        ({"kind": MeetingKind.VIDEO, "place": "Hall 2", "link": "https://e.org"}, "https://e.org", None),
        ({"kind": MeetingKind.VIDEO, "place": "Hall 2"}, "Hall 2", None),
    ],
)  # fmt: skip
def test_the_location_is_one_line(
    fields: dict[str, Any], location: str | None, geo: str | None
) -> None:
    event = vdir_event(**fields)

    assert event.get("LOCATION") == location
    assert ("GEO" in event and event["GEO"].to_ical()) == (geo or False)


@pytest.mark.parametrize(
    ("lat", "lon"), [(91.0, 0.0), (0.0, 181.0), (float("nan"), 1.0), (1.0, None)]
)
def test_a_point_that_is_none_is_left_out(lat: float, lon: float) -> None:
    place = Place(zone="Europe/Vienna", lat=lat, lon=lon)
    customers = {"c1": msgspec.structs.replace(CUSTOMERS["c1"], place=place)}

    assert b"GEO" not in ICalendar().one_file(MEETING, customers, None, STAMP)


@pytest.mark.parametrize(
    ("link", "is_uri"),
    [
        ("https://meet.example.com/a?b=%20c,d;e", True),
        (" http://[::1]:8080/x ", True),
        ("HTTPS://EXAMPLE.COM", True),
        ("https://", False),
        ("https://[", False),
        ("https://exämple.com", False),
        ("https://example.com/%zz", False),
        ("https://example.com/a b", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("zoom, same as last time", False),
        ("https://e.org\r\nATTENDEE:mailto:x@example.com", False),
    ],
)
def test_only_a_web_address_becomes_a_url(link: str, is_uri: bool) -> None:
    event = vdir_event(kind=MeetingKind.VIDEO, link=link)

    assert event.get("URL") == (link.strip() if is_uri else None)
    assert "ATTENDEE" not in event


# Organizer


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ('Müller, Jörg; "HM"', "ORGANIZER;CN=\"Müller, Jörg; 'HM'\":mailto:janet@example.com"),
        ("A\\", "ORGANIZER;CN=A/:mailto:janet@example.com"),
        ("A^nB\r\nX:y", 'ORGANIZER;CN="AnB X:y":mailto:janet@example.com'),
        ("\x1b]0;x\x07", "ORGANIZER;CN=janet@example.com:mailto:janet@example.com"),
    ],
)
def test_the_organizers_name_survives_every_program(name: str, line: str) -> None:
    member = msgspec.structs.replace(MEMBER, name=name)
    assert line in lines_of(published_bytes(changed(member_id="m1"), member=member))


@pytest.mark.parametrize(
    "email", ["", "janet", "a b@example.com", "a@b", "Janet <j@example.com>", "j@ex.com\r\nX:1",
              "j?cc=x@example.com", "j@exämple.com", "j" * 250 + "@example.com"],
)  # fmt: skip
def test_without_a_valid_address_there_is_no_organizer(email: str) -> None:
    member = msgspec.structs.replace(MEMBER, email=email)
    assert "ORGANIZER" not in event_of(published_bytes(changed(member_id="m1"), member=member))


# Refusals


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"minutes": 0}, Refused, "lasts 0 minutes"),
        ({"minutes": -30}, Refused, "lasts -30 minutes"),
        ({"start_at": datetime(2026, 1, 1)}, BadInput, "without a zone"),  # noqa: DTZ001
        ({"changed_at": datetime(2026, 1, 1)}, BadInput, "without a zone"),  # noqa: DTZ001
        ({"exceptions": (datetime(2026, 1, 1),)}, BadInput, "without a zone"),  # noqa: DTZ001
        ({"uid": "\x07 "}, BadInput, "no uid"),
        ({"start_at": datetime(9999, 12, 31, 23, 30, tzinfo=UTC)}, BadInput, "edge"),
        ({"start_at": datetime(1, 1, 1, tzinfo=UTC), "recurrence": "FREQ=DAILY"}, BadInput, "edge"),
        ({"minutes": 10**12}, BadInput, "edge"),
    ],
)
def test_a_meeting_that_no_calendar_can_hold_is_refused(
    fields: dict[str, Any], error: type[Refused], words: str
) -> None:
    for export in (vdir_bytes, published_bytes):
        with pytest.raises(error, match=words):
            export(changed(**fields))


def test_a_stamp_without_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="without a zone"):
        ICalendar().one_file(MEETING, CUSTOMERS, None, STAMP.replace(tzinfo=None))


@pytest.mark.parametrize(
    "recurrence",
    [
        "garbage", ";", "FREQ=HOURLY", "INTERVAL=2", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=2;COUNT=3", "FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=WEEKLY;BYDAY=ZZ",
        "FREQ=WEEKLY;BYDAY=1MO", "FREQ=DAILY;UNTIL=20270230", "FREQ=DAILY;UNTIL=00010101T000000Z",
        "FREQ=DAILY;UNTIL=99991231", "FREQ=DAILY;X=1", "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=DAILY;COUNT=٣", "FREQ=DAILY\r\nATTENDEE:mailto:x@example.com", "RRULE:FREQ=DAILY",
    ],
)  # fmt: skip
def test_a_recurrence_that_calendars_do_not_read_is_refused(recurrence: str) -> None:
    with pytest.raises(BadInput, match="recurrence"):
        vdir_bytes(changed(recurrence=recurrence))


# Series


def test_a_series_keeps_its_wall_time_in_a_zone_of_rules() -> None:
    data = vdir_bytes(
        changed(
            recurrence="freq=weekly;byday=TH;count=20",
            exceptions=(
                datetime(2027, 4, 1, 8, 0, tzinfo=UTC),
                datetime(2026, 12, 3, 9, 0, tzinfo=UTC),
                datetime(2026, 12, 3, 9, 0, tzinfo=UTC),
            ),
        )
    )

    assert [line for line in lines_of(data) if "TZID=" in line or "RRULE" in line] == [
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "DTSTART;TZID=Europe/Vienna:20261126T100000",
        "DTEND;TZID=Europe/Vienna:20261126T110000",
        "RRULE:FREQ=WEEKLY;COUNT=20;BYDAY=TH",
        "EXDATE;TZID=Europe/Vienna:20261203T100000,20270401T100000",
    ]
    assert b"RDATE" not in data


@pytest.mark.parametrize(
    ("until", "written"),
    [
        ("20270102", "20270102T225959Z"),
        ("20270702", "20270702T215959Z"),
        ("20270102T100000", "20270102T090000Z"),
        ("20270102T100000Z", "20270102T100000Z"),
    ],
)
def test_the_end_of_a_series_is_in_utc(until: str, written: str) -> None:
    assert f"RRULE:FREQ=DAILY;UNTIL={written}" in lines_of(
        vdir_bytes(changed(recurrence=f"FREQ=DAILY;UNTIL={until}"))
    )


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Etc/Zulu", "Mars/Base"])
def test_a_series_in_utc_needs_no_zone(zone: str) -> None:
    data = vdir_bytes(changed(zone=zone, recurrence="FREQ=DAILY", exceptions=(MEETING.start_at,)))

    assert b"TZID" not in data
    assert "DTSTART:20261126T090000Z" in lines_of(data)
    assert "EXDATE:20261126T090000Z" in lines_of(data)


def test_exceptions_of_a_single_meeting_are_not_written() -> None:
    assert "EXDATE" not in vdir_event(exceptions=(MEETING.start_at,))


def test_published_series_share_one_definition_of_their_zone() -> None:
    series = [
        changed(
            uid=str(year), start_at=datetime(year, 5, 1, 9, tzinfo=UTC), recurrence="FREQ=WEEKLY"
        )
        for year in (2005, 2026)
    ]
    new_york = changed(uid="ny", zone="America/New_York", recurrence="FREQ=WEEKLY")
    calendar = read(published_bytes(*series, new_york, MEETING))

    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == [
        "America/New_York",
        "Europe/Vienna",
    ]


@cache
def series_in(zone: str, year: int) -> bytes:
    start = datetime(year, 6, 15, 12, 0, tzinfo=UTC)
    return vdir_bytes(changed(zone=zone, start_at=start, recurrence="FREQ=WEEKLY"))


@cache
def offsets_in(zone: str, year: int) -> tuple[list[datetime], list[timedelta]]:
    """Work a VTIMEZONE out by RFC 5545 section 3.6.5: the instants of its onsets, and the offset from each."""
    (written,) = read(series_in(zone, year)).walk("VTIMEZONE")
    found = []
    for observance in written.subcomponents:
        before, after = observance["TZOFFSETFROM"].td, observance["TZOFFSETTO"].td
        onset = observance["DTSTART"].dt.replace(tzinfo=timezone(before))
        onsets = [onset]
        if "RRULE" in observance:
            rule = rrulestr(observance["RRULE"].to_ical().decode(), dtstart=onset)
            onsets = list(rule.between(onset, datetime(2060, 1, 1, tzinfo=UTC), inc=True))
            assert onsets[0] == onset
        found += [(at.astimezone(UTC), after) for at in onsets]
    found.sort()
    return [at for at, _ in found], [offset for _, offset in found]


def offset_at(zone: str, year: int, at: datetime) -> timedelta:
    onsets, offsets = offsets_in(zone, year)
    return offsets[bisect_right(onsets, at) - 1]


@pytest.mark.parametrize("zone", LISTED_ZONES)
@pytest.mark.parametrize("year", [2000, 2026])
def test_a_written_zone_agrees_with_the_tz_database(zone: str, year: int) -> None:
    info = ZoneInfo(zone)
    first, last = datetime(year, 6, 15, tzinfo=UTC), datetime(2053, 12, 31, tzinfo=UTC)
    onsets, _ = offsets_in(zone, year)
    assert onsets[0] <= first
    weeks = [first + timedelta(weeks=count) for count in range((last - first).days // 7)]
    edges = [at + timedelta(seconds=side) for at in onsets for side in (-1, 0)]

    for at in [*weeks, *(at for at in edges if first <= at <= last)]:
        assert offset_at(zone, year, at) == at.astimezone(info).utcoffset(), at


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(LISTED_ZONES),
    at=st.datetimes(datetime(2000, 7, 1), datetime(2040, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_written_zone_agrees_at_any_instant(zone: str, at: datetime) -> None:
    assert offset_at(zone, 2000, at) == at.astimezone(ZoneInfo(zone)).utcoffset()


@pytest.mark.parametrize("zone", ["Europe/Dublin", "America/New_York", "Asia/Kolkata", "Africa/Cairo",
                                  "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Jerusalem"])  # fmt: skip
@pytest.mark.parametrize("year", [2000, 2026])
def test_another_reader_of_zones_agrees(zone: str, year: int) -> None:
    text = series_in(zone, year).decode()
    start, end = text.index("BEGIN:VTIMEZONE"), text.index("BEGIN:VEVENT")
    written = tzical(io.StringIO(text[start:end])).get(zone)
    noon = datetime(year, 7, 1, 12, 0, tzinfo=ZoneInfo(zone))

    for weeks in range(0, 15 * 52, 5):
        wall = noon + timedelta(weeks=weeks)
        assert wall.replace(tzinfo=written).utcoffset() == wall.utcoffset(), wall


def test_a_zone_without_rules_is_written_change_by_change() -> None:
    text = series_in("Africa/Casablanca", 2026).decode()

    assert "RDATE" not in text
    assert text.count("RRULE") == 1  # the series itself
    assert text.count("TZOFFSETFROM") > 50


def test_summer_is_daylight_time_also_where_the_tz_database_has_it_the_other_way_round() -> None:
    (zone,) = read(series_in("Europe/Dublin", 2026)).walk("VTIMEZONE")

    assert [(part.name, part["TZNAME"], part["TZOFFSETTO"].to_ical()) for part in zone.subcomponents] == [
        ("DAYLIGHT", "IST", "+0100"),
        ("STANDARD", "GMT", "+0000"),
    ]  # fmt: skip


def test_a_lasting_change_of_zone_is_no_daylight_time() -> None:
    (zone,) = read(series_in("America/Caracas", 2000)).walk("VTIMEZONE")

    assert [(part.name, part["TZOFFSETTO"].to_ical()) for part in zone.subcomponents] == [
        ("STANDARD", "-0400"),
        ("STANDARD", "-0430"),
        ("STANDARD", "-0400"),
    ]


def test_a_series_in_january_knows_what_the_clocks_did_the_year_before() -> None:
    january = datetime(2027, 1, 11, 0, 0, tzinfo=UTC)
    data = vdir_bytes(changed(zone="Australia/Sydney", start_at=january, recurrence="FREQ=WEEKLY"))
    (zone,) = read(data).walk("VTIMEZONE")

    assert [(part.name, part["DTSTART"].dt.isoformat()) for part in zone.subcomponents] == [
        ("STANDARD", "2026-04-05T03:00:00"),
        ("DAYLIGHT", "2026-10-04T02:00:00"),
    ]


# Hostile text

NASTY = "\x00\x07\x1b\x7f\x85\x9b\u061c\u200b\u202a\u202e\u2028\u2066\ufeff"
any_text = st.text(
    st.one_of(st.characters(), st.sampled_from(NASTY + "\r\n\t\\;,:\"'^=nN €ü漢😀")), max_size=120
)
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


@settings(max_examples=150, deadline=None)
@given(name=any_text, person=any_text, purpose=any_text, place=any_text, link=any_text)
@example(name="\\n\\\\;", person='"^n', purpose="a\\\r\n,b", place="x\\", link="https://e.org/\\n")
@example(name="漢" * 90, person="😀" * 60, purpose="ü" * 200, place="€" * 80, link="")
@example(name="\x1b]52;c;eA==\x07Eve", person="\x9b2J", purpose="\u202ecod", place="", link="")
def test_any_text_comes_through_clean_and_whole(
    name: str, person: str, purpose: str, place: str, link: str
) -> None:
    customer = msgspec.structs.replace(CUSTOMERS["c1"], name=name, city=place, phone=person)
    member = msgspec.structs.replace(MEMBER, name=person)
    meeting = changed(
        member_id="m1",
        attendees=(Attendee(name=person),),
        purpose=purpose,
        place=place,
        link=link,
        reminder_minutes=5,
    )
    data = ICalendar().published([meeting], {"c1": customer}, {"m1": member}, STAMP)

    rows = data.split(b"\r\n")
    assert rows.pop() == b""
    for row in rows:
        assert len(row) <= 75
        assert b"\n" not in row
        assert b"\r" not in row
        assert not FORBIDDEN.search(
            row.decode()
        )  # each row is UTF-8 of its own: no character is split
    event = event_of(data)
    assert event["UID"] == UID
    subject = (
        clean_line(name)
        or clean_line(person)
        or clean_line(clean_text(purpose).strip().partition("\n")[0])
    )
    assert event["SUMMARY"] == (f"Visit: {subject}" if subject else "Visit")
    assert event["DESCRIPTION"].startswith(clean_text(purpose).strip())
    assert event["DESCRIPTION"].endswith("Thu 26 Nov 2026, 10:00 Europe/Vienna")
    if clean_line(place):
        assert event["LOCATION"] == clean_line(place)
    cn = clean_line(clean_line(person).replace('"', "'").replace("^", "").replace("\\", "/"))
    assert event["ORGANIZER"].params["CN"] == (cn or MEMBER.email)


# File names


@pytest.mark.parametrize("uid", [UID, "a", "visit-1@example.com", "a" * 200])
def test_a_plain_uid_is_its_file_name(uid: str) -> None:
    assert ICalendar().file_name(uid) == f"{uid}.ics"


@settings(max_examples=200)
@given(st.text())
@example("../../x")
@example("/etc/passwd")
@example("..")
@example(".hidden")
@example("-rf")
@example("")
@example("A")
@example("a/b")
@example("a\\b")
@example("a\x00b")
@example("a\n")
@example("\ud800")
@example("a" * 201)
def test_no_uid_leaves_the_folder(uid: str) -> None:
    name = ICalendar().file_name(uid)

    assert re.fullmatch(r"[a-z0-9_][a-z0-9._@+-]{0,199}\.ics", name)
    assert PurePosixPath(name).name == name
    assert name == ICalendar().file_name(uid)


def test_two_uids_never_share_a_file() -> None:
    calendar = ICalendar()
    hashed = calendar.file_name("A/1")
    uids = ["a", "A", "A/1", "a/1", "a ", "\ud800", hashed.removesuffix(".ics"), hashed]

    assert len({calendar.file_name(uid) for uid in uids}) == len(uids)

"""Calendars of other programs: what is over, when it was, who was there and how."""

import time
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from dateutil import rrule
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach_tui.domain.touchpoint import TouchpointKind
from outreach_tui.errors import BadInput
from outreach_tui.formats.past_meetings import read_past_meetings
from outreach_tui.services.importing.sources import PastEvent, PastEvents

DATA = Path(__file__).parents[2] / "data" / "calendars"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PEOPLE = (
    "ORGANIZER:mailto:ana@us.example",
    "ATTENDEE:MAILTO:Maria@Alfreds.example",
)


def calendar(*events: str, before: str = "") -> bytes:
    """Return a calendar; lines of an event are parted by `|`."""
    bodies = "".join(
        "\n".join(["BEGIN:VEVENT", *event.split("|"), "END:VEVENT", ""]) for event in events
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{before}{bodies}END:VCALENDAR\n".encode()


def event(*lines: str, times: str = "DTSTART:20261105T090000Z|DTEND:20261105T100000Z") -> str:
    return "|".join(["UID:u1", "SUMMARY:Labels", times, *PEOPLE, *lines])


def read(*events: str, before: str = "") -> PastEvents:
    return read_past_meetings(calendar(*events, before=before), "c.ics", NOW)


def only(*lines: str) -> PastEvent:
    (past,) = read(event(*lines)).events
    return past


def reasons(found: PastEvents) -> list[str]:
    return [problem.reason for problem in found.problems]


def starts(found: PastEvents) -> list[str]:
    return [f"{past.start_at:%Y-%m-%d %H:%M}" for past in found.events]


# Real files


@pytest.mark.parametrize(
    ("file", "expected", "problems"),
    [
        ("blackberry-request.ics", [], ["all day"]),
        ("exchange-2010-request.ics", ["2017-02-24 20:00"], []),
        (
            "itip-conversation-with-mail-headers.ics",
            ["1997-07-01 19:00"],
            ["an answer to an invitation"],
        ),
        ("lotus-notes-request.ics", [f"2005-04-{day} 13:00" for day in range(11, 16)], []),
    ],
)
def test_invitations_of_other_programs_are_read_at_the_right_hour(
    file: str, expected: list[str], problems: list[str]
) -> None:
    found = read_past_meetings((DATA / file).read_bytes(), file, NOW)
    assert (starts(found), reasons(found)) == (expected, problems)


def test_our_own_calendar_is_read_again_with_its_uid() -> None:
    assert only().uid == only().key == "u1"


# What counts


def test_only_what_is_over_and_was_not_called_off_counts() -> None:
    tomorrow = "DTSTART:20261127T090000Z|DTEND:20261127T100000Z"
    running = "DTSTART:20261126T113000Z|DTEND:20261126T123000Z"
    for times, line, reason in (
        (tomorrow, "", "not over yet"),
        (running, "", "not over yet"),
        ("DTSTART;VALUE=DATE:20261105", "", "all day"),
        ("DTSTART:20261105T090000Z", "", "without length"),
        ("DTSTART:20261105T090000Z|DURATION:P2D", "", "a day or longer"),
        ("DTSTART:20261105T090000|DURATION:PT1H", "", "its time names no zone that is known"),
        ("DTSTART;TZID=Mars:20261105T090000|DURATION:PT1H", "", "its time names no zone that is known"),
        ("DTSTART:20261105T990000Z|DURATION:PT1H", "", "its start cannot be read"),
        ("DTSTART:20261105T090000Z|DURATION:PT1H", "STATUS:CANCELLED", "cancelled"),
    ):  # fmt: skip
        found = read(event(*([line] if line else []), times=times))
        assert (found.events, reasons(found)) == ((), [reason]), times


def test_a_later_state_and_a_cancellation_take_the_place_of_the_first() -> None:
    moved = event("SEQUENCE:1", times="DTSTART:20261106T090000Z|DURATION:PT30M")
    assert starts(read(event("SEQUENCE:0"), moved)) == ["2026-11-06 09:00"]
    off = calendar(event("SEQUENCE:2"), before="METHOD:CANCEL\n")
    found = read_past_meetings(calendar(moved) + off, "c.ics", NOW)
    assert (found.events, reasons(found)) == ((), ["cancelled"])


def test_problems_name_the_line_of_the_event() -> None:
    found = read(event(), event().replace("UID:u1", "UID:u2") + "|STATUS:CANCELLED")
    assert [(p.row, p.reason) for p in found.problems] == [(12, "cancelled")]


# When


def test_windows_names_of_zones_and_iana_names_give_the_right_hour() -> None:
    for zone in ("Europe/Berlin", "W. Europe Standard Time"):
        found = read(event(times=f"DTSTART;TZID={zone}:20260702T090000|DURATION:PT45M"))
        assert starts(found) == ["2026-07-02 07:00"]
        assert found.events[0].minutes == 45


def test_a_series_keeps_its_wall_time_and_ends_now() -> None:
    weekly = event(
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Europe/Berlin:20261029T090000",
        times="DTSTART;TZID=Europe/Berlin:20261015T090000|DURATION:PT1H",
    )
    found = read(weekly)
    assert starts(found) == [
        *("2026-10-15 07:00", "2026-10-22 07:00"),  # summer time
        *("2026-11-05 08:00", "2026-11-12 08:00", "2026-11-19 08:00", "2026-11-26 08:00"),
    ]
    assert found.events[0].key == "u1/20261015T070000Z"
    assert found.events[0].zone == "Europe/Berlin"


def test_one_of_a_series_that_was_moved_or_called_off_is_not_doubled() -> None:
    weekly = event("RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("RECURRENCE-ID:20261112T090000Z", times="DTSTART:20261113T150000Z|DURATION:PT1H")
    off = event(
        "RECURRENCE-ID:20261119T090000Z", "STATUS:CANCELLED", times="DTSTART:20261119T090000Z"
    )
    found = read(weekly, moved, off)
    assert [(p.key, f"{p.start_at:%d %H}") for p in found.events] == [
        ("u1/20261105T090000Z", "05 09"),
        ("u1/20261112T090000Z", "13 15"),
    ]
    assert reasons(found) == ["cancelled"]


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", 4),
        ("FREQ=DAILY;UNTIL=20261107T090000Z", 3),
        ("FREQ=DAILY;UNTIL=20261107", 3),
        ("FREQ=MONTHLY;BYDAY=1TH", 1),
        ("FREQ=WEEKLY;BYDAY=TH,FR;COUNT=4", 4),
        ("FREQ=DAILY;INTERVAL=7", 4),
    ],
)
def test_rules_that_people_use_are_followed(rule: str, count: int) -> None:
    assert len(read(event(f"RRULE:{rule}")).events) == count


def test_rules_that_would_keep_a_computer_busy_are_not_followed() -> None:
    start = time.process_time()
    for rule in (
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYSETPOS=50",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=DAILY;BYDAY=9XX",
        "FREQ=WEEKLY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=0;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=99999999999",
        "FREQ=MONTHLY;BYSETPOS=0",
    ):
        found = read(event(f"RRULE:{rule}"))
        assert found.events == ()
        assert len(found.problems) == 1
    forever = read(event("RRULE:FREQ=DAILY", times="DTSTART:19700101T090000Z|DURATION:PT1H"))
    assert len(forever.events) == 1000
    assert starts(forever)[-1] == "2026-11-26 09:00"
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "rule", ["MONTHLY;BYMONTH=2;BYMONTHDAY=30", "MONTHLY;BYSETPOS=40;BYDAY=MO;COUNT=3"]
)
def test_a_rule_that_names_no_day_is_not_followed_to_the_end_of_time(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = 0
    look = rrule._iterinfo.rebuild

    def counted(self: object, year: int, month: int) -> None:
        nonlocal months
        months += 1
        look(self, year, month)

    monkeypatch.setattr(rrule._iterinfo, "rebuild", counted)
    assert reasons(read(event(f"RRULE:FREQ={rule}"))) == ["not over yet"]
    assert 0 < months < 12 * 400


@given(
    st.integers(40_000, 46_000),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 60),
    st.sampled_from(["", ";BYDAY=MO,TH", ";COUNT=9", ";UNTIL=20200229T120000", ";WKST=SU"]),
)
@example(0, "DAILY", 1, "")
def test_a_series_is_what_its_rule_says(
    days: int, frequency: str, interval: int, more: str
) -> None:
    first = datetime(1900, 1, 1, 9, tzinfo=UTC).replace(tzinfo=None) + timedelta(days=days)
    rule = f"FREQ={frequency};INTERVAL={interval}{more}"
    past = takewhile(
        lambda at: at + timedelta(hours=1) <= NOW.replace(tzinfo=None),
        rrule.rrulestr(rule, dtstart=first),
    )
    expected = [f"{at:%Y-%m-%d %H:%M}" for at in past]
    found = read(event(f"RRULE:{rule}", times=f"DTSTART:{first:%Y%m%dT%H%M%S}Z|DURATION:PT1H"))
    assert starts(found) == expected[-1000:]
    assert len(found.notes) == (len(expected) > 1000)


def test_what_of_long_series_is_not_read_is_said() -> None:
    daily = event("RRULE:FREQ=DAILY", times="DTSTART:20200101T090000Z|DURATION:PT1H")
    added = ",".join(f"{2000 + n // 12}{n % 12 + 1:02}01T100000Z" for n in range(12 * 26))
    weekly = event(
        "RRULE:FREQ=WEEKLY",
        f"RDATE:{added}",
        times="DTSTART:20080101T090000Z|DURATION:PT1H",
    )
    found = read(daily, weekly.replace("UID:u1", "UID:u2"))
    assert len(found.events) == 2000  # of 2,522 and of 987 + 312
    assert starts(found)[-1] == "2026-11-24 09:00"
    assert found.notes == (
        "older events of series with more than 1,000 are not read: 1,821, the first such series in line 4",
    )
    assert read(event("RRULE:FREQ=WEEKLY")).notes == ()


# Who and how


def test_addresses_are_of_those_who_were_there() -> None:
    past = only(
        "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@x.example",
        "ATTENDEE;CUTYPE=ROOM:mailto:room@x.example",
        "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:boss@x.example",
        "ATTENDEE;EMAIL=Cleo@x.example:urn:uuid:1",
        "ATTENDEE:tel:+1",
    )
    assert past.addresses == ("maria@alfreds.example", "cleo@x.example", "ana@us.example")
    assert (past.declined, past.organizer) == (("bob@x.example",), "ana@us.example")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("LOCATION:Obere Str. 57, Berlin", TouchpointKind.VISIT),
        ("LOCATION:https://meet.example/abc", TouchpointKind.VIDEO),
        ("LOCATION:Microsoft Teams Meeting", TouchpointKind.VIDEO),
        ("DESCRIPTION:Join: https://us02web.zoom.us/j/1?pwd=x", TouchpointKind.VIDEO),
        ("X-GOOGLE-CONFERENCE:https://meet.google.com/a", TouchpointKind.VIDEO),
        ("DESCRIPTION:see https://alfreds.example", TouchpointKind.CALL),
        ("LOCATION:+49 30 0074321", TouchpointKind.CALL),
        ("LOCATION:Telefon", TouchpointKind.CALL),
        ("CLASS:PUBLIC", TouchpointKind.CALL),
    ],
)
def test_the_kind_is_what_the_event_says(line: str, kind: TouchpointKind) -> None:
    assert only(line).kind is kind


# Faults and hostile files


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"BEGIN:VCARD\nEND:VCARD\n",
        b"\x00\x01BEGIN:VCALENDAR\nEND:VCALENDAR",
        calendar(event())[:-40],
    ],
)
def test_what_is_no_whole_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match=r"c\.ics"):
        read_past_meetings(data, "c.ics", NOW)


@pytest.mark.parametrize("text", ["DESCRIPTION:see {} below", "SUMMARY:{}", "COMMENT:folded|  {}"])
@pytest.mark.parametrize("mark", ["BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT"])
def test_a_text_that_speaks_of_calendars_begins_and_ends_none(text: str, mark: str) -> None:
    first = event(text.format(mark))
    found = read(first, "UID:u2|DTSTART;VALUE=DATE:20261105")
    assert [past.line for past in found.events] == [4]
    assert [p.row for p in found.problems] == [4 + first.count("|") + 3]


@pytest.mark.parametrize(
    ("written", "as_"),
    [
        (b"BEGIN:VCALENDAR", b"\xef\xbb\xbfBEGIN:VCALENDAR"),
        (b"BEGIN:VCALENDAR", b"\n\nBegin:vCalendar"),
        (b":VCALENDAR\n", b":VCALENDAR  \n"),
        (b":VEVENT\n", b":VEVENT \r\n"),
        (b"BEGIN:VCALENDAR", b"BEGIN:VTODO\nEND:VTODO\nBEGIN:VCALENDAR"),
        (b"\n", b"\r\n"),
    ],
)
def test_a_calendar_may_begin_and_end_as_programs_write_it(written: bytes, as_: bytes) -> None:
    data = calendar(event()).replace(written, as_)
    assert len(read_past_meetings(data, "c.ics", NOW).events) == 1


class Counting(bytes):
    """Bytes that add up how many of them were gone through in search of line ends."""

    looked = 0

    def count(self, what: Any, start: Any = None, end: Any = None) -> int:
        first, last, _ = slice(start, end).indices(len(self))
        Counting.looked += last - first
        return super().count(what, start, end)


def test_the_lines_of_many_events_are_counted_in_one_go() -> None:
    data = Counting(calendar(*[event()] * 200))
    Counting.looked = 0
    assert len(read_past_meetings(data, "c.ics", NOW).events) == 1
    assert 0 < Counting.looked <= len(data)


def test_control_and_bidi_characters_are_taken_out() -> None:
    text = event("LOCATION:x").replace("Labels", "La\x07\x1b[31mbels\u202e")
    (past,) = read(text).events
    assert past.title == "Labels"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "DTSTART",
                    "DTEND",
                    "DURATION",
                    "RRULE",
                    "RDATE",
                    "EXDATE",
                    "RECURRENCE-ID",
                    "ATTENDEE",
                    "ORGANIZER",
                    "SEQUENCE",
                    "DTSTAMP",
                    "STATUS",
                    "UID",
                    "BEGIN",
                    "END",
                ]
            ),
            st.sampled_from(["", ";VALUE=DATE", ";TZID=Europe/Berlin", ';TZID="', ";VALUE=PERIOD"]),
            st.one_of(
                st.sampled_from(
                    ["20261105T090000Z", "20261105", "PT1H", "FREQ=DAILY", "-P1D", "1"]
                ),
                st.text(alphabet='0129TZP;:,=-abFREQ\\"', max_size=20),
            ),
        ),
        max_size=8,
    )
)
def test_whatever_an_event_holds_it_is_read_or_refused_with_a_reason(
    properties: list[tuple[str, str, str]],
) -> None:
    lines = "|".join(f"{name}{params}:{value}" for name, params, value in properties)
    try:
        read(event() + "|" + lines if lines else event())
    except BadInput as error:
        assert error.title.startswith("c.ics")

"""Past meetings of a calendar: with whom they were, what they become, and what a second import changes."""

from datetime import UTC, date, datetime

import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Record
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind
from outreach_tui.errors import BadInput
from outreach_tui.formats.ics import ICalendar
from outreach_tui.formats.past_meetings import read_past_meetings
from outreach_tui.services.importing.plan import FileReport
from outreach_tui.services.imports import Imports

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ALFREDS, HORN = Customer(id="c1", name="Alfreds"), Customer(id="c2", name="Around the Horn")
ANA = Member(id="ana", name="Ana", email="ana@us.example", zone="Europe/Berlin")
MARIA = Contact(
    id="maria",
    name="Maria Anders",
    emails=("Maria@Alfreds.example",),
    employments=(Employment(customer_id="c1"),),
)
TIMES = "DTSTART:20260226T090000Z\nDTEND:20260226T094500Z"


class Desk:
    """A file, and calendars that come in."""

    def __init__(self, *records: Record) -> None:
        self.store = MemoryStore([ALFREDS, HORN, ANA, MARIA, *records])
        self.imports = Imports(make_workspace(self.store))

    def bring(self, *events: str, kind: str | None = None) -> FileReport:
        bodies = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
        data = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{bodies}END:VCALENDAR\n".encode()
        plan = self.imports.preview([read_past_meetings(data, "c.ics", NOW)], kind=kind)
        self.imports.apply(plan)
        return plan.files[0]

    @property
    def touchpoints(self) -> list[Touchpoint]:
        return self.store.all(Touchpoint)


def event(
    *lines: str,
    uid: str = "u1",
    times: str = TIMES,
    organizer: str = "ana@us.example",
    attendee: str = "maria@alfreds.example",
) -> str:
    return "\n".join(
        [
            *(f"UID:{uid}", "SUMMARY:Labels in Polish", times),
            *(f"ORGANIZER:mailto:{organizer}", f"ATTENDEE:mailto:{attendee}", *lines),
        ]
    )


def counts(report: FileReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.skipped)


def reason(report: FileReport) -> str:
    assert counts(report) == (0, 0, 0, 1)
    return report.skipped[0].reason


def test_a_past_meeting_with_a_contact_becomes_a_touchpoint_and_only_once() -> None:
    desk = Desk()
    report = desk.bring(event("LOCATION:Obere Str. 57"))
    assert counts(report) == (1, 0, 0, 0)
    (talk,) = desk.touchpoints
    assert (talk.customer_ids, talk.contact_ids, talk.member_id) == (("c1",), ("maria",), "ana")
    assert (talk.kind, talk.outcome, talk.direction) == (
        TouchpointKind.VISIT,
        Outcome.HELD,
        Direction.OUT,
    )
    assert (talk.at, talk.minutes, talk.zone) == (
        datetime(2026, 2, 26, 9, tzinfo=UTC),
        45,
        "Europe/Berlin",
    )
    assert (talk.note, talk.plain, talk.external_ids) == (
        "Labels in Polish",
        True,
        {"iCalendar": "u1"},
    )
    again = desk.bring(event("LOCATION:Obere Str. 57"))
    assert (counts(again), again.conversations) == ((0, 0, 1, 0), ())
    assert len(desk.store.commits) == 1


def test_what_was_noted_about_it_stays_when_the_calendar_moves_it() -> None:
    desk = Desk()
    desk.bring(event())
    (talk,) = desk.touchpoints
    later = "DTSTART:20260226T100000Z\nDTEND:20260226T103000Z"
    assert counts(desk.bring(event(times=later))) == (0, 1, 0, 0)
    (moved,) = desk.touchpoints
    assert (moved.id, moved.note, moved.minutes) == (talk.id, talk.note, 30)


def test_the_preview_asks_whether_it_was_held() -> None:
    (talk,) = Desk().bring(event()).conversations
    assert (talk.customers, talk.contacts, talk.title) == (
        ("Alfreds",),
        ("Maria Anders",),
        "Labels in Polish",
    )


def test_every_past_one_of_a_series_comes_in_once() -> None:
    weekly = event("RRULE:FREQ=WEEKLY", times="DTSTART:20260212T090000Z\nDTEND:20260212T093000Z")
    desk = Desk()
    assert counts(desk.bring(weekly)) == (3, 0, 0, 0)
    assert counts(desk.bring(weekly)) == (0, 0, 3, 0)


def test_who_invited_whom_is_the_direction() -> None:
    desk = Desk()
    desk.bring(event(organizer="maria@alfreds.example", attendee="ana@us.example"))
    (talk,) = desk.touchpoints
    assert (talk.direction, talk.member_id) == (Direction.IN, "ana")


def test_only_a_whole_address_of_one_contact_tells_who_was_there() -> None:
    assert reason(Desk().bring(event(attendee="max@alfreds.example"))) == (
        "nobody on file has an address of its attendees"
    )
    twin = Contact(id="max", name="Max", emails=("maria@alfreds.example",))
    assert reason(Desk(twin).bring(event())) == "nobody on file has an address of its attendees"


def test_the_customer_is_where_the_person_worked_that_day() -> None:
    moved = Contact(
        id="thomas",
        name="Thomas Hardy",
        emails=("thomas@example.com",),
        employments=(
            Employment(customer_id="c1", to_on=date(2026, 1, 31)),
            Employment(customer_id="c2", from_on=date(2026, 2, 1)),
        ),
    )
    desk = Desk(moved)
    january = "DTSTART:20260115T090000Z\nDTEND:20260115T100000Z"
    desk.bring(
        event(attendee="thomas@example.com", uid="a", times=january),
        event(attendee="thomas@example.com", uid="b"),
    )
    assert [t.customer_ids for t in desk.touchpoints] == [("c1",), ("c2",)]
    gone = Contact(id="eve", name="Eve", emails=("eve@example.com",))
    assert reason(Desk(gone).bring(event(attendee="eve@example.com"))) == (
        "its attendees worked at no customer that day"
    )


def test_a_meeting_that_we_planned_and_exported_is_not_doubled() -> None:
    planned = Meeting(
        id="m1",
        uid="ours",
        start_at=datetime(2026, 2, 26, 9, tzinfo=UTC),
        changed_at=NOW,
        zone="Europe/Berlin",
        minutes=60,
        kind=MeetingKind.VISIT,
        customer_ids=("c1",),
    )
    desk = Desk(planned)
    data = ICalendar().published([planned], {"c1": ALFREDS}, {}, NOW)
    plan = desk.imports.preview([read_past_meetings(data, "ours.ics", NOW)])
    assert plan.changes == ()
    assert reason(plan.files[0]) == "planned here: say of the meeting itself that it was held"


def test_a_conversation_of_that_day_that_somebody_wrote_down_is_not_doubled() -> None:
    noted = Touchpoint(
        id="t1",
        customer_ids=("c1",),
        kind=TouchpointKind.CALL,
        at=datetime(2026, 2, 26, 16, tzinfo=UTC),
        zone="Europe/Berlin",
    )
    assert reason(Desk(noted).bring(event())) == (
        "a conversation with the customer is noted for that day already"
    )
    # Two meetings of one day in the calendar are two.
    assert counts(Desk().bring(event(uid="a"), event(uid="b"))) == (2, 0, 0, 0)


def test_a_meeting_that_we_declined_was_held_without_us() -> None:
    desk = Desk()
    declined = event(
        "ATTENDEE;PARTSTAT=DECLINED:mailto:ANA@us.example", organizer="maria@alfreds.example"
    ).replace("ATTENDEE:mailto:maria@alfreds.example\n", "")
    assert reason(desk.bring(declined)) == "declined by one of us"


def test_a_calendar_brings_meetings_only() -> None:
    with pytest.raises(BadInput, match="there are meetings in a calendar"):
        Desk().bring(event(), kind="customers")

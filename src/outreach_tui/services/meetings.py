"""Plan, move, confirm and cancel meetings; the stored UID and SEQUENCE make calendars update."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import main_contact
from outreach_tui.domain.hours import WEEKENDS, Diary, FreeDays, add_working_days
from outreach_tui.domain.meeting import Attendee, Meeting, MeetingKind, MeetingState
from outreach_tui.domain.names import find_named
from outreach_tui.domain.record import Change, Put
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import local_day, say_weekday, to_instant, zone_info
from outreach_tui.errors import NotFound, Refused
from outreach_tui.services.settling import difference, removed, worked_out_again
from outreach_tui.services.workspace import Workspace

SEARCH_DAYS = 15
"""A free time is looked for within so many working days."""
STEP = timedelta(minutes=30)
FURTHEST = timedelta(days=3650)
"""A meeting further ahead is a slip of the finger."""
WORKED_OUT = ("sequence", "changed_at")
"""The fields that nobody chooses."""


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says about a meeting to come."""

    customer_ids: tuple[str, ...]
    kind: MeetingKind
    start_at: datetime
    """UTC."""
    minutes: int = 60
    contact_ids: tuple[str, ...] = ()
    """Empty for the customer's main contact."""
    zone: str = ""
    """Where the wall time was read; empty for the member's zone."""
    place: str = ""
    link: str = ""
    purpose: str = ""
    meal: bool = False
    reminder_minutes: int | None = None


class Meetings:
    """The meetings of the team."""

    def __init__(self, workspace: Workspace, calendar: FreeDays = WEEKENDS) -> None:
        self._calendar = calendar
        self._workspace = workspace

    def all(self) -> Sequence[Meeting]:
        """Return every meeting, by start and id."""
        return sorted(self._workspace.store.all(Meeting), key=lambda m: (m.start_at, m.id))

    def between(self, from_on: date, to_on: date) -> list[Meeting]:
        """Return the meetings that are not cancelled and start on these days, where the member is."""
        zone = self._workspace.zone
        return [
            m
            for m in self.all()
            if m.state is not MeetingState.CANCELLED
            and from_on <= local_day(m.start_at, zone) <= to_on
        ]

    def find(self, typed: str) -> Meeting:
        """Return the meeting that `typed` names: the end of its id, or a customer with one meeting ahead.

        Raises NotFound or Ambiguous.
        """
        meetings = self.all()
        by_id = [m for m in meetings if len(typed) >= 4 and m.id.endswith(typed.casefold())]
        if len(by_id) == 1:
            return by_id[0]
        return find_named(
            typed,
            [m for m in meetings if m.ahead],
            what="meeting",
            name=self._with_whom,
            id_=lambda m: m.id,
            label=self.label,
        )

    def label(self, meeting: Meeting) -> str:
        """Return how a meeting is listed: kind, customers, local time, end of the id."""
        local = meeting.start_at.astimezone(zone_info(meeting.zone))
        return f"{meeting.kind.value} {self._with_whom(meeting)} {local:%Y-%m-%d %H:%M} ({meeting.id[-6:]})"

    def _with_whom(self, meeting: Meeting) -> str:
        customers = (self._workspace.store.get(Customer, id_) for id_ in meeting.customer_ids)
        return ", ".join(c.name for c in customers if c) or meeting.purpose

    def plan(self, wanted: Appointment, *, also: Sequence[Change] = ()) -> Meeting:
        """Write a new meeting and return it.

        Raises Refused for a past start or a length that makes no sense, NotFound for a customer that was removed.
        """
        workspace = self._workspace
        if any(workspace.store.get(Customer, id_) is None for id_ in wanted.customer_ids):
            raise NotFound("this customer is no longer on file", "somebody removed it meanwhile")
        writer, made = workspace.writer()
        self._refuse_past(wanted.start_at)
        if not 0 < wanted.minutes <= 24 * 60:
            raise Refused(
                f"a meeting of {wanted.minutes} minutes cannot be planned", "give 1 to 1440 minutes"
            )
        meeting = Meeting(
            id=(id_ := workspace.ids.new()),
            uid=id_,
            customer_ids=wanted.customer_ids,
            attendees=self._attendees(wanted),
            kind=wanted.kind,
            start_at=wanted.start_at.astimezone(UTC),
            zone=wanted.zone or writer.zone,
            minutes=wanted.minutes,
            place=clean_line(wanted.place),
            link=clean_line(wanted.link),
            purpose=clean_line(wanted.purpose),
            meal=wanted.meal,
            reminder_minutes=wanted.reminder_minutes,
            member_id=writer.id,
            changed_at=self._stamp(),
        )
        did = f"planned {said_meeting(meeting)} with {self._with_whom(meeting) or 'nobody'}"
        if meeting.kind is MeetingKind.BLOCK:
            did = f"planned {said_meeting(meeting)}"
        workspace.commit(did, [*made, Put(meeting), *also], writer=writer)
        return meeting

    def move(self, meeting: Meeting, start_at: datetime, minutes: int | None = None) -> Meeting:
        """Give a meeting, as it was seen, another time: one more in its sequence.

        Raises Refused if it is over by now or the time is past, Conflict if somebody else moved it since it was seen.
        """
        self._refuse_past(start_at)
        start_at = start_at.astimezone(UTC)
        length = meeting.minutes if minutes is None else minutes
        if meeting.ahead and (start_at, length) == (meeting.start_at, meeting.minutes):
            raise Refused("this meeting is at that time already", "nothing was changed")
        return self._change(
            meeting,
            f"moved {said_meeting(meeting)} with {self._with_whom(meeting)}",
            _cannot_move,
            start_at=start_at,
            minutes=length,
        )

    def confirm(self, meeting: Meeting) -> Meeting:
        """Say that the others agreed. Raises Refused if it is over by now, Conflict if its state was changed."""
        did = f"confirmed {said_meeting(meeting)} with {self._with_whom(meeting)}"
        return self._change(meeting, did, _cannot_confirm, state=MeetingState.CONFIRMED)

    def cancel(self, meeting: Meeting) -> Meeting:
        """Call a meeting off: one more in its sequence, so that calendars take it out. Raises as `confirm`."""
        did = f"cancelled {said_meeting(meeting)} with {self._with_whom(meeting)}"
        return self._change(meeting, did, _cannot_cancel, state=MeetingState.CANCELLED)

    def no_show(self, meeting: Meeting) -> Meeting:
        """Say that nobody came. Raises as `confirm`, and Refused if it is still to come."""
        did = f"marked {said_meeting(meeting)} with {self._with_whom(meeting)} as missed"

        def check(now: Meeting) -> None:
            if not now.ahead or now.start_at > self._workspace.now:
                raise Refused("only a meeting that has begun can be missed", "cancel it instead")

        return self._change(meeting, did, check, state=MeetingState.NO_SHOW)

    def clashes(self, start_at: datetime, minutes: int, *, other_than: str = "") -> list[Meeting]:
        """Return the member's meetings ahead that overlap this time."""
        end_at = start_at + timedelta(minutes=minutes)
        me = self._workspace.member.id
        return [
            m
            for m in self.all()
            if m.ahead
            and m.id != other_than
            and m.member_id == me
            and m.start_at < end_at
            and start_at < m.end_at
        ]

    def next_free(self, customer_id: str, minutes: int) -> datetime:
        """Return the next time that suits both calendars and collides with no meeting of the member, UTC.

        From tomorrow, at the beginning of the hours they share on a day when both work; at ten in the morning where
        they share none.
        """
        workspace, member = self._workspace, self._workspace.member
        customer = workspace.store.get(Customer, customer_id)
        place = customer.place if customer else None
        diary = Diary(workspace.today, member, self._calendar)
        on = workspace.today
        fallback = time(10, 0)
        for _ in range(SEARCH_DAYS):
            on = add_working_days(on, 1, member.working_days)
            window = None if diary.free_here(on) else diary.window(on, place)
            if window is None:
                continue
            opens, closes = time.fromisoformat(window.from_), time.fromisoformat(window.to)
            start = to_instant(
                on, max(opens, fallback) if closes > fallback else opens, member.zone
            )
            last = to_instant(on, closes, member.zone) - timedelta(minutes=minutes)
            while start <= last:
                if not self.clashes(start, minutes):
                    return start
                start += STEP
        return to_instant(
            add_working_days(workspace.today, 1, member.working_days), fallback, member.zone
        )

    def _attendees(self, wanted: Appointment) -> tuple[Attendee, ...]:
        if wanted.kind is MeetingKind.BLOCK:
            return ()
        store = self._workspace.store
        people = [c for id_ in wanted.contact_ids if (c := store.get(Contact, id_)) is not None]
        if not people:
            found = (
                main_contact(id_, store.of_customer(Contact, id_)) for id_ in wanted.customer_ids
            )
            people = [c for c in found if c is not None]
        return tuple(
            Attendee(name=c.name, contact_id=c.id, email=c.emails[0] if c.emails else "")
            for c in people
        )

    def _refuse_past(self, start_at: datetime) -> None:
        if start_at < self._workspace.now:
            local = start_at.astimezone(zone_info(self._workspace.zone))
            raise Refused(
                f"{say_weekday(local.date())} {local.year} {local:%H:%M} is in the past",
                "choose a time ahead, or log what happened",
            )
        if start_at > self._workspace.now + FURTHEST:
            raise Refused(
                f"{start_at:%Y-%m-%d} is more than {FURTHEST.days // 365} years ahead",
                "look at the year",
            )

    def _change(
        self, seen: Meeting, did: str, check: Callable[[Meeting], None], **fields: object
    ) -> Meeting:
        """Change what a person saw, if `check` has nothing against it as the meeting is by now."""
        changed = {name for name, value in fields.items() if value != getattr(seen, name)}
        return worked_out_again(
            lambda: self._change_once(seen, did, check, fields),
            lambda clash: clash.id == seen.id and clash.field in changed,
        )

    def _change_once(
        self,
        seen: Meeting,
        did: str,
        check: Callable[[Meeting], None],
        fields: Mapping[str, object],
    ) -> Meeting:
        store = self._workspace.store
        now = store.get(Meeting, seen.id)
        if now is None:
            raise removed("this meeting")
        check(now)
        wanted = msgspec.structs.replace(
            seen,
            **fields,
            # A calendar takes only what is above the number that it knows, whoever gave that.
            sequence=now.sequence + (fields.get("state") in (None, MeetingState.CANCELLED)),
            changed_at=self._stamp(),
        )
        # Two people who move and cancel it in the same moment must not leave a cancelled meeting at another time, nor
        # both give it the same number.
        changes = difference(seen, wanted, now, WORKED_OUT, given=("state", "start_at", "minutes"))
        self._workspace.commit(did, changes)
        return store.get(Meeting, seen.id) or wanted

    def _stamp(self) -> datetime:
        return self._workspace.clock.real_now().replace(microsecond=0)


def _cannot_move(now: Meeting) -> None:
    if not now.ahead:
        raise Refused(f"this meeting is {now.state.value} and cannot be moved", "plan a new one")


def _cannot_confirm(now: Meeting) -> None:
    if now.state is not MeetingState.PLANNED:
        raise Refused(f"this meeting is {now.state.value} already", "nothing was changed")


def _cannot_cancel(now: Meeting) -> None:
    if not now.ahead:
        raise Refused(f"this meeting is {now.state.value} already", "nothing was changed")


def said_meeting(meeting: Meeting) -> str:
    """Return "a visit", "an event", "a call block"."""
    if meeting.kind is MeetingKind.BLOCK:
        return "a call block"
    return f"{'an' if meeting.kind is MeetingKind.EVENT else 'a'} {meeting.kind.value}"

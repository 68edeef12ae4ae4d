"""What is coming, as text: meetings, promises and renewals."""

from collections.abc import Mapping

from outreach_tui.domain.ids import short
from outreach_tui.domain.meeting import Meeting, MeetingState
from outreach_tui.domain.promise import Owner, Promise
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import say_weekday, zone_info
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.layout import PieceLine, hanging
from outreach_tui.presentation.words import (
    DONE,
    LATE,
    WAITING,
    both_times,
    meeting_kind,
    town_of_zone,
)

CLOCK, DAY = 15, 19
"""Cells for the time of a meeting, and for a day with its year."""

Names = Mapping[str, str]
"""Names of customers by id."""


def whom(meeting: Meeting, names: Names) -> str:
    """Return with whom a meeting is, or what it is for."""
    found = ", ".join(names[id_] for id_ in meeting.customer_ids if id_ in names)
    return found or meeting.purpose or "nobody"


def meeting_lines(
    meeting: Meeting, names: Names, their_zone: str, reading: Reading, room: int
) -> list[PieceLine]:
    """Return a meeting of the agenda: when here and there, what, with whom, where, for what."""
    info = zone_info(reading.zone)
    start, end = meeting.start_at.astimezone(info), meeting.end_at.astimezone(info)
    over = meeting.ahead and meeting.end_at <= reading.now
    symbol = LATE if over else DONE if meeting.state is MeetingState.HELD else WAITING
    said = f"{meeting_kind(meeting)} {whom(meeting, names)}"
    there = meeting.start_at.astimezone(zone_info(their_zone))
    if there.utcoffset() != start.utcoffset():
        said += f" ({there:%H:%M} in {town_of_zone(their_zone)})"
    where = [meeting.place, meeting.link, meeting.purpose if meeting.customer_ids else ""]
    state = "what did you hear?" if over else meeting.state.value
    words = ", ".join(filter(None, [said, *where, state]))
    return hanging(
        f"{symbol} {start:%H:%M}–{end:%H:%M}",
        clean_line(f"{words} ({short(meeting.id)})"),
        room,
        indent=CLOCK,
        label_role="late" if over else "",
    )


def promise_lines(
    promise: Promise, name: str, reading: Reading, room: int, *, with_day: bool = False
) -> list[PieceLine]:
    """Return a promise: who promised whom what, and with `with_day` by when."""
    late = promise.due_on is not None and promise.due_on < reading.today
    who = f"you promised {name}" if promise.owner is Owner.US else f"{name} promised"
    label = "promise"
    if with_day:
        day = promise.due_on
        label = f"{say_weekday(day)} {day.year}" if day else "no day set"
    return hanging(
        f"{LATE if late else WAITING} {label}",
        clean_line(f"{who}: {promise.text} ({short(promise.id)})"),
        room,
        indent=DAY if with_day else CLOCK,
        label_role="late" if late else "",
    )


def renewal_lines(name: str, room: int) -> list[PieceLine]:
    """Return a renewal that comes up."""
    return hanging(f"{WAITING} renewal", clean_line(f"of {name}"), room, indent=CLOCK)


def planned_words(meeting: Meeting, their_zone: str, reading: Reading) -> str:
    """Return when a meeting is, in both zones, how long, where, and its id: what is said after planning it."""
    when = both_times(meeting.start_at, reading.zone, their_zone, reading.today)
    parts = [when, f"{meeting.minutes} minutes", meeting.place, meeting.link]
    return clean_line(f"{', '.join(filter(None, parts))} ({short(meeting.id)})")

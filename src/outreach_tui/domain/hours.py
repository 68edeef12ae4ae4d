"""When two people are both at work: the call window of a day, and working days."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from outreach_tui.domain.day_list import CallWindow
from outreach_tui.domain.when import zone_info

THEIR_FROM, THEIR_TO = time(9, 0), time(17, 0)
"""A customer's office hours, as far as we know them."""
SHORTEST_MINUTES = 30
"""A shorter overlap is no call window."""
WORKING_DAYS = (0, 1, 2, 3, 4)


def call_window(
    on: date, works_from: time, works_to: time, zone: str, their_zone: str
) -> CallWindow | None:
    """Return when both are at work on `on` (the member's day), None if that is under 30 minutes.

    Their office day may begin on the day before or after, seen from the member.
    """
    ours, theirs = zone_info(zone), zone_info(their_zone)
    start, end = datetime.combine(on, works_from, ours), datetime.combine(on, works_to, ours)
    best: tuple[datetime, datetime] | None = None
    for shift in (0, -1, 1):
        their_day = on + timedelta(days=shift)
        opens = max(start.astimezone(theirs), datetime.combine(their_day, THEIR_FROM, theirs))
        closes = min(end.astimezone(theirs), datetime.combine(their_day, THEIR_TO, theirs))
        # In UTC, since subtracting two times of one zone ignores its clock changes.
        length = closes.timestamp() - opens.timestamp()
        if length >= SHORTEST_MINUTES * 60 and (
            best is None or length > best[1].timestamp() - best[0].timestamp()
        ):
            best = opens, closes
    if best is None:
        return None
    opens, closes = best
    return CallWindow(
        from_=f"{opens.astimezone(ours):%H:%M}",
        to=f"{closes.astimezone(ours):%H:%M}",
        their_from=f"{opens:%H:%M}",
        their_to=f"{closes:%H:%M}",
        their_zone=their_zone,
    )


def add_working_days(on: date, count: int, working_days: Collection[int] = WORKING_DAYS) -> date:
    """Return the day `count` working days after `on`; calendar days if no weekday is a working day."""
    if not any(day in working_days for day in range(7)):
        return on + timedelta(days=count)
    while count > 0:
        on += timedelta(days=1)
        count -= on.weekday() in working_days
    return on

"""What brings customers together: an event to invite to, and an introduction.

A list has one of each; `docs/decisions/0013-bringing-together.md` says why, and how the events take turns.
"""

from collections.abc import Callable, Collection, Sequence, Set
from datetime import date

from outreach_tui.domain.co_creation import working_session
from outreach_tui.domain.day_list import Suggestion
from outreach_tui.domain.hours import Diary
from outreach_tui.domain.journeys import user_group
from outreach_tui.domain.open_events import OpenEvent, free_seats
from outreach_tui.domain.pairs import introduction
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import Standing

URGENT_DAYS = 21
"""Seats in an event that is so near do not wait for their turn."""


def gatherings(
    mine: list[Standing],
    hosts: Set[str],
    today: date,
    settings: TeamSettings,
    diary: Diary,
    *,
    events: Sequence[OpenEvent],
) -> list[Suggestion]:
    """Return at most one event to invite to and one introduction.

    Each stands under the name of one of `hosts` (ids): those who may be talked to today and are not on the list.
    """
    introduce = introduction(mine, hosts, today, diary, [e.coming for e in events])
    # Anybody invited can stand for an event, and only one for an introduction.
    left = hosts - {introduce.customer_id} if introduce is not None else hosts
    invite = _event(mine, left, today, settings, diary, events=events)
    return [item for item in (invite, introduce) if item is not None]


def _event(
    mine: list[Standing],
    hosts: Collection[str],
    today: date,
    settings: TeamSettings,
    diary: Diary,
    *,
    events: Sequence[OpenEvent],
) -> Suggestion | None:
    """Return seats in a near event first; else free seats, a working session and a new group take turns by the day."""
    urgent = [e for e in events if (e.on - today).days <= URGENT_DAYS]
    if found := free_seats(mine, hosts, today, diary, urgent):
        return found
    towns = [e.place for e in events if e.place is not None and not e.themes]
    ways: tuple[Callable[[], Suggestion | None], ...] = (
        lambda: user_group(mine, hosts, today, settings, diary, planned=towns),
        lambda: free_seats(mine, hosts, today, diary, events),
        lambda: working_session(mine, hosts, today, diary, events),
    )
    turn = today.toordinal() % len(ways)
    return next((found for way in (*ways[turn:], *ways[:turn]) if (found := way())), None)

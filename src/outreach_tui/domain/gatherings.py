"""What brings customers together: an event to invite to, and an introduction.

A list has one of each; `docs/decisions/0013-bringing-together.md` says why, and how the events take turns.
"""

from collections.abc import Callable, Sequence
from datetime import date

from outreach_tui.domain.co_creation import working_session
from outreach_tui.domain.day_list import Suggestion
from outreach_tui.domain.hours import Diary
from outreach_tui.domain.journeys import IsHost, user_group
from outreach_tui.domain.open_events import OpenEvent, free_seats
from outreach_tui.domain.pairs import introduction
from outreach_tui.domain.regions import Neighbourhood
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import Standing

URGENT_DAYS = 21
"""Seats in an event that is so near do not wait for their turn."""


def gatherings(
    near: Neighbourhood,
    is_host: IsHost,
    today: date,
    settings: TeamSettings,
    diary: Diary,
    *,
    events: Sequence[OpenEvent],
) -> list[Suggestion]:
    """Return at most one event to invite to and one introduction.

    Each stands under the name of somebody who `is_host`. `near` holds all customers of the member.
    """
    introduce = introduction(near.everybody, is_host, today, diary, [e.coming for e in events])

    def is_left(standing: Standing) -> bool:
        # Anybody invited can stand for an event, and only one for an introduction.
        taken = introduce is not None and standing.customer_id == introduce.customer_id
        return not taken and is_host(standing)

    invite = _event(near, is_left, today, settings, diary, events=events)
    return [item for item in (invite, introduce) if item is not None]


def _event(
    near: Neighbourhood,
    is_host: IsHost,
    today: date,
    settings: TeamSettings,
    diary: Diary,
    *,
    events: Sequence[OpenEvent],
) -> Suggestion | None:
    """Return seats in a near event first; else free seats, a working session and a new group take turns by the day."""
    urgent = [e for e in events if (e.on - today).days <= URGENT_DAYS]
    if found := free_seats(near.everybody, is_host, today, diary, urgent):
        return found
    towns = [e.place for e in events if e.place is not None and not e.themes]
    ways: tuple[Callable[[], Suggestion | None], ...] = (
        lambda: user_group(near, is_host, today, settings, diary, planned=towns),
        lambda: free_seats(near.everybody, is_host, today, diary, events),
        lambda: working_session(near.everybody, is_host, today, diary, events),
    )
    turn = today.toordinal() % len(ways)
    return next((found for way in (*ways[turn:], *ways[:turn]) if (found := way())), None)

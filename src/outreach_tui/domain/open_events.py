"""Planned events with free seats, and whom they would suit (SUGGESTIONS.md, Kinds)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from outreach_tui.domain.acquaintance import Said
from outreach_tui.domain.day_list import Lane, Near, Reason, Suggestion, SuggestionKind
from outreach_tui.domain.group_event import EventSort, GroupEvent, InvitationState
from outreach_tui.domain.hours import Diary
from outreach_tui.domain.journeys import (
    GROUP_REST_DAYS,
    NEAR_SHOWN,
    IsHost,
    before,
    host_of,
    rested,
)
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.pairs import ask_words
from outreach_tui.domain.place import Place, distance_km
from outreach_tui.domain.reasons import is_muted
from outreach_tui.domain.regions import KM_A_DEGREE
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import Standing, can_meet
from outreach_tui.domain.user_group import UserGroup
from outreach_tui.domain.when import local_day, say_day, say_weekday

NOTICE_DAYS = 7
"""Nobody is invited to what is sooner."""
INVITED_PER_SEAT = 4
"""So many invitations fill a seat (SUGGESTIONS.md, Where to hold a user group)."""
SEATS = "seats"
"""Code of the reason."""


_COME = (InvitationState.ACCEPTED, InvitationState.ATTENDED)
_NAMES = {
    EventSort.USER_GROUP: "The user group",
    EventSort.CUSTOMER_DAY: "The customer day",
    EventSort.WORKING_SESSION: "The working session",
}


class OpenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A planned event with free seats."""

    id: str
    name: str
    on: date
    place: Place | None
    radius_km: int
    seats: int
    free: int
    """0 also where enough are asked."""
    themes: tuple[str, ...]
    """Of a working session: only who asked for one of them is invited."""
    invited: frozenset[str]
    """Ids of the customers who were, whatever they answered."""
    coming: frozenset[str]


def open_events(
    events: Iterable[GroupEvent],
    meetings: Mapping[str, Meeting],
    groups: Mapping[str, UserGroup],
    settings: TeamSettings,
    today: date,
) -> tuple[OpenEvent, ...]:
    """Return the events that are ahead, the first one first; full ones too, since customers meet there."""
    found = []
    for event in events:
        meeting = meetings.get(event.meeting_id)
        if meeting is None or not meeting.ahead:
            continue
        on = local_day(meeting.start_at, meeting.zone)
        if on < today:
            continue
        group = groups.get(event.group_id or "")
        coming = [i for i in event.invitations if i.state in _COME]
        sought = len(event.invitations) < event.capacity * INVITED_PER_SEAT
        session = event.sort is EventSort.WORKING_SESSION
        found.append(
            OpenEvent(
                id=event.id,
                name=meeting.purpose or (group.name if group else "") or _NAMES[event.sort],
                on=on,
                place=event.place or (group.centre if group else None),
                radius_km=(group.radius_km if group else None) or settings.group_radius_km,
                seats=event.capacity,
                free=max(0, event.capacity - len(coming)) if sought else 0,
                themes=tuple(sorted({t.casefold() for t in event.themes})) if session else (),
                invited=event.customers(),
                coming=frozenset(i.customer_id for i in coming),
            )
        )
    return tuple(sorted(found, key=lambda event: (event.on, event.id)))


def free_seats(
    mine: list[Standing],
    is_host: IsHost,
    today: date,
    diary: Diary,
    events: Sequence[OpenEvent],
) -> Suggestion | None:
    """Return the first event with free seats and whom it would suit."""
    for event in events:
        if not event.free or (event.on - today).days < NOTICE_DAYS:
            continue
        fitting = _fitting(mine, event, today)
        host = host_of((s for _, s in fitting), is_host, diary)
        if host is not None:
            others = [s for _, s in fitting if s is not host]
            return Suggestion(
                kind=SuggestionKind.USER_GROUP,
                lane=Lane.PLANNING,
                customer_id=host.customer_id,
                contact_id=host.facts.contact_id,
                reasons=(_reason(event, host, today),),
                near=tuple(_near_to(event, s) for s in others[:NEAR_SHOWN]),
                more=len(others[NEAR_SHOWN:]),
                place=event.place.name if event.place else "",
                theme=asked[0] if (asked := _asked(host, event)) else "",
                event_id=event.id,
                on=event.on,
                call_window=None if host.facts.place_unclear else diary.at(host.facts.place).window,
            )
    return None


def _fitting(
    mine: Iterable[Standing], event: OpenEvent, today: date
) -> list[tuple[float, Standing]]:
    """Return whom the event suits with the distance, nearest first; nobody if it was put off for anybody there."""
    found = []
    rested_on = today - timedelta(days=GROUP_REST_DAYS)
    for standing in mine:
        row = standing.facts
        put_off = before(today, row.group_snoozed_until) or is_muted(row, SEATS, today)
        # Without a town the session is for those who asked: nobody else can put it off.
        concerned = event.place is not None or _asked(standing, event) is not None
        suits = _suits(standing, event, rested_on) and can_meet(row, today)
        if not (concerned if put_off else suits):
            continue
        km = _km_to(event, row.place)
        if km is None and (event.place is not None or not event.themes):
            continue  # too far, or nobody knows
        if put_off:
            return []
        found.append((km or 0.0, standing))
    return sorted(found, key=lambda pair: (pair[0], -pair[1].total, pair[1].customer_id))


def _suits(standing: Standing, event: OpenEvent, rested_on: date) -> bool:
    wanted = _asked(standing, event) is not None if event.themes else standing.loyal
    uninvited = standing.customer_id not in event.invited
    return wanted and uninvited and rested(standing.facts, rested_on)


def _asked(standing: Standing, event: OpenEvent) -> tuple[str, Said] | None:
    """Return the first of the event's themes that the customer asks for, and what they said."""
    asks = [said for said in standing.facts.said if not said.helped]
    return next(((t, said) for t in event.themes for said in asks if t in said.themes), None)


def _km_to(event: OpenEvent, place: Place | None) -> float | None:
    """Return the distance, None where it is over the radius or not known."""
    here = event.place
    if here is None or place is None or here.lat is None or place.lat is None:
        return None
    if abs(here.lat - place.lat) * KM_A_DEGREE > event.radius_km:
        return None  # measuring is dear
    km = distance_km(here, place)
    return km if km is not None and km <= event.radius_km else None


def _near_to(event: OpenEvent, standing: Standing) -> Near:
    km = _km_to(event, standing.facts.place)
    return Near(
        customer_id=standing.customer_id,
        name=standing.facts.name,
        km=None if km is None else round(km),
    )


def _reason(event: OpenEvent, host: Standing, today: date) -> Reason:
    row = host.facts
    where = f" in {event.place.name}" if event.place and event.place.name else ""
    seats = f"{event.name}{where} on {say_weekday(event.on)} has {event.free} of {event.seats} seats free"
    if found := _asked(host, event):
        theme, said = found
        who = f"it is about '{theme}', and {row.name} {ask_words(said, today)}"
    else:
        last = (
            f"was last at an event on {say_day(row.last_event_on, today)}"
            if row.last_event_on
            else "has been to no event on record"
        )
        km = round(_km_to(event, row.place) or 0)
        who = f"{row.name}, {km} km from there, {last}" if km else f"{row.name} {last}"
    return Reason(
        code=SEATS,
        # The name is as somebody typed it.
        text=f"{seats[:1].upper()}{seats[1:]}; {who}.",
        facts={
            "event_id": event.id,
            "on": event.on.isoformat(),
            "free": event.free,
            "seats": event.seats,
            "last_event_on": row.last_event_on.isoformat() if row.last_event_on else None,
        },
    )

"""What is planned for a whole neighbourhood: a journey that serves several, a user group (SUGGESTIONS.md, Kinds)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from outreach_tui.domain.day_list import Lane, Near, Reason, Suggestion, SuggestionKind
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.hours import Diary
from outreach_tui.domain.place import Place, distance_km
from outreach_tui.domain.reasons import as_reason, every, is_muted
from outreach_tui.domain.regions import Neighbourhood, first_of
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import FRESH, Standing, can_meet
from outreach_tui.domain.touchpoint import TouchpointKind
from outreach_tui.domain.when import say_day

VISIT_OTHERS = 3
VISIT_REST_DAYS = 21
"""No other journey is suggested for so long to where one is planned, or was made."""
GROUP_REST_DAYS = 120
NEAR_SHOWN = 12
IsHost = Callable[[Standing], bool]
"""Whether a customer may be talked to today and is not on the list, so that an item can stand under their name."""


def visit_nearby(
    near: Neighbourhood,
    is_free: Callable[[Standing], bool],
    today: date,
    settings: TeamSettings,
    diary: Diary,
) -> Suggestion | None:
    """Return the journey that serves most: to a customer whose visit is overdue, with others due near by.

    It is arranged by talking to the customer today, and counts who `is_free` for a talk. None goes to where one is
    planned already, or was made lately.
    """
    rested_on = today - timedelta(days=VISIT_REST_DAYS)

    def put_off(standing: Standing) -> bool:
        row = standing.facts
        if before(today, row.visit_snoozed_until) or is_muted(row, "face-to-face", today):
            return True
        if row.visit_at is not None and row.visit_at.date() > rested_on:
            return True
        visited_on = row.last_live_on if row.last_live_kind is TouchpointKind.VISIT else None
        return visited_on is not None and visited_on > rested_on

    def overdue(standing: Standing) -> bool:
        target = settings.face_to_face_days(standing.tier)
        last = standing.facts.last_face_to_face_on
        return (
            target is not None
            and (last is None or (today - last).days > target)
            and is_free(standing)
            and diary.at(standing.facts.place).window is not None
        )

    found = near.best_centre(
        centres=overdue,
        counted=lambda s: s.state is not FRESH and is_free(s),
        radius_km=settings.visit_radius_km,
        least=VISIT_OTHERS,
        besides=True,
        quiet=put_off,
    )
    if found is None:
        return None
    point, around = found
    anchor = first_of(s for s in near.spots[point].here if overdue(s))
    others = [(km, s) for km, s in around if s is not anchor]
    target = settings.face_to_face_days(anchor.tier)
    assert target is not None
    town = town_of(anchor)
    return Suggestion(
        kind=SuggestionKind.VISIT,
        lane=Lane.PLANNING,
        customer_id=anchor.customer_id,
        contact_id=anchor.facts.contact_id,
        reasons=(
            face_to_face_reason(
                anchor,
                today,
                target_days=target,
                near=len(others),
                besides=anchor.state is not FRESH,
                town=town,
                radius_km=settings.visit_radius_km,
            ),
        ),
        near=_near(others),
        more=len(others[NEAR_SHOWN:]),
        place=town,
        call_window=diary.at(anchor.facts.place).window,
    )


def user_group(
    near: Neighbourhood,
    is_host: IsHost,
    today: date,
    settings: TeamSettings,
    diary: Diary,
    *,
    planned: Sequence[Place] = (),
) -> Suggestion | None:
    """Return the town with the most loyal customers around it whom no event brought together lately.

    The suggestion stands under the name of the nearest who `is_host`, and is talked to first, and so today.
    No group is suggested around `planned` events.
    """
    rested_on = today - timedelta(days=GROUP_REST_DAYS)

    def put_off(standing: Standing) -> bool:
        row = standing.facts
        return before(today, row.group_snoozed_until) or is_muted(row, "group", today)

    def invited(standing: Standing) -> bool:
        row = standing.facts
        return standing.loyal and rested(row, rested_on) and can_meet(row, today)

    found = near.best_centre(
        centres=lambda s: invited(s) and diary.at(s.facts.place).window is not None,
        counted=invited,
        radius_km=settings.group_radius_km,
        least=settings.group_size,
        quiet=put_off,
        planned=planned,
    )
    if found is None:
        return None
    _, around = found
    town = town_of(around[0][1])
    host = host_of((s for _, s in around), is_host, diary)
    if host is None:
        return None
    events = [s.facts.last_event_on for _, s in around]
    others = [pair for pair in around if pair[1] is not host]
    return Suggestion(
        kind=SuggestionKind.USER_GROUP,
        lane=Lane.PLANNING,
        customer_id=host.customer_id,
        contact_id=host.facts.contact_id,
        reasons=(
            group_reason(
                events,
                town,
                settings.group_radius_km,
                today,
                known=host.loyalty.total is not None,
            ),
        ),
        near=_near(others),
        more=len(others[NEAR_SHOWN:]),
        place=town,
        call_window=diary.at(host.facts.place).window,
    )


def rested(row: CustomerFacts, rested_on: date) -> bool:
    """Return whether no event brought the customer out, and nobody invited them, since that day."""
    return (row.last_event_on is None or row.last_event_on <= rested_on) and (
        row.last_invited_on is None or row.last_invited_on <= rested_on
    )


def host_of(standings: Iterable[Standing], is_host: IsHost, diary: Diary) -> Standing | None:
    """Return the first who `is_host` and at work when we are: the one to talk to first."""
    return next(
        (s for s in standings if is_host(s) and diary.at(s.facts.place).window is not None), None
    )


def near_to(customer: Standing, other: Standing) -> Near:
    """Return another customer with the distance from the first."""
    here, there = customer.facts.place, other.facts.place
    km = distance_km(here, there) if here is not None and there is not None else None
    return Near(
        customer_id=other.customer_id,
        name=other.facts.name,
        km=None if km is None else round(km),
    )


def before(today: date, until: date | None) -> bool:
    """Return whether something that was put off until then still waits."""
    return until is not None and today < until


def town_of(standing: Standing) -> str:
    """Return how to call where the customer is."""
    place = standing.facts.place
    return (place.name if place else "") or standing.facts.city or standing.facts.name


def _near(others: list[tuple[float, Standing]]) -> tuple[Near, ...]:
    return tuple(
        Near(customer_id=s.customer_id, name=s.facts.name, km=round(km))
        for km, s in others[:NEAR_SHOWN]
    )


def face_to_face_reason(
    standing: Standing,
    today: date,
    *,
    target_days: int,
    near: int,
    besides: bool,
    town: str,
    radius_km: int,
) -> Reason:
    """Return why a visit is due and worth the journey; `besides` if a talk with this customer is due, too."""
    last = standing.facts.last_face_to_face_on
    years, odd = divmod(target_days, 365)
    often = (
        every(target_days)
        if odd or not years
        else f"every {years} years".replace(" 1 years", " year")
    )
    promise = f"tier {standing.tier.value}: {often}"
    also = "more" if besides else "others"
    met = (
        f"You last met on {say_day(last, today)}"
        if last
        else "No meeting face to face is on record"
    )
    return as_reason(
        "face-to-face",
        f"{met} ({promise}); {near} {also} are due for a talk within {radius_km} km of {town}.",
        last_face_to_face_on=last,
        target_days=target_days,
        near=near,
        radius_km=radius_km,
    )


def group_reason(
    events: Sequence[date | None], town: str, radius_km: int, today: date, *, known: bool
) -> Reason:
    """Return why a user group around `town` is worth while; `events` are the last events of each customer.

    Where nothing is `known` of anybody's loyalty, nobody is called loyal.
    """
    count, last_on = len(events), max((on for on in events if on), default=None)
    came = sum(on == last_on for on in events)
    who = "them" if came == count else f"{came} of them"
    last = (
        f"the last event with {who} was on {say_day(last_on, today)}"
        if last_on
        else "no event with them is on record"
    )
    return as_reason(
        "group",
        f"{count} {'loyal ' * known}customers within {radius_km} km of {town}; {last}.",
        loyal=count,
        radius_km=radius_km,
        last_event_on=last_on,
    )

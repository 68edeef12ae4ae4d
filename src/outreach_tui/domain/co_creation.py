"""Working sessions: something is planned that several customers asked for; they shape it with us (SUGGESTIONS.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from outreach_tui.domain.acquaintance import Said
from outreach_tui.domain.causes import ASK_RUN
from outreach_tui.domain.day_list import Lane, Reason, Suggestion, SuggestionKind
from outreach_tui.domain.feedback import FeedbackSort, FeedbackState
from outreach_tui.domain.hours import Diary
from outreach_tui.domain.journeys import (
    GROUP_REST_DAYS,
    NEAR_SHOWN,
    IsHost,
    before,
    host_of,
    near_to,
)
from outreach_tui.domain.open_events import OpenEvent
from outreach_tui.domain.reasons import is_muted, shorten
from outreach_tui.domain.standing import Standing, can_meet
from outreach_tui.domain.when import say_day


class Asker(NamedTuple):
    """Somebody who wants what is planned, and their words."""

    standing: Standing
    said: Said


ASKERS = 3
"""So many make a working session; two are introduced to each other."""
CO_CREATE = "co-create"
"""Code of the reason."""


def working_session(
    mine: Iterable[Standing],
    is_host: IsHost,
    today: date,
    diary: Diary,
    events: Sequence[OpenEvent] = (),
) -> Suggestion | None:
    """Return the planned wish with the most askers, under the name of the first asker who `is_host`.

    A theme rests while an event about it is planned, or it was put off for anybody who asked.
    """
    askers: dict[str, list[Asker]] = defaultdict(list)
    planned: dict[str, list[Asker]] = defaultdict(list)
    quiet = {theme for event in events for theme in event.themes}
    for standing in mine:
        row = standing.facts
        if not row.said:
            continue
        put_off = before(today, row.co_create_snoozed_until) or is_muted(row, CO_CREATE, today)
        invited = _may_be_asked(standing, today)
        for theme, said in _wishes(standing, today).items():
            if put_off:
                quiet.add(theme)
            if invited:
                askers[theme].append(Asker(standing, said))
            if _is_planned(said):
                planned[theme].append(Asker(standing, said))
    themes = [t for t in planned if t not in quiet and len(askers[t]) >= ASKERS]
    for theme in sorted(themes, key=lambda t: (-len(askers[t]), t)):
        found = sorted(askers[theme], key=_when)
        host = host_of((v.standing for v in found), is_host, diary)
        if host is not None:
            wish = min(planned[theme], key=_when)
            return _card(theme, host, found, today, diary, wish=wish)
    return None


def _when(asker: Asker) -> tuple[date, str]:
    return asker.said.on, asker.standing.customer_id


def _may_be_asked(standing: Standing, today: date) -> bool:
    """Return whether we may ask for their time: no pause, no open run of asks, no invitation lately.

    Nor do we ask somebody who waits for us.
    """
    row = standing.facts
    return (
        can_meet(row, today)
        and row.ask_run < ASK_RUN
        and not row.waits_for_us
        and not before(today, row.snoozed_until)
        and (row.last_invited_on is None or (today - row.last_invited_on).days >= GROUP_REST_DAYS)
    )


def _wishes(standing: Standing, today: date) -> dict[str, Said]:
    """Return what the customer wishes or suffers, by theme; of one theme what is planned, else the latest."""
    found: dict[str, Said] = {}
    for said in standing.facts.said:
        if said.on > today or said.helped or said.sort is FeedbackSort.QUESTION:
            continue
        for theme in said.themes:
            if theme not in found or _is_planned(said) or not _is_planned(found[theme]):
                found[theme] = said
    return found


def _is_planned(said: Said) -> bool:
    return said.sort is FeedbackSort.WISH and said.state is FeedbackState.PLANNED


def _card(
    theme: str, host: Standing, askers: Sequence[Asker], today: date, diary: Diary, *, wish: Asker
) -> Suggestion:
    others = [v.standing for v in askers if v.standing is not host]
    return Suggestion(
        kind=SuggestionKind.CO_CREATE,
        lane=Lane.PLANNING,
        customer_id=host.customer_id,
        contact_id=host.facts.contact_id,
        reasons=(_reason(theme, wish, askers, today),),
        near=tuple(near_to(host, s) for s in others[:NEAR_SHOWN]),
        more=len(others[NEAR_SHOWN:]),
        theme=theme,
        call_window=None if host.facts.place_unclear else diary.at(host.facts.place).window,
    )


def _reason(theme: str, wish: Asker, askers: Sequence[Asker], today: date) -> Reason:
    first, *more = [v for v in askers if v.standing is not wish.standing]
    name, said = wish.standing.facts.name, wish.said
    return Reason(
        code=CO_CREATE,
        text=(
            f"'{theme}': what {name} asked for on {say_day(said.on, today)} ('{shorten(said.words)}') is planned; "
            f"{first.standing.facts.name} brought up '{theme}' on {say_day(first.said.on, today)} "
            f"('{shorten(first.said.words)}'), and so did {len(more)} more. Shape it with them."
        ),
        facts={
            "theme": theme,
            "askers": len(askers),
            "planned_id": said.feedback_id,
            "feedback_ids": [v.said.feedback_id for v in askers],
        },
    )

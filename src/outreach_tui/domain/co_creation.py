"""Working sessions: something is planned that several customers asked for; they shape it with us (SUGGESTIONS.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from outreach_tui.domain.acquaintance import Said
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
from outreach_tui.domain.pairs import ask_words
from outreach_tui.domain.reasons import ASK_RUN, is_muted
from outreach_tui.domain.standing import Standing, can_meet


class Asker(NamedTuple):
    """Somebody who wants what is planned, and their words."""

    standing: Standing
    said: Said


ASKERS = 3
"""So many make a working session; two are introduced to each other."""
NAMED = 2
"""So many askers are named in the reason; the card lists all."""
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
    planned: set[str] = set()
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
                planned.add(theme)
    ranked = sorted((-len(askers[t]), t) for t in planned - quiet if len(askers[t]) >= ASKERS)
    for _, theme in ranked:
        found = sorted(askers[theme], key=lambda v: (v.said.on, v.standing.customer_id))
        host = host_of((v.standing for v in found), is_host, diary)
        if host is not None:
            return _card(theme, host, found, today, diary)
    return None


def _may_be_asked(standing: Standing, today: date) -> bool:
    """Return whether we may ask for their time: no pause, no open run of asks, no invitation lately."""
    row = standing.facts
    return (
        can_meet(row, today)
        and row.ask_run < ASK_RUN
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
    theme: str, host: Standing, askers: Sequence[Asker], today: date, diary: Diary
) -> Suggestion:
    others = [v.standing for v in askers if v.standing is not host]
    return Suggestion(
        kind=SuggestionKind.CO_CREATE,
        lane=Lane.PLANNING,
        customer_id=host.customer_id,
        contact_id=host.facts.contact_id,
        reasons=(_reason(theme, askers, today),),
        near=tuple(near_to(host, s) for s in others[:NEAR_SHOWN]),
        theme=theme,
        call_window=None if host.facts.place_unclear else diary.at(host.facts.place).window,
    )


def _reason(theme: str, askers: Sequence[Asker], today: date) -> Reason:
    named = [f"{v.standing.facts.name} {ask_words(v.said, today)}" for v in askers[:NAMED]]
    more = len(askers) - NAMED
    said = f"{', '.join(named)}, and {more} more {'wants' if more == 1 else 'want'} it"
    return Reason(
        code=CO_CREATE,
        text=f"'{theme}' is planned: {said}. Shape it with them.",
        facts={
            "theme": theme,
            "askers": len(askers),
            "feedback_ids": [v.said.feedback_id for v in askers],
        },
    )

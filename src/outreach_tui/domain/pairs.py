"""Who should know whom: one has what the other asks for, or both trade alike and ask for the same (SUGGESTIONS.md)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from outreach_tui.domain.acquaintance import Said
from outreach_tui.domain.causes import ASK_RUN
from outreach_tui.domain.day_list import Lane, Reason, Suggestion, SuggestionKind
from outreach_tui.domain.feedback import FeedbackSort
from outreach_tui.domain.hours import Diary
from outreach_tui.domain.journeys import IsHost, before, host_of, near_to
from outreach_tui.domain.reasons import is_muted, shorten
from outreach_tui.domain.standing import Standing, can_meet
from outreach_tui.domain.when import say_day

SAID_DAYS = 365
"""What was said longer ago brings nobody together."""
INTRODUCTION = "introduction"
"""Code of the reason."""


class Match(NamedTuple):
    """Two who should know each other."""

    asker: Standing
    asked: Said
    other: Standing
    told: Said
    """What the other one praised, solved or asks for as well."""
    theme: str


def introduction(
    mine: Iterable[Standing],
    is_host: IsHost,
    today: date,
    diary: Diary,
    coming: Iterable[Collection[str]] = (),
) -> Suggestion | None:
    """Return the introduction that serves the most loyal asker who `is_host`, and is talked to first.

    Somebody who praised or solved what is asked for comes before somebody who asks for the same. `coming` are the
    customers who come to each planned event: they will meet there.
    """
    voices = [v for v in _voices(mine, today) if v.said]
    askers = sorted(
        # Whom we owe an answer hears that first.
        (
            (-v.standing.total, v.standing.customer_id, v)
            for v in voices
            if v.asks and not v.standing.facts.waits_for_us
        ),
        key=lambda found: found[:2],
    )
    meeting = [frozenset(ids) for ids in coming]
    for matches in (_helpers, _peers):
        others = matches(voices)
        for _, id_, asker in askers:
            if host_of([asker.standing], is_host, diary) is None:
                continue
            known = {id_, *asker.standing.facts.met}.union(*(ids for ids in meeting if id_ in ids))
            match = min(
                (m for m in others(asker) if m.other.customer_id not in known),
                key=_place_of,
                default=None,
            )
            if match is not None:
                return _card(match, today, diary)
    return None


class _Voice(msgspec.Struct, frozen=True, gc=False):
    """Somebody, and what they said on themes lately."""

    standing: Standing
    said: Sequence[Said]
    asks: bool
    free: bool
    """Whether they may be asked for their time."""


def _voices(mine: Iterable[Standing], today: date) -> Iterator[_Voice]:
    first = today - timedelta(days=SAID_DAYS)
    for standing in mine:
        row = standing.facts
        if not row.said or not can_meet(row, today):
            continue
        if before(today, row.introduction_snoozed_until) or is_muted(row, INTRODUCTION, today):
            continue
        if row.contact_left_on is not None:
            continue  # nobody there can be introduced
        # What they asked us is ours to answer.
        asked = FeedbackSort.QUESTION
        said = [s for s in row.said if first <= s.on <= today and (s.helped or s.sort is not asked)]
        yield _Voice(
            standing,
            said,
            asks=not all(one.helped for one in said),
            free=row.ask_run < ASK_RUN
            and not row.waits_for_us
            and not before(today, row.snoozed_until),
        )


def _helpers(voices: Iterable[_Voice]) -> Callable[[_Voice], Iterator[Match]]:
    """Return what yields who praised or solved what somebody asks for, also they themselves."""
    helping: dict[str, list[tuple[Standing, Said]]] = defaultdict(list)
    for voice in voices:
        if voice.free:
            for said in voice.said:
                if said.helped:
                    for theme in said.themes:
                        helping[theme].append((voice.standing, said))

    def others(asker: _Voice) -> Iterator[Match]:
        for asked in asker.said:
            if not asked.helped:
                for theme in asked.themes:
                    for other, told in helping.get(theme, ()):
                        yield Match(asker.standing, asked, other, told, theme)

    return others


def _peers(voices: Iterable[_Voice]) -> Callable[[_Voice], Iterator[Match]]:
    """Return what yields who is in somebody's industry and asks about the same, also they themselves."""
    alike: dict[tuple[str, str], list[tuple[Standing, Said]]] = defaultdict(list)
    for voice in voices:
        if voice.free and voice.asks and (industry := _industry(voice.standing)):
            for said in voice.said:
                if not said.helped:
                    for theme in said.themes:
                        alike[industry, theme].append((voice.standing, said))

    def others(asker: _Voice) -> Iterator[Match]:
        industry = _industry(asker.standing)
        for asked in asker.said:
            if not asked.helped:
                for theme in asked.themes:
                    for other, told in alike.get((industry, theme), ()):
                        yield Match(asker.standing, asked, other, told, theme)

    return others


def _place_of(match: Match) -> tuple[bool, int, float, str, str, str, str]:
    """Put the same industry first, then who spoke of it last, then the most loyal; ids break ties."""
    asker, asked, other, told, theme = match
    same = bool(_industry(asker)) and _industry(asker) == _industry(other)
    ids = (other.customer_id, theme, asked.feedback_id, told.feedback_id)
    return (not same, -told.on.toordinal(), -other.total, *ids)


def _card(match: Match, today: date, diary: Diary) -> Suggestion:
    row = match.asker.facts
    return Suggestion(
        kind=SuggestionKind.INTRODUCTION,
        lane=Lane.PLANNING,
        customer_id=row.customer_id,
        contact_id=row.contact_id,
        reasons=(_reason(match, today),),
        near=(near_to(match.asker, match.other),),
        theme=match.theme,
        call_window=None if row.place_unclear else diary.at(row.place).window,
    )


def _reason(match: Match, today: date) -> Reason:
    asked, told = match.asked, match.told
    asker, other = match.asker.facts, match.other.facts
    first = f"{other.name} {_did(told, match.theme, today)}"
    if told.helped:
        text = f"{first}; {asker.name} {ask_words(asked, today)}."
    else:
        text = (
            f"{first}, and so did {asker.name} on {say_day(asked.on, today)} ({_quote(asked)}); "
            f"both are in {asker.industry}."
        )
    return Reason(
        code=INTRODUCTION,
        text=f"{text} They have not met, as far as we know.",
        facts={
            "theme": match.theme,
            "asked_on": asked.on.isoformat(),
            "feedback_id": asked.feedback_id,
            "other_id": other.customer_id,
            "other_sort": told.sort.value,
            "other_on": told.on.isoformat(),
            "other_feedback_id": told.feedback_id,
        },
    )


def _did(said: Said, theme: str, today: date) -> str:
    """Return what the other one did with the theme, with the day and their words."""
    on, words = say_day(said.on, today), _quote(said)
    if said.sort is FeedbackSort.PRAISE:
        return f"praised '{theme}' on {on} ({words})"
    if said.helped:
        return f"had their problem with '{theme}' solved on {on} ({words})"
    return f"brought up '{theme}' on {on} ({words})"


_ASKED = {
    FeedbackSort.WISH: "asked for it",
    FeedbackSort.QUESTION: "asked about it",
    FeedbackSort.PROBLEM: "told of trouble with it",
}


def ask_words(said: Said, today: date) -> str:
    """Return how somebody asked for a theme that was named, and when: "asked for it on 2 Feb ('labels in Polish')"."""
    return f"{_ASKED[said.sort]} on {say_day(said.on, today)} ({_quote(said)})"


def _quote(said: Said) -> str:
    return f"'{shorten(said.words)}'"


def _industry(standing: Standing) -> str:
    return standing.facts.industry.strip().casefold()

"""Load: what is promised in a year against what a member can do, by hand-computed figures."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.load import (
    Asked,
    Load,
    Reach,
    asked,
    calls_needed,
    load,
    stretch,
    to_move,
    working_days_a_year,
)
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import Standing
from outreach_tui.presentation.load_text import asks_too_much, effect, load_notice, load_text
from unit.domain.making import SETTINGS, WEDNESDAY, days_ago, member, row, stand

OWN = Cadence(ideal_days=30, max_days=60)


def crowd(count: int, tier: Tier, **fields: Any) -> list[Standing]:
    return [
        stand(row(f"{tier.value}{number:03}", **fields), tier, float(number))
        for number in range(count)
    ]


def load_of(standings: list[Standing], reach: Reach | None = None, **me: Any) -> Load:
    return load(asked(standings, "me", WEDNESDAY), SETTINGS, member(**me), reach or Reach())


def test_load_is_promised_over_possible() -> None:
    people = [
        *crowd(10, Tier.A),  # 10 · 365/90 = 40.556
        *crowd(5, Tier.B),  # 5 · 365/150 = 12.167
        *crowd(1, Tier.C, cadence=OWN),  # 365/60 = 6.083
    ]
    found = load_of(people, calls_a_day=1)
    assert found.asked == pytest.approx(58.8056, abs=1e-4)
    assert found.reached == pytest.approx(148.5)  # 1 · 5 · (365/7 − 5) · 0.63
    assert found.ratio == pytest.approx(0.3960, abs=1e-4)
    assert found.customers == found.never == 16


def test_the_example_of_the_design() -> None:
    found = load_of(crowd(545, Tier.B), calls_a_day=5)
    assert load_text(found, *remedies(crowd(545, Tier.B), found)).startswith(
        "You promised 1,326 conversations a year; at 5 a day you reach about 740. "
        "Stretch the bands × 1.8, add calls, or move 303 customers to user groups.\n"
    )
    assert load_notice(found) == "Your bands ask for 1.8 times the calls you can make"
    assert asks_too_much(found)


def remedies(people: list[Standing], now: Load) -> tuple[Any, Any, Any]:
    moved = to_move(people, now, "me", WEDNESDAY)
    held = asked(people, "me", WEDNESDAY)
    return stretch(held, SETTINGS, now.reached), calls_needed(now), moved and len(moved)


def test_the_first_round_of_the_design() -> None:
    found = load_of(crowd(91, Tier.C), calls_a_day=5)
    assert (
        load_notice(found)
        == "First talks: 91 customers, 5 a day: about 30 working days at your reach rate"
    )


@pytest.mark.parametrize(
    ("days", "year"), [((0, 1, 2, 3, 4), 235.714), ((0, 1), 94.286), (tuple(range(7)), 330.0)]
)
def test_a_year_has_five_weeks_off(days: tuple[int, ...], year: float) -> None:
    assert working_days_a_year(days) == pytest.approx(year, abs=1e-3)


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({}, 1),
        ({"owner_id": "me"}, 1),
        ({"owner_id": "ben"}, 0),
        ({"status": Status.PAUSED}, 0),
        ({"status": Status.PAUSED, "paused_until": date(2027, 1, 1)}, 0),
        ({"status": Status.PAUSED, "paused_until": WEDNESDAY}, 1),
        ({"status": Status.LOST}, 0),
        ({"do_not_contact": True}, 0),
    ],
)
def test_only_active_customers_of_the_member_or_of_nobody_count(
    fields: dict[str, Any], count: int
) -> None:
    assert asked(crowd(1, Tier.A, **fields), "me", WEDNESDAY).customers == count


def test_new_customers_have_their_own_band() -> None:
    held = asked(crowd(2, Tier.C, since_on=days_ago(10)), "me", WEDNESDAY)
    assert held.counts == {"new": 2, "a": 0, "b": 0, "c": 0}
    assert held.a_year(SETTINGS) == pytest.approx(2 * 365 / 30)


@pytest.mark.parametrize(
    ("held", "tried", "rate"),
    [
        (0, 0, 0.63),
        (10, 10, 41.5 / 60),  # a good week proves little
        (0, 50, 31.5 / 100),
        (450, 900, 481.5 / 950),  # after half a year it is one's own
    ],
)
def test_the_reach_rate_is_learned_slowly(held: int, tried: int, rate: float) -> None:
    assert Reach(held, tried).rate == pytest.approx(rate)


@given(st.integers(0, 5000).flatmap(lambda t: st.tuples(st.integers(0, t), st.just(t))))
def test_a_reach_rate_is_always_between_nothing_and_all(calls: tuple[int, int]) -> None:
    held, tried = calls
    assert 0 < Reach(held, tried).rate < 1


@pytest.mark.parametrize(
    ("ratio", "notice"),
    [
        (0.5, ""),
        (0.8, ""),
        (0.81, "Your bands ask for more than 4 of 5 of the calls you can make"),
        (1.0, "Your bands ask for more than 4 of 5 of the calls you can make"),
        (1.01, "Your bands ask for 1.1 times the calls you can make"),
        (2.5, "Your bands ask for 2.5 times the calls you can make"),
    ],
)
def test_the_notice_begins_above_four_fifths(ratio: float, notice: str) -> None:
    found = Load(
        asked=100 * ratio, reached=100, reach_rate=0.63, tried=0, calls_a_day=5,
        working_days_a_year=236, customers=10, never=0,
    )  # fmt: skip
    assert load_notice(found) == notice
    assert asks_too_much(found) is (ratio > 1.1)
    if notice:
        assert load_notice(found, "Ben") == notice.replace("Your", "The").replace("you", "Ben")


PEOPLE = st.lists(
    st.tuples(st.sampled_from(list(Tier)), st.booleans(), st.booleans()), max_size=400
)


@given(PEOPLE, st.integers(1, 4))
def test_each_remedy_brings_the_load_to_one_or_is_not_offered(
    people: list[tuple[Tier, bool, bool]], calls: int
) -> None:
    standings = [
        stand(row(f"c{n:03}", cadence=OWN if own else None, reference=speaks), tier, float(n % 40))
        for n, (tier, own, speaks) in enumerate(people)
    ]
    me = member(calls_a_day=calls)
    held, reach = asked(standings, "me", WEDNESDAY), Reach()
    now = load(held, SETTINGS, me, reach)
    if longer := stretch(held, SETTINGS, now.reached):
        assert now.ratio > 1
        assert load(held, longer.settings, me, reach).ratio <= 1 + 1e-9
    if needed := calls_needed(now):
        assert load_of(standings, calls_a_day=needed).ratio <= 1 + 1e-9
        assert needed == 1 or load_of(standings, calls_a_day=needed - 1).ratio > 1 - 1e-9
    moved = to_move(standings, now, "me", WEDNESDAY)
    if moved:
        gone = {s.customer_id for s in moved}
        assert not any(s.facts.cadence or s.facts.reference for s in moved)
        after = [
            stand(row(s.customer_id, cadence=Cadence(ideal_days=360, max_days=720)), s.tier)
            if s.customer_id in gone
            else s
            for s in standings
        ]
        assert load_of(after, calls_a_day=calls).ratio <= 1 + 1e-9


def test_the_lowest_tier_and_loyalty_move_first() -> None:
    people = [*crowd(300, Tier.B), *crowd(40, Tier.C)]
    moved = to_move(people, load_of(people, calls_a_day=3), "me", WEDNESDAY)
    assert moved is not None
    assert [s.tier for s in moved[:41]] == [*[Tier.C] * 40, Tier.B]
    assert [s.total for s in moved[:3]] == [0.0, 1.0, 2.0]


def test_too_many_pinned_cadences_cannot_be_stretched_away() -> None:
    held = Asked(counts={"new": 0, "a": 1, "b": 0, "c": 0}, own=100, own_a_year=600.0)
    assert stretch(held, SETTINGS, 500.0) is None


def test_more_than_twenty_calls_a_day_are_offered_to_nobody() -> None:
    assert calls_needed(load_of(crowd(3000, Tier.A), calls_a_day=5)) is None


def test_an_effect_says_what_a_band_asks_for() -> None:
    people = crowd(14, Tier.A)
    held = asked(people, "me", WEDNESDAY)
    assert (
        effect("band.a", TeamSettings(), held, load_of(people))
        == "A: every 45 days, at the latest 90: 14 customers, about 57 conversations a year"
    )

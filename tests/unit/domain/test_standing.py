"""How far into the promised band a customer is."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Tier
from outreach_tui.domain.loyalty import Loyalty
from outreach_tui.domain.standing import State, bands_of, is_new, promised_before, standings
from unit.domain.making import SETTINGS, WEDNESDAY, days_ago, row, stand

OLD = days_ago(900)


@pytest.mark.parametrize(
    ("tier", "days", "state"),
    [
        (Tier.A, 45, State.FRESH),
        (Tier.A, 46, State.DUE),
        (Tier.A, 90, State.DUE),
        (Tier.A, 91, State.LATE),
        (Tier.B, 75, State.FRESH),
        (Tier.B, 151, State.LATE),
        (Tier.C, 150, State.FRESH),
        (Tier.C, 301, State.LATE),
    ],
)
def test_a_state_is_past_the_ideal_or_past_the_maximum(tier: Tier, days: int, state: State) -> None:
    found = stand(row(since_on=OLD, last_live_on=days_ago(days)), tier)
    assert (found.state, found.days) == (state, days)
    assert found.loyal is (tier is not Tier.C)


def test_who_was_never_spoken_to_counts_as_one_maximum() -> None:
    found = stand(row(since_on=OLD))
    assert (found.state, found.days, found.ratio) == (State.NEVER, None, 1.0)


def test_a_conversation_after_the_day_to_plan_by_is_todays() -> None:
    found = stand(row(last_live_on=days_ago(-5)))
    assert (found.state, found.days, found.ratio) == (State.FRESH, 0, 0.0)


def test_new_customers_and_those_with_a_band_of_their_own_have_that() -> None:
    assert stand(row(since_on=days_ago(89))).cadence == SETTINGS.new
    assert stand(row(since_on=days_ago(90))).cadence == SETTINGS.a
    assert stand(row(), Tier.C).cadence == SETTINGS.c
    own = Cadence(ideal_days=7, max_days=10)
    assert stand(row(since_on=days_ago(5), cadence=own)).cadence == own
    assert not is_new(row(since_on=days_ago(-1)), WEDNESDAY)
    assert is_new(row(since_on=WEDNESDAY), WEDNESDAY)


def test_a_band_of_no_days_does_not_divide_by_them() -> None:
    none = Cadence(ideal_days=0, max_days=0)
    assert stand(row(cadence=none, last_live_on=days_ago(3))).ratio == 3


def test_standings_come_in_the_order_of_the_rows() -> None:
    score = Loyalty(tenure=None, repeats=None, rhythm=None, takes_part=None, total=None)
    rows = [row("b"), row("a")]
    found = standings(
        rows, {"a": score, "b": score}, {"a": Tier.A, "b": Tier.B}, SETTINGS, WEDNESDAY
    )
    assert [(s.customer_id, s.tier, s.total) for s in found] == [("b", Tier.B, 0), ("a", Tier.A, 0)]


@pytest.mark.parametrize(
    ("before", "spoke", "rose", "most"),
    [
        # B promised 150 days: they hold on, since A's 90 begin on the day it rose.
        (150, 94, 0, 150),
        (150, 94, 30, 150),
        # Spoken to shortly before: A's 90 days from then on are sooner over than the 150.
        (150, 40, 10, 120),
        (300, 200, 0, 290),
        # Spoken to on the day or since: the new promise alone; so for the first tier, and one that fell.
        (150, 30, 30, 90),
        (150, 20, 30, 90),
        (None, 94, 0, 90),
        (80, 94, 0, 90),
    ],
)
def test_a_tier_that_rose_breaks_no_promise_that_held(
    before: int | None, spoke: int, rose: int, most: int
) -> None:
    facts = row(
        last_live_on=days_ago(spoke), tier=Tier.A, tier_on=days_ago(rose), promised_before=before
    )
    assert stand(facts).cadence == Cadence(ideal_days=SETTINGS.a.ideal_days, max_days=most)
    pinned = msgspec.structs.replace(facts, tier=Tier.C, tier_pin=Tier.A)
    assert stand(pinned).cadence == stand(facts).cadence


def test_a_rank_of_today_that_is_not_kept_yet_has_risen_too() -> None:
    facts = row(last_live_on=days_ago(94), tier=Tier.B, tier_on=days_ago(500))
    assert stand(facts).cadence.max_days == 150
    assert stand(facts, Tier.C).cadence == SETTINGS.c


def test_who_was_never_spoken_to_or_has_a_band_of_their_own_has_that_at_once() -> None:
    rose = {"tier": Tier.A, "tier_on": days_ago(1), "promised_before": 150}
    assert stand(row(**rose)).cadence == SETTINGS.a
    own = Cadence(ideal_days=7, max_days=10)
    assert stand(row(last_live_on=days_ago(94), cadence=own, **rose)).cadence == own


@pytest.mark.parametrize(
    ("fields", "before"),
    [
        ({}, None),
        ({"tier": Tier.B}, 150),
        ({"tier": Tier.B, "tier_on": days_ago(9)}, 150),
        # What a first rise left of C's promise holds on in the second.
        ({"tier": Tier.B, "tier_on": days_ago(9), "promised_before": 300}, 241),
        # Nor does a fall: who returns to a tier, wrongly pinned or not, returns to its promise.
        ({"tier": Tier.B, "tier_on": days_ago(9), "promised_before": 90}, 90),
        ({"tier": Tier.B, "tier_on": days_ago(100), "promised_before": 90}, 150),
        # Of today's moves only the first ends a promise.
        ({"tier": Tier.B, "tier_on": WEDNESDAY, "promised_before": 90}, 90),
        ({"tier": Tier.C, "tier_pin": Tier.B}, 150),
    ],
)
def test_a_move_keeps_the_days_that_were_promised(
    fields: dict[str, Any], before: int | None
) -> None:
    facts = row(last_live_on=days_ago(100), **fields)
    assert promised_before(facts, bands_of(SETTINGS), WEDNESDAY) == before


MOVES = st.lists(st.tuples(st.integers(1, 200), st.sampled_from(Tier)), max_size=6)


@given(st.sampled_from(Tier), MOVES, st.integers(0, 300))
def test_no_move_takes_back_a_promise_or_brings_one_sooner_and_none_holds_for_ever(
    first: Tier, moves: list[tuple[int, Tier]], later: int
) -> None:
    bands = bands_of(SETTINGS)
    spoke = today = WEDNESDAY
    facts = row(last_live_on=spoke, tier=first, tier_on=days_ago(9))
    least = bands[first].max_days
    for days, tier in moves:
        today += timedelta(days=days)
        before = promised_before(facts, bands, today)
        facts = msgspec.structs.replace(facts, tier=tier, tier_on=today, promised_before=before)
        found = stand(facts, tier, today=today).cadence
        assert found.ideal_days == bands[tier].ideal_days
        assert bands[tier].max_days <= found.max_days <= max(least, bands[tier].max_days)
        if (today - spoke).days <= least:
            assert stand(facts, tier, today=today).state is not State.LATE
        if tier is first:
            assert found == bands[first]
        least = min(least, found.max_days)
    # As many days after the last move as its tier has, somebody is late.
    end = today + timedelta(days=later)
    if later > bands[facts.tier or first].max_days:
        assert stand(facts, facts.tier or first, today=end).state is State.LATE

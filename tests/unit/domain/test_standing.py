"""How far into the promised band a customer is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Tier
from outreach_tui.domain.loyalty import Loyalty
from outreach_tui.domain.standing import State, bands_of, is_new, standings, tier_before
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
        (Tier.B, 94, 0, 150),
        (Tier.B, 94, 30, 150),
        # Spoken to shortly before: A's 90 days from then on are sooner over than the 150.
        (Tier.B, 40, 10, 120),
        (Tier.C, 200, 0, 290),
        # Spoken to on the day or since: the new promise alone.
        (Tier.B, 30, 30, 90),
        (Tier.B, 20, 30, 90),
    ],
)
def test_a_tier_that_rose_breaks_no_promise_that_held(
    before: Tier, spoke: int, rose: int, most: int
) -> None:
    facts = row(
        last_live_on=days_ago(spoke), tier=Tier.A, tier_on=days_ago(rose), tier_before=before
    )
    found = stand(facts)
    assert found.cadence == Cadence(ideal_days=SETTINGS.a.ideal_days, max_days=most)
    # A rank of today that is not kept yet says the same.
    if not rose:
        assert stand(row(last_live_on=days_ago(spoke), tier=before)).cadence == found.cadence


@pytest.mark.parametrize(
    "fields",
    [
        {"tier": Tier.B, "tier_before": Tier.A, "tier_on": days_ago(1)},
        {"tier": Tier.A, "tier_on": days_ago(1)},
        {"tier": Tier.A, "tier_on": days_ago(1), "tier_before": Tier.B, "last_live_on": None},
    ],
    ids=["fell", "the first tier", "never spoken"],
)
def test_other_tiers_have_their_band_at_once(fields: dict[str, Any]) -> None:
    found = stand(row(**{"last_live_on": days_ago(200), **fields}), fields["tier"])
    assert found.cadence == SETTINGS.band(fields["tier"])


def test_who_is_pinned_rises_too() -> None:
    pinned = {"tier": Tier.C, "tier_pin": Tier.A, "last_live_on": days_ago(94)}
    rose = row(tier_on=days_ago(0), tier_before=Tier.B, **pinned)
    assert stand(rose).cadence.max_days == 150
    assert stand(row(**pinned)).cadence == SETTINGS.a


def test_who_has_a_band_of_their_own_has_that_at_once() -> None:
    rose = {"tier": Tier.B, "tier_on": days_ago(9), "tier_before": Tier.C}
    own = Cadence(ideal_days=7, max_days=10)
    assert stand(row(last_live_on=days_ago(94), cadence=own, **rose), Tier.B).cadence == own


@pytest.mark.parametrize(
    ("fields", "before"),
    [
        ({}, None),
        ({"tier": Tier.B}, Tier.B),
        ({"tier": Tier.B, "tier_on": days_ago(9)}, Tier.B),
        # C's promise still holds, since B's 150 days are not over.
        ({"tier": Tier.B, "tier_on": days_ago(150), "tier_before": Tier.C}, Tier.C),
        ({"tier": Tier.B, "tier_on": days_ago(151), "tier_before": Tier.C}, Tier.B),
        # Who fell had the longer promise since; of today's moves only the first ends one.
        ({"tier": Tier.B, "tier_on": days_ago(9), "tier_before": Tier.A}, Tier.B),
        ({"tier": Tier.B, "tier_on": WEDNESDAY, "tier_before": Tier.A}, Tier.A),
        ({"tier": Tier.C, "tier_pin": Tier.B}, Tier.B),
    ],
)
def test_the_tier_before_a_move_is_the_one_whose_promise_holds(
    fields: dict[str, Any], before: Tier | None
) -> None:
    assert tier_before(row(**fields), bands_of(SETTINGS), WEDNESDAY) is before


TIERS = st.sampled_from(Tier)


@given(TIERS, TIERS, st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_nobody_is_late_by_rising_and_the_new_promise_holds_in_the_end(
    before: Tier, tier: Tier, spoke: int, rose: int, later: int
) -> None:
    facts = row(last_live_on=days_ago(spoke), tier=tier, tier_on=days_ago(rose), tier_before=before)
    band, old = SETTINGS.band(tier), SETTINGS.band(before)
    on_the_day = stand(facts, tier, today=days_ago(rose))
    if max(0, spoke - rose) <= old.max_days and before.value > tier.value:
        assert on_the_day.state is not State.LATE
    found = stand(facts, tier, today=days_ago(-later))
    assert band.max_days <= found.cadence.max_days <= max(old.max_days, band.max_days)
    # However long the earlier promise was: as many days after it rose as the new one has, somebody is late.
    if found.days is not None and rose + later > band.max_days and spoke > band.max_days - later:
        assert found.state is State.LATE

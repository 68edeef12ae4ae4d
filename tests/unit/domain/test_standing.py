"""How far into the promised band a customer is."""

import pytest

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Tier
from outreach_tui.domain.loyalty import Loyalty
from outreach_tui.domain.standing import State, is_new, standings
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

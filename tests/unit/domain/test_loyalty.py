"""The four parts of loyalty by hand, and tiers by rank."""

import math
import random
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.loyalty import (
    FileFacts,
    Loyalties,
    Loyalty,
    file_facts,
    loyalty,
    own_interval_days,
    tiers,
)
from unit.domain.making import row

TODAY = date(2026, 11, 25)
ALL = FileFacts(tenure=True, purchases=True, takes_part=True)
REGULAR = row(
    since_on=date(2021, 11, 24),
    purchase_days=20,
    first_purchase_on=date(2021, 11, 24),
    last_purchase_on=TODAY,
    gave_feedback=True,
    came_to_event=True,
    reference=True,
)
OCCASIONAL = row(
    since_on=date(2025, 11, 25),
    purchase_days=4,
    first_purchase_on=date(2026, 1, 1),
    last_purchase_on=date(2026, 8, 27),
    gave_feedback=True,
)


def test_who_does_everything_has_a_hundred() -> None:
    score = loyalty(REGULAR, ALL, TODAY)
    assert (score.tenure, score.repeats, score.rhythm, score.takes_part) == (20, 45, 15, 20)
    assert score.total == 100


def test_the_parts_are_those_computed_by_hand() -> None:
    # 365 days / 365.25 / 5 years of 20; ln 4 / ln 20 of 45; the own interval is (238 + 180) / 5 = 83.6 days, and
    # 90 days without an order are 1.0766 of it, a quarter of which is lost of 15; feedback is 7.
    assert own_interval_days(OCCASIONAL) == pytest.approx(83.6)
    score = loyalty(OCCASIONAL, ALL, TODAY)
    assert (score.tenure, score.repeats, score.rhythm, score.takes_part) == (4.0, 20.8, 11.0, 7.0)
    assert score.total == 42.8


def test_one_purchase_is_no_repeat_but_has_a_rhythm() -> None:
    once = row(
        purchase_days=1, first_purchase_on=date(2026, 8, 27), last_purchase_on=date(2026, 8, 27)
    )
    score = loyalty(once, ALL, TODAY)
    assert own_interval_days(once) == 90
    assert (score.repeats, score.rhythm, score.total) == (0, 11.2, 11.2)


def test_who_stopped_long_ago_has_no_rhythm_left() -> None:
    lapsed = row(
        purchase_days=2, first_purchase_on=date(2020, 1, 1), last_purchase_on=date(2020, 4, 1)
    )
    assert loyalty(lapsed, ALL, TODAY).rhythm == 0


def test_a_part_that_the_file_does_not_hold_is_left_out_and_the_others_fill_a_hundred() -> None:
    without_tenure = loyalty(OCCASIONAL, FileFacts(purchases=True, takes_part=True), TODAY)
    assert without_tenure.tenure is None
    assert without_tenure.repeats == 26.0
    assert without_tenure.takes_part == 8.8
    only_tenure = loyalty(OCCASIONAL, FileFacts(tenure=True), TODAY)
    assert only_tenure.total == only_tenure.tenure == 20.0
    assert only_tenure.repeats is only_tenure.rhythm is only_tenure.takes_part is None
    nothing = loyalty(OCCASIONAL, FileFacts(), TODAY)
    assert nothing.total is None


def test_the_file_holds_a_part_once_any_customer_has_it() -> None:
    assert file_facts([]) == FileFacts()
    assert file_facts([row("a"), row("b", since_on=TODAY)]) == FileFacts(tenure=True)
    assert file_facts([row("a", reference=True), row("b", purchase_days=1)]) == FileFacts(
        purchases=True, takes_part=True
    )


def test_what_lies_after_today_counts_as_todays() -> None:
    early = row(
        since_on=date(2027, 1, 1),
        purchase_days=2,
        first_purchase_on=date(2027, 1, 1),
        last_purchase_on=date(2027, 2, 1),
    )
    score = loyalty(early, ALL, TODAY)
    assert (score.tenure, score.rhythm) == (0, 15)


FACTS = st.builds(
    lambda since, days, gaps, feedback, event, reference: row(
        since_on=since,
        purchase_days=days,
        first_purchase_on=min(gaps) if days else None,
        last_purchase_on=max(gaps) if days else None,
        gave_feedback=feedback,
        came_to_event=event,
        reference=reference,
    ),
    st.none() | st.dates(),
    st.integers(0, 400),
    st.lists(st.dates(), min_size=2, max_size=2),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


KNOWN = st.builds(
    FileFacts, tenure=st.booleans(), purchases=st.booleans(), takes_part=st.booleans()
)


@given(st.lists(FACTS, min_size=1, max_size=5), KNOWN, st.dates())
def test_each_of_many_has_the_parts_of_the_formula(
    many: list[CustomerFacts], known: FileFacts, today: date
) -> None:
    rows = [msgspec.structs.replace(facts, customer_id=f"c{n}") for n, facts in enumerate(many)]
    scores = Loyalties(rows, known, today)
    assert list(scores) == [facts.customer_id for facts in rows]
    for facts in rows:
        score = scores[facts.customer_id]
        assert score == loyalty(facts, known, today)
        if not known.known_points:
            assert score.total is None
            continue
        parts = {
            part: round(points * 100 / known.known_points, 1)
            for part, points in _by_the_formula(facts, today).items()
            if getattr(known, "purchases" if part in ("repeats", "rhythm") else part)
        }
        for part in ("tenure", "repeats", "rhythm", "takes_part"):
            assert getattr(score, part) == pytest.approx(parts.get(part), abs=0.11)
        assert score.total == pytest.approx(sum(parts.values()), abs=0.41)


def _by_the_formula(facts: CustomerFacts, today: date) -> dict[str, float]:
    """SUGGESTIONS.md, Loyalty, as it stands there."""
    points = dict.fromkeys(("tenure", "repeats", "rhythm", "takes_part"), 0.0)
    if facts.since_on:
        points["tenure"] = 20 * min(1, max(0, (today - facts.since_on).days) / 365.25 / 5)
    if facts.purchase_days and facts.last_purchase_on:
        points["repeats"] = 45 * min(1, math.log(facts.purchase_days) / math.log(20))
        late = max(0, (today - facts.last_purchase_on).days) / own_interval_days(facts)
        points["rhythm"] = 15 * min(1, max(0, 1 - late / 4))
    points["takes_part"] = 7 * facts.gave_feedback + 7 * facts.came_to_event + 6 * facts.reference
    return points


@given(FACTS, KNOWN, st.dates())
def test_a_total_lies_between_nothing_and_a_hundred(
    facts: CustomerFacts, known: FileFacts, today: date
) -> None:
    score = loyalty(facts, known, today)
    parts = [score.tenure, score.repeats, score.rhythm, score.takes_part]
    if score.total is None:
        assert parts == [None] * 4
    else:
        assert 0 <= score.total <= 100
        assert score.total == pytest.approx(sum(part or 0 for part in parts))


def ranked(totals: list[float | None], **fields: list[object]) -> dict[str, Tier]:
    """Return the tiers of customers c00, c01, … with these totals and, by name, further fields."""
    rows = [
        row(f"c{n:02}", **{name: values[n] for name, values in fields.items()})
        for n in range(len(totals))
    ]
    scores = {
        r.customer_id: Loyalty(tenure=t, repeats=None, rhythm=None, takes_part=None, total=t)
        for r, t in zip(rows, totals, strict=True)
    }
    return tiers(rows, scores)


TWENTY = [100.0 - n for n in range(20)]


def test_a_fifth_is_in_tier_a_and_the_next_third_in_tier_b() -> None:
    found = list(ranked(TWENTY).values())
    assert found == [Tier.A] * 4 + [Tier.B] * 7 + [Tier.C] * 9


def test_a_tier_is_left_later_than_it_is_entered() -> None:
    found = list(ranked(TWENTY, tier=[Tier.A] * 20).values())
    assert found == [Tier.A] * 5 + [Tier.B] * 7 + [Tier.C] * 8
    found = list(ranked(TWENTY, tier=[Tier.B] * 20).values())
    assert found == [Tier.A] * 4 + [Tier.B] * 8 + [Tier.C] * 8
    found = list(ranked(TWENTY, tier=[Tier.C] * 20).values())
    assert found == [Tier.A] * 4 + [Tier.B] * 7 + [Tier.C] * 9


def test_equal_loyalty_has_the_equal_and_lower_tier() -> None:
    totals = [90.0, 80.0, 80.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0]
    found = list(ranked(totals).values())
    assert found == [Tier.A] + [Tier.B] * 4 + [Tier.C] * 5
    assert set(ranked([50.0] * 10).values()) == {Tier.C}


def test_a_pin_wins_and_keeps_its_rank() -> None:
    pins = [Tier.C, *[None] * 18, Tier.A]
    found = list(ranked(TWENTY, tier_pin=pins).values())
    assert found[0] is Tier.C
    assert found[19] is Tier.A
    assert found[1:4] == [Tier.A] * 3
    assert found[4] is Tier.B


def test_lost_customers_take_no_rank_and_keep_their_tier() -> None:
    status = [Status.LOST] * 5 + [Status.ACTIVE] * 15
    kept = [Tier.B, *[None] * 19]
    found = list(ranked(TWENTY, status=status, tier=kept).values())
    assert found[:2] == [Tier.B, Tier.C]
    assert found[5:9] == [Tier.A] * 3 + [Tier.B]


def test_while_nothing_is_known_everybody_is_in_tier_b() -> None:
    assert set(ranked([None] * 3).values()) == {Tier.B}
    assert ranked([]) == {}
    assert ranked([None], tier_pin=[Tier.A]) == {"c00": Tier.A}


@given(
    st.lists(
        st.tuples(
            st.sampled_from([10.0, 20.0, 30.5, 99.9]),
            st.sampled_from([None, *Tier]),
            st.sampled_from([None, None, *Tier]),
            st.sampled_from(Status),
        ),
        max_size=25,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=50)
def test_tiers_do_not_depend_on_the_order_of_customers(
    people: list[tuple[float, Tier | None, Tier | None, Status]], chance: random.Random
) -> None:
    rows = [
        row(f"c{n}", tier=tier, tier_pin=pin, status=status)
        for n, (_, tier, pin, status) in enumerate(people)
    ]
    scores = {
        f"c{n}": Loyalty(tenure=t, repeats=None, rhythm=None, takes_part=None, total=t)
        for n, (t, *_) in enumerate(people)
    }
    mixed = rows.copy()
    chance.shuffle(mixed)
    found = tiers(rows, scores)
    assert tiers(mixed, scores) == found
    # Nobody with more loyalty has a lower tier, where nothing else differs.
    plain = [r for r in rows if r.tier is None and r.tier_pin is None and r.status is Status.ACTIVE]
    ordered = sorted(plain, key=lambda r: -(scores[r.customer_id].total or 0))
    assert [found[r.customer_id] for r in ordered] == sorted(found[r.customer_id] for r in ordered)

"""The simulated year of benchmarks/year.py: one world for all rules, which none of them changes."""

import importlib.util
from collections import Counter
from datetime import timedelta
from pathlib import Path
from statistics import fmean
from types import ModuleType, SimpleNamespace

import pytest

from outreach_tui.domain.customer import Tier
from outreach_tui.domain.hours import call_window

ROOT = Path(__file__).parents[2]
CUSTOMERS = 20


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_year", ROOT / "benchmarks/year.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def world(bench):
    return bench.World(1, CUSTOMERS)


@pytest.fixture(scope="module")
def accounts(bench):
    return [bench.World.account(SimpleNamespace(seed=7), n, Tier.C) for n in range(300)]


def one(bench, world, **fields):
    """Return a world with one customer, whose fields are these."""
    account = next(iter(world.accounts.values()))._replace(tier=Tier.A, **fields)
    return SimpleNamespace(
        accounts={account.id: account}, spoken={}, slips=lambda _: bench.slips(account.orders)
    )


def year(bench, *talks):
    return bench.Year({"c0001": list(talks)}, Counter(call=4), 1)


def test_a_seed_makes_the_same_world_again(bench, world):
    again = bench.World(1, CUSTOMERS)
    assert again.accounts == world.accounts
    assert again.happenings == world.happenings
    assert bench.World(2, CUSTOMERS).accounts != world.accounts


def test_a_draw_depends_on_its_key_alone(bench, world):
    asked = [(id_, day) for id_ in list(world.accounts)[:5] for day in range(100)]
    forwards = {key: world.answers(*key) for key in asked}
    again = bench.World(1, CUSTOMERS)
    assert {key: again.answers(*key) for key in reversed(asked)} == forwards


def test_no_rule_changes_the_world(bench, world):
    before = (dict(world.accounts), [list(day) for day in world.happenings], dict(world.spoken))
    answers = [world.answers(id_, 40) for id_ in world.accounts]
    first = {name: bench.live(world, make) for name, make in bench.POLICIES.items()}
    assert (world.accounts, world.happenings, world.spoken) == before
    assert [world.answers(id_, 40) for id_ in world.accounts] == answers
    # And so none of them has anything to say in the year of another, whoever comes first.
    for name in ("fixed frequency", "days/max, calendar"):
        assert bench.live(world, bench.POLICIES[name]) == first[name]


def test_all_rules_are_told_of_the_same_happenings(bench, world):
    told = []

    class Quiet(bench.Policy):
        def todo(self, day):
            return ()

        def happened(self, day, happening):
            told.append((day, happening))

    bench.live(world, Quiet)
    assert told == [(day, h) for day, here in enumerate(world.happenings) for h in here]


def test_nobody_is_called_while_the_member_is_away_or_free(bench, world):
    days = [day for day in range(bench.DAYS) if world.works(day)]
    # 261 weekdays of 2026, 25 of them away; six holidays of Berlin fall on others.
    assert len(days) == 261 - 25 - 6
    asked = set()

    class Asked(bench.Policy):
        def todo(self, day):
            asked.add(day)
            return ()

    bench.live(world, Asked)
    assert asked == set(days)


def test_tiers_have_their_shares(bench):
    tiers = Counter(bench.tiers_of(1, 200))
    assert tiers == {Tier.A: 40, Tier.B: 70, Tier.C: 90}
    assert bench.tiers_of(1, 200) != bench.tiers_of(2, 200)


def test_countries_come_by_their_weights(bench, accounts):
    found = Counter(account.place.country for account in accounts)
    assert set(found) == set(bench.COUNTRIES)
    assert found["DE"] / len(accounts) == pytest.approx(30 / 158, abs=0.06)


def test_rates_are_those_of_the_design(bench, accounts):
    rates = [account.rate for account in accounts]
    assert min(rates) >= 0.45 and max(rates) < 0.85
    assert fmean(rates) == pytest.approx(0.65, abs=0.02)
    days = len(accounts) * bench.DAYS
    assert sum(len(a.calls) for a in accounts) / days == pytest.approx(1 / 400, rel=0.15)
    assert sum(len(a.feedback) for a in accounts) / days == pytest.approx(1 / 300, rel=0.15)
    assert {a.rhythm for a in accounts} == {30, 60, 90, 180, 365}
    assert all(0 <= a.renewal < bench.DAYS for a in accounts)


def test_orders_come_in_their_rhythm_until_somebody_lapses(bench, accounts):
    monthly = [a for a in accounts if a.rhythm == 30]
    gaps = [b - a for m in monthly for a, b in zip(m.orders, m.orders[1:], strict=False)]
    assert fmean(gaps) == pytest.approx(30, rel=0.05)
    # Gamma with shape 4: the deviation is half of the mean.
    assert fmean((gap - 30) ** 2 for gap in gaps) ** 0.5 == pytest.approx(15, rel=0.1)
    lapsed = sum(a.lapses_on < bench.DAYS for a in accounts) / len(accounts)
    assert lapsed == pytest.approx(0.12, abs=0.04)
    assert all(not a.orders or a.orders[-1] < a.lapses_on for a in accounts)


def test_calls_are_answered_as_often_as_the_rate_says_and_never_when_nobody_works(bench, world):
    answered, expected = 0, 0.0
    for id_, account in world.accounts.items():
        for day in range(bench.DAYS):
            if world.can_talk(id_, day):
                answered += world.answers(id_, day)
                expected += account.rate
            else:
                assert not world.answers(id_, day)
    assert answered == pytest.approx(expected, rel=0.05)


def test_hours_meet_where_the_programs_own_rules_say_so(bench, world):
    member = world.member
    places = {account.place.zone: account for account in world.accounts.values()}
    for zone, account in places.items():
        for day in range(0, bench.DAYS, 7):
            if not all(world.open(account.id, d) for d in (day - 1, day, day + 1)):
                continue
            on = bench.FIRST + timedelta(days=day)
            window = call_window(on, member.works_from, member.works_to, member.zone, zone)
            assert world.can_talk(account.id, day) == (window is not None)


def test_the_member_is_there_for_a_call_only_at_work(bench, world):
    calls = [(d, h) for d, here in enumerate(world.happenings) for h in here if h.kind == "call"]
    assert calls
    for day, call in calls:
        assert world.open(call.customer_id, day)
        assert call.held == (world.works(day) and world.can_talk(call.customer_id, day))


def test_a_slip_begins_at_one_and_a_half_of_the_usual_interval_and_has_to_last(bench):
    assert bench.slips((0, 40, 80, 120)) == [181]

    # An order 20 days later ends it before anybody had 21 days.

    assert 181 not in bench.slips((0, 40, 80, 120, 201))
    assert bench.slips((0, 40)) == []


def test_days_since_count_from_the_last_conversation(bench):
    since = dict(bench.days_since([3, 5], None))
    assert [since[day] for day in (0, 2, 3, 4, 5, 6)] == [None, None, 0, 1, 0, 1]
    assert dict(bench.days_since([], -10))[5] == 15


def test_figures_count_from_the_end_of_the_burn_in(bench, world):
    account = one(bench, world, feedback=(10, 100, 200, 360), renewal=150, orders=())
    found = bench.figures(account, year(bench, 80, 110, 205, 300))
    assert found[bench.FEEDBACK] == 100.0
    assert found["feedback"] == 2
    assert found[bench.RENEWALS] == 100.0
    assert found[bench.LONGEST] == 94
    assert found[bench.NEVER_OUT] == 0.0
    # Past the 90 days on four days before day 205, and again before day 300.
    assert found[bench.IN_BAND] == pytest.approx(100 * (275 - 8) / 275)
    assert found[bench.WRONG] == 25.0


def test_a_goal_needs_the_mean_and_the_worst_seed(bench):
    goal = bench.GOALS[bench.IN_BAND]
    assert goal.met([99.5, 98.5])
    assert not goal.met([99.9, 97.9])
    assert not goal.met([98.9, 98.9])
    assert not bench.GOALS[bench.WRONG].met([0.0, 0.1])


def test_the_programs_load_of_many_customers_shows_a_notice(bench):
    assert bench.notice(bench.load_of(20)) == "says nothing"
    assert bench.notice(1.0) == "shows a notice"
    assert bench.notice(1.2) == "shows a dialog"

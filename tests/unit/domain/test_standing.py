"""How far into the promised band a customer is."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Tier, TierMove
from outreach_tui.domain.loyalty import Loyalty
from outreach_tui.domain.standing import (
    MOVES_KEPT,
    Earlier,
    State,
    bands_of,
    is_new,
    standings,
    with_move,
)
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


def moved(*moves: tuple[int, Tier | None]) -> tuple[TierMove, ...]:
    """Return moves by how many days ago they were, and what the tier was until then."""
    return tuple(TierMove(on=days_ago(ago), was=was) for ago, was in moves)


@pytest.mark.parametrize(
    ("was", "spoke", "rose", "most"),
    [
        # B promised 150 days: they hold on, since A's 90 begin on the day it rose.
        (Tier.B, 94, 0, 150),
        (Tier.B, 94, 30, 150),
        # Spoken to shortly before: A's 90 days from then on are sooner over than the 150.
        (Tier.B, 40, 10, 120),
        (Tier.C, 200, 0, 290),
        # Spoken to on the day or since: the new promise alone; so for the first tier.
        (Tier.B, 30, 30, 90),
        (Tier.B, 20, 30, 90),
        (None, 94, 0, 90),
    ],
)
def test_a_tier_that_rose_breaks_no_promise_that_held(
    was: Tier | None, spoke: int, rose: int, most: int
) -> None:
    moves = moved((rose, was))
    facts = row(last_live_on=days_ago(spoke), tier=Tier.A, tier_moves=moves)
    found = stand(facts)
    assert found.cadence == Cadence(ideal_days=SETTINGS.a.ideal_days, max_days=most)
    held = Earlier(days_ago(rose), bands_of(SETTINGS)[was].max_days) if was and most > 90 else None
    assert found.earlier == held
    pinned = msgspec.structs.replace(facts, tier=Tier.C, tier_pin=Tier.A)
    assert stand(pinned).cadence == found.cadence


@pytest.mark.parametrize(
    ("moves", "tier", "most"),
    [
        # Who falls has the longer promise at once.
        ([(40, Tier.A)], Tier.C, 300),
        # Who returns has the promise that was given, which is not over: a wrong pin changes nothing.
        ([(40, Tier.B), (20, Tier.C)], Tier.B, 150),
        ([(40, Tier.B), (20, Tier.A)], Tier.B, 150),
        ([(90, Tier.C), (40, Tier.B), (20, Tier.A)], Tier.B, 160),
        # One that is over by then is not brought back: nobody is late on the day on which they rise.
        ([(60, Tier.A), (5, Tier.C)], Tier.A, 185),
        # Of moves before the last conversation none counts.
        ([(300, Tier.A), (120, Tier.B)], Tier.C, 300),
    ],
)
def test_who_goes_back_to_a_tier_goes_back_to_its_promise(
    moves: list[tuple[int, Tier]], tier: Tier, most: int
) -> None:
    facts = row(last_live_on=days_ago(100), tier=tier, tier_moves=moved(*moves))
    assert stand(facts, tier).cadence.max_days == most


def test_a_rank_of_today_that_is_not_kept_yet_has_risen_too() -> None:
    facts = row(last_live_on=days_ago(94), tier=Tier.B, tier_moves=moved((500, None)))
    # Who only reads stores no move: the promise stands as it was, on this day and on later ones.
    for day in (0, 1, 30):
        found = stand(facts, today=WEDNESDAY + timedelta(days=day))
        assert (found.cadence.max_days, found.earlier) == (150, Earlier(None, 150))
    assert stand(facts, Tier.C).cadence == SETTINGS.c


def test_who_was_never_spoken_to_or_has_a_band_of_their_own_has_that_at_once() -> None:
    rose = {"tier": Tier.A, "tier_moves": moved((1, Tier.B))}
    assert stand(row(**rose)).cadence == SETTINGS.a
    own = Cadence(ideal_days=7, max_days=10)
    found = stand(row(last_live_on=days_ago(94), cadence=own, **rose))
    assert (found.cadence, found.earlier) == (own, None)


@pytest.mark.parametrize(
    # However long after its day the order is known: nobody is late on the day of an import.
    ("spoke", "since", "most"),
    [(77, 0, 150), (77, 60, 150), (5, 5, 30), (5, 9, 30)],
)
def test_a_first_order_breaks_no_promise_that_was_given_before_it(
    spoke: int, since: int, most: int
) -> None:
    facts = row(last_live_on=days_ago(spoke), since_on=days_ago(since), tier=Tier.B)
    found = stand(facts, Tier.B)
    assert found.cadence == Cadence(ideal_days=SETTINGS.new.ideal_days, max_days=most)
    assert found.earlier == (Earlier(days_ago(since), 150) if most > 30 else None)


def test_what_holds_on_at_a_first_order_is_what_the_tier_of_before_promised() -> None:
    # With the first order the rank is known: from B, as long as it was not, to C.
    moves = moved((300, None), (0, Tier.B))
    facts = row(last_live_on=days_ago(77), since_on=WEDNESDAY, tier=Tier.C, tier_moves=moves)
    found = stand(facts, Tier.C)
    assert (found.cadence.max_days, found.earlier) == (150, Earlier(WEDNESDAY, 150))


def test_a_rank_that_rises_while_a_customer_is_new_takes_nothing_back() -> None:
    # The first rank came with the file, long after the first order.
    moves = moved((3, None), (0, Tier.B))
    facts = row(last_live_on=days_ago(200), since_on=days_ago(50), tier=Tier.A, tier_moves=moves)
    found = stand(facts)
    assert (found.cadence.max_days, found.earlier) == (150, Earlier(days_ago(50), 150))


def test_what_moved_while_a_customer_was_new_counts_once_they_are_not() -> None:
    moves = moved((111, Tier.B), (66, Tier.C))
    new = {"since_on": days_ago(113), "tier": Tier.A, "tier_moves": moves}
    # Spoken to before the first order: what tier B promised holds on, and tier C was never promised.
    found = stand(row(last_live_on=days_ago(140), **new))
    assert found.cadence == Cadence(ideal_days=SETTINGS.a.ideal_days, max_days=150)
    assert found.earlier == Earlier(days_ago(66), 150)
    # Spoken to while they were new: that promise is over, and what begins is the one of the tier.
    found = stand(row(last_live_on=days_ago(100), **new))
    assert (found.cadence, found.earlier) == (SETTINGS.a, None)
    # A move after that counts from its day.
    later = {**new, "tier_moves": (*moves, *moved((10, Tier.A))), "tier": Tier.B}
    found = stand(row(last_live_on=days_ago(100), **later), Tier.B)
    assert (found.cadence, found.earlier) == (SETTINGS.b, None)


def test_several_moves_of_a_day_are_one_and_none_if_they_lead_back() -> None:
    facts = row(tier=Tier.B, tier_moves=moved((9, Tier.C)))
    to_a = with_move(facts, Tier.A, WEDNESDAY)
    assert to_a == moved((9, Tier.C), (0, Tier.B))
    facts = msgspec.structs.replace(facts, tier=Tier.A, tier_moves=to_a)
    assert with_move(facts, Tier.C, WEDNESDAY) == to_a
    assert with_move(facts, Tier.B, WEDNESDAY) == moved((9, Tier.C))
    assert with_move(row(), Tier.B, WEDNESDAY) == moved((0, None))
    many = moved(*((n, Tier.C) for n in range(30, 1, -1)))
    kept = with_move(row(tier=Tier.B, tier_moves=many), Tier.A, WEDNESDAY)
    assert kept == (*many[1 - MOVES_KEPT :], *moved((0, Tier.B)))


MOVES = st.lists(st.tuples(st.integers(1, 200), st.sampled_from(Tier)), max_size=6)


@given(st.sampled_from(Tier), MOVES, st.integers(0, 300))
def test_nobody_is_late_by_a_move_and_no_promise_holds_for_ever(
    first: Tier, moves: list[tuple[int, Tier]], later: int
) -> None:
    bands = bands_of(SETTINGS)
    spoke = today = WEDNESDAY
    facts = row(last_live_on=spoke, tier=first, tier_moves=moved((9, None)))
    held = bands[first].max_days
    promised = {first: held}
    for days, tier in moves:
        today += timedelta(days=days)
        unkept = stand(facts, tier, today=today)
        facts = msgspec.structs.replace(facts, tier=tier, tier_moves=with_move(facts, tier, today))
        found = stand(facts, tier, today=today)
        assert bands[tier].max_days <= unkept.cadence.max_days <= max(held, bands[tier].max_days)
        assert (found.earlier is None) == (found.cadence == bands[tier])
        most, waited = found.cadence.max_days, (today - spoke).days
        assert bands[tier].max_days <= most <= max(*promised.values(), bands[tier].max_days)
        if waited <= held:
            assert found.state is not State.LATE
        if waited <= promised.get(tier, 0):
            assert most == promised[tier]
        promised[tier] = held = most
    # As many days after the last move as its tier has, somebody is late.
    end = today + timedelta(days=later)
    if later > bands[facts.tier or first].max_days:
        assert stand(facts, facts.tier or first, today=end).state is State.LATE


@given(st.sampled_from(Tier), MOVES, st.integers(-150, 150))
def test_nobody_is_late_before_what_was_promised_on_the_day_before(
    first: Tier, moves: list[tuple[int, Tier]], since: int
) -> None:
    spoke, day = WEDNESDAY, WEDNESDAY
    facts = row(last_live_on=spoke, tier=first, tier_moves=moved((9, None)))
    ahead = {(day := day + timedelta(days=days)): tier for days, tier in moves}
    since_on, promised = spoke + timedelta(days=since), 0
    for waited in range(320):
        today = spoke + timedelta(days=waited)
        tier = ahead.get(today, facts.tier or first)
        kept = with_move(facts, tier, today) if tier is not facts.tier else facts.tier_moves
        # An order makes a customer on its day, and is known from then on.
        facts = msgspec.structs.replace(
            facts, tier=tier, tier_moves=kept, since_on=since_on if since_on <= today else None
        )
        found = stand(facts, tier, today=today)
        if waited <= promised:
            assert found.state is not State.LATE
        promised = found.cadence.max_days

"""The day's list: who is on it, in which order, why, and who is not."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.day_list import PERSON_KINDS, Lane, Suggestion, SuggestionKind
from outreach_tui.domain.facts import CustomerFacts, OwedAnswer
from outreach_tui.domain.loyalty import file_facts, loyalty, tiers
from outreach_tui.domain.member import Member
from outreach_tui.domain.questions import ASK_FOR_A_TALK
from outreach_tui.domain.standing import Standing, standings
from outreach_tui.domain.suggest import Plan, hard_filter, suggest
from outreach_tui.domain.touchpoint import TouchpointKind
from unit.domain.making import (
    SETTINGS,
    TUESDAY,
    WEDNESDAY,
    at,
    days_ago,
    member,
    place,
    row,
    stand,
)

THANK, CHECK_IN = SuggestionKind.THANK_YOU_CALL, SuggestionKind.CHECK_IN_CALL
OLD = days_ago(900)


def spoke(days: int, id_: str = "c1", **fields: Any) -> CustomerFacts:
    """Return an old customer to whom nobody has anything to say but that it has been a while."""
    return row(
        id_,
        **{
            "since_on": OLD,
            "last_live_on": days_ago(days),
            "last_give_on": days_ago(days),
            "last_face_to_face_on": days_ago(days),
            "last_event_on": days_ago(days),
            **fields,
        },
    )


def waiting(id_: str = "c1", days: int = 30, **fields: Any) -> CustomerFacts:
    """Return a customer who is not due, but wrote and heard nothing."""
    return spoke(days, id_, unanswered_on=days_ago(2), **fields)


def plan(
    who: Iterable[Standing | CustomerFacts], today: date = WEDNESDAY, me: Member | None = None
) -> Plan:
    known = [s if isinstance(s, Standing) else stand(s, today=today) for s in who]
    return suggest(known, today, SETTINGS, me or member())


def ids(found: Plan) -> list[str]:
    return [s.customer_id for s in found.suggestions]


def only(found: Plan) -> Suggestion:
    (suggestion,) = found.suggestions
    return suggestion


def codes(suggestion: Suggestion) -> list[str]:
    return [reason.code for reason in suggestion.reasons]


# Lanes


@pytest.mark.parametrize(
    ("facts", "lane"),
    [
        (spoke(45), None),
        (spoke(46), Lane.DUE),
        (spoke(76), Lane.DUE),
        (spoke(77), Lane.BREAKING),
        (spoke(300), Lane.BREAKING),
        (row(), Lane.BREAKING),
        (waiting(), Lane.REASON),
        (spoke(26, cadence=Cadence(ideal_days=30, max_days=30)), Lane.BREAKING),
    ],
)
def test_a_customer_is_in_the_lane_of_the_weightiest_cause(
    facts: CustomerFacts, lane: Lane | None
) -> None:
    found = plan([facts])
    assert [s.lane for s in found.suggestions] == ([lane] if lane else [])
    assert found.left_out == ()


def test_who_is_due_and_has_a_reason_is_called_for_the_reason() -> None:
    suggestion = only(plan([waiting(days=60)]))
    assert suggestion.lane is Lane.REASON
    assert codes(suggestion) == ["unanswered", "due"]


def test_a_band_called_wrong_is_not_given() -> None:
    assert plan([spoke(60, muted={"due": days_ago(-1)})]).suggestions == ()
    assert len(plan([spoke(60, muted={"due": WEDNESDAY})]).suggestions) == 1
    assert plan([row(muted={"never": days_ago(-1)})]).suggestions == ()


def test_the_furthest_into_its_band_comes_first_by_tier_then_loyalty_then_id() -> None:
    standings_ = [
        stand(spoke(100, "a"), Tier.A, 10),
        stand(spoke(170, "b"), Tier.B, 10),
        stand(spoke(340, "c"), Tier.C, 10),
        stand(spoke(100, "d"), Tier.A, 20),
        stand(spoke(100, "e"), Tier.A, 10),
    ]
    # 100/90 · 1.3 = 1.44, 170/150 · 1.1 = 1.25, 340/300 = 1.13
    assert ids(plan(standings_, me=member(calls_a_day=9))) == ["d", "a", "e", "b", "c"]


def test_the_weightiest_reasons_come_first() -> None:
    standings_ = [
        stand(waiting("a", days=30), Tier.C),
        stand(waiting("b", days=30), Tier.A),
        stand(waiting("c", days=200), Tier.C),
        stand(waiting("d", days=30, ask_run=2), Tier.A),
    ]
    # 0.4 + 0.3 · days/max and 0.2 for d's asks, whatever the tier
    assert ids(plan(standings_, me=member(calls_a_day=9))) == ["d", "c", "b", "a"]


def test_breaking_comes_before_a_reason_before_due() -> None:
    found = plan([spoke(60, "due"), waiting("reason"), spoke(80, "breaking")])
    assert ids(found) == ["breaking", "reason", "due"]


def test_never_spoken_is_not_past_the_maximum_and_goes_by_loyalty() -> None:
    standings_ = [stand(row("a"), total=10), stand(row("b"), total=80), stand(spoke(100, "c"))]
    assert ids(plan(standings_)) == ["c", "b", "a"]


# The slot of the second lane


@pytest.mark.parametrize(
    ("late", "today", "kept"),
    [
        (False, WEDNESDAY, True),
        (True, WEDNESDAY, False),
        (True, TUESDAY, True),
        (True, TUESDAY + timedelta(days=2), True),
        (True, TUESDAY + timedelta(days=3), False),
    ],
)
def test_one_slot_is_kept_for_a_reason(late: bool, today: date, kept: bool) -> None:
    busy = [spoke(95 if late else 85, f"b{n}") for n in range(5)]
    found = plan([*busy, waiting("r")], today)
    assert ("r" in ids(found)) is kept
    assert len(ids(found)) == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"do_not_contact": True},
        {"status": Status.LOST},
        {"status": Status.PAUSED},
        {"status": Status.PAUSED, "paused_until": days_ago(-9)},
        {"owner_id": "another"},
    ],
)
def test_who_cannot_be_called_at_all_does_not_take_the_slot_away(fields: dict[str, Any]) -> None:
    busy = [spoke(85, f"b{n}") for n in range(5)]
    assert "r" in ids(plan([*busy, spoke(200, "late", **fields), waiting("r")]))


def test_a_late_customer_who_is_not_loyal_does_not_take_the_slot_away() -> None:
    busy = [stand(spoke(85, f"b{n}")) for n in range(5)]
    late = stand(spoke(400, "late"), Tier.C)
    assert "r" in ids(plan([*busy, late, stand(waiting("r"))]))


@pytest.mark.parametrize(
    ("calls", "late", "kept"),
    [(5, False, 3), (4, False, 2), (3, False, 1), (1, False, 1), (5, True, 1)],
)
def test_most_slots_are_kept_for_reasons_while_nobody_waits_too_long(
    calls: int, late: bool, kept: int
) -> None:
    busy = [spoke(95 if late else 85, f"b{n}") for n in range(9)]
    known = [*busy, *(waiting(f"r{n}") for n in range(9))]
    found = plan(known, TUESDAY, member(calls_a_day=calls))
    assert [s.lane for s in found.suggestions].count(Lane.REASON) == kept
    assert len(found.suggestions) == calls


def test_who_waits_for_an_answer_for_three_weeks_has_a_slot_every_day() -> None:
    late = [spoke(95, f"b{n}") for n in range(9)]
    for days, found in ((20, False), (21, True)):
        letter = spoke(30, "r", unanswered_on=days_ago(days))
        assert ("r" in ids(plan([*late, letter], me=member(calls_a_day=5)))) is found


def test_no_more_than_two_of_the_slots_kept_for_reasons_go_to_those_who_are_alike() -> None:
    same = {"city": "Graz", "industry": "food"}
    known = [*(waiting(f"a{n}", **same) for n in range(5)), waiting("z")]
    known += [spoke(85, "b"), spoke(85, "c")]
    assert ids(plan(known, me=member(calls_a_day=5))) == ["b", "c", "a0", "a1", "z"]


@pytest.mark.parametrize(
    "fields",
    [{"ask_run": 2}, {"since_on": days_ago(365)}, {"reference": True, "last_give_on": OLD}],
)
def test_asks_and_occasions_alone_wait_for_the_third_lane(fields: dict[str, Any]) -> None:
    waits = spoke(30, "b", **fields)
    found = plan([waits, spoke(85, "a"), spoke(60, "c")], me=member(calls_a_day=9))
    assert [(s.customer_id, s.lane) for s in found.suggestions] == [
        ("a", Lane.BREAKING),
        ("c", Lane.DUE),
        ("b", Lane.DUE),
    ]


def test_who_is_breaking_and_has_a_reason_can_fill_the_slot() -> None:
    found = plan([spoke(85, "a"), waiting("b", days=80)], me=member(calls_a_day=1))
    suggestion = only(found)
    assert (suggestion.customer_id, suggestion.lane) == ("b", Lane.BREAKING)
    assert codes(suggestion) == ["unanswered", "due"]


# How many, and how alike


@pytest.mark.parametrize("calls", [0, 1, 3, 50, -1])
def test_there_are_at_most_the_members_calls(calls: int) -> None:
    found = plan([spoke(60 + n, f"c{n}") for n in range(20)], me=member(calls_a_day=calls))
    assert len(found.suggestions) == max(0, min(20, calls))


def test_at_most_two_are_alike_while_there_are_others() -> None:
    alike = [spoke(89, f"a{n}", city="Lyon", industry="Food") for n in range(4)]
    other_town = spoke(60, "b", city="Paris", industry="Food")
    other_trade = spoke(50, "c", city="LYON", industry="Steel")
    me = member(calls_a_day=4)
    assert ids(plan([*alike, other_town, other_trade], me=me)) == ["a0", "a1", "b", "c"]
    assert ids(plan([*alike, other_town], me=me)) == ["a0", "a1", "a2", "b"]
    assert ids(plan(alike, me=me)) == ["a0", "a1", "a2", "a3"]


def test_customers_of_whom_nothing_is_known_are_not_alike() -> None:
    unknown = [spoke(89, f"a{n}") for n in range(3)]
    assert ids(plan([*unknown, spoke(50, "b", city="Lyon", industry="Food")])) == ["a0", "a1", "a2"]


# Hard filters


@pytest.mark.parametrize(
    ("fields", "reason", "next_on"),
    [
        ({"do_not_contact": True}, "asked not to be contacted", None),
        ({"status": Status.LOST}, "lost", None),
        ({"status": Status.PAUSED}, "paused", None),
        (
            {"status": Status.PAUSED, "paused_until": days_ago(-9)},
            "paused until 4 Dec",
            days_ago(-9),
        ),
        (
            {"meetings_at": (at(days_ago(-2)),)},
            "a meeting is planned for 27 Nov",
            days_ago(-7),
        ),
        (
            # 23:30 in London is tomorrow in Berlin.
            {"meetings_at": (datetime.fromisoformat("2026-11-24T23:30+00:00"),)},
            "a meeting is planned for 25 Nov",
            days_ago(-5),
        ),
        (
            # A past one that nobody marked must not hide the one ahead.
            {"meetings_at": (at(days_ago(5)), at(days_ago(-2)))},
            "a meeting is planned for 27 Nov",
            days_ago(-7),
        ),
        (
            {"meetings_at": (at(days_ago(1)),)},
            "nobody said yet how it was on 24 Nov",
            days_ago(-5),  # four days on is a Sunday
        ),
        ({"snoozed_until": days_ago(-1)}, "snoozed until 26 Nov", days_ago(-1)),
        (
            {"tries": 1, "last_try_at": at(days_ago(1))},
            "no answer on 24 Nov",
            days_ago(-1),
        ),
        # Friday's try is repeated on Tuesday.
        ({"tries": 2, "last_try_at": at(days_ago(0))}, "no answer on 25 Nov", days_ago(-2)),
    ],
)
def test_who_must_not_be_called_is_left_out_with_the_reason(
    fields: dict[str, Any], reason: str, next_on: date | None
) -> None:
    for facts in (spoke(95, **fields), row(**fields), waiting(**fields)):
        found = plan([facts])
        assert found.suggestions == ()
        (left_out,) = found.left_out
        assert (left_out.reason, left_out.next_on) == (reason, next_on)
        assert next_on is None or next_on > WEDNESDAY
        if next_on:
            free = stand(facts, today=next_on)
            assert hard_filter(free, next_on, member()) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.PAUSED, "paused_until": WEDNESDAY},
        {"meetings_at": (at(days_ago(5)),)},
        {"snoozed_until": WEDNESDAY},
        {"tries": 3, "last_try_at": at(days_ago(2))},
        {"tries": 0, "last_try_at": None},
    ],
)
def test_what_is_over_bars_nobody(fields: dict[str, Any]) -> None:
    assert len(plan([spoke(95, **fields)]).suggestions) == 1


def test_a_try_on_friday_is_repeated_on_tuesday() -> None:
    friday, tuesday = date(2026, 11, 20), date(2026, 11, 24)
    facts = spoke(95, tries=1, last_try_at=at(friday))
    assert plan([facts], tuesday).suggestions
    (left_out,) = plan([facts], tuesday - timedelta(days=1)).left_out
    assert left_out.next_on == tuesday


OWED = OwedAnswer(
    feedback_id="f", words="labels", asked_on=OLD, decided_on=days_ago(3), state="done"
)
OLD_NEWS = msgspec.structs.replace(OWED, decided_on=days_ago(60))


@pytest.mark.parametrize(
    ("days", "fields", "next_in"),
    [
        (20, {}, 1),
        (21, {}, None),
        (4, {"owed": (OWED,)}, 1),
        (5, {"owed": (OWED,)}, None),
        (4, {"unanswered_on": days_ago(2)}, 1),
        (5, {"unanswered_on": days_ago(2)}, None),
        (13, {"since_on": days_ago(60)}, 1),
        (14, {"since_on": days_ago(60)}, None),
    ],
)
def test_nobody_is_called_again_at_once(
    days: int, fields: dict[str, Any], next_in: int | None
) -> None:
    facts = spoke(days, ask_run=2, **fields)
    found = plan([facts])
    if next_in is None:
        assert ids(found) == ["c1"]
    else:
        (left_out,) = found.left_out
        assert left_out.reason.startswith("you spoke on ")
        assert left_out.next_on == WEDNESDAY + timedelta(days=next_in)


def test_who_would_not_be_due_is_not_said_to_be_left_out() -> None:
    assert plan([spoke(10), row("x", status=Status.LOST, last_live_on=days_ago(9))]).left_out == ()


def test_a_list_holds_ones_own_customers_and_those_of_nobody() -> None:
    found = plan(
        [spoke(95, "a", owner_id="me"), spoke(94, "b"), spoke(93, "c", owner_id="you")],
        me=member(calls_a_day=9),
    )
    assert ids(found) == ["a", "b"]


# Kinds


def test_a_thank_you_call_has_no_question_and_says_what_for() -> None:
    facts = row(since_on=days_ago(1900), purchases=5, renewals=5, ask_run=5)
    suggestion = only(plan([facts]))
    assert suggestion.kind is THANK
    assert (suggestion.thank_for, suggestion.question) == ("5 years with us", "")
    assert codes(suggestion) == ["only-asks", "thank"]
    assert suggestion.reasons[0].text.endswith("Call to say thank you; ask for nothing.")
    assert suggestion.reasons[1].text == "Thank them for 5 years with us."


def test_a_check_in_call_has_an_open_question() -> None:
    suggestion = only(plan([spoke(95)]))
    assert (suggestion.kind, suggestion.thank_for) == (CHECK_IN, "")
    assert suggestion.question.endswith("?")


NEVER_ANSWERED = {"tries": 3, "last_try_at": at(days_ago(9))}


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (row(), "never"),
        (spoke(95), "overdue"),
        (row(unanswered_on=days_ago(3)), "unanswered"),
        (spoke(95, unanswered_on=days_ago(3)), "unanswered"),
        (row(unanswered_on=days_ago(3), owed=(OWED,)), "owed"),
        (row(owed=(msgspec.structs.replace(OWED, decided_on=None),)), "question"),
    ],
)
def test_a_message_says_what_it_is_about(facts: CustomerFacts, why: str) -> None:
    suggestion = only(plan([msgspec.structs.replace(facts, **NEVER_ANSWERED)]))
    assert suggestion.kind is SuggestionKind.WRITE
    assert codes(suggestion) == [why, "no-answer"]
    # They said what they want: we begin with the answer.
    assert suggestion.question == ("" if why in ("unanswered", "question") else ASK_FOR_A_TALK)


NEVER_SPOKEN = "No conversation is on record."
RENEWED = row(since_on=OLD, purchases=5, renewals=5, ask_run=5, renewal_on=days_ago(-20))


@pytest.mark.parametrize(
    ("facts", "kind", "first"),
    [
        # Why today is the day, and thanks: neither says it.
        (RENEWED, THANK, "15 Dec, and nothing was given since the last ask."),
        (row(**NEVER_ANSWERED, unanswered_on=days_ago(3)), SuggestionKind.WRITE, "is on record."),
    ],
)
def test_the_card_of_who_was_never_spoken_to_says_so(
    facts: CustomerFacts, kind: SuggestionKind, first: str
) -> None:
    card = only(plan([facts]))
    assert card.kind is kind
    assert card.reasons[0].text.endswith(f"{first} {NEVER_SPOKEN}")
    for said in ({"last_live_on": days_ago(80)}, {"muted": {"never": days_ago(-1)}}):
        card = only(plan([msgspec.structs.replace(facts, **said)]))
        assert NEVER_SPOKEN not in " ".join(reason.text for reason in card.reasons)


def test_it_is_said_once() -> None:
    waits = row(owed=(OWED,), unanswered_on=days_ago(3))
    for facts in (row(), row(since_on=OLD), RENEWED, waits):
        texts = " ".join(reason.text for reason in only(plan([facts])).reasons)
        assert texts.lower().count("conversation") == 1


def test_an_anniversary_is_thanked_for_on_every_card() -> None:
    facts = spoke(60, since_on=date(2020, 11, 25), since_stated=True)
    text = "Today it is 6 years since they became a customer"
    thanked = only(plan([facts]))
    assert (thanked.kind, thanked.thank_for) == (THANK, "6 years with us")
    assert f"{text}: say thank you." not in [reason.text for reason in thanked.reasons]
    asked = msgspec.structs.replace(facts, owed=(msgspec.structs.replace(OWED, decided_on=None),))
    late = msgspec.structs.replace(facts, last_live_on=days_ago(151))
    for found in (stand(late, Tier.C), msgspec.structs.replace(asked, last_live_on=days_ago(30))):
        card = only(plan([found]))
        assert card.kind is not THANK
        assert f"{text}: say thank you." in [reason.text for reason in card.reasons]
    written = row(**NEVER_ANSWERED, since_on=date(2020, 11, 25), last_live_on=days_ago(30))
    card = only(plan([stand(written, Tier.B)]))
    assert card.kind is SuggestionKind.WRITE
    assert card.reasons[0].text == "Today it is 6 years since their first order: say thank you."


def test_a_call_that_hears_their_question_begins_with_that() -> None:
    asks = msgspec.structs.replace(OWED, decided_on=None, feedback_id="f2")
    card = only(plan([spoke(60, owed=(OWED, asks))]))
    assert (card.kind, codes(card)) == (SuggestionKind.TELL_BACK, ["owed", "question"])
    assert card.question == ""
    assert only(plan([spoke(60, owed=(OWED,))])).question


@pytest.mark.parametrize(
    "put_off",
    [
        {"status": Status.PAUSED, "paused_until": days_ago(-90)},
        {"status": Status.PAUSED},
        {"snoozed_until": days_ago(-20)},
    ],
)
def test_who_contacts_us_is_answered_in_spite_of_a_pause_or_a_snooze(
    put_off: dict[str, Any],
) -> None:
    assert plan([waiting(**put_off)]).suggestions == ()
    card = only(plan([waiting(**put_off, came_back=True)]))
    assert card.kind is SuggestionKind.ANSWER
    for barred in ({"do_not_contact": True}, {"status": Status.LOST}):
        assert plan([waiting(**{**put_off, **barred}, came_back=True)]).suggestions == ()


def test_a_call_that_thanks_says_which_meeting_nobody_marked() -> None:
    renewed = row(since_on=OLD, purchases=5, renewals=5, ask_run=5, meetings_at=(at(days_ago(9)),))
    suggestion = only(plan([renewed]))
    assert suggestion.kind is THANK
    assert suggestion.thank_for
    assert any("how it was on 16 Nov" in reason.text for reason in suggestion.reasons)


SLIPS = {
    "order_days": 5,
    "median_interval_days": 20.0,
    "interval_spread": 0.1,
    "last_order_on": days_ago(60),
    "last_purchase_on": days_ago(60),
}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (SLIPS, CHECK_IN),
        ({"owed": (OWED,)}, SuggestionKind.TELL_BACK),
        ({"unanswered_on": days_ago(3)}, SuggestionKind.ANSWER),
        ({"unanswered_on": days_ago(3), "owed": (OWED,)}, SuggestionKind.TELL_BACK),
        ({"owed": (OWED,), **SLIPS}, SuggestionKind.TELL_BACK),
        # What waits for long weighs little, and is told all the same.
        ({"owed": (OLD_NEWS,), **SLIPS}, SuggestionKind.TELL_BACK),
    ],
)
def test_who_slips_or_waits_is_not_only_thanked(
    fields: dict[str, Any], kind: SuggestionKind
) -> None:
    facts = spoke(95, **{"last_purchase_on": days_ago(10), **fields})
    suggestion = only(plan([facts]))
    assert suggestion.kind is kind
    assert bool(suggestion.question) is (kind is not SuggestionKind.ANSWER)
    assert suggestion.call_window


def test_an_order_since_the_last_talk_is_thanked_for_by_the_loyal_only() -> None:
    facts = spoke(95, last_purchase_on=days_ago(10))
    assert only(plan([stand(facts, Tier.B)])).kind is THANK
    assert (
        only(plan([stand(msgspec.structs.replace(facts, last_live_on=days_ago(200)), Tier.C)])).kind
        is CHECK_IN
    )
    muted = msgspec.structs.replace(facts, muted={"thank": days_ago(-1)})
    assert only(plan([muted])).kind is CHECK_IN


def test_a_call_window_is_shown_in_both_zones() -> None:
    facts = spoke(95, place=place(40.7, -74.0, "New York", "America/New_York"))
    window = only(plan([facts])).call_window
    assert window is not None
    assert msgspec.json.decode(msgspec.json.encode(window)) == {
        "from": "15:00",
        "to": "18:00",
        "their_from": "09:00",
        "their_to": "12:00",
        "their_zone": "America/New_York",
    }
    unknown = only(plan([spoke(95)])).call_window
    assert unknown is not None and unknown.their_zone == "Europe/Berlin"
    far = spoke(95, place=place(-14.3, -170.7, "Pago Pago", "Pacific/Pago_Pago"))
    assert only(plan([far])).call_window is None


# Visits


LYON, NEAR_LYON, PARIS = (45.76, 4.84), (45.62, 4.84), (48.86, 2.35)


def there(
    id_: str, days: int, *, face: int | None = 100, where: Any = LYON, **fields: Any
) -> CustomerFacts:
    return spoke(
        days,
        id_,
        place=place(*where, "Lyon" if where == LYON else "Elsewhere"),
        last_face_to_face_on=None if face is None else days_ago(face),
        **fields,
    )


def visit(found: Plan) -> Suggestion | None:
    visits = [s for s in found.suggestions if s.kind is SuggestionKind.VISIT]
    assert len(visits) <= 1
    return visits[0] if visits else None


def test_a_visit_needs_one_who_was_not_met_and_three_others_who_are_due() -> None:
    others = [there(f"o{n}", 60, where=NEAR_LYON) for n in range(3)]
    found = visit(plan([there("v", 30, face=366), *others]))
    assert found
    assert (found.customer_id, found.place, found.lane) == ("v", "Lyon", Lane.PLANNING)
    assert [(n.customer_id, n.km) for n in found.near] == [("o0", 16), ("o1", 16), ("o2", 16)]
    assert found.reasons[0].text == (
        "You last met on 24 Nov 2025 (tier A: every year); 3 others are due for a talk within 60 km of Lyon."
    )
    # The journey is arranged by talking to them.
    assert found.call_window
    for fewer in (
        [there("v", 30, face=365), *others],
        [there("v", 30, face=366), *others[:2]],
        [there("v", 30, face=366), *others[:2], there("o2", 60, where=PARIS)],
        [there("v", 30, face=366), *others[:2], there("o2", 40)],
        [there("v", 30, face=366), *others[:2], there("o2", 60, snoozed_until=days_ago(-1))],
        [there("v", 30, face=366, snoozed_until=days_ago(-1)), *others],
        # The one to visit is not one of the others.
        [there("v", 60, face=366), *others[:2]],
    ):
        assert visit(plan(fewer)) is None


def test_a_region_in_which_only_others_are_due_is_not_hidden_by_a_richer_one() -> None:
    # Three are due around Paris, the one to visit among them; around Lyon three besides.
    paris = [
        stand(there("p0", 60, face=400, where=PARIS), total=99),
        *(stand(there(f"p{n}", 60, where=PARIS), total=99) for n in (1, 2)),
    ]
    lyon = [
        stand(there("v", 30, face=400), total=1),
        *(stand(there(f"o{n}", 60), total=1) for n in range(3)),
    ]
    found = visit(plan([*paris, *lyon]))
    assert found and found.customer_id == "v"


def test_tier_b_is_visited_every_two_years_and_tier_c_never() -> None:
    others = [stand(there(f"o{n}", 100)) for n in range(3)]
    for tier, face, found in (
        (Tier.B, 730, False),
        (Tier.B, 731, True),
        (Tier.C, 9999, False),
        (Tier.C, None, False),
        (Tier.A, None, True),
    ):
        assert (visit(plan([stand(there("v", 30, face=face), tier), *others])) is not None) is found


@pytest.mark.parametrize(
    "quiet",
    [
        {"visit_snoozed_until": days_ago(-1)},
        {"muted": {"face-to-face": days_ago(-1)}},
        # One is planned already, or was made lately.
        {"visit_at": at(days_ago(-8))},
        {"visit_at": at(days_ago(1))},
        {"last_live_kind": TouchpointKind.VISIT, "last_live_on": days_ago(20)},
    ],
)
def test_a_journey_that_was_snoozed_or_called_wrong_is_quiet_around_there(
    quiet: dict[str, Any],
) -> None:
    others = [there(f"o{n}", 60) for n in range(3)]
    assert visit(plan([there("v", 30, face=400, **quiet), *others])) is None
    again = there("w", 30, face=400, where=NEAR_LYON)
    assert visit(plan([there("v", 30, face=400, **quiet), again, *others])) is None
    # Nor does it help that the one it was snoozed for is away today.
    away = there("v", 30, face=400, do_not_contact=True, **quiet)
    assert visit(plan([away, again, *others])) is None
    over = {
        "visit_snoozed_until": WEDNESDAY,
        "muted": {"face-to-face": WEDNESDAY},
        "visit_at": at(days_ago(30)),
        "last_live_kind": TouchpointKind.VISIT,
    }
    assert visit(plan([there("v", 30, face=400, **over), *others])) is not None


def test_whom_a_journey_would_serve_is_not_called_besides_unless_it_cannot_wait() -> None:
    others = [there(f"o{n}", 60) for n in range(3)]
    found = plan([there("v", 30, face=400), *others, spoke(60, "far")])
    assert visit(found) and ids(found) == ["far", "v"]
    late, letter = there("late", 95), there("letter", 60, unanswered_on=days_ago(2))
    found = plan([there("v", 30, face=400), *others, late, letter])
    assert visit(found) and ids(found) == ["late", "letter", "v"]
    # Where there is nobody else, and without the journey, they are called.
    assert ids(plan([there("v", 30, face=400), *others])) == ["o0", "o1", "o2", "v"]
    assert ids(plan([there("v", 30, face=300), *others])) == ["o0", "o1", "o2"]


def test_the_card_of_a_visit_counts_who_is_due_besides() -> None:
    others = [there(f"o{n}", 60) for n in range(3)]
    for days, words in ((30, "3 others are due"), (60, "3 more are due")):
        card = visit(plan([there("v", days, face=400), *others]))
        assert card and words in card.reasons[0].text


def test_what_else_there_is_to_say_joins_the_card_of_the_visit() -> None:
    others = [there(f"o{n}", 60) for n in range(3)]
    late = there("v", 95, face=400)
    found = plan([late, *others])
    card = visit(found)
    assert card and codes(card) == ["face-to-face", "overdue"]
    assert Counter(ids(found))["v"] == 1
    calling = there("v", 30, face=400, unanswered_on=days_ago(2))
    card = visit(plan([calling, *others]))
    assert card and codes(card) == ["face-to-face", "unanswered"]
    both = there("v", 95, face=400, unanswered_on=days_ago(2))
    card = visit(plan([both, *others]))
    assert card and codes(card) == ["face-to-face", "unanswered"]


# User groups


def group(found: Plan) -> Suggestion | None:
    groups = [s for s in found.suggestions if s.kind is SuggestionKind.USER_GROUP]
    assert len(groups) <= 1
    return groups[0] if groups else None


def region(
    count: int, days: int = 30, event: int | None = 200, **fields: Any
) -> list[CustomerFacts]:
    where = [LYON, NEAR_LYON]
    return [
        there(
            f"g{n}",
            days,
            where=where[n % 2],
            last_event_on=None if event is None else days_ago(event),
            **fields,
        )
        for n in range(count)
    ]


def test_a_group_needs_eight_loyal_customers_without_an_event_lately() -> None:
    card = group(plan(region(8)))
    assert card
    assert (card.customer_id, card.place, card.lane) == ("g0", "Lyon", Lane.PLANNING)
    assert card.reasons[0].text == (
        "8 loyal customers within 100 km of Lyon; the last event with them was on 9 May."
    )
    assert [n.customer_id for n in card.near][:3] == ["g2", "g4", "g6"]
    assert (len(card.near), card.count) == (7, 8)
    many = group(plan(region(40)))
    assert many and (len(many.near), many.more, many.count) == (12, 27, 40)
    unknown = group(plan([stand(r, Tier.B, None) for r in region(8)]))
    assert unknown and unknown.reasons[0].text.startswith("8 customers within 100 km of Lyon;")
    assert group(plan(region(8, event=None)))
    assert group(plan(region(8, event=120)))
    assert group(plan(region(8, event=119))) is None
    assert group(plan(region(7))) is None
    assert group(plan([*region(7), there("far", 30, where=PARIS)])) is None
    assert group(plan([*map(stand, region(7)), stand(there("c", 30), Tier.C)])) is None
    for field in ({"do_not_contact": True}, {"status": Status.LOST}, {"status": Status.PAUSED}):
        assert group(plan([*region(7), there("x", 30, last_event_on=None, **field)])) is None
    back = there("x", 30, last_event_on=None, status=Status.PAUSED, paused_until=WEDNESDAY)
    assert group(plan([*region(7), back])) is not None


@pytest.mark.parametrize(
    "quiet", [{"group_snoozed_until": days_ago(-1)}, {"muted": {"group": days_ago(-1)}}]
)
def test_a_group_that_was_snoozed_or_called_wrong_is_quiet_around_there(
    quiet: dict[str, Any],
) -> None:
    assert group(plan([*region(8), there("q", 30, where=NEAR_LYON, **quiet)])) is None
    assert group(plan([*region(8), there("q", 30, where=PARIS, **quiet)])) is not None


def test_a_customer_who_stands_for_a_group_is_still_called() -> None:
    # Else whoever lives in the best town would never be called while the group is not planned.
    found = plan([*region(8)[1:], there("g0", 95, last_event_on=days_ago(200))])
    card = group(found)
    assert card and card.customer_id != "g0"
    assert card.place == "Lyon"
    assert found.suggestions[0].customer_id == "g0"
    assert found.suggestions[0].kind in PERSON_KINDS


def test_a_group_stands_under_the_name_of_somebody_who_may_be_called() -> None:
    spoken = [there(f"g{n}", 5, last_event_on=None) for n in range(7)]
    card = group(plan([*spoken, there("x", 30, last_event_on=None, where=NEAR_LYON)]))
    assert card and card.customer_id == "x"
    assert card.place == "Lyon"
    assert group(plan([*spoken, there("x", 5, last_event_on=None)])) is None


# Properties


CITIES = [
    ("Lyon", place(*LYON)),
    ("Paris", place(*PARIS, "Paris")),
    ("Tokyo", place(35.7, 139.7, "Tokyo", "Asia/Tokyo")),
    ("", None),
]
NEAR_DAYS = st.sampled_from([-40, -1, 0, 1, 5, 20, 30, 50, 80, 95, 200, 400, 1000])
SOME_DAY = st.none() | NEAR_DAYS.map(days_ago)


@st.composite
def customers(draw: st.DrawFn) -> list[CustomerFacts]:
    found = []
    for n in range(draw(st.integers(0, 14))):
        city, where = draw(st.sampled_from(CITIES))
        bought = sorted(days_ago(draw(NEAR_DAYS)) for _ in range(2))
        days = draw(st.sampled_from([0, 1, 2, 5]))
        tries = draw(st.sampled_from([0, 0, 0, 1, 3]))
        found.append(
            row(
                f"c{n:02}",
                city=city,
                place=where,
                industry=draw(st.sampled_from(["", "Food", "Steel"])),
                owner_id=draw(st.sampled_from([None, None, "me", "you"])),
                status=draw(st.sampled_from([*[Status.ACTIVE] * 5, *Status])),
                paused_until=draw(SOME_DAY),
                do_not_contact=draw(st.sampled_from([False] * 8 + [True])),
                reference=draw(st.booleans()),
                renewal_on=draw(SOME_DAY),
                since_on=draw(SOME_DAY),
                birthday=draw(SOME_DAY),
                purchases=days,
                purchase_days=days,
                renewals=draw(st.integers(0, days)),
                first_purchase_on=bought[0] if days else None,
                last_purchase_on=bought[1] if days else None,
                median_interval_days=draw(st.sampled_from([None, 1.0, 20.5, 90.0])),
                interval_spread=draw(st.sampled_from([None, 0.0, 0.9])),
                last_live_on=draw(SOME_DAY),
                last_face_to_face_on=draw(SOME_DAY),
                last_event_on=draw(SOME_DAY),
                unanswered_on=draw(SOME_DAY),
                tries=tries,
                last_try_at=at(days_ago(draw(st.integers(0, 4)))) if tries else None,
                ask_run=draw(st.integers(0, 3)),
                last_give_on=draw(SOME_DAY),
                owed=(OWED,) if draw(st.sampled_from([False, False, True])) else (),
                meetings_at=draw(
                    st.sampled_from([()] * 6 + [(at(days_ago(-2)),), (at(days_ago(2)),)])
                ),
                snoozed_until=draw(st.sampled_from([None] * 4 + [days_ago(-3), days_ago(3)])),
            )
        )
    return found


def ranked(rows: list[CustomerFacts], today: date) -> list[Standing]:
    known = file_facts(rows)
    scores = {r.customer_id: loyalty(r, known, today) for r in rows}
    return standings(rows, scores, tiers(rows, scores), SETTINGS, today)


LISTS = settings(
    max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LISTS
@given(
    customers(),
    st.sampled_from([WEDNESDAY, TUESDAY]),
    st.integers(0, 6),
    st.randoms(use_true_random=False),
)
def test_every_list_keeps_the_rules(
    rows: list[CustomerFacts], today: date, calls: int, chance: random.Random
) -> None:
    me = member(calls_a_day=calls)
    small = msgspec.structs.replace(SETTINGS, group_size=3)
    known = ranked(rows, today)
    by_id = {s.customer_id: s for s in known}
    found = suggest(known, today, small, me)

    # Byte for byte the same in any order.
    mixed = chance.sample(rows, len(rows))
    again = suggest(ranked(mixed, today), today, small, me)
    assert msgspec.json.encode(again) == msgspec.json.encode(found)

    assert sum(s.kind in PERSON_KINDS for s in found.suggestions) <= calls
    assert max(Counter(ids(found)).values(), default=0) <= 1
    assert Counter(s.kind for s in found.suggestions)[SuggestionKind.VISIT] <= 1
    assert not set(ids(found)) & {left.customer_id for left in found.left_out}
    for suggestion in found.suggestions:
        standing = by_id[suggestion.customer_id]
        assert hard_filter(standing, today, me) is None
        assert standing.facts.owner_id in (None, "me")
        assert 1 <= len(suggestion.reasons) <= 2
        assert len(set(codes(suggestion))) == len(suggestion.reasons)
        assert (suggestion.kind is THANK) == bool(suggestion.thank_for)
        asks = suggestion.kind in PERSON_KINDS - {THANK, SuggestionKind.ANSWER}
        asks = asks and not {"unanswered", "question"} & {*codes(suggestion)}
        assert asks == bool(suggestion.question)
        assert (suggestion.kind in PERSON_KINDS) == (suggestion.lane is not Lane.PLANNING)
        # Reads back from the file as it was written.
        assert msgspec.json.decode(msgspec.json.encode(suggestion), type=Suggestion) == suggestion
        for reason in suggestion.reasons:
            assert reason.text.endswith(".")
            for wrong in (" 1 days", "every 1 ", "None", "  ", "-1"):
                assert wrong not in reason.text
    for left in found.left_out:
        assert left.reason
        assert left.next_on is None or left.next_on > today
        assert left.next_on is None or left.next_on.weekday() in me.working_days
        assert hard_filter(by_id[left.customer_id], today, me) == left

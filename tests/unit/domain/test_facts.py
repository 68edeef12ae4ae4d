"""What the records of one customer add up to, in any order."""

import random
from datetime import date, time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.decision import Decision, DecisionKind
from outreach_tui.domain.facts import CustomerFacts, main_contact, summarise
from outreach_tui.domain.feedback import FeedbackSort, FeedbackState, Told
from outreach_tui.domain.meeting import MeetingKind, MeetingState
from outreach_tui.domain.purchase import PurchaseKind
from outreach_tui.domain.touchpoint import Outcome, Touchpoint, TouchpointKind
from unit.domain.making import (
    WEDNESDAY,
    at,
    customer,
    days_ago,
    feedback,
    meeting,
    purchase,
    touchpoint,
)

CALL, VISIT, EVENT = TouchpointKind.CALL, TouchpointKind.VISIT, TouchpointKind.EVENT
EMAIL, INVOICE, SURVEY = TouchpointKind.EMAIL, TouchpointKind.INVOICE, TouchpointKind.SURVEY


def facts(**records: Any) -> CustomerFacts:
    return summarise(customer(), **records)


def talks(*touchpoints: Touchpoint) -> CustomerFacts:
    return facts(touchpoints=touchpoints)


def contact(id_: str, *, to_on: date | None = None, **fields: Any) -> Contact:
    return Contact(
        id=id_, employments=(Employment(customer_id="c1", to_on=to_on),), **{"name": id_, **fields}
    )


def decision(
    id_: str, kind: DecisionKind, on: date, until: date | None, reason: str = ""
) -> Decision:
    return Decision(
        id=id_, customer_id="c1", kind=kind, on=on, at=at(on), until_on=until, reason=reason
    )


def test_a_customer_of_whom_nothing_is_on_record() -> None:
    row = facts()
    assert row.name == "Alfreds Futterkiste"
    assert (row.last_live_on, row.purchases, row.median_interval_days) == (None, 0, None)
    assert (row.since_on, row.since_stated, row.contact_id, row.ask_run) == (None, False, None, 0)


@pytest.mark.parametrize("kind", ["visit", "call", "video", "event"])
@pytest.mark.parametrize("inbound", [True, False])
def test_a_talk_that_took_place_is_live_in_either_direction(kind: str, inbound: bool) -> None:
    row = talks(touchpoint(days_ago(5), TouchpointKind(kind), inbound=inbound))
    assert row.last_live_on == days_ago(5)
    assert row.live_count == 1
    assert row.last_live_kind == kind
    assert row.last_heard_on == (days_ago(5) if inbound else None)
    assert row.last_face_to_face_on == (days_ago(5) if kind in ("visit", "event") else None)


@pytest.mark.parametrize(
    "kind", ["email", "message", "post", "invoice", "renewal", "survey", "note"]
)
def test_nothing_else_resets_the_clock(kind: str) -> None:
    row = talks(touchpoint(days_ago(9)), touchpoint(days_ago(5), TouchpointKind(kind)))
    assert row.last_live_on == days_ago(9)
    assert row.live_count == 1


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE])
def test_a_call_without_an_answer_is_a_try(outcome: Outcome) -> None:
    row = talks(touchpoint(days_ago(9)), touchpoint(days_ago(5), outcome=outcome))
    assert row.last_live_on == days_ago(9)
    assert (row.tries, row.last_try_at) == (1, at(days_ago(5)))


def test_a_conversation_ends_the_tries() -> None:
    tried = [touchpoint(days_ago(n), outcome=Outcome.NO_ANSWER) for n in (9, 7, 5)]
    assert talks(*tried).tries == 3
    row = talks(*tried, touchpoint(days_ago(4)))
    assert (row.tries, row.last_try_at) == (0, None)
    assert talks(*tried, touchpoint(days_ago(6))).tries == 1
    # Their missed call is not a try of ours.
    assert talks(touchpoint(days_ago(4), outcome=Outcome.NO_ANSWER, inbound=True)).tries == 0


def test_the_day_of_a_talk_is_the_day_where_it_was_written_down() -> None:
    late = touchpoint(days_ago(5), hour=23, zone="Asia/Tokyo")
    assert talks(late).last_live_on == days_ago(4)


@pytest.mark.parametrize("kind", [EMAIL, TouchpointKind.MESSAGE, TouchpointKind.POST, CALL])
def test_who_wrote_or_called_waits_for_an_answer(kind: TouchpointKind) -> None:
    asked = touchpoint(days_ago(9), kind, inbound=True, outcome=Outcome.NO_ANSWER)
    assert talks(asked).unanswered_on == days_ago(9)
    assert talks(asked).last_heard_on == (None if kind is CALL else days_ago(9))
    answers = [
        touchpoint(days_ago(8), EMAIL),
        touchpoint(days_ago(8), TouchpointKind.POST),
        touchpoint(days_ago(8)),
        touchpoint(days_ago(8), VISIT, inbound=True),
    ]
    for answer in answers:
        assert talks(asked, answer).unanswered_on is None
    for silence in (
        touchpoint(days_ago(10)),
        touchpoint(days_ago(8), INVOICE),
        touchpoint(days_ago(8), TouchpointKind.NOTE),
        # Nobody picked up: they still do not know. Nor does a machine answer a letter.
        touchpoint(days_ago(8), outcome=Outcome.NO_ANSWER),
        touchpoint(days_ago(8), outcome=Outcome.LEFT_MESSAGE),
    ):
        assert talks(asked, silence).unanswered_on == days_ago(9)


@pytest.mark.parametrize(
    ("told", "said", "waits"),
    [
        (8, 9, False),
        (8, 30, False),  # whoever told them something since has spoken with them
        (9, 9, False),  # answered on the day of the letter
        (9, 30, True),  # something else, on that day: before the letter, as far as we know
        (10, 30, True),
    ],
)
def test_a_letter_is_answered_by_telling_them(told: int, said: int, waits: bool) -> None:
    letter = touchpoint(days_ago(9), EMAIL, inbound=True)
    answers = (Told(on=days_ago(told), customer_id="c1"),)
    asked = feedback(on=days_ago(said), sort=FeedbackSort.QUESTION, told=answers)
    row = facts(touchpoints=[letter], feedback=[asked])
    assert (row.unanswered_on is not None) is waits


def test_who_reminds_us_waits_since_the_first_time() -> None:
    first = touchpoint(days_ago(30), EMAIL, inbound=True, note="where is my order")
    call = touchpoint(days_ago(20), CALL, inbound=True, outcome=Outcome.NO_ANSWER)
    last = touchpoint(days_ago(5), EMAIL, inbound=True, note="this is the last time I ask")
    row = talks(first)
    assert (row.reminders, row.reminded_on, row.reminder) == (0, None, "")
    row = talks(last, call, first)
    assert (row.unanswered_on, row.unanswered_words) == (days_ago(30), "where is my order")
    assert (row.reminders, row.reminded_on) == (2, days_ago(5))
    assert row.reminder == "this is the last time I ask"
    row = talks(first, call, last, touchpoint(days_ago(10), EMAIL))
    assert (row.unanswered_on, row.reminders) == (days_ago(5), 0)
    # Told after the first letter: the one that came later still waits.
    told = feedback(on=days_ago(40), told=(Told(on=days_ago(25), customer_id="c1"),))
    row = facts(touchpoints=[first, last], feedback=[told])
    assert (row.unanswered_on, row.reminders) == (days_ago(5), 0)


def test_what_needs_no_answer_waits_no_more_and_the_next_letter_does() -> None:
    thanks = touchpoint(days_ago(9), EMAIL, inbound=True, note="thanks for the talk")
    settled = decision("d1", DecisionKind.MUTED, days_ago(8), days_ago(-82), "unanswered")
    row = facts(touchpoints=[thanks], decisions=[settled])
    assert (row.unanswered_on, row.muted) == (None, {"unanswered": days_ago(-82)})
    question = touchpoint(days_ago(3), EMAIL, inbound=True, note="where is my order")
    row = facts(touchpoints=[thanks, question], decisions=[settled])
    assert (row.unanswered_on, row.reminders, row.muted) == (days_ago(3), 0, {})
    other = decision("d2", DecisionKind.MUTED, days_ago(1), days_ago(-89), "slipping")
    assert facts(touchpoints=[thanks], decisions=[other]).unanswered_on == days_ago(9)


def test_who_gets_in_touch_can_be_called_again() -> None:
    tried = [touchpoint(days_ago(n), outcome=Outcome.NO_ANSWER) for n in (30, 20, 10)]
    assert talks(*tried).tries == 3
    rang = touchpoint(days_ago(8), CALL, inbound=True, outcome=Outcome.NO_ANSWER)
    for sign in (rang, touchpoint(days_ago(8), EMAIL, inbound=True)):
        row = talks(*tried, sign)
        assert (row.tries, row.last_try_at, row.unanswered_on) == (0, None, days_ago(8))
    assert talks(*tried, touchpoint(days_ago(8), INVOICE, inbound=True)).tries == 3


@pytest.mark.parametrize("kind", [DecisionKind.PAUSED, DecisionKind.SNOOZED])
def test_a_letter_after_a_pause_or_a_snooze_is_known_as_such(kind: DecisionKind) -> None:
    letter = touchpoint(days_ago(9), EMAIL, inbound=True, hour=15)
    for decided, came_back in ((9, True), (8, False)):
        put_off = decision("d1", kind, days_ago(decided), days_ago(-30))
        row = facts(touchpoints=[letter], decisions=[put_off])
        assert row.came_back is came_back
    put_off = decision("d1", kind, days_ago(10), days_ago(-30))
    answer = touchpoint(days_ago(7), EMAIL)
    assert not facts(touchpoints=[letter, answer], decisions=[put_off]).came_back
    # Who came in as paused: nobody knows since when.
    assert facts(touchpoints=[letter]).came_back and not facts().came_back


def test_the_last_planned_visit_is_known() -> None:
    ahead = [
        meeting(at(days_ago(-n)), id_=f"m{n}", kind=kind)
        for n, kind in ((3, MeetingKind.VISIT), (9, MeetingKind.VISIT), (20, MeetingKind.CALL))
    ]
    assert facts(meetings=ahead).visit_at == at(days_ago(-9))
    assert facts(meetings=ahead[2:]).visit_at is None


def test_what_they_wrote_is_kept_in_its_first_lines() -> None:
    note = "\n> the labels curl  #adhesive\n\nThe order is on hold.\nCould somebody ring me?\nYours"
    asked = touchpoint(days_ago(9), EMAIL, inbound=True, note=note)
    assert talks(asked).unanswered_words == (
        "the labels curl; The order is on hold. Could somebody ring me?"
    )
    assert talks(asked, touchpoint(days_ago(8))).unanswered_words == ""


@pytest.mark.parametrize(
    ("kind", "note", "gives", "asks"),
    [
        (CALL, "", 1, 0),
        (CALL, "$ a reference", 0, 1),
        (CALL, "$ a reference\n+ introduced them", 1, 1),
        (CALL, "+ help\n+ more help", 3, 0),
        (EMAIL, "", 0, 0),
        (EMAIL, "+ sent the guide", 1, 0),
        (EMAIL, "$ a referral\n$ a review", 0, 2),
        (INVOICE, "", 0, 1),
        (TouchpointKind.RENEWAL, "", 0, 1),
        (SURVEY, "$ please", 0, 2),
        (TouchpointKind.NOTE, "just a thought", 0, 0),
    ],
)
def test_gives_and_asks_are_counted(kind: TouchpointKind, note: str, gives: int, asks: int) -> None:
    row = talks(touchpoint(days_ago(5), kind, note=note))
    assert (row.gives, row.asks) == (gives, asks)


def test_markers_of_a_pasted_note_do_not_count() -> None:
    row = talks(touchpoint(days_ago(5), note="$ 500 was the price\n> quoted", plain=True))
    assert (row.gives, row.asks, row.gave_feedback) == (1, 0, False)


def test_purchases_and_told_answers_count_on_their_day() -> None:
    row = facts(
        purchases=[
            purchase(days_ago(40), PurchaseKind.INVOICE),
            purchase(days_ago(30), PurchaseKind.RENEWAL),
            purchase(days_ago(20)),
        ],
        feedback=[feedback(told=(Told(on=days_ago(35), customer_id="c1"),))],
    )
    assert (row.gives, row.asks, row.ask_run, row.last_give_on) == (1, 2, 1, days_ago(35))


def test_an_ask_run_is_what_was_asked_since_the_last_give() -> None:
    asks = [touchpoint(days_ago(n), INVOICE) for n in (30, 20, 10)]
    assert talks(*asks).ask_run == 3
    assert talks(*asks, touchpoint(days_ago(15))).ask_run == 1
    # Of one day the asks come first: a conversation on the day of an invoice makes up for it.
    assert talks(*asks, touchpoint(days_ago(10), hour=1)).ask_run == 0


def test_owed_is_what_was_decided_or_asked_and_not_told() -> None:
    told = (Told(on=days_ago(1), customer_id="c1"),)
    row = facts(
        feedback=[
            feedback("1", state=FeedbackState.DONE, state_on=days_ago(3)),
            feedback("2", state=FeedbackState.DECLINED, sort=FeedbackSort.PROBLEM),
            feedback("3", sort=FeedbackSort.QUESTION),
            feedback("4", state=FeedbackState.DONE, told=told),
            feedback("5", state=FeedbackState.PLANNED),
            feedback("6", sort=FeedbackSort.QUESTION, told=told),
        ]
    )
    assert [(o.feedback_id, o.decided_on, o.state, o.sort) for o in row.owed] == [
        ("1", days_ago(3), "done", "wish"),
        ("2", days_ago(50), "declined", "problem"),
        ("3", None, "heard", "question"),
    ]


def test_feedback_is_given_in_a_record_or_in_a_line() -> None:
    assert facts(feedback=[feedback()]).gave_feedback
    assert talks(touchpoint(days_ago(5), note="> labels")).gave_feedback
    assert not talks(touchpoint(days_ago(5), note="! labels")).gave_feedback
    praised = [
        feedback("1", days_ago(9), sort=FeedbackSort.PRAISE, words="old"),
        feedback("2", days_ago(4), sort=FeedbackSort.PRAISE, words="calls back"),
    ]
    row = facts(feedback=praised)
    assert (row.last_praise, row.last_praise_on) == ("calls back", days_ago(4))


def test_the_rhythm_is_the_median_between_days_with_a_purchase() -> None:
    # 10, 10, 30 and 50 days apart; two purchases of one day are one day.
    days = [100, 90, 90, 80, 50, 0]
    row = facts(purchases=[purchase(days_ago(n), id_=f"{i}") for i, n in enumerate(days)])
    assert (row.purchases, row.purchase_days) == (6, 5)
    assert (row.first_purchase_on, row.last_purchase_on) == (days_ago(100), WEDNESDAY)
    assert row.median_interval_days == 20
    assert row.interval_spread == pytest.approx(10 / 20)
    assert row.since_on == days_ago(100)


def test_renewals_and_invoices_say_nothing_of_the_rhythm_of_orders() -> None:
    orders = [purchase(days_ago(n)) for n in (90, 60, 30)]
    others = [
        purchase(days_ago(n), kind)
        for n, kind in ((20, PurchaseKind.RENEWAL), (29, PurchaseKind.INVOICE))
    ]
    row = facts(purchases=[*orders, *others])
    assert (row.order_days, row.last_order_on, row.median_interval_days) == (3, days_ago(30), 30)
    assert (row.purchase_days, row.last_purchase_on) == (5, days_ago(20))
    # A file that calls none of them an order has its rhythm from all of them.
    row = facts(purchases=others)
    assert (row.order_days, row.last_order_on, row.median_interval_days) == (2, days_ago(20), 9)


def test_below_two_days_with_a_purchase_there_is_no_rhythm() -> None:
    row = facts(purchases=[purchase(days_ago(5), id_=n) for n in "ab"])
    assert (row.purchases, row.purchase_days) == (2, 1)
    assert (row.median_interval_days, row.interval_spread) == (None, None)


def test_the_last_purchase_of_a_day_is_the_renewal_then_the_order() -> None:
    of_one_day = [
        purchase(days_ago(5), PurchaseKind.ORDER, "a"),
        purchase(days_ago(5), PurchaseKind.INVOICE, "b"),
    ]
    assert facts(purchases=of_one_day).last_purchase_kind is PurchaseKind.ORDER
    of_one_day.append(purchase(days_ago(5), PurchaseKind.RENEWAL, "0"))
    row = facts(purchases=of_one_day)
    assert row.last_purchase_kind is PurchaseKind.RENEWAL
    assert (row.renewals, row.invoices) == (1, 1)


def test_since_when_is_as_stated_else_the_first_purchase() -> None:
    stated = summarise(customer(customer_since=days_ago(900)), purchases=[purchase(days_ago(5))])
    assert (stated.since_on, stated.since_stated) == (days_ago(900), True)
    assert facts(purchases=[purchase(days_ago(5))]).since_stated is False


def test_the_main_contact_is_the_first_with_a_phone_who_works_there() -> None:
    ana, bea = contact("a"), contact("b", phones=("+49 1",))
    cem = contact("c", phones=("+49 2",))
    gone = contact("0", to_on=days_ago(9), phones=("+49 3",))
    silent = contact("1", do_not_contact=True, phones=("+49 4",))
    assert main_contact("c1", [cem, bea, ana, gone, silent]) == bea
    assert main_contact("c1", [ana, gone, silent]) == ana
    assert main_contact("c1", [gone, silent]) is None
    assert main_contact("c2", [ana]) is None
    row = facts(contacts=[cem, bea, ana])
    assert (row.contact_id, row.contact_name, row.phone) == ("b", "b", "+49 1")


def test_without_a_phone_of_their_own_the_main_phone_counts() -> None:
    row = summarise(customer(phone="+49 9"), contacts=[contact("a")])
    assert (row.contact_id, row.phone) == ("a", "+49 9")


def test_a_contact_left_only_if_nobody_works_there_any_more() -> None:
    gone, earlier = contact("a", to_on=days_ago(9)), contact("b", to_on=days_ago(99))
    assert facts(contacts=[earlier, gone]).contact_left_on == days_ago(9)
    assert facts(contacts=[gone, contact("c")]).contact_left_on is None
    # Somebody who must not be contacted is still there: "nobody new is on record" would be wrong.
    assert facts(contacts=[gone, contact("c", do_not_contact=True)]).contact_left_on is None


def test_the_next_meeting_is_the_first_ahead_and_a_block_is_none() -> None:
    soon, later = at(days_ago(-2)), at(days_ago(-9))
    row = facts(
        meetings=[
            meeting(later, id_="later"),
            meeting(soon, id_="soon"),
            meeting(at(days_ago(3)), id_="held", state=MeetingState.HELD),
            meeting(at(days_ago(-1)), id_="block", kind=MeetingKind.BLOCK),
            meeting(at(days_ago(-1)), id_="off", state=MeetingState.CANCELLED),
        ]
    )
    assert row.meetings_at == (soon, later)
    assert row.next_meeting_at(at(days_ago(0))) == soon
    assert row.next_meeting_at(at(days_ago(-3))) == later
    assert row.next_meeting_at(at(days_ago(-10))) is None


def test_decisions_hold_until_their_day_or_the_next_conversation() -> None:
    snoozed, muted = DecisionKind.SNOOZED, DecisionKind.MUTED
    decisions = [
        decision("1", snoozed, days_ago(30), days_ago(20)),
        decision("2", snoozed, days_ago(10), days_ago(-10)),
        decision("3", muted, days_ago(9), days_ago(-81), "slipping"),
        decision("4", snoozed, days_ago(8), days_ago(-8), "visit"),
        decision("5", snoozed, days_ago(8), days_ago(-7), "user-group"),
        decision("6", muted, days_ago(8), None, "owed"),
    ]
    row = facts(decisions=decisions)
    assert (row.snoozed_until, row.snoozes) == (days_ago(-10), 2)
    assert (row.visit_snoozed_until, row.group_snoozed_until) == (days_ago(-8), days_ago(-7))
    assert row.muted == {"slipping": days_ago(-81)}
    talked = facts(decisions=decisions, touchpoints=[touchpoint(days_ago(15))])
    assert (talked.snoozed_until, talked.snoozes) == (days_ago(-10), 1)
    talked = facts(decisions=decisions, touchpoints=[touchpoint(days_ago(5))])
    assert (talked.snoozed_until, talked.snoozes) == (None, 0)
    for hour, count in ((10, 2), (14, 1)):
        talked = facts(decisions=decisions[:2], touchpoints=[touchpoint(days_ago(30), hour=hour)])
        assert (talked.snoozed_until, talked.snoozes) == (days_ago(-10), count)
    back = [*decisions, decision("7", DecisionKind.RESUMED, days_ago(1), None)]
    assert facts(decisions=back).snoozed_until is None


TOUCHPOINTS = st.lists(
    st.builds(
        lambda n, ago, hour, kind, outcome, inbound, note: touchpoint(
            days_ago(ago),
            kind,
            id_=f"t{n}",
            hour=hour,
            outcome=outcome,
            inbound=inbound,
            note=note,
        ),
        st.uuids(),
        st.integers(0, 5),
        st.sampled_from([1, 12]),
        st.sampled_from(TouchpointKind),
        st.sampled_from(Outcome),
        st.booleans(),
        st.sampled_from(["", "> wish", "$ ask", "+ give", "free"]),
    ),
    max_size=8,
    unique_by=lambda t: t.id,
)
PURCHASES = st.lists(
    st.builds(
        lambda n, ago, kind: purchase(days_ago(ago), kind, f"p{n}"),
        st.uuids(),
        st.integers(0, 40),
        st.sampled_from(PurchaseKind),
    ),
    max_size=6,
    unique_by=lambda p: p.id,
)


@given(TOUCHPOINTS, PURCHASES, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_records_makes_no_difference(
    touchpoints: list[Touchpoint], purchases: list[Any], chance: random.Random
) -> None:
    records: dict[str, list[Any]] = {
        "touchpoints": touchpoints,
        "purchases": purchases,
        "contacts": [contact("a"), contact("b", phones=("1",)), contact("d", to_on=days_ago(2))],
        "feedback": [feedback("1"), feedback("2", sort=FeedbackSort.PRAISE)],
        "meetings": [meeting(at(days_ago(n), time(9)), id_=f"m{n}") for n in (-3, -2, 2)],
        "decisions": [
            decision(f"{n}", DecisionKind.SNOOZED, days_ago(n), days_ago(n - 9)) for n in range(4)
        ],
    }
    mixed = {name: chance.sample(held, len(held)) for name, held in records.items()}
    row = facts(**records)
    assert msgspec.json.encode(facts(**mixed)) == msgspec.json.encode(row)
    assert row.live_count == sum(t.live for t in touchpoints)
    assert row.ask_run <= row.asks

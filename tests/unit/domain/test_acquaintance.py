"""What a customer could share with others, as the records say it: themes, whom they met, what was put off."""

from datetime import date, time
from typing import Any

import msgspec

from outreach_tui.domain.decision import Decision, DecisionKind
from outreach_tui.domain.facts import CustomerFacts, summarise
from outreach_tui.domain.feedback import FeedbackSort, FeedbackState, Told
from outreach_tui.domain.group_event import GroupEvent, Invitation, InvitationState
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import MeetingKind, MeetingState
from outreach_tui.domain.touchpoint import Outcome, Touchpoint, TouchpointKind
from unit.domain.making import WEDNESDAY, at, customer, days_ago, feedback, meeting, touchpoint

EMAIL = TouchpointKind.EMAIL


def facts(**records: Any) -> CustomerFacts:
    return summarise(customer(), **records)


def test_what_was_said_on_a_theme_counts_while_it_is_open_praised_or_solved() -> None:
    on, done = date(2026, 10, 6), date(2026, 11, 2)
    sorts = {
        "wish": feedback("wish"),
        "planned": feedback("planned", state=FeedbackState.PLANNED),
        "praise": feedback("praise", sort=FeedbackSort.PRAISE),
        "question": feedback("question", sort=FeedbackSort.QUESTION),
        "solved": feedback(
            "solved", sort=FeedbackSort.PROBLEM, state=FeedbackState.DONE, state_on=done
        ),
        # Over: decided, or answered.
        "done": feedback("done", state=FeedbackState.DONE),
        "declined": feedback("declined", sort=FeedbackSort.PROBLEM, state=FeedbackState.DECLINED),
        "told": feedback("told", sort=FeedbackSort.QUESTION, told=(Told(on=on, customer_id="c1"),)),
    }
    themed = [
        msgspec.structs.replace(f, themes=("Labels", "labels", "ink")) for f in sorts.values()
    ]
    found = facts(feedback=[*themed, feedback("without a theme")]).said
    assert [s.feedback_id for s in found] == ["planned", "praise", "question", "wish", "solved"]
    assert [s.helped for s in found] == [False, True, False, False, True]
    assert {s.themes for s in found} == {("labels", "ink")}
    assert [s.on for s in found] == [on] * 4 + [done]


def test_who_met_whom() -> None:
    both, three = ("c1", "c2"), ("c1", "c3", "c4")

    def met(**records: Any) -> tuple[str, ...]:
        return facts(**records).met

    def talk(**fields: Any) -> Touchpoint:
        return msgspec.structs.replace(touchpoint(WEDNESDAY), customer_ids=both, **fields)

    assert met(touchpoints=[talk()]) == ("c2",)
    assert met(touchpoints=[talk(outcome=Outcome.NO_ANSWER)]) == ()
    assert met(touchpoints=[talk(kind=EMAIL)]) == ()
    start = at(WEDNESDAY)
    assert met(meetings=[meeting(start, customer_ids=three)]) == ("c3", "c4")
    assert met(meetings=[meeting(start, customer_ids=three, kind=MeetingKind.BLOCK)]) == ()
    assert met(meetings=[meeting(start, customer_ids=three, state=MeetingState.CANCELLED)]) == ()
    assert met(introductions=[Introduction(id="i", customer_ids=both)]) == ("c2",)


def test_an_event_lets_those_meet_who_came() -> None:
    came, invited = InvitationState.ATTENDED, InvitationState.ACCEPTED

    def event(mine: InvitationState, theirs: InvitationState) -> GroupEvent:
        invitations = (
            Invitation(customer_id="c1", state=mine, on=date(2026, 11, 2)),
            Invitation(customer_id="c2", state=theirs, on=date(2026, 11, 9)),
        )
        return GroupEvent(id="e", meeting_id="m", invitations=invitations)

    assert facts(events=[event(came, came)]).met == ("c2",)
    assert facts(events=[event(came, invited)]).met == ()
    assert facts(events=[event(invited, came)]).met == ()
    assert facts(events=[event(invited, came)]).last_invited_on == date(2026, 11, 2)
    assert facts().last_invited_on is None


def test_each_kind_of_planning_is_put_off_by_itself_and_a_resume_brings_all_back() -> None:
    kinds = {
        "visit": "visit_snoozed_until",
        "user-group": "group_snoozed_until",
        "co-create": "co_create_snoozed_until",
        "introduction": "introduction_snoozed_until",
    }
    until = days_ago(-9)
    decisions = [
        Decision(
            id=f"d{kind}", customer_id="c1", kind=DecisionKind.SNOOZED, on=WEDNESDAY,
            at=at(WEDNESDAY, time(9)), until_on=until, reason=kind,
        )
        for kind in kinds
    ]  # fmt: skip
    for decision in decisions:
        row = facts(decisions=[decision])
        off = {name: getattr(row, name) for name in (*kinds.values(), "snoozed_until")}
        assert {name for name, on in off.items() if on == until} == {kinds[decision.reason]}
    back = Decision(
        id="r",
        customer_id="c1",
        kind=DecisionKind.RESUMED,
        on=WEDNESDAY,
        at=at(WEDNESDAY, time(10)),
    )
    row = facts(decisions=[*decisions, back])
    assert not any(getattr(row, name) for name in kinds.values())

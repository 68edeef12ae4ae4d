"""What brings customers together: introductions, working sessions, seats in planned events (decision 10)."""

import random
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_tui.domain.acquaintance import Said
from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.day_list import Lane, Suggestion, SuggestionKind
from outreach_tui.domain.facts import CustomerFacts, OwedAnswer
from outreach_tui.domain.feedback import FeedbackSort, FeedbackState
from outreach_tui.domain.group_event import EventSort, GroupEvent, Invitation, InvitationState
from outreach_tui.domain.meeting import MeetingKind, MeetingState
from outreach_tui.domain.open_events import OpenEvent, open_events
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.suggest import suggest
from outreach_tui.domain.user_group import UserGroup
from unit.domain.making import SETTINGS, WEDNESDAY, at, days_ago, meeting, member, place, row, stand

INTRODUCTION, CO_CREATE, USER_GROUP = (
    SuggestionKind.INTRODUCTION,
    SuggestionKind.CO_CREATE,
    SuggestionKind.USER_GROUP,
)
LYON, PARIS = place(45.75, 4.85), place(48.86, 2.35, "Paris")
SOON, LATER = WEDNESDAY + timedelta(days=21), WEDNESDAY + timedelta(days=60)


def said(sort: str = "wish", theme: str = "labels", days: int = 30, **fields: Any) -> Said:
    return Said(
        **{
            "feedback_id": f"f-{sort}-{theme}-{days}",
            "words": f"{theme} in Polish",
            "on": days_ago(days),
            "themes": (theme,),
            "sort": FeedbackSort(sort),
            "state": FeedbackState.HEARD,
            **fields,
        }
    )


def solved(theme: str = "labels", days: int = 30) -> Said:
    return said("problem", theme, days, state=FeedbackState.DONE)


def planned(theme: str = "labels", days: int = 30) -> Said:
    return said("wish", theme, days, state=FeedbackState.PLANNED)


def one(id_: str, *words: Said, **fields: Any) -> CustomerFacts:
    """Return a customer who is not due, and may be talked to."""
    known = {"since_on": days_ago(900), "last_live_on": days_ago(30), "last_give_on": days_ago(30)}
    met = {"last_face_to_face_on": days_ago(30), "last_event_on": days_ago(200)}
    return row(id_, **{**known, **met, "said": words, **fields})


def bringing(
    *who: CustomerFacts | Standing, events: tuple[OpenEvent, ...] = (), today: date = WEDNESDAY
) -> list[Suggestion]:
    known = [s if isinstance(s, Standing) else stand(s, today=today) for s in who]
    found = suggest(known, today, SETTINGS, member(), events=events).suggestions
    return [s for s in found if s.lane is Lane.PLANNING]


def only(*who: CustomerFacts | Standing, **given: Any) -> Suggestion | None:
    found = bringing(*who, **given)
    assert len(found) <= 1
    return found[0] if found else None


ASKER, HELPER = one("a", said()), one("b", said("praise"))


# Introductions


def test_who_praised_what_another_asks_for_is_introduced_to_them() -> None:
    card = only(ASKER, HELPER)
    assert card is not None and card.kind is INTRODUCTION
    assert (card.customer_id, card.other.customer_id, card.theme) == ("a", "b", "labels")
    assert card.call_window is not None
    (reason,) = card.reasons
    assert reason.text == (
        "Customer b praised 'labels' on 26 Oct ('labels in Polish'); Customer a asked for it on 26 Oct "
        "('labels in Polish'). They have not met, as far as we know."
    )
    assert reason.facts == {
        "theme": "labels",
        "asked_on": "2026-10-26",
        "feedback_id": "f-wish-labels-30",
        "other_id": "b",
        "other_sort": "praise",
        "other_on": "2026-10-26",
        "other_feedback_id": "f-praise-labels-30",
    }


@pytest.mark.parametrize(
    ("asks", "has", "words"),
    [
        (said("wish"), solved(), "had their problem with 'labels' solved on 26 Oct"),
        (said("problem"), said("praise"), "told of trouble with it on 26 Oct"),
    ],
)
def test_the_reason_says_who_said_what(asks: Said, has: Said, words: str) -> None:
    card = only(one("a", asks), one("b", has))
    assert card is not None and words in card.reasons[0].text


def test_what_they_asked_us_is_ours_to_answer_and_who_left_meets_nobody() -> None:
    assert only(one("a", said("question")), one("b", said("praise"))) is None
    owes = OwedAnswer(
        feedback_id="q", words="?", asked_on=days_ago(9), decided_on=None, state="heard"
    )
    assert only(one("a", said("wish"), owed=(owes,)), one("b", said("praise"))) is None
    gone = one("b", said("praise"), contact_left_on=WEDNESDAY)
    assert only(one("a", said("wish")), gone) is None


def test_two_of_one_industry_who_ask_for_the_same_are_introduced() -> None:
    a, b = one("a", said(), industry="Food"), one("b", said(days=40), industry=" food")
    card = only(a, b)
    assert card is not None and card.customer_id == "a"
    assert card.reasons[0].text == (
        "Customer b brought up 'labels' on 16 Oct ('labels in Polish'), and so did Customer a on 26 Oct "
        "('labels in Polish'); both are in Food. They have not met, as far as we know."
    )
    assert only(a, one("b", said(), industry="Paper")) is None
    assert only(one("a", said()), one("b", said())) is None
    assert (
        only(one("a", said("praise"), industry="Food"), one("b", said("praise"), industry="Food"))
        is None
    )


def test_who_helped_comes_before_who_asks_for_the_same() -> None:
    peer = one("c", said(), industry="Food")
    card = only(one("a", said(), industry="Food"), peer, one("b", said("praise", days=300)))
    assert card is not None and card.other.customer_id == "b"


def test_the_most_loyal_asker_comes_first_and_the_same_industry_then_the_latest_word() -> None:
    low, high = (
        stand(one("a", said()), total=10),
        stand(one("z", said(), industry="Food"), total=90),
    )
    helpers = [
        one("h1", said("praise", days=9)),
        one("h2", said("praise", days=90), industry="food"),
        one("h3", said("praise", days=80), industry="food"),
    ]
    card = only(low, high, *helpers)
    assert card is not None and (card.customer_id, card.other.customer_id) == ("z", "h3")


@pytest.mark.parametrize(
    ("asker", "helper"),
    [
        ({"met": ("b",)}, {"met": ("a",)}),
        ({"introduction_snoozed_until": days_ago(-1)}, {}),
        ({}, {"introduction_snoozed_until": days_ago(-1)}),
        ({"muted": {"introduction": days_ago(-1)}}, {}),
        ({}, {"muted": {"introduction": days_ago(-1)}}),
        ({"do_not_contact": True}, {}),
        ({}, {"do_not_contact": True}),
        ({"status": Status.LOST}, {}),
        ({}, {"status": Status.LOST}),
        ({"status": Status.PAUSED}, {}),
        ({}, {"status": Status.PAUSED, "paused_until": days_ago(-1)}),
        ({"snoozed_until": days_ago(-1)}, {}),
        ({}, {"snoozed_until": days_ago(-1)}),
        ({}, {"ask_run": 2}),
        ({"unanswered_on": days_ago(2)}, {}),
        ({}, {"unanswered_on": days_ago(2)}),
        ({"last_live_on": days_ago(5)}, {}),
        ({"meetings_at": (at(WEDNESDAY),)}, {}),
        ({"owner_id": "ben"}, {}),
        ({}, {"owner_id": "ben"}),
        ({"place": place(35.7, 139.7, "Tokyo", "Pacific/Kiritimati")}, {}),
    ],
)
def test_nobody_is_introduced_who_met_or_must_be_left_alone(
    asker: dict[str, Any], helper: dict[str, Any]
) -> None:
    a, b = (msgspec.structs.replace(ASKER, **asker), msgspec.structs.replace(HELPER, **helper))
    assert not [s for s in bringing(a, b) if s.kind is INTRODUCTION]


def test_what_is_over_no_longer_bars() -> None:
    over = {"introduction_snoozed_until": WEDNESDAY, "muted": {"introduction": WEDNESDAY}}
    a = msgspec.structs.replace(ASKER, **over)
    b = msgspec.structs.replace(
        HELPER, last_live_on=days_ago(1), ask_run=1, status=Status.PAUSED, paused_until=WEDNESDAY
    )
    assert only(a, b) is not None


def test_what_was_said_over_a_year_ago_or_is_dated_ahead_introduces_nobody() -> None:
    for days, found in ((365, True), (366, False), (0, True), (-1, False)):
        assert (only(one("a", said(days=days)), HELPER) is not None) is found
        assert (only(ASKER, one("b", said("praise", days=days))) is not None) is found


def test_nobody_is_introduced_to_themselves() -> None:
    assert only(one("a", said(), said("praise"), industry="Food")) is None


def test_who_is_called_today_is_not_introduced_today() -> None:
    due = one("a", said(), last_live_on=days_ago(80))
    assert bringing(due, HELPER) == []


def test_who_comes_to_the_same_event_will_meet_there() -> None:
    event = opened(coming=frozenset({"a", "b"}), free=0)
    assert only(ASKER, HELPER, events=(event,)) is None
    assert only(ASKER, HELPER, events=(opened(coming=frozenset({"a"}), free=0),)) is not None


# Working sessions


def askers(count: int, **fields: Any) -> list[CustomerFacts]:
    return [one(f"w{n}", said(days=30 + n), **fields) for n in range(count)]


def test_a_planned_wish_with_three_askers_makes_a_working_session() -> None:
    wish = one("p", planned(days=60))
    card = only(wish, *askers(2))
    assert card is not None and card.kind is CO_CREATE
    assert (card.customer_id, card.theme) == ("p", "labels")
    assert [n.customer_id for n in card.near] == ["w1", "w0"]
    assert card.reasons[0].text == (
        "'labels': what Customer p asked for on 26 Sep ('labels in Polish') is planned; Customer w1 brought up "
        "'labels' on 25 Oct ('labels in Polish'), and so did 1 more. Shape it with them."
    )
    assert card.reasons[0].facts["askers"] == 3
    # Whose wish it is is said also where they may not be asked themselves.
    owed = msgspec.structs.replace(wish, unanswered_on=days_ago(2))
    card = only(owed, *askers(3))
    assert card is not None and "what Customer p asked for on 26 Sep" in card.reasons[0].text
    assert card.reasons[0].text.endswith("and so did 2 more. Shape it with them.")
    assert only(wish, *askers(1)) is None
    assert only(*askers(3)) is None
    assert only(one("p", planned("colours")), *askers(3)) is None


@pytest.mark.parametrize(
    "barred",
    [
        {"do_not_contact": True},
        {"status": Status.LOST},
        {"status": Status.PAUSED},
        {"ask_run": 2},
        {"snoozed_until": days_ago(-1)},
        {"last_invited_on": days_ago(119)},
        {"unanswered_on": days_ago(2)},
        {"co_create_snoozed_until": days_ago(-1)},
        {"muted": {"co-create": days_ago(-1)}},
    ],
)
def test_who_may_not_be_asked_makes_no_session(barred: dict[str, Any]) -> None:
    wish, (first, *others) = one("p", planned()), askers(2)
    assert only(wish, msgspec.structs.replace(first, **barred), *others) is None


def test_a_session_put_off_is_quiet_for_all_who_asked() -> None:
    off = {"co_create_snoozed_until": days_ago(-1)}
    assert only(one("p", planned()), *askers(5), one("q", said(), **off)) is None
    assert only(one("p", planned()), *askers(5), one("q", said("wish", "ink"), **off)) is not None


def test_a_session_that_is_planned_is_not_suggested_again() -> None:
    event = opened(themes=("labels",), free=0)
    assert only(one("p", planned()), *askers(3), events=(event,)) is None


def test_the_wish_with_the_most_askers_comes_first() -> None:
    ink = [one(f"i{n}", planned("ink")) for n in range(4)]
    card = only(one("p", planned()), *askers(2), *ink)
    assert card is not None and card.theme == "ink"


# Seats


def opened(**fields: Any) -> OpenEvent:
    return OpenEvent(
        **{
            "id": "e1",
            "name": "Spring group",
            "on": LATER,
            "place": LYON,
            "radius_km": 100,
            "seats": 12,
            "free": 5,
            "themes": (),
            "invited": frozenset(),
            "coming": frozenset(),
            **fields,
        }
    )


def test_an_event_with_seats_is_offered_to_loyal_customers_near_by() -> None:
    near = one("n", place=place(45.80, 4.85, "Caluire"), last_event_on=None)
    card = only(
        one("x", place=LYON, owner_id="ben"), near, one("p", place=PARIS), events=(opened(),)
    )
    assert card is not None and card.kind is USER_GROUP
    assert (card.customer_id, card.event_id, card.on, card.place) == ("n", "e1", LATER, "Lyon")
    assert card.reasons[0].code == "seats"
    assert card.reasons[0].text == (
        "Spring group in Lyon on Sun 24 Jan has 5 of 12 seats free; Customer n, 6 km from there, has been to no event "
        "on record."
    )
    there = one("m", place=LYON, last_event_on=days_ago(120))
    card = only(near, there, events=(opened(),))
    assert card is not None and card.customer_id == "m"
    assert card.reasons[0].text.endswith("Customer m was last at an event on 28 Jul.")
    small = only(near, there, events=(opened(name="élan for all"),))
    assert small is not None and small.reasons[0].text.startswith("Élan for all in Lyon on ")
    assert [(n.customer_id, n.km) for n in card.near] == [("n", 6)]


@pytest.mark.parametrize(
    "barred",
    [
        {"last_event_on": days_ago(119)},
        {"last_invited_on": days_ago(119)},
        {"group_snoozed_until": days_ago(-1)},
        {"muted": {"seats": days_ago(-1)}},
        {"do_not_contact": True},
        {"status": Status.LOST},
        {"place": None},
        {"place": PARIS},
        {"last_live_on": days_ago(3)},
    ],
)
def test_seats_are_for_those_who_fit(barred: dict[str, Any]) -> None:
    assert only(one("n", **{"place": LYON, **barred}), events=(opened(),)) is None


def test_seats_need_loyalty_room_time_and_an_invitation_that_is_new() -> None:
    near = one("n", place=LYON)
    assert only(stand(near, Tier.C), events=(opened(),)) is None
    for fields in (
        {"free": 0},
        {"on": WEDNESDAY + timedelta(days=6)},
        {"invited": frozenset({"n"})},
        {"place": None},
    ):
        assert only(near, events=(opened(**fields),)) is None
    assert only(near, events=(opened(on=WEDNESDAY + timedelta(days=7)),)) is not None


def test_seats_of_a_working_session_are_for_those_who_asked_wherever_they_are() -> None:
    event = opened(themes=("ink", "labels"), place=None, name="Ink day")
    who = (stand(one("n", place=LYON)), stand(one("a", said()), Tier.C))
    card = only(*who, events=(event,))
    assert card is not None and (card.customer_id, card.theme) == ("a", "labels")
    assert card.reasons[0].text == (
        "Ink day on Sun 24 Jan has 5 of 12 seats free; it is about 'labels', and Customer a asked for it on 26 Oct "
        "('labels in Polish')."
    )
    # Put off by somebody whom it does not concern, and by one who asked.
    off = {"group_snoozed_until": days_ago(-1)}
    assert only(*who, one("x", place=PARIS, **off), events=(event,)) == card
    assert only(*who, one("b", said(days=9), **off), events=(event,)) is None


def test_seats_of_a_near_event_go_first_and_others_take_turns_with_sessions_and_groups() -> None:
    group = [one(f"g{n}", place=place(43.6, 1.44, "Toulouse")) for n in range(8)]
    session = [one("p", planned(), tier=Tier.C), *askers(2)]
    everybody = [*group, *session, one("n", place=LYON)]

    def codes(on: date, days: int) -> list[str]:
        when = [
            stand(msgspec.structs.replace(r, last_live_on=days_ago(30, on)), today=on)
            for r in everybody
        ]
        found = bringing(*when, events=(opened(on=on + timedelta(days=days)),), today=on)
        return [s.reasons[0].code for s in found if s.kind is not INTRODUCTION]

    week = [WEDNESDAY + timedelta(days=n) for n in (0, 1, 2)]
    assert all(codes(on, 21) == ["seats"] for on in week)
    assert sorted(code for on in week for code in codes(on, 60)) == ["co-create", "group", "seats"]


def test_no_new_group_is_suggested_around_a_planned_event() -> None:
    group = [one(f"g{n}", place=LYON) for n in range(8)]
    full = opened(free=0, coming=frozenset({"x"}))
    assert only(*group) is not None
    assert only(*group, events=(full,)) is None
    assert only(*group, events=(opened(free=0, place=PARIS),)) is not None


def test_events_are_read_from_their_records() -> None:
    I = Invitation  # noqa: N806, E741  short in a table
    invitations = (
        I(customer_id="a", state=InvitationState.ACCEPTED),
        I(customer_id="b", state=InvitationState.DECLINED),
        I(customer_id="c"),
    )
    group = UserGroup(id="g", name="Rhône", centre=LYON, radius_km=30)
    start = at(LATER)
    records = [
        GroupEvent(id="e", meeting_id="m", group_id="g", capacity=3, invitations=invitations),
        GroupEvent(
            id="s", meeting_id="m", sort=EventSort.WORKING_SESSION, capacity=1, place=PARIS,
            themes=("Ink",), invitations=(*invitations, I(customer_id="d"), I(customer_id="e")),
        ),
        GroupEvent(id="gone", meeting_id="nowhere", capacity=3),
        GroupEvent(id="off", meeting_id="off", capacity=3),
        GroupEvent(id="past", meeting_id="past", capacity=3),
    ]  # fmt: skip
    meetings = {
        m.id: m
        for m in (
            meeting(start, id_="m", kind=MeetingKind.EVENT),
            meeting(start, id_="off", state=MeetingState.CANCELLED),
            meeting(at(days_ago(1)), id_="past"),
        )
    }
    found = open_events(records, meetings, {"g": group}, SETTINGS, WEDNESDAY)
    assert [(e.id, e.name, e.place, e.radius_km, e.free, e.themes) for e in found] == [
        ("e", "Rhône", LYON, 30, 2, ()),
        ("s", "The working session", PARIS, 100, 0, ("ink",)),
    ]
    assert found[0].invited == {"a", "b", "c"} and found[0].coming == {"a"}
    # Five invitations for one seat are enough, with nobody coming yet too.
    asked = msgspec.structs.replace(records[1], invitations=invitations[1:2] * 4)
    assert open_events([asked], meetings, {}, SETTINGS, WEDNESDAY)[0].free == 0


# Whatever the records say

_words = st.lists(
    st.builds(
        said,
        st.sampled_from(["wish", "problem", "question", "praise"]),
        st.sampled_from(["labels", "ink", "paper"]),
        st.integers(-3, 400),
        state=st.sampled_from([FeedbackState.HEARD, FeedbackState.PLANNED]),
    ),
    max_size=3,
)
_ids = [f"c{n}" for n in range(7)]


@st.composite
def _worlds(draw: st.DrawFn) -> list[Standing]:
    met = draw(st.sets(st.tuples(st.sampled_from(_ids), st.sampled_from(_ids)), max_size=12))
    found = []
    for id_ in _ids:
        known = {b for a, b in met if a == id_} | {a for a, b in met if b == id_}
        facts = one(
            id_,
            *draw(_words),
            met=tuple(sorted(known - {id_})),
            industry=draw(st.sampled_from(["", "Food", "Paper"])),
            do_not_contact=draw(st.sampled_from([False, False, False, True])),
            status=draw(
                st.sampled_from([Status.ACTIVE, Status.ACTIVE, Status.LOST, Status.PAUSED])
            ),
            ask_run=draw(st.sampled_from([0, 0, 2])),
            place=draw(st.sampled_from([None, LYON, PARIS])),
            snoozed_until=draw(st.sampled_from([None, None, days_ago(-3)])),
        )
        found.append(
            stand(facts, draw(st.sampled_from(Tier)), draw(st.sampled_from([None, 10, 50])))
        )
    return found


@settings(max_examples=300)
@given(world=_worlds(), seed=st.integers(0, 9), coming=st.sets(st.sampled_from(_ids), max_size=4))
def test_nobody_who_met_and_nobody_barred_is_brought_together_in_any_order(
    world: list[Standing], seed: int, coming: set[str]
) -> None:
    events = (opened(coming=frozenset(coming), invited=frozenset(coming)),)
    found = bringing(*world, events=events)
    shuffled = list(world)
    random.Random(seed).shuffle(shuffled)
    assert bringing(*shuffled, events=events) == found
    rows = {s.customer_id: s.facts for s in world}
    assert sum(s.kind is INTRODUCTION for s in found) <= 1
    assert sum(s.kind is not INTRODUCTION for s in found) <= 1
    for item in found:
        people = [item.customer_id, *(n.customer_id for n in item.near)]
        assert len(set(people)) == len(people)
        assert not any(
            rows[p].do_not_contact or rows[p].status is not Status.ACTIVE for p in people
        )
        assert rows[item.customer_id].snoozed_until is None
        if item.kind is INTRODUCTION:
            assert not any(rows[a].met and b in rows[a].met for a in people for b in people)
            assert not coming.issuperset(people)
            assert rows[item.other.customer_id].ask_run < 2
            assert all(item.theme in {t for s in rows[p].said for t in s.themes} for p in people)
        if item.kind is CO_CREATE:
            assert all(rows[p].ask_run < 2 for p in people)
        if item.event_id:
            assert not events[0].invited.intersection(people)

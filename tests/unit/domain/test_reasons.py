"""Each reason in the words that people read, with its weight, and when it is not given."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from outreach_tui.domain.bands import band_reason, is_breaking
from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.causes import RULES, causes_now, quiet_now, reasons_now
from outreach_tui.domain.customer import Tier
from outreach_tui.domain.day_list import Reason
from outreach_tui.domain.facts import CustomerFacts, OwedAnswer
from outreach_tui.domain.journeys import face_to_face_reason, group_reason
from outreach_tui.domain.member import Member
from outreach_tui.domain.purchase import PurchaseKind
from outreach_tui.domain.questions import QUESTIONS, open_question
from outreach_tui.domain.reasons import shorten
from outreach_tui.domain.thanks import thank_reason, thanks_for, thanks_now
from outreach_tui.domain.writing import write_reason
from unit.domain.making import WEDNESDAY, at, days_ago, member, row, stand

OLD = days_ago(900)


def now(facts: CustomerFacts, tier: Tier = Tier.A, today: date = WEDNESDAY) -> dict[str, float]:
    """Return the weight of each reason to call, by code, and check what holds for all of them."""
    found = reasons_now(stand(facts, tier, today=today), today)
    assert [w.weight for w in found] == sorted((w.weight for w in found), reverse=True)
    for weighted in found:
        reason = weighted.reason
        assert msgspec.json.decode(msgspec.json.encode(reason), type=Reason) == reason
        assert reason.text[0].isupper() or reason.text[0].isdigit()
        assert reason.text.endswith(".")
        assert "  " not in reason.text
        muted = msgspec.structs.replace(
            facts, muted={**facts.muted, reason.code: days_ago(-1, today)}
        )
        again = reasons_now(stand(muted, tier, today=today), today)
        assert reason.code not in [w.reason.code for w in again]
        over = msgspec.structs.replace(facts, muted={**facts.muted, reason.code: today})
        assert found == reasons_now(stand(over, tier, today=today), today)
    return {w.reason.code: w.weight for w in found}


def words(facts: CustomerFacts, code: str, tier: Tier = Tier.A, today: date = WEDNESDAY) -> str:
    now(facts, tier, today)
    (text,) = (
        w.reason.text
        for w in reasons_now(stand(facts, tier, today=today), today)
        if w.reason.code == code
    )
    return text


def band(facts: CustomerFacts, tier: Tier = Tier.A, me: Member | None = None) -> Reason | None:
    reason = band_reason(stand(facts, tier), WEDNESDAY, me or member())
    assert reason is None or msgspec.json.decode(msgspec.json.encode(reason), type=Reason) == reason
    return reason


def band_words(facts: CustomerFacts, tier: Tier = Tier.A) -> str:
    reason = band(facts, tier)
    assert reason
    return reason.text


# The band


@pytest.mark.parametrize(
    ("days", "code", "text"),
    [
        (
            46,
            "due",
            "46 days since you last spoke (10 Oct); every 45 days is the rhythm for tier A.",
        ),
        (
            76,
            "due",
            "76 days since you last spoke (10 Sep); every 45 days is the rhythm for tier A.",
        ),
        (77, "due", "77 days since you last spoke (9 Sep); you promised Ernst at most 90."),
        (94, "overdue", "94 days since you last spoke (23 Aug); you promised Ernst at most 90."),
        (
            1400,
            "overdue",
            "1,400 days since you last spoke (25 Jan 2023); you promised Ernst at most 90.",
        ),
    ],
)
def test_the_band_says_how_long_ago_and_what_was_promised(days: int, code: str, text: str) -> None:
    reason = band(row(name="Ernst", since_on=OLD, last_live_on=days_ago(days)))
    assert reason
    assert (reason.code, reason.text) == (code, text)
    assert reason.facts == {
        "days": days,
        "last_live_on": days_ago(days).isoformat(),
        "ideal_days": 45,
        "max_days": 90,
    }


LEAVE: dict[str, Any] = {"away_from": date(2026, 12, 21), "away_to": date(2027, 1, 3)}


@pytest.mark.parametrize(
    ("days", "fields", "breaking"),
    [
        # 39 days until the leave is over, and three to begin with.
        (49, LEAVE, True),
        (48, LEAVE, False),
        (48, {**LEAVE, "away_to": date(2027, 1, 4)}, True),
        # Within the ideal nobody is called early; and a leave that is far off, or has no end, changes nothing.
        (45, {**LEAVE, "away_to": date(2027, 2, 1)}, False),
        (49, {"away_from": date(2026, 12, 24), "away_to": date(2027, 1, 3)}, False),
        (49, {"away_from": date(2026, 12, 21)}, False),
        (49, {"away_from": WEDNESDAY, "away_to": date(2027, 1, 3)}, False),
    ],
)
def test_a_band_that_would_end_on_leave_breaks_before_it(
    days: int, fields: dict[str, Any], breaking: bool
) -> None:
    facts, me = row(name="Ernst", since_on=OLD, last_live_on=days_ago(days)), member(**fields)
    assert is_breaking(stand(facts, Tier.A), WEDNESDAY, me) is breaking
    reason = band(facts, me=me)
    assert breaking is (reason is not None and "you are away" in reason.text)


def test_the_leave_is_named() -> None:
    reason = band(row(name="Ernst", last_live_on=days_ago(50)), me=member(**LEAVE))
    assert reason
    assert reason.text == (
        "50 days since you last spoke (6 Oct); the 90 you promised Ernst end on 4 Jan, "
        "and you are away 21 Dec to 3 Jan."
    )


def test_what_ends_before_the_leave_is_said_so() -> None:
    reason = band(row(name="Ernst", last_live_on=days_ago(70)), me=member(**LEAVE))
    assert reason
    assert reason.text.endswith("end on 15 Dec, and then you are away 21 Dec to 3 Jan.")


def test_a_meeting_since_that_nobody_marked_is_said() -> None:
    met = {"meetings_at": (at(days_ago(9)), at(days_ago(-3)))}
    assert band_words(row(since_on=OLD, last_live_on=days_ago(60), **met)).endswith(
        "the rhythm for tier A. Nobody said yet how it was on 16 Nov."
    )
    assert band_words(row(**met)) == (
        "Neither a conversation nor a purchase is on record. Nobody said yet how it was on 16 Nov."
    )
    ahead = band_words(row(meetings_at=met["meetings_at"][1:]))
    assert ahead == "Neither a conversation nor a purchase is on record."


def test_within_the_ideal_nothing_is_said() -> None:
    assert band(row(since_on=OLD, last_live_on=days_ago(45))) is None
    assert band(row(since_on=OLD, last_live_on=days_ago(-3))) is None


def test_the_rhythm_is_named_for_whom_it_is() -> None:
    # A new customer of tier C is called every 14 days because they are new, not because of the tier.
    new = row(since_on=days_ago(60), last_live_on=days_ago(20))
    assert band_words(new, Tier.C).endswith("every 14 days is the rhythm for new customers.")
    own = row(cadence=Cadence(ideal_days=1, max_days=30), last_live_on=days_ago(2))
    assert band_words(own).endswith("every day is the rhythm for them.")
    assert band_words(row(last_live_on=days_ago(80)), Tier.B).endswith("for tier B.")


def test_a_band_whose_ideal_is_near_its_maximum_breaks_all_the_same() -> None:
    own = row(name="Ernst", cadence=Cadence(ideal_days=30, max_days=30), last_live_on=days_ago(26))
    assert (
        band_words(own) == "26 days since you last spoke (30 Oct); you promised Ernst at most 30."
    )
    daily = row(name="Ernst", cadence=Cadence(ideal_days=1, max_days=1), last_live_on=days_ago(1))
    assert band_words(daily).startswith("1 day since you last spoke (24 Nov)")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Neither a conversation nor a purchase is on record."),
        (
            {"purchases": 1, "first_purchase_on": days_ago(9), "last_purchase_on": days_ago(9)},
            "No conversation with them is on record; one order, on 16 Nov.",
        ),
        (
            {"purchases": 12, "first_purchase_on": OLD, "last_purchase_on": days_ago(9)},
            "No conversation with them is on record; 12 orders since 8 Jun 2024, the last on 16 Nov.",
        ),
        (
            {
                "purchases": 5,
                "renewals": 5,
                "first_purchase_on": OLD,
                "last_purchase_on": days_ago(9),
            },
            "No conversation with them is on record; 5 purchases since 8 Jun 2024, the last on 16 Nov.",
        ),
        (
            {
                "purchases": 2,
                "invoices": 1,
                "first_purchase_on": days_ago(9),
                "last_purchase_on": days_ago(9),
            },
            "No conversation with them is on record; 2 purchases, all on 16 Nov.",
        ),
        (
            {"purchases": 3, "first_purchase_on": OLD, "last_purchase_on": days_ago(-9)},
            "No conversation with them is on record; 3 orders, dated 8 Jun 2024 to 4 Dec 2026.",
        ),
    ],
)
def test_who_was_never_spoken_to_is_told_by_their_orders(fields: dict[str, Any], text: str) -> None:
    reason = band(row(**fields))
    assert reason
    assert (reason.code, reason.text) == ("never", text)


# Slipping


def slipping(
    since: int, *, median: float | None = 32.0, days: int = 4, **fields: Any
) -> CustomerFacts:
    return row(
        purchases=days,
        purchase_days=days,
        order_days=days,
        median_interval_days=median,
        interval_spread=fields.pop("spread", 0.2),
        first_purchase_on=OLD,
        last_purchase_on=days_ago(since),
        last_order_on=days_ago(since),
        **{"last_live_on": days_ago(since), "last_give_on": days_ago(since), **fields},
    )


def test_a_late_order_is_told_in_the_customers_own_rhythm() -> None:
    assert now(slipping(49)) == {"slipping": 0.45}
    assert words(slipping(55), "slipping") == "They usually order every 32 days; it is 55 now."
    assert (
        words(slipping(3, median=1.0), "slipping") == "They usually order every day; it is 3 now."
    )
    assert words(slipping(55, days=3), "slipping") == (
        "They ordered on 3 days, about 32 days apart; it is 55 now."
    )
    renewing = slipping(1500, median=365.0, renewals=3, invoices=1)
    assert words(renewing, "slipping") == "They usually buy every 365 days; it is 1,500 now."


@pytest.mark.parametrize(
    ("facts", "late"),
    [
        (slipping(48), False),
        (slipping(49), True),
        # Whoever orders irregularly is given twice their interval.
        (slipping(64, spread=0.51), False),
        (slipping(65, spread=0.51), True),
        (slipping(49, spread=0.5), True),
        (slipping(49, spread=None), True),
        (slipping(500, days=2), False),
        (slipping(500, median=0.0), False),
        (slipping(500, median=None), False),
        (slipping(-20), False),
    ],
)
def test_slipping_needs_a_rhythm_and_a_late_order(facts: CustomerFacts, late: bool) -> None:
    assert ("slipping" in now(facts)) is late


@pytest.mark.parametrize(
    ("since", "weight"), [(49, 0.45), (50, 0.46), (49 + 21, 0.66), (49 + 22, 0.20), (4900, 0.20)]
)
def test_a_late_order_weighs_more_each_day_while_it_is_news(since: int, weight: float) -> None:
    assert now(slipping(since)) == {"slipping": pytest.approx(weight)}


@pytest.mark.parametrize(("spoke", "late"), [(8, True), (7, False), (0, False)])
def test_a_late_order_is_no_reason_once_somebody_talked_about_it(spoke: int, late: bool) -> None:
    # Late since the 49th day after the order, seven days ago.
    assert ("slipping" in now(slipping(56, last_live_on=days_ago(spoke)))) is late


# Owed


def owed(decided: int | None = 10, **fields: Any) -> OwedAnswer:
    return OwedAnswer(
        feedback_id="f1",
        asked_on=days_ago(300),
        decided_on=None if decided is None else days_ago(decided),
        **{"words": "labels", "state": "done", **fields},
    )


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (owed(), "Their wish of 29 Jan ('labels') was done on 15 Nov; nobody told them."),
        (
            owed(state="declined"),
            "Their wish of 29 Jan ('labels') was declined on 15 Nov; nobody told them.",
        ),
        (
            owed(sort="problem"),
            "Their problem of 29 Jan ('labels') was solved on 15 Nov; nobody told them.",
        ),
        (
            owed(sort="question", words="can it export to PDF"),
            "Their question of 29 Jan ('can it export to PDF') was settled on 15 Nov; nobody told them.",
        ),
        (
            owed(words="word " * 40),
            "Their wish of 29 Jan ('word word word word word word word word word …') was done on 15 Nov;"
            " nobody told them.",
        ),
    ],
)
def test_what_is_owed_is_told_in_their_words(answer: OwedAnswer, text: str) -> None:
    assert words(row(owed=(answer,)), "owed") == text


@pytest.mark.parametrize(
    ("waiting", "weight"), [(0, 0.50), (1, 0.53), (14, 0.92), (15, 0.20), (400, 0.20)]
)
def test_what_is_owed_weighs_more_each_day_until_it_is_too_late(
    waiting: int, weight: float
) -> None:
    assert now(row(owed=(owed(waiting),))) == {"owed": pytest.approx(weight)}


def test_of_several_owed_answers_the_one_that_waited_longest_is_told() -> None:
    several = (owed(3, words="new"), owed(9, words="old"), owed(None, words="question"))
    assert "'old'" in words(row(owed=several), "owed")


def test_a_question_that_waits_or_a_decision_of_tomorrow_is_not_owed() -> None:
    assert now(row(owed=(owed(-1),))) == {}
    waits = row(owed=(owed(None, sort="question"), owed(-1)))
    assert now(waits) == {"question": 0.20}
    assert words(waits, "question") == "Their question of 29 Jan ('labels') waits for an answer."


def test_a_letter_with_a_question_is_told_once() -> None:
    asked = row(owed=(owed(None, sort="question"),), unanswered_on=days_ago(300))
    assert asked.owed[0].asked_on == asked.unanswered_on
    assert list(now(asked)) == ["unanswered"]
    # Who was told that nothing waits must still hear of the question, and an older one is no part of the letter.
    quiet = msgspec.structs.replace(asked, muted={"unanswered": days_ago(-1)})
    assert list(now(quiet)) == ["question"]
    later = msgspec.structs.replace(asked, unanswered_on=days_ago(2))
    assert list(now(later)) == ["unanswered", "question"]


def test_what_was_called_wrong_is_quiet_until_a_day() -> None:
    later, met = days_ago(-9), (at(days_ago(9)),)
    muted = {"never": later, "unanswered": later, "renewal": later, "thank": later, "question": OLD}
    facts = row(unanswered_on=days_ago(3), ask_run=2, meetings_at=met, muted=muted)
    assert [(r.code, on) for r, on in quiet_now(stand(facts), WEDNESDAY, member())] == [
        ("never", later),
        ("unanswered", later),
    ]
    assert quiet_now(stand(facts, today=later), later, member()) == []
    assert quiet_now(stand(row()), WEDNESDAY, member()) == []


# Unanswered, renewal, only asks


def test_who_contacted_us_and_heard_nothing_is_told() -> None:
    for days, weight in ((0, 0.40), (20, 0.40), (21, 1.0), (200, 1.0)):
        found = now(row(unanswered_on=days_ago(days)))
        assert found == pytest.approx({"unanswered": weight})
    assert words(row(unanswered_on=days_ago(2)), "unanswered") == (
        "They contacted you on 23 Nov; no answer is on record."
    )
    wrote = row(unanswered_on=days_ago(2), unanswered_words="the labels curl")
    assert words(wrote, "unanswered") == (
        "They contacted you on 23 Nov ('the labels curl'); no answer is on record."
    )
    letter = "the labels curl; We have put the next order on hold until we know why. Could somebody ring me?"
    assert letter in words(
        row(unanswered_on=days_ago(2), unanswered_words=letter + " Yours" * 9), "unanswered"
    )
    assert now(row(unanswered_on=days_ago(-2))) == {}


def test_a_renewal_without_a_give_is_told_in_its_month() -> None:
    facts = row(renewal_on=days_ago(-30), ask_run=1, last_give_on=days_ago(400))
    assert now(facts) == {"renewal": 0.30}
    assert words(facts, "renewal") == (
        "Their renewal is on 25 Dec, and nothing was given since the last ask."
    )
    for other in (
        row(renewal_on=days_ago(-31), ask_run=1),
        row(renewal_on=days_ago(1), ask_run=1),
        row(renewal_on=days_ago(-30), last_live_on=days_ago(30)),
    ):
        assert now(other) == {}


def test_a_renewal_without_a_talk_before_it_is_told_too() -> None:
    facts = row(renewal_on=days_ago(-30), last_live_on=days_ago(31))
    assert now(facts) == {"renewal": 0.30}
    assert words(facts, "renewal") == (
        "Their renewal is on 25 Dec, and you have not spoken in the 60 days before it."
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"ask_run": 3, "last_give_on": days_ago(30)},
            "3 asks since we last gave them something (26 Oct).",
        ),
        ({"ask_run": 2}, "They heard 2 asks from us and got nothing yet."),
        (
            {"ask_run": 5, "renewals": 5, "since_on": OLD},
            "Renewed five times; no conversation is on record. Call to say thank you; ask for nothing.",
        ),
        (
            {"ask_run": 2, "renewals": 1, "since_on": OLD},
            "Renewed once; no conversation is on record. Call to say thank you; ask for nothing.",
        ),
        (
            {"ask_run": 9, "renewals": 9, "since_on": OLD},
            "Renewed 9 times; no conversation is on record. Call to say thank you; ask for nothing.",
        ),
        (
            {
                "ask_run": 2,
                "renewals": 5,
                "last_live_on": days_ago(99),
                "last_give_on": days_ago(99),
            },
            "2 asks since we last gave them something (18 Aug).",
        ),
    ],
)
def test_an_ask_run_says_what_was_asked_and_given(fields: dict[str, Any], text: str) -> None:
    facts = row(**fields)
    assert now(facts)["only-asks"] == 0.20
    assert words(facts, "only-asks") == text


def test_only_a_call_that_thanks_says_ask_for_nothing() -> None:
    facts = row(ask_run=5, renewals=5, since_on=OLD)
    silent = "Renewed five times; no conversation is on record."
    assert words(facts, "only-asks", Tier.C) == silent
    waiting = msgspec.structs.replace(facts, unanswered_on=days_ago(3))
    assert words(waiting, "only-asks") == silent
    muted = msgspec.structs.replace(facts, muted={"thank": days_ago(-1)})
    assert words(muted, "only-asks") == silent


def test_one_ask_is_no_run() -> None:
    assert now(row(ask_run=1, renewals=1)) == {}


# Occasions


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        (
            {"since_on": date(2021, 12, 1), "since_stated": True},
            "anniversary",
            "On 1 Dec it is 5 years since they became a customer.",
        ),
        (
            {"since_on": date(2025, 11, 25)},
            "anniversary",
            "Today it is 1 year since their first order.",
        ),
        (
            {"birthday": date(1980, 11, 30), "contact_name": "Maria Anders"},
            "birthday",
            "Maria Anders has a birthday on 30 Nov.",
        ),
        ({"birthday": date(1980, 11, 30)}, "birthday", "Your contact has a birthday on 30 Nov."),
        (
            {"reference": True, "last_give_on": date(2025, 12, 31)},
            "reference",
            "They speak for us as a reference, and got nothing from us in 2026.",
        ),
        (
            {"contact_left_on": date(2026, 3, 1)},
            "contact-left",
            "The person you knew there left on 1 Mar; nobody new is on record.",
        ),
    ],
)
def test_an_occasion_is_told(fields: dict[str, Any], code: str, text: str) -> None:
    assert now(row(**fields))[code] == 0.15
    assert words(row(**fields), code) == text


@pytest.mark.parametrize(
    "fields",
    [
        {"since_on": date(2021, 12, 2)},
        {"since_on": date(2021, 11, 24)},
        {"since_on": date(2026, 11, 25)},
        {"since_on": date(2026, 12, 1)},
        {"birthday": date(1980, 12, 2)},
        {"reference": True, "last_give_on": date(2026, 1, 1)},
        {"contact_left_on": date(2026, 11, 26)},
    ],
)
def test_what_is_no_occasion_is_not_told(fields: dict[str, Any]) -> None:
    assert now(row(**fields)) == {}


def test_occasions_come_round_over_the_turn_of_the_year_and_in_leap_years() -> None:
    turn = row(birthday=date(1980, 1, 2), contact_name="Ana")
    assert words(turn, "birthday", today=date(2026, 12, 28)) == "Ana has a birthday on 2 Jan."
    leap = row(birthday=date(1980, 2, 29), contact_name="Ana")
    assert words(leap, "birthday", today=date(2027, 2, 25)) == "Ana has a birthday on 28 Feb."
    assert words(leap, "birthday", today=date(2028, 2, 25)) == "Ana has a birthday on 29 Feb."
    founded = row(since_on=date(2024, 12, 30), since_stated=True)
    assert words(founded, "anniversary", today=date(2026, 12, 30)) == (
        "Today it is 2 years since they became a customer."
    )


def test_the_heaviest_reason_comes_first_and_equal_ones_by_code() -> None:
    facts = row(
        owed=(owed(0),), unanswered_on=days_ago(1), ask_run=2, reference=True, birthday=WEDNESDAY
    )
    # Born today is no birthday yet.
    assert list(now(facts)) == ["owed", "unanswered", "only-asks", "reference"]


def test_who_wrote_can_be_answered_without_an_address_of_ours() -> None:
    wrote = row(unanswered_on=days_ago(1), last_heard_on=days_ago(1))
    assert write_reason("no-phone", wrote, WEDNESDAY, "UTC").text == (
        "Neither a phone number nor an e-mail address is on file: reply to what they sent, and ask for a conversation."
    )
    missed = row(unanswered_on=days_ago(1), last_heard_on=days_ago(9))
    assert "find one" in write_reason("no-phone", missed, WEDNESDAY, "UTC").text


def test_a_second_letter_says_when_the_first_was_unless_they_wrote_since() -> None:
    silent, spoke = row(email="a@b.example"), row(email="a@b.example", last_heard_on=days_ago(3))
    said = "You wrote on 5 Nov, and no answer is on record. No phone"
    for facts, begins in ((silent, said), (spoke, "No phone")):
        found = write_reason("no-phone", facts, WEDNESDAY, "UTC", [days_ago(20)])
        assert found.text.startswith(begins)


# Thanks


@pytest.mark.parametrize(
    ("fields", "thanks"),
    [
        # Never spoken to: their years.
        ({"since_on": date(2021, 11, 25)}, "5 years with us"),
        ({"since_on": date(2021, 11, 26)}, "5 years with us"),  # tomorrow
        ({"since_on": date(2021, 12, 26)}, "4 years with us"),
        ({"since_on": date(2025, 9, 25)}, "14 months with us"),
        ({"since_on": date(2026, 10, 1)}, "choosing us"),
        ({"since_on": date(2026, 10, 1), "purchases": 1}, "their first order"),
        ({"since_on": date(2026, 10, 1), "purchases": 2}, "their first orders"),
        ({"since_on": date(2026, 12, 1)}, ""),
        ({}, ""),
        # Since the last give.
        (
            {"last_purchase_on": days_ago(3), "last_purchase_kind": PurchaseKind.RENEWAL},
            "renewing on 22 Nov",
        ),
        ({"last_purchase_on": days_ago(3)}, "their order of 22 Nov"),
        ({"last_purchase_on": days_ago(3), "last_purchase_kind": PurchaseKind.INVOICE}, ""),
        ({"last_purchase_on": days_ago(30)}, ""),
        ({"last_purchase_on": days_ago(31)}, ""),
        ({"last_purchase_on": days_ago(-3)}, ""),
        (
            {"last_praise": "support calls back", "last_praise_on": days_ago(3)},
            "what they said on 22 Nov: 'support calls back'",
        ),
        ({"last_event_on": days_ago(3)}, "coming to the event on 22 Nov"),
        ({"reference": True, "last_give_on": days_ago(400)}, "speaking for us as a reference"),
        ({"reference": True}, ""),
    ],
)
def test_thanks_are_for_what_nobody_thanked_for_yet(fields: dict[str, Any], thanks: str) -> None:
    spoken = {"last_live_on": days_ago(30), "last_give_on": days_ago(30)}
    given = spoken if fields and "since_on" not in fields else {}
    standing = stand(row(**{**given, **fields}))
    assert thanks_for(standing, WEDNESDAY) == thanks
    assert thanks_now(standing, WEDNESDAY, []) == thanks
    reason = thank_reason(thanks, standing.facts, said=False)
    assert reason.text == f"Thank them for {thanks}; ask for nothing."


def test_an_anniversary_is_something_to_thank_for_once() -> None:
    talked: dict[str, Any] = {"last_live_on": days_ago(60), "last_give_on": days_ago(60)}
    facts = row(since_on=date(2015, 11, 28), last_purchase_on=days_ago(3), **talked)
    assert thanks_for(stand(facts), WEDNESDAY) == "11 years with us"
    assert thanks_for(stand(facts), WEDNESDAY - timedelta(days=9)) == ""
    for given in (1, 3):
        thanked = msgspec.structs.replace(facts, last_give_on=days_ago(given))
        assert thanks_for(stand(thanked), WEDNESDAY) == ""
    first = row(since_on=date(2025, 11, 25), **talked)
    assert thanks_for(stand(first), WEDNESDAY) == "1 year with us"


def test_only_loyal_customers_are_called_to_be_thanked() -> None:
    standing = stand(row(since_on=OLD), Tier.C)
    assert thanks_for(standing, WEDNESDAY)
    assert thanks_now(standing, WEDNESDAY, []) == ""


def test_thanking_is_not_the_point_where_something_waits() -> None:
    for facts in (
        slipping(55),
        row(since_on=OLD, owed=(owed(),)),
        row(since_on=OLD, unanswered_on=days_ago(2)),
        row(since_on=OLD, owed=(owed(None, sort="question"),)),
    ):
        standing = stand(facts)
        assert thanks_now(standing, WEDNESDAY, causes_now(standing, WEDNESDAY)) == ""


# Questions, planning, words


def test_the_open_question_changes_with_each_conversation() -> None:
    asked = {open_question(row(live_count=n)) for n in range(len(QUESTIONS))}
    assert asked == set(QUESTIONS)
    assert all(question.endswith("?") for question in QUESTIONS)


@pytest.mark.parametrize(
    ("last", "target", "text"),
    [
        (None, 365, "No meeting face to face is on record (tier A: every year);"),
        (days_ago(400), 365, "You last met on 21 Oct 2025 (tier A: every year);"),
        (days_ago(800), 730, "You last met on 16 Sep 2024 (tier A: every 2 years);"),
        (days_ago(800), 100, "You last met on 16 Sep 2024 (tier A: every 100 days);"),
        (days_ago(800), 1, "You last met on 16 Sep 2024 (tier A: every day);"),
    ],
)
def test_a_visit_says_when_we_met_and_who_else_is_near(
    last: date | None, target: int, text: str
) -> None:
    reason = face_to_face_reason(
        stand(row(last_face_to_face_on=last)),
        WEDNESDAY,
        target_days=target,
        near=3,
        besides=True,
        town="Lyon",
        radius_km=60,
    )
    assert reason.text == f"{text} 3 more are due for a talk within 60 km of Lyon."


def test_a_group_says_how_many_would_come_and_when_they_last_did() -> None:
    assert group_reason([None] * 9, "Lyon", 100, WEDNESDAY, known=True).text == (
        "9 loyal customers within 100 km of Lyon; no event with them is on record."
    )
    assert group_reason([days_ago(200)] * 9, "Lyon", 100, WEDNESDAY, known=True).text == (
        "9 loyal customers within 100 km of Lyon; the last event with them was on 9 May."
    )
    some = [*[days_ago(200)] * 2, days_ago(300), *[None] * 6]
    assert group_reason(some, "Lyon", 100, WEDNESDAY, known=True).text == (
        "9 loyal customers within 100 km of Lyon; the last event with 2 of them was on 9 May."
    )


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("labels", "labels"),
        ("x" * 48, "x" * 48),
        ("x" * 61, "x" * 48 + " …"),
        ("x" * 60, "x" * 60),
        ("one two, three and some more", "one two …"),
    ],
)
def test_long_words_are_cut_at_a_word(long: str, short: str) -> None:
    assert shorten(long, 48 if "x" in long else 10) == short


def test_every_cause_has_words_and_weighs_what_its_reason_weighs() -> None:
    everything = row(
        since_on=date(2020, 11, 26),
        birthday=date(1980, 11, 25),
        reference=True,
        contact_left_on=days_ago(3),
        ask_run=3,
        renewal_on=days_ago(-9),
        unanswered_on=days_ago(2),
        purchases=4,
        purchase_days=4,
        first_purchase_on=days_ago(300),
        last_purchase_on=days_ago(200),
        order_days=4,
        last_order_on=days_ago(200),
        median_interval_days=30.0,
        interval_spread=0.0,
        owed=(
            OwedAnswer(feedback_id="f0", words="?", asked_on=OLD, decided_on=None, state="heard"),
            OwedAnswer(
                feedback_id="f1",
                words="labels",
                asked_on=days_ago(60),
                decided_on=days_ago(4),
                state="done",
            ),
        ),
    )
    standing = stand(everything)
    causes = causes_now(standing, WEDNESDAY)
    assert {cause.code for cause in causes} == {rule.code for rule in RULES}
    assert [(c.weight, c.code) for c in causes] == [
        (w.weight, w.reason.code) for w in reasons_now(standing, WEDNESDAY)
    ]

"""Nobody is called on a free day of theirs or outside the hours of both; who cannot be called is written to."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from outreach_tui.domain.day_list import CALL_KINDS, Lane, SuggestionKind
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.hours import WEEKENDS, Diary, FreeDays
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.questions import ASK_FOR_A_TALK
from outreach_tui.domain.suggest import Plan, hard_filter, suggest
from outreach_tui.places.holidays import Holidays
from unit.domain.making import SETTINGS, at, member, row, stand

HOLIDAYS = Holidays()
BERLIN = Place(
    zone="Europe/Berlin", name="Berlin", region="Berlin", country="DE", lat=52.5, lon=13.4
)
MUNICH = Place(zone="Europe/Berlin", name="Munich", region="Bavaria", country="DE")
PARIS = Place(zone="Europe/Paris", name="Paris", country="FR")
RIYADH = Place(zone="Asia/Riyadh", name="Riyadh", country="SA")
TOKYO = Place(zone="Asia/Tokyo", name="Tokyo", region="Tokyo", country="JP")
AUCKLAND = Place(zone="Pacific/Auckland", name="Auckland", region="Auckland", country="NZ")
LOS_ANGELES = Place(zone="America/Los_Angeles", name="LA", region="California", country="US")
EPIPHANY = date(2026, 1, 6)
WEDNESDAY = date(2026, 11, 25)


def there(place: Place | None, id_: str = "c1", **fields: Any) -> CustomerFacts:
    """Return a customer nobody ever spoke to."""
    return row(id_, place=place, **{"phone": "1", **fields})


def plan(
    *rows: CustomerFacts,
    on: date = WEDNESDAY,
    me: Member | None = None,
    calendar: FreeDays = HOLIDAYS,
    **how: Any,
) -> Plan:
    known = [stand(r, today=on) for r in rows]
    me = me or member(place=BERLIN)
    return suggest(known, on, SETTINGS, me, calendar, **how)


def out(found: Plan) -> list[tuple[str, str, date | None]]:
    return [(left.customer_id, left.reason, left.next_on) for left in found.left_out]


def kinds(found: Plan) -> list[SuggestionKind]:
    return [s.kind for s in found.suggestions]


CHECK_IN, WRITE = SuggestionKind.CHECK_IN_CALL, SuggestionKind.WRITE


# At their place


def test_a_holiday_there_is_named_with_the_next_day_that_suits_both() -> None:
    found = plan(there(MUNICH), there(BERLIN, "c2"), on=EPIPHANY)
    assert [s.customer_id for s in found.suggestions] == ["c2"]
    assert out(found) == [("c1", "holiday there: Epiphany", date(2026, 1, 7))]
    assert found.more == 0


def test_a_weekend_there_lasts_until_a_day_on_which_both_work() -> None:
    friday = date(2026, 11, 27)
    found = plan(there(RIYADH), on=friday)
    assert out(found) == [("c1", "it is Friday there", date(2026, 11, 30))]
    # Somebody who works on Sundays reaches them on Sunday.
    me = member(place=BERLIN, working_days=(0, 1, 2, 3, 4, 6))
    assert out(plan(there(RIYADH), on=friday, me=me))[0][2] == date(2026, 11, 29)


def test_the_day_that_counts_is_the_one_at_their_place() -> None:
    # Monday morning in Tokyo is Sunday afternoon in Los Angeles.
    me = Member(id="me", name="Aki", zone="Asia/Tokyo", place=TOKYO)
    monday = date(2026, 11, 16)
    assert out(plan(there(LOS_ANGELES), on=monday, me=me)) == [
        ("c1", "it is Sunday there", monday + timedelta(days=1))
    ]
    # And on Saturday in Tokyo it is still Friday there.
    early = member(zone="Asia/Tokyo", place=TOKYO, working_days=(5,))
    assert kinds(plan(there(LOS_ANGELES), on=date(2026, 11, 14), me=early)) == [CHECK_IN]


def test_hours_that_never_meet_ask_for_a_message() -> None:
    found = plan(there(AUCKLAND), on=WEDNESDAY)
    (card,) = found.suggestions
    assert (card.kind, card.call_window) == (WRITE, None)
    assert card.reasons[-1].code == "no-hours"
    assert card.question
    assert not card.thank_for


def test_a_change_of_the_clocks_can_open_a_window() -> None:
    # Los Angeles is eight hours behind Berlin for a week of October, else nine.
    me = member(place=BERLIN, works_to=time(17, 45))
    assert kinds(plan(there(LOS_ANGELES), on=date(2026, 10, 21), me=me)) != [CHECK_IN]
    found = plan(there(LOS_ANGELES), on=date(2026, 10, 28), me=me)
    assert kinds(found) == [CHECK_IN]
    window = found.suggestions[0].call_window
    assert window
    assert (window.from_, window.to, window.their_from) == ("17:00", "17:45", "09:00")


def test_a_week_of_holidays_is_left_out_while_a_day_of_the_next_five_suits() -> None:
    golden = date(2025, 5, 5)
    me = member(place=BERLIN, works_from=time(7))
    found = plan(there(TOKYO), on=golden, me=me)
    assert out(found) == [("c1", "holiday there: Children's Day", date(2025, 5, 7))]


def test_calendars_are_asked_about_candidates_only_and_in_their_order() -> None:
    asked: set[str] = set()

    class Counting(Holidays):
        def free_day(self, place: Place | None, on: date, /) -> str | None:
            asked.add(place.name if place else "")
            return super().free_day(place, on)

    rows = [
        there(Place(zone="Europe/Berlin", name=f"t{n}", country="DE", region=f"r{n}"), f"c{n:03}")
        for n in range(200)
    ]
    found = plan(*rows, me=member(calls_a_day=3), calendar=Counting())
    assert len(found.suggestions) == 3
    assert len(asked) <= 5


def test_the_slot_for_a_reason_goes_to_somebody_who_is_at_work() -> None:
    wrote = {"unanswered_on": date(2026, 1, 5)}
    found = plan(
        there(MUNICH, **wrote, renewal_on=date(2026, 1, 20), ask_run=2),
        there(BERLIN, "c2", **wrote),
        there(BERLIN, "c3"),
        on=EPIPHANY,
        me=member(place=BERLIN, calls_a_day=1),
    )
    assert [(s.customer_id, s.lane) for s in found.suggestions] == [("c2", Lane.BREAKING)]


def test_journeys_and_groups_wait_for_a_working_day_there() -> None:
    town = Place(
        zone="Europe/Berlin", name="Munich", region="Bavaria", country="DE", lat=48.1, lon=11.6
    )
    rows = [there(town, f"c{n}") for n in range(12)]
    planned = {SuggestionKind.VISIT, SuggestionKind.USER_GROUP}
    assert not planned & set(kinds(plan(*rows, on=EPIPHANY)))
    later = plan(*rows, on=EPIPHANY + timedelta(days=1))
    assert planned <= set(kinds(later))
    assert all(s.call_window for s in later.suggestions)


def test_an_own_check_of_one_customer_says_the_same() -> None:
    standing = stand(there(MUNICH), today=EPIPHANY)
    me = member(place=BERLIN)
    left = hard_filter(standing, EPIPHANY, me, HOLIDAYS)
    assert left
    assert (left.reason, left.next_on) == ("holiday there: Epiphany", date(2026, 1, 7))
    assert hard_filter(standing, EPIPHANY, me) is None


@pytest.mark.parametrize(
    ("until", "fields", "again"),
    [
        (date(2026, 1, 16), {}, date(2026, 1, 16)),
        (date(2026, 1, 17), {}, date(2026, 1, 19)),
        (date(2026, 1, 16), {"working_days": (0, 1, 2, 3)}, date(2026, 1, 19)),
        (
            date(2026, 1, 12),
            {"away_from": date(2026, 1, 9), "away_to": date(2026, 1, 20)},
            date(2026, 1, 21),
        ),
        (date(2026, 5, 1), {}, date(2026, 5, 4)),
        # Nobody knows when.
        (date(2026, 1, 12), {"away_from": date(2026, 1, 9)}, None),
        # The end of the calendar is a Friday.
        (date.max, {}, date.max),
        (date.max, {"working_days": (0,)}, None),
    ],
)
def test_the_next_day_is_a_working_day_of_the_member(
    until: date, fields: dict[str, Any], again: date | None
) -> None:
    me = member(**{"place": BERLIN, **fields})
    on = date(2026, 1, 5)
    rests = there(BERLIN, snoozed_until=until)
    assert [left[2] for left in out(plan(rests, on=on, me=me))] == [again]
    left = hard_filter(stand(rests, today=on), on, me, HOLIDAYS)
    assert left
    assert left.next_on == again


# At the member's place


@pytest.mark.parametrize(
    ("on", "fields", "why"),
    [
        (date(2026, 11, 22), {}, "Sunday"),
        (date(2026, 11, 25), {"working_days": (0, 1, 3)}, "Wednesday"),
        (EPIPHANY, {"place": MUNICH}, "Epiphany"),
        (EPIPHANY, {}, ""),
        (WEDNESDAY, {"away_from": date(2026, 11, 20), "away_to": WEDNESDAY}, "away until 25 Nov"),
        (WEDNESDAY, {"away_from": WEDNESDAY}, "away since 25 Nov"),
        (WEDNESDAY, {"away_from": date(2026, 11, 20), "away_to": date(2026, 11, 24)}, ""),
        (date(2026, 11, 22), {"working_days": ()}, ""),
        (date(2026, 11, 22), {"working_days": (9, -1)}, ""),
    ],
)
def test_on_a_free_day_of_the_member_nothing_is_suggested(
    on: date, fields: dict[str, Any], why: str
) -> None:
    me = member(**{"place": BERLIN, **fields})
    found = plan(there(RIYADH), on=on, me=me)
    assert found.free == why
    assert bool(found.suggestions) == (not why)
    assert plan(there(RIYADH), on=on, me=me, anyway=True).suggestions
    assert plan(on=on, me=me).free == ""


def test_the_next_day_skips_what_is_free_here() -> None:
    me = member(place=BERLIN, away_from=date(2026, 1, 7), away_to=date(2026, 1, 14))
    assert out(plan(there(MUNICH), on=EPIPHANY, me=me))[0][2] == date(2026, 1, 15)


# Writing


def test_who_has_no_phone_is_written_to_if_others_have_one() -> None:
    assert kinds(plan(there(PARIS, phone=""))) == [CHECK_IN]
    found = plan(there(PARIS, phone=""), there(PARIS, "c2"))
    assert {s.customer_id: s.kind for s in found.suggestions} == {"c1": WRITE, "c2": CHECK_IN}
    assert found.suggestions[0].reasons[-1].code == "no-phone"


def test_after_three_tries_somebody_writes() -> None:
    last = at(date(2026, 11, 20))
    assert kinds(plan(there(PARIS, tries=2, last_try_at=last))) == [CHECK_IN]
    found = plan(there(PARIS, tries=3, last_try_at=last))
    assert kinds(found) == [WRITE]
    assert found.suggestions[0].reasons[-1].code == "no-answer"


TRIED = "3 calls went unanswered, the last on 20 Nov"
NEVER_MEET = "Your working hours and theirs do not meet in the next five working days"


@pytest.mark.parametrize(
    ("fields", "email", "text"),
    [
        ({}, "", "Neither a phone number nor an e-mail address is on file: find one, and "),
        ({}, "a@example.com", "No phone number is on file: write, and "),
        (
            {"phone": "1"},
            "",
            f"{TRIED}, and no e-mail address is on file: send a message or a letter, and ",
        ),
        ({"phone": "1"}, "a@example.com", f"{TRIED}: write, and "),
        (
            {"phone": "1", "place": AUCKLAND, "tries": 0},
            "",
            f"{NEVER_MEET}, and no e-mail address is on file: send a message or a letter, and ",
        ),
        (
            {"phone": "1", "place": AUCKLAND, "tries": 0},
            "a@example.com",
            f"{NEVER_MEET}: write, and ",
        ),
    ],
)
def test_nobody_is_told_to_write_where_that_cannot_be_done(
    fields: dict[str, Any], email: str, text: str
) -> None:
    tried = {"tries": 3, "last_try_at": at(date(2026, 11, 20))}
    facts = there(**{"place": PARIS, "phone": "", **tried, **fields}, email=email)
    card = next(s for s in plan(facts, there(PARIS, "c2")).suggestions if s.customer_id == "c1")
    assert card.kind is WRITE
    hour = " at another hour" if "hours" in text else ""
    assert card.reasons[-1].text == f"{text}ask for a conversation{hour}."
    assert card.question == ASK_FOR_A_TALK


def test_a_reason_to_write_can_be_called_wrong() -> None:
    quiet = {"no-answer": date(2027, 1, 1)}
    tried = there(PARIS, tries=3, last_try_at=at(date(2026, 11, 20)), muted=quiet)
    assert kinds(plan(tried)) == [CHECK_IN]


def test_who_can_only_be_written_to_is_left_in_peace_until_they_answer() -> None:
    wrote: dict[str, Any] = {"written_on": lambda _: [date(2026, 11, 20)]}
    others = there(PARIS, "c2", last_live_on=date(2026, 11, 24))
    silent = there(PARIS, phone="", last_live_on=date(2026, 8, 1))
    assert out(plan(silent, others, **wrote)) == [("c1", "you wrote on 20 Nov", date(2026, 12, 4))]
    answered = there(PARIS, phone="", unanswered_on=date(2026, 11, 24))
    assert kinds(plan(answered, others, **wrote)) == [WRITE]
    late: dict[str, Any] = {"written_on": lambda _: [date(2026, 11, 11)]}
    (card,) = plan(silent, others, **late).suggestions
    assert card.reasons[1].text == (
        "You wrote on 11 Nov, and no answer is on record. Neither a phone number nor an e-mail address is on file: "
        "find one, and ask for a conversation."
    )
    # Who never spoke to us has no letter every fortnight, for ever.
    never = there(PARIS, phone="")
    wrote_first = there(PARIS, phone="", last_heard_on=date(2026, 11, 9))
    assert [c.kind for c in plan(wrote_first, others, **late).suggestions] == [WRITE]
    assert out(plan(never, others, **late)) == [("c1", "you wrote on 11 Nov", date(2026, 12, 28))]
    assert kinds(plan(never, others, written_on=lambda _: [date(2026, 10, 10)])) == [WRITE]


def test_who_leaves_two_messages_unanswered_is_written_to_as_often_as_their_band_says() -> None:
    first, second, spoke = date(2026, 9, 20), date(2026, 10, 15), date(2026, 8, 1)
    others = there(PARIS, "c2", last_live_on=date(2026, 11, 24))
    silent = there(PARIS, phone="", last_live_on=spoke)
    wrote: dict[str, Any] = {"written_on": lambda _: [date(2026, 7, 1), first, second]}
    assert out(plan(silent, others, **wrote, on=date(2026, 11, 27))) == [
        ("c1", "you wrote on 15 Oct", date(2026, 11, 30))
    ]
    (card,) = plan(silent, others, **wrote, on=date(2026, 11, 30)).suggestions
    # The first one was before we spoke, and had its answer.
    assert card.reasons[1].text.startswith(
        "You wrote 2 times, last on 15 Oct, and no answer is on record."
    )
    heard = there(PARIS, phone="", last_live_on=spoke, last_heard_on=date(2026, 10, 1))
    (card,) = plan(heard, others, **wrote).suggestions
    assert card.reasons[1].text.startswith("You wrote on 15 Oct, and no answer")
    spoken = there(PARIS, phone="", last_live_on=date(2026, 10, 16), last_heard_on=spoke)
    (card,) = plan(spoken, others, **wrote, on=date(2026, 12, 14)).suggestions
    assert card.reasons[1].text.startswith("Neither a phone number")


@pytest.mark.parametrize(
    ("tried", "wrote", "kind"),
    [
        (10, None, [WRITE]),
        (20, 19, [WRITE]),  # a newsletter, say: nobody wrote since the last call
        (20, 20, [CHECK_IN]),
        (16, 20, [CHECK_IN]),
        (16, 23, [CHECK_IN]),
        (16, 24, []),
    ],
)
def test_after_three_tries_messages_and_calls_take_turns(
    tried: int, wrote: int | None, kind: list[SuggestionKind]
) -> None:
    facts = there(PARIS, tries=3, last_try_at=at(date(2026, 11, tried)))
    on = [] if wrote is None else [date(2026, 11, wrote)]
    found = plan(facts, written_on=lambda _: on)
    assert kinds(found) == kind
    if not kind:
        assert out(found) == [("c1", "you wrote on 24 Nov", date(2026, 11, 26))]


def test_a_call_to_somebody_who_wrote_back_is_no_turn() -> None:
    last = at(date(2026, 11, 10))
    wrote: dict[str, Any] = {"written_on": lambda _: [date(2026, 11, 20)]}
    answered = there(PARIS, tries=3, last_try_at=last, unanswered_on=date(2026, 11, 24))
    assert kinds(plan(answered, **wrote)) == [WRITE]


def test_a_message_waits_for_a_working_day_there_too() -> None:
    found = plan(there(MUNICH, phone=""), there(BERLIN, "c2"), on=EPIPHANY)
    assert out(found) == [("c1", "holiday there: Epiphany", date(2026, 1, 7))]
    # But somebody who never works when we do is not forgotten.
    me = member(working_days=(5, 6))
    assert kinds(plan(there(PARIS), on=date(2026, 11, 21), me=me)) == [WRITE]


# What is not known


def test_unknown_holidays_are_named_once_and_weekends_stay_free() -> None:
    christmas = date(2036, 12, 25)
    found = plan(there(PARIS), there(MUNICH, "c2"), there(PARIS, "c3"), on=christmas)
    assert len(found.suggestions) == 3
    assert found.unknown == ("DE", "FR")
    assert plan(there(PARIS)).unknown == ()
    assert plan(there(PARIS), calendar=WEEKENDS).unknown == ("FR",)


@pytest.mark.parametrize(
    "place",
    [
        None,
        Place(zone=""),
        Place(zone="Mars/Olympus", country="ZZ"),
        Place(zone="Europe/Berlin", country="Deutschland"),
        Place(zone="", country="DE", region="Nowhere"),
    ],
)
@pytest.mark.parametrize("on", [date(2028, 2, 29), date(1990, 5, 1), date(2100, 5, 3), WEDNESDAY])
def test_bad_places_and_days_are_planned_all_the_same(place: Place | None, on: date) -> None:
    found = plan(there(place), on=on)
    assert len(found.suggestions) + len(found.left_out) == 1


def test_hours_that_end_before_they_begin_meet_nobodys() -> None:
    me = member(works_from=time(22), works_to=time(6))
    assert kinds(plan(there(PARIS), me=me)) == [WRITE]


# All of it at once, by another way of counting

COUNTRIES = """
AE Asia/Dubai|AR America/Argentina/Buenos_Aires|AT Europe/Vienna|AU Australia/Sydney New South Wales
AU Australia/Perth Western Australia|BD Asia/Dhaka|BE Europe/Brussels|BG Europe/Sofia|BR America/Sao_Paulo São Paulo
CA America/Toronto Ontario|CA America/Montreal Quebec|CH Europe/Zurich Zurich|CH Europe/Zurich Ticino
CL America/Santiago|CN Asia/Shanghai|CO America/Bogota|CY Asia/Nicosia|CZ Europe/Prague|DE Europe/Berlin Berlin
DE Europe/Berlin Bavaria|DK Europe/Copenhagen|DZ Africa/Algiers|EE Europe/Tallinn|EG Africa/Cairo
ES Europe/Madrid Catalonia|ES Atlantic/Canary Canary Islands|FI Europe/Helsinki|FR Europe/Paris|GB Europe/London England
GB Europe/London Scotland|GR Europe/Athens|HK Asia/Hong_Kong|HR Europe/Zagreb|HU Europe/Budapest|ID Asia/Jakarta
IE Europe/Dublin|IL Asia/Jerusalem|IN Asia/Kolkata Maharashtra|IR Asia/Tehran|IS Atlantic/Reykjavik|IT Europe/Rome
JO Asia/Amman|JP Asia/Tokyo Tokyo|KE Africa/Nairobi|KI Pacific/Kiritimati|KR Asia/Seoul|KW Asia/Kuwait
LT Europe/Vilnius|LV Europe/Riga|MA Africa/Casablanca|MX America/Mexico_City|MY Asia/Kuala_Lumpur Kuala Lumpur
NG Africa/Lagos|NL Europe/Amsterdam|NO Europe/Oslo|NP Asia/Kathmandu|NZ Pacific/Auckland Auckland|OM Asia/Muscat
PE America/Lima|PH Asia/Manila|PK Asia/Karachi|PL Europe/Warsaw|PT Europe/Lisbon|QA Asia/Qatar|RO Europe/Bucharest
SA Asia/Riyadh|SE Europe/Stockholm|SG Asia/Singapore|TH Asia/Bangkok|TR Europe/Istanbul|TW Asia/Taipei
UA Europe/Kyiv|US America/New_York New York|US America/Los_Angeles California|US Pacific/Honolulu Hawaii
UY America/Montevideo|VN Asia/Ho_Chi_Minh|WS Pacific/Apia|ZA Africa/Johannesburg
"""
STEP = timedelta(minutes=5)


def places() -> Iterator[Place]:
    for text in COUNTRIES.replace("\n", "|").strip("|").split("|"):
        country, zone, *region = text.split(" ", 2)
        yield Place(zone=zone, country=country, region=" ".join(region))


def shared_minutes(on: date, me: Member, place: Place) -> int:
    """Return the longest time in which both are at work, looked at every five minutes."""
    ours, theirs = ZoneInfo(me.zone), ZoneInfo(place.zone)
    instant = datetime.combine(on, me.works_from, ours).astimezone(UTC)
    end = datetime.combine(on, me.works_to, ours).astimezone(UTC)
    longest = run = 0
    closed: dict[date, bool] = {}
    while instant < end:
        local = instant.astimezone(theirs)
        day = local.date()
        if day not in closed:
            closed[day] = HOLIDAYS.free_day(place, day) is not None
        works = 9 <= local.hour < 17 and not closed[day]
        run = run + 5 if works else 0
        longest = max(longest, run)
        instant += STEP
    return longest


@pytest.mark.parametrize(
    "me",
    [
        member(place=BERLIN, works_to=time(18, 30), calls_a_day=99),
        Member(
            id="me",
            name="Sam",
            zone="America/Los_Angeles",
            place=LOS_ANGELES,
            works_from=time(7),
            works_to=time(15, 30),
            calls_a_day=99,
        ),
        Member(
            id="me",
            name="Noa",
            zone="Asia/Jerusalem",
            place=Place(zone="Asia/Jerusalem", country="IL"),
            working_days=(6, 0, 1, 2, 3),
            calls_a_day=99,
        ),
    ],
    ids=["Berlin", "Los Angeles", "Jerusalem"],
)
def test_through_a_year_nobody_is_called_on_a_free_day_or_outside_hours(me: Member) -> None:
    everywhere = list(places())
    assert len({place.country for place in everywhere}) >= 60
    chance = random.Random(me.zone)
    called = left = 0
    for count in range(0, 365, 2):
        on = date(2026, 1, 1) + timedelta(days=count + chance.randrange(2))
        some = {f"c{n:02}": place for n, place in enumerate(chance.sample(everywhere, 25))}
        found = plan(*(there(place, id_) for id_, place in some.items()), on=on, me=me)
        if on.weekday() not in me.working_days or HOLIDAYS.holiday(me.place, on):
            assert found.free
            assert not found.suggestions
            continue
        assert not found.free
        reached = {s.customer_id for s in found.suggestions if s.kind is not WRITE}
        # Nobody is forgotten: who is not called is written to, or left out with a cause and a day.
        assert len(found.suggestions) + len(found.left_out) == len(some)
        assert found.more == 0
        for id_, place in some.items():
            assert (shared_minutes(on, me, place) >= 30) == (id_ in reached), (on, place)
        for away in found.left_out:
            assert away.next_on is not None
            assert away.next_on > on
            assert not Diary(on, me, HOLIDAYS).free_here(away.next_on)
            place = some[away.customer_id]
            if shared_minutes(away.next_on, me, place) < 30:
                # A message waits there: no hour of the next days suits both.
                assert HOLIDAYS.free_day(place, away.next_on) is None
                assert Diary(on, me, HOLIDAYS).at(place).next_on is None
        assert all(s.call_window for s in found.suggestions if s.kind in CALL_KINDS)
        called += len(reached)
        left += len(found.left_out)
    assert called > 500
    assert left > 50

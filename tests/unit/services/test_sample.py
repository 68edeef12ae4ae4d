"""The sample data shows everything the planner can say, on any working day."""

import re
import tomllib
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest

import outreach_tui.bootstrap
from outreach_tui.bootstrap import Services, sample_services
from outreach_tui.domain.bands import band_reason
from outreach_tui.domain.causes import reasons_now
from outreach_tui.domain.commitments import CommitmentKind, commitments
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer, Status, Tier
from outreach_tui.domain.day_list import Lane, Suggestion, SuggestionKind
from outreach_tui.domain.facts import touchpoint_day
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.member import Member
from outreach_tui.domain.notes import parse_note
from outreach_tui.domain.promise import Owner, Promise
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.standing import State
from outreach_tui.domain.suggest import suggest
from outreach_tui.domain.text import fold
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.domain.when import to_instant, zone_info
from outreach_tui.errors import BadInput
from outreach_tui.places.holidays import Holidays
from outreach_tui.services.day_plans import DayPlans
from outreach_tui.services.sample import sample_changes, working_day

DATA = Path(outreach_tui.bootstrap.__file__).with_name("sample.toml")
DAYS = [
    *(date(2026, 11, 23) + timedelta(days=n) for n in range(5)),
    *(date(2026, 12, 24) + timedelta(days=n) for n in (0, 1, 4, 5, 6, 7, 8)),
    *(date(2027, 1, 4) + timedelta(days=n) for n in range(5)),
    *(date(2028, 2, 28) + timedelta(days=n) for n in range(4)),
    date(2027, 3, 1),
    date(2027, 3, 29),
    date(2026, 7, 14),
    date(2026, 10, 26),
]
ALL_CODES = {
    "overdue",
    "due",
    "never",
    "slipping",
    "owed",
    "unanswered",
    "question",
    "renewal",
    "only-asks",
    "anniversary",
    "birthday",
    "reference",
    "contact-left",
    "thank",
    "face-to-face",
    "group",
    "introduction",
}
SEASONS = (
    "spring|summer|autumn|winter|christmas|easter|new year|january|february|march|april|june|july|august|september"
    "|october|november|december|harvest|season|20[0-9][0-9]"
)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Services:
    return sample_services(tmp_path_factory.mktemp("demo"), request.param)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return sample_services(tmp_path_factory.mktemp("one"), date(2026, 11, 26))


def _list(demo: Services, who: str = "Ana") -> list[Suggestion]:
    member = demo.workspace.find_member(who)
    day = demo.workspace.today
    standings = demo.standings.all()
    return list(suggest(standings, day, demo.workspace.settings, member).suggestions)


def _customer(demo: Services, name: str) -> Customer:
    return demo.customers.find(name)


def test_the_list_shows_every_kind_and_every_lane(demo: Services) -> None:
    found = _list(demo)
    # Of events to invite to there is one a day, and in the sample it is always a user group.
    others = {SuggestionKind.WRITE, SuggestionKind.CO_CREATE}
    assert {s.kind for s in found} == set(SuggestionKind) - others
    assert {s.lane for s in found} == set(Lane)
    assert len(found) == 5 + 3


def test_the_list_is_the_same_on_every_day(demo: Services) -> None:
    names = [_name(demo, s.customer_id) for s in _list(demo)[:6]]
    assert names == [
        "Marmeladerie Winterfeldt",
        "Stroopwafelbakkerij De Vier Molens",
        "Piekarnia Złoty Łan",
        "Larkrise Cider",
        "Maple Hollow Syrup Co.",
        "Fromagerie des Trois Ponts",
    ]


def test_every_reason_is_given_to_somebody(demo: Services) -> None:
    today, standings = demo.workspace.today, demo.standings.all()
    me = demo.workspace.member
    found = {w.reason.code for s in standings for w in reasons_now(s, today)}
    found |= {reason.code for s in standings if (reason := band_reason(s, today, me))}
    found |= {r.code for who in ("Ana", "Ben") for s in _list(demo, who) for r in s.reasons}
    assert found == ALL_CODES


def test_nobody_has_a_reason_that_was_not_meant(demo: Services) -> None:
    today = demo.workspace.today
    found = {
        s.facts.name: {w.reason.code for w in reasons_now(s, today)}
        for s in demo.standings.all()
        if s.facts.status is Status.ACTIVE and reasons_now(s, today)
    }
    assert found == {
        "Marmeladerie Winterfeldt": {"owed"},
        "Stroopwafelbakkerij De Vier Molens": {"renewal", "only-asks"},
        "Piekarnia Złoty Łan": {"slipping", "unanswered"},
        "Maple Hollow Syrup Co.": {"birthday"},
        "Teehaus Ostwind": {"anniversary"},
        "Alpkäse Hinterrüti": {"question"},
        "Thistle & Oat Bakers": {"reference", "only-asks"},
        "Conserverie Belle-Anse": {"contact-left"},
        "Aceites Sierra Honda": {"owed"},
    }


def test_the_first_card_is_rich(demo: Services) -> None:
    first = _list(demo)[0]
    assert (first.kind, first.lane) == (SuggestionKind.TELL_BACK, Lane.BREAKING)
    assert [reason.code for reason in first.reasons] == ["owed", "overdue"]
    brief = demo.customers.brief(first.customer_id)
    contact = brief.contacts[0]
    assert contact.id == first.contact_id
    assert contact.role and contact.phones and contact.emails
    assert brief.standing.tier is Tier.A
    assert sum(t.live and bool(t.note) for t in brief.touchpoints) >= 3
    assert len({t.member_id for t in brief.touchpoints}) == 2
    assert [o.decided_on is not None for o in brief.owed] == [True]
    assert {p.owner for p in brief.promises} == {Owner.US, Owner.THEM}
    assert all(p.due_on and p.due_on > demo.workspace.today for p in brief.promises)
    assert brief.facts and brief.questions[0].answers and brief.praise
    assert first.question


def test_a_visit_near_lyon_serves_three_others_and_munich_could_meet(demo: Services) -> None:
    visit, group, _ = _list(demo)[-3:]
    assert visit.place == "Lyon" and len(visit.near) >= 3
    assert all(near.km is not None and near.km <= 60 for near in visit.near)
    assert group.place == "Munich" and len(group.near) >= 7


def test_two_dairies_who_spoke_of_the_same_could_meet(one: Services) -> None:
    found = _list(one)[-1]
    assert found.kind is SuggestionKind.INTRODUCTION and found.theme == "language"
    assert _name(one, found.customer_id) == "Carrigmore Farmhouse Cheese"
    assert found.other.name == "Fromagerie des Trois Ponts"


@pytest.mark.parametrize("clock", [time(7, 0), time(12, 0), time(18, 0)], ids=str)
def test_every_kind_of_commitment_waits_at_any_hour(demo: Services, clock: time) -> None:
    store, member, today = demo.workspace.store, demo.workspace.member, demo.workspace.today
    found = commitments(
        store.all(Meeting),
        store.all(Promise),
        store.all(Feedback),
        lambda id_: store.rows()[id_].owner_id,
        now=to_instant(today, clock, member.zone),
        zone=member.zone,
        member_id=member.id,
    )
    meetings = [(_name(demo, c.customer_id), c.kind) for c in found if c.at]
    ahead = CommitmentKind.MEETING if clock.hour < 17 else CommitmentKind.AFTER_MEETING
    assert meetings == [
        ("Backstube Kornblume", CommitmentKind.AFTER_MEETING),
        ("Teehaus Ostwind", ahead),
    ]
    promised = [c.on for c in found if c.kind is CommitmentKind.PROMISE]
    assert len(promised) == 2 and promised[0] < promised[1] == today
    assert sum(c.kind is CommitmentKind.ANSWER for c in found) == 1
    assert len(found) == 5


def test_every_state_tier_and_status_occurs(demo: Services) -> None:
    standings, customers = demo.standings.all(), demo.workspace.store.all(Customer)
    assert {s.state for s in standings} == set(State)
    assert {s.tier for s in standings} == set(Tier)
    assert {c.status for c in customers} == set(Status)
    assert any(c.do_not_contact for c in customers)
    assert all(c.tier or c.tier_pin for c in customers)
    assert any(c.tier_pin for c in customers) and any(c.cadence for c in customers)
    ben = demo.workspace.find_member("Ben").id
    assert any(c.owner_id == ben for c in customers) and any(c.owner_id is None for c in customers)
    assert {s.facts.snoozes for s in standings} >= {0, 1, 2}
    assert any(s.facts.tries == 2 for s in standings)


def test_a_visit_is_planned_next_week(demo: Services) -> None:
    row = demo.customers.standing(_customer(demo, "Kaashuis Oosterveld").id).facts
    assert (next_at := row.next_meeting_at(demo.workspace.now)) is not None
    # Between the holidays nobody visits: it is then the first working day after them.
    assert 7 <= (next_at.date() - demo.workspace.today).days <= 11


def test_customers_live_in_a_dozen_countries_and_far_away(one: Services) -> None:
    customers = one.workspace.store.all(Customer)
    assert 40 <= len(customers) <= 50
    assert all(c.place and c.place.lat is not None for c in customers)
    assert len({c.place.country for c in customers if c.place}) >= 12
    assert {c.place.zone for c in customers if c.place} >= {
        "Asia/Tokyo",
        "Australia/Melbourne",
        "America/Los_Angeles",
    }
    names = {c.name for c in customers}
    assert "[Werk] 4 GmbH" in names and "ひかり茶園" in names
    assert len(names) == len(customers)


def test_talks_happened_in_office_hours_of_working_days(demo: Services) -> None:
    today = demo.workspace.today
    for talk in demo.workspace.store.all(Touchpoint):
        local = talk.at.astimezone(zone_info(talk.zone))
        assert local.date() < today and local.weekday() < 5, talk
        assert time(8) <= local.time() < time(18), talk
    assert all(p.on < today and p.on.year > 2010 for p in demo.workspace.store.all(Purchase))


def test_what_is_open_was_meant_to_be(demo: Services) -> None:
    store, today = demo.workspace.store, demo.workspace.today
    assert sum(f.open_question for f in store.all(Feedback)) == 1
    undone = [p for p in store.all(Promise) if p.done_on is None]
    assert all(p.due_on is not None for p in undone)
    assert sum(p.due_on is not None and p.due_on < today for p in undone) == 1
    for said in store.all(Feedback):
        assert said.state_on is None or said.on <= said.state_on < today
        assert all((said.state_on or said.on) <= told.on < today for told in said.told)


def test_notes_name_people_who_are_there(demo: Services) -> None:
    store = demo.workspace.store
    for talk in store.all(Touchpoint):
        assert "{" not in talk.note
        words = {
            word
            for id_ in talk.customer_ids
            for contact in store.of_customer(Contact, id_)
            for word in fold(contact.name).split()
        }
        for line in parse_note(talk.note, touchpoint_day(talk)):
            assert not line.name or fold(line.name) in words, (line, words)


def test_reasons_are_whole_sentences(demo: Services) -> None:
    for who in ("Ana", "Ben"):
        for suggestion in _list(demo, who):
            for reason in suggestion.reasons:
                assert reason.text.endswith(".") and "None" not in reason.text
                assert reason.text[0].isupper() or reason.text[0].isdigit()


def test_nothing_names_a_month_a_season_or_a_year() -> None:
    sample = tomllib.loads(DATA.read_text(encoding="utf-8"))
    notes = [t["note"] for c in sample["customers"] for t in c.get("talks", ()) if "note" in t]
    notes += [event["note"] for event in sample["events"]]
    told = " ".join(notes).replace("1972", "")
    assert re.search(rf"\b(?:{SEASONS})\b", told, re.IGNORECASE) is None


def test_telephone_numbers_are_not_used_by_anybody() -> None:
    fiction = (
        r"\+49 (30 23125|40 66969|69 90009|89 99998|221 4710|171 39200) |\+33 (4 65 71|6 39 98) |"
        r"\+44 1(17|31) 496 0|\+353 20 91|\+46 31 390 06 |\+1 \d{3}-555-01|\+61 (3 7010|491 570 156)"
    )
    text = DATA.read_text(encoding="utf-8")
    for number in re.findall(r'phone = "([^"]+)"', text):
        assert re.match(fiction, number) or re.search(r"\b0+[- ]", number[3:]), number
    assert set(re.findall(r"@([\w.-]+\.\w+)", text)) <= {"example.com"}


def test_loading_is_one_commit_that_can_be_undone(tmp_path: Path) -> None:
    services = sample_services(tmp_path, date(2026, 11, 26))
    last = services.workspace.store.newest()
    assert last is not None and last.did == "loaded the sample data"
    assert services.workspace.member.name == "Ana" and services.workspace.member.calls_a_day == 5
    services.workspace.undo()
    assert not services.workspace.store.all(Customer) and not services.workspace.members


def test_a_file_that_is_there_is_opened_as_it_is(tmp_path: Path) -> None:
    before = len(sample_services(tmp_path, date(2026, 11, 26)).workspace.store.all(Customer))
    again = sample_services(tmp_path, date(2026, 11, 27))
    assert len(again.workspace.store.all(Customer)) == before


def test_without_a_day_the_demo_plays_on_a_working_day(tmp_path: Path) -> None:
    assert sample_services(tmp_path).workspace.today.weekday() < 5


@pytest.mark.parametrize(
    ("on", "plays"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026-11-21", "2026-11-23"),
        ("2026-11-22", "2026-11-23"),
        ("2026-12-25", "2026-12-28"),
        ("2027-03-08", "2027-03-09"),  # Women's Day, in Berlin
    ],
)
def test_a_free_day_becomes_the_working_day_after_it(on: str, plays: str) -> None:
    assert working_day(date.fromisoformat(on), Holidays()) == date.fromisoformat(plays)


def test_a_list_and_a_brief_can_be_read_by_both_members(one: Services) -> None:
    plans: DayPlans = one.day_plans
    for member in one.workspace.store.all(Member):
        for item in plans.today(member).items:
            assert one.customers.brief(item.suggestion.customer_id).customer.name


def _misspell(data: dict) -> None:
    data["customers"][0]["orders"]["evry"] = 3


def _stranger(data: dict) -> None:
    data["customers"][0]["owner"] = "Zoe"


def _nowhere(data: dict) -> None:
    data["customers"][0]["city"] = "Nirgendwo"


def _unsaid(data: dict) -> None:
    data["customers"][0]["talks"][2]["became"][0]["words"] = "menu in Klingon"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(_misspell, "evry"), (_stranger, "Zoe"), (_nowhere, "Nirgendwo"), (_unsaid, "Klingon")],
)
def test_bad_sample_data_is_refused_with_its_place(
    tmp_path: Path, spoil: Callable[[dict], None], says: str
) -> None:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    spoil(data)
    empty = Services(file=str(tmp_path / "x.json"), member="Ana", today=date(2026, 11, 26))
    with pytest.raises(BadInput, match=says):
        sample_changes(data, empty.workspace)


def _name(demo: Services, id_: str | None) -> str:
    return demo.customers.get(id_ or "").name

"""Two customers become one: nothing is lost, every reference holds, and undo brings both back."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import FixedClock
from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer, Site, Status, Tier, TierMove
from outreach_tui.domain.day_list import DayList, Lane, Near, Suggestion, SuggestionKind
from outreach_tui.domain.decision import Decision, DecisionKind
from outreach_tui.domain.feedback import Feedback, Told
from outreach_tui.domain.group_event import GroupEvent, Invitation, InvitationState
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.joining import FIELDS, differing, joined
from outreach_tui.domain.meeting import Attendee, Meeting, MeetingKind
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Patch, Put, Record
from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.errors import BadInput, Conflict, NotFound, Refused
from outreach_tui.services.joining import read_choices

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Clock(FixedClock):
    """Stands still, for ids too."""

    def milliseconds(self) -> int:
        return int(AT.timestamp() * 1000)


def services_on(path: Path) -> Services:
    return Services(file=str(path), clock=Clock(TODAY))  # type: ignore[arg-type]  # enough of a clock


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return services_on(tmp_path / "outreach.json")


def put(services: Services, *records: Record) -> None:
    services.workspace.commit("put", [Put(record) for record in records])


def documents(services: Services) -> dict[str, Any]:
    """Return every document, with its key, but those of `meta`."""
    raw = services.store.tables.raw
    return {
        name: {key: json.loads(bytes(document)) for key, document in table.items()}
        for name, table in raw.items()
        if name != "meta"
    }


def story() -> list[Record]:
    """Return two customers that are one, a third one, and a record of every kind that names them."""
    a = Customer(
        id="a", name="Alfreds Futterkiste", city="Berlin", external_ids={"ID": "1"}, tags=("x",)
    )
    b = Customer(
        id="b", name="Alfred Futterkiste GmbH", website="alfreds.de", external_ids={"id": "7", "ERP": "9"},
        tags=("X", "y"), do_not_contact=True, extra={"Fax": "5"},
    )  # fmt: skip
    c = Customer(id="c", name="Other")
    return [
        a,
        b,
        c,
        Contact(
            id="p",
            name="Maria",
            employments=(
                Employment(customer_id="a", from_on=date(2020, 1, 1)),
                Employment(customer_id="b"),
            ),
        ),
        Contact(
            id="q",
            name="Ben",
            employments=(
                Employment(customer_id="b", to_on=date(2020, 1, 1)),
                Employment(company="Elsewhere"),
            ),
        ),
        Purchase(
            id="k1", customer_id="a", on=date(2026, 1, 1), amount="5", external_ids={"Order": "10"}
        ),
        Purchase(
            id="k2",
            customer_id="b",
            on=date(2026, 1, 1),
            amount="6",
            currency="EUR",
            external_ids={"order": "10"},
        ),
        Purchase(id="k3", customer_id="b", on=date(2026, 1, 1), amount="5"),
        Touchpoint(
            id="t1",
            customer_ids=("a", "b", "c"),
            kind=TouchpointKind.VISIT,
            at=AT,
            contact_ids=("p", "q"),
        ),
        Touchpoint(id="t2", customer_ids=("b",), kind=TouchpointKind.CALL, at=AT, note="> labels"),
        Promise(id="v", customer_id="b", text="send", contact_id="q", touchpoint_id="t2"),
        Feedback(id="f1", customer_id="b", words="labels", on=TODAY, touchpoint_id="t2"),
        Feedback(
            id="f2",
            customer_id="c",
            words="pdf",
            on=TODAY,
            told=(Told(on=TODAY, customer_id="b", contact_id="q"),),
        ),
        Meeting(
            id="m",
            start_at=AT,
            zone="UTC",
            minutes=60,
            kind=MeetingKind.VISIT,
            uid="u",
            changed_at=AT,
            customer_ids=("b", "a"),
            attendees=(Attendee(name="Ben", contact_id="q"),),
        ),
        Decision(
            id="d", customer_id="b", kind=DecisionKind.SNOOZED, on=TODAY, at=AT, until_on=TODAY
        ),
        DayList(
            id="2026-03-01:x",
            on=date(2026, 3, 1),
            member_id="x",
            suggestions=(
                Suggestion(
                    kind=SuggestionKind.VISIT,
                    lane=Lane.DUE,
                    customer_id="a",
                    reasons=(),
                    near=(
                        Near(customer_id="b", name="B", km=1),
                        Near(customer_id="c", name="C", km=2),
                    ),
                ),
                Suggestion(kind=SuggestionKind.VISIT, lane=Lane.DUE, customer_id="b", reasons=()),
            ),
        ),
    ]


def test_the_whole_history_moves_in_one_commit_that_undo_takes_back(services: Services) -> None:
    put(services, *story())
    services.joining.keep_apart(services.customers.get("b"), services.customers.get("c"))
    before = documents(services)
    get = services.store.get
    a, b = services.customers.get("a"), services.customers.get("b")
    seq = services.store.newest().seq  # type: ignore[union-attr]  # it was written to
    done = services.joining.merge(a, b)
    assert services.store.newest().seq == seq + 1  # type: ignore[union-attr]
    assert get(Customer, "b") is None
    now = services.customers.get("a")
    assert (now.name, now.website, now.tags) == ("Alfreds Futterkiste", "alfreds.de", ("x", "y"))
    assert now.external_ids == {"ID": "1", "ERP": "9"}
    assert [(f.name, f.external_ids) for f in now.former] == [
        ("Alfred Futterkiste GmbH", {"id": "7", "ERP": "9"})
    ]
    assert now.do_not_contact, "who must not be contacted stays so"
    assert done.kept == now
    assert done.doubles == {"purchases": 1}
    assert done.moved == {
        "contacts": 2, "purchases": 1, "touchpoints": 2, "promises": 1, "feedback": 2, "meetings": 1,
        "decisions": 1, "day_lists": 1,
    }  # fmt: skip
    assert [(d.of, d.field, d.kept, d.dropped) for d in done.dropped] == [
        ("customer", "name", "Alfreds Futterkiste", "Alfred Futterkiste GmbH"),
        ("purchase of 2026-01-01", "amount", "5", "6"),
    ]
    assert get(Contact, "p").employments == (  # type: ignore[union-attr]
        Employment(customer_id="a", from_on=date(2020, 1, 1)),
    )
    assert get(Contact, "q").employments[0] == Employment(  # type: ignore[union-attr]
        customer_id="a", to_on=date(2020, 1, 1)
    )
    assert get(Purchase, "k1").currency == "EUR"  # type: ignore[union-attr]
    assert get(Touchpoint, "t1").customer_ids == ("a", "c")  # type: ignore[union-attr]
    assert get(Feedback, "f2").told[0].customer_id == "a"  # type: ignore[union-attr]
    (suggestion,) = get(DayList, "2026-03-01:x").suggestions  # type: ignore[union-attr]
    assert [near.customer_id for near in suggestion.near] == ["c"]
    assert not [t for t in services.joining.twins() if "c" in (t.one.id, t.other.id)]
    assert not services.keeping.check().damaged
    services.workspace.undo()
    assert documents(services) == before


def test_of_two_invitations_the_one_that_went_further_stays_and_who_is_one_is_not_introduced(
    services: Services,
) -> None:
    def invited(*states: tuple[str, str | None, str, int | None]) -> tuple[Invitation, ...]:
        return tuple(
            Invitation(
                customer_id=who, contact_id=contact, state=InvitationState(state),
                on=date(2026, 1, day) if day else None,
            )
            for who, contact, state, day in states
        )  # fmt: skip

    mail = ("maria@alfki.example",)
    people = [
        Contact(id=f"p{who}", name="Maria", emails=mail, employments=(Employment(customer_id=who),))
        for who in "ab"
    ]
    event = GroupEvent(
        id="e", meeting_id="m", capacity=10,
        invitations=invited(
            ("a", None, "declined", 5), ("c", None, "accepted", 3), ("b", None, "accepted", 4),
            ("b", "pb", "no-show", None), ("a", "pa", "accepted", 7),
        ),
    )  # fmt: skip
    apart = GroupEvent(id="f", meeting_id="m", invitations=invited(("c", None, "invited", 1)))
    put(
        services,
        *(Customer(id=each, name=f"Acme {each}") for each in "abc"),
        *people,
        event,
        apart,
        Introduction(id="i1", customer_ids=("a", "b"), why="both pack"),
        Introduction(id="i2", customer_ids=("c", "b"), why="both pack"),
    )
    before = documents(services)
    done = services.joining.merge(services.customers.get("a"), services.customers.get("b"))
    assert services.store.get(GroupEvent, "e").invitations == invited(  # type: ignore[union-attr]
        ("a", None, "accepted", 4), ("c", None, "accepted", 3), ("a", "pa", "no-show", 7)
    )
    assert services.store.get(GroupEvent, "f") == apart
    assert [(i.id, i.customer_ids) for i in services.store.all(Introduction)] == [
        ("i2", ("c", "a"))
    ]
    assert done.doubles == {"contacts": 1, "introductions": 1}
    assert done.moved == {"group_events": 1, "introductions": 1}
    assert not services.keeping.check().damaged
    services.workspace.undo()
    assert documents(services) == before


def test_a_dry_run_says_the_same_and_changes_nothing(services: Services) -> None:
    put(services, *story())
    before = documents(services)
    a, b = services.customers.get("a"), services.customers.get("b")
    would = services.joining.look(a, b, ["name"])
    assert documents(services) == before
    assert services.joining.merge(a, b, ["name"]) == would
    assert services.customers.get("a").name == "Alfred Futterkiste GmbH"


def test_a_customer_is_not_merged_with_itself_nor_one_that_went(services: Services) -> None:
    put(services, *story())
    a, b = services.customers.get("a"), services.customers.get("b")
    with pytest.raises(Refused, match="with itself"):
        services.joining.merge(a, a)
    services.joining.merge(a, b)
    with pytest.raises(NotFound):
        services.customers.get("b")


def two_stores(services: Services) -> tuple[Services, Services]:
    """Return two programs that have one file open, and have read all of it."""
    put(services, *story())
    services.close()
    return services_on(services.store.path), services_on(services.store.path)


@pytest.mark.parametrize("refreshed", [True, False])
@pytest.mark.parametrize("whose", ["a", "b"])
def test_what_somebody_changed_while_the_question_stood_is_not_merged_away(
    services: Services, whose: str, refreshed: bool
) -> None:
    mine, other = two_stores(services)
    a, b = mine.customers.get("a"), mine.customers.get("b")
    other.customers.edit(other.customers.get(whose), {"phone": "555 666", "website": "new.example"})
    before = documents(other)
    if refreshed:  # as the app does every second
        mine.store.refresh()
    with pytest.raises(Conflict) as conflict:
        mine.joining.merge(a, b)
    assert (conflict.value.exit_code, documents(mine)) == (3, before)
    if refreshed:
        name = {"a": a, "b": b}[whose].name
        assert (
            conflict.value.title == f"somebody else changed website and phone of {name} meanwhile"
        )
        with pytest.raises(Conflict):
            mine.joining.look(a, b)
    kept = mine.joining.merge(mine.customers.get("a"), mine.customers.get("b")).kept
    assert (kept.phone, kept.website) == ("555 666", "new.example")
    assert services_on(mine.store.path).customers.get("a") == kept


@pytest.mark.parametrize("gone", ["a", "b"])
def test_who_was_removed_while_the_question_stood_is_not_merged(
    services: Services, gone: str
) -> None:
    mine, other = two_stores(services)
    a, b = mine.customers.get("a"), mine.customers.get("b")
    other.customers.remove([gone])
    before = documents(other)
    mine.store.refresh()
    with pytest.raises(Conflict, match=f"{(a if gone == 'a' else b).name} was removed by"):
        mine.joining.merge(a, b)
    assert documents(mine) == before


def test_a_tier_that_was_worked_out_anew_meanwhile_is_no_reason_to_look_again(
    services: Services,
) -> None:
    mine, other = two_stores(services)
    a, b = mine.customers.get("a"), mine.customers.get("b")
    changes = [
        Patch(Customer, id_, {"tier": Tier.C, "tier_moves": (TierMove(on=TODAY),)}) for id_ in "ab"
    ]
    other.store.commit("worked out", changes, member_id=None)
    mine.store.refresh()
    assert mine.joining.merge(a, b).kept.name == a.name


@pytest.mark.parametrize("deed", ["merge", "remove"])
def test_what_somebody_logs_meanwhile_is_never_left_without_its_customer(
    services: Services, deed: str
) -> None:
    mine, other = two_stores(services)
    a, b = mine.customers.get("a"), mine.customers.get("b")
    talk = Touchpoint(id="t9", customer_ids=("b",), kind=TouchpointKind.CALL, at=AT, note="big")
    other.workspace.commit(f"logged a call with {b.name}", [Put(talk)])
    before = documents(other)

    def do() -> object:
        return mine.joining.merge(a, b) if deed == "merge" else mine.customers.remove(["b"])

    with pytest.raises(Conflict) as conflict:
        do()
    assert conflict.value.exit_code == 3
    assert conflict.value.title.startswith(f"something new belongs to {b.name}: ")
    assert conflict.value.title.endswith(f": logged a call with {b.name}")
    assert documents(mine) == documents(services_on(mine.store.path)) == before
    do()  # they have looked at it
    held = services_on(mine.store.path).store.get(Touchpoint, "t9")
    assert held == (msgspec.structs.replace(talk, customer_ids=("a",)) if deed == "merge" else None)
    assert not mine.keeping.check().damaged
    mine.workspace.undo()
    assert documents(mine) == before


@pytest.mark.parametrize("typed", ["name", "name=c", "nmae=b", "tags=b", "=b", ""])
def test_a_choice_that_cannot_be_meant_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        read_choices([typed])


def test_the_last_of_two_choices_counts() -> None:
    assert read_choices(["name=b", "Phone = B", "name=a", "tier-pin=b"]) == ["phone", "tier_pin"]


def test_an_address_is_taken_whole_or_filled_in() -> None:
    a = Customer(id="a", name="A", city="Berlin", address="Weg 1")
    fits = Customer(id="b", name="A", city="berlin", country="Germany", postal_code="12209")
    assert differing(a, fits) == []
    assert joined(a, fits).postal_code == "12209"
    other = Customer(id="b", name="A", city="Ulm", postal_code="89073")
    assert [found.field for found in differing(a, other)] == ["address"]
    assert (joined(a, other).city, joined(a, other).postal_code) == ("Berlin", "")
    chosen = joined(a, other, ["address"])
    assert (chosen.city, chosen.address, chosen.postal_code) == ("Ulm", "", "89073")


def test_a_pin_and_a_status_keep_their_reasons() -> None:
    a = Customer(id="a", name="A", tier_pin=Tier.A, tier_note="key account")
    b = Customer(id="b", name="A", tier_pin=Tier.B, status=Status.LOST, status_note="sold")
    assert [found.field for found in differing(a, b)] == ["tier_pin", "status"]
    assert joined(a, b) == msgspec.structs.replace(a, former=())
    now = joined(a, b, ["tier_pin", "status"])
    assert (now.tier_pin, now.tier_note, now.status, now.status_note) == ("B", "", "lost", "sold")


def test_every_field_of_a_customer_has_a_rule() -> None:
    """A field that somebody adds is chosen or filled in like a text, unless a rule says otherwise."""
    from outreach_tui.domain import joining

    parts = {n for names in joining.TOGETHER.values() for n in names}
    known = {*FIELDS, *parts, *joining._BOTH, *joining.WORKED_OUT}
    assert set(Customer.__struct_fields__) == known


texts = st.sampled_from(["", "one", "two"])
sides = st.sampled_from(["a", "b", "c"])
accounts = st.builds(
    Customer,
    id=st.just("x"),
    name=st.sampled_from(["Acme", "Acme AG", "Bolido"]),
    city=texts,
    website=texts,
    phone=texts,
    tags=st.lists(texts.filter(bool), unique=True).map(tuple),
    sites=st.lists(st.builds(Site, city=texts), max_size=2).map(tuple),
    external_ids=st.dictionaries(st.sampled_from(["ID", "id", "ERP"]), texts, max_size=2),
    extra=st.dictionaries(texts, texts, max_size=2),
    status=st.sampled_from(Status),
)


@given(
    accounts,
    accounts,
    st.tuples(
        st.lists(st.tuples(sides, st.sampled_from(["", "1", "2"])), max_size=6),
        st.lists(st.sets(sides, min_size=1), max_size=5),
        st.lists(sides, max_size=4),
    ),
    st.sets(st.sampled_from(FIELDS)),
)
@settings(max_examples=60, deadline=timedelta(seconds=5))
def test_no_record_is_lost_and_every_reference_holds(
    tmp_path_factory: pytest.TempPathFactory,
    a: Customer,
    b: Customer,
    history: tuple[list[tuple[str, str]], list[set[str]], list[str]],
    from_b: set[str],
) -> None:
    bought, talked, people = history
    folder = tmp_path_factory.mktemp("joining")
    services = services_on(folder / "outreach.json")
    services.cache_path = folder
    put(
        services,
        msgspec.structs.replace(a, id="a"),
        msgspec.structs.replace(b, id="b"),
        Customer(id="c", name="Other"),
        *(
            Purchase(id=f"k{n}", customer_id=whose, on=TODAY, external_ids={"No": no} if no else {})
            for n, (whose, no) in enumerate(bought)
        ),
        *(
            Touchpoint(id=f"t{n}", customer_ids=tuple(sorted(ids)), kind=TouchpointKind.CALL, at=AT)
            for n, ids in enumerate(talked)
        ),
        *(
            Contact(id=f"p{n}", name="P", employments=(Employment(customer_id=whose),))
            for n, whose in enumerate(people)
        ),
        *(Promise(id=f"v{n}", customer_id=whose, text="x") for n, whose in enumerate(people)),
    )
    before, kinds = documents(services), TABLES.values()
    count = {kind: len(services.store.all(kind)) for kind in kinds}
    rows = services.store.rows()
    lives = len({n for n, ids in enumerate(talked) if ids & {"a", "b"}})
    one, other = services.customers.get("a"), services.customers.get("b")
    done = services.joining.merge(one, other, from_b)
    after = {kind: len(services.store.all(kind)) for kind in kinds}
    assert after == count | {
        Customer: 2,
        Purchase: count[Purchase] - done.doubles.get("purchases", 0),
        Contact: count[Contact] - done.doubles.get("contacts", 0),
    }
    now = services.store.rows()
    assert now["a"].purchases == rows["a"].purchases + rows["b"].purchases - done.doubles.get(
        "purchases", 0
    )
    assert now["a"].live_count == lives
    met = {"a" if id_ == "b" else id_ for id_ in rows["c"].met}
    assert now["c"] == msgspec.structs.replace(rows["c"], met=tuple(sorted(met)))
    checkup = services.keeping.check()
    assert [f for f in checkup.findings if "names" in f.what] == []
    assert not checkup.damaged
    called = {(f.name, tuple(f.external_ids.items())) for f in done.kept.former}
    for each in (one, other):  # a list finds either
        assert each.name == done.kept.name or any(each.name == name for name, _ in called)
    services.workspace.undo()
    assert documents(services) == before


def test_people_of_one_name_become_one_unless_something_speaks_against_it(
    services: Services,
) -> None:
    def contact(id_: str, at: str, name: str, **fields: Any) -> Contact:
        return Contact(id=id_, name=name, employments=(Employment(customer_id=at),), **fields)

    put(
        services,
        Customer(id="a", name="A"),
        Customer(id="b", name="B"),
        Customer(id="c", name="C"),
        contact("p1", "a", "Maria Anders", phones=("030-1234567",), role="sales"),
        contact(
            "p2",
            "b",
            "maria anders",
            phones=("030 1234567", "0171 55"),
            role="buyer",
            language="de",
        ),
        contact("q1", "a", "Ben", emails=("ben@a.example",)),
        contact("q2", "b", "Ben", emails=("ben@b.example",)),
        contact("r1", "a", "Eva", external_ids={"ID": "1"}),
        contact("r2", "b", "Eva", external_ids={"id": "2"}),
        Touchpoint(
            id="t", customer_ids=("c",), kind=TouchpointKind.CALL, at=AT, contact_ids=("p2", "p1")
        ),
        Meeting(
            id="m",
            start_at=AT,
            zone="UTC",
            minutes=60,
            kind=MeetingKind.VISIT,
            uid="u",
            changed_at=AT,
            attendees=(Attendee(name="M", contact_id="p1"), Attendee(name="m", contact_id="p2")),
        ),
    )
    before = documents(services)
    done = services.joining.merge(services.customers.get("a"), services.customers.get("b"))
    assert done.doubles == {"contacts": 1}
    assert [(d.of, d.field, d.kept, d.dropped) for d in done.dropped[1:]] == [
        ("Maria Anders", "role", "sales", "buyer")
    ]
    assert [c.id for c in services.store.all(Contact)] == ["p1", "q1", "q2", "r1", "r2"]
    maria = services.store.get(Contact, "p1")
    assert maria is not None
    assert maria.phones == ("030-1234567", "030 1234567", "0171 55")
    assert (maria.role, maria.language) == ("sales", "de")
    assert maria.employments == (Employment(customer_id="a"),)
    assert services.store.all(Touchpoint)[0].contact_ids == ("p1",)
    assert [at.contact_id for at in services.store.all(Meeting)[0].attendees] == ["p1"]
    assert not services.keeping.check().damaged
    services.workspace.undo()
    assert documents(services) == before


LIST = "Customer ID,Company,City,Contact,Phone\n{id},{name},Berlin,Maria Anders,{phone}\n"


@pytest.mark.parametrize("with_ids", [True, False])
def test_lists_that_still_have_both_find_the_one(
    services: Services, tmp_path: Path, with_ids: bool
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(LIST.format(id="A1", name="Alfreds", phone="1234567"))
    second.write_text(LIST.format(id="B1", name="Alfred GmbH", phone="7654321"))
    if not with_ids:
        for path in (first, second):
            path.write_text(path.read_text().replace("Customer ID", "Fax"))

    def bring_in() -> list[tuple[int, int]]:
        plan = services.imports.preview(services.read_sources([first, second]))
        services.imports.apply(plan)
        return [(report.created, report.updated) for report in plan.files]

    assert bring_in() == [(1, 0), (1, 0)]
    a, b = sorted(services.store.all(Customer), key=lambda c: c.name, reverse=True)
    services.joining.merge(a, b)
    bring_in()
    assert bring_in() == [(0, 0), (0, 0)]
    (now,) = services.store.all(Customer)
    assert (now.name, now.phone) == ("Alfreds", "1234567")


def test_new_twins_are_those_with_a_new_customer(services: Services, tmp_path: Path) -> None:
    put(
        services,
        Customer(id="1", name="Acme"),
        Customer(id="2", name="Acme AG"),
        Customer(id="003", name="Bólido"),
    )
    path = tmp_path / "list.csv"
    path.write_text("Company,City\nBolido SA,\nNobody else,\n")
    plan = services.imports.preview(services.read_sources([path]))
    services.imports.apply(plan)
    assert [(t.one.name, t.other.name) for t in services.joining.new_twins(plan.changes)] == [
        ("Bólido", "Bolido SA")
    ]
    assert len(services.joining.twins()) == 2

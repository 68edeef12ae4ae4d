"""What every store promises, on records in memory and on a TinyDB file; and what only a file can promise."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import tinydb
import tinydb.table
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakes import FixedClock, MemoryStore
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer, Tier, TierMove
from outreach_tui.domain.day_list import DayList, day_list_id
from outreach_tui.domain.decision import Decision, DecisionKind
from outreach_tui.domain.facts import CustomerFacts, summarise
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.group_event import GroupEvent, Invitation, InvitationState
from outreach_tui.domain.ids import IdFactory
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.member import Member
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Patch, Put, Record, Remove
from outreach_tui.domain.settings import TEAM, TIERS_ON, Setting
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.errors import Conflict, DamagedFile, InTheWay, Refused, StoreUnavailable
from outreach_tui.store.documents import encoded
from outreach_tui.store.journal import Entry, Step, history_path, line_of
from outreach_tui.store.tinydb_file import TinyDbStore

CLOCK = FixedClock(date(2026, 3, 2))
DAY = date(2026, 2, 2)
AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
ids = IdFactory(lambda: 1_700_000_000_000)

ACME = Customer(id=ids.new(), name="Acme", city="Graz")
BOLIDO = Customer(id=ids.new(), name="Bólido", city="Madrid")


_OPENED: list[TinyDbStore] = []


@pytest.fixture(autouse=True)
def _none_open() -> None:
    _OPENED.clear()


def open_file(path: Path) -> TinyDbStore:
    store = TinyDbStore(path, CLOCK)
    _OPENED.append(store)
    return store


def fold() -> None:
    """Let all that was committed be in the JSON file, as it is after a clean exit."""
    for store in _OPENED:
        store.close()


def text_of(path: Path) -> str:
    """The JSON file as it is after a clean exit."""
    fold()
    return path.read_text()


def decoded(path: Path) -> dict[str, Any]:
    """The documents of a file, without what it says about itself."""
    tables = json.loads(text_of(path))
    tables.pop("meta", None)
    return tables


def write(path: Path, tables: Any) -> None:
    path.write_text(json.dumps(tables))


@pytest.fixture
def stock(path: Path) -> Iterator[Callable[[str], tinydb.table.Table]]:
    """Give tables of the file as TinyDB itself sees them now."""
    opened: list[tinydb.TinyDB] = []

    def table(name: str) -> tinydb.table.Table:
        fold()
        opened.append(tinydb.TinyDB(path))
        return opened[-1].table(name)

    yield table
    for db in opened:
        db.close()


Stock = Callable[[str], tinydb.table.Table]


def call(*customers: Customer, **fields: Any) -> Touchpoint:
    fields = {"id": ids.new(), "kind": TouchpointKind.CALL, "at": AT} | fields
    return Touchpoint(customer_ids=tuple(c.id for c in customers), **fields)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outreach.json"


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, path: Path) -> Any:
    return MemoryStore() if request.param == "memory" else open_file(path)


@pytest.fixture
def filled(path: Path) -> TinyDbStore:
    store = open_file(path)
    store.commit("began", [Put(ACME), Put(BOLIDO), Put(call(ACME))], member_id="somebody")
    fold()
    return store


# Both stores


def test_one_commit_puts_patches_and_removes_across_tables(store: Any) -> None:
    talk = call(ACME)
    store.commit("began", [Put(ACME), Put(BOLIDO), Put(talk)], member_id=None)
    store.commit(
        "went on",
        [
            Remove(Touchpoint, talk.id),
            Patch(Customer, ACME.id, {"city": "Linz"}),
            Put(call(BOLIDO)),
        ],
        member_id=None,
    )
    assert store.get(Customer, ACME.id).city == "Linz"
    assert store.get(Touchpoint, talk.id) is None
    assert [t.customer_ids for t in store.all(Touchpoint)] == [(BOLIDO.id,)]


def test_a_failing_change_in_the_middle_leaves_everything(store: Any) -> None:
    store.commit("began", [Put(ACME)], member_id=None)
    with pytest.raises((Conflict, KeyError)):
        store.commit(
            "tried",
            [
                Put(BOLIDO),
                Patch(Customer, ACME.id, {"city": "Linz"}),
                Patch(Customer, "nobody", {"city": "X"}),
                Put(call(ACME)),
            ],
            member_id=None,
        )
    assert store.all(Customer) == [ACME]
    assert store.all(Touchpoint) == []


def test_records_come_in_the_order_of_their_ids(store: Any) -> None:
    made = [Customer(id=ids.new(), name=f"C{n}") for n in range(20)]
    mixed = random.Random(1).sample(made, len(made))
    store.commit("mixed", [Put(c) for c in mixed], member_id=None)
    assert store.all(Customer) == made
    assert list(store.rows()) == [c.id for c in made]


def test_links_follow_every_kind_of_change(store: Any) -> None:
    talk, both = call(ACME), call(ACME, BOLIDO)
    assert store.of_customer(Touchpoint, ACME.id) == []
    store.commit("began", [Put(ACME), Put(BOLIDO), Put(both), Put(talk)], member_id=None)
    assert store.of_customer(Touchpoint, ACME.id) == sorted([talk, both], key=lambda t: t.id)
    store.commit(
        "moved", [Patch(Touchpoint, talk.id, {"customer_ids": (BOLIDO.id,)})], member_id=None
    )
    assert [t.id for t in store.of_customer(Touchpoint, ACME.id)] == [both.id]
    assert [t.id for t in store.of_customer(Touchpoint, BOLIDO.id)] == sorted([talk.id, both.id])
    store.commit("removed", [Remove(Touchpoint, both.id)], member_id=None)
    assert store.of_customer(Touchpoint, ACME.id) == []


def test_a_person_who_came_back_is_one_contact_of_the_customer(store: Any) -> None:
    jobs = (Employment(customer_id=ACME.id, to_on=DAY), Employment(customer_id=ACME.id))
    kim = Contact(id=ids.new(), name="Kim", employments=jobs)
    store.commit("began", [Put(ACME), Put(kim)], member_id=None)
    assert store.of_customer(Contact, ACME.id) == [kim]
    store.commit("left", [Patch(Contact, kim.id, {"employments": ()})], member_id=None)
    assert store.of_customer(Contact, ACME.id) == []


def test_rows_after_shows_what_would_be_and_changes_nothing(store: Any) -> None:
    talk = call(ACME)
    store.commit("began", [Put(ACME), Put(BOLIDO), Put(talk)], member_id=None)
    version, rows = store.version, dict(store.rows())
    after = store.rows_after(
        [
            Put(Customer(id=ids.new(), name="New")),
            Remove(Customer, BOLIDO.id),
            Patch(Customer, ACME.id, {"city": "Linz"}),
            Remove(Touchpoint, talk.id),
            Put(call(ACME)),
        ]
    )
    assert [row.name for row in after.values()] == ["Acme", "New"]
    assert after[ACME.id].city == "Linz"
    assert after[ACME.id].live_count == 1
    assert (store.version, dict(store.rows())) == (version, rows)
    assert store.all(Touchpoint) == [talk]


NAMING: list[Record] = [
    call(ACME, BOLIDO),
    Contact(id=ids.new(), name="Kim", employments=(Employment(customer_id=ACME.id, to_on=DAY),)),
    Purchase(id=ids.new(), customer_id=ACME.id, on=DAY),
    Promise(id=ids.new(), customer_id=ACME.id, text="samples"),
    Feedback(id=ids.new(), customer_id=ACME.id, words="labels", on=DAY),
    Decision(id=ids.new(), customer_id=ACME.id, kind=DecisionKind.MUTED, on=DAY, at=AT),
    Introduction(id=ids.new(), customer_ids=(BOLIDO.id, ACME.id)),
    GroupEvent(id=ids.new(), meeting_id="m", invitations=(Invitation(customer_id=ACME.id),)),
]


@pytest.mark.parametrize("record", NAMING, ids=lambda record: type(record).__name__)
def test_a_customer_whom_a_record_names_that_stays_is_not_removed(
    store: Any, record: Record
) -> None:
    store.commit("began", [Put(ACME), Put(BOLIDO), Put(record)], member_id=None)
    version = store.version
    with pytest.raises(Conflict, match="something new belongs to ") as conflict:
        store.commit("deleted", [Remove(Customer, ACME.id)], member_id=None)
    assert conflict.value.exit_code == 3
    assert store.all(Customer) == [ACME, BOLIDO]
    assert store.all(type(record)) == [record]
    assert store.version == version
    store.commit("both", [Remove(Customer, ACME.id), Remove(type(record), record.id)], member_id="")
    assert store.all(Customer) == [BOLIDO]


def test_the_version_changes_with_every_commit(store: Any) -> None:
    seen = {store.version}
    for change in (
        Put(ACME),
        Patch(Customer, ACME.id, {"city": "Linz"}),
        Remove(Customer, ACME.id),
    ):
        store.commit("did", [change], member_id=None)
        seen.add(store.version)
    assert len(seen) == 4


# Rows are always what a summary from scratch would say

CUSTOMERS = [f"c{n}" for n in range(4)]
_some = st.lists(st.sampled_from(CUSTOMERS), max_size=3).map(tuple)
_one = st.sampled_from(CUSTOMERS)
_id = st.sampled_from(["r1", "r2", "r3"])
_day = st.integers(0, 300).map(lambda n: DAY + timedelta(days=n))
_when = _day.map(lambda d: datetime.combine(d, AT.timetz()))
RECORDS: dict[type[Record], st.SearchStrategy[Any]] = {
    Customer: st.builds(Customer, id=_one, name=st.sampled_from(["", "Ä", "B"])),
    Contact: st.builds(
        lambda id, name, at: Contact(
            id=id, name=name, employments=tuple(Employment(customer_id=c) for c in at)
        ),
        _id,
        st.sampled_from(["K", "L"]),
        _some,
    ),
    Purchase: st.builds(Purchase, id=_id, customer_id=_one, on=_day),
    Touchpoint: st.builds(
        Touchpoint,
        id=_id,
        customer_ids=_some,
        kind=st.sampled_from(TouchpointKind),
        at=_when,
        note=st.sampled_from(["", "> wish", "+ gave\n$ asked"]),
    ),
    Feedback: st.builds(
        Feedback,
        id=_id,
        customer_id=_one,
        words=st.just("w"),
        on=_day,
        themes=st.sampled_from([(), ("labels",)]),
    ),
    Meeting: st.builds(
        Meeting,
        id=_id,
        customer_ids=_some,
        start_at=_when,
        zone=st.just("UTC"),
        minutes=st.just(30),
        kind=st.just(MeetingKind.CALL),
        uid=st.just("u"),
        changed_at=_when,
    ),
    Introduction: st.builds(Introduction, id=_id, customer_ids=_some),
    GroupEvent: st.builds(
        lambda id, who, state: GroupEvent(
            id=id,
            meeting_id="m",
            invitations=tuple(Invitation(customer_id=c, state=state, on=DAY) for c in who),
        ),
        _id,
        _some,
        st.sampled_from(InvitationState),
    ),
    Decision: st.builds(
        Decision, id=_id, customer_id=_one, kind=st.sampled_from(DecisionKind), on=_day, at=_when
    ),
}
_fields: dict[type[Record], st.SearchStrategy[dict[str, Any]]] = {
    Customer: st.fixed_dictionaries({"city": st.sampled_from(["", "Graz", "Wien"])}),
    Touchpoint: st.fixed_dictionaries({"customer_ids": _some}),
    Meeting: st.fixed_dictionaries({"customer_ids": _some}),
    Purchase: st.fixed_dictionaries({"customer_id": _one}),
    Introduction: st.fixed_dictionaries({"customer_ids": _some}),
}
_change = st.one_of(
    *(records.map(Put) for records in RECORDS.values()),
    *(
        st.builds(Patch, st.just(kind), _one if kind is Customer else _id, f)
        for kind, f in _fields.items()
    ),
    *(st.builds(Remove, st.just(kind), _one if kind is Customer else _id) for kind in RECORDS),
)
_deed = st.one_of(
    st.lists(_change, min_size=1, max_size=4), st.sampled_from(["undo", "redo", "reopen", "after"])
)


def from_scratch(store: Any) -> dict[str, CustomerFacts]:
    def of(kind: type[Any], customer_id: str) -> list[Any]:
        return [r for r in store.all(kind) if customer_id in getattr_customers(r)]

    return {
        c.id: summarise(
            c,
            contacts=of(Contact, c.id),
            purchases=of(Purchase, c.id),
            touchpoints=of(Touchpoint, c.id),
            feedback=of(Feedback, c.id),
            meetings=of(Meeting, c.id),
            decisions=of(Decision, c.id),
            introductions=of(Introduction, c.id),
            events=of(GroupEvent, c.id),
        )
        for c in store.all(Customer)
    }


def getattr_customers(record: Any) -> tuple[str, ...]:
    if isinstance(record, Contact):
        return tuple(e.customer_id for e in record.employments if e.customer_id)
    if isinstance(record, GroupEvent):
        return tuple(i.customer_id for i in record.invitations)
    return getattr(record, "customer_ids", None) or (getattr(record, "customer_id", ""),)


@settings(max_examples=200)
@given(deeds=st.lists(_deed, max_size=14))
@example(
    deeds=[
        [
            Put(Customer(id="c0", name="")),
            Remove(Customer, "c0"),
            Put(Contact(id="r", name="K", employments=(Employment(customer_id="c0"),))),
        ]
    ]
)
def test_rows_are_those_from_scratch_after_any_history(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[Any]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "o.json"
    store, model = open_file(path), MemoryStore()
    present = dict(model._records)
    past: list[Any] = []  # what undo goes back to, the last one first to go
    future: list[Any] = []
    store.rows()
    for deed in deeds:
        if deed == "reopen":
            store = open_file(path)
        elif deed == "after":
            before = path.read_bytes() if path.exists() else b""
            store.rows_after([Put(c) for c in (ACME, Customer(id="c1", name="Z"))])
            assert (path.read_bytes() if path.exists() else b"") == before
        elif deed in ("undo", "redo"):
            back, forth = (past, future) if deed == "undo" else (future, past)
            try:
                getattr(store, deed)(member_id=None)
                forth.append(present)
                present = back.pop()
            except Refused:
                assert not back
        else:
            try:
                store.commit("did", deed, member_id=None)
            except Conflict:
                with pytest.raises((KeyError, Conflict)):
                    model.commit("did", deed, member_id=None)
            else:
                model._records = dict(present)
                model.commit("did", deed, member_id=None)
                if present != model._records:
                    past, present, future = [*past, present], dict(model._records), []
        model._records = dict(present)
        assert store.rows() == from_scratch(store) == model.rows()
        assert list(store.rows()) == sorted(store.rows())
        for kind in RECORDS:
            assert store.all(kind) == model.all(kind)
            for customer in CUSTOMERS:
                assert store.of_customer(kind, customer) == model.of_customer(kind, customer)
    if path.exists():
        assert open_file(path).rows() == store.rows()


# The file


def test_the_file_has_one_document_on_a_line_and_leaves_defaults_out(
    filled: TinyDbStore, path: Path
) -> None:
    lines = text_of(path).splitlines()
    assert lines[:4] == [
        "{",
        '"customers": {',
        f'"1": {{"id":"{ACME.id}","name":"Acme","city":"Graz"}},',
        f'"2": {{"id":"{BOLIDO.id}","name":"Bólido","city":"Madrid"}}',
    ]
    filled.commit("cleared", [Patch(Customer, ACME.id, {"city": ""})], member_id=None)
    assert decoded(path)["customers"]["1"] == {"id": ACME.id, "name": "Acme"}


def test_unknown_fields_survive_a_patch_byte_for_byte_and_a_put(
    filled: TinyDbStore, path: Path
) -> None:
    text = text_of(path).replace('"city":"Graz"', '"city":"Graz","later":{"a": [1.10, 1e400]}')
    path.write_text(text)
    filled.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    assert '"city":"Linz","later":{"a": [1.10, 1e400]}' in text_of(path)
    filled.undo(member_id=None)
    assert '"later":{"a": [1.10, 1e400]}' in text_of(path)
    filled.commit("put", [Put(Customer(id=ACME.id, name="Acme 2"))], member_id=None)
    assert '"name":"Acme 2","later":{"a": [1.10, 1e400]}' in text_of(path)


def test_what_a_later_version_adds_to_meta_stays(filled: TinyDbStore, path: Path) -> None:
    tables = json.loads(text_of(path))
    tables["meta"]["1"]["later"] = 7
    tables["meta"]["2"] = {"note": "other"}
    write(path, tables)
    filled.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    meta = json.loads(text_of(path))["meta"]
    assert meta["1"]["later"] == 7
    assert meta["2"] == {"note": "other"}


CHANGES: list[Callable[[str], list[Change]]] = [
    lambda talk: [Patch(Customer, ACME.id, {"city": "", "tags": ("x",)})],
    lambda talk: [Remove(Touchpoint, talk), Put(call(BOLIDO))],
    lambda talk: [Put(Customer(id="new", name="N")), Patch(Customer, "new", {"tier": Tier.A})],
    lambda talk: [Put(Customer(id=ACME.id, name="Other"))],
    lambda talk: [Remove(Customer, ACME.id), Remove(Touchpoint, talk)],
    lambda talk: [Remove(Customer, ACME.id), Put(Customer(id=ACME.id, name="Again"))],
]


@pytest.mark.parametrize("make", CHANGES)
@pytest.mark.parametrize("reopened", [False, True])
def test_undo_restores_the_file_and_redo_brings_the_change_back(
    filled: TinyDbStore, path: Path, make: Callable[[str], list[Change]], reopened: bool
) -> None:
    store = filled
    before = decoded(path)
    store.commit("did it", make(store.all(Touchpoint)[0].id), member_id="m")
    after = decoded(path)
    for wanted, deed in [(before, "undo"), (after, "redo"), (before, "undo"), (after, "redo")]:
        store = open_file(path) if reopened else store
        assert getattr(store, deed)(member_id="m").did == "did it"
        assert decoded(path) == wanted
        assert [list(t) for t in decoded(path).values()] == [list(t) for t in wanted.values()]
        assert store.next_undo("m") is None or store.next_redo("m") is None
        with pytest.raises(Refused):
            getattr(store, deed)(member_id="m")


def test_nothing_to_undo_is_refused_and_writes_nothing(path: Path) -> None:
    store = open_file(path)
    for deed in (store.undo, store.redo):
        with pytest.raises(Refused):
            deed(member_id=None)
    assert list(path.parent.iterdir()) == []
    store.commit("began", [Put(ACME)], member_id=None)
    with pytest.raises(Refused, match="nothing to redo"):
        store.redo(member_id=None)


def test_an_import_of_921_rows_is_undone_as_one(filled: TinyDbStore, path: Path) -> None:
    before = decoded(path)
    rows = [Purchase(id=ids.new(), customer_id=ACME.id, on=DAY) for _ in range(921)]
    filled.commit("imported", [Put(row) for row in rows], member_id=None)
    newest = filled.newest()
    assert newest is not None
    assert newest.records == 921
    open_file(path).undo(member_id=None)
    assert decoded(path) == before
    open_file(path).redo(member_id=None)
    assert open_file(path).all(Purchase) == rows


# Undo does not overwrite what came after


def test_undo_is_refused_where_another_program_changed_the_same_field_since(
    filled: TinyDbStore, path: Path, stock: Stock
) -> None:
    filled.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    stock("customers").update({"city": "Wels"}, tinydb.where("id") == ACME.id)
    before = json.loads(path.read_text())["customers"]
    with pytest.raises(Refused, match="city of Acme was changed since by: another") as refused:
        filled.undo(member_id=None)
    assert "'Wels'" in refused.value.hint
    assert "'Linz'" in refused.value.hint
    assert json.loads(path.read_text())["customers"] == before
    assert filled.get(Customer, ACME.id) == msgspec.structs.replace(ACME, city="Wels")


def test_undo_and_redo_keep_other_fields_that_were_changed_since(
    filled: TinyDbStore, path: Path, stock: Stock
) -> None:
    filled.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    stock("customers").update({"industry": "steel"}, tinydb.where("id") == ACME.id)
    filled.undo(member_id=None)
    stock("customers").update({"website": "acme.example"}, tinydb.where("id") == ACME.id)
    filled.redo(member_id=None)
    acme = filled.get(Customer, ACME.id)
    assert acme is not None
    assert (acme.city, acme.industry, acme.website) == ("Linz", "steel", "acme.example")


def test_undo_is_refused_where_the_new_record_was_changed_removed_or_is_named_since(
    filled: TinyDbStore, path: Path, stock: Stock
) -> None:
    new = Customer(id=ids.new(), name="New")
    filled.commit("added", [Put(new)], member_id=None)
    where = tinydb.where("id") == new.id
    talk = {"customer_ids": [new.id], "kind": "call", "at": "2026-02-02T09:00:00Z"}
    (key,) = [stock("touchpoints").insert(talk)]
    with pytest.raises(Refused, match="belongs to it: another program changed the file"):
        filled.undo(member_id=None)
    assert filled.get(Customer, new.id) == new
    stock("touchpoints").remove(doc_ids=[key])
    stock("customers").update({"city": "Rome"}, where)
    with pytest.raises(Refused, match="New was changed since"):
        filled.undo(member_id=None)
    stock("customers").remove(where)
    with pytest.raises(Refused, match="was removed since"):
        filled.undo(member_id=None)


def test_undo_does_not_take_back_what_somebody_else_has_done_meanwhile(
    filled: TinyDbStore, path: Path
) -> None:
    other = open_file(path)
    filled.commit("ours", [Patch(Customer, ACME.id, {"industry": "wine"})], member_id="me")
    other.commit("theirs", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id="other")
    assert filled.undo(member_id="me").did == "ours"
    with pytest.raises(Refused, match="nothing to undo") as refused:
        filled.undo(member_id="me")
    assert "theirs" in refused.value.hint
    acme = filled.get(Customer, ACME.id)
    assert acme is not None
    assert (acme.city, acme.industry) == ("Linz", "")


def test_redo_goes_forward_again_from_the_very_beginning(path: Path) -> None:
    member = Member(id=ids.new(), name="Ana")
    store = open_file(path)
    store.commit("began", [Put(member), Put(ACME)], member_id=member.id)
    for name in "BC":
        store.commit(f"added {name}", [Put(Customer(id=ids.new(), name=name))], member_id=member.id)
    everything = decoded(path)

    def who() -> str | None:  # as a workspace says it
        return member.id if store.all(Member) else None

    for _ in range(2):
        for said in ("added C", "added B", "began"):
            assert store.undo(member_id=who()).did == said
        assert decoded(path) == {}
        store = open_file(path)
        for said in ("began", "added B", "added C"):
            assert store.redo(member_id=who()).did == said
        assert decoded(path) == everything
        with pytest.raises(Refused, match="nothing to redo"):
            store.redo(member_id=who())


def test_what_a_script_did_is_everybodys_to_undo(filled: TinyDbStore) -> None:
    filled.commit("mine", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id="me")
    filled.commit("a script's", [Patch(Customer, ACME.id, {"city": "Wels"})], member_id=None)
    assert filled.undo(member_id="me").did == "a script's"
    assert filled.undo(member_id="me").did == "mine"
    assert filled.redo(member_id="me").did == "mine"
    assert filled.redo(member_id="me").did == "a script's"


def test_undo_can_go_past_what_somebody_else_built_on(filled: TinyDbStore) -> None:
    talk = call(BOLIDO)
    filled.commit("talked", [Put(talk)], member_id="me")
    filled.commit("mine", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id="me")
    filled.commit("theirs", [Patch(Customer, ACME.id, {"city": "Wels"})], member_id="other")
    with pytest.raises(InTheWay, match="since by: theirs") as blocked:
        filled.undo(member_id="me")
    assert filled.next_undo("me", blocked.value.seq) is not None
    assert filled.undo(member_id="me", before=blocked.value.seq).did == "talked"
    assert filled.get(Touchpoint, talk.id) is None
    assert filled.redo(member_id="me").did == "talked"


# Several writers


def test_changes_to_different_fields_merge(filled: TinyDbStore, path: Path) -> None:
    other = open_file(path)
    other.commit("theirs", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    filled.commit("ours", [Patch(Customer, ACME.id, {"industry": "steel"})], member_id=None)
    acme = filled.get(Customer, ACME.id)
    assert acme is not None
    assert (acme.city, acme.industry) == ("Linz", "steel")


def test_the_same_field_conflicts_with_both_values_and_the_second_try_is_a_choice(
    filled: TinyDbStore, path: Path
) -> None:
    other = open_file(path)
    other.commit("theirs", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    before = path.read_bytes()
    ours = [Put(call(ACME)), Patch(Customer, ACME.id, {"city": "Wels"})]
    with pytest.raises(Conflict, match="changed city of Acme") as conflict:
        filled.commit("ours", ours, member_id=None)
    assert conflict.value.exit_code == 3
    assert "'Linz'" in conflict.value.hint
    assert "'Wels'" in conflict.value.hint
    assert path.read_bytes() == before
    assert len(filled.all(Touchpoint)) == 1
    filled.commit("ours", ours, member_id=None)
    assert open_file(path).get(Customer, ACME.id) == msgspec.structs.replace(ACME, city="Wels")


def test_what_was_worked_out_before_others_wrote_is_not_written(
    filled: TinyDbStore, path: Path
) -> None:
    version, bolido = filled.version, Put(msgspec.structs.replace(BOLIDO, id=ids.new()))
    open_file(path).commit("theirs", [bolido], member_id=None)
    ours = [Put(msgspec.structs.replace(BOLIDO, id=ids.new()))]
    with pytest.raises(Refused, match="changed since this was worked out"):
        filled.commit_at(version, "ours", ours, member_id=None)
    assert [c.name for c in filled.all(Customer)].count("Bólido") == 2
    filled.commit_at(filled.version, "ours", ours, member_id=None)
    assert [c.name for c in open_file(path).all(Customer)].count("Bólido") == 3


@pytest.mark.parametrize("value", ["Linz", ""])
def test_the_same_value_is_no_conflict(filled: TinyDbStore, path: Path, value: str) -> None:
    other = open_file(path)
    change = Patch(Customer, ACME.id, {"city": value})
    other.commit("theirs", [change], member_id=None)
    filled.commit("ours", [change], member_id=None)
    assert filled.get(Customer, ACME.id) == msgspec.structs.replace(ACME, city=value)


@pytest.mark.parametrize(
    "change",
    [
        Patch(Customer, ACME.id, {"city": "Wels"}),
        Remove(Customer, ACME.id),
        Put(Customer(id=ACME.id, name="Acme again")),
        Put(call(ACME)),
        Put(Promise(id=ids.new(), customer_id=ACME.id, text="send it")),
    ],
)
def test_nothing_is_done_to_a_customer_that_somebody_else_removed(
    filled: TinyDbStore, path: Path, change: Change
) -> None:
    (talk,) = filled.all(Touchpoint)
    gone = [Remove(Customer, ACME.id), Remove(Touchpoint, talk.id)]
    open_file(path).commit("theirs", gone, member_id=None)
    before = path.read_bytes()
    with pytest.raises(Conflict, match="Acme was removed by somebody else"):
        filled.commit("ours", [change], member_id=None)
    assert path.read_bytes() == before


def test_who_removes_a_customer_hears_what_somebody_else_wrote_of_it_meanwhile(
    filled: TinyDbStore, path: Path
) -> None:
    other = open_file(path)
    ben, talk = Member(id=ids.new(), name="Ben"), call(BOLIDO, note="the important talk")
    other.commit("logged a call with Bólido", [Put(ben), Put(talk)], member_id=ben.id)
    with pytest.raises(Conflict) as conflict:
        filled.commit("deleted Bólido", [Remove(Customer, BOLIDO.id)], member_id=None)
    assert conflict.value.title == "something new belongs to Bólido: Ben: logged a call with Bólido"
    assert conflict.value.hint == "nothing was changed; look at it, then do it again"
    assert filled.of_customer(Touchpoint, BOLIDO.id) == [talk]
    gone = [Remove(Customer, BOLIDO.id), Remove(Touchpoint, talk.id)]
    filled.commit("deleted Bólido", gone, member_id=None)
    assert [c.id for c in open_file(path).all(Customer)] == [ACME.id]


def test_a_record_that_cannot_be_read_does_not_keep_its_customer(
    filled: TinyDbStore, path: Path
) -> None:
    tables = json.loads(text_of(path))
    tables["touchpoints"]["9"] = {"id": ids.new(), "customer_ids": [BOLIDO.id], "at": "never"}
    write(path, tables)
    store = open_file(path)
    store.commit("deleted Bólido", [Remove(Customer, BOLIDO.id)], member_id=None)
    assert [c.id for c in store.all(Customer)] == [ACME.id]


def test_a_record_that_somebody_else_changed_is_not_removed(
    filled: TinyDbStore, path: Path
) -> None:
    open_file(path).commit("t", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    with pytest.raises(Conflict, match="Acme was changed by somebody else"):
        filled.commit("ours", [Remove(Customer, ACME.id)], member_id=None)


def test_settings_are_not_overwritten_unless_equal(filled: TinyDbStore, path: Path) -> None:
    other = open_file(path)
    other.commit("theirs", [Put(Setting(id=TEAM, value={"group_size": 9}))], member_id=None)
    filled.commit("ours", [Put(Setting(id=TEAM, value={"group_size": 9}))], member_id=None)
    other.commit("theirs", [Put(Setting(id=TEAM, value={"group_size": 7}))], member_id=None)
    with pytest.raises(Conflict, match="changed value of the setting team") as conflict:
        filled.commit("ours", [Put(Setting(id=TEAM, value={"group_size": 5}))], member_id=None)
    assert "7" in conflict.value.hint
    assert "5" in conflict.value.hint


def test_what_the_program_works_out_never_stops_a_conversation_from_being_logged(
    filled: TinyDbStore, path: Path
) -> None:
    def first_of_the_day(minute: int, tier: Tier) -> list[Change]:
        on = date(2026, 3, 2)
        kept = DayList(
            id=day_list_id(on, "m"),
            on=on,
            member_id="m",
            suggestions=(),
            frozen_at=AT + timedelta(minutes=minute),
        )
        tiers = Patch(Customer, ACME.id, {"tier": tier, "tier_moves": (TierMove(on=on),)})
        return [
            Put(call(ACME)),
            Put(kept),
            tiers,
            Put(Setting(id=TIERS_ON, value=f"2026-03-0{minute}")),
        ]

    open_file(path).commit("theirs", first_of_the_day(1, Tier.A), member_id=None)
    filled.commit("ours", first_of_the_day(2, Tier.C), member_id=None)
    acme = filled.get(Customer, ACME.id)
    assert acme is not None
    assert acme.tier is Tier.A
    assert len(filled.all(Touchpoint)) == 3
    assert [d.frozen_at for d in filled.all(DayList)] == [AT + timedelta(minutes=1)]
    assert filled.get(Setting, TIERS_ON) == Setting(id=TIERS_ON, value="2026-03-01")


# Stock TinyDB on the same file


def test_stock_tinydb_reads_the_same_customers(
    filled: TinyDbStore, path: Path, stock: Stock
) -> None:
    table = stock("customers")
    assert [d["name"] for d in table.all()] == ["Acme", "Bólido"]
    assert table.get(tinydb.where("city") == "Graz").doc_id == 1


def test_a_customer_without_an_id_gets_one_that_stays(
    filled: TinyDbStore, path: Path, stock: Stock
) -> None:
    key = stock("customers").insert({"name": "Stock", "id": None})
    first = open_file(path).all(Customer)[2]
    stock("customers").insert({"name": "Another"})  # changes time and size, and writes all again
    assert filled.refresh()
    stock = filled.get(Customer, first.id)
    assert stock is not None
    assert stock.name == "Stock"
    talk = call(stock)
    filled.commit("talked", [Put(talk)], member_id=None)
    assert decoded(path)["customers"][str(key)]["id"] == first.id
    assert open_file(path).of_customer(Touchpoint, first.id) == [talk]


def test_a_change_of_stock_tinydb_is_adopted_by_our_next_commit(
    filled: TinyDbStore, path: Path, stock: Stock
) -> None:
    stock("customers").update({"city": "Linz"}, tinydb.where("id") == ACME.id)
    stock("wines").insert({"name": "Blaufränkisch"})
    filled.commit("talked", [Put(call(BOLIDO))], member_id=None)
    assert filled.get(Customer, ACME.id) == msgspec.structs.replace(ACME, city="Linz")
    assert decoded(path)["wines"] == {"1": {"name": "Blaufränkisch"}}
    assert len(text_of(path).splitlines()) == 2 + 4 + 4 + 3 + 3  # a line each again


ODD = {
    "no object": "5",
    "text": '"x"',
    "list": "[1]",
    "null": "null",
    "no name": '{"id":"a1"}',
    "id is a number": '{"id":7,"name":"x"}',
    "id is empty": '{"id":"","name":"x"}',
    "id moves the cursor": '{"id":"\\u001b[1A","name":"x"}',
    "wrong type": '{"id":"a1","name":["x"]}',
    "unknown token": '{"id":"a1","name":"x","status":"\\u001b]52;c;x\\u0007"}',
    "not a number": '{"id":"a1","name":"x","place":{"zone":"UTC","lat":NaN}}',
    "infinite": '{"id":"a1","name":"x","place":{"zone":"UTC","lat":-Infinity}}',
    "huge": '{"id":"a1","name":' + "9" * 4000 + "}",
    "half a character": '{"id":"a1","name":"\\ud800"}',
    "without id and name": '{"city":"x"}',
    "taken id": f'{{"id":"{ACME.id}","name":"Twin"}}',
}


@pytest.mark.parametrize("odd", ODD)
def test_a_document_that_cannot_be_read_is_kept_as_it_is_and_named(path: Path, odd: str) -> None:
    open_file(path).commit("began", [Put(ACME), Put(call(ACME))], member_id=None)
    text = text_of(path).replace('"customers": {\n', f'"customers": {{\n"7": {ODD[odd]},\n')
    if odd == "taken id":
        text = text.replace('"1": ', '"0": ', 1).replace('"7": ', '"9": ')
        text = text.replace(f'"9": {ODD[odd]},\n', "").replace(
            '"city":"Graz"}\n', '"city":"Graz"},\n"9": ' + ODD[odd] + "\n"
        )
    path.write_text(text)
    store = open_file(path)
    for _ in range(2):
        assert [c.name for c in store.all(Customer)] == ["Acme"]
        assert list(store.rows()) == [ACME.id]
        store.commit("talked", [Put(call(ACME))], member_id=None)
        store.undo(member_id=None)
    (problem,) = store.problems
    assert problem.startswith("customers ")
    assert problem.isprintable()
    assert ODD[odd] in text_of(path)
    assert store.commit("added", [Put(BOLIDO)], member_id=None) is None
    assert len(open_file(path).all(Customer)) == 2


def test_a_document_that_cannot_be_read_is_not_changed_blindly(path: Path) -> None:
    open_file(path).commit("began", [Put(ACME)], member_id=None)
    path.write_text(text_of(path).replace('"Graz"', "NaN"))
    store = open_file(path)
    before = path.read_text().splitlines()[:4]
    for change in (Patch(Customer, ACME.id, {"name": "X"}), Remove(Customer, ACME.id)):
        with pytest.raises((Conflict, DamagedFile)):
            store.commit("tried", [change], member_id=None)
    assert text_of(path).splitlines()[:4] == before


def test_a_text_in_a_wrong_encoding_spoils_only_its_document(
    filled: TinyDbStore, path: Path
) -> None:
    path.write_bytes(path.read_bytes().replace("Bólido".encode(), "Bólido".encode("latin-1")))
    store = open_file(path)
    assert [c.name for c in store.all(Customer)] == ["Acme"]
    store.commit("talked", [Put(call(ACME))], member_id=None)
    fold()
    assert "Bólido".encode("latin-1") in path.read_bytes()


def test_odd_keys_and_unknown_tables_stay(path: Path) -> None:
    tables = {
        "customers": {
            "x": {"id": "a1", "name": "X"},
            "9" * 5000: {"id": "a2", "name": "Long"},
            "12345678901234567": {"id": "a3", "name": "Big"},
            "\x1b[": {"id": "a4"},
        },
        "wines": {"1": [1, {"a": None}]},
        "empty": {},
        "meta": {"1": {"schema": 1}},
    }
    write(path, tables)
    store = open_file(path)
    assert [c.name for c in store.all(Customer)] == ["X", "Long", "Big"]
    assert all(problem.isprintable() for problem in store.problems)
    store.commit("added", [Put(ACME)], member_id=None)
    tables["customers"]["12345678901234568"] = {"id": ACME.id, "name": "Acme", "city": "Graz"}
    tables.pop("meta")
    assert decoded(path) == tables


def test_two_documents_with_one_key_are_both_kept(filled: TinyDbStore, path: Path) -> None:
    # Two branches of a repository added a customer each; whoever merged them kept both lines.
    twin = '"2": {"id":"twin","name":"Twin"},\n'
    path.write_text(text_of(path).replace('"2": ', twin + '"2": ', 1))
    store = open_file(path)
    assert {c.name for c in store.all(Customer)} == {"Acme", "Bólido", "Twin"}
    store.commit("talked", [Put(call(ACME))], member_id=None)
    assert {c.name for c in open_file(path).all(Customer)} == {"Acme", "Bólido", "Twin"}


def test_a_file_laid_out_by_hand_is_read_and_written_in_lines_again(
    filled: TinyDbStore, path: Path
) -> None:
    path.write_text(json.dumps(json.loads(text_of(path)), indent=4))
    wanted = decoded(path)
    store = open_file(path)
    store.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    store.undo(member_id=None)
    assert decoded(path) == wanted
    assert len(text_of(path).splitlines()) == 12


def test_hostile_text_comes_out_clean_and_notes_keep_their_lines(path: Path) -> None:
    evil = "Ev\x1b]52;c;aGk=\x07il\x1b[2J \u202etxt\u200b\r\nline"
    write(
        path,
        {
            "customers": {"1": {"id": "c1", "name": evil, "extra": {evil: evil, "note": "a\nb"}}},
            "touchpoints": {
                "1": {
                    "id": "t1",
                    "customer_ids": ["c1"],
                    "kind": "call",
                    "at": "2026-02-02T09:00:00Z",
                    "note": "> one\r\n\x1b[31mtwo\n" + "x" * 1_000_000,
                }
            },
        },
    )
    store = open_file(path)
    customer, talk = store.get(Customer, "c1"), store.get(Touchpoint, "t1")
    assert customer is not None
    assert customer.name == "Evil txt line"
    assert customer.extra == {"Evil txt line": "Evil txt line", "note": "a b"}
    assert talk is not None
    assert talk.note[:10] == "> one\ntwo\n"
    assert len(talk.note) == 1_000_010
    store.commit(evil, [Patch(Customer, "c1", {"city": "Graz"})], member_id=None)
    newest = store.newest()
    assert newest is not None
    assert newest.did == "Evil txt line"
    assert decoded(path)["customers"]["1"]["name"] == evil


# What is refused


REFUSED = {
    "empty": b"",
    "blank": b" \n",
    "truncated": b'{"customers": {"1": {"id": "a", "na',
    "binary": bytes(range(256)),
    "a list": b"[]",
    "a number": b"5",
    "tables are lists": b'{"customers": []}',
    "spreadsheet": b"name;city\nAcme;Graz\n",
    "nested": b'{"customers": {"1": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
    "foreign": b'{"_default": {"1": {"name": "x"}}}',
    "foreign settings": b'{"settings": {"1": {"theme": "dark"}}}',
    "foreign customers": b'{"customers": {"1": {"id": 5, "first_name": "x"}}}',
    "foreign meta": b'{"meta": {"1": {"app": "x"}}, "_default": {}}',
    "meta is text": b'{"meta": {"1": "x"}, "customers": {}}',
    "newer": b'{"meta": {"1": {"schema": 3, "seq": 1}}, "customers": {}}',
    "bad meta": b'{"meta": {"1": {"schema": 1, "seq": "x"}}, "customers": {}}',
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_ours_is_refused_and_left_alone(path: Path, what: str) -> None:
    path.write_bytes(REFUSED[what])
    with pytest.raises(DamagedFile) as damaged:
        open_file(path)
    assert damaged.value.exit_code == 4
    assert str(path) in damaged.value.title
    assert damaged.value.hint
    assert path.read_bytes() == REFUSED[what]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_spoiled_while_open_is_never_overwritten(
    filled: TinyDbStore, path: Path, what: str
) -> None:
    fold()
    good = path.read_bytes()
    path.write_bytes(REFUSED[what])
    for _ in range(3):
        with pytest.raises(DamagedFile):
            filled.refresh()
        with pytest.raises(DamagedFile):
            filled.commit("tried", [Put(call(ACME))], member_id=None)
        with pytest.raises(DamagedFile):
            filled.undo(member_id=None)
    assert path.read_bytes() == REFUSED[what]
    assert len(filled.all(Touchpoint)) == 1
    path.write_bytes(good)
    filled.commit("went on", [Put(call(ACME))], member_id=None)
    assert len(open_file(path).all(Touchpoint)) == 2


def test_an_undo_of_a_table_that_a_newer_version_has_is_refused(
    filled: TinyDbStore, path: Path
) -> None:
    step = Step(table="trips", id="t", after={"id": encoded("t")})
    entry = Entry(seq=2, at=AT, did="planned a trip", steps=(step,))
    history = history_path(path)
    history.write_bytes(history.read_bytes() + line_of(entry))
    with pytest.raises(Refused, match="newer version"):
        open_file(path).undo(member_id=None)


def test_an_empty_tinydb_file_is_a_beginning(path: Path) -> None:
    path.write_text("{}")
    store = open_file(path)
    store.commit("began", [Put(ACME)], member_id=None)
    assert open_file(path).all(Customer) == [ACME]


def test_a_file_that_is_not_there_yet_is_not_made_by_looking(path: Path) -> None:
    store = open_file(path)
    assert store.all(Customer) == []
    assert not store.refresh()
    store.commit("nothing", [], member_id=None)
    assert list(path.parent.iterdir()) == []
    with pytest.raises(StoreUnavailable):
        open_file(path.parent)

"""TinyDB's own operations on our file do what they do in TinyDB; and what only our file promises."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import tinydb
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.operations import add, delete, increment
from tinydb.operations import set as set_field
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from fakes import FixedClock, make_ids
from outreach_tui import bootstrap
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.ids import IdFactory
from outreach_tui.domain.record import Patch, Put
from outreach_tui.errors import BadInput, Conflict, DamagedFile, OutreachError, StoreUnavailable
from outreach_tui.store.journal import journal_path
from outreach_tui.store.tinydb_access import RecordDB, StoreStorage, open_tinydb
from outreach_tui.store.tinydb_file import TinyDbStore

CLOCK = FixedClock(date(2026, 3, 2))
IDS = IdFactory(lambda: 1_700_000_000_000)
ACME = Customer(id=IDS.new(), name="Acme", city="Graz", tags=("key", "old"))
BOLIDO = Customer(id=IDS.new(), name="Bólido", city="Madrid")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outreach.json"


@pytest.fixture
def store(path: Path) -> Iterator[TinyDbStore]:
    """The app, open meanwhile."""
    store = TinyDbStore(path, CLOCK)
    store.commit("began", [Put(ACME), Put(BOLIDO)], member_id=None)
    yield store
    store.close()


def opened(path: Path) -> RecordDB:
    return open_tinydb(path, CLOCK, IdFactory(lambda: 1_800_000_000_000))


@pytest.fixture
def db(store: TinyDbStore) -> Iterator[RecordDB]:
    with opened(store.path) as db:
        yield db


@pytest.fixture(params=["ours", "TinyDB's own"])
def customers(request: pytest.FixtureRequest, path: Path) -> Iterator[Table]:
    """An empty table of customers."""
    db = opened(path) if request.param == "ours" else TinyDB(path)
    with db:
        yield db.table("customers")


def plain(documents: Any) -> Any:
    """Documents without the ids that ours are given."""
    if isinstance(documents, list):
        return [plain(document) for document in documents]
    return documents and {name: value for name, value in documents.items() if name != "id"}


# What TinyDB does, ours does


def test_what_is_inserted_is_found(customers: Table) -> None:
    assert customers.insert({"name": "Acme", "city": "Graz"}) == 1
    assert customers.insert_multiple(iter([{"name": "B"}, Document({"name": "C"}, 9)])) == [2, 9]
    last = customers.insert({"name": "D"})
    assert len(customers) == 4
    assert [d["name"] for d in customers] == [d["name"] for d in customers.all()]
    assert [(d.doc_id, d["name"]) for d in customers.search(where("city") == "Graz")] == [
        (1, "Acme")
    ]
    assert plain(customers.get(doc_id=9)) == {"name": "C"}
    assert customers.get(doc_id=9).doc_id == 9
    assert customers.get(doc_id=7) is None
    assert customers.get(where("name") == "X") is None
    assert plain(customers.get(doc_ids=[9, 2, 77])) == [{"name": "B"}, {"name": "C"}]
    assert customers.contains(where("name") == "D")
    assert customers.contains(doc_id=last)
    assert not customers.contains(doc_id=77)
    assert customers.count(where("name").one_of(["B", "C", "X"])) == 2


def test_operations_change_documents(customers: Table) -> None:
    customers.insert_multiple({"name": n, "tags": [], "visits": 1} for n in "ABC")
    assert customers.update({"city": "Graz"}, where("name") == "A") == [1]
    assert customers.update(increment("visits"), doc_ids=[3, 5]) == [3]
    assert customers.update(add("tags", ["x"])) == [1, 2, 3]
    changes = [
        (set_field("tier", "A"), where("name") == "A"),
        (delete("visits"), where("tags").any(["x"])),
    ]
    assert customers.update_multiple(changes) == [1, 1, 2, 3]
    assert customers.upsert({"name": "B", "phone": "1"}, where("name") == "B") == [2]
    assert customers.upsert({"name": "D"}, where("name") == "D") == [4]
    assert customers.upsert(Document({"city": "Linz"}, 4)) == [4]
    assert customers.remove(where("name") == "C") == [3]
    assert customers.remove(doc_ids=[2, 3]) == [2]
    assert plain(customers.get(doc_id=4)) == {"name": "D", "city": "Linz"}
    assert plain(customers.get(doc_id=1))["tier"] == "A"
    customers.truncate()
    assert len(customers) == 0
    assert customers.all() == []


def test_what_tinydb_refuses_is_refused(customers: Table) -> None:
    customers.insert(Document({"name": "A"}, 5))
    with pytest.raises(ValueError, match="5 already exists"):
        customers.insert(Document({"name": "B"}, 5))
    with pytest.raises(ValueError, match="5 already exists"):
        customers.insert_multiple([{"name": "B"}, Document({"name": "C"}, 5)])
    for no_document in ("B", 5, ["x"]):
        with pytest.raises(ValueError, match="not a Mapping"):
            customers.insert(no_document)
    for call in (customers.get, customers.contains, customers.remove):
        with pytest.raises(RuntimeError):
            call()
    with pytest.raises(ValueError, match="specify a doc_id"):
        customers.upsert({"name": "B"})
    with pytest.raises(KeyError):
        customers.update(increment("visits"))
    assert plain(customers.all()) == [{"name": "A"}]


def test_a_document_that_is_handed_out_is_a_copy(customers: Table) -> None:
    customers.insert({"name": "A", "tags": ["x"]})
    query = where("name") == "A"
    for find in (
        lambda: customers.get(doc_id=1),
        lambda: customers.get(query),
        lambda: customers.get(doc_ids=[1])[0],
        lambda: customers.all()[0],
    ):
        find()["tags"].append("y")
        assert find()["tags"] == ["x"]


NAMES = st.sampled_from(["A", "B", "Çelik", "日本"])
FIELDS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "city": st.sampled_from(["Graz", "Linz", ""]),
        "note": st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        "tags": st.lists(st.sampled_from(["x", "y"]), max_size=3),
        "odd": st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats(allow_nan=False, allow_infinity=False),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
            max_leaves=4,
        ),
    },
)
CONDITIONS = st.one_of(
    NAMES.map(lambda name: where("name") == name),
    st.just(where("city").exists()),
    st.just(where("tags").any(["x"])),
    st.just(~(where("name") == "A")),
    st.just(where("odd") == where("city")),
)
CHANGES = st.one_of(
    st.fixed_dictionaries({}, optional={"name": NAMES, "city": NAMES, "odd": st.lists(NAMES)}),
    NAMES.map(lambda name: set_field("city", name)),
)
ROWS = st.integers(0, 12)
"""Which document is meant, of those that are there; there may be fewer."""
OPERATIONS = st.one_of(
    st.tuples(st.just("insert"), FIELDS),
    st.tuples(st.just("insert at"), FIELDS, ROWS),
    st.tuples(st.just("insert_multiple"), st.lists(FIELDS, max_size=4)),
    st.tuples(st.just("update"), CHANGES, st.none() | CONDITIONS),
    st.tuples(st.just("update at"), CHANGES, st.sets(ROWS)),
    st.tuples(st.just("update_multiple"), st.lists(st.tuples(CHANGES, CONDITIONS), max_size=3)),
    st.tuples(st.just("upsert"), FIELDS, CONDITIONS),
    st.tuples(st.just("upsert at"), FIELDS, ROWS),
    st.tuples(st.just("remove"), CONDITIONS),
    st.tuples(st.just("remove at"), st.sets(ROWS)),
    st.tuples(st.just("truncate")),
    st.tuples(st.just("search"), CONDITIONS),
    st.tuples(st.just("get"), CONDITIONS),
    st.tuples(st.just("get at"), st.sets(ROWS)),
    st.tuples(st.just("count"), CONDITIONS),
    st.tuples(st.just("contains"), CONDITIONS),
)


def done(table: Table, operation: tuple[Any, ...]) -> Any:
    """Do it, and return what came of it: documents by their place, since numbers may differ."""
    verb, *given_ = operation
    numbers = [document.doc_id for document in table]
    free = max(numbers, default=0) + 100

    def meant(row: int) -> int:
        return numbers[row] if row < len(numbers) else free + row

    if verb.endswith(" at"):
        verb = verb.removesuffix(" at")
        rows = given_[-1]
        if isinstance(rows, int):
            given_ = [Document(given_[0], meant(rows))]
        elif verb == "update":
            given_ = [given_[0], None, [meant(row) for row in sorted(rows)]]
        else:
            given_ = [None, [meant(row) for row in sorted(rows)]]
            if verb == "get":
                given_.insert(1, None)
    try:
        result = getattr(table, verb)(*given_)
    except (ValueError, KeyError) as error:
        return type(error)
    finally:
        numbers = [*numbers, *(d.doc_id for d in table if d.doc_id not in numbers)]
    if verb in ("search", "get"):
        return plain(result)
    if isinstance(result, list):
        return [numbers.index(number) for number in result]
    return numbers.index(result) if verb == "insert" else result


@settings(max_examples=150)
@given(st.lists(OPERATIONS, max_size=12))
def test_any_operations_do_the_same_as_in_tinydb(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[Any, ...]]
) -> None:
    path = tmp_path_factory.mktemp("any") / "outreach.json"
    stock = TinyDB(storage=MemoryStorage).table("customers")
    with opened(path) as db:
        ours = db.table("customers")
        for operation in operations:
            assert done(ours, operation) == done(stock, operation), operation
            assert plain(ours.all()) == plain(stock.all())
            assert len(ours) == len(stock)
        held = ours.all()
    with opened(path) as db:
        assert db.table("customers").all() == held
    if held:
        with TinyDB(path) as again:
            assert again.table("customers").all() == held


def test_tinydbs_own_table_works_on_our_storage(store: TinyDbStore) -> None:
    with TinyDB(store.path, CLOCK, make_ids(), storage=StoreStorage) as db:
        customers = db.table("customers")
        customers.upsert({"city": "Linz"}, where("name") == "Acme")
        number = customers.insert({"name": "New"})
        customers.remove(where("name") == "Bólido")
        assert [c["name"] for c in customers] == ["Acme", "New"]
        with pytest.raises(BadInput, match="meta"):
            db.table("meta").truncate()
        assert customers.get(doc_id=number)["name"] == "New"
    assert [c.did for c in store.refresh()] == [
        "changed 1 customer with TinyDB",
        "added 1 customer with TinyDB",
        "removed 1 customer with TinyDB",
    ]


# What our file promises


def test_reading_sees_what_is_in_the_journal(store: TinyDbStore, db: RecordDB) -> None:
    customers = db.table("customers")
    assert customers.get(where("name") == "Acme")["city"] == "Graz"
    store.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    assert '"Linz"' not in store.path.read_text()
    assert customers.get(where("name") == "Acme")["city"] == "Linz"
    assert customers.get(where("city") == "Graz") is None
    assert db.tables() >= {"customers"}


def test_an_operation_is_one_commit_of_what_changed(store: TinyDbStore, db: RecordDB) -> None:
    customers = db.table("customers")
    before = journal_path(store.path).stat().st_size
    customers.insert_multiple({"name": f"New {i}"} for i in range(200))
    size = journal_path(store.path).stat().st_size
    customers.update({"tier": "A"}, where("name").one_of(["Acme", "New 7"]))
    customers.update({"tier": "A"}, where("name") == "Acme")  # it is already
    customers.remove(where("name") == "nobody")
    assert journal_path(store.path).stat().st_size - size < 1000 < size - before
    customers.truncate()
    commits = store.refresh()
    assert [(c.did, c.records, c.member_id) for c in commits] == [
        ("added 200 customers with TinyDB", 200, None),
        ("changed 2 customers with TinyDB", 2, None),
        ("removed 202 customers with TinyDB", 202, None),
    ]
    assert store.all(Customer) == []


def test_it_can_be_undone(store: TinyDbStore, db: RecordDB) -> None:
    db.table("customers").remove(where("city") == "Graz")
    db.drop_table("customers")
    store.refresh()
    assert store.undo(member_id=None).did == "removed 1 customer with TinyDB"
    assert store.undo(member_id=None).did == "removed 1 customer with TinyDB"
    assert list(store.all(Customer)) == [ACME, BOLIDO]
    assert [c.doc_id for c in db.table("customers")] == [1, 2]
    db.drop_tables()
    store.refresh()
    assert store.undo(member_id=None).did == "removed 2 customers with TinyDB"
    assert len(db.table("customers")) == 2


def test_a_new_document_gets_an_id_and_is_a_record(store: TinyDbStore, db: RecordDB) -> None:
    number = db.table("customers").insert({"name": "New", "city": "Wien", "fax": "7"})
    [made] = [c for c in store.all(Customer) if c.name == "New"] if store.refresh() else []
    document = db.table("customers").get(doc_id=number)
    assert (made.id, made.city) == (document["id"], "Wien")
    assert len(made.id) == 36
    assert document["fax"] == "7"  # what we do not know stays


def test_unknown_fields_and_their_spelling_survive_a_change(store: TinyDbStore, path: Path) -> None:
    store.close()
    odd = '"x":1.50,"y":"\\u00e9"'
    path.write_text(path.read_text().replace('"name":"Acme"', f'"name":"Acme",{odd}'))
    with opened(path) as db:
        db.table("customers").update({"city": "Linz"}, where("name") == "Acme")
    assert odd.replace(",", "") in path.read_text().replace(",", "")


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"city": "Graz"}, "name"),
        ({"name": ["A"]}, "name"),
        ({"name": "A", "tier": "D"}, "tier"),
        ({"name": "A", "place": {"zone": 5}}, "place.zone"),
        ({"name": "A", "lat": float("nan")}, "lat"),
        ({"name": "A", "odd": "\ud800"}, "odd"),
        ({"name": "A", "odd": {1, 2}}, "odd"),
        ({"name": "A", "odd": date(2026, 1, 1)}, "odd"),
        ({"name": "A", 5: "x"}, "5"),
        ({"name": "A", "id": 5}, "id"),
        ({"name": "A", "id": ""}, "id"),
        ({"name": "A", "id": ACME.id}, "id"),
    ],
)
def test_what_is_no_record_is_refused_and_nothing_written(
    store: TinyDbStore, db: RecordDB, document: dict[Any, Any], named: str
) -> None:
    customers = db.table("customers")
    for insert in (customers.insert, lambda d: customers.insert_multiple([{"name": "Fine"}, d])):
        with pytest.raises(BadInput) as refused:
            insert(document)
        assert "customers" in refused.value.title
        assert named in refused.value.title
        assert refused.value.hint
    if "name" in document and document.get("id") != ACME.id:
        with pytest.raises(BadInput, match=r"customers [12]"):
            customers.update(document)
    assert not store.refresh()
    assert len(customers) == 2


def test_the_id_of_a_document_stays(db: RecordDB) -> None:
    customers = db.table("customers")
    for change in (delete("id"), set_field("id", BOLIDO.id), {"id": "other"}):
        with pytest.raises(BadInput, match="customers 1: the id of a document never changes"):
            customers.update(change, where("name") == "Acme")
    with pytest.raises(BadInput, match="the id"):
        customers.insert_multiple([{"name": "A", "id": "a1"}, {"name": "B", "id": "a1"}])


def test_a_document_whose_id_is_a_name_has_to_bring_it(db: RecordDB) -> None:
    with pytest.raises(BadInput, match="settings"):
        db.table("settings").insert({"value": 5})
    assert db.table("settings").insert({"id": "calls", "value": 5}) == 1


def test_tables_of_others_are_read_and_not_written(store: TinyDbStore, path: Path) -> None:
    store.close()
    tables = json.loads(path.read_text())
    path.write_text(json.dumps(tables | {"shop": {"1": {"open": True}, "x": {}}}))
    with opened(path) as db:
        shop = db.table("shop")
        assert shop.all() == [{"open": True}]
        assert {"shop", "customers", "meta"} <= db.tables()
        for table in (shop, db, db.table("meta")):
            with pytest.raises(BadInput, match="not written through outreach"):
                table.insert({"a": 1})
        for write in (shop.truncate, db.drop_tables, lambda: db.drop_table("shop")):
            with pytest.raises(BadInput, match="shop"):
                write()
        db.table("customers").insert({"name": "New"})
    after = json.loads(path.read_text())
    assert after["shop"] == {"1": {"open": True}, "x": {}}
    assert len(after["customers"]) == 3


ODD = (
    '"x": {"id":"a1","name":"No number"},\n"07": {"id":"a2","name":"Agent"},\n'
    '"40": {"id":"a3","name":"NaN","lat":NaN},\n"41": {"id":"a4","name":"Half \\ud800"},\n'
    '"42": {"id":"a5","name":["wrong"]},\n"43": {"name":["no id"]},\n'
    f'"44": {{"id":"{ACME.id}","name":"Twin"}},\n"45": 5,\n"46": "text",\n'
)


@pytest.fixture
def odd(store: TinyDbStore, path: Path) -> Path:
    store.close()
    text = path.read_text()
    at = text.index('"1": {', text.index('"customers"'))
    after = text.index('"2": {')
    path.write_text(text[:at] + text[at:after] + ODD + text[after:])
    return path


def test_documents_that_are_no_records_are_read(odd: Path) -> None:
    with opened(odd) as db:
        customers = db.table("customers")
        assert [c.doc_id for c in customers] == [1, 40, 41, 42, 43, 44, 2]
        assert len(customers) == 7
        assert customers.get(where("name") == "Half \ud800").doc_id == 41
        assert str(customers.get(doc_id=40)["lat"]) == "nan"
        assert customers.get(doc_id=45) is None
        assert not customers.contains(where("name") == "Agent")


def test_documents_that_are_no_records_are_never_dropped(odd: Path) -> None:
    with opened(odd) as db:
        customers = db.table("customers")
        for number in (40, 41, 43, 44):
            with pytest.raises(BadInput, match=f"customers {number}"):
                customers.remove(doc_ids=[number])
            with pytest.raises(BadInput, match=f"customers {number}"):
                customers.update({"city": "Linz"}, doc_ids=[1, number])
        with pytest.raises(BadInput, match="left as it is"):
            customers.truncate()
        with pytest.raises(ValueError, match="45 already exists"):
            customers.insert(Document({"name": "New"}, 45))
        customers.update({"name": "mended"}, doc_ids=[42])
        customers.remove(doc_ids=[1, 2])
        assert customers.insert({"name": "New"}) == 47
    left = odd.read_text()
    for line in ODD.splitlines():
        if not line.startswith(('"42"', '"44"')):  # with the first one gone, the twin is a record
            assert line.rstrip(",") in left
    assert '"name":"mended"' in left
    assert "Twin" in left


# Others write meanwhile


def meanwhile(db: RecordDB, others: list[Callable[[], None]], monkeypatch: Any) -> None:
    """Let others write each time when an operation is about to."""
    commit = db.storage.commit

    def late(*given_: Any) -> None:
        if others:
            others.pop(0)()
        commit(*given_)

    monkeypatch.setattr(db.storage, "commit", late)


def test_an_operation_is_done_again_on_what_others_wrote(
    store: TinyDbStore, db: RecordDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move(city: str) -> Callable[[], None]:
        return lambda: store.commit(
            "moved", [Patch(Customer, ACME.id, {"city": city})], member_id=None
        )

    customers = db.table("customers")
    meanwhile(db, [move("Linz"), move("Wien")], monkeypatch)
    assert customers.update({"phone": "1"}) == [1, 2]
    store.refresh()
    after = store.get(Customer, ACME.id)
    assert after is not None
    assert (after.city, after.phone) == ("Wien", "1")
    meanwhile(db, [move("Graz")], monkeypatch)
    assert customers.update({"phone": "2"}, where("city") == "Wien") == []


def test_numbers_are_given_once(
    store: TinyDbStore, db: RecordDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Customer(id=IDS.new(), name="Other")
    meanwhile(db, [lambda: store.commit("met", [Put(other)], member_id=None)], monkeypatch)
    customers = db.table("customers")
    assert customers.insert({"name": "New"}) == 4
    assert customers.get(doc_id=3)["name"] == "Other"
    meanwhile(db, [lambda: None], monkeypatch)
    assert customers.upsert({"name": "Other", "city": "Wien"}, where("name") == "Other") == [3]


def test_an_upsert_sees_what_others_insert_meanwhile(
    store: TinyDbStore, db: RecordDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Customer(id=IDS.new(), name="Other")
    meanwhile(db, [lambda: store.commit("met", [Put(other)], member_id=None)], monkeypatch)
    assert db.table("customers").upsert({"name": "Other"}, where("name") == "Other") == [3]
    assert len(db.table("customers")) == 3


def test_it_gives_up_where_others_write_all_the_time(
    store: TinyDbStore, db: RecordDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(number: int) -> Callable[[], None]:
        patch = Patch(Customer, ACME.id, {"phone": str(number)})
        return lambda: store.commit("dialled", [patch], member_id=None)

    meanwhile(db, [write(number) for number in range(100)], monkeypatch)
    with pytest.raises(Conflict, match="another program wrote"):
        db.table("customers").insert({"name": "New"})
    assert len(db.table("customers")) == 2


def test_a_whole_write_is_refused_where_others_wrote_since_it_was_read(
    store: TinyDbStore, db: RecordDB
) -> None:
    tables = db.storage.read()
    store.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    with pytest.raises(Conflict, match="another program wrote"):
        db.storage.write({"customers": {}})
    assert len(tables["customers"]) == len(db.table("customers")) == 2


def test_a_function_that_writes_to_the_file_is_refused(store: TinyDbStore, db: RecordDB) -> None:
    def write(document: Any) -> None:
        if document["id"] == ACME.id:
            other = Customer(id=IDS.new(), name="Other")
            store.commit("met", [Put(other)], member_id=None)
        document["phone"] = "1"

    with pytest.raises(Conflict, match="another program wrote"):
        db.table("customers").update(write)
    assert not db.table("customers").contains(where("phone") == "1")


def test_it_is_open_to_writers_while_a_script_reads(store: TinyDbStore, db: RecordDB) -> None:
    customers = db.table("customers")
    for customer in customers:  # as it was when the loop began
        customers.insert({"name": f"{customer['name']} again"})
    assert len(customers) == 4


# Files


def test_a_file_is_begun_by_the_first_change(path: Path) -> None:
    with opened(path) as db:
        assert db.table("customers").all() == []
        assert not path.exists()
        db.table("customers").insert({"name": "First"})
    assert path.stat().st_mode & 0o777 == 0o600
    with TinyDB(path) as stock:
        assert [c["name"] for c in stock.table("customers")] == ["First"]


def test_a_file_that_cannot_be_read_is_refused(path: Path) -> None:
    path.write_text("[")
    with pytest.raises(DamagedFile):
        opened(path)


def test_a_file_that_is_gone_is_said_to_be(store: TinyDbStore, db: RecordDB) -> None:
    held = store.path.read_bytes()
    store.path.unlink()
    with pytest.raises(StoreUnavailable):
        db.table("customers").all()
    with pytest.raises(OutreachError):
        db.table("customers").insert({"name": "New"})
    store.path.write_bytes(held)
    assert len(db.table("customers")) == 2


def test_a_script_opens_the_file_that_the_commands_use(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OUTREACH_FILE", str(path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with bootstrap.open_tinydb() as db:
        db.table("customers").insert({"name": "First"})
    with bootstrap.open_tinydb(path) as db:
        assert db.table("customers").count(tinydb.where("name") == "First") == 1

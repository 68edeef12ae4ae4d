"""Everything out and in again: nothing is lost in JSON, nothing that CSV carries in CSV."""

import json
import resource
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes import FakePlaces, MemoryStore, make_workspace
from outreach_tui.bootstrap import Services, sample_services
from outreach_tui.clock import SystemClock
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer, Status, Tier
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.ids import format_uuid7
from outreach_tui.domain.member import Member
from outreach_tui.domain.purchase import Purchase, PurchaseKind
from outreach_tui.domain.record import Record
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.errors import BadInput, Refused, StoreUnavailable
from outreach_tui.formats.csv_files import read_csv
from outreach_tui.formats.csv_out import csv_text
from outreach_tui.services.exporting_sheets import OutSheet, Sheets
from outreach_tui.services.exports import ExportKind
from outreach_tui.services.importing.plan import FileReport
from outreach_tui.services.importing.sources import Whole
from outreach_tui.services.imports import Imports
from outreach_tui.store.files_out import FilesOut

NORTHWIND = Path(__file__).parents[2] / "data" / "northwind"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
Tables = dict[str, dict[str, Any]]


class NoonClock(SystemClock):
    """Real time stands still."""

    def real_now(self) -> datetime:
        return NOON


def open_file(path: Path) -> Services:
    services = Services(file=str(path), clock=NoonClock())
    services.cache_path = path.parent
    return services


def tables_in(data: bytes) -> Tables:
    """Return all documents of a file by table and id, but for what it says about itself."""
    whole = json.loads(data)
    return {
        name: {str(doc.get("id", key)): doc for key, doc in table.items()}
        for name, table in whole.items()
        if name != "meta" and table
    }


def everything(services: Services) -> bytes:
    return b"".join(services.exports.json(None))


def bring_whole(services: Services, data: bytes) -> tuple[FileReport, ...]:
    plan = services.whole_imports.preview(data, "export.json")
    services.whole_imports.apply(plan)
    return plan.files


def counts(reports: tuple[FileReport, ...]) -> dict[str, tuple[int, int, int, int]]:
    return {r.kind: (r.created, r.updated, r.unchanged, len(r.skipped)) for r in reports}


@pytest.fixture
def northwind(tmp_path: Path) -> Services:
    services = open_file(tmp_path / "northwind.json")
    paths = [NORTHWIND / "customers.csv", NORTHWIND / "orders.csv"]
    services.imports.apply(services.imports.preview(services.read_sources(paths)))
    return services


@pytest.fixture
def demo(tmp_path: Path) -> Services:
    return sample_services(tmp_path, clock=NoonClock())


# JSON


@pytest.mark.parametrize("source", ["northwind", "demo"])
def test_a_whole_file_comes_into_an_empty_one_as_it_was(
    source: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    services: Services = request.getfixturevalue(source)
    out = everything(services)
    other = open_file(tmp_path / "other.json")
    source = other.read_source(out, "export.json")
    assert isinstance(source, Whole)
    assert source.data == out  # what we wrote is clean
    bring_whole(other, source.data)
    assert tables_in(everything(other)) == tables_in(out)
    assert len(tables_in(out)["customers"]) > 10
    other.close()
    assert tables_in((tmp_path / "other.json").read_bytes()) == tables_in(out)
    # Again: nothing is new, and nothing is written.
    again = bring_whole(other, out)
    assert {c[:2] + c[3:] for c in counts(again).values()} == {(0, 0, 0)}
    assert len(list(other.store.history())) == 1


def test_undo_takes_a_whole_import_back_in_one_step(northwind: Services, tmp_path: Path) -> None:
    other = open_file(tmp_path / "other.json")
    other.customers.add("Blauer See", {})
    before = tables_in(everything(other))
    bring_whole(other, everything(northwind))
    assert other.store.newest().did == "imported export.json: 1,014 created, 0 updated"  # type: ignore[union-attr]
    assert "import" in [backup.reason for backup in other.store.backups.all()]
    other.store.undo(member_id=None)
    assert tables_in(everything(other)) == before


def test_by_id_records_are_made_changed_or_left_and_none_is_removed(tmp_path: Path) -> None:
    file = open_file(tmp_path / "team.json")
    one = file.customers.add("Blauer See", {"city": "Mannheim"})
    two = file.customers.add("Hudson Deli", {})
    only_here = file.customers.add("Only here", {})
    whole = json.loads(b"".join(file.exports.json(ExportKind.CUSTOMERS)))
    assert set(whole) == {"customers", "meta"}
    kept = [doc for doc in whole["customers"].values() if doc["id"] != only_here.id]
    kept[0] = kept[0] | {"city": "Ulm", "newer": [1, {"a": 2.50}]}
    new = {"id": format_uuid7(1, 1), "name": "New", "newer": True}
    whole["customers"] = {str(n): doc for n, doc in enumerate([*kept, new], 1)}
    reports = bring_whole(file, json.dumps(whole).encode())
    assert counts(reports) == {"customers": (1, 1, 1, 0)}
    after = tables_in(everything(file))["customers"]
    assert after[one.id]["city"] == "Ulm"
    assert after[one.id]["newer"] == [1, {"a": 2.50}]
    assert after[new["id"]] == new
    assert {two.id, only_here.id} <= after.keys()
    # What only a later version knows stays where the file that comes does not speak of it.
    del whole["customers"]["1"]["newer"]
    assert counts(bring_whole(file, json.dumps(whole).encode())) == {"customers": (0, 0, 3, 0)}


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
NEWER = st.dictionaries(st.text(max_size=5), PLAIN, max_size=2)
TEXT = st.text(max_size=12)
IDS = st.integers(0, 2**40).map(lambda n: format_uuid7(n, n))
DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))
REFERENCE = st.none() | IDS


def records(of: type[Record], /, **fields: Any) -> st.SearchStrategy[Record]:
    return st.builds(of, id=IDS, **fields)


RECORDS: dict[str, st.SearchStrategy[Record]] = {
    "customers": records(
        Customer, name=TEXT, extra=st.dictionaries(TEXT, TEXT), tags=st.lists(TEXT).map(tuple)
    ),
    "contacts": records(Contact, name=TEXT, emails=st.lists(TEXT).map(tuple)),
    "purchases": records(Purchase, customer_id=IDS, on=DAYS, amount=st.none() | TEXT),
    "touchpoints": records(
        Touchpoint,
        customer_ids=st.lists(IDS, max_size=2).map(tuple),
        kind=st.sampled_from(TouchpointKind),
        at=st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        note=TEXT,
    ),
    "feedback": records(Feedback, customer_id=IDS, words=TEXT, on=DAYS, owner_id=REFERENCE),
    "members": records(Member, name=TEXT),
}


@st.composite
def files(draw: st.DrawFn) -> Tables:
    """Draw a file of records with fields that we do not know."""
    tables: Tables = {}
    for name, kind in RECORDS.items():
        held = draw(st.lists(kind, max_size=3, unique_by=lambda record: record.id))
        tables[name] = {
            str(n): {f"newer {field}": value for field, value in draw(NEWER).items()}
            | json.loads(msgspec.json.encode(record))
            for n, record in enumerate(held, 1)
        }
    return {name: table for name, table in tables.items() if table}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(files())
def test_whatever_records_a_file_holds_they_come_out_and_in_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, tables: Tables
) -> None:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "one.json").write_text(json.dumps(tables | {"meta": {"1": {"schema": 2}}}))
    out = everything(open_file(folder / "one.json"))
    assert tables_in(out) == {n: {d["id"]: d for d in t.values()} for n, t in tables.items()}
    other = open_file(folder / "two.json")
    if not tables:
        with pytest.raises(BadInput, match="it holds no records"):
            bring_whole(other, out)
        return
    bring_whole(other, out)
    assert tables_in(everything(other)) == tables_in(out)


@pytest.mark.parametrize(
    ("text", "title", "hint"),
    [
        ("", "export.json: the file is empty", "export it again"),
        (
            '{"customers": {',
            "export.json, line 1: the end of the file is missing",
            "export it again",
        ),
        (
            '{\n"customers": 3}',
            "export.json: the file is text, but holds no tables",
            "export it again",
        ),
        ('{"meta": {"1": {"schema": 3}}}', "schema 3, this one knows 2", "update outreach"),
        ('{"meta": {"1": {"schema": 0}}}', "a format that never was", "export it again"),
        ('{"shop": {"1": {"a": 1}}}', "a file of another program", "export it again"),
        ('{"customers": {}}', "it holds no records", "export it again"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_with_its_place_and_the_remedy(
    tmp_path: Path, text: str, title: str, hint: str
) -> None:
    file = open_file(tmp_path / "team.json")
    with pytest.raises(BadInput) as refused:
        bring_whole(file, text.encode())
    assert title in refused.value.title
    assert hint in refused.value.hint
    assert not (tmp_path / "team.json").exists()


def test_a_record_that_cannot_be_used_is_left_out_with_its_id_and_the_reason(
    tmp_path: Path,
) -> None:
    good = {"id": format_uuid7(1, 1), "name": "Good"}
    hostile = [
        {"id": format_uuid7(1, 2), "name": 3},
        {"id": "\x1b[2J", "name": "Escape"},
        {"id": "", "name": "Empty"},
        {"id": 7, "name": "Number"},
        {"name": "None"},
        good | {"name": "Twice"},
        ["no record"],
    ]
    text = {
        "customers": {str(n): doc for n, doc in enumerate([good, *hostile], 1)},
        "shop": {"1": {}},
    }
    file = open_file(tmp_path / "team.json")
    customers, shop = bring_whole(file, json.dumps(text).encode())
    assert (customers.created, customers.rows) == (1, 8)
    reasons = [skipped.reason for skipped in customers.skipped]
    assert "the field name: there should be text" in reasons[0]
    assert reasons[0].endswith(f"; id {format_uuid7(1, 2)}")
    assert "(Escape)" in reasons[1]
    assert "has the same id as the one at 1" in reasons[5]
    assert all(reason.isprintable() for reason in reasons)
    assert shop.skipped[0].reason.startswith("number 1 is another program's")
    assert [c.name for c in file.store.all(Customer)] == ["Good"]


def test_a_file_of_an_earlier_format_comes_in(tmp_path: Path) -> None:
    earlier = Path(__file__).parents[2] / "data" / "schema-1.json"
    file = open_file(tmp_path / "team.json")
    assert sum(r.created for r in bring_whole(file, earlier.read_bytes())) > 0


def test_records_that_name_what_is_nowhere_are_counted(demo: Services, tmp_path: Path) -> None:
    spoken = b"".join(demo.exports.json(ExportKind.TOUCHPOINTS))
    other = open_file(tmp_path / "other.json")
    plan = other.whole_imports.preview(spoken, "touchpoints.json")
    assert plan.lost == plan.new == len(demo.store.all(Touchpoint))
    assert demo.whole_imports.preview(spoken, "touchpoints.json").lost == 0
    bring_whole(other, everything(demo))
    assert other.whole_imports.preview(everything(demo), "all.json").lost == 0


def test_somebody_who_writes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    file = open_file(tmp_path / "team.json")
    acme = file.customers.add("Acme", {})
    whole = b"".join(file.exports.json(None)).replace(b'"Acme"', b'"Acme Ltd"')
    plan = file.whole_imports.preview(whole, "export.json")
    open_file(tmp_path / "team.json").customers.edit(acme, {"city": "Ulm"})
    with pytest.raises(Refused, match="was changed since"):
        file.whole_imports.apply(plan)
    assert file.customers.get(acme.id).name == "Acme"
    # Also between the look at the file and the lock.
    plan = file.whole_imports.preview(whole, "export.json")
    open_file(tmp_path / "team.json").customers.edit(file.customers.get(acme.id), {"city": "Bonn"})
    with pytest.raises(Refused, match="was changed since"):
        file._exchange.take_in(plan.arrival, "imported", None)


# CSV


def sheet(services: Services, kind: ExportKind) -> bytes:
    return b"".join(services.exports.csv(kind))


BACK = (ExportKind.CUSTOMERS, ExportKind.CONTACTS, ExportKind.PURCHASES)
"""What an import takes from CSV."""


@pytest.mark.parametrize("source", ["northwind", "demo"])
def test_spreadsheets_that_come_back_change_nothing(
    source: str, request: pytest.FixtureRequest
) -> None:
    services: Services = request.getfixturevalue(source)
    sheets = [read_csv(sheet(services, kind), f"{kind}.csv") for kind in BACK]
    plan = services.imports.preview(sheets)
    assert plan.changes == ()
    assert [report.kind for report in plan.files] == [kind.value for kind in BACK]
    assert [len(report.skipped) for report in plan.files] == [0, 0, 0]
    assert all(report.rows for report in plan.files[:2])


CARRIED = (
    *("id", "name", "address", "postal_code", "city", "region", "country", "phone", "email"),
    *("website", "industry", "customer_since", "renewal_on", "status", "tier_pin", "tags"),
    *("external_ids", "role", "emails", "phones", "language", "customer_ids"),
    *("customer_id", "on", "kind", "amount", "currency"),
)


def carried(record: Record, *, owners: bool = True) -> dict[str, Any]:
    """Return what CSV carries of a record."""
    found = {field: getattr(record, field) for field in CARRIED if hasattr(record, field)}
    extra = dict(getattr(record, "extra", {}))
    if not owners:  # nobody of that name is in the team
        extra.pop("Owner", None)
    return found | {"extra": extra}


@pytest.mark.parametrize("source", ["northwind", "demo"])
def test_spreadsheets_fill_an_empty_file_with_all_that_they_carry(
    source: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    services: Services = request.getfixturevalue(source)
    other = open_file(tmp_path / "other.json")
    sheets = [read_csv(sheet(services, kind), f"{kind}.csv") for kind in BACK]
    other.imports.apply(other.imports.preview(sheets))
    for kind in (Customer, Contact, Purchase):
        assert [carried(r, owners=False) for r in other.store.all(kind)] == [
            carried(r) for r in services.store.all(kind)
        ]


LINE = st.text(max_size=10).map(clean_line)
NAME = LINE.filter(bool)
MARKED = st.sampled_from(["=1+1", "+49 30 12", "+4930", "-5", "@x", "'=1", "a;=b", "01067", "a\nb"])
HEADER = st.one_of(
    NAME,
    st.sampled_from(["City", "Phone 2", "E-mail", "Amount", "Date", "Last contact", "Contact"]),
    st.sampled_from(["ID in X", "Extra: Y", "Z (read only)", "Customer ID (outreach)", "=1+1"]),
)
MORE = st.dictionaries(HEADER, NAME | MARKED.map(clean_line), max_size=3).filter(
    lambda extra: len({key.casefold() for key in extra}) == len(extra)
)
SYSTEMS = st.dictionaries(st.sampled_from(["CustomerID", "CRM", "=SAP"]), NAME, max_size=2)
CELL = LINE | MARKED.map(clean_line)


@st.composite
def books(draw: st.DrawFn) -> list[Record]:
    """Draw customers, people and orders as our own commands would write them."""
    drawn = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    ids = [*drawn]
    found: list[Record] = [
        Customer(
            id=id_,
            name=draw(NAME | MARKED.map(clean_line)),
            city=draw(st.sampled_from(["", "Berlin", "Elgin"])),
            postal_code=draw(CELL),
            phone=draw(CELL),
            email=draw(CELL),
            industry=draw(CELL),
            customer_since=draw(st.none() | DAYS),
            tier_pin=draw(st.none() | st.sampled_from(Tier)),
            tier_note="by hand",
            status=draw(st.sampled_from(Status)),
            external_ids=draw(SYSTEMS),
            extra=draw(MORE),
        )
        for id_ in ids
    ]
    for id_ in draw(st.lists(IDS, max_size=3, unique=True)):
        at_work = draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))
        found.append(
            Contact(
                id=id_,
                name=draw(NAME),
                role=draw(CELL),
                phones=tuple(draw(st.lists(CELL.filter(bool), max_size=3, unique=True))),
                emails=tuple(draw(st.lists(CELL.filter(bool), max_size=3, unique=True))),
                employments=tuple(Employment(customer_id=c) for c in at_work),
                extra=draw(MORE),
            )
        )
    for id_ in draw(st.lists(IDS, max_size=3, unique=True)):
        worth = draw(st.decimals(-(10**9), 10**9, places=draw(st.integers(0, 4))))
        found.append(
            Purchase(
                id=id_,
                customer_id=draw(st.sampled_from(ids)),
                on=draw(DAYS),
                kind=draw(st.sampled_from(PurchaseKind)),
                amount=None if draw(st.booleans()) else format(worth if worth else abs(worth), "f"),
                currency=draw(st.sampled_from([None, "EUR"])),
                extra=draw(MORE),
            )
        )
    return found


def sheets_of(store: MemoryStore) -> list[Any]:
    out = Sheets(store, dict)
    made: list[OutSheet] = [out.customers(), out.contacts(), out.purchases()]
    return [
        read_csv(b"".join(csv_text(one.headers, one.rows)), f"{n}.csv")
        for n, one in enumerate(made)
    ]


@settings(max_examples=40, deadline=None)
@given(books())
def test_whatever_the_records_their_spreadsheets_change_nothing_and_make_the_same(
    found: list[Record],
) -> None:
    store = MemoryStore(found)
    workspace = make_workspace(store, places=FakePlaces())
    plan = Imports(workspace).preview(sheets_of(store))
    assert [change for change in plan.changes if not _is_place(change)] == []
    empty = MemoryStore()
    imports = Imports(make_workspace(empty, places=FakePlaces()))
    imports.apply(imports.preview(sheets_of(store)))
    for kind in (Customer, Contact, Purchase):
        assert [carried(r) for r in empty.all(kind)] == [carried(r) for r in store.all(kind)]


def _is_place(change: Any) -> bool:
    """A town that was not looked up before is looked up now."""
    return set(getattr(change, "fields", {})) == {"place"}


# Files


def test_a_file_that_cannot_be_written_leaves_all_as_they_were(
    northwind: Services, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    assert {w.change for w in northwind.exports.csv_folder(folder)} == {"created"}
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "purchases.csv").unlink()
    (folder / "purchases.csv").mkdir()
    northwind.customers.add("Blauer See", {})
    with pytest.raises(Refused, match="is a folder"):
        northwind.exports.csv_folder(folder)
    (folder / "purchases.csv").rmdir()
    assert {path.name for path in folder.iterdir()} == before.keys() - {"purchases.csv"}
    assert (folder / "customers.csv").read_bytes() == before["customers.csv"]


def test_where_one_of_several_names_cannot_be_given_the_error_says_which_were(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_bytes(b"old")

    def in_the_way() -> Iterator[bytes]:
        yield b"new"
        second.mkdir()

    with pytest.raises(StoreUnavailable, match=r"cannot write .*b\.csv: Is a directory") as said:
        FilesOut(tmp_path / "team.json").write({first: [b"new"], second: in_the_way()})
    assert said.value.hint.startswith("a.csv is written already, the others not; make room")
    assert first.read_bytes() == b"new"
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "b.csv"}


def test_a_file_keeps_its_mode_a_new_one_is_private_and_a_link_stays(
    northwind: Services, tmp_path: Path
) -> None:
    target, link = tmp_path / "c.csv", tmp_path / "link.csv"
    northwind.exports.csv_file(target, ExportKind.CUSTOMERS)
    assert target.stat().st_mode & 0o777 == 0o600
    target.chmod(0o644)
    link.symlink_to(target)
    assert northwind.exports.csv_file(link, ExportKind.PURCHASES)[0].change == "updated"
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o644
    assert b"Purchase ID" in target.read_bytes()


@pytest.mark.parametrize("suffix", ["", ".journal", ".history", ".lock"])
def test_the_teams_file_is_never_replaced(northwind: Services, suffix: str) -> None:
    path = northwind.path.with_name(northwind.path.name + suffix)
    before = northwind.path.read_bytes()
    with pytest.raises(Refused, match="belongs to it"):
        northwind.exports.json_file(path, None)
    assert northwind.path.read_bytes() == before


@pytest.fixture
def no_room() -> Iterator[None]:
    """Let no file grow past a page, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_leaves_all_as_it_was(
    northwind: Services, tmp_path: Path, no_room: None
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "customers.csv").write_text("mine")
    for write in (
        northwind.exports.csv_folder,
        lambda f: northwind.exports.json_file(f / "a", None),
    ):
        with pytest.raises(StoreUnavailable, match="File too large"):
            write(folder)
    assert [path.name for path in folder.iterdir()] == ["customers.csv"]
    assert (folder / "customers.csv").read_text() == "mine"


def test_what_is_no_file_is_not_written_to(northwind: Services, tmp_path: Path) -> None:
    for path, why in ((Path("/dev/null"), "is no file"), (tmp_path / "no" / "c.csv", "no folder")):
        with pytest.raises(Refused, match=why):
            northwind.exports.csv_file(path, ExportKind.CUSTOMERS)

"""What a person said about columns is remembered by header, and a list is looked at before anything is worked out."""

from datetime import date
from typing import Any

import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.columns import SheetKind
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.settings import Setting
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.errors import BadInput
from outreach_tui.formats.csv_files import read_csv
from outreach_tui.services.importing.looking import SheetLook
from outreach_tui.services.importing.memory import Said
from outreach_tui.services.importing.plan import ImportPlan
from outreach_tui.services.imports import Imports


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def imports(store: MemoryStore) -> Imports:
    return Imports(make_workspace(store))


def bring(imports: Imports, text: str, **asked: Any) -> ImportPlan:
    plan = imports.preview([read_csv(text.encode(), "list.csv")], **asked)
    imports.apply(plan)
    return plan


def look(imports: Imports, text: str, said: Said = Said()) -> SheetLook:  # noqa: B008  immutable
    return imports.look_at(read_csv(text.encode(), "list.csv")).look(said)


def fields(seen: SheetLook) -> dict[str, str]:
    return {column.header: column.field for column in seen.columns}


# Remembering


def test_a_field_that_was_said_is_known_for_that_header_in_every_later_list(
    imports: Imports, store: MemoryStore
) -> None:
    bring(imports, "Company,Wer\nAcme,Ann\n", mapping={"Wer": "contact"})
    assert store.get(Setting, "column:wer") == Setting(
        id="column:wer", value={"customers": "contact"}
    )
    later = bring(imports, "WER,City,Company\nBo,Berlin,Bolt\n")
    assert later.files[0].columns == {"WER": "contact", "City": "city", "Company": "name"}
    assert later.files[0].notes == ("as it was said before: WER → contact",)
    assert [c.name for c in store.all(Contact)] == ["Ann", "Bo"]


def test_what_would_be_guessed_anyhow_is_not_kept(imports: Imports, store: MemoryStore) -> None:
    bring(imports, "Company,City\nAcme,Berlin\n", mapping={"Company": "name", "City": "town"})
    assert [s.id for s in store.all(Setting) if s.id.startswith("column:")] == []


def test_what_is_said_now_wins_and_is_remembered_instead(
    imports: Imports, store: MemoryStore
) -> None:
    bring(imports, "Company,Note\nAcme,Ann\n", mapping={"Note": "contact"})
    changed = bring(imports, "Company,Note\nAcme,sells jam\n", mapping={"Note": "extra"})
    assert changed.files[0].columns["Note"] == "extra"
    assert bring(imports, "Company,Note\nBolt,x\n").files[0].columns["Note"] == "extra"
    assert store.all(Customer)[1].extra == {"Note": "x"}


def test_a_field_that_another_column_is_said_to_hold_is_not_remembered_for_this_one(
    imports: Imports,
) -> None:
    bring(imports, "Alias,Company\nAcme,Acme Ltd\n", mapping={"Alias": "name"})
    seen = look(imports, "Alias,Company\nBo,Bolt\n", Said(fields={"Company": "name"}))
    assert fields(seen) == {"Alias": "extra", "Company": "name"}


def test_a_list_that_nobody_could_guess_is_known_by_a_column_that_was_explained(
    imports: Imports,
) -> None:
    with pytest.raises(BadInput, match="no column names a company"):
        bring(imports, "Bez\nAcme\n")
    bring(imports, "Bez\nAcme\n", mapping={"Bez": "name"})
    assert bring(imports, "Bez,Ort\nBolt,Berlin\n").files[0].kind == "customers"


def test_a_kind_that_was_said_is_known_for_the_same_headers_only(imports: Imports) -> None:
    bring(imports, "Company,Name,Phone\nAcme,Ann,030-1234567\n", kind="customers")
    assert look(imports, "Company,Name,Phone\nAcme,Bo,\n").kind is SheetKind.CUSTOMERS
    assert look(imports, "Company,Name,Mobile\nAcme,Bo,\n").kind is SheetKind.CONTACTS


@pytest.mark.parametrize(
    "value", ["nonsense", None, 7, {"customers": "no field"}, {"pets": "name"}, []]
)
def test_what_a_hand_wrote_into_the_file_does_no_harm(
    store: MemoryStore, imports: Imports, value: object
) -> None:
    from outreach_tui.domain.record import Put

    junk = [Put(Setting(id=id_, value=value)) for id_ in ("column:company", "list:company|city")]
    store.commit("by hand", junk, member_id=None)
    assert bring(imports, "Company,City\nAcme,Berlin\n").files[0].columns == {
        "Company": "name", "City": "city",
    }  # fmt: skip


def test_what_was_said_comes_and_goes_with_the_import(imports: Imports, store: MemoryStore) -> None:
    plan = imports.preview(
        [read_csv(b"Company,Wer\nAcme,Ann\n", "list.csv")], mapping={"Wer": "contact"}
    )
    assert not store.all(Setting)  # looking writes nothing
    imports.apply(plan)
    assert [s.id for s in store.all(Setting)] == ["column:wer"]
    same = imports.preview(
        [read_csv(b"Company,Wer\nAcme,Ann\n", "list.csv")], mapping={"Wer": "contact"}
    )
    assert same.changes == ()


# Looking


def test_each_column_is_shown_with_how_many_are_filled_and_different_samples(
    imports: Imports,
) -> None:
    rows = "".join(f"Acme {n // 2},{'Ł' if n == 9 else ''}\n" for n in range(10))
    columns = look(imports, f"Company,City\n{rows}").columns
    assert [(c.header, c.field, c.filled) for c in columns] == [
        ("Company", "name", 10), ("City", "city", 1),
    ]  # fmt: skip
    assert columns[0].samples == ("Acme 0", "Acme 1", "Acme 2")


def test_a_sample_with_letters_beyond_ascii_is_always_among_them(imports: Imports) -> None:
    [column] = look(imports, "Company\nA\nB\nC\nD\nCafé\n").columns
    assert column.samples == ("Café", "A", "B")


def test_what_is_missing_is_said_and_not_raised(imports: Imports) -> None:
    seen = look(imports, "City\nBerlin\n", Said(SheetKind.PURCHASES))
    assert seen.missing == ("customer", "date")
    unknown = look(imports, "Xyz\n1a\n")
    assert (unknown.kind, [c.header for c in unknown.columns]) == (None, ["Xyz"])
    assert look(imports, "Company\n").columns[0].samples == ()


def test_dates_are_asked_about_once_with_both_readings(imports: Imports) -> None:
    text = "Company,Customer since\nAcme,31/12/2020\nBolt,3/4/2021\n"
    assert look(imports, text).questions == ()  # the column decides
    text = "Company,Customer since\nAcme,5/5/2020\nBolt,3/4/2021\n"
    [question] = look(imports, text).questions
    assert (question.header, question.row, question.example) == ("Customer since", 3, "3/4/2021")
    assert question.readings == (
        (DateOrder.DAY_FIRST, date(2021, 4, 3)), (DateOrder.MONTH_FIRST, date(2021, 3, 4)),
    )  # fmt: skip
    said = Said(orders={"Customer since": DateOrder.MONTH_FIRST})
    assert look(imports, text, said).questions == ()
    plan = imports.preview([read_csv(text.encode(), "list.csv")], said={"list.csv": said})
    assert "2021-03-04" in str(plan.changes) or "2021, 3, 4" in str(plan.changes)


def test_several_lists_are_read_each_as_it_was_said(imports: Imports) -> None:
    lists = [
        read_csv(b"A,B\nAcme,Berlin\n", "one.csv"),
        read_csv(b"A,B\nAnn,Acme\n", "two.csv"),
    ]
    plan = imports.preview(
        lists,
        said={
            "one.csv": Said(SheetKind.CUSTOMERS, {"A": "name", "B": "city"}),
            "two.csv": Said(SheetKind.CONTACTS, {"A": "name", "B": "customer"}),
        },
    )
    assert [(f.kind, f.created) for f in plan.files] == [("customers", 1), ("contacts", 1)]
    imports.apply(plan)
    assert imports.look_at(lists[1]).look(Said()).remembered == {"A", "B"}

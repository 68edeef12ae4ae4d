"""What a column holds where its header says nothing, or something else than its values; several values in a cell."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.domain.twins import find_twins
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.errors import BadInput
from outreach_tui.formats.csv_files import read_csv
from outreach_tui.services.importing.date_orders import UnclearDates
from outreach_tui.services.importing.plan import FileReport, ImportPlan
from outreach_tui.services.imports import Imports


@cache
def imports_into(store: MemoryStore) -> Imports:
    """Return the same one for the same store, so that ids count on."""
    return Imports(make_workspace(store))


def brought(*lists: str, store: MemoryStore | None = None, **asked: Any) -> ImportPlan:
    """Import lists and return what was planned."""
    imports = imports_into(store if store is not None else MemoryStore())
    plan = imports.preview([read_csv(text.encode(), "list.csv") for text in lists], **asked)
    imports.apply(plan)
    return plan


def columns_of(text: str, **asked: Any) -> dict[str, str]:
    return brought(text, **asked).files[0].columns


def first(text: str, store: MemoryStore) -> FileReport:
    return brought(text, store=store).files[0]


# Values that speak for themselves


def test_columns_with_unknown_headers_are_known_by_their_values() -> None:
    text = (
        "Company,C1,C2,C3,C4\n"
        "Acme,ann@acme.example,+49 30 1234567,Germany,wood\nBolt,bo@bolt.example,(030) 765 43,Japan,\n"
    )
    assert columns_of(text) == {
        "Company": "name",
        "C1": "email",
        "C2": "phone",
        "C3": "country",
        "C4": "extra",
    }


def test_orders_with_unknown_headers_are_known_by_their_values() -> None:
    plan = brought(
        "Company\nAcme\nBolt\n",
        "Kunde;X;Y\nAcme;04.07.1996;440,00\nBolt;05.07.1996;1.863,40\nAcme;06.07.1996;1,00\n",
    )
    assert plan.files[1].kind == "purchases"
    assert plan.files[1].columns == {"Kunde": "customer", "X": "date", "Y": "amount"}
    assert plan.files[1].created == 3


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("C1", ["CA", "DE", "IN"]),  # countries, or states of one
        ("C1", ["12-3456789", "98-7654321"]),  # no phone
        ("C1", ["1234567", "2345678"]),  # any number
        ("C1", ["Germany", "Bavaria"]),
        ("C1", ["ann@acme.example", "none"]),
        ("C1", ["2024-01-02", "2025-01-02"]),  # a day of what?
        ("C1", ["12.50", "13.50"]),
        ("C1", ["call", "visit"]),
        ("Renewal", ["monthly", "yearly"]),
        ("Customer since", ["2019", "2020"]),
        ("E-mail", ["weekly", "never"]),
        ("Contact person", ["2024-01-02", "2025-01-02"]),
    ],
)
def test_what_is_not_certain_stays_as_it_is(header: str, cells: list[str]) -> None:
    store = MemoryStore()
    text = f"Company,{header}\n" + "".join(f"K{n},{cell}\n" for n, cell in enumerate(cells))
    assert brought(text, store=store).files[0].columns[header] == "extra"
    assert [c.extra[header] for c in store.all(Customer)] == cells


def test_two_columns_that_could_be_the_same_are_both_kept() -> None:
    text = "Company,C1,C2\nAcme,a@acme.example,b@acme.example\n"
    assert columns_of(text) == {"Company": "name", "C1": "extra", "C2": "extra"}


def test_addresses_under_the_header_of_a_person_are_addresses() -> None:
    text = "Company,Contact\nAcme,ann@acme.example\nBolt,bo@bolt.example\n"
    assert columns_of(text) == {"Company": "name", "Contact": "email"}


def test_a_list_of_customers_with_days_and_money_is_no_list_of_orders() -> None:
    text = "Company,Founded,Revenue\nAcme,1996-07-04,440.00\nBolt,1996-07-05,10.00\n"
    assert brought(text).files[0].kind == "customers"


# Several values


def test_several_addresses_and_numbers_in_a_cell_or_in_columns_are_all_kept() -> None:
    store = MemoryStore()
    brought(
        "Name,Company,E-mail,E-mail 2,Phone 1,Phone 2,Mobile\n"
        "Ann,Acme,a@x.example; b@x.example,c@x.example,030 12345 / 030 54321,040 1,\n"
        'Bo,Acme,"Bo <bo@x.example>","d@x.example, e@x.example","030 11111, 030 22222",,0171/123456\n',
        store=store,
    )
    ann, bo = store.all(Contact)
    assert ann.emails == ("a@x.example", "b@x.example", "c@x.example")
    assert ann.phones == ("030 12345", "030 54321", "040 1")
    assert bo.emails == ("bo@x.example", "d@x.example", "e@x.example")
    assert bo.phones == ("030 11111", "030 22222", "0171/123456")


def test_a_customer_without_a_person_keeps_its_second_number_beside_the_list() -> None:
    store = MemoryStore()
    brought("Company,Phone,Phone 2\nAcme,030 1,030 2\n", store=store)
    (acme,) = store.all(Customer)
    assert (acme.phone, acme.extra["Phone 2"]) == ("030 1", "030 2")


def test_a_row_for_each_person_of_a_customer_leaves_the_customer_as_its_first_row_says() -> None:
    store = MemoryStore()
    text = (
        "Company,City,First name,Last name,E-mail,Phone\n"
        "Acme,Rome,Ann,Lee,ann@acme.example,1\nAcme,Rome,Bo,Fox,bo@acme.example,2\n"
    )
    assert first(text, store).created == 1
    (acme,) = store.all(Customer)
    assert (acme.email, acme.phone) == ("ann@acme.example", "1")
    people = {c.name: (c.emails, c.phones) for c in store.all(Contact)}
    assert people == {
        "Ann Lee": (("ann@acme.example",), ("1",)),
        "Bo Fox": (("bo@acme.example",), ("2",)),
    }
    again = first(text, store)
    assert (again.updated, again.unchanged) == (0, 2)


# Matching


@pytest.mark.parametrize(("city", "then"), [("Rome", "ROME"), ("Rome", ""), ("", "Rome")])
def test_a_customer_with_a_new_name_is_known_by_its_address(city: str, then: str) -> None:
    store = MemoryStore()
    first(f"Company,City,E-mail\nAcme GmbH,{city},info@acme.example\n", store)
    report = first(f"Company,City,E-mail\nAcme Holding,{then},INFO@acme.example\n", store)
    assert [c.name for c in store.all(Customer)] == ["Acme Holding"]
    assert [(u.name, u.field, u.was, u.now) for u in report.updates if u.field != "city"] == [
        ("Acme Holding", "name", "Acme GmbH", "Acme Holding"),
        ("Acme Holding", "email", "info@acme.example", "INFO@acme.example"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Company,City,E-mail\nBolt,Paris,info@acme.example\n",  # no word of the name
        "Company,City,E-mail\nAcme,Paris,info@acme.example\n",  # another town
        "Company,City,E-mail\nAcme Holding,Paris,info@acme.example\n",
        "Company,City,E-mail\nAcme One,Paris,info@acme.example\nAcme Two,Oslo,info@acme.example\n",
    ],
)
def test_an_address_that_several_share_says_nothing(text: str) -> None:
    store = MemoryStore()
    first("Company,City,E-mail\nAcme,Rome,info@acme.example\n", store)
    assert first(text, store).created == text.count("\n") - 1
    assert first(text, store).unchanged == text.count("\n") - 1
    assert (store.all(Customer)[0].name, store.all(Customer)[0].city) == ("Acme", "Rome")


@pytest.mark.parametrize(
    "line", ["Acme Oslo,Oslo", "Acme Oslo,", "Hotel Acme Lion,Rome", "Acme Inn,"]
)
def test_two_customers_with_one_address_are_left_two_and_proposed_as_one(line: str) -> None:
    store = MemoryStore()
    first("Company,City,E-mail\nAcme Rome,Rome,info@acme.example\n", store)
    assert first(f"Company,City,E-mail\n{line},info@acme.example\n", store).created == 1
    [twins] = find_twins(store.all(Customer))
    assert twins.because == ("the same e-mail address",)
    # Of three nobody knows which two could be one.
    first("Company,City,E-mail\nAcme Wien,Wien,info@acme.example\n", store)
    assert find_twins(store.all(Customer)) == []


def test_a_person_with_a_new_name_is_known_by_their_address() -> None:
    store = MemoryStore()
    first("Name,Company,E-mail\nAnn Lee,Acme,ann@acme.example\n", store)
    report = first("Name,Company,E-mail\nAnn Fox,Acme,ann@acme.example\n", store)
    assert (report.updated, [c.name for c in store.all(Contact)]) == (1, ["Ann Fox"])


def test_a_mailbox_of_a_family_does_not_make_its_people_one() -> None:
    store = MemoryStore()
    first("Company,Contact,Role,E-mail\nMeyer,Anna Meyer,owner,info@meyer.example\n", store)
    first("Company,Contact,Role,E-mail\nMeyer,Bernd Meyer,son,info@meyer.example\n", store)
    first("Name,Company,Role,E-mail\nCleo Meyer,Meyer,aunt,info@meyer.example\n", store)
    people = [("Anna Meyer", "owner"), ("Bernd Meyer", "son"), ("Cleo Meyer", "aunt")]
    assert [(c.name, c.role) for c in store.all(Contact)] == people


@pytest.mark.parametrize("said", ["A. Meyer", "Meyer", "Meyer, Anna"])
def test_somebody_known_by_their_address_keeps_a_name_that_says_as_much(said: str) -> None:
    store = MemoryStore()
    first("Name,Company,E-mail\nAnna Meyer,Acme,a.meyer@acme.example\n", store)
    text = f'Name,Company,E-mail,Phone\n"{said}",Acme,a.meyer@acme.example,1\n'
    assert first(text, store).updated == 1
    assert first(text, store).unchanged == 1
    assert [(c.name, c.phones) for c in store.all(Contact)] == [("Anna Meyer", ("1",))]


def test_an_amount_written_otherwise_is_no_change() -> None:
    store = MemoryStore()
    first("Company\nAcme\n", store)
    first("Customer,Date,Amount\nAcme,2026-01-02,440.00\n", store)
    assert first("Customer,Date,Amount\nAcme,2026-01-02,440\n", store).unchanged == 1


def test_an_owner_of_a_contact_becomes_the_owner_of_a_customer_without_one() -> None:
    store = MemoryStore([Member(id="m1", name="Kim"), Member(id="m2", name="Lou")])
    imports = Imports(make_workspace(store, wanted_member="Kim"))
    text = "Name,Company,Contact owner\nAnn,Acme,Kim\nBo,Acme,Lou\nCy,Bolt,Robin\n"
    plan = imports.preview([read_csv(text.encode(), "list.csv")])
    imports.apply(plan)
    assert [(c.name, c.owner_id) for c in store.all(Customer)] == [("Acme", "m1"), ("Bolt", None)]
    assert store.all(Contact)[2].extra == {"Contact owner": "Robin"}
    assert [(q.field, q.value) for q in plan.files[0].questions] == [("owner", "Robin")]
    assert imports.preview([read_csv(text.encode(), "list.csv")]).changes == ()


# Dates that only a person can read


def test_a_question_about_dates_has_all_that_a_dialog_needs() -> None:
    orders = "Customer,Date\nAcme,5/5/2026\nAcme,3/4/2026\n"
    with pytest.raises(UnclearDates) as asked:
        brought("Company\nAcme\n", orders)
    unclear = asked.value
    assert (unclear.file, unclear.column, unclear.row, unclear.example) == (
        *("list.csv", "Date", 3, "3/4/2026"),
    )
    assert unclear.readings == (
        (DateOrder.DAY_FIRST, date(2026, 4, 3)),
        (DateOrder.MONTH_FIRST, date(2026, 3, 4)),
    )
    plan = brought(
        "Company,Customer since\nAcme,12/31/2020\n",
        orders,
        date_orders={(unclear.file, unclear.column): DateOrder.DAY_FIRST},
    )
    assert [report.created for report in plan.files] == [1, 2]


@pytest.mark.parametrize("text", ["31.02.2026", "31.02.", "2026-02-31"])
def test_a_day_that_is_none_is_a_problem_of_its_row(text: str) -> None:
    rows = f"Customer,Date\nAcme,2026-01-02\nAcme,{text}\n"
    report = brought("Company\nAcme\n", rows).files[1]
    assert [s.row for s in report.skipped] == [3]
    assert f"“{text}” is not a da" in report.skipped[0].reason
    since = brought("Company,Customer since\nAcme,31.02.2026\n").files[0]
    assert since.skipped[0].reason.startswith("row 2, Customer since: “31.02.2026” is not a day")


# Progress


def test_progress_is_told_and_stopping_leaves_everything_as_it_was() -> None:
    store = MemoryStore()
    imports = Imports(make_workspace(store))
    rows = "".join(f"K{number}\n" for number in range(1000))
    sheets = [read_csv(f"Company\n{rows}".encode(), "list.csv")] * 2
    told: list[tuple[int, int]] = []
    imports.preview(sheets, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert (told[0], told[-1], len(told)) == ((0, 2000), (2000, 2000), 10)

    def stop(done: int, total: int) -> None:
        if done >= 500:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        imports.preview(sheets, progress=stop)
    assert store.commits == []


def test_cells_that_spreadsheets_take_for_formulas_stay_text() -> None:
    store = MemoryStore()
    brought("Company,City,Note\n=Acme,+Rome,@x\n-Bolt,,007\n", store=store)
    acme, bolt = store.all(Customer)
    assert (acme.name, acme.city, acme.extra) == ("=Acme", "+Rome", {"Note": "@x"})
    assert (bolt.name, bolt.extra) == ("-Bolt", {"Note": "007"})


def test_a_mapping_that_names_no_column_is_refused() -> None:
    with pytest.raises(BadInput, match="no column is called “Wer”"):
        brought("Company\nAcme\n", mapping={"Wer": "name"})

"""Import of lists: matching, updating, dates and amounts, places, and one commit or none."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import BERLIN, ELGIN_IL, ELGIN_TX, OSAKA, FakePlaces, MemoryStore, make_workspace
from outreach_tui.clock import SystemClock
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer, Status, Tier
from outreach_tui.domain.imports import Import
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.purchase import Purchase, PurchaseKind
from outreach_tui.domain.record import Change, Patch, Put
from outreach_tui.domain.settings import Setting
from outreach_tui.domain.touchpoint import Outcome, Touchpoint, TouchpointKind
from outreach_tui.errors import BadInput, Refused, StoreUnavailable
from outreach_tui.formats.csv_files import read_csv
from outreach_tui.places.gazetteer import Gazetteer
from outreach_tui.services.customers import Customers
from outreach_tui.services.importing.plan import FileReport, ImportPlan
from outreach_tui.services.imports import Imports
from outreach_tui.services.ports import Sheet
from outreach_tui.services.standings import Standings
from outreach_tui.store.tinydb_file import TinyDbStore

NORTHWIND = Path(__file__).parents[2] / "data" / "northwind"


class Desk:
    """A file, and lists that come in."""

    def __init__(self, store: MemoryStore | None = None, **given: Any) -> None:
        self.store = store if store is not None else MemoryStore()
        self.places = given.pop("places", None) or FakePlaces()
        self.workspace = make_workspace(self.store, places=self.places, **given)
        self.imports = Imports(self.workspace)

    def bring(self, *lists: str | Sheet, **asked: Any) -> ImportPlan:
        """Import lists and return what was planned."""
        plan = self.imports.preview([sheet_of(text) for text in lists], **asked)
        self.imports.apply(plan)
        return plan

    def report(self, text: str | Sheet, **asked: Any) -> FileReport:
        return self.bring(text, **asked).files[0]

    def customer(self, name: str) -> Customer:
        return next(c for c in self.store.all(Customer) if c.name == name)

    @property
    def customers(self) -> list[Customer]:
        return self.store.all(Customer)

    @property
    def contacts(self) -> list[Contact]:
        return self.store.all(Contact)

    @property
    def purchases(self) -> list[Purchase]:
        return self.store.all(Purchase)


def sheet_of(text: str | Sheet, name: str = "list.csv") -> Sheet:
    return text if isinstance(text, Sheet) else read_csv(text.encode(), name)


def northwind(name: str) -> Sheet:
    return read_csv((NORTHWIND / name).read_bytes(), name)


def counts(report: FileReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.skipped)


def rows_as_csv(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


ALFREDS = (
    "Customer ID,Company,Contact,Title,Phone,Fax,Address,City,Region,Postal Code,Country\n"
    "ALFKI,Alfreds Futterkiste,Maria Anders,Sales Representative,030-0074321,030-0076545,"
    "Obere Str. 57,Berlin,,12209,Germany\n"
)


# Northwind, whole


def test_northwind_comes_in_whole_in_one_commit_and_a_second_time_changes_nothing() -> None:
    desk = Desk(today=date(1998, 5, 7))
    orders, customers = northwind("orders.csv"), northwind("customers.csv")
    plan = desk.imports.preview([orders, customers])
    assert desk.store.commits == []
    assert [counts(report) for report in plan.files] == [(830, 0, 0, 0), (91, 0, 0, 0)]
    record = desk.imports.apply(plan)
    assert record is not None
    assert [(f.kind, f.rows) for f in record.files] == [("purchases", 830), ("customers", 91)]
    assert (len(desk.customers), len(desk.contacts), len(desk.purchases)) == (91, 91, 830)
    assert len(desk.store.commits) == 1
    assert desk.store.commits[0][0] == "imported orders.csv, customers.csv: 921 created, 0 updated"
    assert sum(round(float(p.amount or 0) * 100) for p in desk.purchases) == 126_579_301

    again = desk.imports.preview([customers, orders])
    assert [counts(report) for report in again.files] == [(0, 0, 91, 0), (0, 0, 830, 0)]
    assert desk.imports.apply(again) is None
    assert len(desk.store.commits) == 1


@pytest.mark.parametrize("name", ["orders_us_dates.csv", "orders_de.csv"])
def test_the_same_orders_in_other_dress_are_known(name: str) -> None:
    desk = Desk()
    desk.bring(northwind("customers.csv"), northwind("orders.csv"))
    assert counts(desk.report(northwind(name))) == (0, 0, 830, 0)


@pytest.mark.parametrize("name", ["orders_us_dates.csv", "orders_de.csv"])
def test_orders_without_ids_are_brought_together_with_their_ids_later(name: str) -> None:
    desk = Desk()
    desk.bring(northwind("customers.csv"), northwind(name))
    assert len(desk.purchases) == 830
    assert counts(desk.report(northwind("orders.csv"))) == (0, 830, 0, 0)
    assert len(desk.purchases) == 830


def test_the_same_customers_without_ids_are_known_by_name_and_city() -> None:
    desk = Desk()
    desk.bring(northwind("customers.csv"))
    report = desk.report(northwind("customers_cp1252_semicolon.csv"))
    assert counts(report) == (0, 0, 91, 0)


def test_northwind_asks_for_the_towns_that_the_gazetteer_is_not_certain_of() -> None:
    desk = Desk(places=Gazetteer(), today=date(1998, 5, 7))
    report = desk.report(northwind("customers.csv"))
    asked = {question.value: question for question in report.questions}
    assert "Resende, SP, Brazil" in asked
    assert len(asked) <= 6
    for question in asked.values():
        assert question.field == "place"
        assert all(c.label and c.geoname_id for c in question.candidates)
    located = [c for c in desk.customers if c.place and c.place.lat is not None]
    assert len(located) == 91 - len(asked)
    assert desk.customer("Wellington Importadora").place is None
    assert desk.customer("LINO-Delicateses").place == Place(zone="America/Caracas", country="VE")


def test_a_ward_in_another_prefecture_asks_and_has_the_zone_of_its_country() -> None:
    desk = Desk(places=Gazetteer())
    report = desk.report(
        "Company,City,Region,Country\nA,Kita-ku,Osaka,Japan\nB,Minato-ku,Osaka,Japan\n"
    )
    assert [q.value for q in report.questions] == [
        "Kita-ku, Osaka, Japan",
        "Minato-ku, Osaka, Japan",
    ]
    assert [c.place and c.place.zone for c in desk.customers] == ["Asia/Tokyo", "Asia/Tokyo"]
    assert all(c.place and c.place.lat is None for c in desk.customers)
    kita = report.questions[0].candidates[0]
    assert kita.label == "Kita, Tokyo, JP"


def test_northwind_in_a_real_file_is_the_same_after_reading_it_again(tmp_path: Path) -> None:
    sheets = [northwind("orders.csv"), northwind("customers.csv")]
    clock = SystemClock(date(1998, 5, 7))
    for created, unchanged in ((921, 0), (0, 921)):
        store = TinyDbStore(tmp_path / "team.json", clock)
        workspace = make_workspace(store, places=Gazetteer(), today=date(1998, 5, 7))
        Standings(workspace)
        plan = Imports(workspace).preview(sheets)
        assert sum(report.created for report in plan.files) == created
        assert sum(report.unchanged for report in plan.files) == unchanged
        assert (Imports(workspace).apply(plan) is None) == (created == 0)
    rows = {row.name: row.purchases for row in store.rows().values()}
    assert (rows["Save-a-lot Markets"], rows["Ernst Handel"], rows["QUICK-Stop"]) == (31, 30, 28)
    assert rows["Paris spécialités"] == 0


# What becomes of a row


def test_a_customer_comes_with_contact_external_id_and_unknown_columns() -> None:
    desk = Desk()
    report = desk.report(ALFREDS)
    customer = desk.customer("Alfreds Futterkiste")
    assert customer.external_ids == {"Customer ID": "ALFKI"}
    assert customer.extra == {"Fax": "030-0076545"}
    assert (customer.phone, customer.address) == ("030-0074321", "Obere Str. 57")
    assert (customer.city, customer.region, customer.postal_code) == ("Berlin", "", "12209")
    assert (customer.country, customer.place) == ("Germany", BERLIN)
    (contact,) = desk.contacts
    assert (contact.name, contact.role) == ("Maria Anders", "Sales Representative")
    assert contact.phones == ("030-0074321",)
    assert contact.customer_ids == (customer.id,)
    assert report.columns["Fax"] == "extra"
    assert report.columns["Company"] == "name"


def test_the_report_is_json_with_the_documented_names() -> None:
    report = Desk().report("Company,City\nA,Elgin\nB\n,Rome\n")
    document = json.loads(msgspec.json.encode(report))
    assert set(document) >= {
        *("name", "kind", "rows", "created", "updated", "unchanged"),
        *("skipped", "columns", "questions"),
    }
    assert document["rows"] == 3
    assert document["skipped"] == [{"row": 4, "reason": "row 4: Company is empty; fill it in"}]
    question = document["questions"][0]
    assert (question["row"], question["field"], question["value"]) == (2, "place", "Elgin")
    assert question["candidates"][0] == {"label": "Elgin, Illinois, US", "geoname_id": 2}


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Firma;Ansprechpartner;Telefon;Straße;PLZ;Ort;Land", "customers"),
        ("Société;Interlocuteur;Téléphone;Adresse;Code postal;Ville;Pays", "customers"),
        ("Empresa;Contacto;Teléfono;Dirección;Código postal;Ciudad;País", "customers"),
        ("Azienda;Referente;Telefono;Indirizzo;CAP;Città;Paese", "customers"),
        ("Bedrijf;Contactpersoon;Telefoon;Adres;Postcode;Plaats;Land", "customers"),
        ("Nome da empresa;Contato;Telefone;Endereço;CEP;Cidade;País", "customers"),
        ("Company,Name,Address,City", "customers"),
        ("Name,Company,E-mail,Phone", "contacts"),
        ("First Name,Last Name,Associated Company,Email", "contacts"),
        ("Kunde;Bestelldatum;Betrag", "purchases"),
        ("Client;Date de commande;Montant", "purchases"),
        ("Cliente;Fecha;Importe", "purchases"),
        ("CustomerID,OrderDate,Total,ShipCity", "purchases"),
    ],
)
def test_the_kind_of_a_list_is_known_by_its_columns(headers: str, kind: str) -> None:
    report = Desk().imports.preview([sheet_of(headers + "\n")]).files[0]
    assert report.kind == kind
    if kind == "customers" and ";" in headers:
        fields = ["name", "contact", "phone", "address", "postal_code", "city", "country"]
        assert sorted(report.columns.values()) == sorted(fields)


def test_a_plain_name_beside_a_company_is_a_person() -> None:
    columns = Desk().imports.preview([sheet_of("Name,Company,City\n")]).files[0].columns
    assert columns == {"Name": "contact", "Company": "name", "City": "city"}


@pytest.mark.parametrize(
    ("asked", "says", "hint"),
    [
        ({"mapping": {"Nope": "name"}}, "no column is called “Nope”", "list.csv has A, B"),
        ({"mapping": {"A": "nope"}, "kind": "customers"}, "no field “nope”", "postal_code"),
        ({"mapping": {"A": "name", "B": "name"}, "kind": "customers"}, "two columns", "extra"),
        ({"kind": "nope"}, "“nope” is no kind of list", "customers, contacts, purchases"),
        ({"date_order": "nope"}, "“nope” is no order", "day-first, month-first"),
        ({}, "list.csv, row 1: no column names a company", "A=name"),
        ({"kind": "purchases"}, "needs a column for customer and date; it has A, B", "A=customer"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_exists(
    asked: dict[str, Any], says: str, hint: str
) -> None:
    with pytest.raises(BadInput) as refused:
        Desk().imports.preview([sheet_of("A,B\n1,2\n")], **asked)
    assert says in refused.value.title
    assert hint in refused.value.hint


def test_a_mapping_overrides_what_was_guessed() -> None:
    desk = Desk()
    report = desk.report("Company,Brand\nHolding,Acme\n", mapping={"brand": "company"})
    assert report.columns == {"Company": "extra", "Brand": "name"}
    assert desk.customer("Acme").extra == {"Company": "Holding"}


# Coming again


def test_a_second_list_updates_what_changed_and_an_empty_cell_erases_nothing() -> None:
    desk = Desk()
    desk.bring(ALFREDS)
    changed = ALFREDS.replace("030-0074321", "030-1").replace("Obere Str. 57", "")
    assert counts(desk.report(changed)) == (0, 1, 0, 0)
    customer = desk.customer("Alfreds Futterkiste")
    assert (customer.phone, customer.address) == ("030-1", "Obere Str. 57")
    assert desk.contacts[0].phones == ("030-1",)
    patches = [c for c in desk.store.commits[-1][1] if isinstance(c, Patch)]
    assert [(p.kind, p.fields) for p in patches] == [
        (Customer, {"phone": "030-1"}),
        (Contact, {"phones": ("030-1",)}),
    ]


def test_a_customer_keeps_its_identity_by_its_id_when_its_name_changes() -> None:
    desk = Desk()
    desk.bring(ALFREDS)
    assert counts(desk.report(ALFREDS.replace("Alfreds Futterkiste", "Alfred AG"))) == (0, 1, 0, 0)
    assert [c.name for c in desk.customers] == ["Alfred AG"]


def test_two_ids_are_two_customers_even_of_one_name_and_city() -> None:
    report = Desk().report("Customer ID,Company,City\n1,Acme,Rome\n2,Acme,Rome\n")
    assert counts(report) == (2, 0, 0, 0)


def test_a_row_that_stands_twice_makes_one_customer() -> None:
    desk = Desk()
    report = desk.report("Company,City,Phone\nAcme,Rome,1\nACME,rome,1\nAcmé,Rome,2\n")
    assert counts(report) == (1, 2, 0, 0)
    assert [(c.name, c.phone) for c in desk.customers] == [("Acme", "2")]


def test_a_list_without_cities_is_refused_by_row_where_a_name_is_not_enough() -> None:
    desk = Desk()
    desk.bring("Company,City\nAcme,Rome\nAcme,Paris\nBolt,Rome\n")
    report = desk.report("Company,Phone\nAcme,1\nBolt,2\n")
    assert counts(report) == (0, 1, 0, 1)
    assert "2 customers are called “Acme”: Acme (Rome, " in report.skipped[0].reason
    assert "Acme (Paris, " in report.skipped[0].reason


# Purchases


def test_purchases_find_their_customer_by_name_or_id_and_skip_the_rest_with_the_reason() -> None:
    desk = Desk()
    desk.bring("Customer ID,Company,City\nA1,Müller & Søn,Rome\nA2,Acme,Rome\nA3,Acme,Paris\n")
    report = desk.report(
        "Customer,Date,Amount\nmuller son,2026-01-02,1\nA1,2026-01-03,1\nNobody,2026-01-04,1\n"
        "Acme,2026-01-05,1\nA3,2026-01-06,1\n,2026-01-07,1\n"
    )
    assert counts(report) == (3, 0, 0, 3)
    reasons = [skipped.reason for skipped in report.skipped]
    assert reasons[0].startswith("row 4, Customer: “Nobody” is no customer on file; import the")
    assert reasons[1].startswith("row 5, Customer: “Acme” can be 2 customers: Acme (Rome, ")
    assert reasons[2].startswith("row 7: Customer is empty")


def test_equal_purchases_of_a_day_do_not_collapse() -> None:
    desk = Desk()
    orders = "Customer,Date,Amount\nAcme,2026-01-02,5\nAcme,2026-01-02,5.00\nAcme,2026-01-02,6\n"
    assert counts(desk.bring("Company\nAcme\n", orders).files[1]) == (3, 0, 0, 0)
    assert counts(desk.report(orders)) == (0, 0, 3, 0)
    assert counts(desk.report(orders + "Acme,2026-01-02,5\n")) == (1, 0, 3, 0)


def test_an_order_id_that_stands_twice_with_other_values_is_skipped_not_lost() -> None:
    desk = Desk()
    orders = "Order ID,Customer,Date,Amount\n1,A,2026-01-02,5\n1,A,2026-01-02,5\n1,A,2026-01-02,6\n"
    report = desk.bring("Company\nA\n", orders).files[1]
    assert counts(report) == (1, 0, 1, 1)
    assert "row 4, Order ID: “1” stands in row 2" in report.skipped[0].reason


@pytest.mark.parametrize(
    ("column", "amounts", "currency"),
    [
        (["1,234.56", "1,234"], ["1234.56", "1234"], None),
        (["1.234,56", "1.234"], ["1234.56", "1234"], None),
        (["1.50", "1.234"], ["1.50", "1.234"], None),
        (["€ 5", "(120)"], ["5", "-120"], "EUR"),
        (["EUR 5,50", "1 234,50"], ["5.50", "1234.50"], "EUR"),
        (["1'234.50", "-5"], ["1234.50", "-5"], None),
        (["$1,234", "5-"], ["1234", "-5"], None),
        (["1,23,456.78", "12.5 CHF"], ["123456.78", "12.5"], None),
    ],
)
def test_amounts_are_read_by_the_marks_of_their_column(
    column: list[str], amounts: list[str], currency: str | None
) -> None:
    desk = Desk()
    rows = [("Customer", "Date", "Amount"), *(("A", "2026-01-02", text) for text in column)]
    desk.bring("Company\nA\n", rows_as_csv(rows))
    assert [p.amount for p in desk.purchases] == amounts
    assert desk.purchases[0].currency == currency


@pytest.mark.parametrize("text", ["abc", "1.2.3", "12 34 56", "(5", "1e5", "nan", "--5", "9" * 19])
def test_an_unreadable_amount_skips_its_row_with_header_and_value(text: str) -> None:
    orders = rows_as_csv([("Customer", "Date", "Amount"), ("A", "2026-01-02", text)])
    report = Desk().bring("Company\nA\n", orders).files[1]
    assert report.skipped[0].reason.startswith(f"row 2, Amount: “{text}” is not an amount; write")


def test_an_amount_that_a_mixed_column_leaves_open_is_skipped() -> None:
    orders = 'Customer,Date,Amount\nA,2026-01-02,"1,50"\nA,2026-01-02,1.50\nA,2026-01-02,1.234\n'
    report = Desk().bring("Company\nA\n", orders).files[1]
    assert [s.row for s in report.skipped] == [4]
    assert "two ways" in report.skipped[0].reason


def test_kinds_and_currencies_of_purchases_are_read_and_unknown_kinds_are_kept() -> None:
    desk = Desk()
    desk.bring(
        "Company\nA\n",
        "Customer,Date,Amount,Currency,Type\nA,2026-01-02,5,eur,Renewal\nA,2026-01-03,5,,Gift\n"
        "A,2026-01-04,5,,Rechnung\n",
    )
    kinds = [p.kind for p in desk.purchases]
    assert kinds == [PurchaseKind.RENEWAL, PurchaseKind.ORDER, PurchaseKind.INVOICE]
    assert desk.purchases[0].currency == "EUR"
    assert desk.purchases[1].extra == {"Type": "Gift"}


# Dates


def dates(*column: str, **asked: Any) -> tuple[list[date], list[str]]:
    desk = Desk()
    rows = [("Customer", "Date"), *(("A", text) for text in column)]
    report = desk.bring("Company\nA\n", rows_as_csv(rows), **asked).files[1]
    return [p.on for p in desk.purchases], [s.reason for s in report.skipped]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-12-03", "2026-12-03 14:00:00", "2026-12-03T14:00:00Z", "2026/12/03", "20261203"),
        *("03.12.2026", "3. 12. 2026", "3 Dec 2026", "03-Dec-2026", "December 3, 2026"),
    ],
)
def test_dates_that_can_mean_one_day_only_are_read(text: str) -> None:
    assert dates(text) == ([date(2026, 12, 3)], [])


def test_one_value_decides_the_order_of_its_column() -> None:
    assert dates("3/4/2026", "31/4/2025", "31/3/2026")[0] == [date(2026, 4, 3), date(2026, 3, 31)]
    assert dates("3/4/2026", "3-31-2026")[0] == [date(2026, 3, 4), date(2026, 3, 31)]


def test_slashed_dates_that_fit_both_ways_are_refused_until_somebody_says() -> None:
    with pytest.raises(BadInput) as refused:
        dates("5/5/2026", "3/4/2026")
    assert "list.csv, column “Date”" in refused.value.title
    assert "such as 3/4/2026 in row 3" in refused.value.title
    assert "day-first or month-first" in refused.value.hint
    assert dates("3/4/2026", date_order="day-first")[0] == [date(2026, 4, 3)]
    assert dates("3/4/2026", date_order="month-first")[0] == [date(2026, 3, 4)]


def test_an_order_that_the_column_contradicts_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot be day-first: row 3 has 3/31/2026"):
        dates("3/4/2026", "3/31/2026", date_order="day-first")


def test_a_column_of_both_orders_is_refused_and_read_as_said() -> None:
    with pytest.raises(BadInput, match="of both orders"):
        dates("31/3/2026", "3/31/2026")
    read, skipped = dates("31/3/2026", "3/31/2026", date_order="day-first")
    assert read == [date(2026, 3, 31)]
    assert "“3/31/2026” is not a day of the calendar" in skipped[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("3.4.26", "has a year of two digits; write the whole year"),
        ("3/4/26", "has a year of two digits"),
        ("soon", "is not a date; write it like 2026-12-03"),
        ("2026-02-30", "is not a day of the calendar"),
        ("0026-02-03", "lies before 1900"),
    ],
)
def test_an_unreadable_date_skips_its_row_with_header_and_value(text: str, problem: str) -> None:
    _, skipped = dates("2026-01-01", text, date_order="day-first")
    assert skipped[0].startswith(f"row 3, Date: “{text}” {problem}")


# What columns say beyond text


def test_status_tier_tags_and_days_are_understood_with_a_note_naming_the_column() -> None:
    desk = Desk()
    desk.bring(
        "Company,City,Status,VIP,Tags,Customer since,Renewal date\n"
        "A,X,churned,yes,red; blue,2020-01-02,2026-05-06\nB,X,active,no,,,\nC,X,curious,maybe,,,\n"
    )
    a, b, c = desk.customers
    assert (a.status, a.status_note) == (Status.LOST, "“churned” in column “Status”")
    assert (a.tier_pin, a.tier_note) == (Tier.A, "“yes” in column “VIP”")
    assert (a.tags, a.customer_since) == (("red", "blue"), date(2020, 1, 2))
    assert a.renewal_on == date(2026, 5, 6)
    assert (b.status, b.tier_pin) == (Status.ACTIVE, None)
    assert c.extra == {"Status": "curious", "VIP": "maybe"}


def test_what_a_person_decided_is_not_undone_by_a_list() -> None:
    by_hand = Customer(
        id="c1",
        name="A",
        status=Status.PAUSED,
        status_note="moving",
        tier_pin=Tier.B,
        tier_note="me",
    )
    desk = Desk(MemoryStore([by_hand]))
    assert counts(desk.report("Company,Status,Tier\nA,active,A\n")) == (0, 0, 1, 0)
    assert desk.customers == [by_hand]


def test_what_a_list_decided_a_later_list_changes() -> None:
    desk = Desk()
    desk.bring("Company,Status,Tier\nA,lost,A\n")
    desk.bring("Company,Status,Tier\nA,active,C\n")
    customer = desk.customer("A")
    assert (customer.status, customer.status_note) == (Status.ACTIVE, "")
    assert customer.tier_pin is Tier.C


def test_an_owner_of_the_team_is_known_and_any_other_is_asked_for_once() -> None:
    desk = Desk(MemoryStore([Member(id="m1", name="Kim", email="kim@us.example")]))
    report = desk.report("Company,Owner\nA,KIM\nB,kim@us.example\nC,Robin\nD,robin\n")
    assert [c.owner_id for c in desk.customers] == ["m1", "m1", None, None]
    assert desk.customer("C").extra == {"Owner": "Robin"}
    assert [(q.row, q.field, q.value) for q in report.questions] == [(4, "owner", "Robin")]
    assert report.questions[0].candidates[0].label == "Kim"


def test_a_last_contact_becomes_a_call_at_noon_once() -> None:
    desk = Desk()
    text = "Company,Last contact\nA,2026-02-03\nB,\nC,2027-01-01\n"
    report = desk.report(text)
    assert counts(report) == (2, 0, 0, 1)
    assert "“2027-01-01” lies ahead" in report.skipped[0].reason
    (call,) = desk.store.all(Touchpoint)
    assert (call.kind, call.outcome, call.plain) == (TouchpointKind.CALL, Outcome.HELD, True)
    assert call.at == datetime.fromisoformat("2026-02-03T11:00:00+00:00")
    assert call.zone == "Europe/Berlin"
    assert call.note == "imported from list.csv, column “Last contact”"
    assert desk.report(text).updated == 0
    assert counts(desk.report(text.replace("02-03", "02-04"))) == (0, 1, 1, 1)
    assert len(desk.store.all(Touchpoint)) == 2


# People


def test_contacts_come_to_their_customers_and_are_known_again() -> None:
    desk = Desk()
    desk.bring("Company\nAcme\n")
    people = (
        "Contact ID,First Name,Last Name,Company,Title,Email,Phone,Birthday\n"
        "7,Ann,Lee,ACME,Buyer,ann@acme.example,1,May 3\n8,Bo,,Nowhere,,,,\n9,,,Acme,,,,\n"
    )
    report = desk.report(people)
    assert (report.kind, counts(report)) == ("contacts", (2, 0, 0, 1))
    assert report.notes == ("customers that were not on file, made from this list: “Nowhere”",)
    ann, bo = desk.contacts
    assert bo.customer_ids == (desk.customer("Nowhere").id,)
    assert (ann.name, ann.role, ann.emails) == ("Ann Lee", "Buyer", ("ann@acme.example",))
    assert ann.customer_ids == (desk.customer("Acme").id,)
    assert (ann.external_ids, ann.extra) == ({"Contact ID": "7"}, {"Birthday": "May 3"})
    assert counts(desk.report(people)) == (0, 0, 2, 1)
    assert counts(desk.report(people.replace("Lee,", "Li,"))) == (0, 1, 1, 1)
    assert [c.name for c in desk.contacts] == ["Ann Li", "Bo"]


# Places


def test_each_town_is_looked_up_once_and_asked_for_once() -> None:
    desk = Desk()
    report = desk.report("Company,City,Country\nA,Elgin,USA\nB,elgin,USA\nC,Berlin,Germany\n")
    assert len(desk.places.asked) == 2
    assert [(q.row, q.value) for q in report.questions] == [(2, "Elgin, USA")]
    assert [c.place for c in desk.customers] == [None, None, BERLIN]


def test_a_country_with_one_zone_gives_the_zone_and_still_asks_for_the_town() -> None:
    desk = Desk()
    text = "Company,City,Region,Country\nA,Kita-ku,Osaka,Japan\n"
    assert len(desk.report(text).questions) == 1
    assert desk.customer("A").place == Place(zone="Asia/Tokyo", country="JP")
    again = desk.report(text)
    assert (counts(again), len(again.questions)) == ((0, 0, 1, 0), 1)


def test_an_answer_is_for_all_of_the_town_is_remembered_and_part_of_the_one_commit() -> None:
    desk = Desk()
    text = "Company,City,Country\nA,Elgin,USA\nB,elgin,USA\nC,Berlin,Germany\n"
    plan = desk.imports.preview([read_csv(text.encode(), "list.csv")])
    (question,) = plan.files[0].questions
    assert question.about == "place:elgin||usa"
    desk.imports.apply(desk.imports.answered(plan, {question.about: ELGIN_TX}))
    assert [c.place for c in desk.customers] == [ELGIN_TX, ELGIN_TX, BERLIN]
    assert desk.store.get(Setting, "place:elgin||usa") == Setting(id="place:elgin||usa", value=3)
    assert len(desk.store.commits) == 1
    report = desk.report("Company,City,Country\nA,Elgin,USA\nD,Elgin,USA\n")
    assert (counts(report), report.questions) == ((1, 0, 1, 0), ())
    assert desk.customer("D").place == ELGIN_TX


def test_a_place_given_by_hand_holds_for_the_town_and_is_remembered() -> None:
    desk = Desk()
    desk.bring("Company,City,Country\nA,Elgin,USA\nB,elgin,USA\n")
    customers = Customers(desk.workspace, Standings(desk.workspace))
    customers.edit(desk.customer("B"), {"place": str(ELGIN_TX.geoname_id)})
    assert [c.place for c in desk.customers] == [ELGIN_TX, ELGIN_TX]
    assert desk.report("Company,City,Country\nD,Elgin,USA\n").questions == ()


def test_an_answer_also_places_customers_on_file_and_those_that_move_there() -> None:
    desk = Desk()
    desk.bring("Customer ID,Company,City,Country\n1,A,Elgin,USA\n2,B,Berlin,Germany\n")
    text = "Customer ID,Company,City,Country\n2,B,Elgin,USA\n3,C,Elgin,USA\n"
    plan = desk.imports.preview([read_csv(text.encode(), "list.csv")])
    desk.imports.apply(desk.imports.answered(plan, {"place:elgin||usa": ELGIN_IL}))
    assert [c.place for c in desk.customers] == [ELGIN_IL] * 3


def test_a_place_is_looked_up_again_only_when_the_town_changed() -> None:
    desk = Desk()
    desk.bring("Customer ID,Company,City,Country\n1,A,Berlin,Germany\n")
    desk.store.commit(
        "by hand", [Patch(Customer, desk.customers[0].id, {"place": OSAKA})], member_id=None
    )
    desk.bring("Customer ID,Company,City,Country\n1,A,BERLIN,Germany\n")
    assert desk.customers[0].place == OSAKA
    desk.bring("Customer ID,Company,City,Country\n1,A,Elgin,USA\n")
    assert desk.customers[0].place is None


# All or nothing


class FullDisk(MemoryStore):
    """A store that cannot write."""

    def commit(self, did: str, changes: Iterable[Change], *, member_id: str | None) -> None:
        raise StoreUnavailable("the disk is full", "make room")


def test_nothing_is_half_done_when_writing_fails() -> None:
    desk = Desk(FullDisk())
    with pytest.raises(StoreUnavailable):
        desk.bring(ALFREDS)
    assert desk.customers == []
    assert desk.store.all(Import) == []


def test_a_plan_that_others_overtook_is_not_written() -> None:
    desk = Desk()
    plan = desk.imports.preview([sheet_of(ALFREDS)])
    desk.bring(ALFREDS)
    with pytest.raises(Refused, match="changed since"):
        desk.imports.apply(plan)
    assert len(desk.customers) == 1


def test_the_first_import_makes_the_member_and_keeps_a_record_of_itself() -> None:
    desk = Desk()
    desk.bring(ALFREDS)
    (member,) = desk.store.all(Member)
    (record,) = desk.store.all(Import)
    assert (record.member_id, member.name) == (member.id, "Kim")
    assert desk.store.commits[0][2] == member.id
    assert not [c for c in desk.store.commits[0][1] if not isinstance(c, Put)]


def test_problem_rows_of_the_file_are_counted_as_skipped() -> None:
    report = Desk().report("Company,City\nA,Rome\nB,Rome,more\n")
    assert (report.rows, counts(report)) == (2, (1, 0, 0, 1))
    assert report.skipped[0].row == 3


def test_hostile_text_is_only_text() -> None:
    desk = Desk()
    desk.bring(
        'Company,City,[x]\n"\x1b]52;c;aGk=\x07[/red]\u202eEvil\nCo",\x1b[2JElgin,=cmd()\n***,,\n'
    )
    assert {c.name for c in desk.customers} == {"[/red]Evil Co", "***"}
    assert desk.customer("[/red]Evil Co").extra == {"[x]": "=cmd()"}
    assert counts(desk.report("Company,City\n***,\n???,\n")) == (1, 0, 1, 0)


def test_thousands_of_rows_alike_are_no_slower_than_others() -> None:
    desk = Desk()
    rows = [("Order ID", "Customer", "Date", "Amount")]
    rows += [(str(number), "A", "2026-01-02", "5") for number in range(3000)]
    report = desk.bring("Company\nA\n", rows_as_csv(rows)).files[1]
    assert counts(report) == (3000, 0, 0, 0)


CELLS = st.one_of(
    st.sampled_from(
        ["", "", "A", "a", "B", "Elgin", "Berlin", "lost", "yes", "x;y", "1", "(1)", "***"]
    ),
    st.sampled_from(
        ["3/4/2025", "2025-01-02", "1.2.24", "1,234", "1.5", "-", "\u0661", "99999999"]
    ),
    st.sampled_from(["a@x.example", "A b@x.example; A@x.example", "Robin", "call", "030 12345, 1"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
)
HEADERS = (
    *("Company", "City", "Country", "Contact", "Phone", "E-mail", "Status", "VIP", "Tags", "Owner"),
    *("Renewal date", "Last contact", "Note", "Customer ID"),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=14, max_size=14), max_size=5),
    st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=5),
    st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=5),
    st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=5),
)
def test_whatever_cells_hold_each_row_is_told_of_and_a_second_import_writes_nothing(
    customers: list[list[str]],
    orders: list[list[str]],
    people: list[list[str]],
    talks: list[list[str]],
) -> None:
    desk = Desk()
    sheets = [
        read_csv(rows_as_csv(rows).encode(), "list.csv")
        for rows in (
            [HEADERS, *customers],
            [("Customer", "Date", "Amount", "Order ID", "Type"), *orders],
            [("Person name", "Company", "E-mail", "Phone", "Phone 2", "Contact owner"), *people],
            [("Customer", "Date", "Kind", "Outcome", "Note", "Contact", "Direction"), *talks],
        )
    ]
    plan = desk.bring(*sheets, date_order="day-first")
    for sheet, report in zip(sheets, plan.files, strict=True):
        told = report.created + report.updated + report.unchanged + len(report.skipped)
        assert told == report.rows == len(sheet.rows) + len(sheet.problems)
    assert desk.imports.preview(sheets, date_order="day-first").changes == ()

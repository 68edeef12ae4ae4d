"""Headers as CRMs export them: who somebody is, how to reach them, where they work and who looks after them."""

from pathlib import Path

import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.formats.sheets import read_table
from outreach_tui.services.imports import Imports

HEADERS = Path(__file__).parents[2] / "data" / "crm-headers"
EXPECTED = {
    "google_contacts_2024.csv": (
        "contacts",
        {
            "First Name": "first_name",
            "Middle Name": "middle_name",
            "Last Name": "last_name",
            "Organization Name": "customer",
            "Organization Title": "role",
            "E-mail 1 - Value": "email",
            "E-mail 2 - Value": "email",
            "E-mail 3 - Value": "email",
            "Phone 1 - Value": "phone",
        },
    ),
    "hubspot_contacts_classic.csv": (
        "contacts",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Email": "email",
            "Phone Number": "phone",
            "Associated Company": "customer",
            "Contact owner": "owner",
            "Record ID": "external_id",
        },
    ),
    "pipedrive_people.csv": (
        "contacts",
        {
            "Person - ID": "external_id",
            "Person - Name": "name",
            "Person - Email": "email",
            "Person - Phone": "phone",
            "Organization - Name": "customer",
        },
    ),
    "salesforce_account_report.csv": (
        "customers",
        {
            "Account Name": "name",
            "Website": "website",
            "Phone": "phone",
            "Billing Street": "address",
            "Billing City": "city",
            "Billing Country": "country",
            "Billing State/Province": "region",
            "Billing Zip/Postal Code": "postal_code",
            "Account Owner": "owner",
        },
    ),
    "stripe_customers.csv": (
        "customers",
        {"id": "external_id", "Email": "email", "Name": "name", "Status": "status"},
    ),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_headers_of_crms_are_understood_without_a_word(name: str) -> None:
    sheet = read_table((HEADERS / name).read_bytes(), name)
    report = Imports(make_workspace()).preview([sheet]).files[0]
    read = {header: field for header, field in report.columns.items() if field != "extra"}
    assert (report.kind, read) == EXPECTED[name]


def test_a_row_of_each_brings_person_company_and_owner() -> None:
    rows = {
        "google_contacts_2024.csv": "Ann,Bo,Lee,,,,,,,,Acme,Buyer,,,,,,,ann@acme.example ::: al@x.example,"
        ",lee@home.example,,,,+49 30 1\n",
        "hubspot_contacts_classic.csv": "7,Cy,Fox,cy@bolt.example,+1 1,Kim,,,,,,,,,,Bolt,\n",
        "pipedrive_people.csv": "9,Di Gray,di@cord.example,+44 1,Cord,2026-01-02\n",
        "salesforce_account_report.csv": "Dune,dune.example,+33 1,Rue 1,Lyon,,69001,France,Kim,West,Partner\n",
        "stripe_customers.csv": "cus_1,,pay@echo.example,Echo,2024-01-02,false,pro,active,12.00,1,0,0,\n",
    }
    store = MemoryStore([Member(id="m1", name="Kim")])
    imports = Imports(make_workspace(store))
    sheets = [
        read_table((HEADERS / n).read_bytes().rstrip() + b"\n" + r.encode(), n)
        for n, r in rows.items()
    ]
    plan = imports.preview(sheets)
    assert [(r.created, r.skipped) for r in plan.files] == [(1, ())] * 5
    imports.apply(plan)
    customers = {c.name: c for c in store.all(Customer)}
    assert set(customers) == {"Acme", "Bolt", "Cord", "Dune", "Echo"}
    assert (customers["Bolt"].owner_id, customers["Dune"].owner_id) == ("m1", "m1")
    assert customers["Echo"].email == "pay@echo.example"
    people = {c.name: c for c in store.all(Contact)}
    ann = people["Ann Bo Lee"]
    assert ann.emails == ("ann@acme.example", "al@x.example", "lee@home.example")
    assert ann.phones == ("+49 30 1",)
    assert people["Di Gray"].external_ids == {"Person - ID": "9"}
    assert imports.preview(sheets).changes == ()

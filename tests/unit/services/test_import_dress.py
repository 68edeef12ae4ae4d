"""The same list in another dress is the same list: encodings, separators, dates, amounts, titles, workbooks."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.purchase import Purchase
from outreach_tui.formats.sheets import read_table
from outreach_tui.places.gazetteer import Gazetteer
from outreach_tui.services.imports import Imports

NORTHWIND = Path(__file__).parents[2] / "data" / "northwind"
CUSTOMERS = ("customers.csv", "customers_cp1252_semicolon.csv")
ORDERS = ("orders.csv", "orders_us_dates.csv", "orders_de.csv")
BOTH_CARRY = ("name", "phone", "address", "city", "region", "country", "place")
"""Fields of customers that both lists have; the other ones have only the first."""


def brought(*files: tuple[bytes, str]) -> MemoryStore:
    """Return what the files make, without a word about how to read them."""
    store = MemoryStore()
    workspace = make_workspace(store, places=Gazetteer(), today=date(1998, 5, 7))
    imports = Imports(workspace)
    plan = imports.preview([read_table(data, name) for data, name in files])
    assert [report.skipped for report in plan.files] == [()] * len(files)
    imports.apply(plan)
    return store


def customers_of(store: MemoryStore) -> list[tuple[Any, ...]]:
    """Return the customers by what both lists carry, with their contact's name and phones."""
    person = {c.customer_ids[0]: (c.name, c.phones) for c in store.all(Contact)}
    return sorted(
        (
            *(getattr(c, field) for field in BOTH_CARRY if field != "place"),
            person[c.id],
            repr(c.place),
        )
        for c in store.all(Customer)
    )


def purchases_of(store: MemoryStore) -> Counter[tuple[Any, ...]]:
    """Return the purchases by what all lists carry."""
    names = {c.id: c.name for c in store.all(Customer)}
    return Counter(
        (names[p.customer_id], p.on, p.kind, p.amount and f"{float(p.amount):.2f}", p.currency)
        for p in store.all(Purchase)
    )


def northwind(name: str) -> tuple[bytes, str]:
    return (NORTHWIND / name).read_bytes(), name


@pytest.fixture(scope="module")
def plain() -> MemoryStore:
    return brought(northwind("customers.csv"), northwind("orders.csv"))


@pytest.mark.parametrize(("customers", "orders"), list(product(CUSTOMERS, ORDERS)))
def test_northwind_in_any_dress_is_the_same_customers_and_purchases(
    customers: str, orders: str, plain: MemoryStore
) -> None:
    store = brought(northwind(customers), northwind(orders))
    assert (len(store.all(Customer)), len(store.all(Purchase))) == (91, 830)
    assert customers_of(store) == customers_of(plain)
    assert purchases_of(store) == purchases_of(plain)
    assert [p.amount for p in store.all(Purchase)] == [p.amount for p in plain.all(Purchase)]


def rows_of(name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(northwind(name)[0].decode())))


def as_tsv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows(rows)
    return out.getvalue().encode()


def as_utf16(rows: list[list[str]]) -> bytes:
    return as_tsv(rows).decode().encode("utf-16")


def under_a_title(rows: list[list[str]]) -> bytes:
    return b"Northwind, all of it\n\nExported by Ana\n" + as_tsv(rows)


def as_workbook(rows: list[list[str]]) -> bytes:
    """Return a workbook with days as days and amounts as numbers, under a title."""
    book = openpyxl.Workbook()
    book.active.append(["Northwind"])
    book.active.append([])
    for row in rows:
        book.active.append([_typed(cell, rows[0][at]) for at, cell in enumerate(row)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(cell: str, header: str) -> object:
    if cell == header:
        return cell
    if header == "Date":
        return date.fromisoformat(cell)
    return float(cell) if header == "Amount" else cell or None


@pytest.mark.parametrize("dress", [as_tsv, as_utf16, under_a_title, as_workbook])
def test_northwind_in_dresses_of_our_own_is_known_again(
    dress: Callable[[list[list[str]]], bytes], plain: MemoryStore
) -> None:
    files = [(dress(rows_of(name)), name) for name in ("customers.csv", "orders.csv")]
    store = brought(*files)
    assert customers_of(store) == customers_of(plain)
    assert purchases_of(store) == purchases_of(plain)
    workspace = make_workspace(plain, places=Gazetteer(), today=date(1998, 5, 7))
    plan = Imports(workspace).preview([read_table(data, name) for data, name in files])
    assert [(r.created, r.updated, r.unchanged) for r in plan.files] == [(0, 0, 91), (0, 0, 830)]
    assert plan.changes == ()

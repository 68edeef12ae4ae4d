"""What the columns of a list hold, guessed from their headers; and which kind of list it is."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache

from outreach_tui.domain.column_words import LAST_RESORT, PREFIXES, STRONG, WEAK
from outreach_tui.domain.own_columns import (
    COME_BACK,
    KIND_OF,
    is_read_only,
    is_special,
    numbered,
    own_kind,
    system_of,
)
from outreach_tui.domain.text import fold

EXTRA = "extra"
"""The field of a column that we have no field for: kept by its header."""
PASSED_OVER = "passed over"
"""The field of a column that is there to be read only."""
SYSTEM_ID = "id in a system"
"""The field of ids in another system that the header names; there may be several such columns."""
UNGUESSED = frozenset({EXTRA, PASSED_OVER, SYSTEM_ID})
"""What several columns of a list may be."""


class SheetKind(StrEnum):
    """What the rows of a list are."""

    CUSTOMERS = "customers"
    CONTACTS = "contacts"
    PURCHASES = "purchases"


_ABOUT_A_COMPANY = frozenset(
    {"address", "city", "postal_code", "country", "industry", "tier", "status"}
    | {"customer_since", "renewal_on", "last_contact_on"}
)
_SAYS_WHO_OR_WHERE = _ABOUT_A_COMPANY | {"contact", "phone", "email", "website"}


def fields_of(kind: SheetKind) -> tuple[str, ...]:
    """Return the fields that a column of such a list may hold."""
    return (*STRONG[kind], EXTRA)


def field_named(typed: str, kind: SheetKind) -> str | None:
    """Return the field that a person means: its name, or a word that would head its column."""
    if typed in fields_of(kind):
        return typed
    return _best_field(header_key(typed), kind)


def knows_header(header: str) -> bool:
    """Return whether the words head a column of any kind of list."""
    return is_special(header) or any(_best_field(header_key(header), kind) for kind in SheetKind)


def guess_columns(
    headers: Sequence[str], kind: SheetKind, chosen: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the field of every header; `chosen` fields stand, each other field is given once, best word first."""
    columns = {h: field for h in headers if (field := _special_field(h, kind))} | dict(chosen or {})
    taken = set(columns.values())
    words = _words(kind)
    guesses = sorted(
        (rank, position, header, field)
        for position, header in enumerate(headers)
        for rank, field in _meanings(header_key(header), words)
    )
    for _, _, header, field in guesses:
        if header not in columns and field not in taken:
            columns[header] = field
            taken.add(field)
    return {header: columns.get(header, EXTRA) for header in headers}


def guess_kind(headers: Sequence[str], chosen: Mapping[str, str] | None = None) -> SheetKind | None:
    """Return what kind of list the headers belong to, None if none fits.

    A list that could be of contacts or of customers is one of customers: its people come in as well, and nobody is
    turned away because a company is new. `chosen` fields, as people typed them, rule out kinds that lack them.
    """
    if (own := own_kind(headers)) is not None:
        return SheetKind(own) if own in COME_BACK else None
    held = {
        kind: set(guess_columns(headers, kind, fields).values())
        for kind in SheetKind
        if (fields := _chosen_for(kind, chosen or {})) is not None
    }
    customers = held.get(SheetKind.CUSTOMERS, set())
    if _are_purchases(held.get(SheetKind.PURCHASES, set()), customers):
        return SheetKind.PURCHASES
    if _are_contacts(held.get(SheetKind.CONTACTS, set()), customers, headers):
        return SheetKind.CONTACTS
    return SheetKind.CUSTOMERS if "name" in customers else None


def missing_fields(columns: Mapping[str, str], kind: SheetKind) -> tuple[str, ...]:
    """Return the fields without which no row of such a list can be read."""
    held = set(columns.values())
    missing = []
    if kind is SheetKind.CUSTOMERS and "name" not in held:
        missing.append("name")
    if kind is SheetKind.CONTACTS and not held & {"name", "first_name", "last_name"}:
        missing.append("name")
    if kind is not SheetKind.CUSTOMERS and not held & {"customer", "customer_id"}:
        missing.append("customer")
    if kind is SheetKind.PURCHASES and "date" not in held:
        missing.append("date")
    return tuple(missing)


def header_key(header: str) -> str:
    """Return the form in which headers are compared: "Customer ID", "CustomerID" and "customer_id" are one."""
    return fold(header).replace(" ", "")


def _special_field(header: str, kind: SheetKind) -> str | None:
    """Return the field of a column that only our own spreadsheets have."""
    if system_of(header):
        return SYSTEM_ID
    if is_read_only(header):
        return PASSED_OVER
    if kind is SheetKind.CONTACTS and (field := numbered(header)):
        return field
    own = {h.casefold(): of for h, of in KIND_OF.items()}.get(header.casefold())
    if own is None:
        return None
    return "own_id" if own == kind else "own_customer_id" if own == SheetKind.CUSTOMERS else None


def _are_purchases(held: set[str], as_customers: set[str]) -> bool:
    if not held & {"customer", "customer_id"} or "date" not in held:
        return False
    return bool(held & {"amount", "external_id"}) or not as_customers & _SAYS_WHO_OR_WHERE


def _are_contacts(held: set[str], as_customers: set[str], headers: Sequence[str]) -> bool:
    if not held & {"customer", "customer_id"} or as_customers & _ABOUT_A_COMPANY:
        return False
    plain_names = {word for word, _ in _entries(WEAK[SheetKind.CONTACTS]["name"], "name")}
    plain = any(header_key(header) in plain_names for header in headers)
    return bool(held & {"first_name", "last_name"}) or (plain and "name" in held)


def _chosen_for(kind: SheetKind, chosen: Mapping[str, str]) -> dict[str, str] | None:
    fields = {header: field_named(field, kind) for header, field in chosen.items()}
    known = {header: field for header, field in fields.items() if field is not None}
    return known if len(known) == len(fields) else None


def _best_field(key: str, kind: SheetKind) -> str | None:
    return min(_meanings(key, _words(kind)), default=(0, None))[1]


def _meanings(
    key: str, words: Mapping[str, Sequence[tuple[int, str]]]
) -> Sequence[tuple[int, str]]:
    if key in words:
        return words[key]
    for prefix in PREFIXES:
        if key.startswith(prefix) and key[len(prefix) :] in words:
            return words[key[len(prefix) :]]
    return ()


@cache
def _words(kind: SheetKind) -> dict[str, list[tuple[int, str]]]:
    """Return what each word can mean in such a list, with its rank: 0 leaves no doubt."""
    words: dict[str, list[tuple[int, str]]] = {}
    for rank, table in enumerate((STRONG, WEAK, LAST_RESORT)):
        for field, listed in table.get(kind, {}).items():
            for word, meant in _entries(listed, field):
                words.setdefault(word, []).append((rank, meant))
    return words


def _entries(listed: str, field: str) -> list[tuple[str, str]]:
    return [(header_key(word), field) for word in listed.split(",")]

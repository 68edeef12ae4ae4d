"""What the columns of a list hold, guessed from their headers and values; and which kind of list it is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache

from outreach_tui.domain.column_values import Look, Shape
from outreach_tui.domain.column_words import LAST_RESORT, PREFIXES, SAYS_PERSON, STRONG, WEAK
from outreach_tui.domain.own_columns import (
    COME_BACK,
    KIND_OF,
    is_read_only,
    is_special,
    own_kind,
    system_of,
)
from outreach_tui.domain.text import fold

_NUMBER = re.compile(r"\d+")
_NUMBERED = 9
"""Rank of a header that only counts with its number left out."""
EXTRA = "extra"
"""The field of a column that we have no field for: kept by its header."""
PASSED_OVER = "not read"
"""The field of a column that is there to be read only, or is left out."""
SYSTEM_ID = "id in a system"
"""The field of ids in another system that the header names; there may be several such columns."""


class SheetKind(StrEnum):
    """What the rows of a list are."""

    CUSTOMERS = "customers"
    CONTACTS = "contacts"
    PURCHASES = "purchases"
    TOUCHPOINTS = "touchpoints"


MULTIPLE = frozenset({"phone", "contact_phone", "email", "contact_email", EXTRA, PASSED_OVER})
"""Fields that several columns may hold: "Phone 1", "Phone 2"."""
DATE_FIELDS = ("date", "customer_since", "renewal_on", "last_contact_on")
_EMAIL_FIELDS = frozenset({"email", "contact_email"})
_MAY_HOLD_EMAILS = _EMAIL_FIELDS | {
    "external_id",
    "customer",
    "customer_id",
    "owner",
    "name",
    "note",
}
_MAY_HOLD_DATES = frozenset(
    {*DATE_FIELDS, "note", "external_id", "customer", "customer_id", "name"}
)
"""Without a name or a customer no row can be read, and each row says so."""
_FIELD_OF_SHAPE = {
    Shape.EMAIL: "email",
    Shape.PHONE: "phone",
    Shape.COUNTRY: "country",
    Shape.DATE: "date",
    Shape.MONEY: "amount",
    Shape.TALK: "kind",
}

_ABOUT_A_COMPANY = frozenset(
    {"address", "city", "postal_code", "country", "industry", "tier", "status"}
    | {"customer_since", "renewal_on", "last_contact_on"}
)
_SAYS_WHO_OR_WHERE = _ABOUT_A_COMPANY | {"contact", "phone", "email", "website"}


def fields_of(kind: SheetKind) -> tuple[str, ...]:
    """Return the fields that a column of such a list may hold."""
    return (*STRONG[kind], EXTRA, PASSED_OVER)


def field_named(typed: str, kind: SheetKind) -> str | None:
    """Return the field that a person means: its name, or a word that would head its column."""
    if typed in fields_of(kind):
        return typed
    return _best_field(header_key(typed), kind)


def knows_header(header: str) -> bool:
    """Return whether the words head a column of any kind of list."""
    return is_special(header) or any(_best_field(header_key(header), kind) for kind in SheetKind)


def guess_columns(
    headers: Sequence[str],
    kind: SheetKind,
    chosen: Mapping[str, str] | None = None,
    looks: Mapping[str, Look] | None = None,
) -> dict[str, str]:
    """Return the field of every header; `chosen` fields stand, each other field is given once, best word first.

    A header whose values contradict it (`looks`) does not count. A column that no header explains is known by its
    values, if it is the only one that they fit.
    """
    looks = {} if own_kind(headers) else looks or {}
    columns = {h: field for h in headers if (field := _special_field(h, kind))} | dict(chosen or {})
    taken = set(columns.values())
    words = _words(kind)
    guesses = sorted(
        (rank, position, header, field)
        for position, header in enumerate(headers)
        for rank, field in _meanings(header_key(header), words)
    )
    for _, _, header, field in guesses:
        if header in columns or (field in taken and field not in MULTIPLE):
            continue
        if not _contradicts(looks.get(header, Look()), field):
            columns[header] = field
            taken.add(field)
    for header, field in _by_values(headers, looks, columns, kind).items():
        if field not in taken:
            columns[header] = field
    return {header: columns.get(header, EXTRA) for header in headers}


def guess_kind(
    headers: Sequence[str],
    chosen: Mapping[str, str] | None = None,
    looks: Mapping[str, Look] | None = None,
) -> SheetKind | None:
    """Return what kind of list the headers and values belong to, None if none fits.

    A list that could be of contacts or of customers is one of customers: its people come in as well. `chosen`
    fields, as people typed them, rule out kinds that lack them.
    """
    if (own := own_kind(headers)) is not None:
        return SheetKind(own) if own in COME_BACK else None
    held = {
        kind: guess_columns(headers, kind, fields, looks)
        for kind in SheetKind
        if (fields := _chosen_for(kind, chosen or {})) is not None
    }
    customers = set(held.get(SheetKind.CUSTOMERS, {}).values())
    if _are_touchpoints(held.get(SheetKind.TOUCHPOINTS, {}), customers, looks or {}):
        return SheetKind.TOUCHPOINTS
    if _are_purchases(held.get(SheetKind.PURCHASES, {}), customers, looks or {}):
        return SheetKind.PURCHASES
    if _are_contacts(set(held.get(SheetKind.CONTACTS, {}).values()), customers, headers):
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
    if kind in (SheetKind.PURCHASES, SheetKind.TOUCHPOINTS) and "date" not in held:
        missing.append("date")
    return tuple(missing)


def header_key(header: str) -> str:
    """Return the form in which headers are compared: "Customer ID", "CustomerID" and "customer_id" are one."""
    return fold(header).replace(" ", "")


def _are_touchpoints(
    columns: Mapping[str, str], as_customers: set[str], looks: Mapping[str, Look]
) -> bool:
    held = set(columns.values())
    if not held & {"customer", "customer_id"} or "date" not in held:
        return False
    says_kind = any(
        field == "kind" and looks.get(header, Look()).shape is Shape.TALK
        for header, field in columns.items()
    )
    money = any(look.shape is Shape.MONEY for look in looks.values())
    if as_customers & _ABOUT_A_COMPANY or (money and not says_kind):
        return False
    return says_kind or bool(
        held & {"note", "direction", "outcome"}
        and not _names(columns, "amount", "external_id", "currency")
    )


def _names(headers: Iterable[str], *fields: str) -> bool:
    """Return whether a header of a list of purchases names one of the fields beyond doubt."""
    words = _words(SheetKind.PURCHASES)
    return any(
        rank == 0 and field in fields
        for header in headers
        for rank, field in _meanings(header_key(header), words)
    )


def _special_field(header: str, kind: SheetKind) -> str | None:
    """Return the field of a column that only our own spreadsheets have."""
    if system_of(header):
        return SYSTEM_ID
    if is_read_only(header):
        return PASSED_OVER
    own = {h.casefold(): of for h, of in KIND_OF.items()}.get(header.casefold())
    if own is None:
        return None
    return "own_id" if own == kind else "own_customer_id" if own == SheetKind.CUSTOMERS else None


def _are_purchases(
    columns: Mapping[str, str], as_customers: set[str], looks: Mapping[str, Look]
) -> bool:
    held = set(columns.values())
    if not held & {"customer", "customer_id"} or "date" not in held:
        return False
    lists_people = bool(as_customers & _SAYS_WHO_OR_WHERE)
    if not _names(columns, "date", "amount", "external_id"):
        # Only values speak of a purchase: a list of customers may hold days and money too, but names each once.
        again = any(
            look.repeats and columns[header] in ("customer", "customer_id")
            for header, look in looks.items()
        )
        return again and "amount" in held and not lists_people
    return bool(held & {"amount", "external_id"}) or not lists_people


def _are_contacts(held: set[str], as_customers: set[str], headers: Sequence[str]) -> bool:
    if not held & {"customer", "customer_id"} or as_customers & _ABOUT_A_COMPANY:
        return False
    plain_names = {word for word, _ in _entries(WEAK[SheetKind.CONTACTS]["name"], "name")}
    people = {word for word, _ in _entries(SAYS_PERSON, "name")}
    plain = any(header_key(header) in plain_names | people for header in headers)
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
    unnumbered = _NUMBER.sub("", key)
    if unnumbered != key:
        found = words.get(unnumbered) or words.get(_NUMBER.sub("1", key)) or ()
        return [(_NUMBERED, field) for _, field in found if field in MULTIPLE]
    return ()


def _contradicts(look: Look, field: str) -> bool:
    """Return whether the values of a column cannot be what its header says."""
    if look.empty:
        return False
    if look.shape is Shape.EMAIL:
        return field not in _MAY_HOLD_EMAILS
    if look.shape is Shape.DATE:
        return field not in _MAY_HOLD_DATES
    if field in _EMAIL_FIELDS:
        return not look.some_emails
    # Without its date no row of a list of orders can be read, and each row says so.
    return field in DATE_FIELDS and field != "date" and not look.some_dates


def _by_values(
    headers: Sequence[str], looks: Mapping[str, Look], columns: Mapping[str, str], kind: SheetKind
) -> dict[str, str]:
    """Return the fields of columns that only their values explain; where two fit, neither is taken."""
    found: dict[str, list[str]] = {}
    for header in headers:
        shape = looks.get(header, Look()).shape
        field = _FIELD_OF_SHAPE.get(shape) if shape else None
        if shape is Shape.TALK and kind is not SheetKind.TOUCHPOINTS:
            continue
        if header not in columns and field in STRONG[kind]:
            found.setdefault(field, []).append(header)
    return {fitting[0]: field for field, fitting in found.items() if len(fitting) == 1}


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

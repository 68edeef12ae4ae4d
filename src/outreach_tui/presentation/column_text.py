"""Columns of a list that comes in: what each was taken for, in words, with samples of what it holds."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from rich.cells import cell_len

from outreach_tui.domain.columns import EXTRA, PASSED_OVER, SYSTEM_ID
from outreach_tui.domain.text import clean_line
from outreach_tui.presentation.layout import PieceLine, cut, fit
from outreach_tui.presentation.words import plural

KINDS = {
    "customers": "customers, with their people",
    "contacts": "people of customers",
    "purchases": "orders, invoices, purchases",
    "touchpoints": "calls, visits, messages",
}
"""What the rows of a list are, in words."""
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Western Europe, Windows",
    "cp1250": "Central Europe, Windows",
    "cp1251": "Cyrillic, Windows",
    "cp1253": "Greek, Windows",
    "cp1254": "Turkish, Windows",
    "cp1257": "Baltic, Windows",
    "cp850": "Western Europe, DOS",
    "mac-roman": "Western Europe, old Mac",
}
"""How letters may be written, in words."""
_WORDS = {
    EXTRA: "kept as it is",
    PASSED_OVER: "not read",
    SYSTEM_ID: "id in that system",
    "name": "name",
    "own_id": "our own id",
    "own_customer_id": "our own id of the customer",
    "customer": "customer",
    "customer_id": "customer's number",
    "external_id": "number",
    "contact": "person",
    "first_name": "person's first name",
    "middle_name": "person's middle name",
    "last_name": "person's last name",
    "role": "person's role",
    "contact_phone": "person's phone",
    "contact_email": "person's e-mail",
    "email": "e-mail",
    "postal_code": "postal code",
    "customer_since": "customer since",
    "renewal_on": "renewal",
    "last_contact_on": "last contact",
    "owner": "who looks after them",
}
_MOST_HEADER, _MOST_FIELD = 26, 22
_GAP = "  "


class Column(Protocol):
    """One column as it is understood."""

    @property
    def header(self) -> str:
        """Its name."""

    @property
    def field(self) -> str:
        """What it was taken for."""

    @property
    def samples(self) -> Sequence[str]:
        """A few of its values."""

    @property
    def filled(self) -> int:
        """Rows that have a value."""


def column_words(field: str, kind: str | None = None) -> str:
    """Return what people call a field of a list: "customer since"; with the kind also whose name it is."""
    if field == "name" and kind:
        return "company" if kind == "customers" else "person"
    if field == "external_id" and kind:
        whose = {"customers": "customer", "contacts": "person", "purchases": "order"}
        return f"{whose.get(kind, 'conversation')}'s number"
    return _WORDS.get(field) or clean_line(field).replace("_", " ")


class ColumnTable:
    """Rows of columns that align: header, field, how many are filled, samples; long headers are cut."""

    def __init__(
        self, columns: Sequence[Column], kind: str | None, rows: int, asked: Collection[str]
    ) -> None:
        """`asked` are the headers of dates that are to be asked about."""
        self._columns = columns
        self._kind = kind
        self._rows = rows
        self._asked = asked
        self._header = min(_MOST_HEADER, max((cell_len(c.header) for c in columns), default=0))

    def head(self, width: int) -> PieceLine:
        """Return the line above the columns."""
        header, field, filled = self._widths(width)
        words = (fit("column", header), fit("is", field), fit("filled", filled), "holds")
        return [(cut("  " + _GAP.join(words), width), "muted")]

    def row(self, index: int, width: int, *, current: bool) -> PieceLine:
        """Return the line of one column."""
        column = self._columns[index]
        header, field, filled = self._widths(width)
        asked = column.header in self._asked
        words = column_words(column.field, self._kind) + (" ?" if asked else "")
        used = column.field not in (EXTRA, PASSED_OVER)
        samples = " · ".join(clean_line(sample) for sample in column.samples)
        count = "all" if column.filled == self._rows else f"{column.filled:,}"
        left = width - 2 - header - field - filled - 3 * len(_GAP)
        return [
            ("▶ " if current else "  ", "accent"),
            (fit(clean_line(column.header), header) + _GAP, "strong" if used else ""),
            (fit(words, field) + _GAP, "due" if asked else "" if used else "muted"),
            (f"{count:>{filled}}" + _GAP, "muted"),
            (cut(samples, left) if left > 0 else "", "muted"),
        ]

    def _widths(self, width: int) -> tuple[int, int, int]:
        field = _MOST_FIELD if width >= 60 else 14
        return min(self._header, max(8, width // 3)), field, 6


def list_line(
    name: str, rows: int, kind: str | None, place: tuple[int, int], width: int
) -> PieceLine:
    """Return "customers.csv, 91 rows: customers, with their people"."""
    at, of = place
    which = f"{at} of {of}: " if of > 1 else ""
    what = KINDS[kind] if kind else "what is it?"
    count = f", {plural(rows, 'row')}: "
    room = width - cell_len(which) - cell_len(count) - cell_len(what)
    head = f"{which}{cut(clean_line(name), max(room, 8))}{count}"
    return [(head, ""), (cut(what, width - cell_len(head)), "strong" if kind else "due")]


def decoded_otherwise(text: str, now: str, encoding: str) -> str:
    """Return how a text would read in another encoding; empty if it cannot be of that one."""
    try:
        return clean_line(text.encode(now).decode(encoding))
    except UnicodeError:
        return ""


def reading_words(order: str, on: date | None) -> str:
    """Return how a date would be read: "3 April 2026, day first"."""
    order = order.replace("-", " ")
    return f"{on.day} {on:%B} {on.year}, {order}" if on else order

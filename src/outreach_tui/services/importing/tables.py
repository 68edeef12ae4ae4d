"""A sheet whose columns are understood: its rows give days, amounts and text by field."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial

from outreach_tui.domain.column_values import EMAIL
from outreach_tui.domain.columns import (
    DATE_FIELDS,
    EXTRA,
    SYSTEM_ID,
    SheetKind,
    header_key,
    missing_fields,
)
from outreach_tui.domain.own_columns import COME_BACK, extra_of, own_kind, system_of
from outreach_tui.domain.written_amounts import currency_of, decimal_mark, read_amount
from outreach_tui.domain.written_dates import DateOrder, read_date
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.date_orders import order_of
from outreach_tui.services.importing.memory import ColumnMemory, Said
from outreach_tui.services.importing.understanding import listed_headers, looks_of, understood
from outreach_tui.services.ports import Sheet

DateOrders = Mapping[tuple[str, str], DateOrder]
"""Answers to `UnclearDates`, by file and column."""
_SEVERAL = re.compile(r" ::: |[;|]| / ")
"""Between two values of one cell; Google writes `:::`."""
_MAY_BE_SEVERAL = re.compile(r"[;|,<]| / | ::: |@.*@")
_SHORTEST_NUMBER = 5
"""Digits of a phone number; what is shorter belongs to the one before the comma."""


class Table:
    """One sheet, its kind, the field of every column, and how each column writes dates and amounts."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        said: Said,
        date_order: DateOrder | None,
        date_orders: DateOrders,
        is_country: Callable[[str], bool],
        memory: ColumnMemory,
    ) -> None:
        """`said` has the headers of this sheet only. Raises BadInput for a list that cannot be understood."""
        self.sheet = sheet
        own = own_kind(sheet.headers)
        if own and own not in COME_BACK:
            raise _for_reading(sheet, own)
        self.ours = own is not None
        """Whether an export wrote it: a cell holds one value then."""
        looks = looks_of(sheet, is_country)
        self.kind, self.columns, remembered = understood(sheet, looks, said, memory)
        self.notes = sheet.notes
        if remembered:
            said_before = ", ".join(f"{header} → {field}" for header, field in remembered.items())
            self.notes = (*sheet.notes, f"as it was said before: {said_before}")
        self.to_remember = memory.remembering(sheet.headers, self.kind, said, looks)
        self._refuse_if_incomplete()
        self._positions: dict[str, list[int]] = {}
        for position, field in enumerate(self.columns.values()):
            self._positions.setdefault(field, []).append(position)
        self.first = {field: positions[0] for field, positions in self._positions.items()}
        """Where the first column of a field is."""
        self._orders = {
            field: order_of(
                partial(self._column, field),
                said.orders.get(self.header(field))
                or date_orders.get((sheet.name, self.header(field)), date_order),
                file=sheet.name,
                column=self.header(field),
            )
            for field in DATE_FIELDS
            if field in self._positions
        }
        # We write 12.500 with a point, a spreadsheet that saved our list perhaps with a comma: both are heard.
        ours = ["0.5"] if self.ours else []
        self._mark = decimal_mark([*ours, *(value for _, value in self._column("amount"))])

    def rows(self) -> Iterator["Row"]:
        """Yield the rows that have as many cells as the table has columns."""
        return (Row(self, line, cells) for line, cells in self.sheet.rows)

    def header(self, field: str) -> str:
        """Return the header of the field's first column, empty if there is none."""
        positions = self._positions.get(field)
        return self.sheet.headers[positions[0]] if positions else ""

    def cells_of(self, cells: Sequence[str], field: str) -> list[str]:
        """Return the cells of all columns of the field."""
        return [cells[position] for position in self._positions.get(field, ())]

    def by_header(self, cells: Sequence[str], field: str) -> dict[str, str]:
        """Return what the columns of a field hold, by header; with `EXTRA`, those without one."""
        return {
            self.sheet.headers[position]: cells[position]
            for position in self._positions.get(field, ())
            if cells[position]
        }

    def day(self, text: str, field: str) -> date:
        """Return the day that a cell of the field's column names. Raises BadInput."""
        return read_date(text, self._orders[field])

    def amount(self, text: str) -> str:
        """Return the amount that a cell names. Raises BadInput."""
        return read_amount(text, self._mark)

    @cached_property
    def email_counts(self) -> Counter[str]:
        """In how many rows each e-mail address stands: one that several share says nothing about who is meant."""
        return Counter(
            email
            for row in self.rows()
            for email in {e.casefold() for e in row.all("email", "contact_email")}
        )

    def _column(self, field: str) -> Iterator[tuple[int, str]]:
        """Yield line and value of the field's column."""
        positions = self._positions.get(field)
        if positions:
            yield from ((line, cells[positions[0]]) for line, cells in self.sheet.rows)

    def _refuse_if_incomplete(self) -> None:
        missing = missing_fields(self.columns, self.kind)
        if missing:
            raise BadInput(
                f"{self.sheet.name}, row {self.sheet.header_row}: a list of {self.kind.value} needs a column for "
                f"{' and '.join(missing)}; it has {listed_headers(self.sheet.headers)}",
                f"say which it is with a mapping such as “{self.sheet.headers[0]}={missing[0]}”",
            )


class Row:
    """One row of a table."""

    def __init__(self, table: Table, line: int, cells: Sequence[str]) -> None:
        self.table = table
        self.line = line
        self._cells = cells
        self._first = table.first

    def text(self, field: str) -> str:
        """Return the cell of a field, empty if there is none."""
        position = self._first.get(field)
        return "" if position is None else self._cells[position]

    def texts(self, *fields: str) -> dict[str, str]:
        """Return the cells of these fields that are not empty."""
        return {field: text for field in fields if (text := self.text(field))}

    def all(self, *fields: str) -> tuple[str, ...]:
        """Return every value of these fields, also several in one cell, each once."""
        found: dict[str, None] = {}
        for field in fields:
            for cell in self.table.cells_of(self._cells, field):
                if not self.table.ours and _MAY_BE_SEVERAL.search(cell):
                    found |= dict.fromkeys(_values(cell))
                elif cell:
                    found[cell] = None
        return tuple(found)

    def by_header(self, field: str) -> dict[str, str]:
        """Return what the columns of a field hold, by header."""
        return self.table.by_header(self._cells, field)

    def extras(self) -> dict[str, str]:
        """Return what the columns without a field hold, by header."""
        return {extra_of(header): text for header, text in self.by_header(EXTRA).items()}

    def external_ids(self) -> dict[str, str]:
        """Return the ids in other systems, by system or the header of the column."""
        named = self.by_header(SYSTEM_ID).items()
        return {system_of(header) or header: id_ for header, id_ in named} | self.by_header(
            "external_id"
        )

    def day(self, field: str) -> date | None:
        """Return a day, None for an empty cell. Raises BadInput with row, header and value."""
        text = self.text(field)
        if not text:
            return None
        try:
            return self.table.day(text, field)
        except BadInput as error:
            raise self.unreadable(field, error.title, error.hint) from None

    def amount(self) -> tuple[str | None, str | None]:
        """Return the amount and the currency written beside it. Raises BadInput with row, header and value."""
        text = self.text("amount")
        if not text:
            return None, None
        try:
            return self.table.amount(text), currency_of(text)
        except BadInput as error:
            raise self.unreadable("amount", error.title, error.hint) from None

    def unreadable(self, field: str, problem: str, hint: str) -> BadInput:
        """Return the reason to skip this row because of a cell."""
        header = self.table.header(field)
        return BadInput(f"row {self.line}, {header}: “{self.text(field)}” {problem}", hint)

    def lacks(self, *fields: str) -> BadInput:
        """Return the reason to skip this row because cells of these fields are empty."""
        headers = [header for field in fields if (header := self.table.header(field))]
        return BadInput(f"row {self.line}: {' and '.join(headers)} is empty", "fill it in")


def tables_of(
    sheets: Sequence[Sheet],
    *,
    kind: SheetKind | None,
    mapping: Mapping[str, str],
    date_order: DateOrder | None,
    date_orders: DateOrders,
    said: Mapping[str, Said],
    is_country: Callable[[str], bool],
    memory: ColumnMemory,
) -> list[Table]:
    """Return the sheets understood, in their order. Raises BadInput, also for a mapping that names no column."""
    own: list[dict[str, str]] = [{} for _ in sheets]
    for typed, field in mapping.items():
        found = False
        for sheet, chosen in zip(sheets, own, strict=True):
            header = _header_named(typed, sheet.headers)
            if header is not None:
                chosen[header], found = field, True
        if not found:
            existing = "; ".join(
                f"{sheet.name} has {listed_headers(sheet.headers)}" for sheet in sheets
            )
            raise BadInput(f"no column is called “{typed}”", existing)
    return [
        Table(
            sheet,
            said=said.get(sheet.name) or Said(kind, chosen),
            date_order=date_order,
            date_orders=date_orders,
            is_country=is_country,
            memory=memory,
        )
        for sheet, chosen in zip(sheets, own, strict=True)
    ]


def _header_named(typed: str, headers: Sequence[str]) -> str | None:
    if typed in headers:
        return typed
    wanted = header_key(typed)
    return next((header for header in headers if wanted and header_key(header) == wanted), None)


def _values(cell: str) -> list[str]:
    """Return the values of a cell that may hold several e-mail addresses or phone numbers."""
    parts = [part.strip() for part in _SEVERAL.split(cell)]
    if len(parts) == 1 and (cell.count("@") > 1 or "<" in cell):
        parts = EMAIL.findall(cell) or parts  # also "Ann Lee <ann@acme.example>"
    elif len(parts) == 1 and "," in cell:
        numbers = [part.strip() for part in cell.split(",")]
        if all(sum(map(str.isdigit, number)) >= _SHORTEST_NUMBER for number in numbers):
            parts = numbers
    return [part for part in parts if part]


def _for_reading(sheet: Sheet, ours: str) -> BadInput:
    return BadInput(
        f"{sheet.name}: an export of {ours} as CSV is for reading; it does not hold all that a record does",
        f"bring {ours} back from JSON: `outreach export {ours} --format json`",
    )

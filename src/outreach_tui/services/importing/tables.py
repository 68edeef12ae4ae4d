"""A sheet whose columns are understood: its rows give days, amounts and text by field."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from outreach_tui.domain.columns import (
    EXTRA,
    SYSTEM_ID,
    UNGUESSED,
    SheetKind,
    field_named,
    fields_of,
    guess_columns,
    guess_kind,
    header_key,
    missing_fields,
)
from outreach_tui.domain.own_columns import extra_of, own_kind, system_of
from outreach_tui.domain.written_amounts import currency_of, decimal_mark, read_amount
from outreach_tui.domain.written_dates import DateOrder, fitting_orders, read_date
from outreach_tui.errors import BadInput
from outreach_tui.services.ports import Sheet

DATE_FIELDS = ("date", "customer_since", "renewal_on", "last_contact_on")


class Table:
    """One sheet, its kind, the field of every column, and how each column writes dates and amounts."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        kind: SheetKind | None,
        mapping: Mapping[str, str],
        date_order: DateOrder | None,
    ) -> None:
        """`mapping` has the headers of this sheet only. Raises BadInput for a list that cannot be understood."""
        self.sheet = sheet
        guessed = guess_kind(sheet.headers, mapping) or guess_kind(sheet.headers)
        self.kind = kind or guessed or _refuse_unknown_kind(sheet)
        chosen = _chosen_fields(sheet, mapping, self.kind)
        self.columns = guess_columns(sheet.headers, self.kind, chosen)
        self._refuse_if_incomplete()
        self._position = {
            field: position
            for position, field in enumerate(self.columns.values())
            if field not in UNGUESSED
        }
        self._extra = [
            (position, extra_of(header))
            for position, (header, field) in enumerate(self.columns.items())
            if field == EXTRA
        ]
        self._systems = [
            (position, system_of(header) or header)
            for position, (header, field) in enumerate(self.columns.items())
            if field == SYSTEM_ID
        ]
        self._orders = {
            field: self._order_of(field, date_order)
            for field in DATE_FIELDS
            if field in self._position
        }
        # We write 12.500 with a point, a spreadsheet that saved our list perhaps with a comma: both are heard.
        ours = ["0.5"] if own_kind(sheet.headers) else []
        self._mark = decimal_mark([*ours, *self._values("amount")])

    def rows(self) -> Iterator["Row"]:
        """Yield the rows that have as many cells as the table has columns."""
        return (Row(self, line, cells) for line, cells in self.sheet.rows)

    def header(self, field: str) -> str:
        """Return the header of the field's column, empty if there is none."""
        position = self._position.get(field)
        return "" if position is None else self.sheet.headers[position]

    def text(self, cells: Sequence[str], field: str) -> str:
        """Return the cell of a field, empty if the list has no such column."""
        position = self._position.get(field)
        return "" if position is None else cells[position]

    def extras(self, cells: Sequence[str]) -> dict[str, str]:
        """Return what the columns without a field hold, by header."""
        return {header: cells[position] for position, header in self._extra if cells[position]}

    def system_ids(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the ids in other systems, by system."""
        ids = {system: cells[position] for position, system in self._systems if cells[position]}
        if value := self.text(cells, "external_id"):
            ids[self.header("external_id")] = value
        return ids

    def several(self, cells: Sequence[str], field: str) -> list[str]:
        """Return the cells of a field that has more than one column, in the order of the columns."""
        return [
            cells[position]
            for held, position in self._position.items()
            if (held == field or held.startswith(f"{field}_")) and cells[position]
        ]

    def day(self, text: str, field: str) -> date:
        """Return the day that a cell of the field's column names. Raises BadInput."""
        return read_date(text, self._orders[field])

    def amount(self, text: str) -> str:
        """Return the amount that a cell names. Raises BadInput."""
        return read_amount(text, self._mark)

    def _values(self, field: str) -> Iterator[str]:
        position = self._position.get(field)
        if position is not None:
            yield from (cells[position] for _, cells in self.sheet.rows)

    def _order_of(self, field: str, wanted: DateOrder | None) -> DateOrder | None:
        orders, example = fitting_orders(self._values(field))
        if not example:
            return wanted or DateOrder.DAY_FIRST  # no date of this column depends on it
        where = f"{self.sheet.name}, column “{self.header(field)}”"
        if wanted and (wanted in orders or not orders):
            return wanted
        if wanted:
            raise BadInput(
                f"{where}: its dates cannot be {wanted.value}: {self._counterexample(field, wanted)}",
                "leave the order of dates out; this column decides it",
            )
        if len(orders) == 1:
            return next(iter(orders))
        line = next(line for line, cells in self.sheet.rows if self.text(cells, field) == example)
        what = "can be read day first or month first" if orders else "are of both orders"
        raise BadInput(
            f"{where}: its dates {what}, such as {example} in row {line}",
            "say which with the order of dates, day-first or month-first, or write them like 2026-12-03",
        )

    def _counterexample(self, field: str, wanted: DateOrder) -> str:
        for line, cells in self.sheet.rows:
            value = self.text(cells, field)
            if wanted not in fitting_orders([value])[0]:
                return f"row {line} has {value}"
        return "no row fits"

    def _refuse_if_incomplete(self) -> None:
        missing = missing_fields(self.columns, self.kind)
        if missing:
            raise BadInput(
                f"{self.sheet.name}, row 1: a list of {self.kind.value} needs a column for "
                f"{' and '.join(missing)}; it has {_listed(self.sheet.headers)}",
                f"say which it is with a mapping such as “{self.sheet.headers[0]}={missing[0]}”",
            )


class Row:
    """One row of a table."""

    def __init__(self, table: Table, line: int, cells: Sequence[str]) -> None:
        self.table = table
        self.line = line
        self._cells = cells

    def text(self, field: str) -> str:
        """Return the cell of a field, empty if there is none."""
        return self.table.text(self._cells, field)

    def texts(self, *fields: str) -> dict[str, str]:
        """Return the cells of these fields that are not empty."""
        return {field: text for field in fields if (text := self.text(field))}

    def extras(self) -> dict[str, str]:
        """Return what the columns without a field hold, by header."""
        return self.table.extras(self._cells)

    def external_ids(self) -> dict[str, str]:
        """Return the ids in other systems, by system or the header of the column."""
        return self.table.system_ids(self._cells)

    def several(self, field: str) -> list[str]:
        """Return the cells of a field that has more than one column: Phone, Phone 2 …"""
        return self.table.several(self._cells, field)

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
            existing = "; ".join(f"{sheet.name} has {_listed(sheet.headers)}" for sheet in sheets)
            raise BadInput(f"no column is called “{typed}”", existing)
    return [
        Table(sheet, kind=kind, mapping=chosen, date_order=date_order)
        for sheet, chosen in zip(sheets, own, strict=True)
    ]


def _header_named(typed: str, headers: Sequence[str]) -> str | None:
    if typed in headers:
        return typed
    wanted = header_key(typed)
    return next((header for header in headers if wanted and header_key(header) == wanted), None)


def _chosen_fields(sheet: Sheet, mapping: Mapping[str, str], kind: SheetKind) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for header, typed in mapping.items():
        field = field_named(typed, kind)
        if field is None:
            raise BadInput(
                f"{sheet.name}: a list of {kind.value} has no field “{typed}”",
                f"the fields are {', '.join(fields_of(kind))}",
            )
        if field != EXTRA and field in chosen.values():
            raise BadInput(
                f"{sheet.name}: two columns are mapped to “{field}”",
                f"map one of them to another field, or to {EXTRA}",
            )
        chosen[header] = field
    return chosen


def _refuse_unknown_kind(sheet: Sheet) -> SheetKind:
    if ours := own_kind(sheet.headers):
        raise BadInput(
            f"{sheet.name}: an export of {ours} as CSV is for reading; it does not hold all that a record does",
            f"bring {ours} back from JSON: `outreach export {ours} --format json`",
        )
    raise BadInput(
        f"{sheet.name}, row 1: no column names a company, a contact or an order: {_listed(sheet.headers)}",
        "say what a column holds with a mapping such as "
        f"“{sheet.headers[0]}=name”; the fields are {', '.join(fields_of(SheetKind.CUSTOMERS))}",
    )


def _listed(headers: Sequence[str], most: int = 20) -> str:
    more = f" and {len(headers) - most} more" if len(headers) > most else ""
    return ", ".join(islice(headers, most)) + more

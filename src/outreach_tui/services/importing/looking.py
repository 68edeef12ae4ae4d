"""A list before it is worked out: its columns, what each was taken for, samples, and what only a person can say."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from outreach_tui.domain.columns import DATE_FIELDS, SheetKind, guess_columns, missing_fields
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.date_orders import UnclearDates, order_of
from outreach_tui.services.importing.memory import ColumnMemory, Said
from outreach_tui.services.importing.understanding import looks_of, understood
from outreach_tui.services.ports import Sheet

SAMPLES = 3


class ColumnView(NamedTuple):
    """One column."""

    header: str
    field: str
    samples: tuple[str, ...]
    """A few different values; those with letters beyond ASCII first, since they show a wrong encoding."""
    filled: int
    """Rows that have a value."""


class DateQuestion(NamedTuple):
    """Dates that can be read both ways."""

    header: str
    row: int
    example: str
    readings: tuple[tuple[DateOrder, date | None], ...]
    """The day that the example would be, None where the column mixes both orders."""


class SheetLook(NamedTuple):
    """A list as it is understood."""

    kind: SheetKind | None
    """None if nobody could guess it: nothing else is known then."""
    columns: tuple[ColumnView, ...]
    missing: tuple[str, ...] = ()
    """Fields without which no row can be read."""
    questions: tuple[DateQuestion, ...] = ()
    remembered: frozenset[str] = frozenset()
    """Headers whose field somebody chose at an earlier import."""


class SheetView:
    """Looks at one list again and again while a person corrects it; its rows are read once."""

    def __init__(
        self, sheet: Sheet, is_country: Callable[[str], bool], memory: ColumnMemory
    ) -> None:
        self.sheet = sheet
        self.name, self.rows, self.encoding = sheet.name, len(sheet.rows), sheet.encoding
        self._memory = memory
        self._looks = looks_of(sheet, is_country)
        columns: Sequence[Sequence[str]] = list(
            zip(*(cells for _, cells in sheet.rows), strict=True)
        )
        columns = columns or [()] * len(sheet.headers)
        self._filled = [sum(map(bool, column)) for column in columns]
        self._samples = [_samples(column) for column in columns]
        self._position = {header: at for at, header in enumerate(sheet.headers)}
        self._questions: dict[str, DateQuestion | None] = {}

    def look(self, said: Said) -> SheetLook:
        """Return the list as it is understood with what was said. Raises BadInput for what cannot be meant."""
        try:
            kind, columns, remembered = understood(self.sheet, self._looks, said, self._memory)
        except BadInput:
            if said.fields:
                raise
            plain = guess_columns(self.sheet.headers, SheetKind.CUSTOMERS, looks=self._looks)
            return SheetLook(None, self._views(plain))
        dates = [
            header
            for field in DATE_FIELDS
            if (header := next((h for h, of in columns.items() if of == field), None))
        ]
        return SheetLook(
            kind,
            self._views(columns),
            missing_fields(columns, kind),
            tuple(
                q for header in dates if header not in said.orders and (q := self._question(header))
            ),
            frozenset(remembered),
        )

    def _views(self, columns: dict[str, str]) -> tuple[ColumnView, ...]:
        return tuple(
            ColumnView(header, columns[header], self._samples[at], self._filled[at])
            for header, at in self._position.items()
        )

    def _question(self, header: str) -> DateQuestion | None:
        """Return what is to be asked about a column of dates, None if nothing is open."""
        if header not in self._questions:
            self._questions[header] = None
            try:
                order_of(partial(self._cells, header), None, file=self.sheet.name, column=header)
            except UnclearDates as open_:
                readings: tuple[tuple[DateOrder, date | None], ...] = open_.readings
                if not readings:
                    readings = tuple((order, None) for order in DateOrder)
                self._questions[header] = DateQuestion(header, open_.row, open_.example, readings)
        return self._questions[header]

    def _cells(self, header: str) -> list[tuple[int, str]]:
        at = self._position[header]
        return [(line, cells[at]) for line, cells in self.sheet.rows]


def _samples(column: Sequence[str]) -> tuple[str, ...]:
    """Return a few different values, in their order but for one that shows the encoding."""
    found = list(dict.fromkeys(value for value in column if value))[:SAMPLES]
    foreign = next((value for value in column if not value.isascii()), None)
    if foreign is not None and all(map(str.isascii, found)):
        found = [foreign, *found[: SAMPLES - 1]]
    return tuple(found)

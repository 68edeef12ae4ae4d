"""In which order the slashed dates of a column are read: decided by the column, else asked."""

from collections.abc import Callable, Iterable

from outreach_tui.domain.written_dates import DateOrder, fitting_orders, read_date
from outreach_tui.errors import BadInput

Cells = Callable[[], Iterable[tuple[int, str]]]
"""Line and value of every cell of a column."""


class UnclearDates(BadInput):
    """The dates of a column can be read two ways, and only a person knows which.

    `readings` are the orders, each with the example as it would be read; empty where the column mixes both.
    """

    def __init__(
        self, *, file: str, column: str, row: int, example: str, mixed: bool = False
    ) -> None:
        what = "are of both orders" if mixed else "can be read day first or month first"
        super().__init__(
            f"{file}, column “{column}”: its dates {what}, such as {example} in row {row}",
            "say which with the order of dates, day-first or month-first, or write them like 2026-12-03",
        )
        self.file = file
        self.column = column
        self.row = row
        self.example = example
        self.readings = () if mixed else tuple((o, read_date(example, o)) for o in DateOrder)


def order_of(cells: Cells, wanted: DateOrder | None, *, file: str, column: str) -> DateOrder | None:
    """Return the order of a column's dates.

    Raises UnclearDates if the column leaves it open and nobody said, BadInput if it contradicts what was said.
    """
    orders, example = fitting_orders(value for _, value in cells())
    if not example:
        return wanted or DateOrder.DAY_FIRST  # no date of this column depends on it
    if wanted and (wanted in orders or not orders):
        return wanted
    if wanted:
        raise BadInput(
            f"{file}, column “{column}”: its dates cannot be {wanted.value}: "
            f"{_counterexample(cells, wanted)}",
            "leave the order of dates out; this column decides it",
        )
    if len(orders) == 1:
        return next(iter(orders))
    row = next(line for line, value in cells() if value == example)
    raise UnclearDates(file=file, column=column, row=row, example=example, mixed=not orders)


def _counterexample(cells: Cells, wanted: DateOrder) -> str:
    for line, value in cells():
        if wanted not in fitting_orders([value])[0]:
            return f"row {line} has {value}"
    return "no row fits"

"""Tables and paragraphs for a terminal without an app, made of the same pieces as the screens."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from outreach_tui.domain.text import clean_line
from outreach_tui.presentation.layout import Piece, PieceLine, cut, fit, wrap


class Column(NamedTuple):
    """How a column is set; one with `least` may be cut down to that many cells where room is short."""

    title: str
    right: bool = False
    least: int | None = None


def plain(text: str) -> Piece:
    """Return a text without a role."""
    return text, ""


def heading(text: str) -> PieceLine:
    """Return a line that names what follows."""
    return [(text, "heading")]


def paragraph(text: str, room: int, *, indent: int = 0, role: str = "") -> list[PieceLine]:
    """Return a text wrapped and indented."""
    return [[(" " * indent + row, role)] for row in wrap(clean_line(text), room - indent)]


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Piece]], room: int | None = None
) -> list[PieceLine]:
    """Return a heading and the rows, set in columns; without `room` nothing is cut."""
    grid = [[(clean_line(text), role) for text, role in row] for row in rows]
    widths = [
        max([cell_len(column.title), *(cell_len(row[i][0]) for row in grid)])
        for i, column in enumerate(columns)
    ]
    if room is not None:
        _narrow(columns, widths, room)
    titles = [(column.title, "muted") for column in columns]
    return [_set(row, columns, widths) for row in [titles, *grid]]


def _narrow(columns: Sequence[Column], widths: list[int], room: int) -> None:
    """Take cells from the widest column that may give any until everything fits, or none can."""
    over = sum(widths) + 2 * (len(widths) - 1) - room
    while over > 0:
        giving = [i for i, c in enumerate(columns) if c.least is not None and widths[i] > c.least]
        if not giving:
            return
        widths[max(giving, key=lambda i: widths[i])] -= 1
        over -= 1


def _set(row: Sequence[Piece], columns: Sequence[Column], widths: Sequence[int]) -> PieceLine:
    pieces: PieceLine = []
    for (text, role), column, room in zip(row, columns, widths, strict=True):
        if pieces:
            pieces.append(plain("  "))
        shown = cut(text, room)
        pieces.append(
            (" " * (room - cell_len(shown)) + shown if column.right else fit(shown, room), role)
        )
    return pieces

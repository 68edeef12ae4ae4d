"""Rows of a file, of whatever format, to a sheet: the column names are found, and rows that do not fit are problems.

A cell is never moved to another column.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from outreach_tui.domain.columns import knows_header
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.services.ports import Cell, Sheet

MAX_COLUMNS = 1000
HEADER_WITHIN = 30
"""So many rows that are not blank may hold the title of a list; the column names are among them."""
_DATA = re.compile(
    r"[^@\s]+@[^@\s.]+\.[^@\s]+"  # an e-mail address
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?"  # a date
    r"|[-+(]?\s?(?:[A-Z]{3}|[$€£¥])?\s?\d[\d.,' ]*\s?(?:[A-Z]{3}|[€])?\)?"  # a number or an amount
)


class Record(NamedTuple):
    """A row as it stands in the file; `cells` is None if it cannot be taken apart."""

    line: int
    last_line: int
    cells: tuple[str, ...] | None


def read_table(data: bytes, name: str, encoding: str = "") -> Sheet:
    """Return the table in a file: a workbook, or text with separators. `name` is for messages.

    Raises BadInput for a file that is no table, with the file, the row and a remedy.
    """
    name = clean_line(name) or "the file"
    if data.startswith(b"PK\x03\x04"):
        from outreach_tui.formats.workbooks import read_workbook

        return read_workbook(data, name)
    from outreach_tui.formats.csv_files import read_csv

    return read_csv(data, name, encoding)


def sheet_of(
    records: Iterable[Record], name: str, notes: Sequence[str] = (), *, mend: str = ""
) -> Sheet:
    """Return the sheet that the rows make; titles and blank rows above the column names are left out.

    `mend` says what to do about column names that cannot be taken apart. Raises BadInput for rows that are no table.
    """
    records = iter(records)
    top = _top(records)
    if not top:
        raise BadInput(f"{name}, row 1: the file is empty", "export the list again")
    at = header_at([record.cells or () for record in top])
    header = top[at]
    if header.cells is None:
        raise BadInput(
            f"{name}, row {header.line}: the quotation marks of the column names do not fit", mend
        )
    if len(header.cells) > MAX_COLUMNS:
        raise BadInput(
            f"{name}, row {header.line}: there are more than {MAX_COLUMNS:,} columns",
            "leave out those that you do not need, or check what separates the cells",
        )
    headers = _usable_headers(header.cells)
    _refuse_data_as_headers(header, name)
    rows, problems = _fit(chain(top[at + 1 :], records), len(headers), headers)
    if at:
        title = [record for record in top[:at] if not _blank(record)]
        first, last = title[0].line, title[-1].last_line
        above = f"row {first}" if first == last else f"rows {first} to {last}"
        notes = (*notes, f"not read, above the column names: {above}")
    return Sheet(
        name=name,
        headers=headers,
        rows=tuple(rows),
        problems=tuple(problems),
        notes=tuple(notes),
        header_row=header.line,
    )


def _top(records: Iterator[Record]) -> list[Record]:
    """Take the first rows, from the first that is not blank; of a gap between them one row says as much as all."""
    top: list[Record] = []
    filled = 0
    for record in records:
        if _blank(record):
            if top and not _blank(top[-1]):
                top.append(record)
            continue
        top.append(record)
        filled += 1
        if record.cells is None or filled == HEADER_WITHIN:
            break
    return top


def header_at(rows: Sequence[Sequence[str]]) -> int:
    """Return which of the first rows of a file holds the column names: 0 unless what is above reads as a title.

    A title is narrower than the list under it, and has fewer words that head columns.
    """
    if not rows:
        return 0
    widths = [_filled(row) for row in rows]
    known = [sum(knows_header(cell) for cell in row[:MAX_COLUMNS] if cell) for row in rows]
    best = max(range(len(rows)), key=lambda at: (known[at], -at))
    if known[best] < 2:
        best = _below_a_title(rows, widths) if not known[0] else 0
    if known[best] <= known[0] and known[0]:
        return 0
    return best if max(widths[:best], default=0) < widths[best] else 0


def _below_a_title(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> int:
    """Return the first wide row under titles of one cell, for column names that nobody has heard of."""
    wide = next((at for at, width in enumerate(widths) if width > 1), 0)
    under = [width for width in widths[wide + 1 :] if width]
    if not wide or widths[wide] < 3 or not under or min(under) < 2:
        return 0
    return 0 if any(_DATA.fullmatch(cell) for cell in rows[wide]) else wide


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _blank(record: Record) -> bool:
    return record.cells is not None and not any(record.cells)


def _usable_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Return headers that tell the columns apart: "Phone", "Phone (2)", "column 4"."""
    used: set[str] = set()
    headers = []
    for number, cell in enumerate(cells, 1):
        wanted = cell or f"column {number}"
        header, copy = wanted, 1
        while header.casefold() in used:
            copy += 1
            header = f"{wanted} ({copy})"
        used.add(header.casefold())
        headers.append(header)
    return tuple(headers)


def _refuse_data_as_headers(header: Record, name: str) -> None:
    cells = header.cells or ()
    if any(knows_header(cell) for cell in cells):
        return
    data = next((cell for cell in cells if _DATA.fullmatch(cell)), None)
    if data is not None:
        raise BadInput(
            f"{name}, row {header.line}: “{data}” is data, and this should be the row of column names",
            "add a first row such as Company,Contact,Phone,City,Country",
        )


def _fit(
    records: Iterator[Record], width: int, headers: Sequence[str]
) -> tuple[list[tuple[int, tuple[str, ...]]], list[Cell]]:
    """Return the rows with as many cells as there are headers, and the rows that do not fit."""
    rows: list[tuple[int, tuple[str, ...]]] = []
    problems: list[Cell] = []
    after_gap = 0
    """How many rows there were before the last blank one."""
    for record in records:
        if record.cells is None:
            problems.append(Cell(record.line, headers[0], _quotes_problem(record)))
        elif any(record.cells[width:]):
            count = len(record.cells)
            cells = f"{count}" if count <= MAX_COLUMNS else f"more than {MAX_COLUMNS:,}"
            wrong = (
                f"row {record.line} has {cells} cells for {width} columns; "
                "put quotation marks around text that holds the separator"
            )
            problems.append(Cell(record.line, headers[-1], wrong))
        elif any(record.cells):
            padding = ("",) * (width - len(record.cells))
            rows.append((record.line, (*record.cells[:width], *padding)))
        else:
            after_gap = len(rows)
    if after_gap < len(rows) and _is_footer(rows[:after_gap], rows[after_gap:], width):
        problems += [
            Cell(line, headers[0], f"row {line} is a remark under the list: “{cells[0]}”")
            for line, cells in rows[after_gap:]
        ]
        del rows[after_gap:]
    return rows, problems


def _is_footer(
    rows: Sequence[tuple[int, Sequence[str]]],
    below: Sequence[tuple[int, Sequence[str]]],
    width: int,
) -> bool:
    """Return whether what follows the last blank row are remarks: one cell each, under rows that have more."""
    return (
        bool(rows)
        and width > 2
        and all(cells[0] and _filled(cells) == 1 for _, cells in below)
        and all(_filled(cells) > 1 for _, cells in rows)
    )


def _quotes_problem(record: Record) -> str:
    where = f"row {record.line}"
    if record.last_line > record.line:
        where = f"rows {record.line} to {record.last_line}"
    return f"{where}: text follows a closing quotation mark; write a mark inside of text twice"

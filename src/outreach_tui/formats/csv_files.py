"""CSV as spreadsheets, CRMs and shops write it: bytes to a sheet of clean text, with problems by row.

Pure: reading the file is somebody else's. A cell is never moved to another column; a row that does not fit is a problem
with its line number.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from outreach_tui.domain.columns import knows_header
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.formats.csv_out import unguarded
from outreach_tui.services.ports import Cell, Sheet

MAX_BYTES = 100 * 1024 * 1024
"""Everything is held in memory, about five times the file; 100 MB are a million rows."""
SEPARATORS = (",", ";", "\t", "|")
NO_SEPARATOR = "\x1f"
"""For a file of one column, whose commas are text: nobody types a unit separator."""
SAMPLE_ROWS = 200
"""So many rows decide on the separator."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "a workbook or an archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
_SAVE_AS = "open it in your spreadsheet and save it as “CSV UTF-8”"
_SEPARATOR_LINE = re.compile(r"sep=([^\w\s\"]|\t)\r?\n?", re.IGNORECASE)
_DATA = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+"  # an e-mail address
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?"  # a date
    r"|[-+(]?\s?(?:[A-Z]{3}|[$€£¥])?\s?\d[\d.,' ]*\s?(?:[A-Z]{3}|[€])?\)?"  # a number or an amount
)


class _Record(NamedTuple):
    """A row as it stands in the file; `cells` is None if its quotation marks do not fit."""

    line: int
    last_line: int
    cells: tuple[str, ...] | None


def read_csv(data: bytes, name: str) -> Sheet:
    """Return the rows of a CSV file; `name` is for messages.

    Line numbers are those of the file, where a quoted line end counts. Raises BadInput with the file, the row and a
    remedy for a file that is no table: binary, empty, too big, in an unknown encoding or without column names.
    """
    name = clean_line(name) or "the file"
    text = _decode(data, name)
    separator, skipped = _separator(text)
    records = _records(text, separator, name, skipped)
    header = next((record for record in records if not _blank(record)), None)
    if header is None:
        raise BadInput(f"{name}, row 1: the file is empty", "export the list again")
    if header.cells is None:
        raise BadInput(
            f"{name}, row {header.line}: the quotation marks of the column names do not fit",
            f"mend that row, or {_SAVE_AS}",
        )
    headers = _usable_headers(header.cells)
    _refuse_data_as_headers(header, name)
    rows, problems = _fit(records, len(headers), headers)
    return Sheet(name=name, headers=headers, rows=tuple(rows), problems=tuple(problems))


def _decode(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise BadInput(
            f"{name}, row 1: the file has {len(data) / 1024 / 1024:,.0f} MB; more than 100 MB are not read",
            "all of it has to fit into memory; split it, each part with the column names",
        )
    for magic, what in _NOT_TEXT:
        if data.startswith(magic):
            raise BadInput(f"{name}, row 1: this is {what}, not CSV", _SAVE_AS)
    bom = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    if bom is None and b"\0" in data:
        raise _binary(name, data.count(b"\n", 0, data.index(b"\0")) + 1)
    text = _decoded(data, bom, name)
    if "\0" in text:
        raise _binary(name, text.count("\n", 0, text.index("\0")) + 1)
    return text


def _decoded(data: bytes, bom: str | None, name: str) -> str:
    """Decode by the byte order mark, else strict UTF-8, else Windows-1252 (ARCHITECTURE.md, encodings)."""
    for encoding in (bom,) if bom else ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            row = error.object.count(b"\n", 0, error.start) + 1  # without the mark
    what = "damaged text" if bom else "neither UTF-8 nor Windows-1252 text"
    raise BadInput(f"{name}, row {row}: this is {what}", _SAVE_AS)


def _binary(name: str, row: int) -> BadInput:
    return BadInput(f"{name}, row {row}: there are NUL bytes; this is not a text file", _SAVE_AS)


def _separator(text: str) -> tuple[str, int]:
    """Return the separator, and how many lines at the top only name it (`sep=;`, as Excel writes).

    A separator fits as far as rows have as many cells as the first one; of equals, the one with most columns.
    """
    first, newline, _ = text.partition("\n")
    if named := _SEPARATOR_LINE.fullmatch(first + newline):
        return named[1], 1
    best, best_fit = NO_SEPARATOR, (0.0, 0)
    for separator in SEPARATORS:
        widths = _widths(text, separator)
        if not widths:
            return separator, 0  # nothing but this separator stands in the file
        if widths[0] < 2:
            continue
        fit = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if fit > best_fit:
            best, best_fit = separator, fit
    return best, 0


def _widths(text: str, separator: str) -> list[int]:
    """Return how many cells each of the first rows has; blank ones too many at its end do not count."""
    widths: list[int] = []
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    with suppress(csv.Error):  # reading the rows themselves says what is wrong with them
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            first = widths[0] if widths else len(row)
            full = len(row) >= first and not any(cell.strip() for cell in row[first:])
            widths.append(first if full else len(row))
            if len(widths) == SAMPLE_ROWS:
                break
    return widths


def _records(text: str, separator: str, name: str, skipped: int) -> Iterator[_Record]:
    """Yield the rows with their lines. A quotation mark that is not closed would swallow all rows below."""
    lines = io.StringIO(text, newline="")
    for _ in range(skipped):
        lines.readline()
    rows = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        line = rows.line_num + skipped + 1
        try:
            cells: tuple[str, ...] | None = tuple(
                unguarded(clean_line(cell)) for cell in next(rows)
            )
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error) or "field limit" in str(error):
                raise BadInput(
                    f"{name}, row {line}: a quotation mark is opened here and not closed",
                    "close or remove it; the rows below cannot be told from text",
                ) from None
            cells = None
        yield _Record(line, rows.line_num + skipped, cells)


def _blank(record: _Record) -> bool:
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


def _refuse_data_as_headers(header: _Record, name: str) -> None:
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
    records: Iterator[_Record], width: int, headers: Sequence[str]
) -> tuple[list[tuple[int, tuple[str, ...]]], list[Cell]]:
    """Return the rows with as many cells as there are headers, and the rows that do not fit."""
    rows: list[tuple[int, tuple[str, ...]]] = []
    problems: list[Cell] = []
    for record in records:
        if record.cells is None:
            problems.append(Cell(record.line, headers[0], _quotes_problem(record)))
        elif any(record.cells[width:]):
            wrong = (
                f"row {record.line} has {len(record.cells)} cells for {width} columns; "
                "put quotation marks around text that holds the separator"
            )
            problems.append(Cell(record.line, headers[-1], wrong))
        elif any(record.cells):
            padding = ("",) * (width - len(record.cells))
            rows.append((record.line, (*record.cells[:width], *padding)))
    return rows, problems


def _quotes_problem(record: _Record) -> str:
    where = f"row {record.line}"
    if record.last_line > record.line:
        where = f"rows {record.line} to {record.last_line}"
    return f"{where}: text follows a closing quotation mark; write a mark inside of text twice"

"""CSV as spreadsheets, CRMs and shops write it: bytes to a sheet of clean text, with problems by row.

Pure: reading the file is somebody else's.
"""

import csv
import re
from collections.abc import Iterator

import msgspec

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.formats.csv_out import unguarded
from outreach_tui.formats.decoding import SAID_BY_THE_FILE, SAVE_AS, encoding_of, opened
from outreach_tui.formats.sheets import HEADER_WITHIN, MAX_COLUMNS, Record, header_at, sheet_of
from outreach_tui.services.ports import Sheet

SEPARATORS = (",", ";", "\t", "|")
NO_SEPARATOR = "\x1f"
"""For a file of one column, whose commas are text: nobody types a unit separator."""
SAMPLE_ROWS = 200
"""So many rows decide on the separator."""
_SAMPLE_LINES = 2000
_SAMPLE_CHARACTERS = 1 << 20
_SEPARATOR_LINE = re.compile(r"sep=([^\w\s\"]|\t)\r?\n?", re.IGNORECASE)


def read_csv(data: bytes, name: str, encoding: str = "") -> Sheet:
    """Return the rows of a CSV file; `name` is for messages, `encoding` is for one that says none itself.

    Line numbers are those of the file, where a quoted line end counts. Raises BadInput with the file, the row and a
    remedy for a file that is no table: binary, empty, too big, in an unknown encoding or without column names.
    """
    name = clean_line(name) or "the file"
    encoding = encoding_of(data, name, encoding)
    separator, skipped = _separator(data, encoding)
    records = _records(data, encoding, separator, name, skipped)
    sheet = sheet_of(records, name, mend=f"mend that row, or {SAVE_AS}")
    if encoding in SAID_BY_THE_FILE:
        return sheet
    return msgspec.structs.replace(sheet, encoding=encoding)


def _separator(data: bytes, encoding: str) -> tuple[str, int]:
    """Return the separator, and how many lines at the top only name it (`sep=;`, as Excel writes).

    A separator fits as far as rows have as many cells as the column names; of equals, the one with most columns.
    """
    lines = list(_sample(data, encoding))
    if lines and (named := _SEPARATOR_LINE.fullmatch(lines[0])):
        return named[1], 1
    best, best_fit = NO_SEPARATOR, (0.0, 0)
    for separator in SEPARATORS:
        widths = _widths(lines, separator)
        if not widths:
            return separator, 0  # nothing but this separator stands in the file
        if widths[0] < 2:
            continue
        fit = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if fit > best_fit:
            best, best_fit = separator, fit
    return best, 0


def _sample(data: bytes, encoding: str) -> Iterator[str]:
    """Yield the first lines, no more than can be looked at several times."""
    lines, left = opened(data, encoding), _SAMPLE_CHARACTERS
    for _ in range(_SAMPLE_LINES):
        line = lines.readline(left)
        if not line:
            return
        left -= len(line)
        yield line
        if left <= 0:
            return


def _widths(lines: list[str], separator: str) -> list[int]:
    """Return how many cells the column names and the rows below have; blank ones too many at its end do not count."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=separator, skipinitialspace=True):
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                if len(rows) == SAMPLE_ROWS:
                    break
    except csv.Error:  # reading the rows themselves says what is wrong with them
        if not rows:
            return [0]
    widths: list[int] = []
    for row in rows[header_at(rows[:HEADER_WITHIN]) :]:
        first = widths[0] if widths else len(row)
        full = len(row) >= first and not any(row[first:])
        widths.append(first if full else len(row))
    return widths


def _records(
    data: bytes, encoding: str, separator: str, name: str, skipped: int
) -> Iterator[Record]:
    """Yield the rows with their lines. A quotation mark that is not closed would swallow all rows below."""
    lines = opened(data, encoding)
    for _ in range(skipped):
        lines.readline()
    rows = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        line = rows.line_num + skipped + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error) or "field limit" in str(error):
                raise _endless(error, name, line) from None
            yield Record(line, rows.line_num + skipped, None)
            continue
        del row[MAX_COLUMNS + 1 :]
        yield Record(
            line, rows.line_num + skipped, tuple(unguarded(clean_line(cell)) for cell in row)
        )


def _endless(error: csv.Error, name: str, line: int) -> BadInput:
    if "field limit" in str(error):
        return BadInput(
            f"{name}, row {line}: a cell has more than {csv.field_size_limit():,} characters",
            "most often a quotation mark is opened there and not closed; else shorten the text",
        )
    return BadInput(
        f"{name}, row {line}: a quotation mark is opened here and not closed",
        "close or remove it; the rows below cannot be told from text",
    )

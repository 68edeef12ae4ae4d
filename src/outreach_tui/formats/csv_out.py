"""CSV that spreadsheets show as it is meant: UTF-8 with a byte order mark, RFC 4180, and no cell that is a formula.

Text stands in quotation marks, numbers and days do not, so that LibreOffice can tell "01067" from 1067. Why the guard
is an apostrophe, and which cells it leaves alone: docs/decisions/0011-exports.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from outreach_tui.services.ports import OutCell

_BOM = b"\xef\xbb\xbf"
_BATCH = 1000
_FORMULA = re.compile(r"(^|;)(\s*)('*)(?=[=+\-@＝＋－＠])")
"""What a spreadsheet computes: at the start of a cell, and after the semicolon that parts cells in many countries."""
_GUARDED = re.compile(r"(^|;)(\s*)'('*)(?=[=+\-@＝＋－＠])")
_HARMLESS = re.compile(r"-?\d+(?:\.\d+)?|\+\d+(?: [\d()/-]*\d[\d()/-]*)+", re.ASCII)
"""A number, and a telephone number in groups: both are shown as they stand."""


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[OutCell]]) -> Iterator[bytes]:
    """Yield a CSV file piece by piece."""
    yield _BOM + _line(headers)
    lines = iter(rows)
    while batch := b"".join(_line(row) for row in islice(lines, _BATCH)):
        yield batch


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; `unguarded` gives it back."""
    if ";" not in text and text[:1].isalnum():  # nearly all cells, in a third of the time
        return text
    return text if _HARMLESS.fullmatch(text) else _FORMULA.sub(r"\1\2'\3", text)


def unguarded(text: str) -> str:
    """Return a cell without the apostrophes that keep spreadsheets from computing it."""
    return _GUARDED.sub(r"\1\2\3", text) if "'" in text else text


def _line(cells: Sequence[OutCell]) -> bytes:
    return (",".join(map(_cell, cells)) + "\r\n").encode()


def _cell(cell: OutCell) -> str:
    match cell:
        case "":
            return ""
        case str():
            return '"' + guarded(cell).replace('"', '""') + '"'
        case Decimal():
            return format(cell, "f")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)

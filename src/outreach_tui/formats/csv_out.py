"""CSV that goes out: UTF-8 with a byte order mark, RFC 4180, and cells that spreadsheets leave as they are.

A text that a spreadsheet would compute, or take for a number, a day or a time and write otherwise, gets an apostrophe
in front, which an import takes away. Which texts these are, as measured: docs/decisions/0011-exports.md.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from itertools import islice

from outreach_tui.services.ports import OutCell

_BOM = b"\xef\xbb\xbf"
_BATCH = 1000
_FORMULA = re.compile(r"(^|;)(\s*)('*)(?=[=+\-@＝＋－＠])")
"""What a spreadsheet computes: at the start of a cell, and after the semicolon that parts cells in many countries."""
_GUARDED = re.compile(r"(^|;)(\s*)'('*)(?=[=+\-@＝＋－＠])")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,10}")
"""A whole number that stays as it is written; Excel shows no more than 11 digits."""
_TELEPHONE = re.compile(r"\+\d+(?: [\d()/-]*\d[\d()/-]*)+", re.ASCII)
"""A telephone number in groups, which no spreadsheet computes."""
_LETTERS = r"R\$|CHF|kr|zł|Kč"
_UNIT = rf"(?:[%$£¥\u20a0-\u20cf]|{_LETTERS})?"
_NUMBER = (
    rf"[-+(]{{0,2}}{_UNIT} ?(?=[.,]?\d)"
    r"\d*+(?:(?P<mark>[ '.,])\d{3}(?:(?P=mark)\d{3})*)?(?:(?!(?P=mark))[.,]\d*)?(?:e[-+]?\d+)?"
    rf" ?{_UNIT}[-)]?"
)
_FRACTION = r"[-+]?\d++ \d++/\d++"
_DAY = r"(?:(?:\d{1,2}[-/.]){1,2}(?:\d{4}|\d{1,2})|\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?)\.?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_NAMED_DAY = (
    rf"(?:\d{{1,4}}+[ .-]{{0,2}}{_MONTH}(?:[ -]?\d{{1,4}})?|{_MONTH}[ -]?\d{{1,4}})(?:,? \d{{4}})?"
)
_TIME = r"(?:\d++(?::\d{0,2}){1,2}(?:[.,]\d+)?(?: ?[ap]m?)?|\d{1,2}(?: ?[ap]m| [ap]))"
_TRUTH = r"true|false|wahr|falsch|vrai|faux|verdadero|verdadeiro|falso|vero|waar|onwaar"
_VALUE = re.compile(
    rf"{_NUMBER}|{_FRACTION}|(?:{_DAY}|{_NAMED_DAY})(?:[ T]{_TIME})?|{_TIME}|{_TRUTH}",
    re.IGNORECASE,
)
"""What LibreOffice or Excel takes for something other than text, in one country or another."""
_WORD = re.compile(rf"{_LETTERS}|{_MONTH}|{_TRUTH}", re.IGNORECASE)
"""How such a text begins if it begins with a letter."""


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[OutCell]]) -> Iterator[bytes]:
    """Yield a CSV file piece by piece."""
    yield _BOM + _headers(headers)
    lines = iter(rows)
    while batch := b"".join(_line(row) for row in islice(lines, _BATCH)):
        yield batch


def guarded(text: str) -> str:
    """Return a text that no spreadsheet computes or writes otherwise; `unguarded` gives it back."""
    no_formula = ";" not in text and text[:1].isalnum()
    if no_formula and text[0].isalpha() and not _WORD.match(text):  # most cells, at a glance
        return text
    if _is_changed(text):
        return "'" + text
    if no_formula or _WHOLE.fullmatch(text) or _TELEPHONE.fullmatch(text):
        return text
    return _FORMULA.sub(r"\1\2'\3", text)


def unguarded(text: str) -> str:
    """Return a cell without the apostrophes that keep spreadsheets from changing it."""
    if "'" not in text:
        return text
    if text[0] == "'" and _is_changed(text):
        return text[1:]
    return _GUARDED.sub(r"\1\2\3", text)


def _is_changed(text: str) -> bool:
    """Return whether a spreadsheet would write this text otherwise; apostrophes in front do not count."""
    bare = text.lstrip("'")
    return _VALUE.fullmatch(bare) is not None and not _WHOLE.fullmatch(bare)


def _headers(names: Sequence[str]) -> bytes:
    """Return the first row, quoted where it has to be: a mark before quotes makes them text in older LibreOffices."""
    row = io.StringIO()
    csv.writer(row).writerow(map(guarded, names))
    return row.getvalue().encode()


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
        case time():
            return f"{cell:%H:%M}"
        case _:
            return str(cell)

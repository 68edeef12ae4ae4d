"""Excel workbooks (.xlsx): the values of one sheet, as text.

Formulas are never computed, only their stored results are read. A workbook is a zip archive of XML: how large it is
unpacked is checked before anything is, and entities are refused.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import IO, TYPE_CHECKING, Any

import msgspec

from outreach_tui.domain.columns import guess_kind
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput, Refused
from outreach_tui.formats.csv_out import unguarded
from outreach_tui.formats.decoding import MAX_BYTES, too_big
from outreach_tui.formats.sheets import MAX_COLUMNS, Record, sheet_of
from outreach_tui.services.ports import Sheet

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

MAX_UNPACKED = 400 * 1024 * 1024
"""Unpacked XML is about ten times what it says; the rows are read one by one."""
MAX_CELLS = 20_000_000
_SAVE_AS = "open it in your spreadsheet and save it as “CSV UTF-8”"
_LEADING_ZEROS = re.compile("0+")
"""A number format that shows 1067 as 01067."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CHUNK = 1 << 20
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


def read_workbook(data: bytes, name: str) -> Sheet:
    """Return the first sheet that is a list of ours, else the first that is a table at all.

    Raises BadInput for what is no workbook, is too large unpacked or has no table; Refused where the optional
    packages are not installed.
    """
    if len(data) > MAX_BYTES:
        raise too_big(name, len(data))
    _check_archive(data, name)
    book = _open(data, name)
    try:
        return _first_table(book, data, name)
    except BadInput:
        raise
    except Exception as error:  # whatever a damaged workbook makes the reader raise
        raise _damaged(name, error) from error
    finally:
        book.close()


def _check_archive(data: bytes, name: str) -> None:
    """Refuse what is no workbook, and what would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _damaged(name, error) from error
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise BadInput(
            f"{name}: unpacked, this workbook would have {unpacked >> 20:,} MB; more than "
            f"{MAX_UNPACKED >> 20} MB are not read",
            _SAVE_AS,
        )
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        what = "an OpenDocument file" if "mimetype" in names else "an archive, not a workbook"
        raise BadInput(f"{name}: this is {what}", f"save the list as .xlsx, or {_SAVE_AS}")
    if "xl/workbook.bin" in names:
        raise BadInput(
            f"{name}: this is a binary workbook (.xlsb)", f"save it as .xlsx, or {_SAVE_AS}"
        )


def _open(data: bytes, name: str) -> "Workbook":
    try:
        import defusedxml  # noqa: F401  openpyxl then refuses entities
        from openpyxl import load_workbook
    except ImportError as error:
        raise Refused(
            f"{name}: workbooks need the optional part “xlsx”, which is not installed",
            f"install it with: pip install 'outreach-tui[xlsx]'; or {_SAVE_AS}",
        ) from error
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that we do not look at
            return load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # whatever a damaged workbook makes the reader raise
        raise _damaged(name, error) from error


def _first_table(book: "Workbook", data: bytes, name: str) -> Sheet:
    """Return the best sheet, and say which others there are."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    first: tuple[Sheet, Any] | None = None
    for sheet in shown:
        try:
            table = sheet_of(_records(sheet, name), name, mend=_SAVE_AS)
        except BadInput:
            if len(shown) == 1:
                raise
            continue
        if guess_kind(table.headers) is not None:
            first = table, sheet
            break
        first = first or (table, sheet)
    titles = [clean_line(sheet.title) for sheet in shown]
    if first is None:
        raise BadInput(
            f"{name}: none of its sheets is a table: {', '.join(titles) or 'there is none'}",
            "a sheet needs a row of column names such as Company, Contact, Phone, City, Country",
        )
    table, chosen = first
    title = clean_line(chosen.title)
    notes = list(table.notes)
    if others := [f"“{other}”" for other in titles if other != title]:
        notes.insert(0, f"read from sheet “{title}”; not read: {', '.join(others)}")
    # openpyxl says of such a cell only that it is blank, and keeps the place of its sheet to itself.
    blank = _rows_without_result(data, chosen._worksheet_path, table.header_row)
    if blank:
        notes.append(
            f"formulas without a stored result are read as blank: {len(blank):,}, the first in row {blank[0]}; "
            "open the workbook in your spreadsheet and save it again"
        )
    return msgspec.structs.replace(table, notes=tuple(notes))


def _rows_without_result(data: bytes, part: str, first: int) -> list[int]:
    """Return the row of each formula from row `first` on whose result no program has stored."""
    from defusedxml.ElementTree import iterparse
    from openpyxl.xml.constants import SHEET_MAIN_NS as MAIN

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        with archive.open(part) as xml:
            if not _has_formulas(xml):
                return []
        rows: list[int] = []
        row = 0
        with archive.open(part) as xml:
            for _, element in iterparse(xml):
                if element.tag != f"{{{MAIN}}}row":
                    continue
                row = int(float(element.get("r") or row + 1))
                rows += [row for cell in element if row >= first and _lacks_result(cell, MAIN)]
                element.clear()
    return rows


def _has_formulas(xml: IO[bytes]) -> bool:
    """Return whether there is one at all; most lists have none, and are not read once more."""
    before = b""
    while piece := xml.read(_CHUNK):
        if _FORMULA.search(before + piece):
            return True
        before = piece[-100:]
    return False


def _lacks_result(cell: Any, main: str) -> bool:
    """A result that is empty text has its type, "str"."""
    return (
        cell.get("t", "n") == "n"
        and cell.find(f"{{{main}}}f") is not None
        and not cell.findtext(f"{{{main}}}v")
    )


def _records(sheet: Any, name: str) -> Iterator[Record]:
    """Yield the rows with their numbers; what the sheet claims as its size is not believed."""
    sheet.reset_dimensions()
    seen, line = 0, 0
    for row in sheet.iter_rows():
        line = next((cell.row for cell in row if cell.value is not None), line + 1)
        seen += len(row)
        if seen > MAX_CELLS:
            raise BadInput(
                f"{name}, row {line}: there are more than {MAX_CELLS:,} cells up to here",
                "delete the empty columns, or split the list",
            )
        yield Record(line, line, tuple(_text(cell) for cell in row[: MAX_COLUMNS + 1]))


def _text(cell: Any) -> str:
    """Return a value as people would write it: no time where there is none, no decimals that say nothing."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        text = unguarded(clean_line(value))
        return "" if text in _ERRORS else text
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, datetime):
        value = value.replace(microsecond=0)
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, date | time | timedelta):
        return value.isoformat() if not isinstance(value, timedelta) else str(value)
    return clean_line(str(value))


def _number(value: float, shown_as: str) -> str:
    if not isfinite(value):
        return ""
    if isinstance(value, int) or value.is_integer():
        digits = str(int(value))
        return digits.zfill(len(shown_as)) if _LEADING_ZEROS.fullmatch(shown_as or "") else digits
    return format(Decimal(format(value, ".15g")), "f")  # as many digits as Excel keeps


def _damaged(name: str, error: Exception) -> BadInput:
    return BadInput(
        f"{name}: this workbook cannot be read: {clean_line(str(error))[:200] or 'it is damaged'}",
        f"open and save it again, or {_SAVE_AS}",
    )

"""Amounts of money as lists hold them, each column read with one decimal mark: 1,234.56 or 1.234,56."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from outreach_tui.errors import BadInput

LONGEST = 18
"""Digits; a longer number is no amount of money."""

_CURRENCY = r"(?:[A-Za-z]{0,2}[$€£¥₹₽₩₺₪฿]|[A-Z]{3}|kr\.?|Kč|zł|Fr\.?|Ft|lei)"
_MINUS = "\u2212\u2013-"
"""The minus of typography, a dash used for it, and the hyphen, last, so that it makes no range below."""
_SHAPE = re.compile(
    rf"(?P<open>\()? ?(?P<before>[+{_MINUS}])? ?(?P<left>{_CURRENCY})? ?(?P<between>[+{_MINUS}])? ?"
    rf"(?P<number>\d[\d.,'’ ]*?) ?(?P<right>{_CURRENCY})? ?(?P<after>[{_MINUS}])? ?(?P<close>\))?",
    re.ASCII,
)
_SPACED = re.compile(r"\d{1,3}(?:([ '’])\d{3})(?:\1\d{3})*(?:[.,]\d+)?", re.ASCII)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)*", re.ASCII)
_GROUPED = re.compile(r"\d+|\d{1,3}(?:([.,])\d{2,3})?(?:\1\d{2,3})*[.,]\d{3}", re.ASCII)
"""Thousands in threes; the upper ones in twos, as in India."""
_CENTS = re.compile(r"\d[.,]\d\d\D*$", re.ASCII)
_SYMBOLS = {"€": "EUR", "£": "GBP"}


class _Written(NamedTuple):
    """An amount taken apart."""

    digits: str
    """Digits, points and commas."""
    mark: str | None
    """The decimal mark that the amount shows by itself, empty if it has none, None if that is open."""
    negative: bool
    currency: str


def decimal_mark(values: Iterable[str]) -> str:
    """Return the decimal mark of a column, "." or ","; empty if the column uses both.

    `1.234` alone can be either; where no other value of the column decides, three digits after the only mark are
    thousands, as money with three decimals is rare.
    """
    certain: set[str] = set()
    thousands: set[str] = set()
    for value in values:
        written = _take_apart(value)
        if written is None:
            continue
        if written.mark:
            certain.add(written.mark)
        elif written.mark is None:
            thousands.add("," if "," in written.digits else ".")
    if certain:
        return certain.pop() if len(certain) == 1 else ""
    if len(thousands) == 2:
        return ""
    return "," if thousands == {"."} else "."


def read_amount(text: str, mark: str) -> str:
    """Return the amount of a cell as a decimal number in plain text; `mark` is the column's decimal mark.

    Parentheses and a minus on either side make it negative. Raises BadInput, whose title goes on after the value.
    """
    written = _take_apart(text)
    if written is None:
        raise BadInput("is not an amount", "write it like 1234.56")
    if written.mark is None and not mark:
        raise BadInput(
            "can be read two ways, and the column uses both . and , for decimals",
            "write it like 1234.56",
        )
    thousands = "," if (mark if written.mark is None else written.mark) == "." else "."
    value = Decimal(written.digits.replace(thousands, "").replace(",", "."))
    return format(-value if written.negative and value else value, "f")


def is_money(text: str) -> bool:
    """Return whether the text can only be an amount of money: with a currency, or with cents."""
    written = _take_apart(text)
    return written is not None and bool(written.currency or _CENTS.search(text))


def currency_of(text: str) -> str | None:
    """Return the ISO 4217 code beside an amount, None for a sign that several countries use."""
    written = _take_apart(text)
    sign = written.currency if written else ""
    return _SYMBOLS.get(
        sign, sign if len(sign) == 3 and sign.isalpha() and sign.isupper() else None
    )


def _take_apart(text: str) -> _Written | None:
    match = _SHAPE.fullmatch(text)
    if not match or bool(match["open"]) != bool(match["close"]):
        return None
    digits, mark = match["number"], None
    if _SPACED.fullmatch(digits):
        # Blanks already part the thousands, so that a mark can only be the decimal one.
        digits = re.sub(r"[ '’]", "", digits)
        mark = "," if "," in digits else "." if "." in digits else ""
    elif _PLAIN.fullmatch(digits):
        mark = _own_mark(digits)
    else:
        return None
    whole = digits.rpartition(mark)[0] if mark and mark in digits else digits
    signs = [s for s in (match["before"], match["between"], match["after"]) if s]
    if (
        sum(c.isdigit() for c in digits) > LONGEST
        or (mark and digits.count(mark) > 1)
        or not _GROUPED.fullmatch(whole)
        or len(signs) > 1
    ):
        return None
    negative = bool(match["open"]) or any(sign in _MINUS for sign in signs)
    return _Written(digits, mark, negative, match["left"] or match["right"] or "")


def _own_mark(digits: str) -> str | None:
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return max(".", ",", key=digits.rfind)
    if not points and not commas:
        return ""
    used, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other
    head, _, tail = digits.partition(used)
    is_open = len(tail) == 3 and len(head) <= 3 and not head.startswith("0")
    return None if is_open else used

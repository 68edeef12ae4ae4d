"""Telephone numbers: kept as people type them, shown as they are dialled from anywhere.

The rules of each country are those of Google's libphonenumber, in its Python port.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from outreach_tui.domain.place import Place
from outreach_tui.domain.text import clean_line


class Phone(NamedTuple):
    """What a number was understood as."""

    shown: str
    """"+43 316 123456"; as typed where it is not understood."""
    dialled: str
    """"+43316123456" (E.164), empty where it is not understood."""
    doubt: str = ""
    """Why nobody could be reached at it."""


@lru_cache(maxsize=1 << 12)
def read_phone(text: str, country: str = "") -> Phone:
    """Return what a number is understood as; a national one is one of `country` (ISO 3166-1 alpha-2)."""
    if not text:
        return Phone("", "")
    import phonenumbers as library  # 40 ms, and some more for each country

    try:
        number = library.parse(text, country or None)
    except library.NumberParseException as error:
        kind = library.NumberParseException
        if error.error_type == kind.INVALID_COUNTRY_CODE and not text.strip().startswith("+"):
            # National, and nobody knows where; 112 is the shortest anywhere.
            short = sum(c.isdigit() for c in text) < 3
            return Phone(text, "", "is too short for a telephone number" if short else "")
        return Phone(text, "", _NOT_READ.get(error.error_type, "is no telephone number"))
    possible = library.is_possible_number_with_reason(number)
    if possible in (library.ValidationResult.TOO_SHORT, library.ValidationResult.INVALID_LENGTH):
        return Phone(text, "", "is too short for a telephone number")
    if possible == library.ValidationResult.TOO_LONG:
        return Phone(text, "", "is too long for a telephone number")
    if possible == library.ValidationResult.INVALID_COUNTRY_CODE:
        return Phone(text, "", "begins with a country code that does not exist")
    if possible == library.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return Phone(text, "", "lacks the area code")
    # A number of a plan that has changed since, or is not known here, is nobody's to rewrite.
    valid = library.is_valid_number(number)
    shown = library.format_number(number, library.PhoneNumberFormat.INTERNATIONAL)
    dialled = library.format_number(number, library.PhoneNumberFormat.E164)
    return Phone(shown if valid else text, dialled)


def say_phone(text: str, place: Place | None) -> str:
    """Return a number as people are shown it everywhere, so that it can be dialled; of a customer at `place`."""
    return read_phone(clean_line(text), place.country if place else "").shown


LEAST_DIGITS = 6
"""Numbers shorter than this are no telephone: they would be found everywhere."""
BETWEEN_DIGITS = r"(?:(?![,;:#|+])[\W_])*"
"""What may stand between two digits of one number: brackets, dots, dashes, white space, nothing."""
BEFORE_EXTENSION = (
    r"[\s,;./(-]*(?:ext(?:ensio)?n?|x|durchwahl|dw|nst|app(?:arat)?|poste|int(?:erno)?|anexo|ramal|toestel|tst|#)"
    r"[\s.:=]*"
)
"""How people say that what follows is dialled once somebody has picked up; in lower case."""
_NUMBER = re.compile(
    rf"(?P<number>(?:\+{BETWEEN_DIGITS})?\d(?:{BETWEEN_DIGITS}\d){{{LEAST_DIGITS - 1},}})"
    rf"(?:{BEFORE_EXTENSION}(?P<extension>\d{{1,{LEAST_DIGITS - 1}}})(?!\d))?"
)


class Line(NamedTuple):
    """A number that stands in a text."""

    number: str
    extension: str
    """Digits; empty where there is none."""


def lines_in(text: str) -> list[Line]:
    """Return the numbers of a text that is one, or a few, whatever else is written beside them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [Line(m["number"], m["extension"] or "") for m in _NUMBER.finditer(plain)]


@lru_cache(maxsize=1 << 12)
def parted(text: str) -> tuple[str, str]:
    """Return the digits of a number's country code, empty where it has none, and those that follow it anywhere.

    Those leave out the 0 that is dialled in many countries before an area code.
    """
    import phonenumbers as library

    digits = "".join(c for c in text if c.isdigit())
    whole = text.strip().startswith("+")
    if whole or digits.startswith("00"):
        try:
            number = library.parse(f"+{digits if whole else digits[2:]}", None)
        except library.NumberParseException:
            return "", digits
        return str(number.country_code), library.national_significant_number(number) or digits
    return "", digits.removeprefix("0")


_NOT_READ = {
    0: "begins with a country code that does not exist",
    2: "is too short for a telephone number",
    3: "is too short for a telephone number",
    4: "is too long for a telephone number",
}
"""By the number of the library's error."""

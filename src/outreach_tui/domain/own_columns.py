"""The columns of our own spreadsheets: what an export writes, an import reads back without being told.

Beside the plain words ("City", "Phone"), which `column_words` knows, they are the records' own ids, ids in other
systems, columns of earlier imports whose header would be taken for something else, and what is there to be read only.
"""

import re
from collections.abc import Iterable

CUSTOMER_ID = "Customer ID (outreach)"
CONTACT_ID = "Contact ID (outreach)"
PURCHASE_ID = "Purchase ID (outreach)"
TOUCHPOINT_ID = "Touchpoint ID (outreach)"
FEEDBACK_ID = "Feedback ID (outreach)"
KIND_OF = {
    CONTACT_ID: "contacts",
    PURCHASE_ID: "purchases",
    TOUCHPOINT_ID: "touchpoints",
    FEEDBACK_ID: "feedback",
    CUSTOMER_ID: "customers",
}
"""What the rows of a list with such a column are; the first one that it has counts."""
COME_BACK = frozenset({"customers", "contacts", "purchases"})
"""What an import takes from such a list; the others are for reading."""

_SYSTEM = re.compile(r"id in (.+)", re.IGNORECASE)
_EXTRA = re.compile(r"extra: ?(.+)", re.IGNORECASE)
_READ_ONLY = " (read only)"
_NUMBERED = re.compile(r"(phone|e-?mail) ([2-9]|[1-9]\d)", re.IGNORECASE)


def own_kind(headers: Iterable[str]) -> str | None:
    """Return what the rows of one of our own spreadsheets are, None for a list of somebody else's."""
    held = {header.casefold() for header in headers}
    return next((kind for header, kind in KIND_OF.items() if header.casefold() in held), None)


def system_header(system: str) -> str:
    """Return the header of the ids in another system."""
    return f"ID in {system}"


def system_of(header: str) -> str | None:
    """Return the system whose ids a column holds, None for another column."""
    found = _SYSTEM.fullmatch(header)
    return found[1] if found else None


def extra_header(header: str) -> str:
    """Return the header for a column of an earlier import whose own one would be taken for something else."""
    return f"Extra: {header}"


def extra_of(header: str) -> str:
    """Return under which header a column without a field is kept."""
    found = _EXTRA.fullmatch(header)
    return found[1] if found else header


def read_only(header: str) -> str:
    """Return the header of what is worked out or kept elsewhere: an import passes over it."""
    return header + _READ_ONLY


def is_read_only(header: str) -> bool:
    """Return whether an import passes over the column."""
    return header.casefold().endswith(_READ_ONLY) and extra_of(header) == header


def numbered(header: str) -> str | None:
    """Return the field of a person's second, third … telephone number or address: "Phone 2" is `phone_2`."""
    found = _NUMBERED.fullmatch(header)
    return f"{found[1].casefold().replace('-', '')}_{found[2]}" if found else None


def is_special(header: str) -> bool:
    """Return whether a header has one of these forms."""
    return bool(
        header.casefold() in {own.casefold() for own in KIND_OF}
        or system_of(header)
        or _EXTRA.fullmatch(header)
        or is_read_only(header)
        or numbered(header)
    )

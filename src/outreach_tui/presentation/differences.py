"""Two values of one field, side by side: what somebody else wrote, and what was typed."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import NamedTuple

import msgspec

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.place import Place
from outreach_tui.domain.text import clean_line, clean_text
from outreach_tui.domain.when import WEEKDAYS, say_weekday, zone_info
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.layout import Piece, PieceLine, fit, wrap
from outreach_tui.presentation.words import CURRENT, DONE

LABELS = {
    "email": "E-mail",
    "emails": "E-mail",
    "phones": "Phone",
    "handles": "Messages",
    "do_not_contact": "Do not contact",
    "preferred_channel": "Rather by",
    "zone": "Time zone",
    "tier_pin": "Tier, pinned",
    "tier_note": "Pinned why",
    "status_note": "Status why",
    "renewal_on": "Renewal",
    "owner_id": "Owner",
    "start_at": "When",
}
"""Labels of fields that do not read well as they are called in the file."""
INDENT = 4


def field_words(field: str) -> str:
    """Return what people call a field of a record: "Customer since"."""
    return LABELS.get(field) or clean_line(field).replace("_", " ").capitalize()


def value_words(field: str, value: object, reading: Reading) -> str:
    """Return the value of a field as people write it, on several lines where it has several; never empty."""
    return _words(field, value, reading) or "nothing"


def _words(field: str, value: object, reading: Reading) -> str:
    if field == "owner_id" and value is not None:
        return clean_line(reading.members.get(str(value), "somebody who is no longer in the team"))
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case str():
            return clean_text(value).strip()
        case datetime():
            local = value.astimezone(zone_info(reading.zone))
            return f"{say_weekday(local.date())} {local.year} {local:%H:%M}"
        case date():
            return f"{say_weekday(value)} {value.year}"
        case time():
            return f"{value:%H:%M}"
        case Cadence():
            return f"{value.ideal_days}/{value.max_days}"
        case Place():
            return clean_line(", ".join(filter(None, (value.label, value.zone))))
        case tuple() | list() if field == "working_days":
            return ", ".join(WEEKDAYS[day].capitalize() for day in value)
        case tuple() | list():
            return ", ".join(_words("", item, reading) for item in value)
        case Mapping():
            return ", ".join(
                f"{clean_line(str(k))}: {_words('', v, reading)}" for k, v in value.items()
            )
        case msgspec.Struct():
            parts = (getattr(value, name) for name in value.__struct_fields__ if name[-3:] != "_id")
            return ", ".join(filter(None, (_words("", part, reading) for part in parts)))
    return clean_line(str(value))


class Difference(NamedTuple):
    """Both values of one field, in words."""

    label: str
    theirs: str
    yours: str
    whose: str = "theirs, on file"
    """What stands above the one at the left: "Ben's, on file"."""
    mine: str = "yours"
    """What stands above the one at the right."""


def difference_lines(
    difference: Difference, width: int, *, mine: bool, current: bool
) -> list[PieceLine]:
    """Return a field with both values beside each other, whole, and which of them it is to be."""
    label, theirs, yours, whose, ours = difference
    half = (width - 2) // 2
    lines: list[PieceLine] = [
        [
            (f"{CURRENT} " if current and not number else "  ", "accent"),
            (line, "heading" if current else "strong"),
        ]
        for number, line in enumerate(wrap(clean_line(label), width - 2))
    ]
    lines.append(
        [
            ("  ", ""),
            *_head(clean_line(whose), not mine, half),
            *_head(clean_line(ours), mine, half),
        ]
    )
    left, right = (_value(text, half - INDENT) for text in (theirs, yours))
    for number in range(max(len(left), len(right))):
        lines.append(
            [
                (" " * INDENT, ""),
                _cell(left, number, half, chosen=not mine),
                (" " * INDENT, ""),
                _cell(right, number, half, chosen=mine),
            ]
        )
    return lines


def _head(words: str, chosen: bool, half: int) -> list[Piece]:
    return [
        (f"{DONE if chosen else ' '} ", "fresh"),
        (fit(words, half - 2), "fresh" if chosen else "muted"),
    ]


def _value(text: str, width: int) -> list[str]:
    return [line for part in text.split("\n") for line in wrap(part, width)]


def _cell(lines: list[str], number: int, half: int, *, chosen: bool) -> Piece:
    text = lines[number] if number < len(lines) else ""
    return fit(text, half - INDENT), "" if chosen else "muted"

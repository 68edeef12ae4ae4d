"""What a file is, by what it holds, and its reader; a folder is one of cards (vdir)."""

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.formats.decoding import MAX_BYTES, too_big
from outreach_tui.services.importing.sources import Cards, Source, Whole

MAX_WHOLE_BYTES = 1 << 30
"""Of a whole export. Everything is held in memory, several times."""
_HEAD = 4096


class _Kind(StrEnum):
    TABLE = "table"
    CARDS = "cards"
    CALENDAR = "calendar"
    WHOLE = "whole"


_SIGNS = (
    (_Kind.TABLE, re.compile(rb"\APK\x03\x04")),
    (_Kind.WHOLE, re.compile(rb"\A\s*[{\[]\s*[\"{}\[\]]")),
    (_Kind.CALENDAR, re.compile(rb"^\s*BEGIN\s*:\s*(?:VCALENDAR|VEVENT)\s*$", re.I | re.M)),
    (_Kind.CARDS, re.compile(rb"^\s*BEGIN\s*:\s*VCARD\s*$", re.I | re.M)),
)
"""What stands at the top of such a file."""
_CARD_SUFFIXES = frozenset({".vcf", ".vcard"})
_SUFFIXES = (
    (_Kind.CARDS, _CARD_SUFFIXES),
    (_Kind.CALENDAR, frozenset({".ics", ".ical", ".ifb", ".icalendar"})),
    (_Kind.WHOLE, frozenset({".json"})),
)
_SMALLER = {
    _Kind.TABLE: "split it, each part with the column names",
    _Kind.CARDS: "export the contacts in parts, or without their pictures",
    _Kind.CALENDAR: "export a shorter time",
    _Kind.WHOLE: "export it in parts, kind by kind",
}


def read_source(data: bytes, name: str, now: datetime, encoding: str = "") -> Source:
    """Return what a file holds: its first lines decide, its suffix where they say nothing. Raises BadInput.

    `now` parts a calendar's events that are over from those to come; `encoding` is for a list that says none.
    """
    check_size(data[:_HEAD], name, len(data))
    match _kind_of(data[:_HEAD], name):
        case _Kind.WHOLE:
            from outreach_tui.formats.json_files import clean_json

            return Whole(name=clean_line(name) or "the file", data=clean_json(data))
        case _Kind.CALENDAR:
            from outreach_tui.formats.past_meetings import read_past_meetings

            return read_past_meetings(data, name, now)
        case _Kind.CARDS:
            from outreach_tui.formats.vcards import read_cards

            return read_cards(data, name)
        case _Kind.TABLE:
            from outreach_tui.formats.sheets import read_table

            return read_table(data, name, encoding)


def check_size(head: bytes, name: str, size: int) -> None:
    """Raise BadInput for a file of more bytes than are read of its kind; `head` is its beginning."""
    kind = _kind_of(head, name)
    most = MAX_WHOLE_BYTES if kind is _Kind.WHOLE else MAX_BYTES
    if size > most:
        raise too_big(clean_line(name), size, most, _SMALLER[kind])


def read_card_folder(folder: Path, read: Callable[[Path], bytes]) -> Cards:
    """Return the cards of a folder's files, by name; hidden files are none of ours. Raises BadInput."""
    from outreach_tui.formats.vcards import read_folder

    try:
        files = [
            path
            for path in folder.iterdir()
            if path.suffix.casefold() in _CARD_SUFFIXES
            and not path.name.startswith(".")
            and path.is_file()
        ]
    except OSError as error:
        raise BadInput(
            f"cannot read {folder}: {error.strerror}", "check the name of the folder"
        ) from error
    if not files:
        raise BadInput(
            f"there is no vCard file in {folder}",
            "name a file, or a folder whose files end in .vcf",
        )
    return read_folder(((path.name, read(path)) for path in sorted(files)), folder.name)


def _kind_of(head: bytes, name: str) -> _Kind:
    text = head[:_HEAD].replace(b"\0", b"").replace(b"\r", b"\n")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        text = text.removeprefix(mark)
    suffix = Path(name).suffix.casefold()
    by_content = (kind for kind, sign in _SIGNS if sign.search(text))
    by_suffix = (kind for kind, suffixes in _SUFFIXES if suffix in suffixes)
    return next(by_content, None) or next(by_suffix, _Kind.TABLE)

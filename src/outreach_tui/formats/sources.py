"""What a file is, by what it holds, and its reader; a folder is one of cards (vdir)."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from outreach_tui.errors import BadInput
from outreach_tui.services.importing.sources import Cards, Source

MAX_BYTES = 100 * 1024 * 1024
"""Of one file; everything is held in memory, several times."""
_HEAD = 4096
_CARD = re.compile(rb"^\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE | re.MULTILINE)
_CALENDAR = re.compile(rb"^\s*BEGIN\s*:\s*(?:VCALENDAR|VEVENT)\s*$", re.IGNORECASE | re.MULTILINE)
_CARD_SUFFIXES = frozenset({".vcf", ".vcard"})
_CALENDAR_SUFFIXES = frozenset({".ics", ".ical", ".ifb", ".icalendar"})


def read_source(data: bytes, name: str, now: datetime) -> Source:
    """Return what a file holds: its first lines decide, its suffix where they say nothing. Raises BadInput.

    `now` parts a calendar's events that are over from those to come.
    """
    head = data[:_HEAD].replace(b"\0", b"").replace(b"\r", b"\n").removeprefix(b"\xef\xbb\xbf")
    head = head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    suffix = Path(name).suffix.casefold()
    if _CALENDAR.search(head) or (suffix in _CALENDAR_SUFFIXES and not _CARD.search(head)):
        from outreach_tui.formats.past_meetings import read_past_meetings

        return read_past_meetings(data, name, now)
    if _CARD.search(head) or suffix in _CARD_SUFFIXES:
        from outreach_tui.formats.vcards import read_cards

        return read_cards(data, name)
    from outreach_tui.formats.csv_files import read_csv

    return read_csv(data, name)


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

"""What files hold that are no tables: people on cards, events of a calendar that are over, whole exports."""

from datetime import date, datetime

import msgspec

from outreach_tui.domain.touchpoint import TouchpointKind
from outreach_tui.services.importing.plan import Skipped
from outreach_tui.services.ports import Sheet


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person, or a company, as one vCard says; all text is clean."""

    line: int
    """Where the card begins in its file, from 1."""
    file: str = ""
    """Set where the cards of a folder came in together."""
    uid: str = ""
    revised: str = ""
    """REV in UTC, in a form that sorts; empty if the card does not say."""
    name: str = ""
    company: str = ""
    is_company: bool = False
    """The card is about the company itself."""
    role: str = ""
    phones: tuple[str, ...] = ()
    """As written, best first; no fax and no pager."""
    emails: tuple[str, ...] = ()
    handles: dict[str, str] = {}
    address: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    """The address is the company's: one that is said to be private stands in `extra`."""
    website: str = ""
    birthday: date | None = None
    language: str = ""
    zone: str = ""
    tags: tuple[str, ...] = ()
    extra: dict[str, str] = {}
    """What we have no field for, by property."""

    @property
    def where(self) -> str:
        """The place of the card for a message: "anna.vcf, line 1"."""
        return f"{self.file}, line {self.line}" if self.file else f"line {self.line}"


class Cards(msgspec.Struct, frozen=True, kw_only=True):
    """The cards of a file, or of a folder of files."""

    name: str
    cards: tuple[Card, ...]
    problems: tuple[Skipped, ...] = ()
    """Cards that cannot be read."""
    columns: dict[str, str] = {}
    """What each property was taken for: a field, "extra", or "left out"."""


class PastEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event that is over, or one of a series."""

    line: int
    """Which event of the file, from 1."""
    uid: str
    key: str
    """The same at each import: UID, and RECURRENCE-ID for one of a series."""
    start_at: datetime
    """In UTC."""
    zone: str = ""
    """Where its wall time was chosen; empty if the calendar does not say."""
    minutes: int
    title: str = ""
    kind: TouchpointKind
    addresses: tuple[str, ...] = ()
    """Of everybody who took part, lower case; those who declined and rooms are not among them."""
    declined: tuple[str, ...] = ()
    organizer: str = ""


class PastEvents(msgspec.Struct, frozen=True, kw_only=True):
    """The events of a calendar that are over, and why others do not count."""

    name: str
    events: tuple[PastEvent, ...]
    problems: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    """What else is to be known, such as what of a long series is left out."""


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """An export in JSON, as it is: only the store understands it."""

    name: str
    data: bytes


Source = Sheet | Cards | PastEvents | Whole
"""What one file, or one folder, holds."""

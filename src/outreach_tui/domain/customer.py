"""An account that we serve."""

from datetime import date
from enum import StrEnum

import msgspec

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.place import Place
from outreach_tui.domain.record import Record


class Tier(StrEnum):
    """How much attention a customer is promised: A most."""

    A = "A"
    B = "B"
    C = "C"


class Status(StrEnum):
    """Whether we suggest anything for a customer."""

    ACTIVE = "active"
    PAUSED = "paused"
    LOST = "lost"


class TierMove(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A customer went to another tier, by rank or by hand."""

    on: date
    was: Tier | None = None
    """The tier until that day; None for the first one."""


class Site(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another address of the same account."""

    name: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    place: Place | None = None


class Former(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer that was merged into another one was called: lists go on calling it so."""

    name: str
    city: str = ""
    external_ids: dict[str, str] = msgspec.field(default_factory=dict)


class Customer(Record, frozen=True, kw_only=True, omit_defaults=True):
    """An account; what we know of it that people do not say in conversations."""

    name: str
    address: str = ""
    """Street and number, on one line."""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    """As people wrote it; `place.country` has the ISO code."""
    place: Place | None = None
    """Where that is; None until the gazetteer, or a person, is certain."""
    sites: tuple[Site, ...] = ()
    industry: str = ""
    website: str = ""
    phone: str = ""
    """The main phone, as written."""
    email: str = ""
    customer_since: date | None = None
    """As stated; else the first purchase counts."""
    renewal_on: date | None = None
    owner_id: str | None = None
    """The member who looks after the account."""
    tier: Tier | None = None
    """By rank of loyalty; kept because leaving a tier is harder than entering it."""
    tier_moves: tuple[TierMove, ...] = ()
    """The last moves of the tier, or of the pin in its place, the earliest first."""
    tier_pin: Tier | None = None
    """Set by hand or by an import; wins over `tier`."""
    tier_note: str = ""
    """Why it is pinned."""
    cadence: Cadence | None = None
    """The customer's own band; None for the tier's."""
    tags: tuple[str, ...] = ()
    reference: bool = False
    """Speaks for us to others."""
    status: Status = Status.ACTIVE
    paused_until: date | None = None
    status_note: str = ""
    """Why paused or lost."""
    do_not_contact: bool = False
    external_ids: dict[str, str] = msgspec.field(default_factory=dict)
    """Id in another system, by the name of the system or column."""
    extra: dict[str, str] = msgspec.field(default_factory=dict)
    """Columns of an import that we have no field for, by header."""
    former: tuple[Former, ...] = ()
    """Customers that were merged into this one."""

    @property
    def tier_on(self) -> date | None:
        """Since when the tier, or the pin in its place, holds; None if that is not known."""
        return self.tier_moves[-1].on if self.tier_moves else None

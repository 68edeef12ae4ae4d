"""A person; stays the same person when they change employer."""

from datetime import date

import msgspec

from outreach_tui.domain.record import Record


class Employment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a person works or worked: at one of our customers, or at another company."""

    customer_id: str | None = None
    company: str = ""
    """Set where it is not a customer of ours."""
    from_on: date | None = None
    to_on: date | None = None
    """None while it lasts."""


class PersonalFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something personal that somebody told us, with the day it was heard."""

    text: str
    on: date | None = None


class Contact(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A person we talk to."""

    name: str
    role: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """As written, best first."""
    handles: dict[str, str] = msgspec.field(default_factory=dict)
    """For direct messages, by service."""
    preferred_channel: str = ""
    language: str = ""
    zone: str = ""
    """Their own zone, if it is not the customer's."""
    good_hours: str = ""
    birthday: date | None = None
    diet: str = ""
    access_needs: str = ""
    do_not_contact: bool = False
    facts: tuple[PersonalFact, ...] = ()
    employments: tuple[Employment, ...] = ()
    former_ids: tuple[str, ...] = ()
    """Of doubles that were merged into this one: who forgets the person forgets those, too."""
    external_ids: dict[str, str] = msgspec.field(default_factory=dict)
    extra: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """The customers this person works at now."""
        return tuple(e.customer_id for e in self.employments if e.customer_id and e.to_on is None)

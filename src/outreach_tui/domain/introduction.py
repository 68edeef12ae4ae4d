"""Two customers, and their people, who should know each other."""

from datetime import date

from outreach_tui.domain.record import Record


class Introduction(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Who was brought together, and why."""

    customer_ids: tuple[str, ...]
    """The two."""
    contact_ids: tuple[str, ...] = ()
    why: str = ""
    made_on: date | None = None
    """None until it is made."""
    helped: bool | None = None
    """What they say of it; None until somebody asked."""
    member_id: str | None = None

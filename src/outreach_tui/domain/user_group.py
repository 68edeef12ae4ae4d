"""A regional programme: customers near a town who meet again and again."""

from outreach_tui.domain.place import Place
from outreach_tui.domain.record import Record


class UserGroup(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A user group; its meetings are group events."""

    name: str
    centre: Place | None = None
    radius_km: int | None = None
    """How far people travel to it; None for the team's setting."""
    rhythm_days: int | None = None
    """How often it meets; None for no rhythm."""
    host_id: str | None = None
    """The member who runs it."""

"""How often we promise to talk: a band of ideal and maximum days for each tier (DOMAIN.md, Cadence)."""

import msgspec


class Cadence(msgspec.Struct, frozen=True, kw_only=True):
    """Days between live conversations."""

    ideal_days: int
    max_days: int


NEW_FOR_DAYS = 90
"""A customer counts as new for this long."""

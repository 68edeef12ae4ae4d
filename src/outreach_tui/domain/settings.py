"""What a team has agreed on; everything has a default that DOMAIN.md gives."""

from typing import Any

import msgspec

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Tier
from outreach_tui.domain.record import Record


class Setting(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One named setting of the team; `id` is its name, such as `team` or `place:kita-ku|osaka|japan`."""

    value: Any = None


TEAM = "team"
"""Id of the setting that holds TeamSettings."""
TIERS_ON = "tiers-on"
"""Id of the setting that holds the day on which tiers were last computed."""
PLACE_PREFIX = "place:"
"""Ids of remembered answers to "which place is this?" begin so."""


class TeamSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Bands, distances and limits of a team."""

    new: Cadence = Cadence(ideal_days=14, max_days=30)
    """For the first 90 days of a customer."""
    a: Cadence = Cadence(ideal_days=45, max_days=90)
    b: Cadence = Cadence(ideal_days=75, max_days=150)
    c: Cadence = Cadence(ideal_days=150, max_days=300)
    face_to_face_a_days: int = 365
    face_to_face_b_days: int = 730
    group_radius_km: int = 100
    visit_radius_km: int = 60
    group_size: int = 8
    """Loyal customers within the radius that make a user group worth while."""

    def band(self, tier: Tier) -> Cadence:
        """Return the tier's ideal and maximum days."""
        return {Tier.A: self.a, Tier.B: self.b, Tier.C: self.c}[tier]

    def face_to_face_days(self, tier: Tier) -> int | None:
        """Return how long a tier may go without a face-to-face meeting; None for no promise."""
        return {Tier.A: self.face_to_face_a_days, Tier.B: self.face_to_face_b_days}.get(tier)

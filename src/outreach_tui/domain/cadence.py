"""How often we promise to talk: a band of ideal and maximum days for each tier (DOMAIN.md, Cadence)."""

import math

import msgspec


class Cadence(msgspec.Struct, frozen=True, kw_only=True):
    """Days between live conversations."""

    ideal_days: int
    max_days: int


NEW_FOR_DAYS = 90
"""A customer counts as new for this long."""
LONGEST_DAYS = 3650
"""Ten years; nobody promises anything beyond."""
SNOOZE_AGAIN = 3
"""From the third snooze on the better question is whether the band is right."""
STEP_DAYS = 5
"""Stretched bands are whole multiples of this: 81 days say no more than 85."""


def stretched(cadence: Cadence, factor: float) -> Cadence:
    """Return the band `factor` times as long, rounded up to whole 5 days; the ideal stays first."""
    ideal, most = (_rounded_up(days * factor) for days in (cadence.ideal_days, cadence.max_days))
    return Cadence(ideal_days=ideal, max_days=max(most, ideal + STEP_DAYS))


def longer(cadence: Cadence) -> Cadence:
    """Return the band that is offered to whoever keeps putting a customer off: twice as long, within ten years."""
    twice = stretched(cadence, 2)
    if twice.max_days <= LONGEST_DAYS:
        return twice
    return Cadence(
        ideal_days=min(twice.ideal_days, LONGEST_DAYS - STEP_DAYS), max_days=LONGEST_DAYS
    )


def _rounded_up(days: float) -> int:
    return STEP_DAYS * math.ceil(days / STEP_DAYS - 1e-9)

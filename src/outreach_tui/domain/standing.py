"""Where a customer stands today: loyalty, tier, the promised band, and how far into it we are."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec

from outreach_tui.domain.cadence import NEW_FOR_DAYS, Cadence
from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.loyalty import Loyalty
from outreach_tui.domain.settings import TeamSettings


class State(StrEnum):
    """How the last conversation lies in the band: within the ideal, past it, past the maximum, or unknown."""

    FRESH = "fresh"
    DUE = "due"
    LATE = "late"
    NEVER = "never"


# Looked up on its class a member of an enum takes ten times as long, and a list compares thousands of them.
FRESH, DUE, LATE, NEVER = State
ACTIVE, PAUSED, LOST = Status
_LOYAL = (Tier.A, Tier.B)


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One customer as of a day."""

    facts: CustomerFacts
    scores: Mapping[str, Loyalty]
    """Of all customers; `loyalty` looks this one up."""
    tier: Tier
    cadence: Cadence
    state: State
    days: int | None
    """Since the last live conversation; None if none is on record."""
    ratio: float
    """Days since the last conversation ÷ the promised maximum; 1 if none is on record."""
    earlier_holds: bool
    """Whether the maximum is what was promised before the tier rose."""

    @property
    def customer_id(self) -> str:
        """The customer's id."""
        return self.facts.customer_id

    @property
    def loyalty(self) -> Loyalty:
        """The customer's loyalty and its parts."""
        return self.scores[self.facts.customer_id]

    @property
    def loyal(self) -> bool:
        """Tier A or B (DOMAIN.md, Tier)."""
        return self.tier in _LOYAL

    @property
    def total(self) -> float:
        """Loyalty for ranking, 0 if it is not known."""
        return self.loyalty.total or 0.0


def standing(
    row: CustomerFacts, loyalty: Loyalty, tier: Tier, settings: TeamSettings, today: date
) -> Standing:
    """Return where the customer stands on `today`."""
    (found,) = standings(
        [row], {row.customer_id: loyalty}, {row.customer_id: tier}, settings, today
    )
    return found


def is_new(row: CustomerFacts, today: date) -> bool:
    """Return whether the customer came within the last 90 days."""
    return row.since_on is not None and 0 <= (today - row.since_on).days < NEW_FOR_DAYS


def bands_of(settings: TeamSettings) -> dict[Tier, Cadence]:
    """Return what is promised to each tier."""
    return {tier: settings.band(tier) for tier in Tier}


def standings(
    rows: Iterable[CustomerFacts],
    scores: Mapping[str, Loyalty],
    tiers: Mapping[str, Tier],
    settings: TeamSettings,
    today: date,
) -> list[Standing]:
    """Return the standing of every row, in the order of the rows."""
    bands = bands_of(settings)
    found = []
    for row in rows:
        tier, earlier_holds = tiers[row.customer_id], False
        if row.cadence is not None:
            cadence = row.cadence
        elif row.since_on is not None and is_new(row, today):
            cadence = settings.new
        else:
            cadence = _promised(row, tier, bands, today)
            earlier_holds = cadence is not bands[tier]
        days, ratio, state = None, 1.0, NEVER
        if row.last_live_on is not None:
            days = (today - row.last_live_on).days if row.last_live_on < today else 0
            ratio = days / cadence.max_days if cadence.max_days > 1 else float(days)
            state = _state(days, cadence)
        found.append(
            Standing(
                facts=row,
                scores=scores,
                tier=tier,
                cadence=cadence,
                state=state,
                days=days,
                ratio=ratio,
                earlier_holds=earlier_holds,
            )
        )
    return found


def _promised(
    row: CustomerFacts, tier: Tier, bands: Mapping[Tier, Cadence], today: date
) -> Cadence:
    """Return the band of the tier. One that rose is no broken promise: the earlier maximum holds on.

    It holds until the new one is over, counted from the day on which the tier rose.
    """
    band, given = bands[tier], given_tier(row)
    before, on = row.promised_before, row.tier_on
    if tier is not given and given is not None:  # a rank of today is kept with the first write
        before, on = promised_before(row, bands, today), today
    if before is None or on is None or row.last_live_on is None:
        return band
    most = min(before, (on - row.last_live_on).days + band.max_days)
    if most <= band.max_days:
        return band
    return Cadence(ideal_days=band.ideal_days, max_days=most)


def given_tier(row: CustomerFacts) -> Tier | None:
    """Return the tier that is on file: the pinned one, else the rank that was kept."""
    return row.tier_pin or row.tier


def promised_before(row: CustomerFacts, bands: Mapping[Tier, Cadence], today: date) -> int | None:
    """Return the maximum, in days, that holds on when the tier moves today; None for the first tier.

    Of several moves in a day it is the one before them all; of several since the last conversation the least, so that
    whoever returns to a tier returns to its promise.
    """
    given = given_tier(row)
    if given is None or row.tier_on == today:
        return row.promised_before
    now, before, on = _promised(row, given, bands, today).max_days, row.promised_before, row.tier_on
    if before is None or on is None or row.last_live_on is None or on <= row.last_live_on:
        return now
    return min(now, before)


def _state(days: int, cadence: Cadence) -> State:
    if days > cadence.max_days:
        return LATE
    return DUE if days > cadence.ideal_days else FRESH


def is_paused(row: CustomerFacts, today: date) -> bool:
    """Return whether a pause holds on `today`."""
    return row.status is PAUSED and (row.paused_until is None or today < row.paused_until)


def can_meet(row: CustomerFacts, today: date) -> bool:
    """Return whether this is an account we may talk to at all, now or once its meeting or snooze is over."""
    if row.do_not_contact or row.status is LOST:
        return False
    return row.status is ACTIVE or not is_paused(row, today)

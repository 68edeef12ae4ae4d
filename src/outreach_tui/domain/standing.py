"""Where a customer stands today: loyalty, tier, the promised band, and how far into it we are."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from outreach_tui.domain.cadence import NEW_FOR_DAYS, Cadence
from outreach_tui.domain.customer import Status, Tier, TierMove
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
MOVES_KEPT = 12
"""Only those since the last conversation count."""


class Earlier(msgspec.Struct, frozen=True, gc=False):
    """What was promised before a tier rose, or before a customer was one: it holds on for a while."""

    on: date | None
    """The day since when more is promised; None for a rank of today, which is kept with the first write."""
    days: int
    """The maximum until then."""


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
    earlier: Earlier | None
    """The promise that holds on, if the maximum is not that of the tier."""

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
        tier, earlier = tiers[row.customer_id], None
        if row.cadence is not None:
            cadence = row.cadence
        elif row.since_on is not None and is_new(row, today):
            cadence, earlier = _of_new(row, row.since_on, tier, bands, settings.new)
        else:
            cadence, earlier = _of_tier(row, tier, bands, today)
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
                earlier=earlier,
            )
        )
    return found


def _of_tier(
    row: CustomerFacts, tier: Tier, bands: Mapping[Tier, Cadence], today: date
) -> tuple[Cadence, Earlier | None]:
    """Return the band of the tier, as far as no earlier promise holds on since the last conversation.

    A tier that rises breaks no promise: the earlier maximum holds until the new one is over, counted from that day. Who
    returns to a tier returns to its promise, unless that is over by then: a wrong pin changes nothing.
    """
    band, spoke_on, given = bands[tier], row.last_live_on, given_tier(row)
    if spoke_on is None:
        return band, None
    if tier is not given and given is not None:
        # A rank of today, which is kept with the first write: until then the other promise stands as it is.
        stands, _ = _of_tier(row, given, bands, today)
        return _held(band, Earlier(None, stands.max_days))
    if not row.tier_moves or row.tier_moves[-1].on <= spoke_on:
        return band, None
    moves = _moves_since(row, spoke_on)
    if not moves:
        return band, None
    begun = moves[0].was
    most, earlier = bands[begun].max_days, None
    promised: dict[Tier, tuple[int, Earlier | None]] = {begun: (most, None)}
    for move, to in zip(moves, [*(later.was for later in moves[1:]), tier], strict=True):
        days = (move.counts_on - spoke_on).days
        if to in promised and days <= promised[to][0]:
            most, earlier = promised[to]
        else:
            usual, before = bands[to].max_days, most
            most = max(usual, min(before, days + usual))
            earlier = Earlier(move.on, before) if most > usual else None
        promised[to] = most, earlier
    if earlier is None:
        return band, None
    return Cadence(ideal_days=band.ideal_days, max_days=most), earlier


class _Move(NamedTuple):
    """One move of a tier, and the day from which it is promised."""

    on: date
    counts_on: date
    was: Tier


def _moves_since(row: CustomerFacts, spoke_on: date) -> list[_Move]:
    """Return the moves since the last conversation; those of a new customer count once they are not new any more.

    Until then what is promised is the band of new customers, or what was promised before the first order.
    """
    moves = [_Move(m.on, m.on, m.was) for m in row.tier_moves if m.on > spoke_on and m.was]
    if row.since_on is None:
        return moves
    until = row.since_on + timedelta(days=NEW_FOR_DAYS)
    new = [m for m in moves if row.since_on <= m.on < until]
    known, later = [m for m in moves if m.on < row.since_on], [m for m in moves if m.on >= until]
    if new and spoke_on < row.since_on:
        known.append(_Move(new[-1].on, until, new[0].was))
    return known + later


def _of_new(
    row: CustomerFacts, since_on: date, tier: Tier, bands: Mapping[Tier, Cadence], new: Cadence
) -> tuple[Cadence, Earlier | None]:
    """Return the band of a new customer; for one that we spoke to before, what their tier promised holds on.

    It holds until the next conversation: a first order is often known long after its day.
    """
    if row.last_live_on is None or row.last_live_on >= since_on:
        return new, None
    moves = tuple(move for move in row.tier_moves if move.on < since_on)
    later = (move.was for move in row.tier_moves[len(moves) :] if move.was is not None)
    until = next(later, None) or given_tier(row) or tier
    then = msgspec.structs.replace(row, tier=until, tier_pin=None, tier_moves=moves)
    before, _ = _of_tier(then, until, bands, since_on)
    return _held(new, Earlier(since_on, before.max_days))


def _held(band: Cadence, earlier: Earlier) -> tuple[Cadence, Earlier | None]:
    """Return the band with an earlier promise that holds on; the band alone where that is stricter."""
    if earlier.days <= band.max_days:
        return band, None
    return Cadence(ideal_days=band.ideal_days, max_days=earlier.days), earlier


def given_tier(row: CustomerFacts) -> Tier | None:
    """Return the tier that is on file: the pinned one, else the rank that was kept."""
    return row.tier_pin or row.tier


def with_move(row: CustomerFacts, to: Tier | None, today: date) -> tuple[TierMove, ...]:
    """Return the moves of a customer whose tier, or pin, becomes `to` today; several on one day are one."""
    moves, was = row.tier_moves, given_tier(row)
    if moves and moves[-1].on >= today:
        moves, was = moves[:-1], moves[-1].was
    return moves if was is to else (*moves[1 - MOVES_KEPT :], TierMove(on=today, was=was))


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

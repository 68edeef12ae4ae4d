"""Load: what the bands promise in a year, against the conversations that a member can hold (SUGGESTIONS.md, Load)."""

import math
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from outreach_tui.domain.cadence import LONGEST_DAYS, Cadence, stretched
from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.member import Member
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import Standing, State, is_new

REACH_RATE = 0.63
"""Calls that become a conversation, where nothing is known of the member yet (SUGGESTIONS.md)."""
PRIOR_TRIES = 50
"""The known rate weighs as much as so many calls of one's own: ten days at five calls a day."""
REACH_DAYS = 180
"""Only calls of so many days count: habits and lists change."""
YEAR_DAYS = 365
WEEKS_OFF = 5
"""Holidays, illness and public holidays, in weeks of a year."""
NOTICE_ABOVE = 0.8
DIALOG_ABOVE = 1.1
LONG_ROUND_DAYS = 5
"""A first round that takes more working days than this is worth saying."""
MOST_CALLS_OFFERED = 20
"""Nobody is offered more calls a day than this."""

USER_GROUPS_ONLY = Cadence(ideal_days=360, max_days=720)
"""What is promised to a customer who is met in user groups, and called when something speaks for it."""
USER_GROUP_TAG = "user-group"

BANDS = ("new", "a", "b", "c")
"""Fields of TeamSettings that hold bands."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How many customers each band holds for, so that another band can be tried without looking at them again."""

    counts: dict[str, int]
    """By field of TeamSettings."""
    own: int = 0
    """Customers with a cadence of their own."""
    own_a_year: float = 0.0
    """Conversations a year that those are promised."""
    never: int = 0
    """Nobody has spoken to them, as far as we know."""

    @property
    def customers(self) -> int:
        """All that count."""
        return sum(self.counts.values()) + self.own

    def of_band(self, field: str, band: Cadence) -> float:
        """Return the conversations a year that a band promises."""
        return self.counts.get(field, 0) * YEAR_DAYS / band.max_days

    def a_year(self, settings: TeamSettings) -> float:
        """Return the conversations a year that all bands promise: Σ 365 ÷ maximum."""
        return self.own_a_year + sum(self.of_band(f, getattr(settings, f)) for f in BANDS)


class Reach(msgspec.Struct, frozen=True):
    """Calls of a member that reached somebody, and all that they tried."""

    held: int = 0
    tried: int = 0

    @property
    def rate(self) -> float:
        """Return (held + 0.63 · 50) ÷ (tried + 50): their own rate, pulled to 0.63 while little is known."""
        return (self.held + REACH_RATE * PRIOR_TRIES) / (self.tried + PRIOR_TRIES)


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised against what can be done, in conversations a year."""

    asked: float
    reached: float
    """Calls a day · working days a year · reach rate."""
    reach_rate: float
    tried: int
    """Calls that the rate was learned from."""
    calls_a_day: int
    working_days_a_year: float
    customers: int
    never: int

    @property
    def ratio(self) -> float:
        """Above 1 more is promised than can be done."""
        return self.asked / self.reached

    @property
    def first_round_days(self) -> float:
        """Working days until everybody who was never spoken to has been reached."""
        return self.never / (self.calls_a_day * self.reach_rate)

    @property
    def long_round(self) -> bool:
        """Whether the first round is worth saying."""
        return self.first_round_days > LONG_ROUND_DAYS


def counts(row: CustomerFacts, member_id: str, today: date) -> bool:
    """Return whether a customer adds to the member's load: theirs or nobody's, active, and to be contacted at all."""
    if row.owner_id not in (None, member_id) or row.do_not_contact or row.status is Status.LOST:
        return False
    if row.status is Status.PAUSED:
        return row.paused_until is not None and today >= row.paused_until
    return True


def band_of(standing: Standing, today: date) -> str:
    """Return the field of TeamSettings that holds for a customer; nothing for one with a cadence of their own."""
    if standing.facts.cadence is not None:
        return ""
    return "new" if is_new(standing.facts, today) else standing.tier.value.lower()


def asked(standings: Iterable[Standing], member_id: str, today: date) -> Asked:
    """Return how many of a member's customers each band holds for."""
    held = dict.fromkeys(BANDS, 0)
    own = never = 0
    own_a_year = 0.0
    for standing in standings:
        if not counts(standing.facts, member_id, today):
            continue
        never += standing.state is State.NEVER
        if band := band_of(standing, today):
            held[band] += 1
        else:
            own += 1
            own_a_year += YEAR_DAYS / max(1, standing.cadence.max_days)
    return Asked(counts=held, own=own, own_a_year=own_a_year, never=never)


def working_days_a_year(working_days: Sequence[int]) -> float:
    """Return the days of a year on which somebody works: so many a week, five weeks off; 236 for Monday to Friday."""
    return len(set(working_days)) * (YEAR_DAYS / 7 - WEEKS_OFF)


def load(of: Asked, settings: TeamSettings, member: Member, reach: Reach) -> Load:
    """Return the member's load: Σ 365 ÷ maximum over calls a day · working days a year · own reach rate."""
    days = working_days_a_year(member.working_days)
    return Load(
        asked=of.a_year(settings),
        reached=member.calls_a_day * days * reach.rate,
        reach_rate=reach.rate,
        tried=reach.tried,
        calls_a_day=member.calls_a_day,
        working_days_a_year=days,
        customers=of.customers,
        never=of.never,
    )


class Stretch(msgspec.Struct, frozen=True):
    """All bands, longer."""

    factor: float
    settings: TeamSettings
    before: TeamSettings
    """What it was worked out from."""


def stretch(of: Asked, settings: TeamSettings, reached: float) -> Stretch | None:
    """Return the bands that bring the load to 1: each end × the same factor, rounded up to whole 5 days.

    None where customers with a cadence of their own are more than can be done, or a band would pass ten years.
    """
    room = reached - of.own_a_year
    free = of.a_year(settings) - of.own_a_year
    if room <= 0 or free <= room:
        return None
    factor = free / room
    bands = {field: stretched(getattr(settings, field), factor) for field in BANDS}
    if any(band.max_days > LONGEST_DAYS for band in bands.values()):
        return None
    return Stretch(factor, msgspec.structs.replace(settings, **bands), settings)


def calls_needed(of: Load) -> int | None:
    """Return the calls a day that bring the load to 1; None if that is more than 20 a day."""
    needed = math.ceil(of.calls_a_day * of.ratio - 1e-9)
    return needed if needed <= MOST_CALLS_OFFERED else None


def to_move(
    standings: Iterable[Standing], of: Load, member_id: str, today: date
) -> list[Standing] | None:
    """Return whom to meet in user groups only, so that the load is 1: the lowest tier and loyalty first.

    Customers with a cadence of their own stay, as somebody decided it, and so do those who speak for us. None if all
    of them together are not enough.
    """
    over = of.asked - of.reached
    order = [Tier.C, Tier.B, Tier.A]
    fit = [
        s
        for s in standings
        if counts(s.facts, member_id, today) and band_of(s, today) and not s.facts.reference
    ]
    fit.sort(key=lambda s: (order.index(s.tier), s.total, s.customer_id))
    moved: list[Standing] = []
    for standing in fit:
        if over <= 0:
            break
        saved = YEAR_DAYS / standing.cadence.max_days - YEAR_DAYS / USER_GROUPS_ONLY.max_days
        if saved > 0:
            moved.append(standing)
            over -= saved
    return moved if over <= 0 else None

"""Loyalty in four visible parts, without money (SUGGESTIONS.md, Loyalty), and the tiers that follow from its rank.

The constants are fixed before the ranking is tested; change them only by reasoning or on earlier data.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from math import log

import msgspec

from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.facts import CustomerFacts

TENURE_POINTS = 20.0
TENURE_YEARS = 5.0
REPEATS_POINTS = 45.0
REPEATS_FULL = 20
"""Days with a purchase from which the part is full."""
RHYTHM_POINTS = 15.0
RHYTHM_LOST = 4.0
"""Own intervals without a purchase after which the part is empty."""
PRIOR_INTERVAL_DAYS = 90.0
PRIOR_WEIGHT = 2
FEEDBACK_POINTS, EVENT_POINTS, REFERENCE_POINTS = 7.0, 7.0, 6.0
DAYS_A_YEAR = 365.25

ENTER_A, LEAVE_A = 0.20, 0.25
ENTER_B, LEAVE_B = 0.55, 0.60


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """For which parts of loyalty the file holds anything at all."""

    tenure: bool = False
    purchases: bool = False
    takes_part: bool = False

    @property
    def known_points(self) -> float:
        """The points that can be reached, 0 to 100."""
        return (
            TENURE_POINTS * self.tenure
            + (REPEATS_POINTS + RHYTHM_POINTS) * self.purchases
            + (FEEDBACK_POINTS + EVENT_POINTS + REFERENCE_POINTS) * self.takes_part
        )


class Loyalty(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The parts after scaling to 100, rounded to tenths; None for a part for which the file holds nothing."""

    tenure: float | None
    repeats: float | None
    rhythm: float | None
    takes_part: float | None
    total: float | None
    """Sum of the parts; None if no part is known."""


def file_facts(rows: Iterable[CustomerFacts]) -> FileFacts:
    """Return what the file holds, over all customers."""
    tenure = purchases = takes_part = False
    for row in rows:
        tenure = tenure or row.since_on is not None
        purchases = purchases or row.purchase_days > 0
        takes_part = takes_part or row.gave_feedback or row.came_to_event or row.reference
        if tenure and purchases and takes_part:
            break
    return FileFacts(tenure=tenure, purchases=purchases, takes_part=takes_part)


def loyalty(row: CustomerFacts, known: FileFacts, today: date) -> Loyalty:
    """Return the parts of one customer's loyalty as of `today`; purchases after today count as today's."""
    return Loyalties([row], known, today)[row.customer_id]


_UNKNOWN = Loyalty(tenure=None, repeats=None, rhythm=None, takes_part=None, total=None)


class Loyalties(Mapping[str, Loyalty]):
    """The loyalty of each customer of a file as of a day, by id.

    Each is worked out when it is first asked for: the day's list compares few of many customers by it.
    """

    def __init__(self, rows: Iterable[CustomerFacts], known: FileFacts, today: date) -> None:
        self._rows = {row.customer_id: row for row in rows}
        self._known = known
        points = known.known_points
        self._scale = 100.0 / points if points else 0.0
        self._today = today
        self._found: dict[str, Loyalty] = {}

    def __getitem__(self, customer_id: str) -> Loyalty:
        found = self._found.get(customer_id)
        if found is None:
            row = self._rows[customer_id]
            found = _UNKNOWN
            if self._scale:
                found = _scaled(row, self._known, self._scale, self._today)
            self._found[customer_id] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _scaled(row: CustomerFacts, known: FileFacts, scale: float, today: date) -> Loyalty:
    tenure = repeats = rhythm = takes_part = 0.0
    if known.tenure and row.since_on is not None:
        tenure = _tenure((today - row.since_on).days, scale)
    if known.purchases and row.purchase_days and row.first_purchase_on and row.last_purchase_on:
        repeats = _repeats(row.purchase_days, scale)
        late = max(0, (today - row.last_purchase_on).days) / own_interval_days(row)
        if late < RHYTHM_LOST:
            rhythm = round(RHYTHM_POINTS * (1.0 - late / RHYTHM_LOST) * scale, 1)
    if known.takes_part:
        takes_part = _takes_part(row.gave_feedback, row.came_to_event, row.reference, scale)
    return Loyalty(
        tenure=tenure if known.tenure else None,
        repeats=repeats if known.purchases else None,
        rhythm=rhythm if known.purchases else None,
        takes_part=takes_part if known.takes_part else None,
        total=round(tenure + repeats + rhythm + takes_part, 1),
    )


# Many customers share these three, so that each value is worked out once.


@lru_cache(maxsize=8192)
def _tenure(days: int, scale: float) -> float:
    years = max(0, days) / DAYS_A_YEAR
    return round(TENURE_POINTS * min(1.0, years / TENURE_YEARS) * scale, 1)


@lru_cache
def _repeats(purchase_days: int, scale: float) -> float:
    return round(REPEATS_POINTS * min(1.0, log(purchase_days) / log(REPEATS_FULL)) * scale, 1)


@lru_cache
def _takes_part(gave_feedback: bool, came_to_event: bool, reference: bool, scale: float) -> float:
    points = (
        FEEDBACK_POINTS * gave_feedback
        + EVENT_POINTS * came_to_event
        + REFERENCE_POINTS * reference
    )
    return round(points * scale, 1)


def own_interval_days(row: CustomerFacts) -> float:
    """Return the customer's own order interval, pulled towards 90 days while little is known.

    (days from first to last + 2 · 90) ÷ (repeats + 2), repeats being purchase days after the first.
    """
    assert row.first_purchase_on and row.last_purchase_on
    span = (row.last_purchase_on - row.first_purchase_on).days
    repeats = row.purchase_days - 1
    return (span + PRIOR_WEIGHT * PRIOR_INTERVAL_DAYS) / (repeats + PRIOR_WEIGHT)


def tiers(rows: Iterable[CustomerFacts], scores: Mapping[str, Loyalty]) -> dict[str, Tier]:
    """Return the tier of every customer by rank of loyalty; a pin wins, lost customers do not take a rank.

    A is entered in the top 20 % and left below 25 %, B 55 and 60 %. Equal loyalty has an equal, the lower, tier.
    """
    rows = list(rows)
    totals = {row.customer_id: scores[row.customer_id].total for row in rows}
    ranked = sorted(
        (totals[r.customer_id] or 0.0 for r in rows if r.status is not Status.LOST), reverse=True
    )
    at_least: dict[float, int] = {}
    for position, points in enumerate(ranked, 1):
        at_least[points] = position
    found: dict[str, Tier] = {}
    for row in rows:
        total = totals[row.customer_id]
        if row.tier_pin is not None:
            found[row.customer_id] = row.tier_pin
        elif total is None:
            found[row.customer_id] = Tier.B
        elif row.status is Status.LOST:
            found[row.customer_id] = row.tier or Tier.C
        else:
            found[row.customer_id] = _by_rank(at_least[total] / len(ranked), row.tier)
    return found


def _by_rank(share: float, before: Tier | None) -> Tier:
    if share <= (LEAVE_A if before is Tier.A else ENTER_A):
        return Tier.A
    if share <= (LEAVE_B if before in (Tier.A, Tier.B) else ENTER_B):
        return Tier.B
    return Tier.C

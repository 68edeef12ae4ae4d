"""Records and rows with everything filled in that a test does not talk about."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from outreach_tui.domain.customer import Customer, Tier
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.loyalty import Loyalty
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.purchase import Purchase, PurchaseKind
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import Standing, standing
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind

WEDNESDAY = date(2026, 11, 25)
"""Keeps a slot for the second lane only while no loyal customer is late."""
TUESDAY = date(2026, 11, 24)
"""Keeps one in any case."""
SETTINGS = TeamSettings()


def days_ago(count: int, today: date = WEDNESDAY) -> date:
    return today - timedelta(days=count)


def at(on: date, clock: time = time(12)) -> datetime:
    return datetime.combine(on, clock, UTC)


def customer(id_: str = "c1", **fields: Any) -> Customer:
    return Customer(id=id_, **{"name": "Alfreds Futterkiste", **fields})


def touchpoint(
    on: date,
    kind: TouchpointKind = TouchpointKind.CALL,
    *,
    id_: str = "",
    inbound: bool = False,
    outcome: Outcome = Outcome.HELD,
    hour: int = 12,
    **fields: Any,
) -> Touchpoint:
    return Touchpoint(
        id=id_ or f"t-{on}-{hour:02}-{kind}",
        customer_ids=("c1",),
        kind=kind,
        at=at(on, time(hour)),
        direction=Direction.IN if inbound else Direction.OUT,
        outcome=outcome,
        **fields,
    )


def purchase(on: date, kind: PurchaseKind = PurchaseKind.ORDER, id_: str = "") -> Purchase:
    return Purchase(id=id_ or f"p-{on}-{kind}", customer_id="c1", on=on, kind=kind)


def feedback(id_: str = "f1", on: date = date(2026, 10, 6), **fields: Any) -> Feedback:
    return Feedback(id=id_, customer_id="c1", on=on, **{"words": "labels in Polish", **fields})


def meeting(start_at: datetime, *, id_: str = "m1", **fields: Any) -> Meeting:
    return Meeting(
        id=id_,
        start_at=start_at,
        changed_at=start_at,
        uid=f"{id_}@example.com",
        **{
            "zone": "UTC",
            "minutes": 60,
            "kind": MeetingKind.CALL,
            "customer_ids": ("c1",),
            **fields,
        },
    )


def member(**fields: Any) -> Member:
    return Member(id="me", name="Ana", **{"zone": "Europe/Berlin", "calls_a_day": 3, **fields})


def row(id_: str = "c1", **fields: Any) -> CustomerFacts:
    return CustomerFacts(customer_id=id_, **{"name": f"Customer {id_}", **fields})


def stand(
    facts: CustomerFacts,
    tier: Tier = Tier.A,
    total: float | None = 50.0,
    today: date = WEDNESDAY,
    settings: TeamSettings = SETTINGS,
) -> Standing:
    score = Loyalty(tenure=total, repeats=None, rhythm=None, takes_part=None, total=total)
    return standing(facts, score, tier, settings, today)


def place(lat: float, lon: float, name: str = "Lyon", zone: str = "Europe/Paris") -> Place:
    return Place(zone=zone, name=name, lat=lat, lon=lon)

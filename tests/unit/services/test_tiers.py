"""Tiers that move by rank, as the file keeps them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.domain.customer import Customer, Tier, TierMove
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Put, Record
from outreach_tui.domain.standing import State
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.presentation.words import rhythm_words

TODAY = date(2026, 3, 2)
LATER = TODAY + timedelta(days=1)


def on(path: Path, day: date) -> Services:
    return Services(file=str(path), today=day)


def put(services: Services, *records: Record) -> None:
    services.workspace.commit("put", [Put(record) for record in records])


def orders(customer_id: str, count: int, since: date) -> list[Record]:
    return [
        Purchase(
            id=f"{customer_id}-{since}-{n}",
            customer_id=customer_id,
            on=since + timedelta(days=n),
            amount="1.00",
            currency="EUR",
        )
        for n in range(count)
    ]


def test_a_pin_says_since_when_and_what_was_before(tmp_path: Path) -> None:
    path = tmp_path / "outreach.json"
    services = on(path, TODAY)
    acme = Customer(id="a", name="Acme", customer_since=date(2020, 1, 1))
    spoke = datetime(2025, 10, 2, 9, tzinfo=UTC)
    call = Touchpoint(id="t", customer_ids=("a",), kind=TouchpointKind.CALL, at=spoke, zone="UTC")
    put(services, acme, call, Customer(id="b", name="Beta", customer_since=date(2019, 1, 1)))
    assert services.customers.standing("a").tier is Tier.C

    services = on(path, LATER)
    services.customers.edit(services.customers.get("a"), {"tier_pin": "A"})
    pinned = services.customers.get("a")
    assert (pinned.tier_pin, pinned.tier_moves[-1]) == (Tier.A, TierMove(on=LATER, was=Tier.C))
    standing = services.customers.standing("a")
    assert (standing.state, standing.days, standing.cadence.max_days) == (State.DUE, 152, 242)
    assert (
        rhythm_words(standing, LATER)
        == "every 45 to 242 days (tier A since 3 Mar, at most 300 before)"
    )
    services.workspace.undo()
    before = services.customers.get("a")
    assert (before.tier_pin, before.tier_moves) == (None, (TierMove(on=TODAY),))


def test_who_rises_is_due_and_not_late_and_the_file_says_from_where(tmp_path: Path) -> None:
    path = tmp_path / "outreach.json"
    services = on(path, TODAY)
    spoke = datetime(2025, 11, 28, 9, tzinfo=UTC)  # 94 days before
    records: list[Record] = []
    for n in range(10):
        records.append(Customer(id=f"c{n}", name=f"Customer {n}", customer_since=date(2020, 1, 1)))
        records += orders(f"c{n}", 10 - n, date(2025, 1, 1))
    records.append(
        Touchpoint(id="t", customer_ids=("c3",), kind=TouchpointKind.CALL, at=spoke, zone="UTC")
    )
    put(services, *records)
    kept = services.customers.get("c3")
    assert (kept.tier, kept.tier_moves) == (Tier.B, (TierMove(on=TODAY),))

    services = on(path, LATER)
    put(services, *orders("c3", 15, date(2025, 6, 1)))
    kept = services.customers.get("c3")
    assert (kept.tier, kept.tier_moves[1:]) == (Tier.A, (TierMove(on=LATER, was=Tier.B),))
    standing = services.customers.standing("c3")
    assert (standing.state, standing.days, standing.cadence.max_days) == (State.DUE, 95, 150)

    # Down again, as customers come in on the same day: what was promised the day before is what counts.
    rivals = [record for n in range(4, 9) for record in orders(f"c{n}", 99, date(2025, 6, 1))]
    put(services, *rivals, Customer(id="new", name="New", customer_since=LATER))
    kept = services.customers.get("c3")
    assert (kept.tier, kept.tier_on) == (Tier.B, TODAY)
    assert services.customers.standing("c3").cadence == services.workspace.settings.b


def test_a_wrong_pin_that_is_set_right_on_a_later_day_leaves_the_promise_as_it_was(
    tmp_path: Path,
) -> None:
    path = tmp_path / "outreach.json"
    services = on(path, TODAY)
    spoke = datetime(2025, 10, 2, 9, tzinfo=UTC)
    call = Touchpoint(id="t", customer_ids=("a",), kind=TouchpointKind.CALL, at=spoke, zone="UTC")
    put(services, Customer(id="a", name="Acme", tier_pin=Tier.B), call)
    for shift, tier in ((-4, "C"), (-2, "B")):
        services = on(path, TODAY + timedelta(days=shift))
        services.customers.edit(services.customers.get("a"), {"tier_pin": tier})
    standing = services.customers.standing("a")
    assert (standing.state, standing.days, standing.cadence.max_days) == (State.DUE, 149, 150)
    assert rhythm_words(standing, services.workspace.today) == "every 75 to 150 days"


@pytest.mark.parametrize("logged_first", [True, False])
def test_a_talk_promises_the_same_whether_it_was_logged_before_the_tier_rose_or_after(
    tmp_path: Path, logged_first: bool
) -> None:
    path = tmp_path / "outreach.json"
    services = on(path, TODAY)
    spoke = datetime(2025, 10, 2, 9, tzinfo=UTC)
    call = Touchpoint(id="t", customer_ids=("a",), kind=TouchpointKind.CALL, at=spoke, zone="UTC")
    put(services, Customer(id="a", name="Acme", tier_pin=Tier.C), *([call] if logged_first else []))
    services = on(path, LATER)
    services.customers.edit(services.customers.get("a"), {"tier_pin": "A"})
    if not logged_first:
        put(services, call)
    standing = services.customers.standing("a")
    assert (standing.state, standing.days, standing.cadence.max_days) == (State.DUE, 152, 242)

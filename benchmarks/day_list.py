"""How long the day's list takes from summary rows, and the rows from records, beside `json.load` of the same records.

All in one process, in turn, in one run; medians and ratios, wall clock and CPU. The world is made from one seed and one
day, so that it is the same in every run and on every machine:

    .venv/bin/python benchmarks/day_list.py [customers] [touchpoints] [purchases] [rounds]
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from outreach_tui.collector import uncollected
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer, Status, Tier
from outreach_tui.domain.decision import Decision, DecisionKind
from outreach_tui.domain.facts import CustomerFacts, summarise
from outreach_tui.domain.feedback import Feedback, FeedbackSort, FeedbackState, Told
from outreach_tui.domain.loyalty import Loyalties, file_facts, tiers
from outreach_tui.domain.meeting import Meeting, MeetingKind, MeetingState
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.purchase import Purchase, PurchaseKind
from outreach_tui.domain.record import Record
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import standings
from outreach_tui.domain.suggest import Plan, suggest
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind

TODAY = date(2026, 11, 24)
SETTINGS = TeamSettings()
MEMBER = Member(id="ana", name="Ana", zone="Europe/Berlin", calls_a_day=5)
REGIONS = (
    # latitude, longitude, zone, weight
    (51.0, 10.0, "Europe/Berlin", 30),
    (47.0, 2.5, "Europe/Paris", 15),
    (52.5, -1.5, "Europe/London", 15),
    (40.0, -85.0, "America/New_York", 20),
    (40.0, -4.0, "Europe/Madrid", 8),
    (20.0, 77.0, "Asia/Kolkata", 7),
    (36.0, 138.0, "Asia/Tokyo", 5),
)
TOWNS = 900
INDUSTRIES = ("food", "machines", "textiles", "software", "logistics", "health", "paper", "energy")
LINES = (
    "Talked about the winter range and the new depot; they are two people short.",
    "> the labels peel off in the cold store #labels",
    ">? do you deliver on Saturdays in December",
    ">+ Nadia sorted the mixed pallets within an hour",
    "= their buyer changes in spring",
    "? what would make the next quarter easier",
    "! send the price list by friday",
    "< they send last year's figures by 12 jan",
    "+ sent them the study on cold chains",
    "$ asked whether they would speak at the user group",
)
THEMES = ("labels", "packaging", "delivery", "billing", "app", "colours", "proof", "storage")
KINDS = (
    *[TouchpointKind.CALL] * 9,
    *[TouchpointKind.EMAIL] * 6,
    *[TouchpointKind.VISIT] * 2,
    *[TouchpointKind.VIDEO] * 2,
    *[TouchpointKind.INVOICE] * 2,
    *[TouchpointKind.MESSAGE, TouchpointKind.POST, TouchpointKind.EVENT, TouchpointKind.NOTE],
)

Records = dict[type[Record], list[Any]]


class World:
    """Customers with all that names them, from one seed."""

    def __init__(
        self, customers: int, touchpoints: int, purchases: int, seed: int = 1, today: date = TODAY
    ) -> None:
        self._chance = random.Random(seed)
        self._themes = random.Random(-seed)  # apart, so that the rest of the world stays as it was
        self._today = today
        self._places = list(self._towns())
        self.records: Records = defaultdict(list)
        self.by_customer: dict[str, Records] = {}
        for number in range(customers):
            self._customer(f"c{number:06}", number)
        ids = list(self.by_customer)
        for number in range(touchpoints):
            self._touchpoint(f"t{number:06}", self._chance.choice(ids))
        for number in range(purchases):
            self._purchase(f"p{number:06}", self._chance.choice(ids))

    def rows(self) -> dict[str, CustomerFacts]:
        """Return the summary rows, computed from the records."""
        return {
            id_: summarise(
                of[Customer][0],
                contacts=of[Contact],
                purchases=of[Purchase],
                touchpoints=of[Touchpoint],
                feedback=of[Feedback],
                meetings=of[Meeting],
                decisions=of[Decision],
            )
            for id_, of in self.by_customer.items()
        }

    def _keep(self, record: Record, customer_id: str) -> None:
        self.records[type(record)].append(record)
        self.by_customer[customer_id][type(record)].append(record)

    def _ago(self, days: int) -> date:
        return self._today - timedelta(days=days)

    def _one_in(self, count: int) -> bool:
        return self._chance.randrange(count) == 0

    def _towns(self) -> Iterator[Place]:
        chance = self._chance
        for number in range(TOWNS):
            lat, lon, zone, _ = chance.choices(REGIONS, weights=[r[3] for r in REGIONS])[0]
            yield Place(
                zone=zone,
                name=f"Town {number}",
                country=zone[:2].upper(),
                lat=round(chance.gauss(lat, 2.0), 5),
                lon=round(chance.gauss(lon, 3.0), 5),
                geoname_id=number + 1,
            )

    def _customer(self, id_: str, number: int) -> None:
        chance = self._chance
        self.by_customer[id_] = defaultdict(list)
        # A few towns hold many customers, most hold few.
        place = self._places[int(TOWNS * chance.random() ** 2)]
        status = chance.choices(list(Status), weights=[94, 3, 3])[0]
        self._keep(
            Customer(
                id=id_,
                name=f"Customer {number:05}",
                city=place.name,
                place=None if self._one_in(20) else place,
                industry=chance.choice(INDUSTRIES),
                phone=f"+49 30 {number:06}",
                customer_since=self._ago(chance.randrange(4000)) if self._one_in(2) else None,
                renewal_on=self._ago(-chance.randrange(-5, 365)) if self._one_in(4) else None,
                owner_id=chance.choice([None, "ana", "ana", "ben"]),
                reference=self._one_in(30),
                status=status,
                paused_until=self._ago(-30) if status is Status.PAUSED else None,
                do_not_contact=self._one_in(100),
            ),
            id_,
        )
        born = date(1970, 1, 1) + timedelta(days=chance.randrange(10_000))
        self._keep(
            Contact(
                id=f"p-{id_}",
                name=f"Person {number:05}",
                phones=(f"+49 171 {number:06}",),
                birthday=born if self._one_in(3) else None,
                employments=(
                    Employment(
                        customer_id=id_,
                        to_on=self._ago(chance.randrange(900)) if self._one_in(20) else None,
                    ),
                ),
            ),
            id_,
        )
        if self._one_in(4):
            self._feedback(id_)
        if self._one_in(40):
            self._meeting(id_)
        if self._one_in(20):
            self._decision(id_)

    def _feedback(self, id_: str) -> None:
        chance = self._chance
        days = chance.randrange(5, 400)
        told = (Told(on=self._ago(days // 2), customer_id=id_),) if self._one_in(2) else ()
        self._keep(
            Feedback(
                id=f"f-{id_}",
                customer_id=id_,
                words="labels in Polish",
                on=self._ago(days),
                sort=chance.choice(list(FeedbackSort)),
                state=chance.choice(list(FeedbackState)),
                state_on=self._ago(days // 3),
                told=told,
                themes=(self._themes.choice(THEMES),) if self._themes.random() < 0.5 else (),
            ),
            id_,
        )

    def _meeting(self, id_: str) -> None:
        start_at = self._at(self._chance.randrange(-20, 20))
        self._keep(
            Meeting(
                id=f"m-{id_}",
                start_at=start_at,
                zone="Europe/Berlin",
                minutes=60,
                kind=self._chance.choice(list(MeetingKind)),
                uid=f"m-{id_}@example.com",
                changed_at=start_at,
                customer_ids=(id_,),
                state=self._chance.choice([MeetingState.PLANNED, MeetingState.HELD]),
            ),
            id_,
        )

    def _decision(self, id_: str) -> None:
        chance = self._chance
        days = chance.randrange(60)
        kind = chance.choice([DecisionKind.SNOOZED, DecisionKind.SNOOZED, DecisionKind.MUTED])
        snoozed = chance.choice(["", "", "visit", "user-group"])
        muted = chance.choice(["overdue", "due", "never", "slipping", "thank", "face-to-face"])
        self._keep(
            Decision(
                id=f"d-{id_}",
                customer_id=id_,
                kind=kind,
                on=self._ago(days),
                at=self._at(days),
                until_on=self._ago(days - 90 if kind is DecisionKind.MUTED else days - 30),
                reason=muted if kind is DecisionKind.MUTED else snoozed,
            ),
            id_,
        )

    def _touchpoint(self, id_: str, customer_id: str) -> None:
        chance = self._chance
        lines = chance.choices(LINES, k=chance.randrange(1, 4)) if self._one_in(2) else ()
        kind = chance.choice(KINDS)
        self._keep(
            Touchpoint(
                id=id_,
                customer_ids=(customer_id,),
                kind=kind,
                at=self._at(int(1100 * chance.random() ** 1.5)),
                zone="Europe/Berlin",
                direction=Direction.IN if self._one_in(4) else Direction.OUT,
                member_id="ana",
                outcome=Outcome.NO_ANSWER
                if kind is TouchpointKind.CALL and self._one_in(3)
                else Outcome.HELD,
                note="\n".join(lines),
                plain=self._one_in(50),
            ),
            customer_id,
        )

    def _purchase(self, id_: str, customer_id: str) -> None:
        chance = self._chance
        kind = chance.choices(list(PurchaseKind), weights=[8, 1, 3])[0]
        self._keep(
            Purchase(
                id=id_,
                customer_id=customer_id,
                on=self._ago(chance.randrange(1500)),
                kind=kind,
                amount="120.00",
                currency="EUR",
            ),
            customer_id,
        )

    def _at(self, days: int) -> datetime:
        on = self._ago(days)
        clock = self._chance.randrange(7, 18), self._chance.randrange(60)
        return datetime(on.year, on.month, on.day, *clock, tzinfo=UTC)


def ranked(rows: Mapping[str, CustomerFacts]) -> dict[str, Tier]:
    """Return the tiers as the first write of a day keeps them."""
    known = file_facts(rows.values())
    return tiers(rows.values(), Loyalties(rows.values(), known, TODAY))


def day_list(rows: Mapping[str, CustomerFacts], kept: Mapping[str, Tier] | None) -> Plan:
    """Return the member's list; `kept` are the tiers that the file holds for today, None where it holds none."""
    with uncollected():  # as services.day_plans does
        known = file_facts(rows.values())
        scores = Loyalties(rows.values(), known, TODAY)
        tier_of = tiers(rows.values(), scores) if kept is None else kept
        return suggest(
            standings(rows.values(), scores, tier_of, SETTINGS, TODAY), TODAY, SETTINGS, MEMBER
        )


def measured(rounds: int, cases: Mapping[str, Callable[[], Any]]) -> dict[str, tuple[float, float]]:
    """Run the cases in turn; return the median wall and CPU seconds of each."""
    wall, cpu = defaultdict(list), defaultdict(list)
    for _ in range(rounds):
        for name, case in cases.items():
            began, began_cpu = time.perf_counter(), time.process_time()
            case()
            wall[name].append(time.perf_counter() - began)
            cpu[name].append(time.process_time() - began_cpu)
    return {n: (statistics.median(wall[n]), statistics.median(cpu[n])) for n in cases}


def main() -> None:
    """Measure, and print a table."""
    given = [int(argument) for argument in sys.argv[1:]]
    customers, touchpoints, purchases, rounds = [
        *given,
        *(10_000, 100_000, 20_000, 7)[len(given) :],
    ]
    world = World(customers, touchpoints, purchases)
    rows = world.rows()
    kept = ranked(rows)
    plan = day_list(rows, kept)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.json"
        path.write_bytes(msgspec.json.encode({k.__name__: v for k, v in world.records.items()}))

        def load() -> None:
            with path.open("rb") as file:
                json.load(file)

        peer = "json.load of the records"
        medians = measured(
            rounds,
            {
                peer: load,
                "rows from records, cold": world.rows,
                "the list from rows, tiers kept": lambda: day_list(rows, kept),
                "the list from rows, tiers ranked": lambda: day_list(rows, None),
            },
        )
        size = path.stat().st_size / 1e6
    print(
        f"{customers:,} customers, {touchpoints:,} touchpoints, {purchases:,} purchases, {size:.1f} MB as JSON; "
        f"{rounds} rounds"
    )
    lanes = Counter(s.lane.value for s in plan.suggestions)
    print(
        f"the list: {', '.join(f'{count} {lane}' for lane, count in sorted(lanes.items()))}; "
        f"{plan.more:,} more, {len(plan.left_out):,} left out"
    )
    for name, (wall, cpu) in medians.items():
        print(
            f"{name:34} {wall * 1000:7.1f} ms wall {cpu * 1000:7.1f} ms CPU   "
            f"{wall / medians[peer][0]:5.2f} × {peer}"
        )


if __name__ == "__main__":
    main()

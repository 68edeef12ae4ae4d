"""How much of the later purchases the top tenth of our loyalty makes, beside other rankings of the same customers.

Customers are ranked by what they bought up to a day, exactly as the program does it, and judged by what they bought
afterwards: T10 is the share of later purchases made by the top tenth. Peers are frequency (days with a purchase),
recency, frequency then recency, sums of RFM quintiles (with money), and BG/NBD (Fader, Hardie and Lee 2005).

CDNOW's histories are files of PyPI's `lifetimes`, read where pip put them. Nothing of that package is imported: with
all that it needs it takes some 300 MB, where the fit of the four parameters of BG/NBD is a page. Exit code 1 if a goal
of SUGGESTIONS.md is missed, 2 if the histories are not there:

    .venv/bin/python -m pip install --no-deps lifetimes
    .venv/bin/python benchmarks/loyalty.py [--resamples RESAMPLES]
"""

import argparse
import csv
import os
import platform
import random
import statistics
import sys
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata
from itertools import groupby
from math import exp, fsum, lgamma, log, log1p
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import CustomerFacts, summarise
from outreach_tui.domain.loyalty import Loyalties, file_facts
from outreach_tui.domain.purchase import Purchase

SPLIT_ON = date(1997, 9, 30)
"""The last day that a ranking may know."""
NORTHWIND = Path(__file__).parents[1] / "tests" / "data" / "northwind" / "orders.csv"
ALL, SAMPLE, TRADE = "CDNOW", "CDNOW sample", "Northwind"
OURS, OFTEN, OFTEN_AND_LATELY = "loyalty", "frequency", "frequency, recency"
REMEDY = """The purchase histories of CDNOW are not there. They are files of PyPI's lifetimes; fetch them, without
what that package depends on, with

    .venv/bin/python -m pip install --no-deps lifetimes"""
Corner = tuple[float, list[float]]
"""How high a function is at a place, and the place."""


class Bought(NamedTuple):
    """One line of a purchase history."""

    customer: str
    on: date
    amount: float


class Buyer(NamedTuple):
    """What is known of one customer up to the split, and what came of it."""

    facts: CustomerFacts
    spent: float
    later: int
    """Days with a purchase after the split."""


def cdnow_files() -> dict[str, Path]:
    """Return the installed files of CDNOW by data set; LookupError if `lifetimes` or one of them is missing."""
    try:
        files = metadata.files("lifetimes") or []
    except metadata.PackageNotFoundError as missing:
        raise LookupError(REMEDY) from missing
    found = {file.name: Path(str(file.locate())) for file in files}
    names = {ALL: "CDNOW_master.txt", SAMPLE: "CDNOW_sample.txt"}
    if not all(name in found and found[name].is_file() for name in names.values()):
        raise LookupError(REMEDY)
    return {data: found[name] for data, name in names.items()}


def read_cdnow(path: Path) -> Iterator[Bought]:
    """Read lines of customer, in the sample its number there, day as YYYYMMDD, pieces and dollars."""
    with path.open(encoding="ascii") as lines:
        for line in lines:
            customer, *_, on, _, amount = line.split() or [""] * 4
            if customer.isdecimal():
                yield Bought(customer, date.fromisoformat(on), float(amount))


def read_northwind(path: Path) -> Iterator[Bought]:
    """Read the project's own order file."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield Bought(row["Customer"], date.fromisoformat(row["Date"]), float(row["Amount"]))


def buyers(history: Iterable[Bought], split_on: date) -> list[Buyer]:
    """Return everybody who bought up to the split; purchases of one day count as one."""
    by_customer: dict[str, list[Bought]] = defaultdict(list)
    for bought in history:
        by_customer[bought.customer].append(bought)
    found = []
    for name, all_bought in by_customer.items():
        known = [b for b in all_bought if b.on <= split_on]
        if not known:
            continue
        purchases = [
            Purchase(id=str(number), customer_id=name, on=b.on) for number, b in enumerate(known)
        ]
        facts = summarise(Customer(id=name, name=name), purchases=purchases)
        later = len({b.on for b in all_bought if b.on > split_on})
        found.append(Buyer(facts, fsum(b.amount for b in known), later))
    return found


class Ranking:
    """Customers by falling score; those with an equal score share their places."""

    def __init__(self, scores: Sequence[Any]) -> None:
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        self._groups = [list(group) for _, group in groupby(order, key=scores.__getitem__)]

    def top_tenth_share(self, later: Sequence[int], times: Sequence[int] | None = None) -> float:
        """Return the share of later purchases made by the top tenth, 0 to 1.

        A tenth may end within a customer or among equal ones: each of those counts in proportion to the places left.
        `times` says how often each customer is there, once if not given.
        """
        times = times or [1] * len(later)
        places = sum(times) / 10
        made = 0.0
        for group in self._groups:
            size = sum(times[index] for index in group)
            if size:
                made += sum(times[i] * later[i] for i in group) * min(1.0, places / size)
                places -= size
            if places <= 0:
                break
        whole = sum(map(mul, times, later))
        return made / whole if whole else 0.0


def quintiles(values: Sequence[Any]) -> list[int]:
    """Return 1 to 5 for each value, 5 for the highest; equal values have the quintile of their mean rank."""
    ordered = sorted(values)
    ranks = {v: (bisect_left(ordered, v) + bisect_right(ordered, v)) / 2 for v in set(values)}
    return [int(5 * ranks[value] / len(ordered)) + 1 for value in values]


class BgNbd(NamedTuple):
    """BG/NBD: gamma(r, alpha) rates of purchase a week, beta(a, b) chances to leave after a purchase.

    Fader, Hardie and Lee 2005, "Counting Your Customers" the Easy Way, Marketing Science 24(2), 275-284.
    """

    r: float
    alpha: float
    a: float
    b: float

    def log_likelihood(self, repeats: int, last: float, age: float) -> float:
        """Return that of one customer; `last` and `age` are weeks since the first purchase (equation 6)."""
        r, alpha, a, b = self
        n = r + repeats
        value = lgamma(n) - lgamma(r) + r * log(alpha) - n * log(alpha + age)
        if repeats:
            value += lgamma(a + b) + lgamma(b + repeats) - lgamma(b) - lgamma(a + b + repeats)
            gone = log(a / (b + repeats - 1)) + n * log((alpha + age) / (alpha + last))
            value += max(0.0, gone) + log1p(exp(-abs(gone)))
        return value

    def expected(self, repeats: int, last: float, age: float, ahead: float) -> float:
        """Return the purchases to be expected in the `ahead` weeks after `age` (equation 10)."""
        r, alpha, a, b = self
        n, c = r + repeats, a + b + repeats - 1
        grown = hypergeometric(n, b + repeats, c, ahead / (alpha + age + ahead))
        still = 1 - exp(n * log((alpha + age) / (alpha + age + ahead))) * grown
        gone = 0.0
        if repeats:
            odds = log(a / (b + repeats - 1)) + n * log((alpha + age) / (alpha + last))
            gone = exp(min(700.0, odds))
        return c / (a - 1) * still / (1 + gone)


def hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """Return Gauss's 2F1 for 0 <= z < 1, by its series."""
    total = term = 1.0
    step = 0
    while abs(term) > 1e-13 * abs(total):
        term *= (a + step) * (b + step) / ((c + step) * (step + 1)) * z
        total += term
        step += 1
    return total


def fitted(histories: Iterable[tuple[int, float, float]]) -> BgNbd:
    """Return the parameters that make the histories (repeats, last, age) most likely, each between e^-8 and e^8."""
    counted = Counter(histories)

    def unlikely(logs: Sequence[float]) -> float:
        if max(map(abs, logs)) > 8:
            return float("inf")
        model = BgNbd(*map(exp, logs))
        return -fsum(times * model.log_likelihood(*h) for h, times in counted.items())

    logs = lowest(unlikely, [0.0] * 4)
    return BgNbd(*map(exp, lowest(unlikely, logs)))


def lowest(function: Callable[[Sequence[float]], float], start: Sequence[float]) -> list[float]:
    """Return where a function is lowest, walking downhill from `start` (Nelder and Mead 1965, usual coefficients)."""

    def tried(centre: Sequence[float], towards: Sequence[float], far: float) -> Corner:
        place = [c + far * (t - c) for c, t in zip(centre, towards, strict=True)]
        return function(place), place

    corners = [[x + 0.5 * (i == j) for j, x in enumerate(start)] for i in range(-1, len(start))]
    simplex = sorted((function(corner), corner) for corner in corners)
    for _ in range(1000):
        (best, lowest_yet), (worst, highest) = simplex[0], simplex[-1]
        if worst - best < 1e-11 * abs(best):
            break
        centre = [statistics.fmean(xs) for xs in zip(*(c for _, c in simplex[:-1]), strict=True)]
        new = tried(centre, highest, -1.0)
        if new[0] < best:
            new = min(new, tried(centre, highest, -2.0))
        elif new[0] >= simplex[-2][0]:
            new = tried(centre, highest, -0.5 if new[0] < worst else 0.5)
        if new[0] < worst:
            simplex[-1] = new
        else:
            simplex[1:] = [tried(lowest_yet, corner, 0.5) for _, corner in simplex[1:]]
        simplex.sort()
    return simplex[0][1]


class Judged(NamedTuple):
    """One data set."""

    customers: int
    later: int
    t10: dict[str, float]
    """By ranking."""
    ahead: float
    """Our T10 less that of frequency then recency, mean over the resamples."""
    deviation: float
    """Standard deviation of the same."""
    model: BgNbd

    @property
    def deviations(self) -> float:
        """How many standard deviations we are ahead."""
        return self.ahead / self.deviation if self.deviation else 0.0


def judged(history: Iterable[Bought], resamples: int) -> Judged:
    """Rank the customers of one data set in every way, and measure T10."""
    history = list(history)
    people = buyers(history, SPLIT_ON)
    rows = [b.facts for b in people]
    later = [b.later for b in people]
    known = Loyalties(rows, file_facts(rows), SPLIT_ON)
    often = [row.purchase_days for row in rows]
    lately = [row.last_purchase_on or SPLIT_ON for row in rows]
    weeks = (max(bought.on for bought in history) - SPLIT_ON).days / 7
    lives = [in_weeks(row) for row in rows]
    model = fitted(lives)
    expected = cache(model.expected)
    rfm = zip(
        quintiles(often), quintiles(lately), quintiles([b.spent for b in people]), strict=True
    )
    rankings = {
        OURS: Ranking([known[row.customer_id].total for row in rows]),
        OFTEN: Ranking(often),
        "recency": Ranking(lately),
        OFTEN_AND_LATELY: Ranking(list(zip(often, lately, strict=True))),
        "RFM quintiles": Ranking([sum(three) for three in rfm]),
        "BG/NBD": Ranking([expected(*life, weeks) for life in lives]),
    }
    differences = paired(rankings[OURS], rankings[OFTEN_AND_LATELY], later, resamples)
    return Judged(
        len(people),
        sum(later),
        {name: ranking.top_tenth_share(later) for name, ranking in rankings.items()},
        statistics.fmean(differences),
        statistics.stdev(differences),
        model,
    )


def in_weeks(row: CustomerFacts) -> tuple[int, float, float]:
    """Return what BG/NBD needs of a customer: repeats, weeks from the first purchase to the last and to the split."""
    assert row.first_purchase_on and row.last_purchase_on
    last = (row.last_purchase_on - row.first_purchase_on).days / 7
    return row.purchase_days - 1, last, (SPLIT_ON - row.first_purchase_on).days / 7


def paired(one: Ranking, other: Ranking, later: Sequence[int], resamples: int) -> list[float]:
    """Return by how much the T10 of one exceeds the other's, over customers drawn with replacement, seeded."""
    chance = random.Random(1997)
    everybody = range(len(later))
    found = []
    for _ in range(resamples):
        drawn = Counter(chance.choices(everybody, k=len(later)))
        times = [drawn[index] for index in everybody]
        found.append(one.top_tenth_share(later, times) - other.top_tenth_share(later, times))
    return found


def report(sets: dict[str, Judged], resamples: int) -> None:
    """Print what was measured."""
    print(
        f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(f"known up to {SPLIT_ON}; T10: share of later purchases made by the top tenth\n")

    def line(label: str, cells: Iterable[str]) -> None:
        print(f"{label:34}" + "".join(f"{cell:>14}" for cell in cells))

    line("", sets)
    line("customers", (f"{s.customers:,}" for s in sets.values()))
    line("later purchases", (f"{s.later:,}" for s in sets.values()))
    for name in sets[ALL].t10:
        line(f"T10, {name}", (f"{s.t10[name]:.4f}" for s in sets.values()))
    line(f"{OURS} − {OFTEN_AND_LATELY}, mean", (f"{s.ahead:+.4f}" for s in sets.values()))
    line(f"standard deviation of {resamples:,}", (f"{s.deviation:.4f}" for s in sets.values()))
    line("standard deviations ahead", (f"{s.deviations:+.1f}" for s in sets.values()))
    for field in BgNbd._fields:
        line(f"BG/NBD, {field}", (f"{getattr(s.model, field):.3f}" for s in sets.values()))
    print()


def goals(sets: dict[str, Judged]) -> list[tuple[str, float, float]]:
    """Return those of SUGGESTIONS.md: words, what was found, what it must at least be."""
    trade = sets[TRADE].t10
    return [
        (f"{ALL}: T10", sets[ALL].t10[OURS], 0.456),
        (f"{ALL}: deviations above {OFTEN_AND_LATELY}", sets[ALL].deviations, 2.0),
        (f"{SAMPLE}: T10", sets[SAMPLE].t10[OURS], 0.469),
        (f"{TRADE}: T10, {OFTEN} − .02", trade[OURS], trade[OFTEN] - 0.02),
    ]


def main() -> int:
    """Measure, print, and return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description="Judge loyalty by later purchases.")
    parser.add_argument("--resamples", type=int, default=1000, help="of the bootstrap, two or more")
    resamples = max(2, parser.parse_args().resamples)
    try:
        histories = {name: read_cdnow(path) for name, path in cdnow_files().items()}
    except LookupError as missing:
        print(missing, file=sys.stderr)
        return 2
    histories[TRADE] = read_northwind(NORTHWIND)
    sets = {name: judged(history, resamples) for name, history in histories.items()}
    report(sets, resamples)
    results = [(words, found, least, found >= least) for words, found, least in goals(sets)]
    for words, found, least, met in results:
        print(f"{words:48} {found:8.4f}  goal ≥ {least:.4f}  {'met' if met else 'missed'}")
    return 0 if all(met for *_, met in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())

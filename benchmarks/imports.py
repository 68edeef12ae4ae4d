"""What an import costs: `outreach import` of a list of customers with their contacts, beside the plainest script that
brings the same rows into TinyDB (csv.DictReader, `insert_multiple`), and again when nothing of the list is new.

All are whole processes, in turn, in one run; medians and ratios. The script only stores text: it looks for nobody it
knows, reads no date, asks no gazetteer, and keeps no journal to undo it by. The goal is that of the import: 20,000 rows
in less than 10 s and 300 MB, undone in one step. Exit code 1 if it is missed:

    .venv/bin/python benchmarks/imports.py [rows] [rounds]
"""

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

PYTHON = sys.executable
GOAL_SECONDS, GOAL_MEGABYTES, GOAL_ROWS = 10.0, 300.0, 20_000
HEADERS = (
    *("Customer ID", "Company", "Contact", "Title", "E-mail", "Phone"),
    *("Address", "City", "Postal Code", "Country", "Customer since"),
)
TOWNS = (
    *(("Berlin", "Germany"), ("Lyon", "France"), ("Madrid", "Spain"), ("Torino", "Italy")),
    *(("Porto", "Portugal"), ("Utrecht", "Netherlands"), ("Leeds", "UK"), ("Graz", "Austria")),
)
PEER = """
import csv, sys
from tinydb import TinyDB
with open(sys.argv[1], newline="", encoding="utf-8") as file, TinyDB(sys.argv[2]) as db:
    db.table("customers").insert_multiple(csv.DictReader(file))
"""


class Cost(NamedTuple):
    """What one process took."""

    seconds: float
    busy: float
    """Seconds of processor time: what is left where the machine is shared."""
    megabytes: float
    """At its peak."""


def make_list(path: Path, rows: int) -> None:
    """Write a list of customers, from one seed."""
    chance = random.Random(20261122)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for number in range(rows):
            town, country = chance.choice(TOWNS)
            since = f"20{number % 20:02}-0{number % 9 + 1}-1{number % 10}"
            writer.writerow(
                (
                    *(f"C{number:06}", f"Company {number} Ltd", f"Person {number}", "Buyer"),
                    *(f"p{number}@c{number}.example", f"+49 30 {number:07}", f"Street {number}"),
                    *(town, f"{number % 99_999:05}", country, since),
                )
            )


def cost_of(*arguments: str) -> Cost:
    """Return what a process of its own takes from start to end."""
    begin = time.perf_counter()
    child = subprocess.Popen([PYTHON, *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    taken = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{arguments} ended with {child.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is bytes on macOS
    return Cost(taken, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6)


def one_round(folder: Path, list_: Path, number: int) -> dict[str, Cost]:
    """Take each case once, on new files."""
    peer, ours = folder / f"peer-{number}.json", folder / f"ours-{number}.json"
    outreach = ("-m", "outreach_tui", "--file", str(ours))
    cases: dict[str, Callable[[], Cost]] = {
        "csv.DictReader + TinyDB": lambda: cost_of("-c", PEER, str(list_), str(peer)),
        "outreach import": lambda: cost_of(*outreach, "import", str(list_)),
        "outreach import, again": lambda: cost_of(*outreach, "import", str(list_)),
        "outreach undo": lambda: cost_of(*outreach, "undo"),
    }
    return {name: case() for name, case in cases.items()}


def main() -> int:
    """Measure, print a table, and return whether the goal was missed."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else GOAL_ROWS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {
            "OUTREACH_CONFIG": str(folder / "config.toml"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        list_ = folder / "customers.csv"
        make_list(list_, rows)
        found = [one_round(folder, list_, number) for number in range(rounds)]
        print(f"{rows:,} rows, {list_.stat().st_size / 1e6:.1f} MB; {rounds} rounds, medians")
    costs = {
        case: Cost(*(statistics.median(values) for values in zip(*each, strict=True)))
        for case in found[0]
        for each in [[taken[case] for taken in found]]
    }
    peer = costs["csv.DictReader + TinyDB"]
    for case, cost in costs.items():
        print(
            f"{case:26} {cost.seconds:6.2f} s ({cost.busy:5.2f} s busy) {rows / cost.seconds:7,.0f} rows/s"
            f" {cost.megabytes:4.0f} MB   {cost.seconds / peer.seconds:5.2f} × time,"
            f" {cost.megabytes / peer.megabytes:4.2f} × memory"
        )
    ours = costs["outreach import"]
    met = ours.seconds < GOAL_SECONDS and ours.megabytes < GOAL_MEGABYTES
    if rows == GOAL_ROWS:
        print(
            f"goal, under {GOAL_SECONDS:.0f} s and {GOAL_MEGABYTES:.0f} MB: {'met' if met else 'missed'}"
        )
    return int(rows == GOAL_ROWS and not met)


if __name__ == "__main__":
    sys.exit(main())

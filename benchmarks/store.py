"""What the store costs, as ratios: a commit beside a small file's and beside stock TinyDB's insert, opening and asking
beside `json.load` of the same file, memory beside its size, and the day's list. The goals are those of STORE.md.

Files of 1,000, 10,000 and 100,000 documents are made from one seed on a real disk, and a journal of some hundred
commits beside each. All work is done in turn, in one run; medians. Memory is that of a process of its own. Exit code 1
if a goal is missed:

    .venv/bin/python benchmarks/store.py [--folder FOLDER] [--rounds ROUNDS] [--commits COMMITS]
"""

import argparse
import gc
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from tinydb import TinyDB, where

import day_list
from outreach_tui.clock import SystemClock
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.ids import IdFactory
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Put, Record
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.store.journal import journal_path
from outreach_tui.store.tinydb_access import RecordDB, open_tinydb
from outreach_tui.store.tinydb_file import FOLD_BYTES, FOLD_SHARE, TinyDbStore

SIZES = 1_000, 10_000, 100_000
SMALL, MIDDLE, LARGE = SIZES
SHARES = {"customers": 0.10, "contacts": 0.12, "purchases": 0.28, "touchpoints": 0.50}
KINDS: dict[str, type[Record]] = {
    "customers": Customer,
    "contacts": Contact,
    "purchases": Purchase,
    "touchpoints": Touchpoint,
}
QUERIES = {
    "customers": where("city") == "Graz",
    "contacts": where("name").search("^Ro.* 7"),
    "purchases": where("currency") == "PLN",
    "touchpoints": where("note").search("labels"),
}
"""Together they look at every document."""
FIRST_DAY = datetime(2023, 1, 2, 9, tzinfo=UTC)
TOWNS = "Graz", "Linz", "Wien", "Kraków", "Łódź", "Lyon", "Bremen", "Leeds", "Sevilla", "Århus"
FIRST_NAMES = "Roland", "Ana", "Zoë", "Piotr", "Maria", "Liu", "Hanna", "José", "Rosa", "Tim"
LAST_NAMES = "Mendel", "Ruiz", "Kowalska", "Smith", "Nguyễn", "Moreau", "Berg", "Santos"
CLOCK = SystemClock()
JOURNAL_COMMITS = 200
"""Fewer than let the journal be folded at any of the sizes."""
INSERTS = 20
"""Of ours for one of stock TinyDB, which takes longer than many of ours."""
MEMORY_OF = """
import resource, sys
from pathlib import Path
import json
import tinydb
sys.path.insert(0, {here!r})
import store
def memory(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
path = Path({path!r})
before = memory("VmRSS")
held = store.{work}(path)
print(memory("VmRSS") - before, memory("VmHWM") - before)
"""


class Cost(NamedTuple):
    """Median seconds."""

    wall: float
    cpu: float


class Verdict(NamedTuple):
    """One line of STORE.md's table."""

    work: str
    found: float
    goal: float
    at_least: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.found >= self.goal if self.at_least else self.found <= self.goal


class Timer:
    """Seconds of wall clock and CPU, by what was done."""

    def __init__(self) -> None:
        self._wall: dict[str, list[float]] = defaultdict(list)
        self._cpu: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        """Measure what is done within, once more."""
        began, began_cpu = time.perf_counter(), time.process_time()
        yield
        cpu, wall = time.process_time() - began_cpu, time.perf_counter() - began
        self._wall[name].append(wall)
        self._cpu[name].append(cpu)

    def median(self, name: str) -> Cost:
        """Return the medians of one work."""
        return Cost(statistics.median(self._wall[name]), statistics.median(self._cpu[name]))

    def ratio(self, one: str, other: str) -> Cost:
        """Return the medians of the ratios, round by round: what slows the machine down slows down both."""
        rounds = [
            [a / b for a, b in zip(kind[one], kind[other], strict=True)]
            for kind in (self._wall, self._cpu)
        ]
        return Cost(*map(statistics.median, rounds))

    def mean(self, name: str) -> Cost:
        """Return the means of one work."""
        return Cost(statistics.fmean(self._wall[name]), statistics.fmean(self._cpu[name]))


class World:
    """A file of documents like real ones, from one seed; the same number of each kind in every run."""

    def __init__(self, folder: Path, documents: int) -> None:
        self.documents = documents
        self.path = folder / f"{documents}" / "outreach.json"
        self._chance = random.Random(documents)
        self._now_ms = 1_672_650_000_000
        self._ids = IdFactory(self._milliseconds, self._chance.getrandbits)
        self.ids: dict[str, list[str]] = {name: [] for name in SHARES}
        tables = {
            name: {
                str(key): self._document(name, key)
                for key in range(1, round(documents * share) + 1)
            }
            for name, share in SHARES.items()
        }
        self.path.parent.mkdir(parents=True)
        self.path.write_text(json.dumps(tables, ensure_ascii=False), "utf-8")
        store = self.opened()  # it takes the file over, and makes the backup of the day
        store.commit("began", [self.call()], member_id=None)
        store.close()
        self.size = self.path.stat().st_size

    def opened(self) -> TinyDbStore:
        """Return our store on it."""
        return TinyDbStore(self.path, CLOCK)

    def call(self) -> Put:
        """Return a call to log, as the app does."""
        touchpoint = msgspec.convert(self._touchpoint(self._ids.new()), Touchpoint)
        return Put(msgspec.structs.replace(touchpoint, kind=TouchpointKind.CALL))

    def call_document(self) -> dict[str, Any]:
        """Return the same for TinyDB."""
        return self._touchpoint(self._ids.new())

    def add_journal(self) -> None:
        """Leave commits in the journal, as an app that is open does."""
        store = self.opened()
        for _ in range(JOURNAL_COMMITS):
            store.commit("logged a call", [self.call()], member_id=None)
        assert self.path.stat().st_size == self.size, "the journal was folded"

    def _milliseconds(self) -> int:
        self._now_ms += self._chance.randrange(1, 600_000)
        return self._now_ms

    def _document(self, name: str, number: int) -> dict[str, Any]:
        id_ = self._ids.new()
        self.ids[name].append(id_)
        document: dict[str, Any] = getattr(self, "_" + name.removesuffix("s"))(id_, number)
        return document

    def _any(self, name: str) -> str:
        return self._chance.choice(self.ids[name])

    def _customer(self, id_: str, number: int) -> dict[str, Any]:
        town = self._chance.choice(TOWNS)
        lat, lon = (round(self._chance.uniform(*bounds), 5) for bounds in ((40, 60), (-5, 25)))
        found = {
            "id": id_,
            "name": f"{self._chance.choice(LAST_NAMES)} Handel {number:05}",
            "city": town,
            "country": "AT",
            "address": f"Kirchgasse {number % 180 + 1}",
            "postal_code": f"{8010 + number % 1500}",
            "phone": f"7675-{number:05}",
            "place": {
                "zone": "Europe/Vienna",
                "name": town,
                "country": "AT",
                "lat": lat,
                "lon": lon,
            },
            "external_ids": {"CustomerID": f"C{number:05}"},
        }
        return found | ({"tags": ["fair", "key"]} if number % 5 == 0 else {})

    def _contact(self, id_: str, number: int) -> dict[str, Any]:
        name = f"{self._chance.choice(FIRST_NAMES)} {self._chance.choice(LAST_NAMES)} {number}"
        return {
            "id": id_,
            "name": name,
            "role": self._chance.choice(["Sales Manager", "Owner", "Buyer"]),
            "emails": [f"person{number}@example.com"],
            "phones": [f"7675-{number:05}"],
            "employments": [{"customer_id": self._any("customers")}],
        }

    def _purchase(self, id_: str, number: int) -> dict[str, Any]:
        return {
            "id": id_,
            "customer_id": self._any("customers"),
            "on": f"{self._day():%Y-%m-%d}",
            "amount": f"{self._chance.uniform(20, 9000):.2f}",
            "currency": self._chance.choice(["EUR"] * 30 + ["PLN"]),
            "external_ids": {"OrderID": f"{10_000 + number}"},
        }

    def _touchpoint(self, id_: str, _number: int = 0) -> dict[str, Any]:
        chance = self._chance
        found = {
            "id": id_,
            "customer_ids": [self._any("customers")],
            "kind": chance.choice(["call"] * 5 + ["email"] * 4 + ["visit", "video", "message"]),
            "at": f"{self._day():%Y-%m-%dT%H:%M:%SZ}",
            "zone": "Europe/Vienna",
            "contact_ids": [self._any("contacts")],
            "member_id": self.ids["customers"][0],
            "minutes": chance.randrange(5, 60),
        }
        if lines := chance.choices(day_list.LINES, k=chance.randrange(4)):
            found["note"] = "\n".join(lines)
        return found

    def _day(self) -> datetime:
        return FIRST_DAY + timedelta(minutes=self._chance.randrange(1_400 * 1_440))


def open_store(path: Path) -> TinyDbStore:
    """Open the store, and get one record of each table by its id."""
    store = TinyDbStore(path, CLOCK)
    for name, kind in KINDS.items():
        id_ = IDS_OF[path][name] if path in IDS_OF else _first_id(path, name)
        assert store.get(kind, id_) is not None
    return store


IDS_OF: dict[Path, dict[str, str]] = {}
"""An id of each table, by file."""


def _first_id(path: Path, name: str) -> str:
    """Find an id in the file's first bytes of a table, for a process that does not know the world."""
    with path.open("rb") as file:
        for line in file:
            if line.startswith(f'"{name}"'.encode()):
                found: str = json.loads(next(file).split(b": ", 1)[1].rstrip(b",\n"))["id"]
                return found
    raise AssertionError(f"no {name}")


def load(path: Path) -> Any:
    """Read the file as plain objects."""
    with path.open(encoding="utf-8") as file:
        return json.load(file)


def ask(db: TinyDB) -> int:
    """Ask every table something; return how many answers there were."""
    return sum(len(db.table(name).search(query)) for name, query in QUERIES.items())


def ask_store(path: Path) -> RecordDB:
    """Open the store with TinyDB, and ask."""
    db = open_tinydb(path, CLOCK, IdFactory(CLOCK.milliseconds))
    ask(db)
    return db


def ask_stock(path: Path) -> TinyDB:
    """Open stock TinyDB, and ask."""
    db = TinyDB(path, encoding="utf-8")
    ask(db)
    return db


def memory_of(path: Path, work: str) -> tuple[int, int]:
    """Return the bytes that a process of its own has more after some work, and had at most.

    Not `ru_maxrss`: a child takes over the peak of the process that started it.
    """
    code = MEMORY_OF.format(here=str(Path(__file__).parent), path=str(path), work=work)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    after, peak = map(int, done.stdout.split())
    return after, peak


def measure_commits(worlds: list[World], commits: int, timer: Timer) -> dict[int, float]:
    """Log calls on open stores in turn; return the bytes of a commit by size."""
    stores = {world: world.opened() for world in worlds}
    for world, store in stores.items():
        store.rows()  # as in the app, where all indexes are there
        store.commit("logged a call", [world.call()], member_id=None)
    began = {world: journal_path(world.path).stat().st_size for world in worlds}
    gc.collect()
    for _ in range(commits):
        for world, store in stores.items():
            call = world.call()
            with timer.measured(f"commit {world.documents}"):
                store.commit("logged a call", [call], member_id=None)
    line = {}
    for world, store in stores.items():
        line[world.documents] = (journal_path(world.path).stat().st_size - began[world]) / commits
        assert line[world.documents] > 0, "the journal was folded meanwhile: ask for fewer commits"
        store.close()
    return line


def measure_folds(world: World, rounds: int, timer: Timer) -> None:
    """Close stores that wrote: what is folded is the same as past a size."""
    store = world.opened()
    for _ in range(rounds):
        store.commit("logged a call", [world.call()], member_id=None)
        with timer.measured(f"fold {world.documents}"):
            store.close()


def measure_in_turn(world: World, rounds: int, timer: Timer) -> None:
    """Insert, open, read and ask, each in turn."""
    size = world.documents
    stock_path = world.path.with_name("stock.json")
    shutil.copy(world.path, stock_path)
    store = world.opened()
    world.add_journal()
    IDS_OF[world.path] = {name: ids[0] for name, ids in world.ids.items()}
    db = ask_store(world.path)
    work: dict[str, Callable[[], Any]] = {
        "json.load": lambda: load(world.path),
        "open": lambda: open_store(world.path),
        "ask": lambda: ask(db),
        "ask stock": lambda: ask_stock(stock_path),
        "open and ask": lambda: ask_store(world.path),
        "touchpoints": lambda: db.table("touchpoints").search(QUERIES["touchpoints"]),
    }
    for _ in range(rounds):
        for name, case in work.items():
            gc.collect()
            with timer.measured(f"{name} {size}"):
                held = case()
            if isinstance(held, TinyDB):
                held.close()
            del held  # not measured: what it takes to free it
        with TinyDB(stock_path, encoding="utf-8") as stock:
            table = stock.table("touchpoints")
            table.insert(world.call_document())  # which looks for the highest number
            gc.collect()
            document = world.call_document()
            with timer.measured(f"stock insert {size}"):
                table.insert(document)
        store.refresh()
        with bare_file(world.path.with_name("bare")) as append:
            for _ in range(INSERTS):
                call = world.call()
                with timer.measured(f"our insert {size}"):
                    store.commit("logged a call", [call], member_id=None)
                with timer.measured(f"append {size}"):
                    append()


@contextmanager
def bare_file(path: Path) -> Iterator[Callable[[], None]]:
    """Give what the disk has to do at least: append as much as a commit, and sync."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT)

    def append() -> None:
        os.write(handle, b"x" * 600)
        os.fsync(handle)

    try:
        yield append
    finally:
        os.close(handle)


def measure_day_list(rounds: int, timer: Timer) -> None:
    """Make the list of 10,000 customers and 100,000 touchpoints from their rows."""
    world = day_list.World(10_000, 100_000, 20_000)
    rows = world.rows()
    kept = day_list.ranked(rows)
    del world  # the app has the rows only, from its cache, while it makes the list
    for _ in range(rounds):
        with timer.measured("day list"):
            day_list.day_list(rows, kept)


def file_system(folder: Path) -> str:
    """Return which file system a folder is on."""
    best = "", "an unknown file system"
    try:
        for line in Path("/proc/mounts").read_text().splitlines():
            _, place, kind, *_ = line.split()
            if folder.is_relative_to(place) and len(place) > len(best[0]):
                best = place, kind
    except OSError:
        pass
    return best[1]


def machine() -> str:
    """Return processor, cores and Python."""
    name = platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(": ")[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def report(
    worlds: list[World], timer: Timer, line: dict[int, float], memory: dict[Any, tuple[int, int]]
) -> list[Verdict]:
    """Print what was measured; return the ratios."""
    print(f"\n{'milliseconds, wall / CPU':34}" + "".join(f"{w.documents:>20,}" for w in worlds))
    for label, name in {
        "our commit (open, all indexes)": "commit",
        "our commit beside stock's insert": "our insert",
        "bare append and fsync beside it": "append",
        "stock TinyDB insert": "stock insert",
        "our fold (close after a commit)": "fold",
        "json.load": "json.load",
        "our open, journal, 4 gets": "open",
        "TinyDB queries, ours, open": "ask",
        "TinyDB queries, ours, with opening": "open and ask",
        "TinyDB queries, stock, with opening": "ask stock",
        "of these, notes of touchpoints, ours": "touchpoints",
    }.items():
        costs = [timer.median(f"{name} {w.documents}") for w in worlds]
        shown = [f"{c.wall * 1000:.2f} / {c.cpu * 1000:.2f}" for c in costs]
        print(f"{label:34}" + "".join(f"{text:>20}" for text in shown))
    print(f"\n{'megabytes':34}" + "".join(f"{w.documents:>20,}" for w in worlds))
    print(f"{'JSON file':34}" + "".join(f"{w.size / 1e6:20.2f}" for w in worlds))
    for label, work in {
        "our open, added / peak": "open_store",
        "with TinyDB queries": "ask_store",
        "json.load": "load",
        "stock TinyDB queries": "ask_stock",
    }.items():
        found = [memory[w.documents, work] for w in worlds]
        shown = [f"{after / 1e6:.1f} / {peak / 1e6:.1f}" for after, peak in found]
        print(f"{label:34}" + "".join(f"{text:>20}" for text in shown))

    print()
    whole: dict[int, Cost] = {}
    for world in worlds:
        every = max(FOLD_BYTES, world.size // FOLD_SHARE) / line[world.documents]
        fold, commit = (timer.median(f"{n} {world.documents}") for n in ("fold", "commit"))
        mean = timer.mean(f"commit {world.documents}")
        whole[world.documents] = Cost(
            commit.wall + fold.wall / every, commit.cpu + fold.cpu / every
        )
        print(
            f"{world.documents:7,} documents: a commit is {line[world.documents]:.0f} bytes; the journal is folded "
            f"every {every:,.0f} of them, {world.size / 1e6:.1f} MB in {fold.wall * 1000:.0f} ms, which is "
            f"{fold.wall / every * 1000:.2f} ms wall, {fold.cpu / every * 1000:.2f} ms CPU each; "
            f"mean commit {mean.wall * 1000:.2f} / {mean.cpu * 1000:.2f}"
        )
    print(
        f"with their share of the folds, a commit at {LARGE:,} ÷ at {SMALL:,}: "
        f"{whole[LARGE].wall / whole[SMALL].wall:.2f} wall, {whole[LARGE].cpu / whole[SMALL].cpu:.2f} CPU"
    )

    growth = timer.ratio(f"commit {LARGE}", f"commit {SMALL}")
    stock, ours = (timer.median(f"{one} {MIDDLE}") for one in ("stock insert", "our insert"))
    after, peak = memory[LARGE, "open_store"]
    size = next(w.size for w in worlds if w.documents == LARGE)
    return [
        Verdict(f"a commit at {LARGE:,} documents ÷ at {SMALL:,}, wall", growth.wall, 1.2),
        Verdict(f"a commit at {LARGE:,} documents ÷ at {SMALL:,}, CPU", growth.cpu, 1.2),
        Verdict(
            f"stock TinyDB insert ÷ our commit, {MIDDLE:,}, wall", stock.wall / ours.wall, 20, True
        ),
        Verdict(
            f"stock TinyDB insert ÷ our commit, {MIDDLE:,}, CPU", stock.cpu / ours.cpu, 200, True
        ),
        *(
            Verdict(
                f"open with journal ÷ json.load, {n:,}",
                timer.ratio(f"open {n}", f"json.load {n}").wall,
                0.75,
            )
            for n in (MIDDLE, LARGE)
        ),
        Verdict(f"added memory at {LARGE:,} ÷ file size", after / size, 2.5),
        Verdict(f"peak memory at {LARGE:,} ÷ file size", peak / size, 3),
        Verdict(
            f"TinyDB queries over {LARGE:,} documents ÷ json.load",
            timer.ratio(f"ask {LARGE}", f"json.load {LARGE}").wall,
            1,
        ),
        Verdict(
            "the day's list, 10,000 customers, 100,000 touchpoints",
            timer.median("day list").wall * 1000,
            100,
            unit=" ms",
        ),
    ]


def main() -> int:
    """Measure, print, and return 1 if a ratio is missed."""
    parser = argparse.ArgumentParser(description="What the store costs, as ratios.")
    parser.add_argument("--folder", type=Path, default=Path.home() / ".cache")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--commits", type=int, default=200)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="outreach-benchmark-", dir=asked.folder) as folder:
        place = Path(folder).resolve()
        print(f"{datetime.now(UTC):%Y-%m-%d}; {machine()}")
        print(
            f"{place.parent} on {file_system(place)}; {asked.rounds} rounds, {asked.commits} commits"
        )
        if file_system(place) in ("tmpfs", "ramfs"):
            print("That is no disk: what an fsync costs is not in these figures.")
        worlds = [World(place, documents) for documents in SIZES]
        timer = Timer()
        memory: dict[Any, tuple[int, int]] = {}
        line = measure_commits(worlds, asked.commits, timer)
        for world in worlds:
            measure_folds(world, asked.rounds, timer)
            world.size = world.path.stat().st_size
            measure_in_turn(world, asked.rounds, timer)
            for work in ("open_store", "ask_store", "load", "ask_stock"):
                path = world.path.with_name("stock.json") if work == "ask_stock" else world.path
                memory[world.documents, work] = memory_of(path, work)
        measure_day_list(asked.rounds, timer)
        verdicts = report(worlds, timer, line, memory)
    print()
    for verdict in verdicts:
        sign = "≥" if verdict.at_least else "≤"
        print(
            f"{verdict.work:58} {verdict.found:8.2f}{verdict.unit}   {sign} {verdict.goal:g}{verdict.unit}   "
            f"{'met' if verdict.met else 'missed'}"
        )
    return 0 if all(v.met or v.unit for v in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Some of many writers, each a process of its own: they say what they did, and what they see at the end."""

import hashlib
import json
import random
import select
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from scenes import RealClock, call_with

from outreach_tui.bootstrap import Services
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch, Put
from outreach_tui.errors import Conflict
from outreach_tui.store import tinydb_file
from outreach_tui.store.tinydb_file import TinyDbStore

SHARED = 10
FIELDS = ("city", "industry", "website", "phone", "email", "address", "region", "postal_code")
"""Of the shared customers each writer changes a field of its own."""


def main(path: str, who: int, commits: int, folds: bool) -> None:
    """Commit so often; then wait until all are done, and say what is there."""
    if folds:
        tinydb_file.FOLD_BYTES, tinydb_file.FOLD_SHARE = 20_000, 1 << 30
    store = TinyDbStore(Path(path), RealClock())
    member, dice, field = f"m{who}", random.Random(who), FIELDS[who]
    mine: dict[str, str] = {}
    """City of each customer of our own."""
    shared: dict[str, str] = {}
    said: list[str] = []
    _say("ready")
    sys.stdin.readline()
    for n in range(commits):
        deed, did = dice.random(), f"{who}-{n}"
        if deed < 0.55 or not mine:
            id_ = f"c{who}-{n}"
            changes = [Put(Customer(id=id_, name=did)), Put(call_with(f"t{who}-{n}", id_))]
            store.commit(did, changes, member_id=member)
            mine[id_] = ""
        elif deed < 0.75:
            id_ = dice.choice(list(mine))
            store.commit(did, [Patch(Customer, id_, {"city": did})], member_id=member)
            mine[id_] = did
        elif deed < 0.95:
            id_ = f"s{dice.randrange(SHARED)}"
            store.commit(did, [Patch(Customer, id_, {field: did})], member_id=member)
            shared[id_] = did
        else:
            id_ = f"s{dice.randrange(SHARED)}"
            store.commit(did, [Patch(Customer, id_, {field: "slip"})], member_id=member)
            assert store.undo(member_id=member).did == did
            said.append(did)
        said.append(did)
    _say(json.dumps([mine, shared, said]))
    sys.stdin.readline()
    store.refresh()
    _say(seen(store))
    sys.stdin.readline()
    store.close()
    _say(seen(TinyDbStore(Path(path), RealClock())))


def log(path: str, rounds: int) -> None:
    """Add customers, and log calls with whom this process knows of."""
    desk, dice, told = _begin(path), random.Random(1), Counter[str]()
    for n in range(rounds):
        known = [c.id for c in desk.store.all(Customer) if c.id != "a"]
        who = dice.choice(known) if known else "a"
        with suppress(Conflict):  # whom somebody has taken out meanwhile
            desk.workspace.commit(f"logged {n}", [Put(call_with(f"t{n}", who))])
            told["logged"] += 1
        desk.workspace.commit(f"added {n}", [Put(Customer(id=f"d{n}", name=f"D{n}"))])
    _say(json.dumps(told))


def merge(path: str, rounds: int) -> None:
    """Merge one customer after the other into the first."""
    desk, dice, told = _begin(path), random.Random(2), Counter[str]()
    for _ in range(rounds):
        first, *others = desk.store.all(Customer)
        with suppress(Conflict):
            desk.joining.merge(first, dice.choice(others))
            told["merged"] += 1
    _say(json.dumps(told))


def delete(path: str, rounds: int) -> None:
    """Delete one customer after the other, and the calls with them."""
    desk, dice, told = _begin(path), random.Random(3), Counter[str]()
    for _ in range(rounds):
        _, *others = desk.store.all(Customer)
        with suppress(Conflict):
            told["deleted with it"] += desk.customers.remove([dice.choice(others).id]) - 1
            told["deleted"] += 1
    _say(json.dumps(told))


def _begin(path: str) -> Services:
    desk = Services(file=path)
    desk.cache_path = Path(path).parent / "cache"
    desk.store.all(Customer)
    _say("ready")
    sys.stdin.readline()
    return desk


def watch(path: str) -> None:
    """Look, without any lock, until told to stop: what was there once stays, every commit comes once and in order."""
    store = TinyDbStore(Path(path), RealClock())
    seqs = [commit.seq for commit in store.history()][::-1]
    last, looks = 0, 0
    _say("ready")
    while True:
        done = bool(select.select([sys.stdin], [], [], 0)[0])
        seqs += [commit.seq for commit in store.refresh()]
        assert seqs == list(range(1, len(seqs) + 1)), seqs[-20:]
        folded = json.loads(Path(path).read_bytes())["meta"]["1"].get("seq", 0)
        assert folded >= last
        last = folded
        if looks % 5 == 0:
            anew = TinyDbStore(Path(path), RealClock())
            assert set(_ids(store)) <= set(_ids(anew))
            newest = anew.newest()
            assert newest is not None
            assert newest.seq >= len(seqs)
        looks += 1
        if done:
            break
    _say(json.dumps([looks, len(seqs)]))


def _ids(store: TinyDbStore) -> list[str]:
    return [customer.id for customer in store.all(Customer)]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def seen(store: TinyDbStore) -> str:
    """Return what stands for all that a store shows."""
    text = repr([store.all(Customer), sorted(store.rows().items())])
    return hashlib.sha256(text.encode()).hexdigest()

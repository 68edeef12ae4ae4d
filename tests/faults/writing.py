"""One of many writers, a process of its own: it says what it did, and what it sees at the end."""

import hashlib
import json
import random
import select
import sys
from pathlib import Path

from scenes import RealClock, call_with

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch, Put
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

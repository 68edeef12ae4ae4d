"""Many processes on one file: nothing is lost, nothing is there twice, all see the same in the end."""

import fcntl
import json
import os
import shutil
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from proving import Tally
from scenes import CLOCK, RealClock, healthy, log_of, often, start
from writing import FIELDS, SHARED

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Patch, Put
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.errors import OutreachError, StoreUnavailable
from outreach_tui.store import locks
from outreach_tui.store.json_file import JsonFile
from outreach_tui.store.tinydb_file import TinyDbStore

ACME = Customer(id="c-Acme", name="Acme", city="Graz")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outreach.json"


@pytest.fixture
def store(path: Path) -> TinyDbStore:
    store = TinyDbStore(path, CLOCK)
    store.commit("began", [Put(ACME)], member_id=None)
    return store


def names(path: Path) -> list[str]:
    return [c.name for c in TinyDbStore(path, CLOCK).all(Customer)]


def add(store: TinyDbStore, name: str) -> None:
    store.commit(f"added {name}", [Put(Customer(id=f"c-{name}", name=name))], member_id=None)


def line_of(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise AssertionError(child.stderr.read() if child.stderr else "")
    return line.strip()


def go(children: list[subprocess.Popen[str]]) -> None:
    for child in children:
        assert child.stdin is not None
        with suppress(BrokenPipeError):  # whoever reads what it says finds out why
            child.stdin.write("\n")
            child.stdin.flush()


@pytest.mark.parametrize(("writers", "commits"), [(2, often(150, 1000)), (8, often(60, 1000))])
def test_many_writers_lose_and_double_nothing_and_see_the_same(
    path: Path, tally: Tally, writers: int, commits: int
) -> None:
    TinyDbStore(path, RealClock()).commit(
        "shared", [Put(Customer(id=f"s{n}", name=f"S{n}")) for n in range(SHARED)], member_id=None
    )
    children = [
        start(path, f"import writing; writing.main({str(path)!r}, {who}, {commits}, {who == 0})")
        for who in range(writers)
    ]
    watcher = start(path, f"import writing; writing.watch({str(path)!r})")
    for child in (watcher, *children):
        assert line_of(child) == "ready"
    go(children)
    told = [json.loads(line_of(child)) for child in children]
    go(children)
    assert len({line_of(child) for child in children}) == 1
    go([watcher])
    looks, seen = json.loads(line_of(watcher))
    watcher.communicate(timeout=60)
    assert looks > 1
    assert seen == 1 + sum(len(dids) for *_, dids in told)
    go(children)
    for child in children:
        line_of(child)
        _, err = child.communicate(timeout=60)
        assert child.returncode == 0, err
    found = TinyDbStore(path, RealClock())
    customers = {c.id: c for c in found.all(Customer)}
    wanted = {id_: city for mine, _, _ in told for id_, city in mine.items()}
    assert {c.id: c.city for c in customers.values() if c.id[0] == "c"} == wanted
    assert [t.customer_ids[0] for t in found.all(Touchpoint)] == sorted(wanted)
    for field, (_, shared, _) in zip(FIELDS, told, strict=False):
        for n in range(SHARED):
            assert getattr(customers[f"s{n}"], field) == shared.get(f"s{n}", "")
    said = [entry.did for entry in log_of(path)]
    assert Counter(said) == Counter(d for *_, dids in told for d in dids) + Counter(["shared"])
    for who, (*_, dids) in enumerate(told):
        assert [did for did in said if did.startswith(f"{who}-")] == dids
    assert found.problems == []
    assert (
        sorted(p.name for p in path.parent.iterdir() if ".tmp" in p.name or ".torn" in p.name) == []
    )
    healthy(path)
    tally(f"{writers} processes at once", {"rounds": 1, "commits": len(said)})


def test_who_merges_and_who_logs_at_once_leave_no_conversation_without_its_customer(
    path: Path, tally: Tally
) -> None:
    rounds = often(60, 600)
    # As many as are taken out, however far the one who adds some is behind.
    customers = [Customer(id=f"b{n}", name=f"B{n}") for n in range(2 * rounds)]
    first = [
        Put(r) for r in (Member(id="m", name="Ben"), Customer(id="a", name="Acme"), *customers)
    ]
    TinyDbStore(path, RealClock()).commit("began", first, member_id=None)
    children = [
        start(path, f"import writing; writing.{what}({str(path)!r}, {rounds})")
        for what in ("log", "merge", "delete")
    ]
    for child in children:
        assert line_of(child) == "ready"
    go(children)
    told: Counter[str] = Counter()
    for child in children:
        out, err = child.communicate(timeout=120)
        assert child.returncode == 0, err
        told.update(json.loads(out))
    found = TinyDbStore(path, RealClock())
    there = {c.id for c in found.all(Customer)}
    assert {id_ for t in found.all(Touchpoint) for id_ in t.customer_ids} <= there
    assert told["merged"]
    assert told["deleted"]
    assert len(found.all(Touchpoint)) == told["logged"] - told["deleted with it"]
    healthy(path)
    tally("merged while others log", {"rounds": 3 * rounds, "commits": len(log_of(path))})


def test_two_processes_make_the_very_first_commit(path: Path, tally: Tally) -> None:
    script = """
        store = opened()
        print("ready", flush=True)
        sys.stdin.readline()
        store.commit("first", [put("{who}")], member_id=None)
        store.commit("second", [put("{who}{who}")], member_id=None)
        store.close()
        """
    rounds = often(8, 60)
    for _ in range(rounds):
        children = [start(path, script.replace("{who}", who)) for who in "AB"]
        for child in children:
            assert line_of(child) == "ready"
        go(children)
        for child in children:
            _, err = child.communicate(timeout=60)
            assert child.returncode == 0, err
        assert names(path) == ["A", "AA", "B", "BB"]
        assert sorted(entry.did for entry in log_of(path)) == ["first"] * 2 + ["second"] * 2
        for left in path.parent.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    tally("2 processes at once", {"rounds": rounds, "commits": 4 * rounds})


def test_a_killed_holder_of_the_lock_blocks_nobody(store: TinyDbStore, path: Path) -> None:
    child = start(
        path,
        """
        with locks.locked(path):
            print("held", flush=True)
            time.sleep(60)
        """,
    )
    assert line_of(child) == "held"
    with pytest.raises(StoreUnavailable, match="has held"), locks.locked(path, wait_seconds=0.05):
        pass
    child.kill()
    child.communicate()
    began = time.monotonic()
    add(store, "B")
    assert time.monotonic() - began < 2


def test_a_lock_file_that_was_tidied_away_guards_nothing(store: TinyDbStore, path: Path) -> None:
    lock = locks.lock_path(path)
    with locks.locked(path):
        child = start(
            path,
            """
            print("ready", flush=True)
            with locks.locked(path):
                print(os.fstat(os.open(locks.lock_path(path), os.O_RDONLY)).st_ino)
            """,
        )
        assert line_of(child) == "ready"
        time.sleep(0.1)  # it waits for the lock on the file that goes now
        lock.unlink()
    out, err = child.communicate(timeout=10)
    assert child.returncode == 0, err
    assert int(out) == lock.stat().st_ino


def test_a_file_system_without_locks_is_said_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(handle: int, how: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(StoreUnavailable, match=r"cannot lock .*No locks available"):
        add(TinyDbStore(path, CLOCK), "A")
    assert not path.exists()


def test_a_conflict_of_two_processes_names_field_and_values(store: TinyDbStore, path: Path) -> None:
    change = 'opened().commit("t", [Patch(Customer, "c-Acme", {"city": "Linz"})], member_id=None)'
    child = start(path, change)
    child.communicate(timeout=60)
    with pytest.raises(OutreachError) as conflict:
        store.commit("o", [Patch(Customer, ACME.id, {"city": "Wels"})], member_id=None)
    assert conflict.value.exit_code == 3
    assert conflict.value.title == "somebody else changed city of Acme meanwhile"
    assert conflict.value.hint == "city: theirs is 'Linz', yours 'Wels'; nothing was changed"


def test_temp_files_of_a_writer_at_work_are_left_alone(store: TinyDbStore, path: Path) -> None:
    fresh, other = path.with_name(".outreach.json.abc.tmp"), path.with_name(".other.json.abc.tmp")
    for file in (fresh, other):
        file.write_text("x")
    os.utime(other, (0, 0))
    add(TinyDbStore(path, CLOCK), "B")
    assert fresh.exists()
    assert other.exists()


@pytest.mark.parametrize("name", ["", "journal.", "history."])
@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_temp_files_of_a_writer_that_died_are_no_part_of_the_file_and_go(
    store: TinyDbStore, path: Path, name: str, size: int
) -> None:
    left = path.with_name(f".outreach.json.{name}abc.tmp")
    left.write_bytes(path.read_bytes().ljust(size, b"x")[:size])
    assert names(path) == ["Acme"]
    os.utime(left, (0, 0))
    add(TinyDbStore(path, CLOCK), "B")
    assert not left.exists()
    assert names(path) == ["Acme", "B"]


def test_reading_makes_no_file(path: Path) -> None:
    assert JsonFile(path).read()[0] == {}
    assert list(path.parent.iterdir()) == []

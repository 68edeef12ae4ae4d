"""The summary rows kept between two runs: a shortcut that never says anything else than the records."""

import os
import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fakes import FixedClock
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.ids import IdFactory
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Patch, Put, Remove
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.store import summaries
from outreach_tui.store.tinydb_file import TinyDbStore

CLOCK = FixedClock(date(2026, 3, 2))
ids = IdFactory(lambda: 1_700_000_000_000)
ACME = Customer(id=ids.new(), name="Acme")
BOLIDO = Customer(id=ids.new(), name="Bólido")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outreach.json"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the customers whose rows were made from records, in order."""
    names: list[str] = []
    real = summaries.summarise

    def summarise(customer: Customer, **records: Any) -> CustomerFacts:
        names.append(customer.name)
        return real(customer, **records)

    monkeypatch.setattr(summaries, "summarise", summarise)
    return names


def filled(path: Path, cache: Path) -> TinyDbStore:
    store = TinyDbStore(path, CLOCK, cache=cache)
    first, second = bought(ACME), bought(ACME, date(2026, 2, 28))
    store.commit("began", [Put(ACME), Put(BOLIDO), Put(first), Put(second)], member_id=None)
    return store


def bought(customer: Customer, on: date = date(2026, 2, 2)) -> Purchase:
    return Purchase(id=ids.new(), customer_id=customer.id, on=on)


def test_a_second_start_makes_no_row(path: Path, cache: Path, made: list[str]) -> None:
    first = filled(path, cache)
    rows = first.rows()
    first.close()
    made.clear()
    again = TinyDbStore(path, CLOCK, cache=cache).rows()
    assert msgspec.json.encode(again) == msgspec.json.encode(
        rows
    )  # 26 and 26.0 are not the same text
    assert made == []


def test_what_the_journal_holds_since_is_made_again(
    path: Path, cache: Path, made: list[str]
) -> None:
    first = filled(path, cache)
    first.rows()
    first.close()
    writer = TinyDbStore(path, CLOCK)
    writer.commit("sold", [Put(bought(ACME))], member_id=None)  # and is killed
    made.clear()
    found = TinyDbStore(path, CLOCK, cache=cache)
    assert found.rows()[ACME.id].purchases == 3
    assert made == ["Acme"]
    found.close()
    made.clear()
    assert TinyDbStore(path, CLOCK, cache=cache).rows() == writer.rows()
    assert made == ["Acme", "Bólido"]  # the writer's own, from its records


def test_it_is_private_and_small(path: Path, cache: Path) -> None:
    store = filled(path, cache)
    store.rows()
    store.close()
    (kept,) = cache.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert cache.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("what", ["emptied", "cut", "rubbish", "folder", "of other rules"])
def test_a_spoiled_one_is_not_used(
    path: Path, cache: Path, made: list[str], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = filled(path, cache)
    rows = first.rows()
    first.close()
    (kept,) = cache.iterdir()
    data = kept.read_bytes()
    if what == "folder":
        kept.unlink()
        kept.mkdir()
    elif what == "of other rules":
        monkeypatch.setattr(summaries, "_format", lambda: "later")
    else:
        kept.write_bytes(
            {"emptied": b"", "cut": data[: len(data) // 2], "rubbish": b"\xff" * 99}[what]
        )
    made.clear()
    store = TinyDbStore(path, CLOCK, cache=cache)
    assert store.rows() == rows
    assert made == ["Acme", "Bólido"]
    store.close()


def test_a_file_that_was_changed_from_outside_is_summed_up_anew(
    path: Path, cache: Path, made: list[str]
) -> None:
    first = filled(path, cache)
    first.rows()
    first.close()
    stamp = path.stat()
    with path.open("r+b") as file:  # in place, as long as before
        file.write(path.read_bytes().replace(b"Acme", b"Axme"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    made.clear()
    store = TinyDbStore(path, CLOCK, cache=cache)
    assert [row.name for row in store.rows().values()] == ["Axme", "Bólido"]
    assert made == ["Axme", "Bólido"]


def test_a_copy_of_the_file_elsewhere_has_a_cache_of_its_own(path: Path, cache: Path) -> None:
    first = filled(path, cache)
    first.rows()
    first.close()
    other = path.with_name("other.json")
    shutil.copy(path, other)
    store = TinyDbStore(other, CLOCK, cache=cache)
    store.commit("renamed", [Patch(Customer, ACME.id, {"name": "Other"})], member_id=None)
    assert store.rows()[ACME.id].name == "Other"
    store.close()
    assert TinyDbStore(path, CLOCK, cache=cache).rows()[ACME.id].name == "Acme"


@pytest.mark.parametrize("seed", range(12))
def test_rows_with_and_without_it_are_equal_after_any_history(
    path: Path, cache: Path, seed: int
) -> None:
    choose = random.Random(seed)
    store = filled(path, cache)
    for _ in range(40):
        match choose.randrange(8):
            case 0:
                store.close()
                store = TinyDbStore(path, CLOCK, cache=cache)
            case 1:  # killed
                store = TinyDbStore(path, CLOCK, cache=cache)
            case 2:
                store.keep_rows()
            case 3 if store.next_undo(None):
                store.undo(member_id=None)
            case 4 if talks := store.all(Touchpoint):
                gone = choose.choice(talks)
                store.commit("gone", [Remove(Touchpoint, gone.id)], member_id=None)
            case 5:
                other = TinyDbStore(path, CLOCK, cache=cache)
                other.commit("sold", [Put(bought(ACME))], member_id=None)
                if choose.random() < 0.5:
                    other.close()
                store.refresh()
            case _ if customers := store.all(Customer):
                talk = Touchpoint(
                    id=ids.new(),
                    customer_ids=(choose.choice(customers).id,),
                    kind=choose.choice(list(TouchpointKind)),
                    at=CLOCK.real_now() - timedelta(days=choose.randrange(400)),
                )
                store.commit("talked", [Put(talk)], member_id=None)
        assert store.rows() == TinyDbStore(path, CLOCK).rows()
        assert list(store.rows()) == sorted(store.rows())

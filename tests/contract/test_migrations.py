"""A file of every earlier version opens, and is brought up to date by the first change, after a backup."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fakes import FixedClock
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.errors import StoreUnavailable
from outreach_tui.services.keeping import BackupReason
from outreach_tui.store.backups import Backups
from outreach_tui.store.meta import SCHEMA
from outreach_tui.store.migrations import MIGRATIONS
from outreach_tui.store.tinydb_file import TinyDbStore

CLOCK = FixedClock(date(2026, 3, 9))
OLD = {
    number: Path(__file__).parents[1] / "data" / f"schema-{number}.json"
    for number in range(1, SCHEMA)
}
"""As the last version with that schema wrote it."""


@pytest.fixture(params=OLD)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "outreach.json"
    shutil.copy(OLD[request.param], path)
    return path


def documents(path: Path) -> dict[str, Any]:
    tables = json.loads(path.read_text())
    tables.pop("meta")
    return tables


def test_there_is_a_named_step_to_every_schema() -> None:
    assert [migration.to for migration in MIGRATIONS] == list(range(2, SCHEMA + 1))
    assert all(migration.name for migration in MIGRATIONS)


def test_reading_leaves_it_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    store = TinyDbStore(old, CLOCK)
    assert [c.name for c in store.all(Customer)] == ["Ernst Handel"]
    assert len(store.all(Touchpoint)) == 1
    assert store.problems == []
    store.close()
    assert list(old.parent.iterdir()) == [old]
    assert old.read_bytes() == before


def test_the_first_change_backs_it_up_and_brings_it_up_to_date(old: Path) -> None:
    before, records = old.read_bytes(), documents(old)
    store = TinyDbStore(old, CLOCK)
    (customer,) = store.all(Customer)
    store.commit("moved", [Patch(Customer, customer.id, {"city": "Linz"})], member_id=None)
    store.close()
    (backup,) = Backups(old).all()
    assert backup.reason is BackupReason.MIGRATION
    assert backup.path.read_bytes() == before
    (meta,) = json.loads(old.read_text())["meta"].values()
    assert meta.keys() == {"schema", "generation", "seq", "at"}
    assert meta["schema"] == SCHEMA
    store = TinyDbStore(old, CLOCK)
    assert store.undo(member_id=None).did == "moved"
    store.close()
    assert documents(old) == records


def test_without_room_for_the_backup_nothing_is_changed(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old.read_bytes()
    store = TinyDbStore(old, CLOCK)
    (customer,) = store.all(Customer)

    def full(*_: object) -> None:
        raise StoreUnavailable("cannot write: No space left on device", "make room")

    monkeypatch.setattr(store.backups, "make", full)
    with pytest.raises(StoreUnavailable):
        store.commit("moved", [Patch(Customer, customer.id, {"city": "Linz"})], member_id=None)
    assert old.read_bytes() == before
    assert store.get(Customer, customer.id) == customer

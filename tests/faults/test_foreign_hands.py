"""Files that others change: by hand, with stock TinyDB, with copies put in their place, with a wrong clock."""

import json
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import tinydb
from scenes import CLOCK, log_of, start

from fakes import FixedClock
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch, Put, Remove
from outreach_tui.errors import Conflict, DamagedFile, StoreUnavailable
from outreach_tui.store.journal import history_path, journal_path
from outreach_tui.store.tinydb_file import ANOTHER_PROGRAM, TinyDbStore

ACME = Customer(id="c-Acme", name="Acme", city="Graz")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "at").mkdir()
    return tmp_path / "at" / "outreach.json"


@pytest.fixture
def store(path: Path) -> TinyDbStore:
    """Give a store with a folded commit."""
    store = opened(path)
    store.commit("began", [Put(ACME)], member_id=None)
    store.close()
    return store


class ClockAt(FixedClock):
    """A clock that shows a given instant."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at.date())
        self._now = at


def opened(path: Path) -> TinyDbStore:
    return TinyDbStore(path, CLOCK)


def names(path: Path) -> list[str]:
    return [c.name for c in opened(path).all(Customer)]


def shown(store: TinyDbStore) -> list[str]:
    return [c.name for c in store.all(Customer)]


def add(store: TinyDbStore, name: str) -> None:
    store.commit(f"added {name}", [Put(Customer(id=f"c-{name}", name=name))], member_id=None)


def move(store: TinyDbStore, city: str) -> None:
    store.commit(f"moved to {city}", [Patch(Customer, ACME.id, {"city": city})], member_id=None)


def said(store: TinyDbStore) -> list[str]:
    return [c.did for c in store.history()][::-1]


def by_hand(path: Path, **changed: Any) -> None:
    """Change fields of Acme in the JSON file, or give a document by its key."""
    tables = json.loads(path.read_text())
    for name, value in changed.items():
        if isinstance(value, dict):
            tables["customers"][name.removeprefix("key")] = value
        else:
            tables["customers"]["1"][name] = value
    path.write_text(json.dumps(tables, indent=2))


def stock(path: Path, city: str) -> None:
    """Change Acme as stock TinyDB does."""
    with tinydb.TinyDB(path) as db:
        assert db.table("customers").update({"city": city}, tinydb.where("id") == ACME.id)


def acme(store: TinyDbStore) -> Customer:
    found = store.get(Customer, ACME.id)
    assert found is not None
    return found


# Stock TinyDB and people, while no app is open


def test_what_stock_tinydb_wrote_while_no_app_was_open_is_adopted(
    store: TinyDbStore, path: Path
) -> None:
    with tinydb.TinyDB(path) as db:
        db.table("customers").insert({"name": "Stock"})
        db.table("customers").update({"city": "Linz"}, tinydb.where("id") == ACME.id)
    store = opened(path)
    assert (shown(store), acme(store).city) == (["Stock", "Acme"], "Linz") or shown(store) == [
        "Acme",
        "Stock",
    ]
    first = {c.name: c.id for c in store.all(Customer)}
    add(store, "B")
    store.close()
    assert {c.name: c.id for c in opened(path).all(Customer) if c.name != "B"} == first
    assert said(opened(path)) == ["began", ANOTHER_PROGRAM, "added B"]
    assert store.problems == []


def test_a_file_that_was_written_by_hand_is_adopted(path: Path) -> None:
    path.write_text('{"customers": {"1": {"id": "c-A", "name": "A"}, "2": {"name": "B"}}}')
    hand = path.read_bytes()
    store = opened(path)
    assert sorted(shown(store)) == ["A", "B"]
    assert path.read_bytes() == hand
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    add(store, "C")
    assert sorted(names(path)) == ["A", "B", "C"]
    assert said(opened(path)) == ["added C"]
    store.undo(member_id=None)
    store.close()
    assert sorted(names(path)) == ["A", "B"]


def test_what_another_app_adopted_is_read_and_not_overwritten(path: Path) -> None:
    """A file without a journal is open in one app, is changed by hand, and another app makes it its own."""
    path.write_text('{"customers": {"1": {"id": "c-A", "name": "A"}}}')
    one = opened(path)
    path.write_text(
        '{"customers": {"1": {"id": "c-A", "name": "A"}, "2": {"id": "c-B", "name": "B"}}}'
    )
    other = opened(path)
    add(other, "C")
    one.refresh()
    assert shown(one) == ["A", "B", "C"]
    add(one, "D")
    one.close()
    assert names(path) == ["A", "B", "C", "D"]


@pytest.mark.parametrize("journal", [False, True])
def test_what_another_app_folded_after_a_foreign_change_is_read_and_not_overwritten(
    store: TinyDbStore, path: Path, journal: bool
) -> None:
    move(store, "Wels")
    if not journal:
        store.close()
        journal_path(path).unlink()
        store = opened(path)
    by_hand(path, key9={"id": "c-hand", "name": "Hand"}, key10={"name": "No id"})
    other = opened(path)
    add(other, "C")
    other.close()
    store.refresh()
    assert sorted(shown(store)) == ["Acme", "C", "Hand", "No id"]
    add(store, "D")
    store.close()
    assert sorted(names(path)) == ["Acme", "C", "D", "Hand", "No id"]


# ... and while one is open, with commits that are not folded


def test_other_fields_merge_with_the_commits_of_the_journal(store: TinyDbStore, path: Path) -> None:
    move(store, "Linz")
    add(store, "B")
    by_hand(path, industry="steel", key7={"name": "Hand"})
    assert store.refresh()
    for found in (store, opened(path)):
        assert (acme(found).city, acme(found).industry) == ("Linz", "steel")
        assert sorted(shown(found)) == ["Acme", "B", "Hand"]
        assert found.problems == []
    add(store, "C")
    assert said(store) == ["began", "moved to Linz", "added B", ANOTHER_PROGRAM, "added C"]
    assert [e.seq for e in log_of(path)] == [1, 2, 3, 4, 5]
    assert json.loads(path.read_text())["customers"]["1"]["industry"] == "steel"


def test_a_clash_with_the_commits_of_the_journal_is_said_aloud(
    store: TinyDbStore, path: Path
) -> None:
    move(store, "Linz")
    stock(path, "Wels")
    assert store.refresh()
    for found in (store, opened(path)):
        (problem,) = found.problems
        assert "city of Acme" in problem
        assert "Wels" in problem
        assert "Linz" in problem
        assert acme(found).city == "Linz"
    add(store, "B")
    (entry,) = [did for did in said(store) if did.startswith(ANOTHER_PROGRAM)]
    assert "city of Acme" in entry
    assert "Wels" in entry
    store.close()
    assert [d for d in said(opened(path)) if "Wels" in d] == [entry]
    assert acme(opened(path)).city == "Linz"


@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_a_record_removed_by_one_and_changed_by_the_other_is_said_aloud(
    store: TinyDbStore, path: Path, whose: str
) -> None:
    add(store, "B")
    store.close()
    if whose == "theirs":
        move(store, "Linz")
        with tinydb.TinyDB(path) as db:
            db.table("customers").remove(tinydb.where("id") == ACME.id)
    else:
        store.commit("removed", [Remove(Customer, ACME.id)], member_id=None)
        stock(path, "Linz")
    store = opened(path)
    (problem,) = store.problems
    assert "was changed here and removed there" in problem or "Acme was removed here" in problem
    assert shown(store) == (["B"] if whose == "theirs" else ["Acme", "B"])
    add(store, "C")
    assert any(problem in did for did in said(store))


def test_somebodys_typing_and_a_foreign_change_of_the_same_field_conflict(
    store: TinyDbStore, path: Path
) -> None:
    stock(path, "Wels")
    with pytest.raises(Conflict, match="city of Acme") as conflict:
        move(store, "Linz")
    assert "Wels" in conflict.value.hint
    assert acme(store).city == "Wels"


def test_a_change_that_leaves_size_time_and_inode_alone_is_noticed(
    store: TinyDbStore, path: Path
) -> None:
    add(store, "A")
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Graz", b"Linz"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_ino == before.st_ino
    add(store, "B")
    assert acme(opened(path)).city == "Linz"
    assert names(path) == ["A", "Acme", "B"]


def test_half_of_a_file_that_stock_tinydb_is_writing_is_waited_for(
    store: TinyDbStore, path: Path
) -> None:
    add(store, "B")
    whole = path.read_bytes()
    child = start(
        path,
        f"""
        whole = {whole!r}
        file = path.open("r+b")
        for part in range(1, 8):
            file.seek(0); file.truncate(); file.write(whole[:part * 10]); file.flush()
            print(part, flush=True)
            time.sleep(0.005)
        file.seek(0); file.truncate(); file.write(whole); file.flush()
        """,
    )
    assert child.stdout is not None
    child.stdout.readline()
    assert names(path) == ["Acme", "B"]
    child.communicate(timeout=10)


# Files that are replaced, removed or brought back


@pytest.mark.parametrize("unfolded", [False, True])
def test_an_older_copy_is_refused_aloud_and_nothing_is_lost(
    store: TinyDbStore, path: Path, unfolded: bool
) -> None:
    copy = path.read_bytes()
    add(store, "B")
    store.close()
    if unfolded:
        add(store, "C")
    newer, journal = path.read_bytes(), journal_path(path).read_bytes()
    path.write_bytes(copy)
    with pytest.raises(DamagedFile, match="older copy") as damaged:
        opened(path)
    assert "restore last" in damaged.value.hint
    with pytest.raises(DamagedFile, match="older copy"):
        store.refresh()
    with pytest.raises(DamagedFile, match="older copy"):
        add(store, "D")
    assert (path.read_bytes(), journal_path(path).read_bytes()) == (copy, journal)
    path.write_bytes(newer)
    add(store, "D")
    store.close()
    assert names(path) == ["Acme", "B", *("C" * unfolded), "D"]
    assert [e.seq for e in log_of(path)] == list(range(1, len(log_of(path)) + 1))


@pytest.mark.parametrize("left", ["journal", "history", "backups"])
def test_a_missing_file_is_not_begun_anew_while_something_of_it_is_there(
    store: TinyDbStore, path: Path, left: str
) -> None:
    add(store, "B")
    store.close()
    store.backup("by-hand")
    path.unlink()
    others = {
        "journal": journal_path(path),
        "history": history_path(path),
        "backups": store.backups.folder,
    }
    for name, other in others.items():
        if name != left:
            shutil.rmtree(other) if other.is_dir() else other.unlink()
    with pytest.raises(DamagedFile, match=f"missing, but not its {left}"):
        opened(path)
    assert not path.exists()
    shutil.rmtree(others[left]) if others[left].is_dir() else others[left].unlink()
    assert shown(opened(path)) == []


def test_an_older_copy_without_a_journal_goes_on_after_the_last_number_given(
    store: TinyDbStore, path: Path
) -> None:
    copy = path.read_bytes()
    for name in "BC":
        add(store, name)
    store.close()
    path.write_bytes(copy)
    journal_path(path).unlink()
    store = opened(path)
    for name in "XY":
        add(store, name)
    store.close()
    store = opened(path)
    assert shown(store) == ["Acme", "X", "Y"]
    assert [d for d in said(store) if d[0] == "a" and d != ANOTHER_PROGRAM] == [
        f"added {name}" for name in "BCXY"
    ]
    assert store.undo(member_id=None).did == "added Y"


def test_a_file_of_another_machine_does_not_swallow_commits_of_the_journal(
    store: TinyDbStore, path: Path, tmp_path: Path
) -> None:
    """A sync service or a pull brings the JSON file of a machine that counted on from the same number."""
    away = tmp_path / "away" / path.name
    shutil.copytree(path.parent, away.parent)
    other = opened(away)
    for name in ("O1", "O2", "O3"):
        add(other, name)
    other.close()
    for name in ("M1", "M2"):
        add(store, name)
    shutil.copy(away, path)
    found = opened(path)
    assert shown(found) == ["Acme", "M1", "M2", "O1", "O2", "O3"]
    add(found, "M3")
    found.close()
    assert names(path) == ["Acme", "M1", "M2", "M3", "O1", "O2", "O3"]


def test_a_journal_of_another_generation_is_replayed_or_refused_aloud(
    store: TinyDbStore, path: Path
) -> None:
    """An old journal comes back: what it says is in the file already."""
    move(store, "Linz")
    old = journal_path(path).read_bytes()
    store.close()
    move(store, "Wels")
    add(store, "B")
    store.close()
    move(store, "Enns")
    lost = journal_path(path).read_bytes()
    assert lost != old
    journal_path(path).write_bytes(old)
    found = opened(path)
    assert (shown(found), acme(found).city) == (["Acme", "B"], "Wels")
    add(found, "C")
    found.close()
    assert (names(path), acme(opened(path)).city) == (["Acme", "B", "C"], "Wels")


def test_a_file_that_is_gone_while_its_journal_is_there_is_no_new_file(
    store: TinyDbStore, path: Path
) -> None:
    add(store, "B")
    path.unlink()
    before = journal_path(path).read_bytes()
    with pytest.raises(DamagedFile, match="is missing, but not its journal"):
        opened(path)
    with pytest.raises(StoreUnavailable, match="not there any more"):
        add(store, "C")
    assert not path.exists()
    assert journal_path(path).read_bytes() == before


@pytest.mark.parametrize("then", ["refresh", "commit", "close"])
def test_a_journal_that_was_deleted_while_open_harms_nothing_that_was_folded(
    store: TinyDbStore, path: Path, then: str
) -> None:
    add(store, "B")
    store.close()
    add(store, "C")
    journal_path(path).unlink()
    if then == "commit":
        add(store, "D")
    elif then == "refresh":
        assert store.refresh()
    store.close()
    assert set(names(path)) - {"C"} == {"Acme", "B"} | ({"D"} if then == "commit" else set())
    assert shown(store) == names(path)
    seqs = [e.seq for e in log_of(path)]
    assert seqs == list(range(1, len(seqs) + 1))


def test_the_files_of_a_set_that_are_put_back_together_are_as_they_were(
    store: TinyDbStore, path: Path, tmp_path: Path
) -> None:
    add(store, "B")
    copy = tmp_path / "copy"
    shutil.copytree(path.parent, copy)
    add(store, "C")
    store.close()
    for file in copy.iterdir():
        if file.is_file():
            shutil.copy(file, path.parent)
    store.refresh()
    assert shown(store) == names(path) == ["Acme", "B"]
    add(store, "D")
    store.close()
    assert names(path) == ["Acme", "B", "D"]
    assert said(store)[-3:] == ["began", "added B", "added D"]


# A line that is damaged while the file is open


def test_a_commit_that_was_written_is_not_said_to_have_failed(
    store: TinyDbStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its fold finds a damaged line: whoever is told that it failed would do it again."""
    add(store, "B")
    journal = journal_path(path)
    damaged = bytearray(journal.read_bytes())
    damaged[-40] ^= 1
    journal.write_bytes(damaged)
    monkeypatch.setattr("outreach_tui.store.tinydb_file.FOLD_BYTES", 10)
    monkeypatch.setattr("outreach_tui.store.tinydb_file.FOLD_SHARE", 1 << 30)
    try:
        add(store, "C")
    except DamagedFile:
        assert b"added C" not in journal.read_bytes()
        assert shown(store) == ["Acme", "B"]
    else:
        assert shown(store) == ["Acme", "B", "C"]
    assert journal.read_bytes().startswith(damaged)


@pytest.mark.parametrize("closed", [False, True])
def test_what_a_killed_writer_left_of_a_line_is_set_aside_when_an_app_is_closed(
    store: TinyDbStore, path: Path, closed: bool
) -> None:
    add(store, "B")
    torn = b'{"seq":3,"at":"2026'
    with journal_path(path).open("ab") as journal:
        journal.write(torn)
    if closed:
        store.close()
    else:
        add(store, "C")
    (aside,) = path.parent.glob("*.torn-*")
    assert aside.read_bytes() == torn


# Clocks


def _told(store: TinyDbStore) -> Sequence[tuple[int, str]]:
    return [(c.seq, c.did) for c in store.history()]


@pytest.mark.parametrize("closed", [False, True])
def test_a_clock_that_was_set_back_changes_no_order(path: Path, closed: bool) -> None:
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    wanted = []
    for number in range(5):
        store = TinyDbStore(path, ClockAt(at - timedelta(days=number)))
        add(store, str(number))
        wanted.insert(0, (number + 1, f"added {number}"))
        if closed:
            store.close()
    assert _told(opened(path)) == wanted
    newest = opened(path).newest()
    assert newest is not None
    assert newest.did == "added 4"
    assert opened(path).undo(member_id=None).did == "added 4"
    assert opened(path).undo(member_id=None).did == "added 3"
    assert opened(path).redo(member_id=None).did == "added 3"
    assert names(path) == ["0", "1", "2", "3"]
    assert [entry.seq for entry in log_of(path)] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_clock_that_is_years_ahead_once_does_not_throw_the_history_away(path: Path) -> None:
    store = opened(path)
    for name in "ABC":
        add(store, name)
        store.close()
    wrong = TinyDbStore(path, FixedClock(date(2036, 3, 2)))
    add(wrong, "D")
    wrong.close()
    assert said(opened(path)) == ["added A", "added B", "added C", "added D"]
    assert history_path(path).exists()

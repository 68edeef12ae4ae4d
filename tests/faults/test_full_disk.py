"""Disks that are full: wherever a write breaks off, it is said, memory is what is on disk, and room mends it."""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from proving import Tally
from scenes import CLOCK, counted, often, run

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch, Put
from outreach_tui.errors import StoreUnavailable
from outreach_tui.store.tinydb_file import TinyDbStore

ACME = Customer(id="c-Acme", name="Acme", city="Graz")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "at").mkdir()
    return tmp_path / "at" / "outreach.json"


@pytest.fixture
def store(path: Path) -> TinyDbStore:
    store = TinyDbStore(path, CLOCK)
    store.commit("began", [Put(ACME)], member_id=None)
    return store


def names(path: Path) -> list[str]:
    return [c.name for c in TinyDbStore(path, CLOCK).all(Customer)]


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


FILL = """
    store = opened()
    store.commit("to be taken back", [put("A")], member_id=None)  # with the backup of the day
    store.undo(member_id=None)
    def contents():
        return {{p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}}
    before = contents()
    rows = dict(store.rows())
    big = Customer(id="c-big", name="x" * 300_000)
    {limit}
    for changes in ([Put(big)], [Patch(Customer, "c-Acme", {{"name": "y" * 300_000}})]):
        try:
            store.commit("big", changes, member_id=None)
        except OutreachError as error:
            print(type(error).__name__, error.title)
    assert contents() == before
    assert dict(store.rows()) == rows and [c.name for c in store.all(Customer)] == ["Acme"]
    assert store.newest().did == "to be taken back" and not store.refresh()
    store.commit("small", [put("B")], member_id=None)
    assert store.undo(member_id=None).did == "small"
    store.redo(member_id=None)
"""


def test_a_file_that_may_not_grow_fails_clearly_and_the_next_commit_works(
    store: TinyDbStore, path: Path
) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    out = run(path, FILL.format(limit=limit))
    assert out.splitlines() == [f"StoreUnavailable cannot write {path}.journal: File too large"] * 2
    assert names(path) == ["Acme", "B"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_fails_clearly_and_the_next_commit_works(small_disk: Path) -> None:
    path = small_disk / "outreach.json"
    TinyDbStore(path, CLOCK).commit("began", [Put(ACME)], member_id=None)
    out = run(path, FILL.format(limit=""))
    assert (
        out.splitlines()
        == [f"StoreUnavailable cannot write {path}.journal: No space left on device"] * 2
    )
    assert names(path) == ["Acme", "B"]


@pytest.mark.parametrize("part", range(2))
def test_no_file_may_grow_past_any_size(path: Path, tally: Tally, part: int) -> None:
    """The limit goes from nothing to more than is ever written: it breaks off within every header, line and file."""
    every = often(110, 8)
    call = f"below_every_size({str(path)!r}, {part * every // 2}, {every})"
    tally("file size limited", counted(path, call, "filling"))


def test_a_disk_has_no_more_than_so_many_pages_left(small_disk: Path, tally: Tally) -> None:
    path = small_disk / "at" / "outreach.json"
    tally("disk full", counted(path, f"on_every_room({str(path)!r}, {often(9, 40)})", "filling"))


@pytest.mark.parametrize("call", ["fsync", "write", "interrupt"])
@pytest.mark.parametrize("folds", [False, True])
def test_a_write_that_breaks_off_leaves_disk_and_memory_as_they_were(
    store: TinyDbStore, path: Path, monkeypatch: pytest.MonkeyPatch, call: str, folds: bool
) -> None:
    if not folds:
        store.commit("opened", [Patch(Customer, ACME.id, {"phone": "1"})], member_id=None)
    else:  # hand-written by now: it is written anew before the commit
        store.close()
        path.write_bytes(path.read_bytes().replace(b"Graz", b"Wels"))
        store = TinyDbStore(path, CLOCK)
    acme = store.get(Customer, ACME.id)
    version = store.version
    store.backup("by-hand")
    before = {n: d for n, d in contents(path.parent).items() if not n.endswith("daily.json")}

    def fail(*given: object, **more: object) -> None:
        raise KeyboardInterrupt if call == "interrupt" else OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write" if call == "write" else "fsync", fail)
        if call == "write" and folds:
            patched.setattr(os, "replace", fail)
        with pytest.raises((StoreUnavailable, KeyboardInterrupt)):
            store.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    after = contents(path.parent)
    assert {n: d for n, d in after.items() if n in before and "history" not in n} == {
        n: d for n, d in before.items() if "history" not in n
    }
    assert not [name for name in after if name.endswith(".tmp")]
    assert (store.get(Customer, ACME.id), store.version) == (acme, version)
    store.commit("added B", [Put(Customer(id="c-B", name="B"))], member_id=None)
    assert names(path) == ["Acme", "B"]
    assert TinyDbStore(path, CLOCK).get(Customer, ACME.id) == acme


def test_a_fold_that_fails_does_not_make_a_written_commit_fail(
    store: TinyDbStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach_tui.store.tinydb_file.FOLD_BYTES", 10)
    monkeypatch.setattr("outreach_tui.store.tinydb_file.FOLD_SHARE", 1 << 30)

    def fail(*given: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("B", "C"):
        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", fail)
            store.commit(f"added {name}", [Put(Customer(id=name, name=name))], member_id=None)
        assert names(path) == [*"BC"[: "BC".index(name) + 1], "Acme"]
    store.commit("added D", [Put(Customer(id="D", name="D"))], member_id=None)
    assert names(path) == ["B", "C", "D", "Acme"]
    assert [c.did for c in store.history()] == ["added D", "added C", "added B", "began"]


def test_a_folder_that_cannot_be_synced_does_not_make_a_written_commit_fail(
    store: TinyDbStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def only_files(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", only_files)
    store.commit("added B", [Put(Customer(id="c-B", name="B"))], member_id=None)
    store.close()
    assert names(path) == ["Acme", "B"]

"""Full disks, lost folders, wrong permissions, links, killed writers and many processes: on real files."""

import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fakes import FixedClock
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch, Put
from outreach_tui.errors import OutreachError, StoreUnavailable
from outreach_tui.store import locks
from outreach_tui.store.json_storage import JsonStorage
from outreach_tui.store.tinydb_file import TinyDbStore

CLOCK = FixedClock(date(2026, 3, 2))
ACME = Customer(id="c-Acme", name="Acme", city="Graz")
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")


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


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def left_over(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.suffix == ".tmp")


PREAMBLE = """
    import os, resource, signal, sys, time
    sys.path[:0] = {paths!r}
    from datetime import date
    from pathlib import Path
    from fakes import FixedClock
    from outreach_tui.domain.customer import Customer
    from outreach_tui.domain.record import Patch, Put
    from outreach_tui.errors import OutreachError
    from outreach_tui.store import locks
    from outreach_tui.store.tinydb_file import TinyDbStore
    path = Path({path!r})
    def opened():
        return TinyDbStore(path, FixedClock(date(2026, 3, 2)))
    def put(name):
        return Put(Customer(id="c-" + name, name=name))
"""


def start(path: Path, script: str) -> subprocess.Popen[str]:
    """Start another process that has the store imported."""
    preamble = textwrap.dedent(PREAMBLE).format(paths=[p for p in sys.path if p], path=str(path))
    return subprocess.Popen(
        [sys.executable, "-c", preamble + textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(path: Path, script: str) -> str:
    """Run a script in another process and return what it printed."""
    child = start(path, script)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    return out


# Modes


def test_a_new_file_its_lock_and_its_folders_are_private(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "outreach.json"
    old = os.umask(0)
    try:
        add(TinyDbStore(path, CLOCK), "A")
    finally:
        os.umask(old)
    assert [mode(p) for p in (path.parent.parent, path.parent)] == [0o700, 0o700]
    assert sorted((p.name, mode(p)) for p in path.parent.iterdir()) == [
        ("outreach.json", 0o600),
        ("outreach.json.lock", 0o600),
    ]


def test_an_existing_mode_and_a_folder_that_is_not_ours_stay(
    store: TinyDbStore, path: Path
) -> None:
    path.chmod(0o640)
    path.parent.chmod(0o755)
    add(store, "B")
    assert (mode(path), mode(path.parent)) == (0o640, 0o755)


@as_root
def test_owner_and_group_stay_and_the_group_may_lock(store: TinyDbStore, path: Path) -> None:
    os.chown(path, 1234, 2345)
    path.chmod(0o660)
    add(store, "B")
    lock = path.with_name("outreach.json.lock")
    assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (1234, 2345, 0o660)
    assert (lock.stat().st_gid, mode(lock)) == (2345, 0o660)


@as_root
@pytest.mark.parametrize(
    ("groups", "before", "after"),
    [([2345], 0o660, (2345, 0o660)), ([], 0o666, (NOBODY, 0o666)), ([], 0o676, (NOBODY, 0o666))],
)
def test_a_member_of_the_group_keeps_it_and_another_group_may_no_more_than_everybody(
    store: TinyDbStore, path: Path, groups: list[int], before: int, after: tuple[int, int]
) -> None:
    _open_up(path.parent)
    path.parent.chmod(0o777)
    for file in (path, locks.lock_path(path)):
        os.chown(file, 1234, 2345)
        file.chmod(before)
    script = f"""
        os.setgroups({groups}); os.setgid({NOBODY}); os.setuid({NOBODY})
        opened().commit("b", [put("B")], member_id=None)
    """
    run(path, script)
    assert names(path) == ["Acme", "B"]
    assert (path.stat().st_gid, mode(path)) == after


def test_what_is_being_written_is_never_readable_by_others(
    store: TinyDbStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = os.fsync

    def look(handle: int) -> None:
        seen.extend(mode(path.parent / name) for name in left_over(path.parent))
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    old = os.umask(0)
    try:
        add(store, "B")
    finally:
        os.umask(old)
    assert seen[0] == 0o600


def test_the_lock_is_never_opened_through_a_link(path: Path) -> None:
    target = path.with_name("victim")
    path.with_name("outreach.json.lock").symlink_to(target)
    with pytest.raises(StoreUnavailable):
        add(TinyDbStore(path, CLOCK), "A")
    assert not target.exists()


def test_an_access_list_survives(store: TinyDbStore, path: Path) -> None:
    if not shutil.which("setfacl"):
        pytest.skip("setfacl is not installed")
    subprocess.run(["setfacl", "-m", "u:1234:rw", str(path)], check=True)
    before = os.getxattr(path, "system.posix_acl_access")
    add(store, "B")
    assert os.getxattr(path, "system.posix_acl_access") == before


# Places that cannot be read or written


def _open_up(folder: Path) -> None:
    """Let anybody come as far as the folder: pytest makes its own private."""
    for part in folder.parents:
        if part.name.startswith(("pytest-", "popen-", "test_")):
            part.chmod(0o755)


@as_root
@pytest.mark.parametrize("what", ["folder", "file", "lock"])
def test_somebody_who_may_not_write_is_told_so_and_can_still_read(
    store: TinyDbStore, path: Path, what: str
) -> None:
    _open_up(path.parent)
    path.parent.chmod(0o755 if what == "folder" else 0o777)
    path.chmod(0o444 if what == "file" else 0o666)
    lock = path.with_name("outreach.json.lock")
    lock.chmod(0o600 if what == "lock" else 0o666)
    before = path.read_bytes()
    out = run(
        path,
        f"""
        os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
        store = opened()
        try:
            store.commit("b", [put("B")], member_id=None)
        except OutreachError as error:
            print(type(error).__name__, error.title, "|", error.hint)
        print([c.name for c in store.all(Customer)])
        """,
    )
    assert out.startswith("StoreUnavailable cannot write")
    assert out.endswith("['Acme']\n")
    assert path.read_bytes() == before
    assert left_over(path.parent) == []


@as_root
def test_somebody_who_may_not_read_is_told_so(store: TinyDbStore, path: Path) -> None:
    _open_up(path.parent)
    path.parent.chmod(0o755)
    script = f"""
        os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
        try:
            opened()
        except OutreachError as error:
            print(type(error).__name__, error.title)
        """
    assert run(path, script).startswith(f"StoreUnavailable cannot read {path}: Permission denied")


@pytest.mark.parametrize("kind", ["folder", "pipe", "below a file"])
def test_what_is_no_file_is_refused(path: Path, kind: str) -> None:
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.write_text("{}")
        path = path / "outreach.json"
    with pytest.raises(StoreUnavailable):
        TinyDbStore(path, CLOCK)


# A full disk


FILL = """
    store = opened()
    before = path.read_bytes()
    rows = dict(store.rows())
    big = Customer(id="c-big", name="x" * 200_000)
    {limit}
    for changes in ([Put(big)], [Patch(Customer, "c-Acme", {{"name": "y" * 200_000}})]):
        try:
            store.commit("big", changes, member_id=None)
        except OutreachError as error:
            print(type(error).__name__, error.title)
    assert path.read_bytes() == before
    assert dict(store.rows()) == rows and [c.name for c in store.all(Customer)] == ["Acme"]
    assert sorted(os.listdir(path.parent)) == ["outreach.json", "outreach.json.lock"]
    assert store.last_commit().did == "began" and not store.refresh()
    store.commit("small", [put("B")], member_id=None)
    assert store.undo(member_id=None).did == "small"
    store.redo(member_id=None)
"""


def test_a_file_that_may_not_grow_fails_clearly_and_the_next_commit_works(
    store: TinyDbStore, path: Path
) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    out = run(path, FILL.format(limit=limit))
    assert out.splitlines() == [f"StoreUnavailable cannot write {path}: File too large"] * 2
    assert names(path) == ["Acme", "B"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)],
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
        out.splitlines() == [f"StoreUnavailable cannot write {path}: No space left on device"] * 2
    )
    assert names(path) == ["Acme", "B"]


@pytest.mark.parametrize("call", ["fsync", "replace", "interrupt"])
def test_a_write_that_breaks_off_leaves_disk_and_memory_as_they_were(
    store: TinyDbStore, path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    before, version = path.read_bytes(), store.version

    def fail(*given: object, **more: object) -> None:
        raise KeyboardInterrupt if call == "interrupt" else OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync" if call != "replace" else "replace", fail)
        patched.setattr(Path, "replace", fail if call == "replace" else Path.replace)
        with pytest.raises((StoreUnavailable, KeyboardInterrupt)):
            store.commit("moved", [Patch(Customer, ACME.id, {"city": "Linz"})], member_id=None)
    assert path.read_bytes() == before
    assert left_over(path.parent) == []
    assert (store.get(Customer, ACME.id), store.version) == (ACME, version)
    add(store, "B")
    assert names(path) == ["Acme", "B"]


def test_a_folder_that_cannot_be_synced_does_not_make_a_written_commit_fail(
    store: TinyDbStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def only_files(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", only_files)
    add(store, "B")
    assert names(path) == ["Acme", "B"]


# Links, and files that vanish


def test_a_link_stays_a_link_and_shares_the_lock(
    store: TinyDbStore, path: Path, tmp_path: Path
) -> None:
    link = tmp_path / "elsewhere" / "team.json"
    link.parent.mkdir()
    link.symlink_to(path)
    add(TinyDbStore(link, CLOCK), "B")
    add(store, "C")
    assert link.is_symlink()
    assert names(link) == ["Acme", "B", "C"]
    assert [p.name for p in link.parent.iterdir()] == ["team.json"]


@pytest.mark.parametrize("part", ["file", "folder"])
def test_a_link_that_leads_nowhere_is_not_a_new_file(tmp_path: Path, part: str) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "unplugged" / "thing")
    with pytest.raises(StoreUnavailable, match=r"is a link to .*unplugged"):
        TinyDbStore(link if part == "file" else link / "outreach.json", CLOCK)
    assert [p.name for p in tmp_path.iterdir()] == ["link"]


@pytest.mark.parametrize("gone", ["file", "folder"])
def test_a_file_that_vanished_is_neither_made_again_nor_taken_for_an_empty_one(
    tmp_path: Path, gone: str
) -> None:
    path = tmp_path / "share" / "outreach.json"
    store = TinyDbStore(path, CLOCK)
    add(store, "A")
    away = tmp_path / "away"
    (path if gone == "file" else path.parent).rename(away)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="not there any more"):
            store.refresh()
        with pytest.raises(StoreUnavailable, match="not there any more"):
            add(store, "B")
        with pytest.raises(StoreUnavailable, match="not there any more"):
            store.undo(member_id=None)
    assert not path.exists()
    assert [c.name for c in store.all(Customer)] == ["A"]
    away.rename(path if gone == "file" else path.parent)
    add(store, "B")
    assert names(path) == ["A", "B"]


def test_a_file_that_was_replaced_by_an_older_copy_is_read_and_not_overwritten(
    store: TinyDbStore, path: Path
) -> None:
    copy = path.read_bytes()
    add(store, "B")
    path.write_bytes(copy)
    add(store, "C")
    assert names(path) == ["Acme", "C"]


def test_a_change_that_leaves_size_time_and_inode_alone_is_noticed(
    store: TinyDbStore, path: Path
) -> None:
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Graz", b"Linz"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_ino == before.st_ino
    add(store, "B")
    acme = TinyDbStore(path, CLOCK).get(Customer, ACME.id)
    assert acme is not None
    assert acme.city == "Linz"


def test_half_of_a_file_that_stock_tinydb_is_writing_is_waited_for(
    store: TinyDbStore, path: Path
) -> None:
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
    assert names(path) == ["Acme"]
    child.communicate(timeout=10)


# Several processes


def test_four_processes_lose_and_double_nothing(path: Path) -> None:
    script = """
        store = opened()
        for n in range(50):
            store.commit("did", [put(f"{who}-{{n}}")], member_id=None)
        """
    children = [
        start(path, script.replace("{who}", str(w)).replace("{{n}}", "{n}")) for w in range(4)
    ]
    for child in children:
        _, err = child.communicate(timeout=60)
        assert child.returncode == 0, err
    found = names(path)
    assert sorted(found) == sorted(f"{w}-{n}" for w in range(4) for n in range(50))
    tables = json.loads(path.read_text())
    assert len(tables["customers"]) == 200
    assert tables["meta"]["1"]["seq"] == 200
    assert left_over(path.parent) == []


def test_a_killed_holder_of_the_lock_blocks_nobody(store: TinyDbStore, path: Path) -> None:
    child = start(
        path,
        """
        with locks.locked(path):
            print("held", flush=True)
            time.sleep(60)
        """,
    )
    assert child.stdout is not None
    child.stdout.readline()
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
        assert child.stdout is not None
        child.stdout.readline()
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


def test_writers_killed_at_any_instant_lose_no_commit_that_had_returned(
    store: TinyDbStore, path: Path
) -> None:
    out = run(
        path,
        """
        import json, random
        dice = random.Random(7)
        told = set()
        for turn in range(40):
            inlet, outlet = os.pipe()
            writers = []
            for who in "ab":
                writers.append(os.fork())
                if not writers[-1]:
                    store = opened()
                    for n in range(10_000):
                        name = f"{turn}{who}{n}"
                        store.commit("did", [put(name)], member_id=None)
                        os.write(outlet, f"{name} ".encode())
            time.sleep(dice.uniform(0.005, 0.05))
            for writer in writers:
                os.kill(writer, signal.SIGKILL)
                os.waitpid(writer, 0)
            os.close(outlet)
            told |= set(os.fdopen(inlet).read().split())
            tables = json.loads(path.read_bytes())
            found = [document["name"] for document in tables["customers"].values()]
            assert told <= set(found), sorted(told - set(found))
            assert len(set(found)) == len(found)
            assert tables["meta"]["1"]["seq"] == len(found)
        print(len(told))
        """,
    )
    assert int(out) > 40
    for left in left_over(path.parent):
        os.utime(path.parent / left, (0, 0))
    add(TinyDbStore(path, CLOCK), "last")
    assert left_over(path.parent) == []


def test_a_conflict_of_two_processes_names_field_and_values(store: TinyDbStore, path: Path) -> None:
    change = 'opened().commit("t", [Patch(Customer, "c-Acme", {"city": "Linz"})], member_id=None)'
    run(path, change)
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


def test_reading_makes_no_file(path: Path) -> None:
    assert JsonStorage(path).read() is None
    assert list(path.parent.iterdir()) == []

"""Who may read and write what, links, and files and folders that vanish: on real files, as real users."""

import os
import shutil
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from scenes import CLOCK, run

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Put
from outreach_tui.errors import StoreUnavailable
from outreach_tui.store import locks
from outreach_tui.store.backups import backups_folder
from outreach_tui.store.journal import history_path, journal_path
from outreach_tui.store.tinydb_file import TinyDbStore

ACME = Customer(id="c-Acme", name="Acme", city="Graz")
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
BESIDE = ("outreach.json.history", "outreach.json.journal", "outreach.json.lock")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outreach.json"


@pytest.fixture
def store(path: Path) -> TinyDbStore:
    """Give a store that has everything beside the file: a history, a journal with a commit, a backup."""
    store = TinyDbStore(path, CLOCK)
    store.commit("began", [Put(Customer(id=ACME.id, name="Acme"))], member_id=None)
    store.close()
    store.commit("went on", [Put(ACME)], member_id=None)
    assert backups_folder(path).exists()
    return store


def names(path: Path) -> list[str]:
    return [c.name for c in TinyDbStore(path, CLOCK).all(Customer)]


def add(store: TinyDbStore, name: str) -> None:
    store.commit(f"added {name}", [Put(Customer(id=f"c-{name}", name=name))], member_id=None)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def left_over(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.suffix == ".tmp")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def open_up(folder: Path) -> None:
    """Let anybody come as far as the folder: pytest makes its own private."""
    for part in folder.parents:
        if part.name.startswith(("pytest-", "popen-", "test_")):
            part.chmod(0o755)


AS_NOBODY = f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"


# Modes


def test_new_files_and_folders_are_private(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "outreach.json"
    old = os.umask(0)
    try:
        store = TinyDbStore(path, CLOCK)
        for name in "AB":
            add(store, name)
        store.close()
    finally:
        os.umask(old)
    assert [mode(p) for p in (path.parent.parent, path.parent)] == [0o700, 0o700]
    found = {p.relative_to(path.parent).as_posix(): mode(p) for p in path.parent.rglob("*")}
    backups = [name for name in found if name.startswith("outreach.json.backups/")]
    assert len(backups) == 1
    assert found == dict.fromkeys(["outreach.json", *BESIDE, *backups], 0o600) | {
        "outreach.json.backups": 0o700
    }


def test_existing_modes_and_a_folder_that_is_not_ours_stay(store: TinyDbStore, path: Path) -> None:
    path.chmod(0o640)
    path.parent.chmod(0o755)
    for close in (False, True):
        add(store, f"B{close}")
        if close:
            store.close()
        assert (mode(path), mode(path.parent)) == (0o640, 0o755)
        assert (mode(journal_path(path)), mode(locks.lock_path(path))) == (0o640, 0o640)
    assert mode(history_path(path)) == 0o640


@as_root
@pytest.mark.parametrize("close", [False, True])
def test_owner_and_group_stay_and_the_group_may_use_all_that_lies_beside(
    store: TinyDbStore, path: Path, close: bool
) -> None:
    os.chown(path, 1234, 2345)
    path.chmod(0o660)
    for name in "BC":
        add(store, name)
        if close:
            store.close()
    assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (1234, 2345, 0o660)
    for name in BESIDE if close else BESIDE[1:]:
        beside = path.with_name(name)
        assert (name, beside.stat().st_gid, mode(beside)) == (name, 2345, 0o660)


@as_root
@pytest.mark.parametrize(
    ("groups", "before", "after"),
    [([2345], 0o660, (2345, 0o660)), ([], 0o666, (NOBODY, 0o666)), ([], 0o676, (NOBODY, 0o666))],
)
def test_a_member_of_the_group_keeps_it_and_another_group_may_no_more_than_everybody(
    store: TinyDbStore, path: Path, groups: list[int], before: int, after: tuple[int, int]
) -> None:
    open_up(path.parent)
    path.parent.chmod(0o777)
    os.chown(path, 1234, 2345)
    path.chmod(before)
    add(store, "A")  # from now on others may use what lies beside the file
    store.close()
    script = f"""
        os.setgroups({groups}); os.setgid({NOBODY}); os.setuid({NOBODY})
        store = opened()
        store.commit("b", [put("B")], member_id=None)
        store.close()
    """
    run(path, script)
    add(store, "C")  # and we may use it still
    store.close()
    assert names(path) == ["A", "Acme", "B", "C"]
    assert (path.stat().st_gid, mode(path)) == after
    assert [c.did for c in store.history()][:3] == ["added C", "b", "added A"]


def test_what_is_being_written_is_never_readable_by_others(
    store: TinyDbStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[int] = set()
    real = os.fsync

    def look(handle: int) -> None:
        seen.update(mode(p) for p in path.parent.rglob("*") if p.is_file())
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    old = os.umask(0)
    try:
        add(store, "B")
        with journal_path(path).open("ab") as journal:
            journal.write(b"torn")
        add(store, "C")
        store.close()
        add(TinyDbStore(path.with_name("other.json"), CLOCK), "D")
    finally:
        os.umask(old)
    assert seen == {0o600}


@pytest.mark.parametrize("name", BESIDE)
def test_nothing_is_written_through_a_link(path: Path, name: str) -> None:
    victim = path.with_name("victim")
    victim.write_text("theirs")
    victim.chmod(0o640)
    path.with_name(name).symlink_to(victim)
    with suppress(StoreUnavailable):
        store = TinyDbStore(path, CLOCK)
        with suppress(StoreUnavailable):
            add(store, "A")
        if path.exists():
            path.chmod(0o666)
        add(store, "B")
        store.close()
    assert (victim.read_text(), mode(victim)) == ("theirs", 0o640)
    assert path.with_name(name).is_symlink()
    path.with_name(name).unlink()
    add(TinyDbStore(path, CLOCK), "C")
    assert "C" in names(path)


def test_a_dangling_link_beside_the_file_makes_no_file_elsewhere(path: Path) -> None:
    for name in BESIDE:
        path.with_name(name).symlink_to(path.with_name(f"elsewhere-{name}"))
    with pytest.raises(StoreUnavailable):
        add(TinyDbStore(path, CLOCK), "A")
    assert not list(path.parent.glob("elsewhere*"))


def test_an_access_list_survives(store: TinyDbStore, path: Path) -> None:
    if not shutil.which("setfacl"):
        pytest.skip("setfacl is not installed")
    subprocess.run(["setfacl", "-m", "u:1234:rw", str(path)], check=True)
    before = os.getxattr(path, "system.posix_acl_access")
    add(store, "B")
    store.close()
    assert os.getxattr(path, "system.posix_acl_access") == before


# Places that cannot be read or written


@as_root
@pytest.mark.parametrize("what", ["folder", "file", "lock", "journal"])
def test_somebody_who_may_not_write_is_told_so_and_can_still_read(
    store: TinyDbStore, path: Path, what: str
) -> None:
    open_up(path.parent)
    path.parent.chmod(0o755 if what == "folder" else 0o777)
    for file in (path, *map(path.with_name, BESIDE)):
        file.chmod(0o644 if what == "folder" else 0o666)
    if what != "folder":
        denied = {"file": path, "lock": locks.lock_path(path), "journal": journal_path(path)}[what]
        denied.chmod(0o600 if what == "lock" else 0o444)
    before = contents(path.parent)
    out = run(
        path,
        f"""
        {AS_NOBODY}
        store = opened()
        for verb in (lambda: store.commit("b", [put("B")], member_id=None), lambda: store.undo(member_id=None)):
            try:
                verb()
            except OutreachError as error:
                print(type(error).__name__, error.title, "|", error.hint)
        store.refresh()
        store.close()
        print([c.name for c in store.all(Customer)], [c.did for c in store.history()])
        """,
    )
    assert [line[:29] for line in out.splitlines()[:2]] == ["StoreUnavailable cannot write"] * 2
    assert out.endswith("['Acme'] ['went on', 'began']\n")
    assert contents(path.parent) == before
    assert left_over(path.parent) == []
    add(store, "C")
    assert names(path) == ["Acme", "C"]


@as_root
def test_a_folder_that_is_read_only_does_not_keep_from_writing_what_is_there(
    store: TinyDbStore, path: Path
) -> None:
    """A commit is appended; only folding has to wait for somebody who may."""
    open_up(path.parent)
    path.parent.chmod(0o755)
    for file in (path, *map(path.with_name, BESIDE)):
        file.chmod(0o666)
    before = path.read_bytes()
    run(
        path,
        f"""
        {AS_NOBODY}
        store = opened()
        for name in "BC":
            store.commit(name, [put(name)], member_id=None)
        store.close()
        """,
    )
    assert path.read_bytes() == before
    assert names(path) == ["Acme", "B", "C"]
    add(store, "D")
    store.close()
    assert names(path) == ["Acme", "B", "C", "D"]
    assert [c.did for c in store.history()] == ["added D", "C", "B", "went on", "began"]


@as_root
@pytest.mark.parametrize("what", ["outreach.json", "outreach.json.journal"])
def test_somebody_who_may_not_read_is_told_so(store: TinyDbStore, path: Path, what: str) -> None:
    """Least of all is a journal that may not be read taken for none."""
    open_up(path.parent)
    path.parent.chmod(0o755)
    for file in (path, *map(path.with_name, BESIDE)):
        file.chmod(0o644)
    path.with_name(what).chmod(0o600)
    script = f"""
        {AS_NOBODY}
        try:
            opened()
        except OutreachError as error:
            print(type(error).__name__, error.title)
        """
    wanted = f"StoreUnavailable cannot read {path.with_name(what)}: Permission denied"
    assert run(path, script).startswith(wanted)


@as_root
def test_a_backups_folder_of_somebody_else_does_not_keep_one_from_writing(
    store: TinyDbStore, path: Path
) -> None:
    open_up(path.parent)
    path.parent.chmod(0o777)
    path.chmod(0o666)
    add(store, "A")
    assert mode(backups_folder(path)) == 0o700
    run(path, f'{AS_NOBODY}\nopened().commit("b", [put("B")], member_id=None)')
    assert names(path) == ["A", "Acme", "B"]


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


# Links, and files that vanish


def test_a_link_stays_a_link_and_shares_all_that_lies_beside(
    store: TinyDbStore, path: Path, tmp_path: Path
) -> None:
    link = tmp_path / "elsewhere" / "team.json"
    link.parent.mkdir()
    link.symlink_to(path)
    linked = TinyDbStore(link, CLOCK)
    add(linked, "B")
    linked.close()
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
    store.close()
    assert not path.exists()
    assert [c.name for c in store.all(Customer)] == ["A"]
    away.rename(path if gone == "file" else path.parent)
    add(store, "B")
    assert names(path) == ["A", "B"]

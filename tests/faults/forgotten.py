"""Somebody is forgotten by a program that is killed at a call to the system; the next one finishes it.

This runs in a process of its own, which forks, like `killing`.
"""

import itertools
import os
import shutil
from collections import Counter
from pathlib import Path

from killing import Power, _forked, die_at
from scenes import CLOCK, RealClock, healthy

from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch, Put
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.store.backups import backups_folder
from outreach_tui.store.care.forgetting import FileEraser
from outreach_tui.store.journal import journal_path
from outreach_tui.store.tinydb_file import TinyDbStore

NAME, ID = "Maria Anders", "019cae00-53d8-7173-9919-df9f04e77483"


def _eraser(path: Path) -> FileEraser:
    store = TinyDbStore(path, RealClock())
    return FileEraser(
        lambda: store,
        RealClock(),
        cache=path.parent / "cache",
        drafts=lambda _words: 0,
        log=path.parent / "outreach.log",
    )


def _erase(path: Path) -> None:
    _eraser(path).erase(ID, member_id=None, dry_run=False)


def _prepare(path: Path) -> None:
    """Make a file with a history, a journal, backups, and what was set aside."""
    path.parent.mkdir()
    store = TinyDbStore(path, RealClock())
    store.commit("made", [Put(Customer(id="c", name="Acme"))], member_id=None)
    work = (Employment(customer_id="c"),)
    store.commit(
        f"added {NAME}", [Put(Contact(id=ID, name=NAME, employments=work))], member_id=None
    )
    store.close()
    store = TinyDbStore(path, RealClock())
    store.backup("by-hand")
    for number in range(3):
        talk = Touchpoint(
            id=f"t{number}", customer_ids=("c",), contact_ids=(ID,), kind=TouchpointKind.CALL,
            at=CLOCK.real_now(), note=f"{NAME} said {number}",
        )  # fmt: skip
        store.commit(f"talked to {NAME}", [Put(talk)], member_id=None)
    store.backup("by-hand")
    aside = path.with_name(f"{path.name}.journal.torn-x")
    aside.write_bytes(f'{{"did":"{NAME}'.encode())
    shutil.copy(journal_path(path), path.with_name(f"{path.name}.journal.damaged-x"))
    (path.parent / f".{path.name}.x.tmp").write_text(NAME)
    (path.parent / "outreach.log").write_text(f"{NAME}\nrest\n")
    assert len(_holding(path.parent)) == 9


def _holding(folder: Path) -> list[str]:
    texts = (NAME.encode(), ID.encode())
    return [
        p.name
        for p in sorted(folder.rglob("*"))
        if p.is_file() and any(text in p.read_bytes() for text in texts)
    ]


def at_every_call(
    path: str, how: str, first: int, every: int, *, power: bool = False
) -> Counter[str]:
    """Let who forgets die at one call after the other, from `first` on, until nobody dies."""
    data = Path(path)
    folder, aside, kept = data.parent, data.parent.parent / "power", data.parent.parent / "before"
    _prepare(data)
    folder.rename(kept)
    counts: Counter[str] = Counter()
    for call in itertools.count(first, every):
        for each in (folder, aside):
            shutil.rmtree(each, ignore_errors=True)
        shutil.copytree(kept, folder)
        aside.mkdir()

        def play() -> None:
            die_at(call, how, Power(aside) if power else None)  # noqa: B023  it runs now
            _erase(data)

        status = os.waitstatus_to_exitcode(os.waitpid(_forked(play), 0)[1])
        assert status in (0, 9), status
        died = f"died {how} call {call}"
        for left in [
            p for p in folder.rglob("*.json*") if p.is_file() and p.suffix not in (".lock", ".tmp")
        ]:
            assert left.stat().st_size, f"{left.name} is empty, {died}"
        _whole(data, died)
        if TinyDbStore(data, RealClock()).get(Contact, ID) is not None:
            assert status, "it is done"
            _erase(data)
        assert _holding(folder) == [], died
        _whole(data, died)
        _goes_on(data, died)
        assert _holding(folder) == [], died
        counts.update(rounds=1, faults=status == 9, commits=0)
        if status == 0:
            return counts
    raise AssertionError("it never ends")


def _whole(data: Path, died: str) -> None:
    """Everything else is as it was, and every file can be read."""
    healthy(data)
    store = TinyDbStore(data, RealClock())
    assert [t.id for t in store.all(Touchpoint)] == ["t0", "t1", "t2"], died
    assert [t.note[-6:] for t in store.all(Touchpoint)] == ["said 0", "said 1", "said 2"], died
    assert store.problems == [], died
    assert len(list(store.history())) >= 5, died
    for backup in backups_folder(data).glob("*-by-hand*.json"):
        assert [c.id for c in TinyDbStore(backup, RealClock()).all(Customer)] == ["c"], died


def _goes_on(data: Path, died: str) -> None:
    """What comes next is written, and undone, and so is what came before."""
    store = TinyDbStore(data, RealClock())
    store.commit("renamed", [Patch(Customer, "c", {"name": "New"})], member_id=None)
    store.close()
    store = TinyDbStore(data, RealClock())
    undone = [store.undo(member_id=None).did for _ in range(4)]
    assert undone == ["renamed", *["talked to [forgotten]"] * 3], died
    assert store.all(Touchpoint) == [], died
    for _ in range(4):
        store.redo(member_id=None)
    assert [c.name for c in store.all(Customer)] == ["New"], died
    assert len(store.all(Touchpoint)) == 3, died
    store.close()
    healthy(data)

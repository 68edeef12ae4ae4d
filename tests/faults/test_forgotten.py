"""Somebody is forgotten by a program that is killed: every file is whole, and the next one finishes it."""

import subprocess
from pathlib import Path

import pytest
from forgotten import ID, _erase, _holding, _prepare
from proving import Tally
from scenes import RealClock, counted, healthy, log_of, often, start

from outreach_tui.domain.commit import FORGOT
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.store.tinydb_file import TinyDbStore


@pytest.mark.parametrize("how", ["before", "after", "part-half"])
@pytest.mark.parametrize("power", [False, True])
def test_it_is_killed_at_every_call_that_writes(
    tmp_path: Path, tally: Tally, how: str, power: bool
) -> None:
    every = often(5, 1)
    path = tmp_path / "at" / "outreach.json"
    call = f"at_every_call({str(path)!r}, {how!r}, {len(how) % every}, {every}, power={power})"
    tally("killed while forgetting somebody", counted(path, call, module="forgotten"))


WRITER = f"""
    import itertools
    from scenes import RealClock
    from outreach_tui.domain.contact import Contact
    from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
    store = TinyDbStore(path, RealClock())
    for number in itertools.count():
        store.refresh()
        if store.get(Contact, "{ID}") is None:
            break
        talk = Touchpoint(
            id=f"w{{number}}", customer_ids=("c",), contact_ids=("{ID}",), kind=TouchpointKind.CALL,
            at=RealClock().real_now(), note=f"= @Maria has a baby {{number}}\\n= their father is ill {{number}}",
        )
        store.commit(f"logged {{number}}", [Put(talk)], member_id=None)
        if number == 5:
            print("ready", flush=True)
    store.close()
    """


def test_what_a_colleague_writes_of_the_person_meanwhile_goes_too(
    tmp_path: Path, tally: Tally
) -> None:
    rounds = commits = 0
    for number in range(often(4, 40)):
        path = tmp_path / str(number) / "outreach.json"
        _prepare(path)
        writer = start(path, WRITER)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        _erase(path)
        _ended(writer)
        store = TinyDbStore(path, RealClock())
        log = [entry.did for entry in log_of(path)]
        before = {f"w{did.split()[1]}" for did in log[: log.index(FORGOT)] if did[:6] == "logged"}
        written = [t for t in store.all(Touchpoint) if t.id in before]
        assert len(written) == len(before) > 5
        assert {(t.contact_ids, t.note) for t in written} == {((), "= [forgotten]\n= [forgotten]")}
        if len(log) == log.index(FORGOT) + 1:  # the writer has seen it before it wrote again
            assert _holding(path.parent) == []
            assert not [p for p in path.parent.rglob("*.json*") if b"baby" in p.read_bytes()]
        assert store.get(Contact, ID) is None
        healthy(path)
        rounds, commits = rounds + 1, commits + len(log)
    tally("somebody writes while a person is forgotten", {"rounds": rounds, "commits": commits})


def _ended(child: "subprocess.Popen[str]") -> None:
    _, err = child.communicate(timeout=60)
    assert child.returncode == 0, err

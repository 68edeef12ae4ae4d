"""Writers that are killed: at random instants from outside, or by themselves right at a call to the system.

This runs in a process of its own, which forks: nothing in the product knows of it.
"""

import itertools
import json
import os
import random
import shutil
import signal
import stat
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from scenes import (
    Model,
    RealClock,
    Step,
    do,
    goes_on,
    healthy,
    proved,
    random_step,
    scene_steps,
)

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Put
from outreach_tui.store import tinydb_file
from outreach_tui.store.tinydb_file import TinyDbStore

_PLANNED = 400
"""Steps that a writer may get to before it is killed."""


def fold_often() -> None:
    """Let the journal be folded every few commits."""
    tinydb_file.FOLD_BYTES = 1500
    tinydb_file.FOLD_SHARE = 1 << 30


# Killed from outside, at random instants


def at_random(path: str, rounds: int, seed: int, longest: float) -> Counter[str]:
    """Kill a writer again and again on one file; after each kill, all that it told of is there."""
    fold_often()
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    model, folder = Model(), Path(path).parent
    for turn in range(rounds):
        if turn % 25 == 0:  # to meet the first commit on a new file, and the backup of the day
            _empty(folder)
            model = Model()
        plan = []
        planned = model
        for n in range(_PLANNED):
            step = random_step(dice, f"{turn}-{n}", planned)
            plan.append((step, f"{turn}-{n}", planned, after := planned.done(step, f"{turn}-{n}")))
            planned = after
        inlet, outlet = os.pipe()
        writer = _forked(lambda: _write(Path(path), plan, outlet))  # noqa: B023  it runs now
        os.close(outlet)
        told = os.fdopen(inlet, "rb")
        told.read(1)  # it is at work
        time.sleep(dice.uniform(0, longest))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        acknowledged = len(told.read())
        told.close()
        before = plan[acknowledged - 1][3] if acknowledged else model
        under_way = [plan[acknowledged][3]] if acknowledged < _PLANNED else []
        try:
            model = proved(Path(path), before, *under_way, strict=False).model
        except BaseException:
            done = [step if isinstance(step, str) else said for step, said, *_ in plan]
            sys.stderr.write(f"turn {turn}, {acknowledged} done: {done[: acknowledged + 1]}\n")
            raise
        counts.update(rounds=1, faults=1, commits=acknowledged)
        if turn % 5 == 4:
            model = goes_on(Path(path), model, f"after{turn}", strict=False)
            healthy(Path(path))
    return counts


def _write(path: Path, plan: list[Any], outlet: int) -> None:
    os.write(outlet, b".")
    store = TinyDbStore(path, RealClock())
    for step, said, *_ in plan:
        store = do(store, step, said)
        os.write(outlet, b".")
    time.sleep(60)


# Killed by themselves, at every call that writes


class Power:
    """What a disk keeps when the power goes: what was synced."""

    def __init__(self, aside: Path) -> None:
        self._aside = aside
        self._sizes: dict[int, int] = {}
        self._names: list[tuple[Path, Path | None]] = []
        self._count = itertools.count()

    def writes(self, handle: int) -> None:
        """Note that bytes are written."""
        self._sizes.setdefault(handle, os.fstat(handle).st_size)

    def synced(self, handle: int) -> None:
        """Note that a file, or the names in a folder, are safe."""
        self._sizes.pop(handle, None)
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            self._names.clear()

    def renames(self, target: Path) -> None:
        """Note that a name comes to mean another file."""
        old = None
        if target.exists():
            old = self._aside / f"{next(self._count)}-{target.name}"
            os.link(target, old)
        self._names.append((target, old))

    def goes(self) -> None:
        """Lose all that is not safe."""
        for handle, size in self._sizes.items():
            with_suppressed(lambda: _REAL["ftruncate"](handle, size))  # noqa: B023  it runs now
        for target, old in reversed(self._names):
            if old is None:
                with_suppressed(lambda: _REAL["unlink"](target))  # noqa: B023
            else:
                _REAL["replace"](old, target)


def with_suppressed(call: Callable[[], Any]) -> None:
    """Call it; what fails does not matter."""
    with suppress(OSError):
        call()


CALLS = (
    "open", "write", "fsync", "ftruncate", "truncate", "replace", "rename", "unlink", "link", "mkdir",
    "fchmod", "chmod",
)  # fmt: skip
_REAL: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in CALLS}


class _File:
    """What `os.fdopen` gives, every write of it a call of `os.write`."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._handle, left) :]

    def flush(self) -> None:
        pass

    def fileno(self) -> int:
        return self._handle

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._handle)


def die_at(call: int, how: str, power: Power | None) -> None:
    """Let this process die at the n-th call that writes: `before`, `after`, or in the middle of what it writes."""
    at = itertools.count()

    def die() -> None:
        if power is not None:
            power.goes()
        os._exit(9)

    def failing(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*given: Any, **more: Any) -> Any:
            if name == "open" and not given[1] & (os.O_WRONLY | os.O_RDWR):
                return real(*given, **more)
            if name == "write" and given[0] == _told:
                return real(*given, **more)
            turn = -1 if how.startswith("part") and name != "write" else next(at)
            if turn == call and how == "before":
                die()
            if power is not None and name == "write":
                power.writes(given[0])
            if power is not None and name in ("replace", "rename"):
                power.renames(Path(given[1]))
            if turn == call and name == "write" and how.startswith("part"):
                length = len(given[1])
                share = {"part-1": 1, "part-half": length // 2, "part-all-but-1": length - 1}[how]
                real(given[0], bytes(given[1])[:share])
                die()
            found = real(*given, **more)
            if power is not None and name == "fsync":
                power.synced(given[0])
            if turn == call and how == "after":
                die()
            return found

        return instead

    for name, real in _REAL.items():
        setattr(os, name, failing(name, real))
    fdopen = os.fdopen
    os.fdopen = lambda handle, mode="r", *given, **more: (
        _File(handle) if "w" in mode else fdopen(handle, mode, *given, **more)
    )  # type: ignore[assignment,return-value]


_told = -1


def at_every_call(
    path: str, how: str, first: int, every: int, *, power: bool = False, twice: bool = False
) -> Counter[str]:
    """Let a writer die at one call after the other, from `first` on, until the scene is played to its end.

    With `twice`, the next one dies as well, somewhere on its way.
    """
    fold_often()
    dice = random.Random(first)
    data, folder = Path(path), Path(path).parent
    steps = list(scene_steps())
    counts: Counter[str] = Counter()
    aside = folder.parent / "power"
    for call in itertools.count(first, every):
        _empty(folder)
        _empty(aside)
        inlet, outlet = os.pipe()
        writer = _forked(lambda: _play(data, call, how, outlet, Power(aside) if power else None))  # noqa: B023
        os.close(outlet)
        with os.fdopen(inlet, "rb") as told:
            acknowledged = len(told.read())
        status = os.waitstatus_to_exitcode(os.waitpid(writer, 0)[1])
        if status == 0:
            assert acknowledged == len(steps)
            proved(data, steps[-1][3])
            counts["rounds"] += 1
            return counts
        assert status == 9, status
        before = steps[acknowledged - 1][3] if acknowledged else Model()
        try:
            model = proved(data, before, steps[acknowledged][3]).model
            if twice:
                after = model.done(_second(), "second")
                writer = _forked(lambda: _go_on(data, dice.randrange(30), how))
                os.waitpid(writer, 0)
                model = proved(data, model, after).model
            model = goes_on(data, model, "next")
            healthy(data)
            store = TinyDbStore(data, RealClock())
            store.undo(member_id=None)
            store.redo(member_id=None)
            model = model.done("undo", "").done("redo", "")
            store.close()
            proved(data, model)
        except BaseException:
            sys.stderr.write(f"died {how} call {call}, in step {acknowledged}\n")
            kept = folder.parent / "failed"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(folder, kept)
            raise
        counts.update(rounds=1, faults=1, commits=acknowledged)
    raise AssertionError("it never ends")


def _play(path: Path, call: int, how: str, outlet: int, power: Power | None) -> None:
    global _told  # noqa: PLW0603  of the child alone
    _told = outlet
    die_at(call, how, power)
    store = TinyDbStore(path, RealClock())
    for step, said, *_ in scene_steps():
        store = do(store, step, said)
        os.write(outlet, b".")


def _second() -> Step:
    return [Put(Customer(id="second", name="Second"))]


def _go_on(path: Path, call: int, how: str) -> None:
    die_at(call, how, None)
    store = TinyDbStore(path, RealClock())
    store.commit("second", _second(), member_id=None)  # type: ignore[arg-type]  # a list of changes
    store.close()


def _forked(play: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        status = 1
        try:
            play()
            status = 0
        except BaseException:  # noqa: BLE001  it must not come back as the parent
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def forked_result(play: Callable[[], Counter[str]], what: str) -> dict[str, int]:
    """Return what a child returned. Fails if it failed."""
    inlet, outlet = os.pipe()
    child = _forked(lambda: _all(os.write(outlet, json.dumps(dict(play())).encode())))
    os.close(outlet)
    with os.fdopen(inlet, "rb") as told:
        said = told.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status == 0, what
    found: dict[str, int] = json.loads(said)
    return found


def _all(written: int) -> None:
    assert written

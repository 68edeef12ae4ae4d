"""Writers on a disk that is full, or whose files may not grow: in a process of its own, which forks."""

import resource
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from killing import fold_often, forked_result
from scenes import (
    Model,
    RealClock,
    differs,
    do,
    healthy,
    proved,
    same_records,
    scene_steps,
)

from outreach_tui.domain.customer import Customer
from outreach_tui.errors import StoreUnavailable
from outreach_tui.store.tinydb_file import TinyDbStore


def _play(
    path: Path, full: Callable[[], None], room: Callable[[], None], weight: int = 0
) -> Counter[str]:
    """Play the scene while there is no room; each step that fails is done again when there is room."""
    counts: Counter[str] = Counter(rounds=1)
    model = Model()
    store = TinyDbStore(path, RealClock())
    for step, said, _, _ in scene_steps(weight):
        if step != "hand":
            full()
        try:
            store = do(store, step, said)
            if step == "hand":
                store.refresh()
        except StoreUnavailable as error:
            assert str(error).startswith(("cannot write", "cannot make")), error
            assert error.hint
            counts["faults"] += 1
            assert same_records(store, model), "memory is not what it was"
            assert sorted(store.rows()) == [c.id for c in model.all(Customer)]
            room()
            if path.exists() or model.records:
                proved(path, model)
            version = store.version
            assert not [c for c in store.refresh() if c.did != "another program changed the file"]
            assert store.version == version or same_records(store, model)
            store = do(store, step, said)
        room()
        model = model.done(step, said)
        assert same_records(store, model), f"{said}: {differs(store, [], model)}"
        counts["commits"] += step not in ("reopen", "hand")
        proved(path, model)
    store.close()
    proved(path, model)
    healthy(path)
    return counts


def below_every_size(path: str, first: int, every: int) -> Counter[str]:
    """Let no file grow past a size, from `first` on up to one that is never reached."""
    fold_often()
    counts: Counter[str] = Counter()
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))

    size = first
    while True:
        _empty(Path(path).parent)
        found = forked_result(lambda: _play(Path(path), limit(size), limit(most)), f"size {size}")  # noqa: B023
        counts.update(found)
        if not found.get("faults") and size > 3000:
            return counts
        size += every


def on_every_room(path: str, most: int) -> Counter[str]:
    """Leave so many pages of a small disk free, from none to enough."""
    fold_often()
    counts: Counter[str] = Counter()
    filler = Path(path).parent.parent / "filler"

    def fill(pages: int) -> None:
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        size = filler.stat().st_size
        with filler.open("r+b") as file:
            file.truncate(max(0, size // 4096 - pages) * 4096)

    for pages in range(most):
        _empty(Path(path).parent)

        def full(free: int = pages) -> None:
            fill(free)

        found = forked_result(
            lambda: _play(Path(path), full, lambda: filler.unlink(missing_ok=True), 3000),
            f"{pages} pages",
        )
        filler.unlink(missing_ok=True)
        counts.update(found)
        if not found.get("faults") and pages > 1:
            break
    assert counts["faults"]
    return counts


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()

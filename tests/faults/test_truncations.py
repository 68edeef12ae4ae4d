"""Journal, history and temp files cut at every byte, and journals with a flipped bit: nothing whole is lost."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from proving import Tally
from scenes import KINDS, Model, RealClock, do, log_of, same_records, sample, scene_steps

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Put
from outreach_tui.errors import DamagedFile
from outreach_tui.store.journal import entry_of, history_path, journal_path
from outreach_tui.store.tinydb_file import TinyDbStore

FOLDED = 8
"""Steps of the scene after which the journal is folded; the rest stays in it."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Model]]:
    """Give a file with six commits in the history and six in the journal, and the model after each commit."""
    path = tmp_path_factory.mktemp("whole") / "outreach.json"
    store = TinyDbStore(path, RealClock())
    models = [Model()]
    for number, (step, said, _, after) in enumerate(scene_steps()):
        if step == "hand":
            break
        if step != "reopen":
            store = do(store, step, said)
            models.append(after)
        if number == FOLDED - 3:
            store.close()
    for name in "wxyz":
        step = [Put(Customer(id=f"c{name}", name=name * 90))]
        store.commit(f"did {name}", step, member_id=None)
        models.append(models[-1].done(step, f"did {name}"))
    assert history_path(path).read_bytes().count(b"\n") == FOLDED - 2
    assert journal_path(path).read_bytes().count(b"\n") >= 7
    return path, models


@pytest.fixture
def copies(whole: tuple[Path, list[Model]], tmp_path: Path) -> Iterator[Path]:
    """Give a folder in which `fresh` puts the files."""
    yield tmp_path / "at" / "outreach.json"


def fresh(whole: Path, at: Path) -> None:
    shutil.rmtree(at.parent, ignore_errors=True)
    at.parent.mkdir()
    for file in (whole, journal_path(whole), history_path(whole)):
        shutil.copy(file, at.parent)


def borders(data: bytes) -> list[int]:
    """Return where lines end, and what lies next to it."""
    ends = [n + 1 for n, byte in enumerate(data) if byte == 10]
    return [end + n for end in ends for n in (-2, -1, 0, 1, 2)]


def test_a_journal_cut_at_every_byte(
    whole: tuple[Path, list[Model]], copies: Path, tally: Tally
) -> None:
    source, models = whole
    data = journal_path(source).read_bytes()
    cuts = sample(range(len(data) + 1), 60, borders(data))
    for cut in cuts:
        fresh(source, copies)
        journal = journal_path(copies)
        os.truncate(journal, cut)
        kept = max(0, data[:cut].count(b"\n") - 1)  # the first line is the header
        torn = data[data.rfind(b"\n", 0, cut) + 1 : cut]
        model = models[FOLDED - 2 + kept]
        store = TinyDbStore(copies, RealClock())
        assert same_records(store, model), cut
        assert [c.did for c in store.history()] == model.said[::-1], cut
        assert journal.read_bytes() == data[:cut]
        step = [Put(Customer(id="cnext", name="Z"))]
        store.commit("went on", step, member_id=None)
        model = model.done(step, "went on")
        again = TinyDbStore(copies, RealClock())
        assert same_records(again, model), cut
        assert [e.did for e in log_of(copies)] == model.said, cut
        aside = list(copies.parent.glob("*.torn-*"))
        assert [p.read_bytes() for p in aside] == ([torn] if torn else []), cut
        assert all(p.name.startswith("outreach.json.journal.torn-") for p in aside)
    tally("journal cut", {"rounds": len(cuts), "faults": len(cuts)})


def test_a_history_cut_at_every_byte(
    whole: tuple[Path, list[Model]], copies: Path, tally: Tally
) -> None:
    source, models = whole
    data = history_path(source).read_bytes()
    cuts = sample(range(len(data) + 1), 40, borders(data))
    for cut in cuts:
        fresh(source, copies)
        history = history_path(copies)
        os.truncate(history, cut)
        lines = data[:cut].count(b"\n")
        torn = data[data.rfind(b"\n", 0, cut) + 1 : cut]
        store = TinyDbStore(copies, RealClock())
        assert same_records(store, models[-1]), cut
        said = models[-1].said
        left = said[:lines] + said[FOLDED - 2 :]
        assert [c.did for c in store.history()] == left[::-1], cut
        store.commit("went on", [Put(Customer(id="cnext", name="Z"))], member_id=None)
        store.close()
        aside = list(copies.parent.glob("*.torn-*"))
        assert [p.read_bytes() for p in aside] == ([torn] if torn else []), cut
        assert all(p.name.startswith("outreach.json.history.torn-") for p in aside)
        held = [entry_of(line + b"\n").did for line in history.read_bytes().split(b"\n")[:-1]]
        assert held == [*left, "went on"], cut
    tally("history cut", {"rounds": len(cuts), "faults": len(cuts)})


def test_a_journal_from_which_a_line_is_missing_is_damaged_and_left_alone(
    whole: tuple[Path, list[Model]], copies: Path, tally: Tally
) -> None:
    source, _ = whole
    lines = journal_path(source).read_bytes().splitlines(keepends=True)
    for gone in range(1, len(lines) - 1):
        fresh(source, copies)
        damaged = b"".join(lines[:gone] + lines[gone + 1 :])
        journal_path(copies).write_bytes(damaged)
        with pytest.raises(DamagedFile, match="line"):
            TinyDbStore(copies, RealClock())
        assert journal_path(copies).read_bytes() == damaged
    tally("journal with a line missing", {"rounds": len(lines) - 2, "faults": len(lines) - 2})


def flipped(
    source: Path, models: list[Model], at: Path, place: int, bit: int
) -> tuple[bool, bytes]:
    """Flip a bit; return whether that was noticed, and the journal. All files stay as they are."""
    fresh(source, at)
    journal = journal_path(at)
    data = bytearray(journal.read_bytes())
    data[place] ^= 1 << bit
    journal.write_bytes(data)
    before = {p.name: p.read_bytes() for p in at.parent.iterdir()}
    try:
        store = TinyDbStore(at, RealClock())
        if list(store.problems):
            return True, bytes(data)
        assert same_records(store, models[-1]), f"byte {place}, bit {bit}: a silent difference"
        assert [c.did for c in store.history()] == models[-1].said[::-1]
    except DamagedFile:
        return True, bytes(data)
    finally:
        assert {p.name: p.read_bytes() for p in at.parent.iterdir()} == before
    return False, bytes(data)


def test_a_flipped_bit_in_the_journal_is_never_silent(
    whole: tuple[Path, list[Model]], copies: Path, tally: Tally
) -> None:
    source, models = whole
    data = journal_path(source).read_bytes()
    places = sample(range(len(data)), len(data) // 7, borders(data))
    noticed = 0
    for place in places:
        found, _ = flipped(source, models, copies, place, place % 8)
        noticed += found
    assert noticed == len(places)
    tally("bit flipped in the journal", {"rounds": len(places), "faults": len(places)})


@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_in_a_line_end_is_never_silent(
    whole: tuple[Path, list[Model]], copies: Path, tally: Tally, bit: int
) -> None:
    source, models = whole
    ends = [n for n, byte in enumerate(journal_path(source).read_bytes()) if byte == 10]
    for place in ends:
        found, _ = flipped(source, models, copies, place, bit)
        assert found, f"byte {place} of {ends}"
    tally("bit flipped in the journal", {"rounds": len(ends), "faults": len(ends)})


def test_a_flipped_bit_in_the_history_is_said_and_harms_no_record(
    whole: tuple[Path, list[Model]], copies: Path, tally: Tally
) -> None:
    source, models = whole
    data = history_path(source).read_bytes()
    places = sample(range(len(data) - 1), 30, ())
    for place in places:
        fresh(source, copies)
        damaged = bytearray(data)
        damaged[place] ^= 1 << (place % 8)
        history_path(copies).write_bytes(damaged)
        store = TinyDbStore(copies, RealClock())
        assert same_records(store, models[-1])
        with pytest.raises(DamagedFile, match="damaged line"):
            list(store.history())
        store.commit("went on", [Put(Customer(id="cnext", name="Z"))], member_id=None)
        store.close()
        assert history_path(copies).read_bytes()[: len(data) - 200] == damaged[: len(data) - 200]
        assert (
            len(TinyDbStore(copies, RealClock()).all(KINDS[0])) == len(models[-1].all(Customer)) + 1
        )
    tally("bit flipped in the history", {"rounds": len(places), "faults": len(places)})

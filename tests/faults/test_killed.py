"""Writers that are killed, at random instants and at every call that writes: no commit that returned is lost."""

from pathlib import Path

import pytest
from proving import Tally
from scenes import counted, often


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "at").mkdir()
    return tmp_path / "at" / "outreach.json"


@pytest.mark.parametrize("seed", range(often(1, 4)))
def test_a_writer_killed_at_a_random_instant(path: Path, tally: Tally, seed: int) -> None:
    rounds = often(50, 250)
    tally(
        "killed at random instants",
        counted(path, f"at_random({str(path)!r}, {rounds}, {seed}, 0.08)"),
    )


@pytest.mark.parametrize("how", ["before", "after", "part-1", "part-half", "part-all-but-1"])
def test_a_writer_killed_at_every_call_that_writes(path: Path, tally: Tally, how: str) -> None:
    every = often(11, 1)
    counts = counted(path, f"at_every_call({str(path)!r}, {how!r}, {len(how) % every}, {every})")
    tally("killed at every call that writes", counts)


@pytest.mark.parametrize("how", ["before", "after", "part-half"])
def test_the_power_goes_at_every_call_that_writes(path: Path, tally: Tally, how: str) -> None:
    """All that was not synced is lost: bytes of files, and names in the folder."""
    every = often(13, 1)
    counts = counted(
        path, f"at_every_call({str(path)!r}, {how!r}, {len(how) % every}, {every}, power=True)"
    )
    tally("power lost at every call that writes", counts)


@pytest.mark.parametrize("how", ["before", "after", "part-half"])
def test_the_next_writer_is_killed_as_well(path: Path, tally: Tally, how: str) -> None:
    every = often(11, 1)
    for first in range(often(1, 3)):
        call = f"at_every_call({str(path)!r}, {how!r}, {first}, {every}, twice=True)"
        tally("two writers killed one after the other", counted(path, call))

"""Somebody is forgotten by a program that is killed: every file is whole, and the next one finishes it."""

from pathlib import Path

import pytest
from proving import Tally
from scenes import counted, often


@pytest.mark.parametrize("how", ["before", "after", "part-half"])
@pytest.mark.parametrize("power", [False, True])
def test_it_is_killed_at_every_call_that_writes(
    tmp_path: Path, tally: Tally, how: str, power: bool
) -> None:
    every = often(5, 1)
    path = tmp_path / "at" / "outreach.json"
    call = f"at_every_call({str(path)!r}, {how!r}, {len(how) % every}, {every}, power={power})"
    tally("killed while forgetting somebody", counted(path, call, module="forgotten"))

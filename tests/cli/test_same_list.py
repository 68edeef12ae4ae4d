"""The same records and day give the same list, byte for byte: in every process, from the cache, in any order."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from outreach_tui.store.journal import history_path, journal_path

DATA = Path(__file__).parents[1] / "data" / "northwind"
DAYS = ("1998-05-07", "1998-05-12", "1999-01-04")


def outreach(home: Path, file: Path, *argv: str) -> bytes:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "Europe/Berlin",
        "PYTHONHASHSEED": "random",
    }
    done = subprocess.run(
        [sys.executable, "-m", "outreach_tui", "--file", str(file), *argv],
        env=environment,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("day", DAYS)
def test_it_depends_on_nothing_else(tmp_path: Path, day: str) -> None:
    first, file = tmp_path / "first", tmp_path / "a" / "team.json"
    sheets = [str(DATA / name) for name in ("customers.csv", "orders.csv")]
    outreach(first, file, "--today", day, "import", *sheets)
    asked = ("--today", day, "today", "--json", "--why-not")
    wanted = outreach(first, file, *asked)
    assert len(json.loads(wanted)["suggestions"]) >= 3
    assert outreach(first, file, *asked) == wanted  # from the cache
    assert outreach(tmp_path / "second", file, *asked) == wanted  # from the records
    for stale in (journal_path(file), history_path(file)):
        stale.unlink()
    tables = json.loads(file.read_text())
    for name, table in tables.items():
        documents = list(reversed(table.values())) if name != "meta" else list(table.values())
        tables[name] = {str(key): document for key, document in enumerate(documents, 1)}
    file.write_text(json.dumps(dict(reversed(tables.items()))))
    assert outreach(tmp_path / "third", file, *asked) == wanted

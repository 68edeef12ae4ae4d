"""`docs/data-format.md` says what the program does."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from fakes import FixedClock
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Record
from outreach_tui.domain.tables import TABLES
from outreach_tui.store.journal import journal_path, line_of, parsed_journal
from outreach_tui.store.json_text import parsed, written
from outreach_tui.store.tinydb_file import TinyDbStore

PAGE = (Path(__file__).parents[3] / "docs" / "data-format.md").read_text(encoding="utf-8")


def test_its_example_is_what_we_would_write(tmp_path: Path) -> None:
    example, journal = (
        re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1].encode()  # type: ignore[index]  # fails as it should
        for kind in ("json", "jsonl")
    )
    assert b"".join(written(parsed(example))) == example
    path = tmp_path / "outreach.json"
    path.write_bytes(example)
    journal_path(path).write_bytes(journal)
    lines = parsed_journal(journal, path)
    assert lines.header is not None
    assert b"".join(map(line_of, [lines.header, *lines.entries])) == journal
    store = TinyDbStore(path, FixedClock(date(2026, 3, 2)))
    assert [row.name for row in store.rows().values()] == ["Ernst Handel"]
    assert [c.city for c in store.all(Customer)] == ["Graz-Liebenau"]
    assert store.problems == []
    assert not store.refresh()
    assert store.undo(member_id=None).did == "logged a call with Ernst Handel"
    assert [c.city for c in store.all(Customer)] == ["Graz"]


@pytest.mark.parametrize(("table", "kind"), TABLES.items())
def test_it_names_every_field_of_every_table(table: str, kind: type[Record]) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{table}` |")]
    named = {name.rstrip("[]{}") for name in re.findall(r"`([a-z_]+(?:\[\]|\{\})?)`", row)}
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    assert fields.keys() - {"id"} <= named
    needed = {name.rstrip("[]") for name in re.findall(r"\*\*`([a-z_\[\]]+)`\*\*", row)}
    assert needed == {name for name, field in fields.items() if field.required} - {"id"}

"""From each schema of the file to the next, by name. A file is changed in memory first, and on disk after a backup."""

from collections.abc import Callable
from typing import NamedTuple

from outreach_tui.store.json_text import RawTables
from outreach_tui.store.meta import SCHEMA, change_meta


class Migration(NamedTuple):
    """One step."""

    to: int
    name: str
    apply: Callable[[RawTables], None]


def _undo_moves_to_the_journal(raw: RawTables) -> None:
    """Schema 1 kept the inverse of the last commit in `meta`; commits are in the journal now."""
    change_meta(raw, drop="last")


MIGRATIONS = (Migration(2, "undo moves to the journal", _undo_moves_to_the_journal),)


def migrate(raw: RawTables, schema: int) -> list[str]:
    """Bring the tables of a file of this schema up to date, and return the names of the steps taken."""
    due = [migration for migration in MIGRATIONS if migration.to > schema]
    assert [m.to for m in due] == list(range(schema + 1, SCHEMA + 1))
    for migration in due:
        migration.apply(raw)
    return [migration.name for migration in due]

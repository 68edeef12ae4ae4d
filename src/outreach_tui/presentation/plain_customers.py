"""The list of customers as a table of text."""

from collections.abc import Sequence

from rich.cells import cell_len

from outreach_tui.domain.standing import Standing
from outreach_tui.domain.when import say_day
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.layout import Piece, PieceLine
from outreach_tui.presentation.plain_table import Column, plain, table
from outreach_tui.presentation.words import (
    loyalty_parts,
    meeting_time,
    state_cell,
)

_COLUMNS = (
    Column("Name", least=20),
    Column("City", least=10),
    Column("T"),
    Column("Loyalty"),
    Column("State"),
    Column("Last talk"),
    Column("Next meeting"),
    Column("Owner", least=8),
)
_NEXT, _OWNER = 6, 7
_DISPENSABLE = (_OWNER, _NEXT, 3, 1, 5)
"""Columns that go, in this order, where there is no room for names."""


def customer_table(
    standings: Sequence[Standing], reading: Reading, room: int | None
) -> list[PieceLine]:
    """Return a heading and one line a customer; without `room` nothing is cut."""
    rows = [_row(standing, reading) for standing in standings]
    shown = [
        i
        for i in range(len(_COLUMNS))
        if i not in (_NEXT, _OWNER) or any(row[i][0] for row in rows)
    ]
    for column in _DISPENSABLE:
        if room is None or _least(rows, shown) <= room:
            break
        shown = [i for i in shown if i != column]
    return table([_COLUMNS[i] for i in shown], [[row[i] for i in shown] for row in rows], room)


def _least(rows: Sequence[Sequence[Piece]], shown: Sequence[int]) -> int:
    """Return how many cells a row takes at least."""
    return 2 * (len(shown) - 1) + sum(
        _COLUMNS[i].least or max(cell_len(row[i][0]) for row in rows) for i in shown
    )


def _row(standing: Standing, reading: Reading) -> list[Piece]:
    row = standing.facts
    talked = say_day(row.last_live_on, reading.today) if row.last_live_on else "never"
    at = row.next_meeting_at(reading.now)
    meets = meeting_time(at, reading.zone, reading.today) if at else ""
    return [
        plain(row.name),
        plain(row.city),
        plain(standing.tier.value),
        plain(loyalty_parts(standing.loyalty)),
        state_cell(standing, reading.today),
        plain(talked),
        plain(meets),
        plain(reading.members.get(row.owner_id or "", "")),
    ]

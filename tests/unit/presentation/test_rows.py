"""Rows of lists: columns fit the width, and the line of a commitment says what it is."""

from datetime import UTC, datetime

import pytest

from outreach_tui.domain.commitments import Commitment, CommitmentKind
from outreach_tui.domain.day import Item, ItemState
from outreach_tui.domain.day_list import Lane, Suggestion, SuggestionKind
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.rows import (
    COLUMNS,
    GAP,
    MARKER,
    columns_for,
    commitment_row,
    item_row,
)
from unit.domain.making import row, stand

NOON = datetime(2026, 11, 26, 11, tzinfo=UTC)
READING = Reading(NOON, "Europe/Berlin", {})


@pytest.mark.parametrize("width", range(20, 221, 5))
def test_columns_never_need_more_than_the_width_and_the_name_is_always_there(width: int) -> None:
    columns = columns_for(width)
    needed = MARKER + sum(cells for _, cells in columns) + GAP * (len(columns) - 1)
    assert needed <= max(width, MARKER + COLUMNS[0].least)
    assert columns[0][0].name == "name"


def test_a_wide_screen_shows_every_column() -> None:
    assert [column.name for column, _ in columns_for(200)] == [column.name for column in COLUMNS]


NAME = "Stroopwafelbakkerij De Vier Molens"


def _row(state: ItemState, width: int, by: str = "") -> str:
    suggestion = Suggestion(
        kind=SuggestionKind.CHECK_IN_CALL, lane=Lane.DUE, customer_id="c", reasons=()
    )
    standing = stand(row(name=NAME))
    item = Item(id="x", suggestion=suggestion, state=state, by=by)
    return "".join(text for text, _ in item_row(item, standing, width, current=False))


@pytest.mark.parametrize("state", [s for s in ItemState if s is not ItemState.WAITING])
def test_what_became_of_a_long_name_has_its_room(state: ItemState) -> None:
    word = _row(state, 80).split()[-1]
    short = _row(state, 29)
    assert short.startswith(f"{short[0]} Stroopwafel")
    assert "…" in short
    assert short.endswith(f" {word}")
    assert _row(state, 29, by="Katharina") == short, "who did it goes before the name does"
    assert _row(state, 80, by="Katharina").endswith(", Katharina")


def test_a_name_that_waits_goes_before_why() -> None:
    assert _row(ItemState.WAITING, 36)[2:] == NAME


def _said(**fields: object) -> str:
    commitment = Commitment(id="x", customer_id="c", on=NOON.date(), **fields)  # type: ignore[arg-type]
    line = commitment_row(commitment, "Acme", 60, READING, current=False)
    return "".join(text for text, _ in line).rstrip()


def test_each_commitment_says_what_it_is() -> None:
    meeting = {"kind": CommitmentKind.MEETING, "at": NOON}
    assert _said(**meeting, what="visit") == "· 12:00 visit Acme"
    assert _said(**meeting, what="block", text="Calls: 3 customers") == "· 12:00 Calls: 3 customers"
    assert _said(kind=CommitmentKind.AFTER_MEETING, what="visit") == "! how was Acme?"
    assert _said(kind=CommitmentKind.PROMISE, text="samples") == "· samples · Acme"
    assert (
        _said(kind=CommitmentKind.ANSWER, text="does it wash off")
        == "? answer Acme: does it wash off"
    )

"""Rows of lists: the day's list, and the table of customers with columns that fit the width."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from outreach_tui.domain.commitments import Commitment, CommitmentKind
from outreach_tui.domain.day import DONE, Item, ItemState
from outreach_tui.domain.day_list import PERSON_KINDS, Suggestion, SuggestionKind
from outreach_tui.domain.meeting import MeetingKind
from outreach_tui.domain.standing import Standing, State, can_meet
from outreach_tui.domain.text import fold
from outreach_tui.domain.when import say_day, say_weekday
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.layout import Piece, PieceLine, apart, fit
from outreach_tui.presentation.words import (
    CURRENT,
    LATE,
    SNOOZED,
    WAITING,
    loyalty_parts,
    meeting_time,
    state_cell,
)
from outreach_tui.presentation.words import DONE as DONE_SYMBOL

SECTIONS = {
    SuggestionKind.THANK_YOU_CALL: "Call",
    SuggestionKind.CHECK_IN_CALL: "Call",
    SuggestionKind.TELL_BACK: "Call",
    SuggestionKind.ANSWER: "Call",
    SuggestionKind.WRITE: "Write",
    SuggestionKind.VISIT: "Visit",
    SuggestionKind.USER_GROUP: "Invite",
    SuggestionKind.CO_CREATE: "Invite",
    SuggestionKind.INTRODUCTION: "Introduce",
}
_HINTS = {
    ItemState.TALKED: "talked",
    ItemState.PLANNED: "planned",
    ItemState.INTRODUCED: "introduced",
    ItemState.TOLD: "told",
    ItemState.NO_ANSWER: "no answer",
    ItemState.SNOOZED: "snoozed",
    ItemState.WRONG_REASON: "wrong",
    ItemState.PAUSED: "paused",
    ItemState.GONE: "removed",
}


def heading_row(title: str, width: int) -> PieceLine:
    """Return the line above a section."""
    return [(f"{title} ", "heading"), ("─" * max(0, width - cell_len(title) - 1), "muted")]


def commitment_row(
    commitment: Commitment, name: str, width: int, reading: Reading, *, current: bool
) -> PieceLine:
    """Return the line of a commitment."""
    if commitment.kind is CommitmentKind.MEETING and commitment.at is not None:
        clock = meeting_time(commitment.at, reading.zone, reading.today)
        block = commitment.what == MeetingKind.BLOCK  # of many customers, named by its purpose
        what = commitment.text if block else f"{commitment.what} {name}"
        symbol, text = WAITING, f"{clock} {what}"
    elif commitment.kind is CommitmentKind.AFTER_MEETING:
        symbol, text = LATE, f"how was {name}?"
    elif commitment.kind is CommitmentKind.PROMISE:
        symbol, text = (
            (LATE if commitment.on < reading.today else WAITING),
            f"{commitment.text} · {name}",
        )
    else:
        symbol, text = "?", f"answer {name}: {commitment.text}"
    role = "late" if symbol == LATE else ""
    return [(f"{CURRENT if current else symbol} ", role), (fit(text, width - 2), "")]


def item_row(item: Item, standing: Standing | None, width: int, *, current: bool) -> PieceLine:
    """Return the line of a suggestion: symbol, name, and at the right what it is about or what became of it."""
    suggestion = item.suggestion
    name = suggestion_name(suggestion, standing)
    if item.state is ItemState.WAITING:
        hint, role = _waiting_hint(item, standing)
        symbol = LATE if role == "late" else WAITING
        text_role = ""
    else:
        hint = became_words(item)
        if _too_long(name, hint, width):
            hint = became_words(item, by=False)
        symbol = DONE_SYMBOL if item.state in DONE else SNOOZED
        role = text_role = "muted"
    symbol_role = "fresh" if symbol == DONE_SYMBOL else role
    left: list[Piece] = [(f"{CURRENT if current else symbol} ", symbol_role), (name, text_role)]
    # Where there is no room for both, what became of a line goes before its name, and a name before why it waits.
    waits = item.state is ItemState.WAITING
    right: list[Piece] = [] if waits and _too_long(name, hint, width) else [(hint, role)]
    return apart(left, right, width)


def became_words(item: Item, *, by: bool = True) -> str:
    """Return what became of a suggestion, and `by` whom if that was somebody else; nothing while it waits."""
    if item.state is ItemState.WAITING:
        return ""
    written = item.state is ItemState.TALKED and item.suggestion.kind is SuggestionKind.WRITE
    word = "written" if written else _HINTS[item.state]
    return f"{word}, {item.by}" if by and item.by else word


def _too_long(name: str, hint: str, width: int) -> bool:
    return cell_len(name) + cell_len(hint) + 3 > width


def suggestion_name(suggestion: Suggestion, standing: Standing | None) -> str:
    """Return how a suggestion is listed: the customer, or what several have in common and how many they are."""
    name = standing.facts.name if standing else "removed customer"
    count = suggestion.count
    match suggestion.kind:
        case SuggestionKind.INTRODUCTION:
            return f"{name} & {suggestion.other.name}"
        case SuggestionKind.CO_CREATE:
            return f"{suggestion.theme}, {count} askers"
        case SuggestionKind.USER_GROUP if suggestion.on is not None:
            day = say_weekday(suggestion.on)
            return f"{suggestion.place or suggestion.theme} {day}".lstrip()
        case SuggestionKind.USER_GROUP:
            known = standing is None or standing.loyalty.total is not None
            return f"{suggestion.place}, {count} {'loyal' if known else 'customers'}"
        case SuggestionKind.VISIT:
            return f"{suggestion.place}, {count} customers"
    return name


def _waiting_hint(item: Item, standing: Standing | None) -> tuple[str, str]:
    if item.block_id:
        return "in a block", "muted"
    if item.suggestion.kind is SuggestionKind.THANK_YOU_CALL:
        return "thank", "fresh"
    if item.suggestion.kind in PERSON_KINDS and standing is not None:
        words = {State.NEVER: "first talk", State.FRESH: "reason"}.get(
            standing.state, standing.state.value
        )
        return words, standing.state.value
    return "", "muted"


class Column(NamedTuple):
    """One column of the customers' table."""

    name: str
    title: str
    least: int
    """Cells it needs to be of use."""
    most: int
    """Cells beyond which it gains nothing."""
    rank: int
    """Columns of a high rank go first where there is no room."""
    cell: Callable[[Standing, Reading], Piece]
    key: Callable[[Standing, Reading], object]
    """What the table is sorted by; names break ties."""
    right: bool = False


def _meeting_cell(standing: Standing, reading: Reading) -> Piece:
    at = standing.facts.next_meeting_at(reading.now)
    return ("", "") if at is None else (meeting_time(at, reading.zone, reading.today), "")


def _last_cell(standing: Standing, reading: Reading) -> Piece:
    on = standing.facts.last_live_on
    return ("never", "muted") if on is None else (say_day(on, reading.today), "")


COLUMNS = (
    Column("name", "Name", 18, 28, 0, lambda s, _: (s.facts.name, ""), lambda s, _: fold(s.facts.name)),
    Column("city", "City", 10, 16, 3, lambda s, _: (s.facts.city, "muted"), lambda s, _: fold(s.facts.city)),
    Column("tier", "T", 1, 1, 1, lambda s, _: (s.tier.value, "strong"), lambda s, _: s.tier.value),
    Column("loyalty", "Loyalty", 17, 17, 4, lambda s, _: (loyalty_parts(s.loyalty), "muted"), lambda s, _: -s.total),
    Column(
        "state", "State", 15, 15, 1,
        lambda s, r: state_cell(s, r.today),
        lambda s, r: -s.ratio if can_meet(s.facts, r.today) else 1.0,
    ),
    Column("last", "Last talk", 11, 11, 2, _last_cell, lambda s, _: str(s.facts.last_live_on or "")),
    Column(
        "next", "Next meeting", 16, 16, 5, _meeting_cell,
        lambda s, r: str(s.facts.next_meeting_at(r.now) or "9999"),
    ),
    Column(
        "owner", "Owner", 8, 12, 6,
        lambda s, r: (r.members.get(s.facts.owner_id or "", ""), "muted"),
        lambda s, r: fold(r.members.get(s.facts.owner_id or "", "")) or "~",
    ),
)  # fmt: skip
GAP = 2
NAME_MORE = 16
"""Names get so much of what all others leave."""
MARKER = 2
"""Cells before the first column, for the cursor and marks."""


def columns_for(width: int) -> list[tuple[Column, int]]:
    """Return the columns that fit and their widths; those of the lowest rank stay longest, names take what is left."""
    chosen = list(COLUMNS)
    while len(chosen) > 1 and _needed(chosen) > width:
        chosen.remove(max(chosen, key=lambda c: c.rank))
    widths = {column.name: column.least for column in chosen}
    spare = width - _needed(chosen)
    for column in sorted(chosen, key=lambda c: c.rank):
        more = min(spare, column.most - column.least)
        widths[column.name] += max(0, more)
        spare -= max(0, more)
    widths[chosen[0].name] += min(spare, NAME_MORE)
    return [(column, widths[column.name]) for column in chosen]


def _needed(columns: Sequence[Column]) -> int:
    return MARKER + sum(c.least for c in columns) + GAP * (len(columns) - 1)


def table_head(width: int, sorted_by: str) -> PieceLine:
    """Return the line with the titles; the sorted column is marked."""
    line: PieceLine = [(" " * MARKER, "")]
    for column, cells in columns_for(width):
        title = (
            f"{column.title} ▾"
            if column.name == sorted_by and cells > len(column.title) + 1
            else column.title
        )
        line += [
            (fit(title, cells), "heading" if column.name == sorted_by else "muted"),
            (" " * GAP, ""),
        ]
    return line


def table_row(
    standing: Standing, width: int, reading: Reading, *, current: bool, marked: bool
) -> PieceLine:
    """Return the line of one customer."""
    symbol = CURRENT if current else "●" if marked else " "
    line: PieceLine = [(fit(symbol, MARKER), "accent" if marked else "")]
    for column, cells in columns_for(width):
        text, role = column.cell(standing, reading)
        line += [(fit(text, cells), role), (" " * GAP, "")]
    return line

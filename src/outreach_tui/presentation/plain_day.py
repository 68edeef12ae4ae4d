"""The day's list as a page of text: what was promised, then whom to talk to and why, then who was left out."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from outreach_tui.domain.commitments import Commitment, CommitmentKind
from outreach_tui.domain.day import DONE, Day, Item, ItemState
from outreach_tui.domain.day_list import PERSON_KINDS, LeftOut, Suggestion, SuggestionKind
from outreach_tui.domain.ids import short
from outreach_tui.domain.phone import say_phone
from outreach_tui.domain.standing import Standing, State
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import say_weekday
from outreach_tui.presentation.cards import Reading, commitment_words
from outreach_tui.presentation.days import free_words, unknown_words
from outreach_tui.presentation.layout import Piece, PieceLine, apart, hanging
from outreach_tui.presentation.plain_table import heading, paragraph
from outreach_tui.presentation.rows import SECTIONS, suggestion_name
from outreach_tui.presentation.words import (
    DONE as DONE_SYMBOL,
)
from outreach_tui.presentation.words import (
    KIND_WORDS,
    LATE,
    SNOOZED,
    WAITING,
    mind_words,
    near_words,
    state_words,
    window_words,
)

INDENT = 4
LABEL = 10
"""Cells for what stands before the reasons."""

_TALKED_TO = PERSON_KINDS | {SuggestionKind.INTRODUCTION}
"""For whom the page says who is called, and when."""

Standings = Mapping[str, Standing]
"""By the id of the customer; without those who were removed."""


def day_head(day: Day, room: int) -> PieceLine:
    """Return whose day it is and how far it is."""
    counts = [f"{day.done} of {len(day.items)} done" if day.items else ""]
    counts.append(f"{day.snoozed} snoozed" if day.snoozed else "")
    left: list[Piece] = [
        (f"{say_weekday(day.on)} {day.on.year} · {clean_line(day.member.name)}", "heading")
    ]
    return apart(left, [(" · ".join(filter(None, counts)), "muted")], room)


def commitment_lines(
    day: Day, standings: Standings, reading: Reading, room: int
) -> list[PieceLine]:
    """Return what was promised, late things first as the day has them, then what holds for all of the day."""
    lines: list[PieceLine] = []
    for commitment in day.commitments:
        lines += _commitment(commitment, standings, reading, room)
    if lines:
        lines = [[], heading("Planned and promised"), *lines]
    free = free_words(day) if day.free and not day.items else ""
    for words in filter(None, (free, unknown_words(day))):
        lines += [[], *paragraph(words, room)]
    return lines


def _commitment(
    commitment: Commitment, standings: Standings, reading: Reading, room: int
) -> list[PieceLine]:
    late = commitment.kind is CommitmentKind.AFTER_MEETING or commitment.on < reading.today
    standing = standings.get(commitment.customer_id or "")
    name = clean_line(standing.facts.name) if standing else ""
    words = (
        f"{name}: {commitment_words(commitment, reading)}"
        if name
        else commitment_words(commitment, reading)
    )
    symbol = LATE if late else WAITING
    lines = hanging(
        f"  {symbol}",
        clean_line(f"{words} ({short(commitment.id)})"),
        room,
        indent=INDENT,
        label_role="late" if late else "",
    )
    return lines + _mind(standing, reading, room)


def _mind(standing: Standing | None, reading: Reading, room: int) -> list[PieceLine]:
    words = mind_words(standing.facts, reading.today) if standing else ""
    return _labelled("Mind", words, room) if words else []


def suggestion_lines(
    items: Sequence[Item], standings: Standings, reading: Reading, room: int
) -> list[PieceLine]:
    """Return the suggestions under what is to be done: call, write, visit, invite."""
    lines: list[PieceLine] = []
    sections = list(dict.fromkeys(SECTIONS.values()))

    def section_of(item: Item) -> str:
        return SECTIONS[item.suggestion.kind]

    ordered = sorted(items, key=lambda item: sections.index(section_of(item)))
    for section, group in groupby(ordered, key=section_of):
        lines += [[], heading(section)]
        for item in group:
            lines += _item(item, standings.get(item.suggestion.customer_id), reading, room)
    return lines


def _item(item: Item, standing: Standing | None, reading: Reading, room: int) -> list[PieceLine]:
    suggestion = item.suggestion
    symbol, role = _symbol(item, standing)
    left: list[Piece] = [
        (f"  {symbol} ", role),
        (_name(suggestion, standing), "strong"),
        (_about(suggestion, standing), ""),
    ]
    became = item.state.value.replace("-", " ") if item.state is not ItemState.WAITING else ""
    by = f" by {clean_line(item.by)}" if item.by else ""
    right = f"{became}{by}" if became else KIND_WORDS[suggestion.kind].lower()
    lines = [apart(left, [(right, "muted")], room)]
    if item.state is not ItemState.WAITING:
        return lines
    if suggestion.kind in _TALKED_TO:
        who = _whom(suggestion, standing)
        lines += paragraph(who, room, indent=INDENT, role="muted") if who else []
    for reason in suggestion.reasons:
        lines += paragraph(reason.text, room, indent=INDENT)
    if suggestion.thank_for and all(reason.code != "thank" for reason in suggestion.reasons):
        lines += paragraph(f"Thank them for {suggestion.thank_for}.", room, indent=INDENT)
    lines += _mind(standing, reading, room)
    if suggestion.question:
        lines += _labelled("Ask", suggestion.question, room)
    if suggestion.near:
        lines += _labelled("Whom", _around(suggestion, standing), room)
    return lines


def _around(suggestion: Suggestion, standing: Standing | None) -> str:
    """Return whom a journey or a group is for: the customer first, then those near by."""
    near = near_words(suggestion)
    return ", ".join([standing.facts.name, *near] if standing else near)


def _labelled(label: str, text: str, room: int) -> list[PieceLine]:
    return hanging(" " * INDENT + label, clean_line(text), room, indent=INDENT + len(label) + 2)


def _symbol(item: Item, standing: Standing | None) -> Piece:
    if item.state in DONE:
        return DONE_SYMBOL, "fresh"
    if item.state is not ItemState.WAITING:
        return SNOOZED, "muted"
    late = (
        standing is not None
        and standing.state is State.LATE
        and item.suggestion.kind in PERSON_KINDS
    )
    return (LATE, "late") if late else (WAITING, "")


def _name(suggestion: Suggestion, standing: Standing | None) -> str:
    return clean_line(suggestion_name(suggestion, standing))


def _about(suggestion: Suggestion, standing: Standing | None) -> str:
    if standing is None or suggestion.kind not in PERSON_KINDS:
        return ""
    row = standing.facts
    parts = (
        row.city,
        standing.tier.value,
        state_words(standing) if standing.state is State.LATE else "",
    )
    return "".join(f" · {clean_line(part)}" for part in parts if part)


def _whom(suggestion: Suggestion, standing: Standing | None) -> str:
    row = standing.facts if standing else None
    parts = [row.contact_name, say_phone(row.phone, row.place)] if row else []
    if suggestion.kind is not SuggestionKind.WRITE:
        parts.append(window_words(suggestion.call_window))
    elif row and row.email:
        parts[-1] = row.email
    return " · ".join(filter(None, parts))


def left_out_lines(
    left_out: Sequence[LeftOut], more: str, standings: Standings, room: int
) -> list[PieceLine]:
    """Return who is not suggested today, why, and when that may change."""
    lines: list[PieceLine] = [[], heading("Not today, and why")]
    for left in left_out:
        standing = standings.get(left.customer_id)
        again = f"; again from {say_weekday(left.next_on)}" if left.next_on else ""
        name = standing.facts.name if standing else short(left.customer_id)
        lines += hanging(
            f"  {WAITING}", clean_line(f"{name}: {left.reason}{again}"), room, indent=INDENT
        )
    if more:
        lines += hanging(f"  {WAITING}", more, room, indent=INDENT)
    elif not left_out:
        lines.append([("  Nobody was left out.", "")])
    return lines

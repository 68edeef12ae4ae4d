"""Settle what two people changed: both values of each field side by side, and which of them it is to be."""

from collections.abc import Sequence
from itertools import zip_longest

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Clash
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.differences import (
    Difference,
    difference_lines,
    field_words,
    value_words,
)
from outreach_tui.presentation.layout import PieceLine, wrap
from outreach_tui.screens.modals.dialog import Dialog
from outreach_tui.widgets.piece_view import PieceView


class Differences(PieceView, can_focus=True):
    """The fields, one of them current; each holds theirs or mine."""

    BINDINGS = [
        Binding("left,h", "choose(False)", "theirs", show=False),
        Binding("right,l", "choose(True)", "yours", show=False),
        Binding("space", "choose_other", "the other", show=False),
        Binding("up,k", "go(-1)", "field before", show=False),
        Binding("down,j", "go(1)", "next field", show=False),
        Binding("enter", "take", "save", show=False),
    ]

    class Taken(Message):
        """Every field is as it is to be."""

    def __init__(self, text: str, differences: Sequence[Difference]) -> None:
        super().__init__(id="differences")
        self._text = text
        self._fields = differences
        self.mine = [False] * len(differences)
        self._current = 0
        self._tops = [0] * (len(differences) + 1)

    def on_mount(self) -> None:
        """Lay out, as high as that takes."""
        self.show(self._lay_out_all)

    def on_resize(self) -> None:
        """Be as high as the lines for the new width."""
        super().on_resize()
        self.styles.height = len(self._lines)

    def _lay_out_all(self, width: int) -> list[PieceLine]:
        lines: list[PieceLine] = [[(line, "")] for line in wrap(self._text, width)]
        for number, difference in enumerate(self._fields):
            lines.append([])
            self._tops[number] = len(lines)
            lines += difference_lines(
                difference,
                width,
                mine=self.mine[number],
                current=number == self._current,
            )
        self._tops[-1] = len(lines)
        return lines

    def _again(self) -> None:
        self.show(self._lay_out_all, keep_place=True)

    def action_choose(self, mine: bool) -> None:
        """Take mine, or theirs, for the current field."""
        self.mine[self._current] = mine
        self._again()

    def action_choose_other(self) -> None:
        """Take the other one."""
        self.action_choose(not self.mine[self._current])

    def action_go(self, step: int) -> None:
        """Go to another field; scroll first where the current one does not fit."""
        height = self.scrollable_content_region.height
        top, end = self._tops[self._current], self._tops[self._current + 1]
        below = end - (self.scroll_offset.y + height)
        above = self.scroll_offset.y - (0 if self._current == 0 else top)
        hidden = below if step > 0 else above
        if hidden > 0 and end - top > height:
            self.scroll_relative(y=step * min(hidden, height - 1), animate=False)
            return
        self._current = min(max(self._current + step, 0), len(self._fields) - 1)
        self._again()
        top, end = self._tops[self._current], self._tops[self._current + 1]
        if end > self.scroll_offset.y + height:
            self.scroll_to(y=min(end - height, top), animate=False)
        if top < self.scroll_offset.y or self._current == 0:
            self.scroll_to(y=0 if self._current == 0 else top, animate=False)

    def action_take(self) -> None:
        """Say that the choice is made."""
        self.post_message(self.Taken())

    def on_click(self, event: events.Click) -> None:
        """Take the value that was clicked."""
        y = event.y - self.gutter.top + self.scroll_offset.y
        for number, top in enumerate(self._tops[:-1]):
            if top <= y < self._tops[number + 1]:
                self._current = number
                self.action_choose(event.x >= self.scrollable_content_region.width // 2)


class Settle(Dialog[Sequence[Clash]]):
    """Returns the clashes in which mine is to be written over theirs, None for nothing at all.

    It begins with theirs everywhere. Whoever presses enter without reading loses then what they typed a minute ago and
    can type again, and are told what it was; with mine they would take away what somebody else wrote, who is not there
    to notice it.
    """

    BINDINGS = [Binding("ctrl+s", "take", "save", show=False)]
    DEFAULT_CSS = """
    Settle > #box { width: 90; }
    Settle #differences { height: 1; max-height: 80vh; }
    """

    def __init__(
        self, why: str, clashes: Sequence[Clash], reading: Reading, whose: Sequence[str] = ()
    ) -> None:
        """`why` says what happened; `whose` tells for each clash who wrote the value on file: "Ben's", "theirs"."""
        names = list(dict.fromkeys(clash.called for clash in clashes))
        several = len({clash.id for clash in clashes}) > 1
        super().__init__(
            clean_line(
                f"Changed meanwhile: {names[0] if not several else f'{len(names)} records'}"
            ),
            "← theirs · → yours · ↑↓ move · enter saves · esc back",
        )
        self._clashes = clashes
        differences = [
            Difference(
                field_words(clash.field) + f" of {clash.called}" * several,
                value_words(clash.field, clash.theirs, reading),
                value_words(clash.field, clash.yours, reading),
                f"{by or 'theirs'}, on file",
            )
            for clash, by in zip_longest(clashes, whose)
        ]
        why = clean_line(why)
        self._differences = Differences(
            f"{why[:1].upper()}{why[1:]}. Which one is right?", differences
        )

    def inside(self) -> list[Widget]:
        """Return the fields."""
        return [self._differences]

    def on_mount(self) -> None:
        """Begin with the first field."""
        self._differences.focus()

    def on_differences_taken(self) -> None:
        """Return what was chosen."""
        self.action_take()

    def action_take(self) -> None:
        """Return what was chosen."""
        self.answer(
            [c for c, mine in zip(self._clashes, self._differences.mine, strict=True) if mine]
        )

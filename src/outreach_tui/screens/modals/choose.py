"""Choose one of a few things, by its letter or with enter."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from rich.cells import cell_len
from textual import events
from textual.widget import Widget

from outreach_tui.presentation.layout import PieceLine, cut, wrap
from outreach_tui.screens.modals.dialog import Dialog
from outreach_tui.widgets.piece_view import PieceList, PieceView

Value = TypeVar("Value")
TEXT_LINES = 12
NARROWEST, WIDEST = 66, 96
_AROUND = 7
"""Cells of border, padding and scroll bar."""
_KEY = 7
_GAP = "   "


class Choice(NamedTuple, Generic[Value]):
    """One line of the dialog."""

    key: str
    """The letter or digit that chooses it; from 10 on a number is not shown, since no key types it."""
    label: str
    value: Value
    detail: str = ""


class Choose(Dialog[Value]):
    """Returns the value of the choice, None for none."""

    BINDINGS = [("enter", "choose", "choose")]
    DEFAULT_CSS = """
    Choose PieceList { height: auto; max-height: 14; }
    Choose #text { height: auto; max-height: 12; margin-bottom: 1; }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice[Value]],
        text: str = "",
        *,
        leaves: str = "esc cancels",
    ) -> None:
        super().__init__(title, f"letter or enter chooses · {leaves}")
        self._choices = choices
        self._text = text

    def inside(self) -> list[Widget]:
        """Return the text and the choices."""
        rows = PieceList(id="choices")
        rows.styles.height = min(len(self._choices), 14)
        if not self._text:
            return [rows]
        text = PieceView(id="text")
        text.can_focus = False
        text.styles.height = min(TEXT_LINES, len(self._text_lines(56)))
        return [text, rows]

    def on_mount(self) -> None:
        """Show the choices, the first one under the cursor."""
        if self._text:
            self.query_one("#text", PieceView).show(
                lambda width: [[(line, "")] for line in self._text_lines(width)]
            )
        rows = self.query_one("#choices", PieceList)
        rows.show_rows([str(number) for number in range(len(self._choices))], self._row)
        rows.focus()
        longest = max((_length(choice) for choice in self._choices if choice.detail), default=0)
        box = self.query_one("#box")
        box.styles.width = min(max(NARROWEST, longest + _AROUND), WIDEST)

    def _text_lines(self, width: int) -> list[str]:
        return [line for part in self._text.split("\n") for line in wrap(part, width)]

    def _row(self, index: int, width: int) -> PieceLine:
        choice = self._choices[index]
        label = cut(choice.label, width - _KEY)
        room = width - _KEY - cell_len(label)
        detail = cut(f"{_GAP}{choice.detail}", room) if choice.detail else ""
        key = choice.key if len(choice.key) == 1 else ""
        return [
            (f"{key:>5}  ", "key"),
            (label, ""),
            (detail, "muted"),
        ]

    def on_key(self, event: events.Key) -> None:
        """Choose by letter."""
        for choice in self._choices:
            if event.character == choice.key:
                event.stop()
                self.answer(choice.value)
                return

    def action_choose(self) -> None:
        """Choose what is under the cursor."""
        row_id = self.query_one("#choices", PieceList).row_id
        if row_id is not None:
            self.answer(self._choices[int(row_id)].value)

    def on_piece_list_chosen(self, message: PieceList.Chosen) -> None:
        """Choose by a click."""
        self.answer(self._choices[int(message.row_id)].value)


def _length(choice: Choice[Value]) -> int:
    """Return how many cells a line takes that is not cut."""
    return _KEY + cell_len(f"{choice.label}{_GAP}{choice.detail}")

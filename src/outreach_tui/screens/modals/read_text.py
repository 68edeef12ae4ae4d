"""Read a longer text: all keys, or why this and why not the others."""

from collections.abc import Callable, Sequence

from textual.widget import Widget

from outreach_tui.presentation.layout import Piece
from outreach_tui.screens.modals.dialog import Dialog
from outreach_tui.widgets.piece_view import PieceView


class ReadText(Dialog[None]):
    """Shows lines that are laid out for the width; any of the usual keys closes it."""

    BINDINGS = [
        ("q,enter,question_mark,f1,w", "no_answer", "close"),
        ("j", "scroll(1)", "down"),
        ("k", "scroll(-1)", "up"),
    ]
    DEFAULT_CSS = """
    ReadText > #box { width: 90; height: 90%; padding: 1 1 0 2; }
    ReadText #text { height: 1fr; }
    """

    def __init__(self, title: str, layout: Callable[[int], Sequence[Sequence[Piece]]]) -> None:
        super().__init__(title, "j k scroll · esc closes")
        self._layout = layout

    def inside(self) -> list[Widget]:
        """Return the text."""
        return [PieceView(id="text")]

    def on_mount(self) -> None:
        """Lay out the text."""
        view = self.query_one("#text", PieceView)
        view.can_focus = True
        view.show(self._layout)
        view.focus()

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#text", PieceView).scroll_relative(y=lines, animate=False)

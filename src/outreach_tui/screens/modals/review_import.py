"""What an import would do, before it does it."""

from collections.abc import Callable, Sequence

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from outreach_tui.presentation.layout import Piece
from outreach_tui.screens.modals.dialog import Dialog
from outreach_tui.widgets.piece_view import PieceView


class ReviewImport(Dialog[bool]):
    """Returns True to import, None to go a step back."""

    BINDINGS = [
        Binding("enter", "take", "import"),
        Binding("j", "scroll(1)", "down", show=False),
        Binding("k", "scroll(-1)", "up", show=False),
    ]
    DEFAULT_CSS = """
    ReviewImport {
        & > #box { width: 100; padding: 1 1 1 2; }
        & #text { height: auto; min-height: 3; max-height: 70vh; }
        & #question { height: auto; margin-top: 1; text-style: bold; }
    }
    """

    def __init__(
        self, new: str, layout: Callable[[int], Sequence[Sequence[Piece]]], asks: str = ""
    ) -> None:
        """`new` says what would create or change something: "3 rows"; empty where nothing does.

        `asks` says what is asked before it is done: "asks about 3 towns".
        """
        does = ("enter goes on" if asks else "enter imports") if new else "enter closes"
        super().__init__("Import: what it would do", f"{does} · j k scroll · esc back")
        self._new = new
        self._layout = layout
        self._does = f"{asks}, then imports" if asks else "imports"

    def inside(self) -> list[Widget]:
        """Return what would be done, and the question."""
        said = (
            f"enter {self._does} {self._new}; nothing is written before. u undoes it all."
            if self._new
            else "Nothing is new; there is nothing to import."
        )
        return [PieceView(id="text"), Static(Content(said), id="question")]

    def on_mount(self) -> None:
        """Lay out the text, as high as it is."""
        view = self.query_one("#text", PieceView)
        view.can_focus = True
        view.show(self._layout)
        view.focus()
        self.call_after_refresh(self._fit)

    def on_resize(self) -> None:
        """Fit again."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        view = self.query_one("#text", PieceView)
        width = view.scrollable_content_region.width or 60
        view.styles.height = len(self._layout(width))

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#text", PieceView).scroll_relative(y=lines, animate=False)

    def action_take(self) -> None:
        """Import, or close what brings nothing."""
        self.answer(bool(self._new))

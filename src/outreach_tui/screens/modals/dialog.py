"""What all dialogs share: a box in the middle, a title in its border, and `esc` for no answer."""

from typing import TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.notifications import Notification
from textual.screen import ModalScreen
from textual.widget import Widget

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None]):
    """Asks one typed question and never writes; None is no answer."""

    BINDINGS = [Binding("escape", "no_answer", "close", key_display="esc")]
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        & > #box {
            width: 66;
            max-width: 96%;
            height: auto;
            max-height: 96%;
            background: $surface;
            border: round $line-focus;
            border-title-color: $foreground;
            border-title-style: bold;
            border-subtitle-color: $muted;
            padding: 1 2;
        }
        & PieceView { background: $surface; }
    }
    """

    def __init__(self, title: str, keys: str = "enter ok · esc cancel") -> None:
        super().__init__()
        self._title = title
        self._keys = keys
        self._answered = False

    def on_mount(self) -> None:
        """Take away what was said in passing about the last deed: it would lie over the keys of this one."""
        for said in list(self.app._notifications):
            if said.severity == "information" and said.timeout <= Notification.timeout:
                self.app._unnotify(said)

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        with Vertical(id="box") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = Content(self._keys)
            yield from self.inside()

    def inside(self) -> list[Widget]:
        """Return what the box holds."""
        return []

    def answer(self, value: Answer | None) -> None:
        """Close with an answer; keys that were typed after the one that answered are for nobody."""
        if not self._answered:
            self._answered = True
            self.dismiss(value)

    def action_no_answer(self) -> None:
        """Close without an answer."""
        self.answer(None)

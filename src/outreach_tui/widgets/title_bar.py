"""The first line of a screen: the question it answers, and at the right how far we are."""

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from outreach_tui.presentation.layout import cut


class TitleBar(Widget):
    """One line, a text at each end."""

    DEFAULT_CSS = """
    TitleBar { height: 1; background: $surface; color: $foreground; }
    """
    left: reactive[str] = reactive("")
    right: reactive[str] = reactive("")

    def render(self) -> Content:
        """Draw both texts; the left one is cut where they meet."""
        width = self.size.width
        right = cut(self.right, max(width - 2, 0))
        left = cut(self.left, max(width - cell_len(right) - 3, 0))
        gap = max(1, width - cell_len(left) - cell_len(right) - 2)
        head, _, rest = left.partition(" · ")
        return Content.assemble(
            " ",
            (head, "$primary bold"),
            (f" · {rest}" if rest else "", ""),
            " " * gap,
            (right, "$muted"),
            " ",
        )

"""Merge two customers: both values of each field side by side, and which of them it is to be."""

from collections.abc import Collection, Sequence

from textual.binding import Binding
from textual.widget import Widget

from outreach_tui.domain.text import clean_line
from outreach_tui.presentation.differences import Difference
from outreach_tui.presentation.layout import cut
from outreach_tui.screens.modals.dialog import Dialog
from outreach_tui.screens.modals.settle import Differences

MOST = 24
"""Cells of a name in the title."""


class MergeFields(Dialog[Collection[str] | bool]):
    """Returns the fields of which the second one's value stays; False if they are two customers, None for nothing."""

    BINDINGS = [
        Binding("ctrl+s", "take", "merge", show=False),
        Binding("n", "apart", "two customers", show=False),
    ]
    DEFAULT_CSS = """
    MergeFields > #box { width: 90; }
    MergeFields #differences { height: 1; max-height: 80vh; }
    """

    def __init__(
        self, one: str, other: str, text: str, fields: Sequence[tuple[str, Difference]]
    ) -> None:
        """`fields` are their names and both values, at the left those of the customer that stays."""
        super().__init__(
            clean_line(f"Merge {cut(other, MOST)} into {cut(one, MOST)}?"),
            "← first · → second · ↑↓ move · enter merges · n they are two · esc",
        )
        self._names = [name for name, _ in fields]
        self._differences = Differences(text, [difference for _, difference in fields])

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
        chosen = zip(self._names, self._differences.mine, strict=True)
        self.answer([name for name, second in chosen if second])

    def action_apart(self) -> None:
        """Say that they are two."""
        self.answer(False)

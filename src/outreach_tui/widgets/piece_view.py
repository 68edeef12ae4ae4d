"""Lines of text drawn one by one: only what is visible costs anything, so that 20,000 rows stay fluid.

Text is given as pieces: a text and the role it plays. Roles become colours of the theme here; nothing is markup.
"""

from collections.abc import Callable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from outreach_tui.domain.text import clean_line
from outreach_tui.keymap import LIST, bindings
from outreach_tui.presentation.layout import Piece

ROLES = ("muted", "strong", "heading", "accent", "fresh", "due", "late", "never", "key")
"""Every role that a piece can play has a colour here."""


class PieceView(ScrollView):
    """Shows lines of pieces; `show` gives a function that lays them out for a width."""

    COMPONENT_CLASSES = {f"piece--{role}" for role in ROLES} | {
        "piece--cursor",
        "piece--cursor-blurred",
    }
    DEFAULT_CSS = """
    PieceView {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        background: $background;
        color: $foreground;
        & .piece--muted { color: $muted; }
        & .piece--strong { text-style: bold; }
        & .piece--heading { color: $primary; }
        & .piece--accent { color: $accent; }
        & .piece--key { color: $primary; text-style: bold; }
        & .piece--fresh { color: $state-fresh; }
        & .piece--due { color: $state-due; }
        & .piece--late { color: $state-late; text-style: bold; }
        & .piece--never { color: $state-never; }
        & .piece--cursor { background: $cursor; color: $cursor-text; }
        & .piece--cursor-blurred { background: $cursor-blurred; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._layout: Callable[[int], Sequence[Sequence[Piece]]] = lambda _: ()
        self._lines: Sequence[Sequence[Piece]] = ()
        self._laid_out_for = -1

    def show(
        self, layout: Callable[[int], Sequence[Sequence[Piece]]], *, keep_place: bool = False
    ) -> None:
        """Show what `layout` returns for the width of the view, in cells; again after each change of the width."""
        self._layout = layout
        self._laid_out_for = -1
        self._lay_out()
        if not keep_place:
            self.scroll_to(y=0, animate=False)

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0 or width == self._laid_out_for:
            return
        self._lines = self._layout(width)
        self._laid_out_for = width
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def on_resize(self) -> None:
        """Lay out again for the new width."""
        self._lay_out()

    def line_pieces(self, index: int, width: int) -> Sequence[Piece]:  # noqa: ARG002  lists lay out by line
        """Return the pieces of one line."""
        return self._lines[index] if index < len(self._lines) else ()

    def line_style(self, index: int) -> Style:  # noqa: ARG002  lists know a cursor
        """Return the style under all pieces of one line."""
        return self.rich_style

    def render_line(self, y: int) -> Strip:
        """Draw one visible line."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        base = self.line_style(index)
        segments = []
        left = width
        for text, role in self.line_pieces(index, width):
            safe = clean_line_keeping_spaces(text)
            length = cell_len(safe)
            if length > left:
                safe = set_cell_size(safe, left)
                length = left
            style = (
                base
                if not role
                else base + self.get_component_rich_style(f"piece--{role}", partial=True)
            )
            segments.append(Segment(safe, style))
            left -= length
            if left <= 0:
                break
        return Strip(segments).adjust_cell_length(width, base)


def clean_line_keeping_spaces(text: str) -> str:
    """Return `text` safe for the terminal, with the spaces that align it."""
    if text.isascii() and text.isprintable():
        return text
    head = text[: len(text) - len(text.lstrip(" "))]
    tail = text[len(text.rstrip(" ")) :] if text.strip(" ") else ""
    return f"{head}{clean_line(text)}{tail}"


class PieceList(PieceView, can_focus=True):
    """A list with a cursor; rows are laid out when they become visible. Headings cannot be chosen."""

    BINDINGS = bindings(LIST)

    cursor: reactive[int] = reactive(-1, repaint=False, init=False)

    class Moved(Message):
        """The cursor came to another row; `row_id` is None if there is none."""

        def __init__(self, view: "PieceList", row_id: str | None) -> None:
            super().__init__()
            self.view = view
            self.row_id = row_id

        @property
        def control(self) -> "PieceList":
            """The list."""
            return self.view

    class Chosen(Message):
        """A row was clicked that had the cursor already."""

        def __init__(self, view: "PieceList", row_id: str) -> None:
            super().__init__()
            self.view = view
            self.row_id = row_id

        @property
        def control(self) -> "PieceList":
            """The list."""
            return self.view

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._ids: Sequence[str | None] = ()
        self._row: Callable[[int, int], Sequence[Piece]] = lambda _index, _width: ()

    def show_rows(
        self,
        ids: Sequence[str | None],
        row: Callable[[int, int], Sequence[Piece]],
        *,
        cursor_on: str | None = None,
    ) -> None:
        """Show rows with these ids (None for a heading); `row(index, width)` lays one out.

        The cursor goes to `cursor_on`, else stays on its row, else on the nearest one.
        """
        wanted = cursor_on or self.row_id
        at = self.cursor
        self._ids = ids
        self._row = row
        self.virtual_size = Size(self.scrollable_content_region.width, len(ids))
        try:
            place = ids.index(wanted) if wanted is not None else self._nearest(max(at, 0))
        except ValueError:
            place = self._nearest(max(at, 0))
        moved = place == at
        self.cursor = place
        if (
            moved
        ):  # the watcher does not run; what is under the cursor may have changed all the same
            self.post_message(self.Moved(self, self.row_id))
        self._show_cursor()
        self.refresh()

    @property
    def row_id(self) -> str | None:
        """The id of the row under the cursor."""
        return self._ids[self.cursor] if 0 <= self.cursor < len(self._ids) else None

    @property
    def row_count(self) -> int:
        """How many rows and headings there are."""
        return len(self._ids)

    def _nearest(self, index: int) -> int:
        """Return the row at or after `index`, else the last before it, -1 if there is none."""
        index = min(index, len(self._ids) - 1)
        after = next(
            (i for i in range(max(index, 0), len(self._ids)) if self._ids[i] is not None), None
        )
        if after is not None:
            return after
        return next((i for i in range(index, -1, -1) if self._ids[i] is not None), -1)

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw both rows again and tell who listens."""
        for index in (old, new):
            self._refresh_row(index)
        self._show_cursor()
        self.post_message(self.Moved(self, self.row_id))

    def _refresh_row(self, index: int) -> None:
        if index >= 0:
            width = self.scrollable_content_region.width
            self.refresh(Region(0, index - self.scroll_offset.y, width, 1))

    def _show_cursor(self) -> None:
        if self.cursor < 0:
            return
        # The heading above the first row belongs to it.
        top = 0 if self._nearest(0) == self.cursor else self.cursor
        region = Region(0, top, 1, self.cursor - top + 1)
        self.scroll_to_region(region, animate=False, force=True, x_axis=False)

    def _lay_out(self) -> None:
        """Fit the new width, and keep the cursor in sight; rows are laid out as they are drawn."""
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._ids))
        self._show_cursor()
        self.refresh()

    def on_focus(self) -> None:
        """Draw the cursor in its strong colour."""
        self._refresh_row(self.cursor)

    def on_blur(self) -> None:
        """Draw the cursor in its weak colour."""
        self._refresh_row(self.cursor)

    def line_pieces(self, index: int, width: int) -> Sequence[Piece]:
        """Lay out one row."""
        return self._row(index, width) if index < len(self._ids) else ()

    def line_style(self, index: int) -> Style:
        """Return the cursor's style for its row."""
        if index != self.cursor or index >= len(self._ids):
            return self.rich_style
        name = "piece--cursor" if self.has_focus else "piece--cursor-blurred"
        return self.rich_style + self.get_component_rich_style(name, partial=True)

    def _step(self, index: int, step: int) -> None:
        """Move by `step` from `index` to the next row that is no heading."""
        index += step
        while 0 <= index < len(self._ids):
            if self._ids[index] is not None:
                self.cursor = index
                return
            index += 1 if step > 0 else -1

    def action_cursor_down(self) -> None:
        """Move to the next row."""
        self._step(self.cursor, 1)

    def action_cursor_up(self) -> None:
        """Move to the row before."""
        self._step(self.cursor, -1)

    def action_cursor_first(self) -> None:
        """Move to the first row."""
        self._step(-1, 1)

    def action_cursor_last(self) -> None:
        """Move to the last row."""
        self._step(len(self._ids), -1)

    def action_page_down(self) -> None:
        """Move one page down."""
        page = max(1, self.scrollable_content_region.height - 1)
        self.cursor = self._nearest(min(self.cursor + page, len(self._ids) - 1))

    def action_page_up(self) -> None:
        """Move one page up."""
        page = max(1, self.scrollable_content_region.height - 1)
        self.cursor = self._nearest(max(self.cursor - page, 0))

    def on_click(self, event: events.Click) -> None:
        """Move to the row that was clicked; a second click chooses it."""
        index = event.y - self.gutter.top + self.scroll_offset.y
        if 0 <= index < len(self._ids) and (row_id := self._ids[index]) is not None:
            if index == self.cursor:
                self.post_message(self.Chosen(self, row_id))
            self.cursor = index

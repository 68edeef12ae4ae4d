"""The editor of a note: its lines are coloured by the note syntax, and a paste is made harmless first."""

import re

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import TextArea

from outreach_tui.domain.notes import MARKERS, has_markers
from outreach_tui.domain.text import clean_text
from outreach_tui.presentation.cards import NOTE_ROLES

_MARKER = re.compile(r"(>\?|>\+|[>=?!<+$]) (?=\S)")


class NoteArea(TextArea):
    """Plain text with soft wrap; each marked line has its marker coloured."""

    COMPONENT_CLASSES = {f"note--{role}" for role in set(NOTE_ROLES.values()) if role}
    DEFAULT_CSS = """
    NoteArea {
        & .note--fresh { color: $state-fresh; text-style: bold; }
        & .note--due { color: $state-due; text-style: bold; }
        & .note--never { color: $state-never; text-style: bold; }
        & .note--accent { color: $accent; text-style: bold; }
        & .note--heading { color: $primary; text-style: bold; }
        & .note--late { color: $state-late; text-style: bold; }
    }
    """

    class PastedMarkers(Message):
        """A pasted text has lines that read like markers: are they ours?"""

    def __init__(self, text: str, *, id: str | None = None) -> None:
        super().__init__(
            text,
            id=id,
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="focus",
        )
        self.plain = False
        """The markers are not ours: nothing is coloured."""

    def get_line(self, line_index: int) -> Text:
        """Return a line with its marker coloured."""
        line = super().get_line(line_index)
        if not self.plain and (found := _MARKER.match(line.plain)):
            role = NOTE_ROLES[MARKERS[found[1]]]
            line.stylize(
                self.get_component_rich_style(f"note--{role}", partial=True), 0, found.end()
            )
        return line

    async def _on_paste(self, event: events.Paste) -> None:
        """Take control characters out of what is pasted, and ask about markers; the text area inserts it afterwards."""
        event.text = clean_text(event.text)
        if has_markers(event.text):
            self.post_message(self.PastedMarkers())

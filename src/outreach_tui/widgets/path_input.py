"""A field for a path: folders and files are offered as it is typed, and a table may be pasted into it."""

from textual import events
from textual.message import Message

from outreach_tui.widgets.offers import Look, OfferInput, OfferList


class PathInput(OfferInput):
    """Tab takes the first offer, and a folder that is taken shows what is in it."""

    class Pasted(Message):
        """Something was pasted: paths that were dropped, a table, or a bit of a path."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Shown(Message):
        """The list shows what is in a folder."""

    def __init__(self, value: str, placeholder: str, look: Look, shown: OfferList, id: str) -> None:
        super().__init__(value, placeholder, look, shown, id)
        self.select_on_focus = False  # a path goes on where it ends

    def on_key(self, event: events.Key) -> None:
        """Offer what is there, and take the first offer where none is chosen."""
        if event.key == "down" and not self.offering:
            self._of = ""
        if event.key == "tab":
            self._find()
            self.take(max(self._cursor, 0))
            event.prevent_default()  # and no stop: the app waits until it knows where a tab leads

    def take(self, index: int) -> None:
        """Take an offer; go into a folder."""
        super().take(index)
        if self.value.endswith("/"):
            self.go_into()

    def go_into(self) -> None:
        """Show what is in the folder that is typed."""
        if not self.value.endswith(("/", "/'", '/"')):
            self.value += "/"
        self.cursor_position = len(self.value)
        self._of = ""
        self._find()
        self.post_message(self.Shown())

    def _on_paste(self, event: events.Paste) -> None:
        """Leave it to the form what was pasted."""
        event.stop()
        event.prevent_default()
        self.post_message(self.Pasted(event.text))

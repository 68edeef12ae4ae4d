"""A field that offers what may be meant while it is typed: down and up choose, enter or tab takes, esc closes."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.widgets import Input

from outreach_tui.presentation.layout import PieceLine, cut
from outreach_tui.presentation.words import CURRENT
from outreach_tui.widgets.piece_view import PieceView


class Offer(NamedTuple):
    """One line of the list."""

    words: str
    fill: Callable[[], Mapping[str, str]]
    """Returns the texts that it puts into fields of the form, by field name."""


Look = Callable[[str], Sequence[Offer]]


class OfferList(PieceView, can_focus=False):
    """The list below the field; the keys stay with the field."""

    DEFAULT_CSS = """
    OfferList { display: none; height: auto; margin-left: 16; background: $panel; padding: 0 1; }
    """

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def offer(self, offers: Sequence[Offer], cursor: int) -> None:
        """Show offers, the one at `cursor` as chosen; nothing hides the list."""
        self.display = bool(offers)
        self.styles.height = len(offers)

        def line(number: int, words: str, width: int) -> PieceLine:
            chosen = number == cursor
            text = cut(words, width - 2)
            return [(f"{CURRENT if chosen else ' '} ", "accent"), (text, "heading" * chosen)]

        self.show(lambda width: [line(n, offer.words, width) for n, offer in enumerate(offers)])

    def on_click(self, event: events.Click) -> None:
        """Say which line was clicked."""
        self.post_message(self.Clicked(event.y - self.gutter.top))


class OfferInput(Input):
    """One line of text with a list of offers below it."""

    class Taken(Message):
        """An offer was taken."""

        def __init__(self, fill: Mapping[str, str]) -> None:
            super().__init__()
            self.fill = fill

    class Closed(Message):
        """The list is no longer shown."""

    def __init__(self, value: str, placeholder: str, look: Look, shown: OfferList, id: str) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=True, id=id)
        self._look = look
        self._shown = shown
        self._offers: Sequence[Offer] = ()
        self._cursor = -1
        self._of = value
        """The text that the offers are for, or for which none are wanted."""

    @property
    def offering(self) -> bool:
        """Whether the list is shown."""
        return bool(self._offers)

    def on_input_changed(self) -> None:
        """Offer what begins as typed."""
        if self.has_focus:
            self._find()

    def _find(self) -> None:
        """Look for offers, unless they are those of this text; keys may come faster than messages."""
        if self._of != self.value:
            self._of = self.value
            self._show(self._look(self.value), -1)

    def _show(self, offers: Sequence[Offer], cursor: int) -> None:
        closed = self.offering and not offers
        self._offers, self._cursor = offers, cursor
        self._shown.offer(offers, cursor)
        if closed:
            self.post_message(self.Closed())

    def on_key(self, event: events.Key) -> None:
        """Choose and take; without a list the keys are the form's."""
        if event.key == "down":
            self._find()
        if not self._offers:
            return
        if event.key in ("down", "up"):
            step = 1 if event.key == "down" else -1
            self._show(self._offers, max(-1, min(self._cursor + step, len(self._offers) - 1)))
            event.stop()
        elif event.key == "escape":
            self._show((), -1)
            event.stop()
        elif event.key in ("enter", "tab") and self._cursor >= 0:
            self.take(self._cursor)
            if event.key == "enter":  # tab goes on to the next field as well
                event.stop()

    def take(self, index: int) -> None:
        """Take an offer, and close the list."""
        if not 0 <= index < len(self._offers):
            return
        fill = self._offers[index].fill()
        self._of = next(iter(fill.values()), self.value)
        self.value = self._of
        self.cursor_position = len(self.value)
        self._show((), -1)
        self.post_message(self.Taken(fill))

    def on_blur(self) -> None:
        """Close the list when another field is gone to."""
        self._show((), -1)

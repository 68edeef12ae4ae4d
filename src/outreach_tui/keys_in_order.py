"""Keys act one after the other, however fast they come."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import TypeVar

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

from outreach_tui.domain.text import clean_text

T = TypeVar("T")
TURNS, ROUNDS = 10, 4
"""So often everything else may run after a key, and the app itself; a key takes about ten turns to open a dialog."""
LOOK_SECONDS = 0.02
"""So often is looked whether a thread is done."""
STUCK_SECONDS = 10.0
"""After so long a key that leads nowhere no longer holds those after it."""


class KeysInOrder(App[str]):
    """Gives each key and each paste to whatever has the focus once all that the one before led to has happened.

    Textual gives them out at once: a letter goes into the field that has the focus then, while backspace, tab or
    ctrl+s first goes from that field up to the app, whose binding it is. Of keys that come in one read, from a fast
    hand or over a slow line, a letter would overtake them, and the second of "s w" would act behind the dialog.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._given_at: float | None = None
        """When the key was given out that is under way."""
        self._apart = 0
        """So many things run on threads that keys wait for."""

    async def on_event(self, event: events.Event) -> None:
        """Keep keys and pastes in order, and take control characters out of what is pasted."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Paste):
            event.text = self.pasted(event.text)
        self._waiting.append(event)
        if self._given_at is None or monotonic() - self._given_at > STUCK_SECONDS:
            await self._give()

    async def apart(self, work: Callable[..., T], *given: object) -> T:
        """Return what `work` makes of what is `given`, on a thread; keys wait for what it leads to."""
        self._apart += 1
        try:
            return await asyncio.to_thread(work, *given)
        finally:
            self._apart -= 1

    def pasted(self, text: str) -> str:
        """Return what a paste is taken as."""
        return clean_text(text)

    async def _give(self) -> None:
        if not self.screen_stack:  # the app ends
            return
        self._given_at = monotonic()
        focus = self.focused or self.screen
        await super().on_event(self._waiting.popleft())
        self._follow(focus.ancestors_with_self)

    def _follow(self, way: Sequence[MessagePump]) -> None:
        """Go the way of a key, behind it: who has a use for it does not send it on, and says nothing."""
        for number, pump in enumerate(way, 1):
            if pump is self:
                break
            if pump.call_later(self._follow, way[number:]):
                return
        self.call_later(self._let_act, ROUNDS)

    async def _let_act(self, rounds: int) -> None:
        """Wait until the key has acted; the focus, too, is moved by what waits behind this in the app."""
        if self._apart:
            self.set_timer(LOOK_SECONDS, partial(self._let_act, ROUNDS))
            return
        for _ in range(TURNS):
            await asyncio.sleep(0)
        if rounds:
            self.call_later(self._let_act, rounds - 1)
            return
        self._given_at = None
        if self._waiting:
            await self._give()

"""Wait for something long on a thread: how far it is, and `esc` stops it."""

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Generic, NamedTuple, TypeVar

from textual import work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ProgressBar, Static

from outreach_tui.errors import OutreachError
from outreach_tui.screens.modals.dialog import Dialog

Result = TypeVar("Result")
Tell = Callable[[int, int], None]
"""Told how much of how much is done; raises to stop the work."""
SHOWN_AFTER_SECONDS = 0.25
"""What is done sooner is not worth a box."""
LOOK_SECONDS = 0.1


class Done(NamedTuple, Generic[Result]):
    """What came out of the work, or why it failed."""

    result: Result | None = None
    error: OutreachError | None = None


class _StoppedError(Exception):
    """Somebody stopped the work."""


class Working(Dialog[Done[Result]]):
    """Returns what the work returned; None if it was stopped.

    While this is on top nothing else reads or writes the team's file.
    """

    BINDINGS = [("ctrl+c", "no_answer", "stop")]
    DEFAULT_CSS = """
    Working {
        & > #box { display: none; }
        & > #box.-late { display: block; }
        & ProgressBar { width: 100%; margin-top: 1; }
        & Bar { width: 1fr; }
    }
    """

    def __init__(
        self, title: str, do: Callable[[Tell], Result], noun: str = "", *, stops: bool = True
    ) -> None:
        """`noun` is what is counted; work that `stops` not is soon over, or must not end halfway."""
        super().__init__(title, "esc stops it; nothing is changed" if stops else "one moment")
        self._do = do
        self._noun = noun
        self._stops = stops
        self._stop = Event()
        self._done, self._total = 0, 0

    def inside(self) -> list[Widget]:
        """Return the line and the bar."""
        return [Static(id="how-far"), ProgressBar(show_eta=False, show_percentage=False)]

    def on_mount(self) -> None:
        """Begin, and look now and then how far it is."""
        self._work()
        self.set_timer(SHOWN_AFTER_SECONDS, lambda: self.query_one("#box").add_class("-late"))
        self.set_interval(LOOK_SECONDS, self._look)

    @work
    async def _work(self) -> None:
        try:
            done = Done(await asyncio.to_thread(self._do, self._tell))
        except _StoppedError:
            self.answer(None)
        except OutreachError as error:
            self.answer(Done(error=error))
        else:
            self.answer(None if self._stop.is_set() and self._stops else done)

    def _tell(self, done: int, total: int) -> None:
        """Note how far it is: on the thread."""
        self._done, self._total = done, total
        if self._stop.is_set():
            raise _StoppedError

    def _look(self) -> None:
        if self._stop.is_set():
            words = "Stopping …"
        elif self._total:
            words = f"{self._done:,} of {self._total:,} {self._noun}"
        else:
            words = "Reading …" if self._stops else "Writing …"
        self.query_one("#how-far", Static).update(Content(words))
        self.query_one(ProgressBar).update(total=self._total or None, progress=self._done)

    def on_unmount(self) -> None:
        """Stop where the app is left."""
        self._stop.set()

    def action_no_answer(self) -> None:
        """Ask the work to stop; the box closes when it did."""
        if self._stops:
            self._stop.set()
            self._look()

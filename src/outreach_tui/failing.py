"""What becomes of failures in the app: expected ones are shown, and a bug ends it without a word about your data."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.worker import WorkerFailed

from outreach_tui.errors import OutreachError
from outreach_tui.keys_in_order import KeysInOrder
from outreach_tui.screens.acting import show_failure

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.actions import ActionParseResult
    from textual.dom import DOMNode


class FailuresShown(KeysInOrder):
    """Shows an expected failure that nobody caught, wherever a key led; only a bug ends the app.

    What is on file may change at any moment: somebody removes the customer that a dialog asks about.
    """

    @property
    def bug(self) -> BaseException | None:
        """What ended the app, if that was a bug."""
        error = self._exception
        return error.error if isinstance(error, WorkerFailed) else error

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: "DOMNode | None" = None,
        namespaces: "Mapping[str, DOMNode] | None" = None,
    ) -> bool:
        """Do what a key is for."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except OutreachError as error:
            show_failure(self, error)
            return True

    def _handle_exception(self, error: Exception) -> None:
        """Take every exception that came through a worker or a message; Textual has no public place for that."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, OutreachError):
            show_failure(self, error.error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self.panic()

    def panic(self, *_: "RenderableType") -> None:
        """End, without Textual's picture of the error: it shows what is on file. Whoever ran the app has the `bug`."""
        if self._exception is None:  # the thread that reads the keys knows no other way
            self._exception = RuntimeError("the terminal cannot be read")
        super().panic()

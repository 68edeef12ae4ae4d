"""A screen with a customer, or a suggestion, under its cursor: what is chosen, and how people are told."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from textual.screen import Screen

from outreach_tui.domain.day_list import Suggestion
from outreach_tui.domain.record import Change
from outreach_tui.errors import OutreachError
from outreach_tui.presentation.words import plural
from outreach_tui.screens.desk import Desk

Result = TypeVar("Result")


class ActingScreen(Screen[None]):
    """What the groups of actions build on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.marked: set[str] = set()
        """Ids of marked customers."""

    def chosen(self) -> list[str]:
        """Return the customers that an action applies to: the marked ones, else the one under the cursor."""
        raise NotImplementedError

    def suggestion(self) -> Suggestion | None:
        """Return the suggestion under the cursor, if there is one."""
        return None

    def hidden(self, chosen: Sequence[str]) -> int:  # noqa: ARG002  lists that filter know
        """Return how many of the chosen are not to be seen."""
        return 0

    def freezing(self) -> list[Change]:
        """Return what has to be kept together with the first action of the day: the list as it is."""
        return self.desk.day_plans.freezing()

    def reload(self) -> None:
        """Read everything again and show it."""
        raise NotImplementedError

    def acted(self) -> None:
        """Show what changed after an action, and move on."""
        self.marked.clear()
        self.reload()

    def action_mark(self) -> None:
        """Mark or unmark the customer under the cursor."""
        raise NotImplementedError

    def names_of(self, chosen: Sequence[str]) -> str:
        names = [self.desk.customers.get(id_).name for id_ in chosen]
        return ", ".join(names) if len(names) <= 2 else plural(len(names), "customer")

    def say(self, message: str, *, title: str = "") -> None:
        """Show a short message, in place of the ones before."""
        self.app.clear_notifications()
        self.notify(message, title=title, markup=False, timeout=4)

    def attempt(self, do: Callable[[], Result]) -> Result | None:
        """Return what `do` returns; an expected failure is shown, and None comes back."""
        try:
            return do()
        except OutreachError as error:
            self.notify(
                error.hint or " ", title=error.title, severity="error", markup=False, timeout=8
            )
            return None

    def one_chosen(self) -> str | None:
        """Return the one customer that is chosen; says so if there is none, or several are marked."""
        chosen = self.chosen()
        if len(chosen) > 1:
            self.say("Several are marked; this is for one. esc takes the marks away.")
            return None
        if not chosen:
            self.say("There is no customer here.")
            return None
        return chosen[0]

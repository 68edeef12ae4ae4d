"""A screen with a customer, or a suggestion, under its cursor: what is chosen, and how people are told."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App
from textual.screen import Screen

from outreach_tui.domain.day_list import Suggestion
from outreach_tui.domain.record import Change
from outreach_tui.errors import Clash, Conflict, OutreachError
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.differences import field_words, value_words
from outreach_tui.presentation.layout import cut
from outreach_tui.presentation.news import Deed, who_changed
from outreach_tui.presentation.past import past_lines
from outreach_tui.presentation.words import plural
from outreach_tui.screens.desk import Desk, reading
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.modals.settle import Settle

if TYPE_CHECKING:
    from outreach_tui.services.workspace import Workspace

Result = TypeVar("Result")
Wanted = TypeVar("Wanted")
SHOWN = 500
"""Commits of a history; the command prints more."""
LOOKED_AT = 50
"""So many commits are looked at for who changed something."""
LONGEST, MOST_SAID = 160, 4
"""Cells of a value, and values, that fit a toast."""


def show_history(
    app: App[Any], workspace: "Workspace", customer_id: str | None = None, of: str = "this file"
) -> None:
    """Show what was done, the newest first: in the file, or with one customer."""
    try:
        commits = list(islice(workspace.store.history(customer_id), SHOWN))
    except OutreachError as error:
        app.notify(error.hint, title=error.title, severity="error", markup=False)
        return
    names = {m.id: m.name for m in workspace.members}
    lines = partial(past_lines, commits, names, workspace.zone)
    app.push_screen(ReadText(f"History of {of}", lines))


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
            show_failure(self.app, error)
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


def show_failure(app: App[Any], error: OutreachError) -> None:
    """Show an expected failure."""
    app.notify(error.hint or " ", title=error.title, severity="error", markup=False, timeout=8)


async def settle(
    app: App[Any],
    desk: Desk,
    wanted: Wanted,
    do: Callable[[Wanted], object],
    after: Callable[[Wanted, Sequence[Clash], Sequence[Clash]], Wanted],
) -> bool:
    """Do what a person wants; where somebody else changed the same since they saw it, let them choose and do the rest.

    `after` returns what is still wanted after a choice. Return whether it is done; if not, nothing was written, it was
    said why, and what was typed is to be offered again. Call it from a worker.
    """
    kept: list[Clash] = []
    who = reading(desk)
    while True:
        try:
            do(wanted)
        except Conflict as conflict:
            if not conflict.clashes:
                show_failure(app, conflict)
                return False
            app.clear_notifications()  # the news of this very change would hide the last lines
            whose = _whose(desk, conflict.clashes)
            mine = await app.push_screen_wait(Settle(conflict.title, conflict.clashes, who, whose))
            if mine is None:
                return False
            kept += [clash for clash in conflict.clashes if clash not in mine]
            wanted = after(wanted, conflict.clashes, mine)
        except OutreachError as error:
            show_failure(app, error)
            return False
        else:
            _say_kept(app, kept, who)
            return True


def _whose(desk: Desk, clashes: Sequence[Clash]) -> list[str]:
    """Return who wrote each value that is on file, as far as the last commits say it: "Ben's"."""
    workspace = desk.workspace
    deeds: list[Deed] = []
    with suppress(OutreachError):
        last = islice(workspace.store.history(), LOOKED_AT)
        deeds = [Deed(commit.member_id, commit.did) for commit in last]
    names = {m.id: f"{m.name}'s" for m in workspace.members}
    names[workspace.member.id] = "yours from elsewhere"
    found = (who_changed(clash.field, clash.called, deeds) for clash in clashes)
    return [names.get(deed.member_id or "", "theirs") if deed else "theirs" for deed in found]


def _say_kept(app: App[Any], kept: Sequence[Clash], who: Reading) -> None:
    """Say what was typed and is not on file, so that it can be typed again."""
    if kept:
        lines = [
            f"{field_words(c.field)}: you had typed {cut(value_words(c.field, c.yours, who), LONGEST)}"
            for c in kept[:MOST_SAID]
        ]
        title = "Theirs was kept" if len(kept) == 1 else f"Theirs was kept in {len(kept)} fields"
        app.notify("\n".join(lines), title=title, markup=False, timeout=10)

"""Keep what is typed on a screen, bring it back, and say what was not saved yet."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

from outreach_tui.domain.when import local_day
from outreach_tui.drafts import Draft, Drafts
from outreach_tui.keymap import CUSTOMER, EDITOR, shown_keys
from outreach_tui.presentation.words import meeting_time, plural
from outreach_tui.screens.desk import Desk

PAUSE_SECONDS = 0.5
"""So long after the last key what was typed is written."""
LONGEST_SECONDS = 5.0
"""Whoever types without a pause has no more than this at risk."""
_SAID_AT_START = 3


class Keeper:
    """The draft of one sheet or form: in memory with every key, on disk with every pause."""

    def __init__(self, desk: Desk, key: str, about: str, *, of_record: bool = False) -> None:
        self._desk = desk
        self._key = key
        self._about = about
        self.of_record = of_record
        """The fields begin with what is on file: whoever comes back is told what changed there."""
        self._last: dict[str, str] = {}
        self._screen: Screen[Any] | None = None
        self._timers: list[Timer] = []

    def find(self) -> Draft | None:
        """Return what was typed before, if something was."""
        found = self._desk.drafts.find(self._key)
        self._last = dict(found.typed) if found else {}
        return found

    def begin(self, screen: Screen[Any]) -> None:
        """Keep what is typed on a screen; it is written, too, before the terminal is given away."""
        if self._last and self._screen is None:
            # What the start said about it has done its work; what is said when it is offered again has not.
            screen.app.clear_notifications()
        self._screen = screen
        screen.app.app_suspend_signal.subscribe(screen, lambda _: self.save(), immediate=True)

    def keep(self, typed: Mapping[str, str], before: Mapping[str, str] | None = None) -> None:
        """Keep what is typed now, if it is something new; it is written soon."""
        if typed == self._last or self._screen is None:
            return
        self._last = dict(typed)
        self._desk.drafts.put(self._key, typed, self._about, before)
        if self._timers:
            self._timers.pop().stop()
        else:
            self._timers.append(self._screen.set_timer(LONGEST_SECONDS, self.save))
        self._timers.append(self._screen.set_timer(PAUSE_SECONDS, self.save))

    def save(self) -> None:
        """Write it now."""
        for timer in self._timers:
            timer.stop()
        self._timers.clear()
        self._desk.drafts.save()
        if self._screen is not None:
            say_trouble(self._screen.app, self._desk.drafts)

    def drop(self) -> None:
        """Take the draft away: what was typed is saved, or not wanted."""
        self._last = {}
        self._desk.drafts.drop(self._key)
        self.save()

    @property
    def afresh_keys(self) -> str:
        """The keys that throw a draft away, as people write them."""
        [key] = [key for key in EDITOR if key.id == "editor.afresh"]
        return shown_keys(key, self._desk.config.keys)

    def when(self, draft: Draft) -> str:
        """Return when a draft was typed: "14:05" today, else "Thu 26 Nov 14:05"."""
        return meeting_time(draft.at, self._desk.workspace.zone, real_today(self._desk))


def real_today(desk: Desk) -> date:
    """Return the day on which people really sit here: drafts are no part of a plan for another day."""
    return local_day(desk.workspace.clock.real_now(), desk.workspace.zone)


def say_trouble(app: App[Any], drafts: Drafts) -> None:
    """Say once what keeps drafts from being kept."""
    if trouble := drafts.trouble():
        app.notify(trouble, title="What you type and do not save", severity="warning", markup=False)


def say_waiting(app: App[Any], desk: Desk) -> None:
    """Say what was typed and not saved before the program ended, and how to go on with it."""
    drafts = [(draft, key) for draft in desk.drafts.waiting() if (key := _reopened_by(draft, desk))]
    say_trouble(app, desk.drafts)
    if not drafts:
        return
    said = [f"{draft.about}: {key}" for draft, key in drafts[:_SAID_AT_START]]
    if len(drafts) > _SAID_AT_START:
        said.append(f"and {plural(len(drafts) - _SAID_AT_START, 'more')}")
    app.notify("\n".join(said), title="Not saved yet, but kept", markup=False, timeout=10)


def _reopened_by(draft: Draft, desk: Desk) -> str:
    """Return how to go on with a draft; nothing if there is no way."""
    form, *of = draft.key.split(":")
    if of and of[0] not in desk.workspace.store.rows():
        return ""
    mine = desk.config.keys
    keys = {key.id: shown_keys(key, mine) for key in CUSTOMER}
    if form == "talk":
        incoming = of[-1] == "in"
        return f"open the talk sheet with {keys['customer.they' if incoming else 'customer.log']}"
    action = {
        "edit": "customer.edit",
        "add": "customer.add",
        "plan": "customer.plan",
        "person": "customer.people",
        "move": "customer.people",
    }.get(form)
    return f"go on with {keys[action]}" if action else ""

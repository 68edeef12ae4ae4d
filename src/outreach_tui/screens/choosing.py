"""Lists of choices in forms: what is typed at them is never lost, and nothing is saved over an open one."""

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen
from textual.widgets import Select


def list_is_open(screen: Screen[Any]) -> bool:
    """Return whether a list is open, and say what to do then: what is highlighted there is not chosen yet."""
    found = any(chooser.expanded for chooser in screen.query(Select))
    if found:
        screen.notify("Choose from the list first: enter takes, esc closes it.", markup=False)
    return found


def choose_by_letter(chooser: Select[str], choices: Sequence[tuple[str, str]], letter: str) -> None:
    """Choose the next one that begins with a letter; where none does, open the list to show what there is."""
    values = [value for _, value in choices]
    after = values.index(str(chooser.value)) + 1 if chooser.value in values else 0
    for words, value in [*choices[after:], *choices[:after]]:
        if words.casefold().startswith(letter.casefold()):
            chooser.value = value
            return
    chooser.action_show_overlay()

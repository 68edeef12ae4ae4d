"""Every key, once: what it is called, what it does, and where it works. `docs/keys.md` is written from this.

Each action has a stable id, so that people can give it other keys in `config.toml`.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from textual.binding import Binding, BindingType


class Key(NamedTuple):
    """One action and its keys."""

    id: str
    keys: str
    """Separated by commas, as Textual names them."""
    action: str
    label: str
    """In the footer: one or two words."""
    about: str
    """In the help: what it does."""
    show: bool = True
    shown_as: str = ""
    """How the key is written; empty for Textual's own way."""


EVERYWHERE = (
    Key("go.today", "1", "app.go('today')", "Today", "Today: whom should I talk to now?", False),
    Key("go.customers", "2", "app.go('customers')", "Customers", "Customers: who are they, who is slipping?", False),
    Key("app.undo", "u", "app.undo", "undo", "Undo; asks first for more than 20 records or an earlier day"),
    Key("app.redo", "U", "app.redo", "redo", "Redo what was undone", False),
    Key("app.history", "H", "app.history", "history", "History: what was done in this file, by whom", False),
    Key("app.palette", "ctrl+p", "app.command_palette", "palette", "Palette: any customer or action", False, "ctrl+p"),
    Key("app.settings", "comma", "app.settings", "settings", "Settings: bands, hours, load, me, theme", False, ","),
    Key("app.keys", "question_mark,f1", "app.show_keys", "keys", "Show all keys", True, "?"),
    Key("app.quit", "q", "app.quit", "quit", "Quit, from a main screen", False),
)  # fmt: skip

LIST = (
    Key("list.down", "j,down", "cursor_down", "down", "Move down", False),
    Key("list.up", "k,up", "cursor_up", "up", "Move up", False),
    Key("list.first", "g,home", "cursor_first", "first", "First line", False),
    Key("list.last", "G,end", "cursor_last", "last", "Last line", False),
    Key("list.page-down", "pagedown", "page_down", "page down", "One page down", False),
    Key("list.page-up", "pageup", "page_up", "page up", "One page up", False),
)  # fmt: skip

CUSTOMER = (
    Key("customer.log", "l", "log", "log", "Log any kind of contact", False),
    Key("customer.they", "r", "they_contacted", "they called", "They contacted us: log it", False),
    Key("customer.note", "n", "note", "note", "Write a note; it resets no clock", False),
    Key("customer.plan", "p", "plan", "plan", "Plan a meeting; with marks a block of calls in my calendar"),
    Key("customer.snooze", "s", "snooze", "snooze", "Snooze: d a day, w a week, m a month, t to a date"),
    Key("customer.pause", "z", "pause", "pause", "Pause, with a why; resume what is paused", False),
    Key("customer.why", "w", "why", "why", "Why this, and why not the others"),
    Key("customer.history", "h", "history", "history", "History of the customer: what was done, by whom", False),
    Key("customer.edit", "e", "edit", "edit", "Edit the customer; with marks: owner, tags, cadence", False),
    Key("customer.people", "c", "people", "people", "People of the customer: add, edit, move to another one", False),
    Key("customer.delete", "D", "delete", "delete", "Delete (asks; can be undone)", False),
    Key("customer.merge", "M", "merge", "merge", "Merge: two marked customers, or some that look like one", False),
    Key("customer.forget", "F", "forget", "forget", "Forget a person for good; cannot be undone", False),
    Key("customer.open", "o", "open", "open", "Open: telephone, mail, map", False),
    Key("customer.copy", "y", "copy", "copy", "Copy name, person and telephone", False),
    Key("customer.mark", "space", "mark", "mark", "Mark; actions then apply to all marked", False),
    Key("customer.export", "E", "export", "export", "Export the planned meetings as .ics files", False),
    Key("customer.add", "plus", "add", "add", "Add a customer", False, "+"),
    Key("customer.import", "I", "import_file", "import", "Import lists, vCards, a calendar", False),
    Key("customer.whose", "m", "whose", "whose", "Whose: me, everyone, a member", False),
    Key("customer.find", "slash", "find", "find", "Find in this list", False, "/"),
)  # fmt: skip

TODAY = (
    Key("today.talk", "enter", "talk", "talk", "Act on it: the talk sheet with the suggested kind", True, "enter"),
    Key("today.no-answer", "a", "no_answer", "no answer", "No answer (enter), or left a message (m)"),
    Key("today.wrong", "x", "wrong_reason", "wrong", "Wrong reason: do not give it for 90 days"),
    Key("today.refill", "R", "refill", "refill", "Refill the list with whom else it would suggest now", False),
    Key("today.done", "d", "done", "done", "Done without a talk: a promise is kept, they have their answer", False),
)  # fmt: skip

CUSTOMERS = (
    Key("customers.open", "enter", "open_customer", "open", "Open the customer", True, "enter"),
    Key("customers.filter", "f", "filter", "filter", "Filter: l late, d due, n never, a loyal, m mine, r region"),
    Key("customers.sort", "S", "sort", "sort", "Sort by another column", False),
)  # fmt: skip

PAGE = (
    Key("page.add-person", "plus", "add_person", "add person", "Add somebody who works there", False, "+"),
)  # fmt: skip

EDITOR = (
    Key("editor.save", "ctrl+s", "save", "save", "Save", True, "ctrl+s"),
    Key("editor.external", "ctrl+o", "external_editor", "$EDITOR", "Write the note in $EDITOR", True, "ctrl+o"),
    Key("editor.afresh", "ctrl+r", "start_afresh", "afresh", "Throw the draft away; in forms too", True, "ctrl+r"),
    Key("editor.leave", "escape", "leave", "leave", "Leave; what was typed is kept and offered again", True, "esc"),
)  # fmt: skip

IMPORT = (
    Key("import.go-on", "enter", "take", "go on", "Go on; what only you know is asked", True, "enter"),
    Key("import.change", "space,c", "change", "change", "Say what the column under the cursor holds"),
    Key("import.type", "t", "kind", "type", "Say what the rows are: customers, people, orders, talks"),
    Key("import.dates", "d", "dates", "dates", "Say again how dates such as 3/4/2026 are read"),
    Key("import.letters", "e", "encoding", "letters", "Read the letters of the file in another encoding"),
)  # fmt: skip

WELCOME = (
    Key("welcome.demo", "v", "app.show_demo", "demo", "Leave, and look at the demo on sample data", False),
)  # fmt: skip

BACK = (Key("screen.back", "escape,q", "back", "back", "Back to the list", True, "esc"),)

GROUPS: dict[str, tuple[Key, ...]] = {
    "Everywhere": EVERYWHERE,
    "In a list": LIST,
    "On a suggestion or customer": CUSTOMER,
    "Today": TODAY,
    "Customers": CUSTOMERS,
    "On a customer's page": PAGE,
    "In the talk sheet": EDITOR,
    "Columns of an import": IMPORT,
    "Before the first customer": WELCOME,
}
"""For help and documentation, in this order."""


_FOOTER = (
    "today.talk", "customers.open", "customer.talk", "customer.plan", "today.no-answer", "customer.snooze",
    "editor.save", "editor.external", "editor.afresh", "editor.leave",
    "today.wrong", "customers.filter", "customer.find", "customer.why", "app.undo", "screen.back", "app.keys",
)  # fmt: skip
"""The order of the footer; what is not named comes after it."""


def bindings(*groups: Iterable[Key]) -> list[BindingType]:
    """Return Textual's bindings for the keys, in the order of the footer."""
    order = {id_: place for place, id_ in enumerate(_FOOTER)}
    keys = sorted(chain.from_iterable(groups), key=lambda key: order.get(key.id, len(order)))
    return [
        Binding(
            key.keys,
            key.action,
            key.label,
            show=key.show,
            key_display=key.shown_as or None,
            id=key.id,
        )
        for key in keys
    ]


def shown_keys(key: Key, remapped: Mapping[str, str] | None = None) -> str:
    """Return the keys of an action as people write them: "j or down"."""
    keys = (remapped or {}).get(key.id, key.keys).split(",")
    names = {"question_mark": "?", "slash": "/", "plus": "+", "comma": ",", "escape": "esc"}
    return " or ".join(names.get(name.strip(), name.strip()) for name in keys)


def check_remapping(keys: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a user's keys: unknown actions, and keys that two actions of one place share."""
    known = {key.id for group in GROUPS.values() for key in group} | {key.id for key in BACK}
    wrong = [f"there is no action {id_!r}" for id_ in keys if id_ not in known]
    for place in (TODAY, CUSTOMERS):
        seen: dict[str, str] = {}
        for key in (*EVERYWHERE, *LIST, *CUSTOMER, *place, *WELCOME):
            for name in keys.get(key.id, key.keys).split(","):
                if (other := seen.setdefault(name.strip(), key.id)) != key.id:
                    wrong.append(f"{name.strip()!r} is both {other} and {key.id}")
    return list(dict.fromkeys(wrong))

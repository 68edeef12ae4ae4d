"""Fill in a few fields; what was typed is read while it is typed, and only what can be read is taken."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Select, Static

from outreach_tui.errors import OutreachError
from outreach_tui.screens.modals.dialog import Dialog


class Field(NamedTuple):
    """One line of a form."""

    name: str
    label: str
    value: str = ""
    placeholder: str = ""
    choices: Sequence[tuple[str, str]] = ()
    """Words and values to choose from; empty for free text."""


Values = dict[str, str]
Check = Callable[[Values], str]
"""Returns what was understood, to be shown; raises OutreachError for what cannot be taken."""


class FillForm(Dialog[Values]):
    """Returns the texts by field name once `check` takes them, None if the form was left."""

    BINDINGS = [("ctrl+s", "take", "save")]
    DEFAULT_CSS = """
    FillForm {
        & .row { height: 1; margin-bottom: 1; }
        & .row.-tight { margin-bottom: 0; }
        & Label { width: 16; color: $muted; }
        & Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $panel; }
        & Input:focus { background: $cursor; color: $cursor-text; }
        & Select { width: 1fr; height: 1; }
        & SelectCurrent { background: $panel; }
        & Select:focus > SelectCurrent { background: $cursor; color: $cursor-text; }
        & #understood { height: auto; min-height: 2; margin-top: 1; color: $state-fresh; }
        & #understood.-missing { color: $muted; }
        & #understood.-wrong { color: $state-late; }
        & #text { height: auto; margin-bottom: 1; color: $foreground; }
    }
    """

    def __init__(
        self, title: str, fields: Sequence[Field], check: Check, *, text: str = "", focus: str = ""
    ) -> None:
        super().__init__(title, "tab next field · enter saves · esc cancels")
        self._fields = fields
        self._check = check
        self._text = text
        self._focus = focus or fields[0].name
        self._before: Values = {}

    def inside(self) -> list[Widget]:
        """Return the rows and the line that says what was understood."""
        tight = " -tight" if len(self._fields) > 6 else ""
        rows: list[Widget] = [Static(Content(self._text), id="text")] if self._text else []
        for field in self._fields:
            entry: Widget
            if field.choices:
                entry = Select(
                    [(Content(words), value) for words, value in field.choices],
                    value=field.value or field.choices[0][1],
                    allow_blank=False,
                    compact=True,
                    id=f"field-{field.name}",
                )
            else:
                entry = Input(
                    field.value,
                    placeholder=field.placeholder,
                    compact=True,
                    select_on_focus=True,
                    id=f"field-{field.name}",
                )
            rows.append(Horizontal(Label(Content(field.label)), entry, classes=f"row{tight}"))
        return [*rows, Static(id="understood")]

    def on_mount(self) -> None:
        """Begin in the first field that matters."""
        self.query_one(f"#field-{self._focus}").focus()
        self._before = self.values()
        self._look()

    def values(self) -> Values:
        """Return what is typed now."""
        typed: Values = {}
        for field in self._fields:
            widget = self.query_one(f"#field-{field.name}")
            value = widget.value if isinstance(widget, (Input, Select)) else ""
            typed[field.name] = value if isinstance(value, str) else ""
        return typed

    def on_input_changed(self) -> None:
        """Read again."""
        self._look()

    def on_select_changed(self) -> None:
        """Read again."""
        self._look()

    def on_input_submitted(self) -> None:
        """Take the form."""
        self.action_take()

    def _look(self, *, taking: bool = False) -> bool:
        understood = self.query_one("#understood", Static)
        try:
            said = self._check(self.values())
        except OutreachError as error:
            understood.update(Content(f"{error.title}\n{error.hint}".strip()))
            # Nobody is told off for what they have not typed yet.
            understood.set_class(taking or self.values() != self._before, "-wrong")
            understood.add_class("-missing")
            return False
        understood.update(Content(said))
        understood.remove_class("-wrong", "-missing")
        return True

    def action_take(self) -> None:
        """Return the values, if they can be read."""
        if self._look(taking=True):
            self.answer(self.values())


def only(name: str, read: Callable[[str], str]) -> Check:
    """Return a check for a form of one field."""

    def check(values: Mapping[str, str]) -> str:
        return read(values[name])

    return check

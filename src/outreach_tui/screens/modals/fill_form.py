"""Fill in a few fields; what was typed is read while it is typed, and only what can be read is taken."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Select, Static

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import OutreachError
from outreach_tui.keymap import EDITOR, bindings
from outreach_tui.screens.drafting import Keeper
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
    """Returns the texts by field name once `check` takes them, None if the form was left.

    With a `draft`, what is typed is kept until whoever asked has saved it and drops the draft.
    """

    BINDINGS = [
        ("ctrl+s", "take", "save"),
        *bindings([key for key in EDITOR if key.id == "editor.afresh"]),
    ]
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
        & #brought-back { height: auto; color: $muted; }
        & #brought-back.-loose { margin-bottom: 1; }
    }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        check: Check,
        *,
        text: str = "",
        focus: str = "",
        draft: Keeper | None = None,
    ) -> None:
        leaves = "esc leaves, keeps it" if draft else "esc cancels"
        super().__init__(title, f"tab next field · enter saves · {leaves}")
        self._draft = draft
        self._fresh = {field.name: _first(field) for field in fields}
        self._brought_back = ""
        fields = self._with_draft(fields)
        self._fields = fields
        self._check = check
        self._text = text
        self._focus = focus or fields[0].name
        self._before: Values = {}

    def _with_draft(self, fields: Sequence[Field]) -> Sequence[Field]:
        """Return the fields with what was typed in them before, over what they hold now."""
        found = self._draft.find() if self._draft else None
        if self._draft is None or found is None:
            return fields
        typed = {
            field.name: text
            for field in fields
            if field.name in found.typed
            and (text := clean_line(found.typed[field.name])) != self._fresh[field.name]
            and (not field.choices or text in (value for _, value in field.choices))
        }
        if not typed:
            return fields
        said = [
            f"Draft of {self._draft.when(found)} brought back; {self._draft.afresh_keys} starts afresh."
        ]
        said += [
            f"{field.label} was changed meanwhile, to {field.value or 'nothing'}."
            for field in fields
            if self._draft.of_record
            and field.name in typed
            and found.before.get(field.name, field.value) != field.value
        ]
        self._brought_back = "\n".join(said)
        return [field._replace(value=typed.get(field.name, field.value)) for field in fields]

    def inside(self) -> list[Widget]:
        """Return the rows and the line that says what was understood."""
        tight = " -tight" if len(self._fields) > 6 else ""
        rows: list[Widget] = [Static(Content(self._text), id="text")] if self._text else []
        if self._brought_back:
            loose = None if tight else "-loose"
            rows.append(Static(Content(self._brought_back), id="brought-back", classes=loose))
        for field in self._fields:
            entry: Widget
            if field.choices:
                entry = Select(
                    [(Content(words), value) for words, value in field.choices],
                    value=_first(field),
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
        if self._draft:
            self._draft.begin(self)
        if self._brought_back:
            self.app.clear_notifications()  # what the start said about it has done its work
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
        self._keep()
        self._look()

    def on_select_changed(self) -> None:
        """Read again."""
        self._keep()
        self._look()

    def on_unmount(self) -> None:
        """Write what was typed last, however the form was left."""
        if self._draft:
            self._draft.save()

    def on_input_submitted(self) -> None:
        """Take the form."""
        self.action_take()

    def _changed(self) -> Values:
        return {
            name: text
            for name, text in self.values().items()
            if text.strip() != self._fresh[name].strip()
        }

    def _keep(self) -> None:
        if self._draft and not self._answered:
            changed = self._changed()
            self._draft.keep(changed, {name: self._fresh[name] for name in changed})

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

    def action_no_answer(self) -> None:
        """Leave; what was typed is kept, and offered again."""
        if self._draft and not self._answered and self._changed():
            self.notify("What you typed is kept, and offered again.", markup=False)
        super().action_no_answer()

    def action_start_afresh(self) -> None:
        """Throw the draft away."""
        if not self._draft:
            return
        for name, text in self._fresh.items():
            widget = self.query_one(f"#field-{name}")
            if isinstance(widget, (Input, Select)):
                widget.value = text
        self.query("#brought-back").remove()
        self._draft.drop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to start afresh only where something was brought back."""
        if action == "start_afresh":
            return bool(self._brought_back)
        return super().check_action(action, parameters)


def _first(field: Field) -> str:
    """Return what a field begins with."""
    return field.value or (field.choices[0][1] if field.choices else "")


def only(name: str, read: Callable[[str], str]) -> Check:
    """Return a check for a form of one field."""

    def check(values: Mapping[str, str]) -> str:
        return read(values[name])

    return check

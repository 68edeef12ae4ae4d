"""Fill in a few fields; what was typed is read while it is typed, and only what can be read is taken."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textual import events, on
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Select, Static

from outreach_tui.domain.text import clean_line, clean_text
from outreach_tui.errors import OutreachError
from outreach_tui.keymap import EDITOR, bindings
from outreach_tui.screens.choosing import choose_by_letter, list_is_open
from outreach_tui.screens.drafting import Keeper
from outreach_tui.screens.modals.dialog import Dialog
from outreach_tui.services.typed_values import Told
from outreach_tui.widgets.offers import Offer, OfferInput, OfferList

Values = dict[str, str]
Check = Callable[[Values], str]
"""Returns what was understood, to be shown; raises OutreachError for what cannot be taken."""
Tell = Callable[[Values], Mapping[str, Told]]
"""Returns what is to be said about single fields; none of them may be wrong when the form is taken."""


class Field(NamedTuple):
    """One line of a form."""

    name: str
    label: str
    value: str = ""
    placeholder: str = ""
    choices: Sequence[tuple[str, str]] = ()
    """Words and values to choose from; empty for free text."""
    offers: Callable[[str, Values], Sequence[Offer]] | None = None
    """Returns what may be meant by a beginning, given the other fields; quick enough for each key."""


class FillForm(Dialog[Values]):
    """Returns the texts by field name once `check` takes them, None if the form was left.

    With a `draft`, what is typed is kept until whoever asked has saved it and drops the draft. `tell` says below each
    field what is wrong or doubtful about it, once something was typed there.
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
        & #rows { height: auto; scrollbar-size-vertical: 1; }
        & .told { display: none; height: auto; margin-left: 17; color: $state-due; }
        & .told.-wrong { color: $state-late; }
        & #understood { height: auto; min-height: 2; color: $state-fresh; }
        & #understood.-tight { margin-top: 1; }
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
        tell: Tell | None = None,
        text: str = "",
        focus: str = "",
        draft: Keeper | None = None,
        does: str = "saves",
    ) -> None:
        """`does` is what enter does with what was typed."""
        leaves = "esc leaves, keeps it" if draft else "esc cancels"
        super().__init__(title, f"tab next field · enter {does} · {leaves}")
        self._draft = draft
        self._fresh = {field.name: _first(field) for field in fields}
        self._brought_back = ""
        fields = self._with_draft(fields)
        self._fields = fields
        self._check = check
        self._tell = tell
        self._unseen: Values = {}
        """What an offer filled that has no field, while what it filled stands."""
        self._filled: Values = {}
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
        head: list[Widget] = [Static(Content(self._text), id="text")] if self._text else []
        if self._brought_back:
            loose = None if tight else "-loose"
            head.append(Static(Content(self._brought_back), id="brought-back", classes=loose))
        lines: list[Widget] = []
        for field in self._fields:
            entry: Widget
            below: OfferList | None = None
            if field.choices:
                entry = Select(
                    [(Content(words), value) for words, value in field.choices],
                    value=_first(field),
                    allow_blank=False,
                    compact=True,
                    id=f"field-{field.name}",
                )
            elif field.offers:
                below = OfferList()
                look, id_ = self._look_for(field), f"field-{field.name}"
                entry = OfferInput(field.value, field.placeholder, look, below, id_)
            else:
                entry = Input(
                    field.value,
                    placeholder=field.placeholder,
                    compact=True,
                    select_on_focus=True,
                    id=f"field-{field.name}",
                )
            lines.append(Horizontal(Label(Content(field.label)), entry, classes=f"row{tight}"))
            if below is not None:
                lines.append(below)
            if self._tell:
                lines.append(Static(id=f"told-{field.name}", classes="told"))
        rows = VerticalScroll(*lines, id="rows", can_focus=False)
        return [*head, rows, Static(id="understood", classes=tight)]

    def _look_for(self, field: Field) -> Callable[[str], Sequence[Offer]]:
        def look(text: str) -> Sequence[Offer]:
            return field.offers(text, self.values()) if field.offers else ()

        return look

    def on_mount(self) -> None:
        """Begin in the first field that matters."""
        self.query_one(f"#field-{self._focus}").focus()
        self._before = self.values()
        if self._draft:
            self._draft.begin(self)
        self._look()
        self.call_after_refresh(self._make_room)

    def on_resize(self) -> None:
        """Let the fields scroll where the terminal is small."""
        self._make_room()

    def _make_room(self) -> None:
        """Leave room for what stands around the fields; a line is kept free for what is understood."""
        rows, box = next(iter(self.query("#rows")), None), next(iter(self.query("#box")), None)
        if rows is None or box is None:
            return  # a terminal may change its size before the form is there, and after it is gone
        around = sum(
            child.outer_size.height + child.styles.margin.height
            for child in box.children
            if child is not rows
        )
        room = int(self.size.height * 0.96) - box.gutter.height - around
        rows.styles.max_height = max(3, room)

    def values(self) -> Values:
        """Return what is typed now, and what an offer that was taken said beyond it."""
        typed = self._typed()
        if self._unseen and any(typed[name] != text for name, text in self._filled.items()):
            self._unseen = {}  # what was chosen was changed by hand
        return typed | self._unseen

    def _typed(self) -> Values:
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

    def on_key(self, event: events.Key) -> None:
        """Choose in a closed list by letter."""
        chooser = self.focused
        bound = event.key in self.active_bindings
        if isinstance(chooser, Select) and event.is_printable and event.character and not bound:
            event.stop()
            choices = next(f.choices for f in self._fields if chooser.id == f"field-{f.name}")
            choose_by_letter(chooser, choices, event.character)

    def on_unmount(self) -> None:
        """Write what was typed last, however the form was left."""
        if self._draft:
            self._draft.save()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Let what is said about a field be seen with it."""
        name = (event.widget.id or "").removeprefix("field-")
        for line in self.query(f"#told-{name}").filter(".told") if name in self._fresh else ():
            if line.display:
                self.call_after_refresh(line.scroll_visible, animate=False)

    @on(OfferInput.Taken)
    def fill_in(self, message: OfferInput.Taken) -> None:
        """Put what an offer stands for into its fields."""
        names = {field.name for field in self._fields}
        self._filled = {name: text for name, text in message.fill.items() if name in names}
        for name, text in self._filled.items():
            self.query_one(f"#field-{name}", Input).value = text
        self._unseen = {n: text for n, text in message.fill.items() if n not in names}
        self._look()

    @on(OfferInput.Closed)
    def say_again(self) -> None:
        """Say what the list of offers stood in the place of."""
        self._look()

    @on(OfferList.Clicked)
    def take_clicked(self, message: OfferList.Clicked) -> None:
        """Take an offer that was clicked."""
        if isinstance(self.focused, OfferInput):
            self.focused.take(message.index)

    def on_input_submitted(self) -> None:
        """Take the form."""
        self.action_take()

    def _changed(self) -> Values:
        return {
            name: text
            for name, text in self._typed().items()
            if text.strip() != self._fresh[name].strip()
        }

    def _keep(self) -> None:
        if self._draft and not self._answered:
            changed = self._changed()
            self._draft.keep(changed, {name: self._fresh[name] for name in changed})

    def _look(self, *, taking: bool = False) -> bool:
        """Say what is understood; return whether the form can be taken."""
        values = self.values()
        told = self._tell(values) if self._tell else {}
        wrong = [name for name, said in told.items() if said.wrong]
        shown: list[str] = []
        for field in self._fields if self._tell else ():
            said = told.get(field.name)
            typed = values[field.name].strip() != self._fresh[field.name].strip()
            # Nobody is told off for what they have not typed yet.
            if said is not None and not typed and not (taking and said.wrong):
                said = None
            self._say(field.name, said)
            shown += [said.words] if said else []
        if wrong:
            if taking:
                self._go_to(next((name for name in self._fresh if name in wrong), ""))
            return self._say_understood("", taken=False)
        try:
            words = self._check(values)
            again = any(words.startswith(said) for said in shown)
            return self._say_understood("" if again else words, taken=True)
        except OutreachError as error:
            if not taking and any(entry.offering for entry in self.query(OfferInput)):
                return self._say_understood("", taken=False)  # nobody is told off while they choose
            loud = taking or self._typed() != self._before
            return self._say_understood(
                f"{error.title}\n{error.hint}".strip(), taken=False, loud=loud
            )

    def _say_understood(self, words: str, *, taken: bool, loud: bool = False) -> bool:
        understood = self.query_one("#understood", Static)
        understood.update(Content(clean_text(words)))
        understood.set_class(loud, "-wrong")
        understood.set_class(not taken, "-missing")
        self.call_after_refresh(self._make_room)
        return taken

    def _say(self, name: str, said: Told | None) -> None:
        entry = self.query_one(f"#field-{name}")
        line = self.query_one(f"#told-{name}", Static)
        shown = said is not None and not (isinstance(entry, OfferInput) and entry.offering)
        if said is not None and shown:
            line.update(Content(clean_line(": ".join(filter(None, (said.words, said.hint))))))
            line.set_class(said.wrong, "-wrong")
        if shown and not line.display and entry.has_focus:
            self.call_after_refresh(line.scroll_visible, animate=False)
        line.display = shown

    def _go_to(self, name: str) -> None:
        """Go to a field that cannot be taken like this."""
        if name in self._fresh:
            self.query_one(f"#field-{name}").focus()

    def action_take(self) -> None:
        """Return the values, if they can be read."""
        if not list_is_open(self) and self._look(taking=True):
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
        self._unseen = {}
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

"""Where an import comes from: a file, a folder of cards, or a table that is pasted."""

from functools import partial
from typing import NamedTuple

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label, Static

from outreach_tui.domain.text import clean_line, clean_text
from outreach_tui.errors import BadInput, OutreachError
from outreach_tui.presentation.layout import cut
from outreach_tui.presentation.words import plural
from outreach_tui.screens.modals.dialog import Dialog
from outreach_tui.screens.picked_paths import describe, path_offers, paths_in
from outreach_tui.widgets.offers import OfferInput, OfferList
from outreach_tui.widgets.path_input import PathInput

_ABOUT = (
    "A list as CSV or Excel, vCards or a folder of them, a calendar, or an export. "
    "Or paste a table from a spreadsheet here."
)
_SHOWN = 50
"""Cells of what was pasted."""


class Picked(NamedTuple):
    """What is to be read."""

    typed: str
    pasted: str = ""
    """A table; it counts instead of what is typed."""


class ChooseSource(Dialog[Picked]):
    """Returns what was picked; it is there, whatever it holds."""

    DEFAULT_CSS = """
    ChooseSource {
        & > #box { width: 80; }
        & #about { height: auto; margin-bottom: 1; }
        & .row { height: 1; }
        & Label { width: 6; color: $muted; }
        & Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $cursor; color: $cursor-text; }
        & OfferList { margin-left: 6; }
        & #understood { height: auto; min-height: 2; margin-top: 1; color: $state-fresh; }
        & #understood.-missing { color: $muted; }
        & #understood.-wrong { color: $state-late; }
    }
    """

    def __init__(self, picked: Picked, folder: str, wrong: str = "") -> None:
        """`folder` is where paths begin that nobody typed yet; `wrong` is why the last try came to nothing."""
        super().__init__("Import", "↓ tab complete · enter goes on · esc leaves")
        self._picked = picked
        self._folder = folder
        self._wrong = wrong

    def inside(self) -> list[Widget]:
        """Return the field, what it offers, and what was understood."""
        below = OfferList()
        look = partial(path_offers, beginning=self._folder)
        field = PathInput(self._picked.typed, "~/customers.csv", look, below, "field-path")
        row = Horizontal(Label("File"), field, classes="row")
        return [Static(Content(_ABOUT), id="about"), row, below, Static(id="understood")]

    def on_mount(self) -> None:
        """Begin at the end of what is typed."""
        field = self.query_one(PathInput)
        field.focus()
        field.cursor_position = len(field.value)
        self._look()

    @on(PathInput.Pasted)
    def take_pasted(self, message: PathInput.Pasted) -> None:
        """Take paths that were dropped, a table, or a bit of a path."""
        field, text = self.query_one(PathInput), message.text.strip()
        if dropped := _dropped(text, field.value):
            field.value = dropped
            field.cursor_position = len(dropped)
        elif "\n" in text or "\t" in text:
            self._wrong, self._picked = "", Picked("", message.text)
            field.value = ""
            self._look()
        else:
            field.insert_text_at_cursor(text)

    def on_input_changed(self) -> None:
        """Look at what is typed; it takes the place of what was pasted."""
        typed = self.query_one(PathInput).value
        if typed != self._picked.typed:
            self._wrong, self._picked = "", Picked(typed)
        self._look()

    @on(PathInput.Shown)
    @on(OfferInput.Closed)
    def say_again(self) -> None:
        """Say what is typed now."""
        self._look()

    @on(OfferList.Clicked)
    def take_clicked(self, message: OfferList.Clicked) -> None:
        """Take an offer that was clicked."""
        self.query_one(PathInput).take(message.index)

    def on_input_submitted(self) -> None:
        """Go on with what is there; a folder without cards shows what is in it."""
        if self._look(taking=True):
            self.answer(self._picked)
        elif not self._picked.pasted and _is_folder(self._picked.typed):
            self.query_one(PathInput).go_into()

    def _look(self, *, taking: bool = False) -> bool:
        """Say what would be read; return whether it can be."""
        wrong, said = False, ""
        try:
            said = self._said()
        except OutreachError as error:
            wrong = True
            if (
                taking or not self.query_one(PathInput).offering
            ):  # nobody is told off while they choose
                said = f"{error.title}\n{error.hint}".strip()
        understood = self.query_one("#understood", Static)
        understood.update(Content(clean_text(self._wrong if self._wrong and not taking else said)))
        understood.set_class(wrong, "-missing")
        understood.set_class(bool(self._wrong) or (wrong and taking), "-wrong")
        return not wrong

    def _said(self) -> str:
        if self._picked.pasted:
            lines = [line for line in self._picked.pasted.splitlines() if line.strip()]
            first = cut(clean_line(lines[0].replace("\t", " · ")), _SHOWN) if lines else ""
            return f"Pasted: {plural(len(lines), 'line')}, from “{first}”"
        return describe(paths_in(self._picked.typed))


def _dropped(text: str, before: str) -> str:
    """Return the field's new text if paths were dropped on it: they go behind a file that is there, not a folder."""
    paths = " ".join(text.split("\n"))
    try:
        paths_in(paths)
    except BadInput:
        return ""
    try:
        more = not any(path.is_dir() for path in paths_in(before))
    except (BadInput, OSError):
        more = False
    return f"{before.strip()} {paths}" if more else paths


def _is_folder(typed: str) -> bool:
    try:
        return len(paths := paths_in(typed)) == 1 and paths[0].is_dir()
    except (OutreachError, OSError):
        return False

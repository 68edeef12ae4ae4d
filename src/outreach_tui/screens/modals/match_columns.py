"""What a list is, and what each of its columns holds: guessed, shown with samples, corrected by hand."""

from typing import NamedTuple, Protocol

from textual import on, work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from outreach_tui.domain.columns import EXTRA, MULTIPLE, PASSED_OVER, SheetKind, fields_of
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import OutreachError
from outreach_tui.keymap import IMPORT, bindings
from outreach_tui.presentation.column_text import (
    ENCODINGS,
    KINDS,
    ColumnTable,
    column_words,
    decoded_otherwise,
    list_line,
    reading_words,
)
from outreach_tui.presentation.layout import PieceLine, cut
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.dialog import Dialog
from outreach_tui.services.importing.looking import DateQuestion, SheetLook
from outreach_tui.services.importing.memory import Said
from outreach_tui.widgets.piece_view import PieceList, PieceView

_LETTERS = "abcdefhilmnopqrstuvwxyz0123456789"
"""To choose a field by; g, j and k move."""


class View(Protocol):
    """A list that can be looked at with what was said about it."""

    name: str
    rows: int

    def look(self, said: Said) -> SheetLook:
        """Return it as it is understood. Raises OutreachError."""


class Anew(NamedTuple):
    """The list is to be read in another encoding."""

    encoding: str
    said: Said
    """What was said about it so far."""


class MatchColumns(Dialog[Said | Anew]):
    """Returns what was said about a list, or that it is to be read anew; None to go a step back."""

    BINDINGS = bindings(IMPORT)
    DEFAULT_CSS = """
    MatchColumns {
        & > #box { width: 116; padding: 1 1; }
        & #list-line { height: 1; margin: 0 1; }
        & #head { height: 1; margin-top: 1; }
        & #columns { height: auto; min-height: 3; max-height: 60vh; }
        & #understood { height: auto; min-height: 1; margin: 1 1 0 1; color: $muted; }
        & #understood.-wrong { color: $state-late; }
    }
    """

    def __init__(self, view: View, said: Said, place: tuple[int, int], encoding: str = "") -> None:
        """`place` is which list of how many this is; `encoding` is set where another one can be tried."""
        super().__init__("Import: columns", "enter goes on · space changes · t type · esc back")
        self._view = view
        self._said = said
        self._place = place
        self._encoding = encoding
        self._look = view.look(said)

    def inside(self) -> list[Widget]:
        """Return the list's line, the columns, and what is missing."""
        head = PieceView(id="head")
        head.can_focus = False
        line = PieceView(id="list-line")
        line.can_focus = False
        columns = PieceList(id="columns")
        columns.styles.height = len(self._look.columns)
        return [line, head, columns, Static(id="understood")]

    def on_mount(self) -> None:
        """Begin with the first column."""
        self._show()
        self.query_one("#columns").focus()

    def _show(self, wrong: str = "") -> None:
        look = self._look
        kind = look.kind.value if look.kind else None
        asked = {question.header for question in look.questions}
        table = ColumnTable(look.columns, kind, self._view.rows, asked)
        self.query_one("#list-line", PieceView).show(
            lambda width: [list_line(self._view.name, self._view.rows, kind, self._place, width)]
        )
        self.query_one("#head", PieceView).show(lambda width: [table.head(width)])
        rows = self.query_one("#columns", PieceList)

        def row(index: int, width: int) -> PieceLine:
            return table.row(index, width, current=index == rows.cursor)

        rows.show_rows([column.header for column in look.columns], row)
        understood = self.query_one("#understood", Static)
        understood.update(Content(wrong or self._open()))
        understood.set_class(bool(wrong), "-wrong")

    def _open(self) -> str:
        """Return what is still to be said about the list, else what may be."""
        look = self._look
        if look.kind is None:
            return "Nobody could guess what this is: t says it."
        if look.missing:
            missing = " and ".join(f"“{column_words(f, look.kind)}”" for f in look.missing)
            return f"A column for {missing} is missing: space says which it is."
        if look.questions:
            question = look.questions[0]
            return (
                f"{clean_line(question.header)}: {clean_line(question.example)} in row {question.row:,} "
                "can be read two ways; enter asks."
            )
        said = [clean_line(c.header) for c in look.columns if c.header in look.remembered]
        if said:
            return f"As you chose before: {', '.join(said)}."
        if self._encoding not in ("", "utf-8", "ascii") and any(
            not s.isascii() for c in look.columns for s in c.samples
        ):
            return (
                f"Do ä, é, ł look wrong? e reads the letters in another way; now {self._encoding}."
            )
        return ""

    def action_take(self) -> None:
        """Go on once nothing is open."""
        look = self._look
        if look.kind is None:
            self.action_kind()
        elif look.missing:
            self._show(self._open())
        elif look.questions:
            self.ask_order(look.questions[0])
        else:
            self.answer(self._said)

    @on(PieceList.Chosen)
    def change_clicked(self) -> None:
        """Change a column that was clicked twice."""
        self.action_change()

    @on(PieceList.Moved)
    def draw_cursor(self) -> None:
        """Draw the rows that lost and got the cursor."""
        self.query_one("#columns").refresh()

    @work
    async def action_change(self) -> None:
        """Ask what the column under the cursor holds."""
        header, kind = self.query_one("#columns", PieceList).row_id, self._look.kind
        if header is None:
            return
        if kind is None:
            self.action_kind()
            return
        now = {column.header: column.field for column in self._look.columns}
        held = {field: of for of, field in now.items() if field not in MULTIPLE}
        first = [EXTRA, PASSED_OVER]
        fields = [*first, *(field for field in fields_of(kind) if field not in first)]
        choices = [
            Choice(
                letter,
                column_words(field, kind),
                field,
                "now"
                if field == now[header]
                else f"now {clean_line(held[field])}"
                if field in held
                else "",
            )
            for letter, field in zip(_LETTERS, fields, strict=False)
        ]
        samples = next(c.samples for c in self._look.columns if c.header == header)
        text = f"holds {' · '.join(map(clean_line, samples))}" if samples else "is empty"
        field = await self.app.push_screen_wait(Choose(clean_line(header), choices, text))
        if field is not None:
            others = {
                of: chosen
                for of, chosen in self._said.fields.items()
                if of != header and (chosen != field or field in MULTIPLE)
            }
            self._say(self._said._replace(fields={**others, header: field}))

    @work
    async def action_kind(self) -> None:
        """Ask what the rows are; fields that were chosen belong to the kind."""
        choices = [
            Choice(str(number), KINDS[kind], kind, "now" * (kind is self._look.kind))
            for number, kind in enumerate(SheetKind, 1)
        ]
        kind = await self.app.push_screen_wait(Choose("What is in the rows?", choices))
        if kind is not None and kind is not self._look.kind:
            self._say(Said(kind, {}, self._said.orders))

    @work
    async def ask_order(self, question: DateQuestion) -> None:
        """Ask how the dates of a column are to be read."""
        choices = [
            Choice(str(number), reading_words(order, on), order)
            for number, (order, on) in enumerate(question.readings, 1)
        ]
        order = await self.app.push_screen_wait(
            Choose(
                f"{clean_line(question.header)}: which day is {clean_line(question.example)}?",
                choices,
                f"Row {question.row:,}. It is read so in the whole column.",
            )
        )
        if order is not None:
            orders = {**self._said.orders, question.header: order}
            self._say(self._said._replace(orders=orders))

    @work
    async def action_encoding(self) -> None:
        """Ask how the letters are written; each answer is shown with a sample."""
        if not self._encoding:
            self.notify("The list itself says how its letters are written.", markup=False)
            return
        samples = [s for c in self._look.columns for s in c.samples if not s.isascii()]
        sample = min(samples, key=len, default="")
        choices = [
            Choice(str(number), words, name, cut(read, 20))
            for number, (name, words) in enumerate(ENCODINGS.items(), 1)
            if (read := decoded_otherwise(sample, self._encoding, name)) or not sample
        ]
        encoding = await self.app.push_screen_wait(Choose("How are the letters written?", choices))
        if encoding is not None and encoding != self._encoding:
            self.answer(Anew(encoding, self._said))

    def action_dates(self) -> None:
        """Ask again about dates that were answered."""
        orders = self._said.orders
        if not orders and not self._look.questions:
            self.notify("No date of this list can be read two ways.", markup=False)
            return
        self._say(self._said._replace(orders={}))
        if self._look.questions:
            self.ask_order(self._look.questions[0])
        else:
            self._say(self._said._replace(orders=orders))

    def _say(self, said: Said) -> None:
        try:
            self._look = self._view.look(said)
        except OutreachError as error:
            self._show(f"{error.title}; {error.hint}")
            return
        self._said = said
        self._show()

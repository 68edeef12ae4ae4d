"""The talk sheet: what do I need to know, and what did I hear? The brief stays left, the note is written right."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, Select, TextArea

from outreach_tui.domain.day_list import Suggestion
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.notes import LineKind, parse_note
from outreach_tui.domain.record import Change
from outreach_tui.domain.text import clean_text
from outreach_tui.domain.touchpoint import LIVE_KINDS, Direction, NextStep, TouchpointKind
from outreach_tui.domain.when import parse_when, say_weekday, to_instant, zone_info
from outreach_tui.errors import BadInput, OutreachError
from outreach_tui.keymap import EDITOR, EVERYWHERE, bindings
from outreach_tui.presentation.cards import card_title, customer_card, suggestion_card, understood
from outreach_tui.presentation.layout import PieceLine
from outreach_tui.presentation.words import TOUCHPOINT_WORDS
from outreach_tui.screens.desk import Desk, reading
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm
from outreach_tui.services.touchpoints import Talk
from outreach_tui.widgets.note_area import NoteArea
from outreach_tui.widgets.piece_view import PieceView
from outreach_tui.widgets.title_bar import TitleBar

HELP: tuple[PieceLine, ...] = (
    [("> ", "fresh"), ("what they said   ", "muted"), (">? ", "due"), ("what they ask", "muted")],
    [("? ", "accent"), ("what you asked   ", "muted"), (">+ ", "fresh"), ("praise", "muted")],
    [("! ", "due"), ("you promise by fri   ", "muted"), ("< ", "due"), ("they promise", "muted")],
    [
        ("= ", "never"), ("personal   ", "muted"), ("+ ", "heading"), ("you gave   ", "muted"),
        ("$ ", "late"), ("you asked for", "muted"),
    ],
)  # fmt: skip
"""The note syntax in four lines, while the note is empty."""


class TalkScreen(Screen[bool]):
    """Returns whether something was logged."""

    TITLE = "Talk"
    CSS_PATH = "talk.tcss"
    BINDINGS = bindings(EDITOR, [key for key in EVERYWHERE if key.id == "app.keys"])

    def __init__(
        self,
        desk: Desk,
        customer_id: str,
        *,
        suggestion: Suggestion | None = None,
        kind: TouchpointKind = TouchpointKind.CALL,
        direction: Direction = Direction.OUT,
        meeting: Meeting | None = None,
        choose_kind: bool = False,
        also: Sequence[Change] = (),
    ) -> None:
        super().__init__()
        self._desk = desk
        self._customer_id = customer_id
        self._suggestion = suggestion
        self._kind = kind
        self._direction = direction
        self._meeting = meeting
        self._choose_kind = choose_kind
        self._also = also
        self._plain = False

    def compose(self) -> ComposeResult:
        """Lay out the brief, the fields, the note and what was understood."""
        brief = self._desk.customers.brief(self._customer_id)
        people = [(Content(c.name), c.id) for c in brief.contacts] or [
            (Content("nobody in particular"), "")
        ]
        yield TitleBar(id="title")
        with Horizontal(id="panes"):
            yield PieceView(id="brief", classes="pane")
            with Vertical(id="writing"):
                with Vertical(id="fields"):
                    with Horizontal(classes="row"):
                        yield Label("What")
                        yield Select(
                            [(TOUCHPOINT_WORDS[k], k.value) for k in TouchpointKind],
                            value=self._kind.value,
                            allow_blank=False,
                            compact=True,
                            id="kind",
                        )
                        yield Label("When")
                        yield Input(self._start(), compact=True, id="when", select_on_focus=False)
                    with Horizontal(classes="row"):
                        yield Label("With")
                        yield Select(
                            people, value=people[0][1], allow_blank=False, compact=True, id="person"
                        )
                        yield Label("Minutes", id="minutes-label")
                        yield Input(
                            "",
                            compact=True,
                            id="minutes",
                            restrict=r"\d{0,4}",
                            select_on_focus=False,
                        )
                yield NoteArea(self._desk.drafts.get(self._draft_key, ""), id="note")
                yield PieceView(id="understood")
        yield Footer(show_command_palette=False)

    @property
    def _draft_key(self) -> str:
        return f"talk:{self._customer_id}:{self._kind.value}:{self._direction.value}"

    def _start(self) -> str:
        if self._meeting is None:
            return "now"
        return f"{self._meeting.start_at.astimezone(zone_info(self._meeting.zone)):%Y-%m-%d %H:%M}"

    def on_mount(self) -> None:
        """Show the brief; the cursor is in the note."""
        brief = self._desk.customers.brief(self._customer_id)
        who = reading(self._desk)
        title = self.query_one(TitleBar)
        title.left = f"Talk · {card_title(brief.standing)}"
        title.right = (
            "they contacted us" if self._direction is Direction.IN else "what did you hear?"
        )
        suggestion = self._suggestion
        view = self.query_one("#brief", PieceView)
        view.show(
            lambda width: (
                suggestion_card(brief, suggestion, width, who)
                if suggestion is not None and suggestion.customer_id == self._customer_id
                else customer_card(brief, width, who)
            )
        )
        view.border_title = Content("What you know")
        view.can_focus = True
        self.query_one("#understood", PieceView).can_focus = False
        self.query_one("#kind" if self._choose_kind else "#note").focus()
        self.query_one(NoteArea).border_title = Content("What did you hear?")
        if self._desk.drafts.get(self._draft_key):
            title.right = "your draft is back"
        self._show_understood()

    @on(TextArea.Changed)
    def keep_draft(self, event: TextArea.Changed) -> None:
        """Keep what is typed, and show what is understood of it."""
        self._desk.drafts[self._draft_key] = event.text_area.text
        self._show_understood()

    @on(NoteArea.PastedMarkers)
    @work
    async def ask_whose_markers(self) -> None:
        """Ask once whether the markers of a pasted text are ours."""
        plain = await self.app.push_screen_wait(
            Choose(
                "The pasted text has lines that begin like markers",
                [
                    Choice("o", "they are ours: read them", False),
                    Choice("p", "plain text: leave it as it is", True),
                ],
            )
        )
        self._plain = bool(plain)
        self._show_understood()

    def _show_understood(self) -> None:
        note = self.query_one(NoteArea)
        note.plain = self._plain
        today = self._desk.workspace.today

        def layout(width: int) -> Sequence[PieceLine]:
            if not note.text.strip():
                return HELP
            return [] if self._plain else understood(note.text, today, width)

        view = self.query_one("#understood", PieceView)
        view.show(layout)
        if note.cursor_location[0] >= note.document.line_count - 1:
            view.scroll_end(animate=False)  # what is being typed is what should be seen

    def action_leave(self) -> None:
        """Leave; the draft is kept."""
        if self.query_one(NoteArea).text.strip():
            self.notify("Your draft is kept here until you quit.", markup=False)
        self.dismiss(False)

    @work
    async def action_save(self) -> None:
        """Log it, after asking what happens next."""
        try:
            talk = self._talk()
        except OutreachError as error:
            self._show_error(error)
            return
        try:
            if talk.kind in LIVE_KINDS:
                answered = await self._ask_next(talk)
                if answered is None:
                    return
                talk = answered
            self._desk.touchpoints.log(talk, also=self._also)
        except OutreachError as error:
            self._show_error(error)
            return
        self._desk.drafts.pop(self._draft_key, None)
        self.notify("Logged. u undoes.", markup=False, timeout=3)
        self.dismiss(True)

    def _show_error(self, error: OutreachError) -> None:
        self.notify(error.hint or " ", title=error.title, severity="error", markup=False, timeout=8)

    def _talk(self) -> Talk:
        """Return what is on the sheet. Raises BadInput."""
        workspace = self._desk.workspace
        kind, person = (
            self.query_one("#kind", Select).value,
            self.query_one("#person", Select).value,
        )
        typed = self.query_one("#when", Input).value.strip()
        at = None
        if typed and typed.casefold() != "now":
            when = parse_when(typed, workspace.today, past=True)
            local = workspace.now.astimezone(zone_info(workspace.zone))
            clock = when.clock or (
                local.time()
                if when.on == workspace.today
                else local.time().replace(hour=12, minute=0)
            )
            at = to_instant(when.on, clock.replace(second=0, microsecond=0), workspace.zone)
        minutes = self.query_one("#minutes", Input).value
        note = self.query_one(NoteArea).text
        if kind == TouchpointKind.NOTE.value and not note.strip():
            raise BadInput("The note is empty.", "Write it, or leave with esc.")
        return Talk(
            customer_ids=(self._customer_id,),
            kind=TouchpointKind(str(kind)),
            direction=self._direction,
            contact_ids=(str(person),) if person else (),
            at=at,
            minutes=int(minutes) if minutes else None,
            note=note,
            plain=self._plain,
            meeting_id=self._meeting.id if self._meeting else None,
        )

    async def _ask_next(self, talk: Talk) -> Talk | None:
        """Return the talk with what happens afterwards; None to go back to the sheet."""
        workspace = self._desk.workspace
        lines = () if talk.plain else parse_note(talk.note, workspace.today)
        promised = [line for line in lines if line.kind is LineKind.WE_PROMISE]
        cadence = self._desk.customers.standing(self._customer_id).cadence
        again = workspace.today + timedelta(days=cadence.ideal_days)
        choices = [
            Choice("n", "nothing needed", "none", f"again by about {say_weekday(again)}"),
            Choice("f", "follow up on a day …", "follow"),
        ]
        if promised:
            due = f" by {say_weekday(promised[0].due_on)}" if promised[0].due_on else ""
            choices.insert(0, Choice("k", f"keep the promise: {promised[0].words}{due}", "promise"))
        step = await self.app.push_screen_wait(Choose("What happens next?", choices))
        if step is None:
            return None
        if step == "promise":
            return _replace(talk, next_step=NextStep.PROMISE)
        if step == "none":
            return _replace(talk, next_step=NextStep.NONE_NEEDED)
        values = await self.app.push_screen_wait(
            FillForm(
                "Follow up",
                [Field("what", "What", "call again"), Field("on", "When", "", "fri, in 2 weeks")],
                lambda typed: say_weekday(parse_when(typed["on"], workspace.today).on),
                focus="on",
            )
        )
        if values is None:
            return None
        return _replace(
            talk,
            next_step=NextStep.PROMISE,
            follow_up=values["what"].strip() or "call again",
            follow_up_on=parse_when(values["on"], workspace.today).on,
        )

    def action_external_editor(self) -> None:
        """Write the note in the program that `$VISUAL` or `$EDITOR` names."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not editor:
            self.notify(
                "Set $EDITOR to the program you write with.", title="No editor", markup=False
            )
            return
        note = self.query_one(NoteArea)
        handle, name = tempfile.mkstemp(suffix=".txt", prefix="outreach-note-")
        path = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(note.text)
            with self.app.suspend():
                subprocess.run([*shlex.split(editor), name], check=False)  # noqa: S603  the user's own editor
            note.text = clean_text(path.read_text(encoding="utf-8", errors="replace")).rstrip("\n")
        except (SuspendNotSupported, OSError, ValueError) as error:
            self.notify(
                str(error) or "This terminal cannot be handed over.",
                title="The editor did not start",
                markup=False,
            )
        finally:
            path.unlink(missing_ok=True)


def _replace(talk: Talk, **fields: object) -> Talk:
    return msgspec.structs.replace(talk, **fields)

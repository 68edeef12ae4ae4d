"""The talk sheet: what do I need to know, and what did I hear? The brief stays left, the note is written right."""

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
from textual import events, on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, Select, TextArea

from outreach_tui.domain.brief import Brief
from outreach_tui.domain.day_list import Suggestion
from outreach_tui.domain.hours import add_working_days
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.notes import LineKind, parse_note
from outreach_tui.domain.record import Change
from outreach_tui.domain.text import clean_line, clean_text
from outreach_tui.domain.touchpoint import LIVE_KINDS, Direction, NextStep, TouchpointKind
from outreach_tui.domain.when import local_day, parse_when, say_weekday, to_instant, zone_info
from outreach_tui.drafts import Draft
from outreach_tui.errors import BadInput, OutreachError
from outreach_tui.keymap import EDITOR, EVERYWHERE, bindings
from outreach_tui.presentation.cards import card_title, customer_card, suggestion_card, understood
from outreach_tui.presentation.layout import PieceLine
from outreach_tui.presentation.words import TOUCHPOINT_WORDS
from outreach_tui.screens.choosing import list_is_open
from outreach_tui.screens.desk import Desk, reading
from outreach_tui.screens.drafting import Keeper, real_today
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, only
from outreach_tui.screens.telling import ask_told
from outreach_tui.services.touchpoints import Talk
from outreach_tui.services.typed_values import read_day_ahead
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
NOTHING_NOTED = "The note is empty: only that you spoke is kept."


class TalkScreen(Screen[bool]):
    """Returns whether something was logged. With `any_kind` a draft of any kind of talk is gone on with."""

    TITLE = "Talk"
    CSS_PATH = "talk.tcss"
    BINDINGS = bindings(EDITOR, [key for key in EVERYWHERE if key.id == "app.keys"])

    def __init__(
        self,
        desk: Desk,
        brief: Brief,
        *,
        suggestion: Suggestion | None = None,
        kind: TouchpointKind = TouchpointKind.CALL,
        direction: Direction = Direction.OUT,
        meeting: Meeting | None = None,
        any_kind: bool = False,
        also: Sequence[Change] = (),
    ) -> None:
        super().__init__()
        self._desk = desk
        self._brief = brief
        self._customer_id = brief.customer.id
        self._suggestion = suggestion
        self._kind = kind
        self._direction = direction
        self._meeting = meeting
        self._any_kind = any_kind
        self._also = also
        self._plain = False
        self._found: Draft | None = None
        """What was brought back."""
        self._done = False

    def compose(self) -> ComposeResult:
        """Lay out the brief, the fields, the note and what was understood."""
        brief = self._brief
        people = [(Content(c.name), c.id) for c in brief.contacts] or [
            (Content("nobody in particular"), "")
        ]
        about = f"A note about {brief.customer.name}"
        self._draft = Keeper(self._desk, self._draft_key(), about)
        typed = self._bring_back([id_ for _, id_ in people])
        yield TitleBar(id="title")
        with Horizontal(id="panes"):
            yield PieceView(id="brief", classes="pane")
            with Vertical(id="writing"):
                with Vertical(id="fields"):
                    with Horizontal(classes="row"):
                        yield Label("What")
                        yield Select(
                            [(TOUCHPOINT_WORDS[k], k.value) for k in TouchpointKind],
                            value=typed.get("kind", self._kind.value),
                            allow_blank=False,
                            compact=True,
                            id="kind",
                        )
                        yield Label("When")
                        yield Input(
                            typed.get("when", self._start()),
                            compact=True,
                            id="when",
                            select_on_focus=False,
                        )
                    with Horizontal(classes="row"):
                        yield Label("With")
                        yield Select(
                            people,
                            value=typed.get("person", people[0][1]),
                            allow_blank=False,
                            compact=True,
                            id="person",
                        )
                        yield Label("Minutes", id="minutes-label")
                        yield Input(
                            typed.get("minutes", ""),
                            compact=True,
                            id="minutes",
                            restrict=r"\d{0,4}",
                            select_on_focus=False,
                        )
                yield NoteArea(typed.get("note", ""), id="note")
                yield PieceView(id="understood")
        yield Footer(show_command_palette=False)

    def _draft_key(self) -> str:
        """Return which draft this sheet goes on with; where any kind can be logged, one of another kind too."""
        about, direction = f"talk:{self._customer_id}:", f":{self._direction.value}"
        own = f"{about}{self._kind.value}{direction}"
        keys = [draft.key for draft in self._desk.drafts.waiting()] if self._any_kind else []
        others = (key for key in keys if key.startswith(about) and key.endswith(direction))
        return own if own in keys else next(others, own)

    def _bring_back(self, people: Collection[str]) -> dict[str, str]:
        """Return what was typed in this sheet before, by field, as far as it still fits."""
        found = self._found = self._draft.find()
        if found is None:
            return {}
        typed = dict(found.typed)
        if "when" in typed:
            typed["when"] = clean_line(typed["when"])
        if typed.get("kind") not in list(TouchpointKind):
            typed.pop("kind", None)
        if typed.get("person") not in people:
            typed.pop("person", None)
        if not re.fullmatch(r"[0-9]{0,4}", typed.get("minutes", "")):
            del typed["minutes"]
        zone = self._desk.workspace.zone
        on = local_day(found.at, zone)
        if self._meeting is None and on < min(real_today(self._desk), self._desk.workspace.today):
            # It was "now" when it was typed.
            typed.setdefault("when", f"{found.at.astimezone(zone_info(zone)):%Y-%m-%d %H:%M}")
        self._plain = typed.get("plain") == "yes"
        return typed

    def _typed(self) -> dict[str, str]:
        """Return what is on the sheet and worth keeping, by field; nothing while nobody typed."""
        when = self.query_one("#when", Input).value.strip()
        typed = {
            "note": self.query_one(NoteArea).text,
            "when": "" if when == self._start() else self._exact(when),
            "minutes": self.query_one("#minutes", Input).value,
        }
        typed = {field: text for field, text in typed.items() if text.strip()}
        if not typed:
            return {}
        chosen = {
            name: str(self.query_one(f"#{name}", Select).value) for name in ("kind", "person")
        }
        return typed | chosen | ({"plain": "yes"} if self._plain else {})

    def _exact(self, when: str) -> str:
        """Return a time as it reads on any other day too: "yesterday 15:00" is another one tomorrow."""
        try:
            read = parse_when(when, self._desk.workspace.today, past=True)
        except OutreachError:
            return when
        return f"{read.on} {read.clock:%H:%M}" if read.clock else str(read.on)

    def _start(self) -> str:
        if self._meeting is None:
            return "now"
        return f"{self._meeting.start_at.astimezone(zone_info(self._meeting.zone)):%Y-%m-%d %H:%M}"

    def on_mount(self) -> None:
        """Show the brief; the cursor is in the note."""
        brief, who = self._brief, reading(self._desk)
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
        note = self.query_one(NoteArea)
        note.border_title = Content("What did you hear?")
        if self._found:
            note.border_subtitle = Content(f"draft of {self._draft.when(self._found)} brought back")
            note.move_cursor(note.document.end)
        note.focus()
        self._draft.begin(self)
        self._show_understood()

    def on_unmount(self) -> None:
        """Write what was typed last, however the sheet was left."""
        self._draft.save()

    @on(TextArea.Changed)
    def show_note(self) -> None:
        """Keep what is typed, and show what is understood of it."""
        self.keep_draft()
        self._show_understood()

    @on(Input.Changed)
    @on(Select.Changed)
    def keep_draft(self) -> None:
        """Keep what is typed."""
        if not self._done:
            self._draft.keep(self._typed())

    def on_key(self, event: events.Key) -> None:
        """Take what is typed beside the fields into the note: a closed list and the brief have no use for letters."""
        bound = event.key in self.active_bindings
        if event.is_printable and event.character and not bound and self._beside_fields():
            event.stop()
            note = self.query_one(NoteArea)
            note.focus()
            note.insert(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste beside the fields into the note as well."""
        if self._beside_fields():
            event.stop()
            note = self.query_one(NoteArea)
            note.focus()
            note.post_message(events.Paste(event.text))

    def _beside_fields(self) -> bool:
        return self.focused is None or isinstance(self.focused, (Select, PieceView))

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
        self.keep_draft()
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
        if self._typed():
            self.notify("Your draft is kept, and comes back with this sheet.", markup=False)
        self.dismiss(False)

    def action_start_afresh(self) -> None:
        """Throw the draft away that was brought back; the editor of the note can undo that."""
        self._found = None
        note = self.query_one(NoteArea)
        note.clear()
        note.border_subtitle = None
        self.query_one("#when", Input).value = self._start()
        self.query_one("#minutes", Input).value = ""
        self._plain = False
        self._draft.drop()
        self.refresh_bindings()
        note.focus()
        self.notify("The draft is gone; ctrl+z in the note brings it back.", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to start afresh only where a draft was brought back."""
        if action == "start_afresh":
            return self._found is not None
        return super().check_action(action, parameters)

    @work
    async def action_save(self) -> None:
        """Log it, after asking whether they know now what they waited for, and what happens next."""
        if list_is_open(self):
            return
        try:
            talk = self._talk()
        except OutreachError as error:
            self._show_error(error)
            return
        try:
            owed = self._desk.touchpoints.could_tell(talk)
            told = await ask_told(
                self.app, owed, self._desk.workspace.today, leaves="esc goes back"
            )
            if told is None:
                return
            talk = _replace(talk, told=told)
            if talk.kind in LIVE_KINDS:
                answered = await self._ask_next(talk)
                if answered is None:
                    return
                talk = answered
            self._desk.touchpoints.log(talk, also=self._also)
        except OutreachError as error:
            self._show_error(error)
            return
        self._done = True
        self._draft.drop()
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
        today = workspace.today
        lines = () if talk.plain else parse_note(talk.note, today)
        promised = [line for line in lines if line.kind is LineKind.WE_PROMISE]
        cadence = self._desk.customers.standing(self._customer_id).cadence
        before = today + timedelta(days=cadence.ideal_days - 1)
        again = add_working_days(before, 1, workspace.member.working_days)
        choices = [
            Choice("n", "nothing needed", "none", f"again by about {say_weekday(again)}"),
            Choice("f", "follow up on a day …", "follow"),
        ]
        if promised:
            due = f" by {say_weekday(promised[0].due_on)}" if promised[0].due_on else ""
            choices.insert(0, Choice("k", f"keep the promise: {promised[0].words}{due}", "promise"))
        step = await self.app.push_screen_wait(
            Choose(
                "What happens next?",
                choices,
                "" if talk.note.strip() else NOTHING_NOTED,
                leaves="esc goes back",
            )
        )
        if step is None:
            return None
        if step == "promise":
            return _replace(talk, next_step=NextStep.PROMISE)
        if step == "none":
            return _replace(talk, next_step=NextStep.NONE_NEEDED)

        def day(text: str) -> date:
            return read_day_ahead(text, today, today, "Follow up today or later: fri, in 2 weeks.")

        values = await self.app.push_screen_wait(
            FillForm(
                "Follow up",
                [Field("what", "What", "call again"), Field("on", "When", "", "fri, in 2 weeks")],
                only("on", lambda text: say_weekday(day(text))),
                focus="on",
            )
        )
        if values is None:
            return None
        return _replace(
            talk,
            next_step=NextStep.PROMISE,
            follow_up=values["what"].strip() or "call again",
            follow_up_on=day(values["on"]),
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

"""Whom should I talk to now? Commitments first, then today's suggestions with their reasons, one at a time."""

from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Footer, Static

from outreach_tui.domain.commitments import Commitment, CommitmentKind
from outreach_tui.domain.day import Day, Item, ItemState
from outreach_tui.domain.day_list import Suggestion, SuggestionKind
from outreach_tui.domain.facts import OwedAnswer
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.touchpoint import TouchpointKind
from outreach_tui.domain.when import say_weekday
from outreach_tui.errors import NotFound
from outreach_tui.keymap import CUSTOMER, EVERYWHERE, TODAY, WELCOME, bindings
from outreach_tui.presentation.cards import (
    Reading,
    card_title,
    commitment_card,
    suggestion_card,
)
from outreach_tui.presentation.days import day_end, progress, welcome, why_text
from outreach_tui.presentation.layout import PieceLine, cut, fit
from outreach_tui.presentation.load_text import AT_RATE, load_notice
from outreach_tui.presentation.rows import (
    SECTIONS,
    became_words,
    commitment_row,
    heading_row,
    item_row,
    suggestion_name,
)
from outreach_tui.presentation.words import plural
from outreach_tui.screens.customer_actions import CustomerActions
from outreach_tui.screens.desk import Desk, reading
from outreach_tui.screens.import_actions import ImportActions
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.telling import ask_told
from outreach_tui.widgets.piece_view import PieceList, PieceView
from outreach_tui.widgets.title_bar import TitleBar

END = "end"
"""Id of the last row, which sums the day up."""
KINDS = {
    SuggestionKind.VISIT: TouchpointKind.VISIT,
    SuggestionKind.WRITE: TouchpointKind.EMAIL,
}
"""What the talk sheet begins with, where that is no call; what brings customers together begins with a call."""


class TodayScreen(ImportActions, CustomerActions):
    """The day's list at the left, the card of the current line at the right."""

    TITLE = "Today"
    CSS_PATH = "today.tcss"
    BINDINGS = [
        *bindings(TODAY, CUSTOMER, EVERYWHERE, WELCOME),
        Binding("escape", "unmark", "unmark", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._whose: str | None = None
        self._day: Day | None = None
        self._ids: list[str | None] = []
        self._headings: dict[int, str] = {}
        self._items: dict[str, Item] = {}
        self._commitments: dict[str, Commitment] = {}
        self._reading: Reading | None = None
        self._card_of: str | None = None
        """The row whose card is shown: its place is kept while others write."""

    def compose(self) -> ComposeResult:
        """Lay out the title, the list and the card."""
        yield TitleBar()
        yield Static(id="load")
        with Horizontal(id="panes"):
            yield PieceList(id="list", classes="pane")
            yield PieceView(id="card", classes="pane")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one("#card", PieceView).can_focus = True
        self.query_one("#load").display = False
        self.query_one("#list", PieceList).focus()

    def on_screen_resume(self) -> None:
        """Read again whenever the screen comes back: something may have changed meanwhile."""
        self.reload()

    def reload(self) -> None:
        """Read the day again and show it."""
        day = self.attempt(self._read_day)
        if day is None:
            return
        self._day = day
        self._reading = reading(self.desk)
        came_back = self._came_back(day)
        self._items = {item.id: item for item in day.items}
        self._commitments = {f"commitment:{c.id}": c for c in day.commitments}
        self._lay_out_ids(day)
        title = self.query_one(TitleBar)
        title.left = f"Today · {say_weekday(day.on)} · {day.member.name}"
        title.right = progress(day)
        rows = self.query_one("#list", PieceList)
        rows.border_title = Content("Today" if self._ids else "Welcome")
        rows.show_rows(self._ids, self._row, cursor_on=came_back)
        self._show_card()
        self.call_after_refresh(self._show_load)  # counting must not delay the list

    def _show_load(self) -> None:
        """Say in one quiet line that more is promised than can be done; only of one's own day."""
        load = self.attempt(self.desk.loads.of) if self._whose is None else None
        notice = load_notice(load) if load else ""
        line = self.query_one("#load", Static)
        line.display = bool(notice)
        key = "  , l"
        room = self.size.width - 2 - len(key)
        if len(notice) > room:
            notice = notice.removesuffix(AT_RATE)
        line.update(Content.assemble((f" {cut(notice, room)}{key}", "$muted")))

    def _came_back(self, day: Day) -> str | None:
        """Return the line that waits again since it was read last: what was undone is where to go on."""
        return next(
            (
                item.id
                for item in day.items
                if item.state is ItemState.WAITING
                and (before := self._items.get(item.id)) is not None
                and before.state is not ItemState.WAITING
            ),
            None,
        )

    def _read_day(self) -> Day:
        member = self.desk.workspace.find_member(self._whose) if self._whose else None
        return self.desk.day_plans.today(member)

    def _lay_out_ids(self, day: Day) -> None:
        self._ids, self._headings = [], {}
        if self._commitments:
            self._head("Planned")
            self._ids += self._commitments
        for section in dict.fromkeys(SECTIONS.values()):
            ids = [item.id for item in day.items if SECTIONS[item.suggestion.kind] == section]
            if ids:
                self._head(section)
                self._ids += ids
        if day.items and not day.waiting:
            self._head("Done")
            self._ids.append(END)
        elif day.free and not day.items:
            self._head(day.free[:1].upper() + day.free[1:])
            self._ids.append(END)

    def _head(self, title: str) -> None:
        self._headings[len(self._ids)] = title
        self._ids.append(None)

    def _row(self, index: int, width: int) -> PieceLine:
        row_id = self._ids[index]
        if row_id is None:
            return heading_row(self._headings[index], width)
        current = index == self.query_one("#list", PieceList).cursor
        if row_id == END and not self._items:
            return [("· ", ""), (fit("nothing new; R fills it anyway", width - 2), "")]
        if row_id == END:
            return [("✓ ", "fresh"), ("the list is done; R refills", "")]
        if row_id in self._commitments:
            commitment = self._commitments[row_id]
            assert self._reading is not None
            return commitment_row(
                commitment,
                self._name_of(commitment.customer_id),
                width,
                self._reading,
                current=current,
            )
        item = self._items[row_id]
        row = item_row(item, self._standing(item.suggestion), width, current=current)
        return (
            [("● ", "accent"), *row[1:]]
            if item.suggestion.customer_id in self.marked and not current
            else row
        )

    def _standing(self, suggestion: Suggestion) -> Standing | None:
        try:
            return self.desk.customers.standing(suggestion.customer_id)
        except NotFound:
            return None

    def _name_of(self, customer_id: str | None) -> str:
        try:
            return self.desk.customers.get(customer_id).name if customer_id else ""
        except NotFound:
            return "removed customer"

    # What is under the cursor.

    @property
    def _row_id(self) -> str | None:
        return self.query_one("#list", PieceList).row_id

    def _item(self) -> Item | None:
        return self._items.get(self._row_id or "")

    def _commitment(self) -> Commitment | None:
        return self._commitments.get(self._row_id or "")

    def suggestion(self) -> Suggestion | None:
        """Return the suggestion under the cursor."""
        item = self._item()
        return item.suggestion if item and not self.marked else None

    def chosen(self) -> list[str]:
        """Return the marked customers, else the one under the cursor; none that somebody removed."""
        item, commitment = self._item(), self._commitment()
        if self.marked:
            listed = [i.suggestion.customer_id for i in self._items.values()]
            ids = [id_ for id_ in listed if id_ in self.marked]
        elif item:
            ids = [item.suggestion.customer_id]
        else:
            ids = [commitment.customer_id] if commitment and commitment.customer_id else []
        on_file = self.desk.workspace.store.rows()
        return [id_ for id_ in ids if id_ in on_file]

    def acted(self) -> None:
        """Show what changed, and move on to the next line that waits."""
        super().acted()
        item = self._item()
        if item is None or item.state is ItemState.WAITING:
            return
        rows = self.query_one("#list", PieceList)
        ids = [*self._ids[rows.cursor + 1 :], *self._ids[: rows.cursor]]
        waiting = next(
            (
                i
                for i in ids
                if i and (i in self._items) and self._items[i].state is ItemState.WAITING
            ),
            None,
        )
        rows.show_rows(
            self._ids, self._row, cursor_on=waiting or (END if END in self._ids else None)
        )

    @on(PieceList.Moved)
    def show_current(self) -> None:
        """Show the card of the line that became current."""
        self._show_card()

    @on(PieceList.Chosen)
    def talk_to_chosen(self) -> None:
        """Act on a line that was clicked twice."""
        self.action_talk()

    def _show_card(self) -> None:
        card = self.query_one("#card", PieceView)
        who = self._reading
        item, commitment = self._item(), self._commitment()
        customer_id = (
            item.suggestion.customer_id if item else commitment.customer_id if commitment else None
        )
        if who is None or self._day is None:
            return
        same, self._card_of = self._card_of == self._row_id, self._row_id
        try:
            brief = self.desk.customers.brief(customer_id) if customer_id else None
        except NotFound:
            brief = None
        if brief is None:
            day, customers = self._day, len(self.desk.workspace.store.rows())
            introduced = self.desk.members.introduced
            planned = [m for m in self.desk.meetings.all() if m.ahead]
            card.border_title = Content(
                "The day" if day.items else "Begin here" if not customers else "Nothing waits"
            )
            card.show(
                lambda width: (
                    day_end(day, planned, width, who)
                    if day.items or customers
                    else welcome(width, introduced)
                ),
                keep_place=same,
            )
            return
        card.border_title = Content(card_title(brief.standing))
        if item:
            if item.suggestion.near:
                card.border_title = Content(suggestion_name(item.suggestion, brief.standing))
            suggestion, became = item.suggestion, became_words(item)
            card.show(
                lambda width: suggestion_card(brief, suggestion, width, who, became=became),
                keep_place=same,
            )
        elif commitment:
            meeting = self.desk.workspace.store.get(Meeting, commitment.id)
            card.show(
                lambda width: commitment_card(brief, commitment, meeting, width, who),
                keep_place=same,
            )

    # Actions of this screen.

    def action_talk(self) -> None:
        """Act on the current line: the talk sheet with the suggested kind."""
        commitment = self._commitment()
        if commitment is not None:
            self._act_on_commitment(commitment)
            return
        item = self._item()
        if item is None:
            self.say(
                "I imports a spreadsheet, + adds a customer."
                if not self._ids
                else "E exports what is planned."
                if self._items
                else "R fills the list all the same."
            )
            return
        self.talk_about(
            item.suggestion.customer_id, kind=KINDS.get(item.suggestion.kind, TouchpointKind.CALL)
        )

    def _act_on_commitment(self, commitment: Commitment) -> None:
        if commitment.kind in (CommitmentKind.MEETING, CommitmentKind.AFTER_MEETING):
            meeting = self.desk.workspace.store.get(Meeting, commitment.id)
            if meeting is None or commitment.customer_id is None:
                self.say("Nobody is named for this meeting.")
            elif meeting.kind is MeetingKind.BLOCK:
                self.say("The calls of this block are in the list below.")
            elif meeting.start_at > self.desk.workspace.now:
                self.say("It has not begun yet. l logs something else about them.")
            else:
                self.talk_about(
                    commitment.customer_id, kind=TouchpointKind(meeting.kind.value), meeting=meeting
                )
        else:
            self.ask_about(commitment)

    @work
    async def ask_about(self, commitment: Commitment) -> None:
        """Ask whether a promise was kept or a question answered, or whether to talk first."""
        asked = commitment.kind is CommitmentKind.ANSWER
        done = Choice("d", "they have their answer" if asked else "it is done", "done")
        talk = Choice("t", "talk to them", "talk")
        step = await self.app.push_screen_wait(
            Choose(
                "They asked" if asked else "You promised",
                [talk, done] if asked else [done, talk],
                f"{commitment.text} · {self._name_of(commitment.customer_id)}",
            )
        )
        if step == "done":
            self.mark_done(commitment)
        elif step == "talk" and commitment.customer_id:
            self.talk_about(commitment.customer_id)

    def action_refill(self) -> None:
        """Add whom else would be suggested now."""
        more = self.attempt(self.desk.day_plans.refill)
        if more:
            self.say(f"{plural(more, 'suggestion')} more. u undoes.")
            self.reload()

    def action_done(self) -> None:
        """Say that the promise under the cursor was kept, or that they have the answer they waited for."""
        commitment, item = self._commitment(), self._item()
        if commitment and commitment.kind in (CommitmentKind.PROMISE, CommitmentKind.ANSWER):
            self.mark_done(commitment)
        elif item and (standing := self._standing(item.suggestion)) and standing.facts.owed:
            self.ask_what_they_know(standing.facts.owed)
        else:
            self.say(f"d is for promises and questions{self._instead_of_done()}.")

    def _instead_of_done(self) -> str:
        """Return what does for the current line what `d` does for a promise."""
        commitment, item = self._commitment(), self._item()
        if commitment:
            after = commitment.kind is CommitmentKind.AFTER_MEETING
            return "; enter says how it was" if after else "; a meeting is logged with enter"
        if item is None:
            return ""
        letter = item.suggestion.kind is SuggestionKind.ANSWER
        return "; a letter is answered with enter" if letter else "; enter logs what you did"

    def mark_done(self, commitment: Commitment) -> None:
        """Write that a promise was kept, or a question answered."""
        if commitment.kind is CommitmentKind.ANSWER:
            self.tell([commitment.id])
            return
        self.attempt(lambda: self.desk.day_plans.keep_promise(commitment.id))
        self.say("Kept. u undoes.")
        self.acted()

    @work
    async def ask_what_they_know(self, owed: Sequence[OwedAnswer]) -> None:
        """Ask which of the answers that are owed they have."""
        told = await ask_told(self.app, owed, self.desk.workspace.today)
        if told:
            self.tell(told)

    def tell(self, feedback_ids: Sequence[str]) -> None:
        """Write that they have been told."""

        def write() -> bool:
            self.desk.answers.tell(feedback_ids, also=self.freezing())
            return True

        if self.attempt(write):
            self.say("They know. u undoes.")
        self.acted()

    @work
    async def action_wrong_reason(self) -> None:
        """Mute a reason of the current suggestion for 90 days."""
        item = self._item()
        if item is None:
            self.say("x is for suggestions.")
            return
        reasons = item.suggestion.reasons
        code = await self.app.push_screen_wait(
            Choose(
                "Which reason is wrong? It stays away for 90 days.",
                [
                    Choice(str(number), reason.code.replace("-", " "), reason.code)
                    for number, reason in enumerate(reasons, 1)
                ],
                # In full above the choices: who calls a reason wrong has to read all of it.
                "\n".join(f"{number}  {reason.text}" for number, reason in enumerate(reasons, 1)),
            )
        )
        if code and self.attempt(
            lambda: self.desk.decisions.mute(
                item.suggestion.customer_id, code, also=self.freezing()
            )
        ):
            self.acted()

    def action_mark(self) -> None:
        """Mark or unmark the suggestion under the cursor."""
        item = self._item()
        if item is None:
            return
        self.marked ^= {item.suggestion.customer_id}
        rows = self.query_one("#list", PieceList)
        rows.refresh()
        rows.action_cursor_down()

    def action_unmark(self) -> None:
        """Take all marks away; never quits."""
        self.marked.clear()
        self.query_one("#list", PieceList).refresh()

    def action_why(self) -> None:
        """Explain the current suggestion, and who was left out."""
        item, day, who = self._item(), self._day, self._reading
        if day is None or who is None:
            return
        names = {left.customer_id: self._name_of(left.customer_id) for left in day.left_out}
        standing = self._standing(item.suggestion) if item else None
        self.app.push_screen(
            ReadText(
                "Why, and why not",
                lambda width: why_text(item, standing, day, names, width=width, reading=who),
            )
        )

    @work
    async def action_whose(self) -> None:
        """Show another member's day."""
        members = self.desk.workspace.members
        if len(members) < 2:
            self.say("You work alone with this file so far.")
            return
        me = self.desk.workspace.member
        choices = [
            Choice(str(n), m.name, m.id, "me" * (m.id == me.id)) for n, m in enumerate(members, 1)
        ]
        answer = await self.app.push_screen_wait(Choose("Whose day?", choices))
        if answer:
            self._whose = None if answer == me.id else answer
            self.reload()

    def action_find(self) -> None:
        """Find a customer: on Today that is the palette."""
        self.app.action_command_palette()

"""Who is this customer, and what happened between us? The card at the left, the timeline at the right."""

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Footer

from outreach_tui.keymap import BACK, CUSTOMER, EVERYWHERE, PAGE, Key, bindings
from outreach_tui.presentation.cards import card_title, customer_card, timeline
from outreach_tui.presentation.days import why_standing
from outreach_tui.screens.customer_actions import CustomerActions
from outreach_tui.screens.desk import Desk, reading
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.widgets.piece_view import PieceView
from outreach_tui.widgets.title_bar import TitleBar

TALK = Key("customer.talk", "enter", "log", "talk", "Log a conversation", True, "enter")
_LISTS_ONLY = {
    "customer.mark",
    "customer.add",
    "customer.import",
    "customer.whose",
    "customer.find",
}


class CustomerScreen(CustomerActions):
    """One customer, whole."""

    TITLE = "Customer"
    CSS_PATH = "customer.tcss"
    BINDINGS = [
        *bindings([TALK], PAGE, [k for k in CUSTOMER if k.id not in _LISTS_ONLY], BACK),
        *bindings([k for k in EVERYWHERE if k.id != "app.quit"]),
        Binding("j", "scroll_timeline(1)", "down", show=False),
        Binding("k", "scroll_timeline(-1)", "up", show=False),
    ]

    def __init__(self, desk: Desk, customer_id: str) -> None:
        super().__init__(desk)
        self._customer_id = customer_id

    def compose(self) -> ComposeResult:
        """Lay out the title, the card and the timeline."""
        yield TitleBar()
        with Horizontal(id="panes"):
            yield PieceView(id="card", classes="pane")
            yield PieceView(id="timeline", classes="pane")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin in the timeline."""
        for view in self.query(PieceView):
            view.can_focus = True
        self.query_one("#card").border_title = Content("Customer")
        self.query_one("#timeline").border_title = Content("Timeline")
        self.query_one("#timeline").focus()

    def on_screen_resume(self) -> None:
        """Read again whenever the screen comes back."""
        self.reload()

    def reload(self) -> None:
        """Read the customer again; leave if it is gone."""
        if self not in self.app.screen_stack:  # it left when a dialog over it closed
            return
        if self._customer_id not in self.desk.workspace.store.rows():
            self.say("This customer is no longer on file.")
            self.dismiss()
            return
        brief = self.attempt(lambda: self.desk.customers.brief(self._customer_id))
        if brief is None:
            self.dismiss()
            return
        who = reading(self.desk)
        title = self.query_one(TitleBar)
        title.left = f"Customer · {card_title(brief.standing)}"
        title.right = f"ends in {self._customer_id[-6:]}"
        self.query_one("#card", PieceView).show(
            lambda width: customer_card(brief, width, who), keep_place=True
        )
        self.query_one("#timeline", PieceView).show(
            lambda width: timeline(brief, width, who), keep_place=True
        )

    def chosen(self) -> list[str]:
        """Return this customer."""
        return [self._customer_id]

    def about(self) -> list[str]:
        """Return whose page this is."""
        return [self._customer_id]

    def action_scroll_timeline(self, lines: int) -> None:
        """Scroll the pane that has the focus."""
        pane = self.query_one(
            "#card" if self.query_one("#card").has_focus else "#timeline", PieceView
        )
        pane.scroll_relative(y=lines, animate=False)

    def action_why(self) -> None:
        """Explain where the customer stands."""
        standing = self.desk.customers.standing(self._customer_id)
        left, who = self.desk.customers.barred(self._customer_id), reading(self.desk)
        me = self.desk.workspace.member
        self.app.push_screen(
            ReadText("Why", lambda width: why_standing(standing, left, width, who, me))
        )

    @work
    async def action_add_person(self) -> None:
        """Add somebody who works there."""
        await self.add_person(self._customer_id)

    def action_back(self) -> None:
        """Go back to where this was opened."""
        self.dismiss()

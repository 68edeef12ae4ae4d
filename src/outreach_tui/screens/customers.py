"""Who are they, and who is slipping? Every customer in one list that filters while you type."""

from collections.abc import Sequence

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Footer, Input

from outreach_tui.domain.standing import Standing, State, can_meet
from outreach_tui.keymap import CUSTOMER, CUSTOMERS, EVERYWHERE, WELCOME, bindings
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.days import welcome, why_standing
from outreach_tui.presentation.layout import PieceLine
from outreach_tui.presentation.rows import COLUMNS, table_head, table_row
from outreach_tui.presentation.words import plural
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customer_actions import CustomerActions
from outreach_tui.screens.desk import Desk, reading
from outreach_tui.screens.import_actions import ImportActions
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, only
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.services.customers import Filter, narrow
from outreach_tui.widgets.piece_view import PieceList, PieceView
from outreach_tui.widgets.title_bar import TitleBar

WELCOME_LINES = 12
"""Instead of the titles of the columns, while there is no customer."""


class CustomersScreen(ImportActions, CustomerActions):
    """The table; the cursor is kept on a customer whatever the filter does."""

    TITLE = "Customers"
    CSS_PATH = "customers.tcss"
    BINDINGS = [
        *bindings(CUSTOMERS, CUSTOMER, EVERYWHERE, WELCOME),
        Binding("escape", "clear", "clear", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._filter = Filter()
        self._sorted_by = "name"
        self._all: list[Standing] = []
        self._shown: list[Standing] = []
        self._reading: Reading | None = None

    def compose(self) -> ComposeResult:
        """Lay out the title, the search line, the titles of the columns and the table."""
        yield TitleBar()
        yield Input(placeholder="type a name, person, town or industry", compact=True, id="search")
        yield PieceView(id="head")
        yield PieceList(id="table")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin in the table; the search line shows when it is asked for."""
        self.query_one("#head", PieceView).can_focus = False
        self.query_one("#search", Input).display = False
        self.query_one("#table", PieceList).focus()

    def on_screen_resume(self) -> None:
        """Read again whenever the screen comes back."""
        self.reload()

    def reload(self) -> None:
        """Read all customers again and show those that the filter lets through."""
        found = self.attempt(self.desk.customers.listing)
        if found is None:
            return
        self._all = found
        self._reading = reading(self.desk)
        self.marked &= {s.customer_id for s in found}
        self._narrow()

    def _narrow(self) -> None:
        column = next(c for c in COLUMNS if c.name == self._sorted_by)
        # The listing comes by name, and sorting keeps that order among equals.
        who = self._reading
        assert who is not None
        self._shown = sorted(
            narrow(self._all, self._filter, who.today),
            key=lambda s: column.key(s, who),  # type: ignore[arg-type,return-value]  # each column's keys compare
        )
        table = self.query_one("#table", PieceList)
        table.show_rows([s.customer_id for s in self._shown], self._row)
        title = self.query_one(TitleBar)
        title.left = " · ".join(filter(None, ("Customers", self._filter_words())))
        title.right = self._count_words()
        head = self.query_one("#head", PieceView)
        head.styles.height = WELCOME_LINES if not self._all else 1 if self._shown else 3
        head.show(self._head)

    def _head(self, width: int) -> list[PieceLine]:
        if not self._all:
            return welcome(width, self.desk.members.introduced)
        head = [table_head(width, self._sorted_by)]
        if self._shown:
            return head
        nobody = [
            ("  Nobody answers to this. ", "muted"),
            ("esc", "key"),
            (" shows everybody again.", "muted"),
        ]
        return [*head, [], nobody]

    def _count_words(self) -> str:
        if not self._all:
            return ""
        today = self.desk.workspace.today
        late = sum(s.state is State.LATE and can_meet(s.facts, today) for s in self._shown)
        count = plural(len(self._shown), "customer")
        if len(self._shown) != len(self._all):
            count = f"{len(self._shown)} of {len(self._all)}"
        marked = f"{len(self.marked)} marked · " if self.marked else ""
        return f"{marked}{late} late · {count}" if late else f"{marked}{count}"

    def _filter_words(self) -> str:
        wanted = self._filter
        words = [f"“{wanted.search}”"] if wanted.search else []
        words += sorted(state.value for state in wanted.states)
        words += [f"tier {tier.value}" for tier in sorted(wanted.tiers)]
        words += ["loyal"] * wanted.loyal + ([wanted.region] if wanted.region else [])
        owner = next((m.name for m in self.desk.workspace.members if m.id == wanted.owner_id), "")
        return ", ".join([*words, owner] if owner else words)

    def _row(self, index: int, width: int) -> PieceLine:
        standing = self._shown[index]
        assert self._reading is not None
        current = index == self.query_one("#table", PieceList).cursor
        return table_row(
            standing,
            width,
            self._reading,
            current=current,
            marked=standing.customer_id in self.marked,
        )

    def chosen(self) -> list[str]:
        """Return the marked customers, else the one under the cursor."""
        if self.marked:
            return [s.customer_id for s in self._all if s.customer_id in self.marked]
        row_id = self.query_one("#table", PieceList).row_id
        return [row_id] if row_id else []

    # Finding.

    def action_find(self) -> None:
        """Type to filter; the table narrows with each letter."""
        search = self.query_one("#search", Input)
        search.display = True
        search.focus()

    @on(Input.Changed, "#search")
    def search_for(self, event: Input.Changed) -> None:
        """Narrow the table to what is typed."""
        self._filter = _with(self._filter, search=event.value)
        self._narrow()

    @on(Input.Submitted, "#search")
    def back_to_table(self) -> None:
        """Go on in the table with what was found."""
        self.query_one("#table", PieceList).focus()
        if not self._filter.search:
            self.query_one("#search", Input).display = False

    def key_down(self) -> None:
        """Go from the search line into the table."""
        if self.query_one("#search", Input).has_focus:
            self.query_one("#table", PieceList).focus()

    def action_clear(self) -> None:
        """Take the search, then the filters, then the marks away; never quits."""
        search = self.query_one("#search", Input)
        if search.display:
            search.value = ""
            search.display = False
            self._filter = _with(self._filter, search="")
        elif self._filter != Filter():
            self._filter = Filter()
        else:
            self.marked.clear()
        self.query_one("#table", PieceList).focus()
        self._narrow()

    @work
    async def action_filter(self) -> None:
        """Add a filter, or take it away."""
        wanted, me = self._filter, self.desk.workspace.member.id

        def mark(on_now: bool) -> str:
            return "on" if on_now else ""

        choices = [
            Choice("l", "late", "late", mark(State.LATE in wanted.states)),
            Choice("d", "due", "due", mark(State.DUE in wanted.states)),
            Choice("n", "never spoken", "never", mark(State.NEVER in wanted.states)),
            Choice("a", "loyal (tier A or B)", "loyal", mark(wanted.loyal)),
            Choice("m", "mine", "mine", mark(wanted.owner_id == me)),
            Choice("r", "region, town or country …", "region", wanted.region),
            Choice("c", "clear all filters", "clear"),
        ]
        answer = await self.app.push_screen_wait(Choose("Filter; several add up", choices))
        if answer is None:
            return
        if answer == "clear":
            self._filter = Filter(search=wanted.search)
        elif answer == "loyal":
            self._filter = _with(wanted, loyal=not wanted.loyal)
        elif answer == "mine":
            self._filter = _with(
                wanted, owner_id=None if wanted.owner_id == me else me, or_nobodys=True
            )
        elif answer == "region":
            typed = await self.app.push_screen_wait(
                FillForm(
                    "Filter by region",
                    [Field("region", "Region", wanted.region, "Bavaria, Lyon, France")],
                    only("region", str),
                )
            )
            if typed is not None:
                self._filter = _with(wanted, region=typed["region"].strip())
        else:
            self._filter = _with(wanted, states=wanted.states ^ {State(answer)})
        self._narrow()

    @work
    async def action_sort(self) -> None:
        """Sort by another column."""
        keys = {
            "name": "n",
            "city": "c",
            "tier": "t",
            "loyalty": "l",
            "state": "s",
            "last": "k",
            "next": "m",
            "owner": "o",
        }
        titles = {
            "tier": "Tier",
            "state": "State, the latest first",
            "loyalty": "Loyalty, the most first",
        }
        choices = [
            Choice(
                keys[c.name],
                titles.get(c.name, c.title),
                c.name,
                "now" * (c.name == self._sorted_by),
            )
            for c in COLUMNS
        ]
        answer = await self.app.push_screen_wait(Choose("Sort by", choices))
        if answer:
            self._sorted_by = answer
            self._narrow()

    # Acting.

    def action_open_customer(self) -> None:
        """Open the customer under the cursor."""
        row_id = self.query_one("#table", PieceList).row_id
        if row_id:
            self.app.push_screen(CustomerScreen(self.desk, row_id))
        elif not self._all:
            self.say("I imports a spreadsheet, + adds a customer.")

    @on(PieceList.Chosen)
    def open_clicked(self) -> None:
        """Open a customer that was clicked twice."""
        self.action_open_customer()

    def action_mark(self) -> None:
        """Mark or unmark the customer under the cursor, and go on."""
        table = self.query_one("#table", PieceList)
        if table.row_id:
            self.marked ^= {table.row_id}
            table.refresh()
            table.action_cursor_down()
            self.query_one(TitleBar).right = self._count_words()

    def action_why(self) -> None:
        """Explain where the customer stands."""
        customer_id, who = self.one_chosen(), self._reading
        if customer_id and who:
            standing = self.desk.customers.standing(customer_id)
            left = self.desk.customers.barred(customer_id)
            me = self.desk.workspace.member
            self.app.push_screen(
                ReadText("Why", lambda width: why_standing(standing, left, width, who, me))
            )

    def hidden(self, chosen: Sequence[str]) -> int:
        """Return how many of the chosen the filter hides."""
        return len(set(chosen) - {s.customer_id for s in self._shown})

    @work
    async def action_whose(self) -> None:
        """Show everybody's customers, or one member's."""
        members = self.desk.workspace.members
        if len(members) < 2:
            self.say("You work alone with this file so far.")
            return
        choices = [Choice("e", "everyone", "")]
        choices += [Choice(str(n), m.name, m.id) for n, m in enumerate(members, 1)]
        answer = await self.app.push_screen_wait(Choose("Whose customers?", choices))
        if answer is not None:
            self._filter = _with(self._filter, owner_id=answer or None)
            self._narrow()


def _with(wanted: Filter, **fields: object) -> Filter:
    return msgspec.structs.replace(wanted, **fields)

"""Who of the team looks after a customer, as a list names them."""

from collections.abc import Callable, Sequence

from outreach_tui.domain.member import Member
from outreach_tui.domain.text import text_key
from outreach_tui.services.importing.plan import Candidate, Question
from outreach_tui.services.importing.tables import Row


class Owners:
    """Finds members by name or e-mail address; anybody else is asked about once."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._known = {text_key(m.name): m for m in members}
        self._known |= {m.email.casefold(): m for m in members if m.email}
        self._asked: set[str] = set()

    def of_row(self, row: Row) -> Member | None:
        """Return the member that the row names, None for nobody of the team."""
        named = row.text("owner")
        return self._known.get(text_key(named)) or self._known.get(named.casefold())

    def take(
        self, row: Row, customer_id: str, extra: dict[str, str], ask: Callable[[Question], None]
    ) -> Member | None:
        """Return the member that the row names; somebody unknown is kept in `extra`, and asked about."""
        named = row.text("owner")
        if not named:
            return None
        member = self.of_row(row)
        if member is None:
            extra[row.table.header("owner")] = named
            if text_key(named) not in self._asked:
                self._asked.add(text_key(named))
                ask(self._question(row, named, customer_id))
        return member

    def _question(self, row: Row, named: str, customer_id: str) -> Question:
        return Question(
            row=row.line,
            field="owner",
            value=named,
            candidates=tuple(Candidate(label=m.name) for m in self._members[:5]),
            why=f"nobody of the team is called {named}; the name is kept as it is",
            customer_id=customer_id,
        )

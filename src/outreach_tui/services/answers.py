"""Whom we owe an answer: what they asked, and what became of what they said, until somebody has told them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.feedback import Feedback, Told
from outreach_tui.domain.ids import short
from outreach_tui.domain.names import find_named
from outreach_tui.domain.record import Change, patch
from outreach_tui.domain.when import say_weekday
from outreach_tui.errors import Conflict, NotFound, Refused
from outreach_tui.services.workspace import Workspace


class Answers:
    """Who has been told."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, typed: str) -> Feedback:
        """Return what `typed` names, by the end of its id or by words; what is owed goes first.

        Raises NotFound or Ambiguous.
        """
        said = self._workspace.store.all(Feedback)
        try:
            return self._named(typed, [f for f in said if f.owed])
        except NotFound:
            return self._named(typed, said)

    def _named(self, typed: str, said: Sequence[Feedback]) -> Feedback:
        rows = self._workspace.store.rows()
        return find_named(
            typed,
            said,
            what="feedback",
            name=lambda f: f.words,
            id_=lambda f: f.id,
            label=lambda f: (
                f"{f.words} ({rows[f.customer_id].name if f.customer_id in rows else '?'}, {short(f.id)})"
            ),
        )

    def tell(
        self,
        feedback_ids: Sequence[str],
        *,
        contact_id: str | None = None,
        also: Sequence[Change] = (),
    ) -> None:
        """Write in one commit that they were told today; without a contact that is who said it.

        All is of one customer. Raises NotFound, Refused where nothing is owed, Conflict if somebody else told them
        meanwhile.
        """
        workspace = self._workspace
        seen = [self._get(id_) for id_ in feedback_ids]
        for said in seen:
            self._refuse_unless_owed(said)
        writer, made = workspace.writer()
        changes = [
            change
            for said in seen
            for change in told_of(said, workspace.today, contact_id=contact_id, member_id=writer.id)
        ]
        with told_meanwhile():
            workspace.commit(self._did(seen, contact_id), [*made, *changes, *also], writer=writer)

    def _get(self, id_: str) -> Feedback:
        said = self._workspace.store.get(Feedback, id_)
        if said is None:
            raise NotFound("this feedback is no longer on file", "somebody removed it meanwhile")
        return said

    def _refuse_unless_owed(self, said: Feedback) -> None:
        if said.told:
            on = said.told[-1].on
            raise Refused(
                f"they were told about {said.words!r} on {say_weekday(on)} {on.year}",
                "nothing was changed",
            )
        if not said.owed:
            raise Refused(
                f"nothing is owed to them about {said.words!r}",
                "a question waits for an answer, and a wish or problem for news once it is done or declined",
            )

    def _did(self, seen: Sequence[Feedback], contact_id: str | None) -> str:
        store, first = self._workspace.store, seen[0]
        customer = store.get(Customer, first.customer_id)
        asked_by = {said.contact_id for said in seen}
        person = store.get(
            Contact, contact_id or (first.contact_id if len(asked_by) == 1 else None) or ""
        )
        who = " of ".join(each.name for each in (person, customer) if each)
        if len(seen) == 1 and first.open_question:
            return f"answered {who}: {first.words!r}"
        return f"told {who} about {words_of(seen)}"


def told_of(
    said: Feedback,
    on: date,
    *,
    contact_id: str | None,
    member_id: str | None,
    touchpoint_id: str | None = None,
) -> list[Change]:
    """Return the change that they were told; where no contact is named, it was who said it."""
    told = Told(
        on=on,
        customer_id=said.customer_id,
        contact_id=contact_id or said.contact_id,
        member_id=member_id,
        touchpoint_id=touchpoint_id,
    )
    return patch(said, msgspec.structs.replace(said, told=(*said.told, told)))


def words_of(said: Sequence[Feedback]) -> str:
    """Return what was said, for the history: two of them in full, else how many."""
    return " and ".join(repr(f.words) for f in said) if len(said) <= 2 else f"{len(said)} things"


@contextmanager
def told_meanwhile() -> Iterator[None]:
    """Say it in words where somebody else told them in the same moment: there is nothing to choose."""
    try:
        yield
    except Conflict as conflict:
        if not any(clash.field == "told" for clash in conflict.clashes):
            raise
        raise Conflict(
            "somebody else has told them meanwhile", "nothing was changed; look again"
        ) from conflict

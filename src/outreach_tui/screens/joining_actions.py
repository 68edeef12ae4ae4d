"""Merge customers that are one: two that are marked, or some that look like it."""

from collections.abc import Collection

from textual import work

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.twins import Twins, find_twins
from outreach_tui.keys_in_order import KeysInOrder
from outreach_tui.presentation.differences import Difference, field_words, value_words
from outreach_tui.presentation.joining_text import called, moved_words
from outreach_tui.screens.acting import ActingScreen
from outreach_tui.screens.desk import reading
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.merge_fields import MergeFields

LISTED = 50
"""So many pairs are offered at once; when some are done, others come."""


class JoiningActions(ActingScreen):
    """Customers that are one."""

    @work
    async def action_merge(self) -> None:
        """Merge the two that are marked; else offer those that look like one."""
        customers = self.desk.customers
        if len(self.marked) > 2:
            self.say("More than two are marked: merge two at a time. esc takes the marks away.")
            return
        if len(self.marked) == 2:
            one, other = (customers.get(id_) for id_ in sorted(self.marked))
        else:
            twins = await self._choose_twins()
            if twins is None:
                return
            one, other = twins.one, twins.other
        answer = await self._ask(*self.desk.joining.larger_first(one, other))
        if answer is not None:
            self.acted()

    async def _choose_twins(self) -> Twins | None:
        """Offer pairs: with the one that is marked or whose page this is, else all."""
        about = self.marked or set(self.about())
        everybody = self.desk.workspace.store.all(Customer)
        # It takes a second where there are 10,000 customers.
        assert isinstance(self.app, KeysInOrder)
        found = await self.app.apart(find_twins, everybody, about or None)
        twins = self.desk.joining.proposed(found)
        if not twins:
            nobody = "this customer" if about else "each other"
            self.say(
                f"No customers look like {nobody}. space marks two in the list, M merges them."
            )
            return None
        choices = [
            Choice(
                str(number),
                f"{pair.one.name} · {pair.other.name}",
                pair,
                pair.one.city,
            )
            for number, pair in enumerate(twins[:LISTED], 1)
        ]
        return await self.app.push_screen_wait(
            Choose("Which of these may be one customer?", choices)
        )

    def about(self) -> list[str]:
        """Return whose page this is; nobody's for a list."""
        return []

    async def _ask(self, one: Customer, other: Customer) -> bool | None:
        """Ask which values stay, and merge; return None if nothing was written."""
        joining, who = self.desk.joining, reading(self.desk)
        look = self.attempt(lambda: joining.look(one, other))
        if look is None:
            return None
        text = f"From {called(other)} to {called(one)}: {moved_words(look.moved, look.doubles)}."
        if not look.moved and not look.doubles:
            text = f"{called(other)} goes into {called(one)}; nothing else is on file about it."
        fields = [
            (
                found.field,
                Difference(
                    field_words(found.field),
                    value_words(found.field, found.a, who),
                    value_words(found.field, found.b, who),
                    one.name,
                    other.name,
                ),
            )
            for found in joining.differing(one, other)
        ]
        answer: Collection[str] | bool | None
        if fields:
            answer = await self.app.push_screen_wait(
                MergeFields(one.name, other.name, f"{text} Which value stays?", fields)
            )
        else:
            choices = [
                Choice[Collection[str] | bool]("m", "merge them", ()),
                Choice[Collection[str] | bool]("n", "they are two customers", False),
            ]
            answer = await self.app.push_screen_wait(Choose(f"Merge {one.name}?", choices, text))
        if answer is None:
            return None
        if isinstance(answer, bool):
            return self._say_apart(one, other)
        if self.attempt(lambda: joining.merge(one, other, answer)) is None:
            return None
        self.say("u brings both back.", title=f"Merged {other.name} into {one.name}")
        return True

    def _say_apart(self, one: Customer, other: Customer) -> bool | None:
        def keep() -> bool:
            self.desk.joining.keep_apart(one, other)
            return True

        if self.attempt(keep) is None:
            return None
        self.say("They are not offered again; u takes that back.")
        return True

"""Forget a person who works at the customer, for good; the name has to be typed."""

from functools import partial

from textual import work

from outreach_tui.domain.names import spelled
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.presentation.forgetting_text import cleaned_words, left_words
from outreach_tui.presentation.layout import PieceLine, wrap
from outreach_tui.screens.acting import ActingScreen
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, only
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.services.forgetting import Forgotten, Found, place_words

TEXT = (
    "This takes {name} out of everything: records, history, backups, drafts. Conversations stay without the name. "
    "Undo does not bring them back."
)


class ForgettingActions(ActingScreen):
    """People who want to be forgotten."""

    @work
    async def action_forget(self) -> None:
        """Ask whom, have the name typed, and show what was cleaned and what is left."""
        customer_id = self.one_chosen()
        if customer_id is None:
            return
        people = self.desk.forgetting.people(customer_id)
        if not people:
            self.say("Nobody is on file here. outreach forget finds people everywhere.")
            return
        person: Found | None = people[0]
        if len(people) > 1:
            choices = [Choice(str(n), p.name, p, ", ".join(p.at)) for n, p in enumerate(people, 1)]
            person = await self.app.push_screen_wait(Choose("Forget whom?", choices))
        if person is None or not await self._is_confirmed(person):
            return
        meant = person
        done = self.attempt(lambda: self.desk.forgetting.forget(meant))
        if done is not None:
            self.marked.clear()
            self.reload()
            self.app.push_screen(ReadText("Forgotten", partial(self._lines, done)))

    async def _is_confirmed(self, person: Found) -> bool:
        def check(typed: str) -> str:
            typed = clean_line(typed)
            if not typed or spelled(typed) != spelled(person.name):
                raise BadInput("Type the whole name to go on.", "esc leaves everything as it is")
            return f"enter forgets {person.name}, for good"

        values = await self.app.push_screen_wait(
            FillForm(
                f"Forget {person.name}?",
                [Field("name", "The name")],
                only("name", check),
                text=TEXT.format(name=person.name),
                does="forgets for good",
            )
        )
        return values is not None

    def _lines(self, done: Forgotten, width: int) -> list[PieceLine]:
        workspace = self.desk.workspace
        said = [
            *cleaned_words(done, would=False),
            "",
            *left_words(done, lambda left: place_words(workspace, left)),
        ]
        return [[(row, "")] for line in said for row in (wrap(line, width) or [""])]

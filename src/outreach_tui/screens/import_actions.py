"""Bring a spreadsheet in: name the file, look at what it would do, apply it, answer what only a person knows."""

from collections.abc import Sequence
from pathlib import Path

from textual import work

from outreach_tui.domain.place import Place
from outreach_tui.errors import BadInput
from outreach_tui.presentation.import_text import preview_text
from outreach_tui.presentation.words import plural
from outreach_tui.screens.acting import ActingScreen
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, only
from outreach_tui.services.importing.plan import ImportPlan, Question


class ImportActions(ActingScreen):
    """A screen from which spreadsheets come in."""

    @work
    async def action_import_file(self) -> None:
        """Import a CSV file of customers, contacts or purchases."""

        def look(text: str) -> str:
            path = _path(text)
            if not text.strip() or not path.is_file():
                raise BadInput(
                    "Which file?", "A CSV of customers, contacts or orders; ~ is your home folder."
                )
            return f"{path.name}, {path.stat().st_size / 1024:,.0f} kB"

        values = await self.app.push_screen_wait(
            FillForm(
                "Import a spreadsheet",
                [Field("path", "File", "", "~/customers.csv")],
                only("path", look),
            )
        )
        if values is None:
            return
        path = _path(values["path"])
        plan = self.attempt(lambda: self.desk.imports.preview(self.desk.read_sheets([path])))
        if plan is None:
            return
        new = sum(report.created + report.updated for report in plan.files)
        choices = [Choice("n", "no, leave everything as it is", False)]
        if new:
            choices.insert(0, Choice("y", f"yes, import {plural(new, 'row')}", True))
        if not await self.app.push_screen_wait(
            Choose("Import?", choices, preview_text(plan.files))
        ):
            return
        await self._apply(plan, new)

    async def _apply(self, plan: ImportPlan, new: int) -> None:
        done = self.attempt(lambda: self.desk.imports.apply(plan))
        if done is None:
            return
        self.say("u takes the whole import back.", title=f"{plural(new, 'row')} imported")
        self.reload()
        questions = [
            q
            for report in plan.files
            for q in report.questions
            if any(c.geoname_id for c in q.candidates)
        ]
        await self._ask_places(questions)

    async def _ask_places(self, questions: Sequence[Question]) -> None:
        """Ask where customers are, one town after the other; esc ends."""
        for number, question in enumerate(questions, 1):
            choices = [
                Choice(str(position), candidate.label, candidate.geoname_id)
                for position, candidate in enumerate(question.candidates, 1)
            ]
            answer = await self.app.push_screen_wait(
                Choose(
                    f"Which town? {number} of {len(questions)}",
                    [*choices, Choice("s", "skip: no place for now", 0)],
                    f"{question.value}: {question.why}",
                )
            )
            if answer is None:
                return
            place = self.desk.workspace.places.by_id(answer) if answer else None
            if place is not None:
                self._answer(question.customer_id, place)
        self.reload()

    def _answer(self, customer_id: str, place: Place) -> None:
        self.attempt(lambda: self.desk.imports.answer_place(customer_id, place))


def _path(text: str) -> Path:
    return Path(text.strip()).expanduser()

"""Bring a file in: name it, look at what it would do, apply it, answer what only a person knows."""

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
from outreach_tui.services.importing.plan import FileReport, Question
from outreach_tui.services.importing.sources import Whole


class ImportActions(ActingScreen):
    """A screen from which spreadsheets, cards and calendars come in."""

    @work
    async def action_import_file(self) -> None:
        """Import a list, vCards, a calendar, or a whole export in JSON."""

        def look(text: str) -> str:
            path = typed_path(text)
            try:
                if text.strip() and path.is_dir():
                    return f"{path.name}, a folder of vCards"
                size = path.stat().st_size if text.strip() and path.is_file() else None
            except (OSError, ValueError) as error:  # no permission, or a name that is too long
                raise BadInput("This file cannot be looked at.", str(error)) from error
            if size is None:
                raise BadInput(
                    "Which file?",
                    "A CSV or Excel file, vCards or a folder of them, a calendar, or an export; ~ is your home.",
                )
            return f"{path.name}, {size / 1024:,.0f} kB"

        values = await self.app.push_screen_wait(
            FillForm(
                "Import a file",
                [Field("path", "File", "", "~/customers.csv")],
                only("path", look),
            )
        )
        if values is None:
            return
        path = typed_path(values["path"])
        sources = self.attempt(lambda: self.desk.read_sources([path]))
        if sources is None:
            return
        if isinstance(whole := sources[0], Whole):
            await self._import_whole(whole)
            return
        plan = self.attempt(lambda: self.desk.imports.preview(sources))
        if plan is None:
            return
        new = sum(report.created + report.updated for report in plan.files)
        if not await self._wanted(new, plan.files):
            return
        answers = await self._ask_towns([q for report in plan.files for q in report.questions])
        if self.attempt(lambda: self.desk.imports.apply(self.desk.imports.answered(plan, answers))):
            twins = self.desk.joining.new_twins(plan.changes)
            looks = "looks like a customer" if len(twins) == 1 else "look like customers"
            also = f"\n{len(twins):,} {looks} you have: M shows them." if twins else ""
            self.say(
                f"u takes the whole import back.{also}", title=f"{plural(new, 'row')} imported"
            )
            self.reload()

    async def _import_whole(self, whole: Whole) -> None:
        """Bring in what an export wrote."""
        imports = self.desk.whole_imports
        plan = self.attempt(lambda: imports.preview(whole.data, whole.name))
        if plan is None or not await self._wanted(plan.new, plan.files):
            return
        workspace = self.desk.workspace
        if plan.members and not workspace.members:
            me = await self.app.push_screen_wait(
                Choose(
                    "Which of them are you?",
                    [Choice(str(n), name, name) for n, name in enumerate(plan.members, 1)],
                    "esc imports nothing.",
                )
            )
            if me is None:
                return
            self.attempt(lambda: self.desk.remember("me", me))
            workspace.i_am(me)
        if self.attempt(lambda: imports.apply(plan)):
            self.say("u takes the whole import back.", title=f"{plural(plan.new, 'row')} imported")
            self.reload()

    async def _wanted(self, new: int, files: Sequence[FileReport]) -> bool:
        """Show what an import would do, and ask whether it should."""
        choices = [Choice("n", "no, leave everything as it is", False)]
        if new:
            choices.insert(0, Choice("y", f"yes, import {plural(new, 'row')}", True))
        answer = await self.app.push_screen_wait(Choose("Import?", choices, preview_text(files)))
        return bool(answer)

    async def _ask_towns(self, questions: Sequence[Question]) -> dict[str, Place]:
        """Ask which towns are meant, before anything is written; esc leaves the rest without a place."""
        answers: dict[str, Place] = {}
        towns = [q for q in questions if any(c.geoname_id for c in q.candidates)]
        for number, question in enumerate(towns, 1):
            choices = [
                Choice(str(position), candidate.label, candidate.geoname_id)
                for position, candidate in enumerate(question.candidates, 1)
            ]
            answer = await self.app.push_screen_wait(
                Choose(
                    f"Which town? {number} of {len(towns)}",
                    [*choices, Choice("s", "skip: no place for now", 0)],
                    f"{question.value}: {question.why}\nesc leaves this and the rest without a place.",
                )
            )
            if answer is None:
                break
            if answer and (place := self.desk.workspace.places.by_id(answer)) is not None:
                answers[question.about] = place
        return answers


def typed_path(text: str) -> Path:
    """Return the path that somebody typed. Raises BadInput."""
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError as error:  # ~somebody who has no home here
        raise BadInput(f"There is no folder {text.strip()!r}.", "~ is your home folder.") from error

"""Bring a file in, step by step: where it is, what its columns hold, what it would do; then apply it, or go back."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec.structs import replace
from textual import work
from textual.screen import ModalScreen

from outreach_tui.domain.place import Place
from outreach_tui.errors import BadInput, OutreachError
from outreach_tui.presentation.import_text import is_choice, preview_lines, rows_noun
from outreach_tui.presentation.words import plural
from outreach_tui.screens.acting import show_failure
from outreach_tui.screens.desk import Desk
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.choose_source import ChooseSource, Picked
from outreach_tui.screens.modals.review_import import ReviewImport
from outreach_tui.screens.modals.working import Tell, Working
from outreach_tui.screens.picked_paths import paths_in, shown, told_apart
from outreach_tui.services.importing.plan import FileReport, ImportPlan, Question
from outreach_tui.services.importing.sources import Source, Whole
from outreach_tui.services.ports import Sheet

if TYPE_CHECKING:
    from outreach_tui.services.importing.looking import SheetView
    from outreach_tui.services.importing.memory import Said

Result = TypeVar("Result")
_NO_PLACE, _NO_PLACES = 0, -1
"""Answers about a town, where the others are its number: for this one, and for all that are still to be asked about."""


class CameIn(NamedTuple):
    """What an import did."""

    files: Sequence[FileReport]
    """None where nothing was new."""
    twins: int = 0
    """Pairs of customers that may be one."""


class _Read(NamedTuple):
    """What was read, and where it is: one source for each path, and no path for what was pasted."""

    paths: Sequence[Path]
    sources: Sequence[Source]


class ImportWizard(ModalScreen[CameIn | None]):
    """Returns what came in, None if nothing did. Its steps are dialogs on top of it; `esc` goes a step back.

    While the wizard is there, the screen below is asleep: it must not read the file while a thread writes it.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def on_mount(self) -> None:
        """Begin."""
        self._go()

    @work
    async def _go(self) -> None:
        folder = self._desk.config.import_folder or "~"
        picked, wrong = Picked(f"{folder.rstrip('/')}/"), ""
        while True:
            again = await self.app.push_screen_wait(ChooseSource(picked, folder, wrong))
            if again is None:
                self.dismiss(None)
                return
            picked, wrong = again, ""
            try:
                read = await self._long("Reading the file", partial(self._read, picked))
                came = await self._import(*read) if read is not None else None
            except OutreachError as error:
                wrong = f"{error.title}\n{error.hint}".strip()
                continue
            if came is not None:
                if read is not None:
                    self._remember_folder(read.paths)
                self.dismiss(came)
                return

    def _read(self, picked: Picked, tell: Tell) -> "_Read":
        if picked.pasted:
            return _Read((), [self._desk.read_pasted(picked.pasted)])
        paths = list(dict.fromkeys(paths_in(picked.typed)))
        sources: list[Source] = []
        for path, name in zip(paths, told_apart(paths), strict=True):
            [source] = self._desk.read_sources([path])
            sources.append(_named(source, name))
            tell(0, 0)
        if len(sources) > 1 and any(isinstance(source, Whole) for source in sources):
            raise BadInput("A JSON file says itself what it holds.", "Import it by itself.")
        return _Read(paths, sources)

    async def _import(self, paths: Sequence[Path], sources: Sequence[Source]) -> CameIn | None:
        """Go through the steps; return what came in, None to choose another source."""
        if isinstance(whole := sources[0], Whole):
            return await self._import_whole(whole)
        from outreach_tui.screens.modals.match_columns import Anew, MatchColumns
        from outreach_tui.services.importing.memory import Said

        sources = list(sources)
        lists = [at for at, source in enumerate(sources) if isinstance(source, Sheet)]
        sheets = [source for source in sources if isinstance(source, Sheet)]
        views = await self._long("Looking at the columns", partial(self._views, sheets))
        if views is None:
            return None
        said: dict[str, Said] = {}
        at = 0
        while at >= 0:
            if at < len(views):
                view, place = views[at], (at + 1, len(views))
                heard = await self.app.push_screen_wait(
                    MatchColumns(view, said.get(view.name, Said()), place, view.encoding)
                )
                if isinstance(heard, Anew):
                    said[view.name] = heard.said
                    read = partial(self._read_anew, paths[lists[at]], view.name, heard.encoding)
                    try:
                        anew = await self._long("Reading the file", read)
                    except OutreachError as error:  # as it was read before, it is there still
                        show_failure(self.app, error)
                        continue
                    if anew is not None:
                        sources[lists[at]], views[at] = anew.sheet, anew
                        said[view.name] = _still_said(heard.said, anew.sheet)
                    continue
                if heard is not None:
                    said[view.name] = heard
                at += 1 if heard is not None else -1
                continue
            plan = await self._long(
                "Working out what it would do", partial(self._preview, sources, said), "rows"
            )
            came = await self._apply(plan) if plan is not None else None
            if came is not None:
                return came
            at -= 1
        return None

    def _views(self, sheets: Sequence[Sheet], tell: Tell) -> "list[SheetView]":
        views = []
        for sheet in sheets:
            views.append(self._desk.imports.look_at(sheet))
            tell(0, 0)
        return views

    def _read_anew(self, path: Path, name: str, encoding: str, _: Tell) -> "SheetView":
        [sheet] = self._desk.read_sources([path], encoding)
        if not isinstance(sheet, Sheet):
            raise BadInput(f"{name} is no list any more.", "Somebody wrote to it meanwhile.")
        return self._desk.imports.look_at(replace(sheet, name=name))

    def _preview(
        self, sources: Sequence[Source], said: "Mapping[str, Said]", tell: Tell
    ) -> ImportPlan:
        return self._desk.imports.preview(sources, said=said, progress=tell)

    async def _apply(self, plan: ImportPlan) -> CameIn | None:
        """Show what would be done, and do it."""
        new = sum(report.created + report.updated for report in plan.files)
        towns = [q for report in plan.files for q in report.questions if is_choice(q)]
        asks = f"asks about {plural(len(towns), 'town')}" if towns else ""
        answers = None
        while answers is None:
            wanted = await self._wanted(new, plan.files, asks)
            if not wanted:
                return None if wanted is None else CameIn(())
            answers = await self._ask_towns(towns)
        imports, joining = self._desk.imports, self._desk.joining

        def write() -> int:
            imports.apply(imports.answered(plan, answers))
            return len(joining.new_twins(plan.changes))

        return CameIn(plan.files, await self._write(write))

    async def _import_whole(self, whole: Whole) -> CameIn | None:
        """Bring in what an export wrote."""
        imports = self._desk.whole_imports
        plan = await self._long(
            "Comparing it with what is on file", lambda _: imports.preview(whole.data, whole.name)
        )
        if plan is None:
            return None
        workspace = self._desk.workspace
        asks = "asks who you are" if plan.members and not workspace.members else ""
        me = None
        while me is None:
            wanted = await self._wanted(plan.new, plan.files, asks)
            if not wanted:
                return None if wanted is None else CameIn(())
            me = await self._ask_who(plan.members) if asks else ""
        if me:
            try:
                self._desk.remember("me", me)
            except OutreachError as error:
                show_failure(self.app, error)
            workspace.i_am(me)
        await self._write(lambda: imports.apply(plan))
        return CameIn(plan.files)

    async def _ask_who(self, members: Sequence[str]) -> str | None:
        """Ask who of the members is at the keyboard; None to go a step back."""
        choices = [Choice(str(n), name, name) for n, name in enumerate(members, 1)]
        return await self.app.push_screen_wait(
            Choose("Which of them are you?", choices, leaves="esc goes back")
        )

    async def _wanted(self, new: int, files: Sequence[FileReport], asks: str) -> bool | None:
        """Show what it would do, and what it asks first; return whether that is wanted, None to go a step back."""
        nouns = {rows_noun(report.kind) for report in files}
        noun = nouns.pop() if len(nouns) == 1 else "row"
        review = ReviewImport(plural(new, noun) if new else "", partial(preview_lines, files), asks)
        return await self.app.push_screen_wait(review)

    async def _long(
        self, title: str, do: Callable[[Tell], Result], noun: str = ""
    ) -> Result | None:
        """Do what may take long, off the keys; return None if it was stopped. Raises OutreachError."""
        done = await self.app.push_screen_wait(Working(title, do, noun))
        if done is None:
            self.notify("Stopped; nothing was changed.", markup=False, timeout=4)
            return None
        if done.error:
            raise done.error
        return done.result

    async def _write(self, do: Callable[[], Result]) -> Result:
        """Write what was worked out; that is not stopped halfway. Raises OutreachError."""
        done = await self.app.push_screen_wait(Working("Importing", lambda _: do(), stops=False))
        assert done is not None
        if done.error:
            raise done.error
        return done.result  # type: ignore[return-value]  # without an error there is one

    def _remember_folder(self, paths: Sequence[Path]) -> None:
        """Begin there next time."""
        if not paths:
            return
        folder = shown(paths[0].absolute().parent)
        if folder == self._desk.config.import_folder:
            return
        try:
            self._desk.remember("import_folder", folder)
        except OutreachError as error:
            show_failure(self.app, error)

    async def _ask_towns(self, towns: Sequence[Question]) -> dict[str, Place] | None:
        """Ask which towns are meant, before anything is written; None to go a step back."""
        answers: dict[str, Place] = {}
        for number, question in enumerate(towns, 1):
            choices = [
                Choice(str(position), candidate.label, candidate.geoname_id)
                for position, candidate in enumerate(question.candidates, 1)
            ]
            answer = await self.app.push_screen_wait(
                Choose(
                    f"Which town? {number} of {len(towns)}",
                    [
                        *choices,
                        Choice("s", "skip: no place for now", _NO_PLACE),
                        Choice("r", "skip the rest too, and import", _NO_PLACES),
                    ],
                    f"{question.value}: {question.why}",
                    leaves="esc goes back",
                )
            )
            if answer is None:
                return None
            if answer == _NO_PLACES:
                break
            if answer and (place := self._desk.workspace.places.by_id(answer)) is not None:
                answers[question.about] = place
        return answers


def _named(source: Source, name: str) -> Source:
    """Return a list under a name that no other file has: what is said about it is known by that."""
    return replace(source, name=name) if isinstance(source, Sheet) else source


def _still_said(said: "Said", sheet: Sheet) -> "Said":
    """Return what was said as far as the columns are called as before: in another encoding they may not be."""
    return said._replace(
        fields={header: of for header, of in said.fields.items() if header in sheet.headers},
        orders={header: of for header, of in said.orders.items() if header in sheet.headers},
    )

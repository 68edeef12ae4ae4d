"""Take records out: choose where, look at what would be there, and hear where it is."""

from pathlib import Path

from textual import work

from outreach_tui.errors import BadInput
from outreach_tui.presentation.words import plural
from outreach_tui.screens.acting import ActingScreen
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import Field, FillForm, only
from outreach_tui.screens.picked_paths import typed_path

EXPORTS = {
    "Export everything as JSON": "all",
    "Export customers as CSV": "customers",
    "Export contacts as CSV": "contacts",
    "Export touchpoints as CSV": "touchpoints",
    "Export purchases as CSV": "purchases",
    "Export feedback as CSV": "feedback",
}
"""For the palette: what each does, and the kind of record."""


class ExportActions(ActingScreen):
    """A screen from which records go out."""

    @work
    async def action_export_records(self, what: str) -> None:
        """Write all records of a kind, or everything; ask before a file is replaced."""
        from outreach_tui.services.exports import ExportKind

        suffix = "json" if what == "all" else "csv"
        name = f"outreach-{what}-{self.desk.workspace.today}.{suffix}"

        def look(text: str) -> str:
            path = _file(text)
            there = path.exists()
            return (
                f"{path} is there already; you are asked first." if there else f"A new file: {path}"
            )

        title = next(about for about, kind in EXPORTS.items() if kind == what)
        values = await self.app.push_screen_wait(
            FillForm(title, [Field("path", "File", f"~/{name}")], only("path", look))
        )
        if values is None:
            return
        path = _file(values["path"])
        if path.exists() and not await self._may_replace(path):
            self.say("Nothing was written.")
            return
        exports = self.desk.exports
        files = self.attempt(
            lambda: (
                exports.json_file(path, None)
                if what == "all"
                else exports.csv_file(path, ExportKind(what))
            )
        )
        if files:
            self.say(f"{plural(files[0].records, 'record')} in {path}", title="Exported")

    async def _may_replace(self, path: Path) -> bool:
        answer = await self.app.push_screen_wait(
            Choose(
                "Replace the file?",
                [Choice("n", "no, leave it as it is", False), Choice("y", "yes, replace it", True)],
                f"{path} is there already.",
            )
        )
        return bool(answer)


def _file(text: str) -> Path:
    path = typed_path(text)
    try:
        if not text.strip() or path.is_dir():
            raise BadInput("Which file?", "Name one; ~ is your home folder.")
        if not path.absolute().parent.is_dir():
            raise BadInput(f"There is no folder {path.parent}.", "~ is your home folder.")
    except (OSError, ValueError) as error:  # no permission, or a name that is too long
        raise BadInput("This file cannot be looked at.", str(error)) from error
    return path

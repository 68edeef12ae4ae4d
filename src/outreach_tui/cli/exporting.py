"""The verb that hands things out: calendar files, spreadsheets and whole files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, verb
from outreach_tui.domain.meeting import Meeting
from outreach_tui.errors import Refused
from outreach_tui.presentation.words import plural
from outreach_tui.services.calendar_exports import ExportedFile
from outreach_tui.services.exports import ExportKind, WrittenFile

if TYPE_CHECKING:
    from outreach_tui.bootstrap import Services

STDOUT = "-"


class ExportDocument(msgspec.Struct, frozen=True):
    """What was written."""

    files: list[ExportedFile]


class RecordsDocument(msgspec.Struct, frozen=True):
    """What was written."""

    files: list[WrittenFile]


@click.group()
def export() -> None:
    """Write calendar files, spreadsheets and whole files."""


def _records_command(kind: ExportKind | None) -> None:
    """Make the verb that exports one kind of record, or all of them for None."""
    what = kind.value if kind else "all"
    where = "A file, or - for stdout." if kind else "A folder for CSV, a file for JSON, or -."

    @export.command(what, help=_about(kind))
    @click.option(
        "--format",
        "form",
        type=click.Choice(["csv", "json"]),
        default="csv" if kind else "json",
        show_default=True,
        help="CSV for spreadsheets, JSON to lose nothing.",
    )
    @click.option("--out", metavar="PATH", default=STDOUT, show_default=True, help=where)
    @verb
    def command(given: Given, *, form: str, out: str) -> None:
        if out == STDOUT and given.as_json:
            raise click.UsageError("- prints the export, and --json a document: choose one")
        if out == STDOUT and kind is None and form == "csv":
            raise click.UsageError("CSV has one file for each kind: name a folder with --out")
        exports = given.services.exports
        if out == STDOUT:
            if kind and form == "csv":
                for piece in exports.csv(kind):
                    printing.raw(piece)
            else:
                for piece in exports.json(kind):
                    printing.raw_json(piece)
            return
        path = Path(out).expanduser()
        if form == "json":
            files = exports.json_file(path, kind)
        else:
            files = exports.csv_file(path, kind) if kind else exports.csv_folder(path)
        if given.as_json:
            printing.document(RecordsDocument(files))
        else:
            printing.say(
                f"{file.change:<9}  {file.path} ({plural(file.records, 'record')})"
                for file in files
            )


def _about(kind: ExportKind | None) -> str:
    if kind is None:
        return (
            "Write everything: JSON loses nothing, and `outreach import` brings it back.\n\n"
            "As CSV it is a folder with one file for each kind."
        )
    return f"Write all {kind.value} as CSV or JSON; without --out to stdout."


for _kind in (*ExportKind, None):
    _records_command(_kind)


@export.command()
@click.argument("meetings", metavar="[MEETING...]", nargs=-1)
@click.option(
    "--out", metavar="DIR", help="A folder for one file a meeting, which is brought up to date."
)
@click.option("--file-out", metavar="F", help="One file with all meetings.")
@verb
def ics(given: Given, *, meetings: tuple[str, ...], out: str | None, file_out: str | None) -> None:
    """Write meetings as iCalendar files: all of them, or those you name; - prints one calendar."""
    to_stdout = STDOUT in meetings
    names = [name for name in meetings if name != STDOUT]
    if sum((to_stdout, bool(out), bool(file_out))) > 1:
        raise click.UsageError("choose one of --out DIR, --file-out F and -")
    if to_stdout and given.as_json:
        raise click.UsageError("- prints a calendar, and --json a document: choose one")
    services = given.services
    chosen = _meetings(services, names)
    if to_stdout:
        printing.raw(services.calendar_exports.to_bytes(chosen))
        return
    if file_out:
        target = Path(file_out).expanduser()
        exported = services.calendar_exports.to_file(target, chosen)
    else:
        target = _folder(services, out)
        exported = services.calendar_exports.to_folder(target, chosen, chosen=bool(names))
    if given.as_json:
        printing.document(ExportDocument(exported))
    else:
        printing.say(_report(exported, target))


def _meetings(services: "Services", names: list[str]) -> list[Meeting]:
    if names:
        return list(dict.fromkeys(services.meetings.find(name) for name in names))
    return list(services.meetings.all())


def _folder(services: "Services", out: str | None) -> Path:
    folder = out or services.config.calendar_folder
    if not folder:
        raise Refused(
            "say where the calendar files should go",
            "--out DIR, --file-out F or - for stdout; or set calendar_folder in your settings",
        )
    return Path(folder).expanduser()


def _report(exported: list[ExportedFile], target: Path) -> list[str]:
    """Return what changed, one line a file, and how many stayed as they are."""
    lines = [f"{file.change:<9}  {file.path}" for file in exported if file.change != "unchanged"]
    same = len(exported) - len(lines)
    if len({file.path for file in exported}) == 1 and len(exported) > 1:
        return [f"{exported[0].change:<9}  {target} ({plural(len(exported), 'meeting')})"]
    if same:
        lines.append(
            f"{plural(same, 'file')} in {target} stayed as they are"
            if same > 1
            else f"1 file in {target} stayed as it is"
        )
    return lines or [f"No meeting to export to {target}."]

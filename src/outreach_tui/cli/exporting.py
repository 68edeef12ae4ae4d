"""The verb that hands things out: calendar files, spreadsheets, whole files and vCards."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, verb
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Refused
from outreach_tui.presentation.words import plural
from outreach_tui.services.calendar_exports import ExportedFile
from outreach_tui.services.card_exports import ExportedCard
from outreach_tui.services.exports import ExportKind, WrittenFile

if TYPE_CHECKING:
    from outreach_tui.bootstrap import Services
    from outreach_tui.services.exports import Exports

STDOUT = "-"
CARD_VERSIONS = ("3.0", "4.0")


class ExportDocument(msgspec.Struct, frozen=True):
    """What was written."""

    files: list[ExportedFile]


class RecordsDocument(msgspec.Struct, frozen=True):
    """What was written."""

    files: list[WrittenFile]


class CardsDocument(msgspec.Struct, frozen=True):
    """What was written of whom."""

    files: list[ExportedCard]


@click.group()
def export() -> None:
    """Write calendar files, spreadsheets, whole files and vCards."""


def _records_command(kind: ExportKind | None) -> None:
    """Make the verb that exports one kind of record, or all of them for None."""
    cards = kind is ExportKind.CONTACTS
    where = "A file, or - for stdout." if kind else "A folder for CSV, a file for JSON, or -."
    if cards:
        where += " With vCard FOLDER/ gets one file a person, and is brought up to date."

    @export.command(kind.value if kind else "all", help=_about(kind))
    @click.option(
        "--format",
        "form",
        type=click.Choice(["csv", "json", "vcard"] if cards else ["csv", "json"]),
        default="csv" if kind else "json",
        show_default=True,
        help="CSV for spreadsheets, JSON to lose nothing"
        + (", vCard for address books." if cards else "."),
    )
    @click.option("--out", metavar="PATH", default=STDOUT, show_default=True, help=where)
    @verb
    def command(given: Given, *, form: str, out: str, version: str | None = None) -> None:
        if version and form != "vcard":
            raise click.UsageError("--version is of vCards: say --format vcard")
        if out == STDOUT and given.as_json:
            raise click.UsageError("- prints the export, and --json a document: choose one")
        if out == STDOUT and kind is None and form == "csv":
            raise click.UsageError("CSV has one file for each kind: name a folder with --out")
        if form == "vcard":
            _write_cards(given, out, version or CARD_VERSIONS[0])
        elif out == STDOUT:
            _print_records(given.services.exports, kind, form)
        else:
            _write_records(given, kind, form, Path(out).expanduser())

    if cards:
        version = click.option(
            "--version",
            type=click.Choice(CARD_VERSIONS),
            help=f"Which version of vCard; {CARD_VERSIONS[0]} if nothing is said.",
        )
        version(command)


def _about(kind: ExportKind | None) -> str:
    if kind is None:
        return (
            "Write everything: JSON loses nothing, and `outreach import` brings it back.\n\n"
            "As CSV it is a folder with one file for each kind."
        )
    forms = "CSV, JSON or vCards" if kind is ExportKind.CONTACTS else "CSV or JSON"
    return f"Write all {kind.value} as {forms}; without --out to stdout."


def _print_records(exports: "Exports", kind: ExportKind | None, form: str) -> None:
    if kind and form == "csv":
        for piece in exports.csv(kind):
            printing.raw(piece)
    else:
        for piece in exports.json(kind):
            printing.raw_json(piece)


def _write_records(given: Given, kind: ExportKind | None, form: str, path: Path) -> None:
    exports = given.services.exports
    if form == "json":
        files = exports.json_file(path, kind)
    else:
        files = exports.csv_file(path, kind) if kind else exports.csv_folder(path)
    if given.as_json:
        printing.document(RecordsDocument(files))
    else:
        printing.say(
            f"{file.change:<9}  {file.path} ({plural(file.records, 'record')})" for file in files
        )


def _write_cards(given: Given, out: str, version: str) -> None:
    exports = given.services.card_exports
    if out == STDOUT:
        printing.raw(exports.to_bytes(version))
        return
    target = Path(out).expanduser()
    if out.endswith(("/", os.sep)) or target.is_dir():
        exported = exports.to_folder(target, version)
    else:
        exported = exports.to_file(target, version)
    if given.as_json:
        printing.document(CardsDocument(exported))
    else:
        printing.say(_cards_report(exported, target))


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


def _cards_report(exported: list[ExportedCard], target: Path) -> list[str]:
    """Return what changed, one line a file, and how many stayed as they are."""
    if not exported:
        return [f"No contact to export to {target}."]
    if target.is_file():
        return [f"{exported[0].change:<9}  {target} ({plural(len(exported), 'contact')})"]
    lines = [
        f"{card.change:<9}  {card.path}" + (f" ({clean_line(card.name)})" if card.name else "")
        for card in exported
        if card.change != "unchanged"
    ]
    return lines + _unchanged(len(exported) - len(lines), target)


def _unchanged(same: int, target: Path) -> list[str]:
    if same > 1:
        return [f"{same:,} files in {target} stayed as they are"]
    return [f"1 file in {target} stayed as it is"] if same else []


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
    lines += _unchanged(same, target)
    return lines or [f"No meeting to export to {target}."]

"""The verb that hands things out: calendar files and vCards."""

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

if TYPE_CHECKING:
    from outreach_tui.bootstrap import Services

STDOUT = "-"


class ExportDocument(msgspec.Struct, frozen=True):
    """What was written."""

    files: list[ExportedFile]


class CardsDocument(msgspec.Struct, frozen=True):
    """What was written of whom."""

    files: list[ExportedCard]


@click.group()
def export() -> None:
    """Write calendar files and vCards."""


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


@export.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["vcard"]),
    default="vcard",
    help="How they are written.",
)
@click.option(
    "--version", type=click.Choice(["3.0", "4.0"]), default="3.0", help="Which version of vCard."
)
@click.option(
    "--out",
    metavar="PATH",
    default=STDOUT,
    show_default=True,
    help="A file, or - for stdout; a folder, written FOLDER/, gets one file a person and is brought up to date.",
)
@verb
def contacts(given: Given, *, format_: str, version: str, out: str) -> None:
    """Write everybody as vCards; without --out to stdout."""
    assert format_ == "vcard"
    if out == STDOUT:
        if given.as_json:
            raise click.UsageError("- prints the cards, and --json a document: choose one")
        printing.raw(given.services.card_exports.to_bytes(version))
        return
    target = Path(out).expanduser()
    if out.endswith(("/", os.sep)) or target.is_dir():
        exported = given.services.card_exports.to_folder(target, version)
    else:
        exported = given.services.card_exports.to_file(target, version)
    if given.as_json:
        printing.document(CardsDocument(exported))
    else:
        printing.say(_cards_report(exported, target))


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

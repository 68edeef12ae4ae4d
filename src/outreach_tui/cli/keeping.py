"""Verbs that keep the file safe: back it up, bring a backup back, merge a copy, check everything."""

from enum import Enum
from pathlib import Path
from typing import Any

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, verb
from outreach_tui.cli.keeping_page import (
    backup_lines,
    checkup_lines,
    merged_lines,
    rebuilt_lines,
    restored_lines,
)
from outreach_tui.clock import system_zone
from outreach_tui.domain.when import zone_info

DAMAGED = 4
"""Exit code of `doctor` where something cannot be read, or is missing: that of `errors.DamagedFile`."""


class BackupDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One backup."""

    backup: dict[str, Any]


class BackupsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """All backups, the newest first."""

    backups: list[dict[str, Any]]


class RestoredDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What bringing back a backup did."""

    restored: dict[str, Any]


class MergedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What merging a copy did."""

    merged: dict[str, Any]


class DoctorDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, the worst first."""

    damaged: bool
    findings: list[dict[str, Any]]
    records: dict[str, int]
    commits: int
    rebuilt: dict[str, Any] | None
    """Null without --rebuild."""


@click.command()
@verb
def backup(given: Given) -> None:
    """Make a backup now; it is kept until you remove it."""
    made = given.services.keeping.back_up()
    if given.as_json:
        printing.document(BackupDocument(backup=_plain(made) | {"name": made.name}))
        return
    printing.say(
        [
            f"Made the backup {made.name}.",
            f"  {made.path}",
            f"bring it back with: {given.command(f'restore {made.name}')}",
        ]
    )


@click.command()
@click.argument("name", metavar="[NAME or PATH]", default="")
@click.option(
    "--merge", is_flag=True, help="Bring in what only this copy of the file has; remove nothing."
)
@verb
def restore(given: Given, *, name: str, merge: bool) -> None:
    """Bring a backup back, or list the backups.

    NAME is a part of a backup's name, a day, or last; PATH any other copy of the file."""
    if merge and not name:
        raise click.UsageError("--merge takes the PATH of a copy")
    if merge:
        _merge(given, Path(name).expanduser())
    elif name:
        _restore(given, name)
    else:
        _list(given)


def _list(given: Given) -> None:
    backups = given.services.keeping.backups()
    if given.as_json:
        documents = [
            _plain(b.backup)
            | {"name": b.backup.name, "customers": b.customers, "touchpoints": b.touchpoints}
            for b in backups
        ]
        printing.document(BackupsDocument(backups=documents))
        return
    if not backups:
        printing.say(["There is no backup yet: the first change of a day makes one."])
        return
    printing.say(backup_lines(backups, zone_info(system_zone()), printing.terminal_room()))
    printing.say([f"bring one back with: {given.command('restore NAME')}"])


def _restore(given: Given, name: str) -> None:
    restored = given.services.keeping.restore(name)
    if given.as_json:
        printing.document(RestoredDocument(restored=_plain(restored)))
        return
    printing.say(restored_lines(restored, printing.prose_room()))
    if restored.changed or restored.made or restored.removed:
        printing.say([f"undo with: {given.command('undo')}"])


def _merge(given: Given, path: Path) -> None:
    merged = given.services.keeping.merge(path)
    if given.as_json:
        printing.document(MergedDocument(merged=_plain(merged)))
        return
    printing.say(merged_lines(merged, printing.prose_room()))
    if merged.changed or merged.made:
        printing.say([f"undo with: {given.command('undo')}"])


@click.command()
@click.option(
    "--rebuild",
    is_flag=True,
    help="Write a journal with damaged lines anew, keeping all that can be read.",
)
@verb
def doctor(given: Given, *, rebuild: bool) -> None:
    """Check the file and all that belongs to it; say what is wrong, and what to do.

    Ends with 4 if something is damaged. Without --rebuild nothing is written."""
    keeping = given.services.keeping
    rebuilt = keeping.rebuild() if rebuild else None
    checkup = keeping.check()
    if given.as_json:
        printing.document(
            DoctorDocument(
                damaged=checkup.damaged,
                findings=[_plain(finding) for finding in checkup.findings],
                records=checkup.records,
                commits=checkup.commits,
                rebuilt=None if rebuilt is None else _plain(rebuilt),
            )
        )
    else:
        room = printing.prose_room()
        if rebuilt is not None:
            printing.say(rebuilt_lines(rebuilt, room))
        printing.say(checkup_lines(checkup, room))
    if checkup.damaged:
        click.get_current_context().exit(DAMAGED)


def _plain(value: Any) -> Any:
    """Return a named tuple as a JSON document has it: by field, paths as text."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {field: _plain(getattr(value, field)) for field in value._fields}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value

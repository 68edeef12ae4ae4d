"""Verbs that take care of the file: undo, redo, and where everything is."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, sentence, verb

if TYPE_CHECKING:
    from outreach_tui.services.ports import Commit


class CommitDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What was undone or done again."""

    did: str
    at: datetime
    member_id: str | None
    records: int
    undone: bool
    """Whether it is undone now."""


class WhereDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything is."""

    file: str
    exists: bool
    journal: str
    history: str
    backups: str
    config: str
    log: str


@click.command()
@verb
def undo(given: Given) -> None:
    """Take the last change of the file back."""
    _print(given, given.services.workspace.undo(), undone=True)


@click.command()
@verb
def redo(given: Given) -> None:
    """Do again what was undone last."""
    _print(given, given.services.workspace.redo(), undone=False)


def _print(given: Given, commit: "Commit", *, undone: bool) -> None:
    if given.as_json:
        printing.document(
            CommitDocument(
                did=commit.did,
                at=commit.at,
                member_id=commit.member_id,
                records=commit.records,
                undone=undone,
            )
        )
        return
    words = ("Undone", "redo") if undone else ("Done again", "undo")
    printing.say(
        [f"{words[0]}: {sentence(commit.did)}", f"{words[1]} with: {given.command(words[1])}"]
    )


@click.command()
@verb
def where(given: Given) -> None:
    """Print where the file and what belongs to it, your settings and the log are."""
    from outreach_tui.paths import config_file, data_file, log_file

    file = data_file(given.file)
    keeping = given.services.keeping
    found = WhereDocument(
        file=str(file),
        exists=file.is_file(),
        journal=str(keeping.journal),
        history=str(keeping.history),
        backups=str(keeping.folder),
        config=str(config_file()),
        log=str(log_file()),
    )
    if given.as_json:
        printing.document(found)
        return
    printing.say(
        [
            f"file      {found.file}{'' if found.exists else ' (not written yet)'}",
            f"journal   {found.journal}",
            f"history   {found.history}",
            f"backups   {found.backups}",
            f"settings  {found.config}",
            f"log       {found.log}",
        ]
    )

"""The verb that forgets a person, for good."""

import sys
from typing import Any

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, verb
from outreach_tui.domain.forgetting import Left
from outreach_tui.domain.names import spelled
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Refused
from outreach_tui.presentation.forgetting_text import cleaned_words, left_words
from outreach_tui.presentation.layout import PieceLine
from outreach_tui.presentation.plain_table import paragraph
from outreach_tui.services.forgetting import Forgotten, Found

PLACES = 10
"""So many are named; `--json` names them all."""


class ForgottenDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What forgetting did, or would do."""

    forgotten: dict[str, Any]
    dry_run: bool


@click.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be cleaned, and change nothing.")
@verb
def forget(given: Given, *, person: str, yes: bool, dry_run: bool) -> None:
    """Take a person out of everything, history and backups too. Nothing brings them back."""
    forgetting = given.services.forgetting
    found = forgetting.find(person)
    if not dry_run and not yes:
        _confirm(found)
    done = forgetting.look(found) if dry_run else forgetting.forget(found)
    if given.as_json:
        printing.document(ForgottenDocument(forgotten=_plain(done), dry_run=dry_run))
        return
    room = printing.prose_room()
    head = "Would forget this person, for good." if dry_run else "Forgot this person, for good."
    lines: list[PieceLine] = paragraph(head, room)
    for said in cleaned_words(done, would=dry_run):
        lines += paragraph(said, room, indent=2)
    for said in left_words(done, lambda left: _where(given, left), most=PLACES):
        indent = 2 if said.startswith(" ") else 0
        lines += paragraph(said, room, indent=indent)
    printing.say([*lines, "Nothing was changed."] if dry_run else lines)


def _confirm(person: Found) -> None:
    """Have the name typed. Raises Refused if it is not, or nobody is there to ask."""
    if not printing.is_interactive():
        raise Refused(
            "nothing brings a forgotten person back, so this has to be confirmed",
            "look first with --dry-run, then say --yes",
        )
    at = f" ({', '.join(person.at)})" if person.at else ""
    printing.note(f"This takes {person.name}{at} out of everything, history and backups too.")
    sys.stderr.write("Nothing brings them back. Type the name to go on: ")
    sys.stderr.flush()
    typed = clean_line(sys.stdin.readline())
    if not typed or spelled(typed) != spelled(person.name):
        raise Refused("that is not the name", "nothing was changed")


def _where(given: Given, left: Left) -> str:
    from outreach_tui.services.forgetting import place_words

    return place_words(given.services.workspace, left)


def _plain(done: Forgotten) -> dict[str, Any]:
    found = msgspec.structs.asdict(done)
    found["rewritten"] = [str(path) for path in done.rewritten]
    found["removed"] = [str(path) for path in done.removed]
    found["emptied"] = [{"of": called, "field": field} for called, field in done.emptied]
    found["left"] = [left._asdict() for left in done.left]
    return found

"""Verbs that look after the file: what was done, undo, redo, and where everything is."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, sentence, verb
from outreach_tui.errors import InTheWay

if TYPE_CHECKING:
    from outreach_tui.domain.commit import Commit


class CommitDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What was undone or done again."""

    did: str
    at: datetime
    member_id: str | None
    records: int
    undone: bool
    """Whether it is undone now."""


class EntryDocument(CommitDocument, frozen=True, kw_only=True):
    """One change of the history; `undone` says that it took back what it names, `redone` that it did it again."""

    seq: int
    member: str
    machine: str
    redone: bool


class HistoryDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, the newest first."""

    entries: tuple[EntryDocument, ...]


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
@click.option(
    "--skip",
    is_flag=True,
    help="Leave what cannot be undone any more, and undo what you did before.",
)
@verb
def undo(given: Given, *, skip: bool) -> None:
    """Take back what you did last."""
    workspace = given.services.workspace
    forgot = workspace.forgot_last()
    before: int | None = None
    while True:
        try:
            done = workspace.undo(before)
        except InTheWay as refused:
            if not skip:
                hint = f"{refused.hint}; what you did before that: {given.command('undo --skip')}"
                raise InTheWay(refused.title, hint, refused.seq) from None
            before = refused.seq
        else:
            break
    if forgot and not given.as_json:
        printing.say(["Forgetting a person cannot be undone; this is what was done before it."])
    _print(given, done, undone=True)


@click.command()
@verb
def redo(given: Given) -> None:
    """Do again what you undid last."""
    _print(given, given.services.workspace.redo(), undone=False)


@click.command()
@click.argument("customer", required=False, default="")
@click.option(
    "--since", metavar="DATE", default="", help="Only what was done on this day or later."
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", default=50, help="At most so many: 50."
)
@verb
def history(given: Given, *, customer: str, since: str, limit: int) -> None:
    """Print what was done in the file, or with CUSTOMER: by whom and when, the newest first."""
    from itertools import islice, takewhile

    from outreach_tui.cli.times import read_day
    from outreach_tui.domain.when import local_day
    from outreach_tui.presentation.past import past_lines

    workspace = given.services.workspace
    zone, names = workspace.zone, {m.id: m.name for m in workspace.members}
    who = given.services.customers.find(customer).id if customer else None
    first = read_day(workspace, since) if since else None
    done = takewhile(
        lambda commit: first is None or local_day(commit.at, zone) >= first,
        workspace.store.history(who),
    )
    commits = list(islice(done, limit))
    if given.as_json:
        entries = (
            EntryDocument(
                seq=c.seq,
                at=c.at,
                member=names.get(c.member_id or "", ""),
                member_id=c.member_id,
                machine=c.machine,
                did=c.did,
                records=c.records,
                undone=c.undone,
                redone=c.redone,
            )
            for c in commits
        )
        printing.document(HistoryDocument(entries=tuple(entries)))
        return
    printing.say(past_lines(commits, names, zone, printing.prose_room()))


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

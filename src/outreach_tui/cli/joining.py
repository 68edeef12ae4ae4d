"""The verb that makes two customers one, and lists those that look like one."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.documents import Named, Whole, whole
from outreach_tui.cli.given import Given, quoted, sentence, verb
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.ids import short
from outreach_tui.domain.twins import Twins
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.joining_text import dropped_words, moved_words, twins_words
from outreach_tui.presentation.layout import PieceLine
from outreach_tui.presentation.plain_table import paragraph, plain
from outreach_tui.presentation.words import plural

SHOWN = 20
"""So many pairs are printed; `--json` has them all."""


class TwinsRow(msgspec.Struct, frozen=True, kw_only=True):
    """Two customers that look like one."""

    a: Named
    b: Named
    likeness: int
    """From 95: that of the names, 0 to 100, with what speaks for it and against it."""
    because: tuple[str, ...]


class TwinsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """All pairs, the most alike first."""

    twins: list[TwinsRow]


class MergedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What merging did, or would do."""

    customer: Whole
    merged: Named
    moved: dict[str, int]
    doubles: dict[str, int]
    dropped: list[dict[str, Any]]
    dry_run: bool


class ApartDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Two customers that are not the same."""

    apart: tuple[Named, Named]


@click.command()
@click.argument("a", required=False, default="")
@click.argument("b", required=False, default="")
@click.option(
    "--keep",
    metavar="FIELD=a or FIELD=b",
    multiple=True,
    help="Whose value stays where both have one: A's if nothing is said; may be repeated.",
)
@click.option("--apart", is_flag=True, help="They are two: do not propose them again.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@verb
def merge(
    given: Given, *, a: str, b: str, keep: tuple[str, ...], apart: bool, dry_run: bool
) -> None:
    """Move everything of the customer B to A; without names list those that look like one."""
    if bool(a) is not bool(b):
        raise click.UsageError("name two customers, or none to list those that look like one")
    if not a:
        if keep or apart or dry_run:
            raise click.UsageError("--keep, --apart and --dry-run are for two customers A and B")
        _list(given)
        return
    if apart and (keep or dry_run):
        raise click.UsageError("--apart merges nothing")
    find = given.services.customers.find
    one, other = find(a), find(b)
    if apart:
        given.services.joining.keep_apart(one, other)
        given.wrote(ApartDocument(apart=(Named(one.id, one.name), Named(other.id, other.name))))
        return
    _merge(given, one, other, keep, dry_run=dry_run)


def _merge(
    given: Given, one: Customer, other: Customer, keep: Sequence[str], *, dry_run: bool
) -> None:
    from outreach_tui.services.joining import read_choices

    joining = given.services.joining
    from_b = read_choices(keep)
    done = (joining.look if dry_run else joining.merge)(one, other, from_b)
    document = MergedDocument(
        customer=whole(done.kept),
        merged=Named(other.id, other.name),
        moved=done.moved,
        doubles=done.doubles,
        dropped=[whole(each) for each in done.dropped],
        dry_run=dry_run,
    )
    if given.as_json:
        printing.document(document)
        return
    workspace = given.services.workspace
    reading = Reading(workspace.now, workspace.zone, {m.id: m.name for m in workspace.members})
    room = printing.prose_room()
    came = moved_words(done.moved, done.doubles)
    lines: list[PieceLine | str] = list(paragraph(f"came over: {came}", room, indent=2))
    for said in dropped_words(done.dropped, reading):
        lines += paragraph(said, room, indent=2)
    if not dry_run:
        given.wrote(document, *lines)
        return
    head = sentence(f"would merge {other.name} into {one.name}")
    printing.say([head, *lines, "Nothing was changed."])


def _list(given: Given) -> None:
    found = given.services.joining.twins()
    if given.as_json:
        printing.document(TwinsDocument(twins=twins_rows(found)))
        return
    if not found:
        printing.say(["No two customers look like one."])
        return
    printing.say(
        [f"{plural(len(found), 'pair')} of customers may be one:", *twins_lines(given, found)]
    )
    printing.say(["where they are two: outreach merge A B --apart"])


def twins_rows(found: Sequence[Twins]) -> list[TwinsRow]:
    """Return pairs as a document has them."""
    return [
        TwinsRow(
            a=Named(t.one.id, t.one.name),
            b=Named(t.other.id, t.other.name),
            likeness=round(t.likeness),
            because=t.because,
        )
        for t in found
    ]


def twins_lines(given: Given, found: Sequence[Twins]) -> list[PieceLine]:
    """Return each pair, and the command that makes it one."""
    room = printing.prose_room()
    lines: list[PieceLine] = []
    for twins in found[:SHOWN]:
        because = f" ({', '.join(twins.because)})" if twins.because else ""
        lines += paragraph(f"{twins_words(twins)}{because}", room, indent=2)
        one, other = given.services.joining.larger_first(twins.one, twins.other)
        lines.append([plain(f"    {given.command(f'merge {_typed(one)} {_typed(other)}')}")])
    if len(found) > SHOWN:
        lines.append(
            [plain(f"  and {len(found) - SHOWN:,} more: outreach merge --json has them all")]
        )
    return lines


def _typed(customer: Customer) -> str:
    return quoted(short(customer.id))

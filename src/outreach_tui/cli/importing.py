"""The verb that brings spreadsheets in: one command is one commit, and what only a person knows is asked afterwards."""

import sys
from pathlib import Path

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, quoted, verb
from outreach_tui.cli.import_page import question_lines, report_lines
from outreach_tui.domain.columns import SheetKind
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.plan import FileReport, Question
from outreach_tui.services.ports import Sheet

STDIN = "-"


class ImportDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What came in, file by file; counts are rows."""

    import_id: str | None
    """Null for a dry run, and where nothing was new."""
    dry_run: bool
    files: tuple[FileReport, ...]


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--kind",
    type=click.Choice([k.value for k in SheetKind]),
    help="What the rows are; guessed from the columns if nothing is said.",
)
@click.option(
    "--map",
    "mapping",
    metavar="HEADER=FIELD",
    multiple=True,
    help="What a column holds; may be repeated.",
)
@click.option(
    "--date-order",
    type=click.Choice([o.value for o in DateOrder]),
    help="How 3/4/2026 is to be read.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@verb
def import_(
    given: Given,
    *,
    files: tuple[str, ...],
    kind: str | None,
    mapping: tuple[str, ...],
    date_order: str | None,
    dry_run: bool,
) -> None:
    """Import customers, contacts or purchases from CSV.

    Several files are one change, and undone as one; - reads stdin."""
    if files.count(STDIN) > 1:
        raise click.UsageError("stdin can be read only once")
    fields = _read_mapping(mapping)
    services = given.services
    plan = services.imports.preview(
        [_read_sheet(name) for name in files], kind=kind, mapping=fields, date_order=date_order
    )
    record = None if dry_run else services.imports.apply(plan)
    document = ImportDocument(
        import_id=record.id if record else None, dry_run=dry_run, files=plan.files
    )
    if given.as_json:
        printing.document(document)
        return
    room = printing.prose_room()
    for report in plan.files:
        printing.say(report_lines(report, room, dry_run=dry_run))
    if record is not None:
        printing.say([f"undo with: {given.command('undo')}"])
    elif not dry_run:
        printing.say(["Nothing is new; nothing was changed."])
    questions = [question for report in plan.files for question in report.questions]
    if record is None:
        return
    if printing.is_interactive() and STDIN not in files:
        _ask(given, questions, room)
    else:
        _list_questions(given, questions, room)


def _read_mapping(mapping: tuple[str, ...]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for each in mapping:
        header, equals, field = each.rpartition("=")
        if not (equals and header.strip() and field.strip()):
            raise click.UsageError(f"--map {each!r} is not of the form HEADER=FIELD")
        fields[header.strip()] = field.strip()
    return fields


def _read_sheet(name: str) -> Sheet:
    from outreach_tui.formats.csv_files import MAX_BYTES, read_csv

    if name == STDIN:
        return read_csv(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin")
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(
            f"cannot read {name}: {error.strerror}", "check the name of the file"
        ) from error
    return read_csv(data, path.name)


def _list_questions(given: Given, questions: list[Question], room: int) -> None:
    """Say what is not known, and the command that answers it."""
    for question in questions:
        printing.note("")
        for line in question_lines(question, room):
            printing.note(line)
        name = quoted(given.services.customers.get(question.customer_id).name)
        for candidate in question.candidates:
            value = str(candidate.geoname_id) if candidate.geoname_id else quoted(candidate.label)
            printing.note(f"  {candidate.label}:")
            printing.note(f"    {given.command(f'edit {name} {question.field}={value}')}")


def _ask(given: Given, questions: list[Question], room: int) -> None:
    """Ask for places, one after the other; an empty answer skips."""
    towns = [q for q in questions if any(c.geoname_id for c in q.candidates)]
    _list_questions(given, [q for q in questions if q not in towns], room)
    for question in towns:
        for line in question_lines(question, room):
            printing.note(line)
        for number, candidate in enumerate(question.candidates, 1):
            printing.note(f"  {number}  {candidate.label}")
        chosen = _choose(len(question.candidates))
        if chosen is None:
            continue
        place = given.services.places.by_id(question.candidates[chosen].geoname_id)
        if place is not None:
            count = given.services.imports.answer_place(question.customer_id, place)
            printing.note(f"  {place.label}, for {count} customer{'' if count == 1 else 's'}")


def _choose(count: int) -> int | None:
    """Return the index that was chosen, None for none."""
    while True:
        sys.stderr.write(f"Which one? 1-{count}, enter skips: ")
        sys.stderr.flush()
        typed = sys.stdin.readline()
        if not typed.strip():
            return None
        if typed.strip().isdecimal() and 1 <= int(typed) <= count:
            return int(typed) - 1

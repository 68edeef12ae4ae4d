"""The verb that brings lists, cards, calendars and whole files in: one command is one commit.

What only a person knows is asked afterwards."""

import sys
from pathlib import Path

import click
import msgspec

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, quoted, verb
from outreach_tui.cli.import_page import question_lines, report_lines
from outreach_tui.cli.joining import TwinsRow, twins_lines, twins_rows
from outreach_tui.domain.columns import SheetKind
from outreach_tui.domain.place import Place
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.presentation.words import plural
from outreach_tui.services.importing.plan import FileReport, Question
from outreach_tui.services.importing.sources import Source, Whole
from outreach_tui.services.typed_values import read_number

STDIN = "-"


class ImportDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What came in, file by file; counts are rows."""

    import_id: str | None
    """Null for a dry run, and where nothing was new."""
    dry_run: bool
    files: tuple[FileReport, ...]
    twins: list[TwinsRow]
    """New customers that look like others on file."""


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
@click.option(
    "--encoding", metavar="NAME", default="", help="How the letters of a list are written: cp1250."
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
    encoding: str,
    dry_run: bool,
) -> None:
    """Import lists from CSV, TSV or Excel, people from vCards, past meetings from iCalendar, or a whole export in JSON.

    A folder is one of vCards. Several files are one change, and undone as one; - reads stdin."""
    if files.count(STDIN) > 1:
        raise click.UsageError("stdin can be read only once")
    fields = _read_mapping(mapping)
    sources = [_read(given, name, encoding) for name in files]
    whole = next((source for source in sources if isinstance(source, Whole)), None)
    if whole is not None:
        if len(files) > 1 or kind or mapping or date_order or encoding:
            raise click.UsageError(
                "a JSON file is imported by itself, and says itself what it holds"
            )
        _import_whole(given, whole, dry_run=dry_run)
        return
    services = given.services
    try:
        with printing.progress("rows") as progress:
            plan = services.imports.preview(
                sources, kind=kind, mapping=fields, date_order=date_order, progress=progress
            )
    except KeyboardInterrupt:
        printing.note("outreach: the import was stopped; nothing was changed")
        raise
    questions = [question for report in plan.files for question in report.questions]
    asks = not dry_run and bool(plan.changes) and not given.as_json and printing.is_interactive()
    if asks and STDIN not in files:
        plan = services.imports.answered(plan, _ask(given, questions, printing.prose_room()))
    record = None if dry_run else services.imports.apply(plan)
    twins = services.joining.new_twins(plan.changes) if record else []
    document = ImportDocument(
        import_id=record.id if record else None,
        dry_run=dry_run,
        files=plan.files,
        twins=twins_rows(twins),
    )
    if given.as_json:
        printing.document(document)
        return
    room = printing.prose_room()
    for report in plan.files:
        printing.say(report_lines(report, room, dry_run=dry_run))
    if twins:
        looks = "looks like a customer" if len(twins) == 1 else "look like customers"
        printing.say([f"{len(twins):,} {looks} you have:", *twins_lines(given, twins)])
    if record is not None:
        printing.say([f"undo with: {given.command('undo')}"])
    elif not dry_run:
        printing.say(["Nothing is new; nothing was changed."])
    if record is not None and not (asks and STDIN not in files):
        _list_questions(given, questions, room)


def _import_whole(given: Given, whole: Whole, *, dry_run: bool) -> None:
    services = given.services
    plan = services.whole_imports.preview(whole.data, whole.name)
    written = not dry_run and services.whole_imports.apply(plan)
    if given.as_json:
        document = ImportDocument(import_id=None, dry_run=dry_run, files=plan.files, twins=[])
        printing.document(document)
    else:
        room = printing.prose_room()
        for report in plan.files:
            printing.say(report_lines(report, room, dry_run=dry_run))
        if written:
            printing.say([f"undo with: {given.command('undo')}"])
        elif not dry_run:
            printing.say(["Nothing is new; nothing was changed."])
    if plan.lost:
        printing.note(
            f"{plural(plan.lost, 'record')} of it {'names' if plan.lost == 1 else 'name'} others that are not on file"
        )


def _read_mapping(mapping: tuple[str, ...]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for each in mapping:
        header, equals, field = each.rpartition("=")
        if not (equals and header.strip() and field.strip()):
            raise click.UsageError(f"--map {each!r} is not of the form HEADER=FIELD")
        fields[header.strip()] = field.strip()
    return fields


def _read(given: Given, name: str, encoding: str) -> Source:
    if name != STDIN:
        return given.services.read_sources([Path(name).expanduser()], encoding)[0]
    from outreach_tui.formats.sources import MAX_WHOLE_BYTES

    data = sys.stdin.buffer.read(MAX_WHOLE_BYTES + 1)
    return given.services.read_source(data, "stdin", encoding)


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


def _ask(given: Given, questions: list[Question], room: int) -> dict[str, Place]:
    """Ask for towns, one after the other, before anything is written; an empty answer skips."""
    answers: dict[str, Place] = {}
    for question in questions:
        if not any(c.geoname_id for c in question.candidates):
            continue
        for line in question_lines(question, room):
            printing.note(line)
        for number, candidate in enumerate(question.candidates, 1):
            printing.note(f"  {number}  {candidate.label}")
        chosen = _choose(len(question.candidates))
        place = None
        if chosen is not None:
            place = given.services.places.by_id(question.candidates[chosen].geoname_id)
        if place is not None:
            answers[question.about] = place
    return answers


def _choose(count: int) -> int | None:
    """Return the index that was chosen, None for none."""
    while True:
        sys.stderr.write(f"Which one? 1-{count}, enter skips: ")
        sys.stderr.flush()
        typed = sys.stdin.readline()
        if not typed.strip():
            return None
        number = read_number(typed)
        if number is not None and 1 <= number <= count:
            return number - 1

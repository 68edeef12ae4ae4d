"""What an import did, and what it asks, as text."""

from outreach_tui.domain.columns import EXTRA, PASSED_OVER
from outreach_tui.domain.text import clean_line
from outreach_tui.presentation.import_text import grouped, place_label, rows_noun, talk_text
from outreach_tui.presentation.layout import PieceLine, wrap
from outreach_tui.presentation.plain_table import paragraph, plain
from outreach_tui.presentation.words import plural
from outreach_tui.services.importing.plan import FileReport, Question

PROBLEMS_SHOWN = 20
UPDATES_SHOWN = 20
TALKS_SHOWN = 20


def report_lines(report: FileReport, room: int, *, dry_run: bool) -> list[PieceLine]:
    """Return what became, or would become, of one file: counts, columns, rows that did not come in."""
    would = "would be " if dry_run else ""
    counts = [
        f"{report.created:,} {would}created",
        f"{report.updated:,} {would}updated",
        f"{report.unchanged:,} unchanged",
        f"{len(report.skipped):,} skipped",
    ]
    noun = rows_noun(report.kind)
    rows = plural(report.rows, noun) + (f" of {report.kind}" if noun == "row" else "")
    head = f"{clean_line(report.name)}: {rows}"
    lines: list[PieceLine] = [[(head, "heading")], [plain(f"  {', '.join(counts)}")]]
    read = [
        f"{header} → {field}"
        for header, field in report.columns.items()
        if field not in (EXTRA, PASSED_OVER)
    ]
    kept = [header for header, field in report.columns.items() if field == EXTRA]
    if read:
        lines += paragraph(f"read {', '.join(read)}", room, indent=2, role="muted")
    if kept:
        lines += paragraph(f"kept as they are: {', '.join(kept)}", room, indent=2, role="muted")
    for note in report.notes:
        lines += paragraph(clean_line(note), room, indent=2, role="due")
    held = "held?" if dry_run else "held"
    for talk in report.conversations[:TALKS_SHOWN]:
        lines += paragraph(f"{held} {talk_text(talk)}", room, indent=2)
    more = len(report.conversations) - TALKS_SHOWN
    if more > 0:
        lines.append([plain(f"  and {more:,} more: --json lists them all")])
    label = place_label(report.kind)
    for update in report.updates[:UPDATES_SHOWN]:
        where = f"{label} {update.row}: " if update.row else ""
        whose = f"{update.name}, " if update.name else ""
        change = f"{update.was} → {update.now or 'nothing'}" if update.was else update.now
        said = clean_line(f"~ {where}{whose}{update.field}: {change}")
        lines += paragraph(said, room, indent=2)
    more = len(report.updates) - UPDATES_SHOWN
    if more > 0:
        lines.append([plain(f"  and {plural(more, 'more change')}: --json lists them all")])
    reasons = grouped(report.skipped, report.kind)
    for reason in reasons[:PROBLEMS_SHOWN]:
        lines += paragraph(f"! {reason}", room, indent=2, role="late")
    more = len(reasons) - PROBLEMS_SHOWN
    if more > 0:
        lines.append([plain(f"  and {plural(more, f'more {noun}')}: --json lists them all")])
    return lines


def question_lines(question: Question, room: int) -> list[str]:
    """Return what is not known, and why."""
    value = clean_line(question.value)
    return wrap(
        f"? row {question.row}, {question.field} “{value}”: {clean_line(question.why)}", room
    )

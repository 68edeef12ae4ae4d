"""What a check found, which backups there are, and what a restore, a merge or making anew did, as text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import say_weekday
from outreach_tui.presentation.layout import PieceLine
from outreach_tui.presentation.plain_table import Column, heading, paragraph, plain, table
from outreach_tui.presentation.words import plural
from outreach_tui.services.keeping import (
    BackupContents,
    Checkup,
    Difference,
    Finding,
    LeftOut,
    Merged,
    Rebuilt,
    Restored,
    Severity,
)

SHOWN = 20
"""So many of one sort are printed; `--json` has them all."""
_SIGNS = {
    Severity.DAMAGED: ("!", "late"),
    Severity.WARNING: ("?", "due"),
    Severity.ADVICE: ("·", ""),
}
_COUNTED = ("customers", "contacts", "purchases", "touchpoints", "meetings")


def checkup_lines(checkup: Checkup, room: int) -> list[PieceLine]:
    """Return what a check found: one calm sentence where nothing is wrong."""
    damaged = [f for f in checkup.findings if f.severity is Severity.DAMAGED]
    warnings = [f for f in checkup.findings if f.severity is Severity.WARNING]
    if damaged:
        said = (
            f"{plural(len(damaged), 'thing')} {'needs' if len(damaged) == 1 else 'need'} mending."
        )
        if checkup.records:
            said += f" What can be read: {records_words(checkup.records)}."
    elif warnings:
        said = f"Nothing is damaged: {records_words(checkup.records)}. "
        said += f"{plural(len(warnings), 'thing')} {'is' if len(warnings) == 1 else 'are'} worth a look."
    else:
        said = "Everything is in order"
        said += f": {records_words(checkup.records)}." if checkup.records else "."
    lines = paragraph(said, room)
    for severity in Severity:
        found = [f for f in checkup.findings if f.severity is severity]
        for finding in found[:SHOWN]:
            lines += [[], *_finding_lines(finding, room)]
        if len(found) > SHOWN:
            more = plural(len(found) - SHOWN, "more")
            lines += [
                [],
                [plain(f"and {more.removesuffix('s')} like these: --json lists them all")],
            ]
    return lines


def records_words(records: Mapping[str, int]) -> str:
    """Return how much there is: "91 customers, 830 purchases"."""
    said = [plural(records[name], name.removesuffix("s")) for name in _COUNTED if records.get(name)]
    return ", ".join(said) or "no customers yet"


def backup_lines(
    backups: Sequence[BackupContents], zone: ZoneInfo, room: int | None
) -> list[PieceLine]:
    """Return the backups as a table, the newest first."""
    columns = [
        Column("Name", least=20),
        Column("Made"),
        Column("Reason"),
        Column("Size", right=True),
        Column("Customers", right=True),
        Column("Touchpoints", right=True),
    ]
    rows = []
    for backup, customers, touchpoints in backups:
        at = backup.at.astimezone(zone)
        unread = ("cannot be read", "late")
        rows.append(
            [
                plain(backup.name),
                plain(f"{say_weekday(at.date())} {at:%Y %H:%M}"),
                plain(backup.reason.value),
                plain(size_words(backup.size_bytes)),
                unread if customers is None else plain(f"{customers:,}"),
                plain("" if touchpoints is None else f"{touchpoints:,}"),
            ]
        )
    return table(columns, rows, room)


def size_words(size_bytes: int) -> str:
    """Return "812 bytes", "14 kB", "3.2 MB"."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1000:.0f} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def restored_lines(restored: Restored, room: int) -> list[PieceLine]:
    """Return what bringing back a backup did."""
    name = clean_line(restored.source.name)
    if restored.aside:
        lines = paragraph(
            f"{name} took the place of the damaged file: {records_words(restored.records)}.", room
        )
    elif restored.changed or restored.made or restored.removed:
        parts = [
            f"{restored.changed:,} changed",
            f"{restored.made:,} came back",
            f"{restored.removed:,} went",
        ]
        lines = paragraph(f"Everything is as in {name}: {', '.join(parts)}.", room)
    elif not restored.placed:
        lines = paragraph(f"Everything is as in {name} already; nothing was changed.", room)
    else:
        lines = paragraph(f"{name} is the file now: {records_words(restored.records)}.", room)
    if restored.later_commits:
        said = f"{plural(restored.later_commits, 'change')} made after the backup"
        were = "was" if restored.later_commits == 1 else "were"
        lines += paragraph(f"{said} {were} made again on top of it.", room)
    lines += _left_out_lines(restored.left_out, room)
    if restored.backup is not None:
        lines += paragraph(f"a backup of how it was before: {restored.backup.name}", room)
    return lines + _paths("the damaged files are kept as", restored.aside)


def merged_lines(merged: Merged, room: int) -> list[PieceLine]:
    """Return what merging a copy did, both values of each conflict among it."""
    name = clean_line(merged.source.name)
    if merged.changed or merged.made:
        said = (
            f"Merged {name}: {plural(merged.changed, 'record')} changed, {merged.made:,} came in."
        )
    else:
        said = f"{name} holds nothing that you do not have."
    lines = paragraph(said, room)
    if merged.stayed_removed:
        were = "was" if merged.stayed_removed == 1 else "were"
        said = f"{plural(merged.stayed_removed, 'record')} of the copy {were} removed here and stayed so."
        lines += paragraph(said, room)
    if merged.unnamed:
        said = f"{plural(merged.unnamed, 'document')} of the copy without an id were left out."
        lines += paragraph(said, room)
    for difference in merged.conflicts:
        lines += _difference_lines(difference, room)
    lines += _left_out_lines(merged.left_out, room)
    if merged.backup is not None:
        lines += paragraph(f"a backup of how it was before: {merged.backup.name}", room)
    if not merged.moved_to:
        lines += paragraph(f"the copy is where it was: {merged.source}", room)
    return lines + _paths("the copy is kept as", merged.moved_to)


def rebuilt_lines(rebuilt: Rebuilt, room: int) -> list[PieceLine]:
    """Return what making anew did: exactly what was kept, and what was left out, by line."""
    if not rebuilt.mended:
        return paragraph("No line was damaged; the summary rows were made anew.", room)
    names = " and ".join(clean_line(path.name) for path in rebuilt.mended)
    kept = f"{plural(rebuilt.kept, 'change')} {'was' if rebuilt.kept == 1 else 'were'} kept"
    lines = paragraph(f"Wrote {names} anew: {kept}.", room)
    if rebuilt.left_out:
        lines += _left_out_lines(rebuilt.left_out, room)
    else:
        lines += paragraph("Nothing was left out.", room)
    lines += _paths("what cannot be read is kept as", rebuilt.aside)
    return lines + _paths("the files as they were are kept as", rebuilt.copies)


def _finding_lines(finding: Finding, room: int) -> list[PieceLine]:
    sign, role = _SIGNS[finding.severity]
    lines = paragraph(f"{sign} {clean_line(finding.what)}.", room, role=role)
    where = str(finding.file) + (f", line {finding.line}" if finding.line else "")
    lines.append([(f"  {where}", "muted")])
    if finding.remedy:
        lines += paragraph(f"→ {finding.remedy}", room, indent=2)
    return lines


def _difference_lines(difference: Difference, room: int) -> list[PieceLine]:
    field = clean_line(difference.field).replace("_", " ")
    said = f"! both changed {field} of {clean_line(difference.called)}: yours is {difference.ours} and stays, "
    return paragraph(f"{said}the copy has {difference.theirs}", room, role="late")


def _left_out_lines(left_out: Sequence[LeftOut], room: int) -> list[PieceLine]:
    lines: list[PieceLine] = []
    for left in left_out[:SHOWN]:
        said = f"! left out: {clean_line(left.file.name)}, line {left.line}: {clean_line(left.why)}"
        lines += paragraph(said, room, role="late")
    if len(left_out) > SHOWN:
        lines.append([plain(f"and {len(left_out) - SHOWN:,} more: --json lists them all")])
    return lines


def _paths(said: str, paths: Sequence[Path]) -> list[PieceLine]:
    return [heading(said), *([plain(f"  {path}")] for path in paths)] if paths else []

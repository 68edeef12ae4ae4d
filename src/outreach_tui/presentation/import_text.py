"""What an import would do, in a few lines."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from outreach_tui.presentation.words import plural

SKIPPED_SHOWN = 3


class SkippedRow(Protocol):
    """A row that does not come in."""

    @property
    def row(self) -> int:
        """Line of the file, from 1."""

    @property
    def reason(self) -> str:
        """Why, in words."""


class Report(Protocol):
    """What one file would do; counts are rows."""

    @property
    def name(self) -> str:
        """The file's name."""

    @property
    def kind(self) -> str:
        """What its rows are."""

    @property
    def created(self) -> int:
        """Rows that are new."""

    @property
    def updated(self) -> int:
        """Rows that change something."""

    @property
    def unchanged(self) -> int:
        """Rows that say what is on file."""

    @property
    def skipped(self) -> Sequence[SkippedRow]:
        """Rows that do not come in."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Field by header."""

    @property
    def questions(self) -> Sequence[object]:
        """What only a person knows."""


def preview_text(reports: Sequence[Report]) -> str:
    """Return a few lines for each file: what would change, which columns were understood, what was skipped and why."""
    lines = []
    for report in reports:
        counts = (
            f"{report.created:,} new, {report.updated:,} changed, {report.unchanged:,} unchanged"
        )
        lines.append(f"{report.name}: {report.kind}; {counts}, {len(report.skipped):,} skipped")
        known = [
            f"{header} → {field}" for header, field in report.columns.items() if field != "extra"
        ]
        kept = [header for header, field in report.columns.items() if field == "extra"]
        if known:
            lines.append(f"Columns: {', '.join(known)}")
        if kept:
            lines.append(f"Kept as they are: {', '.join(kept)}")
        lines += [
            f"Row {skipped.row}: {skipped.reason}" for skipped in report.skipped[:SKIPPED_SHOWN]
        ]
        if len(report.skipped) > SKIPPED_SHOWN:
            lines.append(f"… and {len(report.skipped) - SKIPPED_SHOWN} more skipped")
        if report.questions:
            lines.append(f"{plural(len(report.questions), 'town')} to ask about afterwards")
    return "\n".join(lines)

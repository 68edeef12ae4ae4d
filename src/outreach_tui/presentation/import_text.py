"""What an import would do, in a few lines."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from outreach_tui.domain.columns import EXTRA, PASSED_OVER
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import say_weekday, zone_info
from outreach_tui.presentation.words import plural

SKIPPED_SHOWN = 3
UPDATES_SHOWN = 3
CONVERSATIONS_SHOWN = 8
_NOUNS = {"cards": "card", "past meetings": "past meeting"}
"""What the rows of a file are called that is no list."""


class SkippedRow(Protocol):
    """A row that does not come in."""

    @property
    def row(self) -> int:
        """Line of the file, from 1."""

    @property
    def reason(self) -> str:
        """Why, in words."""


class ChangedField(Protocol):
    """A field that a row changes."""

    @property
    def row(self) -> int:
        """Line of the file, from 1."""

    @property
    def name(self) -> str:
        """Whose it is."""

    @property
    def field(self) -> str:
        """Which."""

    @property
    def was(self) -> str:
        """What is on file."""

    @property
    def now(self) -> str:
        """What the row says."""


class Talk(Protocol):
    """A past meeting that is new."""

    @property
    def at(self) -> datetime:
        """When, in UTC."""

    @property
    def zone(self) -> str:
        """Where its wall time was chosen."""

    @property
    def kind(self) -> str:
        """How people met."""

    @property
    def customers(self) -> Sequence[str]:
        """With whom."""

    @property
    def contacts(self) -> Sequence[str]:
        """Who was there."""

    @property
    def title(self) -> str:
        """What the calendar calls it."""


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

    @property
    def updates(self) -> Sequence[ChangedField]:
        """What the rows that count as changed change."""

    @property
    def notes(self) -> Sequence[str]:
        """What else is to be known."""

    @property
    def conversations(self) -> Sequence[Talk]:
        """Of a calendar: the past meetings that are new."""


def rows_noun(kind: str) -> str:
    """Return what one row of a file is called: "row", "card"."""
    return _NOUNS.get(kind, "row")


def place_label(kind: str) -> str:
    """Return how a place in a file is called: "row" in a list, "line" elsewhere."""
    return "line" if kind in _NOUNS else "row"


def grouped(skipped: Sequence[SkippedRow], kind: str) -> list[str]:
    """Return the reasons, each once: with the row, or with how many rows it holds for."""
    count = Counter(row.reason for row in skipped)
    first = {row.reason: row.row for row in reversed(skipped)}
    label = place_label(kind)
    return [
        f"{plural(number, rows_noun(kind))}: {reason}"
        if number > 1
        else f"{label} {first[reason]}: {reason}"
        if first[reason] and not re.match(rf"{label} {first[reason]}\b", reason)
        else reason
        for reason, number in count.items()
    ]


def talk_text(talk: Talk) -> str:
    """Return "Thu 3 Sep 2026 10:00, video with Alfreds Futterkiste (Maria Anders): Labels"."""
    local = talk.at.astimezone(zone_info(talk.zone))
    text = f"{say_weekday(local)} {local.year} {local:%H:%M}, {talk.kind} with {', '.join(talk.customers)}"
    people = f" ({', '.join(talk.contacts)})" if talk.contacts else ""
    return clean_line(f"{text}{people}{f': {talk.title}' if talk.title else ''}")


def preview_text(reports: Sequence[Report]) -> str:
    """Return a few lines for each file: what would change, which columns were understood, what was skipped and why."""
    lines = []
    for report in reports:
        counts = (
            f"{report.created:,} new, {report.updated:,} changed, {report.unchanged:,} unchanged"
        )
        lines.append(f"{report.name}: {report.kind}; {counts}, {len(report.skipped):,} skipped")
        known = [
            f"{header} → {field}"
            for header, field in report.columns.items()
            if field not in (EXTRA, PASSED_OVER)
        ]
        kept = [header for header, field in report.columns.items() if field == EXTRA]
        if known:
            lines.append(f"Columns: {', '.join(known)}")
        if kept:
            lines.append(f"Kept as they are: {', '.join(kept)}")
        lines += report.notes
        lines += [f"Held? {talk_text(talk)}" for talk in report.conversations[:CONVERSATIONS_SHOWN]]
        if len(report.conversations) > CONVERSATIONS_SHOWN:
            lines.append(
                f"… and {len(report.conversations) - CONVERSATIONS_SHOWN} more past meetings"
            )
        label = place_label(report.kind).capitalize()
        lines += [
            f"{label} {each.row}: {each.name} {each.field}: {each.was or 'nothing'} → {each.now}"
            for each in report.updates[:UPDATES_SHOWN]
        ]
        if len(report.updates) > UPDATES_SHOWN:
            lines.append(f"… and {len(report.updates) - UPDATES_SHOWN} more changes")
        reasons = grouped(report.skipped, report.kind)
        lines += [reason[:1].upper() + reason[1:] for reason in reasons[:SKIPPED_SHOWN]]
        if len(reasons) > SKIPPED_SHOWN:
            lines.append(f"… and {len(reasons) - SKIPPED_SHOWN} more skipped")
        if report.questions:
            lines.append(f"{plural(len(report.questions), 'town')} to ask about afterwards")
    return "\n".join(lines)

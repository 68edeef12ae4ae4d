"""What an import would do: what is new, what changes, what does not come in and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from outreach_tui.domain.columns import EXTRA, PASSED_OVER
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import say_weekday, zone_info
from outreach_tui.presentation.layout import PieceLine, cut, hanging
from outreach_tui.presentation.words import plural

OPEN_SHOWN = 20
SKIPPED_SHOWN = 100
UPDATES_SHOWN = 100
CONVERSATIONS_SHOWN = 100
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
        """Line of the file, from 1; 0 if that is not known."""

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


class Answer(Protocol):
    """What may be meant."""

    @property
    def geoname_id(self) -> int:
        """Set where it is a town."""


class Unknown(Protocol):
    """Something only a person knows."""

    @property
    def row(self) -> int:
        """Line of the file, from 1."""

    @property
    def field(self) -> str:
        """Of what."""

    @property
    def value(self) -> str:
        """What the row says."""

    @property
    def why(self) -> str:
        """Why it is not known."""

    @property
    def candidates(self) -> Sequence[Answer]:
        """What may be meant, if that is known."""


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
    def questions(self) -> Sequence[Unknown]:
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


def is_choice(unknown: Unknown) -> bool:
    """Return whether somebody can be asked which of some towns is meant."""
    return any(answer.geoname_id for answer in unknown.candidates)


def open_words(unknown: Unknown, kind: str) -> str:
    """Return what stays open: "Row 4, owner “Zed” stays open: no member of the team is called so"."""
    where = f"{place_label(kind).capitalize()} {unknown.row}, {unknown.field} “{unknown.value}”"
    return f"{where} stays open: {unknown.why}"


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
    return [_reason(reason, number, first[reason], kind) for reason, number in count.items()]


def _reason(reason: str, number: int, row: int, kind: str) -> str:
    if number > 1:
        return f"{plural(number, rows_noun(kind))}: {reason}"
    where = f"{place_label(kind)} {row}"
    says_where = not row or reason.startswith((f"{where}:", f"{where},", f"{where} "))
    return reason if says_where else f"{where}: {reason}"


def talk_text(talk: Talk) -> str:
    """Return "Thu 3 Sep 2026 10:00, video with Alfreds Futterkiste (Maria Anders): Labels"."""
    local = talk.at.astimezone(zone_info(talk.zone))
    text = f"{say_weekday(local)} {local.year} {local:%H:%M}, {talk.kind} with {', '.join(talk.customers)}"
    people = f" ({', '.join(talk.contacts)})" if talk.contacts else ""
    return clean_line(f"{text}{people}{f': {talk.title}' if talk.title else ''}")


def preview_lines(reports: Sequence[Report], width: int) -> list[PieceLine]:
    """Return what would become of each file: counts, what is skipped and why, what changes, which columns are read."""
    lines: list[PieceLine] = []
    for report in reports:
        if lines:
            lines.append([])
        head = f"{clean_line(report.name)}: {report.kind}"
        counts = (
            f"{report.created:,} new, {report.updated:,} changed, {report.unchanged:,} unchanged"
        )
        skipped = len(report.skipped)
        lines.append([(cut(head, width), "heading")])
        lines.append([(f"{counts}, ", ""), (f"{skipped:,} skipped", "late" if skipped else "")])
        towns = [question for question in report.questions if is_choice(question)]
        if towns:
            said = f"{plural(len(towns), 'town')} to be asked about next"
            lines += _said("?", said, width, "due")
        lines += _first(
            [("?", open_words(q, report.kind)) for q in report.questions if not is_choice(q)],
            OPEN_SHOWN, "more open question", width, "due",
        )  # fmt: skip
        lines += _first(
            [("!", reason[:1].upper() + reason[1:]) for reason in grouped(report.skipped, report.kind)],
            SKIPPED_SHOWN, "more reason", width, "late",
        )  # fmt: skip
        label = place_label(report.kind).capitalize()
        changes = [
            (
                "~",
                f"{f'{label} {u.row}: ' if u.row else ''}{u.name} {u.field}: "
                f"{u.was or 'nothing'} → {u.now or 'nothing'}",
            )
            for u in report.updates
        ]
        lines += _first(changes, UPDATES_SHOWN, "more change", width)
        talks = [("·", f"Held? {talk_text(talk)}") for talk in report.conversations]
        lines += _first(talks, CONVERSATIONS_SHOWN, "more past meeting", width)
        for note in report.notes:
            lines += _said("·", note[:1].upper() + note[1:], width, "due")
        lines += _columns(report, width)
    return lines


def _columns(report: Report, width: int) -> list[PieceLine]:
    """Return what is kept as it is; of what is no list, whose columns nobody saw, also what was read."""
    known = [f"{h} → {f}" for h, f in report.columns.items() if f not in (EXTRA, PASSED_OVER)]
    kept = [header for header, field in report.columns.items() if field == EXTRA]
    lines: list[PieceLine] = []
    if known and report.kind in _NOUNS:
        lines += _said("", f"Read: {', '.join(known)}", width, "muted")
    if kept:
        lines += _said("", f"Kept as they are: {', '.join(kept)}", width, "muted")
    return lines


def _first(
    texts: Sequence[tuple[str, str]], most: int, more: str, width: int, role: str = ""
) -> list[PieceLine]:
    """Return the first texts, and how many more there are: `more` names one."""
    lines = [line for sign, text in texts[:most] for line in _said(sign, text, width, role)]
    if len(texts) > most:
        lines += _said("", f"… and {plural(len(texts) - most, more)}", width, "muted")
    return lines


def _said(sign: str, text: str, width: int, role: str = "") -> list[PieceLine]:
    return hanging(sign, clean_line(text), width, indent=2, role=role, label_role=role)


def came_in(reports: Sequence[Report]) -> str:
    """Return what an import did, in one line: "91 customers came in, 2 rows changed"."""
    new: Counter[str] = Counter()
    for report in reports:
        new[report.kind] += report.created
    came = [plural(count, kind.removesuffix("s")) for kind, count in new.items() if count]
    changed = sum(report.updated for report in reports)
    parts = [f"{' and '.join(came)} came in"] if came else []
    return ", ".join([*parts, f"{plural(changed, 'row')} changed"] if changed else parts)

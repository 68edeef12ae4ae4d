"""What forgetting a person did, or would do, and what is left to people, in lines of words."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from outreach_tui.domain.forgetting import Left
from outreach_tui.domain.ids import short
from outreach_tui.domain.text import clean_line
from outreach_tui.presentation.words import plural

FILES = 5
"""So many are named; the rest is counted."""
_AROUND = 60
"""Characters of a text that are shown."""


class Report(Protocol):
    """See `services.forgetting.Forgotten`."""

    @property
    def records(self) -> int: ...
    @property
    def commits(self) -> int: ...
    @property
    def lost(self) -> int: ...
    @property
    def rewritten(self) -> Sequence[Path]: ...
    @property
    def removed(self) -> Sequence[Path]: ...
    @property
    def dropped_lines(self) -> int: ...
    @property
    def drafts(self) -> int: ...
    @property
    def emptied(self) -> Sequence[tuple[str, str]]: ...
    @property
    def shared(self) -> int: ...
    @property
    def unsure(self) -> bool: ...
    @property
    def namesakes(self) -> Sequence[str]: ...
    @property
    def left(self) -> Sequence[Left]: ...
    @property
    def imports(self) -> Sequence[str]: ...
    @property
    def meetings(self) -> int: ...


def cleaned_words(report: Report, *, would: bool) -> list[str]:
    """Return where the person was found, a line for each kind of place."""
    said = [
        f"{plural(report.records, 'other record')} of today",
        f"{plural(report.commits, 'change')} of the history",
        f"{plural(len(report.rewritten), 'other file')} (backups, what was set aside)",
    ]
    if report.drafts:
        said.append(plural(report.drafts, "draft"))
    if report.removed:
        said.append(f"{plural(len(report.removed), 'file')} left by a program that was killed")
    lines = [f"{'to be cleaned' if would else 'cleaned'}: {', '.join(said)}"]
    if report.dropped_lines:
        lines.append(f"{plural(report.dropped_lines, 'line')} that nobody could read went whole")
    if report.emptied:
        fields = ", ".join(f"{f.replace('_', ' ')} of {called}" for called, f in report.emptied)
        lines.append(f"emptied, since it was theirs too: {fields}")
    if report.lost:
        lines.append(
            f"undo cannot bring back what {plural(report.lost, 'change')} said of the person alone"
        )
    return lines


def left_words(report: Report, of: Callable[[Left], str], *, most: int | None = None) -> list[str]:
    """Return what only a person can do; `of` says where a place is.

    `most` is how many places a command names, since `--json` has them all; without it all are named.
    """
    lines: list[str] = []
    if report.unsure:
        lines.append(
            "Somebody else is called so, too, or the name is one word: "
            "it went only where this person was meant for certain."
        )
    if report.namesakes:
        lines.append(
            "Somebody called so whose record was deleted is still in the history or a backup. "
            "If this is the same person:"
        )
        lines += [f"  outreach forget {short(id_)}" for id_ in report.namesakes]
    if report.shared:
        lines.append(
            "1 number or mail address stays: somebody else has it, too."
            if report.shared == 1
            else f"{report.shared:,} numbers or mail addresses stay: somebody else has them, too."
        )
    if report.left:
        lines.append(
            "A part of the name or of a number still stands here; whose it is, only you know:"
        )
        lines += [f"  {of(left)}, {left.field}: {_cut(left.text)}" for left in report.left[:most]]
        if most and len(report.left) > most:
            others = plural(len(report.left) - most, "more place")
            lines.append(f"  and in {others}: --json has all of them")
    outside = []
    if report.imports:
        more = f" and {len(report.imports) - FILES} more" if len(report.imports) > FILES else ""
        named = ", ".join(clean_line(name) for name in report.imports[:FILES])
        outside.append(f"the lists that were imported ({named}{more})")
    if report.meetings:
        outside.append(f"calendar files of {plural(report.meetings, 'meeting')}")
    outside.append("exports, and copies of your own")
    lines.append(f"Not ours to change: {', '.join(outside)}.")
    return lines


def _cut(text: str) -> str:
    return text if len(text) <= _AROUND else f"{text[: _AROUND - 1]}…"

"""What was done, by whom and when, day by day, the newest first."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from outreach_tui.domain.commit import Commit
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import say_weekday, zone_info
from outreach_tui.presentation.layout import PieceLine, hanging

NOTHING = "Nothing was done yet."
_CLOCK = 9


def past_lines(
    commits: Iterable[Commit], members: Mapping[str, str], zone: str, width: int
) -> list[PieceLine]:
    """Return a line for each commit under the heading of its day; `members` gives the names by id."""
    info = zone_info(zone)
    lines: list[PieceLine] = []
    for day, done in groupby(commits, lambda commit: commit.at.astimezone(info).date()):
        lines += [[], [(f"{say_weekday(day)} {day.year}", "heading")]]
        for commit in done:
            at = f"  {commit.at.astimezone(info):%H:%M}"
            lines += hanging(at, clean_line(said(commit, members)), width, indent=_CLOCK)
    return lines[1:] or [[(NOTHING, "")]]


def said(commit: Commit, members: Mapping[str, str]) -> str:
    """Return "Ana: took back: logged a call with Ernst Handel"."""
    who = members.get(commit.member_id or "", "")
    verb = "took back: " * commit.undone + "did again: " * commit.redone
    return f"{who}: {verb}{commit.did}" if who else f"{verb}{commit.did}"

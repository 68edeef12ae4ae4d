"""What others did meanwhile, in a few words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from outreach_tui.domain.text import clean_line
from outreach_tui.presentation.layout import cut

LONGEST = 120
"""A toast is for a glance."""
MOST_PEOPLE = 4


class Deed(NamedTuple):
    """One thing that somebody did."""

    member_id: str | None
    """None for another program."""
    did: str


def news(deeds: Sequence[Deed], members: Mapping[str, str], me: str) -> str:
    """Return who did what, a line for each, the last to act at the end; `members` gives the names by id.

    "Ana: logged a call with Ernst Handel"; "Ana: 3 changes, the last: …".
    """
    by: dict[str | None, list[str]] = {}
    for deed in deeds:
        by.setdefault(deed.member_id, []).append(deed.did)
        by[deed.member_id] = by.pop(deed.member_id)
    lines = [_line(_who(id_, members, me), _what(did)) for id_, did in by.items()]
    more = len(lines) - MOST_PEOPLE
    shown = [cut(clean_line(line), LONGEST) for line in lines[-MOST_PEOPLE:]]
    return "\n".join([*([f"{more} more"] if more > 0 else []), *shown])


def who_changed(field: str, called: str, newest_first: Iterable[Deed]) -> Deed | None:
    """Return the last deed that says that it changed this field of what is called so; None if none does."""
    words = field.replace("_", " ")
    for deed in newest_first:
        before, named, _ = deed.did.partition(called)
        if called and named and (not before or words in before):  # "Ana said who they are"
            return deed
    return None


def _line(who: str, what: str) -> str:
    return what if what.startswith(who) else f"{who}: {what}"


def _who(member_id: str | None, members: Mapping[str, str], me: str) -> str:
    if member_id is None:
        return "another program"
    if member_id == me:
        return "you, elsewhere"
    return members.get(member_id, "somebody who is not in the team")


def _what(did: Sequence[str]) -> str:
    return did[0] if len(did) == 1 else f"{len(did)} changes, the last: {did[-1]}"

"""Which commit undo and redo mean. Each member has a line of their own: nobody takes back what somebody else did."""

from collections.abc import Iterable
from itertools import takewhile

from outreach_tui.store.journal import Entry


def undoable(newest_first: Iterable[Entry], member_id: str | None) -> Entry | None:
    """Return the member's last commit that is not undone; None as a member stands for anybody.

    What nobody of the team did, a script, is everybody's to undo. What was done again stands for itself: the commit
    that it repeats stays undone.
    """
    undone: set[int] = set()
    for entry in newest_first:
        if entry.undoes:
            undone.add(entry.undoes)
        elif entry.seq not in undone and entry.steps and _is_theirs(entry, member_id):
            return entry
    return None


def _is_theirs(entry: Entry, member_id: str | None) -> bool:
    return member_id is None or entry.member_id in (None, member_id)


def redoable(newest_first: Iterable[Entry], member_id: str | None) -> Entry | None:
    """Return the undoing that the member's redo takes back; None if they did something new since."""
    redone: set[int] = set()
    for entry in newest_first:
        if member_id not in (None, entry.member_id) or entry.seq in redone or not entry.steps:
            continue
        if not entry.redoes:
            return entry if entry.undoes else None
        redone.add(entry.redoes)
    return None


def later_than(newest_first: Iterable[Entry], seq: int) -> list[Entry]:
    """Return the commits above `seq`, the newest first."""
    return list(takewhile(lambda entry: entry.seq > seq, newest_first))


def in_the_way(later: Iterable[Entry], table: str, id_: str, field: str = "") -> Entry | None:
    """Return the first commit that changed a document (or that field of it); None if another program did."""
    for entry in later:
        for made in entry.steps:
            if (made.table, made.id) == (table, id_) and (
                not field or made.whole or field in {**(made.before or {}), **(made.after or {})}
            ):
                return entry
    return None

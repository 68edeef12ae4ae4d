"""What becomes of changes when somebody else wrote since we read: they are merged field by field, or refused.

Nobody's typing is overwritten silently. What the program works out by itself never stands in the way of what a person
did: where somebody else's program has done the same meanwhile, theirs stays.
"""

from collections.abc import Mapping, Sequence

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.day_list import DayList
from outreach_tui.domain.record import Change, Patch, Put, Record, Remove
from outreach_tui.domain.settings import TIERS_ON, Setting
from outreach_tui.domain.tables import TABLE_OF
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Conflict
from outreach_tui.store.documents import (
    UNREADABLE,
    Document,
    patched,
    replaced,
    same,
    same_document,
    shown,
)
from outreach_tui.store.table import Table

_WORKED_OUT: dict[type[Record], frozenset[str]] = {Customer: frozenset({"tier", "tier_on"})}
"""Fields that nobody types."""


def merged(
    changes: Sequence[Change], read: Mapping[str, Table], now: Mapping[str, Table]
) -> list[Change]:
    """Return the changes that are to be made to `now`, when they were thought of with `read` in view.

    Raises Conflict if somebody else changed the same field to something else, or removed the record.
    """
    made: list[Change] = []
    for change in changes:
        name = TABLE_OF[type(change.record) if isinstance(change, Put) else change.kind]
        id_ = change.record.id if isinstance(change, Put) else change.id
        seen, found = read[name].document(id_), now[name].document(id_)
        match change:
            case Put():
                made += _put(change, seen, found)
            case Patch():
                made += _patch(change, seen, found)
            case Remove():
                if seen is not None and found is not None and not same_document(seen, found):
                    raise Conflict(
                        f"{called(seen, change.kind)} was changed by somebody else meanwhile",
                        "nothing was removed; look again",
                    )
                if seen is not None and found is None:
                    raise removed(seen, change.kind)
                made.append(change)
    return made


def refuse_lost_customers(
    touched: set[str],
    changes: Sequence[Change],
    read: Mapping[str, Table],
    now: Mapping[str, Table],
) -> None:
    """Refuse changes to records of a customer that was there when we read and that somebody else removed.

    Raises Conflict.
    """
    table = TABLE_OF[Customer]
    ours = {change.id for change in changes if isinstance(change, Remove)}
    for id_ in sorted(touched - ours):
        if id_ in read[table] and id_ not in now[table]:
            raise removed(read[table].document(id_) or {}, Customer)


def removed(document: Document, kind: type[Record]) -> Conflict:
    """Return the conflict with somebody who removed the record."""
    return Conflict(
        f"{called(document, kind)} was removed by somebody else meanwhile", "nothing was changed"
    )


def called(document: Document, kind: type[Record]) -> str:
    """Return what people call a record: its name, else its kind."""
    for field in ("name", "text", "words"):
        try:
            name = clean_line(msgspec.json.decode(document[field], type=str))
        except (KeyError, *UNREADABLE):
            continue
        if name:
            return name
    return f"a record of {TABLE_OF[kind].replace('_', ' ')}"


def _put(change: Put, seen: Document | None, found: Document | None) -> list[Change]:
    record = change.record
    if same_document(seen, found):
        return [change]
    if isinstance(record, DayList) or (isinstance(record, Setting) and record.id == TIERS_ON):
        return [] if found is not None else [change]  # whoever came first has frozen it
    if found is None:
        raise removed(seen or {}, type(record))
    if same_document(found, replaced(found, record)):
        return []
    what = f"the setting {clean_line(record.id)}" if isinstance(record, Setting) else ""
    wanted = replaced({}, record)
    fields = [f for f in sorted(found.keys() | wanted) if not same(found.get(f), wanted.get(f))]
    raise Conflict(
        f"{what or called(found, type(record))} was changed by somebody else meanwhile",
        "; ".join(_both(field, found, wanted) for field in fields) + "; nothing was changed",
    )


def _patch(change: Patch, seen: Document | None, found: Document | None) -> list[Change]:
    worked_out = _WORKED_OUT.get(change.kind, frozenset())
    if seen is None:
        return [change]
    if found is None:
        if change.fields.keys() <= worked_out:
            return []
        raise removed(seen, change.kind)
    wanted = patched({}, change.kind, change.fields)
    theirs = {
        field
        for field in change.fields
        if not same(found.get(field), seen.get(field))
        and not same(found.get(field), wanted.get(field))
    }
    for field in change.fields:
        if field in theirs - worked_out:
            raise Conflict(
                f"somebody else changed {_words(field)} of {called(seen, change.kind)} meanwhile",
                f"{_both(field, found, wanted)}; nothing was changed",
            )
    if not theirs:
        return [change]
    kept = {f: value for f, value in change.fields.items() if f not in worked_out}
    return [Patch(change.kind, change.id, kept)] if kept else []


def _both(field: str, found: Document, wanted: Document) -> str:
    return f"{_words(field)}: theirs is {shown(found.get(field))}, yours {shown(wanted.get(field))}"


def _words(field: str) -> str:
    return clean_line(field).replace("_", " ")

"""What becomes of changes when somebody else wrote since we read: they are merged field by field, or refused.

Nobody's typing is overwritten silently. What the program works out by itself never stands in the way of what a person
did: where somebody else's program has done the same meanwhile, theirs stays.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.record import Change, Patch, Put, Record, Remove
from outreach_tui.domain.settings import TIERS_ON, Setting
from outreach_tui.domain.tables import TABLE_OF, TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Clash, Conflict
from outreach_tui.store.documents import (
    UNREADABLE,
    Document,
    cleaned,
    patched,
    replaced,
    same,
    same_document,
)
from outreach_tui.store.table import Table

Seen = Callable[[str, str], Document | None]
"""Returns the document of a table by id as it was when the changes were thought of."""

_WORKED_OUT = {
    TABLE_OF[Customer]: frozenset({"tier", "tier_moves"}),
    TABLE_OF[Meeting]: frozenset({"changed_at", "sequence"}),
}
"""Fields that nobody types, by table."""


def worked_out(table: str, id_: str, field: str) -> bool:
    """Whether the program works the field out by itself, and may do so again."""
    return (
        table == "day_lists"
        or (table == "settings" and id_ == TIERS_ON)
        or field in _WORKED_OUT.get(table, ())
    )


def merged(changes: Sequence[Change], now: Mapping[str, Table], seen: Seen) -> list[Change]:
    """Return the changes that are to be made to `now`.

    Raises Conflict if somebody else changed the same fields to something else, or removed a record.
    """
    made: list[Change] = []
    clashes: list[Clash] = []
    for change in changes:
        kind = type(change.record) if isinstance(change, Put) else change.kind
        table = now[TABLE_OF[kind]]
        match change:
            case Put():
                made += _put(change, table, seen, clashes)
            case Patch():
                made += _patch(change, table, seen, clashes)
            case Remove():
                before, found = seen(TABLE_OF[kind], change.id), table.document(change.id)
                if before is not None and found is None:
                    raise removed(before, kind)
                if before is not None and not same_document(before, found):
                    raise Conflict(
                        f"{called(before, kind)} was changed by somebody else meanwhile",
                        "nothing was removed; look again",
                    )
                made.append(change)
    if clashes:
        raise _conflict(clashes)
    return made


def refuse_lost_customers(
    touched: set[str], changes: Sequence[Change], now: Mapping[str, Table], seen: Seen
) -> None:
    """Refuse changes to records of a customer that was there when we read and that somebody else removed.

    Raises Conflict.
    """
    table = TABLE_OF[Customer]
    ours = {change.id for change in changes if isinstance(change, Remove)}
    for id_ in sorted(touched - ours):
        if id_ not in now[table] and (before := seen(table, id_)) is not None:
            raise removed(before, Customer)


def refuse_named_customers(
    changes: Sequence[Change],
    now: Mapping[str, Table],
    old: Callable[[str, str], Document],
    said: Callable[[str, str], str],
) -> None:
    """Refuse to remove a customer whom a record still names: somebody wrote it since the removal was thought of.

    `now` is without the customer, `old` returns a document of a table as it was before, `said` who changed it last and
    what they did. Raises Conflict.
    """
    customers = TABLE_OF[Customer]
    gone = [c.id for c in changes if isinstance(c, Remove) and c.kind is Customer]
    for id_ in (id_ for id_ in gone if id_ not in now[customers]):
        for name, kind in TABLES.items():
            if named := now[name].of_customer(kind, id_):
                customer = called(old(customers, id_), Customer)
                raise Conflict(
                    f"something new belongs to {customer}: {said(name, named[-1].id)}",
                    "nothing was changed; look at it, then do it again",
                )


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


def _put(change: Put, table: Table, seen: Seen, clashes: list[Clash]) -> list[Change]:
    record = change.record
    name = TABLE_OF[type(record)]
    before, found = seen(name, record.id), table.document(record.id)
    if same_document(before, found):
        return [change]
    if worked_out(name, record.id, ""):
        return [] if found is not None else [change]  # whoever came first has frozen it
    if found is None:
        raise removed(before or {}, type(record))
    wanted = replaced(found, record)
    if same_document(found, wanted):
        return []
    what = f"the setting {clean_line(record.id)}" if isinstance(record, Setting) else ""
    theirs = table.get(type(record), record.id)
    for field in sorted(found.keys() | wanted.keys()):
        if not same(found.get(field), wanted.get(field)):
            clashes.append(
                Clash(
                    name,
                    record.id,
                    what or called(found, type(record)),
                    field,
                    getattr(theirs, field, None),
                    getattr(record, field, None),
                )
            )
    return []


def _patch(change: Patch, table: Table, seen: Seen, clashes: list[Clash]) -> list[Change]:
    name = TABLE_OF[change.kind]
    before, found = seen(name, change.id), table.document(change.id)
    typed = {f for f in change.fields if not worked_out(name, change.id, f)}
    if found is None:
        if before is None:  # it comes with the same commit
            return [change]
        if not typed:
            return []
        raise removed(before, change.kind)
    theirs = table.get(change.kind, change.id)
    wanted = patched({}, change.kind, change.fields)
    lost: set[str] = set()
    for field, value in change.fields.items():
        if field in change.was and theirs is not None:
            on_file = getattr(theirs, field)
            if on_file in (change.was[field], value):
                continue
        elif (
            before is None
            or same(found.get(field), before.get(field))
            or same(found.get(field), wanted.get(field))
        ):
            continue
        lost.add(field)
        if field in typed:
            clashes.append(
                Clash(
                    name,
                    change.id,
                    called(found, change.kind),
                    field,
                    getattr(theirs, field, None),
                    value,
                )
            )
    if not lost:
        return [change]
    kept = {f: value for f, value in change.fields.items() if f in typed}
    return [Patch(change.kind, change.id, kept)] if kept else []


def _conflict(clashes: Sequence[Clash]) -> Conflict:
    one = {(clash.table, clash.id) for clash in clashes}
    what = (
        f"{' and '.join(_words(c.field) for c in clashes)} of {clashes[0].called}"
        if len(one) == 1
        else f"the same fields of {len(one)} records"
    )
    both = "; ".join(
        f"{_words(c.field)}: theirs is {_said(c.theirs)}, yours {_said(c.yours)}" for c in clashes
    )
    return Conflict(
        f"somebody else changed {what} meanwhile", f"{both}; nothing was changed", tuple(clashes)
    )


def _said(value: Any) -> str:
    plain = cleaned(msgspec.to_builtins(value))
    return "nothing" if plain in (None, "", [], {}) else f"{plain!r}"


def _words(field: str) -> str:
    return clean_line(field).replace("_", " ")

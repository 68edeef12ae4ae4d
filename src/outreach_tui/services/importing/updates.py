"""What a row, or a whole file, changes of what is on file, in words: so that a person sees what coming again did."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import touchpoint_day
from outreach_tui.domain.ids import is_id, short
from outreach_tui.domain.place import Place
from outreach_tui.domain.record import Record
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.services.importing.plan import Update


def updates_of(row: int, news: Iterable[tuple[Record | None, Record]]) -> list[Update]:
    """Return each field that the records of a row hold anew; a record that is new stands as one."""
    updates: list[Update] = []
    for old, new in news:
        if old is None:
            updates += _added(row, new)
            continue
        updates += changes_of(row, _name(new), old, new)
    return updates


def changes_of(row: int, name: str, old: Record, new: Record) -> Iterator[Update]:
    """Yield each field, and each entry of a field with several, in which two states of a record differ."""
    for field in new.__struct_fields__:
        was, now = getattr(old, field), getattr(new, field)
        entries: list[tuple[str, Any, Any]] = [(field, was, now)]
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            entries = [(key, was.get(key), now.get(key)) for key in {**now, **was}]
        for each, before, after in entries:
            if before != after:
                yield Update(row=row, name=name, field=each, was=_said(before), now=_said(after))


def _added(row: int, new: Record) -> list[Update]:
    if isinstance(new, Touchpoint):
        day = touchpoint_day(new).isoformat()
        return [Update(row=row, name=_name(new), field="touchpoint", was="", now=day)]
    return [Update(row=row, name=_name(new), field=type(new).__name__.lower(), was="", now="new")]


def _name(record: Record) -> str:
    return record.name if isinstance(record, Customer | Contact) else ""


def _said(value: Any) -> str:
    if value in (None, (), {}):
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Place):
        return value.label
    if isinstance(value, tuple):
        return ", ".join(_said(each) for each in value)
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, Mapping):
        return " ".join(f"{field}={said}" for field, held in value.items() if (said := _said(held)))
    return short(value) if isinstance(value, str) and is_id(value) else str(value)

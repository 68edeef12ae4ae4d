"""What a row changes of what is on file, in words: so that a person sees what coming again did."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import touchpoint_day
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
        for field in new.__struct_fields__:
            was, now = getattr(old, field), getattr(new, field)
            if was == now:
                continue
            if isinstance(now, dict):
                keys = [key for key in now if now[key] != was.get(key)]
                updates += [
                    Update(row=row, name=_name(new), field=key, was=was.get(key, ""), now=now[key])
                    for key in keys
                ]
            else:
                updates.append(
                    Update(row=row, name=_name(new), field=field, was=_said(was), now=_said(now))
                )
    return updates


def _added(row: int, new: Record) -> list[Update]:
    if isinstance(new, Touchpoint):
        day = touchpoint_day(new).isoformat()
        return [Update(row=row, name=_name(new), field="touchpoint", was="", now=day)]
    return [Update(row=row, name=_name(new), field=type(new).__name__.lower(), was="", now="new")]


def _name(record: Record) -> str:
    return record.name if isinstance(record, Customer | Contact) else ""


def _said(value: Any) -> str:
    if value is None or value == ():
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
        return "changed"
    return str(value)

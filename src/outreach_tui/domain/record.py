"""What every record has in common, and how a change to records is described."""

from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An immutable value with an identity; a field left at its default is not written to the file."""

    id: str
    """UUIDv7, except for settings and day lists, which are named."""


class Put(msgspec.Struct, frozen=True, tag="put"):
    """Write a whole new record."""

    record: Record


class Patch(msgspec.Struct, frozen=True, tag="patch"):
    """Change some fields of a record; the others, known to us or not, stay as they are."""

    kind: type[Record]
    id: str
    fields: dict[str, Any]
    was: dict[str, Any] = {}
    """What the fields held when the change was thought of. One that holds something else by now is a conflict, where
    without `was` it is only one if it changed since the store last read the file."""


class Remove(msgspec.Struct, frozen=True, tag="remove"):
    """Take a record out."""

    kind: type[Record]
    id: str


Change = Put | Patch | Remove


def patch(old: Record, new: Record) -> list[Change]:
    """Return the change that makes `old`, as somebody saw it, into `new`, field by field: empty if they are equal."""
    fields = {
        name: getattr(new, name)
        for name in old.__struct_fields__
        if getattr(old, name) != getattr(new, name)
    }
    was = {name: getattr(old, name) for name in fields}
    return [Patch(type(old), old.id, fields, was)] if fields else []

"""What a person said about the columns of a list, kept by header: the same export is understood next month."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from outreach_tui.domain.column_values import Look
from outreach_tui.domain.columns import (
    SheetKind,
    field_named,
    fields_of,
    guess_columns,
    guess_kind,
    header_key,
)
from outreach_tui.domain.settings import COLUMN_PREFIX, LIST_PREFIX, Setting
from outreach_tui.domain.written_dates import DateOrder
from outreach_tui.services.ports import Store


class Said(NamedTuple):
    """What a person said about one list; everything else is guessed."""

    kind: SheetKind | None = None
    fields: Mapping[str, str] = {}
    """Field by header."""
    orders: Mapping[str, DateOrder] = {}
    """How the slashed dates of a column are read, by header."""


class ColumnMemory:
    """Fields by header and kind of list, and kinds of lists by all their headers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def kind(self, headers: Sequence[str], looks: Mapping[str, Look]) -> SheetKind | None:
        """Return what such a list is: as somebody said, or else by the columns that somebody explained."""
        told = self._value(list_key(headers))
        if told in [kind.value for kind in SheetKind]:
            return SheetKind(told)
        if guess_kind(headers, looks=looks):
            return None
        return next(
            (
                kind
                for kind in SheetKind
                if (known := self.fields(headers, kind))
                and guess_kind(headers, known, looks) is kind
            ),
            None,
        )

    def fields(self, headers: Sequence[str], kind: SheetKind) -> dict[str, str]:
        """Return the fields that somebody chose for these headers in such a list."""
        found = {header: self._told(header).get(kind) for header in headers}
        known = fields_of(kind)
        return {header: field for header, field in found.items() if field in known}

    def remembering(
        self, headers: Sequence[str], kind: SheetKind, said: Said, looks: Mapping[str, Look]
    ) -> list[Setting]:
        """Return what is to be kept of what was said: as far as it would not be guessed, or was kept otherwise."""
        kept: list[Setting] = []
        id_ = list_key(headers)
        if said.kind and kind != (self._value(id_) or guess_kind(headers, looks=looks)):
            kept.append(Setting(id=id_, value=kind.value))
        guessed = guess_columns(headers, kind, looks=looks)
        for header, typed in said.fields.items():
            told, field = self._told(header), field_named(typed, kind)
            if field and field != told.get(kind, guessed.get(header)):
                kept.append(Setting(id=column_key(header), value={**told, kind.value: field}))
        return kept

    def _told(self, header: str) -> dict[str, Any]:
        value = self._value(column_key(header))
        return dict(value) if isinstance(value, Mapping) else {}

    def _value(self, id_: str) -> Any:
        setting = self._store.get(Setting, id_)
        return setting.value if setting else None


def column_key(header: str) -> str:
    """Return the id of the setting that remembers what a column holds."""
    return COLUMN_PREFIX + (header_key(header) or header.casefold())


def list_key(headers: Sequence[str]) -> str:
    """Return the id of the setting that remembers what a list with these headers is."""
    return LIST_PREFIX + "|".join(header_key(header) for header in headers)

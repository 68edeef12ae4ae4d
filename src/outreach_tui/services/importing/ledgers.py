"""Purchases and touchpoints as multisets: each stands for one row of a file, so that two equal ones stay two."""

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from outreach_tui.domain.facts import touchpoint_day
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.text import text_key
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.services.importing.books import Alike, Book, ExternalIndex

E = TypeVar("E", bound=Purchase | Touchpoint)


class Ledger(Book[E]):
    """Records by external id, and by what makes them alike."""

    def __init__(self, stored: Iterable[E]) -> None:
        self._external = ExternalIndex()
        self._unclaimed: Alike[Hashable] = Alike()
        self._row_of: dict[str, int] = {}
        super().__init__(stored)

    @abstractmethod
    def _key(self, record: E) -> Hashable:
        """Return what makes records alike that have no id."""

    def start_file(self) -> None:
        """Let all records be claimed again: another file may list the same ones."""
        claimed = list(self._row_of)
        self._row_of.clear()
        for id_ in claimed:
            self._enter(self.get(id_))

    def by_external_id(self, ids: Mapping[str, str]) -> E | None:
        """Return the record that has one of these ids in the same system."""
        id_ = self._external.find(ids)
        return self.get(id_) if id_ else None

    def unclaimed(self, wanted: E) -> E | None:
        """Return a record alike that no row stands for and that could have these ids."""
        id_ = next(self._unclaimed.find(self._key(wanted), wanted.external_ids), None)
        return self.get(id_) if id_ else None

    def claimed_in(self, id_: str) -> int | None:
        """Return the row of this file that stands for the record."""
        return self._row_of.get(id_)

    def claim(self, id_: str, row: int) -> None:
        """Let a row stand for the record."""
        record = self.get(id_)
        self._row_of[id_] = row
        self._unclaimed.remove(self._key(record), id_, record.external_ids)

    def _enter(self, record: E) -> None:
        self._external.add(record.id, record.external_ids)
        self._unclaimed.add(self._key(record), record.id, record.external_ids)

    def _leave(self, record: E) -> None:
        self._external.remove(record.id, record.external_ids)
        self._unclaimed.remove(self._key(record), record.id, record.external_ids)


class PurchaseBook(Ledger[Purchase]):
    """Purchases, alike by customer, day and amount."""

    def _key(self, record: Purchase) -> tuple[str, date, Decimal | str | None]:
        return record.customer_id, record.on, worth(record.amount)


class TouchpointBook(Ledger[Touchpoint]):
    """Touchpoints, alike by customers, day, kind, direction and note."""

    def _key(self, record: Touchpoint) -> Hashable:
        note = text_key(record.note)
        day = touchpoint_day(record)
        return record.customer_ids, day, record.kind, record.direction, note


def worth(amount: str | None) -> Decimal | str | None:
    """Return an amount to compare by, 440 and 440.00 being equal; text that somebody made no number stays text."""
    try:
        value = Decimal(amount or "")
    except InvalidOperation:
        return amount
    return value if value.is_finite() else amount

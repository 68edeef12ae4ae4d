"""Rows of a list of conversations."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, TypeVar

import msgspec

from outreach_tui.domain.facts import touchpoint_day
from outreach_tui.domain.text import clean_text
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind
from outreach_tui.domain.when import to_instant
from outreach_tui.domain.written_dates import read_time
from outreach_tui.domain.written_words import read_direction, read_outcome, read_touchpoint_kind
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.books import ContactBook
from outreach_tui.services.importing.finder import CustomerFinder
from outreach_tui.services.importing.ledgers import TouchpointBook
from outreach_tui.services.importing.owners import Owners
from outreach_tui.services.importing.plan import Question
from outreach_tui.services.importing.tables import Row
from outreach_tui.services.ports import Ids

T = TypeVar("T")
_NOON = time(12)
"""The time of a conversation of which only the day is known."""


class TouchpointRows:
    """Takes rows of touchpoints one by one. Notes are kept as text: their markers are not ours."""

    def __init__(
        self,
        touchpoints: TouchpointBook,
        contacts: ContactBook,
        customers: CustomerFinder,
        owners: Owners,
        ids: Ids,
        *,
        today: date,
        zone: str,
    ) -> None:
        self._touchpoints = touchpoints
        self._contacts = contacts
        self._customers = customers
        self._owners = owners
        self._ids = ids
        self._today = today
        self._zone = zone

    def take(self, row: Row, ask: Callable[[Question], None]) -> str:
        """Return whether the row is `created`, `updated` or `unchanged`. Raises BadInput for one to be skipped."""
        read = self._read(row, ask)
        known = self._touchpoints.by_external_id(read.external_ids)
        if known is not None and (earlier := self._touchpoints.claimed_in(known.id)):
            return _repeated(row, read, known, earlier)
        by_id = known is not None
        known = known or self._touchpoints.unclaimed(read)
        touchpoint = read if known is None else _updated(known, read, row, whole=by_id)
        changed = self._touchpoints.put(touchpoint)
        self._touchpoints.claim(touchpoint.id, row.line)
        if known is None:
            return "created"
        return "updated" if changed else "unchanged"

    def _read(self, row: Row, ask: Callable[[Question], None]) -> Touchpoint:
        on = row.day("date")
        if on is None:
            raise row.lacks("date")
        if on > self._today:
            raise row.unreadable("date", "lies ahead", "only what has happened can be imported")
        customer = self._customers.of_row(row)
        extra = row.extras()
        member = self._owners.take(row, customer.id, extra, ask)
        contact = self._contacts.called(customer.id, row.text("contact"))
        if contact is None:
            extra |= row.by_header("contact")
        kind = _word(row, "kind", read_touchpoint_kind, extra)
        unsaid = TouchpointKind.NOTE if row.text("kind") else TouchpointKind.CALL
        at = to_instant(on, read_time(row.text("date")) or _NOON, self._zone)
        return Touchpoint(
            id=self._ids.new(),
            customer_ids=(customer.id,),
            contact_ids=(contact.id,) if contact else (),
            kind=kind or unsaid,
            direction=_word(row, "direction", read_direction, extra) or Direction.OUT,
            outcome=_word(row, "outcome", read_outcome, extra) or Outcome.HELD,
            at=at,
            zone=self._zone,
            member_id=member.id if member else None,
            note=clean_text(row.text("note")),
            plain=True,
            external_ids=row.external_ids(),
            extra=extra,
        )


def _word(row: Row, field: str, read: Callable[[str], T | None], extra: dict[str, str]) -> T | None:
    """Return what a word of the field means; one that we do not know is kept."""
    text = row.text(field)
    meant = read(text) if text else None
    if text and meant is None:
        extra |= row.by_header(field)
    return meant


def _updated(known: Touchpoint, read: Touchpoint, row: Row, *, whole: bool) -> Touchpoint:
    """Return the known touchpoint with what the row says; `whole` if it is known by its id, else they are alike.

    An empty cell leaves what is known, and so does a day without a time.
    """
    fields: dict[str, Any] = {
        "contact_ids": read.contact_ids or known.contact_ids,
        "member_id": read.member_id or known.member_id,
        "outcome": read.outcome if row.text("outcome") else known.outcome,
        "external_ids": {**known.external_ids, **read.external_ids},
        "extra": {**known.extra, **read.extra},
    }
    if whole:
        fields |= {
            "customer_ids": read.customer_ids,
            "at": _moved(known, touchpoint_day(read), read_time(row.text("date"))),
            "kind": read.kind if row.text("kind") else known.kind,
            "direction": read.direction if row.text("direction") else known.direction,
            "note": read.note or known.note,
        }
    return msgspec.structs.replace(known, **fields)


def _moved(known: Touchpoint, on: date, clock: time | None) -> datetime:
    """Return when a known conversation was, as a row has it: on the wall clock where it was written down first."""
    if clock is None and touchpoint_day(known) == on:
        return known.at
    return to_instant(on, clock or _NOON, known.zone)


def _repeated(row: Row, read: Touchpoint, known: Touchpoint, earlier: int) -> str:
    """Refuse an id that stands twice in a file for different conversations: the second would erase the first."""
    if _updated(known, read, row, whole=True) == known:
        return "unchanged"
    header, value = row.table.header("external_id"), row.text("external_id")
    raise BadInput(
        f"row {row.line}, {header}: “{value}” stands in row {earlier} with other values",
        f"map “{header}” to extra if it is no id of a conversation",
    )

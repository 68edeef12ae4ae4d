"""The JSON documents that commands print: names and tokens as in the file, every field there."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from outreach_tui.domain.commitments import Commitment
from outreach_tui.domain.day import Day, Item
from outreach_tui.domain.day_list import CallWindow, LeftOut, Near, Reason
from outreach_tui.domain.load import Load
from outreach_tui.domain.loyalty import Loyalty
from outreach_tui.domain.member import Member
from outreach_tui.domain.standing import Standing

Whole = Any
"""A record with all its fields, also those that the file leaves out (`whole`)."""
Rows = Mapping[str, Standing]
"""Standings by the id of the customer."""


class Named(msgspec.Struct, frozen=True):
    """A record by id and name; `id` is null for a member who has not written anything yet."""

    id: str | None
    name: str


class Person(msgspec.Struct, frozen=True):
    """Whom to call; `id` and `name` are null where only the company's phone is known."""

    id: str | None
    name: str | None
    phone: str


class CommitmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has to happen."""

    kind: str
    id: str
    customer: Named | None
    on: date
    at: datetime | None
    text: str
    what: str
    member: Named


class SuggestionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One suggestion of the day."""

    id: str
    kind: str
    lane: str
    state: str
    by: str
    customer: Named
    contact: Person | None
    reasons: tuple[Reason, ...]
    thank_for: str
    question: str
    near: tuple[Near, ...]
    more: int
    """So many others it is for, who are not named."""
    place: str
    theme: str
    event_id: str | None
    on: date | None
    """The day of that event."""
    call_window: CallWindow | None
    member: Named


class LeftOutRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is not suggested today."""

    customer: Named
    reason: str
    next_on: date | None


class LoadRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the bands ask for, in conversations a year, and what the member can do."""

    asked: float
    reached: float
    ratio: float
    reach_rate: float
    notice: str
    """Empty where all is well."""


class DayDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`today --json`."""

    date: date
    member: Named | None
    """Null for all members."""
    frozen: bool
    commitments: list[CommitmentRow]
    suggestions: list[SuggestionRow]
    load: LoadRow | None
    """Null for all members."""
    why_not: list[LeftOutRow] | msgspec.UnsetType = msgspec.UNSET


class CustomerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `customers --json`."""

    id: str
    name: str
    tier: str
    loyalty: Loyalty
    state: str
    days: int | None
    last_live_on: date | None
    next_meeting_at: datetime | None
    city: str
    region: str
    country: str
    place: Whole
    industry: str
    status: str
    owner: Named | None
    purchases: int
    first_purchase_on: date | None
    last_purchase_on: date | None


class CustomersDocument(msgspec.Struct, frozen=True):
    """`customers --json`."""

    customers: list[CustomerRow]


def whole(value: Any) -> Whole:
    """Return a record as plain data with every field, under the names of the file."""
    if isinstance(value, msgspec.Struct):
        names = zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
        return {wire: whole(getattr(value, field)) for field, wire in names}
    if isinstance(value, tuple | list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    return value


def named_member(member: Member, nobody: str) -> Named:
    """Return a member; one whose id is `nobody` has not written anything yet."""
    return Named(None if member.id == nobody else member.id, member.name)


def commitment_row(commitment: Commitment, rows: Rows, member: Named) -> CommitmentRow:
    """Return a commitment for JSON."""
    id_ = commitment.customer_id
    return CommitmentRow(
        kind=commitment.kind.value,
        id=commitment.id,
        customer=_customer(id_, rows) if id_ else None,
        on=commitment.on,
        at=commitment.at,
        text=commitment.text,
        what=commitment.what,
        member=member,
    )


def suggestion_row(item: Item, rows: Rows, member: Named) -> SuggestionRow:
    """Return a suggestion for JSON."""
    suggestion = item.suggestion
    return SuggestionRow(
        id=item.id,
        kind=suggestion.kind.value,
        lane=suggestion.lane.value,
        state=item.state.value,
        by=item.by,
        customer=_customer(suggestion.customer_id, rows),
        contact=_person(rows.get(suggestion.customer_id)),
        reasons=suggestion.reasons,
        thank_for=suggestion.thank_for,
        question=suggestion.question,
        near=suggestion.near,
        more=suggestion.more,
        place=suggestion.place,
        theme=suggestion.theme,
        event_id=suggestion.event_id,
        on=suggestion.on,
        call_window=suggestion.call_window,
        member=member,
    )


def left_out_row(left_out: LeftOut, rows: Rows) -> LeftOutRow:
    """Return somebody who was left out, for JSON."""
    return LeftOutRow(
        customer=_customer(left_out.customer_id, rows),
        reason=left_out.reason,
        next_on=left_out.next_on,
    )


def load_row(load: Load, notice: str) -> LoadRow:
    """Return a load for JSON, rounded to what it is worth."""
    return LoadRow(
        asked=round(load.asked, 1),
        reached=round(load.reached, 1),
        ratio=round(load.ratio, 3),
        reach_rate=round(load.reach_rate, 3),
        notice=notice,
    )


def day_document(
    day: Day, items: list[Item], rows: Rows, member: Named, load: LoadRow, *, why_not: bool
) -> DayDocument:
    """Return a member's day for JSON, with the items that were asked for."""
    return DayDocument(
        date=day.on,
        member=member,
        frozen=day.frozen,
        commitments=[commitment_row(c, rows, member) for c in day.commitments],
        suggestions=[suggestion_row(item, rows, member) for item in items],
        load=load,
        why_not=[left_out_row(left, rows) for left in day.left_out] if why_not else msgspec.UNSET,
    )


def customer_row(standing: Standing, members: Mapping[str, str], now: datetime) -> CustomerRow:
    """Return a customer for JSON; `members` gives the names of owners by id."""
    row = standing.facts
    owner = Named(row.owner_id, members.get(row.owner_id, "")) if row.owner_id else None
    return CustomerRow(
        id=row.customer_id,
        name=row.name,
        tier=standing.tier.value,
        loyalty=standing.loyalty,
        state=standing.state.value,
        days=standing.days,
        last_live_on=row.last_live_on,
        next_meeting_at=row.next_meeting_at(now),
        city=row.city,
        region=row.region,
        country=row.country,
        place=whole(row.place),
        industry=row.industry,
        status=row.status.value,
        owner=owner,
        purchases=row.purchases,
        first_purchase_on=row.first_purchase_on,
        last_purchase_on=row.last_purchase_on,
    )


def _customer(id_: str, rows: Rows) -> Named:
    standing = rows.get(id_)
    return Named(id_, standing.facts.name if standing else "")


def _person(standing: Standing | None) -> Person | None:
    if standing is None or not (standing.facts.contact_id or standing.facts.phone):
        return None
    row = standing.facts
    return Person(row.contact_id, row.contact_name or None, row.phone)

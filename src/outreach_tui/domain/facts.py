"""Summary rows: what the records say about one customer, without today's date and without any score.

A commit changes the rows of the customers it touches; everything that ranks or suggests reads rows only.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice, pairwise
from statistics import median
from typing import Any

import msgspec

from outreach_tui.domain.acquaintance import Said, last_invited_on, met_by, said_on_themes
from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer, Status, Tier, TierMove
from outreach_tui.domain.decision import Decision, DecisionKind
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.group_event import GroupEvent
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.notes import THEIR_WORDS, LineKind, marked_kinds, parse_note
from outreach_tui.domain.place import Place
from outreach_tui.domain.purchase import Purchase, PurchaseKind
from outreach_tui.domain.text import clean_line, in_one_line
from outreach_tui.domain.touchpoint import (
    ASK_KINDS,
    FACE_TO_FACE_KINDS,
    WRITTEN_KINDS,
    Direction,
    Touchpoint,
    TouchpointKind,
)
from outreach_tui.domain.when import local_day

WORDS_LINES = 3
"""So many lines of what they said are kept at hand."""


class OwedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Feedback that was decided, or a question, and nobody has told the asker yet."""

    feedback_id: str
    words: str
    asked_on: date
    decided_on: date | None
    """None for a question that still waits."""
    state: str
    sort: str = "wish"


class CustomerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One summary row."""

    customer_id: str
    name: str
    city: str = ""
    region: str = ""
    country: str = ""
    place: Place | None = None
    industry: str = ""
    owner_id: str | None = None
    status: Status = Status.ACTIVE
    paused_until: date | None = None
    status_note: str = ""
    """Why paused or lost."""
    do_not_contact: bool = False
    tier: Tier | None = None
    tier_moves: tuple[TierMove, ...] = ()
    tier_pin: Tier | None = None
    cadence: Cadence | None = None
    reference: bool = False
    renewal_on: date | None = None
    since_on: date | None = None
    """Stated, else the first purchase."""
    since_stated: bool = False

    contact_id: str | None = None
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    birthday: date | None = None
    contact_left_on: date | None = None
    """The main contact left and nobody followed."""

    purchases: int = 0
    purchase_days: int = 0
    """Distinct days with a purchase."""
    first_purchase_on: date | None = None
    last_purchase_on: date | None = None
    last_purchase_kind: PurchaseKind = PurchaseKind.ORDER
    renewals: int = 0
    invoices: int = 0
    order_days: int = 0
    """Distinct days with an order; with any purchase, where none is called an order."""
    last_order_on: date | None = None
    median_interval_days: float | None = None
    """Between those days; None below two of them."""
    interval_spread: float | None = None
    """Median absolute deviation of the intervals ÷ their median."""

    last_live_on: date | None = None
    last_live_kind: TouchpointKind | None = None
    last_face_to_face_on: date | None = None
    last_event_on: date | None = None
    last_heard_on: date | None = None
    """Anything from them, written or spoken."""
    unanswered_on: date | None = None
    """They wrote or called on this day, and nobody has reacted since: so long they wait."""
    unanswered_words: str = ""
    """What they said, if somebody wrote it down: the first lines."""
    reminders: int = 0
    """So many times they did so again."""
    reminded_on: date | None = None
    """The last time."""
    reminder: str = ""
    """What they said then."""
    tries: int = 0
    """Calls without an answer since the last conversation, or since they wrote or called."""
    last_try_at: datetime | None = None
    live_count: int = 0

    gives: int = 0
    asks: int = 0
    ask_run: int = 0
    """Asks since the last give."""
    last_give_on: date | None = None
    gave_feedback: bool = False
    last_praise: str = ""
    last_praise_on: date | None = None
    came_to_event: bool = False
    owed: tuple[OwedAnswer, ...] = ()
    said: tuple[Said, ...] = ()
    """On a theme, the earliest first."""
    met: tuple[str, ...] = ()
    """Ids of the customers they met, will meet or were introduced to, as far as the records say."""
    last_invited_on: date | None = None
    """To an event of ours."""

    meetings_at: tuple[datetime, ...] = ()
    """Starts of all that are planned or confirmed, the first one first; some may be past, and only not marked yet."""
    visit_at: datetime | None = None
    """Start of the last visit that is planned or confirmed."""
    snoozed_until: date | None = None
    snoozes: int = 0
    """Since the last conversation."""
    came_back: bool = False
    """They contacted us since somebody snoozed or paused them, and wait for an answer."""
    visit_snoozed_until: date | None = None
    """The journey to this customer and those near by rests until then; calls do not."""
    group_snoozed_until: date | None = None
    """The same for a user group around this customer."""
    co_create_snoozed_until: date | None = None
    """The same for working sessions to which this customer would be invited."""
    introduction_snoozed_until: date | None = None
    """The same for introductions of this customer."""
    muted: dict[str, date] = {}
    """Until when each reason is not given."""

    @property
    def waits_for_us(self) -> bool:
        """Whether an answer or news of ours is due to them: nothing is asked of them before."""
        return bool(self.owed) or self.unanswered_on is not None

    @property
    def place_unclear(self) -> bool:
        """Whether the file says where they are, and we do not know when it is day there."""
        return self.place is None and bool(self.city or self.country)

    def next_meeting_at(self, now: datetime) -> datetime | None:
        """Return when the next meeting begins, UTC; None if none is ahead of `now`."""
        return next((at for at in self.meetings_at if at >= now), None)


def summarise(
    customer: Customer,
    *,
    contacts: Sequence[Contact] = (),
    purchases: Sequence[Purchase] = (),
    touchpoints: Sequence[Touchpoint] = (),
    feedback: Sequence[Feedback] = (),
    meetings: Sequence[Meeting] = (),
    decisions: Sequence[Decision] = (),
    introductions: Sequence[Introduction] = (),
    events: Sequence[GroupEvent] = (),
) -> CustomerFacts:
    """Return the row of one customer from all records that name it, in any order."""
    row: dict[str, Any] = {
        "customer_id": customer.id,
        "name": customer.name,
        "city": customer.city or (customer.place.name if customer.place else ""),
        "region": customer.region,
        "country": customer.country,
        "place": customer.place,
        "industry": customer.industry,
        "owner_id": customer.owner_id,
        "status": customer.status,
        "paused_until": customer.paused_until,
        "status_note": customer.status_note,
        "do_not_contact": customer.do_not_contact,
        "tier": customer.tier,
        "tier_moves": customer.tier_moves,
        "tier_pin": customer.tier_pin,
        "cadence": customer.cadence,
        "reference": customer.reference,
        "renewal_on": customer.renewal_on,
        "since_on": customer.customer_since,
        "since_stated": customer.customer_since is not None,
    }
    talks = [_Talk(t) for t in sorted(touchpoints, key=lambda t: (t.at, t.id))]
    row |= _people(customer, contacts)
    row |= _buying(purchases)
    row["since_on"] = row["since_on"] or row["first_purchase_on"]
    row |= _talking(talks)
    settled_at = _settled_at(decisions)
    waiting = [
        talk
        for talk in _waiting(talks)
        if not _were_told(talk.on, feedback)
        and (settled_at is None or talk.touchpoint.at > settled_at)
    ]
    row |= _unanswered(waiting)
    row |= _balance(talks, purchases, feedback)
    row |= _listening(talks, feedback)
    row |= _planning(meetings)
    row["met"] = met_by(customer.id, touchpoints, meetings, introductions, events)
    row["last_invited_on"] = last_invited_on(customer.id, events)
    row |= _deciding(decisions, talks, waiting)
    return CustomerFacts(**row)


def touchpoint_day(touchpoint: Touchpoint) -> date:
    """Return the day of a touchpoint where it was written down."""
    return local_day(touchpoint.at, touchpoint.zone)


def main_contact(customer_id: str, contacts: Iterable[Contact]) -> Contact | None:
    """Return whom to call: the first contact who works there and may be contacted, one with a phone if there is one."""
    return _first_to_call(contacts_of(customer_id, contacts))


def contacts_of(customer_id: str, contacts: Iterable[Contact]) -> list[Contact]:
    """Return who works there and may be contacted, the first on file first."""
    return [
        c
        for c in sorted(contacts, key=lambda c: c.id)
        if customer_id in c.customer_ids and not c.do_not_contact
    ]


def _first_to_call(here: Sequence[Contact]) -> Contact | None:
    return next((c for c in here if c.phones), here[0] if here else None)


def _people(customer: Customer, contacts: Sequence[Contact]) -> dict[str, Any]:
    here = contacts_of(customer.id, contacts)
    contact = _first_to_call(here)
    left = [
        e.to_on
        for c in contacts
        for e in c.employments
        if e.customer_id == customer.id and e.to_on is not None
    ]
    # Somebody who must not be contacted is still there.
    nobody = not any(customer.id in c.customer_ids for c in contacts)
    return {
        "contact_id": contact.id if contact else None,
        "contact_name": contact.name if contact else "",
        "phone": (contact.phones[0] if contact and contact.phones else "") or customer.phone,
        "email": next((e for c in here for e in c.emails), "") or customer.email,
        "birthday": contact.birthday if contact else None,
        "contact_left_on": max(left) if left and nobody else None,
    }


_THANKED_FIRST = (PurchaseKind.INVOICE, PurchaseKind.ORDER, PurchaseKind.RENEWAL)
"""Which of several purchases of one day counts as the last: an order and its invoice are one order."""


def _buying(purchases: Sequence[Purchase]) -> dict[str, Any]:
    days = sorted({p.on for p in purchases})
    # A renewal comes by the calendar and an invoice by the order: neither says how often somebody orders.
    orders = sorted({p.on for p in purchases if p.kind is PurchaseKind.ORDER}) or days
    gaps = [(b - a).days for a, b in pairwise(orders)]
    middle = float(median(gaps)) if gaps else None
    last = max(purchases, key=lambda p: (p.on, _THANKED_FIRST.index(p.kind), p.id), default=None)
    return {
        "purchases": len(purchases),
        "purchase_days": len(days),
        "first_purchase_on": days[0] if days else None,
        "last_purchase_on": days[-1] if days else None,
        "last_purchase_kind": last.kind if last else PurchaseKind.ORDER,
        "renewals": sum(p.kind is PurchaseKind.RENEWAL for p in purchases),
        "invoices": sum(p.kind is PurchaseKind.INVOICE for p in purchases),
        "order_days": len(orders),
        "last_order_on": orders[-1] if orders else None,
        "median_interval_days": middle,
        "interval_spread": median(abs(g - middle) for g in gaps) / middle
        if gaps and middle
        else None,
    }


class _Talk:
    """A touchpoint with what several facts need of it, looked up once."""

    __slots__ = ("live", "marked", "on", "touchpoint")

    def __init__(self, touchpoint: Touchpoint) -> None:
        self.touchpoint = touchpoint
        self.on = touchpoint_day(touchpoint)
        self.live = touchpoint.live
        self.marked = (
            marked_kinds(touchpoint.note) if touchpoint.note and not touchpoint.plain else ()
        )


def _talking(talks: Sequence[_Talk]) -> dict[str, Any]:
    live_count = tries = 0
    last_live = last_try = last_face_to_face = last_event = last_heard = None
    for talk in talks:
        touchpoint = talk.touchpoint
        kind = touchpoint.kind
        inbound = touchpoint.direction is Direction.IN
        if talk.live:
            last_live, live_count = talk, live_count + 1
            tries, last_try = 0, None
            if kind in FACE_TO_FACE_KINDS:
                last_face_to_face = talk
            if kind is TouchpointKind.EVENT:
                last_event = talk
        elif kind is TouchpointKind.CALL and not inbound:
            tries, last_try = tries + 1, touchpoint
        if inbound and (talk.live or kind in WRITTEN_KINDS):
            last_heard = talk
        if inbound and (kind in WRITTEN_KINDS or kind is TouchpointKind.CALL):
            tries, last_try = 0, None  # who gets in touch can be called again
    return {
        "last_live_on": last_live.on if last_live else None,
        "last_live_kind": last_live.touchpoint.kind if last_live else None,
        "last_face_to_face_on": last_face_to_face.on if last_face_to_face else None,
        "last_event_on": last_event.on if last_event else None,
        "came_to_event": last_event is not None,
        "last_heard_on": last_heard.on if last_heard else None,
        "tries": tries,
        "last_try_at": last_try.at if last_try else None,
        "live_count": live_count,
    }


def _waiting(talks: Sequence[_Talk]) -> list[_Talk]:
    """Return what of them waits for an answer: letters, and missed calls like them.

    Our reply answers all before it, as a conversation does; a try that reached nobody, or a machine, does not, else it
    would be the last one.
    """
    waiting: list[_Talk] = []
    for talk in talks:
        touchpoint, inbound = talk.touchpoint, talk.touchpoint.direction is Direction.IN
        written = touchpoint.kind in WRITTEN_KINDS
        if talk.live or (written and not inbound):
            waiting.clear()
        elif inbound and (written or touchpoint.kind is TouchpointKind.CALL):
            waiting.append(talk)
    return waiting


def _were_told(asked_on: date, feedback: Sequence[Feedback]) -> bool:
    """Return whether somebody told them anything since they wrote, or on that day what they asked in it."""
    return any(
        told.on > asked_on or told.on == asked_on == f.on for f in feedback for told in f.told
    )


def _settled_at(decisions: Sequence[Decision]) -> datetime | None:
    """Return when somebody said last that what they wrote needs no answer: only what comes later does."""
    return max(
        (d.at for d in decisions if (d.kind, d.reason) == (DecisionKind.MUTED, "unanswered")),
        default=None,
    )


def _unanswered(waiting: Sequence[_Talk]) -> dict[str, Any]:
    if not waiting:
        return {}
    first, *again = waiting
    return {
        "unanswered_on": first.on,
        "unanswered_words": _words(first),
        "reminders": len(again),
        "reminded_on": again[-1].on if again else None,
        "reminder": _words(again[-1]) if again else "",
    }


def _words(talk: _Talk) -> str:
    """Return the first lines of a note, without their markers, as one."""
    lines = (line.words for line in parse_note(talk.touchpoint.note, talk.on))
    return in_one_line(islice(filter(None, map(clean_line, lines)), WORDS_LINES))


def _balance(
    talks: Sequence[_Talk], purchases: Sequence[Purchase], feedback: Sequence[Feedback]
) -> dict[str, Any]:
    """Count gives and asks in order (DOMAIN.md, Give and ask); of one day, asks come before gives."""
    events: list[tuple[date, int]] = []  # 0 is an ask, 1 a give
    for talk in talks:
        asks = talk.marked.count(LineKind.ASK)
        gives = talk.marked.count(LineKind.GIVE)
        if talk.live and not asks:
            gives += 1
        asks += talk.touchpoint.kind in ASK_KINDS
        events += [(talk.on, 0)] * asks + [(talk.on, 1)] * gives
    events += [(p.on, 0) for p in purchases if p.kind is not PurchaseKind.ORDER]
    events += [(told.on, 1) for f in feedback for told in f.told]
    run = asks = gives = 0
    last_give_on = None
    for on, give in sorted(events):
        if give:
            gives, run, last_give_on = gives + 1, 0, on
        else:
            asks, run = asks + 1, run + 1
    return {"gives": gives, "asks": asks, "ask_run": run, "last_give_on": last_give_on}


def _listening(talks: Sequence[_Talk], feedback: Sequence[Feedback]) -> dict[str, Any]:
    heard = bool(feedback) or any(not THEIR_WORDS.isdisjoint(talk.marked) for talk in talks)
    praise = max(
        (f for f in feedback if f.sort == "praise"), key=lambda f: (f.on, f.id), default=None
    )
    owed = [
        OwedAnswer(
            feedback_id=f.id,
            words=f.words,
            asked_on=f.on,
            decided_on=(f.state_on or f.on) if f.decided else None,
            state=f.state.value,
            sort=f.sort.value,
        )
        for f in sorted(feedback, key=lambda f: (f.on, f.id))
        if f.owed
    ]
    return {
        "gave_feedback": heard,
        "last_praise": praise.words if praise else "",
        "last_praise_on": praise.on if praise else None,
        "owed": tuple(owed),
        "said": said_on_themes(feedback),
    }


def _planning(meetings: Sequence[Meeting]) -> dict[str, Any]:
    ahead = [m for m in meetings if m.ahead and m.kind is not MeetingKind.BLOCK]
    return {
        "meetings_at": tuple(sorted(m.start_at for m in ahead)),
        "visit_at": max((m.start_at for m in ahead if m.kind is MeetingKind.VISIT), default=None),
    }


_PUT_OFF = {
    "visit": "visit_snoozed_until",
    "user-group": "group_snoozed_until",
    "co-create": "co_create_snoozed_until",
    "introduction": "introduction_snoozed_until",
}
"""What a snooze of each kind of planning hides."""


_RESTS = (DecisionKind.PAUSED, DecisionKind.SNOOZED)
"""Decisions after which a customer is left in peace, unless they get in touch."""


def _deciding(
    decisions: Sequence[Decision], talks: Sequence[_Talk], waiting: Sequence[_Talk]
) -> dict[str, Any]:
    row: dict[str, Any] = {"snoozes": 0}
    last_live = next((talk for talk in reversed(talks) if talk.live), None)
    put_off_at = max((d.at for d in decisions if d.kind in _RESTS), default=None)
    if waiting:  # where nobody knows since when, their letter counts
        row["came_back"] = put_off_at is None or waiting[-1].touchpoint.at > put_off_at
    muted: dict[str, date] = {}
    for decision in sorted(decisions, key=lambda d: (d.at, d.id)):
        match decision.kind, decision.reason:
            case DecisionKind.MUTED, code if decision.until_on:
                muted[code] = decision.until_on
            case DecisionKind.SNOOZED, kind if kind in _PUT_OFF:
                row[_PUT_OFF[kind]] = decision.until_on
            case DecisionKind.SNOOZED, _ if last_live is None or decision.on >= last_live.on:
                row["snoozed_until"] = decision.until_on
                # Of one day the hour tells which came first.
                row["snoozes"] += last_live is None or decision.at > last_live.touchpoint.at
            case DecisionKind.RESUMED, _:
                row |= dict.fromkeys(("snoozed_until", *_PUT_OFF.values()))
    if waiting:
        muted.pop("unanswered", None)
    return row | {"muted": muted}

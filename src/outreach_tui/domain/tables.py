"""Which record lives in which table of the file, and which of its fields name customers."""

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.day_list import DayList
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.group_event import GroupEvent
from outreach_tui.domain.imports import Import
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.member import Member
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Record
from outreach_tui.domain.settings import Setting
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.domain.user_group import UserGroup

TABLES: dict[str, type[Record]] = {
    "customers": Customer,
    "contacts": Contact,
    "purchases": Purchase,
    "touchpoints": Touchpoint,
    "promises": Promise,
    "feedback": Feedback,
    "meetings": Meeting,
    "user_groups": UserGroup,
    "group_events": GroupEvent,
    "introductions": Introduction,
    "members": Member,
    "decisions": Decision,
    "day_lists": DayList,
    "imports": Import,
    "settings": Setting,
}
"""In the order in which they are written."""

TABLE_OF: dict[type[Record], str] = {kind: table for table, kind in TABLES.items()}


def customers_of(record: Record) -> tuple[str, ...]:
    """Return the ids of the customers that a record belongs to: those whose summary row it may change."""
    match record:
        case Customer():
            return (record.id,)
        case Contact():
            return tuple(e.customer_id for e in record.employments if e.customer_id)
        case Touchpoint() | Meeting() | Introduction():
            return record.customer_ids
        case GroupEvent():
            return tuple(record.customers())
        case Purchase() | Promise() | Feedback() | Decision():
            return (record.customer_id,)
    return ()

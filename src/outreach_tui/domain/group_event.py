"""A meeting that brings customers together: a user group, a customer day, a working session."""

from datetime import date
from enum import StrEnum

import msgspec

from outreach_tui.domain.place import Place
from outreach_tui.domain.record import Record


class EventSort(StrEnum):
    """What it is; a working session shapes something together that customers wished for."""

    USER_GROUP = "user-group"
    CUSTOMER_DAY = "customer-day"
    WORKING_SESSION = "working-session"


class InvitationState(StrEnum):
    """From invited to what became of it."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WAITING_LIST = "waiting-list"
    ATTENDED = "attended"
    NO_SHOW = "no-show"


class Invitation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One customer, or one of their people, and whether they come; who came uninvited has no day of invitation."""

    customer_id: str
    contact_id: str | None = None
    state: InvitationState = InvitationState.INVITED
    on: date | None = None
    """When they were invited."""


class GroupEvent(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What a meeting of the kind `event` is as a gathering; day, hour and address are the meeting's."""

    meeting_id: str
    sort: EventSort = EventSort.USER_GROUP
    group_id: str | None = None
    """The user group that it belongs to."""
    place: Place | None = None
    """The town; None for the group's centre, or nowhere in particular."""
    capacity: int = 0
    """Seats for customers; 0 while nobody has said."""
    themes: tuple[str, ...] = ()
    """What it is about; a working session is for those who asked for one of them."""
    agenda: tuple[str, ...] = ()
    invitations: tuple[Invitation, ...] = ()

    def customers(self, *states: InvitationState) -> frozenset[str]:
        """Return the ids of the customers with an invitation in one of these states; in any if none is given."""
        return frozenset(i.customer_id for i in self.invitations if not states or i.state in states)

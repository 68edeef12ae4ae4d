"""Events of a calendar that are over: with whom of our contacts they were, and the touchpoints they become."""

from collections.abc import Sequence
from datetime import date

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.touchpoint import Direction, Touchpoint
from outreach_tui.domain.when import local_day
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.books import Book, ContactBook, CustomerBook
from outreach_tui.services.importing.plan import Conversation
from outreach_tui.services.importing.sources import PastEvent
from outreach_tui.services.workspace import Workspace

SYSTEM = "iCalendar"
"""Under which an event's UID, with its RECURRENCE-ID, is kept among the external ids."""


class PastMeetings:
    """Takes events one by one; only addresses tell who was there, and only those of contacts on file."""

    def __init__(
        self,
        workspace: Workspace,
        customers: CustomerBook,
        contacts: ContactBook,
        touchpoints: Book[Touchpoint],
        noted: Sequence[Touchpoint],
    ) -> None:
        """`noted` are all conversations known by now: on a day with one, the calendar says nothing new."""
        self._workspace = workspace
        self._customers = customers
        self._contacts = contacts
        self._touchpoints = touchpoints
        self._by_key = {t.external_ids[SYSTEM]: t.id for t in noted if SYSTEM in t.external_ids}
        self._spoken = {
            (customer_id, local_day(t.at, t.zone))
            for t in noted
            if t.live and SYSTEM not in t.external_ids
            for customer_id in t.customer_ids
        }
        self._ours = {meeting.uid for meeting in workspace.store.all(Meeting)}
        self._members = {m.email.casefold(): m.id for m in workspace.members if m.email}
        self.conversations: list[Conversation] = []
        """What the events of this file were, for people to look at."""

    def start_file(self) -> None:
        """Forget what the last file held."""
        self.conversations = []

    def take(self, event: PastEvent) -> str:
        """Return whether an event is `created`, `updated` or `unchanged`. Raises BadInput for one to be skipped."""
        if event.uid in self._ours:
            raise BadInput("planned here: say of the meeting itself that it was held")
        known = self._by_key.get(event.key)
        if known is not None:
            old = self._touchpoints.get(known)
            moved = msgspec.structs.replace(old, at=event.start_at, minutes=event.minutes)
            return "updated" if self._touchpoints.put(moved) else "unchanged"
        if any(address in self._members for address in event.declined):
            raise BadInput("declined by one of us")
        zone = event.zone or self._workspace.zone
        people = self._people(event)
        if not people:
            raise BadInput("nobody on file has an address of its attendees")
        on = local_day(event.start_at, zone)
        customers = self._customers_of(people, on)
        if not customers:
            raise BadInput("its attendees worked at no customer that day")
        if any((customer.id, on) in self._spoken for customer in customers):
            raise BadInput("a conversation with the customer is noted for that day already")
        touchpoint = Touchpoint(
            id=self._workspace.ids.new(),
            customer_ids=tuple(c.id for c in customers),
            contact_ids=tuple(p.id for p in people),
            kind=event.kind,
            direction=self._direction(event),
            at=event.start_at,
            zone=zone,
            minutes=event.minutes,
            member_id=self._member(event),
            note=event.title,
            plain=True,
            external_ids={SYSTEM: event.key},
        )
        self._touchpoints.put(touchpoint)
        self._by_key[event.key] = touchpoint.id
        self.conversations.append(
            Conversation(
                at=event.start_at,
                zone=zone,
                kind=event.kind,
                customers=tuple(c.name for c in customers),
                contacts=tuple(p.name for p in people),
                title=event.title,
            )
        )
        return "created"

    def _people(self, event: PastEvent) -> list[Contact]:
        """Return the contacts with these addresses; an address that several share says nobody's name."""
        found = (self._contacts.with_address(address) for address in event.addresses)
        return list(
            {c.id: c for contacts in found if len(contacts) == 1 for c in contacts}.values()
        )

    def _customers_of(self, people: list[Contact], on: date) -> list[Customer]:
        """Return the customers where the people worked on that day."""
        ids = {
            job.customer_id: None
            for person in people
            for job in person.employments
            if job.customer_id
            and (job.from_on is None or job.from_on <= on)
            and (job.to_on is None or on <= job.to_on)
        }
        return [c for id_ in ids if (c := self._customers.find_own(id_)) is not None]

    def _direction(self, event: PastEvent) -> Direction:
        theirs = self._contacts.with_address(event.organizer)
        return Direction.IN if theirs else Direction.OUT

    def _member(self, event: PastEvent) -> str | None:
        """Return who of us was there: the organizer or an attendee, else whoever imports."""
        for address in (event.organizer, *event.addresses):
            if address in self._members:
                return self._members[address]
        if not self._workspace.members:
            return None
        return self._workspace.member.id

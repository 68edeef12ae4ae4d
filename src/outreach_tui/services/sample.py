"""The sample data: a fictional company's customers, told in days before and after the day of the demo.

`sample.toml` holds offsets instead of dates, so that the demo is as fresh on any day as on the one it was written.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zlib import crc32

import msgspec

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer, TierMove
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.feedback import Feedback, FeedbackState, Told
from outreach_tui.domain.hours import FreeDays, call_window
from outreach_tui.domain.loyalty import Loyalties, file_facts, tiers
from outreach_tui.domain.meeting import Attendee, Meeting, MeetingState, Rsvp
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.purchase import Purchase, PurchaseKind
from outreach_tui.domain.record import Change, Put, Record
from outreach_tui.domain.touchpoint import NextStep, Touchpoint, TouchpointKind
from outreach_tui.domain.when import MONTHS, to_instant
from outreach_tui.errors import BadInput
from outreach_tui.services.sample_story import (
    Account,
    Became,
    Colleague,
    Gathering,
    Orders,
    Person,
    Sample,
    Story,
    Yearly,
)
from outreach_tui.services.touchpoints import derived
from outreach_tui.services.workspace import Workspace

SAMPLE_MEMBER = "Ana"
"""Who is at the keyboard in the demo."""

RANKED_DAYS = 180
"""So long the tiers have been kept, or since somebody became a customer."""
_DAYS_OFF = {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)}
"""Besides weekends, nobody in the sample talks, orders or meets on these days (month, day)."""
_HOME = Place(zone="Europe/Berlin", name="Berlin", region="Berlin", country="DE")
_OFFSET = re.compile(r"\{([+-]?\d+)\}")
"""A day in a note, such as `{+4}`: that many days after the day of the demo."""
_EARLY, _LATE = (time(8, 0), time(9, 0)), (time(17, 0), time(18, 0))
"""When we talk to those who are at work while we are not, east and west of us."""
_LAST_MINUTES = 50
"""No talk begins within so many minutes of the end of the hours."""
_SAME_DAY = timedelta(minutes=35)
"""Two talks that fall on one day lie at least so far apart."""


def load_sample(data: Mapping[str, Any], workspace: Workspace) -> None:
    """Write the sample into an empty file, as one commit. Raises BadInput that names what is wrong and where."""
    changes = _ranked(sample_changes(data, workspace), workspace)
    writer = next(c.record for c in changes if isinstance(c, Put) and isinstance(c.record, Member))
    workspace.commit("loaded the sample data", changes, writer=writer)


def _ranked(changes: Sequence[Change], workspace: Workspace) -> list[Change]:
    """Return the changes with the tiers of the customers, as if they had been kept for half a year."""
    rows = workspace.store.rows_after(changes)
    scores = Loyalties(rows.values(), file_facts(rows.values()), workspace.today)
    ranked = tiers(rows.values(), scores)
    since = workspace.today - timedelta(days=RANKED_DAYS)

    def with_tier(customer: Customer) -> Customer:
        on = max(since, min(rows[customer.id].since_on or since, workspace.today))
        tier = None if customer.tier_pin else ranked[customer.id]
        return msgspec.structs.replace(customer, tier=tier, tier_moves=(TierMove(on=on),))

    return [
        Put(with_tier(change.record))
        if isinstance(change, Put) and isinstance(change.record, Customer)
        else change
        for change in changes
    ]


def working_day(on: date, calendar: FreeDays) -> date:
    """Return the day, or the next one on which people in Berlin work."""
    while calendar.free_day(_HOME, on) or (on.month, on.day) in _DAYS_OFF:
        on += timedelta(days=1)
    return on


def sample_changes(data: Mapping[str, Any], workspace: Workspace) -> list[Change]:
    """Return the changes that write the sample into an empty file, as of the workspace's day; members come first.

    `data` is the parsed `sample.toml`. Raises BadInput that names what is wrong and where.
    """
    try:
        sample = msgspec.convert(data, Sample)
    except msgspec.ValidationError as error:
        raise BadInput(f"the sample data cannot be read: {error}") from error
    return list(_Writer(sample, workspace).changes())


class _Writer:
    """Turns the parts into records; ids rise in the order of the file."""

    def __init__(self, sample: Sample, workspace: Workspace) -> None:
        self._sample = sample
        self._workspace = workspace
        self._today = workspace.today
        self._new = workspace.ids.new
        self._members = {m.name: self._member(m) for m in sample.members}
        self._ids = {account.name: self._new() for account in sample.customers}
        self._people: dict[str, list[Contact]] = {name: [] for name in self._ids}
        self._zones: dict[str, str] = {}
        self._latest: dict[str, datetime] = {}

    def changes(self) -> Iterator[Change]:
        """Yield everything, what others refer to first."""
        for member in self._members.values():
            yield Put(member)
        for account in self._sample.customers:
            customer = self._customer(account)
            self._zones[account.name] = customer.place.zone if customer.place else "UTC"
            yield Put(customer)
            for person in account.contacts:
                contact = self._contact(account, person)
                for name in (account.name, *(was.customer for was in person.was if was.customer)):
                    self._people[name].append(contact)
                yield Put(contact)
        for account in self._sample.customers:
            yield from map(Put, self._purchases(account))
        yield from self._talks()
        for account in self._sample.customers:
            yield from map(Put, self._decisions(account))
            yield from map(Put, self._meetings(account))

    def _member(self, who: Colleague) -> Member:
        place = self._place(who.city, "", who.country)
        return Member(
            introduced=True,
            id=self._new(),
            name=who.name,
            zone=place.zone,
            email=who.email,
            city=who.city,
            place=place,
            calls_a_day=who.calls_a_day,
            industries=who.industries,
        )

    def _place(self, city: str, region: str, country: str) -> Place:
        match = self._workspace.places.look_up(city, region, country)
        if match.place is None:
            raise BadInput(f"the sample data names a town that is not certain: {match.why}")
        return match.place

    def _customer(self, account: Account) -> Customer:
        ahead = account.renewal.ahead if account.renewal else None
        return Customer(
            id=self._ids[account.name],
            name=account.name,
            address=account.address,
            postal_code=account.postal_code,
            city=account.city,
            region=account.region,
            country=account.country,
            place=self._place(account.city, account.region, account.country),
            industry=account.industry,
            website=account.website,
            phone=account.phone,
            email=account.email,
            customer_since=self._yearly(account.since) if account.since else None,
            renewal_on=None if ahead is None else self._day(ahead),
            owner_id=self._who(account.owner).id if account.owner else None,
            tier_pin=account.pin,
            tier_note=account.pin_note,
            cadence=Cadence(ideal_days=account.cadence[0], max_days=account.cadence[1])
            if account.cadence
            else None,
            tags=account.tags,
            reference=account.reference,
            status=account.status,
            paused_until=None if account.paused_until is None else self._day(account.paused_until),
            status_note=account.status_note,
            do_not_contact=account.do_not_contact,
        )

    def _contact(self, account: Account, person: Person) -> Contact:
        jobs = [
            Employment(
                customer_id=self._id(was.customer) if was.customer else None,
                company=was.company,
                from_on=self._day(-was.from_),
                to_on=self._day(-was.to),
            )
            for was in person.was
        ]
        here = Employment(
            customer_id=self._ids[account.name],
            from_on=None if person.since is None else self._day(-person.since),
        )
        return Contact(
            id=self._new(),
            name=person.name,
            role=person.role,
            emails=(person.email,) if person.email else (),
            phones=(person.phone,) if person.phone else (),
            preferred_channel=person.channel,
            language=person.language,
            good_hours=person.good_hours,
            birthday=self._yearly(person.birthday) if person.birthday else None,
            diet=person.diet,
            access_needs=person.access,
            employments=(*jobs, here),
        )

    def _purchases(self, account: Account) -> Iterator[Purchase]:
        def bought(on: date, kind: PurchaseKind, amount: int | None) -> Purchase:
            return Purchase(
                id=self._new(),
                customer_id=self._ids[account.name],
                on=on,
                kind=kind,
                amount=None if amount is None else f"{amount}.00",
                currency=None if amount is None else account.currency,
            )

        if orders := account.orders:
            for ago in reversed(_rhythm(account.name, orders)):
                amount = orders.amount
                if amount is not None:
                    amount += amount * _wobble(f"{account.name} {ago} amount", 20) // 100
                yield bought(self._working_day(-ago), PurchaseKind.ORDER, amount)
        if renewal := account.renewal:
            for years in range(renewal.times, 0, -1):
                on = _years_before(self._day(renewal.ahead), years)
                yield bought(on, PurchaseKind.RENEWAL, renewal.amount)

    def _talks(self) -> Iterator[Change]:
        """Yield all touchpoints in the order in which they happened, with what their notes make."""
        told: list[tuple[int, Callable[[], Iterator[Change]]]] = [
            (story.ago, partial(self._story, account, story))
            for account in self._sample.customers
            for story in account.talks
        ]
        told += [(event.ago, partial(self._gathering, event)) for event in self._sample.events]
        for _, tell in sorted(told, key=lambda t: -t[0]):
            yield from tell()

    def _story(self, account: Account, story: Story) -> Iterator[Change]:
        people = self._people[account.name]
        chosen = [self._person(account, name) for name in story.with_] or people[:1]
        member = self._who(story.by or account.owner)
        touchpoint = Touchpoint(
            id=self._new(),
            customer_ids=(self._ids[account.name],),
            kind=story.kind,
            at=self._at(account.name, story.ago, member),
            zone=member.zone,
            contact_ids=tuple(c.id for c in chosen),
            direction=story.direction,
            member_id=member.id,
            outcome=story.outcome,
            minutes=story.minutes,
            meal=story.meal,
            note=self._note(story.note),
        )
        made = self._derived(touchpoint)
        yield Put(_with_next_step(touchpoint, made))
        used: set[str] = set()
        for record in made:
            if isinstance(record, Feedback):
                became = [b for b in story.became if b.words in record.words]
                used.update(b.words for b in became)
                yield Put(self._decided(record, became[0], member) if became else record)
            elif isinstance(record, Promise):
                late = [words for words in story.late if words in record.text]
                used.update(late)
                yield Put(record if late else self._kept(record))
        for words in {b.words for b in story.became} | set(story.late):
            if words not in used:
                raise BadInput(f"the sample data: nobody at {account.name} said {words!r}")

    def _gathering(self, event: Gathering) -> Iterator[Change]:
        member = self._who(event.by)
        touchpoint = Touchpoint(
            id=self._new(),
            customer_ids=tuple(self._id(name) for name in event.customers),
            kind=TouchpointKind.EVENT,
            at=self._at(event.customers[0], event.ago, member),
            zone=member.zone,
            contact_ids=tuple(self._people[n][0].id for n in event.customers if self._people[n]),
            member_id=member.id,
            minutes=event.minutes,
            meal=event.meal,
            note=self._note(event.note),
        )
        made = self._derived(touchpoint)
        yield Put(_with_next_step(touchpoint, made))
        yield from (Put(self._kept(r) if isinstance(r, Promise) else r) for r in made)

    def _derived(self, touchpoint: Touchpoint) -> list[Record]:
        names = {id_: name for name, id_ in self._ids.items()}
        changes = derived(touchpoint, lambda id_: self._people[names[id_]], self._workspace.ids)
        return [change.record for change in changes if isinstance(change, Put)]

    def _decided(self, said: Feedback, became: Became, member: Member) -> Feedback:
        decided = became.state is not FeedbackState.HEARD
        told = Told(
            on=self._working_day(-(became.told or 0)),
            customer_id=said.customer_id,
            contact_id=said.contact_id,
            member_id=member.id,
        )
        return msgspec.structs.replace(
            said,
            state=became.state,
            state_on=None if became.on is None else self._working_day(-became.on),
            decided_by=member.id if decided else None,
            answer=became.answer,
            told=() if became.told is None else (told,),
        )

    def _kept(self, promise: Promise) -> Promise:
        if promise.due_on is None or promise.due_on >= self._today:
            return promise
        return msgspec.structs.replace(promise, done_on=promise.due_on)

    def _decisions(self, account: Account) -> Iterator[Decision]:
        for choice in account.decisions:
            on, member = self._working_day(-choice.ago), self._who(account.owner)
            yield Decision(
                id=self._new(),
                customer_id=self._ids[account.name],
                kind=choice.kind,
                on=on,
                at=to_instant(on, time(8, 20), member.zone),
                until_on=self._day(choice.until),
                reason=choice.reason,
                why=choice.why,
                member_id=member.id,
            )

    def _meetings(self, account: Account) -> Iterator[Meeting]:
        for wanted in account.meetings:
            member, people = self._who(wanted.by or account.owner), self._people[account.name]
            id_ = self._new()
            agreed = wanted.state is MeetingState.CONFIRMED
            yield Meeting(
                id=id_,
                uid=id_,
                customer_ids=(self._ids[account.name],),
                attendees=tuple(
                    Attendee(
                        name=c.name,
                        contact_id=c.id,
                        email=c.emails[0] if c.emails else "",
                        rsvp=Rsvp.ACCEPTED if agreed else Rsvp.NEEDS_ACTION,
                    )
                    for c in people[:1]
                ),
                kind=wanted.kind,
                start_at=to_instant(self._working_day(wanted.ahead), wanted.at, member.zone),
                zone=member.zone,
                minutes=wanted.minutes,
                place=wanted.place,
                link=wanted.link,
                meal=wanted.meal,
                purpose=wanted.purpose,
                state=wanted.state,
                member_id=member.id,
                changed_at=self._workspace.clock.real_now().replace(microsecond=0),
            )

    def _who(self, name: str) -> Member:
        if not name:
            return next(iter(self._members.values()))
        if name not in self._members:
            raise BadInput(f"the sample data has no member {name!r}")
        return self._members[name]

    def _id(self, name: str) -> str:
        if name not in self._ids:
            raise BadInput(f"the sample data has no customer {name!r}")
        return self._ids[name]

    def _person(self, account: Account, name: str) -> Contact:
        for contact in self._people[account.name]:
            if contact.name == name:
                return contact
        raise BadInput(f"the sample data has no contact {name!r} at {account.name}")

    def _at(self, customer: str, ago: int, member: Member) -> datetime:
        """Return when a talk was: in the hours both are at work, as life chooses, after the talk before it."""
        on, theirs = self._working_day(-ago), self._zones[customer]
        hours = call_window(on, member.works_from, member.works_to, member.zone, theirs)
        if hours:
            opens, closes = time.fromisoformat(hours.from_), time.fromisoformat(hours.to)
        else:
            east = to_instant(on, time(12), theirs) < to_instant(on, time(12), member.zone)
            opens, closes = _EARLY if east else _LATE
        first, last = (60 * t.hour + t.minute for t in (opens, closes))
        minute = first + crc32(f"{customer} {ago}".encode()) % max(1, last - first - _LAST_MINUTES)
        at = to_instant(on, time(minute // 60, minute % 60), member.zone)
        if (before := self._latest.get(customer)) is not None:
            at = max(at, before + _SAME_DAY)
        self._latest[customer] = at
        return at

    def _note(self, text: str) -> str:
        def day(match: re.Match[str]) -> str:
            on = self._working_day(int(match[1]))
            return f"{on.day} {MONTHS[on.month - 1]}"

        return _OFFSET.sub(day, text).strip("\n")

    def _day(self, ahead: int) -> date:
        return self._today + timedelta(days=ahead)

    def _working_day(self, ahead: int) -> date:
        """Return the day, or the nearest working day further away from the demo; the demo's own day stays."""
        on, step = self._day(ahead), timedelta(days=1 if ahead > 0 else -1)
        while ahead and (on.weekday() >= 5 or (on.month, on.day) in _DAYS_OFF):
            on += step
        return on

    def _yearly(self, wanted: Yearly) -> date:
        return _years_before(self._day(wanted.ahead), wanted.years)


def _with_next_step(touchpoint: Touchpoint, made: list[Record]) -> Touchpoint:
    if not touchpoint.live:
        return touchpoint
    promised = any(isinstance(record, Promise) for record in made)
    step = NextStep.PROMISE if promised else NextStep.NONE_NEEDED
    return msgspec.structs.replace(touchpoint, next_step=step)


def _rhythm(name: str, orders: Orders) -> list[int]:
    """Return how many days ago each order was, the latest first, with a small irregularity that is always the same."""
    every, about = orders.every, max(1, orders.every // 9)
    found, ago = [], orders.to
    while ago <= orders.from_ - every // 2:
        found.append(ago)
        ago += every + _wobble(f"{name} {len(found)}", about)
    return [*found, orders.from_]


def _wobble(seed: str, most: int) -> int:
    """Return a whole number from -most to most that depends on the seed only."""
    return crc32(seed.encode()) % (2 * most + 1) - most


def _years_before(on: date, years: int) -> date:
    """Return the same day of an earlier year; 28 February for a 29th that the year lacks."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)

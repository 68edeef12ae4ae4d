"""The shape of `sample.toml`: a team, its customers and what happened, in days before the day of the demo."""

from datetime import time

import msgspec

from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.decision import DecisionKind
from outreach_tui.domain.feedback import FeedbackState
from outreach_tui.domain.meeting import MeetingKind, MeetingState
from outreach_tui.domain.touchpoint import Direction, Outcome, TouchpointKind


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file; a mistyped key is an error."""


class Yearly(_Part, frozen=True, kw_only=True):
    """A day that comes round: so many years before the day that is `ahead` days after the demo."""

    years: int
    ahead: int


class Orders(_Part, frozen=True, kw_only=True):
    """A rhythm: every so many days, from and to so many days before the demo."""

    every: int
    from_: int = msgspec.field(name="from")
    to: int
    amount: int | None = None


class Renewals(_Part, frozen=True, kw_only=True):
    """The next renewal, and how often they have renewed, a year apart."""

    ahead: int
    times: int = 0
    amount: int | None = None


class FormerJob(_Part, frozen=True, kw_only=True):
    """Where a person worked before."""

    customer: str = ""
    company: str = ""
    from_: int = msgspec.field(name="from")
    to: int


class Person(_Part, frozen=True, kw_only=True):
    """A contact; `was` are earlier employers, `left` is for somebody who went elsewhere."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    channel: str = ""
    diet: str = ""
    access: str = ""
    good_hours: str = ""
    birthday: Yearly | None = None
    since: int | None = None
    was: tuple[FormerJob, ...] = ()


class Became(_Part, frozen=True, kw_only=True):
    """What became of something they said: the feedback of the same talk whose words hold `words`."""

    words: str
    state: FeedbackState = FeedbackState.HEARD
    on: int | None = None
    """How many days ago it was decided."""
    answer: str = ""
    told: int | None = None
    """How many days ago they were told."""


class Story(_Part, frozen=True, kw_only=True):
    """A touchpoint."""

    ago: int
    kind: TouchpointKind = TouchpointKind.CALL
    by: str = ""
    """Who of us; empty for the customer's owner, else the first member."""
    with_: tuple[str, ...] = msgspec.field(default=(), name="with")
    """Names of contacts; empty for the first one."""
    direction: Direction = Direction.OUT
    outcome: Outcome = Outcome.HELD
    minutes: int | None = None
    meal: bool = False
    note: str = ""
    became: tuple[Became, ...] = ()
    late: tuple[str, ...] = ()
    """Promises that were not kept on their day; all others of the past were."""


class Gathering(_Part, frozen=True, kw_only=True):
    """An event that several customers came to."""

    ago: int
    by: str
    customers: tuple[str, ...]
    minutes: int | None = None
    meal: bool = False
    note: str = ""


class Choice(_Part, frozen=True, kw_only=True):
    """A decision about suggestions."""

    kind: DecisionKind
    ago: int
    until: int
    """Days after the demo; below 0 for before."""
    reason: str = ""
    why: str = ""


class Planned(_Part, frozen=True, kw_only=True):
    """A meeting, so many days after the demo, below 0 for before."""

    ahead: int
    at: time
    kind: MeetingKind
    minutes: int = 60
    state: MeetingState = MeetingState.PLANNED
    by: str = ""
    place: str = ""
    link: str = ""
    meal: bool = False
    purpose: str = ""


class Account(_Part, frozen=True, kw_only=True):
    """A customer and all that happened with them."""

    name: str
    city: str
    country: str
    region: str = ""
    address: str = ""
    postal_code: str = ""
    industry: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    owner: str = ""
    currency: str = "EUR"
    since: Yearly | None = None
    orders: Orders | None = None
    renewal: Renewals | None = None
    tags: tuple[str, ...] = ()
    reference: bool = False
    pin: Tier | None = None
    pin_note: str = ""
    cadence: tuple[int, int] | None = None
    status: Status = Status.ACTIVE
    paused_until: int | None = None
    status_note: str = ""
    do_not_contact: bool = False
    contacts: tuple[Person, ...] = ()
    talks: tuple[Story, ...] = ()
    decisions: tuple[Choice, ...] = ()
    meetings: tuple[Planned, ...] = ()


class Colleague(_Part, frozen=True, kw_only=True):
    """One of us."""

    name: str
    email: str
    city: str
    country: str
    calls_a_day: int
    industries: tuple[str, ...] = ()


class Sample(_Part, frozen=True, kw_only=True):
    """The whole file."""

    members: tuple[Colleague, ...]
    customers: tuple[Account, ...]
    events: tuple[Gathering, ...] = ()

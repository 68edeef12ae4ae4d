"""One of our team."""

from datetime import date, time

from outreach_tui.domain.place import Place
from outreach_tui.domain.record import Record


class Member(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A person who talks to customers; hours are in their own zone."""

    name: str
    zone: str = "UTC"
    email: str = ""
    city: str = ""
    place: Place | None = None
    works_from: time = time(8, 0)
    works_to: time = time(18, 0)
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    calls_a_day: int = 3
    introduced: bool = False
    """They said themselves who they are; else this was made from the system's user by a first write."""
    industries: tuple[str, ...] = ()
    away_from: date | None = None
    away_to: date | None = None
    covered_by: str | None = None

"""Days that come round every year."""

from calendar import isleap
from datetime import date, timedelta
from functools import lru_cache

OCCASION_DAYS = 7
"""An anniversary or a birthday is an occasion on its day and for the six days before."""


def comes_round(on: date, today: date) -> date | None:
    """Return the yearly return of `on` within the next seven days, at least one year later."""
    day = _next_days(today).get((on.month, on.day))
    return day if day is not None and day.year > on.year else None


@lru_cache(maxsize=8)
def _next_days(today: date) -> dict[tuple[int, int], date]:
    """Return the days on which an occasion may fall, by month and day."""
    days = [today + timedelta(days=count) for count in range(OCCASION_DAYS)]
    found = {(day.month, day.day): day for day in days}
    for day in days:
        # A 29 February is kept on the 28th in other years.
        if (day.month, day.day) == (2, 28) and not isleap(day.year):
            found[2, 29] = day
    return found

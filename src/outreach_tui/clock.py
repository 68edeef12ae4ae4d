"""The only module that reads the system's clock and zone."""

import time
from datetime import UTC, date, datetime

from outreach_tui.domain.when import zone_info


class SystemClock:
    """Real time, and the time to plan by: the same unless another day was asked for (`--today`)."""

    def __init__(self, today: date | None = None) -> None:
        self.asked_for = today
        """The day to plan by, if not the real one."""

    def real_now(self) -> datetime:
        """Return the real instant in UTC, for ids, the journal, DTSTAMP and LAST-MODIFIED."""
        return datetime.now(UTC)

    def now(self, zone: str) -> datetime:
        """Return the instant to plan by, in UTC: on the day that was asked for, at the real time of day in `zone`."""
        real = self.real_now()
        if self.asked_for is None:
            return real
        info = zone_info(zone)
        return datetime.combine(self.asked_for, real.astimezone(info).time(), info).astimezone(UTC)

    def today(self, zone: str) -> date:
        """Return the day to plan by, on the wall calendar of `zone`."""
        return self.asked_for or self.real_now().astimezone(zone_info(zone)).date()

    def milliseconds(self) -> int:
        """Return real time in milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000


def system_zone() -> str:
    """Return the IANA name of this machine's zone, UTC if it is not known."""
    from tzlocal import get_localzone_name  # read once, when a member is made

    try:
        return get_localzone_name() or "UTC"
    except (LookupError, ValueError, OSError):
        return "UTC"

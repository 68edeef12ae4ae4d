"""The reasons of the first and third lane: how long ago we spoke, and what was promised (SUGGESTIONS.md)."""

from datetime import date, timedelta

from outreach_tui.domain.day_list import Reason
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.member import Member
from outreach_tui.domain.reasons import as_reason, every
from outreach_tui.domain.standing import DUE, FRESH, LATE, NEVER, Standing, is_new
from outreach_tui.domain.when import local_day, say_day, say_days

BREAKING_SHARE = 0.85
"""From this share of the maximum on a band is about to break."""
LEAVE_AHEAD_DAYS, LEAVE_MARGIN_DAYS = 28, 3
"""So many days before the member's leave on, bands are about to break that would be over so many days after it."""


def band_code(standing: Standing) -> str:
    """Return the code of the reason of the first and third lane, empty while the last conversation is recent."""
    if standing.state is NEVER:
        return "never"
    if standing.state is LATE:
        return "overdue"
    # A customer's own band may have its ideal close to its maximum.
    return "due" if standing.state is DUE or standing.ratio >= BREAKING_SHARE else ""


def is_in_band(standing: Standing) -> bool:
    """Return whether the band gives a reason to talk (`band_code`)."""
    return standing.state is not FRESH or standing.ratio >= BREAKING_SHARE


def is_breaking(standing: Standing, today: date, member: Member) -> bool:
    """Return whether the band is about to break, or would while the member is on leave."""
    if standing.ratio >= BREAKING_SHARE:
        return True
    return member.away_from is not None and _ends_by_leave(standing, today, member)


def _ends_by_leave(standing: Standing, today: date, member: Member) -> bool:
    first, last = member.away_from, member.away_to
    if first is None or last is None or standing.days is None or standing.state is not DUE:
        return False
    if not 0 < (first - today).days <= LEAVE_AHEAD_DAYS:
        return False
    back_in = (last - today).days + LEAVE_MARGIN_DAYS
    return standing.days + back_in > standing.cadence.max_days


def band_reason(standing: Standing, today: date, member: Member) -> Reason | None:
    """Return the reason of the first and third lane: how long ago we spoke, None while that is recent."""
    row, band = standing.facts, standing.cadence
    code = band_code(standing)
    if code == "never":
        return _never(row, today, member)
    if not code or standing.days is None or row.last_live_on is None:
        return None
    since = f"{say_days(standing.days)} since you last spoke ({say_day(row.last_live_on, today)})"
    why = f" ({earlier})" if (earlier := earlier_words(standing, today)) else ""
    if standing.ratio >= BREAKING_SHARE:
        text = f"{since}; you promised {row.name} at most {band.max_days}{why}."
    elif member.away_from and member.away_to and _ends_by_leave(standing, today, member):
        leave = f"{say_day(member.away_from, today)} to {say_day(member.away_to, today)}"
        ends_on = row.last_live_on + timedelta(days=band.max_days)
        then = "and then" if ends_on < member.away_from else "and"
        text = (
            f"{since}; the {band.max_days} you promised {row.name} end on {say_day(ends_on, today)}, "
            f"{then} you are away {leave}."
        )
    else:
        text = f"{since}; {every(band.ideal_days)} is the rhythm for {_who(standing, today)}{why}."
    return as_reason(
        code,
        text + unmarked(row, today, member),
        days=standing.days,
        last_live_on=row.last_live_on,
        ideal_days=band.ideal_days,
        max_days=band.max_days,
    )


def earlier_words(standing: Standing, today: date) -> str:
    """Return why the maximum is not that of the tier; empty if it is.

    "tier A since 3 Mar, at most 300 before", or "as before; tier A since 3 Mar" where it is what was promised then.
    """
    if standing.earlier is None:
        return ""
    on, now = standing.earlier.on, f"tier {standing.tier.value}"
    if is_new(standing.facts, today):
        now = "new"
    since = f"since {say_day(on, today)}" if on else "by today's ranks"
    if standing.earlier.days == standing.cadence.max_days:
        return f"as before; {now} {since}"
    return f"{now} {since}, at most {standing.earlier.days} before"


def unmarked(row: CustomerFacts, today: date, member: Member) -> str:
    """Return which meeting since could have been a conversation, as a sentence; empty if there was none."""
    held = [on for at in row.meetings_at if (on := local_day(at, member.zone)) < today]
    return f" Nobody said yet how it was on {say_day(held[-1], today)}." if held else ""


def _who(standing: Standing, today: date) -> str:
    """Return whose band it is, chosen as `standing` chooses it."""
    if standing.facts.cadence:
        return "them"
    return "new customers" if is_new(standing.facts, today) else f"tier {standing.tier.value}"


def _never(row: CustomerFacts, today: date, member: Member) -> Reason:
    first, last = row.first_purchase_on, row.last_purchase_on
    if first is None or last is None:
        text = "Neither a conversation nor a purchase is on record."
    else:
        text = (
            f"No conversation with them is on record; {_their_purchases(row, first, last, today)}."
        )
    return as_reason(
        "never",
        text + unmarked(row, today, member),
        purchases=row.purchases,
        first_purchase_on=first,
        last_purchase_on=last,
    )


def _their_purchases(row: CustomerFacts, first: date, last: date, today: date) -> str:
    noun = "purchase" if row.renewals or row.invoices else "order"
    if row.purchases == 1:
        return f"one {noun}, on {say_day(last, today)}"
    many = f"{row.purchases:,} {noun}s"
    if first == last:
        return f"{many}, all on {say_day(last, today)}"
    # Orders can be dated ahead, and the day to plan by can lie in the past.
    if last > today:
        # Months ahead a day without its year would be taken for one that was.
        years = last.year != first.year or last.year != today.year
        days = (say_day(on, today, year=years) for on in (first, last))
        return f"{many}, dated {' to '.join(days)}"
    return f"{many} since {say_day(first, today)}, the last on {say_day(last, today)}"

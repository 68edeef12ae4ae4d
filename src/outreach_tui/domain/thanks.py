"""What to thank a customer for, by a call that asks for nothing (SUGGESTIONS.md, Kinds)."""

from collections.abc import Iterable
from datetime import date

from outreach_tui.domain.day_list import Reason
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.occasions import OCCASION_DAYS, comes_round
from outreach_tui.domain.purchase import PurchaseKind
from outreach_tui.domain.reasons import Cause, as_reason, is_muted, shorten
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.when import say_day

TALK_CODES = ("slipping", "owed", "unanswered", "question")
"""Reasons that need a conversation about something; thanking only would miss the point."""


def thanks_now(standing: Standing, today: date, now: Iterable[Cause]) -> str:
    """Return what a thank-you call today is for; empty if there should be none.

    Only loyal customers get one, and only if none of the causes `now` needs a conversation about something.
    """
    row = standing.facts
    if not standing.loyal or is_muted(row, "thank", today):
        return ""
    if any(cause.code in TALK_CODES for cause in now):
        return ""
    return thanks_for(standing, today)


def thanks_for(standing: Standing, today: date) -> str:
    """Return what to thank a customer for, as it follows "thank them for"; empty if everything was thanked for.

    A conversation without an ask, help and told answers thank for all that came before.
    """
    row, given = standing.facts, standing.facts.last_give_on

    def new(on: date | None) -> bool:
        return on is not None and on <= today and (given is None or on > given)

    years = _years_now(row, today)
    with_us = f"{years} year{'s' if years > 1 else ''} with us" if years else ""
    if row.last_live_on is None and given is None:
        return with_us or _their_years(row, today)
    if (
        row.last_purchase_on
        and new(row.last_purchase_on)
        and row.last_purchase_kind is PurchaseKind.RENEWAL
    ):
        return f"renewing on {say_day(row.last_purchase_on, today)}"
    if row.last_praise_on and new(row.last_praise_on):
        return (
            f"what they said on {say_day(row.last_praise_on, today)}: '{shorten(row.last_praise)}'"
        )
    if row.last_event_on and new(row.last_event_on):
        return f"coming to the event on {say_day(row.last_event_on, today)}"
    if with_us:
        return with_us
    if (
        row.last_purchase_on
        and new(row.last_purchase_on)
        and row.last_purchase_kind is PurchaseKind.ORDER
    ):
        return f"their order of {say_day(row.last_purchase_on, today)}"
    if row.reference and (given is None or given.year < today.year):
        return "speaking for us as a reference"
    return ""


def _years_now(row: CustomerFacts, today: date) -> int:
    """Return how many years they are customers for, while their anniversary is near and was not thanked for; else 0."""
    if row.since_on is None or (day := comes_round(row.since_on, today)) is None:
        return 0
    given = row.last_give_on
    return (
        day.year - row.since_on.year if given is None or (day - given).days >= OCCASION_DAYS else 0
    )


def _their_years(row: CustomerFacts, today: date) -> str:
    if row.since_on is None or row.since_on > today:
        return ""
    months = (
        (today.year - row.since_on.year) * 12
        + today.month
        - row.since_on.month
        - (today.day < row.since_on.day)
    )
    if months >= 24:
        return f"{months // 12} years with us"
    if months >= 3:
        return f"{months} months with us"
    if not row.purchases:
        return "choosing us"
    return "their first order" if row.purchases == 1 else "their first orders"


def thank_reason(words: str, row: CustomerFacts, *, said: bool) -> Reason:
    """Return the reason of a thank-you call, which asks for nothing; `said` if another reason says so already."""
    return as_reason(
        "thank",
        f"Thank them for {words}{'' if said else '; ask for nothing'}.",
        thank_for=words,
        last_give_on=row.last_give_on,
        last_purchase_on=row.last_purchase_on,
    )

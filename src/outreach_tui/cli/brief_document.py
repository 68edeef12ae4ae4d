"""`show --json`: everything about one customer."""

from datetime import date

import msgspec

from outreach_tui.cli.documents import Whole, whole
from outreach_tui.domain.brief import Balance, Brief, Heard, Question, ToldNews
from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.facts import OwedAnswer
from outreach_tui.domain.loyalty import Loyalty


class BriefDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Lists begin with the latest; promises are open ones, the first due first."""

    customer: Whole
    tier: str
    state: str
    days: int | None
    last_live_on: date | None
    cadence: Cadence
    loyalty: Loyalty
    contacts: Whole
    touchpoints: Whole
    purchases: Whole
    promises: Whole
    owed: tuple[OwedAnswer, ...]
    told: tuple[ToldNews, ...]
    facts: Whole
    questions: tuple[Question, ...]
    praise: tuple[Heard, ...]
    balance: Balance
    next_meeting: Whole


def brief_document(brief: Brief) -> BriefDocument:
    """Return a brief for JSON."""
    standing = brief.standing
    return BriefDocument(
        customer=whole(brief.customer),
        tier=standing.tier.value,
        state=standing.state.value,
        days=standing.days,
        last_live_on=standing.facts.last_live_on,
        cadence=standing.cadence,
        loyalty=standing.loyalty,
        contacts=whole(brief.contacts),
        touchpoints=whole(brief.touchpoints),
        purchases=whole(brief.purchases),
        promises=whole(brief.promises),
        owed=brief.owed,
        told=brief.told,
        facts=whole(brief.facts),
        questions=brief.questions,
        praise=brief.praise,
        balance=brief.balance,
        next_meeting=whole(brief.next_meeting),
    )

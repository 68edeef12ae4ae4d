"""Everything about one customer as a page of text."""

from outreach_tui.domain.brief import Brief
from outreach_tui.domain.ids import short
from outreach_tui.domain.text import clean_line
from outreach_tui.presentation.cards import Reading, card_title, customer_card, timeline
from outreach_tui.presentation.layout import PieceLine, apart
from outreach_tui.presentation.plain_table import heading


def brief_page(brief: Brief, reading: Reading, room: int) -> list[PieceLine]:
    """Return the card of a customer, and below what happened, the latest first."""
    head = apart(
        [(clean_line(card_title(brief.standing)), "heading")],
        [(short(brief.customer.id), "muted")],
        room,
    )
    happened = brief.touchpoints or brief.purchases or brief.told
    what = timeline(brief, room, reading) if happened else [[("Nothing is on record.", "muted")]]
    card = customer_card(brief, room, reading, with_ids=True)
    return [head, [], *card, [], heading("What happened"), *what]

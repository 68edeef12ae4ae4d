"""What all reasons to talk to a customer are made with (SUGGESTIONS.md), and whether one is quiet."""

from datetime import date
from typing import Any

import msgspec

from outreach_tui.domain.day_list import Reason
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.when import say_days


class Cause(msgspec.Struct, frozen=True, gc=False):
    """A reason of the second lane, not yet in words: most customers are only compared."""

    weight: float
    code: str


def as_reason(code: str, text: str, **facts: Any) -> Reason:
    """Build a reason; days become ISO text, since a kept day list must read back as it was written."""
    for name, value in facts.items():
        if isinstance(value, date):
            facts[name] = value.isoformat()
    return Reason(code=code, text=text, facts=facts)


def is_muted(row: CustomerFacts, code: str, today: date) -> bool:
    """Return whether this reason was called wrong for this customer and is still quiet."""
    until = row.muted.get(code) if row.muted else None
    return until is not None and today < until


def every(days: int) -> str:
    """Return "every day", "every 45 days"."""
    return f"every {say_days(days).removeprefix('1 ')}"


SLACK = 12
"""A quotation is not cut for so few characters."""


def shorten(words: str, limit: int = 48) -> str:
    """Return `words`, cut at a word with an ellipsis where they are longer than `limit` characters."""
    if len(words) <= limit + SLACK:
        return words
    head = words[:limit].rsplit(" ", 1)[0].rstrip(" ,;.:")
    return f"{head} …"

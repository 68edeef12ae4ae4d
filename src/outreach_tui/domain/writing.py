"""When to write instead of calling, and why (SUGGESTIONS.md, Kinds)."""

from collections.abc import Sequence
from datetime import date

from outreach_tui.domain.day_list import Reason
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.reasons import as_reason, is_muted
from outreach_tui.domain.when import local_day, say_day

TRIES_TO_WRITE = 3
"""After so many calls without an answer somebody should write."""


def write_code(row: CustomerFacts, today: date, *, phones_kept: bool, hours_meet: bool) -> str:
    """Return the code of why to write instead of calling, empty if a call has a chance.

    Where the file holds nobody's phone number they are kept elsewhere, and a missing one says nothing.
    """
    holds = {
        "no-phone": phones_kept and not row.phone,
        "no-answer": row.tries >= TRIES_TO_WRITE,
        "no-hours": not hours_meet,
    }
    return next(
        (code for code, true in holds.items() if true and not is_muted(row, code, today)), ""
    )


def write_reason(
    code: str, row: CustomerFacts, today: date, zone: str, written: Sequence[date] = ()
) -> Reason:
    """Return why to write instead of calling, with days in the member's zone, and what we have `written` in vain."""
    how, then = "write", "ask for a conversation"
    heard_on, asked_on = row.last_heard_on, row.unanswered_on
    if code == "no-phone":
        why = "No phone number is on file"
        if not row.email:
            why = "Neither a phone number nor an e-mail address is on file"
            wrote = asked_on is not None and heard_on is not None and asked_on <= heard_on
            how = "reply to what they sent" if wrote else "find one"
    elif code == "no-answer":
        last_on = local_day(row.last_try_at, zone) if row.last_try_at else None
        last = f", the last on {say_day(last_on, today)}" if last_on else ""
        why = f"{row.tries} calls went unanswered{last}"
    else:
        why = "Your working hours and theirs do not meet in the next five working days"
        then += " at another hour"
    if not row.email and code != "no-phone":
        why, how = f"{why}, and no e-mail address is on file", "send a message or a letter"
    text = f"{why}: {how}, and {then}."
    if vain := in_vain(written, row):
        last = f"on {say_day(vain[-1], today)}"
        often = last if len(vain) == 1 else f"{len(vain)} times, last {last}"
        text = f"You wrote {often}, and no answer is on record. {text}"
    return as_reason(code, text, phone=row.phone, tries=row.tries)


def in_vain(written: Sequence[date], row: CustomerFacts) -> Sequence[date]:
    """Return the days of what we have `written` since the customer was last heard."""
    heard_on = max((on for on in (row.last_heard_on, row.last_live_on) if on), default=None)
    return written if heard_on is None else [on for on in written if on > heard_on]

"""The second lane: why to talk to a customer now, what it weighs, and its words (SUGGESTIONS.md)."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import compress
from operator import attrgetter

import msgspec

from outreach_tui.domain.bands import band_reason
from outreach_tui.domain.day_list import Reason
from outreach_tui.domain.facts import CustomerFacts, OwedAnswer
from outreach_tui.domain.member import Member
from outreach_tui.domain.occasions import comes_round
from outreach_tui.domain.reasons import Cause, as_reason, every, is_muted, shorten
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.thanks import thanks_now
from outreach_tui.domain.when import say_day, say_days, say_times

SLIPPING, OWED, UNANSWERED, RENEWAL, ONLY_ASKS, OCCASION = 0.45, 0.50, 0.40, 0.30, 0.20, 0.15
QUESTION = 0.20
SLIPPING_A_DAY, SLIPPING_DAYS = 0.01, 21
OWED_A_DAY, OWED_DAYS = 0.03, 14
UNANSWERED_LONG, UNANSWERED_DAYS = 1.0, 21
"""Who waits for an answer for so long comes first in lane 2, and has a slot every day (decision 0010)."""
TOO_LATE = 0.20
"""After those days the weight falls to this: what can still be in time goes first (decision 0010)."""
LATE_FACTOR, LATE_FACTOR_IRREGULAR, IRREGULAR_SPREAD = 1.5, 2.0, 0.5
LEAST_ORDERS = 3
USUAL_ORDERS = 4
"""Fewer make no habit, and are called what they are."""
RENEWAL_DAYS, RENEWAL_TALK_DAYS = 30, 60
"""Within so many days before a renewal somebody should call, unless there was a talk in so many days before it."""
ASK_RUN = 2
UNANSWERED_LIMIT = 140
"""Characters of what they wrote: often the last sentence is what they want."""


class Weighted(msgspec.Struct, frozen=True):
    """A reason of the second lane and how much it weighs."""

    weight: float
    reason: Reason


def causes_now(standing: Standing, today: date) -> Sequence[Cause]:
    """Return why to call now, heaviest first, without what was called wrong; one letter is told once."""
    row = standing.facts
    found = [
        Cause(weight, rule.code)
        for rule in compress(RULES, _FACTS(row))
        if (weight := rule.weigh(row, today)) and not is_muted(row, rule.code, today)
    ]
    if len(found) > 1:
        found.sort(key=lambda cause: (-cause.weight, cause.code))
        codes = [cause.code for cause in found]
        if "question" in codes and "unanswered" in codes and _asks_in_letter(row, today):
            del found[codes.index("question")]
    return found


def weight_now(row: CustomerFacts, today: date) -> float:
    """Return how much the causes of today weigh together."""
    weights = [
        weight
        for rule in compress(RULES, _FACTS(row))
        if (weight := rule.weigh(row, today))
        and not (row.muted and is_muted(row, rule.code, today))
    ]
    # In one order, so that equal weights have equal sums.
    return weights[0] if len(weights) == 1 else sum(sorted(weights, reverse=True))


def reasons_now(standing: Standing, today: date) -> list[Weighted]:
    """Return the causes of today in words, heaviest first."""
    return [
        Weighted(cause.weight, reason_of(cause.code, standing, today))
        for cause in causes_now(standing, today)
    ]


def reason_of(code: str, standing: Standing, today: date) -> Reason:
    """Return one cause of today in words."""
    return _SAY[code](standing, today)


def quiet_now(standing: Standing, today: date, member: Member) -> list[tuple[Reason, date]]:
    """Return what would be a reason today but was called wrong, and until when it is quiet."""
    row = standing.facts
    if not row.muted:
        return []
    band = band_reason(standing, today, member)
    would = [band] if band else []
    would += [
        rule.say(standing, today) for rule in compress(RULES, _FACTS(row)) if rule.weigh(row, today)
    ]
    return [(r, row.muted[r.code]) for r in would if is_muted(row, r.code, today)]


def days_late(row: CustomerFacts, today: date) -> int | None:
    """Return for how many days an order has been late by the customer's own rhythm, 0 on the first.

    None without a rhythm, while it is not late, and once somebody talked about it: on its first day or later.
    """
    if row.order_days < LEAST_ORDERS or not row.median_interval_days or row.last_order_on is None:
        return None
    irregular = (row.interval_spread or 0.0) > IRREGULAR_SPREAD
    factor = LATE_FACTOR_IRREGULAR if irregular else LATE_FACTOR
    usual = int(factor * row.median_interval_days)
    late = (today - row.last_order_on).days - usual - 1
    if late < 0:
        return None
    spoke_on = row.last_live_on
    return None if spoke_on is not None and (spoke_on - row.last_order_on).days > usual else late


def _growing(weight: float, a_day: float, waited: int, days: int) -> float:
    """Return the weight of what should happen within so many days, while it still can."""
    return weight + a_day * waited if waited <= days else TOO_LATE


def _slipping(row: CustomerFacts, today: date) -> float:
    late = days_late(row, today)
    return 0.0 if late is None else _growing(SLIPPING, SLIPPING_A_DAY, late, SLIPPING_DAYS)


def _say_slipping(standing: Standing, today: date) -> Reason:
    row = standing.facts
    assert row.last_order_on and row.median_interval_days
    usual, now = int(row.median_interval_days + 0.5), (today - row.last_order_on).days
    orders = row.purchases > row.renewals + row.invoices
    if row.order_days < USUAL_ORDERS:
        did = "ordered" if orders else "bought"  # what came on one day is one order
        text = f"They {did} on {row.order_days} days, about {say_days(usual)} apart; it is {now:,} now."
    else:
        verb = "order" if orders else "buy"
        text = f"They usually {verb} {every(usual)}; it is {now:,} now."
    return as_reason(
        "slipping",
        text,
        median_interval_days=row.median_interval_days,
        days_since_order=now,
        last_order_on=row.last_order_on,
    )


_DONE = {"question": "settled", "problem": "solved", "praise": "dealt with"}
"""A wish is done; the others are not things that one does."""


def _first_owed(row: CustomerFacts, today: date) -> tuple[date, OwedAnswer] | None:
    """Return what was decided first and not told, and when."""
    decided = [
        (o.decided_on, o.feedback_id, o)
        for o in row.owed
        if o.decided_on is not None and o.decided_on <= today
    ]
    if not decided:
        return None
    decided_on, _, first = min(decided, key=lambda found: found[:2])
    return decided_on, first


def _owed(row: CustomerFacts, today: date) -> float:
    if not row.owed or (first := _first_owed(row, today)) is None:
        return 0.0
    return _growing(OWED, OWED_A_DAY, (today - first[0]).days, OWED_DAYS)


def _say_owed(standing: Standing, today: date) -> Reason:
    found = _first_owed(standing.facts, today)
    assert found
    decided_on, first = found
    became = first.state if first.state != "done" else _DONE.get(first.sort, "done")
    return as_reason(
        "owed",
        f"Their {first.sort} of {say_day(first.asked_on, today)} ('{shorten(first.words)}') was {became} on "
        f"{say_day(decided_on, today)}; nobody told them.",
        feedback_id=first.feedback_id,
        decided_on=decided_on,
        waiting_days=(today - decided_on).days,
    )


def waits_long(row: CustomerFacts, today: date) -> bool:
    """Return whether somebody has waited for our answer for three weeks."""
    on = row.unanswered_on
    return on is not None and (today - on).days >= UNANSWERED_DAYS


def _unanswered(row: CustomerFacts, today: date) -> float:
    if row.unanswered_on is None or row.unanswered_on > today:
        return 0.0
    return UNANSWERED_LONG if waits_long(row, today) else UNANSWERED


def _say_unanswered(standing: Standing, today: date) -> Reason:
    row = standing.facts
    assert row.unanswered_on
    words = _quoted(row.unanswered_words, UNANSWERED_LIMIT)
    text = f"on {say_day(row.unanswered_on, today)}{words}"
    if row.reminded_on is not None:
        last = f"last on {say_day(row.reminded_on, today)}{_quoted(row.reminder)}"
        text = f"{say_times(row.reminders + 1)}, first {text}, {last}"
    return as_reason(
        "unanswered",
        f"They contacted you {text}; no answer is on record.",
        unanswered_on=row.unanswered_on,
        reminders=row.reminders,
        reminded_on=row.reminded_on,
    )


def _quoted(words: str, limit: int = 48) -> str:
    return f" ('{shorten(words, limit)}')" if words else ""


def _first_question(row: CustomerFacts, today: date) -> OwedAnswer | None:
    """Return what they asked first and nobody answered."""
    asked = (o for o in row.owed if o.decided_on is None and o.asked_on <= today)
    return min(asked, key=lambda o: (o.asked_on, o.feedback_id), default=None)


def _asks_in_letter(row: CustomerFacts, today: date) -> bool:
    """Return whether their question is one of the days on which they wrote and heard nothing since."""
    first, since = _first_question(row, today), row.unanswered_on
    if first is None or since is None:
        return False
    return since <= first.asked_on <= (row.reminded_on or since)


def _question(row: CustomerFacts, today: date) -> float:
    return QUESTION if row.owed and _first_question(row, today) else 0.0


def _say_question(standing: Standing, today: date) -> Reason:
    first = _first_question(standing.facts, today)
    assert first
    return as_reason(
        "question",
        f"Their question of {say_day(first.asked_on, today)} ('{shorten(first.words)}') waits for an answer.",
        feedback_id=first.feedback_id,
        asked_on=first.asked_on,
        waiting_days=(today - first.asked_on).days,
    )


def _renewal(row: CustomerFacts, today: date) -> float:
    if row.renewal_on is None or not 0 <= (row.renewal_on - today).days <= RENEWAL_DAYS:
        return 0.0
    return RENEWAL if row.ask_run or not _spoke_before_renewal(row) else 0.0


def _spoke_before_renewal(row: CustomerFacts) -> bool:
    assert row.renewal_on
    spoke_on = row.last_live_on
    return spoke_on is not None and (row.renewal_on - spoke_on).days <= RENEWAL_TALK_DAYS


def _say_renewal(standing: Standing, today: date) -> Reason:
    row = standing.facts
    assert row.renewal_on
    missing = (
        "nothing was given since the last ask"
        if row.ask_run
        else f"you have not spoken in the {RENEWAL_TALK_DAYS} days before it"
    )
    return as_reason(
        "renewal",
        f"Their renewal is on {say_day(row.renewal_on, today)}, and {missing}.",
        renewal_on=row.renewal_on,
        ask_run=row.ask_run,
        last_give_on=row.last_give_on,
        last_live_on=row.last_live_on,
    )


def _only_asks(row: CustomerFacts, _today: date) -> float:
    return ONLY_ASKS if row.ask_run >= ASK_RUN else 0.0


def _say_only_asks(standing: Standing, today: date) -> Reason:
    row = standing.facts
    if row.renewals and row.last_live_on is None:
        text = f"Renewed {say_times(row.renewals)}; no conversation is on record."
        # The card of any other call has a question on it.
        if thanks_now(standing, today, causes_now(standing, today)):
            text += " Call to say thank you; ask for nothing."
    elif row.last_give_on is None:
        text = f"They heard {row.ask_run} asks from us and got nothing yet."
    else:
        text = f"{row.ask_run} asks since we last gave them something ({say_day(row.last_give_on, today)})."
    return as_reason(
        "only-asks",
        text,
        ask_run=row.ask_run,
        last_give_on=row.last_give_on,
        renewals=row.renewals,
    )


def _anniversary(row: CustomerFacts, today: date) -> float:
    return OCCASION if row.since_on is not None and comes_round(row.since_on, today) else 0.0


def _say_anniversary(standing: Standing, today: date) -> Reason:
    row = standing.facts
    assert row.since_on
    day = comes_round(row.since_on, today)
    assert day
    years = day.year - row.since_on.year
    when = "Today" if day == today else f"On {say_day(day, today)}"
    since = "they became a customer" if row.since_stated else "their first order"
    return as_reason(
        "anniversary",
        f"{when} it is {years} year{'s' if years > 1 else ''} since {since}.",
        since_on=row.since_on,
        years=years,
        on=day,
    )


def _birthday(row: CustomerFacts, today: date) -> float:
    return OCCASION if row.birthday is not None and comes_round(row.birthday, today) else 0.0


def _say_birthday(standing: Standing, today: date) -> Reason:
    row = standing.facts
    assert row.birthday
    day = comes_round(row.birthday, today)
    assert day
    when = "today" if day == today else f"on {say_day(day, today)}"
    return as_reason(
        "birthday",
        f"{row.contact_name or 'Your contact'} has a birthday {when}.",
        contact_id=row.contact_id,
        on=day,
    )


def _reference(row: CustomerFacts, today: date) -> float:
    if not row.reference:
        return 0.0
    return OCCASION if row.last_give_on is None or row.last_give_on.year < today.year else 0.0


def _say_reference(standing: Standing, today: date) -> Reason:
    return as_reason(
        "reference",
        f"They speak for us as a reference, and got nothing from us in {today.year}.",
        last_give_on=standing.facts.last_give_on,
    )


def _contact_left(row: CustomerFacts, today: date) -> float:
    return OCCASION if row.contact_left_on is not None and row.contact_left_on <= today else 0.0


def _say_contact_left(standing: Standing, today: date) -> Reason:
    on = standing.facts.contact_left_on
    assert on
    return as_reason(
        "contact-left",
        f"The person you knew there left on {say_day(on, today)}; nobody new is on record.",
        contact_left_on=on,
    )


class Rule(msgspec.Struct, frozen=True):
    """One cause of the second lane: how much it weighs today, and, for the few who are called, its words."""

    code: str
    fact: str
    """The field of the row without which it never holds: most customers have few of them."""
    weigh: Callable[[CustomerFacts, date], float]
    """Return 0 where it does not hold."""
    say: Callable[[Standing, date], Reason]
    """Return the words, for a customer for whom it holds."""
    waits: bool = False
    """Whether it joins a card and adds weight, but by itself calls nobody before the third lane (decision 0010)."""


RULES = (
    Rule("slipping", "median_interval_days", _slipping, _say_slipping),
    Rule("owed", "owed", _owed, _say_owed),
    Rule("unanswered", "unanswered_on", _unanswered, _say_unanswered),
    Rule("renewal", "renewal_on", _renewal, _say_renewal),
    Rule("question", "owed", _question, _say_question, waits=True),
    Rule("only-asks", "ask_run", _only_asks, _say_only_asks, waits=True),
    Rule("anniversary", "since_on", _anniversary, _say_anniversary, waits=True),
    Rule("birthday", "birthday", _birthday, _say_birthday, waits=True),
    Rule("reference", "reference", _reference, _say_reference, waits=True),
    Rule("contact-left", "contact_left_on", _contact_left, _say_contact_left, waits=True),
)
"""All causes of the second lane (SUGGESTIONS.md, lane 2)."""
_SAY = {rule.code: rule.say for rule in RULES}
_FACTS = attrgetter(*(rule.fact for rule in RULES))


def _any_of(rules: Sequence[Rule]) -> Callable[[CustomerFacts, date], bool]:
    facts = attrgetter(*(rule.fact for rule in rules))

    def any_holds(row: CustomerFacts, today: date) -> bool:
        for rule in compress(rules, facts(row)):
            if rule.weigh(row, today) and not (row.muted and is_muted(row, rule.code, today)):
                return True
        return False

    return any_holds


is_urgent = _any_of([rule for rule in RULES if not rule.waits])
"""Return whether a cause of today calls by itself."""
waits_now = _any_of([rule for rule in RULES if rule.waits])
"""Return whether there is a cause of today that waits for the third lane."""

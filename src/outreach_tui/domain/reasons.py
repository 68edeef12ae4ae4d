"""Why to talk to a customer now, each with code, facts and words that a person can argue with (SUGGESTIONS.md)."""

from calendar import isleap
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import compress
from operator import attrgetter
from typing import Any
from zlib import crc32

import msgspec

from outreach_tui.domain.customer import Tier
from outreach_tui.domain.day_list import Reason
from outreach_tui.domain.facts import CustomerFacts, OwedAnswer
from outreach_tui.domain.member import Member
from outreach_tui.domain.purchase import PurchaseKind
from outreach_tui.domain.standing import DUE, FRESH, LATE, NEVER, Standing, is_new
from outreach_tui.domain.when import local_day, say_day, say_days, say_times

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
OCCASION_DAYS = 7
"""An anniversary or a birthday is an occasion on its day and for the six days before."""
ASK_RUN = 2
UNANSWERED_LIMIT = 140
"""Characters of what they wrote: often the last sentence is what they want."""
TRIES_TO_WRITE = 3
"""After so many calls without an answer somebody should write."""
ASK_FOR_A_TALK = "When would half an hour suit you for a talk?"
"""What a message asks for, if nothing else."""
BREAKING_SHARE = 0.85
"""From this share of the maximum on a band is about to break."""
LEAVE_AHEAD_DAYS, LEAVE_MARGIN_DAYS = 28, 3
"""So many days before the member's leave on, bands are about to break that would be over so many days after it."""
TALK_CODES = ("slipping", "owed", "unanswered", "question")
"""Reasons that need a conversation about something; thanking only would miss the point."""

QUESTIONS = (
    "What has changed for you lately?",
    "What takes you longer than it should at the moment?",
    "What would make your next quarter easier?",
    "Which part of working with us would you change first?",
    "What are you looking forward to?",
    "Who else in your trade should we be learning from?",
)


class Cause(msgspec.Struct, frozen=True, gc=False):
    """A reason of the second lane, not yet in words: most customers are only compared."""

    weight: float
    code: str


class Weighted(msgspec.Struct, frozen=True):
    """A reason of the second lane and how much it weighs."""

    weight: float
    reason: Reason


def _reason(code: str, text: str, **facts: Any) -> Reason:
    """Build a reason; days become ISO text, since a kept day list must read back as it was written."""
    for name, value in facts.items():
        if isinstance(value, date):
            facts[name] = value.isoformat()
    return Reason(code=code, text=text, facts=facts)


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
        text = f"{since}; {_every(band.ideal_days)} is the rhythm for {_who(standing, today)}{why}."
    return _reason(
        code,
        text + unmarked(row, today, member),
        days=standing.days,
        last_live_on=row.last_live_on,
        ideal_days=band.ideal_days,
        max_days=band.max_days,
    )


def earlier_words(standing: Standing, today: date) -> str:
    """Return why the maximum is not that of the tier: "A since 3 Mar, at most 300 before"; empty if it is."""
    if standing.earlier is None:
        return ""
    on, now = standing.earlier.on, f"tier {standing.tier.value}"
    if is_new(standing.facts, today):
        now = "new"
    since = f"since {say_day(on, today)}" if on else "by today's ranks"
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


def _every(days: int) -> str:
    """Return "every day", "every 45 days"."""
    return f"every {say_days(days).removeprefix('1 ')}"


def _never(row: CustomerFacts, today: date, member: Member) -> Reason:
    first, last = row.first_purchase_on, row.last_purchase_on
    if first is None or last is None:
        text = "Neither a conversation nor a purchase is on record."
    else:
        text = (
            f"No conversation with them is on record; {_their_purchases(row, first, last, today)}."
        )
    return _reason(
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


def is_muted(row: CustomerFacts, code: str, today: date) -> bool:
    """Return whether this reason was called wrong for this customer and is still quiet."""
    until = row.muted.get(code) if row.muted else None
    return until is not None and today < until


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
        what = "orders" if orders else "purchases"
        text = f"Their {row.order_days} {what} came about {_every(usual)}; it is {now:,} now."
    else:
        verb = "order" if orders else "buy"
        text = f"They usually {verb} {_every(usual)}; it is {now:,} now."
    return _reason(
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
    return _reason(
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
    on, said = standing.facts.unanswered_on, standing.facts.unanswered_words
    assert on
    words = f" ('{shorten(said, UNANSWERED_LIMIT)}')" if said else ""
    return _reason(
        "unanswered",
        f"They contacted you on {say_day(on, today)}{words}; no answer is on record.",
        unanswered_on=on,
    )


def _first_question(row: CustomerFacts, today: date) -> OwedAnswer | None:
    """Return what they asked first and nobody answered."""
    asked = (o for o in row.owed if o.decided_on is None and o.asked_on <= today)
    return min(asked, key=lambda o: (o.asked_on, o.feedback_id), default=None)


def _asks_in_letter(row: CustomerFacts, today: date) -> bool:
    """Return whether their question is one of the day on which they wrote and heard nothing since."""
    first = _first_question(row, today)
    return first is not None and first.asked_on == row.unanswered_on


def _question(row: CustomerFacts, today: date) -> float:
    return QUESTION if row.owed and _first_question(row, today) else 0.0


def _say_question(standing: Standing, today: date) -> Reason:
    first = _first_question(standing.facts, today)
    assert first
    return _reason(
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
    return _reason(
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
    return _reason(
        "only-asks",
        text,
        ask_run=row.ask_run,
        last_give_on=row.last_give_on,
        renewals=row.renewals,
    )


def _anniversary(row: CustomerFacts, today: date) -> float:
    return OCCASION if row.since_on is not None and _comes_round(row.since_on, today) else 0.0


def _say_anniversary(standing: Standing, today: date) -> Reason:
    row = standing.facts
    assert row.since_on
    day = _comes_round(row.since_on, today)
    assert day
    years = day.year - row.since_on.year
    when = "Today" if day == today else f"On {say_day(day, today)}"
    since = "they became a customer" if row.since_stated else "their first order"
    # Beside a call that is for thanks it would be said twice.
    called = thanks_now(standing, today, causes_now(standing, today))
    thanks = "" if called else ": say thank you"
    return _reason(
        "anniversary",
        f"{when} it is {years} year{'s' if years > 1 else ''} since {since}{thanks}.",
        since_on=row.since_on,
        years=years,
        on=day,
    )


def _birthday(row: CustomerFacts, today: date) -> float:
    return OCCASION if row.birthday is not None and _comes_round(row.birthday, today) else 0.0


def _say_birthday(standing: Standing, today: date) -> Reason:
    row = standing.facts
    assert row.birthday
    day = _comes_round(row.birthday, today)
    assert day
    when = "today" if day == today else f"on {say_day(day, today)}"
    return _reason(
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
    return _reason(
        "reference",
        f"They speak for us as a reference, and got nothing from us in {today.year}.",
        last_give_on=standing.facts.last_give_on,
    )


def _contact_left(row: CustomerFacts, today: date) -> float:
    return OCCASION if row.contact_left_on is not None and row.contact_left_on <= today else 0.0


def _say_contact_left(standing: Standing, today: date) -> Reason:
    on = standing.facts.contact_left_on
    assert on
    return _reason(
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


def _comes_round(on: date, today: date) -> date | None:
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


def thanks_for(standing: Standing, today: date) -> str:
    """Return what to thank a customer for, as it follows "thank them for"; empty if everything was thanked for.

    A conversation without an ask, help and told answers thank for all that came before.
    """
    row, given = standing.facts, standing.facts.last_give_on

    def new(on: date | None) -> bool:
        return on is not None and on <= today and (given is None or on > given)

    if row.last_live_on is None and given is None:
        return _their_years(row, today)
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
    if years := _years_now(row, today):
        return f"{years} year{'s' if years > 1 else ''} with us"
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
    if row.since_on is None or (day := _comes_round(row.since_on, today)) is None:
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
    return _reason(
        "thank",
        f"Thank them for {words}{'' if said else '; ask for nothing'}.",
        thank_for=words,
        last_give_on=row.last_give_on,
        last_purchase_on=row.last_purchase_on,
    )


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
    return _reason(code, text, phone=row.phone, tries=row.tries)


def in_vain(written: Sequence[date], row: CustomerFacts) -> Sequence[date]:
    """Return the days of what we have `written` since the customer was last heard."""
    heard_on = max((on for on in (row.last_heard_on, row.last_live_on) if on), default=None)
    return written if heard_on is None else [on for on in written if on > heard_on]


def open_question(row: CustomerFacts) -> str:
    """Return an open question to begin with; another one after each conversation."""
    return QUESTIONS[(crc32(row.customer_id.encode()) + row.live_count) % len(QUESTIONS)]


def face_to_face_reason(
    standing: Standing, today: date, *, target_days: int, near: int, town: str, radius_km: int
) -> Reason:
    """Return why a visit is due and worth the journey."""
    last = standing.facts.last_face_to_face_on
    years, odd = divmod(target_days, 365)
    often = (
        _every(target_days)
        if odd or not years
        else f"every {years} years".replace(" 1 years", " year")
    )
    promise = f"tier {standing.tier.value}: {often}"
    met = (
        f"You last met on {say_day(last, today)}"
        if last
        else "No meeting face to face is on record"
    )
    return _reason(
        "face-to-face",
        f"{met} ({promise}); {near} more are due for a talk within {radius_km} km of {town}.",
        last_face_to_face_on=last,
        target_days=target_days,
        near=near,
        radius_km=radius_km,
    )


def group_reason(
    events: Sequence[date | None], town: str, radius_km: int, today: date, *, known: bool
) -> Reason:
    """Return why a user group around `town` is worth while; `events` are the last events of each customer.

    Where nothing is `known` of anybody's loyalty, nobody is called loyal.
    """
    count, last_on = len(events), max((on for on in events if on), default=None)
    came = sum(on == last_on for on in events)
    who = "them" if came == count else f"{came} of them"
    last = (
        f"the last event with {who} was on {say_day(last_on, today)}"
        if last_on
        else "no event with them is on record"
    )
    return _reason(
        "group",
        f"{count} {'loyal ' * known}customers within {radius_km} km of {town}; {last}.",
        loyal=count,
        radius_km=radius_km,
        last_event_on=last_on,
    )


SLACK = 12
"""A quotation is not cut for so few characters."""


def shorten(words: str, limit: int = 48) -> str:
    """Return `words`, cut at a word with an ellipsis where they are longer than `limit` characters."""
    if len(words) <= limit + SLACK:
        return words
    head = words[:limit].rsplit(" ", 1)[0].rstrip(" ,;.:")
    return f"{head} …"


WEIGHT = {Tier.A: 1.3, Tier.B: 1.1, Tier.C: 1.0}
"""How much the days of a tier count."""

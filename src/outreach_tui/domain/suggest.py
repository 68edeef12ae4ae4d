"""The day's list: a pure function of summary rows, the day, the settings and the member (SUGGESTIONS.md).

Same data, same date, same settings: the same list. No randomness, no wall clock; ties are broken by id.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

import msgspec

from outreach_tui.domain.bands import band_code, band_reason, is_breaking, is_in_band, unmarked
from outreach_tui.domain.causes import (
    causes_now,
    days_late,
    is_urgent,
    reason_of,
    waits_long,
    waits_now,
    weight_now,
)
from outreach_tui.domain.customer import Tier
from outreach_tui.domain.day_list import (
    Lane,
    LeftOut,
    Reason,
    Suggestion,
    SuggestionKind,
)
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.gatherings import gatherings
from outreach_tui.domain.hours import WEEKENDS, Diary, FreeDays, Reach, add_working_days, there
from outreach_tui.domain.journeys import visit_nearby
from outreach_tui.domain.member import Member
from outreach_tui.domain.open_events import OpenEvent
from outreach_tui.domain.questions import ASK_FOR_A_TALK, open_question
from outreach_tui.domain.reasons import Cause, is_muted
from outreach_tui.domain.regions import Neighbourhood
from outreach_tui.domain.settings import TeamSettings
from outreach_tui.domain.standing import ACTIVE, LATE, LOST, NEVER, Standing, can_meet, is_paused
from outreach_tui.domain.thanks import thank_reason, thanks_now
from outreach_tui.domain.when import local_day, say_day
from outreach_tui.domain.writing import in_vain, write_code, write_reason

WEIGHT = {Tier.A: 1.3, Tier.B: 1.1, Tier.C: 1.0}
"""How much the days of a tier count."""
RATIO_SHARE = 0.3
"""What the band adds to a reason of the second lane."""
REST_DAYS = 21
"""Nobody is suggested again within this many days of a conversation, or within the ideal if that is shorter."""
REST_DAYS_NEWS = 5
"""The same, if something is owed or an order has become late since; or within the ideal, if that is shorter."""
RETRY_WORKING_DAYS = 2
"""After a call without an answer, and after the message that followed three of them."""
REST_DAYS_WRITTEN = 14
"""Who can only be written to is not written to again within so many days; of whom we never heard, or who left two
messages unanswered, within the ideal."""
REASON_SHARE = 0.6
"""Of the slots are kept for the second lane while no loyal customer waits too long (decision 0010)."""
REASON_WEEKDAYS = (1, 3)
"""Tuesdays and Thursdays keep a slot for it also while some do."""
ALIKE = 2
"""At most so many of the same city and industry, while there are others."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is suggested, and who was left out and why."""

    suggestions: tuple[Suggestion, ...]
    left_out: tuple[LeftOut, ...]
    more: int = 0
    """So many others would be due, and do not fit the calls a day."""
    free: str = ""
    """Why the day is no working day of the member, and nothing is suggested; empty on a working day."""
    unknown: tuple[str, ...] = ()
    """Codes of countries whose holidays of this year are not known: only weekends are kept free there."""


class _Candidate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Somebody who could be called today; put in words only once on the list."""

    standing: Standing
    today: date
    lane: Lane
    in_band: bool
    """Whether the band is a reason."""
    urgent: bool
    """Whether a cause calls by itself, and does not wait for the third lane."""

    @property
    def id(self) -> str:
        return self.standing.facts.customer_id

    @property
    def now(self) -> Sequence[Cause]:
        return causes_now(self.standing, self.today)


_BREAKING, _REASON, _DUE = _CALL_LANES = (Lane.BREAKING, Lane.REASON, Lane.DUE)
"""In the order in which they are served."""


def never_written(_customer_id: str) -> Sequence[date]:
    """Return that nobody wrote to the customer."""
    return ()


def suggest(
    standings: Iterable[Standing],
    today: date,
    settings: TeamSettings,
    member: Member,
    calendar: FreeDays = WEEKENDS,
    *,
    written_on: Callable[[str], Sequence[date]] = never_written,
    events: Sequence[OpenEvent] = (),
    anyway: bool = False,
) -> Plan:
    """Return the member's list for `today`: calls up to the calls a day, then one journey, one event, one introduction.

    `written_on` returns the days on which somebody wrote to a customer, the last at the end; it is asked only about
    those whom a message would be suggested to. `events` are planned already. On a day that is free for the member the
    list is empty unless it is made `anyway`.
    """
    mine = sorted(
        [s for s in standings if s.facts.owner_id is None or s.facts.owner_id == member.id],
        key=lambda s: s.facts.customer_id,
    )
    diary = Diary(today, member, calendar)
    if mine and not anyway and (why := diary.free_here(today)):
        return Plan(suggestions=(), left_out=(), free=why)
    left_out: list[LeftOut] = []
    candidates: list[_Candidate] = []
    bars: dict[str, _Bar | None] = {}
    for standing in mine:
        candidate = _candidate(standing, today, member)
        if candidate is None:
            continue
        bar = bars[standing.facts.customer_id] = _bar(standing, today, member)
        if bar is None:
            candidates.append(candidate)
        else:
            left_out.append(_left_out(standing, bar, diary))

    def is_free(standing: Standing) -> bool:
        id_ = standing.facts.customer_id
        if id_ not in bars:
            bars[id_] = _bar(standing, today, member)
        return bars[id_] is None

    check = _Check(diary, today, member, any(s.facts.phone for s in mine), written_on)
    near = Neighbourhood(mine)
    visit = visit_nearby(near, is_free, today, settings, diary)
    if visit is not None:
        # One item for each customer: what else there is to talk about joins the card of the visit.
        called = next((c for c in candidates if c.id == visit.customer_id), None)
        if called is not None:
            candidates.remove(called)
            (also,) = _complete([_with_thanks(_what_about(_reasons(called, member)))], called)
            # The card names a town and several customers: say whose reason this is.
            also = msgspec.structs.replace(also, text=f"{called.standing.facts.name}: {also.text}")
            visit = msgspec.structs.replace(visit, reasons=(*visit.reasons, also))
    slots = max(0, member.calls_a_day)
    kept = _kept_slots(mine, candidates, today, slots)

    def reachable(candidate: _Candidate) -> bool:
        return check.of(candidate.standing) is not None

    # Whom the journey would serve, and who can wait for it, is met there while there is anybody else to call.
    served = {other.customer_id for other in visit.near} if visit is not None else set()
    others = [c for c in candidates if c.lane is not _DUE or c.id not in served]
    if calls := _choose(others, slots, kept, reachable):
        candidates = others
    else:
        calls = _choose(candidates, slots, kept, reachable)
    suggestions = [_call(candidate, today, check, member) for candidate in calls]
    if visit is not None:
        suggestions.append(visit)
    # Whoever is on the list already is called, or waits; others stand for what brings customers together.
    taken = {item.customer_id for item in suggestions}
    taken |= {left.customer_id for left in check.left_out}
    suggestions += gatherings(
        near,
        lambda s: s.customer_id not in taken and is_free(s),
        today,
        settings,
        diary,
        events=events,
    )
    return Plan(
        suggestions=tuple(suggestions),
        left_out=(*left_out, *check.left_out),
        more=len(candidates) - len(calls) - len(check.left_out),
        unknown=diary.unknown,
    )


class _Way(msgspec.Struct, frozen=True, gc=False):
    """How to talk to somebody today."""

    reach: Reach
    write: str = ""
    """Code of why to write; empty for a call."""
    written: Sequence[date] = ()
    """When somebody wrote."""


class _Check:
    """What calendars and channels say about candidates, asked for in the order of the list; remembers who is out."""

    def __init__(
        self,
        diary: Diary,
        today: date,
        member: Member,
        phones_kept: bool,
        written_on: Callable[[str], Sequence[date]],
    ) -> None:
        self.left_out: list[LeftOut] = []
        self._diary = diary
        self._today = today
        self._member = member
        self._phones_kept = phones_kept
        self._written_on = written_on
        self._ways: dict[str, _Way | None] = {}

    def of(self, standing: Standing) -> _Way | None:
        """Return how to talk to the customer today, None if that has to wait."""
        id_ = standing.customer_id
        if id_ not in self._ways:
            found = self._look_at(standing)
            if isinstance(found, _Bar):
                self.left_out.append(_left_out(standing, found, self._diary))
            self._ways[id_] = found if isinstance(found, _Way) else None
        return self._ways[id_]

    def _look_at(self, standing: Standing) -> "_Way | _Bar":
        row, today = standing.facts, self._today
        reach = self._diary.at(row.place)
        write = write_code(
            row,
            today,
            phones_kept=self._phones_kept,
            hours_meet=reach.window is not None or reach.next_on is not None,
        )
        if not write:
            if reach.window is not None:
                return _Way(reach)
            return _Bar(reach.why, next_on=reach.next_on)
        # Nobody reads on a holiday; but somebody who is never at work when we are must not be forgotten.
        if reach.closed and reach.opens_on is not None:
            return _Bar(there(reach.closed), next_on=reach.opens_on)
        written = self._written_on(row.customer_id) if row.unanswered_on is None else ()
        if not written:
            return _Way(reach, write)
        if write == "no-answer" and reach.window is not None:
            return self._turn(row, reach, written)
        rest, last_on = REST_DAYS_WRITTEN, written[-1]
        unheard = standing.state is NEVER and row.last_heard_on is None
        if unheard or len(in_vain(written, row)) > 1:
            rest = max(rest, standing.cadence.ideal_days)
        if (today - last_on).days < rest:
            return _Bar("you wrote on", last_on, last_on + timedelta(days=rest))
        return _Way(reach, write, written)

    def _turn(self, row: CustomerFacts, reach: Reach, written: Sequence[date]) -> "_Way | _Bar":
        """Return what follows a message to somebody who does not pick up: calls and messages take turns."""
        last_on = written[-1]
        tried_on = local_day(row.last_try_at, self._member.zone) if row.last_try_at else last_on
        if last_on < tried_on:
            return _Way(reach, "no-answer", written)
        again_on = _working_days_on(last_on, RETRY_WORKING_DAYS, self._member.working_days)
        return _Bar("you wrote on", last_on, again_on) if self._today < again_on else _Way(reach)


def hard_filter(
    standing: Standing, today: date, member: Member, calendar: FreeDays | None = None
) -> LeftOut | None:
    """Return why this customer must not be suggested today, None if nothing speaks against it.

    Without a `calendar` free days and hours are not looked at.
    """
    bar = _bar(standing, today, member)
    diary = Diary(today, member, calendar or WEEKENDS)
    if bar is None and calendar is not None:
        reach = diary.at(standing.facts.place)
        if reach.window is None and reach.next_on is not None:
            bar = _Bar(reach.why, next_on=reach.next_on)
    return None if bar is None else _left_out(standing, bar, diary)


class _Bar(msgspec.Struct, frozen=True, gc=False):
    """What speaks against a talk; in words only for those who would be due."""

    why: str
    on: date | None = None
    """The day that `why` speaks of."""
    next_on: date | None = None


_ASKED_NOT_TO = _Bar("asked not to be contacted")
_LOST = _Bar("lost")


def _bar(standing: Standing, today: date, member: Member) -> _Bar | None:
    row = standing.facts
    if row.do_not_contact:
        return _ASKED_NOT_TO
    if row.status is LOST:
        return _LOST
    if row.status is not ACTIVE and is_paused(row, today) and not row.came_back:
        return _Bar(
            "paused until" if row.paused_until else "paused", row.paused_until, row.paused_until
        )
    for at in row.meetings_at:
        if (on := local_day(at, member.zone)) >= today:
            return _Bar("a meeting is planned for", on, on + timedelta(days=REST_DAYS_NEWS))
        if (today - on).days < REST_DAYS_NEWS:
            return _Bar("nobody said yet how it was on", on, on + timedelta(days=REST_DAYS_NEWS))
    if row.snoozed_until is not None and today < row.snoozed_until and not row.came_back:
        return _Bar("snoozed until", row.snoozed_until, row.snoozed_until)
    if row.last_live_on is not None and standing.days is not None:
        rest = min(REST_DAYS, standing.cadence.ideal_days)
        if standing.days < rest and _has_news(row, today):
            rest = min(rest, REST_DAYS_NEWS)
        if standing.days < rest:
            return _Bar("you spoke on", row.last_live_on, row.last_live_on + timedelta(days=rest))
    if row.tries and row.last_try_at is not None:
        tried_on = local_day(row.last_try_at, member.zone)
        again_on = _working_days_on(tried_on, RETRY_WORKING_DAYS, member.working_days)
        if today < again_on:
            return _Bar("no answer on", tried_on, again_on)
    return None


def _left_out(standing: Standing, bar: _Bar, diary: Diary) -> LeftOut:
    return LeftOut(
        customer_id=standing.customer_id,
        reason=f"{bar.why} {say_day(bar.on, diary.today)}" if bar.on else bar.why,
        next_on=diary.works_again(bar.next_on) if bar.next_on else None,
    )


def _has_news(row: CustomerFacts, today: date) -> bool:
    """Return whether something is owed, they got in touch, or an order became late since the last conversation."""
    if row.unanswered_on is not None or any(o.decided_on is not None for o in row.owed):
        return True
    return days_late(row, today) is not None


@lru_cache(maxsize=1024)
def _working_days_on(on: date, count: int, working_days: tuple[int, ...]) -> date:
    return add_working_days(on, count, working_days)


def _candidate(standing: Standing, today: date, member: Member) -> _Candidate | None:
    row = standing.facts
    in_band = is_in_band(standing) and not (row.muted and is_muted(row, band_code(standing), today))
    urgent = is_urgent(row, today)
    if in_band and is_breaking(standing, today, member):
        lane = _BREAKING
    elif urgent:
        lane = _REASON
    elif in_band or waits_now(row, today):
        lane = _DUE
    else:
        return None
    return _Candidate(standing=standing, today=today, lane=lane, in_band=in_band, urgent=urgent)


def _kept_slots(
    standings: Sequence[Standing], candidates: Iterable[_Candidate], today: date, slots: int
) -> int:
    """Return how many of the slots are for the second lane, whoever waits in the first."""
    if any(s.loyal and s.state is LATE and can_meet(s.facts, today) for s in standings):
        waits = any(waits_long(c.standing.facts, today) for c in candidates)
        return min(slots, waits or today.weekday() in REASON_WEEKDAYS)
    return min(slots, max(1, int(REASON_SHARE * slots)))


def _choose(
    candidates: list[_Candidate],
    slots: int,
    kept: int,
    reachable: Callable[[_Candidate], bool],
) -> list[_Candidate]:
    """Return who is called; whether somebody is `reachable` is asked in the order of the list, and of no more."""
    with_reason = _in_order((c for c in candidates if c.urgent), _by_reason)
    chosen: dict[str, _Candidate] = {}
    crowded: dict[str, _Candidate] = {}
    alike: Counter[tuple[str, str]] = Counter()

    def choose(queue: Iterable[_Candidate], most: int) -> None:
        for candidate in queue:
            if len(chosen) >= most:
                return
            kin = _kin(candidate)
            if candidate.id in chosen:
                continue
            # Of whom we know neither we cannot say that they are alike.
            if any(kin) and alike[kin] >= ALIKE:
                crowded[candidate.id] = candidate
            elif reachable(candidate):
                alike[kin] += 1
                chosen[candidate.id] = candidate

    choose(with_reason, kept)
    choose(_queue(candidates), slots)
    others = (c for c in crowded.values() if c.id not in chosen)
    for candidate in islice(filter(reachable, others), max(0, slots - len(chosen))):
        chosen[candidate.id] = candidate
    return list(_queue(list(chosen.values())))


def _queue(candidates: list[_Candidate]) -> Iterator[_Candidate]:
    """Yield lane after lane in its order; who is never asked for is never sorted."""
    for lane in _CALL_LANES:
        yield from _in_order((c for c in candidates if c.lane is lane), _score_in(lane))


def _in_order(
    candidates: Iterable[_Candidate], score: Callable[[_Candidate], float]
) -> Iterator[_Candidate]:
    """Yield the highest score first; of equals the most loyal, which is asked of few."""
    equals: dict[float, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        equals[score(candidate)].append(candidate)
    for points in sorted(equals, reverse=True):
        yield from sorted(equals[points], key=lambda c: (-c.standing.total, c.id))


def _score_in(lane: Lane) -> Callable[[_Candidate], float]:
    """Return how high somebody stands in a lane."""
    return _by_reason if lane is _REASON else _by_band


def _by_band(candidate: _Candidate) -> float:
    """Put the furthest into its band first."""
    standing = candidate.standing
    return standing.ratio * WEIGHT[standing.tier]


def _by_reason(candidate: _Candidate) -> float:
    """Put the weightiest first; what is owed to somebody weighs the same in every tier."""
    standing = candidate.standing
    return weight_now(standing.facts, candidate.today) + RATIO_SHARE * standing.ratio


def _kin(candidate: _Candidate) -> tuple[str, str]:
    row = candidate.standing.facts
    return row.city.casefold(), row.industry.casefold()


def _call(candidate: _Candidate, today: date, check: _Check, member: Member) -> Suggestion:
    standing, row = candidate.standing, candidate.standing.facts
    way = check.of(standing)
    assert way is not None
    reasons = _reasons(candidate, member)
    if way.write:
        about = _what_about(reasons)
        return Suggestion(
            kind=SuggestionKind.WRITE,
            lane=candidate.lane,
            customer_id=row.customer_id,
            contact_id=row.contact_id,
            reasons=_complete(
                (
                    _with_thanks(about),
                    write_reason(way.write, row, today, member.zone, way.written),
                ),
                candidate,
            ),
            question="" if _waits(about) else ASK_FOR_A_TALK,
        )
    first, *others = reasons
    thanks = thanks_now(standing, today, candidate.now)
    if thanks:  # which asks for nothing; what the other reason says, too, is no news
        news = "never" if unmarked(row, today, member) else ""
        others = [r for r in others if r.code == news or r.code not in ("only-asks", "never")]
        others.append(thank_reason(thanks, row, said=first.code == "only-asks"))
    # What the call is about is always said, and first.
    others.sort(key=lambda reason: reason.code not in _ABOUT)
    shown = sorted((first, *others[:1]), key=lambda reason: reason.code not in _ABOUT)
    if not thanks:
        shown = [_with_thanks(reason) for reason in shown]
    kind = SuggestionKind.THANK_YOU_CALL if thanks else _call_kind(shown)
    return Suggestion(
        kind=kind,
        lane=candidate.lane,
        customer_id=row.customer_id,
        contact_id=row.contact_id,
        reasons=_complete(shown, candidate),
        thank_for=thanks,
        # Who thanks asks for nothing, and who answers begins with the answer.
        question="" if thanks or any(map(_waits, shown)) else open_question(row),
        call_window=None if row.place_unclear else way.reach.window,
    )


_ABOUT = {
    "owed": SuggestionKind.TELL_BACK,
    "unanswered": SuggestionKind.ANSWER,
    "question": SuggestionKind.ANSWER,
}
"""What a call is about, by the code of a reason on its card."""


def _waits(reason: Reason) -> bool:
    """Return whether they wait for an answer of ours."""
    return _ABOUT.get(reason.code) is SuggestionKind.ANSWER


def _with_thanks(reason: Reason) -> Reason:
    """Return the reason of a card that is not for thanks; who has an anniversary is thanked all the same."""
    if reason.code != "anniversary":
        return reason
    return msgspec.structs.replace(reason, text=f"{reason.text.removesuffix('.')}: say thank you.")


def _complete(reasons: Sequence[Reason], candidate: _Candidate) -> tuple[Reason, ...]:
    """Return the reasons of a card; who was never spoken to is said to be so, whatever else there is to say."""
    standing = candidate.standing
    said = ("never", "only-asks") if standing.facts.renewals else ("never",)
    never = standing.state is NEVER and candidate.in_band
    if not never or any(reason.code in said for reason in reasons):
        return tuple(reasons)
    first, *others = reasons
    first = msgspec.structs.replace(first, text=f"{first.text} No conversation is on record.")
    return first, *others


def _what_about(reasons: Sequence[Reason]) -> Reason:
    """Return what somebody is called or written to about; without it why they are on the list."""
    return next((reason for reason in reasons if reason.code in _ABOUT), reasons[0])


def _call_kind(shown: Iterable[Reason]) -> SuggestionKind:
    about = (_ABOUT[reason.code] for reason in shown if reason.code in _ABOUT)
    return next(about, SuggestionKind.CHECK_IN_CALL)


def _reasons(candidate: _Candidate, member: Member) -> list[Reason]:
    """Return all reasons, first why the customer is in this lane."""
    today = candidate.today
    now = [reason_of(cause.code, candidate.standing, today) for cause in candidate.now]
    band = band_reason(candidate.standing, today, member) if candidate.in_band else None
    if band is None:
        return now
    renewed = candidate.standing.facts.renewals and any(r.code == "only-asks" for r in now)
    # "Renewed five times; no conversation is on record" says more than that there was none.
    if candidate.lane is _REASON or (band.code == "never" and renewed):
        return [*now, band]
    return [band, *now]

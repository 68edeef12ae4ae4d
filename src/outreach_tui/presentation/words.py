"""How records, states and times read: the same words on screens and in commands."""

from datetime import date, datetime

from outreach_tui.domain.bands import earlier_words
from outreach_tui.domain.customer import Status
from outreach_tui.domain.day_list import CallWindow, Suggestion, SuggestionKind
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.loyalty import Loyalty
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.standing import Standing, State, can_meet, is_paused
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind
from outreach_tui.domain.when import local_day, say_day, say_days, say_times, say_weekday, zone_info

DONE, CURRENT, LATE, SNOOZED, WAITING = "✓", "▶", "!", "~", "·"
"""One symbol for one thing, everywhere."""

KIND_WORDS = {
    SuggestionKind.VISIT: "Visit",
    SuggestionKind.USER_GROUP: "Invite to a user group",
    SuggestionKind.THANK_YOU_CALL: "Thank-you call",
    SuggestionKind.CHECK_IN_CALL: "Check-in call",
    SuggestionKind.TELL_BACK: "Call to tell back",
    SuggestionKind.ANSWER: "Call to answer",
    SuggestionKind.WRITE: "Write",
    SuggestionKind.CO_CREATE: "Invite to a working session",
    SuggestionKind.INTRODUCTION: "Introduce two customers",
}

TOUCHPOINT_WORDS = {kind: kind.value for kind in TouchpointKind} | {TouchpointKind.EMAIL: "e-mail"}


def ago(on: date, today: date) -> str:
    """Return how long ago a day was: "today", "yesterday", "12 days ago", "5 months ago"."""
    days = (today - on).days
    if days < 0:
        return f"in {say_days(-days)}"
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 60:
        return f"{days} days ago"
    if days < 730:
        return f"{days // 30} months ago"
    return f"{days // 365} years ago"


def state_words(standing: Standing) -> str:
    """Return a state as people say it: "4 days late", "due", "fresh", "never spoken"."""
    if standing.state is State.NEVER:
        return "never spoken"
    if standing.state is State.LATE and standing.days is not None:
        return f"{say_days(standing.days - standing.cadence.max_days)} late"
    return standing.state.value


def rhythm_words(standing: Standing, today: date) -> str:
    """Return what is promised: "every 45 to 90 days", and why if that is not what the tier promises."""
    band, earlier = standing.cadence, earlier_words(standing, today)
    return f"every {band.ideal_days} to {band.max_days} days{f' ({earlier})' if earlier else ''}"


def snoozed_words(row: CustomerFacts) -> str:
    """Return how often a customer was put off: "Snoozed twice since you last spoke"."""
    return f"Snoozed {say_times(row.snoozes)}{' since you last spoke' if row.last_live_on else ''}"


def state_cell(standing: Standing, today: date) -> tuple[str, str]:
    """Return the state for a list, and its role; who is lost, paused or not to be contacted has none."""
    row = standing.facts
    if can_meet(row, today):
        return f"{state_symbol(standing.state)} {state_words(standing)}", standing.state.value
    return f"– {'no contact' if row.do_not_contact else row.status.value}", "muted"


def state_symbol(state: State) -> str:
    """Return the symbol that stands beside the colour of a state."""
    return {State.LATE: LATE, State.DUE: WAITING, State.NEVER: "?", State.FRESH: DONE}[state]


def loyalty_parts(loyalty: Loyalty) -> str:
    """Return loyalty as its parts, "16 + 30 + 9 + 0"; a dash for a part for which the file holds nothing."""
    if loyalty.total is None:
        return "not known yet"
    parts = (loyalty.tenure, loyalty.repeats, loyalty.rhythm, loyalty.takes_part)
    return " + ".join("–" if part is None else str(round(part)) for part in parts)


def status_words(row: CustomerFacts, today: date) -> str:
    """Return "paused until 3 Mar", "pause over since 3 Mar", "lost", or nothing for an active customer."""
    if row.status is Status.ACTIVE:
        return ""
    if row.status is Status.PAUSED and row.paused_until:
        how = "paused until" if is_paused(row, today) else "pause over since"
        return f"{how} {say_day(row.paused_until, today)}"
    return row.status.value


def mind_words(row: CustomerFacts, today: date) -> str:
    """Return what to mind before talking to somebody: "lost"; that a pause is over until somebody spoke to them."""
    said = ["they asked not to be contacted"] if row.do_not_contact else []
    until, spoke_on = row.paused_until, row.last_live_on
    spoke_since = until is not None and spoke_on is not None and until <= spoke_on
    if not (spoke_since and can_meet(row, today)):
        said.append(status_words(row, today))
    if row.came_back and row.snoozed_until is not None and today < row.snoozed_until:
        said.append(f"snoozed until {say_day(row.snoozed_until, today)}, but they got in touch")
    words = "; ".join(filter(None, said))
    return f"{words}; {row.status_note}" if words and row.status_note else words


HOURS_UNKNOWN = "their hours are not known: edit the town"


def window_words(window: CallWindow | None) -> str:
    """Return a call window in both zones, once where they are the same; None for a town that is not known."""
    if window is None:
        return HOURS_UNKNOWN
    mine = f"{window.from_}–{window.to}"
    if (window.from_, window.to) == (window.their_from, window.their_to):
        return mine
    return f"{mine} your time, {window.their_from}–{window.their_to} in {town_of_zone(window.their_zone)}"


def town_of_zone(zone: str) -> str:
    """Return the town that a zone is named after: "New York"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def touchpoint_words(touchpoint: Touchpoint) -> str:
    """Return what kind of contact it was: "call", "they called", "call, no answer"."""
    kind = TOUCHPOINT_WORDS[touchpoint.kind]
    if touchpoint.direction is Direction.IN:
        kind = f"{kind} from them"
    if touchpoint.outcome is Outcome.NO_ANSWER:
        return f"{kind}, no answer"
    if touchpoint.outcome is Outcome.LEFT_MESSAGE:
        return f"{kind}, left a message"
    return kind


def meeting_kind(meeting: Meeting) -> str:
    """Return what a meeting is: "visit", "calls" for a block."""
    return "calls" if meeting.kind is MeetingKind.BLOCK else meeting.kind.value


def meeting_time(at: datetime, zone: str, today: date) -> str:
    """Return when a meeting is where the reader is: "11:00" today, else "Thu 26 Nov 11:00"."""
    local = at.astimezone(zone_info(zone))
    clock = f"{local:%H:%M}"
    return clock if local.date() == today else f"{weekday_words(local.date(), today)} {clock}"


def weekday_words(on: date, today: date) -> str:
    """Return "Thu 26 Nov", with the year where it is not within eleven months."""
    words = say_weekday(on)
    return words if say_day(on, today) in words else f"{words} {on.year}"


def both_times(at: datetime, zone: str, their_zone: str, today: date) -> str:
    """Return a time in both zones: "Thu 26 Nov 15:00, in New York 09:00"."""
    local, there = at.astimezone(zone_info(zone)), at.astimezone(zone_info(their_zone))
    mine = f"{weekday_words(local.date(), today)} {local:%H:%M}"
    if local.utcoffset() == there.utcoffset():
        return mine
    day = "" if local.date() == there.date() else f"{say_weekday(there.date())} "
    return f"{mine}, in {town_of_zone(their_zone)} {day}{there:%H:%M}"


def on_day(at: datetime, zone: str, today: date) -> str:
    """Return the day of an instant, "24 Aug"."""
    return say_day(local_day(at, zone), today)


def plural(count: int, noun: str) -> str:
    """Return "1 customer", "2 customers", "2 companies"."""
    if count == 1:
        return f"1 {noun}"
    many = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{count:,} {many}"


def near_words(suggestion: Suggestion) -> list[str]:
    """Return whom a suggestion is for besides the customer it stands under, and how many more."""
    near = [f"{n.name} {n.km} km" if n.km else n.name for n in suggestion.near]
    return [*near, f"{suggestion.more:,} more"] if suggestion.more else near

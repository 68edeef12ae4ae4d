"""Customer cards: all that one should know before talking, laid out for a width in cells."""

from collections.abc import Mapping
from datetime import date, datetime

from outreach_tui.domain.birthday import say_birthday
from outreach_tui.domain.brief import Brief, ToldNews
from outreach_tui.domain.commitments import Commitment, CommitmentKind
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.day_list import CALL_KINDS, PERSON_KINDS, Suggestion, SuggestionKind
from outreach_tui.domain.facts import OwedAnswer
from outreach_tui.domain.feedback import FeedbackState
from outreach_tui.domain.ids import short
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.notes import LineKind, NoteLine, misread_day, parse_note
from outreach_tui.domain.phone import say_phone
from outreach_tui.domain.promise import Owner, Promise
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.text import in_one_line
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.domain.when import local_day, say_day, say_weekday, zone_info
from outreach_tui.presentation.layout import PieceLine, hanging
from outreach_tui.presentation.words import (
    KIND_WORDS,
    ago,
    both_times,
    loyalty_parts,
    meeting_kind,
    mind_words,
    near_words,
    plural,
    rhythm_words,
    state_words,
    status_words,
    touchpoint_words,
    town_of_zone,
    window_words,
)

INDENT = 10
"""Cells for the labels of a card."""
STAMP = 13
"""Cells for the days of a timeline."""
LAST_SHOWN = 2
NEAR_LABELS = {SuggestionKind.CO_CREATE: "Also", SuggestionKind.INTRODUCTION: "With"}
TEASER = 160
"""So much of a note is shown on a card."""


class Reading:
    """Who reads a card, and when: the zone and the day in which it speaks."""

    def __init__(self, now: datetime, zone: str, members: Mapping[str, str]) -> None:
        """`now` is UTC; `members` gives the names by id."""
        self.now = now
        self.zone = zone
        self.members = members
        self.today = local_day(now, zone)


def card_title(standing: Standing) -> str:
    """Return the line in the card's border: "Alfreds Futterkiste · Berlin · A"."""
    row = standing.facts
    return " · ".join(filter(None, (row.name, row.city, standing.tier.value)))


def suggestion_card(
    brief: Brief, suggestion: Suggestion, width: int, reading: Reading, *, became: str = ""
) -> list[PieceLine]:
    """Return the card of a suggestion: what to do and why, then what was said before.

    Where something `became` of it, the reasons are those of the morning.
    """
    company = suggestion.kind not in PERSON_KINDS
    lines = [*_person(brief, width, reading, company=company), []]
    lines += hanging("Do", _task(brief, suggestion), width, indent=INDENT, role="strong")
    lines += hanging("Now", became, width, indent=INDENT) if became else []
    # The task itself says what to thank for.
    why = [reason for reason in suggestion.reasons if reason.code != "thank"]
    for number, reason in enumerate(why or suggestion.reasons):
        label = "Was" if became else "Why"
        lines += hanging("" if number else label, reason.text, width, indent=INDENT)
    if suggestion.call_window is not None or suggestion.kind in CALL_KINDS:
        lines += hanging("When", window_words(suggestion.call_window), width, indent=INDENT)
    if suggestion.kind is SuggestionKind.WRITE:
        lines += hanging("To", _address(brief, suggestion), width, indent=INDENT)
    else:
        lines += _tries(brief, width, reading)
    lines += _mind(brief, width, reading)
    if suggestion.near:
        near = ", ".join(near_words(suggestion))
        lines += hanging(NEAR_LABELS.get(suggestion.kind, "Near"), near, width, indent=INDENT)
    lines += _memory(brief, width, reading)
    if suggestion.question:
        lines += hanging("Ask", suggestion.question, width, indent=INDENT, role="accent")
    return lines


def commitment_card(
    brief: Brief, commitment: Commitment, meeting: Meeting | None, width: int, reading: Reading
) -> list[PieceLine]:
    """Return the card of a commitment: what was promised, then the brief."""
    lines = [*_person(brief, width, reading), []]
    lines += hanging(
        "Do", commitment_words(commitment, reading), width, indent=INDENT, role="strong"
    )
    if meeting is not None:
        lines += _meeting(meeting, brief, width, reading)
    return lines + _mind(brief, width, reading) + _memory(brief, width, reading)


def _mind(brief: Brief, width: int, reading: Reading) -> list[PieceLine]:
    words = mind_words(brief.standing.facts, reading.today)
    return hanging("Mind", words, width, indent=INDENT, role="late") if words else []


def commitment_words(commitment: Commitment, reading: Reading) -> str:
    """Return what has to happen, in one sentence."""
    day = ago(commitment.on, reading.today)
    if commitment.kind is CommitmentKind.AFTER_MEETING:
        return f"Your {commitment.what} was {day}: what did you hear?"
    if commitment.kind is CommitmentKind.MEETING and commitment.at is not None:
        clock = f"{commitment.at.astimezone(zone_info(reading.zone)):%H:%M}"
        purpose = f": {commitment.text}" if commitment.text else ""
        return f"{commitment.what.capitalize()} today at {clock}{purpose}"
    if commitment.kind is CommitmentKind.PROMISE:
        due = "today" if commitment.on == reading.today else say_weekday(commitment.on)
        return f"You promised it for {due}: {commitment.text}"
    return f"They asked {day}: {commitment.text}"


def customer_card(
    brief: Brief, width: int, reading: Reading, *, with_ids: bool = False
) -> list[PieceLine]:
    """Return everything that a customer's page shows beside the timeline."""
    customer, standing, row = brief.customer, brief.standing, brief.standing.facts
    lines = [*_person(brief, width, reading), *_people(brief, width, reading), []]
    status, until = status_words(row, reading.today), row.snoozed_until
    if status or row.do_not_contact:
        words = "; ".join(
            filter(None, [status, customer.status_note, "do not contact" * row.do_not_contact])
        )
        lines += hanging("Status", words, width, indent=INDENT, role="late")
    elif until is not None and reading.today < until:
        words = f"snoozed until {say_day(until, reading.today)}"
        lines += hanging("Status", words, width, indent=INDENT, role="muted")
    state = f"{state_words(standing)}, promised {rhythm_words(standing, reading.today)}"
    lines += hanging("State", state, width, indent=INDENT, role=standing.state.value)
    lines += hanging("Tier", _tier(brief, reading), width, indent=INDENT)
    lines += hanging("Loyalty", loyalty_parts(standing.loyalty), width, indent=INDENT)
    lines += hanging(
        "", "years + repeats + rhythm + takes part", width, indent=INDENT, role="muted"
    )
    lines += hanging("Balance", _balance(brief), width, indent=INDENT)
    lines += hanging("Buys", _buying(brief, reading), width, indent=INDENT)
    if brief.next_meeting is not None:
        lines += _meeting(brief.next_meeting, brief, width, reading)
    lines += _memory(brief, width, reading, last=0, with_ids=with_ids)
    for said in brief.praise[:3]:
        lines += hanging(
            "Praise", f"{said.text} ({say_day(said.on, reading.today)})", width, indent=INDENT
        )
    for question in brief.questions[:3]:
        answer = f" — {'; '.join(question.answers)}" if question.answers else ""
        lines += hanging("Asked", f"{question.text}{answer}", width, indent=INDENT)
    lines.append([])
    town = f"{customer.postal_code} {customer.city}".strip()
    address = (customer.address, town, customer.region, customer.country)
    known = {
        "Address": ", ".join(filter(None, address)),
        "Industry": customer.industry,
        "Web": customer.website,
        "Tags": ", ".join(customer.tags),
    }
    for label, text in (known | customer.extra).items():
        if text:
            lines += hanging(label[: INDENT - 1], text, width, indent=INDENT)
    return lines


def timeline(brief: Brief, width: int, reading: Reading) -> list[PieceLine]:
    """Return what happened, the latest first: touchpoints with their notes, news that they were told, and purchases."""
    entries: list[tuple[date, str, list[PieceLine]]] = []
    for touchpoint in brief.touchpoints:
        on = local_day(touchpoint.at, touchpoint.zone)
        entries.append((on, touchpoint.id, _entry(touchpoint, on, width, reading)))
    for told in brief.told:
        entries.append((told.on, AFTER_ALL, _told(told, width, reading)))
    for purchase in brief.purchases:
        amount = f" {purchase.amount} {purchase.currency or ''}".rstrip() if purchase.amount else ""
        bought = f"{purchase.kind.value}{amount}"
        lines = hanging(
            say_day(purchase.on, reading.today), bought, width, indent=STAMP, role="muted"
        )
        entries.append((purchase.on, purchase.id, lines))
    if not entries:
        return [
            [("Nothing has happened yet.", "muted")],
            [("l logs the first conversation.", "muted")],
        ]
    return [
        line for *_, lines in sorted(entries, key=lambda e: e[:2], reverse=True) for line in lines
    ]


AFTER_ALL = "~"
"""Of one day the news comes after what was talked about: this is greater than any id."""
NOTE_ROLES = {
    LineKind.HEARD: "fresh",
    LineKind.QUESTION: "due",
    LineKind.PRAISE: "fresh",
    LineKind.FACT: "never",
    LineKind.ASKED: "accent",
    LineKind.WE_PROMISE: "due",
    LineKind.THEY_PROMISE: "due",
    LineKind.GIVE: "heading",
    LineKind.ASK: "late",
    LineKind.FREE: "",
}
"""The colour of a line of a note, in the editor and in the timeline."""

NOTE_WORDS = {
    LineKind.HEARD: "heard",
    LineKind.QUESTION: "their question",
    LineKind.PRAISE: "praise",
    LineKind.FACT: "personal",
    LineKind.ASKED: "you asked",
    LineKind.WE_PROMISE: "you promise",
    LineKind.THEY_PROMISE: "they promise",
    LineKind.GIVE: "gave",
    LineKind.ASK: "asked for",
}


NO_DAY = "no day is set"
READ_DAYS = "write fri, 3 dec or 2026-12-03"


def understood(note: str, on: date, width: int) -> list[PieceLine]:
    """Return what was understood of a note while it is typed: one line for each marked line."""
    lines: list[PieceLine] = []
    for line in parse_note(note, on):
        if line.kind is not LineKind.FREE:
            lines += hanging(
                NOTE_WORDS[line.kind],
                _line_words(line),
                width,
                indent=15,
                label_role=NOTE_ROLES[line.kind],
            )
            if day := misread_day(line):
                lines += hanging(
                    "", f"{NO_DAY}: cannot read “{day}”; {READ_DAYS}", width, indent=15, role="late"
                )
    return lines


def _line_words(line: NoteLine) -> str:
    extra = [f"due {say_weekday(line.due_on)}"] if line.due_on else []
    extra += [f"#{theme}" for theme in line.themes]
    extra += [line.name.replace("_", " ")] if line.name else []
    return " · ".join([line.words, *extra])


def _person(
    brief: Brief, width: int, reading: Reading, *, company: bool = False
) -> list[PieceLine]:
    """Return whom to call; `company` where the card's title is a town or a theme."""
    row, zone = brief.standing.facts, brief.customer.place.zone if brief.customer.place else ""
    contact = brief.contacts[0] if brief.contacts else None
    who = (
        f"{contact.name}{f', {contact.role}' if contact.role else ''}"
        if contact
        else "no contact on file"
    )
    who += f", {row.name}" * company
    phone = say_phone(row.phone, brief.customer.place)
    there = f"{reading.now.astimezone(zone_info(zone)):%H:%M} there" if zone else ""
    return hanging(
        "Who", " · ".join(filter(None, (who, phone or "no phone", there))), width, indent=INDENT
    )


def _people(brief: Brief, width: int, reading: Reading) -> list[PieceLine]:
    """Return what else is known of whom to call, then who else works there, then who used to."""
    lines: list[PieceLine] = []
    for number, person in enumerate((*brief.contacts, *brief.former)):
        first, gone = not number and bool(brief.contacts), number >= len(brief.contacts)
        name = ", ".join(filter(None, (person.name, person.role)))
        ways = (*(say_phone(p, brief.customer.place) for p in person.phones), *person.emails)
        known = [
            *([] if first else [name]),
            *([] if gone else ways[1:] if first and person.phones else ways),
            *(f"{service} {handle}" for service, handle in person.handles.items() if not gone),
            *_habits(person, reading),
            history_words(person, brief),
        ]
        label = "" if first else "Left" if gone else "Also"
        if words := " · ".join(filter(None, known)):
            lines += hanging(label, words, width, indent=INDENT, role="muted" * gone)
    return lines


def _habits(person: Contact, reading: Reading) -> list[str]:
    """Return how to be kind to somebody."""
    birthday = say_birthday(person.birthday, reading.today) if person.birthday else ""
    return [
        words
        for said, words in (
            (person.do_not_contact, "do not contact"),
            (person.preferred_channel, f"rather by {person.preferred_channel}"),
            (person.language, f"speaks {person.language}"),
            (person.good_hours, f"good time: {person.good_hours}"),
            (person.zone, f"in {town_of_zone(person.zone)}"),
            (birthday, f"birthday {birthday}"),
            (person.diet, f"diet: {person.diet}"),
            (person.access_needs, f"needs {person.access_needs}"),
        )
        if said
    ]


def history_words(person: Contact, brief: Brief) -> str:
    """Return where else somebody works, and where they worked: "until 2025 at Blauer See"."""
    here = brief.customer.id
    said = []
    for job in person.employments:
        name = brief.employers.get(job.customer_id or "") or job.company
        if job.to_on is not None:
            said.append(f"until {job.to_on.year}{f' at {name}' if job.customer_id != here else ''}")
        elif job.customer_id != here and name:
            said.append(f"now at {name}" if here not in person.customer_ids else f"also at {name}")
    return ", ".join(said)


def _address(brief: Brief, suggestion: Suggestion) -> str:
    """Return where to write: the e-mail addresses of the contact, of the first who has one, or of the company."""
    ordered = sorted(brief.contacts, key=lambda c: c.id != suggestion.contact_id)
    emails = next((c.emails for c in ordered if c.emails), ())
    row = brief.standing.facts
    message = f"; a message to {say_phone(row.phone, row.place)}" if row.phone else ""
    return ", ".join(emails) or row.email or f"no e-mail address on file{message}"


def _task(brief: Brief, suggestion: Suggestion) -> str:
    words, count = KIND_WORDS[suggestion.kind], suggestion.count
    match suggestion.kind:
        case SuggestionKind.VISIT:
            return f"{words} {suggestion.place} and see {plural(count, 'customer')}"
        case SuggestionKind.USER_GROUP if suggestion.on is not None:
            where = f" in {suggestion.place}" if suggestion.place else ""
            return f"Invite them to the event{where} on {say_weekday(suggestion.on)}"
        case SuggestionKind.USER_GROUP:
            return f"{words} in {suggestion.place}"
        case SuggestionKind.CO_CREATE:
            return (
                f"Invite {plural(count, 'customer')} to a working session on '{suggestion.theme}'"
            )
        case SuggestionKind.INTRODUCTION:
            return f"Introduce {brief.customer.name} to {suggestion.other.name}"
        case SuggestionKind.THANK_YOU_CALL:
            return f"Call to thank them for {suggestion.thank_for}; ask for nothing"
    return words


def _tries(brief: Brief, width: int, reading: Reading) -> list[PieceLine]:
    row = brief.standing.facts
    if not row.tries or row.last_try_at is None:
        return []
    local = row.last_try_at.astimezone(zone_info(reading.zone))
    last = f"{say_weekday(local.date())} {local:%H:%M}"
    words = f"{plural(row.tries, 'call')} without an answer, the last {last}; try another hour"
    return hanging("Tried", words, width, indent=INDENT)


def _meeting(meeting: Meeting, brief: Brief, width: int, reading: Reading) -> list[PieceLine]:
    their_zone = brief.customer.place.zone if brief.customer.place else reading.zone
    when = both_times(meeting.start_at, reading.zone, their_zone, reading.today)
    words = f"{meeting_kind(meeting)} {when}, {meeting.minutes} minutes"
    place = f", {meeting.place}" if meeting.place else ""
    return hanging("Planned", f"{words}{place} ({meeting.state.value})", width, indent=INDENT)


def owed_words(owed: OwedAnswer, today: date, *, with_id: bool = False) -> str:
    """Return what they wait for, in one sentence."""
    said = say_day(owed.asked_on, today)
    about = f", {short(owed.feedback_id)}" if with_id else ""
    if owed.decided_on:
        return f"“{owed.words}” is {owed.state} (said {said}{about})"
    return f"they wait for: {owed.words} ({said}{about})"


def _memory(
    brief: Brief,
    width: int,
    reading: Reading,
    last: int = LAST_SHOWN,
    *,
    with_ids: bool = False,
) -> list[PieceLine]:
    """Return what was said, owed, promised and told before; silent about what there is nothing of."""
    lines: list[PieceLine] = []
    for number, touchpoint in enumerate(brief.touchpoints[:last]):
        lines += hanging(
            "" if number else "Last", _teaser(touchpoint, reading), width, indent=INDENT
        )
    for owed in brief.owed:
        words = owed_words(owed, reading.today, with_id=with_ids)
        lines += hanging(
            "Tell" if owed.decided_on else "Answer", words, width, indent=INDENT, role="accent"
        )
    for label, owner in (("We", Owner.US), ("They", Owner.THEM)):
        promised = [_promised(p, reading) for p in brief.promises if p.owner is owner]
        if promised:
            lines += hanging(label, "; ".join(promised), width, indent=INDENT)
    if brief.facts:
        lines += hanging(
            "Personal", "; ".join(f.text for f in brief.facts[:3]), width, indent=INDENT
        )
    return lines


def _promised(promise: Promise, reading: Reading) -> str:
    if promise.due_on is None:
        return promise.text
    late = " (late)" if promise.due_on < reading.today else ""
    return f"{promise.text} by {say_weekday(promise.due_on)}{late}"


def _teaser(touchpoint: Touchpoint, reading: Reading) -> str:
    on = local_day(touchpoint.at, touchpoint.zone)
    who = reading.members.get(touchpoint.member_id or "", "")
    head = f"{say_day(on, reading.today)} {touchpoint_words(touchpoint)}{f', {who}' if who else ''}"
    if touchpoint.plain:
        words = " ".join(touchpoint.note.split())
    else:
        lines = parse_note(touchpoint.note, on)
        words = in_one_line(line.words.strip() for line in lines if line.words.strip())
    if len(words) > TEASER:
        words = f"{words[:TEASER].rsplit(' ', 1)[0]} …"
    return f"{head}: {words}" if words else head


def _told(told: ToldNews, width: int, reading: Reading) -> list[PieceLine]:
    decided = told.state in (FeedbackState.DONE, FeedbackState.DECLINED)
    who = reading.members.get(told.member_id or "", "")
    head = f"{f'told that it is {told.state.value}' if decided else 'answered'}{f', {who}' if who else ''}"
    return [
        *hanging(say_day(told.on, reading.today), head, width, indent=STAMP, role="strong"),
        *hanging("", f"“{told.text}”", width, indent=4),
        [],
    ]


def _entry(touchpoint: Touchpoint, on: date, width: int, reading: Reading) -> list[PieceLine]:
    who = reading.members.get(touchpoint.member_id or "", "")
    minutes = f"{touchpoint.minutes} min" if touchpoint.minutes else ""
    head = ", ".join(
        filter(
            None, (touchpoint_words(touchpoint), who, minutes, "shared a meal" * touchpoint.meal)
        )
    )
    lines = hanging(say_day(on, reading.today), head, width, indent=STAMP, role="strong")
    if touchpoint.plain:
        raw = [(text, "") for text in touchpoint.note.split("\n")]
    else:
        parsed = parse_note(touchpoint.note, on)
        typed = touchpoint.note.split("\n")
        raw = [(typed[line.number], NOTE_ROLES[line.kind]) for line in parsed]
    for text, role in raw:
        if text.strip():
            lines += hanging("", text, width, indent=4, role=role)
    return [*lines, []]


def _tier(brief: Brief, reading: Reading) -> str:
    customer, standing = brief.customer, brief.standing
    if customer.tier_pin is not None:
        note = f": {customer.tier_note}" if customer.tier_note else ""
        since = f" since {say_day(customer.tier_on, reading.today)}" if customer.tier_on else ""
        return f"{standing.tier.value}, pinned{since}{note}"
    if standing.loyalty.total is None:
        return f"{standing.tier.value}, not known yet"
    kept = customer.tier_on if customer.tier is standing.tier else None
    since = f" since {say_day(kept, reading.today)}" if kept else ""
    return f"{standing.tier.value}{since}"


def _balance(brief: Brief) -> str:
    balance = brief.balance
    words = f"{plural(balance.gives, 'give')}, {plural(balance.asks, 'ask')}"
    return f"{words}; {balance.ask_run} asks since the last give" if balance.ask_run > 1 else words


def _buying(brief: Brief, reading: Reading) -> str:
    row = brief.standing.facts
    if row.first_purchase_on is None or row.last_purchase_on is None:
        return "nothing on record"
    words = (
        f"{plural(row.purchases, 'purchase')} since {say_day(row.first_purchase_on, reading.today)}"
    )
    words += f", the last {ago(row.last_purchase_on, reading.today)}"
    if row.median_interval_days:
        words += f"; usually every {plural(round(row.median_interval_days), 'day')}"
    return words

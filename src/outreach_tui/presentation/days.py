"""Today in words: how far we are, why somebody is on the list or not, the end of a day, and the very first one."""

from collections.abc import Mapping, Sequence

from outreach_tui.domain.bands import band_reason
from outreach_tui.domain.causes import quiet_now, reasons_now
from outreach_tui.domain.commitments import CommitmentKind
from outreach_tui.domain.day import Day, Item, ItemState
from outreach_tui.domain.day_list import LeftOut
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.member import Member
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.when import say_day
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.layout import PieceLine, hanging, wrap
from outreach_tui.presentation.rows import became_words
from outreach_tui.presentation.words import (
    KIND_WORDS,
    loyalty_parts,
    meeting_kind,
    meeting_time,
    mind_words,
    plural,
    rhythm_words,
    state_words,
    window_words,
)

LANE_WORDS = {
    "breaking": "the time you promised is almost over, or past",
    "reason": "there is a reason to call now",
    "due": "the ideal interval is past",
    "planning": "worth planning ahead",
}
INDENT = 10


def progress(day: Day) -> str:
    """Return how far the day is: "3 of 8 done · 1 snoozed · 2 owed"."""
    if not day.items and not day.commitments:
        return day.free
    parts = [f"{day.done} of {len(day.items)} done" if day.items or not day.free else day.free]
    if day.snoozed:
        parts.append(f"{day.snoozed} snoozed")
    owed = sum(c.kind in (CommitmentKind.PROMISE, CommitmentKind.ANSWER) for c in day.commitments)
    if owed:
        parts.append(f"{owed} owed")
    return " · ".join(parts)


def day_end(day: Day, planned: Sequence[Meeting], width: int, reading: Reading) -> list[PieceLine]:
    """Return what the end of the list says: what was done, planned and promised; the next step for each."""
    lines: list[PieceLine] = []
    if not day.items:
        words = (
            free_words(day) if day.free else "Nobody is due today, and nothing speaks for a call."
        )
        lines += [[(line, "")] for line in wrap(words, width)]
        lines += [
            [],
            *(
                _key("R", "fill the list with those who are at work today", width)
                if day.free
                else ()
            ),
            *_key("2", "look through your customers", width),
            *_key("w", "who was left out, and why", width),
        ]
        return lines
    counts = {
        "talked": sum(i.state is ItemState.TALKED for i in day.items),
        "introduced": sum(i.state is ItemState.INTRODUCED for i in day.items),
        "told": sum(i.state is ItemState.TOLD for i in day.items),
        "planned": sum(i.state is ItemState.PLANNED for i in day.items),
        "snoozed": day.snoozed,
        "tried": sum(i.state is ItemState.NO_ANSWER for i in day.items),
    }
    said = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    lines += hanging("Today", said or "nothing yet", width, indent=INDENT)
    for number, meeting in enumerate(planned[:6]):
        words = (
            f"{meeting_time(meeting.start_at, reading.zone, reading.today)} {meeting_kind(meeting)}"
        )
        lines += hanging(
            "" if number else "Planned", f"{words} {meeting.purpose}".rstrip(), width, indent=INDENT
        )
    owed = [c for c in day.commitments if c.kind is CommitmentKind.PROMISE]
    for number, promise in enumerate(owed):
        lines += hanging("" if number else "Promised", promise.text, width, indent=INDENT)
    return [
        *lines,
        [],
        *_key("E", "export what is planned to your calendar", width),
        *_key("u", "undo the last change", width),
    ]


def why_text(
    item: Item | None,
    standing: Standing | None,
    day: Day,
    names: Mapping[str, str],
    *,
    width: int,
    reading: Reading,
) -> list[PieceLine]:
    """Return why the current suggestion is on the list, and who was left out today and until when."""
    lines: list[PieceLine] = []
    if item is not None and standing is not None:
        suggestion = item.suggestion
        lines += [[(standing.facts.name, "strong")], []]
        lines += hanging("What", KIND_WORDS[suggestion.kind], width, indent=INDENT)
        lines += hanging("Lane", LANE_WORDS[suggestion.lane.value], width, indent=INDENT)
        became, mind = became_words(item), mind_words(standing.facts, reading.today)
        lines += hanging("Now", became, width, indent=INDENT) if became else []
        lines += hanging("Mind", mind, width, indent=INDENT, role="late") if mind else []
        label = "Was" if became else "Reasons"
        for number, reason in enumerate(suggestion.reasons):
            lines += hanging(
                "" if number else label, f"{reason.text} [{reason.code}]", width, indent=INDENT
            )
        lines += _promise(standing, reading, width)
        if suggestion.call_window:
            lines += hanging("Hours", window_words(suggestion.call_window), width, indent=INDENT)
        lines.append([])
    lines.append([("Left out today", "heading")])
    if day.more:
        lines += hanging("", more_words(day), width, indent=2)
    elif not day.left_out:
        lines.append([("Nobody who would be due.", "muted")])
    for left in sorted(day.left_out, key=lambda left: (names[left.customer_id], left.customer_id)):
        lines += hanging(
            "", f"{names[left.customer_id]}: {_left_out(left, reading)}", width, indent=2
        )
    if unknown := unknown_words(day):
        lines += [[], *hanging("", unknown, width, indent=2, role="muted")]
    return lines


def free_words(day: Day) -> str:
    """Return that the day is none to work on, and why: "Sunday: nothing new is suggested."."""
    return f"{day.free[:1].upper()}{day.free[1:]}: nothing new is suggested."


def unknown_words(day: Day) -> str:
    """Return for which countries no holidays are known; nothing if there are none."""
    if not day.unknown:
        return ""
    return (
        f"No holidays of {day.on.year} are known for {', '.join(day.unknown)}: "
        "only weekends are kept free."
    )


def more_words(day: Day) -> str:
    """Return who else would be due: "86 others are due; 5 calls a day fit."."""
    due = f"{plural(day.more, 'other')} {'is' if day.more == 1 else 'are'} due"
    return f"{due}; {plural(day.member.calls_a_day, 'call')} a day fit."


def why_standing(
    standing: Standing, left: LeftOut | None, width: int, reading: Reading, member: Member
) -> list[PieceLine]:
    """Return where a customer stands, what would be said about them or is quiet, and what speaks against it today."""
    lines: list[PieceLine] = [
        [(standing.facts.name, "strong")],
        [],
        *_promise(standing, reading, width),
    ]
    band = band_reason(standing, reading.today, member)
    quiet = quiet_now(standing, reading.today, member)
    texts = [
        *([band.text] if band and all(band != reason for reason, _ in quiet) else []),
        *(w.reason.text for w in reasons_now(standing, reading.today)),
    ]
    for number, text in enumerate(texts or ["nothing speaks for a call today"]):
        lines += hanging("" if number else "Reasons", text, width, indent=INDENT)
    for number, (reason, until) in enumerate(quiet):
        words = f"until {say_day(until, reading.today)}, called wrong: {reason.text}"
        lines += hanging("" if number else "Quiet", words, width, indent=INDENT)
    if left is not None:
        lines += hanging("Not today", _left_out(left, reading), width, indent=INDENT)
    return lines


def _promise(standing: Standing, reading: Reading, width: int) -> list[PieceLine]:
    rhythm = rhythm_words(standing, reading.today)
    promise = f"tier {standing.tier.value}: {rhythm}; now {state_words(standing)}"
    loyal = f"{loyalty_parts(standing.loyalty)} (years + repeats + rhythm + takes part)"
    return [
        *hanging("Promise", promise, width, indent=INDENT),
        *hanging("Loyalty", loyal, width, indent=INDENT),
    ]


def _left_out(left: LeftOut, reading: Reading) -> str:
    back = f"; again from {say_day(left.next_on, reading.today)}" if left.next_on else ""
    return f"{left.reason}{back}"


def welcome(width: int, introduced: bool) -> list[PieceLine]:
    """Return what the first screen says while there is no customer."""
    lines: list[PieceLine] = [
        [(line, "")]
        for line in wrap(
            "Whom should you call, visit or invite today, and why? Bring your customers in:", width
        )
    ]
    lines += [
        [],
        *_key(
            "I", "import lists of customers, orders, calls: CSV, Excel, vCards, or pasted", width
        ),
        *_key("+", "add a customer by hand", width),
        *_key("v", "look at the demo first, on sample data", width),
        *_key("?", "all keys", width),
    ]
    if introduced:
        undo = "u takes the last change back, a whole import too."
        lines += [[], *([(line, "muted")] for line in wrap(undo, width))]
    return lines


def _key(key: str, about: str, width: int) -> list[PieceLine]:
    return hanging(f"  {key}", about, width, indent=6, label_role="key")

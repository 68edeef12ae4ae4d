"""Load and settings in words: what the bands ask for, what can be done, and what a setting would do."""

from collections.abc import Callable, Sequence

from outreach_tui.domain.load import (
    BANDS,
    DIALOG_ABOVE,
    NOTICE_ABOVE,
    USER_GROUPS_ONLY,
    Asked,
    Load,
    Stretch,
)
from outreach_tui.domain.member import Member
from outreach_tui.domain.setting_rows import show_band
from outreach_tui.domain.settings import Contradiction, TeamSettings
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import say_weekday
from outreach_tui.presentation.words import plural

BAND_WORDS = {"new": "New", "a": "A", "b": "B", "c": "C"}
NAMES_SHOWN = 5
AT_RATE = " at your reach rate"
"""Left out where there is no room for it: the dialog says the rate."""


def load_notice(load: Load, whose: str = "") -> str:
    """Return what is worth saying about the load in one line, nothing where all is well.

    `whose` is the name of the member if that is somebody else than the reader.
    """
    you = whose or "you"
    if load.ratio > 1:
        bands = "The bands ask" if whose else "Your bands ask"
        return f"{bands} for {_times(load.ratio)} the calls {you} can make"
    if load.ratio > NOTICE_ABOVE:
        bands = "The bands ask" if whose else "Your bands ask"
        return f"{bands} for more than 4 of 5 of the calls {you} can make"
    return first_round(load) if load.long_round else ""


def load_done(load: Load) -> str:
    """Return what is said once something was done about the load: what the notice on Today goes on saying, too."""
    if load.ratio > 1:
        return load_notice(load)
    if load.ratio > NOTICE_ABOVE:
        return "What you promised can be done now, with little room: it is more than 4 of 5 of the calls you can make"
    return "What you promised can be done now"


def first_round(load: Load) -> str:
    """Return how long the first round takes: "91 customers, 5 a day: about 30 working days at your reach rate"."""
    days = load.first_round_days
    about = 5 * round(days / 5) if days >= 20 else max(1, round(days))
    return (
        f"First talks: {plural(load.never, 'customer')}, {load.calls_a_day} a day: "
        f"about {plural(about, 'working day')}{AT_RATE}"
    )


def _times(ratio: float) -> str:
    return f"{_up(ratio):.1f} times"


def _up(ratio: float) -> float:
    """Return a ratio above 1 with one digit, never as 1.0."""
    return max(1.1, round(ratio, 1))


def load_text(load: Load, stretched: Stretch | None, calls: int | None, moved: int | None) -> str:
    """Return what the dialog about load says."""
    reached = 10 * round(load.reached / 10)
    said = (
        f"You promised {load.asked:,.0f} conversations a year; at {load.calls_a_day} a day you reach "
        f"about {reached:,}."
    )
    if load.ratio > 1:
        ways = [
            f"stretch the bands × {_up(stretched.factor):.1f}" if stretched else "",
            "add calls" if calls else "",
            f"move {plural(moved, 'customer')} to user groups" if moved else "",
        ]
        said += f" {_or([way for way in ways if way])}"
    elif load.ratio > NOTICE_ABOVE:
        said += " That is more than 4 of 5, with little room for what comes in between."
    else:
        said += " That fits."
    learned = (
        f"learned from {plural(load.tried, 'call')} of yours"
        if load.tried
        else "as usual; yours is learned as you log calls"
    )
    lines = [
        said,
        f"{plural(load.customers, 'customer')} · {plural(load.calls_a_day, 'call')} on "
        f"{load.working_days_a_year:.0f} days a year · {100 * load.reach_rate:.0f} % reach somebody ({learned})",
    ]
    if load.never:
        lines.append(f"{first_round(load)}.")
    return "\n".join(lines)


def _or(ways: Sequence[str]) -> str:
    if not ways:
        return "Neither longer bands nor 20 calls a day nor user groups alone are enough: narrow whom you promise it."
    said = ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])}, or {ways[-1]}"
    return f"{said[0].upper()}{said[1:]}."


def stretch_text(stretch: Stretch, was: Load, now: Load) -> str:
    """Return each band before and after."""
    lines = [
        f"{BAND_WORDS[f]}: {show_band(getattr(stretch.before, f))} → {show_band(getattr(stretch.settings, f))}"
        for f in BANDS
    ]
    return "\n".join([*lines, f"{_share(was)} → {_share(now)}"])


def calls_text(was: Load, now: Load) -> str:
    """Return calls a day before and after."""
    return f"Calls a day: {was.calls_a_day} → {now.calls_a_day}\n{_share(was)} → {_share(now)}"


def move_text(moved: Sequence[Standing], was: Load, now: Load) -> str:
    """Return whom it concerns, what they are promised from then on, and the load before and after."""
    names = [clean_line(s.facts.name) for s in moved[:NAMES_SHOWN]]
    more = f" and {len(moved) - NAMES_SHOWN:,} more" if len(moved) > NAMES_SHOWN else ""
    band = show_band(USER_GROUPS_ONLY)
    return (
        f"{', '.join(names)}{more}.\nLowest tier and loyalty first. They get the cadence {band} and the tag "
        f"user-group: you meet them in groups, and call when something speaks for it.\n{_share(was)} → {_share(now)}"
    )


def _share(load: Load) -> str:
    return f"load {load.ratio:.2f}"


def load_detail(load: Load) -> str:
    """Return the load in a few words, for a menu."""
    return f"{load.asked:,.0f} a year promised, about {10 * round(load.reached / 10):,} reached"


def asks_too_much(load: Load) -> bool:
    """Return whether that has to be said in a dialog."""
    return load.ratio > DIALOG_ABOVE


Effect = Callable[[TeamSettings, Asked, Load], str]


def _band(field: str) -> Effect:
    def effect(team: TeamSettings, asked: Asked, _load: Load) -> str:
        band = getattr(team, field)
        many = plural(asked.counts[field], "customer")
        a_year = round(asked.of_band(field, band))
        return (
            f"{BAND_WORDS[field]}: every {band.ideal_days} days, at the latest {band.max_days}: {many}, "
            f"about {plural(a_year, 'conversation')} a year"
        )

    return effect


def _face(field: str, tier: str) -> Effect:
    def effect(team: TeamSettings, asked: Asked, _load: Load) -> str:
        days = getattr(team, field)
        many = plural(asked.counts[tier], "customer")
        a_year = round(asked.counts[tier] * 365 / days)
        return f"{tier.upper()}: face to face every {days} days: {many}, about {plural(a_year, 'visit')} a year"

    return effect


def _work(_team: TeamSettings, _asked: Asked, load: Load) -> str:
    days, rate = f"{load.working_days_a_year:.0f}", f"{100 * load.reach_rate:.0f} %"
    return (
        f"{plural(load.calls_a_day, 'call')} on {days} days a year, {rate} reached: about "
        f"{10 * round(load.reached / 10):,} conversations; {load.asked:,.0f} are promised"
    )


_EFFECTS: dict[str, Effect] = {
    **{f"band.{field}": _band(field) for field in BANDS},
    "face-to-face.a": _face("face_to_face_a_days", "a"),
    "face-to-face.b": _face("face_to_face_b_days", "b"),
    "radius.visit": lambda team, *_: (
        f"A journey is suggested where 3 others are due within {team.visit_radius_km} km"
    ),
    "radius.group": lambda team, *_: (
        f"A user group is suggested where {team.group_size} loyal customers are within {team.group_radius_km} km"
    ),
    "calls-a-day": _work,
    "working-days": _work,
}
_EFFECTS["group-size"] = _EFFECTS["radius.group"]


def effect(name: str, team: TeamSettings, asked: Asked, load: Load) -> str:
    """Return what a setting does with these customers; nothing for one that is only a fact."""
    found = _EFFECTS.get(name)
    return found(team, asked, load) if found else ""


def hours_words(member: Member) -> str:
    """Return how long a working day is."""
    begins, ends = member.works_from, member.works_to
    minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    return f"{minutes / 60:g} hours a day, in {member.zone}"


def away_words(member: Member) -> str:
    """Return from when to when somebody is away, so that a day that was taken for another is seen; or nothing."""
    first, last = member.away_from, member.away_to
    if first is None:
        return ""
    begins = f"{say_weekday(first)} {first.year}"
    if last is None:
        return f"Away from {begins} on, until you say otherwise"
    if last == first:
        return f"Away on {begins}"
    return f"Away from {begins} to {say_weekday(last)} {last.year}, {plural((last - first).days + 1, 'day')}"


def own_words(name: str, member: Member) -> str:
    """Return what a setting of one's own comes to; nothing for one that says it itself."""
    if name in ("works", "zone"):
        return hours_words(member)
    return away_words(member) if name == "away" else ""


def contradiction_words(found: Contradiction, default: str) -> str:
    """Return what is wrong in the file, and what is used instead."""
    return f"The setting {found.name} in the file cannot be meant: {found.why}. {default} is used."

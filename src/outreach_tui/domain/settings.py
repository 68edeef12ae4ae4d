"""What a team has agreed on; everything has a default that DOMAIN.md gives.

A file that somebody wrote by hand may hold settings that contradict themselves. Each of them is named and its default
is used instead, so that one wrong number stops nobody from working.
"""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, NamedTuple

import msgspec

from outreach_tui.domain.cadence import LONGEST_DAYS, Cadence
from outreach_tui.domain.customer import Tier
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Record
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import zone_info


class Setting(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One named setting of the team; `id` is its name, such as `team` or `place:kita-ku|osaka|japan`."""

    value: Any = None


TEAM = "team"
"""Id of a setting that may hold several fields of TeamSettings at once; one of a field's own name wins over it."""
TIERS_ON = "tiers-on"
"""Id of the setting that holds the day on which tiers were last computed."""
PLACE_PREFIX = "place:"
"""Ids of remembered answers to "which place is this?" begin so."""
COLUMN_PREFIX, LIST_PREFIX = "column:", "list:"
"""Ids begin so of what a person said about columns (`{kind: field}`), and about lists with such headers (the kind)."""


class TeamSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Bands, distances and limits of a team."""

    new: Cadence = Cadence(ideal_days=14, max_days=30)
    """For the first 90 days of a customer."""
    a: Cadence = Cadence(ideal_days=45, max_days=90)
    b: Cadence = Cadence(ideal_days=75, max_days=150)
    c: Cadence = Cadence(ideal_days=150, max_days=300)
    face_to_face_a_days: int = 365
    face_to_face_b_days: int = 730
    group_radius_km: int = 100
    visit_radius_km: int = 60
    group_size: int = 8
    """Loyal customers within the radius that make a user group worth while."""

    def band(self, tier: Tier) -> Cadence:
        """Return the tier's ideal and maximum days."""
        return {Tier.A: self.a, Tier.B: self.b, Tier.C: self.c}[tier]

    def face_to_face_days(self, tier: Tier) -> int | None:
        """Return how long a tier may go without a face-to-face meeting; None for no promise."""
        return {Tier.A: self.face_to_face_a_days, Tier.B: self.face_to_face_b_days}.get(tier)


MOST_KM = 5000
MOST_GUESTS = 500
MOST_CALLS = 100

NAMES = {
    "new": "band.new",
    "a": "band.a",
    "b": "band.b",
    "c": "band.c",
    "face_to_face_a_days": "face-to-face.a",
    "face_to_face_b_days": "face-to-face.b",
    "visit_radius_km": "radius.visit",
    "group_radius_km": "radius.group",
    "group_size": "group-size",
}
"""What people call the fields of TeamSettings, and the ids of the settings that hold them.

Each is a record of its own, so that two members who change two of them never meet, nor do their undos.
"""


class Contradiction(NamedTuple):
    """A setting on file that cannot be meant; its default is used."""

    name: str
    why: str


def wrong_band(band: Cadence) -> str:
    """Return what contradicts itself in a band; nothing if it holds."""
    if band.ideal_days < 1:
        return "the ideal has to be at least 1 day"
    if band.ideal_days >= band.max_days:
        return f"the ideal ({band.ideal_days}) has to come before the maximum ({band.max_days})"
    if band.max_days > LONGEST_DAYS:
        return f"the maximum may be {LONGEST_DAYS} days"
    return ""


def wrong_days(days: int) -> str:
    """Return what is wrong with a number of days."""
    return "" if 1 <= days <= LONGEST_DAYS else f"it has to be 1 to {LONGEST_DAYS} days"


def wrong_km(km: int) -> str:
    """Return what is wrong with a radius."""
    return "" if 1 <= km <= MOST_KM else f"it has to be 1 to {MOST_KM} km"


def wrong_size(size: int) -> str:
    """Return what is wrong with the size of a group: one alone is none."""
    return "" if 2 <= size <= MOST_GUESTS else f"a group has 2 to {MOST_GUESTS} customers"


def wrong_calls(calls: int) -> str:
    """Return what is wrong with a number of calls a day."""
    return "" if 1 <= calls <= MOST_CALLS else f"it has to be 1 to {MOST_CALLS} calls"


def wrong_hours(works_from: time, works_to: time) -> str:
    """Return what is wrong with working hours."""
    if works_from < works_to:
        return ""
    return f"the day ends ({works_to:%H:%M}) before it begins ({works_from:%H:%M})"


TEAM_LIMITS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("new", "a", "b", "c"), wrong_band),
    **dict.fromkeys(("face_to_face_a_days", "face_to_face_b_days"), wrong_days),
    **dict.fromkeys(("group_radius_km", "visit_radius_km"), wrong_km),
    "group_size": wrong_size,
}
"""By field; returns what is wrong with a value."""


def read_team(
    value: object, named: Mapping[str, object] | None = None
) -> tuple[TeamSettings, tuple[Contradiction, ...]]:
    """Return what a file says about the team, with the default for each setting that cannot be meant.

    `value` is that of the setting TEAM; `named`, by field, are those of the settings with a field's own name.
    """
    good: dict[str, Any] = {}
    wrong: list[Contradiction] = []
    together: Mapping[str, object] = {}
    if isinstance(value, Mapping):
        together = value
    elif value is not None:
        wrong.append(Contradiction(TEAM, "the team's settings are no table"))
    written = {**together, **(named or {})}
    for field in msgspec.structs.fields(TeamSettings):
        if field.name not in written:
            continue
        try:
            found = msgspec.convert(written[field.name], field.type)
        except msgspec.ValidationError as error:
            wrong.append(Contradiction(NAMES[field.name], clean_line(str(error))))
            continue
        if why := TEAM_LIMITS[field.name](found):
            wrong.append(Contradiction(NAMES[field.name], why))
        else:
            good[field.name] = found
    return TeamSettings(**good), tuple(wrong)


def mended(member: Member) -> tuple[Member, tuple[Contradiction, ...]]:
    """Return the member with the default for each setting that cannot be meant; the same one if all can."""
    wrong = {
        ("calls-a-day", ("calls_a_day",)): wrong_calls(member.calls_a_day),
        ("works", ("works_from", "works_to")): wrong_hours(member.works_from, member.works_to),
        ("working-days", ("working_days",)): wrong_weekdays(member.working_days),
        ("away", ("away_from", "away_to")): wrong_away(member),
        ("covered-by", ("covered_by",)): "nobody covers for themself"
        if member.covered_by == member.id
        else "",
        ("zone", ("zone",)): wrong_zone(member.zone),
    }
    found = {of: why for of, why in wrong.items() if why}
    if not found:
        return member, ()
    plain = Member(id=member.id, name=member.name)
    instead = {field: getattr(plain, field) for _, fields in found for field in fields}
    contradictions = tuple(Contradiction(name, why) for (name, _), why in found.items())
    return msgspec.structs.replace(member, **instead), contradictions


def wrong_weekdays(days: tuple[int, ...]) -> str:
    """Return what is wrong with working days: there has to be one, and a week has seven."""
    if not days:
        return "there has to be a working day"
    return "" if all(0 <= day <= 6 for day in days) else "a week has the days 0 (Monday) to 6"


def wrong_away(member: Member) -> str:
    """Return what is wrong with an absence."""
    if member.away_to is None:
        return ""
    if member.away_from is None:
        return f"it ends ({member.away_to}) and never begins"
    if member.away_to < member.away_from:
        return f"it ends ({member.away_to}) before it begins ({member.away_from})"
    return ""


def wrong_zone(zone: str) -> str:
    """Return what is wrong with a zone."""
    return "" if zone_info(zone).key == zone else f"no zone is called {zone!r}"


def doubts(settings: TeamSettings) -> list[str]:
    """Return what may be meant, and probably is not: better customers promised less."""
    found = []
    for better, worse in (("a", "b"), ("b", "c")):
        high, low = getattr(settings, better), getattr(settings, worse)
        if high.max_days > low.max_days or high.ideal_days > low.ideal_days:
            found.append(f"tier {better.upper()} is now promised less than tier {worse.upper()}")
    if settings.face_to_face_a_days > settings.face_to_face_b_days:
        found.append("tier A is now seen face to face less often than tier B")
    return found

"""Settings: each is read as it is shown, and what contradicts itself is refused, or named and left out."""

from datetime import date, time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.cadence import Cadence, longer, stretched
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.setting_rows import BY_NAME, ROWS, Known, Whose, read_weekdays
from outreach_tui.domain.settings import (
    NAMES,
    TEAM_LIMITS,
    Contradiction,
    TeamSettings,
    doubts,
    mended,
    read_team,
)
from outreach_tui.errors import OutreachError
from unit.domain.making import member

TODAY = date(2026, 11, 26)
LYON = Place(zone="Europe/Paris", name="Lyon", country="FR", lat=45.7, lon=4.8)
BEN = Member(id="ben", name="Ben")


def known(**fields: Any) -> Known:
    me = member(**fields)
    return Known(TODAY, me, [me, BEN], lambda _: LYON)


def bands(most: int = 3650) -> st.SearchStrategy[Cadence]:
    pairs = st.tuples(st.integers(1, most - 1), st.integers(1, most - 1)).map(sorted)
    return pairs.map(lambda two: Cadence(ideal_days=two[0], max_days=two[1] + 1))


DAYS = st.dates(date(1990, 1, 1), date(2200, 1, 1))
CLOCKS = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda two: two[0] != two[1])
VALUES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    **{name: bands().map(lambda b, f=name[-1:]: {f: b}) for name in ("band.a", "band.b", "band.c")},
    "band.new": bands().map(lambda band: {"new": band}),
    "face-to-face.a": st.integers(1, 3650).map(lambda n: {"face_to_face_a_days": n}),
    "face-to-face.b": st.integers(1, 3650).map(lambda n: {"face_to_face_b_days": n}),
    "radius.visit": st.integers(1, 5000).map(lambda n: {"visit_radius_km": n}),
    "radius.group": st.integers(1, 5000).map(lambda n: {"group_radius_km": n}),
    "group-size": st.integers(2, 500).map(lambda n: {"group_size": n}),
    "calls-a-day": st.integers(1, 100).map(lambda n: {"calls_a_day": n}),
    "works": CLOCKS.map(sorted).map(
        lambda two: {
            "works_from": time(two[0] // 60, two[0] % 60),
            "works_to": time(two[1] // 60, two[1] % 60),
        }
    ),
    "working-days": st.sets(st.integers(0, 6), min_size=1).map(
        lambda days: {"working_days": tuple(sorted(days))}
    ),
    "away": st.one_of(
        st.just({"away_from": None, "away_to": None}),
        DAYS.map(lambda on: {"away_from": on, "away_to": None}),
        st.tuples(DAYS, DAYS).map(sorted).map(lambda two: {"away_from": two[0], "away_to": two[1]}),
    ),
    "covered-by": st.sampled_from([None, "ben"]).map(lambda who: {"covered_by": who}),
    "zone": st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"]).map(
        lambda zone: {"zone": zone}
    ),
    "city": st.just({"city": "Lyon", "place": LYON, "zone": "Europe/Paris"}),
}


def test_every_setting_has_values_to_be_tried_with() -> None:
    assert set(VALUES) == set(BY_NAME)
    assert {NAMES[field] for field in TeamSettings.__struct_fields__} <= set(BY_NAME)
    assert set(TEAM_LIMITS) == set(TeamSettings.__struct_fields__)


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_shown_reads_back_as_what_it_was(name: str) -> None:
    row = BY_NAME[name]

    @given(VALUES[name])
    def reads_back(fields: dict[str, Any]) -> None:
        plain: Any = TeamSettings() if row.whose is Whose.TEAM else member()
        holder = msgspec.structs.replace(plain, **fields)
        assert row.read(row.show(holder, known()), known()) == fields

    reads_back()


@pytest.mark.parametrize("name", BY_NAME)
def test_a_default_is_no_contradiction_and_reads_back(name: str) -> None:
    row = BY_NAME[name]
    plain: Any = TeamSettings() if row.whose is Whose.TEAM else member()
    holder = msgspec.structs.replace(plain, **row.default(known()))
    shown = row.show(holder, known())
    assert row.show(msgspec.structs.replace(plain, **row.read(shown, known())), known()) == shown
    assert row.read("Default", known()) == row.default(known())


@pytest.mark.parametrize("name", BY_NAME)
def test_any_text_is_read_or_refused_and_nothing_else_happens(name: str) -> None:
    @given(st.text(max_size=40))
    def total(text: str) -> None:
        try:
            fields = BY_NAME[name].read(text, known())
        except OutreachError as error:
            assert error.title
        else:
            holder: Any = TeamSettings() if BY_NAME[name].whose is Whose.TEAM else member()
            assert BY_NAME[name].show(msgspec.structs.replace(holder, **fields), known())

    total()


@pytest.mark.parametrize(
    ("name", "typed", "shown"),
    [
        ("band.a", "30 / 60 days", "30/60"),
        ("band.new", "7 to 14", "7/14"),
        ("radius.visit", "80 km", "80"),
        ("face-to-face.a", "180 days", "180"),
        ("works", "9-17:30", "9:00-17:30"),
        ("works", "9am to 5:30 pm", "9:00-17:30"),
        ("works", "8.15 – 12", "8:15-12:00"),
        ("working-days", "Monday to Thursday, sat", "mon-thu, sat"),
        ("working-days", "sun-thu", "mon-thu, sun"),
        ("working-days", "tue and thu", "tue, thu"),
        ("away", "21 dec..2 jan", "2026-12-21..2027-01-02"),
        ("away", "2026-12-21 to 2027-01-02", "2026-12-21..2027-01-02"),
        ("away", "2026-12-24", "2026-12-24..2026-12-24"),
        ("away", "tomorrow..", "2026-11-27.."),
        # Words that count from a day count from today, not from the first day.
        ("away", "yesterday..tomorrow", "2026-11-25..2026-11-27"),
        ("away", "in 2 weeks..in 3 weeks", "2026-12-10..2026-12-17"),
        ("away", "tomorrow to in 10 days", "2026-11-27..2026-12-06"),
        ("away", "next mon..next fri", "2026-11-30..2026-12-04"),
        ("away", "fri..mon", "2026-11-27..2026-11-30"),
        ("away", "mon..fri", "2026-11-30..2026-12-04"),
        ("away", "2026-11-16..20 nov", "2026-11-16..2026-11-20"),
        ("away", "none", "none"),
        ("covered-by", "ben", "Ben"),
        ("covered-by", "nobody", "none"),
        ("zone", "America/New_York", "America/New_York"),
    ],
)
def test_values_are_read_in_the_ways_in_which_people_write_them(
    name: str, typed: str, shown: str
) -> None:
    row = BY_NAME[name]
    holder: Any = TeamSettings() if row.whose is Whose.TEAM else member()
    new = msgspec.structs.replace(holder, **row.read(typed, known()))
    assert row.show(new, known()) == shown


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("band.a", "90/45", "the ideal (90) has to come before the maximum (45)"),
        ("band.a", "90/90", "has to come before"),
        ("band.a", "0/30", "at least 1 day"),
        ("band.a", "30/9999", "may be 3650 days"),
        ("band.a", "often", "this is no band"),
        ("face-to-face.a", "0", "1 to 3650 days"),
        ("radius.visit", "0", "1 to 5000 km"),
        ("radius.group", "-5", "this is no number"),
        ("radius.group", "99999999999", "this is no number"),
        ("group-size", "1", "a group has 2 to 500"),
        ("calls-a-day", "0", "1 to 100 calls"),
        ("calls-a-day", "٣", "this is no number"),
        ("works", "17-9", "before it begins"),
        ("works", "9-9", "before it begins"),
        ("works", "9-25", "no such time"),
        ("works", "13pm-3pm", "no such hour"),
        ("working-days", "", "there has to be a working day"),
        ("working-days", "mon-fun", "no day of the week is called 'fun'"),
        ("away", "2026-12-21..2026-12-01", "before it begins"),
        ("away", "in 3 weeks..in 2 weeks", "it ends (2026-12-10) before it begins (2026-12-17)"),
        ("away", "2026-12-21..2027-01-02 15:00", "a time, not a day"),
        ("away", "15:00", "a time, not a day"),
        ("covered-by", "Ana", "nobody covers for themself"),
        ("zone", "Berlin", "no zone is called"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_reason(
    name: str, typed: str, why: str
) -> None:
    with pytest.raises(OutreachError) as refused:
        BY_NAME[name].read(typed, known())
    assert why in refused.value.title
    assert refused.value.hint


def test_a_city_gives_the_zone_and_none_takes_the_city_away() -> None:
    city = BY_NAME["city"]
    assert city.read("Lyon", known()) == {"city": "Lyon", "place": LYON, "zone": "Europe/Paris"}
    assert city.read("none", known()) == {"city": "", "place": None}
    assert BY_NAME["zone"].default(known(place=LYON)) == {"zone": "Europe/Paris"}


def test_every_row_explains_itself() -> None:
    for row in ROWS:
        assert row.about.endswith(".")
        assert row.called.split()[0] in ("the", "calls", "who")


def test_one_contradiction_in_a_file_costs_only_itself() -> None:
    value = {
        "a": {"ideal_days": 90, "max_days": 45},
        "b": {"ideal_days": 60, "max_days": 120},
        "group_size": "many",
        "visit_radius_km": 0,
        "made_by_a_newer_version": 1,
    }
    settings, wrong = read_team(value)
    assert settings == TeamSettings(b=Cadence(ideal_days=60, max_days=120))
    assert [c.name for c in wrong] == ["band.a", "radius.visit", "group-size"]
    assert wrong[0].why == "the ideal (90) has to come before the maximum (45)"


@pytest.mark.parametrize("value", ["text", 7, [1], True])
def test_settings_that_are_no_table_are_all_defaults(value: object) -> None:
    assert read_team(value) == (
        TeamSettings(),
        (Contradiction("team", "the team's settings are no table"),),
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*NAMES, "ideal_days", "max_days"]) | st.text(max_size=3), inner
            )
        ),
    )
)
def test_whatever_a_file_holds_there_are_settings_without_contradiction(value: object) -> None:
    settings, _ = read_team(value)
    assert not any(limit(getattr(settings, field)) for field, limit in TEAM_LIMITS.items())


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("calls-a-day", {"calls_a_day": 0}),
        ("works", {"works_from": time(18), "works_to": time(9)}),
        ("working-days", {"working_days": ()}),
        ("working-days", {"working_days": (0, 9)}),
        ("away", {"away_from": date(2026, 12, 2), "away_to": date(2026, 12, 1)}),
        ("away", {"away_to": date(2026, 12, 1)}),
        ("covered-by", {"covered_by": "me"}),
        ("zone", {"zone": "Mars/Olympus"}),
    ],
)
def test_a_member_who_contradicts_themself_gets_the_default_for_just_that(
    name: str, fields: dict[str, Any]
) -> None:
    found, wrong = mended(member(industries=("Dairy",), **fields))
    assert [contradiction.name for contradiction in wrong] == [name]
    plain = Member(id="me", name="Ana")
    for field in fields:
        assert getattr(found, field) == getattr(plain, field)
    assert found.industries == ("Dairy",)
    assert mended(found) == (found, ())


def test_a_member_without_contradictions_stays_the_same_object() -> None:
    me = member()
    assert mended(me)[0] is me


def test_promising_better_customers_less_is_doubted_and_not_refused() -> None:
    assert not doubts(TeamSettings())
    odd = TeamSettings(a=Cadence(ideal_days=200, max_days=400), face_to_face_a_days=800)
    assert doubts(odd) == [
        "tier A is now promised less than tier B",
        "tier A is now seen face to face less often than tier B",
    ]


@given(bands(), st.floats(1, 20))
def test_a_stretched_band_is_longer_in_whole_fives_and_still_a_band(
    band: Cadence, factor: float
) -> None:
    new = stretched(band, factor)
    assert new.ideal_days % 5 == new.max_days % 5 == 0
    assert new.ideal_days < new.max_days
    assert band.max_days * factor <= new.max_days + 1e-6


@given(bands())
def test_a_longer_band_can_be_typed(band: Cadence) -> None:
    assert not TEAM_LIMITS["a"](longer(band))


def test_weekdays_may_run_over_the_weekend() -> None:
    assert read_weekdays("sat-mon") == (0, 5, 6)

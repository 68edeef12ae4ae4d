"""The table of holidays: known days, weekends that moved, and what is not known."""

import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from outreach_tui.domain.place import Place
from outreach_tui.errors import DamagedFile
from outreach_tui.places.gazetteer import Gazetteer
from outreach_tui.places.holidays import FIRST_YEAR, HOLIDAYS_FILE, LAST_YEAR, Holidays

HOLIDAYS = Holidays()


def free(country: str, region: str, on: str) -> str | None:
    return HOLIDAYS.free_day(Place(zone="", country=country, region=region), date.fromisoformat(on))


@pytest.mark.parametrize(
    ("country", "region", "on", "why"),
    [
        ("DE", "Berlin", "2026-05-01", "Labor Day"),
        ("DE", "", "2026-05-01", "Labor Day"),
        ("US", "California", "2026-05-01", None),
        ("NL", "North Holland", "2026-05-01", None),
        ("DE", "Bavaria", "2026-01-06", "Epiphany"),
        ("DE", "Berlin", "2026-01-06", None),
        ("DE", "Atlantis", "2026-01-06", None),
        ("DE", "Saxony", "2026-11-18", "Repentance and Prayer Day"),
        ("JP", "Tokyo", "2025-04-29", "Showa Day"),
        ("JP", "Tokyo", "2025-05-02", None),
        ("JP", "Tokyo", "2025-05-05", "Children's Day"),
        ("JP", "Tokyo", "2025-05-06", "Substitute Holiday"),
        ("IN", "Maharashtra", "2025-10-20", "Diwali"),
        ("AE", "Dubai", "2021-12-24", "Friday"),
        ("AE", "Dubai", "2021-12-26", None),
        ("AE", "Dubai", "2022-01-07", None),
        ("AE", "Dubai", "2022-01-08", "Saturday"),
        ("AE", "Dubai", "2022-01-09", "Sunday"),
        ("SA", "Riyadh Region", "2013-06-27", "Thursday"),
        ("SA", "Riyadh Region", "2013-07-04", None),
        ("SA", "Riyadh Region", "2026-11-27", "Friday"),
        ("SA", "Riyadh Region", "2026-11-29", None),
        ("IL", "Tel Aviv", "2026-11-27", "Friday"),
        ("IL", "Tel Aviv", "2026-11-29", None),
        ("EG", "Cairo", "2026-11-27", "Friday"),
        ("GB", "England", "2022-06-03", "Platinum Jubilee of Elizabeth II"),
        ("GB", "Scotland", "2022-06-03", "Platinum Jubilee of Elizabeth II"),
        ("GB", "England", "2026-04-03", "Good Friday"),
        ("GB", "England", "2026-04-06", "Easter Monday"),
        ("GB", "Scotland", "2026-04-06", None),
        ("DE", "Berlin", "2026-04-03", "Good Friday"),
        ("FR", "Grand Est", "2026-04-03", None),
        ("US", "Vermont", "2026-11-26", "Thanksgiving Day"),
        ("US", "Vermont", "2026-07-03", "Independence Day (observed)"),
        ("CA", "Quebec", "2026-06-24", "Saint John the Baptist Day"),
        ("CA", "Ontario", "2026-06-24", None),
        ("FR", "Brittany", "2026-11-22", "Sunday"),
        ("DE", "Berlin", "2028-02-29", None),
    ],
)
def test_known_days(country: str, region: str, on: str, why: str | None) -> None:
    assert free(country, region, on) == why


@pytest.mark.parametrize("place", [None, Place(zone="Europe/Berlin"), Place(zone="", country="ZZ")])
def test_where_no_country_is_known_weekends_are_free(place: Place | None) -> None:
    assert HOLIDAYS.free_day(place, date(2026, 12, 25)) is None
    assert HOLIDAYS.free_day(place, date(2026, 12, 26)) == "Saturday"


@pytest.mark.parametrize("country", ["", "D", "de", "DEU", '"}', "Ä!", "D\n"])
def test_what_is_no_code_of_a_country_is_not_known(country: str) -> None:
    assert not HOLIDAYS.known(country, 2026)
    assert free(country, "", "2026-11-22") == "Sunday"


def test_outside_its_years_the_table_knows_weekends_only() -> None:
    for on in ("1995-12-25", "2036-12-25", "2100-12-24"):
        assert free("DE", "Bavaria", on) is None
    assert free("DE", "Bavaria", "2100-12-25") == "Saturday"
    assert free("SA", "", "2040-01-06") == "Friday"
    known = [HOLIDAYS.known("DE", year) for year in (1995, 1996, 2035, 2036)]
    assert known == [False, True, True, False]
    assert not HOLIDAYS.known("TW", 1997)


def test_every_region_with_days_of_its_own_is_one_of_the_gazetteer() -> None:
    import sqlite3

    from outreach_tui.places.gazetteer import GAZETTEER_FILE

    with sqlite3.connect(f"file:{GAZETTEER_FILE}?mode=ro", uri=True) as db:
        known = set(db.execute("SELECT country, name FROM regions"))
        countries = {code for (code,) in db.execute("SELECT DISTINCT country FROM regions")}
    lines = HOLIDAYS_FILE.read_text("utf-8").splitlines()
    codes = [line[12:14] for line in lines]
    assert codes == sorted(set(codes))
    assert countries <= set(codes)
    regions = 0
    for code in codes:
        line = HOLIDAYS._line(code)
        assert line is not None
        assert FIRST_YEAR <= line.first <= line.last <= LAST_YEAR
        assert {(code, region) for region in line.regions} <= known
        regions += len(line.regions)
    assert regions > 300


def test_a_town_of_the_gazetteer_has_the_holidays_of_its_region() -> None:
    places = Gazetteer()
    munich, berlin = (places.look_up(town, "", "Germany").place for town in ("Munich", "Berlin"))
    assert HOLIDAYS.free_day(munich, date(2026, 1, 6)) == "Epiphany"
    assert HOLIDAYS.free_day(berlin, date(2026, 1, 6)) is None
    assert HOLIDAYS.free_day(places.look_up("Zürich", "", "CH").place, date(2026, 8, 1))


def test_all_of_the_table_can_be_read() -> None:
    table = Holidays()
    for line in HOLIDAYS_FILE.read_text("utf-8").splitlines():
        read = table._line(line[12:14])
        assert read is not None
        for year in (read.first, 2000, 2026, read.last):
            for region in ("", *read.regions):
                days = table._year(read.country, region, year)
                assert all(on.year == year and name for on, name in days.items())
                assert len(days) < 60


def test_a_table_that_is_gone_or_damaged_says_so(tmp_path: Path) -> None:
    with pytest.raises(DamagedFile, match="holidays"):
        Holidays(tmp_path / "none").free_day(Place(zone="", country="DE"), date(2026, 5, 1))
    half = tmp_path / "half"
    half.write_bytes(HOLIDAYS_FILE.read_bytes()[:3000])
    with pytest.raises(DamagedFile, match="damaged"):
        code = half.read_text("utf-8").splitlines()[-1][12:14]
        Holidays(half).free_day(Place(zone="", country=code), date(2026, 5, 1))


def test_nothing_is_read_before_the_first_look_up_and_a_look_up_is_quick() -> None:
    table = Holidays()
    assert table._text is None
    munich = Place(zone="Europe/Berlin", country="DE", region="Bavaria")
    table.free_day(munich, date(2026, 1, 1))
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    best = min(_timed(table, munich, days) for _ in range(5))
    assert best < 20e-6 * len(days)


def _timed(table: Holidays, place: Place, days: list[date]) -> float:
    began = time.process_time()
    for day in days:
        table.free_day(place, day)
    return time.process_time() - began


def test_the_program_does_not_load_the_package_that_the_table_is_built_from() -> None:
    code = (
        "import sys, datetime\n"
        "from outreach_tui.bootstrap import Services\n"
        "from outreach_tui.domain.place import Place\n"
        "Services().calendars.free_day(Place(zone='', country='DE'), datetime.date(2026, 5, 1))\n"
        "print('holidays' in sys.modules, 'sqlite3' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "False"]

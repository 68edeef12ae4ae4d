"""Build the table of public holidays and weekends from the `holidays` package.

Run it in an environment of its own, with this repository's `src` on PYTHONPATH and

    holidays==0.109  msgspec

`--check` writes nothing and says whether the file is what these packages and the gazetteer give. The same package
and the same gazetteer give the same bytes; a line holds one country, so that a new edition reads well as a diff.

Holidays: the holidays package (https://github.com/vacanza/holidays), MIT.
"""

import argparse
import importlib
import sqlite3
import sys
import warnings
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec

from outreach_tui.places.holidays import (
    FIRST_YEAR,
    HOLIDAYS_FILE,
    LAST_YEAR,
    Area,
    CountryLine,
)
from outreach_tui.places.names import region_keys

PINNED = "0.109"
holidays = importlib.import_module("holidays")
"""By name, since it is not among the development tools."""
PLACES = HOLIDAYS_FILE.with_name("places.sqlite")
LANGUAGES = ("en_US", "en_GB", "en")
LEAST_RUN = 3
"""A day that comes in so many years on end is written as a run of years."""
MOST_WEEKENDS = 5
"""A country whose weekend alternates from week to week (Taiwan before 2001) keeps all its days free."""

Day = tuple[date, str]
RegionCode = tuple[str, str]

# Where the gazetteer's name of a region is none of the package's: "country region=code|region=code"; without a code
# the region is larger than what its other names stand for, and has the national holidays only.
REGIONS = """
AM Geghark'unik'i Marz=GR|Kotayk'i Marz=KT|Lorri=LO|Syunik'i Marz=SU|Vayots' Dzori Marz=VD|Yerevan=ER
BA Federation of Bosnia and Herzegovina=BIH
BT Chirang=21|Daga=22|Geylegphug=31|Ha=13|Lhuntshi=44|Mongar=42|Pemagatsel=43|Samchi=14|Shemgang=34|Tashigang=41
BT Tongsa=32|Trashi Yangste=TY|Wangdi Phodrang=24
CL Aisen=AI|Araucania=AR|O'Higgins=LI
FR Grand Est=
IN Laccadives=LD|Pondicherry=PY
MO Macau=M
MY Kuala Lumpur=14|Penang=07|Putrajaya=16
NI Atlantico Norte (RAAN)=AN|Atlantico Sur=AS
NZ Manawatu-Wanganui=MWT
PT Azores=20|Madeira=30
SB Makira=MK
"""


def main() -> int:
    """Build the file, or compare it."""
    parser = argparse.ArgumentParser(description="Build the table of holidays.")
    parser.add_argument("--target", type=Path, default=HOLIDAYS_FILE)
    parser.add_argument("--check", action="store_true", help="only say whether the file is fresh")
    parser.add_argument("--unmatched", action="store_true", help="list what has no counterpart")
    given = parser.parse_args()
    if holidays.__version__ != PINNED:
        print(f"holidays {PINNED} is needed, this is {holidays.__version__}")
        return 2
    warnings.simplefilter("ignore")  # it warns of every country that begins after 1996
    regions = read_regions()
    lines = [country_line(code, regions.get(code, {})) for code in sorted(codes())]
    if given.unmatched:
        say_unmatched(lines, regions)
    content = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    if given.check:
        fresh = given.target.exists() and given.target.read_bytes() == content
        print(f"{given.target.name} is {'fresh' if fresh else 'stale: build it again'}")
        return 0 if fresh else 1
    given.target.write_bytes(content)
    print(
        f"{given.target.name}: {len(lines)} countries, {sum(len(line.regions) for line in lines)} regions with days "
        f"of their own, {len(content):,} bytes, {len(zlib.compress(content, 9)):,} compressed"
    )
    return 0


def codes() -> Iterator[str]:
    """Yield the ISO codes of all countries that the package knows."""
    yield from holidays.list_supported_countries(include_aliases=False)


def read_regions() -> dict[str, dict[str, set[str]]]:
    """Return for each country the names of its regions in the gazetteer, each with all the keys it is known by."""
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    with sqlite3.connect(f"file:{PLACES}?mode=ro", uri=True) as db:
        rows = db.execute(
            "SELECT id, country, code, name FROM regions WHERE name <> '' ORDER BY id"
        )
        names = {}
        for number, country, code, name in rows:
            keys = found[country].setdefault(name, set())
            keys.update(region_keys(name))
            if code.isalpha():
                keys.update(region_keys(code))
            names[number] = keys
        for key, number in db.execute("SELECT key, region FROM region_names ORDER BY key, region"):
            if number in names:
                names[number].add(key)
    return found


def country_line(code: str, regions: dict[str, set[str]]) -> CountryLine:
    """Return everything about one country."""
    known = holidays.country_holidays(code)
    first = max(FIRST_YEAR, known.start_year)
    last = min(LAST_YEAR, known.end_year)
    years = range(first, last + 1)
    national = set(days(code, None, years))
    areas = {}
    for region, subdivision in sorted(matched(code, regions).items()):
        there = set(days(code, subdivision, years))
        if there != national:
            areas[region] = Area(
                more=written(there - national, years), less=written(national - there, years)
            )
    return CountryLine(
        country=code,
        first=first,
        last=last,
        weekends=weekends(code),
        days=written(national, years),
        regions=areas,
    )


def days(code: str, subdivision: str | None, years: range) -> Iterator[Day]:
    """Yield every public holiday with each of its names, in English where the package has it."""
    bare = holidays.country_holidays(code)
    language = next((lang for lang in LANGUAGES if lang in bare.supported_languages), None)
    found = holidays.country_holidays(code, subdiv=subdivision, years=years, language=language)
    for on in sorted(found):
        if on.year in years:
            for name in found.get_list(on):
                yield on, " ".join(name.split())


def weekends(code: str) -> list[tuple[date, str]]:
    """Return since when which weekdays are free, Monday 0."""
    found = holidays.country_holidays(code)
    runs: list[tuple[date, str]] = []
    by_year: dict[int, set[int]] = defaultdict(set)
    on = date(FIRST_YEAR, 1, 1)
    while on.year <= LAST_YEAR:
        free = found._get_weekend(on)
        by_year[on.year] |= free
        text = "".join(map(str, sorted(free)))
        if not runs or runs[-1][1] != text:
            runs.append((on, text))
        on += timedelta(days=1)
    if len(runs) <= MOST_WEEKENDS:
        return runs
    runs = []
    for year, free in by_year.items():
        text = "".join(map(str, sorted(free)))
        if not runs or runs[-1][1] != text:
            runs.append((date(year, 1, 1), text))
    return runs


def written(found: Iterable[Day], years: range) -> dict[str, str]:
    """Return for each name its days: `MMDD` for every year, `MMDD:1996-2003` for some, `YYYYMMDD` for one."""
    yearly: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for on, name in sorted(found):
        yearly[name][f"{on:%m%d}"].append(on.year)
    lines = {}
    for name, by_day in sorted(yearly.items()):
        runs, single = [], []
        for day, held in sorted(by_day.items()):
            if held == list(years):
                runs.append(day)
                continue
            for first, last in spans(held):
                if last - first + 1 >= LEAST_RUN:
                    runs.append(f"{day}:{first}-{last}")
                else:
                    single += [f"{year}{day}" for year in range(first, last + 1)]
        lines[name] = " ".join([*runs, *sorted(single)])
    return lines


def spans(years: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of every run of years."""
    start = before = years[0]
    for year in years[1:]:
        if year != before + 1:
            yield start, before
            start = year
        before = year
    yield start, before


def matched(code: str, regions: dict[str, set[str]]) -> dict[str, str]:
    """Return the package's subdivision for each region of the gazetteer that is surely one of them."""
    known = holidays.country_holidays(code)
    by_key: dict[str, set[str]] = defaultdict(set)
    for subdivision in known.subdivisions:
        for key in region_keys(subdivision):
            by_key[key].add(subdivision)
    for alias, subdivision in known.subdivisions_aliases.items():
        for key in region_keys(alias):
            by_key[key].add(subdivision)
    by_hand = stated().get(code, {})
    strange = {*by_hand} - {*regions} | {*filter(None, by_hand.values())} - {*known.subdivisions}
    if strange:
        raise SystemExit(f"{code}: the gazetteer or the package does not know {sorted(strange)}")
    found = {}
    for region, keys in regions.items():
        if (by_name := by_hand.get(region)) is not None:
            if by_name:
                found[region] = by_name
            continue
        own = set().union(*(by_key.get(key, set()) for key in region_keys(region)))
        others = set().union(*(by_key.get(key, set()) for key in keys))
        hits = own or others
        if len(hits) == 1:
            (found[region],) = hits
    return found


def stated() -> dict[str, dict[str, str]]:
    """Return the regions that were matched by hand."""
    found: dict[str, dict[str, str]] = {}
    for line in REGIONS.strip().splitlines():
        country, _, rest = line.partition(" ")
        for pair in rest.split("|"):
            region, _, subdivision = pair.partition("=")
            found.setdefault(country, {})[region] = subdivision
    return found


def say_unmatched(lines: list[CountryLine], regions: dict[str, dict[str, set[str]]]) -> None:
    """Print which regions have no subdivision and the reverse, and check what was written."""
    for line in lines:
        known = holidays.country_holidays(line.country)
        if not known.subdivisions:
            continue
        pairs = matched(line.country, regions.get(line.country, {}))
        left = sorted(set(regions.get(line.country, {})) - set(pairs))
        twice = sorted(s for s in set(pairs.values()) if list(pairs.values()).count(s) > 1)
        free = sorted(set(known.subdivisions) - set(pairs.values()))
        aliases = {code: name for name, code in known.subdivisions_aliases.items()}
        print(line.country, len(pairs), "matched; regions left:", left)
        print(
            "    package left:",
            [f"{c} {aliases.get(c, '')}".strip() for c in free],
            "twice:",
            twice,
        )
    unknown = sorted(set(regions) - {line.country for line in lines})
    print("countries without holidays:", unknown)


if __name__ == "__main__":
    sys.exit(main())

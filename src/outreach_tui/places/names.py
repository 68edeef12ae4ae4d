"""Keys under which names of towns, regions and countries are stored and looked up.

The generator of the gazetteer and the gazetteer itself share these, so that both sides agree.
"""

from collections.abc import Iterator

from outreach_tui.domain.text import fold

MAX_NAME_LENGTH = 120
"""No town of the gazetteer has a longer name; what is longer is not a name."""

# One spelling for each word that people abbreviate or translate. San and São stay apart from Saint:
# San José and St. Joseph are different towns.
_ONE_SPELLING = {
    "saint": "st",
    "sankt": "st",
    "sint": "st",
    "sainte": "ste",
    "ft": "fort",
    "mt": "mount",
    "sta": "santa",
    "sto": "santo",
}
_SAINTS = ("sao", "san", "santo", "santa", "st")
"""What a single leading S can stand for: "S. Paulo", "S. Francisco", "S. Gallen"."""

_GERMANIC_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_WARD_WORDS = frozenset({"ku", "ward"})
_WARD_SIGN = "区"
_TOWN_SUFFIXES = frozenset({"city", "shi"}) | _WARD_WORDS
_REGION_WORD_LIST = (
    "autonoma autonomous canton comunidad county departement departamento department "
    "distrito district edo estado fu fylke governorate il judet kanton ken kraj krai lan land "
    "oblast prefecture province provincia provincie region sheng shi state voivodeship "
    "wojewodztwo zupanija"
)
_REGION_WORDS = frozenset(_REGION_WORD_LIST.split())
_REGION_LINKS = frozenset({"de", "do", "da", "of", "the", "la"})


def town_key(name: str) -> str:
    """Return the key of a town's name: folded, with one spelling for Saint, Fort and Mount."""
    if len(name) > MAX_NAME_LENGTH:
        return ""
    return " ".join(_ONE_SPELLING.get(word, word) for word in fold(name).split())


def town_key_variants(key: str) -> Iterator[str]:
    """Yield other keys the same town may be stored under, most likely first.

    Umlauts and rings spelled out ("Muenchen", "Luleaa"), a leading "S.", and words such as "-ku"
    and "City" that only say what kind of place it is.
    """
    short = key
    for spelled, plain in _GERMANIC_DIGRAPHS:
        short = short.replace(spelled, plain)
    if short != key:
        yield short
    first, _, rest = key.partition(" ")
    if first == "s" and rest:
        yield from (f"{saint} {rest}" for saint in _SAINTS)
    head, _, last = key.rpartition(" ")
    if head and last in _TOWN_SUFFIXES:
        yield head


def is_ward(key: str) -> bool:
    """Say whether a key is, in Japan, that of a part of a city: "Kita-ku", "Kita Ward", "北区"."""
    head, _, last = key.rpartition(" ")
    return (bool(head) and last in _WARD_WORDS) or (len(key) > 1 and key.endswith(_WARD_SIGN))


def is_abbreviation(short: str, long: str) -> bool:
    """Say whether each word of the key `short` is that of `long` or its first letter."""
    words, full_words = short.split(), long.split()
    return len(words) == len(full_words) and all(
        word == full or (len(word) == 1 and full.startswith(word))
        for word, full in zip(words, full_words, strict=True)
    )


def region_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a region's name: as written, and without words like "Province of"."""
    if len(name) > MAX_NAME_LENGTH:
        return ()
    key = fold(name)
    words = key.split()
    bare = [word for word in words if word not in _REGION_WORDS]
    if len(bare) < len(words):
        while bare and bare[0] in _REGION_LINKS:
            bare.pop(0)
    return tuple(dict.fromkeys(text for text in (key, " ".join(bare)) if text))


def country_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a country's name or code: as written, and "U.S.A." as one word."""
    if len(name) > MAX_NAME_LENGTH:
        return ()
    key = fold(name)
    words = key.split()
    keys = [key, key.removeprefix("the ")]
    if len(words) > 1 and all(len(word) == 1 for word in words):
        keys.append("".join(words))
    return tuple(dict.fromkeys(text for text in keys if text))

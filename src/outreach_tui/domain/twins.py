"""Which customers look like one: by name without the legal form, strengthened or weakened by where they are.

Nothing here decides: what looks alike is proposed to a person.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.text import fold

ENOUGH = 95
"""Likeness of the names (0 to 100) with what speaks for and against it, from which two customers are proposed."""
LEAST = 70
"""Names less alike than this are not saved by a shared telephone: one building has one number."""
SAME_CITY, SAME_MAIL, SAME_PHONE = 8, 15, 15
OTHER_CITY, OTHER_COUNTRY = -15, -25
SAME_WORD = 78
"""Words less alike than this are two words, and no slip of a finger: Meier and Meyer are 80."""
SHORTENED = 85
"""A name that is a part of the other's words counts as so much, if telephone or mail host are the same."""

MOST_OF_A_WORD = 40
"""A word that more customers share than this tells nobody apart."""
NEIGHBOURS = 4
"""So many places apart two names may stand in the alphabet, read forwards or backwards, to be compared."""
PHONE_DIGITS = 7

_FORM_WORDS = """
    ab ad ag aps as asa bhd bv bvba cie co company corp corporation cv cvba doo dd eg ek ev eurl gbr gmbh
    haftungsbeschrankt inc incorporated jsc kft kg kgaa kk lda limited limitada llc llp lp ltd ltda mbh nv
    nyrt ohg ooo oy oyj plc pte pty pvt rt sa sapi sarl sas sasu sc sca scs se sl slu snc sp spa sprl srl sro ug zrt zoo
"""
_FORMS = frozenset(_FORM_WORDS.split())
"""Legal forms of the countries of the gazetteer's large towns, folded, dots taken out."""
_JOINING = frozenset({"and", "und", "et", "the"})
_MAIL_HOSTS = """
    aol.com freenet.de free.fr gmail.com gmx.at gmx.ch gmx.de gmx.net googlemail.com hotmail.com icloud.com
    laposte.net libero.it live.com mac.com mail.com mail.ru me.com msn.com orange.fr outlook.com outlook.de
    proton.me protonmail.com t-online.de terra.com.br wanadoo.fr web.de yahoo.com yahoo.de yandex.ru
"""
_EVERYBODYS = frozenset(_MAIL_HOSTS.split())
"""Mail hosts of private people: an address there says nothing about the company."""


class Twins(NamedTuple):
    """Two customers that look like one."""

    one: Customer
    """The one that came first."""
    other: Customer
    likeness: float
    """At least ENOUGH."""
    because: tuple[str, ...]
    """What speaks for it besides the names, in words."""


class _Traits(NamedTuple):
    words: tuple[str, ...]
    """Of the name, without legal form."""
    name: str
    numbers: frozenset[str]
    city: str
    country: str
    mail: str
    phone: str


def bare_words(name: str) -> tuple[str, ...]:
    """Return the words of a company's name without its legal form; all of them if nothing else is left."""
    words: list[str] = []
    letters = ""
    for word in fold(name).split():
        if len(word) == 1 and word.isalpha():  # "S.A." comes as two words
            letters += word
            continue
        words += [letters] * bool(letters) + [word]
        letters = ""
    words += [letters] * bool(letters)
    kept = [word for word in words if word not in _JOINING] or words
    end = len(kept)
    while end > 1 and (kept[end - 1] in _FORMS or (kept[end - 1] == "de" and "cv" in kept[end:])):
        end -= 1
    return tuple(kept[:end])


def likeness(one: Customer, other: Customer) -> tuple[float, tuple[str, ...]]:
    """Return how much two customers look alike, and what speaks for it besides the names."""
    return _likeness(_traits(one), _traits(other))


def find_twins(customers: Sequence[Customer], among: Iterable[str] | None = None) -> list[Twins]:
    """Return the pairs that look like one customer, the most alike first; with `among` only those with one of these.

    Only customers are compared that share a rare word, a telephone, a mail host of their own, or a place in the
    alphabet: the work grows with their number, not with its square.
    """
    traits = {customer.id: _traits(customer) for customer in customers}
    addressed: dict[str, list[str]] = defaultdict(list)
    for customer in customers:
        if customer.email:
            addressed[customer.email.casefold()].append(customer.id)
    # An address that more than two have is a chain's, or their accountant's.
    one_address = {_ordered(*ids) for ids in addressed.values() if len(ids) == 2}
    by_id = {customer.id: customer for customer in customers}
    wanted = None if among is None else set(among)
    found = []
    for pair in {*_pairs(traits), *one_address}:
        if wanted is not None and wanted.isdisjoint(pair):
            continue
        first, second = sorted(pair)  # ids are made in the order of time
        score, because = _likeness(traits[first], traits[second])
        if pair in one_address and score < ENOUGH and _share_a_word(traits[first], traits[second]):
            score, because = ENOUGH, ("the same e-mail address",)
        if score >= ENOUGH:
            found.append(Twins(by_id[first], by_id[second], score, because))
    return sorted(found, key=lambda t: (-t.likeness, fold(t.one.name), t.one.id, t.other.id))


def _pairs(traits: dict[str, _Traits]) -> Iterator[tuple[str, str]]:
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id_, trait in traits.items():
        for word in trait.words:
            blocks["word", word].append(id_)
            blocks["town", f"{word} {trait.city}"].append(id_)
        blocks["name", trait.name].append(id_)
        if trait.mail:
            blocks["mail", trait.mail].append(id_)
        if trait.phone:
            blocks["phone", trait.phone].append(id_)
    for members in blocks.values():
        if len(members) <= MOST_OF_A_WORD:
            yield from (_ordered(a, b) for a, b in combinations(dict.fromkeys(members), 2))
        else:  # a chain of stores under one name: each is compared with the next only
            yield from (_ordered(a, b) for a, b in pairwise(members))
    for turned in (1, -1):
        order = sorted(traits, key=lambda id_: (traits[id_].name[::turned], id_))
        for apart in range(1, NEIGHBOURS + 1):
            yield from (_ordered(a, b) for a, b in zip(order, order[apart:], strict=False))


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _traits(customer: Customer) -> _Traits:
    words = bare_words(customer.name)
    place = customer.place
    digits = "".join(c for c in customer.phone if c.isdigit())
    return _Traits(
        words=words,
        name="".join(words),
        numbers=frozenset(word for word in words if any(c.isdigit() for c in word)),
        city=_folded(place.name if place and place.name else customer.city),
        country=_folded(place.country if place and place.country else customer.country),
        mail=_own_host(customer.email) or _own_host(_host(customer.website)),
        phone=digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else "",
    )


@lru_cache(maxsize=1 << 14)
def _folded(text: str) -> str:
    return fold(text)


def _host(website: str) -> str:
    bare = website.casefold().partition("://")[2] or website.casefold()
    return bare.partition("/")[0].removeprefix("www.")


def _own_host(address: str) -> str:
    host = address.casefold().rpartition("@")[2].strip()
    return "" if host in _EVERYBODYS or "." not in host else host


def _share_a_word(one: _Traits, other: _Traits) -> bool:
    return one.numbers == other.numbers and not set(one.words).isdisjoint(other.words)


def _likeness(one: _Traits, other: _Traits) -> tuple[float, tuple[str, ...]]:
    if one.numbers != other.numbers or not one.name or not other.name:
        return 0.0, ()  # "Station 12" is not "Station 13"
    from rapidfuzz import fuzz  # 30 ms that only who looks for twins has to pay

    same_mail = bool(one.mail) and one.mail == other.mail
    same_phone = bool(one.phone) and one.phone == other.phone
    score = max(
        fuzz.ratio(one.name, other.name),
        fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words)),
    )
    shorter, longer = sorted(({*one.words}, {*other.words}), key=len)
    if (same_mail or same_phone) and shorter <= longer:  # "Alfreds" and "Alfreds Futterkiste"
        score = max(score, SHORTENED)
    left = (
        [w for w in one.words if w not in other.words],
        [w for w in other.words if w not in one.words],
    )
    other_word = len(left[0]) == len(left[1]) and any(
        fuzz.ratio(*both) < SAME_WORD for both in zip(*left, strict=True)
    )
    if score < LEAST or other_word:  # long words in common hide that one is another
        return 0.0, ()
    speaks = [
        (same_mail, SAME_MAIL, f"the same mail host {one.mail}"),
        (same_phone, SAME_PHONE, "the same telephone"),
        (bool(one.city) and one.city == other.city, SAME_CITY, "the same town"),
        (bool(one.city and other.city) and one.city != other.city, OTHER_CITY, ""),
        (bool(one.country and other.country) and one.country != other.country, OTHER_COUNTRY, ""),
    ]
    score += sum(points for holds, points, _ in speaks if holds)
    return score, tuple(words for holds, _, words in speaks if holds and words)

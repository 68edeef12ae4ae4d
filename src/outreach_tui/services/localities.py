"""Where customers are: a team answers once which town is meant, and what the gazetteer is sure of is not asked."""

from collections.abc import Mapping, Sequence

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.place import Place, PlaceMatch
from outreach_tui.domain.record import Change, Patch, Put
from outreach_tui.domain.settings import PLACE_PREFIX, Setting
from outreach_tui.domain.text import clean_line, text_key
from outreach_tui.services.ports import Places, Store

OFFERED = 6
"""So many towns that begin as typed are offered."""


def place_key(city: str, region: str, country: str) -> str:
    """Return the id of the setting that remembers where this is."""
    return PLACE_PREFIX + "|".join(text_key(part) for part in (city, region, country))


def key_of(customer: Customer) -> str:
    """Return the id of the setting that remembers where the customer's town is."""
    return place_key(customer.city, customer.region, customer.country)


def is_vague(customer: Customer) -> bool:
    """Return whether a better place may be found: none is known, or only the country of a town."""
    place = customer.place
    return place is None or (place.lat is None and bool(customer.city))


def placing(store: Store, customer: Customer, place: Place) -> list[Change]:
    """Return the changes that say where a customer is, and all others of the same town, and that remember it."""
    key, nowhere = key_of(customer), not (customer.city or customer.country)
    same = [customer] if nowhere else [c for c in store.all(Customer) if key_of(c) == key]
    changes: list[Change] = [
        Patch(Customer, c.id, {"place": place}) for c in same if c.place != place
    ]
    return [*changes, *_remembering(store, key, place)] if not nowhere else changes


def towns_like(places: Places, typed: str, country: str = "") -> tuple[Place, ...]:
    """Return towns whose name begins as typed, those of the country first."""
    if len(typed.strip()) < 2:
        return ()
    code = places.country_code(country)
    home = places.complete(typed, OFFERED, code) if code else ()
    abroad = places.complete(typed, OFFERED) if len(home) < OFFERED else ()
    return tuple(dict.fromkeys((*home, *abroad)))[:OFFERED]


def town_fields(places: Places, place: Place, typed: str, country: str = "") -> dict[str, str]:
    """Return the fields of a customer that a chosen town fills.

    A name in another language, and a name of the country, stay as they were typed if they mean the same.
    """
    name = clean_line(country)
    if not place.country or places.country_code(name) != place.country:
        name = places.country_name(place.country)
    city = place.name
    typed = clean_line(typed)
    if text_key(typed) != text_key(city):
        found = places.look_up(typed, place.region, name).place
        city = city if found != place else typed.title() if typed.islower() else typed
    where = {"city": city, "region": place.region, "country": name}
    return where | {"place": str(place.geoname_id)}


def placed_in(
    store: Store, changes: Sequence[Change], answers: Mapping[str, Place]
) -> list[Change]:
    """Return `changes` with the places that `answers` give, by `key_of`; other customers on file get them too."""
    answered: list[Change] = []
    seen: set[str] = set()
    for change in changes:
        customer = _as_written(store, change)
        place = answers.get(key_of(customer)) if customer else None
        if customer is not None:
            seen.add(customer.id)
        if customer is None or place is None:
            answered.append(change)
        elif isinstance(change, Patch):
            answered.append(Patch(Customer, change.id, change.fields | {"place": place}))
        else:
            answered.append(Put(msgspec.structs.replace(customer, place=place)))
    for customer in store.all(Customer):
        place = answers.get(key_of(customer))
        if place is not None and customer.id not in seen and customer.place != place:
            answered.append(Patch(Customer, customer.id, {"place": place}))
    for key, place in answers.items():
        answered += _remembering(store, key, place)
    return answered


def _as_written(store: Store, change: Change) -> Customer | None:
    """Return the customer as a change leaves it, None if it is about something else."""
    if isinstance(change, Put):
        return change.record if isinstance(change.record, Customer) else None
    if isinstance(change, Patch) and change.kind is Customer:
        old = store.get(Customer, change.id)
        return msgspec.structs.replace(old, **change.fields) if old else None
    return None


def _remembering(store: Store, key: str, place: Place) -> list[Change]:
    answer = Setting(id=key, value=place.geoname_id)
    return [Put(answer)] if place.geoname_id and store.get(Setting, key) != answer else []


class PlaceFinder:
    """Looks up towns, remembered answers first."""

    def __init__(self, places: Places, store: Store) -> None:
        self._places = places
        self._store = store
        self._found: dict[str, PlaceMatch] = {}
        self._asked: set[str] = set()

    def find(self, customer: Customer) -> PlaceMatch:
        """Return the place of a customer; if that is not certain, the candidates, and the country's only zone if any.

        Other than from the gazetteer, a match can have both a place and a question (`why`): a zone to call by, but no
        town.
        """
        key = key_of(customer)
        if key not in self._found:
            self._found[key] = self._remembered(key) or self._look_up(customer)
        return self._found[key]

    def ask_once(self, customer: Customer) -> bool:
        """Return whether nobody has been asked about this town yet."""
        key = key_of(customer)
        first = key not in self._asked
        self._asked.add(key)
        return first

    def _remembered(self, key: str) -> PlaceMatch | None:
        answer = self._store.get(Setting, key)
        if answer is None or not isinstance(answer.value, int):
            return None
        place = self._places.by_id(answer.value)
        return PlaceMatch(place=place) if place else None

    def _look_up(self, customer: Customer) -> PlaceMatch:
        if not (customer.city or customer.country):
            return PlaceMatch()
        match = self._places.look_up(customer.city, customer.region, customer.country)
        if match.place is not None:
            return PlaceMatch(place=match.place)
        code = self._places.country_code(customer.country)
        zone: Place | None = self._places.country_place(code) if code else None
        return PlaceMatch(
            place=zone, candidates=match.candidates, why=match.why or "the place is not known"
        )

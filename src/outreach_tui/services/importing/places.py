"""Where imported customers are: each town is looked up once an import, and an answer is asked for once a team."""

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.place import Place, PlaceMatch
from outreach_tui.domain.settings import PLACE_PREFIX, Setting
from outreach_tui.services.importing.books import text_key
from outreach_tui.services.ports import Places, Store


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

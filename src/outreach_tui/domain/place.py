"""Where a customer or member is: coordinates and time zone, and what a look-up can answer."""

from math import asin, cos, radians, sin, sqrt

import msgspec

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the Earth (IUGG, GRS 80)."""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A point with its time zone: a town of the gazetteer, or a country's only zone without a town."""

    zone: str
    """IANA time zone, such as `Europe/Vienna`."""
    name: str = ""
    """English or most used name of the town; empty if only the country is known."""
    region: str = ""
    """Name of the first-order division (state, Land, prefecture)."""
    country: str = ""
    """ISO 3166-1 alpha-2 code, upper case."""
    lat: float | None = None
    """Degrees north, WGS 84."""
    lon: float | None = None
    """Degrees east, WGS 84."""
    geoname_id: int = 0
    """GeoNames number; 0 if it is not a town of the gazetteer."""

    @property
    def label(self) -> str:
        """What people read: "Graz, Styria, AT"."""
        return ", ".join(part for part in (self.name, self.region, self.country) if part)


class PlaceMatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a look-up found: a place that is certain, or a question with candidates, or neither.

    A wrong place is worse than none: `place` is set only for a certain hit.
    """

    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    """Best first, at most five; set when a person should choose."""
    why: str = ""
    """In plain words, why this asks: "Elgin is known in Illinois, not in Oregon"."""


def distance_km(a: Place, b: Place) -> float | None:
    """Return the great-circle distance in kilometres (haversine), None where a point is unknown."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = (
        sin((lat_b - lat_a) / 2) ** 2
        + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))

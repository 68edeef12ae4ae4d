"""Customers close to each other: whom one journey serves, and where a user group could meet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from math import cos, floor, pi, radians, sin

import msgspec

from outreach_tui.domain.place import EARTH_RADIUS_KM, Place, distance_km
from outreach_tui.domain.standing import Standing

KM_A_DEGREE = 111.195
"""Of latitude, on the sphere that `distance_km` uses; rounded down, so that a reach in degrees is a little too long."""
NEAR_POLE = 89.0
"""From this latitude on a radius may look all around the globe."""
Point = tuple[float, float]
Cell = tuple[int, int]
"""One degree of latitude and of longitude: its southern edge, and the western one, counted from 0 to 359."""
Crowd = tuple[float, float, float, int]
"""Where a point is on the unit sphere, and how many are there."""


class Grid:
    """Points in cells of one degree, so that a radius measures the distance to few of them."""

    def __init__(self, places: Iterable[Place]) -> None:
        """Keep one place of each point; a place without coordinates is nowhere."""
        self.cells: dict[Cell, dict[Point, Place]] = defaultdict(dict)
        for place in places:
            if (point := point_of(place)) is not None:
                self.cells[_cell(point)].setdefault(point, place)

    def __bool__(self) -> bool:
        return bool(self.cells)

    def within(self, centre: Place, radius_km: float) -> Iterator[tuple[float, Point]]:
        """Yield the points within the radius with their distance in kilometres, in no particular order."""
        point = point_of(centre)
        if point is None:
            return
        (lat, lon), (tall, wide) = point, _reach(abs(point[0]), radius_km)
        for cell in _cells_around(point, radius_km):
            if (points := self.cells.get(cell)) is None:
                continue
            for other, place in points.items():
                # Measuring is dear, and degrees tell of most that they are too far.
                aside = abs(other[1] - lon)
                if abs(other[0] - lat) <= tall and (aside <= wide or aside >= 360 - wide):
                    km = distance_km(centre, place)
                    if km is not None and km <= radius_km:
                        yield km, other


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """All customers at one point."""

    place: Place
    here: list[Standing]


class Neighbourhood:
    """Customers by point."""

    def __init__(self, standings: Iterable[Standing]) -> None:
        self.everybody = list(standings)
        """Also those who are at no point that we know."""
        self.spots: dict[Point, Spot] = {}
        for standing in self.everybody:
            place = standing.facts.place
            if place is None or (point := point_of(place)) is None:
                continue
            if (spot := self.spots.get(point)) is None:
                self.spots[point] = spot = Spot(place=place, here=[])
            spot.here.append(standing)
        self._grid = Grid(spot.place for spot in self.spots.values())

    def within(self, point: Point, radius_km: float) -> Iterator[tuple[float, Spot]]:
        """Yield the spots within the radius with their distance in kilometres, in no particular order."""
        for km, other in self._grid.within(self.spots[point].place, radius_km):
            yield km, self.spots[other]

    def best_centre(
        self,
        centres: Callable[[Standing], bool],
        counted: Callable[[Standing], bool],
        radius_km: float,
        least: int,
        *,
        besides: bool = False,
        quiet: Grid | None = None,
    ) -> tuple[Point, list[tuple[float, Standing]]] | None:
        """Return the point with a centre customer and the most counted customers around it.

        The customers come nearest first, each with its distance in kilometres. None if no point has `least`; with
        `besides` the point's first centre (`first_of`) is none of them, as `least` counts. No centre lies within the
        radius of a point of `quiet`.
        Ties go to the greater sum of loyalty, then to the point further north and west.
        """
        counts = {point: [s for s in spot.here if counted(s)] for point, spot in self.spots.items()}
        crowds = self._crowds(counts)
        reach = _chord(radius_km)

        @cache
        def rank(point: Point) -> tuple[int, float, float]:
            around = [counts[other] for _, other in self._around(point, radius_km)]
            # In tenths, so that the order in which they are added up makes no difference.
            return sum(round(10 * s.total) for here in around for s in here), point[0], -point[1]

        best: Point | None = None
        enough = least
        for most, cell in self._most_promising(counts, radius_km):
            # The cells come by how many they could have around them: no later one has more.
            if most < enough:
                break
            for point in self._grid.cells[cell]:
                found = _count_around(point, radius_km, reach, crowds)
                if found < enough:
                    continue
                here = self.spots[point].here
                if not any(map(centres, here)):
                    continue
                if besides and counted(first_of(filter(centres, here))):
                    found -= 1
                if found < enough or (best and found == enough and rank(point) < rank(best)):
                    continue
                # Asked last, since it takes the longest and few get here.
                if not (quiet and any(quiet.within(self.spots[point].place, radius_km))):
                    best, enough = point, found
        if best is None:
            return None
        near = [(km, s) for km, other in self._around(best, radius_km) for s in counts[other]]
        return best, sorted(near, key=lambda pair: (pair[0], -pair[1].total, pair[1].customer_id))

    def _crowds(self, counts: Mapping[Point, list[Standing]]) -> dict[Cell, list[Crowd]]:
        """Return where the counted customers are on the unit sphere, by cell."""
        found: dict[Cell, list[Crowd]] = {}
        for cell, points in self._grid.cells.items():
            crowds = [(*_on_sphere(point), len(counts[point])) for point in points if counts[point]]
            if crowds:
                found[cell] = crowds
        return found

    def _around(self, point: Point, radius_km: float) -> Iterator[tuple[float, Point]]:
        return self._grid.within(self.spots[point].place, radius_km)

    def _most_promising(
        self, counts: Mapping[Point, list[Standing]], radius_km: float
    ) -> list[tuple[int, Cell]]:
        """Return the cells with the most customers that any of their points can have within the radius, most first."""
        held: dict[int, dict[int, int]] = defaultdict(dict)
        for (row, column), points in self._grid.cells.items():
            held[row][column] = sum(len(counts[point]) for point in points)
        bounds = []
        for row, columns in held.items():
            # The whole row is equally far from the equator, and reaches equally far.
            bottom, top, steps = _span(row, radius_km)
            rows = [held[near] for near in range(bottom, top + 1) if near in held]
            for column in columns:
                beside = [(column + step) % 360 for step in steps]
                most = sum(near.get(other, 0) for near in rows for other in beside)
                bounds.append((most, (row, column)))
        return sorted(bounds, reverse=True)


def _cells_around(point: Point, radius_km: float) -> Iterator[Cell]:
    """Yield the cells that hold everything within the radius of a point."""
    tall, wide = _reach(abs(point[0]), radius_km)
    left = floor(point[1] - wide)
    right = min(floor(point[1] + wide), left + 359)
    columns = [column % 360 for column in range(left, right + 1)]
    for row in range(floor(point[0] - tall), floor(point[0] + tall) + 1):
        for column in columns:
            yield row, column


def _on_sphere(point: Point) -> tuple[float, float, float]:
    lat, lon = radians(point[0]), radians(point[1])
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def _chord(radius_km: float) -> float:
    """Return the straight line through the unit sphere between two points so far apart."""
    return 2 * sin(min(pi, radius_km / EARTH_RADIUS_KM) / 2)


def _count_around(
    point: Point, radius_km: float, chord: float, crowds: Mapping[Cell, list[Crowd]]
) -> int:
    """Return how many are within the radius, by the straight line: quicker than `distance_km`, and as exact."""
    x, y, z = _on_sphere(point)
    most = chord * chord
    found = 0
    for cell in _cells_around(point, radius_km):
        for x_, y_, z_, count in crowds.get(cell, ()):
            if (x - x_) ** 2 + (y - y_) ** 2 + (z - z_) ** 2 <= most:
                found += count
    return found


def _span(row: int, radius_km: float) -> tuple[int, int, range]:
    """Return the first and the last row within the radius of a row of cells, and the steps aside that it reaches."""
    tall, wide = _reach(max(abs(row), abs(row + 1)), radius_km)
    aside = floor(wide) + 1
    steps = range(-aside, aside + 1) if aside < 180 else range(360)
    return floor(row - tall), floor(row + 1 + tall), steps


def _reach(lat: float, radius_km: float) -> tuple[float, float]:
    """Return the degrees of latitude and of longitude that a radius spans at most, up to `lat` from the equator."""
    tall = radius_km / KM_A_DEGREE
    # Degrees of longitude are the narrower the further from the equator.
    return tall, (tall / cos(radians(lat + tall)) if lat + tall < NEAR_POLE else 180.0)


def point_of(place: Place) -> Point | None:
    """Return latitude and longitude, None for a place that has none."""
    return None if place.lat is None or place.lon is None else (place.lat, place.lon)


def first_of(standings: Iterable[Standing]) -> Standing:
    """Return the most loyal of them; of equals the first by id."""
    return min(standings, key=lambda s: (-s.total, s.customer_id))


def _cell(point: Point) -> Cell:
    # 180° east is 180° west.
    return floor(point[0]), floor(point[1]) % 360

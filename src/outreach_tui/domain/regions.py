"""Customers close to each other: whom one journey serves, and where a user group could meet."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from math import cos, floor, pi, radians, sin
from typing import TypeVar

import msgspec

from outreach_tui.domain.place import EARTH_RADIUS_KM, Place, distance_km
from outreach_tui.domain.standing import Standing

KM_A_DEGREE = 111.195
"""Of latitude, on the sphere that `distance_km` uses; rounded down, so that a reach in degrees is a little too long."""
NEAR_POLE = 89.0
"""From this latitude on a radius may look all around the globe."""
T = TypeVar("T")
Point = tuple[float, float]
Cell = tuple[int, int]
"""One degree of latitude and of longitude: its southern edge, and the western one, counted from 0 to 359."""
Direction = tuple[float, float, float]
"""A point on the unit sphere: towards the north pole, towards 0° and towards 90° east on the equator."""
Crowd = tuple[float, float, float, int]
"""Where a point is on the unit sphere, and how many are there."""
Cells = Mapping[int, Mapping[int, T]]
"""What cells hold, by row and column."""
ROUNDING = 1e-15
"""The cosine of no distance at all can come out so much below 1."""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """All customers at one point."""

    point: Point
    place: Place
    at: Direction
    here: list[Standing]


class Neighbourhood:
    """Customers by point, in cells of one degree, so that a radius measures the distance to few of them."""

    def __init__(self, standings: Iterable[Standing]) -> None:
        self.everybody = list(standings)
        """Also those who are at no point that we know."""
        self.spots: dict[Point, Spot] = {}
        self._cells: defaultdict[int, dict[int, list[Point]]] = defaultdict(dict)
        for standing in self.everybody:
            place = standing.facts.place
            if place is None or (point := point_of(place)) is None:
                continue
            if (spot := self.spots.get(point)) is None:
                self.spots[point] = spot = Spot(
                    point=point, place=place, at=_on_sphere(point), here=[]
                )
                row, column = _cell(point)
                self._cells[row].setdefault(column, []).append(point)
            spot.here.append(standing)

    def within(self, point: Point, radius_km: float) -> Iterator[tuple[float, Spot]]:
        """Yield the spots within the radius with their distance in kilometres, in no particular order."""
        centre = self.spots[point].place
        (lat, lon), (tall, wide) = point, _reach(abs(point[0]), radius_km)
        for points in _around(_cell(point), radius_km, self._cells):
            for other in points:
                # Measuring is dear, and degrees tell of most that they are too far.
                aside = abs(other[1] - lon)
                if abs(other[0] - lat) <= tall and (aside <= wide or aside >= 360 - wide):
                    spot = self.spots[other]
                    km = distance_km(centre, spot.place)
                    if km is not None and km <= radius_km:
                        yield km, spot

    def best_centre(
        self,
        centres: Callable[[Standing], bool],
        counted: Callable[[Standing], bool],
        radius_km: float,
        least: int,
        *,
        besides: bool = False,
        quiet: Callable[[Standing], bool] | None = None,
        planned: Sequence[Place] = (),
    ) -> tuple[Point, list[tuple[float, Standing]]] | None:
        """Return the point with a centre customer and the most counted customers around it.

        The customers come nearest first, each with its distance in kilometres. None if no point has `least`; with
        `besides` the point's first centre (`first_of`) is none of them, as `least` counts. No centre lies within the
        radius of somebody who wants it `quiet`, or of a place where something is `planned`.
        Ties go to the greater sum of loyalty, then to the point further north and west.
        """
        counts = {point: [s for s in spot.here if counted(s)] for point, spot in self.spots.items()}
        crowds = self._crowds(counts)
        angle = min(pi, radius_km / EARTH_RADIUS_KM)

        def is_quiet(point: Point) -> bool:
            here = self.spots[point].place
            if any(_is_within(radius_km, here, place) for place in planned):
                return True
            return quiet is not None and any(
                quiet(s) for _, spot in self.within(point, radius_km) for s in spot.here
            )

        @cache
        def rank(point: Point) -> tuple[int, float, float]:
            # In tenths, so that the order in which they are added up makes no difference.
            total = sum(round(10 * s.total) for _, s in counted_within(point))
            return total, point[0], -point[1]

        def counted_within(point: Point) -> Iterator[tuple[float, Standing]]:
            for km, spot in self.within(point, radius_km):
                for standing in counts[spot.point]:
                    yield km, standing

        best: Point | None = None
        enough = least
        for most, cell in _most_promising(crowds, radius_km):
            # The cells come by how many they could have around them: no later one has more.
            if most < enough:
                break
            around = sorted(chain.from_iterable(_around(cell, radius_km, crowds)))
            for point in self._cells[cell[0]][cell[1]]:
                spot = self.spots[point]
                found = _count_around(spot.at, angle, around)
                if found < enough or not any(map(centres, spot.here)):
                    continue
                if besides and counted(first_of(filter(centres, spot.here))):
                    found -= 1
                if found < enough or (best and found == enough and rank(point) < rank(best)):
                    continue
                # Asked last, since it takes the longest and few get here.
                if not is_quiet(point):
                    best, enough = point, found
        if best is None:
            return None
        near = counted_within(best)
        return best, sorted(near, key=lambda pair: (pair[0], -pair[1].total, pair[1].customer_id))

    def _crowds(self, counts: Mapping[Point, list[Standing]]) -> Cells[list[Crowd]]:
        """Return where the counted customers are on the unit sphere."""
        return {
            row: {
                column: [(*self.spots[p].at, len(counts[p])) for p in points if counts[p]]
                for column, points in columns.items()
            }
            for row, columns in self._cells.items()
        }


def _most_promising(crowds: Cells[list[Crowd]], radius_km: float) -> list[tuple[int, Cell]]:
    """Return the cells with the most customers that any of their points can have within the radius, most first."""
    held = {
        row: {column: sum(crowd[-1] for crowd in here) for column, here in columns.items()}
        for row, columns in crowds.items()
    }
    cells = ((row, column) for row, columns in held.items() for column in columns)
    return sorted(((sum(_around(cell, radius_km, held)), cell) for cell in cells), reverse=True)


def _around(cell: Cell, radius_km: float, cells: Cells[T]) -> Iterator[T]:
    """Yield what the cells hold that a radius from any point of the cell can reach."""
    row, column = cell
    tall, wide = _reach(max(abs(row), abs(row + 1)), radius_km)
    aside = min(floor(wide) + 1, 180)
    for near in range(floor(row - tall), floor(row + 1 + tall) + 1):
        if (columns := cells.get(near)) is None:
            continue
        if len(columns) <= 2 * aside:
            for other, held in columns.items():
                steps = abs(other - column)
                if steps <= aside or steps >= 360 - aside:
                    yield held
        else:
            for other in range(column - aside, column + aside + 1):
                if (found := columns.get(other % 360)) is not None:
                    yield found


def _on_sphere(point: Point) -> Direction:
    lat, lon = radians(point[0]), radians(point[1])
    return sin(lat), cos(lat) * cos(lon), cos(lat) * sin(lon)


def _count_around(at: Direction, angle: float, crowds: Sequence[Crowd]) -> int:
    """Return how many of the crowds, the southernmost first, are within the angle, in radians.

    As exact as `distance_km`, and quicker.
    """
    north, x, y = at
    least = cos(angle) - ROUNDING
    # Nobody within the radius is further north or south than it is long.
    first = bisect_left(crowds, (north - angle,))
    last = bisect_right(crowds, (north + angle,), first)
    return sum(
        [
            count
            for north_, x_, y_, count in crowds[first:last]
            if north * north_ + x * x_ + y * y_ >= least
        ]
    )


def _is_within(radius_km: float, here: Place, there: Place) -> bool:
    km = distance_km(here, there)
    return km is not None and km <= radius_km


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

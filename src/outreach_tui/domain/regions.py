"""Customers close to each other: whom one journey serves, and where a user group could meet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import ceil, cos, radians

import msgspec

from outreach_tui.domain.place import Place, distance_km
from outreach_tui.domain.standing import Standing

KM_A_DEGREE = 111.195
"""Of latitude, on the sphere that `distance_km` uses."""
Point = tuple[float, float]


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """All customers at one point."""

    place: Place
    here: list[Standing]


class Neighbourhood:
    """Customers by point, in cells of one degree, so that a radius looks at few of them."""

    def __init__(self, standings: Iterable[Standing]) -> None:
        self.spots: dict[Point, Spot] = {}
        self._cells: dict[tuple[int, int], list[Point]] = defaultdict(list)
        for standing in standings:
            place = standing.facts.place
            if place is None or place.lat is None or place.lon is None:
                continue
            point = (place.lat, place.lon)
            if point not in self.spots:
                self.spots[point] = Spot(place=place, here=[])
                self._cells[int(place.lat // 1), _column(place.lon)].append(point)
            self.spots[point].here.append(standing)

    def within(self, point: Point, radius_km: float) -> Iterator[tuple[float, Spot]]:
        """Yield the spots within the radius with their distance in kilometres, in no particular order."""
        centre = self.spots[point].place
        lat, lon = point
        rows = ceil(radius_km / KM_A_DEGREE)
        widest = max(abs(lat) + radius_km / KM_A_DEGREE, 0.0)
        columns = ceil(radius_km / (KM_A_DEGREE * cos(radians(widest)))) if widest < 89 else 180
        cells = {_column(lon // 1 + step) for step in range(-columns, columns + 1)}
        for row in range(int(lat // 1) - rows, int(lat // 1) + rows + 1):
            for column in cells:
                for other in self._cells.get((row, column), ()):
                    km = distance_km(centre, self.spots[other].place)
                    if km is not None and km <= radius_km:
                        yield km, self.spots[other]

    def best_centre(
        self,
        centres: Callable[[Standing], bool],
        counted: Callable[[Standing], bool],
        radius_km: float,
        least: int,
        besides: bool = False,
    ) -> tuple[Point, list[tuple[float, Standing]]] | None:
        """Return the point with a centre customer and the most counted customers around it.

        The customers come nearest first, each with its distance in kilometres. None if no point has `least`; with
        `besides` the point's first centre (`first_of`) is none of them, as `least` counts.
        Ties go to the greater sum of loyalty, then to the point further north and west.
        """
        counts = {point: [s for s in spot.here if counted(s)] for point, spot in self.spots.items()}
        # In tenths, so that the order in which they are added up makes no difference.
        sums = {point: sum(round(10 * s.total) for s in here) for point, here in counts.items()}
        best: tuple[tuple[int, int, Point], Point] | None = None
        for point, spot in self.spots.items():
            possible = [s for s in spot.here if centres(s)]
            if not possible:
                continue
            around = [_point(other) for _, other in self.within(point, radius_km)]
            found = sum(len(counts[other]) for other in around)
            if besides and counted(first_of(possible)):
                found -= 1
            rank = (found, sum(sums[other] for other in around), (point[0], -point[1]))
            if found >= least and (best is None or rank > best[0]):
                best = rank, point
        if best is None:
            return None
        near = [
            (km, s) for km, spot in self.within(best[1], radius_km) for s in counts[_point(spot)]
        ]
        return best[1], sorted(
            near, key=lambda pair: (pair[0], -pair[1].total, pair[1].customer_id)
        )


def first_of(standings: Iterable[Standing]) -> Standing:
    """Return the most loyal of them; of equals the first by id."""
    return min(standings, key=lambda s: (-s.total, s.customer_id))


def _column(lon: float) -> int:
    """Return the cell of a longitude, -180 to 179: 180° east is 180° west."""
    return (int(lon // 1) + 180) % 360 - 180


def _point(spot: Spot) -> Point:
    assert spot.place.lat is not None and spot.place.lon is not None
    return spot.place.lat, spot.place.lon

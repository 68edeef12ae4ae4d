"""Neighbourhoods against a look at every pair."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach_tui.domain.place import Place, distance_km
from outreach_tui.domain.regions import Neighbourhood
from outreach_tui.domain.standing import Standing
from unit.domain.making import place, row, stand

LATS = st.sampled_from([-90.0, -89.5, -60.0, 0.0, 0.5, 48.2, 88.5, 89.95, 90.0]) | st.floats(
    -90, 90
)
LONS = st.sampled_from([-180.0, -179.9, -0.2, 0.0, 16.3, 179.9, 180.0]) | st.floats(-180, 180)
POINTS = st.lists(st.tuples(LATS, LONS), min_size=1, max_size=12)


def people(points: list[tuple[float, float]]) -> list[Standing]:
    return [stand(row(f"c{n:03}", place=place(*point))) for n, point in enumerate(points)]


def near(a: Standing, b: Standing, radius_km: float) -> bool:
    assert a.facts.place and b.facts.place
    km = distance_km(a.facts.place, b.facts.place)
    return km is not None and km <= radius_km


@settings(max_examples=60)
@given(POINTS, st.sampled_from([10.0, 60.0, 100.0, 250.0, 3000.0]))
@example([(0.0, -1e-38), (0.0, 1e-38)], 60.0)
@example([(10.0, 180.0), (10.0, -180.0), (10.0, 179.99), (10.0, -179.99)], 60.0)
@example([(89.9, 0.0), (89.9, 180.0), (90.0, 77.0)], 60.0)
@example([(88.95, 0.0), (88.95, 40.0), (88.2, 0.5)], 100.0)
def test_within_a_radius_are_those_that_measuring_every_pair_finds(
    points: list[tuple[float, float]], radius_km: float
) -> None:
    standings = people(points)
    hood = Neighbourhood(standings)
    for standing in standings:
        assert standing.facts.place
        point = (standing.facts.place.lat, standing.facts.place.lon)
        found = [s.customer_id for _, spot in hood.within(point, radius_km) for s in spot.here]
        expected = [s.customer_id for s in standings if near(standing, s, radius_km)]
        assert sorted(found) == expected


@given(POINTS, st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11)), st.booleans(),
       st.randoms(use_true_random=False))  # fmt: skip
@settings(max_examples=60)
def test_the_best_centre_is_that_of_a_look_at_all(
    points: list[tuple[float, float]],
    centres: set[int],
    counted: set[int],
    besides: bool,
    chance: random.Random,
) -> None:
    standings = people(points)
    is_centre = {f"c{n:03}" for n in centres}
    counts = {f"c{n:03}" for n in counted}

    def best(some: list[Standing]) -> tuple[tuple[float, float], list[str]] | None:
        found = Neighbourhood(some).best_centre(
            centres=lambda s: s.customer_id in is_centre,
            counted=lambda s: s.customer_id in counts,
            radius_km=500,
            least=2,
            besides=besides,
        )
        return found and (found[0], [s.customer_id for _, s in found[1]])

    sizes = [
        sum(
            near(centre, s, 500)
            for s in standings
            if s.customer_id in counts and not (besides and s is centre)
        )
        for centre in standings
        if centre.customer_id in is_centre
    ]
    found = best(standings)
    if besides:
        # Several customers at one point have one centre among them, so the brute count is an upper bound.
        assert found is None or max(sizes) >= 2
    else:
        assert (found is not None) == (max(sizes, default=0) >= 2)
        assert found is None or len(found[1]) == max(sizes)
    assert best(chance.sample(standings, len(standings))) == found


@given(POINTS, st.sets(st.integers(0, 11)), POINTS, st.sampled_from([10.0, 60.0, 500.0, 3000.0]))
@settings(max_examples=100)
def test_no_centre_lies_near_a_quiet_customer_or_something_planned(
    points: list[tuple[float, float]],
    quiet: set[int],
    planned: list[tuple[float, float]],
    radius_km: float,
) -> None:
    standings, ids = people(points), {f"c{n:03}" for n in quiet}
    silent = [*people(planned), *(s for s in standings if s.customer_id in ids)]
    loud = [s for s in standings if not any(near(s, other, radius_km) for other in silent)]
    found = Neighbourhood(standings).best_centre(
        centres=lambda _: True,
        counted=lambda _: True,
        radius_km=radius_km,
        least=1,
        quiet=lambda s: s.customer_id in ids,
        planned=[place(*point) for point in planned],
    )
    sizes = [sum(near(centre, s, radius_km) for s in standings) for centre in loud]
    assert (0 if found is None else len(found[1])) == max(sizes, default=0)
    if found:
        assert found[0] in {(s.facts.place.lat, s.facts.place.lon) for s in loud if s.facts.place}


def test_the_best_of_many_towns_is_that_of_a_look_at_all() -> None:
    chance = random.Random(4)
    towns = [(chance.gauss(50, 3), chance.gauss(8, 4)) for _ in range(120)]
    standings = people([*towns, *(chance.choice(towns) for _ in range(300))])
    for radius_km in (20.0, 60.0, 250.0):
        found = Neighbourhood(standings).best_centre(
            centres=lambda _: True, counted=lambda _: True, radius_km=radius_km, least=1
        )
        assert found
        assert len(found[1]) == max(
            sum(near(centre, s, radius_km) for s in standings) for centre in people(towns)
        )


def test_customers_without_a_point_are_nowhere() -> None:
    nowhere = [stand(row("a")), stand(row("b", place=Place(zone="Europe/Vienna", country="AT")))]
    hood = Neighbourhood(nowhere)
    assert hood.spots == {}
    assert (
        hood.best_centre(centres=lambda _: True, counted=lambda _: True, radius_km=9, least=0)
        is None
    )


def test_the_nearest_come_first_and_ties_go_to_the_more_loyal_then_north_and_west() -> None:
    standings = [
        stand(row("a", place=place(10, 10)), total=10),
        stand(row("b", place=place(10, 10)), total=90),
        stand(row("c", place=place(10, 10.5)), total=50),
        stand(row("d", place=place(50, 10)), total=50),
        stand(row("e", place=place(50, 10)), total=50),
        stand(row("f", place=place(50, 10.5)), total=50),
    ]

    def best(some: list[Standing]) -> tuple[tuple[float, float], list[str]]:
        found = Neighbourhood(some).best_centre(
            centres=lambda _: True, counted=lambda _: True, radius_km=100, least=3
        )
        assert found
        return found[0], [s.customer_id for _, s in found[1]]

    assert best(standings) == ((50.0, 10.0), ["d", "e", "f"])
    richer = [*standings, stand(row("g", place=place(10, 10)), total=0)]
    assert best(richer) == ((10.0, 10.0), ["b", "a", "g", "c"])


@pytest.mark.parametrize(("besides", "found"), [(False, True), (True, False)])
def test_the_centre_itself_can_be_left_out_of_the_count(besides: bool, found: bool) -> None:
    pair = people([(10, 10), (10, 10.1)])
    best = Neighbourhood(pair).best_centre(
        centres=lambda _: True, counted=lambda _: True, radius_km=100, least=2, besides=besides
    )
    assert (best is not None) is found

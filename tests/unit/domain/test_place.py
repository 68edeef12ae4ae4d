"""Distances on the sphere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.place import Place, distance_km
from unit.domain.making import place

POINTS = st.builds(place, st.floats(-90, 90), st.floats(-180, 180))
VIENNA, TOKYO = place(48.2085, 16.3721), place(35.6895, 139.6917)


def test_known_distances_come_out() -> None:
    assert distance_km(VIENNA, TOKYO) == pytest.approx(9140, rel=0.005)
    assert distance_km(place(0, 0), place(0, 1)) == pytest.approx(111.195, abs=0.001)
    assert distance_km(place(0, 179.5), place(0, -179.5)) == pytest.approx(111.195, abs=0.001)
    assert distance_km(place(90, 0), place(-90, 77)) == pytest.approx(20015.1, abs=0.1)
    assert distance_km(place(90, 10), place(90, -120)) == pytest.approx(0, abs=1e-6)


def test_an_unknown_point_has_no_distance() -> None:
    nowhere = Place(zone="Europe/Vienna")
    assert distance_km(nowhere, VIENNA) is None
    assert distance_km(VIENNA, nowhere) is None
    assert distance_km(Place(zone="UTC", lat=0.0), VIENNA) is None


@given(POINTS, POINTS, POINTS)
def test_a_distance_is_one(a: Place, b: Place, c: Place) -> None:
    ab, ba = distance_km(a, b), distance_km(b, a)
    bc, ac = distance_km(b, c), distance_km(a, c)
    assert ab is not None and ba is not None and bc is not None and ac is not None
    assert ab == pytest.approx(ba)
    assert 0 <= ab <= 20015.2
    assert ac <= ab + bc + 0.001
    assert distance_km(a, a) == 0


def test_a_label_names_what_is_known() -> None:
    assert Place(zone="x", name="Graz", region="Styria", country="AT").label == "Graz, Styria, AT"
    assert Place(zone="x", country="AT").label == "AT"

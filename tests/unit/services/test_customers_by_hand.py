"""Customers by hand: what is told about each field, twins, and towns that were chosen."""

from datetime import date
from pathlib import Path

import pytest

from outreach_tui.bootstrap import Services, sample_services
from outreach_tui.errors import BadInput, Refused
from outreach_tui.places.gazetteer import Gazetteer
from outreach_tui.services.localities import town_fields, towns_like

PLACES = Gazetteer()


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return sample_services(tmp_path, date(2026, 11, 25))


def test_every_wrong_field_is_told_at_once_and_a_doubt_is_not_wrong(services: Services) -> None:
    told = services.customers.told(
        {
            "name": "", "email": "x", "customer_since": "2030-01-01", "renewal_on": "31.02.",
            "phone": "12", "country": "Utopia", "website": "soon", "cadence": "90/45",
        }
    )  # fmt: skip
    assert {field for field, said in told.items() if said.wrong} == {
        "name", "email", "customer_since", "renewal_on", "cadence",
    }  # fmt: skip
    assert {field for field, said in told.items() if not said.wrong} == {
        "country", "website", "phone",
    }  # fmt: skip
    assert "has not come yet" in told["customer_since"].words
    assert "renewal_on" in told["customer_since"].hint


@pytest.mark.parametrize("country", ["AT", "Austria", "Österreich", "Autriche"])
def test_a_phone_number_is_doubted_by_the_rules_of_the_country_in_any_language(
    services: Services, country: str
) -> None:
    assert (
        "too short" in services.customers.told({"phone": "12", "country": country})["phone"].words
    )
    assert services.customers.told({"phone": "0316 123456", "country": country}) == {}


def test_an_unknown_town_is_told_and_kept(services: Services) -> None:
    told = services.customers.told({"name": "X", "city": "Grz", "country": "Austria"})
    assert not told["city"].wrong
    assert "Graz, Styria, AT" in told["city"].hint
    added = services.customers.add("X", {"city": "Grz", "country": "Austria"})
    assert added.city == "Grz"


def test_a_twin_is_wrong_for_a_new_customer_and_a_doubt_for_one_that_is_renamed(
    services: Services,
) -> None:
    told = services.customers.told({"name": "dachsbrau"})["name"]
    assert told.wrong
    assert "on file already" in told.words
    assert (
        services.customers.told({"name": "dachsbrau", "city": "Graz", "country": "Austria"}) == {}
    )
    other = services.customers.add("Other", {})
    assert not services.customers.told({"name": "Dachsbräu"}, other)["name"].wrong
    own = services.customers.find("Dachsbräu")
    assert services.customers.told({"name": "DACHSBRÄU"}, own) == {}


def test_a_future_first_day_is_refused_and_a_past_day_without_a_year_is_meant(
    services: Services,
) -> None:
    with pytest.raises(BadInput, match="has not come yet"):
        services.customers.add("X", {"customer_since": "2030-01-01"})
    assert services.customers.add("X", {"customer_since": "3 dec"}).customer_since == date(
        2025, 12, 3
    )


def test_a_town_that_was_chosen_is_the_place_also_where_its_name_is_ambiguous(
    services: Services,
) -> None:
    there = next(p for p in towns_like(PLACES, "Springfield", "USA") if p.region == "Illinois")
    fields = town_fields(PLACES, there, "Springf", "USA")
    assert fields == {
        "city": "Springfield", "region": "Illinois", "country": "USA", "place": str(there.geoname_id),
    }  # fmt: skip
    added = services.customers.add("X", fields)
    assert added.place == there
    assert "Springfield, Illinois" in services.customers.look_at_new({"name": "Y", **fields})
    # A namesake that the gazetteer alone would ask about is remembered for the next one.
    small = next(p for p in towns_like(PLACES, "Springfield", "USA") if p.region == "Illinois")
    vague = services.customers.add("Z", {"city": "Springfield", "country": "USA"})
    assert vague.place is None
    services.customers.edit(vague, {"place": str(small.geoname_id)})
    again = services.customers.add("Q", {"city": "Springfield", "country": "USA"})
    assert again.place == small


def test_a_chosen_place_of_an_unknown_name_stays_with_the_new_customer(services: Services) -> None:
    graz = PLACES.by_id(2778067)
    added = services.customers.add("X", {"city": "Schlossberg", "place": "2778067"})
    assert added.place == graz
    services.workspace.undo()
    with pytest.raises(Refused):
        services.customers.find("X")


def test_towns_of_the_country_come_first_and_then_those_abroad() -> None:
    assert towns_like(PLACES, "sa", "Austria")[0].name == "Salzburg"
    assert {p.country for p in towns_like(PLACES, "graz", "Germany")} > {"AT"}
    assert towns_like(PLACES, "s") == towns_like(PLACES, "") == towns_like(PLACES, "%_") == ()


def test_a_name_in_another_language_stays_as_it_was_typed() -> None:
    vienna = towns_like(PLACES, "wien")[0]
    assert town_fields(PLACES, vienna, "wien", "Österreich")["city"] == "Wien"
    assert town_fields(PLACES, vienna, "wien", "Österreich")["country"] == "Österreich"
    assert town_fields(PLACES, vienna, "vie", "Germany")["city"] == "Vienna"
    assert town_fields(PLACES, vienna, "vie", "Germany")["country"] == "Austria"


def test_completing_within_a_country_returns_only_its_towns() -> None:
    found = PLACES.complete("san", 5, "US")
    assert len(found) == 5
    assert {place.country for place in found} == {"US"}


def test_customers_are_offered_by_a_part_of_their_name_the_beginning_first(
    services: Services,
) -> None:
    services.customers.add("Blum", {})
    services.customers.add("Zum Blumenhof", {})
    found = [row.name for row in services.customers.like("BLÜM")]
    assert found == ["Blum", "Zum Blumenhof", "Backstube Kornblume"]
    assert services.customers.like("") == services.customers.like("qqqq") == []

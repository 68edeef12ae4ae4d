"""What fields of forms offer while they are typed: towns, members, customers."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from outreach_tui.domain.text import clean_line, text_key
from outreach_tui.screens.desk import Desk
from outreach_tui.services.localities import town_fields, towns_like
from outreach_tui.widgets.offers import Offer

Offers = Callable[[str, Mapping[str, str]], Sequence[Offer]]
"""Takes what is typed in the field, and the whole form."""


def town_offers(desk: Desk) -> Offers:
    """Return what offers towns; one that is taken fills region and country, too, and says which town of the name."""
    places = desk.workspace.places

    def offers(typed: str, form: Mapping[str, str]) -> Sequence[Offer]:
        country = form.get("country", "")
        return [
            Offer(
                ", ".join(
                    filter(None, (place.name, place.region, places.country_name(place.country)))
                ),
                partial(town_fields, places, place, typed, country),
            )
            for place in towns_like(places, typed, country)
        ]

    return offers


def label_offers(desk: Desk) -> Offers:
    """Return what offers towns for a form that has one field for them: one that is taken says region and country."""
    places = desk.workspace.places

    def offers(typed: str, form: Mapping[str, str]) -> Sequence[Offer]:  # noqa: ARG001  towns need no other field
        found = []
        for place in towns_like(places, typed):
            country = places.country_name(place.country)
            if places.look_up(place.name, place.region, country).place != place:
                continue  # its words mean another one, too
            words = ", ".join(filter(None, (place.name, place.region, country)))
            found.append(Offer(words, partial(dict, city=words)))
        return found

    return offers


def member_offers(desk: Desk) -> Offers:
    """Return what offers the members of the team."""

    def offers(typed: str, form: Mapping[str, str]) -> Sequence[Offer]:  # noqa: ARG001  names need no other field
        wanted = text_key(typed)
        return [
            Offer(member.name, partial(dict, owner=clean_line(member.name)))
            for member in desk.workspace.members
            if wanted and wanted in text_key(member.name)
        ]

    return offers


def customer_offers(desk: Desk, field: str) -> Offers:
    """Return what offers customers for a field; one that is taken is known by its id, too."""

    def offers(typed: str, form: Mapping[str, str]) -> Sequence[Offer]:  # noqa: ARG001  as above
        return [
            Offer(
                " · ".join(filter(None, (row.name, row.city, row.country))),
                partial(dict, {field: clean_line(row.name), f"{field}_id": row.customer_id}),
            )
            for row in desk.customers.like(typed)
        ]

    return offers

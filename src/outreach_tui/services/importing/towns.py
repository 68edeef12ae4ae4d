"""Where an imported customer is: looked up once a town, asked about where that is not certain."""

from collections.abc import Callable

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.services.importing.plan import Candidate, Question
from outreach_tui.services.localities import PlaceFinder, is_vague, key_of


def placed(
    places: PlaceFinder,
    old: Customer,
    customer: Customer,
    line: int,
    ask: Callable[[Question], None],
) -> Customer:
    """Return the customer with its place; it is looked up when the town changed or the place is not known."""
    moved = key_of(old) != key_of(customer)
    if not moved and not is_vague(customer):
        return customer
    match = places.find(customer)
    if match.why and places.ask_once(customer):
        ask(
            Question(
                row=line,
                field="place",
                value=", ".join(
                    part for part in (customer.city, customer.region, customer.country) if part
                ),
                candidates=tuple(
                    Candidate(label=p.label, geoname_id=p.geoname_id) for p in match.candidates
                ),
                why=match.why,
                customer_id=customer.id,
                about=key_of(customer),
            )
        )
    if match.place is None and not moved:
        return customer
    return msgspec.structs.replace(customer, place=match.place)

"""How each field of a customer is read from what people type, and written for them to change it."""

import re
from collections.abc import Callable
from typing import Any

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Customer, Status, Tier
from outreach_tui.domain.place import Place
from outreach_tui.errors import BadInput
from outreach_tui.services.typed_values import (
    NOTHING,
    phone_doubt,
    read_choice,
    read_day,
    read_email,
    read_list,
    read_number,
    read_past_day,
    read_yes,
    show_yes,
)
from outreach_tui.services.workspace import Workspace

_HOST = re.compile(r"(?:https?://)?[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#]\S*)?$", re.IGNORECASE)


def read_field(workspace: Workspace, field: str, text: str) -> Any:
    """Return the value of a field. Raises BadInput for an unknown field or a text that cannot be read."""
    reader = READERS.get(field)
    if reader is None:
        raise BadInput(
            f"a customer has no field {field!r}", f"choose one of {', '.join(sorted(READERS))}"
        )
    return reader(workspace, text)


def doubt_field(workspace: Workspace, field: str, text: str, country: str) -> str:
    """Return what is doubtful about a field that can be read; `country` is the customer's, as typed."""
    if not text:
        return ""
    places = workspace.places
    if field == "phone":
        return phone_doubt(text, places.country_code(country) or "")
    if field == "website" and not _HOST.match(text):
        return f"{text!r} does not look like the address of a website"
    if field == "country" and places.country_code(text) is None:
        return f"the country {text!r} is not known"
    if field == "renewal_on" and (on := read_day(workspace, text)) and on < workspace.today:
        return f"{on} is past"
    return ""


def shown_fields(workspace: Workspace, customer: Customer) -> dict[str, str]:
    """Return the fields of a customer as people would type them, in the order of a form."""
    owner = next((m.name for m in workspace.members if m.id == customer.owner_id), "")
    cadence = customer.cadence
    return {
        **{
            name: getattr(customer, name)
            for name in (
                *("name", "phone", "email", "website", "address", "postal_code"),
                *("city", "region", "country", "industry"),
            )
        },
        "owner": owner,
        "customer_since": str(customer.customer_since or ""),
        "renewal_on": str(customer.renewal_on or ""),
        "tier_pin": customer.tier_pin.value if customer.tier_pin else "",
        "tier_note": customer.tier_note,
        "cadence": f"{cadence.ideal_days}/{cadence.max_days}" if cadence else "",
        "tags": ", ".join(customer.tags),
        "reference": show_yes(customer.reference),
        "status": "" if customer.status is Status.ACTIVE else customer.status.value,
        "status_note": customer.status_note,
        "do_not_contact": show_yes(customer.do_not_contact),
    }


def _cadence(text: str) -> Cadence | None:
    if text.casefold() in NOTHING:
        return None
    ideal, _, most = text.partition("/")
    ideal_days, max_days = read_number(ideal), read_number(most)
    if ideal_days is None or max_days is None:
        raise BadInput(f"{text!r} is no cadence", "type ideal and maximum days, such as 45/90")
    cadence = Cadence(ideal_days=ideal_days, max_days=max_days)
    if not 0 < cadence.ideal_days <= cadence.max_days <= 3650:
        raise BadInput(
            f"{text!r} is no cadence", "ideal days come first, and both lie between 1 and 3650"
        )
    return cadence


def _name(text: str) -> str:
    if not text:
        raise BadInput("a customer needs a name", "type the company's name")
    return text


def _owner(workspace: Workspace, text: str) -> str | None:
    if text.casefold() in (*NOTHING, "nobody"):
        return None
    return workspace.find_member(text).id


def _place(workspace: Workspace, text: str) -> Place | None:
    """Read a GeoNames number, or "city, region, country"."""
    if not text:
        return None
    places = workspace.places
    if (number := read_number(text)) is not None:
        found = places.by_id(number)
        if found is None:
            raise BadInput(
                f"no town has the GeoNames number {text}", "type city, region, country instead"
            )
        return found
    city, *more = (part.strip() for part in text.split(","))
    country = more[-1] if more else ""
    match = places.look_up(city, more[0] if len(more) > 1 else "", country)
    if match.place is None:
        listed = "; ".join(f"{c.label} = {c.geoname_id}" for c in match.candidates)
        raise BadInput(
            match.why or f"no town is known as {text!r}",
            listed and f"choose a number: {listed}",
        )
    return match.place


Reader = Callable[[Workspace, str], Any]
_TEXT: Reader = lambda _, text: text  # noqa: E731  a table of readers reads best as expressions
_SINCE = "type the day they became a customer; renewal_on takes a day ahead"
READERS: dict[str, Reader] = {
    "name": lambda _, text: _name(text),
    **dict.fromkeys(
        (
            "address",
            "postal_code",
            "city",
            "region",
            "country",
            "industry",
            "website",
            "phone",
            "tier_note",
            "status_note",
        ),
        _TEXT,
    ),
    "email": lambda _, text: read_email(text),
    "customer_since": lambda workspace, text: read_past_day(workspace, text, _SINCE),
    "renewal_on": read_day,
    "owner": _owner,
    "tier_pin": lambda _, text: None if text.casefold() in NOTHING else read_choice(Tier, text),
    "cadence": lambda _, text: _cadence(text),
    "tags": lambda _, text: read_list(text),
    "reference": lambda _, text: read_yes(text),
    "do_not_contact": lambda _, text: read_yes(text),
    "status": lambda _, text: read_choice(Status, text or "active"),
    "place": _place,
}
"""By name of the field; what it takes is a workspace and a clean line."""

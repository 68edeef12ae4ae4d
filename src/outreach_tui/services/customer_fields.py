"""How each field of a customer is read from what people type."""

from collections.abc import Callable
from datetime import date
from typing import Any

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Status, Tier
from outreach_tui.domain.place import Place
from outreach_tui.domain.when import parse_when
from outreach_tui.errors import BadInput
from outreach_tui.services.workspace import Workspace


def read_field(workspace: Workspace, field: str, text: str) -> Any:
    """Return the value of a field. Raises BadInput for an unknown field or a text that cannot be read."""
    reader = READERS.get(field)
    if reader is None:
        raise BadInput(
            f"a customer has no field {field!r}", f"choose one of {', '.join(sorted(READERS))}"
        )
    return reader(workspace, text)


def read_email(text: str) -> str:
    """Return an e-mail address as typed. Raises BadInput if it is none."""
    local, at, domain = text.rpartition("@")
    if text and not (at and local and "." in domain and " " not in text):
        raise BadInput(f"{text!r} is no e-mail address", "type it as name@example.com")
    return text


def _yes(text: str) -> bool:
    answers = {
        "yes": True,
        "y": True,
        "true": True,
        "1": True,
        "no": False,
        "n": False,
        "false": False,
        "0": False,
        "": False,
    }
    if text.casefold() not in answers:
        raise BadInput(f"{text!r} is neither yes nor no", "type yes or no")
    return answers[text.casefold()]


def _choice(kind: type[Status] | type[Tier], text: str) -> Any:
    for option in kind:
        if option.value.casefold() == text.casefold():
            return option
    raise BadInput(
        f"{text!r} is not one of {', '.join(o.value for o in kind)}", "type one of these"
    )


def _cadence(text: str) -> Cadence | None:
    if text.casefold() in ("", "none"):
        return None
    ideal, slash, most = text.partition("/")
    if not (slash and ideal.strip().isdecimal() and most.strip().isdecimal()):
        raise BadInput(f"{text!r} is no cadence", "type ideal and maximum days, such as 45/90")
    cadence = Cadence(ideal_days=int(ideal), max_days=int(most))
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
    if text.casefold() in ("", "none", "nobody"):
        return None
    return workspace.find_member(text).id


def _day(workspace: Workspace, text: str) -> date | None:
    return parse_when(text, workspace.today).on if text else None


def _place(workspace: Workspace, text: str) -> Place | None:
    """Read a GeoNames number, or "city, region, country"."""
    if not text:
        return None
    places = workspace.places
    if text.isdecimal():
        found = places.by_id(int(text))
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
    "customer_since": _day,
    "renewal_on": _day,
    "owner": _owner,
    "tier_pin": lambda _, text: None if text.casefold() in ("", "none") else _choice(Tier, text),
    "cadence": lambda _, text: _cadence(text),
    "tags": lambda _, text: tuple(
        dict.fromkeys(filter(None, (t.strip() for t in text.split(","))))
    ),
    "reference": lambda _, text: _yes(text),
    "do_not_contact": lambda _, text: _yes(text),
    "status": lambda _, text: _choice(Status, text or "active"),
    "place": _place,
}
"""By name of the field; what it takes is a workspace and a clean line."""

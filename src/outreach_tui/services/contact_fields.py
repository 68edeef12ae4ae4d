"""How each field of a person is read from what people type, and written for them to change it."""

from collections.abc import Callable
from typing import Any

from outreach_tui.domain.birthday import read_birthday, show_birthday
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.settings import wrong_zone
from outreach_tui.errors import BadInput
from outreach_tui.services.typed_values import (
    phone_doubt,
    read_email,
    read_list,
    read_phones,
    read_yes,
    show_yes,
)
from outreach_tui.services.workspace import Workspace

ALIASES = {"phone": "phones", "email": "emails", "channel": "preferred_channel"}
"""What a field may also be called on the command line."""
CHANNELS = ("call", "video", "visit", "email", "message", "post")
_CHANNEL_WORDS = {
    **dict.fromkeys(("phone", "telephone", "phone call"), "call"),
    **dict.fromkeys(("mail", "e-mail"), "email"),
    **dict.fromkeys(("chat", "sms", "text", "direct message"), "message"),
    **dict.fromkeys(("letter", "letters"), "post"),
}


def read_field(workspace: Workspace, field: str, text: str) -> Any:
    """Return the value of a field. Raises BadInput for an unknown field or a text that cannot be read."""
    reader = READERS.get(field)
    if reader is None:
        raise BadInput(
            f"a contact has no field {field!r}", f"choose one of {', '.join(sorted(READERS))}"
        )
    return reader(workspace, text)


def doubt_field(field: str, text: str, country: str) -> str:
    """Return what is doubtful about a field that can be read; `country` is the ISO code of where they work."""
    if field == "phones":
        return phone_doubt(text, country)
    if field == "preferred_channel" and text and _channel(text) not in CHANNELS:
        return f"{text!r} is none of {', '.join(CHANNELS)}"
    return ""


def shown_fields(contact: Contact) -> dict[str, str]:
    """Return the fields of a person as people would type them, in the order of a form."""
    return {
        "name": contact.name,
        "role": contact.role,
        "phones": ", ".join(contact.phones),
        "emails": ", ".join(contact.emails),
        "handles": ", ".join(f"{service}: {name}" for service, name in contact.handles.items()),
        "preferred_channel": contact.preferred_channel,
        "language": contact.language,
        "zone": contact.zone,
        "good_hours": contact.good_hours,
        "birthday": show_birthday(contact.birthday) if contact.birthday else "",
        "diet": contact.diet,
        "access_needs": contact.access_needs,
        "do_not_contact": show_yes(contact.do_not_contact),
    }


def _name(text: str) -> str:
    if not text:
        raise BadInput("a person needs a name", "type the name they go by")
    return text


def _handles(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in read_list(text):
        service, colon, name = (piece.strip() for piece in part.partition(":"))
        if not (service and colon and name):
            raise BadInput(
                f"{part!r} does not say which service it is for", "type it as signal: @maria"
            )
        found[service.casefold()] = name
    return found


def _channel(text: str) -> str:
    return _CHANNEL_WORDS.get(
        text.casefold(), text.casefold() if text.casefold() in CHANNELS else text
    )


def _zone(workspace: Workspace, text: str) -> str:
    """Read a zone by its name, or by a town in it."""
    if not text or not wrong_zone(text):
        return text
    city, *more = (part.strip() for part in text.split(","))
    match = workspace.places.look_up(
        city, more[0] if len(more) > 1 else "", more[-1] if more else ""
    )
    if match.place is None:
        listed = "; ".join(c.label for c in match.candidates[:3])
        raise BadInput(
            f"no time zone is known as {text!r}",
            f"type for example Europe/Vienna, or a town: {listed or 'Vienna, Austria'}",
        )
    return match.place.zone


Reader = Callable[[Workspace, str], Any]
READERS: dict[str, Reader] = {
    "name": lambda _, text: _name(text),
    **dict.fromkeys(
        ("role", "language", "good_hours", "diet", "access_needs"), lambda _, text: text
    ),
    "phones": lambda _, text: read_phones(text),
    "emails": lambda _, text: tuple(map(read_email, read_list(text))),
    "handles": lambda _, text: _handles(text),
    "preferred_channel": lambda _, text: _channel(text),
    "zone": _zone,
    "birthday": lambda w, text: read_birthday(text, w.today) if text else None,
    "do_not_contact": lambda _, text: read_yes(text),
}
"""By name of the field; what it takes is a workspace and a clean line."""

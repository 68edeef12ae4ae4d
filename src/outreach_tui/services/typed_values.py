"""How values of any record are read from what people type, and what is said about them meanwhile."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from outreach_tui.domain.phone import read_phone
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import parse_when, say_weekday
from outreach_tui.errors import BadInput, BadWhen, OutreachError
from outreach_tui.services.workspace import Workspace

Option = TypeVar("Option", bound=StrEnum)
NOTHING = ("", "none")
"""Typed for a field that may be empty."""
_MOST_DIGITS = 9


class Told(NamedTuple):
    """What is said about one field while it is typed."""

    words: str
    hint: str = ""
    wrong: bool = False
    """It cannot be taken like this; what is only doubtful is taken as it was typed."""


def told_of(
    typed: Mapping[str, str],
    read: Callable[[str, str], Any],
    doubt: Callable[[str, str], str] = lambda _field, _text: "",
) -> dict[str, Told]:
    """Return what is to be said about each typed field: why it cannot be read, or what is doubtful about it."""
    found: dict[str, Told] = {}
    for field, text in typed.items():
        plain = clean_line(text)
        try:
            read(field, plain)
        except OutreachError as error:
            found[field] = Told(error.title, error.hint, wrong=True)
            continue
        if said := doubt(field, plain):
            found[field] = Told(said, "kept as typed")
    return found


def read_email(text: str) -> str:
    """Return an e-mail address as typed. Raises BadInput if it is none.

    Only what can never be delivered is refused (RFC 5321 §4.1.2): who has an unusual address knows it best.
    """
    local, at, domain = text.rpartition("@")
    labels = domain.rstrip(".").split(".")
    if text and not (at and local and len(labels) > 1 and all(labels) and " " not in text):
        missing = " (there is no @ in it)" if not at else ""
        raise BadInput(f"{text!r} is no e-mail address{missing}", "type it as name@example.com")
    return text


def read_number(text: str) -> int | None:
    """Return the whole number that was typed, None for anything else: no field takes more than nine digits."""
    digits = text.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def read_list(text: str) -> tuple[str, ...]:
    """Return the parts between commas and semicolons, each once."""
    parts = (part.strip() for part in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(filter(None, parts)))


def read_phones(text: str) -> tuple[str, ...]:
    """Return telephone numbers as typed; in "030 1234, ask for Eva" the second part belongs to the first."""
    numbers: list[str] = []
    for part in read_list(text):
        if numbers and sum(c.isdigit() for c in part) < 3:
            numbers[-1] = f"{numbers[-1]}, {part}"
        else:
            numbers.append(part)
    return tuple(numbers)


def phone_doubt(text: str, country: str) -> str:
    """Return why a number cannot be reached, if so; `country` is where a national one is dialled."""
    for number in read_phones(text):
        if doubt := read_phone(number, country).doubt:
            return f"{number} {doubt}"
    return ""


def read_yes(text: str) -> bool:
    """Return whether yes was typed; nothing is no. Raises BadInput."""
    if text.casefold() in ("yes", "y", "true", "1"):
        return True
    if text.casefold() in ("no", "n", "false", "0", ""):
        return False
    raise BadInput(f"{text!r} is neither yes nor no", "type yes or no")


def read_choice(kind: type[Option], text: str) -> Option:
    """Return the option that was typed. Raises BadInput."""
    for option in kind:
        if option.value.casefold() == text.casefold():
            return option
    raise BadInput(
        f"{text!r} is not one of {', '.join(o.value for o in kind)}", "type one of these"
    )


def read_day(workspace: Workspace, text: str) -> date | None:
    """Return a day, most often one ahead; None for nothing. Raises BadWhen."""
    return parse_when(text, workspace.today).on if text else None


def read_past_day(workspace: Workspace, text: str, hint: str) -> date | None:
    """Return a day that has come, None for nothing. Raises BadWhen, or BadInput for a day ahead with the hint."""
    if not text:
        return None
    try:
        on = parse_when(text, workspace.today, past=True).on
    except BadWhen as error:  # no time of day is asked for here
        raise BadWhen(error.title, error.hint.partition(";")[0]) from None
    if on > workspace.today:
        raise BadInput(f"{on} has not come yet", hint)
    return on


def read_day_ahead(text: str, today: date, first: date, hint: str) -> date:
    """Return a day from `first` on. Raises BadWhen, or BadInput with the hint for nothing and for a day before."""
    if not text.strip():
        raise BadInput("Which day?", hint)
    on = parse_when(text, today).on
    if on < first:
        raise BadInput(f"{say_weekday(on)} is not ahead.", hint)
    return on


def show_yes(value: bool) -> str:
    """Return yes, or nothing."""
    return "yes" if value else ""

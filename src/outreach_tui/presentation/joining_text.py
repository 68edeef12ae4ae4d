"""Customers that look like one, and what merging two did, in words for screens and commands."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.ids import short
from outreach_tui.domain.twins import Twins
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.differences import field_words, value_words
from outreach_tui.presentation.words import plural

_NOUNS = {
    "contacts": "person",
    "purchases": "purchase",
    "touchpoints": "conversation",
    "promises": "promise",
    "feedback": "piece of feedback",
    "meetings": "meeting",
    "decisions": "decision",
    "introductions": "introduction",
    "group_events": "event",
    "day_lists": "day's list",
    "user_groups": "user group",
}
_MANY = {"contacts": "people", "feedback": "pieces of feedback", "day_lists": "days' lists"}


class DroppedValue(Protocol):
    """A value that gave way to another one."""

    @property
    def field(self) -> str:
        """Of the customer, or of a purchase that both had."""

    @property
    def kept(self) -> Any:
        """What is on file now."""

    @property
    def dropped(self) -> Any:
        """What is not."""

    @property
    def of(self) -> str:
        """Whose field it is."""


def called(customer: Customer) -> str:
    """Return a customer as people tell two of one name apart."""
    return f"{customer.name} ({', '.join(filter(None, (customer.city, short(customer.id))))})"


def twins_words(twins: Twins) -> str:
    """Return a pair on one line: "Alfreds Futterkiste (Berlin, 8be63f) · Alfred Futterkiste GmbH (Berlin, 91c0a2)"."""
    return f"{called(twins.one)} · {called(twins.other)}"


def moved_words(moved: Mapping[str, int], doubles: Mapping[str, int]) -> str:
    """Return what came over: "2 people, 12 conversations, 1 purchase that both had"; never empty."""
    parts = [_counted(table, count) for table, count in moved.items()]
    parts += [f"{_counted(table, count)} that both had" for table, count in doubles.items()]
    return ", ".join(parts) or "nothing else"


def _counted(table: str, count: int) -> str:
    if count != 1 and table in _MANY:
        return f"{count:,} {_MANY[table]}"
    if table in _NOUNS:
        return plural(count, _NOUNS[table])
    return f"{plural(count, 'record')} of {table.replace('_', ' ')}"


def dropped_words(dropped: Sequence[DroppedValue], reading: Reading) -> list[str]:
    """Return a line for each value that gave way."""
    return [
        f"{field_words(each.field)}{'' if each.of == 'customer' else f' of {each.of}'}: "
        f"{_line(each.field, each.dropped, reading)} gave way to {_line(each.field, each.kept, reading)}"
        for each in dropped
    ]


def _line(field: str, value: object, reading: Reading) -> str:
    return value_words(field, value, reading).replace("\n", " ")

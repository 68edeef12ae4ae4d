"""Taking a person out of what was written: the name, addresses and numbers, and what refers to them.

Everything here works on plain values, as JSON has them: records of today, of an old backup and of one step of the
history are treated alike, so that they still fit together afterwards. Doing it twice is doing it once.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from outreach_tui.domain.phone import LEAST_DIGITS, Line, lines_in, parted
from outreach_tui.domain.spellings import (
    GONE,
    WAYS,
    any_of,
    end_of_number,
    flattened,
    forms_of,
    parts_of,
    without,
    written_handle,
    written_mail,
    written_name,
    written_number,
    written_word,
)
from outreach_tui.domain.text import clean_line, fold

LEAST_LETTERS = 3
"""Parts of a name shorter than this are not looked for."""
_ATTENDEES = "attendees"
_CONTACT = "contact_id"
_FACT = "= "
_FIRST_NAME = re.compile(r"(?<!\S)@([^\W\d_][\w.'’-]*)")
_WORD = re.compile(r"[^\W_]")
_NO_TEXT = frozenset(
    {
        "address", "city", "country", "email", "emails", "external_ids", "former", "handles", "id", "link", "name",
        "place", "postal_code", "region", "role", "sites", "tags", "themes", "uid", "website", "zone",
    }
)  # fmt: skip
"""Fields in which a part of a name says nothing about the person."""


class Traits(NamedTuple):
    """What a person was called, in any state of the records."""

    ids: frozenset[str]
    """Their own, and those of doubles that were merged into them."""
    names: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]
    handles: frozenset[str]
    customer_ids: frozenset[str]
    """Where they work or worked."""

    def and_those(self, more: "Traits") -> "Traits":
        """Return both."""
        return Traits(*(one | two for one, two in zip(self, more, strict=True)))


class Others(NamedTuple):
    """What somebody else is called, so that it is not taken from them."""

    id: str
    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()
    """Where a contact works or worked."""
    is_contact: bool = False
    is_gone: bool = False
    """Whether there is no record of them today; the history or a backup has one."""


class Ties(NamedTuple):
    """Which documents have to do with the person, by their ids."""

    named: Mapping[str, frozenset[str]]
    """The contacts that a document names or ever named, of those who share a name with the person, and the person."""
    first: frozenset[str]
    """Documents whose first contact the person is or was: a fact without a name is theirs."""
    near: frozenset[str]
    """Documents of customers where they work or worked."""

    def and_those(self, more: "Ties") -> "Ties":
        """Return both."""
        none: frozenset[str] = frozenset()
        ids = self.named.keys() | more.named.keys()
        named = {id_: self.named.get(id_, none) | more.named.get(id_, none) for id_ in ids}
        return Ties(named, self.first | more.first, self.near | more.near)


class Left(NamedTuple):
    """A place where a part of the name stands; only a person can say whose it is."""

    table: str
    id: str
    field: str
    text: str


def traits_of(ids: Collection[str], versions: Iterable[Mapping[str, Any]]) -> Traits:
    """Return what a person was called in all states of their records; fields may be missing or of a wrong type."""
    names: set[str] = set()
    emails: set[str] = set()
    phones: set[str] = set()
    handles: set[str] = set()
    customers: set[str] = set()
    for version in versions:
        names.update(_texts([version.get("name")]))
        emails.update(_texts(version.get("emails")))
        phones.update(_texts(version.get("phones")))
        held = version.get("handles")
        handles.update(_texts(held.values() if isinstance(held, dict) else []))
        jobs = version.get("employments")
        for job in jobs if isinstance(jobs, list) else []:
            customers.update(_texts([job.get("customer_id")] if isinstance(job, dict) else []))
    return Traits(*map(frozenset, (ids, names, emails, phones, handles, customers)))


def _texts(values: Any) -> list[str]:
    found = [values] if isinstance(values, str) else values
    if not isinstance(found, Iterable):
        return []
    return [line for each in found if isinstance(each, str) and (line := clean_line(each))]


class Person:
    """Somebody who is to be forgotten, among others who keep what is theirs."""

    def __init__(self, traits: Traits, others: Iterable[Others], ties: Ties) -> None:
        others = [other for other in others if other.id not in traits.ids]
        self.ids = traits.ids
        self.traits = traits
        self._ties = ties
        self._parts = parts_of(traits.names)
        self._others = others
        self.gone = tuple(other.id for other in others if other.is_gone)
        """Namesakes of whom there is no record today."""
        theirs = [f" {form} " for other in others for form in forms_of(other.name)]
        self.unsure = frozenset(
            name
            for name in traits.names
            if len(fold(name).split()) < 2
            or any(f" {form} " in other for form in forms_of(name) for other in theirs)
        )
        """Names that others have, too, or that are one word: taken out only where the person is named by id."""
        mails = {mail.casefold() for other in others for mail in other.emails}
        self._taken = {
            (parted(line.number)[1], line.extension)
            for other in others
            for phone in other.phones
            for line in lines_in(phone)
        }
        self.shared = frozenset(
            {mail for mail in traits.emails if mail.casefold() in mails}
            | {
                phone
                for phone in traits.phones
                if any(not self._written(n) for n in lines_in(phone))
            }
        )
        """Addresses and numbers that somebody else has, too; they stay."""
        numbers = [p for phone in traits.phones for n in lines_in(phone) if (p := self._written(n))]
        self._whole = [
            *(written_mail(mail) for mail in traits.emails - self.shared),
            *(written_handle(handle) for handle in self._handles()),
            *numbers,
        ]
        named = [p for name in traits.names - self.unsure for p in written_name(name)]
        loose = [p for name in self.unsure for p in written_name(name)]
        self._number = any_of(numbers)
        self._address = any_of(self._whole)
        self._sure = any_of([*self._whole, *named])
        self._all = any_of([*self._whole, *named, *loose])
        full = [name for name in traits.names if len(fold(name).split()) > 1]
        self._full = any_of([*self._whole, *(p for name in full for p in written_name(name))])

    def _written(self, line: Line) -> str:
        """Return how a number is found, with its extension where others have the rest, too; empty if it is theirs."""
        number = parted(line.number)[1]
        if all(number != other for other, _ in self._taken):
            return written_number(line.number)
        if line.extension and (number, line.extension) not in self._taken:
            return written_number(line.number, line.extension)
        return ""

    def _handles(self) -> list[str]:
        """Return the handles that are nobody's name: those are left to `@Name`."""
        names = self._parts | parts_of(other.name for other in self._others)
        bare = [handle.lstrip("@") for handle in self.traits.handles]
        return [h for h in bare if len(h) >= LEAST_LETTERS and fold(h) not in names]

    @cached_property
    def markers(self) -> frozenset[str]:
        """Return the parts of the name by which nobody else is called who works where they did."""
        near = [o for o in self._others if self.traits.customer_ids.intersection(o.customer_ids)]
        return self._parts - parts_of(other.name for other in near)

    @cached_property
    def namesakes(self) -> dict[str, frozenset[str]]:
        """Return, by each part of the name, the contacts who are called so, too."""
        return {
            part: frozenset(
                o.id for o in self._others if o.is_contact and part in parts_of([o.name])
            )
            for part in self._parts
        }

    def may_hold(self, text: str, ids: Iterable[str] = ()) -> bool:
        """Whether a text, in documents of these ids, may say anything of the person; False is certain."""
        if any(id_ in text for id_ in self.ids) or not self._tied.isdisjoint(ids):
            return True
        return _finds(self._all, text)

    def is_in(self, text: str) -> bool:
        """Whether a text of which nothing else is known says something of the person; one word is no name there."""
        return _finds(self._full, text)

    @cached_property
    def _tied(self) -> frozenset[str]:
        return frozenset(self._ties.named) | self._ties.first | self._ties.near

    def text(self, value: str, document_id: str = "") -> str:
        """Return a text without the person; `document_id` says in which document it stands."""
        tied = not self.ids.isdisjoint(self._ties.named.get(document_id, ()))
        if GONE not in value:
            rest = without(self._address, value, WAYS[0])
            if rest != value and not _WORD.search(rest.replace(GONE, "")):
                return ""  # an address or number and nothing else, in brackets or not
        pattern, before = self._all if tied else self._sure, None
        calls, theirs = self._calls(document_id), document_id in self._ties.first
        while value != before:  # what is taken out may have hidden where the next one begins
            before = value
            for way in WAYS:
                value = GONE.join(without(pattern, piece, way) for piece in value.split(GONE))
            if "@" in value or (theirs and _FACT in value):
                lines = value.split("\n")
                value = "\n".join(self._line(line, calls, theirs=theirs) for line in lines)
        return value

    def _calls(self, document_id: str) -> frozenset[str]:
        """Return the parts of the name that mean the person in a document after `@`."""
        named = self._ties.named.get(document_id, frozenset())
        calls = self.markers if document_id in self._ties.near else frozenset()
        if not self.ids.isdisjoint(named):
            calls |= {part for part in self._parts if self.namesakes[part].isdisjoint(named)}
        return calls

    def _line(self, line: str, calls: frozenset[str], *, theirs: bool) -> str:
        called = [m for m in _FIRST_NAME.finditer(line) if self._is_called(m[1], calls)]
        # A fact is about whom the line names, else about whom we talked to.
        if line.startswith(_FACT) and (called or (theirs and not _FIRST_NAME.search(line))):
            return f"{_FACT}{GONE}"
        for found in reversed(called):
            end = found.start(1) + len(found[1].rstrip(".'’-"))
            line = f"{line[: found.start()]}{GONE}{line[end:]}"
        return line

    def _is_called(self, typed: str, calls: frozenset[str]) -> bool:
        forms = [form.split() for form in forms_of(typed.replace("_", " "))]
        return any(words and words[0] in calls and set(words) <= self._parts for words in forms)

    def value(self, value: Any, document_id: str = "", field: str = "") -> Any:
        """Return a plain value without the person; a field that was only a reference to them is not there any more."""
        match value:
            case str():
                if value in self.ids:
                    return ""
                for id_ in self.ids:
                    value = value.replace(id_, GONE)
                if "phone" in field and self._is_number(value):
                    return ""
                return value if field == "id" else self.text(value, document_id)
            case list():
                kept = [item for item in value if not self._is_reference(item, field)]
                items = [self.value(item, document_id, field) for item in kept]
                return [new for old, new in zip(kept, items, strict=True) if new != "" or old == ""]
            case dict():
                return {
                    self.text(key, document_id) or GONE: self.value(held, document_id, key)
                    for key, held in value.items()
                    if not (key == _CONTACT and self._is_own(held))
                }
        return value

    def _is_number(self, value: str) -> bool:
        """Whether what stands in a field for a number is theirs: it says "mobile" beside it, but no other number."""
        rest = without(self._number, value, WAYS[0])
        return rest != value and sum(c.isdigit() for c in rest) < LEAST_DIGITS

    def _is_reference(self, item: Any, field: str) -> bool:
        if field == _ATTENDEES and isinstance(item, dict):
            item = item.get(_CONTACT)
        return self._is_own(item)

    def _is_own(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.ids

    def left_in(self, table: str, document: Mapping[str, Any]) -> Iterator[Left]:
        """Yield the lines of a document in which a part of the name still stands, or the end of a number."""
        id_ = str(document.get("id", ""))
        for field, text in _free_texts(document):
            for line in text.split("\n"):
                if self._speaks_of(line.replace(GONE, ""), theirs=id_ in self._tied):
                    yield Left(table, id_, field, clean_line(line))

    def _speaks_of(self, line: str, *, theirs: bool) -> bool:
        """Whether a part of the name stands there: "call maria" where they are spoken of, elsewhere only "Maria"."""
        if self._end_of_number.search(line):
            return True
        for way in WAYS:
            flat, at = flattened(line, way)
            begins = [found.start() for found in self._part.finditer(flat)]
            if any(theirs or line[n if at is None else at[n]].isupper() for n in begins):
                return True
        return False

    @cached_property
    def _end_of_number(self) -> re.Pattern[str]:
        """Return how the last digits of a number of theirs are found, dialled without what comes before."""
        phones = self.traits.phones - self.shared
        return any_of(end_of_number(line.number) for phone in phones for line in lines_in(phone))

    @cached_property
    def _part(self) -> re.Pattern[str]:
        words = sorted(part for part in self._parts if len(part) >= LEAST_LETTERS)
        return any_of(map(written_word, words))


def _finds(pattern: re.Pattern[str], text: str) -> bool:
    flat = [text.lower()] if text.isascii() else [text.translate(way) for way in WAYS]
    return any(pattern.search(each) for each in flat)


def _free_texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, list):
        for item in value:
            yield from _free_texts(item, field)
    elif isinstance(value, dict):
        for key, held in value.items():
            if key not in _NO_TEXT and not key.endswith(("_id", "_ids")):
                yield from _free_texts(held, key)

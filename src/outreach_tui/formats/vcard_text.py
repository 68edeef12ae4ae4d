"""People as vCards, version 3.0 (RFC 2426) and 4.0 (RFC 6350): what `formats.vcards` reads again."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from urllib.parse import quote

from outreach_tui.domain.birthday import NO_YEAR
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.text import clean_line
from outreach_tui.formats.vcard_lines import raw_cards
from outreach_tui.formats.vdir import vdir_name

_MAKER = "-//outreach-tui//outreach"
VERSIONS = ("3.0", "4.0")
_PLAIN_EXTRA = re.compile(r"(NICKNAME|NOTE|ROLE|URL|GENDER|ANNIVERSARY|X-[A-Z0-9-]+)(?: \(\d+\))?")
"""What was kept of a card that can stand on one again."""
_NUMBER_EXTRA = re.compile(r"TEL (home )?(fax|pager)(?: \(\d+\))?")
_SERVICE = re.compile(r"[a-z][a-z0-9+.-]*")


class VCards:
    """Writes contacts as vCards; the `CardText` of the services."""

    def file_name(self, uid: str) -> str:
        """Return the name of a person's file in a vdir; no uid leads out of the folder."""
        return vdir_name(uid, ".vcf")

    def uid_of(self, data: bytes, teams: Collection[str]) -> str | None:
        """Return the UID of the only card in a file, None if there are several, or none of these teams wrote it."""
        if _MAKER.encode() not in data:  # no need to take an address book apart
            return None
        cards = list(raw_cards(data))
        if len(cards) != 1:
            return None
        said = {p.name: p.text() for p in cards[0].properties}
        made = said.get("PRODID") in {_product(team) for team in teams}
        return said.get("UID") if made else None

    def written(
        self, people: Iterable[tuple[str, Contact, Customer | None]], version: str, team: str
    ) -> bytes:
        """Return the cards of people, each with its UID and where the person works; `team` is told on each."""
        lines = (
            line
            for uid, contact, customer in people
            for line in _card(uid, contact, customer, version, team)
        )
        return b"".join(_folded(line) for line in lines)


def _product(team: str) -> str:
    """Return PRODID: who wrote a card; without a version, so that a new release does not change every file."""
    return f"{_MAKER} {clean_line(team)}//EN"


def _card(
    uid: str, contact: Contact, customer: Customer | None, version: str, team: str
) -> Iterator[str]:
    new = version == "4.0"
    said = clean_line(contact.name)
    given, _, family = said.rpartition(" ")
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield _line("PRODID", _product(team))
    # Plain in both versions, so that a program takes the card for the same one (RFC 6350 section 6.7.6).
    yield _line("UID;VALUE=text" if new else "UID", uid)
    yield f"FN:{_text(said)}"
    yield f"N:{_text(family)};{_text(given)};;;"
    yield from _work(contact, customer)
    best = ";PREF=1" if new else ";TYPE=pref"
    for name, values in (("EMAIL", contact.emails), ("TEL", contact.phones)):
        yield from (_line(f"{name}{'' if number else best}", v) for number, v in enumerate(values))
    for service, handle in contact.handles.items():
        yield _handle(clean_line(service), clean_line(handle))
    yield from _birthday(contact, new)
    yield _line("LANG", contact.language)
    yield _line("TZ" if new else "TZ;VALUE=text", contact.zone)
    if customer is not None and customer.tags:
        yield f"CATEGORIES:{','.join(_text(clean_line(tag)) for tag in customer.tags)}"
    for key, value in contact.extra.items():
        yield _extra(key, value)
    yield "END:VCARD"


def _work(contact: Contact, customer: Customer | None) -> Iterator[str]:
    """Yield the company with its address, also one that is not a customer of ours."""
    now = [job for job in contact.employments if job.to_on is None and job.company]
    company = clean_line(customer.name if customer else next((job.company for job in now), ""))
    department = clean_line(contact.extra.get("Department", ""))
    if company:
        yield f"ORG:{_text(company)}" + (f";{_text(department)}" if department else "")
    yield _line("TITLE", contact.role)
    if customer is None:
        return
    parts = (
        customer.address,
        customer.city,
        customer.region,
        customer.postal_code,
        customer.country,
    )
    if any(parts):
        yield f"ADR;TYPE=work:;;{';'.join(_text(clean_line(part)) for part in parts)}"
    yield _line("URL;TYPE=work", customer.website)


def _handle(service: str, handle: str) -> str:
    if not service or not handle:
        return ""
    scheme = service if _SERVICE.fullmatch(service) else "x-other"
    named = service.translate({ord(mark): None for mark in '"^'})
    return f'IMPP;X-SERVICE-TYPE="{named}":{scheme}:{quote(handle, safe="@+._~-")}'


def _birthday(contact: Contact, new: bool) -> Iterator[str]:
    if contact.birthday is None:
        return
    on = contact.birthday.isoformat()
    if contact.birthday.year == NO_YEAR:
        yield f"BDAY:--{on[5:7]}{'' if new else '-'}{on[8:]}"
    else:
        yield f"BDAY:{on.replace('-', '') if new else on}"


def _extra(key: str, value: str) -> str:
    if found := _NUMBER_EXTRA.fullmatch(key):
        return _line(f"TEL;TYPE={'home,' if found[1] else ''}{found[2]}", value)
    found = _PLAIN_EXTRA.fullmatch(key)
    return _line(found[1], value) if found else ""


def _line(name: str, value: str) -> str:
    text = clean_line(value)
    return f"{name}:{_text(text)}" if text else ""


def _text(text: str) -> str:
    for mark, escaped in _ESCAPES.items():
        text = text.replace(mark, escaped)
    return text


_ESCAPES: Mapping[str, str] = {"\\": "\\\\", ",": "\\,", ";": "\\;"}


def _folded(line: str) -> bytes:
    """Return a line folded to 75 octets, between characters (RFC 6350 section 3.2); an empty one is left out."""
    if not line:
        return b""
    rows, row, length = list[str](), "", 0
    for character in line:
        size = len(character.encode())
        if length + size > 75:
            rows.append(row)
            row, length = "", 1  # the blank of the next row counts
        row += character
        length += size
    return "\r\n ".join((*rows, row)).encode() + b"\r\n"

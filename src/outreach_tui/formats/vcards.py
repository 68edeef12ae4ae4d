"""vCards of phones and mail programs as cards of clean text: versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350).

Written here because no library reads what people have (docs/decisions/0012-vcards.md). Pure: reading the file is
somebody else's. A card that cannot be read is a problem with its line; the others come in.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import msgspec

from outreach_tui.domain.birthday import NO_YEAR
from outreach_tui.domain.text import clean_line, clean_text, text_key
from outreach_tui.errors import BadInput
from outreach_tui.formats.vcard_lines import BINARY, Property, RawCard, raw_cards
from outreach_tui.services.importing.plan import Skipped
from outreach_tui.services.importing.sources import Card, Cards

LONGEST_LINE = 1000
"""Characters of a name, a number or an address."""
EXTRA = "extra"
LEFT_OUT = "left out"

_EXPORT_AGAIN = "export the contacts again as vCard"
_NO_CARD = "there is no vCard in it"
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_", re.DOTALL)
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?", re.ASCII)
_NO_YEAR = re.compile(r"(--)(\d\d)-?(\d\d)", re.ASCII)
_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?.*)?", re.ASCII)
_NO_SPACE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+")
"""Names in these scripts are written family name first, without a blank."""
_PROGRAMS = frozenset({"mycontacts", "starred", "friends and family", "my contacts", "contacts"})
"""Groups that address books make by themselves."""
_FIELDS = {
    "FN": "name", "N": "name", "ORG": "company", "TITLE": "role", "ROLE": "role", "TEL": "phones",
    "EMAIL": "emails", "IMPP": "handles", "ADR": "address", "URL": "website", "BDAY": "birthday",
    "LANG": "language", "TZ": "zone", "UID": "external_id", "X-ABUID": "external_id", "CATEGORIES": "tags",
}  # fmt: skip
"""What properties are taken for; what a field cannot hold, and every other property, is kept as it is."""
_ABOUT_THE_CARD = frozenset(
    {"VERSION", "PRODID", "REV", "PROFILE", "KIND", "X-ADDRESSBOOKSERVER-KIND"}
    | {"X-ABLABEL", "X-ABSHOWAS", "X-ABADR", "LABEL"}
)
"""Says nothing of the person, or what another property says too."""
_SERVICES = {
    "X-SKYPE": "skype", "X-SKYPE-USERNAME": "skype", "X-JABBER": "xmpp", "X-AIM": "aim", "X-ICQ": "icq",
    "X-MSN": "msn", "X-YAHOO": "yahoo", "X-GTALK": "gtalk", "X-GOOGLE-TALK": "gtalk", "X-QQ": "qq",
    "X-TWITTER": "twitter", "X-MATRIX": "matrix", "X-TELEGRAM": "telegram", "X-SIGNAL": "signal",
    "X-WHATSAPP": "whatsapp",
}  # fmt: skip
"""Handles for messages from before IMPP (RFC 4770)."""


def read_cards(data: bytes, name: str) -> Cards:
    """Return the cards of a file; `name` is for messages. Raises BadInput for a file that holds none."""
    return read_folder([("", data)], name)


def read_folder(files: Iterable[tuple[str, bytes]], name: str) -> Cards:
    """Return the cards of several files, by their names, as those of one folder. Raises BadInput if there are none."""
    name = clean_line(name) or "the file"
    cards: list[Card] = []
    problems: list[Skipped] = []
    columns: dict[str, str] = {}
    for file, content in files:
        where = f"{clean_line(file)}: " if file else ""
        data = _as_utf8(content)
        if row := _nul_row(data):
            wrong = "there are NUL bytes; this is not a vCard"
            if not file:
                raise BadInput(f"{name}, row {row}: {wrong}", _EXPORT_AGAIN)
            problems.append(Skipped(row=row, reason=f"{where}{wrong}"))
            continue
        before = len(cards) + len(problems)
        for raw in raw_cards(data):
            try:
                card = _Reading(raw, clean_line(file), columns).card()
            except BadInput as error:
                problems.append(Skipped(row=raw.line, reason=f"{where}{error.title}"))
            else:
                cards.append(card)
        if file and len(cards) + len(problems) == before:
            problems.append(Skipped(row=1, reason=f"{where}{_NO_CARD}"))
    if not cards and all(problem.reason.endswith(_NO_CARD) for problem in problems):
        raise BadInput(f"{name}, row 1: {_NO_CARD}", _EXPORT_AGAIN)
    return Cards(name=name, cards=tuple(cards), problems=tuple(problems), columns=columns)


def _as_utf8(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _nul_row(data: bytes) -> int:
    """Return the row of the first NUL byte, 0 if there is none."""
    at = data.find(b"\0")
    return data.count(b"\n", 0, at) + 1 if at >= 0 else 0


class _Reading:
    """One card on its way from properties to fields."""

    def __init__(self, raw: RawCard, file: str, columns: dict[str, str]) -> None:
        self._raw = raw
        self._file = file
        self._columns = columns
        self._extra: dict[str, str] = {}
        self._labels = {
            p.group: _label(p) for p in raw.properties if p.group and p.name == "X-ABLABEL"
        }

    def card(self) -> Card:
        """Return the card. Raises BadInput to skip it."""
        if self._raw.problem:
            raise BadInput(self._raw.problem)
        kind = self._first("KIND", "X-ADDRESSBOOKSERVER-KIND").casefold()
        if kind in {"group", "location"}:
            raise BadInput(f"the card is a {kind}, not a person")
        names = self._take("FN"), self._take("N")
        company, *units = [clean_line(p) for p in self._structured("ORG")] or [""]
        self._keep("Department", ", ".join(filter(None, units)))
        emails = _each(clean_line(p.text()) for p in self._preferred("EMAIL"))
        name = _full_name(names[0]) or _name_of_parts(names[1])
        shown_as = self._first("X-ABSHOWAS").casefold()
        is_company = kind == "org" or shown_as == "company" or (not name and bool(company))
        if is_company:
            company, name = company or name, ""
        phones = self._phones()
        nickname = self._first_of("NICKNAME")
        card = Card(
            line=self._raw.line,
            file=self._file,
            uid=self._uid(),
            revised=_sortable(self._first_of("REV")),
            name="" if is_company else name or nickname or next(iter(emails), ""),
            company=company,
            is_company=is_company,
            role=self._role(),
            phones=phones,
            emails=emails,
            website=self._website(),
            birthday=self._birthday(),
            language=self._language(),
            zone=self._zone(),
            tags=self._tags(),
            handles=self._handles(),
        )
        card = msgspec.structs.replace(card, **self._address())
        self._keep_the_rest()
        if not card.name and not card.company:
            raise BadInput("the card has no name, no company and no e-mail address")
        for text in (card.name, card.company, card.role, card.uid, *card.phones, *card.emails):
            if len(text) > LONGEST_LINE:
                raise BadInput(f"“{text[:40]}…” has {len(text):,} characters")
        return msgspec.structs.replace(card, extra=self._extra)

    # What the card says of each field

    def _role(self) -> str:
        title, role = self._first_of("TITLE"), self._first_of("ROLE")
        if title and role and text_key(title) != text_key(role):
            self._keep("ROLE", role)
        return title or role

    def _phones(self) -> tuple[str, ...]:
        """Return numbers at which the person can be called: not a fax, a pager or somebody else's."""
        numbers = []
        for tel in self._preferred("TEL"):
            number, label = _phone(tel), self._labels.get(tel.group, "")
            machine = next((kind for kind in ("fax", "pager") if kind in tel.types), "")
            if machine:
                place = "home " if "home" in tel.types else ""
                self._keep(f"TEL {place}{machine}", number)
            elif "assistant" in label.casefold():
                self._keep(label, number)
            else:
                numbers.append(number)
        return _each(numbers)

    def _website(self) -> str:
        first = ""
        for url in self._take("URL"):
            address = clean_line(url.text())
            if "home" not in url.types and not first:
                first = address
            elif address != first:
                self._keep("URL", address)
        return first

    def _address(self) -> dict[str, str]:
        """Return the company's address: the one marked as work, else one that is not marked as home."""
        found = self._preferred("ADR")
        company = [p for p in found if "work" in p.types] or [
            p for p in found if "home" not in p.types
        ]
        for other in found:
            if other not in company[:1]:
                kind = " home" if "home" in other.types else ""
                self._keep(f"ADR{kind}", ", ".join(filter(None, _lines(other))))
        if not company:
            return {}
        box, more, street, city, region, code, country = [*_lines(company[0]), *[""] * 7][:7]
        return {
            "address": ", ".join(filter(None, (street, more, box))),
            "city": city,
            "region": region,
            "postal_code": code,
            "country": country,
        }

    def _birthday(self) -> date | None:
        text = self._first_of("BDAY")
        if found := _DAY.fullmatch(text) or _NO_YEAR.fullmatch(text):
            year = NO_YEAR if found[1] == "--" else int(found[1])
            with suppress(ValueError):
                return date(year, int(found[2]), int(found[3]))
        self._keep("BDAY", text)
        return None

    def _language(self) -> str:
        first, *others = [clean_line(p.text()) for p in self._preferred("LANG")] or [""]
        for other in others:
            self._keep("LANG", other)
        return first

    def _zone(self) -> str:
        text = self._first_of("TZ")
        try:
            if "/" in text:
                return ZoneInfo(text).key
        except (KeyError, ValueError, OSError):  # no such zone, or a name that is no file's
            pass
        self._keep("TZ", text)
        return ""

    def _uid(self) -> str:
        text = self._first_of("UID") or self._first_of("X-ABUID")
        return text.removeprefix("urn:uuid:").removesuffix(":ABPerson")

    def _tags(self) -> tuple[str, ...]:
        words = [clean_line(part) for p in self._take("CATEGORIES") for part in p.parts(",")]
        return _each(word for word in words if word.casefold() not in _PROGRAMS)

    def _handles(self) -> dict[str, str]:
        handles: dict[str, str] = {}
        for p in self._preferred("IMPP"):
            scheme, colon, rest = clean_line(p.text()).partition(":")
            service = clean_line(p.params.get("X-SERVICE-TYPE", "")) or scheme
            value = clean_line(unquote(rest)) if colon else scheme
            handles.setdefault(service if colon else "im", value)
        for p in self._raw.properties:
            service = _SERVICES.get(p.name, "")
            if service and (value := clean_line(p.text())):
                handles.setdefault(service, value)
        return {service: value for service, value in handles.items() if service and value}

    def _keep_the_rest(self) -> None:
        for p in self._raw.properties:
            if p.name in _ABOUT_THE_CARD:
                continue
            field = _FIELDS.get(p.name) or ("handles" if p.name in _SERVICES else EXTRA)
            self._columns[p.name] = LEFT_OUT if p.name in BINARY else field
            if self._columns[p.name] == EXTRA:
                lines = map(clean_line, clean_text(_flat(p)).split("\n"))
                text = " / ".join(filter(None, lines))  # the file keeps it on one line
                self._keep(self._labels.get(p.group, "") or p.name, text)

    # How it says it

    def _take(self, name: str) -> list[Property]:
        return [p for p in self._raw.properties if p.name == name]

    def _preferred(self, name: str) -> list[Property]:
        return sorted(self._take(name), key=lambda p: p.preference)

    def _structured(self, name: str) -> list[str]:
        """Return the parts of the property; other ones of its name are kept."""
        found = self._preferred(name)
        for other in found[1:]:
            if other.value != found[0].value:
                self._keep(name, ", ".join(filter(None, map(clean_line, other.parts()))))
        return found[0].parts() if found else []

    def _first_of(self, name: str) -> str:
        """Return the text of the property; other ones of its name are kept."""
        first, *others = [clean_line(p.text()) for p in self._take(name)] or [""]
        for other in others:
            if other != first:
                self._keep(name, other)
        return first

    def _first(self, *names: str) -> str:
        found = (clean_line(p.text()) for p in self._raw.properties if p.name in names)
        return next(found, "")

    def _keep(self, key: str, text: str) -> None:
        """Keep what has no field; a second one of a kind is "URL (2)"."""
        wanted, number = key, 1
        while wanted in self._extra:
            if self._extra[wanted] == text:
                return
            number += 1
            wanted = f"{key} ({number})"
        if text:
            self._extra[wanted] = text


def _full_name(found: Sequence[Property]) -> str:
    return next(filter(None, (clean_line(p.text()) for p in found)), "")


def _name_of_parts(found: Sequence[Property]) -> str:
    for n in found:
        parts = [clean_line(part.replace(",", " ")) for part in n.parts()] + [""] * 5
        family, given, more, before, after = parts[:5]
        if family and given and _NO_SPACE.fullmatch(family + given):
            return family + given
        if name := " ".join(filter(None, (before, given, more, family, after))):
            return name
    return ""


def _lines(p: Property) -> list[str]:
    """Return the parts of an address, each on one line."""
    return [clean_line(part.replace("\n", ", ")).strip(", ") for part in p.parts()]


def _phone(tel: Property) -> str:
    """Return a number as people write it, also of a `tel:` address (RFC 3966)."""
    text = clean_line(tel.text())
    if not text.casefold().startswith("tel:"):
        return text
    number, *params = unquote(text[4:]).split(";")
    extension = next((p[4:] for p in params if p.casefold().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that are not empty, once each, where they stand first."""
    found: dict[str, str] = {}
    for text in filter(None, texts):
        found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _label(p: Property) -> str:
    text = clean_line(p.text())
    found = _APPLE_LABEL.fullmatch(text)
    return found[1] if found else text


def _flat(p: Property) -> str:
    return ", ".join(filter(None, p.parts())) if ";" in p.value and p.name != "NOTE" else p.text()


def _sortable(text: str) -> str:
    found = _STAMP.fullmatch(text)
    return "".join(part or "00" for part in found.groups()) if found else ""

"""vCard bytes to properties (RFC 6350 section 3, RFC 2426 section 4, vCard 2.1): unfolded, decoded, not yet understood.

Programs disagree on all three versions, so what cannot be misread is let pass: soft line breaks of quoted-printable
before folding, parameters without a name, text that is not in the encoding that a card promises.
"""

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

MOST_PROPERTIES = 1000
LONGEST_TEXT = 20_000
"""Characters of one value; pictures and keys are not text and may be longer."""
BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE", "X-MS-OL-DESIGN"})
"""Properties that are never read."""

_NAME = re.compile(rb"(?:[A-Za-z0-9_-]+\.)?[A-Za-z][A-Za-z0-9_-]*\s*(?=[:;])")
_BEGIN = re.compile(rb"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_END = re.compile(rb"\s*END\s*:\s*VCARD\s*", re.IGNORECASE)
_QUOTED_PRINTABLE = re.compile(rb"[;=]QUOTED-PRINTABLE\s*[;:]", re.IGNORECASE)
_BASE64 = re.compile(rb"[;=](?:BASE64|B)\s*[;:]", re.IGNORECASE)
_QUOTED = re.compile(rb'"[^"]*"')
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_OLD = re.compile(r"\\([;,:])")
_CUT = "\0"


class Property(NamedTuple):
    """One line of a card."""

    name: str
    """Upper case: "TEL"."""
    group: str
    """What binds an Apple label to it: "item1"."""
    types: frozenset[str]
    """Lower case: "work", "cell"."""
    params: dict[str, str]
    value: str
    """Decoded, with the escapes of its version."""
    old: bool
    """vCard 2.1, where a backslash escapes semicolons only."""

    def text(self) -> str:
        """Return the value as one text."""
        return _unescaped(self.value, self.old)

    def parts(self, separator: str = ";") -> list[str]:
        """Return the parts of a structured value, or of a list with `,`."""
        escaped = r"\\[;,:]" if self.old else r"\\."
        marked = re.sub(
            rf"{escaped}|{separator}",
            lambda found: _CUT if found[0] == separator else found[0],
            self.value.replace(_CUT, ""),
            flags=re.DOTALL,
        )
        return [_unescaped(part, self.old) for part in marked.split(_CUT)]

    @property
    def preference(self) -> int:
        """The smaller, the better liked: PREF of version 4, `pref` of the others."""
        pref = self.params.get("PREF", "")
        if pref.isdecimal() and len(pref) < 4:
            return int(pref)
        return 1 if "pref" in self.types else 101


class RawCard(NamedTuple):
    """A card's lines, or why they cannot be read."""

    line: int
    properties: tuple[Property, ...]
    problem: str


class _Unreadable(Exception):
    """Why a card does not come in."""


def raw_cards(data: bytes) -> Iterator[RawCard]:
    """Yield the cards of a file, each with the number of its first line; a card in a card (AGENT) is left out."""
    begun, depth = 0, 0
    lines: list[tuple[int, bytes]] = []
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", data), 1):
        if _BEGIN.fullmatch(line):
            if begun and lines and re.match(rb"AGENT[;:]", lines[-1][1], re.IGNORECASE):
                depth += 1
                continue
            if begun and not depth:
                yield _not_closed(begun)
            if not depth:
                begun, lines = number, []
        elif _END.fullmatch(line):
            if depth:
                depth -= 1
            elif begun:
                yield _read(begun, lines)
                begun = 0
        elif begun and not depth:
            lines.append((number, line))
    if begun:
        yield _not_closed(begun)


def _not_closed(line: int) -> RawCard:
    return RawCard(line, (), "the card is not closed with END:VCARD: its end is missing")


def _read(begun: int, lines: list[tuple[int, bytes]]) -> RawCard:
    try:
        old = any(re.match(rb"\s*VERSION\s*:\s*2", line, re.IGNORECASE) for _, line in lines)
        unfolded = list(_unfolded(lines, old))
        if len(unfolded) > MOST_PROPERTIES:
            raise _Unreadable(
                f"the card has {len(unfolded):,} lines; more than {MOST_PROPERTIES:,} are not read"
            )
        return RawCard(begun, tuple(_property(n, line, old) for n, line in unfolded), "")
    except _Unreadable as error:
        return RawCard(begun, (), str(error))


def _unfolded(lines: list[tuple[int, bytes]], old: bool) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines: what begins with a blank, or follows a soft line break, continues the one before."""
    at, parts, head, soft = 0, list[bytes](), b"", False
    for number, line in lines:
        folded = line[:1] in (b" ", b"\t")
        if parts and soft:
            parts[-1] = parts[-1][:-1]
            parts.append(line)
        elif parts and folded:
            # Version 2.1 folds at a blank of the text, the others insert one.
            parts.append(line if old and not _BASE64.search(head) else line[1:])
        elif not line.strip():
            continue
        elif _NAME.match(line):
            if parts:
                yield at, b"".join(parts)
            at, parts, head = number, [line], line[:200]
        elif parts and (
            _BASE64.search(head) or re.match(rb"(?:\w+\.)?NOTE\b", head, re.IGNORECASE)
        ):
            parts.append(line if _BASE64.search(head) else b" " + line)
        else:
            raise _Unreadable(f"line {number} is no property: “{_as_text(line[:40], '')}”")
        soft = line.endswith(b"=") and bool(_QUOTED_PRINTABLE.search(head))
    if parts:
        if soft:
            parts[-1] = parts[-1][:-1]
        yield at, b"".join(parts)


def _property(number: int, line: bytes, old: bool) -> Property:
    hidden = _QUOTED.sub(lambda quoted: b"x" * len(quoted[0]), line[:2000])
    colon = hidden.find(b":")
    if colon < 0:
        colon = line.find(b":")
    if colon < 0:
        raise _Unreadable(f"line {number} has no value: “{_as_text(line[:40], '')}”")
    cuts = [-1, *(m.start() for m in re.finditer(rb";", hidden[:colon])), colon]
    first, *rest = (_as_text(line[start + 1 : end], "").strip() for start, end in pairwise(cuts))
    group, _, name = first.upper().rpartition(".")
    params: dict[str, str] = {}
    types: set[str] = set()
    for part in rest:
        key, equals, text = part.partition("=")
        key = key.strip().upper()
        if not equals:
            key, text = ("ENCODING" if key in _ENCODINGS else "TYPE"), part
        if key == "TYPE":
            types |= {word.strip().lower() for word in text.replace('"', "").split(",")}
        else:
            params[key] = text.strip().strip('"')
    raw = line[colon + 1 :]
    if name in BINARY:
        return Property(name, group, frozenset(types), params, "", old)
    value = _decoded(raw, params)
    if len(value) > LONGEST_TEXT:
        raise _Unreadable(
            f"{name} in line {number} has {len(value):,} characters; more than {LONGEST_TEXT:,} are not read"
        )
    return Property(name, group, frozenset(types), params, value, old)


def _decoded(raw: bytes, params: dict[str, str]) -> str:
    encoding = params.get("ENCODING", "").upper()
    if encoding == "QUOTED-PRINTABLE":
        raw = quopri.decodestring(raw)
    elif encoding in {"B", "BASE64"}:
        try:
            raw = base64.b64decode(re.sub(rb"\s", b"", raw), validate=True)
        except (binascii.Error, ValueError):
            return ""
    return _as_text(raw, params.get("CHARSET", ""))


def _as_text(raw: bytes, charset: str) -> str:
    """Decode as the card says; where it does not, as UTF-8, else as Windows writes."""
    if charset:
        try:
            return raw.decode(codecs.lookup(charset).name, "replace")
        except (LookupError, ValueError):  # no such encoding, or none of text
            pass
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _unescaped(text: str, old: bool) -> str:
    if "\\" not in text:
        return text
    if old:
        return _ESCAPED_OLD.sub(r"\1", text)
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)

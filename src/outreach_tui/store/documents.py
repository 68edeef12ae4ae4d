"""Documents as the file holds them: the fields of a record, each undecoded, and how they are compared and cleaned."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from outreach_tui.domain.record import Record
from outreach_tui.domain.text import clean_line, clean_text

Document = dict[str, msgspec.Raw]
"""By field. Undecoded, so that what we do not know survives byte for byte."""

UNREADABLE = (ValueError, RecursionError)
"""What a decoder raises: malformed, invalid or not UTF-8 (all ValueError), or nested too deeply."""

_decode_document = msgspec.json.Decoder(Document).decode

# What makes a document worth a second look before it is shown: all that `domain.text` takes out or composes, as UTF-8
# and as the JSON escapes that stock TinyDB writes. A line end is expected in notes only.
_ESCAPES = re.compile(
    rb"\\[bfrt]|\\u(?:00[0189][0-9a-f]|007f|00ad|03[0-6][0-9a-f]|061c|115f|1160|17b[45]|180e|20[0-6][0-9a-f]|3164"
    rb"|d82f|d834|db4[0-3]|fe[0-9a-f]{2}|ff[a-f][0-9a-f])",
    re.IGNORECASE,
)
_LINE_END = re.compile(rb"\\n")
_CHARACTERS = re.compile(
    rb"\x7f|\xc2[\x80-\x9f\xad]|\xcc|\xcd[\x80-\xaf]|\xd8\x9c|\xe1(?:\x85[\x9f\xa0]|\x9e[\xb4\xb5]|\xa0\x8e)"
    rb"|\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81[\xa0-\xaf])|\xe3\x85\xa4"
    rb"|\xef(?:\xb8[\x80-\x8f]|\xbb\xbf|\xbe\xa0|\xbf[\xb0-\xbf])"
    rb"|\xf0(?:\x9b\xb2[\xa0-\xa3]|\x9d\x85[\xb3-\xba])|\xf3\xa0"
)
_SEVERAL_LINES = "note"
"""The field of a record that may hold several lines."""


def document_of(raw: msgspec.Raw | bytes) -> Document:
    """Return a stored document by field. Raises one of UNREADABLE if it is no JSON object."""
    return _decode_document(raw)


def document_from(record: msgspec.Struct) -> Document:
    """Return the document of a record; what is at its default is left out."""
    return _decode_document(msgspec.json.encode(record))


def encoded(value: Any) -> msgspec.Raw:
    """Return a document or a value as it is written."""
    return msgspec.Raw(msgspec.json.encode(value))


def patched(old: Document, kind: type[Record], fields: Mapping[str, Any]) -> Document:
    """Return the document with the fields changed; unknown fields survive, defaults are left out as in a new record."""
    defaults = _defaults(kind)
    new = dict(old)
    for name, value in fields.items():
        if name in defaults and defaults[name] == value:
            new.pop(name, None)
        else:
            new[name] = encoded(value)
    return new


def replaced(old: Document, record: Record) -> Document:
    """Return the document of a record that takes the place of another; fields that its kind does not know survive."""
    known = record.__struct_encode_fields__
    return document_from(record) | {k: v for k, v in old.items() if k not in known}


def same(one: msgspec.Raw | None, other: msgspec.Raw | None) -> bool:
    """Whether two stored values mean the same; None is for a field that is not there."""
    if one is None or other is None:
        return one is other
    if bytes(one) == bytes(other):
        return True
    try:
        # Written again, since Python takes 1 and true for equal.
        return _sorted(msgspec.json.decode(one)) == _sorted(msgspec.json.decode(other))
    except UNREADABLE:
        return False


def _sorted(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def same_document(one: Document | None, other: Document | None) -> bool:
    """Whether two documents mean the same; None is for one that is not there."""
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)


def digest(document: Document | None) -> str:
    """Return what tells one state of a document from another, however it is written; empty if there is none."""
    if document is None:
        return ""
    try:
        plain = {name: msgspec.json.decode(raw) for name, raw in document.items()}
        data = msgspec.json.encode(plain, order="sorted")
    except UNREADABLE:
        data = msgspec.json.encode(document, order="sorted")
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def shown(value: msgspec.Raw | None) -> str:
    """Return a stored value for a message; others may have written it."""
    if value is None:
        return "nothing"
    try:
        decoded = msgspec.json.decode(value)
    except UNREADABLE:
        return "something that cannot be read"
    return f"{cleaned(decoded)!r}"


def cleaned(value: Any) -> Any:
    """Return a decoded value with every text made safe to show on one line, keys too."""
    if isinstance(value, str):
        return clean_line(value)
    if isinstance(value, dict):
        return {clean_line(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return value


def record_of(kind: type[Record], raw: msgspec.Raw) -> Record:
    """Return the record of a stored document, safe to show. Raises one of UNREADABLE."""
    data = bytes(raw)
    if not _may_be_hostile(data, _SEVERAL_LINES in kind.__struct_fields__):
        return decoder(kind).decode(data)
    document = msgspec.json.decode(data)
    clean = cleaned(document)
    if isinstance(document, dict):
        clean["id"] = document.get("id")  # looked at when the table was read
        note = document.get(_SEVERAL_LINES)
        if isinstance(note, str):
            clean[_SEVERAL_LINES] = clean_text(note)
    return msgspec.convert(clean, kind)


def _may_be_hostile(data: bytes, several_lines: bool) -> bool:
    if b"\\" in data and (_ESCAPES.search(data) or (not several_lines and _LINE_END.search(data))):
        return True
    return b"\x7f" in data if data.isascii() else bool(_CHARACTERS.search(data))


@cache
def decoder(kind: type[Record]) -> msgspec.json.Decoder[Record]:
    """Return the decoder of a record kind; it is made once."""
    return msgspec.json.Decoder(kind)


@cache
def _defaults(kind: type[Record]) -> dict[str, Any]:
    return {
        field.encode_name: field.default_factory()
        if field.default is msgspec.NODEFAULT
        else field.default
        for field in msgspec.structs.fields(kind)
        if not field.required
    }

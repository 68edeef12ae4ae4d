"""The text of a TinyDB file: tables of undecoded documents, one document on a line.

The quick way leaves all but the tables' and documents' keys to msgspec. The careful way is for files that others
wrote or merged by hand: it reads what Python's `json` reads (NaN, lone surrogates, line ends between the fields)
document by document, and keeps both of two documents with one key.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice

import msgspec

RawTables = dict[str, dict[str, msgspec.Raw]]

_decode_tables = msgspec.json.Decoder(RawTables).decode
_raw_decode = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[ \t\r\n]*")
_BATCH = 1000
_BREAKS = re.compile(rb"[\r\n]+")


def parsed(data: bytes, *, ours: bool = False) -> RawTables:
    """Return the tables of a file; `ours` says that we wrote it just so.

    Raises ValueError or RecursionError if it is no TinyDB file.
    """
    try:
        tables = _decode_tables(data)
        if ours:
            return tables
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return _parsed_carefully(data)
    # A file with other lines than ours was laid out by a person or a merge; without lines TinyDB wrote it.
    if (lines := data.count(b"\n")) > 1 and lines != _lines(tables):
        try:
            return _parsed_carefully(data)
        except UnicodeDecodeError:  # one text in a wrong encoding; its document is kept as it is
            pass
    return tables


def written(tables: RawTables) -> Iterator[bytes]:
    """Yield the text of a file with these tables, piece by piece."""
    if not tables:
        yield b"{}\n"
        return
    before = b"{\n"
    for name, table in tables.items():
        yield before + _key(name) + (b": {\n" if table else b": {")
        lines = (_key(key) + b": " + one_line(bytes(raw)) for key, raw in table.items())
        between = b""
        while batch := list(islice(lines, _BATCH)):
            yield between + b",\n".join(batch)
            between = b",\n"
        yield b"\n}" if table else b"}"
        before = b",\n"
    yield b"\n}\n"


def _lines(tables: RawTables) -> int:
    """Return how many line ends `written` makes."""
    return len(tables) + 2 + sum(len(table) + 1 for table in tables.values() if table)


def _key(key: str) -> bytes:
    try:
        return msgspec.json.encode(key)
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(key).encode()


def one_line(data: bytes) -> bytes:
    """Return JSON without line ends."""
    # In JSON a line end stands between the parts of a document, never within one.
    return _BREAKS.sub(b" ", data) if b"\n" in data or b"\r" in data else data


def _parsed_carefully(data: bytes) -> RawTables:
    text = data.decode()
    whole = json.loads(text)
    if not isinstance(whole, dict) or not all(isinstance(t, dict) for t in whole.values()):
        raise ValueError("it holds no tables")
    tables: RawTables = {}
    for name, start, _ in _members(text, 0):
        table = tables.setdefault(name, {})
        twice: list[msgspec.Raw] = []
        for key, begin, end in _members(text, start):
            raw = msgspec.Raw(text[begin:end].encode())
            if key not in table:
                table[key] = raw
            elif bytes(raw) != bytes(table[key]):
                twice.append(raw)
        for raw in twice:  # two branches counted on from the same number
            table[str(1 + max((int(k) for k in table if k.isdecimal()), default=0))] = raw
    return tables


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield key, start and end of each member of the object at `at`, which is known to be valid JSON."""
    at = _after(text, at, "{")
    while text[at] != "}":
        key, at = _raw_decode(text, at)
        start = _after(text, at, ":")
        _, end = _raw_decode(text, start)
        yield key, start, end
        at = _space(text, end)
        if text[at] == ",":
            at = _after(text, at, ",")


def _after(text: str, at: int, sign: str) -> int:
    at = _space(text, at)
    assert text[at] == sign
    return _space(text, at + 1)


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()

"""Which documents get a second look, and which text a file may have."""

import json
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.text import clean_line
from outreach_tui.store.documents import digest, document_of, record_of, same
from outreach_tui.store.json_text import parsed, written


def test_no_character_that_is_taken_out_of_text_comes_through_a_file() -> None:
    for code in (*range(0x20000), *range(0xE0000, 0xE2000)):
        if 0xD800 <= code <= 0xDFFF:
            continue
        text = f"a{chr(code)}b"
        clean = clean_line(text)
        # Wide spaces may stay, and so may single letters that have a second spelling; line ends and marks may not.
        harmless = chr(code).isspace() or clean == unicodedata.normalize("NFC", text)
        if clean == text or (harmless and code >= 0xA0 and not 0x300 <= code <= 0x36F):
            continue
        for ascii_only in (True, False):
            raw = msgspec.Raw(
                json.dumps({"id": "c", "name": text}, ensure_ascii=ascii_only).encode()
            )
            assert record_of(Contact, raw) == Contact(id="c", name=clean), hex(code)


def test_an_id_is_never_changed_by_cleaning() -> None:
    raw = msgspec.Raw(b'{"id":"a  b","name":"x\\ty"}')
    assert record_of(Customer, raw) == Customer(id="a  b", name="x y")


def test_two_spellings_of_one_value_are_the_same() -> None:
    one, other = (
        msgspec.Raw(b'{"a":"\\u00e9","b":[1, 2]}'),
        msgspec.Raw('{"b":[1,2],"a":"é"}'.encode()),
    )
    assert same(one, other)
    assert digest(document_of(one)) == digest(document_of(other))
    assert not same(one, None)
    assert not same(msgspec.Raw(b"1"), msgspec.Raw(b"2"))
    assert digest(None) == ""


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_tables = st.dictionaries(st.text(), st.dictionaries(st.text(), _json, max_size=4), max_size=3)


@given(_tables, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_whatever_json_writes_is_read_and_written_back(
    tables: dict[str, dict[str, object]], indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(tables, indent=indent, ensure_ascii=ascii_only)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = json.dumps(tables, indent=indent).encode()
    again = b"".join(written(parsed(data)))
    assert repr(json.loads(again)) == repr(json.loads(data))
    assert b"".join(written(parsed(again))) == again
    assert again.count(b"\n") == (
        2 + len(tables) + sum(len(t) + 1 for t in tables.values() if t) if tables else 1
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"a": 1}',
        b'{"a": {}} x',
        b"\xef\xbb\xbf{}",
        b'{"a": {"1": NaN}',
        b"NaN",
        b'"\xff"',
    ],
)
def test_what_is_no_tinydb_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        parsed(data)


def test_both_of_two_documents_with_one_key_are_kept_and_equal_ones_once() -> None:
    text = b'{\n"t": {\n"1": {"a":1},\n"1": {"a":2},\n"1": {"a":1},\n"7": {}\n},\n"t": {"1": {"a":3}}}\n'
    tables = {key: bytes(raw) for key, raw in parsed(text)["t"].items()}
    assert tables == {"1": b'{"a":1}', "7": b"{}", "8": b'{"a":2}', "9": b'{"a":3}'}

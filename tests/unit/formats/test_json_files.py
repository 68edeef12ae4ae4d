"""Whole exports from outside: clean texts, and all else as it was."""

import json
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach_tui.domain.text import clean_text
from outreach_tui.formats.json_files import clean_json

EVIL = "Zo\x1b[5;1He\u202eX"


def documents(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    )


def cleaned(value: Any) -> Any:
    """Return the document as it should come out: the last of two fields that are the same now, as in any JSON."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): cleaned(item) for key, item in value.items()}
    return [cleaned(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("plain", [True, False])
def test_what_could_steer_a_terminal_goes_however_it_is_written(plain: bool) -> None:
    data = json.dumps({"customers": {"1": {"name": EVIL, EVIL: [EVIL]}}}, ensure_ascii=plain)
    assert json.loads(clean_json(data.encode())) == {
        "customers": {"1": {"name": "ZoeX", "ZoeX": ["ZoeX"]}}
    }


@given(documents(st.text()), st.booleans(), st.sampled_from([None, 1]))
def test_every_text_is_cleaned_and_nothing_else_is_changed(
    document: Any, escaped: bool, indent: int | None
) -> None:
    data = json.dumps(document, ensure_ascii=escaped, indent=indent).encode(errors="replace")
    clean = clean_json(data)
    assert json.loads(clean) == cleaned(json.loads(data))
    assert clean.count(b"\n") == data.count(b"\n")
    assert clean_json(clean) == clean


@given(documents(st.text().map(clean_text)), st.booleans(), st.sampled_from([None, 1]))
def test_what_is_clean_stays_byte_for_byte(
    document: Any, escaped: bool, indent: int | None
) -> None:
    data = json.dumps(document, ensure_ascii=escaped, indent=indent).encode()
    assert clean_json(data) == data


@given(st.binary() | st.text(alphabet='"\\\n{}:,aué\x1b').map(str.encode))
@example(b'"\xff\\u202e"')
def test_any_bytes_are_taken_and_keep_their_lines(data: bytes) -> None:
    assert clean_json(data).count(b"\n") == data.count(b"\n")


def test_a_text_that_is_not_closed_is_looked_through_once() -> None:
    def seconds(data: bytes) -> float:
        start = time.process_time()
        assert clean_json(data) == data
        return time.process_time() - start

    closed = max(seconds(b'"' + b'\\"' * 20_000 + b'"') for _ in range(3))
    assert seconds(b'"' + b'\\"' * 20_000) < 20 * closed

"""Identity: RFC 9562 layout, order, and what people type."""

import re
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.domain.ids import IdFactory, adopted_id, format_uuid7

SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
def test_an_id_has_the_layout_of_a_uuid_7(ms: int, tail: int) -> None:
    text = format_uuid7(ms, tail)
    assert SHAPE.fullmatch(text)
    uuid = UUID(text)
    assert (uuid.version, uuid.variant) == (7, RFC_4122)
    assert uuid.int >> 80 == ms
    assert (uuid.int >> 64 & 0xFFF) << 62 | uuid.int & (2**62 - 1) == tail


def test_the_example_of_the_rfc_comes_out() -> None:
    # RFC 9562, appendix A.6: rand_a 0xCC3, rand_b 0b01 and 0x8C4DC0C0C07398F.
    tail = 0xCC3 << 62 | (0x18C4DC0C0C07398F & (2**62 - 1))
    assert format_uuid7(0x017F22E279B0, tail) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@pytest.mark.parametrize("clock", [[5] * 2000, list(range(2000, 0, -1)), [1, 1, 9, 3, 9, 10] * 300])
def test_ids_sort_by_the_order_in_which_they_were_made(clock: list[int]) -> None:
    ticks = iter(clock)
    factory = IdFactory(lambda: next(ticks))
    made = [factory.new() for _ in clock]
    assert made == sorted(set(made))


def test_a_full_random_part_carries_into_the_time() -> None:
    factory = IdFactory(lambda: 7, lambda bits: 2**bits - 1)
    made = [factory.new()]
    factory._last_tail = 2**74 - 2
    made += [factory.new() for _ in range(3)]
    assert made == sorted(set(made))
    assert all(UUID(id_).version == 7 for id_ in made)


def test_an_adopted_id_is_the_same_for_the_same_document() -> None:
    assert adopted_id(5, b"x") == adopted_id(5, b"x") != adopted_id(5, b"y")
    assert UUID(adopted_id(5, b"x")).version == 7

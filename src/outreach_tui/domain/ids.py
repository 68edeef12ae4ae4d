"""Identity: UUIDv7 (RFC 9562 section 5.7), monotonic within a process, and how people type one."""

import hashlib
import re
import secrets
from collections.abc import Callable

SHOWN = 6
"""People see this many characters, the end of an id."""
TYPED = 4
"""People may type any unambiguous ending of at least this many characters."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RANDOM_BITS = 74  # rand_a (12) and rand_b (62)


class IdFactory:
    """Makes ids that sort by the time they were made, also within one millisecond.

    `milliseconds` is the real clock (Unix epoch); where it stands still or runs back, the random part
    counts up instead (RFC 9562 section 6.2, method 2).
    """

    def __init__(
        self, milliseconds: Callable[[], int], random_bits: Callable[[int], int] = secrets.randbits
    ) -> None:
        self._milliseconds = milliseconds
        self._random_bits = random_bits
        self._last_ms = -1
        self._last_tail = 0

    def new(self) -> str:
        """Return a new id, above every id this factory has made."""
        now = self._milliseconds()
        if now > self._last_ms:
            # The top bit stays free, so that counting up has room before it overflows.
            self._last_ms, self._last_tail = now, self._random_bits(_RANDOM_BITS - 1)
        else:
            self._last_tail += 1 + self._random_bits(24)
            if self._last_tail >> _RANDOM_BITS:
                self._last_ms += 1
                self._last_tail = self._random_bits(_RANDOM_BITS - 1)
        return format_uuid7(self._last_ms, self._last_tail)


def format_uuid7(milliseconds: int, tail: int) -> str:
    """Lay out 48 bits of time and 74 bits of `tail` as the text of a UUIDv7."""
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76 | (tail >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | tail & 0x3FFF_FFFF_FFFF_FFFF
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def adopted_id(milliseconds: int, seed: bytes) -> str:
    """Return the id for a document that somebody else wrote without one: the same for the same `seed`."""
    return format_uuid7(
        milliseconds, int.from_bytes(hashlib.sha256(seed).digest()[:10], "big") >> 6
    )


def is_id(text: str) -> bool:
    """Return whether a text from outside can be the id of a record: a UUID in small letters."""
    return _UUID.fullmatch(text) is not None


def short(id_: str) -> str:
    """Return what people see of an id."""
    return id_[-SHOWN:]

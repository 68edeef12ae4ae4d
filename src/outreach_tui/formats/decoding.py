"""Text files as spreadsheets and CRMs write them: which encoding, and what is no text at all.

A file is decoded as it is read, never as a whole, so that a large one takes its own size in memory and not five times
that.
"""

import codecs
import io
from typing import TextIO

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput

MAX_BYTES = 100 * 1024 * 1024
"""100 MB are about a million rows."""
SAVE_AS = "open it in your spreadsheet and save it as “CSV UTF-8”"
_CHUNK = 1 << 20
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
SAID_BY_THE_FILE = frozenset(encoding for _, encoding in _BOMS)
_NOT_TEXT = (
    (b"PK\x03\x04", "an archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook, or one with a password"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)


def encoding_of(data: bytes, name: str, wanted: str = "") -> str:
    """Return the encoding of a text: by its byte order mark, else as wanted, else strict UTF-8, else Windows-1252.

    `name` is for messages. Raises BadInput with the file, the row and a remedy for what is no text, or too much.
    """
    if len(data) > MAX_BYTES:
        raise too_big(name, len(data))
    for magic, what in _NOT_TEXT:
        if data.startswith(magic):
            raise BadInput(f"{name}, row 1: this is {what}, not CSV", SAVE_AS)
    bom = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    if not bom and not wanted and (nul := data.find(b"\0")) >= 0:
        raise _binary(name, data.count(b"\n", 0, nul) + 1)
    row = 1
    if wanted and not bom:
        wanted = _known(wanted)
    for encoding in (bom,) if bom else (wanted,) if wanted else ("utf-8", "cp1252"):
        wrong = _wrong_row(data, encoding, name)
        if not wrong:
            return encoding
        row = wrong
    what = "damaged text" if bom else "neither UTF-8 nor Windows-1252 text"
    if wanted and not bom:
        raise BadInput(f"{name}, row {row}: this is no {wanted} text", "choose another encoding")
    raise BadInput(f"{name}, row {row}: this is {what}", SAVE_AS)


def _known(wanted: str) -> str:
    """Return Python's name of an encoding of text. Raises BadInput."""
    try:
        "".encode(wanted)
        return codecs.lookup(wanted).name
    except (LookupError, ValueError):
        raise BadInput(
            f"there is no encoding {clean_line(wanted)!r}",
            "use one such as utf-8, cp1252 or cp1250",
        ) from None


def opened(data: bytes, encoding: str) -> TextIO:
    """Return a text to read line by line, with its line ends as they are."""
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def too_big(
    name: str,
    size: int,
    most: int = MAX_BYTES,
    remedy: str = "split it, each part with the column names",
) -> BadInput:
    """Return the refusal of a file of `size` bytes."""
    return BadInput(
        f"{name}: the file has {size / 1024 / 1024:,.0f} MB; more than {most >> 20:,} MB are not read",
        remedy,
    )


def _wrong_row(data: bytes, encoding: str, name: str) -> int:
    """Return the row of the first byte that is not of the encoding, 0 if there is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    lines = 0
    for start in range(0, len(data), _CHUNK):
        last = start + _CHUNK >= len(data)
        try:
            text = decoder.decode(view[start : start + _CHUNK], last)
        except UnicodeDecodeError as error:
            return lines + error.object.count(b"\n", 0, error.start) + 1
        except (
            UnicodeError
        ):  # without a place: "utf-16" of a text that has no byte order mark, "punycode" of any
            return lines + 1
        if "\0" in text:
            raise _binary(name, lines + text.count("\n", 0, text.index("\0")) + 1)
        lines += text.count("\n")
    return 0


def _binary(name: str, row: int) -> BadInput:
    return BadInput(f"{name}, row {row}: there are NUL bytes; this is not a text file", SAVE_AS)

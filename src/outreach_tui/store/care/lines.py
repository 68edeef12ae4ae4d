"""A journal or a history read leniently: every line that can be read, and why the others cannot.

Nothing here takes a lock or writes. The store itself reads strictly (`journal.parsed_journal`); this is for `doctor`,
for bringing back what is left, and for copies that came from elsewhere.
"""

from pathlib import Path
from typing import NamedTuple

import msgspec

from outreach_tui.domain.text import clean_line
from outreach_tui.store.documents import UNREADABLE
from outreach_tui.store.journal import JOURNAL, Entry, Header, checked, entry_of

_HEADER_BEGINS = b'{"journal":'


class GoodLine(NamedTuple):
    """A line that can be read."""

    number: int
    """From 1."""
    data: bytes
    entry: Entry


class BadLine(NamedTuple):
    """A line that cannot be read."""

    number: int
    data: bytes
    why: str


class Read(NamedTuple):
    """All lines of a journal or a history."""

    path: Path
    size: int
    header: Header | None
    """Of a journal."""
    header_problem: str
    """Why the first line of a journal is no header; empty for a good one and for a history."""
    good: tuple[GoodLine, ...]
    bad: tuple[BadLine, ...]
    torn: bytes
    """What stands behind the last line end."""

    @property
    def entries(self) -> list[Entry]:
        """The commits, in the order of the file."""
        return [line.entry for line in self.good]

    @property
    def in_order(self) -> list[GoodLine]:
        """The lines by the number of the commit, each commit once: the first of two."""
        by_seq: dict[int, GoodLine] = {}
        for line in self.good:
            by_seq.setdefault(line.entry.seq, line)
        return [by_seq[seq] for seq in sorted(by_seq)]

    @property
    def newer(self) -> bool:
        """Whether a newer version of the program wrote it."""
        return self.header is not None and self.header.journal > JOURNAL


def read_journal(data: bytes, path: Path) -> Read:
    """Return the lines of a journal."""
    first, end, rest = data.partition(b"\n")
    if not end:
        return Read(path, len(data), None, "it is not whole", (), (), data)
    header, problem = _header(first + end)
    if header is None and _is_entry(first + end):
        return read_history(data, path)._replace(header_problem="it is not there")
    read = _read(rest, path, first_number=2)
    return read._replace(size=len(data), header=header, header_problem=problem)


def read_history(data: bytes, path: Path) -> Read:
    """Return the lines of a history."""
    return _read(data, path, first_number=1)


def _read(data: bytes, path: Path, *, first_number: int) -> Read:
    *texts, torn = data.split(b"\n")
    good: list[GoodLine] = []
    bad: list[BadLine] = []
    for number, text in enumerate(texts, first_number):
        line = text + b"\n"
        try:
            good.append(GoodLine(number, line, entry_of(line)))
        except UNREADABLE as error:
            bad.append(BadLine(number, line, _why(text, error)))
    return Read(path, len(data), None, "", tuple(good), tuple(bad), torn)


def _header(line: bytes) -> tuple[Header | None, str]:
    try:
        return msgspec.json.decode(checked(line), type=Header), ""
    except UNREADABLE as error:
        return None, _why(line[:-1], error)


def _is_entry(line: bytes) -> bool:
    try:
        entry_of(line)
    except UNREADABLE:
        return False
    return True


def _why(text: bytes, error: Exception) -> str:
    if not text.strip():
        return "it is empty"
    if not text.strip(b"\0"):
        return "it holds nothing but zeros"
    return clean_line(str(error))

"""Commits as lines of text: the journal beside the JSON file, and the history that the journal is folded into.

A line is a JSON object whose last member is the CRC-32 (eight hex digits) of the line without that member. The first
line of the journal, its header, says which state of the JSON file the commits build on. A commit is one append and one
`fsync`; what a writer that was killed has left of a line has no line end, and is set aside by the next writer.
"""

import io
import os
import stat
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from outreach_tui.domain.commit import Commit
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import DamagedFile, StoreUnavailable
from outreach_tui.store.documents import UNREADABLE, Document
from outreach_tui.store.json_file import replace_file
from outreach_tui.store.json_text import one_line
from outreach_tui.store.locks import open_to_the_same

JOURNAL = 1
"""Version of the format."""
_SEAL = b',"crc":"%08x"}\n'
_SEAL_LENGTH = len(_SEAL % 0)
_BLOCK = 1 << 16
_NO_PEOPLE = frozenset({"settings", "day_lists", "imports"})
"""Tables whose changes nobody counts as records."""


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One changed document: the changed fields before and after; a field in one of the two was not there in the other.

    A document that was made has no `before`, one that was removed no `after`; the other holds all of its fields.
    """

    table: str
    id: str
    key: str = ""
    """TinyDB's key of a document that was made or removed."""
    before: Document | None = None
    after: Document | None = None

    @property
    def whole(self) -> bool:
        """Whether the document was made or removed."""
        return self.before is None or self.after is None


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One commit."""

    seq: int
    """From 1, without a gap."""
    at: datetime
    """Real clock, UTC."""
    machine: str = ""
    member_id: str | None = None
    did: str
    """What was done, in words; of an undo or redo the words of what it undid or redid."""
    undoes: int = 0
    """The commit that this one took back."""
    redoes: int = 0
    """The undo that this one took back."""
    customers: tuple[str, ...] = ()
    """Ids of the customers whose summary rows it may have changed."""
    steps: tuple[Step, ...] = ()

    def shown(self) -> Commit:
        """Return it as people see it."""
        return Commit(
            seq=self.seq,
            did=clean_line(self.did),
            at=self.at,
            member_id=self.member_id,
            machine=clean_line(self.machine),
            records=len({(s.table, s.id) for s in self.steps if s.table not in _NO_PEOPLE}),
            undone=bool(self.undoes),
            redone=bool(self.redoes),
        )


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first line of a journal: which JSON file it builds on."""

    journal: int
    """Version of this format."""
    generation: int
    seq: int
    """The last commit that the JSON file holds."""
    size: int
    """Bytes of the JSON file."""
    digest: str
    """SHA-256 of the JSON file, its first 32 hex digits."""
    folded: str = ""
    """The digest of the JSON file that this one took the place of by a fold."""


class Head(msgspec.Struct, frozen=True):
    """What tells a commit from others; its steps, of which an import has ten thousands, are not taken apart."""

    seq: int
    at: datetime


class Lines(NamedTuple):
    """What a journal or a history holds."""

    header: Header | None
    entries: list[Entry]
    end: int
    """Bytes up to the end of the last line that is whole."""
    torn: int
    """Bytes behind it: what a writer that was killed has left, or one at work has written so far."""


_decode_entry = msgspec.json.Decoder(Entry).decode
_decode_head = msgspec.json.Decoder(Head).decode
_decode_header = msgspec.json.Decoder(Header).decode


def line_of(record: Entry | Header) -> bytes:
    """Return the line of a commit or a header, with its checksum and line end."""
    body = one_line(msgspec.json.encode(record))
    return body[:-1] + _SEAL % zlib.crc32(body)


def checked(line: bytes) -> bytes:
    """Return a line, which is JSON with its checksum. Raises ValueError if it is not as it was written."""
    # An import is a line of megabytes: nothing is copied.
    body = memoryview(line)[:-_SEAL_LENGTH]
    if line[-_SEAL_LENGTH:] != _SEAL % zlib.crc32(b"}", zlib.crc32(body)):
        raise ValueError("its checksum is wrong")
    return line


def entry_of(line: bytes) -> Entry:
    """Return the commit of a line. Raises one of UNREADABLE."""
    return _decode_entry(checked(line))


@cache
def machine() -> str:
    """Return the name of this computer, as commits have it."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def head_of(line: bytes) -> Head:
    """Return the number and the time of a line. Raises one of UNREADABLE."""
    return _decode_head(checked(line))


def journal_path(data: Path) -> Path:
    """Return where the journal of a data file is."""
    return data.with_name(data.name + ".journal")


def history_path(data: Path) -> Path:
    """Return where the history of a data file is."""
    return data.with_name(data.name + ".history")


def parsed_journal(data: bytes, path: Path) -> Lines:
    """Return a whole journal. Raises DamagedFile that names the line."""
    if b"\n" not in data:
        return Lines(None, [], 0, len(data))
    first = data.index(b"\n") + 1
    try:
        header = _decode_header(checked(data[:first]))
    except UNREADABLE as error:
        raise _damaged(path, 1, error) from error
    if header.journal != JOURNAL:
        raise DamagedFile(
            f"{path} was written by a newer version of outreach",
            "update outreach on this machine",
        )
    lines = parsed_lines(data[first:], path, after=header.seq, first_line=2)
    return Lines(header, lines.entries, first + lines.end, lines.torn)


def numbered_lines(data: bytes, path: Path) -> list[tuple[int, bytes]]:
    """Return the commits of a whole journal as lines with their numbers. Raises DamagedFile that names the line."""
    lines = []
    for number, line in enumerate(io.BytesIO(data), 1):
        if number == 1 or not line.endswith(b"\n"):
            continue
        try:
            lines.append((head_of(line).seq, line))
        except UNREADABLE as error:
            raise _damaged(path, number, error) from error
    return lines


def parsed_lines(data: bytes, path: Path, *, after: int | None, first_line: int = 1) -> Lines:
    """Return commits, of which the first follows the commit `after`. Raises DamagedFile that names the line."""
    entries: list[Entry] = []
    end = 0
    for number, text in enumerate(data.split(b"\n")[:-1], first_line):
        line = text + b"\n"
        try:
            entry = entry_of(line)
            if after is not None and entry.seq != after + 1:
                raise ValueError(f"commit {after + 1} should be here, not {entry.seq}")
        except UNREADABLE as error:
            raise _damaged(path, number, error) from error
        entries.append(entry)
        after = entry.seq
        end += len(line)
    rest = data[end:]
    with suppress(*UNREADABLE):
        entry_of(rest[:-1] + b"\n")
        raise _damaged(path, first_line + len(entries), ValueError("its line end is wrong"))
    return Lines(None, entries, end, len(rest))


def _damaged(path: Path, number: int, error: Exception) -> DamagedFile:
    return DamagedFile(
        f"{path}, line {number} is damaged: {clean_line(str(error))}",
        "nothing was changed; `outreach doctor` says what is left and what to do",
    )


def newest_first(path: Path) -> Iterator[bytes]:
    """Yield the whole lines of a file from its end, reading no more than is asked for; none if there is no file."""
    try:
        with path.open("rb") as file:
            at = file.seek(0, os.SEEK_END)
            rest: list[bytes] = []  # of a line that begins further up, last part first
            whole = False  # whether a line end was seen behind it
            while at:
                at, size = max(0, at - _BLOCK), min(at, _BLOCK)
                file.seek(at)
                block = file.read(size)
                while (cut := block.rfind(b"\n")) >= 0:
                    if whole:
                        yield block[cut + 1 :] + b"".join(reversed(rest)) + b"\n"
                    rest, whole = [], True
                    block = block[:cut]
                rest.append(block)
            if whole and (first := b"".join(reversed(rest))):
                yield first + b"\n"
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot_read(path, error) from error


def last_seq(path: Path) -> int:
    """Return the number of the last commit of a file, 0 if there is none or it cannot be read."""
    with suppress(*UNREADABLE):
        for line in newest_first(path):
            return head_of(line).seq
    return 0


def cut_before(path: Path, day: datetime, slack: timedelta, least: int) -> None:
    """Cut off the lines before `day`, if the first one is older than that by more than `slack`.

    The last `least` lines stay whatever their day is: a clock may have been wrong. Raises StoreUnavailable.
    """
    with suppress(*UNREADABLE):  # a damaged history is left to `doctor`
        try:
            with path.open("rb") as file:
                if head_of(file.readline()).at >= day - slack:
                    return
                file.seek(0)
                lines = file.readlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise _cannot_read(path, error) from error
        young = next((i for i, line in enumerate(lines) if head_of(line).at >= day), len(lines))
        if (cut := min(young, len(lines) - least)) > 0:
            replace_file(path, lines[cut:])


def _cannot_read(path: Path, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"cannot read {path}: {error.strerror}", "check its permissions")


def entries_back(data: Path) -> Iterator[Entry]:
    """Yield the commits of a data file, the newest first: those of the journal, then those of the history.

    Raises DamagedFile for a line that cannot be read, StoreUnavailable for a file.
    """
    below: int | None = None
    for path in (journal_path(data), history_path(data)):
        for line in newest_first(path):
            try:
                if checked(line).startswith(b'{"journal":'):
                    continue
                entry = _decode_entry(line)
            except UNREADABLE as error:
                raise DamagedFile(
                    f"{path} has a damaged line: {clean_line(str(error))}",
                    "what is on file is not affected; `outreach doctor` says more",
                ) from error
            if below is None or entry.seq < below:  # a fold that was killed has left it in both
                below = entry.seq
                yield entry


class LogFile:
    """A file of lines. Who writes to it holds the lock of the data file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def size(self) -> tuple[int, int] | None:
        """Return inode and bytes, None if there is no file. Raises StoreUnavailable."""
        try:
            found = self.path.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(
                f"cannot look at {self.path}: {error.strerror}", "check the folder"
            ) from error
        if not stat.S_ISREG(found.st_mode):
            raise StoreUnavailable(
                f"{self.path} is a link or no file", "look at what put it there, and remove it"
            )
        return found.st_ino, found.st_size

    def read(self, start: int = 0) -> tuple[int, bytes] | None:
        """Return inode and what the file holds from byte `start`, None if there is no file. Raises StoreUnavailable."""
        if self.size() is None:
            return None
        try:
            with os.fdopen(self._open(os.O_RDONLY), "rb") as file:
                file.seek(start)
                return os.fstat(file.fileno()).st_ino, file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _cannot_read(self.path, error) from error

    def _open(self, how: int) -> int:
        """Open the file, never through a link."""
        return os.open(self.path, how | getattr(os, "O_NOFOLLOW", 0))

    def append(self, lines: bytes, at: int) -> None:
        """Write lines at byte `at`, the end of the last whole line, and sync; all of them or none.

        Raises StoreUnavailable; then the file is as it was.
        """
        try:
            handle = self._open(os.O_WRONLY)
        except OSError as error:
            raise self._cannot(error) from error
        try:
            try:
                os.lseek(handle, at, os.SEEK_SET)
                left = memoryview(lines)
                while left:
                    left = left[os.write(handle, left) :]
                os.fsync(handle)
            except BaseException as error:
                with suppress(OSError):
                    os.ftruncate(handle, at)
                    os.fsync(handle)
                if isinstance(error, OSError):
                    raise self._cannot(error) from error
                raise
        finally:
            os.close(handle)

    def open_to_the_same(self, data: Path) -> None:
        """Let those use the file who may use the data file."""
        with suppress(OSError):
            handle = self._open(os.O_RDONLY)
            try:
                open_to_the_same(handle, data)
            finally:
                os.close(handle)

    def whole_lines(self) -> int:
        """Return the bytes up to the end of the last line that is whole. Raises StoreUnavailable."""
        size = self.size()
        if size is None:
            return 0
        try:
            with os.fdopen(self._open(os.O_RDONLY), "rb") as file:
                at = size[1]
                while at:
                    start = max(0, at - _BLOCK)
                    file.seek(start)
                    if (cut := file.read(at - start).rfind(b"\n")) >= 0:
                        return start + cut + 1
                    at = start
        except OSError as error:
            raise _cannot_read(self.path, error) from error
        return 0

    def set_aside(self, end: int, at: datetime) -> Path | None:
        """Move what stands behind byte `end` to a file of its own; return it, None if there was nothing.

        Raises StoreUnavailable.
        """
        size = self.size()
        if size is None or size[1] <= end:
            return None
        found = self.read(end)
        stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        aside = self.path.with_name(f"{self.path.name}.torn-{stamp}")
        try:
            handle = os.open(
                aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600
            )
            with os.fdopen(handle, "wb") as file:
                file.write(found[1] if found else b"")
                file.flush()
                os.fsync(file.fileno())
            mine = self._open(os.O_WRONLY)
            try:
                os.ftruncate(mine, end)
                os.fsync(mine)
            finally:
                os.close(mine)
        except OSError as error:
            raise self._cannot(error) from error
        return aside

    def _cannot(self, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(
            f"cannot write {self.path}: {error.strerror}",
            "nothing was changed; make room or check the folder's permissions, then try again",
        )


def renumbered(entries: Sequence[Entry], after: int) -> list[Entry]:
    """Return commits with numbers that follow `after`: those they have were given to others elsewhere."""
    first = entries[0].seq
    by = after + 1 - first

    def moved(seq: int) -> int:
        return seq + by if seq >= first else seq

    return [
        msgspec.structs.replace(
            entry, seq=moved(entry.seq), undoes=moved(entry.undoes), redoes=moved(entry.redoes)
        )
        for entry in entries
    ]


def since(entries: Sequence[Entry], seq: int) -> list[Entry]:
    """Return the commits above `seq`."""
    return [entry for entry in entries if entry.seq > seq]

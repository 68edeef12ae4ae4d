"""What was typed and not saved yet: it outlives a crash, and is offered again.

One small file of the user's own for each data file, apart from what a team shares. It is replaced as a whole or not at
all. Several programs may keep drafts about one data file: each writes its own, and takes away only its own and those
that it brought back. What is being typed in another window is not offered while that is open.
"""

import errno
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Annotated

import msgspec

from outreach_tui.domain.text import clean_line, clean_text
from outreach_tui.errors import StoreUnavailable

KEPT = timedelta(days=30)
"""A draft this old is dropped: what nobody came back to for a month is not wanted, and may be private."""
_MOST_BYTES = 32 << 20
"""A larger file is not one of ours."""

Lock = Callable[[Path], AbstractContextManager[None]]
"""Holds a file against other programs for a moment; raises StoreUnavailable if it cannot."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed in one sheet or form."""

    key: str
    """Which sheet or form."""
    by: str
    """Which run of the program wrote it: its process, when that began, and a name of its own."""
    about: str
    """What people call it: "a note about Alfreds Futterkiste"."""
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    """When it was typed last."""
    typed: dict[str, str]
    """What was typed, by field."""
    before: dict[str, str] = {}
    """What stood in these fields before."""


class _File(msgspec.Struct):
    drafts: list[Draft]


class _Damaged(Exception):
    """What is there is no file of drafts."""


class Drafts:
    """All drafts about one data file: changed in memory, and on disk with the next `save`.

    What cannot be written stays in memory, and is tried again with every save. `trouble` says it.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], lock: Lock) -> None:
        self.path = path
        self._now = now
        self._lock = lock
        self._run = f"{os.getpid()}.{_began(os.getpid())}.{secrets.token_hex(4)}"
        self._changed: dict[str, Draft | None] = {}
        """What is not on disk yet: a draft of this run, or None where there should be none."""
        self._taken: dict[str, list[Draft]] = {}
        """Drafts of other runs that this one has brought back, and goes on with."""
        self._trouble = ""
        self._said = ""

    # What was typed.

    def find(self, key: str) -> Draft | None:
        """Return the latest draft of a sheet or form and go on with it: what replaces it takes it away."""
        if self._changed.get(key) is not None:
            return self._changed[key]
        found = next((draft for draft in self.waiting() if draft.key == key), None)
        if found is not None and found.by != self._run:
            self._taken.setdefault(key, []).append(found)
        return found

    def waiting(self) -> list[Draft]:
        """Return every draft, the latest first; one for each sheet or form."""
        offered = (draft for draft in self._all() if draft.by == self._run or not _runs(draft.by))
        drafts = {draft.key: draft for draft in sorted(offered, key=lambda draft: draft.at)}
        return sorted(drafts.values(), key=lambda draft: draft.at, reverse=True)

    def put(
        self,
        key: str,
        typed: Mapping[str, str],
        about: str,
        before: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what is typed now; nothing typed is no draft."""
        self._changed[key] = (
            Draft(
                key=key,
                by=self._run,
                about=about,
                at=self._now(),
                typed=dict(typed),
                before=dict(before or {}),
            )
            if typed
            else None
        )

    def drop(self, key: str) -> None:
        """Take a draft away: what was typed is saved, or not wanted."""
        self._changed[key] = None

    def trouble(self) -> str:
        """Return what went wrong and was not said yet."""
        trouble, self._trouble = self._trouble, ""
        return trouble

    # On disk.

    def save(self) -> None:
        """Write what is not on disk yet, together with what other programs wrote meanwhile."""
        if not self._changed:
            return
        try:
            self._write(self._after_changes)
        except (OSError, StoreUnavailable) as error:
            self._complain(f"They are kept until you quit. {_reason(error)}")
            return
        for key in self._changed:
            self._taken.pop(key, None)
        self._changed.clear()
        self._said = ""

    def remove_mentioning(self, mentions: Callable[[str], bool]) -> int:
        """Drop every draft of which a text mentions somebody, and return how many.

        What was set aside as damaged goes too if it does. Raises StoreUnavailable; then nothing was dropped.
        """

        def is_about(draft: Draft) -> bool:
            texts = (draft.key, draft.about, *draft.typed.values(), *draft.before.values())
            return any(map(mentions, texts))

        gone = sum(map(is_about, self._all()))
        try:
            self._write(lambda drafts: [d for d in drafts if not is_about(d)])
            for aside in self.path.parent.glob(f"{self.path.name}.damaged-*"):
                if mentions(aside.read_bytes().decode(errors="replace")):
                    aside.unlink()
        except OSError as error:
            raise StoreUnavailable(_reason(error), "make it writable, then try again") from error
        for key, draft in list(self._changed.items()):
            if draft is not None and is_about(draft):
                del self._changed[key]
        return gone

    def _all(self) -> list[Draft]:
        """Return what is on disk with what is changed in memory; nothing that is too old."""
        try:
            on_disk = _read(self.path)
        except _Damaged:
            on_disk = []
            with suppress(OSError, StoreUnavailable), self._lock(self.path):
                on_disk = self._read_or_set_aside()
        except OSError as error:
            on_disk = []
            self._complain(f"What was kept cannot be read. {_reason(error)}")
        return self._young(self._after_changes(on_disk))

    def _after_changes(self, on_disk: Sequence[Draft]) -> list[Draft]:
        taken = [draft for key in self._changed for draft in self._taken.get(key, ())]
        others = [
            draft
            for draft in on_disk
            if not (draft.by == self._run and draft.key in self._changed) and draft not in taken
        ]
        return [*others, *(draft for draft in self._changed.values() if draft is not None)]

    def _young(self, drafts: Sequence[Draft]) -> list[Draft]:
        now = self._now()
        return [draft for draft in drafts if abs(now - draft.at) <= KEPT]

    def _read_or_set_aside(self) -> list[Draft]:
        """Return what is on disk; a file that is none of ours is renamed. The lock is held. Raises OSError."""
        try:
            return _read(self.path)
        except _Damaged:
            aside = next(
                path
                for number in count(1)
                if not os.path.lexists(
                    path := self.path.with_name(f"{self.path.name}.damaged-{number}")
                )
            )
            self.path.rename(aside)
            self._complain(f"What was kept cannot be read; it was set aside as {aside}.")
            return []

    def _complain(self, trouble: str) -> None:
        """Have it said once, until it is over."""
        if trouble != self._said:
            self._said = self._trouble = trouble

    def _write(self, change: Callable[[Sequence[Draft]], Sequence[Draft]]) -> None:
        folder = self.path.parent
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        with self._lock(self.path):
            self._sweep()
            drafts = self._young(change(self._read_or_set_aside()))
            if not drafts:
                self.path.unlink(missing_ok=True)
                return
            handle, temp = tempfile.mkstemp(prefix=self._temp_prefix, suffix=".tmp", dir=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(msgspec.json.encode(_File([_clean(draft) for draft in drafts])))
                    file.flush()
                    os.fsync(file.fileno())
                Path(temp).replace(self.path)
            except BaseException:
                with suppress(OSError):
                    Path(temp).unlink()
                raise
            _sync(folder)

    @property
    def _temp_prefix(self) -> str:
        return f".{self.path.name}."

    def _sweep(self) -> None:
        """Remove what a program that was killed while it wrote has left; who holds the lock writes alone."""
        for left in self.path.parent.glob(f"{self._temp_prefix}*.tmp"):
            with suppress(OSError):
                left.unlink()


def _runs(run: str) -> bool:
    """Whether another process wrote a draft, and is still there."""
    pid, _, rest = run.partition(".")
    if not pid.isdecimal() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        pass
    except (OSError, OverflowError):
        return False
    return rest.startswith(f"{_began(int(pid))}.")  # else another process has got its number since


def _began(pid: int) -> str:
    """Return when a process began, in the system's own count; nothing where the system does not say."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    return ""


def _read(path: Path) -> list[Draft]:
    """Return the drafts of a file, none if it is not there; never through a link. Raises OSError or _Damaged."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EACCES, errno.EPERM, errno.EISDIR):
            raise _Damaged from error
        raise
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
            raise _Damaged
        with os.fdopen(handle, "rb", closefd=False) as file:
            drafts = msgspec.json.decode(file.read(), type=_File).drafts
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _Damaged from error
    finally:
        os.close(handle)
    return [_clean(draft) for draft in drafts]


def _clean(draft: Draft) -> Draft:
    """Return a draft as it is safe to show."""
    return Draft(
        key=clean_line(draft.key),
        by=clean_line(draft.by),
        about=clean_line(draft.about),
        at=draft.at,
        typed={clean_line(field): clean_text(text) for field, text in draft.typed.items()},
        before={clean_line(field): clean_text(text) for field, text in draft.before.items()},
    )


def _reason(error: Exception) -> str:
    if isinstance(error, StoreUnavailable):
        return f"{error.title}; {error.hint}"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return getattr(error, "strerror", None) or str(error)


def _sync(folder: Path) -> None:
    with suppress(OSError):  # the file is in its place: what fails here loses nothing
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

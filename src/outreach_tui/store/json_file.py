"""TinyDB's JSON file, replaced as a whole or not at all: temp file, fsync, rename, fsync of the folder."""

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from outreach_tui.errors import DamagedFile, StoreUnavailable
from outreach_tui.store.documents import UNREADABLE
from outreach_tui.store.files import sync_folder, temp_beside, temp_prefix
from outreach_tui.store.json_text import RawTables, parsed, written

Stamp = tuple[int, int, int]
"""Size, modification time in nanoseconds, inode."""

_SETTLED_NS = 50_000_000
_SETTLED_WHOLE_SECONDS_NS = 2_000_000_000
"""A file that was changed this long ago has a new stamp when it changes again; some file systems count in seconds."""
_DIGITS = 32
_TORN_TRIES = 25
_TORN_PAUSE_SECONDS = 0.02
_STALE_SECONDS = 60
"""A temp file this old belongs to a writer that died."""


class Seen(msgspec.Struct):
    """What a file was when it was read or written."""

    stamp: Stamp | None = None
    """None if there was none."""
    digest: str = ""
    """SHA-256, the first 32 hex digits."""
    settled: bool = False
    """Its stamp alone tells whether it changed."""

    @property
    def size(self) -> int:
        """Bytes."""
        return self.stamp[0] if self.stamp else 0


class JsonFile:
    """The JSON file, with durable, atomic writes."""

    def __init__(self, path: Path | str) -> None:
        """Raises StoreUnavailable for a link that leads nowhere: what it led to may be back tomorrow."""
        if (link := _dangling(Path(path))) is not None:
            raise StoreUnavailable(
                f"{link} is a link to {link.readlink()}, which is not there",
                "bring back the disk or folder that it leads to, or remove the link",
            )
        # A link stays a link: what is replaced is the file that it points to.
        self.path = Path(os.path.realpath(path))
        self.access = (0, 0)
        """Mode and group, as they were when we looked at the file last; zeros for none."""

    def changed(self, seen: Seen) -> bool:
        """Whether the file is another one now. Raises StoreUnavailable if it is gone."""
        stamp = self.stamp()
        if stamp is None and seen.stamp is not None:
            raise StoreUnavailable(
                f"{self.path} is not there any more",
                "somebody removed or moved it, or its disk or share is gone: put it back; nothing was written",
            )
        if stamp != seen.stamp:
            return True
        if stamp is None or seen.settled:
            return False
        # Two changes within a tick of the file system's clock may leave the stamp as it was.
        looked_ns = time.time_ns()
        if digest_of(self._bytes() or b"") != seen.digest:
            return True
        whole_seconds = stamp[1] % 1_000_000_000 == 0
        seen.settled = looked_ns - stamp[1] > (
            _SETTLED_WHOLE_SECONDS_NS if whole_seconds else _SETTLED_NS
        )
        return False

    def read(self, header: bytes = b"") -> tuple[RawTables, Seen]:
        """Return all tables with undecoded documents, and what tells whether the file changes after.

        A file whose digest the journal's `header` names is as we wrote it, and read more quickly.

        Raises DamagedFile if it is not a TinyDB file, StoreUnavailable if it cannot be read.
        """
        for tries_left in reversed(range(_TORN_TRIES)):
            stamp = self.stamp()
            data = self._bytes()
            if stamp is None or data is None:
                return {}, Seen()
            digest = digest_of(data)
            try:
                tables = parsed(data, ours=digest.encode() in header)
            except UNREADABLE as error:
                # Stock TinyDB writes in place: what we saw may be half of a file.
                time.sleep(_TORN_PAUSE_SECONDS)
                if tries_left and self.stamp() != stamp:
                    continue
                raise _damaged(self.path, data, error) from error
            if tries_left and self.stamp() != stamp:
                continue
            return tables, Seen(stamp, digest)
        raise AssertionError("the last try returns or raises")

    def write(self, tables: RawTables) -> Seen:
        """Replace the file; the lock is held. Raises StoreUnavailable; then the old file is untouched."""
        digest = replace_file(self.path, written(tables))
        return Seen(self.stamp(), digest)

    def digest(self) -> str:
        """Return the digest of the file as it is now. Raises StoreUnavailable."""
        return digest_of(self._bytes() or b"")

    def sweep(self) -> None:
        """Remove what writers that died have left; the lock is held."""
        with suppress(OSError):
            for left in self.path.parent.iterdir():
                if (
                    left.name.startswith(temp_prefix(self.path))
                    and left.suffix == ".tmp"
                    and time.time() - left.lstat().st_mtime > _STALE_SECONDS
                ):
                    left.unlink()

    def stamp(self) -> Stamp | None:
        """Return what changes with the file, None if there is none. Raises StoreUnavailable."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(
                f"cannot look at {self.path}: {error.strerror}", "check the folder"
            ) from error
        if not stat.S_ISREG(found.st_mode):
            raise StoreUnavailable(f"{self.path} is not a file", "choose another file with --file")
        self.access = found.st_mode, found.st_gid
        return found.st_size, found.st_mtime_ns, found.st_ino

    def _bytes(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(
                f"cannot read {self.path}: {error.strerror}", "check its permissions"
            ) from error


def digest_of(data: bytes) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def replace_file(path: Path, pieces: Iterable[bytes], like: Path | None = None) -> str:
    """Put a file in the place of another, as a whole or not at all; return the digest of what it holds.

    It gets the owner, mode and access list of `like` (of `path` itself if that is not given), and is private where
    there is none. Raises StoreUnavailable; then the old file is untouched.
    """
    digest = hashlib.sha256()

    def told() -> Iterator[bytes]:
        for piece in pieces:
            digest.update(piece)
            yield piece

    temp = None
    try:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(0, "it is read-only")
        temp = temp_beside(path, told(), like=like or path)
        temp.replace(path)
    except OSError as error:
        if temp:
            with suppress(OSError):
                temp.unlink()
        raise StoreUnavailable(
            f"cannot write {path}: {error.strerror}",
            "nothing was changed; make room or check the folder's permissions, then try again",
        ) from error
    # The bytes are safe: what fails here must not say that nothing was written.
    sync_folder(path.parent)
    return digest.hexdigest()[:_DIGITS]


def _dangling(path: Path) -> Path | None:
    for part in (path, *path.parents):
        with suppress(OSError):  # a folder that we may not look into says so when the file is read
            if part.is_symlink() and not part.exists():
                return part
    return None


def _damaged(path: Path, data: bytes, error: Exception) -> DamagedFile:
    if not data.strip():
        what = "is empty"
    elif isinstance(error, RecursionError):
        what = "is nested too deeply"
    else:
        what = f"is not a TinyDB file ({error})"
    return DamagedFile(
        f"{path} {what}",
        "it was left as it is; `outreach restore` brings back a backup, `outreach doctor` says more",
    )

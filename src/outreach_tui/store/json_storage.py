"""TinyDB's JSON file, replaced as a whole or not at all: temp file, fsync, rename, fsync of the folder."""

import json
import os
import stat
import tempfile
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from outreach_tui.errors import DamagedFile, StoreUnavailable
from outreach_tui.store.documents import UNREADABLE
from outreach_tui.store.json_text import RawTables, parsed, written
from outreach_tui.store.locks import locked

Stamp = tuple[int, int, int]
"""Size, modification time in nanoseconds, inode."""

_SETTLED_NS = 2_000_000_000
"""A file that was changed this long ago has a new stamp when it changes again, on any file system."""
_TORN_TRIES = 25
_TORN_PAUSE_SECONDS = 0.02
_STALE_SECONDS = 60
"""A temp file this old belongs to a writer that died."""


class Seen(msgspec.Struct):
    """What a file was when it was read or written."""

    stamp: Stamp | None = None
    """None if there was none."""
    checksum: int = 0
    settled: bool = False
    """Its stamp alone tells whether it changed."""


class JsonStorage(Storage):
    """A TinyDB storage with durable, atomic writes; an ordinary TinyDB JSON file on disk."""

    def __init__(self, path: Path | str) -> None:
        """Raises StoreUnavailable for a link that leads nowhere: what it led to may be back tomorrow."""
        if (link := _dangling(Path(path))) is not None:
            raise StoreUnavailable(
                f"{link} is a link to {link.readlink()}, which is not there",
                "bring back the disk or folder that it leads to, or remove the link",
            )
        # A link stays a link: what is replaced is the file that it points to.
        self.path = Path(os.path.realpath(path))

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return all tables as TinyDB wants them, None if there is no file yet."""
        raw, seen = self.read_raw()
        if seen.stamp is None:
            return None
        return {
            name: {key: _decoded(document) for key, document in table.items()}
            for name, table in raw.items()
        }

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file by these tables, as TinyDB calls it."""
        tables = {
            name: {str(key): _encoded(document) for key, document in table.items()}
            for name, table in data.items()
        }
        with locked(self.path):
            self.write_raw(tables)

    def changed(self, seen: Seen) -> bool:
        """Whether the file is another one now. Raises StoreUnavailable if it is gone."""
        stamp = self._stamp()
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
        if zlib.crc32(self._bytes() or b"") != seen.checksum:
            return True
        seen.settled = looked_ns - stamp[1] > _SETTLED_NS
        return False

    def read_raw(self) -> tuple[RawTables, Seen]:
        """Return all tables with undecoded documents, and what tells whether the file changes after.

        Raises DamagedFile if it is not a TinyDB file, StoreUnavailable if it cannot be read.
        """
        for tries_left in reversed(range(_TORN_TRIES)):
            stamp = self._stamp()
            data = self._bytes()
            if stamp is None or data is None:
                return {}, Seen()
            try:
                tables = parsed(data)
            except UNREADABLE as error:
                # Stock TinyDB writes in place: what we saw may be half of a file.
                time.sleep(_TORN_PAUSE_SECONDS)
                if tries_left and self._stamp() != stamp:
                    continue
                raise _damaged(self.path, data, error) from error
            if tries_left and self._stamp() != stamp:
                continue
            return tables, Seen(stamp, zlib.crc32(data))
        raise AssertionError("the last try returns or raises")

    def write_raw(self, tables: RawTables) -> Seen:
        """Replace the file; the lock is held. Raises StoreUnavailable; then the old file is untouched."""
        data = written(tables)
        self._replace(data)
        return Seen(self._stamp(), zlib.crc32(data))

    def sweep(self) -> None:
        """Remove what writers that died have left; the lock is held."""
        with suppress(OSError):
            for left in self.path.parent.iterdir():
                if (
                    left.name.startswith(_temp_prefix(self.path))
                    and left.suffix == ".tmp"
                    and time.time() - left.lstat().st_mtime > _STALE_SECONDS
                ):
                    left.unlink()

    def _stamp(self) -> Stamp | None:
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

    def _replace(self, data: bytes) -> None:
        folder = self.path.parent
        temp = ""
        try:
            if self.path.exists() and not os.access(self.path, os.W_OK):
                raise PermissionError(0, "it is read-only")
            handle, temp = tempfile.mkstemp(
                prefix=_temp_prefix(self.path), suffix=".tmp", dir=folder
            )
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                _keep_owner_and_mode(file.fileno(), self.path)
                os.fsync(file.fileno())
            Path(temp).replace(self.path)
        except BaseException as error:
            if temp:
                with suppress(OSError):
                    Path(temp).unlink()
            if not isinstance(error, OSError):
                raise
            raise StoreUnavailable(
                f"cannot write {self.path}: {error.strerror}",
                "nothing was changed; make room or check the folder's permissions, then try again",
            ) from error
        _sync_folder(folder)


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
        "it was left as it is; bring back a copy of it, or choose another file with --file",
    )


def _decoded(raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except UNREADABLE:
        return json.loads(bytes(raw))


def _encoded(document: Any) -> msgspec.Raw:
    """Return a document as TinyDB would write it: msgspec has no NaN and no lone surrogates."""
    try:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        text = json.dumps(document, separators=(",", ":")).encode()
    return msgspec.Raw(text)


def _temp_prefix(path: Path) -> str:
    return f".{path.name}."


def _keep_owner_and_mode(handle: int, path: Path) -> None:
    """Give the new file the old one's owner, group, mode and access list; mkstemp has made it private so far."""
    try:
        old = path.stat()
    except FileNotFoundError:
        return
    mode = stat.S_IMODE(old.st_mode)
    try:
        os.fchown(handle, old.st_uid, old.st_gid)
    except PermissionError:  # only an administrator may give a file to somebody else
        try:
            os.fchown(handle, -1, old.st_gid)
        except PermissionError:
            # Another group must not see more than everybody may.
            mode = mode & ~0o070 | (mode & 0o007) << 3
    os.fchmod(handle, mode)
    with suppress(OSError, AttributeError):  # none there, or a system without
        os.setxattr(handle, _ACL, os.getxattr(path, _ACL))


_ACL = "system.posix_acl_access"


def _sync_folder(folder: Path) -> None:
    # The file is in its place and its bytes are safe: what fails here must not say that nothing was written.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""TinyDB's JSON file, replaced as a whole or not at all: temp file, fsync, rename, fsync of the folder.

Each document stands on a line of its own, so that `git diff` reads well. Documents are kept undecoded.
"""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from outreach_tui.errors import DamagedFile, StoreUnavailable

RawTables = dict[str, dict[str, msgspec.Raw]]
Stamp = tuple[int, int, int]
"""Size, modification time in nanoseconds, inode: changes whenever the file does."""

_decode_tables = msgspec.json.Decoder(RawTables).decode


class JsonStorage(Storage):
    """A TinyDB storage with durable, atomic writes; an ordinary TinyDB JSON file on disk."""

    def __init__(self, path: Path | str) -> None:
        # A link stays a link: what is replaced is the file that it points to.
        self.path = Path(os.path.realpath(path))

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return all tables as TinyDB wants them, None if there is no file yet."""
        raw = self.read_raw()
        if raw is None:
            return None
        return {
            name: {key: msgspec.json.decode(document) for key, document in table.items()}
            for name, table in raw.items()
        }

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file by these tables."""
        self.write_raw(
            {
                name: {
                    str(key): msgspec.Raw(msgspec.json.encode(dict(document)))
                    for key, document in table.items()
                }
                for name, table in data.items()
            }
        )

    def stamp(self) -> Stamp | None:
        """Return what tells one state of the file from another, None if there is none."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(
                f"cannot look at {self.path}: {error.strerror}", "check the folder"
            ) from error
        return found.st_size, found.st_mtime_ns, found.st_ino

    def read_raw(self) -> RawTables | None:
        """Return all tables with undecoded documents, None if there is no file yet.

        Raises DamagedFile if it is not a TinyDB file, StoreUnavailable if it cannot be read.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(
                f"cannot read {self.path}: {error.strerror}", "check its permissions"
            ) from error
        try:
            return _decode_tables(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            what = "is empty" if not data.strip() else f"is not a TinyDB file ({error})"
            raise DamagedFile(
                f"{self.path} {what}",
                "it was left as it is; bring back a copy of it, or choose another file with --file",
            ) from error

    def write_raw(self, tables: RawTables) -> None:
        """Replace the file. Raises StoreUnavailable; then the old file is untouched."""
        lines = []
        for name, table in tables.items():
            documents = ",\n".join(
                f"{msgspec.json.encode(key).decode()}: {bytes(raw).decode()}"
                for key, raw in table.items()
            )
            body = f"{{\n{documents}\n}}" if documents else "{}"
            lines.append(f"{msgspec.json.encode(name).decode()}: {body}")
        self._replace(("{\n" + ",\n".join(lines) + "\n}\n").encode())

    def _replace(self, data: bytes) -> None:
        folder = self.path.parent
        temp = ""
        try:
            handle, temp = tempfile.mkstemp(prefix=f".{self.path.name}.", suffix=".tmp", dir=folder)
            with os.fdopen(handle, "wb") as file:
                _keep_owner_and_mode(file.fileno(), self.path)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temp).replace(self.path)
            _sync_folder(folder)
        except OSError as error:
            if temp:
                with suppress(OSError):
                    Path(temp).unlink()
            raise StoreUnavailable(
                f"cannot write {self.path}: {error.strerror}",
                "nothing was changed; make room or check the folder's permissions, then try again",
            ) from error


def _keep_owner_and_mode(handle: int, path: Path) -> None:
    """Give the new file the old one's mode and group; mkstemp has made it 0600 for the first time."""
    try:
        old = path.stat()
    except FileNotFoundError:
        return
    os.fchmod(handle, stat.S_IMODE(old.st_mode))
    with suppress(PermissionError):  # only an administrator may give a file to somebody else
        os.fchown(handle, old.st_uid, old.st_gid)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

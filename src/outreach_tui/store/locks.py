"""A lock between processes, held for milliseconds; the system releases it when its holder dies."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outreach_tui.errors import StoreUnavailable

WAIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.005


@contextmanager
def locked(path: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock file at `path`, which is made if it is missing and never removed.

    Raises StoreUnavailable if another process holds it for longer than `wait_seconds`, or the folder does not allow it.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot write next to {path.with_suffix('').name}: {error.strerror}",
            f"look at the folder {path.parent} and its permissions",
        ) from error
    try:
        deadline = time.monotonic() + wait_seconds
        while not _try_lock(handle):
            if time.monotonic() >= deadline:
                raise StoreUnavailable(
                    f"another program has held {path.name} for {wait_seconds:.0f} seconds",
                    "close the program that hangs, then try again",
                )
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

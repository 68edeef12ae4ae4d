"""The real program in a terminal of 80 columns and 24 lines."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


class Terminal:
    """A terminal in which the program runs."""

    def __init__(self, environment: Mapping[str, str], python: Sequence[str]) -> None:
        self.child, self.handle = pty.fork()
        if self.child == 0:
            os.execve(sys.executable, [sys.executable, *python], dict(environment))
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = b""

    def type(self, text: str) -> None:
        """Type a text, key by key as people do."""
        for key in text:
            os.write(self.handle, key.encode())
            self.look(0.02)

    def look(self, seconds: float) -> None:
        """Read what the program draws for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.handle], [], [], left)[0]:
                self.seen += os.read(self.handle, 65536)

    def until(self, wanted: str, seconds: float = 20) -> None:
        """Read until the program has drawn something."""
        end = time.monotonic() + seconds
        while wanted.encode() not in self.seen:
            assert time.monotonic() < end, self.seen[-4000:]
            self.look(0.1)
        self.seen = b""

    def end(self, seconds: float = 20) -> int:
        """Read until the program has ended by itself, and return its exit code."""
        end = time.monotonic() + seconds
        while True:
            assert time.monotonic() < end, self.seen[-4000:]
            try:
                self.look(0.1)
            except OSError:  # nobody writes any more
                break
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


@contextmanager
def terminal(
    environment: Mapping[str, str], python: Sequence[str] = ("-m", "outreach_tui")
) -> Iterator[Terminal]:
    """Run the program, and kill it without a warning if it still runs."""
    program = Terminal(environment, python)
    try:
        yield program
    finally:
        try:
            os.kill(program.child, signal.SIGKILL)
            os.waitpid(program.child, 0)
        except (ProcessLookupError, ChildProcessError):  # it ended by itself
            pass
        os.close(program.handle)

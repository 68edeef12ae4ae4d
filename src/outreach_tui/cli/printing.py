"""What a command prints: results to stdout, everything else to stderr, colour only where it is wanted.

Every line passes `clean_text` here, whoever made it, so that no name on file can steer a terminal.
"""

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from outreach_tui.domain.text import clean_text
from outreach_tui.errors import OutreachError, StoreUnavailable
from outreach_tui.presentation.layout import PieceLine

WIDTH, WIDEST = 80, 100
"""Prose is wrapped at the first, on a wide terminal at the second: longer lines are hard to read."""
_COLOURS: dict[str, dict[str, Any]] = {
    "heading": {"bold": True},
    "strong": {"bold": True},
    "late": {"fg": "red"},
    "due": {"fg": "yellow"},
    "fresh": {"fg": "green"},
    "muted": {"dim": True},
}
"""By the role of a piece of text; a role that is not named here is plain."""
# JSON escapes controls, but a script that reads the text would print them: look twice where there may be any.
_NEEDS_A_LOOK = re.compile(rb"\\u|[\x7f-\xff]")


def is_interactive() -> bool:
    """Return whether somebody is there to ask."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def in_colour() -> bool:
    """Return whether colour is wanted (https://no-color.org)."""
    return (
        sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "") != "dumb"
    )


def terminal_room() -> int | None:
    """Return how many cells a row of a table has; None where it goes into a file or a pipe, and nothing is cut."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else None


def prose_room() -> int:
    """Return where prose is wrapped."""
    room = terminal_room()
    return WIDTH if room is None else max(40, min(room, WIDEST))


def say(lines: Iterable[PieceLine | str]) -> None:
    """Print lines of a result."""
    colour = in_colour()
    text = "".join(f"{_rendered(each, colour)}\n" for each in lines)
    _write(text)


def note(text: str) -> None:
    """Print something that is no result."""
    if sys.stderr is not None:
        sys.stderr.write(clean_text(text) + "\n")


def document(value: msgspec.Struct) -> None:
    """Print one JSON document, in UTF-8 whatever the terminal speaks (RFC 8259)."""
    encoded = msgspec.json.encode(value)
    if _NEEDS_A_LOOK.search(encoded):
        encoded = msgspec.json.encode(_cleaned(msgspec.json.decode(encoded)))
    raw(msgspec.json.format(encoded, indent=2) + b"\n")


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a callable to be told how many of how many are done; on a terminal one line on stderr shows it meanwhile."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    widest = 0

    def show(done: int, total: int) -> None:
        nonlocal widest
        text = f"{done:,} of {total:,} {what}, ctrl-c stops"
        widest = max(widest, len(text))
        sys.stderr.write(f"\r{text:<{widest}}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write(f"\r{'':<{widest}}\r")
        sys.stderr.flush()


def raw(data: bytes) -> None:
    """Print bytes as they are: a JSON document or a calendar."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _cannot_print(error) from error


def raw_json(data: bytes) -> None:
    """Print JSON as it is; on a terminal with escapes for what could steer it, which any reader takes for the same."""
    if sys.stdout.isatty():
        text = data.decode(errors="replace")
        data = "".join(
            c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text
        ).encode()
    raw(data)


def failure(error: OutreachError) -> None:
    """Print what went wrong, and below what to do about it."""
    note(f"outreach: {error.title}")
    if error.hint:
        note(f"  {error.hint}")


def prepare() -> None:
    """Print a question mark for what the terminal's encoding cannot show, and nothing where there is no output."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  for the whole run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def forget_reader() -> None:
    """Send what is still to be printed nowhere, after the reader of our output went away."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _cannot_print(error) from error


def _cannot_print(error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"cannot write the output: {error.strerror}", "choose another place")


def _rendered(each: PieceLine | str, colour: bool) -> str:
    if isinstance(each, str):
        return _one_line(each)
    pieces = [(_one_line(text), role) for text, role in each]
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    if pieces:
        pieces[-1] = (pieces[-1][0].rstrip(), pieces[-1][1])
    return "".join(
        click.style(text, **_COLOURS[role]) if colour and role in _COLOURS else text
        for text, role in pieces
    )


def _one_line(text: str) -> str:
    return clean_text(text).replace("\n", " ")


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value

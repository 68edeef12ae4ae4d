"""Paths as people type, complete, paste and drop them."""

import os
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.widgets.offers import Offer

SUFFIXES = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm"}
    | {".vcf", ".vcard", ".ics", ".ical", ".icalendar", ".json"}
)
"""Of files that can be imported; others can be, if they are named in full."""
_CARDS = (".vcf", ".vcard")
MOST_OFFERS = 8
_NO_PIPES = "Save what the program writes as a file and name that, or paste the table here."
_MOST_LOOKED_AT = 5000
"""Entries of a folder; completing must not keep anybody waiting."""
_BEGUN_BEFORE = re.compile(r".*/(?=/|~/)")
_LAST_WORD = re.compile(r"""(?:^|\s)(?=(["']?)(?:[~/]|file:/))""")


def paths_in(text: str) -> list[Path]:
    """Return the paths in what was typed or dropped: one as it stands, or several in a shell's words.

    Terminals put quotation marks around dropped paths, a backslash before their blanks, or write them as file:// URLs.
    Raises BadInput.
    """
    text = text.strip()
    if not text:
        raise BadInput(
            "Which file?",
            "A CSV or Excel file, vCards or a folder of them, a calendar, or an export; ~ is your home.",
        )
    whole = _path(text)
    if _is_there(whole):
        return [whole]
    try:
        words = shlex.split(text)
    except ValueError:  # a quotation mark that is not closed, as in O'Neil
        words = []
    paths = [_path(word) for word in words]
    if len(paths) == 1 or (paths and all(map(_is_there, paths))):
        whole = paths[0]
    missing = next((path for path in paths if not _is_there(path)), None)
    if paths and missing is None:
        return paths
    if len(paths) > 1 and missing is not None and any(map(_is_there, paths)):
        whole = missing
    if str(whole) == "-":
        raise BadInput("- stands for a program's output on the command line only.", _NO_PIPES)
    raise BadInput(f"There is no {clean_line(str(whole))}.", "~ is your home folder.")


def told_apart(paths: Sequence[Path]) -> list[str]:
    """Return the names of files; what several are called stands behind as many of its folders as tell them apart."""
    names = [path.name for path in paths]
    parts = [path.absolute().parts for path in paths]
    for more in range(2, max(map(len, parts), default=0) + 1):
        count = Counter(names)
        names = [
            str(Path(*of[-more:])) if count[name] > 1 else name
            for name, of in zip(names, parts, strict=True)
        ]
    return names


def describe(paths: Sequence[Path]) -> str:
    """Return what is to be read: "customers.csv, 11 kB". Raises BadInput, also for a folder without cards."""
    said = []
    for path in paths:
        try:
            if not path.is_dir() and not path.is_file():
                raise BadInput(f"{path} is no file.", _NO_PIPES)
            if not path.is_dir():
                said.append(f"{path.name}, {max(1, path.stat().st_size // 1024):,} kB")
            elif any(file.suffix.casefold() in _CARDS for file in path.iterdir()):
                said.append(f"{path.name}, a folder of vCards")
            else:
                raise BadInput(f"{path.name or path} is a folder.", "↓ shows what is in it.")
        except OSError as error:
            raise BadInput(f"{path} cannot be looked at.", error.strerror or "") from error
    return clean_line(" and ".join(said))


def shown(path: Path) -> str:
    """Return a path as people write it: with ~ for their home."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def path_offers(typed: str, beginning: str) -> list[Offer]:
    """Return folders and files that can be imported whose path begins as typed; `beginning` stands for nothing."""
    start, last = _last_path(typed or beginning)
    if last.startswith(("'", '"')):
        start, last = start + last[0], last[1:]
    written, _, part = last.rpartition("/")
    folder = _path(f"{written}/" if "/" in last else ".")
    if last in ("~", ".", ".."):
        return [_offer(start, f"{last}/")]
    found = sorted(
        _entries(folder, part), key=lambda entry: (entry.startswith("."), entry.casefold())
    )
    prefix = f"{written}/" if "/" in last else ""
    bare = not start and not prefix.startswith(("'", '"'))
    return [_offer(start, prefix + entry, bare=bare) for entry in found[:MOST_OFFERS]]


def _last_path(typed: str) -> tuple[str, str]:
    """Part what is typed into what stands before its last path, and that: several may be dropped or typed."""
    if _is_there(_path(typed).parent) or not typed:
        return "", typed
    at = max((match.end() for match in _LAST_WORD.finditer(typed)), default=0)
    return typed[:at], typed[at:]


def _offer(start: str, path: str, *, bare: bool = True) -> Offer:
    closing = (
        "" if bare or path.endswith("/") or not start else start[-1] if start[-1] in "'\"" else ""
    )
    words = path.rstrip("/").rpartition("/")[2] + ("/" if path.endswith("/") else "")
    return Offer(clean_line(words), partial(dict, path=f"{start}{path}{closing}"))


def _entries(folder: Path, part: str) -> Iterable[str]:
    wanted = part.casefold()
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, _MOST_LOOKED_AT):
                name = entry.name
                if not name.casefold().startswith(wanted) or (
                    name.startswith(".") and not part.startswith(".")
                ):
                    continue
                if entry.is_dir():
                    yield f"{name}/"
                elif Path(name).suffix.casefold() in SUFFIXES:
                    yield name
    except (OSError, ValueError):  # no such folder, or none of ours
        return


def typed_path(text: str) -> Path:
    """Return the path that somebody typed. Raises BadInput."""
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError as error:  # ~somebody who has no home here
        raise BadInput(f"There is no folder {text.strip()!r}.", "~ is your home folder.") from error


def _path(text: str) -> Path:
    """Return the path that somebody means: what begins anew, as in ~//tmp, leaves out what is before it."""
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    text = _BEGUN_BEFORE.sub("", text)
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~somebody who has no home here
        return Path(text)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        return False

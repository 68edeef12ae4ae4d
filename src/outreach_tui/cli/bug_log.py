"""What is kept of a bug: where in the code it happened, and nothing that a customer said."""

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import outreach_tui
from outreach_tui.cli import printing
from outreach_tui.clock import SystemClock
from outreach_tui.paths import log_file

_PACKAGE = Path(outreach_tui.__file__).parent.parent


def report(error: Exception) -> None:
    """Write the bug down and tell the person, on one line, where."""
    path = log_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(written(error, SystemClock().real_now()))
        where = f"what happened is in {path}"
    except OSError:
        where = f"it could not be written to {path}"
    printing.note(f"outreach: this is a bug ({type(error).__name__}); your file is safe; {where}")


def written(error: BaseException, at: datetime) -> str:
    """Return an entry of the log: versions, and for each error of the chain its type and code locations.

    Messages and source lines are left out: both can hold what is on file.
    """
    version = ".".join(str(part) for part in sys.version_info[:3])
    lines = [
        f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} outreach {outreach_tui.__version__} python {version}"
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"  {type(seen).__module__}.{type(seen).__qualname__}")
        lines += [
            f"    {_relative(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__, limit=-30)
        ]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines) + "\n"


def _relative(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_PACKAGE)) if path.is_relative_to(_PACKAGE) else path.name

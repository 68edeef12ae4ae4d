"""A bug ends the app as it ends a command: the terminal as it was, one line, the place in the log, exit code 70."""

import os
import termios
from pathlib import Path

import pytest

from outreach_tui.bootstrap import Services
from terminal import terminal

BUGS = {
    "in an action": "CustomersScreen.action_why = lambda self: broken()",
    "in a worker": """
async def why(self):
    self.run_worker(work())
async def work():
    broken()
CustomersScreen.action_why = why
""",
    "in a dialog": """
from outreach_tui.screens.modals.choose import Choose
Choose.inside = lambda self: broken()
CustomersScreen.action_why = lambda self: self.action_filter()
""",
    "in what is drawn": """
from outreach_tui.screens.modals.read_text import ReadText
CustomersScreen.action_why = lambda self: self.app.push_screen(ReadText("Why", lambda width: broken()))
""",
    "on a thread": """
from outreach_tui.screens.modals.working import Working
CustomersScreen.action_why = lambda self: self.app.push_screen(Working("Work", lambda tell: broken()))
""",
    "by the clock": "CustomersScreen.action_why = lambda self: self.set_timer(0.1, broken)",
}
START = """
import sys
from outreach_tui.cli.main import run
from outreach_tui.screens.customers import CustomersScreen
def broken():
    person = "Magda " + "Nowicka"
    raise ValueError("about " + person)
"""


def environment(services: Services, scratch: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "TERM": "xterm-256color", "HOME": str(scratch), "LANG": "C.UTF-8",
        "OUTREACH_FILE": str(services.path), "OUTREACH_CONFIG": str(scratch / "config.toml"),
        "OUTREACH_MEMBER": "Ana", "XDG_STATE_HOME": str(scratch / "state"),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "TEXTUAL_ANIMATIONS": "none",
    }  # fmt: skip


@pytest.mark.parametrize("where", BUGS)
def test_a_bug_ends_the_app_with_one_line_and_the_place_in_the_log(
    sample: Services, scratch: Path, where: str
) -> None:
    before = sample.path.read_bytes()
    program = f"{START}{BUGS[where]}\nsys.exit(run([]))"
    with terminal(environment(sample, scratch), ("-c", program)) as shown:
        shown.until("keys")
        shown.type("2")
        shown.until("filter")
        shown.type("w")
        code = shown.end()
        modes = termios.tcgetattr(shown.handle)[3]
    log = scratch / "state" / "outreach" / "outreach.log"
    _, left, said = shown.seen.partition(b"\x1b[?1049l")  # the program's own screen is gone
    assert left
    assert (
        f"outreach: this is a bug (ValueError); your file is safe; what happened is in {log}\r\n"
        in said.decode()
    )
    assert b"Traceback" not in said
    assert b"Nowicka" not in said
    assert said.count(b"\n") == 1
    assert code == 70
    assert modes & termios.ICANON
    assert modes & termios.ECHO
    written = log.read_text(encoding="utf-8")
    assert "builtins.ValueError" in written
    assert " broken\n" in written
    assert "Nowicka" not in written
    assert sample.path.read_bytes() == before


def test_a_start_that_fails_is_a_bug_too(sample: Services, scratch: Path) -> None:
    program = f"{START}from outreach_tui.app import OutreachApp\nOutreachApp.on_mount = lambda _: broken()"
    with terminal(environment(sample, scratch), ("-c", f"{program}\nsys.exit(run([]))")) as shown:
        assert shown.end() == 70
    assert shown.seen.count(b"outreach: this is a bug (ValueError)") == 1
    assert b"Nowicka" not in shown.seen


def test_what_was_being_typed_is_there_after_a_bug(sample: Services, scratch: Path) -> None:
    program = f"""{START}
from outreach_tui.screens.talk import TalkScreen
TalkScreen.action_save = lambda self: broken()
sys.exit(run([]))"""
    with terminal(environment(sample, scratch), ("-c", program)) as shown:
        shown.until("keys")
        shown.type("2")
        shown.until("filter")
        shown.type("n")
        shown.until("$EDITOR")
        shown.type("kettles boil over\x13")
        assert shown.end() == 70
    [draft] = Services(file=str(sample.path)).drafts.waiting()
    assert draft.typed["note"] == "kettles boil over"

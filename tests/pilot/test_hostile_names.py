"""Names that look like markup, steer the terminal or hide: they are text, everywhere, and nothing breaks."""

import ast
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pytest
from textual import events
from textual.command import CommandPalette
from textual.widgets import Input

import outreach_tui
from outreach_tui.bootstrap import Services
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from pilot.playing import WIDE, Stage, playing

SOURCE = Path(outreach_tui.__file__).parent
HOSTILE = {
    "[ACME] Ltd": "[ACME] Ltd",
    "[/] [red]x[/blue] Ltd": "[/] [red]x[/blue] Ltd",
    "[bold]x [@click=app.quit]y[/]": "[bold]x [@click=app.quit]y[/]",
    "evil\x1b]52;c;aGk=\x07\x1b[5;1H Ltd": "evil Ltd",
    "C1 \x9b31m\x9d52;c;aGk=\x9c Ltd": "C1 31m52;c;aGk= Ltd",
    "two\nlines\r\n\tLtd": "two lines Ltd",
    "bidi \u202egnirts\u202c\u200b Ltd": "bidi gnirts Ltd",
}
FORBIDDEN = frozenset("\x1b\x07\x9b\x9d\x9c\r\u202e\u202c\u200b")


@pytest.fixture
def hostile(scratch: Path) -> Path:
    """Return a file that another program wrote by hand: every text in it is hostile, and everybody is due."""
    tables: dict[str, dict[str, dict[str, object]]] = {
        "members": {"1": {
            "id": "0196f000-0000-7000-8000-000000000001", "name": "Ana [/] \x1b]52;c;aGk=\x07",
            "zone": "Europe/Berlin", "calls_a_day": 20, "introduced": True,
        }},
        "customers": {}, "contacts": {}, "promises": {}, "touchpoints": {}, "meetings": {}, "feedback": {},
    }  # fmt: skip
    for key, name in enumerate(HOSTILE, 1000):
        id_ = f"0196f000-0000-7000-8000-00000000{key:04}"
        tables["customers"][str(key)] = {
            "id": id_, "name": name, "city": name, "industry": name, "address": name, "extra": {name: name},
            "tags": [name], "place": {"zone": "Europe/Berlin", "name": name},
        }  # fmt: skip
        tables["contacts"][str(key)] = {
            "id": id_[:-5] + "1" + id_[-4:], "name": name, "role": name, "phones": [name], "emails": [name],
            "employments": [{"customer_id": id_}],
        }  # fmt: skip
        tables["promises"][str(key)] = {
            "id": id_[:-5] + "2" + id_[-4:], "customer_id": id_, "text": name, "due_on": "2026-11-26",
        }  # fmt: skip
        tables["touchpoints"][str(key)] = {
            "id": id_[:-5] + "3" + id_[-4:], "customer_ids": [id_], "kind": "note",
            "at": "2026-11-01T10:00:00Z", "note": f"> {name}\n! {name}\n{name}",
        }  # fmt: skip
        tables["feedback"][str(key)] = {
            "id": id_[:-5] + "5" + id_[-4:], "customer_id": id_, "words": name, "on": "2026-11-01",
            "sort": "question",
        }  # fmt: skip
    tables["meetings"]["1000"] = {
        "id": "0196f000-0000-7000-8000-000000041000", "uid": "x", "kind": "visit", "zone": "Europe/Berlin",
        "customer_ids": ["0196f000-0000-7000-8000-000000001001"], "start_at": "2026-11-26T14:00:00Z",
        "minutes": 30, "place": "[/] \x1b[31m", "purpose": "[/] \x1b[31m", "changed_at": "2026-11-01T10:00:00Z",
    }  # fmt: skip
    path = scratch / "team.json"
    path.write_text(json.dumps(tables))
    return path


def check(stage: Stage) -> str:
    """Fail if anything on the screen could steer the terminal; return what it says."""
    assert not FORBIDDEN & set(stage.text)
    return stage.words


async def test_every_name_is_shown_as_text_in_lists_cards_and_on_the_page(
    hostile: Path, sample: Services
) -> None:
    async with playing(Services(file=str(hostile), clock=sample.clock), (200, 60)) as stage:
        for index in range(stage.rows.row_count):
            stage.rows.cursor = max(stage.rows.cursor, index)
            await stage.pilot.pause()
            check(stage)
        text = check(stage)
        for shown in HOSTILE.values():
            assert shown in text
        await stage.press("2")
        await stage.at(CustomersScreen)
        text = check(stage)
        for shown in HOSTILE.values():
            assert shown in text
        for _ in HOSTILE:
            await stage.press("enter")
            await stage.at(CustomerScreen)
            check(stage)
            await stage.press("escape", "j")
            await stage.at(CustomersScreen)


@pytest.mark.parametrize("name", ["[bold]x [@click=app.quit]y[/]", "evil Ltd"])
async def test_dialogs_and_toasts_show_a_name_as_text(
    hostile: Path, sample: Services, name: str
) -> None:
    async with playing(Services(file=str(hostile), clock=sample.clock), WIDE) as stage:
        await stage.press("2")
        await stage.go_to(name)
        for key, kind in (("s", Choose), ("D", Choose), ("o", Choose), ("z", FillForm), ("p", FillForm),
                          ("e", FillForm), ("l", TalkScreen)):  # fmt: skip
            await stage.press(key)
            await stage.at(kind)
            assert name in check(stage)
            await stage.press("escape")
            await stage.at(CustomersScreen)
        await stage.press("y")
        assert name in check(stage)
        assert any(name in toast for toast in stage.toasts)
        await stage.press("s", "w", "u")
        await stage.until(lambda: any(toast.startswith("Undone") for toast in stage.toasts))
        check(stage)


async def test_the_palette_shows_names_as_text_and_opens_them(
    hostile: Path, sample: Services
) -> None:
    async with playing(Services(file=str(hostile), clock=sample.clock), (160, 60)) as stage:
        await stage.press("ctrl+p")
        await stage.at(CommandPalette)
        await stage.type_in("ltd")
        await stage.until(lambda: "[/] [red]x[/blue] Ltd" in stage.text)
        await stage.pilot.pause(0.2)
        text = check(stage)
        assert "[ACME] Ltd" in text
        await stage.press("enter")
        await stage.at(CustomerScreen)
        check(stage)


async def test_what_is_pasted_into_a_field_is_cleaned(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("plus")
        form = await stage.at(FillForm)
        stage.app.post_message(events.Paste("Acme\x1b]52;c;aGk=\x07\x1b[5;1H\u202e Ltd\nsecond"))
        await stage.until(lambda: form.query_one("#field-name", Input).value)
        assert form.query_one("#field-name", Input).value == "Acme Ltd"
        check(stage)


@pytest.fixture
def two(hostile: Path) -> Path:
    """Return the file with a second member, whose name is hostile as well."""
    tables = json.loads(hostile.read_text())
    ana = tables["members"]["1"]
    tables["members"]["2"] = ana | {"id": f"{ana['id'][:-1]}2", "name": "[/] Ben"}
    hostile.write_text(json.dumps(tables))
    return hostile


async def test_a_colleagues_hostile_name_is_text_in_the_title_and_the_choice(
    two: Path, sample: Services
) -> None:
    async with playing(Services(file=str(two), member="Ben", clock=sample.clock)) as stage:
        assert "[/] Ben" in check(stage)
        await stage.press("m")
        await stage.at(Choose)
        assert "Ana [/]" in check(stage)
        await stage.press("1")
        await stage.at(TodayScreen)
        assert "Ana [/]" in check(stage)


def test_no_hostile_byte_reaches_a_real_terminal(hostile: Path, scratch: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"], "TERM": "xterm-256color", "HOME": str(scratch), "LANG": "C.UTF-8",
        "OUTREACH_FILE": str(hostile), "OUTREACH_CONFIG": str(scratch / "config.toml"), "OUTREACH_TODAY": "2026-11-26",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "TEXTUAL_ANIMATIONS": "none",
    }  # fmt: skip
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-m", "outreach_tui"], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""

    def read_until(wanted: bytes, seconds: float = 15, again: bytes = b"") -> None:
        nonlocal seen
        start, end = len(seen), time.monotonic() + seconds
        pressed = time.monotonic()
        while wanted not in seen[start:] and time.monotonic() < end:
            if again and time.monotonic() - pressed > 2:  # it came before there was a list
                os.write(terminal, again)
                pressed = time.monotonic()
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    seen += os.read(terminal, 65536)
                except OSError:  # the program has ended
                    break
        assert wanted in seen[start:]

    try:
        read_until(b"Today")
        read_until(b"keys")
        for keys, wanted in (
            (b"G", b"evil"),
            (b"2", b"C1 31m"),
            (b"s", b"Snooze"),
            (b"\x1b", b"C1 31m"),
        ):
            os.write(terminal, keys)
            read_until(wanted, again=keys if keys == b"G" else b"")
            time.sleep(0.3)  # a lone escape waits to see whether it begins a sequence
        os.write(terminal, b"q")
        read_until(b"\x1b[?1049l")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)
    assert b"\x1b]52" not in seen
    assert b"\x1b[5;1H Ltd" not in seen
    for text in ("\x9b31m", "\x9d52", "\u202e", "\u200b"):
        assert text.encode() not in seen


# What the source may not do.

SCREENS = [
    SOURCE / "app.py",
    SOURCE / "palette.py",
    *SOURCE.glob("screens/**/*.py"),
    *SOURCE.glob("widgets/*.py"),
]


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    """Return the calls of a function or method of this name."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        call
        for call in found
        if (isinstance(call.func, ast.Name) and call.func.id == name)
        or (isinstance(call.func, ast.Attribute) and call.func.attr == name)
    ]


def is_safe(value: ast.expr) -> bool:
    """Return whether a text is a constant of ours, or wrapped so that it cannot be markup."""
    if isinstance(value, ast.IfExp):
        return is_safe(value.body) and is_safe(value.orelse)
    wrapped = isinstance(value, ast.Call) and "Content" in ast.unparse(value.func)
    return isinstance(value, ast.Constant) or wrapped


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_text_from_outside_is_read_as_markup(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for call in calls(tree, "notify"):
        told = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert told.get("markup") == "False", f"line {call.lineno}"
    for name in ("Static", "Label", "Button"):
        for call in calls(tree, name):
            assert all(is_safe(value) for value in call.args), f"line {call.lineno}"
    for name in ("Hit", "DiscoveryHit"):
        for call in calls(tree, name):
            assert "help" not in {keyword.arg for keyword in call.keywords}, f"line {call.lineno}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith(
            (".border_title", ".border_subtitle")
        ):
            assert is_safe(node.value), f"line {node.lineno}"
    for call in calls(tree, "update"):
        assert all(is_safe(value) for value in call.args), f"line {call.lineno}"

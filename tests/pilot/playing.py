"""Plays the app headless, at noon of Thu 26 Nov 2026, on the sample with Ana in Berlin or on an empty file."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, TypeVar
from unittest.mock import patch

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Footer, Input

from outreach_tui.app import OutreachApp
from outreach_tui.bootstrap import Services, sample_services
from outreach_tui.clock import SystemClock
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.ids import IdFactory
from outreach_tui.domain.record import Record
from outreach_tui.domain.when import zone_info
from outreach_tui.widgets.note_area import NoteArea
from outreach_tui.widgets.piece_view import PieceList, PieceView
from pilot import at_rest

NOON = datetime(2026, 11, 26, 11, tzinfo=UTC)
"""Twelve o'clock in Berlin."""
TODAY = date(2026, 11, 26)
SMALL, WIDE = (80, 24), (120, 40)

at_rest.use()

R = TypeVar("R", bound=Record)
S = TypeVar("S", bound=Screen[Any])


class StillClock(SystemClock):
    """Time stands still until a test moves it; `born` keeps the ids of several programs apart."""

    def __init__(self, at: datetime = NOON, *, born: datetime | None = None) -> None:
        super().__init__()
        self.at = at
        self._born = born or at

    def real_now(self) -> datetime:
        return self.at

    def now(self, zone: str) -> datetime:
        return self.at

    def today(self, zone: str) -> date:
        return self.at.astimezone(zone_info(zone)).date()

    def milliseconds(self) -> int:
        return int(self._born.timestamp() * 1000)


def counted_ids(milliseconds: Callable[[], int]) -> IdFactory:
    """Return ids that count up, the same in every run."""
    return IdFactory(milliseconds, lambda bits: 1)


@cache
def sample_bytes() -> bytes:
    """Return the sample file; it is made once for all tests of a process."""
    with TemporaryDirectory() as folder:
        clock = StillClock(born=datetime(2026, 11, 1, tzinfo=UTC))
        return sample_services(Path(folder), clock=clock).store.path.read_bytes()


class Stage:
    """The running app, and what a person sees and does."""

    def __init__(self, app: OutreachApp, pilot: Pilot[str]) -> None:
        self.app = app
        self.pilot = pilot
        services = app.services
        assert isinstance(services, Services)
        self.services = services

    # Doing.

    async def press(self, *keys: str) -> None:
        """Press keys, each after everything has come to rest."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def type_in(self, text: str) -> None:
        """Type a text key by key."""
        await self.pilot.press(*text)
        await self.pilot.pause()

    async def fill(self, **fields: str) -> None:
        """Put texts into the fields of the form on top."""
        for name, text in fields.items():
            self.app.screen.query_one(f"#field-{name}", Input).value = text
        await self.pilot.pause()

    async def write(self, note: str) -> None:
        """Put a text into the note of the talk sheet."""
        self.app.screen.query_one("#note", NoteArea).text = note
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object], *, seconds: float = 20.0) -> None:
        """Wait until something holds."""
        until = monotonic() + seconds
        while monotonic() < until:
            await self.pilot.pause()
            if holds():
                return
            await asyncio.sleep(0.005)
        raise AssertionError("it never came true; on the screen:\n" + self.text)

    async def at(self, kind: type[S]) -> S:
        """Wait until a screen of this kind is on top, and return it."""
        await self.until(lambda: isinstance(self.app.screen, kind))
        screen = self.app.screen
        assert isinstance(screen, kind)
        return screen

    async def go_to(self, name: str) -> None:
        """Put the cursor of the list on the row that says this."""
        rows = self.rows
        for index in range(rows.row_count):
            if name in self.row_text(index, 200):
                rows.cursor = index
                await self.pilot.pause()
                return
        raise AssertionError(f"no row says {name!r}:\n" + "\n".join(self.row_texts))

    # Seeing.

    @property
    def text(self) -> str:
        """Everything on the screen on top."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    @property
    def words(self) -> str:
        """The words on the screen on top, without the box that holds them."""
        return " ".join("".join(" " if c in "│─╭╮╰╯" else c for c in self.text).split())

    @property
    def rows(self) -> PieceList:
        """The list of the screen on top."""
        return self.app.screen.query(PieceList).first()

    def row_text(self, index: int, width: int = 70) -> str:
        """Return what one row says, in a list of that width."""
        return "".join(text for text, _ in self.rows.line_pieces(index, width)).rstrip()

    @property
    def row_texts(self) -> list[str]:
        """What all rows say."""
        return [self.row_text(index) for index in range(self.rows.row_count)]

    @property
    def current(self) -> str:
        """What the row under the cursor says."""
        return self.row_text(self.rows.cursor)

    def pane(self, selector: str) -> str:
        """Return what a pane says, all of it."""
        view = self.app.screen.query_one(selector, PieceView)
        text = "\n".join("".join(text for text, _ in line) for line in view._lines)
        return " ".join(text.split())

    @property
    def title(self) -> str:
        """What stands in the border of the dialog on top."""
        return str(self.app.screen.query_one("#box").border_title)

    @property
    def understood(self) -> str:
        """What the form on top says about what was typed."""
        return str(self.app.screen.query_one("#understood").render())

    def told(self, field: str) -> str:
        """What the form on top says below a field, empty where it says nothing."""
        line = self.app.screen.query_one(f"#told-{field}")
        return str(line.render()) if line.display else ""

    @property
    def toasts(self) -> list[str]:
        """Title and message of every toast that is shown."""
        return [f"{toast.title}: {toast.message}" for toast in self.app._notifications]

    # On file.

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return all records of a kind."""
        return self.services.store.all(kind)

    def customer(self, name: str) -> Customer:
        """Return the customer with this name."""
        return self.services.customers.find(name)


@asynccontextmanager
async def playing(
    services: Services, size: tuple[int, int] = SMALL, *, footer: bool = False
) -> AsyncIterator[Stage]:
    """Run the app with toasts, without animations, and without the footer, which takes a third of the time."""
    app = OutreachApp(services)
    app.animation_level = "none"
    keys = Footer.compose if footer else lambda _: iter(())
    with patch.object(Footer, "compose", keys):
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield Stage(app, pilot)

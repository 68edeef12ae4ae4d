"""What the screens look like.

After a change that was meant: `.venv/bin/python -m pytest tests/snapshot --snapshot-update`, and look at the pictures.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from outreach_tui.app import OutreachApp
from outreach_tui.bootstrap import Services
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose_source import ChooseSource
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.match_columns import MatchColumns
from outreach_tui.screens.talk import TalkScreen
from pilot.playing import SMALL, WIDE, Stage

NORTHWIND = Path(__file__).parents[1] / "data" / "northwind"
Compare = Callable[..., bool]
Way = Callable[[Stage], Awaitable[None]]


def picture(services: Services, way: Way, compare: Compare, size: tuple[int, int]) -> None:
    """Go there, and compare what is seen with the picture on file."""
    app = OutreachApp(services)
    app.animation_level = "none"

    async def go(pilot: Pilot[str]) -> None:
        stage = Stage(app, pilot)
        await way(stage)
        app.clear_notifications()
        await pilot.pause()

    assert compare(app, terminal_size=size, run_before=go)


async def today(stage: Stage) -> None:
    await stage.go_to("Marmeladerie")


async def customers(stage: Stage) -> None:
    await stage.press("2")
    await stage.at(CustomersScreen)
    await stage.press("j", "j", "space")


async def page(stage: Stage) -> None:
    await stage.press("2")
    await stage.go_to("Marmeladerie")
    await stage.press("enter")
    await stage.at(CustomerScreen)


async def talk(stage: Stage) -> None:
    await stage.go_to("Marmeladerie")
    await stage.press("enter")
    sheet = await stage.at(TalkScreen)
    note = sheet.query_one("#note")
    note.cursor_blink = False  # type: ignore[attr-defined]
    await stage.write(
        "> labels in Polish  #packaging\n! send samples by friday\nThe new jar is taller."
    )


async def plan(stage: Stage) -> None:
    await stage.go_to("Maple Hollow")
    await stage.press("p")
    form = await stage.at(FillForm)
    form.query_one("#field-start").cursor_blink = False  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
def test_today(sample: Services, snap_compare: Compare, size: tuple[int, int]) -> None:
    picture(sample, today, snap_compare, size)


def test_today_in_the_light_theme(sample: Services, snap_compare: Compare) -> None:
    sample.remember("theme", "outreach-light")
    picture(sample, today, snap_compare, SMALL)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
def test_customers(sample: Services, snap_compare: Compare, size: tuple[int, int]) -> None:
    picture(sample, customers, snap_compare, size)


def test_the_talk_sheet(sample: Services, snap_compare: Compare) -> None:
    picture(sample, talk, snap_compare, SMALL)


def test_the_plan_dialog(sample: Services, snap_compare: Compare) -> None:
    picture(sample, plan, snap_compare, SMALL)


def test_a_customers_page(sample: Services, snap_compare: Compare) -> None:
    picture(sample, page, snap_compare, WIDE)


async def columns(stage: Stage) -> None:
    await stage.press("I")
    await stage.at(ChooseSource)
    await stage.fill(path=str(NORTHWIND / "customers_cp1252_semicolon.csv"))
    await stage.press("enter")
    await stage.at(MatchColumns)
    await stage.press("j")


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
def test_columns_of_a_list(sample: Services, snap_compare: Compare, size: tuple[int, int]) -> None:
    picture(sample, columns, snap_compare, size)

"""Take the pictures of the documentation: the real app on the sample data, at noon of a Thursday.

Needs the `dev` extra (cairosvg) and the font DejaVu Sans Mono. Writes `docs/pictures/*.png`.
"""

import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import cairosvg

from outreach_tui.app import OutreachApp
from outreach_tui.bootstrap import Services, sample_services
from outreach_tui.clock import SystemClock
from outreach_tui.domain.when import zone_info

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
NOON = datetime(2026, 11, 26, 11, tzinfo=UTC)
DARK, LIGHT = "outreach-dark", "outreach-light"
NOTE = (
    "? how did the stretch label do on the real jar",
    "> it holds, but the press wants it 2 mm shorter #stretch-label",
    "! new die by next fri",
    "= @Magda daughter passed her first exam",
)

# Name, width, height, theme, keys; a key that starts with "text:" is typed.
PICTURES: tuple[tuple[str, int, int, str, tuple[str, ...]], ...] = (
    ("today", 100, 30, DARK, tuple("jjjjj")),
    ("today-80x24", 80, 24, DARK, tuple("jjjjj")),
    ("today-120x40-light", 120, 40, LIGHT, tuple("jjjjj")),
    (
        "talk",
        100,
        30,
        DARK,
        (*"jjjjj", "enter", *(k for n in NOTE for k in (f"text:{n}", "enter"))),
    ),
    ("plan", 80, 24, DARK, (*"jjjjj", "p")),
    ("snooze", 80, 24, LIGHT, (*"jjjjjjjjj", "s")),
    ("why", 100, 30, DARK, (*"jjjjj", "w")),
    ("customers", 120, 40, DARK, ("2", "j", "space", "j", "space")),
    ("customers-80x24", 80, 24, LIGHT, ("2", "slash", "text:münchen")),
    ("customer", 120, 40, DARK, ("2", *"jjjjjjjjjjjjjjjjjjjjjjjjj", "enter")),
    ("keys", 100, 30, DARK, ("question_mark",)),
    ("palette", 100, 30, DARK, ("ctrl+p", "text:win")),
    ("welcome", 80, 24, DARK, ("empty",)),
)


class Noon(SystemClock):
    """Time stands still."""

    def real_now(self) -> datetime:
        """Return noon."""
        return NOON

    def now(self, zone: str) -> datetime:  # noqa: ARG002  the same instant everywhere
        """Return noon."""
        return NOON

    def today(self, zone: str) -> date:
        """Return that Thursday."""
        return NOON.astimezone(zone_info(zone)).date()

    def milliseconds(self) -> int:
        """Return noon in milliseconds."""
        return int(NOON.timestamp() * 1000)


async def take(name: str, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> None:
    """Take one picture."""
    with TemporaryDirectory() as folder:
        clock = Noon()
        if "empty" in keys:
            services = Services(file=str(Path(folder) / "outreach.json"), clock=clock)
        else:
            services = sample_services(Path(folder), clock=clock)
        services.config_path = Path(folder) / "config.toml"
        services.remember("theme", theme)
        app = OutreachApp(services)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for key in keys:
                if key.startswith("text:"):
                    await pilot.press(
                        *("space" if c == " " else c for c in key.removeprefix("text:"))
                    )
                elif key != "empty":
                    await pilot.press(key)
                await pilot.pause()
            await pilot.pause(0.3)
            svg = app.export_screenshot(title="outreach").replace("Fira Code", "DejaVu Sans Mono")
        FOLDER.mkdir(exist_ok=True)
        cairosvg.svg2png(bytestring=svg.encode(), write_to=str(FOLDER / f"{name}.png"), scale=0.9)
        print(f"docs/pictures/{name}.png")


def main() -> None:
    """Take all pictures, or those that are named."""
    wanted = sys.argv[1:]
    for name, width, height, theme, keys in PICTURES:
        if not wanted or name in wanted:
            asyncio.run(take(name, (width, height), theme, keys))


if __name__ == "__main__":
    main()

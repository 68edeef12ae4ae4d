"""Textual in tests: it rests when nothing is left to be done, draws a frame then, and parses styles once."""

import asyncio
from time import monotonic
from typing import Any

from textual import app, pilot, screen
from textual._context import active_app
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

LONGEST_SECONDS = 60.0
"""Something goes in circles in an app that has not come to rest by then."""


async def rest(*_: float) -> None:
    """Wait until the app has done all that it can do now, and has drawn it; only clocks and threads may be left.

    Textual itself looks whether the process uses little of the processor. It does, too, while others use it: on a busy
    machine a test would look at the screen before the key has acted.
    """
    loop: Any = asyncio.get_running_loop()
    playing = active_app.get()
    until = monotonic() + LONGEST_SECONDS
    while monotonic() < until:
        await asyncio.sleep(0)
        if loop._ready:  # somebody's turn has come
            continue
        if not playing.screen_stack or playing._batch_count:
            return
        top = playing.screen
        waiting = [seen for seen in (*playing._background_screens, top) if _to_be_drawn(seen)]
        for seen in waiting:
            seen._on_timer_update()
        if not waiting and top._compositor._dirty_regions:
            _draw(top)
        elif not waiting:
            return
    raise AssertionError("the app does not come to rest")


_draw = Screen._compositor_refresh


def _draw_at_rest(self: Screen[Any]) -> None:
    """Leave the drawing to `rest`: how many frames lie between depends on the machine, and nobody looks at them."""
    if self is not self.app.screen:
        _draw(self)
        return
    self._dirty_widgets.clear()
    self.app._update_mouse_over(self)


def _to_be_drawn(seen: Screen[Any]) -> bool:
    on_top = seen is seen.app.screen  # those behind it ask to be painted again and again
    return bool(
        seen._layout_required
        or seen._scroll_required
        or (seen._repaint_required and on_top)
        or seen._recompose_required
        or seen._dirty_widgets
        or seen._callbacks
    )


_parse_rules = Stylesheet._parse_rules
_parsed: dict[tuple[Any, ...], list[RuleSet]] = {}


def _parsed_once(self: Stylesheet, *args: Any, **named: Any) -> list[RuleSet]:
    """Parse styles once for all apps; each app would do so while it starts, and again for each new screen."""
    key = (args, *sorted(named.items()), *sorted(self._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse_rules(self, *args, **named)
    return _parsed[key]


def use() -> None:
    """Make Textual do so in this process."""
    for module in (app, pilot):
        module.wait_for_idle = rest  # type: ignore[attr-defined]
    screen.UPDATE_PERIOD = 1.0  # type: ignore[misc]
    Screen._compositor_refresh = _draw_at_rest  # type: ignore[method-assign]
    Stylesheet._parse_rules = _parsed_once  # type: ignore[method-assign]

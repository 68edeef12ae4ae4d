"""A copy that a sync service made is said, at the start and while the app is open; once."""

import shutil

import pytest

from outreach_tui import app
from outreach_tui.bootstrap import Services
from pilot.playing import playing


async def test_a_copy_is_said_once(sample: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sample.path.with_name("sample (conflicted copy 2026-11-22 101500).json")
    shutil.copy(sample.path, first)
    monkeypatch.setattr(app, "COPIES_SECONDS", 0.1)
    async with playing(sample) as stage:
        await stage.until(lambda: any(first.name in toast for toast in stage.toasts))
        second = sample.path.with_name("sample.sync-conflict-20261122-101500-ABCDEFG.json")
        shutil.copy(sample.path, second)
        await stage.until(lambda: any(second.name in toast for toast in stage.toasts))
        assert sum(first.name in toast for toast in stage.toasts) == 1
        assert any("restore --merge" in toast for toast in stage.toasts)

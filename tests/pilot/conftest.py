"""Fixtures for tests that play the app; nothing of the user's own is read or written."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from outreach_tui import app, bootstrap
from outreach_tui.bootstrap import Services
from outreach_tui.domain.hours import WEEKENDS
from pilot.playing import NOON, StillClock, counted_ids, sample_bytes


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep everything that the app reads and writes in a folder of the test, and its ids the same in every run."""
    for name in (
        "OUTREACH_MEMBER",
        "OUTREACH_TODAY",
        "OUTREACH_FILE",
        "NO_COLOR",
        "EDITOR",
        "VISUAL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OUTREACH_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(app, "LOOK_SECONDS", 0.1)  # nobody waits a second for what others write
    monkeypatch.setattr(bootstrap, "IdFactory", counted_ids)
    monkeypatch.setattr(bootstrap, "system_zone", lambda: "Europe/Berlin")
    monkeypatch.setattr(bootstrap, "_user_name", lambda: "Kim")
    return tmp_path


@pytest.fixture
def clock() -> StillClock:
    """The clock of the app, which a test can move."""
    return StillClock()


@pytest.fixture
def sample(scratch: Path, clock: StillClock) -> Services:
    """The services on a copy of the sample, with Ana at the keyboard.

    The day they play on is Thanksgiving, which would leave Vermont out; `test_free_days` plays with holidays.
    """
    path = scratch / "sample.json"
    path.write_bytes(sample_bytes())
    services = Services(file=str(path), member="Ana", clock=clock)
    services.calendars = WEEKENDS
    return services


@pytest.fixture
def empty(scratch: Path, clock: StillClock) -> Services:
    """The services on a file that is not there yet."""
    return Services(file=str(scratch / "team.json"), clock=clock)


@pytest.fixture
def colleague(sample: Services) -> Iterator[Services]:
    """Ben, with his own program on the same file."""
    born = NOON + timedelta(hours=1)
    yield Services(file=str(sample.path), member="Ben", clock=StillClock(born=born))

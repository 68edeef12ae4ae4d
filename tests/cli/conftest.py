"""Commands run in this process on a scratch file, at noon of Thu 26 Nov 2026, with Ana in Berlin at the keyboard."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.cli.main import run
from outreach_tui.clock import SystemClock
from outreach_tui.domain.touchpoint import TouchpointKind
from outreach_tui.services.touchpoints import Talk

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
_ID = re.compile(r"\b[0-9a-f]{6}\b(?=\)|$)", re.MULTILINE)


class NoonClock(SystemClock):
    """Real time stands still at noon."""

    def real_now(self) -> datetime:
        return NOON

    def milliseconds(self) -> int:
        return int(NOON.timestamp() * 1000)


class Result(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document on stdout."""
        return json.loads(self.out)

    @property
    def text(self) -> str:
        """Stdout with every id that people see as ID."""
        return _ID.sub("ID", self.out)


Command = Callable[..., Result]


@cache
def story() -> bytes:
    """Return a team's file: three customers, one of them talked to in August, one in New York."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "team.json"
        services = Services(file=str(path), clock=NoonClock())
        services.members.introduce({"name": "Ana", "city": "Berlin, Germany", "calls_a_day": "3"})
        alfreds = services.customers.add(
            "Alfreds Futterkiste",
            {"city": "Berlin", "country": "Germany", "tier_pin": "A", "industry": "Food"},
            {"name": "Maria Anders", "role": "sales", "phone": "030-0074321"},
        )
        services.customers.add(
            "Around the Horn",
            {"city": "London", "country": "UK"},
            {"name": "Thomas Hardy", "phone": "(171) 555-7788"},
        )
        services.customers.add("Hudson Deli", {"city": "New York", "country": "USA"})
        services.touchpoints.log(
            Talk(
                customer_ids=(alfreds.id,),
                kind=TouchpointKind.CALL,
                at=datetime(2026, 8, 24, 9, tzinfo=UTC),
                note="> they need labels in Polish #packaging",
            )
        )
        services.close()
        return path.read_bytes()


@pytest.fixture
def scratch(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Keep everything that commands read and write in a folder of the test; return the team's file, not made yet."""
    for name in ("OUTREACH_MEMBER", "OUTREACH_TODAY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OUTREACH_FILE", str(tmp_path / "team.json"))
    monkeypatch.setenv("OUTREACH_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "team.json"


@pytest.fixture
def team(scratch: Path) -> Path:
    """Return the team's file with the story in it."""
    scratch.write_bytes(story())
    return scratch


@pytest.fixture
def outreach(
    scratch: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command: `outreach("log", "alfreds", stdin="...")`."""

    def command(*argv: str, stdin: str = "", clock: type[SystemClock] = NoonClock) -> Result:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
            code = run(list(argv), clock)
        return Result(code, *capsys.readouterr())

    return command


@pytest.fixture
def services(team: Path) -> Iterator[Services]:
    """The services on the team's file, to look at what a command wrote, or to write first."""
    yield Services(clock=NoonClock())

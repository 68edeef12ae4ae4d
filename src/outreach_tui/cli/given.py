"""What every verb is given: the shared options, and the services that they choose."""

import os
import re
from collections.abc import Callable
from datetime import date
from functools import cached_property, wraps
from shlex import quote
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from outreach_tui.cli import printing
from outreach_tui.clock import SystemClock, system_zone
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import parse_when
from outreach_tui.errors import BadWhen

if TYPE_CHECKING:
    import msgspec

    from outreach_tui.bootstrap import Services
    from outreach_tui.presentation.layout import PieceLine

P = ParamSpec("P")
R = TypeVar("R")

MEMBER_VARIABLE = "OUTREACH_MEMBER"
TODAY_VARIABLE = "OUTREACH_TODAY"

_BARE = re.compile(r"[\w./~@%+:-]+")
_NAME = re.compile(r"[\w ./,;:'’&()@%+-]+")
"""Nothing in it means anything to a shell between double quotes."""

MakeClock = Callable[[date | None], SystemClock]


class Given:
    """The shared options of one command; services are built when first asked for."""

    def __init__(
        self,
        *,
        file: str = "",
        member: str = "",
        today: str = "",
        as_json: bool = False,
        make_clock: MakeClock = SystemClock,
    ) -> None:
        self.file = file
        self.as_json = as_json
        self._member = member
        self._today = today
        self._make_clock = make_clock

    def overridden(self, *, file: str, member: str, today: str, as_json: bool) -> "Given":
        """Return what holds after options that stand behind the verb: they win over those before it."""
        return Given(
            file=file or self.file,
            member=member or self._member,
            today=today or self._today,
            as_json=as_json or self.as_json,
            make_clock=self._make_clock,
        )

    @cached_property
    def member(self) -> str:
        """Who the person at the keyboard says they are; empty if they did not say."""
        return self._member or os.environ.get(MEMBER_VARIABLE, "")

    @cached_property
    def today(self) -> date | None:
        """The day to plan by, None for the real one. Raises BadWhen."""
        text = self._today or os.environ.get(TODAY_VARIABLE, "")
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            when = parse_when(text, self._make_clock(None).today(system_zone()))
        if when.clock is not None:
            raise BadWhen(
                f"--today takes a day, not a time: {text!r}", "write for example 2026-12-03"
            )
        return when.on

    @cached_property
    def services(self) -> "Services":
        """Every service, on the chosen file."""
        return self.services_of(self.member)

    def close(self) -> None:
        """Leave the file as other programs can read it."""
        if "services" in self.__dict__:
            self.services.close()

    def services_of(self, member: str) -> "Services":
        """Return the services as another member would get them."""
        from outreach_tui.bootstrap import Services

        return Services(file=self.file, member=member, clock=self._make_clock(self.today))

    def wrote(self, document: "msgspec.Struct", *more: "PieceLine | str") -> None:
        """Print what the last commit did, `more` about it, and how to undo it; with `--json` the document."""
        if self.as_json:
            printing.document(document)
            return
        last = self.services.store.newest()
        did = last.did if last else "done"
        printing.say([sentence(did), *more, f"undo with: {self.command('undo')}"])

    def command(self, words: str) -> str:
        """Return a command to type next, for the same file."""
        return f"outreach --file {quoted(self.file)} {words}" if self.file else f"outreach {words}"


def sentence(text: str) -> str:
    """Return words as a sentence: "logged a call" becomes "Logged a call."."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def quoted(text: str) -> str:
    """Return a value as it can be pasted into a shell, whatever it holds."""
    text = clean_line(text)
    if _BARE.fullmatch(text):
        return text
    return f'"{text}"' if _NAME.fullmatch(text) else quote(text)


def shared_options(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the options that stand before or behind every verb."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
        click.option(
            "--today", "today_", metavar="DATE", default="", help="Plan as if it were this day."
        ),
        click.option("--as", "as_", metavar="MEMBER", default="", help="Who you are in the team."),
        click.option(
            "--file", "file_", metavar="PATH", default="", help="The team's file, if not yours."
        ),
    ):
        command = option(command)
    return command


def verb(function: Callable[Concatenate[Given, P], None]) -> Callable[..., None]:
    """Give a verb the shared options, and hand it what they say as its first argument."""

    @wraps(function)
    def run(*args: Any, file_: str, as_: str, today_: str, as_json: bool, **typed: Any) -> None:
        before = click.get_current_context().find_object(Given) or Given()
        given = before.overridden(file=file_, member=as_, today=today_, as_json=as_json)
        try:
            function(given, *args, **typed)
        finally:
            given.close()

    return shared_options(run)

"""What the screens use: the services, and what a person is in the middle of."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from outreach_tui.presentation.cards import Reading

if TYPE_CHECKING:  # a screen pays for a service when it uses it
    from outreach_tui.config import Config
    from outreach_tui.drafts import Drafts
    from outreach_tui.services.answers import Answers
    from outreach_tui.services.calendar_exports import CalendarExports
    from outreach_tui.services.contacts import Contacts
    from outreach_tui.services.customers import Customers
    from outreach_tui.services.day_plans import DayPlans
    from outreach_tui.services.decisions import Decisions
    from outreach_tui.services.exports import Exports
    from outreach_tui.services.forgetting import Forgetting
    from outreach_tui.services.importing.sources import Source
    from outreach_tui.services.importing.whole import WholeImports
    from outreach_tui.services.imports import Imports
    from outreach_tui.services.joining import Joining
    from outreach_tui.services.loads import Loads
    from outreach_tui.services.meetings import Meetings
    from outreach_tui.services.members import Members
    from outreach_tui.services.settings import Settings
    from outreach_tui.services.touchpoints import Touchpoints
    from outreach_tui.services.workspace import Workspace


class Desk(Protocol):
    """The services; each is built when it is first used."""

    @property
    def workspace(self) -> "Workspace": ...
    @property
    def customers(self) -> "Customers": ...
    @property
    def contacts(self) -> "Contacts": ...
    @property
    def day_plans(self) -> "DayPlans": ...
    @property
    def touchpoints(self) -> "Touchpoints": ...
    @property
    def answers(self) -> "Answers": ...
    @property
    def decisions(self) -> "Decisions": ...
    @property
    def meetings(self) -> "Meetings": ...
    @property
    def members(self) -> "Members": ...
    @property
    def settings(self) -> "Settings": ...
    @property
    def loads(self) -> "Loads": ...
    @property
    def imports(self) -> "Imports": ...
    @property
    def forgetting(self) -> "Forgetting": ...
    @property
    def joining(self) -> "Joining": ...
    @property
    def whole_imports(self) -> "WholeImports": ...
    @property
    def exports(self) -> "Exports": ...
    @property
    def calendar_exports(self) -> "CalendarExports": ...
    @property
    def config(self) -> "Config": ...
    @property
    def drafts(self) -> "Drafts": ...

    def read_sources(self, paths: Sequence[Path], encoding: str = "") -> "list[Source]":
        """Return what the files hold. Raises BadInput."""

    def read_pasted(self, text: str) -> "Source":
        """Return the table that was pasted. Raises BadInput."""

    def remember(self, name: str, value: str) -> None:
        """Keep a personal setting. Raises StoreUnavailable."""


def reading(desk: Desk) -> Reading:
    """Return who reads, where and when."""
    workspace = desk.workspace
    member = workspace.member
    return Reading(workspace.now, member.zone, {m.id: m.name for m in workspace.members})

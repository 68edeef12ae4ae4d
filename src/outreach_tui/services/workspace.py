"""What every service works with: the store, the clock, the ids, the places, and who is at the keyboard."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import msgspec

from outreach_tui.domain.commit import FORGOT, Commit
from outreach_tui.domain.member import Member
from outreach_tui.domain.names import find_named
from outreach_tui.domain.record import Change, Patch, Put
from outreach_tui.domain.settings import (
    NAMES,
    TEAM,
    Contradiction,
    Setting,
    TeamSettings,
    mended,
    read_team,
)
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Refused
from outreach_tui.services.ports import Clock, Ids, Places, Store

NOBODY = "nobody"
"""Id of the member that reads a file before anybody wrote to it."""


class Workspace:
    """One file, one person, one clock. All writing goes through `commit`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        places: Places,
        *,
        wanted_member: str = "",
        default_member: Callable[[str], Member],
    ) -> None:
        """`wanted_member` is how the person named themself; `default_member` makes one from the system's user."""
        self.store = store
        self.clock = clock
        self.ids = ids
        self.places = places
        self._wanted_member = wanted_member
        self._default_member = default_member
        self._before_commit: list[Callable[[Sequence[Change]], list[Change]]] = []
        self._team: tuple[int, TeamSettings, tuple[Contradiction, ...]] | None = None

    @property
    def members(self) -> Sequence[Member]:
        """Everybody in the team."""
        return self.store.all(Member)

    @property
    def member(self) -> Member:
        """Who is at the keyboard; before anybody wrote to the file, somebody made up from the system's user.

        What contradicts itself in the file is the default (`contradictions` names it). Raises Refused if there are
        several members and nobody said which, NotFound or Ambiguous for a wrong name.
        """
        return mended(self._written_member)[0]

    @property
    def _written_member(self) -> Member:
        members = self.members
        if self._wanted_member and members:
            return self._find_member(self._wanted_member)
        if not members:
            nobody = self._default_member(NOBODY)
            name = clean_line(self._wanted_member)
            return msgspec.structs.replace(nobody, name=name) if name else nobody
        if len(members) == 1:
            return members[0]
        names = ", ".join(sorted(m.name for m in members))
        raise Refused(
            f"several people work with this file: {names}", "say who you are with --as NAME"
        )

    def i_am(self, name: str) -> None:
        """Let the person at the keyboard be this member from now on."""
        self._wanted_member = name

    def find_member(self, typed: str) -> Member:
        """Return the member that `typed` names. Raises NotFound or Ambiguous."""
        return mended(self._find_member(typed))[0]

    def _find_member(self, typed: str) -> Member:
        return find_named(
            typed, self.members, what="member", name=lambda m: m.name, id_=lambda m: m.id
        )

    @property
    def zone(self) -> str:
        """The member's zone."""
        return self.member.zone

    @property
    def now(self) -> datetime:
        """The instant to plan by, UTC."""
        return self.clock.now(self.zone)

    @property
    def today(self) -> date:
        """The day to plan by, where the member is."""
        return self.clock.today(self.zone)

    @property
    def settings(self) -> TeamSettings:
        """What the team agreed on; the default for each setting that cannot be meant."""
        return self._read_team()[0]

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Settings on file, the team's and those of the member at the keyboard, instead of which a default is used."""
        return (*self._read_team()[1], *mended(self._written_member)[1])

    def _read_team(self) -> tuple[TeamSettings, tuple[Contradiction, ...]]:
        if self._team is None or self._team[0] != self.store.version:
            found = self.store.get(Setting, TEAM)
            named = {
                field: setting.value
                for field, name in NAMES.items()
                if (setting := self.store.get(Setting, name)) is not None
            }
            read = read_team(found.value if found else None, named)
            self._team = (self.store.version, *read)
        return self._team[1:]

    def before_commit(self, hook: Callable[[Sequence[Change]], list[Change]]) -> None:
        """Let `hook` add changes to every commit, such as the day's tiers."""
        self._before_commit.append(hook)

    def writer(self) -> tuple[Member, list[Change]]:
        """Return who writes, and the change that makes them a member if the file has none yet."""
        member = self.member
        if member.id != NOBODY:
            return member, []
        member = msgspec.structs.replace(member, id=self.ids.new())
        return member, [Put(member)]

    def commit(
        self,
        did: str,
        changes: Sequence[Change],
        *,
        writer: Member | None = None,
        version: int | None = None,
    ) -> None:
        """Write all changes as one commit, described by `did` ("logged a call with …").

        `writer` is given when the changes already hold the member made by `writer()`; `version` of the store where
        nothing may have changed since, which raises Refused.
        """
        made: list[Change] = []
        if writer is None:
            writer, made = self.writer()
        changes = [*made, *changes]
        for hook in self._before_commit:
            changes += hook(changes)
        if version is None:
            self.store.commit(did, _in_one(changes), member_id=writer.id)
        else:
            self.store.commit_at(version, did, _in_one(changes), member_id=writer.id)

    def next_undo(self, before: int | None = None) -> Commit | None:
        """Return what undo would take back: what the member at the keyboard did last, below number `before`."""
        return self.store.next_undo(self._writer_id(), before)

    def next_redo(self) -> Commit | None:
        """Return what redo would do again."""
        return self.store.next_redo(self._writer_id())

    def forgot_last(self) -> bool:
        """Whether the last that was done was to forget a person: undo goes to what was done before."""
        last = next(iter(self.store.history()), None)
        return last is not None and last.did == FORGOT

    def undo(self, before: int | None = None) -> Commit:
        """Take the member's last commit back, below number `before`.

        Raises Refused if there is none, InTheWay if that would lose what came after it.
        """
        return self.store.undo(member_id=self._writer_id(), before=before)

    def redo(self) -> Commit:
        """Do the member's last undone commit again. Raises Refused if there is none."""
        return self.store.redo(member_id=self._writer_id())

    def _writer_id(self) -> str | None:
        return self.member.id if self.members else None


def _in_one(changes: Sequence[Change]) -> list[Change]:
    """Return the changes with those of fields of a new record made in it: an import would write each customer twice."""
    made = {(type(c.record), c.record.id): c.record for c in changes if isinstance(c, Put)}
    rest: list[Change] = []
    for change in changes:
        if isinstance(change, Patch) and (record := made.get((change.kind, change.id))):
            made[change.kind, change.id] = msgspec.structs.replace(record, **change.fields)
        else:
            rest.append(change)
    return [Put(made[type(c.record), c.record.id]) if isinstance(c, Put) else c for c in rest]

"""Settings of the team and of the member at the keyboard: what they are, what they would do, and changing them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.domain.record import Change, Patch, Put, Remove
from outreach_tui.domain.setting_rows import BY_NAME, DEFAULT, ROWS, Known, SettingRow, Whose
from outreach_tui.domain.settings import NAMES, TEAM, Contradiction, Setting, TeamSettings, doubts
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import Clash, Conflict, NotFound
from outreach_tui.services.customer_fields import read_field
from outreach_tui.services.settling import ROUNDS, removed
from outreach_tui.services.workspace import NOBODY, Workspace

Texts = Mapping[str, str]
"""Values as people write them, by the name of the setting."""


class Prospect(NamedTuple):
    """What the team and the member would be."""

    team: TeamSettings
    member: Member
    doubts: list[str]
    """What may be meant, and probably is not."""


class Settings:
    """The settings."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def row(self, name: str) -> SettingRow:
        """Return the setting of that name. Raises NotFound with all names."""
        wanted = clean_line(name).casefold().replace("_", "-")
        if wanted not in BY_NAME:
            raise NotFound(
                f"there is no setting {name[:60]!r}", f"choose one of {', '.join(BY_NAME)}"
            )
        return BY_NAME[wanted]

    def texts(self, rows: Iterable[SettingRow] = ROWS) -> dict[str, str]:
        """Return the values as they are now, by name."""
        known = self._known()
        return {row.name: row.show(self._holder(row), known) for row in rows}

    def default(self, row: SettingRow) -> str:
        """Return what the setting is when nobody said anything."""
        known = self._known()
        plain: Any = TeamSettings() if row.whose is Whose.TEAM else known.me
        return row.show(msgspec.structs.replace(plain, **row.default(known)), known)

    def default_of(self, name: str) -> str:
        """Return the default of a setting by name, or of all of the team's."""
        return self.default(BY_NAME[name]) if name in BY_NAME else "Every default"

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Return the settings on file that cannot be meant; their defaults are used."""
        return self._workspace.contradictions

    def prospect(self, typed: Texts) -> Prospect:
        """Return what would be, without writing it. Raises BadInput for what cannot be read or contradicts itself."""
        workspace = self._workspace
        team, member, known = workspace.settings, workspace.member, self._known()
        for name, text in typed.items():
            row = self.row(name)
            fields = row.read(text, known)
            if row.whose is Whose.TEAM:
                team = msgspec.structs.replace(team, **fields)
            else:
                member = msgspec.structs.replace(member, **fields)
        new = doubts(team)
        return Prospect(team, member, [d for d in new if d not in doubts(workspace.settings)])

    def change(self, typed: Texts, seen: Texts | None = None, *, did: str = "") -> list[SettingRow]:
        """Write settings as one commit, and return those that are new; none for what is so already.

        `seen` are the values as the person saw them, None for as they are now; `did` describes the commit where the
        values do not. Raises BadInput, and Conflict if somebody else changed one of them since it was seen.
        """
        rows = [self.row(name) for name in typed]
        known = self._known()
        wanted = {
            row.name: row.read(typed[name], known) for row, name in zip(rows, typed, strict=True)
        }
        seen = seen or self.texts(rows)
        for turn in range(1, ROUNDS + 1):
            now = self.texts(rows)
            said = {row.name: self._said(row, wanted[row.name], known) for row in rows}
            _refuse_clashes(rows, said, seen, now)
            broken = {contradiction.name for contradiction in self.contradictions()}
            new = [r for r in rows if said[r.name] != now[r.name] or r.name in broken]
            if not new:
                return []
            try:
                self._write(new, wanted, did or _did(new, typed, said))
            except Conflict:  # somebody wrote in the same moment: what they wrote is looked at now
                if turn == ROUNDS:
                    raise
            else:
                return new
        return []

    def _write(
        self, rows: list[SettingRow], wanted: Mapping[str, Mapping[str, Any]], did: str
    ) -> None:
        team: dict[str, Any] = {}
        mine: dict[str, Any] = {}
        for row in rows:
            (team if row.whose is Whose.TEAM else mine).update(wanted[row.name])
        writer, made = self._workspace.writer()
        changes = self._team_changes(team)
        if made and mine:
            writer = msgspec.structs.replace(writer, **mine)
            made = [Put(writer)]
        elif mine:
            changes.append(self._member_change(writer, mine))
        self._workspace.commit(did, [*made, *changes], writer=writer)

    def _team_changes(self, fields: Mapping[str, Any]) -> list[Change]:
        """Return the changes of some fields, each a record of its own; what is the default needs none."""
        store = self._workspace.store
        together = store.get(Setting, TEAM)
        held = together.value if together and isinstance(together.value, Mapping) else {}
        changes: list[Change] = []
        for field, value in fields.items():
            id_, plain = NAMES[field], msgspec.to_builtins(value)
            found = store.get(Setting, id_)
            if value == getattr(TeamSettings(), field) and field not in held:
                changes += [Remove(Setting, id_)] if found else []
            elif found is None:
                changes.append(Put(Setting(id=id_, value=plain)))
            else:
                changes.append(Patch(Setting, id_, {"value": plain}, {"value": found.value}))
        return changes

    def _member_change(self, member: Member, fields: Mapping[str, Any]) -> Change:
        found = self._workspace.store.get(Member, member.id)
        if found is None:
            raise removed(member.name)
        return Patch(Member, member.id, dict(fields), {f: getattr(found, f) for f in fields})

    def _said(self, row: SettingRow, fields: Mapping[str, Any], known: Known) -> str:
        return row.show(msgspec.structs.replace(self._holder(row), **fields), known)

    def _holder(self, row: SettingRow) -> Any:
        workspace = self._workspace
        return workspace.settings if row.whose is Whose.TEAM else workspace.member

    def _known(self) -> Known:
        workspace = self._workspace
        members = [m for m in workspace.members if m.id != NOBODY]
        return Known(workspace.today, workspace.member, members, self._town)

    def _town(self, text: str) -> Place | None:
        found: Place | None = read_field(self._workspace, "place", text)
        return found


def _refuse_clashes(rows: Iterable[SettingRow], said: Texts, seen: Texts, now: Texts) -> None:
    """Raise Conflict if a setting is neither as it was seen nor as it is wanted."""
    clashes = tuple(
        Clash("settings", row.name, row.called, row.name, now[row.name], said[row.name])
        for row in rows
        if now[row.name] not in (seen.get(row.name, now[row.name]), said[row.name])
    )
    if clashes:
        both = "; ".join(f"{c.field}: theirs is {c.theirs!r}, yours {c.yours!r}" for c in clashes)
        raise Conflict(
            f"somebody else changed {' and '.join(c.called for c in clashes)} meanwhile",
            f"{both}; nothing was changed",
            clashes,
        )


def _did(rows: Iterable[SettingRow], typed: Texts, said: Texts) -> str:
    back = {name.casefold() for name, text in typed.items() if text.strip().casefold() == DEFAULT}
    parts = [f"{row.called} {'back ' * (row.name in back)}to {said[row.name]}" for row in rows]
    return f"changed {', '.join(parts)}"

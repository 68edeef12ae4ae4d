"""Load of a member: what the bands ask for against what they can do, and what helps."""

from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import CustomerFacts, touchpoint_day
from outreach_tui.domain.load import (
    BANDS,
    REACH_DAYS,
    USER_GROUP_TAG,
    USER_GROUPS_ONLY,
    YEAR_DAYS,
    Asked,
    Load,
    Reach,
    Stretch,
    asked,
    calls_needed,
    load,
    stretch,
    to_move,
)
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Change, Patch
from outreach_tui.domain.setting_rows import show_band
from outreach_tui.domain.settings import NAMES, TeamSettings
from outreach_tui.domain.standing import Standing
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind
from outreach_tui.domain.when import local_day
from outreach_tui.errors import NotFound, Refused
from outreach_tui.services.settings import Settings
from outreach_tui.services.standings import Standings
from outreach_tui.services.workspace import Workspace


class Remedies(NamedTuple):
    """What brings the load to 1; None for what would not."""

    stretch: Stretch | None
    calls: int | None
    move: list[Standing] | None


class Loads:
    """Counted once for each version of the file; a key press costs nothing."""

    def __init__(self, workspace: Workspace, standings: Standings, settings: Settings) -> None:
        self._workspace = workspace
        self._standings = standings
        self._settings = settings
        self._counted: dict[tuple[int, date, str], tuple[Asked, Reach]] = {}
        self._calls: dict[tuple[date, str], dict[str, tuple[CustomerFacts, Reach]]] = {}

    def of(self, member: Member | None = None, *, team: TeamSettings | None = None) -> Load:
        """Return the load of a member, None for the one at the keyboard; of `team` settings that are only tried."""
        member = member or self._workspace.member
        held, reach = self._count(member)
        return load(held, team or self._workspace.settings, member, reach)

    def asked(self, member: Member | None = None) -> Asked:
        """Return for how many customers each band holds."""
        return self._count(member or self._workspace.member)[0]

    def remedies(self) -> Remedies:
        """Return what would bring the load of the member at the keyboard to 1."""
        workspace, now = self._workspace, self.of()
        return Remedies(
            stretch(self.asked(), workspace.settings, now.reached),
            calls_needed(now),
            to_move(self._standings.all(), now, workspace.member.id, workspace.today),
        )

    def if_moved(self, moved: list[Standing]) -> Load:
        """Return the load of the member at the keyboard once these customers are met in user groups only."""
        now, then = self.of(), YEAR_DAYS / USER_GROUPS_ONLY.max_days
        saved = sum(YEAR_DAYS / standing.cadence.max_days - then for standing in moved)
        return msgspec.structs.replace(now, asked=now.asked - saved)

    def stretch_bands(self, wanted: Stretch) -> None:
        """Write longer bands. Raises Conflict if somebody else changed one of them since it was worked out."""
        did = f"stretched all bands × {wanted.factor:.1f}"
        self._settings.change(_bands(wanted.settings), _bands(wanted.before), did=did)

    def add_calls(self, calls: int, seen: int) -> None:
        """Write how many calls a day it has to be. Raises Conflict if they are no longer as they were `seen`."""
        self._settings.change({"calls-a-day": str(calls)}, {"calls-a-day": str(seen)})

    def move(self, moved: list[Standing]) -> int:
        """Promise customers to be met in user groups only, and return how many those are.

        They get a cadence of their own and a tag. Raises Refused for nobody, Conflict if somebody else changed a
        customer's cadence or tags meanwhile.
        """
        changes: list[Change] = []
        for standing in moved:
            customer = self._workspace.store.get(Customer, standing.customer_id)
            if customer is None:
                raise NotFound("a customer is no longer on file", "somebody removed it; look again")
            tags = customer.tags
            if USER_GROUP_TAG not in tags:
                tags = (*tags, USER_GROUP_TAG)
            changes.append(
                Patch(
                    Customer,
                    customer.id,
                    {"cadence": USER_GROUPS_ONLY, "tags": tags},
                    {"cadence": customer.cadence, "tags": customer.tags},
                )
            )
        if not changes:
            raise Refused("there is nobody to move", "the bands can be kept")
        many = f"{len(changes)} customers" if len(changes) > 1 else moved[0].facts.name
        self._workspace.commit(f"moved {many} to user groups only", changes)
        return len(changes)

    def _count(self, member: Member) -> tuple[Asked, Reach]:
        workspace = self._workspace
        key = (workspace.store.version, workspace.today, member.id)
        if key not in self._counted:
            for old in [k for k in self._counted if k[:2] != key[:2]]:
                del self._counted[old]
            held = asked(self._standings.all(), member.id, workspace.today)
            self._counted[key] = held, self._reach(member, workspace.today)
        return self._counted[key]

    def _reach(self, member: Member, today: date) -> Reach:
        """Count the calls of the last 180 days; after a commit only those of the customers that it changed."""
        since = today - timedelta(days=REACH_DAYS)
        before = self._calls.get((today, member.id), {})
        calls: dict[str, tuple[CustomerFacts, Reach]] = {}
        for id_, row in self._workspace.store.rows().items():
            known = before.get(id_)
            if known is None or known[0] is not row:
                recent = _recent(row, since, member.zone)
                known = (row, self._calls_to(id_, member.id, since, today) if recent else Reach())
            calls[id_] = known
        self._calls = {k: v for k, v in self._calls.items() if k[0] == today}
        self._calls[today, member.id] = calls
        return Reach(
            held=sum(reach.held for _, reach in calls.values()),
            tried=sum(reach.tried for _, reach in calls.values()),
        )

    def _calls_to(self, customer_id: str, member_id: str, since: date, today: date) -> Reach:
        tried = [
            t
            for t in self._workspace.store.of_customer(Touchpoint, customer_id)
            if t.kind is TouchpointKind.CALL
            and t.direction is Direction.OUT
            and t.member_id == member_id
            and t.customer_ids[0] == customer_id  # a call about several counts once
            and since <= touchpoint_day(t) <= today
        ]
        return Reach(held=sum(t.outcome is Outcome.HELD for t in tried), tried=len(tried))


def _bands(settings: TeamSettings) -> dict[str, str]:
    return {NAMES[field]: show_band(getattr(settings, field)) for field in BANDS}


def _recent(row: CustomerFacts, since: date, zone: str) -> bool:
    """Return whether there is a talk or a try since then: where there is none, no record has to be read."""
    if row.last_live_on is not None and row.last_live_on >= since:
        return True
    return row.last_try_at is not None and local_day(row.last_try_at, zone) >= since

"""The day of one member: commitments, then the list of suggestions, frozen once somebody acted on it."""

from collections.abc import Sequence
from datetime import date

from outreach_tui.collector import uncollected
from outreach_tui.domain.commitments import commitments
from outreach_tui.domain.customer import Status
from outreach_tui.domain.day import Day, Item, ItemState
from outreach_tui.domain.day_list import (
    EVENT_KINDS,
    DayList,
    Suggestion,
    SuggestionKind,
    day_list_id,
)
from outreach_tui.domain.facts import CustomerFacts, touchpoint_day
from outreach_tui.domain.feedback import Feedback, Told
from outreach_tui.domain.group_event import GroupEvent
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.member import Member
from outreach_tui.domain.open_events import OpenEvent, open_events
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.reasons import is_muted
from outreach_tui.domain.record import Change, Patch, Put
from outreach_tui.domain.suggest import Plan, suggest
from outreach_tui.domain.touchpoint import WRITTEN_KINDS, Direction, Touchpoint
from outreach_tui.domain.user_group import UserGroup
from outreach_tui.domain.when import local_day
from outreach_tui.errors import NotFound, Refused
from outreach_tui.services.ports import Calendars
from outreach_tui.services.standings import Standings
from outreach_tui.services.workspace import NOBODY, Workspace

LIVE_MEETINGS = frozenset(MeetingKind) - {MeetingKind.BLOCK}
_ANSWERS = frozenset({SuggestionKind.TELL_BACK, SuggestionKind.ANSWER})


class DayPlans:
    """The day's lists."""

    def __init__(self, workspace: Workspace, standings: Standings, calendars: Calendars) -> None:
        self._workspace = workspace
        self._standings = standings
        self._calendars = calendars
        self._planned: dict[tuple[date, str, bool], Plan] = {}
        self._version = -1

    def today(self, member: Member | None = None) -> Day:
        """Return a member's day as it stands; reading stores nothing."""
        workspace = self._workspace
        member = member or workspace.member
        on = workspace.today
        kept = workspace.store.get(DayList, day_list_id(on, member.id))
        plan = self._plan(member, on)
        suggestions = kept.suggestions if kept else plan.suggestions
        # Who was left out of a day that is free for the member is who `refill` would not add.
        out = self._plan(member, on, anyway=True) if plan.free else plan
        blocks = self._blocks(member, on)
        return Day(
            on=on,
            member=member,
            commitments=tuple(
                commitments(
                    workspace.store.all(Meeting),
                    workspace.store.all(Promise),
                    workspace.store.all(Feedback),
                    self._owner_of,
                    now=workspace.now,
                    zone=member.zone,
                    member_id=member.id,
                )
            ),
            items=tuple(self._item(s, on, member, blocks) for s in suggestions),
            left_out=out.left_out,
            more=out.more,
            frozen=kept is not None,
            free=plan.free,
            unknown=tuple(workspace.places.country_name(code) for code in out.unknown),
        )

    def _owner_of(self, customer_id: str) -> str | None:
        row = self._workspace.store.rows().get(customer_id)
        return None if row is None else row.owner_id

    def freezing(self) -> list[Change]:
        """Return the change that freezes today's list: written with the first action, none if it is kept."""
        workspace = self._workspace
        member, on = workspace.member, workspace.today
        if member.id == NOBODY or workspace.store.get(DayList, day_list_id(on, member.id)):
            return []
        return [self._freeze(member, on, self._plan(member, on).suggestions)]

    def _freeze(self, member: Member, on: date, suggestions: Sequence[Suggestion]) -> Change:
        return Put(
            DayList(
                id=day_list_id(on, member.id),
                on=on,
                member_id=member.id,
                suggestions=tuple(suggestions),
                frozen_at=self._workspace.clock.real_now(),
            )
        )

    def refill(self) -> int:
        """Add whom else would be suggested now to today's frozen list, and return how many those are.

        A list that is empty since the day is free is filled as on a working day.
        Raises Refused if the list is not frozen yet, or nobody else is due.
        """
        workspace = self._workspace
        member, on = workspace.member, workspace.today
        kept = workspace.store.get(DayList, day_list_id(on, member.id))
        free = bool(self._plan(member, on).free)
        if kept is None and not free:
            raise Refused("today's list is still open", "it freezes with the first thing you do")
        held = {s.customer_id for s in kept.suggestions} if kept else set()
        plan = self._plan(member, on, anyway=free)
        more = [s for s in plan.suggestions if s.customer_id not in held]
        if not more:
            raise Refused("nobody else is due today", "w says who was left out, and why")
        if kept:
            change: Change = Patch(DayList, kept.id, {"suggestions": (*kept.suggestions, *more)})
        elif member.id == NOBODY:
            raise Refused("nobody has said yet whose list this is", "log a talk first")
        else:
            change = self._freeze(member, on, more)
        workspace.commit("refilled today's list", [change])
        return len(more)

    def keep_promise(self, promise_id: str) -> None:
        """Mark a promise as kept today. Raises NotFound."""
        promise = self._workspace.store.get(Promise, promise_id)
        if promise is None:
            raise NotFound("this promise is no longer on file", "somebody removed it meanwhile")
        self._workspace.commit(
            f"kept the promise {promise.text!r}",
            [Patch(Promise, promise_id, {"done_on": self._workspace.today})],
        )

    def _plan(self, member: Member, on: date, *, anyway: bool = False) -> Plan:
        store = self._workspace.store
        if self._version != store.version:
            self._planned.clear()
            self._version = store.version
        key = (on, member.id, anyway)
        if key not in self._planned:
            with uncollected():
                self._planned[key] = suggest(
                    self._standings.all(),
                    on,
                    self._workspace.settings,
                    member,
                    self._calendars,
                    written_on=self._written_on,
                    events=self._events(on),
                    anyway=anyway,
                )
        return self._planned[key]

    def _events(self, on: date) -> Sequence[OpenEvent]:
        store = self._workspace.store
        events = store.all(GroupEvent)
        if not events:
            return ()
        return open_events(
            events,
            {m.id: m for m in store.all(Meeting)},
            {g.id: g for g in store.all(UserGroup)},
            self._workspace.settings,
            on,
        )

    def _written_on(self, customer_id: str) -> list[date]:
        """Return the days on which one of us wrote to the customer, the last at the end."""
        return sorted(
            touchpoint_day(t)
            for t in self._workspace.store.of_customer(Touchpoint, customer_id)
            if t.kind in WRITTEN_KINDS and t.direction is Direction.OUT
        )

    def _blocks(self, member: Member, on: date) -> Sequence[Meeting]:
        return [
            m
            for m in self._workspace.store.all(Meeting)
            if m.kind is MeetingKind.BLOCK
            and m.ahead
            and m.member_id == member.id
            and local_day(m.start_at, member.zone) == on
        ]

    def _item(
        self, suggestion: Suggestion, on: date, member: Member, blocks: Sequence[Meeting]
    ) -> Item:
        row = self._workspace.store.rows().get(suggestion.customer_id)
        state, by = (
            (ItemState.GONE, "") if row is None else self._state(suggestion, row, on, member)
        )
        return Item(
            id=suggestion.key(on, member.id),
            suggestion=suggestion,
            state=state,
            by=by,
            block_id=next((b.id for b in blocks if suggestion.customer_id in b.customer_ids), ""),
        )

    def _state(
        self, suggestion: Suggestion, row: CustomerFacts, on: date, member: Member
    ) -> tuple[ItemState, str]:
        kind = suggestion.kind
        if kind is SuggestionKind.INTRODUCTION and suggestion.other.customer_id in row.met:
            meetings = self._workspace.store.of_customer(Meeting, row.customer_id)
            ahead = any(
                m.ahead and suggestion.other.customer_id in m.customer_ids for m in meetings
            )
            return ItemState.PLANNED if ahead else ItemState.INTRODUCED, ""
        if kind not in EVENT_KINDS and row.last_live_on is not None and row.last_live_on >= on:
            return ItemState.TALKED, self._who_talked(row, on, member)
        if kind is SuggestionKind.WRITE and self._written_on(row.customer_id)[-1:] >= [on]:
            return ItemState.TALKED, ""
        if kind in _ANSWERS and (told := self._told(suggestion, row)) is not None:
            return ItemState.TOLD, self._name_of(told.member_id, member)
        if (row.meetings_at or suggestion.event_id) and self._plans(suggestion, row, on, member):
            return ItemState.PLANNED, ""
        paused = row.status is Status.PAUSED and not row.came_back
        if paused and row.paused_until is not None and on < row.paused_until:
            return ItemState.PAUSED, ""
        if any(is_muted(row, reason.code, on) for reason in suggestion.reasons):
            return ItemState.WRONG_REASON, ""
        until = {
            SuggestionKind.VISIT: row.visit_snoozed_until,
            SuggestionKind.USER_GROUP: row.group_snoozed_until,
            SuggestionKind.CO_CREATE: row.co_create_snoozed_until,
            SuggestionKind.INTRODUCTION: row.introduction_snoozed_until,
        }.get(kind, None if row.came_back else row.snoozed_until)
        if until is not None and on < until:
            return ItemState.SNOOZED, ""
        if row.tries and row.last_try_at and local_day(row.last_try_at, member.zone) == on:
            return ItemState.NO_ANSWER, ""
        return ItemState.WAITING, ""

    def _plans(self, suggestion: Suggestion, row: CustomerFacts, on: date, member: Member) -> bool:
        """Return whether a meeting of today or later is what was suggested; of a planned event, an invitation."""
        event = self._workspace.store.get(GroupEvent, suggestion.event_id or "")
        if event is not None:
            return row.customer_id in event.customers()
        wanted = {MeetingKind.EVENT} if suggestion.kind in EVENT_KINDS else LIVE_MEETINGS
        return any(
            meeting.ahead
            and meeting.kind in wanted
            and local_day(meeting.start_at, member.zone) >= on
            for meeting in self._workspace.store.of_customer(Meeting, row.customer_id)
        )

    def _who_talked(self, row: CustomerFacts, on: date, member: Member) -> str:
        talks = self._workspace.store.of_customer(Touchpoint, row.customer_id)
        last = max(
            (t for t in talks if t.live and touchpoint_day(t) >= on),
            key=lambda t: (t.at, t.id),
            default=None,
        )
        return self._name_of(last.member_id, member) if last else ""

    def _told(self, suggestion: Suggestion, row: CustomerFacts) -> Told | None:
        """Return who told them last what the suggestion is about, None where they still wait for some of it."""
        if row.unanswered_on and any(r.code == "unanswered" for r in suggestion.reasons):
            return None
        ids = [r.facts["feedback_id"] for r in suggestion.reasons if "feedback_id" in r.facts]
        about = [self._workspace.store.get(Feedback, str(id_)) for id_ in ids]
        told = [said.told[-1] for said in about if said is not None and said.told]
        return told[-1] if told and len(told) == len(ids) else None

    def _name_of(self, id_: str | None, member: Member) -> str:
        """Return the name of who did something, empty for the member and where nobody knows."""
        if id_ in (None, member.id):
            return ""
        other = self._workspace.store.get(Member, id_ or "")
        return other.name if other else "somebody else"

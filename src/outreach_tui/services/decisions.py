"""Snooze, mute, pause and resume: decisions about suggestions, which never reset the clock."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Customer, Status
from outreach_tui.domain.decision import MUTE_DAYS, PAUSE_REVIEW_DAYS, Decision, DecisionKind
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.hours import add_working_days
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Change, Put, patch
from outreach_tui.domain.text import clean_line
from outreach_tui.domain.when import say_weekday
from outreach_tui.errors import NotFound, Refused
from outreach_tui.services.workspace import Workspace


class Decisions:
    """What to do with a suggestion other than talking."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def snooze(
        self, customer_id: str, until: date, *, suggestion: str = "", also: Sequence[Change] = ()
    ) -> Decision:
        """Hide a customer until the day `until`; for a journey or a user group (`suggestion`) only that.

        Raises Refused for a day that is not ahead.
        """
        return self.snooze_all([customer_id], until, suggestion=suggestion, also=also)[0]

    def snooze_all(
        self,
        customer_ids: Sequence[str],
        until: date,
        *,
        suggestion: str = "",
        also: Sequence[Change] = (),
    ) -> list[Decision]:
        """Snooze several customers in one commit, so that one undo brings them all back. Raises as `snooze`."""
        workspace = self._workspace
        if until <= workspace.today:
            raise Refused(f"{say_weekday(until)} is not ahead", "snooze to tomorrow or later")
        names = [self._name(id_) for id_ in customer_ids]
        said = ", ".join(names) if len(names) <= 2 else f"{len(names)} customers"
        writer, made = workspace.writer()
        decisions = [
            self._decision(id_, DecisionKind.SNOOZED, writer, until=until, reason=suggestion)
            for id_ in customer_ids
        ]
        workspace.commit(
            f"snoozed {said} until {say_weekday(until)}",
            [*made, *(Put(decision) for decision in decisions), *also],
            writer=writer,
        )
        return decisions

    def working_day(self, on: date) -> date:
        """Return the day itself if I work then, else the next on which I do: nobody comes back on a Saturday."""
        return add_working_days(on - timedelta(days=1), 1, self._workspace.member.working_days)

    def ideal_day(self, customer_id: str, cadence: Cadence) -> date:
        """Return my first working day after the ideal days of a band, counted from the last conversation.

        That is tomorrow at the earliest; without a conversation on record they are counted from today.
        """
        today = self._workspace.today
        row = self._workspace.store.rows().get(customer_id)
        last = row.last_live_on if row else None
        over = (last or today) + timedelta(days=cadence.ideal_days - 1)
        return add_working_days(max(today, over), 1, self._workspace.member.working_days)

    def change_rhythm(
        self, seen: Customer, cadence: Cadence, *, also: Sequence[Change] = ()
    ) -> Decision:
        """Give a customer a band of their own and hide them until its ideal, as one commit.

        Raises Conflict if somebody else changed the cadence since the customer was `seen`.
        """
        until = self.ideal_day(seen.id, cadence)
        band = f"{cadence.ideal_days}/{cadence.max_days}"
        changes = patch(seen, msgspec.structs.replace(seen, cadence=cadence))
        return self._decide(
            seen.id,
            DecisionKind.SNOOZED,
            f"changed the cadence of {self._name(seen.id)} to {band}, and snoozed until {say_weekday(until)}",
            until=until,
            also=[*changes, *also],
        )

    def mute(
        self, customer_id: str, reason: str, *, why: str = "", also: Sequence[Change] = ()
    ) -> Decision:
        """Do not give this reason for this customer for 90 days."""
        until = self._workspace.today + timedelta(days=MUTE_DAYS)
        did = f"muted the reason {reason!r} for {self._name(customer_id)}"
        return self._decide(
            customer_id, DecisionKind.MUTED, did, until=until, reason=reason, why=why, also=also
        )

    def pause(
        self,
        customer_id: str,
        why: str,
        *,
        seen: Customer | None = None,
        also: Sequence[Change] = (),
    ) -> Decision:
        """Suggest nothing for this customer until a review in 180 days. Raises Refused without a why.

        Raises Conflict if somebody else paused or resumed them since they were `seen` (None for as they are now).
        """
        why = clean_line(why)
        if not why:
            raise Refused(
                "a pause needs a why", "a few words are enough: who reads it in half a year?"
            )
        until = self._workspace.today + timedelta(days=PAUSE_REVIEW_DAYS)
        fields = {"status": Status.PAUSED, "paused_until": until, "status_note": why}
        return self._decide(
            customer_id,
            DecisionKind.PAUSED,
            f"paused {self._name(customer_id)}",
            until=until,
            why=why,
            also=[*self._instead(customer_id, seen, fields), *also],
        )

    def resume(self, customer_id: str, *, seen: Customer | None = None) -> Decision:
        """End a pause and any snooze. Raises Refused if there is neither, Conflict as `pause`."""
        row = self._workspace.store.rows().get(customer_id)
        if row and row.status is Status.ACTIVE and not _is_snoozed(row, self._workspace.today):
            raise Refused(f"{row.name} is neither paused nor snoozed", "there is nothing to resume")
        fields = {"status": Status.ACTIVE, "paused_until": None, "status_note": ""}
        return self._decide(
            customer_id,
            DecisionKind.RESUMED,
            f"resumed {self._name(customer_id)}",
            also=self._instead(customer_id, seen, fields),
        )

    def _instead(
        self, customer_id: str, seen: Customer | None, fields: Mapping[str, object]
    ) -> list[Change]:
        seen = seen or self._customer(customer_id)
        return patch(seen, msgspec.structs.replace(seen, **fields))

    def _customer(self, customer_id: str) -> Customer:
        customer = self._workspace.store.get(Customer, customer_id)
        if customer is None:
            raise NotFound("this customer is no longer on file", "somebody removed it meanwhile")
        return customer

    def _name(self, customer_id: str) -> str:
        return self._customer(customer_id).name

    def _decide(
        self,
        customer_id: str,
        kind: DecisionKind,
        did: str,
        *,
        until: date | None = None,
        reason: str = "",
        why: str = "",
        also: Sequence[Change] = (),
    ) -> Decision:
        workspace = self._workspace
        writer, made = workspace.writer()
        decision = self._decision(
            customer_id, kind, writer, until=until, reason=reason, why=clean_line(why)
        )
        workspace.commit(did, [*made, Put(decision), *also], writer=writer)
        return decision

    def _decision(
        self,
        customer_id: str,
        kind: DecisionKind,
        writer: Member,
        *,
        until: date | None,
        reason: str,
        why: str = "",
    ) -> Decision:
        return Decision(
            id=self._workspace.ids.new(),
            customer_id=customer_id,
            kind=kind,
            on=self._workspace.today,
            at=self._workspace.clock.real_now(),
            until_on=until,
            reason=reason,
            why=why,
            member_id=writer.id,
        )


def _is_snoozed(row: CustomerFacts, today: date) -> bool:
    """Return whether the calls, or anything that is planned with this customer, are put off."""
    until = (
        *(row.snoozed_until, row.visit_snoozed_until, row.group_snoozed_until),
        *(row.co_create_snoozed_until, row.introduction_snoozed_until),
    )
    return any(day is not None and today < day for day in until)

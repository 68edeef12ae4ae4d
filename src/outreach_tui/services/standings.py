"""Loyalty, tiers and standings of all customers, computed once a day and brought up to date by commits."""

from collections.abc import Mapping, Sequence
from datetime import date

from outreach_tui.domain.customer import Customer, Tier
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.imports import Import
from outreach_tui.domain.loyalty import FileFacts, Loyalties, Loyalty, file_facts, tiers
from outreach_tui.domain.record import Change, Patch, Put
from outreach_tui.domain.settings import TIERS_ON, Setting, TeamSettings
from outreach_tui.domain.standing import Standing, standings, with_move
from outreach_tui.errors import NotFound
from outreach_tui.services.workspace import Workspace


class Standings:
    """Where everybody stands today.

    Ranks are looked at once a day and when customers come in (DOMAIN.md, Tier), and are kept in the file, so that a
    logged call changes one standing and not all of them.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._version = -1
        self._basis: tuple[date, TeamSettings, FileFacts, bool] | None = None
        self._ranked: Mapping[str, Tier] = {}
        self._by_id: dict[str, Standing] = {}
        workspace.before_commit(self._tier_changes)

    def all(self) -> list[Standing]:
        """Return the standing of every customer, in the order of their ids."""
        self._catch_up()
        return list(self._by_id.values())

    def of(self, customer_id: str) -> Standing:
        """Return one customer's standing. Raises NotFound."""
        self._catch_up()
        if customer_id not in self._by_id:
            raise NotFound("this customer is no longer on file", "somebody removed it meanwhile")
        return self._by_id[customer_id]

    def _catch_up(self) -> None:
        store = self._workspace.store
        today, settings = self._workspace.today, self._workspace.settings
        basis = self._basis
        if store.version == self._version and basis and basis[:2] == (today, settings):
            return
        rows = store.rows()
        known = file_facts(rows.values())
        kept = self._kept_on() == today
        afresh = basis != (today, settings, known, kept)
        before = {} if afresh else self._by_id
        changed = [row for id_, row in rows.items() if _facts(before.get(id_)) is not row]
        scores = Loyalties(changed, known, today)
        if afresh and not kept:
            self._ranked = tiers(changed, scores)
        tier_of = {row.customer_id: self._tier(row, scores, kept) for row in changed}
        stand = {s.customer_id: s for s in standings(changed, scores, tier_of, settings, today)}
        self._by_id = {id_: stand.get(id_) or before[id_] for id_ in rows}
        self._version, self._basis = store.version, (today, settings, known, kept)

    def _kept_on(self) -> date | None:
        kept = self._workspace.store.get(Setting, TIERS_ON)
        try:
            return date.fromisoformat(str(kept.value)) if kept else None
        except ValueError:
            return None

    def _tier(self, row: CustomerFacts, scores: Mapping[str, Loyalty], kept: bool) -> Tier:
        tier = row.tier_pin or (row.tier if kept else self._ranked.get(row.customer_id))
        if tier is None:
            return Tier.B if scores[row.customer_id].total is None else Tier.C
        return tier

    def _tier_changes(self, changes: Sequence[Change]) -> list[Change]:
        """Return the changes that keep the tiers, with the first write of a day and when customers come in."""
        today = self._workspace.today
        pinned = self._pinned(changes)
        comes_in = any(
            isinstance(c, Put) and isinstance(c.record, Customer | Import) for c in changes
        )
        if self._kept_on() == today and not comes_in:
            return pinned
        rows = self._workspace.store.rows_after(changes)
        known = file_facts(rows.values())
        ranked = tiers(rows.values(), Loyalties(rows.values(), known, today))
        moved: list[Change] = [
            Patch(
                Customer,
                id_,
                {
                    "tier": ranked[id_],
                    "tier_moves": with_move(row, ranked[id_], today),
                },
            )
            for id_, row in rows.items()
            if row.tier is not ranked[id_] and row.tier_pin is None
        ]
        return [*moved, *pinned, Put(Setting(id=TIERS_ON, value=today.isoformat()))]

    def _pinned(self, changes: Sequence[Change]) -> list[Change]:
        """Return the changes that say since when a tier is pinned, or no longer, and what it was before."""
        found: list[Change] = []
        for change in changes:
            if (
                isinstance(change, Patch)
                and change.kind is Customer
                and "tier_pin" in change.fields
            ):
                row = self._workspace.store.rows().get(change.id)
                if row is not None and row.tier_pin is not change.fields["tier_pin"]:
                    to = change.fields["tier_pin"] or row.tier
                    moves = with_move(row, to, self._workspace.today)
                    found.append(Patch(Customer, change.id, {"tier_moves": moves}))
        return found


def _facts(standing: Standing | None) -> CustomerFacts | None:
    return None if standing is None else standing.facts

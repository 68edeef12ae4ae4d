"""Two customers that are one: which look so, and how they become one, in one commit that undo takes back."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.joining import (
    FIELDS,
    Differing,
    differing,
    joined,
    joined_purchase,
    moved,
    same_purchase,
)
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Put, Record, Remove, patch
from outreach_tui.domain.settings import Setting
from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.domain.twins import Twins, find_twins
from outreach_tui.errors import BadInput, Refused
from outreach_tui.services.workspace import Workspace

APART_PREFIX = "apart:"
"""Ids of the settings that say of two customers that they are not the same begin so."""
_FOUND_BY_CUSTOMER = frozenset({Purchase, Touchpoint})
"""Large tables, all of whose references to customers the store knows."""


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A value that gave way to another one."""

    field: str
    kept: Any
    dropped: Any
    of: str = "customer"
    """Whose field it is: the customer's, or that of a purchase that both had."""


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """What merging does, or did."""

    kept: Customer
    """The customer as it is afterwards."""
    gone: Customer
    moved: dict[str, int]
    """How many records came over, by table."""
    doubles: int
    """Purchases that both had, by their ids in another system."""
    dropped: tuple[Dropped, ...]


class Joining:
    """Finds customers that look like one, and merges two."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def twins(self, among: Iterable[str] | None = None) -> list[Twins]:
        """Return pairs that look like one customer, the most alike first; with `among` only those with one of these.

        Those of which somebody said that they are not the same are left out.
        """
        return self.proposed(find_twins(self._workspace.store.all(Customer), among))

    def proposed(self, found: Iterable[Twins]) -> list[Twins]:
        """Return the pairs of which nobody said that they are not the same."""
        settings = self._workspace.store.all(Setting)
        apart = {s.id for s in settings if s.id.startswith(APART_PREFIX)}
        return [twins for twins in found if _apart_id(twins.one.id, twins.other.id) not in apart]

    def new_twins(self, changes: Iterable[Change]) -> list[Twins]:
        """Return the pairs of which one customer came with these changes."""
        came = [
            c.record.id for c in changes if isinstance(c, Put) and isinstance(c.record, Customer)
        ]
        return self.twins(came) if came else []

    def keep_apart(self, one: Customer, other: Customer) -> None:
        """Remember that two customers are not the same. Raises Refused for one and the same."""
        _refuse_itself(one, other)
        id_ = _apart_id(one.id, other.id)
        said = f"said that {one.name} and {other.name} are two customers"
        self._workspace.commit(said, [Put(Setting(id=id_, value=True))])

    def differing(self, a: Customer, b: Customer) -> list[Differing]:
        """Return the fields to choose in."""
        return differing(a, b)

    def larger_first(self, one: Customer, other: Customer) -> tuple[Customer, Customer]:
        """Return two customers, first the one with more on record; of equals the one that came first."""

        def size(customer: Customer) -> int:
            return sum(
                len(self._workspace.store.of_customer(kind, customer.id))
                for kind in (Touchpoint, Purchase)
            )

        first, second = sorted((one, other), key=lambda c: (-size(c), c.id))
        return first, second

    def look(self, a: Customer, b: Customer, from_b: Collection[str] = ()) -> Joined:
        """Return what `merge` would do, without doing it. Raises as `merge`."""
        return self._plan(a, b, from_b)[0]

    def merge(self, a: Customer, b: Customer, from_b: Collection[str] = ()) -> Joined:
        """Move everything of `b` to `a`, and take `b` out, in one commit.

        Where both say something else a's value stays, except in the fields `from_b`. Raises Refused for one and the
        same customer, BadInput for an unknown field, Conflict if somebody changed one of them meanwhile.
        """
        outcome, changes = self._plan(a, b, from_b)
        self._workspace.commit(f"merged {b.name} into {a.name}", changes)
        return outcome

    def _plan(
        self, a: Customer, b: Customer, from_b: Collection[str]
    ) -> tuple[Joined, list[Change]]:
        _refuse_itself(a, b)
        for field in from_b:
            if field not in FIELDS:
                raise BadInput(
                    f"there is nothing to choose called {field!r}", f"it can be {', '.join(FIELDS)}"
                )
        kept = joined(a, b, from_b)
        dropped = [
            Dropped(field=d.field, kept=d.b, dropped=d.a)
            if d.field in from_b
            else Dropped(field=d.field, kept=d.a, dropped=d.b)
            for d in differing(a, b)
        ]
        changes: list[Change] = patch(a, kept)
        doubles, changed = self._doubles(a, b)
        gone = {double.id for double in doubles}
        counts: Counter[str] = Counter()
        for table, kind in TABLES.items():
            for record in self._naming(kind, b.id):
                new = moved(record, b.id, a.id)
                if record.id not in gone and new != record:
                    counts[table] += 1
                    changes += patch(record, new)
        for double, mine, otherwise in changed:
            changes += [*patch(mine[0], mine[1]), Remove(Purchase, double.id)]
            dropped += [
                Dropped(
                    field=field,
                    kept=_value(mine[0], field),
                    dropped=_value(double, field),
                    of=f"purchase of {mine[0].on}",
                )
                for field in otherwise
            ]
        changes += self._still_apart(a, b)
        changes.append(Remove(Customer, b.id))
        outcome = Joined(
            kept=kept, gone=b, moved=dict(counts), doubles=len(gone), dropped=tuple(dropped)
        )
        return outcome, changes

    def _naming(self, kind: type[Record], id_: str) -> Iterable[Record]:
        if kind is Customer:
            return ()
        store = self._workspace.store
        return store.of_customer(kind, id_) if kind in _FOUND_BY_CUSTOMER else store.all(kind)

    def _doubles(
        self, a: Customer, b: Customer
    ) -> tuple[list[Purchase], list[tuple[Purchase, tuple[Purchase, Purchase], list[str]]]]:
        """Return b's purchases that a has too; each with a's before and after, and where they contradict."""
        store = self._workspace.store
        mine = {p.id: p for p in store.of_customer(Purchase, a.id)}
        found = []
        for double in store.of_customer(Purchase, b.id):
            twin = next((p for p in mine.values() if same_purchase(p, double)), None)
            if twin is not None:
                full, otherwise = joined_purchase(twin, double)
                found.append((double, (twin, full), otherwise))
                del mine[twin.id]
        return [double for double, *_ in found], found

    def _still_apart(self, a: Customer, b: Customer) -> list[Change]:
        """Return what keeps `a` apart from those that `b` was said not to be."""
        changes: list[Change] = []
        for setting in self._workspace.store.all(Setting):
            ids = setting.id.removeprefix(APART_PREFIX).split("|")
            if not setting.id.startswith(APART_PREFIX) or b.id not in ids:
                continue
            changes.append(Remove(Setting, setting.id))
            changes += [
                Put(Setting(id=_apart_id(a.id, other), value=True))
                for other in ids
                if other not in (a.id, b.id)
            ]
        return changes


def read_choices(typed: Iterable[str]) -> list[str]:
    """Return the fields that `FIELD=a` and `FIELD=b` give to b. Raises BadInput for anything else."""
    chosen: Mapping[str, str] = {}
    for each in typed:
        field, _, side = each.partition("=")
        field = field.strip().casefold().replace("-", "_")
        if side.strip().casefold() not in ("a", "b") or field not in FIELDS:
            raise BadInput(
                f"{each!r} does not say which value to keep",
                f"write FIELD=a or FIELD=b; FIELD can be {', '.join(FIELDS)}",
            )
        chosen = {**chosen, field: side.strip().casefold()}
    return [field for field, side in chosen.items() if side == "b"]


def _value(purchase: Purchase, field: str) -> Any:
    return (
        getattr(purchase, field, None)
        if field in Purchase.__struct_fields__
        else purchase.extra.get(field)
    )


def _apart_id(one: str, other: str) -> str:
    return APART_PREFIX + "|".join(sorted((one, other)))


def _refuse_itself(one: Customer, other: Customer) -> None:
    if one.id == other.id:
        raise Refused(
            f"{one.name} cannot be merged with itself",
            "name two customers; ids tell equal names apart",
        )

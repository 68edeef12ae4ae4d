"""Two customers that are one: which look so, and how they become one, in one commit that undo takes back."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from outreach_tui.collector import uncollected
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.joining import (
    FIELDS,
    WORKED_OUT,
    Differing,
    differing,
    joined,
    joined_person,
    joined_purchase,
    moved,
    same_person,
    same_purchase,
)
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Put, Record, Remove, patch
from outreach_tui.domain.settings import Setting
from outreach_tui.domain.tables import TABLE_OF, TABLES
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.domain.twins import Twins, find_twins
from outreach_tui.errors import BadInput, Conflict, Refused
from outreach_tui.services.ports import R
from outreach_tui.services.workspace import Workspace

APART_PREFIX = "apart:"
"""Ids of the settings that say of two customers that they are not the same begin so."""


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A value that gave way to another one."""

    field: str
    kept: Any
    dropped: Any
    of: str = "customer"
    """Whose field it is: the customer's, or that of a purchase or a person that both had."""


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """What merging does, or did."""

    kept: Customer
    """The customer as it is afterwards."""
    gone: Customer
    moved: dict[str, int]
    """How many records came over, by table."""
    doubles: dict[str, int]
    """How many both had, by table: purchases of one id in another system, people of one name, and introductions of
    the two to each other, which go."""
    dropped: tuple[Dropped, ...]


class _Double(NamedTuple):
    """A record that both customers have."""

    gone: Record
    mine: Record
    full: Record
    """Mine with what the other one adds."""
    dropped: list[Dropped]


class Joining:
    """Finds customers that look like one, and merges two."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @uncollected()
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
        same customer, BadInput for an unknown field, Conflict if somebody changed one of them since `a` and `b` were
        read, or wrote something new of `b`.
        """
        outcome, changes = self._plan(a, b, from_b)
        self._workspace.commit(f"merged {b.name} into {a.name}", changes)
        return outcome

    def _plan(
        self, a: Customer, b: Customer, from_b: Collection[str]
    ) -> tuple[Joined, list[Change]]:
        _refuse_itself(a, b)
        for each in (a, b):
            self._refuse_stale(each)
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
        doubles = list(self._doubles(a, b))
        same = {b.id: a.id} | {d.gone.id: d.mine.id for d in doubles}
        handled = {r.id for d in doubles for r in (d.gone, d.mine)}
        changes: list[Change] = patch(a, kept)
        both = Counter(TABLE_OF[type(d.gone)] for d in doubles)
        counts: Counter[str] = Counter()
        for table, kind in TABLES.items():
            for record in self._naming(kind, same):
                new = record
                for old_id, new_id in same.items():
                    new = moved(new, old_id, new_id)
                if record.id in handled or new == record:
                    continue
                if isinstance(record, Introduction) and set(record.customer_ids) == {a.id, b.id}:
                    both[table] += 1
                    changes.append(Remove(Introduction, record.id))
                    continue
                counts[table] += 1
                changes += patch(record, new)
        for double in doubles:
            changes += [
                *patch(double.mine, moved(double.full, b.id, a.id)),
                Remove(type(double.gone), double.gone.id),
            ]
            dropped += double.dropped
        changes += self._still_apart(a, b)
        changes.append(Remove(Customer, b.id))
        outcome = Joined(
            kept=kept,
            gone=b,
            moved=dict(counts),
            doubles=dict(both),
            dropped=tuple(dropped),
        )
        return outcome, changes

    def _refuse_stale(self, seen: Customer) -> None:
        """Refuse to merge what somebody chose from, if it is not what is on file any more. Raises Conflict."""
        now = self._workspace.store.get(Customer, seen.id)
        if now is None:
            raise Conflict(
                f"{seen.name} was removed by somebody else meanwhile", "nothing was changed"
            )
        changed = [
            name.replace("_", " ")
            for name in Customer.__struct_fields__
            if name not in WORKED_OUT and getattr(now, name) != getattr(seen, name)
        ]
        if changed:
            raise Conflict(
                f"somebody else changed {' and '.join(changed)} of {seen.name} meanwhile",
                "nothing was changed; look again, then merge them",
            )

    def _naming(self, kind: type[Record], same: Mapping[str, str]) -> Iterable[Record]:
        """Return the records of a kind that may name one of those that go."""
        if kind is Customer:
            return ()
        first, *people = same
        store = self._workspace.store
        if kind is Purchase or (kind is Touchpoint and not people):
            return store.of_customer(kind, first)
        return store.all(kind)

    def _doubles(self, a: Customer, b: Customer) -> Iterator[_Double]:
        """Yield what b has and a has too: purchases by their ids elsewhere, and people."""
        store = self._workspace.store
        for purchase, mine in _pairs(
            store.of_customer(Purchase, a.id), store.of_customer(Purchase, b.id), same_purchase
        ):
            full, otherwise = joined_purchase(mine, purchase)
            yield _double(purchase, mine, full, otherwise, f"purchase of {mine.on}")
        ours, theirs = (
            [c for c in store.of_customer(Contact, each.id) if each.id in c.customer_ids]
            for each in (a, b)
        )
        for person, known in _pairs(ours, theirs, same_person):
            both, differ = joined_person(known, person)
            yield _double(person, known, both, differ, known.name)

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


def _pairs(
    mine: Iterable[R], theirs: Iterable[R], same: Callable[[R, R], bool]
) -> Iterator[tuple[R, R]]:
    """Yield those of theirs that are one of mine, with that one; each is one of two only."""
    left = {record.id: record for record in mine}
    for record in theirs:
        twin = next((m for m in left.values() if m.id != record.id and same(m, record)), None)
        if twin is not None and record.id not in left:
            del left[twin.id]
            yield record, twin


def _double(gone: R, mine: R, full: R, otherwise: Sequence[str], of: str) -> _Double:
    return _Double(
        gone,
        mine,
        full,
        [
            Dropped(field=field, kept=_value(mine, field), dropped=_value(gone, field), of=of)
            for field in otherwise
        ],
    )


def _value(record: Record, field: str) -> Any:
    extra = getattr(record, "extra", {})
    return getattr(record, field) if field in record.__struct_fields__ else extra.get(field)


def _apart_id(one: str, other: str) -> str:
    return APART_PREFIX + "|".join(sorted((one, other)))


def _refuse_itself(one: Customer, other: Customer) -> None:
    if one.id == other.id:
        raise Refused(
            f"{one.name} cannot be merged with itself",
            "name two customers; ids tell equal names apart",
        )

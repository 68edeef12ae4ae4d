"""What becomes of an edit when somebody else changed the same fields since they were seen (STORE.md, promise 3).

Once both values were shown and chosen from, the edit is thought of again as if theirs had been seen from the start: the
chosen fields are written over theirs, the other clashing ones are given up, and those that did not clash are written as
before. Somebody who changes them a third time meanwhile is noticed like the second one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from outreach_tui.domain.record import Change, Patch
from outreach_tui.errors import Clash, Conflict
from outreach_tui.services.ports import R

Result = TypeVar("Result")
ROUNDS = 3
"""So often what the program worked out is worked out again; each time somebody else wrote in the same moment."""


class Edit(NamedTuple, Generic[R]):
    """What a person saw, and what they want instead."""

    seen: R
    typed: Mapping[str, Any]
    """By field of the form; `owner` is the record's `owner_id`."""


def settled(edit: Edit[R], clashes: Sequence[Clash], mine: Collection[Clash]) -> Edit[R]:
    """Return the edit after a person saw the clashes and chose `mine` among them; for the others theirs is kept."""
    seen, typed = edit
    about = [clash for clash in clashes if clash.id == seen.id]
    given_up = {clash.field for clash in about if clash not in mine}
    theirs = {c.field: c.theirs for c in about if c.field in seen.__struct_fields__}
    left = {n: v for n, v in typed.items() if n not in given_up and f"{n}_id" not in given_up}
    return Edit(msgspec.structs.replace(seen, **theirs), left)


def settled_many(
    field: str, records: Sequence[R], clashes: Sequence[Clash], mine: Collection[Clash]
) -> list[R]:
    """Return the records in which one field is still to be changed, as the person knows them by now."""
    edits = [settled(Edit(record, {field: None}), clashes, mine) for record in records]
    return [edit.seen for edit in edits if edit.typed]


def difference(
    seen: R, wanted: R, now: R, worked_out: Collection[str] = (), *, given: Collection[str] = ()
) -> list[Change]:
    """Return the change that makes `seen` into `wanted`, with what was seen of each field that a person changed.

    `worked_out` are fields that nobody typed: they are compared with what is on file `now`, and whatever somebody else
    made of them may be replaced. What the change takes for `given` must not have changed since we read the file.
    """
    fields, was = {}, {}
    for name in seen.__struct_fields__:
        value = getattr(wanted, name)
        if name in worked_out:
            if value != getattr(now, name):
                fields[name] = value
        elif value != getattr(seen, name):
            fields[name], was[name] = value, getattr(seen, name)
    if not fields:
        return []
    for name in given:
        if name not in fields:
            fields[name] = was[name] = getattr(now, name)
    return [Patch(type(seen), seen.id, fields, was)]


def worked_out_again(do: Callable[[], Result], asked: Callable[[Clash], bool]) -> Result:
    """Return what `do` returns, which is done again where only what the program worked out clashed.

    Raises Conflict with the clashes that a person is `asked` about.
    """
    for _ in range(ROUNDS - 1):
        try:
            return do()
        except Conflict as conflict:
            clashes = tuple(filter(asked, conflict.clashes))
            if clashes:
                hint = f"{conflict.hint}; run it again to overwrite theirs"
                raise Conflict(conflict.title, hint, clashes) from conflict
            if not conflict.clashes:
                raise
    return do()


def removed(name: str) -> Conflict:
    """Return the conflict with somebody who removed the record meanwhile."""
    return Conflict(f"{name} was removed by somebody else meanwhile", "nothing was changed")

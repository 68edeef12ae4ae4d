"""How people name a record: the end of its id, its exact name, or an unambiguous part of the name (CLI.md)."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from outreach_tui.domain.ids import TYPED
from outreach_tui.domain.text import clean_line, fold, text_key
from outreach_tui.errors import Ambiguous, NotFound

Item = TypeVar("Item")
LISTED = 8
"""So many candidates are named in a message."""


def find_named(
    typed: str,
    items: Iterable[Item],
    *,
    what: str,
    name: Callable[[Item], str],
    id_: Callable[[Item], str],
    label: Callable[[Item], str] | None = None,
) -> Item:
    """Return the only item that `typed` names; case and accents do not matter.

    An exact name goes before the end of an id, which goes before a part of a name. `label` is how a candidate is
    listed. Raises NotFound or Ambiguous, which name `what` is looked for.
    """
    wanted, plain = text_key(typed), clean_line(typed)
    items = list(items)
    exact = [item for item in items if text_key(name(item)) == wanted] if wanted else []
    verbatim = [item for item in exact if name(item) == plain]
    ending = (
        [item for item in items if id_(item).endswith(plain.casefold())]
        if len(plain) >= TYPED
        else []
    )
    whole = [item for item in items if id_(item) == plain.casefold()]
    partly = [item for item in items if wanted in text_key(name(item))] if wanted else []
    for found in (whole, verbatim if len(verbatim) == 1 else exact, ending, partly):
        if len(found) == 1:
            return found[0]
        if found:
            show = label or name
            listed = tuple(
                show(item) for item in sorted(found, key=lambda i: (fold(name(i)), id_(i)))
            )
            more = f", and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
            raise Ambiguous(
                f"{len(listed)} {what}s answer to {plain!r}: {', '.join(listed[:LISTED])}{more}",
                "type more of the name, or the end of the id",
                candidates=listed,
            )
    raise NotFound(f"no {what} answers to {plain!r}", _nearest(wanted, items, name))


def _nearest(wanted: str, items: list[Item], name: Callable[[Item], str]) -> str:
    from rapidfuzz import fuzz, process  # 40 ms that only a typing error has to pay

    names = list(dict.fromkeys(name(item) for item in items))
    best = process.extract(
        wanted, names, scorer=fuzz.WRatio, processor=fold, limit=3, score_cutoff=70
    )
    return f"did you mean {' or '.join(found for found, *_ in best)}?" if best else ""

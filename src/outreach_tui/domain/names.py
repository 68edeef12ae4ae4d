"""How people name a record: the end of its id, its exact name, or an unambiguous part of the name (CLI.md).

Also whether two names can be one person's."""

import unicodedata
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
    in_full: bool = False,
) -> Item:
    """Return the only item that `typed` names; case and accents do not matter.

    An exact name goes before the end of an id, which goes before a part of a name; signs alone are a part of a name
    that has them, and nothing names nobody. `label` is how a candidate is listed. Raises NotFound or Ambiguous, which
    name `what` is looked for. `in_full` is for what cannot be undone: a part of a name, or one without its signs, names
    nobody then, and those who may be meant are listed.
    """
    wanted, plain = text_key(typed).strip(), clean_line(typed)
    items = list(items)
    part, parts_of = (wanted, text_key) if fold(typed) else (spelled(plain), spelled)
    exact = [item for item in items if text_key(name(item)) == wanted] if wanted else []
    verbatim = [item for item in exact if name(item) == plain]
    ending = (
        [item for item in items if id_(item).endswith(plain.casefold())]
        if len(plain) >= TYPED
        else []
    )
    whole = [item for item in items if id_(item) == plain.casefold()]
    partly = [item for item in items if part in parts_of(name(item))] if part else []
    if in_full:
        exact = [item for item in exact if spelled(name(item)) == spelled(plain)]
    for found in (whole, verbatim if len(verbatim) == 1 else exact, ending, partly):
        sure = not (in_full and found is partly)
        if len(found) == 1 and sure:
            return found[0]
        if found:
            show = label or name
            listed = tuple(
                show(item) for item in sorted(found, key=lambda i: (fold(name(i)), id_(i)))
            )
            if not sure:
                raise NotFound(
                    f"no {what} has the name {plain!r}",
                    f"this needs the whole name, or the end of the id: {', '.join(listed[:LISTED])}",
                )
            more = f", and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
            raise Ambiguous(
                f"{len(listed)} {what}s answer to {plain!r}: {', '.join(listed[:LISTED])}{more}",
                "type more of the name, or the end of the id",
                candidates=listed,
            )
    raise NotFound(f"no {what} answers to {plain!r}", _nearest(wanted, items, name))


def is_one_person(name: str, other: str, email: str) -> bool:
    """Return whether two names at one e-mail address can be one person's: a small company shares its mailbox.

    All words of one are in the other, where an initial is the word that begins with it. Or the surname changed, and the
    address is the person's own: their given name is in it, or its initial beside a surname ("a.meyer").
    """
    one, two = _words_of(name), _words_of(other)
    if not one or not two:
        return False
    if says_no_more(name, other) or says_no_more(other, name):
        return True
    given, mailbox = one[0], fold(email.rpartition("@")[0]).split()
    if given != two[0] or len(given) == 1:
        return False
    short = {given[0] + surname for surname in (*one[1:], *two[1:])}
    return any(word.startswith(given) for word in mailbox) or "".join(mailbox) in short


def says_no_more(name: str, other: str) -> bool:
    """Return whether all words of a person's name are in another; an initial is the word that begins with it."""
    others = _words_of(other)
    return all(
        word in others or (len(word) == 1 and any(known.startswith(word) for known in others))
        for word in _words_of(name)
    )


def spelled(text: str) -> str:
    """Return a text without case and accents, its signs kept."""
    plain = unicodedata.normalize("NFKD", clean_line(text)).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c))


def _words_of(name: str) -> list[str]:
    """Return the words of a person's name, the given one first: a comma stands behind the surname."""
    surname, _, given = name.partition(",")
    return text_key(f"{given} {surname}").split()


def _nearest(wanted: str, items: list[Item], name: Callable[[Item], str]) -> str:
    from rapidfuzz import fuzz, process  # 40 ms that only a typing error has to pay

    names = list(dict.fromkeys(name(item) for item in items))
    best = process.extract(
        wanted, names, scorer=fuzz.WRatio, processor=fold, limit=3, score_cutoff=70
    )
    return f"did you mean {' or '.join(found for found, *_ in best)}?" if best else ""

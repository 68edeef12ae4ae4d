"""Ask whether they were told what they wait for: the talk sheet and Today ask the same."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from textual.app import App

from outreach_tui.domain.facts import OwedAnswer
from outreach_tui.presentation.cards import owed_words
from outreach_tui.screens.modals.choose import Choice, Choose


async def ask_told(
    app: App[Any], owed: Sequence[OwedAnswer], today: date, *, leaves: str = "esc cancels"
) -> tuple[str, ...] | None:
    """Return the ids of the feedback about which they were told, None for going back. Call it from a worker.

    Of more than two it is asked again about the rest, until that is all or nothing else.
    """
    told: tuple[str, ...] = ()
    left = list(owed)
    while left:
        many = len(left) > 1
        words = [owed_words(each, today) for each in left]
        no = Choice[tuple[str, ...]]("n", "nothing else" if told else "not yet", ())
        ids = tuple(each.feedback_id for each in left)
        yes = Choice("y", "yes, all of it" if many else "yes", ids)
        one: list[Choice[tuple[str, ...]]] = [
            Choice(str(n), words[n - 1], (id_,)) for n, id_ in enumerate(ids, 1)
        ]
        if told:
            dialog = Choose("What else did you tell them?", [no, yes, *one], leaves=leaves)
        elif many:
            text = "You owe them more than one answer."
            dialog = Choose("Did you tell them?", [yes, no, *one], text, leaves=leaves)
        else:
            text = f"You owe them an answer: {words[0]}"
            dialog = Choose("Did you tell them?", [yes, no], text, leaves=leaves)
        chosen = await app.push_screen_wait(dialog)
        if chosen is None:
            return None
        told += chosen
        left = [each for each in left if each.feedback_id not in told]
        if not chosen or len(left) < 2:
            break
    return told

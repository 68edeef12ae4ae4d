"""Why somebody is on the list or not: reasons, and what is quiet."""

from typing import Any

from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.days import why_standing
from unit.domain.making import WEDNESDAY, at, days_ago, member, row, stand

READING = Reading(at(WEDNESDAY), "Europe/Berlin", {})
NEVER = "Neither a conversation nor a purchase is on record."
WROTE = "They contacted you on 22 Nov; no answer is on record."


def why(**fields: Any) -> list[str]:
    """Return what stands below the promise and the loyalty."""
    lines = why_standing(stand(row(**fields)), None, 200, READING, member())
    said = ["".join(text for text, _ in line).rstrip() for line in lines]
    return said[next(n for n, line in enumerate(said) if line.startswith("Reasons")) :]


def test_what_was_called_wrong_is_said_to_be_quiet_and_until_when() -> None:
    later = days_ago(-70)
    assert why(
        last_live_on=days_ago(30), unanswered_on=days_ago(3), muted={"unanswered": later}
    ) == [
        "Reasons   nothing speaks for a call today",
        f"Quiet     until 3 Feb, called wrong: {WROTE}",
    ]
    assert why(unanswered_on=days_ago(3), muted={"never": later}) == [
        f"Reasons   {WROTE}",
        f"Quiet     until 3 Feb, called wrong: {NEVER}",
    ]
    assert why(unanswered_on=days_ago(3), muted={"never": later, "unanswered": later}) == [
        "Reasons   nothing speaks for a call today",
        f"Quiet     until 3 Feb, called wrong: {NEVER}",
        f"          until 3 Feb, called wrong: {WROTE}",
    ]
    assert why(muted={"never": WEDNESDAY}) == [f"Reasons   {NEVER}"]

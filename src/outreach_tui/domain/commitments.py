"""What was promised comes before what is suggested, and is never filtered (SUGGESTIONS.md, Commitments)."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum

import msgspec

from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.promise import Owner, Promise
from outreach_tui.domain.when import local_day


class CommitmentKind(StrEnum):
    """A meeting of today, one that nobody marked yet, a promise that is due, a question that waits."""

    MEETING = "meeting"
    AFTER_MEETING = "after-meeting"
    PROMISE = "promise"
    ANSWER = "answer"


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has to happen, whatever is suggested."""

    kind: CommitmentKind
    id: str
    """Of the meeting, promise or feedback."""
    customer_id: str | None
    on: date
    """When it is, was, or has been due."""
    at: datetime | None = None
    """For meetings, in UTC."""
    text: str = ""
    """The purpose, the promise or the question, in the words it was written."""
    what: str = ""
    """For meetings their kind."""


def commitments(
    meetings: Iterable[Meeting],
    promises: Iterable[Promise],
    feedback: Iterable[Feedback],
    owner_of: Callable[[str], str | None],
    *,
    now: datetime,
    zone: str,
    member_id: str,
) -> list[Commitment]:
    """Return a member's commitments as of `now`: meetings by time, past ones first, then promises, then questions.

    A question is for whoever took it on, else for the owner of its customer. Those of nobody in particular are
    everybody's. `zone` is the member's.
    """
    today = local_day(now, zone)
    found: list[tuple[int, date | datetime, str, Commitment]] = []
    for meeting in meetings:
        if not meeting.ahead or meeting.member_id not in (None, member_id):
            continue
        on = local_day(meeting.start_at, zone)
        over = meeting.end_at <= now
        # One that began yesterday and is not over yet is today's.
        if not over and on > today:
            continue
        if over and meeting.kind is MeetingKind.BLOCK:
            continue
        item = Commitment(
            kind=CommitmentKind.AFTER_MEETING if over else CommitmentKind.MEETING,
            id=meeting.id,
            customer_id=meeting.customer_ids[0] if meeting.customer_ids else None,
            on=on,
            at=meeting.start_at,
            text=meeting.purpose,
            what=meeting.kind.value,
        )
        found.append((0 if over else 1, meeting.start_at, meeting.id, item))
    for promise in promises:
        if (
            promise.owner is not Owner.US
            or promise.done_on
            or promise.member_id not in (None, member_id)
        ):
            continue
        if promise.due_on is None or promise.due_on > today:
            continue
        item = Commitment(
            kind=CommitmentKind.PROMISE,
            id=promise.id,
            customer_id=promise.customer_id,
            on=promise.due_on,
            text=promise.text,
        )
        found.append((2, promise.due_on, promise.id, item))
    for said in feedback:
        if not said.open_question:
            continue
        if (said.owner_id or owner_of(said.customer_id)) in (None, member_id):
            item = Commitment(
                kind=CommitmentKind.ANSWER,
                id=said.id,
                customer_id=said.customer_id,
                on=said.on,
                text=said.words,
            )
            found.append((3, said.on, said.id, item))
    return [item for *_, item in sorted(found, key=lambda f: f[:3])]

"""What a customer could share with others: what they said on themes, whom they met, when we invited them."""

from collections.abc import Sequence
from datetime import date

import msgspec

from outreach_tui.domain.feedback import Feedback, FeedbackSort, FeedbackState
from outreach_tui.domain.group_event import GroupEvent, InvitationState
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import AHEAD, Meeting, MeetingKind, MeetingState
from outreach_tui.domain.touchpoint import Touchpoint

_WILL_MEET = AHEAD | {MeetingState.HELD}


class Said(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something said on a theme that matters to others: an open ask, praise, or a problem that was solved."""

    feedback_id: str
    words: str
    on: date
    """When it was said; of a solved problem, when it was solved."""
    themes: tuple[str, ...]
    """Case-folded."""
    sort: FeedbackSort
    state: FeedbackState

    @property
    def helped(self) -> bool:
        """Whether they can tell others how it works, rather than ask for it."""
        return self.sort is FeedbackSort.PRAISE or self.state is FeedbackState.DONE


def said_on_themes(feedback: Sequence[Feedback]) -> tuple[Said, ...]:
    """Return what was said on themes and still matters, the earliest first."""
    found = [
        Said(
            feedback_id=f.id,
            words=f.words,
            on=(f.state_on or f.on) if _solved(f) else f.on,
            themes=tuple(dict.fromkeys(theme.casefold() for theme in f.themes)),
            sort=f.sort,
            state=f.state,
        )
        for f in feedback
        if f.themes and (f.sort is FeedbackSort.PRAISE or _solved(f) or _asks(f))
    ]
    return tuple(sorted(found, key=lambda said: (said.on, said.feedback_id)))


def _asks(feedback: Feedback) -> bool:
    if feedback.sort is FeedbackSort.QUESTION:
        return feedback.open_question
    return not feedback.decided


def _solved(feedback: Feedback) -> bool:
    return feedback.sort is FeedbackSort.PROBLEM and feedback.state is FeedbackState.DONE


def met_by(
    customer_id: str,
    touchpoints: Sequence[Touchpoint],
    meetings: Sequence[Meeting],
    introductions: Sequence[Introduction],
    events: Sequence[GroupEvent],
) -> tuple[str, ...]:
    """Return the ids of those who were or will be in one conversation with the customer, as far as the records say.

    A block of calls is many conversations, and who was invited to an event need not have come.
    """
    found: set[str] = set()
    for touchpoint in touchpoints:
        if len(touchpoint.customer_ids) > 1 and touchpoint.live:
            found.update(touchpoint.customer_ids)
    for meeting in meetings:
        if meeting.kind is not MeetingKind.BLOCK and meeting.state in _WILL_MEET:
            found.update(meeting.customer_ids)
    for introduction in introductions:
        found.update(introduction.customer_ids)
    for event in events:
        came = event.customers(InvitationState.ATTENDED)
        if customer_id in came:
            found |= came
    found.discard(customer_id)
    return tuple(sorted(found))


def last_invited_on(customer_id: str, events: Sequence[GroupEvent]) -> date | None:
    """Return when we last invited the customer to an event."""
    days = [i.on for e in events for i in e.invitations if i.customer_id == customer_id and i.on]
    return max(days, default=None)

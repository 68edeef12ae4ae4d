"""What a customer said that they want, ask, suffer or like, and what became of it."""

from datetime import date
from enum import StrEnum

import msgspec

from outreach_tui.domain.record import Record


class FeedbackSort(StrEnum):
    """A `>` line is a wish (or a problem, once somebody says so), `>?` a question, `>+` praise."""

    WISH = "wish"
    QUESTION = "question"
    PROBLEM = "problem"
    PRAISE = "praise"


class FeedbackState(StrEnum):
    """From heard to done, or declined with a reason."""

    HEARD = "heard"
    CONSIDERING = "considering"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One asker has been told what became of it."""

    on: date
    customer_id: str
    contact_id: str | None = None
    member_id: str | None = None
    touchpoint_id: str | None = None


class Feedback(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was said, in the customer's own words."""

    customer_id: str
    words: str
    on: date
    sort: FeedbackSort = FeedbackSort.WISH
    contact_id: str | None = None
    themes: tuple[str, ...] = ()
    state: FeedbackState = FeedbackState.HEARD
    state_on: date | None = None
    owner_id: str | None = None
    decided_by: str | None = None
    answer: str = ""
    link: str = ""
    told: tuple[Told, ...] = ()
    touchpoint_id: str | None = None
    line: int | None = None
    """Line of the touchpoint's note, from 0; None once the line is gone."""

    @property
    def open_question(self) -> bool:
        """Whether they wait for an answer."""
        return self.sort is FeedbackSort.QUESTION and not self.told and not self.decided

    @property
    def decided(self) -> bool:
        """Whether there is something to tell the asker."""
        return self.state in (FeedbackState.DONE, FeedbackState.DECLINED)

    @property
    def owed(self) -> bool:
        """Whether they wait for us: for an answer, or for what became of it."""
        return not self.told and (self.decided or self.open_question)

    @property
    def worked_on(self) -> bool:
        """Whether anybody did something with it since it was heard."""
        return self.state is not FeedbackState.HEARD or bool(
            self.told or self.answer or self.owner_id
        )

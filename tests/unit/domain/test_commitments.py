"""What was promised comes first, and in order."""

from datetime import UTC, date, datetime, timedelta

from outreach_tui.domain.commitments import Commitment, CommitmentKind, commitments
from outreach_tui.domain.feedback import Feedback, FeedbackSort, FeedbackState, Told
from outreach_tui.domain.meeting import Meeting, MeetingKind, MeetingState
from outreach_tui.domain.promise import Owner, Promise
from unit.domain.making import WEDNESDAY, days_ago, feedback, meeting

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def due(
    meetings: list[Meeting] = [],  # noqa: B006  never changed
    promises: list[Promise] = [],  # noqa: B006
    said: list[Feedback] = [],  # noqa: B006
    *,
    now: datetime = NOW,
    zone: str = "UTC",
    owner: str | None = None,
) -> list[Commitment]:
    return commitments(
        meetings, promises, said, lambda _: owner, now=now, zone=zone, member_id="me"
    )


def promise(id_: str, due_on: date | None, **fields: object) -> Promise:
    return Promise(id=id_, customer_id="c1", text="samples", due_on=due_on, **fields)  # type: ignore[arg-type]


def hours(count: float) -> datetime:
    return NOW + timedelta(hours=count)


def ids(found: list[Commitment]) -> list[str]:
    return [item.id for item in found]


def test_meetings_of_today_come_with_their_purpose() -> None:
    (item,) = due([meeting(hours(3), kind=MeetingKind.VISIT, purpose="Tour")])
    assert (item.kind, item.on, item.at) == (CommitmentKind.MEETING, WEDNESDAY, hours(3))
    assert (item.text, item.what, item.customer_id) == ("Tour", "visit", "c1")
    assert due([meeting(hours(20))]) == []
    assert due([meeting(hours(3), customer_ids=())])[0].customer_id is None


def test_a_past_meeting_asks_until_it_is_marked() -> None:
    past = [
        meeting(hours(-50), id_="planned"),
        meeting(hours(-40), id_="confirmed", state=MeetingState.CONFIRMED),
        meeting(hours(-30), id_="held", state=MeetingState.HELD),
        meeting(hours(-30), id_="no-show", state=MeetingState.NO_SHOW),
        meeting(hours(-30), id_="cancelled", state=MeetingState.CANCELLED),
        meeting(hours(-30), id_="block", kind=MeetingKind.BLOCK),
        meeting(hours(-1), id_="just over"),
    ]
    found = due(past)
    assert ids(found) == ["planned", "confirmed", "just over"]
    assert {item.kind for item in found} == {CommitmentKind.AFTER_MEETING}


def test_a_meeting_that_goes_on_over_midnight_is_still_todays() -> None:
    night = meeting(datetime(2026, 11, 24, 23, tzinfo=UTC), minutes=180)
    (item,) = due([night], now=datetime(2026, 11, 25, 1, tzinfo=UTC))
    assert item.kind is CommitmentKind.MEETING


def test_today_is_the_members_day_and_meetings_come_by_time() -> None:
    # In Sydney the 26th begins at 13:00 UTC: the meeting at 22:00 UTC comes before that at 02:00.
    now = datetime(2026, 11, 25, 20, tzinfo=UTC)
    first = meeting(datetime(2026, 11, 25, 22, tzinfo=UTC), id_="b")
    second = meeting(datetime(2026, 11, 26, 2, tzinfo=UTC), id_="a")
    found = due([second, first], now=now, zone="Australia/Sydney")
    assert ids(found) == ["b", "a"]
    assert {item.on for item in found} == {date(2026, 11, 26)}


def test_past_meetings_come_first_then_todays_then_promises_then_questions() -> None:
    found = due(
        [
            meeting(hours(2), id_="later"),
            meeting(hours(-3), id_="going on", minutes=600),
            meeting(hours(-2), id_="over"),
        ],
        [promise("new", WEDNESDAY), promise("old", days_ago(5))],
        [
            feedback("recent", days_ago(1), sort=FeedbackSort.QUESTION),
            feedback("asked", days_ago(9), sort=FeedbackSort.QUESTION),
        ],
    )
    assert ids(found) == ["over", "going on", "later", "old", "new", "asked", "recent"]


def test_a_promise_of_ours_is_due_from_its_day_until_done() -> None:
    promises = [
        promise("due", WEDNESDAY),
        promise("late", days_ago(1)),
        promise("later", days_ago(-1)),
        promise("open", None),
        promise("done", days_ago(1), done_on=days_ago(1)),
        promise("theirs", days_ago(1), owner=Owner.THEM),
    ]
    found = due(promises=promises)
    assert ids(found) == ["late", "due"]
    assert {item.kind for item in found} == {CommitmentKind.PROMISE}


def test_a_question_that_nobody_took_on_is_for_the_owner_of_the_customer() -> None:
    question = FeedbackSort.QUESTION
    nobodys, mine = feedback("f", sort=question), feedback("m", sort=question, owner_id="me")
    assert ids(due(said=[nobodys, mine], owner="you")) == ["m"]
    assert ids(due(said=[nobodys, mine], owner="me")) == ["f", "m"]


def test_a_question_waits_until_it_is_answered() -> None:
    question = FeedbackSort.QUESTION
    said = [
        feedback("open", sort=question),
        feedback("wish"),
        feedback("told", sort=question, told=(Told(on=WEDNESDAY, customer_id="c1"),)),
        feedback("declined", sort=question, state=FeedbackState.DECLINED),
    ]
    (item,) = due(said=said)
    assert (item.id, item.kind, item.text) == ("open", CommitmentKind.ANSWER, "labels in Polish")


def test_what_is_nobodys_is_everybodys_and_what_is_anothers_is_not_mine() -> None:
    question = FeedbackSort.QUESTION
    found = due(
        [
            meeting(hours(1), id_="m"),
            meeting(hours(2), id_="mine", member_id="me"),
            meeting(hours(3), id_="yours", member_id="you"),
        ],
        [promise("p", WEDNESDAY), promise("yours", WEDNESDAY, member_id="you")],
        [
            feedback("f", sort=question, owner_id="me"),
            feedback("yours", sort=question, owner_id="you"),
        ],
    )
    assert ids(found) == ["m", "mine", "p", "f"]

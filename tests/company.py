"""A team whose customers could be brought together: who asked, who praised, and an event with free seats."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from outreach_tui.bootstrap import Services
from outreach_tui.clock import SystemClock
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer, Tier
from outreach_tui.domain.feedback import Feedback, FeedbackSort, FeedbackState
from outreach_tui.domain.group_event import GroupEvent
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.place import Place
from outreach_tui.domain.record import Put, Record
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind

TODAY = date(2026, 11, 26)
BERLIN = Place(zone="Europe/Berlin", name="Berlin", country="DE", lat=52.52, lon=13.41)
MADRID = Place(zone="Europe/Madrid", name="Madrid", country="ES", lat=40.42, lon=-3.7)
ALFREDS, BOLIDO, CHOP, DRACHEN = "Alfreds Futterkiste", "Bólido", "Chop-suey", "Drachenblut"
HOSTILE = "[/] [red]Evil[/red] \x1b]52;c;aGk=\x07\u202eLtd"


def company(
    path: Path,
    clock: SystemClock,
    *,
    event: bool = False,
    names: dict[str, str] | None = None,
) -> dict[str, str]:
    """Write the team's file, and return the ids of the customers by name; `names` says what to call them instead."""
    services = Services(file=str(path), clock=clock)
    services.members.introduce({"name": "Ana", "city": "Berlin, Germany", "calls_a_day": "3"})
    new, records = services.workspace.ids.new, list[Record]()
    ids: dict[str, str] = {}
    for name, place in ((ALFREDS, BERLIN), (BOLIDO, MADRID), (CHOP, BERLIN), (DRACHEN, BERLIN)):
        id_ = ids[name] = new()
        called = (names or {}).get(name, name)
        records += [
            Customer(
                id=id_, name=called, city=place.name, place=place, industry="Food", tier_pin=Tier.A,
                customer_since=date(2020, 6, 1),
            ),
            Contact(
                id=new(), name=f"{called} Anders", phones=("030-0074321",),
                employments=(Employment(customer_id=id_),),
            ),
            Touchpoint(
                id=new(), customer_ids=(id_,), kind=TouchpointKind.CALL, at=datetime(2026, 10, 26, 9, tzinfo=UTC),
            ),
        ]  # fmt: skip

    wish = FeedbackSort.WISH
    for name, words, on, theme, sort in (
        (ALFREDS, "labels in Polish for the night shift", date(2026, 10, 5), "labels", wish),
        (BOLIDO, "three languages on one label", date(2026, 9, 3), "labels", FeedbackSort.PRAISE),
        (ALFREDS, "one invoice a month", date(2026, 8, 3), "billing", wish),
        (CHOP, "who reads so many invoices", date(2026, 8, 20), "billing", FeedbackSort.PROBLEM),
        (DRACHEN, "all rolls on one invoice", date(2026, 9, 20), "billing", wish),
    ):
        planned = name == ALFREDS and theme == "billing"
        records.append(
            Feedback(
                id=new(), customer_id=ids[name], words=words, on=on, themes=(theme,), sort=sort,
                state=FeedbackState.PLANNED if planned else FeedbackState.HEARD,
            )
        )  # fmt: skip
    if event:
        start = datetime(2026, 12, 10, 14, tzinfo=UTC)
        meeting = Meeting(
            id=new(), start_at=start, zone="Europe/Berlin", minutes=180, kind=MeetingKind.EVENT,
            uid="winter@example.com", changed_at=start - timedelta(days=30), purpose="Winter group",
        )  # fmt: skip
        records += [meeting, GroupEvent(id=new(), meeting_id=meeting.id, place=BERLIN, capacity=8)]
    services.workspace.commit("made a team", [Put(record) for record in records])
    services.close()
    return ids

"""Two people change one record: what merges, what is asked, and what a choice leaves to be written."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from fakes import BERLIN, ELGIN_TX, FixedClock, make_workspace
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.meeting import Meeting, MeetingKind, MeetingState
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Change, Patch, Put
from outreach_tui.domain.touchpoint import NextStep, Touchpoint
from outreach_tui.errors import Clash, Conflict, Refused
from outreach_tui.services.customers import Customers
from outreach_tui.services.decisions import Decisions
from outreach_tui.services.meetings import Appointment, Meetings
from outreach_tui.services.members import Members
from outreach_tui.services.settling import Edit, settled, settled_many, worked_out_again
from outreach_tui.services.standings import Standings
from outreach_tui.services.touchpoints import Talk, Touchpoints
from outreach_tui.store.tinydb_file import TinyDbStore

TODAY = date(2026, 3, 2)
ANA = Member(id="m-ana", name="Ana", zone="Europe/Berlin", calls_a_day=5, introduced=True)
BEN = Member(id="m-ben", name="Ben", zone="Europe/Berlin", calls_a_day=5, introduced=True)
ACME = Customer(id="c-acme", name="Acme", phone="030 000", city="Berlin", country="Germany")
BOLT = Customer(id="c-bolt", name="Bolt", owner_id="m-ana")


class Desk:
    """One person with their own program on the file."""

    def __init__(self, path: Path, who: str) -> None:
        self.store = TinyDbStore(path, FixedClock(TODAY))
        self.workspace = make_workspace(self.store, today=TODAY, wanted_member=who)
        self.customers = Customers(self.workspace, Standings(self.workspace))
        self.meetings = Meetings(self.workspace)
        self.members = Members(self.workspace)
        self.touchpoints = Touchpoints(self.workspace)
        self.decisions = Decisions(self.workspace)

    def customer(self, id_: str = ACME.id) -> Customer:
        self.store.refresh()
        return self.customers.get(id_)


@pytest.fixture
def ana(tmp_path: Path) -> Desk:
    path = tmp_path / "team.json"
    TinyDbStore(path, FixedClock(TODAY)).commit(
        "began", [Put(r) for r in (ANA, BEN, ACME, BOLT)], member_id=None
    )
    desk = Desk(path, "Ana")
    # The day's tiers are written with the first change of a day; that is not what these tests are about.
    desk.customers.edit(desk.customer(BOLT.id), {"industry": "bolts"})
    return desk


@pytest.fixture
def ben(ana: Desk) -> Desk:
    desk = Desk(ana.store.path, "Ben")
    # Two programs make different ids.
    desk.workspace.ids = make_workspace().ids
    for _ in range(50):
        desk.workspace.ids.new()
    return desk


def clashes_of(conflict: pytest.ExceptionInfo[Conflict]) -> list[tuple[str, object, object]]:
    return [(c.field, c.theirs, c.yours) for c in conflict.value.clashes]


# The rule


def clash(field: str, theirs: object, yours: object, id_: str = ACME.id) -> Clash:
    return Clash("customers", id_, "Acme", field, theirs, yours)


def test_theirs_is_as_if_seen_and_what_is_given_up_is_not_written() -> None:
    phone, owner = clash("phone", "030 111", "030 222"), clash("owner_id", "m-ben", "m-ana")
    typed = {"phone": "030 222", "owner": "Ana", "industry": "Steel"}
    seen, left = settled(Edit(ACME, typed), [phone, owner], [phone])
    assert seen == msgspec.structs.replace(ACME, phone="030 111", owner_id="m-ben")
    assert left == {"phone": "030 222", "industry": "Steel"}


def test_clashes_about_other_records_leave_an_edit_alone() -> None:
    edit = Edit(ACME, {"phone": "030 222"})
    assert settled(edit, [clash("phone", "x", "y", "c-other")], []) == edit


def test_of_several_records_only_those_are_left_in_which_mine_is_wanted() -> None:
    theirs, mine = clash("owner_id", "m-ben", None), clash("owner_id", "m-ana", None, BOLT.id)
    other = Customer(id="c-other", name="Other")
    left = settled_many("owner", [ACME, BOLT, other], [theirs, mine], [mine])
    assert [c.id for c in left] == [BOLT.id, other.id]


def test_what_the_program_works_out_is_worked_out_again_and_nobody_is_asked() -> None:
    tries: list[int] = []

    def do() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise Conflict("changed", "", (clash("place", None, BERLIN),))
        return "done"

    assert worked_out_again(do, lambda c: c.field != "place") == "done"
    with pytest.raises(Conflict) as conflict:
        worked_out_again(_clashing, lambda c: c.field != "place")
    assert [c.field for c in conflict.value.clashes] == ["phone"]


def _clashing() -> None:
    raise Conflict("changed", "", (clash("phone", "1", "2"), clash("place", None, BERLIN)))


# Customers


def test_changes_of_different_fields_merge(ana: Desk, ben: Desk) -> None:
    seen = ana.customer()
    ben.customers.edit(ben.customer(), {"phone": "030 111"})
    assert ana.customer().phone == "030 111"
    assert ana.customers.edit(seen, {"industry": "Steel"}) == ["industry"]
    assert (ana.customer().phone, ana.customer().industry) == ("030 111", "Steel")


@pytest.mark.parametrize("read_meanwhile", [False, True])
def test_the_same_field_is_a_conflict_with_both_values_though_the_program_read_it(
    ana: Desk, ben: Desk, read_meanwhile: bool
) -> None:
    seen = ana.customer()
    ben.customers.edit(ben.customer(), {"phone": "030 111", "email": "b@x.de"})
    if read_meanwhile:
        ana.store.refresh()
    typed = {"phone": "030 222", "email": "a@x.de", "industry": "Steel"}
    with pytest.raises(Conflict) as conflict:
        ana.customers.edit(seen, typed)
    error = conflict.value
    assert error.exit_code == 3
    assert sorted(clashes_of(conflict)) == [
        ("email", "b@x.de", "a@x.de"),
        ("phone", "030 111", "030 222"),
    ]
    for text in ("phone", "Acme", "030 111", "030 222", "run it again to overwrite theirs"):
        assert text in f"{error.title} {error.hint}"
    assert (ana.customer().phone, ana.customer().industry) == ("030 111", "")
    mine = [c for c in error.clashes if c.field == "phone"]
    edit = settled(Edit(seen, typed), error.clashes, mine)
    version = ana.store.version
    assert ana.customers.edit(edit.seen, edit.typed) == ["industry", "phone"]
    now = ana.customer()
    assert (now.phone, now.email, now.industry) == ("030 222", "b@x.de", "Steel")
    assert ana.store.version == version + 1, "one commit"


def test_a_third_change_after_the_choice_is_noticed_again(ana: Desk, ben: Desk) -> None:
    seen, typed = ana.customer(), {"phone": "030 222"}
    ben.customers.edit(ben.customer(), {"phone": "030 111"})
    with pytest.raises(Conflict) as conflict:
        ana.customers.edit(seen, typed)
    edit = settled(Edit(seen, typed), conflict.value.clashes, conflict.value.clashes)
    ben.customers.edit(ben.customer(), {"phone": "030 333"})
    with pytest.raises(Conflict) as conflict:
        ana.customers.edit(edit.seen, edit.typed)
    assert clashes_of(conflict) == [("phone", "030 333", "030 222")]


def test_keeping_theirs_everywhere_writes_nothing(ana: Desk, ben: Desk) -> None:
    seen, typed = ana.customer(), {"phone": "030 222"}
    ben.customers.edit(ben.customer(), {"phone": "030 111"})
    with pytest.raises(Conflict) as conflict:
        ana.customers.edit(seen, typed)
    edit = settled(Edit(seen, typed), conflict.value.clashes, [])
    before = ana.store.version
    assert ana.customers.edit(edit.seen, edit.typed) == []
    assert ana.store.version == before


def test_the_same_new_value_is_no_conflict(ana: Desk, ben: Desk) -> None:
    seen = ana.customer()
    ben.customers.edit(ben.customer(), {"phone": "030 111"})
    ana.customers.edit(seen, {"phone": "030 111", "industry": "Steel"})
    assert ana.customer().industry == "Steel"


def test_their_region_and_my_town_are_one_place_and_nobody_is_asked_about_it(
    ana: Desk, ben: Desk
) -> None:
    seen = ana.customer()
    ben.customers.edit(ben.customer(), {"country": "Japan"})
    ana.customers.edit(seen, {"city": ""})
    now = ana.customer()
    assert (now.city, now.country) == ("", "Japan")
    assert now.place is not None
    assert now.place.zone == "Asia/Tokyo"


def test_only_the_town_is_asked_about_and_its_place_follows_the_choice(
    ana: Desk, ben: Desk
) -> None:
    ana.customers.edit(ana.customer(), {"city": "Berlin", "country": "DE"})
    seen, typed = ana.customer(), {"city": "", "industry": "Steel"}
    ben.customers.edit(ben.customer(), {"city": "Elgin", "place": str(ELGIN_TX.geoname_id)})
    with pytest.raises(Conflict) as conflict:
        ana.customers.edit(seen, typed)
    assert clashes_of(conflict) == [("city", "Elgin", "")]
    edit = settled(Edit(seen, typed), conflict.value.clashes, [])
    ana.customers.edit(edit.seen, edit.typed)
    now = ana.customer()
    assert (now.city, now.place, now.industry) == ("Elgin", ELGIN_TX, "Steel")


def test_a_place_that_was_typed_stays_with_a_new_town(ana: Desk) -> None:
    ana.customers.edit(ana.customer(), {"city": "Elgin", "place": str(ELGIN_TX.geoname_id)})
    assert ana.customer().place == ELGIN_TX


def test_a_customer_that_was_removed_is_a_conflict_without_a_choice(ana: Desk, ben: Desk) -> None:
    seen = ana.customer()
    ben.customers.remove([ACME.id])
    for _ in range(2):  # before and after the program has read it
        with pytest.raises(Conflict, match="Acme was removed by somebody else") as conflict:
            ana.customers.edit(seen, {"phone": "1"})
        assert conflict.value.clashes == ()
        ana.store.refresh()


def test_many_conflict_by_customer_and_tags_are_added_to_theirs(ana: Desk, ben: Desk) -> None:
    seen = [ana.customer(), ana.customer(BOLT.id)]
    ben.customers.edit(ben.customer(), {"owner": "Ben", "tags": "fair"})
    with pytest.raises(Conflict) as conflict:
        ana.customers.edit_many(seen, "owner", "Ana")
    assert clashes_of(conflict) == [("owner_id", BEN.id, ANA.id)]
    assert ana.customers.edit_many(seen, "tags", "vip") == 2
    assert ana.customer().tags == ("fair", "vip")


# Meetings


def planned(desk: Desk) -> Meeting:
    start = datetime(2026, 3, 10, 9, tzinfo=UTC)
    wanted = Appointment(customer_ids=(ACME.id,), kind=MeetingKind.CALL, start_at=start)
    return desk.meetings.plan(wanted)


def seen_by(desk: Desk, meeting: Meeting) -> Meeting:
    desk.store.refresh()
    return desk.meetings.find(meeting.id)


def test_a_meeting_that_a_colleague_moved_is_not_moved_over(ana: Desk, ben: Desk) -> None:
    seen = planned(ana)
    theirs, mine = seen.start_at + timedelta(hours=1), seen.start_at + timedelta(hours=2)
    ben.meetings.move(seen_by(ben, seen), theirs)
    ana.store.refresh()
    with pytest.raises(Conflict) as conflict:
        ana.meetings.move(seen, mine)
    assert clashes_of(conflict) == [("start_at", theirs, mine)]
    edit = settled(Edit(seen, {"start_at": mine}), conflict.value.clashes, conflict.value.clashes)
    moved = ana.meetings.move(edit.seen, edit.typed["start_at"])
    assert (moved.start_at, moved.sequence) == (mine, 2), "calendars take what is above theirs"


def test_time_and_length_merge(ana: Desk, ben: Desk) -> None:
    seen = planned(ana)
    later = seen.start_at + timedelta(hours=1)
    ben.meetings.move(seen_by(ben, seen), seen.start_at, 15)
    moved = ana.meetings.move(seen, later)
    assert (moved.start_at, moved.minutes, moved.sequence) == (later, 15, 2)


@pytest.mark.parametrize("read_meanwhile", [False, True])
def test_a_cancelled_meeting_is_not_moved_though_it_was_seen_as_planned(
    ana: Desk, ben: Desk, read_meanwhile: bool
) -> None:
    seen = planned(ana)
    ben.meetings.cancel(seen_by(ben, seen))
    if read_meanwhile:
        ana.store.refresh()
    with pytest.raises(Refused, match="is cancelled and cannot be moved"):
        ana.meetings.move(seen, seen.start_at + timedelta(hours=1))
    now = ana.store.get(Meeting, seen.id)
    assert now is not None
    assert (now.state, now.start_at) == (MeetingState.CANCELLED, seen.start_at)


def test_cancelling_what_a_colleague_confirmed_asks(ana: Desk, ben: Desk) -> None:
    seen = planned(ana)
    ben.meetings.confirm(seen_by(ben, seen))
    ana.store.refresh()
    with pytest.raises(Conflict) as conflict:
        ana.meetings.cancel(seen)
    assert clashes_of(conflict) == [("state", MeetingState.CONFIRMED, MeetingState.CANCELLED)]


# Members, next steps, pauses


def test_a_member_keeps_what_was_changed_elsewhere_and_chooses_in_what_clashes(
    ana: Desk, ben: Desk
) -> None:
    seen = ana.workspace.member
    elsewhere = Desk(ana.store.path, "Ana")
    elsewhere.members.introduce({"email": "ana@new.de", "calls_a_day": "7"})
    ana.store.refresh()
    typed = {"calls_a_day": "3", "city": "Berlin"}
    with pytest.raises(Conflict) as conflict:
        ana.members.introduce(typed, seen)
    assert clashes_of(conflict) == [("calls_a_day", 7, 3)]
    edit = settled(Edit(seen, typed), conflict.value.clashes, [])
    now = ana.members.introduce(edit.typed, edit.seen)
    assert (now.email, now.calls_a_day, now.city) == ("ana@new.de", 7, "Berlin")
    assert now.place == BERLIN


def test_two_next_steps_of_one_touchpoint_conflict(ana: Desk, ben: Desk) -> None:
    logged = ana.touchpoints.log(Talk(customer_ids=(ACME.id,)))
    ben.store.refresh()
    call = NextStep.MEETING
    ben.touchpoints.decide_next_step(logged, call)
    ana.store.refresh()
    ana.touchpoints.decide_next_step(logged, call)  # the same is no conflict
    with pytest.raises(Conflict):
        ana.touchpoints.decide_next_step(logged, NextStep.NONE_NEEDED)
    assert ana.store.get(Touchpoint, logged.id).next_step == call  # type: ignore[union-attr]


def test_a_pause_with_another_why_conflicts_with_the_one_that_was_seen(
    ana: Desk, ben: Desk
) -> None:
    seen = ana.customer()
    ben.decisions.pause(ACME.id, "they restructure")
    ana.store.refresh()
    with pytest.raises(Conflict) as conflict:
        ana.decisions.pause(ACME.id, "they move", seen=seen)
    assert clashes_of(conflict) == [("status_note", "they restructure", "they move")]
    ana.decisions.pause(ACME.id, "they move")
    assert ana.customer().status_note == "they move"


def test_changes_that_services_work_out_carry_nothing_that_was_seen() -> None:
    workspace = make_workspace()
    customers = Customers(workspace, Standings(workspace))
    store = workspace.store
    acme = customers.add("Acme", {"city": "Berlin", "phone": "1"})
    customers.edit(acme, {"city": "", "country": "Japan", "phone": "2"})
    changes: list[Change] = store.commits[-1][1]  # type: ignore[attr-defined]
    own = next(c for c in changes if isinstance(c, Patch) and c.id == acme.id)
    assert set(own.fields) == {"city", "country", "place", "phone"}
    assert own.was == {"city": "Berlin", "country": "", "phone": "1"}

"""Who waits for an answer, and who has been told: written once, undone at once, never over somebody else's word."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.day import ItemState
from outreach_tui.domain.day_list import SuggestionKind
from outreach_tui.domain.feedback import Feedback, FeedbackSort, FeedbackState, Told
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Put, Record, Remove
from outreach_tui.domain.touchpoint import Direction, Outcome, TouchpointKind
from outreach_tui.errors import Conflict, NotFound, Refused
from outreach_tui.services.touchpoints import Talk

TODAY = date(2026, 3, 3)
ANA = Member(id="m-ana", name="Ana", zone="Europe/Berlin", calls_a_day=5, introduced=True)
BEN = Member(id="m-ben", name="Ben", zone="Europe/Berlin", calls_a_day=5, introduced=True)
ACME = Customer(id="c-acme", name="Acme", country="Germany", city="Berlin", phone="+49 30 000")
MARIA = Contact(id="p-maria", name="Maria", employments=(Employment(customer_id="c-acme"),))
TOM = Contact(id="p-tom", name="Tom", employments=(Employment(customer_id="c-acme"),))
ASKED = Feedback(
    id="f-asked", customer_id="c-acme", words="PDF?", on=date(2026, 2, 20),
    sort=FeedbackSort.QUESTION, contact_id="p-maria",
)  # fmt: skip
DONE = Feedback(
    id="f-done", customer_id="c-acme", words="labels", on=date(2026, 2, 2),
    state=FeedbackState.DONE, state_on=date(2026, 2, 27), contact_id="p-maria",
)  # fmt: skip
HEARD = Feedback(id="f-heard", customer_id="c-acme", words="boxes", on=date(2026, 2, 2))


def program(path: Path, who: str = "Ana") -> Services:
    return Services(file=str(path), member=who, today=TODAY)


@pytest.fixture
def ana(tmp_path: Path) -> Services:
    services = program(tmp_path / "team.json")
    records: list[Record] = [ANA, BEN, ACME, MARIA, TOM, ASKED, DONE, HEARD]
    services.store.commit("began", [Put(r) for r in records], member_id=None)
    return services


def said(services: Services, id_: str) -> Feedback:
    found = services.store.get(Feedback, id_)
    assert found is not None
    return found


def owed(services: Services) -> list[str]:
    return [o.feedback_id for o in services.store.rows()["c-acme"].owed]


def last(services: Services) -> str:
    commit = services.store.newest()
    assert commit is not None
    return commit.did


def test_a_question_is_answered_today_by_me_to_who_asked(ana: Services) -> None:
    assert owed(ana) == ["f-done", "f-asked"]
    assert [c.id for c in ana.day_plans.today().commitments] == ["f-asked"]
    gives = ana.store.rows()["c-acme"].gives
    ana.answers.tell(["f-asked"])
    assert said(ana, "f-asked").told == (
        Told(on=TODAY, customer_id="c-acme", contact_id="p-maria", member_id="m-ana"),
    )
    assert last(ana) == "answered Maria of Acme: 'PDF?'"
    assert owed(ana) == ["f-done"]
    assert ana.day_plans.today().commitments == ()
    assert ana.store.rows()["c-acme"].gives == gives + 1


def test_several_are_told_in_one_commit_that_one_undo_takes_back(ana: Services) -> None:
    ana.answers.tell(["f-done", "f-asked"], contact_id="p-tom")
    assert last(ana) == "told Tom of Acme about 'labels' and 'PDF?'"
    assert {said(ana, id_).told[0].contact_id for id_ in ("f-done", "f-asked")} == {"p-tom"}
    assert owed(ana) == []
    ana.workspace.undo()
    assert owed(ana) == ["f-done", "f-asked"]
    assert said(ana, "f-done").told == ()
    ana.workspace.redo()
    assert owed(ana) == []


def test_without_a_person_the_customer_is_named(ana: Services) -> None:
    nobodys = msgspec.structs.replace(DONE, id="f-nobodys", contact_id=None)
    ana.workspace.commit("put", [Put(nobodys)])
    ana.answers.tell(["f-nobodys"])
    assert last(ana) == "told Acme about 'labels'"
    assert said(ana, "f-nobodys").told[0].contact_id is None


@pytest.mark.parametrize(
    ("id_", "title"),
    [
        ("f-asked", "they were told about 'PDF?' on Tue 3 Mar 2026"),
        ("f-heard", "nothing is owed to them about 'boxes'"),
    ],
)
def test_nobody_is_told_twice_nor_of_what_nobody_decided(
    ana: Services, id_: str, title: str
) -> None:
    ana.answers.tell(["f-asked"])
    version = ana.store.version
    with pytest.raises(Refused) as refused:
        ana.answers.tell(["f-done", id_])
    assert refused.value.title == title
    assert ana.store.version == version
    assert owed(ana) == ["f-done"], "all or nothing"


def test_what_was_removed_is_not_found(ana: Services) -> None:
    ana.workspace.commit("removed", [Remove(Feedback, "f-asked")])
    with pytest.raises(NotFound, match="no longer on file"):
        ana.answers.tell(["f-asked"])


def test_who_told_them_first_stays_and_the_other_is_told_so(ana: Services) -> None:
    ben = program(ana.path, "Ben")
    assert owed(ben) == ["f-done", "f-asked"]
    ana.answers.tell(["f-asked"])
    with pytest.raises(Conflict) as conflict:
        ben.answers.tell(["f-done", "f-asked"])
    assert conflict.value.title == "somebody else has told them meanwhile"
    assert conflict.value.clashes == ()
    ben.store.refresh()
    assert [t.member_id for t in said(ben, "f-asked").told] == ["m-ana"]
    assert owed(ben) == ["f-done"]
    ben.answers.tell(["f-done"])


def test_a_talk_tells_them_in_the_same_commit_on_its_own_day(ana: Services) -> None:
    talk = Talk(
        customer_ids=("c-acme",),
        contact_ids=("p-tom",),
        at=ana.workspace.now - timedelta(days=1),
        told=("f-done", "f-asked", "f-heard", "f-gone"),
    )
    touchpoint = ana.touchpoints.log(talk)
    assert said(ana, "f-done").told == (
        Told(
            on=TODAY - timedelta(days=1), customer_id="c-acme", contact_id="p-tom",
            member_id="m-ana", touchpoint_id=touchpoint.id,
        ),
    )  # fmt: skip
    assert said(ana, "f-heard").told == (), "nothing was decided"
    assert last(ana) == "logged a call with Acme, told them about 'labels' and 'PDF?'"
    ana.workspace.undo()
    assert owed(ana) == ["f-done", "f-asked"]


@pytest.mark.parametrize(
    ("fields", "could"),
    [
        ({}, ["f-done", "f-asked"]),
        ({"direction": Direction.IN}, ["f-done", "f-asked"]),
        ({"kind": TouchpointKind.EMAIL}, ["f-done", "f-asked"]),
        ({"kind": TouchpointKind.POST}, ["f-done", "f-asked"]),
        ({"kind": TouchpointKind.EMAIL, "direction": Direction.IN}, []),
        ({"kind": TouchpointKind.NOTE}, []),
        ({"kind": TouchpointKind.INVOICE}, []),
        ({"outcome": Outcome.NO_ANSWER}, []),
        ({"days": 5}, ["f-asked"]),
        ({"days": 20}, []),
    ],
)
def test_they_can_be_told_where_we_speak_or_write_and_of_what_was_known_by_then(
    ana: Services, fields: dict[str, object], could: list[str]
) -> None:
    at = ana.workspace.now - timedelta(days=int(str(fields.pop("days", 0))))
    talk = msgspec.structs.replace(Talk(customer_ids=("c-acme",), at=at), **fields)
    assert [o.feedback_id for o in ana.touchpoints.could_tell(talk)] == could


def test_the_card_of_a_frozen_list_is_done_once_they_know_whoever_told_them(ana: Services) -> None:
    ana.answers.tell(["f-asked"])
    ana.workspace.commit("began the day", ana.day_plans.freezing())
    [item] = ana.day_plans.today().items
    assert (item.suggestion.kind, item.state) == (SuggestionKind.TELL_BACK, ItemState.WAITING)
    ben = program(ana.path, "Ben")
    ben.answers.tell(["f-done"])
    ana.store.refresh()
    day = ana.day_plans.today()
    assert [(i.state, i.by) for i in day.items] == [(ItemState.TOLD, "Ben")]
    assert (day.done, day.waiting) == (1, 0)
    ben.workspace.undo()
    ana.store.refresh()
    assert ana.day_plans.today().items[0].state is ItemState.WAITING


def test_the_card_does_not_come_back_once_they_know(ana: Services) -> None:
    kinds = (SuggestionKind.TELL_BACK, SuggestionKind.ANSWER)
    for days in (7, 14, 30):
        later = Services(file=str(ana.path), member="Ana", today=TODAY + timedelta(days=days))
        assert [i.suggestion.kind in kinds for i in later.day_plans.today().items] == [True]
    ana.answers.tell(["f-done", "f-asked"])
    for days in (7, 14, 30):
        later = Services(file=str(ana.path), member="Ana", today=TODAY + timedelta(days=days))
        assert not any(i.suggestion.kind in kinds for i in later.day_plans.today().items)

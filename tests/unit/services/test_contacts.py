"""People: what may be typed, twins, and moves that keep the history."""

from datetime import date
from pathlib import Path

import pytest

from outreach_tui.bootstrap import Services, sample_services
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.group_event import GroupEvent, Invitation
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.record import Patch, Put
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.errors import BadInput, Conflict, Refused
from outreach_tui.services.touchpoints import Talk
from outreach_tui.services.typed_values import Told, read_phones

TODAY = date(2026, 11, 25)


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return sample_services(tmp_path, TODAY)


@pytest.fixture
def here(services: Services) -> Customer:
    return services.customers.add("Kaffeehaus Blum", {"city": "Graz", "country": "Austria"})


@pytest.fixture
def there(services: Services) -> Customer:
    return services.customers.add("Rösterei Nord", {"city": "Kiel", "country": "Germany"})


def test_every_field_is_read_and_unusual_values_are_kept(
    services: Services, here: Customer
) -> None:
    person = services.contacts.add(
        here,
        {
            "name": "Eva Blum", "role": "owner", "phone": "0316 1234, ask for Eva; 0664 1234567",
            "email": "o'neill+x@sub.example.co.uk", "handles": "Signal: @eva; telegram: eva",
            "channel": "Phone", "language": "German", "zone": "Lisbon", "good_hours": "when it rains",
            "birthday": "29 feb", "diet": "no nuts", "access_needs": "a ramp", "do_not_contact": "yes",
        },
    )  # fmt: skip
    assert person.phones == ("0316 1234, ask for Eva", "0664 1234567")
    assert person.emails == ("o'neill+x@sub.example.co.uk",)
    assert person.handles == {"signal": "@eva", "telegram": "eva"}
    assert (person.preferred_channel, person.zone) == ("call", "Europe/Lisbon")
    assert person.birthday == date(1604, 2, 29)
    assert person.do_not_contact
    assert person.customer_ids == (here.id,)


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("name", "  ", "a person needs a name"),
        ("email", "eva", "there is no @ in it"),
        ("email", "eva@localhost", "is no e-mail address"),
        ("birthday", "31.02.", "not a day of the calendar"),
        ("zone", "Qqqqville", "no time zone is known"),
        ("handles", "@eva", "which service"),
        ("do_not_contact", "perhaps", "neither yes nor no"),
        ("shoe_size", "40", "no field"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    services: Services, here: Customer, field: str, text: str, why: str
) -> None:
    before = services.store.newest()
    with pytest.raises(BadInput, match=why) as refused:
        services.contacts.add(here, {"name": "Eva", field: text})
    assert refused.value.hint
    assert services.store.newest() == before


def test_each_field_is_told_about_on_its_own_and_a_doubt_does_not_stop(
    services: Services, here: Customer
) -> None:
    told = services.contacts.told(
        {"name": "Eva", "emails": "x", "phones": "12", "preferred_channel": "owl"}, here
    )
    assert {field: said.wrong for field, said in told.items()} == {
        "emails": True, "phones": False, "preferred_channel": False,
    }  # fmt: skip
    assert told["phones"] == Told("12 is too short for a telephone number", "kept as typed")
    assert services.contacts.add(here, {"name": "Eva", "phones": "12"}).phones == ("12",)


def test_a_twin_at_the_same_customer_is_refused_unless_the_role_tells_them_apart(
    services: Services, here: Customer, there: Customer
) -> None:
    services.contacts.add(here, {"name": "Eva Blum", "role": "owner"})
    with pytest.raises(Refused, match="Eva Blum of Kaffeehaus Blum is on file already"):
        services.contacts.add(here, {"name": "eva blum"})
    assert services.contacts.told({"name": "EVA BLUM"}, here)["name"].wrong
    services.contacts.add(here, {"name": "Eva Blum", "role": "apprentice"})
    services.contacts.add(there, {"name": "Eva Blum"})


def test_a_move_ends_the_old_employment_and_keeps_what_was_said(
    services: Services, here: Customer, there: Customer
) -> None:
    eva = services.contacts.add(here, {"name": "Eva Blum", "phone": "0316 1234"})
    talk = services.touchpoints.log(Talk(customer_ids=(here.id,), contact_ids=(eva.id,)))
    on = date(2026, 11, 1)
    moved = services.contacts.move(eva, to=there, on=on)
    assert moved.employments == (
        Employment(customer_id=here.id, to_on=on),
        Employment(customer_id=there.id, from_on=on),
    )
    assert services.store.get(Touchpoint, talk.id) == talk
    old, new = services.customers.brief(here.id), services.customers.brief(there.id)
    assert (old.contacts, old.former) == ((), (moved,))
    assert new.contacts == (moved,)
    assert new.employers == {here.id: here.name, there.id: there.name}
    assert services.customers.standing(here.id).facts.contact_left_on == on
    assert services.customers.standing(there.id).facts.phone == "0316 1234"
    services.workspace.undo()
    assert services.contacts.get(eva.id) == eva
    assert services.customers.brief(here.id).contacts == (eva,)


def test_who_comes_back_has_worked_there_twice(
    services: Services, here: Customer, there: Customer
) -> None:
    eva = services.contacts.add(here, {"name": "Eva Blum"})
    away = services.contacts.move(eva, to=there, on=date(2025, 1, 1))
    back = services.contacts.move(away, to=here, on=date(2026, 1, 1))
    assert back.customer_ids == (here.id,)
    assert [e.to_on for e in back.employments] == [date(2025, 1, 1), date(2026, 1, 1), None]


def test_a_person_can_go_to_a_company_that_is_no_customer(
    services: Services, here: Customer
) -> None:
    eva = services.contacts.add(here, {"name": "Eva Blum"})
    gone = services.contacts.move(eva, company="Elsewhere Ltd")
    assert gone.customer_ids == ()
    assert gone.employments[-1] == Employment(company="Elsewhere Ltd", from_on=TODAY)


def test_moves_that_cannot_be_are_refused(
    services: Services, here: Customer, there: Customer
) -> None:
    move = services.contacts.move
    eva = services.contacts.add(here, {"name": "Eva Blum"})
    with pytest.raises(Refused, match="works at Kaffeehaus Blum already"):
        move(eva, to=here)
    with pytest.raises(Refused, match="has not come yet"):
        move(eva, to=there, on=date(2027, 1, 1))
    with pytest.raises(Refused, match="where to"):
        move(eva)
    with pytest.raises(Refused, match="does not work at Rösterei Nord"):
        move(eva, company="X", leaves=there)
    moved = move(eva, to=there, on=date(2026, 6, 1))
    with pytest.raises(Refused, match="came to Rösterei Nord only on 2026-06-01"):
        move(moved, to=here, on=date(2026, 5, 1))


def test_who_works_at_several_leaves_the_one_that_is_named(
    services: Services, here: Customer, there: Customer
) -> None:
    eva = services.contacts.add(here, {"name": "Eva Blum"})
    both = services.contacts.move(eva, to=there)
    both = services.contacts.move(both, to=here)
    ended = tuple(
        e if e.to_on is None else Employment(customer_id=there.id) for e in both.employments[1:]
    )
    services.workspace.commit("both", [Patch(Contact, eva.id, {"employments": ended})])
    both = services.contacts.get(eva.id)
    with pytest.raises(Refused, match="works at several"):
        services.contacts.move(both, company="X")
    moved = services.contacts.move(both, company="X", leaves=there)
    assert moved.customer_ids == (here.id,)


def test_a_colleague_who_moved_or_edited_them_meanwhile_is_a_conflict(
    services: Services, here: Customer, there: Customer
) -> None:
    eva = services.contacts.add(here, {"name": "Eva Blum"})
    services.contacts.edit(eva, {"role": "owner", "diet": "vegan"})
    with pytest.raises(Conflict, match="role of Eva Blum"):
        services.contacts.edit(eva, {"role": "boss"})
    assert services.contacts.edit(eva, {"language": "German"}) == ["language"]
    services.contacts.move(eva, to=there)
    with pytest.raises(Conflict, match="where Eva Blum works"):
        services.contacts.move(eva, company="X")
    with pytest.raises(Conflict, match="removed"):
        services.customers.remove([here.id, there.id])
        services.contacts.edit(eva, {"role": "boss"})


def test_a_comma_separates_numbers_and_not_what_belongs_to_one() -> None:
    assert read_phones("030 123; 040 222,") == ("030 123", "040 222")
    assert read_phones("030 123, ext 5, 040 222") == ("030 123, ext 5", "040 222")


def test_a_customer_who_is_deleted_leaves_introductions_and_events(
    services: Services, here: Customer, there: Customer
) -> None:
    both = tuple(Invitation(customer_id=c.id) for c in (here, there))
    new = services.workspace.ids.new
    services.workspace.commit(
        "brought them together",
        [
            Put(Introduction(id=new(), customer_ids=(here.id, there.id))),
            Put(GroupEvent(id=new(), meeting_id=new(), invitations=both)),
        ],
    )
    services.customers.remove([there.id])
    assert services.store.all(Introduction) == []
    (event,) = services.store.all(GroupEvent)
    assert event.customers() == {here.id}
    assert services.store.rows()[here.id].met == ()

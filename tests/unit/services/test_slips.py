"""Slips of busy people: what is refused, and what is found all the same."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from outreach_tui.bootstrap import Services, sample_services
from outreach_tui.domain.meeting import MeetingKind
from outreach_tui.errors import Refused
from outreach_tui.services.customers import Filter
from outreach_tui.services.meetings import Appointment


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return sample_services(tmp_path, date(2026, 11, 25))


def test_a_meeting_in_the_year_9999_is_a_slip(services: Services) -> None:
    customer = services.customers.find("Dachsbräu")
    start = services.workspace.now + timedelta(days=4000)
    wanted = Appointment(customer_ids=(customer.id,), kind=MeetingKind.CALL, start_at=start)
    with pytest.raises(Refused, match="more than 10 years ahead"):
        services.meetings.plan(wanted)


def test_a_customer_of_the_same_name_is_refused_unless_the_towns_differ(services: Services) -> None:
    with pytest.raises(Refused, match="on file already"):
        services.customers.add("dachsbrau", {})
    services.customers.add("Dachsbräu", {"city": "Graz", "country": "Austria"})


def test_a_name_of_signs_only_is_found(services: Services) -> None:
    added = services.customers.add("[/]", {"city": "Graz", "country": "Austria"})
    assert services.customers.find("[/]").id == added.id
    found = services.customers.listing(Filter(search="[/"))
    assert [s.customer_id for s in found] == [added.id]


def test_mine_are_also_those_that_nobody_owns(services: Services) -> None:
    me = services.workspace.member.id
    strict = services.customers.listing(Filter(owner_id=me))
    mine = services.customers.listing(Filter(owner_id=me, or_nobodys=True))
    owners = {s.facts.owner_id for s in mine}
    assert owners == {me, None}
    assert len(mine) > len(strict) > 0


def test_who_does_not_fit_the_calls_a_day_is_counted(services: Services) -> None:
    five = services.day_plans.today()
    member = services.members.introduce({"name": "Ana", "calls_a_day": "2"})
    two = services.day_plans.today(member)
    assert two.more == five.more + 3


def test_who_was_made_from_the_systems_user_has_not_said_who_they_are(tmp_path: Path) -> None:
    services = Services(file=str(tmp_path / "new.json"))
    services.customers.add("Acme", {})
    assert not services.members.introduced
    services.members.introduce({"name": "Bea", "calls_a_day": "3"})
    assert services.members.introduced

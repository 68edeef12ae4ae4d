"""Plans and the card of a customer keep the free days of both sides."""

from datetime import date

import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place
from outreach_tui.places.holidays import Holidays
from outreach_tui.services.customers import Customers
from outreach_tui.services.meetings import Meetings
from outreach_tui.services.standings import Standings

VIENNA = Place(zone="Europe/Vienna", name="Vienna", region="Vienna", country="AT")
BERLIN = Place(zone="Europe/Berlin", name="Berlin", region="Berlin", country="DE")
CUSTOMER = Customer(id="c1", name="Ernst Handel", place=VIENNA)
MEMBER = Member(id="m1", name="Kim", zone="Europe/Berlin", place=BERLIN, city="Berlin")


@pytest.mark.parametrize(
    ("today", "planned"),
    [
        ("2026-03-04", "2026-03-05"),
        ("2026-04-30", "2026-05-04"),  # 1 May, then a weekend, in both countries
        ("2026-01-05", "2026-01-07"),  # Epiphany in Vienna only
        ("2026-10-02", "2026-10-05"),  # 3 October is a Saturday
        ("2026-03-06", "2026-03-09"),  # 8 March, Women's Day in Berlin, is a Sunday
        ("2027-03-05", "2027-03-09"),  # and a Monday in 2027: we do not work
    ],
)
def test_the_next_free_time_is_on_a_day_on_which_both_work(today: str, planned: str) -> None:
    workspace = make_workspace(MemoryStore([CUSTOMER, MEMBER]), today=date.fromisoformat(today))
    found = Meetings(workspace, Holidays()).next_free("c1", 30)
    assert found.date() == date.fromisoformat(planned)


def test_why_a_customer_is_not_suggested_names_the_holiday() -> None:
    workspace = make_workspace(MemoryStore([CUSTOMER, MEMBER]), today=date(2026, 1, 6))
    left = Customers(workspace, Standings(workspace), Holidays()).barred("c1")
    assert left is not None
    assert "Epiphany" in left.reason
    assert left.next_on == date(2026, 1, 7)

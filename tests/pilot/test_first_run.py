"""The first run: who are you, then the first customer, a spreadsheet or the demo."""

import os
from pathlib import Path

from textual.widgets import Input

from outreach_tui.bootstrap import Services
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.today import TodayScreen
from pilot.playing import Stage, playing
from terminal import terminal


async def skip(stage: Stage) -> None:
    """Leave the first question unanswered."""
    await stage.at(FillForm)
    await stage.press("escape")
    await stage.at(TodayScreen)


async def test_it_asks_once_who_is_there_and_refuses_what_makes_no_sense(empty: Services) -> None:
    async with playing(empty) as stage:
        await stage.at(FillForm)
        assert stage.title == "Welcome to outreach"
        for field, typed, said in (
            ("name", "", "your name is missing"),
            ("email", "nobody", "is no e-mail address"),
            ("city", "Qqqqville", "Qqqqville"),
            ("calls_a_day", "many", "'many' calls a day cannot be planned"),
            ("calls_a_day", "0", "'0' calls a day cannot be planned"),
        ):
            await stage.fill(
                **{"name": "Ida", "email": "", "city": "", "calls_a_day": "3", field: typed}
            )
            await stage.press("enter")
            assert isinstance(stage.app.screen, FillForm)
            assert said in stage.understood
        await stage.fill(
            name="Ida", email="ida@example.com", city="Lisbon, Portugal", calls_a_day="4"
        )
        assert "Europe/Lisbon" in stage.understood
        await stage.press("enter")
        await stage.at(TodayScreen)
        [member] = stage.all(Member)
        assert (member.name, member.email, member.zone, member.calls_a_day) == (
            "Ida", "ida@example.com", "Europe/Lisbon", 4,
        )  # fmt: skip
        assert "· Ida" in stage.text
    async with playing(Services(file=str(empty.path), clock=empty.clock)) as stage:
        await stage.pilot.pause(0.1)
        assert isinstance(stage.app.screen, TodayScreen)


async def test_the_city_is_completed_and_what_is_taken_is_understood(empty: Services) -> None:
    async with playing(empty) as stage:
        form = await stage.at(FillForm)
        await stage.fill(name="Ida", calls_a_day="3")
        form.query_one("#field-city", Input).focus()
        await stage.type_in("Berl")
        assert "Berlin, Berlin, Germany" in stage.text
        assert stage.understood == ""
        await stage.press("down", "enter")
        assert form.query_one("#field-city", Input).value == "Berlin, Berlin, Germany"
        assert "Europe/Berlin" in stage.understood
        await stage.press("enter")
        await stage.at(TodayScreen)
        [member] = stage.all(Member)
        assert (member.city, member.zone) == ("Berlin, Berlin, Germany", "Europe/Berlin")


async def test_a_city_that_is_cut_short_names_the_largest_it_may_be_first(empty: Services) -> None:
    async with playing(empty) as stage:
        await stage.at(FillForm)
        await stage.fill(name="Ida", city="Berl")
        assert "write for example Berlin, Berlin, DE; " in " ".join(stage.understood.split())


async def test_it_offers_three_calls_a_day_and_what_is_on_file_where_something_is(
    empty: Services,
) -> None:
    async with playing(empty) as stage:
        form = await stage.at(FillForm)
        assert form.query_one("#field-calls_a_day", Input).value == "3"
    empty.customers.add("Written by a command", {})
    async with playing(Services(file=str(empty.path), clock=empty.clock)) as stage:
        form = await stage.at(FillForm)
        assert form.query_one("#field-calls_a_day", Input).value == "3"
    empty.settings.change({"calls-a-day": "10"})
    async with playing(empty) as stage:
        form = await stage.at(FillForm)
        assert form.query_one("#field-calls_a_day", Input).value == "10"
        await stage.fill(name="Ida")
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert [m.calls_a_day for m in stage.all(Member)] == [10]


async def test_escape_skips_and_the_welcome_says_how_to_begin(empty: Services) -> None:
    async with playing(empty) as stage:
        await skip(stage)
        assert not empty.path.exists()
        card = stage.pane("#card")
        for words in (
            "I import lists of customers",
            "+ add a customer by hand",
            "v look at the demo",
            "? all keys",
        ):
            assert words in card
        for key in ("enter", "j", "p", "a", "s", "x", "z", "w", "l", "e", "space", "E", "d", "m"):
            await stage.press(key)
            await stage.press("escape")
        assert isinstance(stage.app.screen, TodayScreen)
        await stage.press("2")
        await stage.at(CustomersScreen)
        assert "look at the demo" in stage.text
        await stage.press("enter")
        assert stage.toasts[-1] == ": I imports a spreadsheet, + adds a customer."


async def test_plus_adds_the_first_customer_who_is_on_todays_list_at_once(empty: Services) -> None:
    async with playing(empty) as stage:
        await skip(stage)
        await stage.press("plus")
        await stage.at(FillForm)
        await stage.fill(
            name="Alfreds Futterkiste", contact="Maria Anders", phone="030-0074321", city="Berlin"
        )
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert "Alfreds Futterkiste" in stage.current
        assert "Maria Anders" in stage.pane("#card")
        assert [member.name for member in stage.all(Member)] == ["Kim"]
        await stage.press("comma")
        await stage.at(Choose)
        assert "3 calls a day" in stage.words  # as the form had offered that was left
        await stage.press("escape")
        await stage.press("u")
        await stage.until(lambda: not stage.all(Customer))
        assert "Bring your customers in" in stage.pane("#card")


async def test_v_leaves_for_the_demo_only_while_there_is_no_customer(
    empty: Services, sample: Services
) -> None:
    async with playing(empty) as stage:
        await skip(stage)
        await stage.press("v")
        assert stage.app._exit
        assert stage.app.return_value == "demo"
    async with playing(sample) as stage:
        await stage.press("v")
        assert not stage.app._exit


def test_the_demo_plays_on_the_day_that_was_asked_for(tmp_path: Path) -> None:
    environment = {
        "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "TERM": "xterm-256color", "LANG": "C.UTF-8",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "TEXTUAL_ANIMATIONS": "none",
    }  # fmt: skip
    asked = ("-m", "outreach_tui", "--today", "2027-03-03", "--file", str(tmp_path / "new.json"))
    with terminal(environment, asked) as shown:
        shown.until("Welcome to outreach")
        shown.type("\x1b")
        shown.until("demo")
        shown.type("v")
        shown.until("Wed 3 Mar")
        shown.type("q")
        assert shown.end() == 0

"""The first run: who are you, then the first customer, a spreadsheet or the demo."""

from pathlib import Path

from textual.widgets import Input

from outreach_tui.bootstrap import Services
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.today import TodayScreen
from pilot.playing import Stage, playing

NORTHWIND = Path(__file__).parents[1] / "data" / "northwind"


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


async def test_it_offers_three_calls_a_day_and_what_is_on_file_where_something_is(
    empty: Services,
) -> None:
    async with playing(empty) as stage:
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
            "I import a spreadsheet",
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


async def test_an_import_shows_what_it_would_do_asks_for_towns_and_is_taken_back_with_u(
    empty: Services,
) -> None:
    async with playing(empty) as stage:
        await skip(stage)
        await stage.press("I")
        await stage.at(FillForm)
        for typed in ("", "~nobody-of-that-name/x.csv", "/nowhere.csv", "x" * 5000):
            await stage.fill(path=typed)
            await stage.press("enter")
            assert isinstance(stage.app.screen, FillForm)
        await stage.fill(path=str(NORTHWIND / "customers.csv"))
        assert "customers.csv, 11 kB" in stage.understood
        await stage.press("enter")
        await stage.at(Choose)
        assert stage.title == "Import?"
        assert "customers.csv: customers; 91 new" in stage.words
        assert "yes, import 91 rows" in stage.words
        await stage.press("y")
        asked = 0
        while True:
            await stage.until(
                lambda: (
                    len(stage.all(Customer)) == 91
                    or (
                        isinstance(stage.app.screen, Choose)
                        and stage.title.startswith("Which town?")
                    )
                )
            )
            if len(stage.all(Customer)) == 91:
                break
            asked += 1
            assert stage.title.startswith(f"Which town? {asked} of ")
            await stage.press("1" if asked == 1 else "s")
            await stage.pilot.pause(0.05)
        await stage.at(TodayScreen)
        assert asked
        assert "u takes the whole import back." in stage.toasts[-1]
        assert stage.current
        await stage.press("u")
        await stage.at(Choose)
        assert "imported customers.csv" in stage.words
        await stage.press("y")
        await stage.until(lambda: not stage.all(Customer))


async def test_an_import_that_is_declined_leaves_everything_as_it_is(empty: Services) -> None:
    async with playing(empty) as stage:
        await skip(stage)
        await stage.press("I")
        await stage.fill(path=str(NORTHWIND / "customers.csv"))
        await stage.press("enter")
        await stage.at(Choose)
        await stage.press("n")
        await stage.at(TodayScreen)
        assert not stage.all(Customer)


async def test_a_file_that_is_no_list_is_refused_with_a_toast(
    empty: Services, scratch: Path
) -> None:
    (scratch / "picture.csv").write_bytes(bytes(range(256)))
    async with playing(empty) as stage:
        await skip(stage)
        await stage.press("I")
        await stage.fill(path=str(scratch / "picture.csv"))
        await stage.press("enter")
        await stage.until(lambda: stage.toasts or isinstance(stage.app.screen, Choose))
        assert stage.app.is_running


async def test_a_folder_of_vcards_and_a_calendar_come_in_by_the_same_key(
    empty: Services, scratch: Path
) -> None:
    calendar = scratch / "past.ics"
    calendar.write_text(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:u1\nSUMMARY:Labels\n"
        "DTSTART:20260305T090000Z\nDURATION:PT1H\nATTENDEE:mailto:john.doe@ibm.com\n"
        "END:VEVENT\nEND:VCALENDAR\n",
        encoding="utf-8",
    )
    async with playing(empty) as stage:
        await skip(stage)
        await stage.press("I")
        await stage.at(FillForm)
        await stage.fill(path=str(NORTHWIND.parent / "vcards"))
        assert "vcards, a folder of vCards" in stage.understood
        await stage.press("enter")
        await stage.at(Choose)
        assert "vcards: cards; 7 new, 2 changed, 0 unchanged, 6 skipped" in stage.words
        await stage.press("y")
        await stage.until(lambda: len(stage.all(Customer)) == 5)
        await stage.at(TodayScreen)
        await stage.press("I")
        await stage.at(FillForm)
        await stage.fill(path=str(calendar))
        await stage.press("enter")
        await stage.at(Choose)
        assert "Held? Thu 5 Mar 2026 10:00, call with IBM (Mr. John Richter" in stage.words
        await stage.press("y")
        await stage.until(lambda: len(stage.all(Touchpoint)) == 1)

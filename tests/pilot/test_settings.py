"""Settings: who I am, and the theme."""

from outreach_tui.bootstrap import Services
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.today import TodayScreen
from pilot.playing import playing


async def test_what_was_said_about_oneself_can_be_changed_and_taken_back(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("comma")
        await stage.at(Choose)
        assert "Ana, Europe/Berlin, 5 calls a day" in stage.words
        await stage.press("m")
        await stage.at(FillForm)
        await stage.fill(calls_a_day="none")
        await stage.press("enter")
        assert "'none' calls a day cannot be planned" in stage.understood
        await stage.fill(calls_a_day="2")
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.services.workspace.member.calls_a_day == 2
        await stage.until(lambda: "of 5 done" in stage.text)
        await stage.press("u")
        await stage.until(lambda: "of 8 done" in stage.text)


async def test_the_theme_is_chosen_here_too(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("comma", "t")
        await stage.at(Choose)
        assert stage.title == "Theme"
        assert "now" in stage.current
        await stage.press("escape")
        await stage.at(TodayScreen)

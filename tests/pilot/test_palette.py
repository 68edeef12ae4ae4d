"""The palette: any customer, and every action of the screen."""

from textual.command import CommandPalette

from outreach_tui.bootstrap import Services
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.choose_source import ChooseSource
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from pilot.playing import Stage, playing


async def hits(stage: Stage) -> list[str]:
    """Return what the palette lists."""
    commands = stage.app.screen.query_one("CommandList")
    return [str(option.prompt) for option in commands.options]  # type: ignore[attr-defined]


async def test_a_customer_is_found_by_name_blind_to_accents_and_opened(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("ctrl+p")
        await stage.at(CommandPalette)
        await stage.type_in("zloty")
        await stage.until(lambda: "Piekarnia Złoty Łan" in stage.text)
        assert "Wrocław · Zofia Wójcik" in stage.text
        await stage.press("enter")
        await stage.at(CustomerScreen)
        assert "Piekarnia Złoty Łan" in stage.text.split("\n")[0]
        await stage.press("escape")
        await stage.at(TodayScreen)


async def test_all_actions_are_listed_by_what_they_do(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("slash")
        await stage.at(CommandPalette)
        await stage.until(lambda: "Change the theme" in stage.text)
        listed = await hits(stage)
        for about in (
            "Plan a meeting; with marks a block of calls in my calendar",
            "Pause, with a why; resume what is paused",
        ):
            assert about in listed
        assert not any("demo" in about for about in listed)


async def test_it_does_not_open_over_a_question_where_nothing_of_it_could_be_done(
    sample: Services,
) -> None:
    said = ": The palette opens from lists and pages; esc leaves this first."
    async with playing(sample) as stage:
        await stage.press("comma")
        await stage.at(Choose)
        await stage.press("ctrl+p")
        await stage.until(lambda: said in stage.toasts)
        assert isinstance(stage.app.screen, Choose)
        await stage.press("escape", "I")
        await stage.at(ChooseSource)
        await stage.press("ctrl+p")
        assert isinstance(stage.app.screen, ChooseSource)
        await stage.press("escape")
        await stage.at(TodayScreen)
        await stage.press("ctrl+p")
        await stage.at(CommandPalette)
        await stage.press("ctrl+p")
        assert isinstance(stage.app.screen, CommandPalette)


async def test_an_action_runs_from_the_palette(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("ctrl+p")
        await stage.type_in("snooze")
        await stage.until(lambda: "Snooze: d a day" in stage.text)
        await stage.press("enter")
        await stage.at(Choose)
        assert stage.title == "Snooze Marmeladerie Winterfeldt"


async def test_exports_are_offered_only_where_they_can_be_done(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("ctrl+p")
        await stage.at(CommandPalette)
        await stage.until(lambda: "Change the theme" in stage.text)
        assert "Export everything as JSON" in await hits(stage)
        await stage.press("escape")
        await stage.at(TodayScreen)
        await stage.go_to("Marmeladerie")
        await stage.press("l")
        await stage.at(TalkScreen)
        await stage.press("ctrl+p")
        await stage.at(CommandPalette)
        await stage.until(lambda: "Change the theme" in stage.text)
        assert not any(about.startswith("Export") for about in await hits(stage))

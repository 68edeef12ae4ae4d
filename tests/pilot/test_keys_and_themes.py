"""Keys and themes that a person chose in config.toml."""

import tomllib
from pathlib import Path

from outreach_tui.bootstrap import Services
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.today import TodayScreen
from pilot.playing import playing

THEMES = Path(__file__).parents[2] / "themes"


async def test_an_action_gets_other_keys_and_loses_its_old_one(
    sample: Services, scratch: Path
) -> None:
    (scratch / "config.toml").write_text('[keys]\n"customer.snooze" = "f5, ctrl+t"\n')
    async with playing(sample) as stage:
        assert stage.toasts == []
        await stage.go_to("Marmeladerie")
        await stage.press("s")
        assert isinstance(stage.app.screen, TodayScreen)
        for key in ("f5", "ctrl+t"):
            await stage.press(key)
            await stage.at(Choose)
            await stage.press("escape")
        await stage.press("question_mark")
        await stage.at(ReadText)
        assert "f5 or ctrl+t Snooze" in stage.pane("#text")


async def test_unknown_actions_and_clashes_are_said_in_one_toast(
    sample: Services, scratch: Path
) -> None:
    (scratch / "config.toml").write_text('[keys]\n"customer.fly" = "f5"\n"customer.note" = "s"\n')
    async with playing(sample) as stage:
        [toast] = stage.toasts
        assert toast.startswith("Keys in config.toml: there is no action 'customer.fly'")
        assert "'s' is both" in toast
        await stage.press("j")
        assert stage.rows.cursor == 2


async def test_a_chosen_theme_is_shown_and_remembered(sample: Services, scratch: Path) -> None:
    (scratch / "config.toml").write_text('# mine\nme = "Ana"\n')
    async with playing(sample) as stage:
        assert stage.app.theme == "outreach-dark"
        stage.app.action_change_theme()
        await stage.at(Choose)
        await stage.go_to("outreach-light")
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.app.theme == "outreach-light"
    text = (scratch / "config.toml").read_text()
    assert text.startswith("# mine\n")
    assert tomllib.loads(text) == {"me": "Ana", "theme": "outreach-light"}
    async with playing(Services(file=str(sample.path), clock=sample.clock)) as stage:
        assert stage.app.theme == "outreach-light"


async def test_a_broken_theme_of_the_user_is_said_once_and_the_choice_survives(
    sample: Services, scratch: Path
) -> None:
    mine = scratch / "themes"
    mine.mkdir()
    good = (THEMES / "dark.toml").read_text().replace('"outreach-dark"', '"mine"')
    (mine / "mine.toml").write_text(good.replace('"#949fac"', '"no colour [/]"'))
    (mine / "other.toml").write_text(good.replace('"mine"', '"other"'))
    (scratch / "config.toml").write_text('theme = "mine"\n')
    async with playing(sample) as stage:
        left_out, missing = stage.toasts
        assert left_out.startswith("The theme mine.toml was left out: muted:")
        assert missing == "Theme: There is no theme 'mine'."
        assert stage.app.theme == "outreach-dark"
        assert "other" in stage.app.available_themes
    assert (scratch / "config.toml").read_text() == 'theme = "mine"\n'


async def test_from_ten_on_a_choice_shows_no_number_since_no_key_types_it(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        choices = [Choice(str(number), f"town {number}", number) for number in range(1, 13)]
        chosen: list[int | None] = []
        await stage.app.push_screen(Choose("Which town?", choices), chosen.append)
        await stage.at(Choose)
        assert stage.row_text(8).split() == ["9", "town", "9"]
        assert stage.row_text(9).split() == ["town", "10"]
        await stage.press("G", "k", "k", "enter")
        await stage.at(TodayScreen)
        assert chosen == [10]

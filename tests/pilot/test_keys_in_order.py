"""Keys and pastes that come in one read act in the order in which they were typed."""

from textual import events
from textual.widgets import Input

from outreach_tui.bootstrap import Services
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from outreach_tui.widgets.note_area import NoteArea
from pilot.playing import Stage, playing


def at_once(stage: Stage, *keys: str | events.Paste) -> None:
    """Let keys come before any of them was acted on."""
    for key in keys:
        if isinstance(key, events.Paste):
            stage.app.post_message(key)
        else:
            character = " " if key == "space" else key if len(key) == 1 else None
            stage.app.post_message(events.Key(key, character))


def field(stage: Stage, selector: str) -> Input:
    return stage.app.screen.query_one(selector, Input)


async def test_in_a_form_no_letter_overtakes_a_key_that_edits(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        form = await stage.at(FillForm)
        at_once(stage, *"abc", "backspace", "backspace", *"yz", "home", *"Qü中")
        await stage.until(lambda: field(stage, "#field-name").value == "Qü中ayz")
        at_once(stage, "ctrl+u", *"abc", "left", "delete", "tab", *"Eva", "ctrl+w", *"Uwe")
        await stage.until(lambda: field(stage, "#field-contact").value == "Uwe")
        assert field(stage, "#field-name").value == "abayz"
        form.query_one("#field-city").focus()  # a field that offers what may be meant
        at_once(stage, *"Ulmx", "backspace", "home", "delete", *"W", "end", *"e")
        await stage.until(lambda: field(stage, "#field-city").value == "Wlme")


async def test_a_paste_keeps_its_place_among_keys(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        await stage.at(FillForm)
        at_once(stage, *"a", "tab", *"b", events.Paste("cd"), "backspace", *"e", "tab", *"f")
        await stage.until(lambda: field(stage, "#field-role").value == "f")
        assert field(stage, "#field-name").value == "a"
        assert field(stage, "#field-contact").value == "bce"


async def test_a_letter_after_save_is_not_saved(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        await stage.at(FillForm)
        at_once(stage, *"Zwirn", "ctrl+s", *"z", "escape")
        await stage.at(CustomersScreen)
        await stage.until(
            lambda: any(row.name == "Zwirn" for row in stage.services.store.rows().values())
        )


async def test_in_the_search_and_the_note_no_letter_overtakes(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.at(CustomersScreen)
        at_once(stage, "slash", *"lary", "backspace", *"kr", "home", *"x", "backspace", "enter")
        search = field(stage, "#search")
        await stage.until(lambda: search.value == "larkr" and stage.rows.has_focus)
        assert len(stage.row_texts) == 1
        assert "Larkrise" in stage.current
        at_once(stage, "l", *["tab"] * 4)
        at_once(stage, *"note", "backspace", *"y", "home", *">", "space", "end", "enter", *"= q")
        await stage.at(TalkScreen)
        await stage.until(lambda: stage.app.screen.query_one(NoteArea).text == "> noty\n= q")


async def test_a_key_for_the_dialog_that_the_one_before_opens_goes_there(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.at(TodayScreen)
        at_once(stage, "2", "plus", *"New one", "escape", "f", "l")
        await stage.until(lambda: "Customers · late" in stage.words)
        assert stage.row_texts
        assert all("late" in row for row in stage.row_texts)

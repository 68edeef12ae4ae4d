"""Records out from the palette, and a whole file in with the key that imports."""

import json
from pathlib import Path

from textual.command import CommandPalette

from outreach_tui.bootstrap import Services
from outreach_tui.domain.customer import Customer
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.choose_source import ChooseSource
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.review_import import ReviewImport
from outreach_tui.screens.today import TodayScreen
from pilot.playing import Stage, playing


async def choose(stage: Stage, words: str) -> None:
    """Choose an action in the palette."""
    await stage.press("ctrl+p")
    await stage.at(CommandPalette)
    await stage.type_in(words)
    await stage.until(lambda: words in stage.text)
    await stage.press("enter")
    await stage.at(FillForm)
    assert stage.title == words


async def test_customers_go_to_a_file_that_is_named_and_said(
    sample: Services, scratch: Path
) -> None:
    async with playing(sample) as stage:
        await choose(stage, "Export customers as CSV")
        assert f"A new file: {scratch}/outreach-customers-2026-11-26.csv" in stage.understood
        await stage.press("enter")
        await stage.at(TodayScreen)
        path = scratch / "outreach-customers-2026-11-26.csv"
        count = len(stage.all(Customer))
        assert stage.toasts == [f"Exported: {count} records in {path}"]
        assert path.read_bytes().count(b"\r\n") == 1 + count


async def test_a_file_that_is_there_is_replaced_only_by_a_yes(
    sample: Services, scratch: Path
) -> None:
    path = scratch / "mine.json"
    path.write_text("mine", encoding="utf-8")
    async with playing(sample) as stage:
        for answer, is_mine in (("n", True), ("escape", True), ("y", False)):
            await choose(stage, "Export everything as JSON")
            await stage.fill(path=str(path))
            assert "is there already" in stage.understood
            await stage.press("enter")
            await stage.at(Choose)
            await stage.press(answer)
            await stage.at(TodayScreen)
            assert (path.read_bytes() == b"mine") is is_mine
        assert json.loads(path.read_bytes())["meta"]["1"]["schema"] == 2


async def test_what_cannot_be_written_is_said_and_nothing_is_lost(
    sample: Services, scratch: Path
) -> None:
    async with playing(sample) as stage:
        await choose(stage, "Export contacts as CSV")
        for wrong, said in (
            ("", "Which file?"),
            (str(scratch / "no" / "c.csv"), "There is no folder"),
        ):
            await stage.fill(path=wrong)
            await stage.press("enter")
            assert said in stage.understood
        before = sample.path.read_bytes()
        await stage.fill(path=str(sample.path))
        await stage.press("enter")
        await stage.at(Choose)
        await stage.press("y")
        await stage.until(lambda: any("is the team's file" in toast for toast in stage.toasts))
        assert sample.path.read_bytes() == before


async def test_a_whole_file_comes_in_with_the_key_that_imports(
    sample: Services, empty: Services, scratch: Path
) -> None:
    path = scratch / "all.json"
    sample.exports.json_file(path, None)
    async with playing(empty) as stage:
        await stage.at(FillForm)
        await stage.press("escape")
        await stage.at(TodayScreen)
        await stage.press("I")
        await stage.at(ChooseSource)
        await stage.fill(path=str(path))
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "all.json: customers" in stage.words
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, Choose))
        await stage.until(lambda: stage.title == "Which of them are you?")
        await stage.press("escape")
        await stage.at(ReviewImport)
        assert "enter asks who you are, then imports" in stage.words
        assert not stage.all(Customer)
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, Choose))
        await stage.until(lambda: stage.title == "Which of them are you?")
        await stage.press("2")
        await stage.at(TodayScreen)
        assert stage.services.workspace.member.name == "Ben"
        assert [c.name for c in stage.all(Customer)] == [c.name for c in sample.store.all(Customer)]

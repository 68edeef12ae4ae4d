"""Answers that are owed: the talk sheet asks whether they know, and `d` on Today says so without a talk."""

from datetime import timedelta

import msgspec
import pytest
from rich.cells import cell_len

from outreach_tui.bootstrap import Services
from outreach_tui.domain.day_list import DayList
from outreach_tui.domain.feedback import Feedback, FeedbackSort
from outreach_tui.domain.record import Put
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.presentation.cards import Reading, timeline
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from pilot.playing import SMALL, TODAY, WIDE, Stage, playing

MARMELADERIE = "Marmeladerie Winterfeldt"
WISH = "the printer's menu in Polish for the night shift"
ALPKAESE, QUESTION = "answer Alpkäse", "may the film touch the cheese under the Swiss rules"


def said(stage: Stage, words: str) -> Feedback:
    [found] = [f for f in stage.all(Feedback) if f.words == words]
    return found


def owe(services: Services, *words: str) -> None:
    """Let the jam makers ask more questions."""
    wish = next(f for f in services.store.all(Feedback) if f.words == WISH)
    services.workspace.commit(
        "asked",
        [
            Put(
                msgspec.structs.replace(
                    wish,
                    id=services.workspace.ids.new(),
                    words=each,
                    on=TODAY - timedelta(days=2),
                    sort=FeedbackSort.QUESTION,
                    state=type(wish.state).HEARD,
                    state_on=None,
                )
            )
            for each in words
        ],
    )


@pytest.mark.parametrize("width", [24, 37, 38, 60])
def test_the_timeline_cuts_nothing_of_who_told_them(sample: Services, width: int) -> None:
    [wish] = [f for f in sample.store.all(Feedback) if f.words == WISH]
    sample.answers.tell([wish.id])
    workspace = sample.workspace
    who = Reading(
        workspace.now, workspace.zone, {m.id: f"{m.name} Maria" for m in workspace.members}
    )
    lines = timeline(sample.customers.brief(wish.customer_id), width, who)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert max(map(cell_len, texts)) <= width
    assert "told that it is done, Ana Maria" in " ".join(" ".join(texts).split())


async def save(stage: Stage) -> None:
    """Save a talk with the jam makers, as far as the first question."""
    await stage.go_to(f"{MARMELADERIE} ")
    await stage.press("enter")
    await stage.at(TalkScreen)
    await stage.press("ctrl+s")
    await stage.at(Choose)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_saving_a_talk_asks_whether_they_know_and_one_undo_takes_both_back(
    sample: Services, size: tuple[int, int]
) -> None:
    async with playing(sample, size) as stage:
        gives = stage.services.store.rows()[stage.customer(MARMELADERIE).id].gives
        await save(stage)
        assert stage.title == "Did you tell them?"
        assert f"You owe them an answer: “{WISH}” is done (said 24 Aug)" == stage.pane("#text")
        assert [row.split()[0] for row in stage.row_texts] == ["y", "n"]
        await stage.press("y")
        await stage.until(lambda: stage.title == "What happens next?")
        await stage.press("n")
        await stage.at(TodayScreen)
        [told] = said(stage, WISH).told
        talk = max(stage.all(Touchpoint), key=lambda t: t.id)
        assert (told.on, told.touchpoint_id, told.contact_id) == (
            TODAY, talk.id, talk.contact_ids[0],
        )  # fmt: skip
        row = stage.services.store.rows()[stage.customer(MARMELADERIE).id]
        assert row.owed == ()
        assert row.gives == gives + 2, "the talk, and the answer"
        await stage.go_to("Marmeladerie")
        assert "Tell “" not in stage.pane("#card")
        await stage.press("u")
        await stage.until(lambda: not said(stage, WISH).told)
        assert stage.services.store.get(Touchpoint, talk.id) is None


async def test_not_yet_logs_the_talk_and_keeps_what_is_owed(sample: Services) -> None:
    async with playing(sample) as stage:
        talks = len(stage.all(Touchpoint))
        await save(stage)
        await stage.press("n", "n")
        await stage.at(TodayScreen)
        assert len(stage.all(Touchpoint)) == talks + 1
        assert said(stage, WISH).told == ()


async def test_escape_goes_back_to_the_sheet_and_writes_nothing(sample: Services) -> None:
    async with playing(sample) as stage:
        talks = len(stage.all(Touchpoint))
        for keys in (("escape",), ("y", "escape")):
            await save(stage)
            await stage.press(*keys)
            await stage.at(TalkScreen)
            await stage.press("escape")
            await stage.at(TodayScreen)
        assert len(stage.all(Touchpoint)) == talks
        assert said(stage, WISH).told == ()


async def test_of_several_all_or_each_can_be_said(sample: Services) -> None:
    owe(sample, "second thing", "third thing")
    async with playing(sample) as stage:
        await save(stage)
        assert [" ".join(row.split())[:34] for row in stage.row_texts] == [
            "y yes, all of it",
            "n not yet",
            "1 “the printer's menu in Polish fo",
            "2 they wait for: second thing (24 ",
            "3 they wait for: third thing (24 N",
        ]
        await stage.press("2")
        await stage.until(lambda: stage.title == "What else did you tell them?")
        assert "nothing else" in stage.current
        assert not any("second" in row for row in stage.row_texts)
        await stage.press("1")
        await stage.until(lambda: stage.title == "What happens next?")
        await stage.press("n")
        await stage.at(TodayScreen)
        told = {
            words: bool(said(stage, words).told) for words in (WISH, "second thing", "third thing")
        }
        assert told == {WISH: True, "second thing": True, "third thing": False}
        await stage.press("u")
        await stage.until(lambda: not said(stage, WISH).told)
        assert not said(stage, "second thing").told
        await save(stage)
        await stage.press("y", "n")
        await stage.at(TodayScreen)
        assert all(said(stage, words).told for words in told)


async def test_a_note_asks_nothing(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("n")
        await stage.at(TalkScreen)
        await stage.write("a note")
        await stage.press("ctrl+s")
        await stage.at(TodayScreen)


async def test_a_question_is_answered_with_d_or_enter(sample: Services) -> None:
    async with playing(sample) as stage:
        for keys in (("d",), ("enter", "d")):
            await stage.go_to(ALPKAESE)
            await stage.press(*keys)
            await stage.until(lambda: "cheese" not in "".join(stage.row_texts))
            assert stage.toasts == [": They know. u undoes."]
            [told] = said(stage, QUESTION).told
            assert (told.on, told.contact_id) == (TODAY, said(stage, QUESTION).contact_id)
            await stage.press("u")
            await stage.until(lambda: "cheese" in "".join(stage.row_texts))


async def test_enter_on_a_question_shows_it_whole_and_talks_first(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to(ALPKAESE)
        await stage.press("enter")
        await stage.at(Choose)
        assert stage.title == "They asked"
        assert f"{QUESTION} · Alpkäse Hinterrüti" == stage.pane("#text")
        await stage.press("enter")
        await stage.at(TalkScreen)
        await stage.press("ctrl+s", "y", "n")
        await stage.at(TodayScreen)
        assert "cheese" not in "".join(stage.row_texts)
        assert said(stage, QUESTION).told[0].touchpoint_id


async def test_d_on_a_card_asks_first_and_the_line_is_done_then(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("d")
        await stage.at(Choose)
        assert f"“{WISH}” is done" in stage.pane("#text")
        await stage.press("n")
        await stage.at(TodayScreen)
        assert not stage.all(DayList)
        await stage.press("d", "enter")
        await stage.at(TodayScreen)
        assert stage.toasts == [": They know. u undoes."]
        assert said(stage, WISH).told[0].touchpoint_id is None
        assert len(stage.all(DayList)) == 1
        assert any(row.startswith("✓ Marmel") and row.endswith("told") for row in stage.row_texts)
        assert "1 of 8 done" in stage.text
        assert "Stroopwafel" in stage.current
        await stage.press("u")
        await stage.until(lambda: "0 of 8 done" in stage.text)
        assert said(stage, WISH).told == ()


async def test_what_is_done_is_on_its_card_and_in_w_and_the_reasons_are_of_the_morning(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        assert "Now" not in stage.pane("#card").split()
        await stage.press("d", "y")
        await stage.at(TodayScreen)
        await stage.go_to("Marmeladerie")
        assert "Now told Was Their wish of 24 Aug" in stage.pane("#card")
        await stage.press("w")
        await stage.at(ReadText)
        assert "Now told Was Their wish of 24 Aug" in stage.pane("#text")


async def test_who_told_them_first_is_named_and_the_other_is_told_so(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("d")
        await stage.at(Choose)
        colleague.answers.tell([said(stage, WISH).id])
        await stage.press("y")
        await stage.at(TodayScreen)
        await stage.until(
            lambda: any(
                "they were told about" in toast or "told them meanwhile" in toast
                for toast in stage.toasts
            )
        )
        await stage.until(lambda: said(stage, WISH).told)
        assert len(said(stage, WISH).told) == 1


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_words_that_look_like_markup_are_shown_as_text(
    sample: Services, size: tuple[int, int]
) -> None:
    owe(sample, "[/] [red]x[/blue]", "[bold]y [@click=app.quit]z[/]")
    async with playing(sample, size) as stage:
        await save(stage)
        assert "[/] [red]x[/blue]" in stage.words
        assert "[bold]y [@click=app.quit]z[/]" in stage.words
        await stage.press("y", "n")
        await stage.at(TodayScreen)
        await stage.press("u")
        await stage.until(lambda: any(toast.startswith("Undone") for toast in stage.toasts))
        assert "3 things" in stage.toasts[-1]
        await stage.press("H")
        await stage.until(lambda: "3 things" in stage.text)

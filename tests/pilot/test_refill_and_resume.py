"""Today: the list is refilled on request, a pause can end, and what is for one says so."""

from textual import events

from outreach_tui.bootstrap import Services
from outreach_tui.domain.customer import Status
from outreach_tui.domain.day_list import DayList
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from pilot.playing import Stage, playing

CALLS = 5


async def snooze_all_calls(stage: Stage) -> None:
    for name in ("Marmeladerie", "Stroopwafel", "Piekarnia", "Maple", "Larkrise"):
        await stage.go_to(name)
        await stage.press("space")
    await stage.press("s", "w")
    await stage.at(TodayScreen)


async def test_the_list_is_refilled_only_on_request_and_keeps_what_it_held(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.press("R")
        assert any("still open" in toast for toast in stage.toasts)
        await snooze_all_calls(stage)
        before = [row for row in stage.row_texts if row]
        held = stage.all(DayList)[0].suggestions
        await stage.press("R")
        (kept,) = stage.all(DayList)
        assert kept.suggestions[: len(held)] == held
        more = kept.suggestions[len(held) :]
        assert 0 < len(more) <= CALLS
        assert not {s.customer_id for s in more} & {s.customer_id for s in held}
        assert len(stage.row_texts) == len(before) + len(more)
        await stage.press("u")
        await stage.until(lambda: stage.all(DayList)[0].suggestions == held)


async def test_z_on_a_paused_customer_asks_whether_the_pause_is_over(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.at(CustomersScreen)
        await stage.go_to("Nordlys")
        await stage.press("z")
        await stage.at(Choose)
        assert "is paused" in stage.title
        await stage.press("y")
        await stage.at(CustomersScreen)
        assert stage.customer("Nordlys Tørfisk").status is Status.ACTIVE


async def test_what_is_for_one_customer_refuses_several_and_keeps_the_marks(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("space", "space")
        for key in ("a", "l", "z", "y"):
            await stage.press(key)
            assert isinstance(stage.app.screen, TodayScreen)
            assert any("this is for one" in toast for toast in stage.toasts)
        await stage.press("escape", "z")
        await stage.at(FillForm)


async def test_a_first_talk_from_a_customers_page_freezes_the_list(sample: Services) -> None:
    async with playing(sample) as stage:
        before = stage.row_texts
        await stage.press("2")
        await stage.at(CustomersScreen)
        await stage.go_to("Marmeladerie")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        await stage.press("enter")
        await stage.at(TalkScreen)
        await stage.press("ctrl+s", "n", "enter")
        await stage.at(CustomerScreen)
        assert len(stage.all(DayList)) == 1
        await stage.press("escape", "1")
        await stage.at(TodayScreen)
        await stage.until(lambda: any("✓" in row for row in stage.row_texts))
        assert len(stage.row_texts) == len(before)


async def test_keys_of_one_read_act_on_the_dialog_that_the_first_one_opens(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        for key in ("s", "w", "w"):
            stage.app.post_message(events.Key(key, key))
        await stage.at(ReadText)  # the second w is for the list again, and asks why
        await stage.press("escape")
        await stage.at(TodayScreen)
        assert "1 snoozed" in stage.text


async def test_a_letter_twice_answers_a_dialog_once(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("s")
        dialog = await stage.at(Choose)
        dialog.post_message(events.Key("d", "d"))
        dialog.post_message(events.Key("d", "d"))
        await stage.at(TodayScreen)
        await stage.until(lambda: "1 snoozed" in stage.text)


async def test_a_block_is_offered_when_all_are_at_work(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("space")
        await stage.go_to("Maple")
        await stage.press("space", "p")
        await stage.at(FillForm)
        # Vermont comes to work at 15:00 in Berlin.
        assert stage.understood.startswith("Thu 26 Nov 15:00, 40 minutes")
        assert "Outside" not in stage.understood


async def test_a_customer_is_deleted_from_its_page_and_comes_back_with_undo(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.at(CustomersScreen)
        await stage.go_to("Nordlys")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        await stage.press("D", "y")
        await stage.at(CustomersScreen)
        assert not any("Nordlys" in row for row in stage.row_texts)
        await stage.press("u", "y")
        await stage.until(lambda: any("Nordlys" in row for row in stage.row_texts))


async def test_a_reason_can_be_read_in_full_before_it_is_called_wrong(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("x")
        await stage.at(Choose)
        assert "you promised Marmeladerie Winterfeldt at most 90." in stage.pane("#text")
        assert "nobody told them." in stage.pane("#text")

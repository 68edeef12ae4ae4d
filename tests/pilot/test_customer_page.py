"""A customer's page: the card, the timeline, and the same keys as everywhere."""

from outreach_tui.bootstrap import Services
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from pilot.playing import WIDE, playing


async def test_the_page_shows_standing_and_what_happened(sample: Services) -> None:
    async with playing(sample, WIDE) as stage:
        await stage.press("2")
        await stage.go_to("Marmeladerie")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        card, story = stage.pane("#card"), stage.pane("#timeline")
        assert "Loyalty" in card
        assert "years + repeats + rhythm + takes part" in card
        assert "the printer's menu in Polish for the night shift" in story
        assert story.index("20 Nov") < story.index("24 Aug")


async def test_talk_plan_edit_and_snooze_work_and_come_back_here(sample: Services) -> None:
    async with playing(sample, WIDE) as stage:
        await stage.press("2")
        await stage.go_to("Marmeladerie")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        await stage.press("enter")
        await stage.at(TalkScreen)
        await stage.write("> heard just now")
        await stage.press("ctrl+s", "n", "n")
        await stage.at(CustomerScreen)
        assert "heard just now" in stage.pane("#timeline")
        await stage.press("p", "enter")
        await stage.at(CustomerScreen)
        assert "Planned" in stage.pane("#card")
        await stage.press("e")
        await stage.at(FillForm)
        await stage.fill(industry="Jam")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        assert "Jam" in stage.pane("#card")
        await stage.press("s")
        await stage.at(Choose)
        await stage.press("escape")
        await stage.at(CustomerScreen)


async def test_q_goes_back_and_does_not_quit(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "enter")
        await stage.at(CustomerScreen)
        await stage.press("q")
        await stage.at(CustomersScreen)
        assert stage.app.is_running


async def test_a_main_screens_key_leaves_the_page(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "enter")
        await stage.at(CustomerScreen)
        await stage.press("1")
        await stage.at(TodayScreen)
        await stage.press("2")
        await stage.at(CustomersScreen)


async def test_the_page_closes_when_its_customer_is_removed(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.go_to("Marmeladerie")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        colleague.customers.remove([colleague.customers.find("Marmeladerie Winterfeldt").id])
        await stage.at(CustomersScreen)
        await stage.until(lambda: any("no longer on file" in toast for toast in stage.toasts))


async def test_the_card_keeps_its_place_when_a_colleague_writes(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("tab")
        await stage.press("down", "down")
        card = stage.app.screen.query_one("#card")
        await stage.until(lambda: card.scroll_offset.y == 2)
        colleague.customers.edit(colleague.customers.find("Larkrise Cider"), {"industry": "Perry"})
        await stage.until(lambda: stage.customer("Larkrise Cider").industry == "Perry")
        await stage.pilot.pause(0.1)
        assert card.scroll_offset.y == 2

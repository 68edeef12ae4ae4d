"""Free days on Today: who is left out and why, a day that is free for the member, and a message instead of a call."""

from datetime import timedelta

import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.day_list import DayList
from outreach_tui.domain.record import Patch
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.places.holidays import Holidays
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from pilot.playing import NOON, StillClock, playing


@pytest.fixture
def calendars(sample: Services) -> Holidays:
    """The real calendars."""
    sample.calendars = Holidays()
    return sample.calendars


@pytest.mark.usefixtures("calendars")
async def test_a_holiday_there_leaves_out_and_w_says_which(sample: Services) -> None:
    async with playing(sample) as stage:
        assert not any("Maple Hollow" in row for row in stage.row_texts)
        await stage.press("w")
        await stage.at(ReadText)
        assert "Syrup Co.: holiday there: Thanksgiving Day; again from 27 Nov" in stage.pane(
            "#text"
        )


@pytest.mark.usefixtures("calendars")
async def test_on_a_free_day_only_commitments_are_listed_and_r_fills(
    sample: Services, clock: StillClock
) -> None:
    # 3 October is a holiday in Berlin and in the rest of Germany only; in 2028 a Tuesday.
    clock.at = NOON.replace(year=2028, month=10, day=3)
    async with playing(sample) as stage:
        rows = stage.row_texts
        assert rows[-2].startswith("German Unity Day")
        assert "nothing new; R fills" in rows[-1]
        assert not any("Maple Hollow" in row for row in rows)
        assert "German Unity Day" in stage.text.split("\n")[0]
        assert not stage.all(DayList)
        await stage.press("G")
        assert "R fill the list" in " ".join(stage.pane("#card").split())
        await stage.press("R")
        (kept,) = stage.all(DayList)
        assert kept.suggestions
        assert any("Maple Hollow" in row for row in stage.row_texts)
        waiting = {s.customer_id for s in kept.suggestions}
        assert stage.customer("Dachsbräu").id not in waiting
        await stage.press("u")
        await stage.until(lambda: not stage.all(DayList))


@pytest.mark.usefixtures("calendars")
async def test_a_sunday_can_have_nobody_to_fill_the_list_with(
    sample: Services, clock: StillClock
) -> None:
    clock.at = NOON + timedelta(days=3)
    async with playing(sample) as stage:
        assert stage.row_texts[-2].startswith("Sunday")
        await stage.press("R")
        assert any("nobody else is due" in toast for toast in stage.toasts)
        assert not stage.all(DayList)
        await stage.press("w")
        await stage.at(ReadText)
        assert "it is Sunday there" in stage.pane("#text")


async def test_a_message_opens_the_talk_sheet_for_an_e_mail_and_is_done_when_written(
    sample: Services,
) -> None:
    larkrise = sample.customers.find("Larkrise")
    people = sample.workspace.store.of_customer(Contact, larkrise.id)
    sample.workspace.commit(
        "took the numbers away", [Patch(Contact, c.id, {"phones": ()}) for c in people]
    )
    sample.workspace.commit("took the number away", [Patch(Customer, larkrise.id, {"phone": ""})])
    async with playing(sample) as stage:
        await stage.go_to("Larkrise")
        card = " ".join(stage.pane("#card").split())
        assert "Do Write" in card
        assert "No phone number is on file: write, and ask for a conversation." in card
        assert "When would half an hour suit you" in card
        assert "To imogen" in card
        await stage.press("enter")
        await stage.at(TalkScreen)
        assert "e-mail" in stage.text
        await stage.write("asked for half an hour")
        await stage.press("ctrl+s")
        await stage.until(lambda: stage.all(DayList))
        written = [
            t for t in sample.workspace.store.all(Touchpoint) if t.note.startswith("asked for half")
        ]
        assert [t.kind for t in written] == [TouchpointKind.EMAIL]
        while not isinstance(stage.app.screen, TodayScreen):
            await stage.press("escape")
        assert any(
            row.startswith("✓ Larkrise") and row.endswith("written") for row in stage.row_texts
        )

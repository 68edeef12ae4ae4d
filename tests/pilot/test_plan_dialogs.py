"""Planning: a meeting at a time that suits both, and a block of calls in one's own calendar."""

from datetime import timedelta

from textual.widgets import Input, Select

from outreach_tui.bootstrap import Services
from outreach_tui.domain.meeting import Meeting, MeetingKind, MeetingState
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.today import TodayScreen
from pilot.playing import NOON, Stage, StillClock, playing


async def open_plan(stage: Stage, row: str) -> FillForm:
    """Open the dialog for a row."""
    await stage.go_to(row)
    await stage.press("p")
    return await stage.at(FillForm)


def newest(stage: Stage) -> Meeting:
    """Return the meeting that was made last."""
    return max(stage.all(Meeting), key=lambda m: m.id)


async def test_enter_takes_the_suggested_time_which_is_free_and_in_the_hours_of_both(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        form = await open_plan(stage, "Maple Hollow")
        assert form.query_one("#field-start", Input).value == "2026-11-27 15:00"
        assert stage.understood == "Fri 27 Nov 15:00, in New York 09:00"
        await stage.press("enter")
        await stage.at(TodayScreen)
        meeting = newest(stage)
        assert meeting.start_at == NOON + timedelta(days=1, hours=3)
        assert (meeting.kind, meeting.minutes, meeting.state) == (
            MeetingKind.CALL,
            30,
            MeetingState.PLANNED,
        )
        assert meeting.uid
        assert meeting.sequence == 0
        assert meeting.attendees[0].name == "Ruth Delaney"
        assert any(row.startswith("✓ Maple Hollow") for row in stage.row_texts)
        assert "Lyon" in stage.current
        assert stage.toasts == [": Planned. E exports it to your calendar."]


async def test_a_letter_chooses_in_a_closed_list_and_nothing_is_saved_over_an_open_one(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        form = await open_plan(stage, "Maple Hollow")
        chooser = form.query_one("#field-kind", Select)
        chooser.focus()
        await stage.press("v")
        first = chooser.value
        await stage.press("v")
        assert {first, chooser.value} == {"visit", "video"}, "the next one that begins with it"
        assert not chooser.expanded
        await stage.press("z")
        assert chooser.expanded, "nothing begins with it: the list shows what there is"
        before = len(stage.all(Meeting))
        await stage.press("ctrl+s")
        assert stage.app.screen is form
        assert stage.toasts == [": Choose from the list first: enter takes, esc closes it."]
        assert len(stage.all(Meeting)) == before
        await stage.press("escape", "ctrl+s")
        await stage.at(TodayScreen)
        assert newest(stage).kind.value in ("visit", "video")


async def test_the_suggested_time_moves_when_it_is_taken(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_plan(stage, "Maple Hollow")
        await stage.press("enter")
        await stage.at(TodayScreen)
        form = await open_plan(stage, "Larkrise")
        first = form.query_one("#field-start", Input).value
        await stage.fill(start="fri 15:10")
        assert "Overlaps with your call at that time." in stage.understood
        assert first == "2026-11-27 10:00"


async def test_what_will_not_do_is_refused_and_what_was_typed_is_kept(sample: Services) -> None:
    async with playing(sample) as stage:
        form = await open_plan(stage, "Larkrise")
        for start, minutes, said in (
            ("today 9:00", "30", "That is in the past."),
            ("2027-03-28 02:30", "30", "does not exist in Europe/Berlin"),
            ("fri", "30", "At what time?"),
            ("3/4 10:00", "30", "can mean two days"),
            ("soon", "30", "cannot read 'soon'"),
            *(
                ("fri 15:00", minutes, "cannot be planned")
                for minutes in ("0", "", "1441", "-5", "²")
            ),
        ):
            await stage.fill(start=start, minutes=minutes, purpose="say hello")
            assert said in stage.understood
            await stage.press("enter")
            assert stage.app.screen is form
            assert form.query_one("#field-start", Input).value == start
            assert form.query_one("#field-purpose", Input).value == "say hello"
        assert len(stage.all(Meeting)) == 4


async def test_a_visit_is_planned_as_a_visit_at_their_address(sample: Services) -> None:
    async with playing(sample) as stage:
        form = await open_plan(stage, "Lyon")
        assert form.query_one("#field-kind", Select).value == "visit"
        await stage.press("ctrl+s")
        await stage.at(TodayScreen)
        assert (newest(stage).kind, newest(stage).minutes) == (MeetingKind.VISIT, 90)
        assert any(row.startswith("✓ Lyon") for row in stage.row_texts)


async def test_a_user_group_is_planned_as_an_event_and_escape_leaves_without_it(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        form = await open_plan(stage, "Munich")
        assert form.query_one("#field-kind", Select).value == "event"
        await stage.press("escape")
        await stage.at(TodayScreen)
        assert len(stage.all(Meeting)) == 4


async def test_marked_lines_become_one_block_of_calls(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("space", "space", "space")
        assert sum(row.startswith("● ") for row in stage.row_texts) >= 2
        await stage.press("p")
        form = await stage.at(FillForm)
        assert stage.title == "A block for 3 calls"
        assert form.query_one("#field-start", Input).value == "12:30"
        assert "60 minutes, only in your calendar" in stage.understood
        await stage.fill(start="11:00")
        assert "That is in the past." in stage.understood
        await stage.fill(start="15:00")
        await stage.press("enter")
        await stage.at(TodayScreen)
        block = newest(stage)
        assert block.kind is MeetingKind.BLOCK
        assert len(block.customer_ids) == 3
        assert block.attendees == ()
        assert sum(row.endswith("in a block") for row in stage.row_texts) == 3
        assert any("15:00 Calls: 3 customers" in row for row in stage.row_texts)
        assert not any(row.startswith("● ") for row in stage.row_texts)
        assert len(stage.all(Meeting)) == 5


async def test_a_block_outside_somebodys_hours_says_whose(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Larkrise")
        await stage.press("space", "space", "p")
        await stage.at(FillForm)
        await stage.fill(start="14:00")
        assert stage.understood.endswith("Outside the hours of Maple Hollow Syrup Co.")


async def test_late_in_the_evening_a_block_is_suggested_for_the_day_after(
    sample: Services, clock: StillClock
) -> None:
    clock.at = NOON + timedelta(hours=11, minutes=40)
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("space", "space", "p")
        form = await stage.at(FillForm)
        assert form.query_one("#field-start", Input).value == "2026-11-27 09:00"


async def test_escape_takes_the_marks_away(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("space", "space", "escape")
        assert not any(row.startswith("● ") for row in stage.row_texts)

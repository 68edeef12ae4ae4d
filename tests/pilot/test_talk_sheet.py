"""The talk sheet: it opens ready to write, logs what was heard, and loses nothing that was typed."""

from datetime import date

import pytest
from textual.widgets import Input, Select

from outreach_tui.bootstrap import Services
from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.day_list import DayList
from outreach_tui.domain.feedback import Feedback, FeedbackSort
from outreach_tui.domain.meeting import Meeting, MeetingKind, MeetingState
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.record import Patch
from outreach_tui.domain.touchpoint import Direction, NextStep, Outcome, Touchpoint, TouchpointKind
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from outreach_tui.services.meetings import Appointment
from pilot.playing import NOON, TODAY, Stage, playing


def talks(stage: Stage, name: str) -> list[Touchpoint]:
    """Return the talks with a customer, the latest first."""
    found = stage.services.store.of_customer(Touchpoint, stage.customer(name).id)
    return sorted(found, key=lambda t: t.at, reverse=True)


async def open_sheet(stage: Stage, name: str, key: str = "enter") -> TalkScreen:
    """Open the talk sheet on a row of Today."""
    await stage.go_to(name)
    await stage.press(key)
    return await stage.at(TalkScreen)


async def test_enter_opens_the_sheet_with_the_right_kind_and_the_cursor_in_the_note(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        for row, kind in (
            ("Marmeladerie", "call"),
            ("Lyon", "visit"),
            ("Munich", "call"),
            ("Kornblume", "visit"),
        ):
            sheet = await open_sheet(stage, row)
            assert sheet.query_one("#kind", Select).value == kind
            assert sheet.focused is sheet.query_one("#note")
            await stage.press("escape")
            await stage.at(TodayScreen)


async def test_letters_in_the_note_are_text_and_no_keys_with_the_brief_beside_it(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie")
        assert "94 days since you last spoke" in stage.pane("#brief")
        await stage.type_in("quaspxw12?jk")
        assert stage.app.screen is sheet
        assert sheet.query_one("#note").text == "quaspxw12?jk"  # type: ignore[attr-defined]


async def test_what_is_understood_shows_while_typing(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Marmeladerie")
        assert "what they said" in stage.pane("#understood")
        await stage.type_in("! samples by friday")
        assert stage.pane("#understood") == "you promise samples · due Fri 27 Nov"


async def test_a_promised_day_that_cannot_be_read_is_said_while_typing(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Marmeladerie")
        await stage.type_in("! samples by fryday")
        assert stage.pane("#understood") == (
            "you promise samples by fryday "
            "no day is set: cannot read “fryday”; write fri, 3 dec or 2026-12-03"
        )
        await stage.write("! samples by hand")
        assert stage.pane("#understood") == "you promise samples by hand"


async def test_saving_asks_what_happens_next_and_enter_keeps_the_promise(sample: Services) -> None:
    async with playing(sample) as stage:
        order = [row.strip("▶✓~·! ").split("  ")[0] for row in stage.row_texts]
        await open_sheet(stage, "Marmeladerie")
        await stage.write(
            "> labels in Polish #packaging\n>? can it print at night\n! samples by friday\nfree words"
        )
        await stage.press("ctrl+s", "n")
        await stage.at(Choose)
        assert "keep the promise: samples by Fri 27 Nov" in stage.current
        await stage.press("enter")
        await stage.at(TodayScreen)

        [talk, *_] = talks(stage, "Marmeladerie Winterfeldt")
        assert (talk.kind, talk.direction, talk.outcome) == (
            TouchpointKind.CALL, Direction.OUT, Outcome.HELD,
        )  # fmt: skip
        assert talk.at == NOON
        assert talk.next_step is NextStep.PROMISE
        assert talk.contact_ids
        assert talk.note.endswith("free words")
        heard = {f.words: f.sort for f in stage.all(Feedback) if f.touchpoint_id == talk.id}
        assert heard == {
            "labels in Polish": FeedbackSort.WISH,
            "can it print at night": FeedbackSort.QUESTION,
        } or set(heard.values()) == {FeedbackSort.WISH, FeedbackSort.QUESTION}
        [promise] = [p for p in stage.all(Promise) if p.touchpoint_id == talk.id]
        assert promise.due_on == date(2026, 11, 27)

        [kept] = stage.all(DayList)
        assert len(kept.suggestions) == 8
        after = [
            row.strip("▶✓~·! ").split("  ")[0]
            for row in stage.row_texts
            if "can it print" not in row
        ]
        assert after == order
        assert any(
            row.startswith("✓ Marmeladerie") and row.endswith("talked") for row in stage.row_texts
        )
        assert "Stroopwafelbakkerij" in stage.current
        assert "1 of 8 done" in stage.text
        assert stage.toasts == [": Logged. u undoes."]


async def test_nothing_needed_is_an_answer_too(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Stroopwafel")
        await stage.press("ctrl+s")
        await stage.at(Choose)
        assert "nothing needed" in stage.current
        await stage.press("n")
        await stage.at(TodayScreen)
        assert (
            talks(stage, "Stroopwafelbakkerij De Vier Molens")[0].next_step is NextStep.NONE_NEEDED
        )


async def test_the_next_talk_is_on_a_working_day(sample: Services) -> None:
    customer = sample.customers.find("Stroopwafel")
    nine = Cadence(ideal_days=9, max_days=20)
    sample.workspace.commit("set", [Patch(Customer, customer.id, {"cadence": nine})])
    async with playing(sample) as stage:
        await open_sheet(stage, "Stroopwafel")
        await stage.press("ctrl+s")
        await stage.at(Choose)
        assert "again by about Mon 7 Dec" in stage.text  # nine days on is a Saturday


async def test_a_follow_up_on_a_day_becomes_a_promise(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Stroopwafel")
        await stage.press("ctrl+s", "f")
        await stage.at(FillForm)
        await stage.type_in("nonsense")
        assert "cannot read 'nonsense' as a day" in stage.understood
        await stage.press("enter")
        await stage.at(FillForm)
        await stage.fill(on="in 2 weeks", what="ask about the ovens")
        await stage.press("enter")
        await stage.at(TodayScreen)
        [talk, *_] = talks(stage, "Stroopwafelbakkerij De Vier Molens")
        [promise] = [p for p in stage.all(Promise) if p.touchpoint_id == talk.id]
        assert (promise.text, promise.due_on) == ("ask about the ovens", date(2026, 12, 10))


async def test_a_follow_up_is_on_no_day_that_is_past(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Stroopwafel")
        await stage.press("ctrl+s", "f")
        await stage.at(FillForm)
        remedy = "Follow up today or later: fri, in 2 weeks."
        assert stage.understood == f"Which day?\n{remedy}"
        await stage.type_in("yesterday")
        await stage.press("enter")
        await stage.at(FillForm)
        assert stage.understood == f"Wed 25 Nov is not ahead.\n{remedy}"
        await stage.fill(on="today")
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert TODAY in {p.due_on for p in stage.all(Promise) if p.text == "call again"}


async def test_escape_from_the_next_step_goes_back_to_the_sheet(sample: Services) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Stroopwafel")
        await stage.type_in("abc")
        await stage.press("ctrl+s")
        await stage.at(Choose)
        await stage.press("escape")
        await stage.at(TalkScreen)
        assert sheet.query_one("#note").text == "abc"  # type: ignore[attr-defined]
        assert not talks(stage, "Stroopwafelbakkerij De Vier Molens")


async def test_escape_keeps_the_draft_and_it_comes_back(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Marmeladerie")
        await stage.type_in("half a word")
        await stage.press("escape")
        await stage.at(TodayScreen)
        assert stage.toasts == [": Your draft is kept, and comes back with this sheet."]
        sheet = await open_sheet(stage, "Marmeladerie")
        assert sheet.query_one("#note").text == "half a word"  # type: ignore[attr-defined]
        assert "draft of 12:00 brought back" in stage.text
        await stage.press("ctrl+s", "n", "n")
        await stage.at(TodayScreen)
        sheet = await open_sheet(stage, "Marmeladerie")
        assert sheet.query_one("#note").text == ""  # type: ignore[attr-defined]


async def test_a_time_that_cannot_be_read_or_is_ahead_is_said_and_nothing_is_lost(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie")
        await stage.write("their words")
        for typed, said in (
            ("3/4", "can mean two days"),
            ("tomorrow 9:00", "has not happened yet"),
        ):
            sheet.query_one("#when", Input).value = typed
            await stage.press("ctrl+s")
            await stage.until(lambda: isinstance(stage.app.screen, Choose) or stage.toasts)
            if isinstance(stage.app.screen, Choose):
                await stage.press("n", "n")
                await stage.at(TalkScreen)
            await stage.until(lambda said=said: any(said in toast for toast in stage.toasts))
            assert stage.app.screen is sheet
            assert sheet.query_one("#note").text == "their words"  # type: ignore[attr-defined]


async def test_yesterday_is_logged_as_yesterday(sample: Services) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie")
        sheet.query_one("#when", Input).value = "yesterday 15:00"
        sheet.query_one("#minutes", Input).value = "25"
        await stage.press("ctrl+s", "n", "n")
        await stage.at(TodayScreen)
        talk = talks(stage, "Marmeladerie Winterfeldt")[0]
        assert f"{talk.at:%Y-%m-%d %H:%M}" == "2026-11-25 14:00"
        assert talk.minutes == 25


@pytest.mark.parametrize("key", ["l", "r", "n"])
async def test_whatever_opens_the_sheet_what_one_types_is_the_note(
    sample: Services, key: str
) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie", key)
        await stage.type_in("hello note with spaces")
        assert sheet.query_one("#note").text == "hello note with spaces"  # type: ignore[attr-defined]


@pytest.mark.parametrize("beside", ["kind", "person", "brief"])
async def test_what_is_typed_or_pasted_beside_the_fields_goes_into_the_note(
    sample: Services, beside: str
) -> None:
    from textual import events

    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie")
        await stage.type_in("one")
        sheet.query_one(f"#{beside}").focus()
        await stage.type_in(" two" if beside == "brief" else ", two")
        assert sheet.focused is sheet.query_one("#note")
        sheet.query_one(f"#{beside}").focus()
        await stage.pilot.pause()
        stage.app.post_message(events.Paste(" three"))
        await stage.until(lambda: "three" in sheet.query_one("#note").text)  # type: ignore[attr-defined]
        words = sheet.query_one("#note").text  # type: ignore[attr-defined]
        assert words.replace(",", "") == "one two three"


async def test_letters_choose_in_an_open_list_and_nothing_is_saved_over_it(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie")
        before = len(stage.all(Touchpoint))
        sheet.query_one("#kind").focus()
        await stage.press("enter", "v", "i", "d", "ctrl+s")
        assert stage.app.screen is sheet
        assert stage.toasts == [": Choose from the list first: enter takes, esc closes it."]
        assert len(stage.all(Touchpoint)) == before
        await stage.press("enter")
        assert sheet.query_one("#kind", Select).value == "video"
        assert sheet.query_one("#note").text == ""  # type: ignore[attr-defined]


async def test_before_an_empty_talk_is_logged_it_is_said_that_it_is_empty(sample: Services) -> None:
    said = "The note is empty: only that you spoke is kept."
    async with playing(sample) as stage:
        await open_sheet(stage, "Marmeladerie", "l")
        await stage.press("ctrl+s", "n")
        await stage.at(Choose)
        assert stage.pane("#text") == said
        await stage.press("escape")
        await stage.at(TalkScreen)
        await stage.type_in("hello")
        await stage.press("ctrl+s", "n")
        await stage.at(Choose)
        assert said not in stage.text


async def test_an_email_needs_no_next_step(sample: Services) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie", "l")
        sheet.query_one("#kind", Select).value = "email"
        await stage.press("ctrl+s", "n")
        await stage.at(TodayScreen)
        assert talks(stage, "Marmeladerie Winterfeldt")[0].kind is TouchpointKind.EMAIL


async def test_r_logs_that_they_contacted_us(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Marmeladerie", "r")
        await stage.press("ctrl+s", "n", "n")
        await stage.at(TodayScreen)
        assert talks(stage, "Marmeladerie Winterfeldt")[0].direction is Direction.IN


async def test_n_writes_a_note_that_may_not_be_empty(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Marmeladerie", "n")
        await stage.press("ctrl+s")
        assert "The note is empty." in stage.toasts[-1]
        await stage.write("they moved")
        await stage.press("ctrl+s")
        await stage.at(TodayScreen)
        assert talks(stage, "Marmeladerie Winterfeldt")[0].kind is TouchpointKind.NOTE
        assert "0 of 8 done" in stage.text


async def test_after_a_meeting_the_sheet_logs_it_and_marks_it_held(sample: Services) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Kornblume")
        assert sheet.query_one("#when", Input).value == "2026-11-25 10:00"
        assert "When   2026-11-25 10:00 " in stage.text
        await stage.write("> a second oven")
        await stage.press("ctrl+s", "n")
        await stage.at(TodayScreen)
        talk = talks(stage, "Backstube Kornblume")[0]
        meeting = stage.services.store.get(Meeting, talk.meeting_id or "")
        assert meeting is not None
        assert meeting.state is MeetingState.HELD
        assert talk.at == meeting.start_at
        assert "how was" not in "".join(stage.row_texts)
        assert "16:30 visit Teehaus" in stage.current


async def test_a_meeting_that_has_not_begun_opens_no_sheet(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Teehaus")
        await stage.press("enter")
        assert stage.toasts == [": It has not begun yet. l logs something else about them."]


async def test_enter_on_a_block_of_calls_that_runs_now_points_to_the_calls(
    sample: Services,
) -> None:
    ids = tuple(i.suggestion.customer_id for i in sample.day_plans.today().items[:2])
    sample.meetings.plan(
        Appointment(
            customer_ids=ids, kind=MeetingKind.BLOCK, start_at=NOON, minutes=40, purpose="Calls"
        )
    )
    async with playing(sample) as stage:
        await stage.go_to("12:00")
        await stage.press("enter")
        assert isinstance(stage.app.screen, TodayScreen)
        assert len(stage.toasts) == 1


async def test_f1_shows_the_keys_over_the_sheet_and_it_stays(sample: Services) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie")
        await stage.type_in("abc")
        await stage.press("f1", "escape")
        assert stage.app.screen is sheet
        assert sheet.query_one("#note").text == "abc"  # type: ignore[attr-defined]


async def test_a_pasted_text_with_markers_asks_whose_they_are(sample: Services) -> None:
    from textual import events

    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie")
        stage.app.post_message(events.Paste("> quoted mail\n\x1b]52;c;aGk=\x07hello"))
        await stage.at(Choose)
        await stage.press("p")
        await stage.at(TalkScreen)
        assert sheet.query_one("#note").text == "> quoted mail\nhello"  # type: ignore[attr-defined]
        await stage.press("ctrl+s", "n", "n")
        await stage.at(TodayScreen)
        talk = talks(stage, "Marmeladerie Winterfeldt")[0]
        assert talk.plain
        assert not [f for f in stage.all(Feedback) if f.touchpoint_id == talk.id]


async def test_the_note_survives_when_a_colleague_deletes_the_customer_meanwhile(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "Marmeladerie")
        await stage.write("important words")
        colleague.customers.remove([colleague.customers.find("Marmeladerie Winterfeldt").id])
        await stage.until(
            lambda: stage.services.store.refresh() or len(stage.services.store.rows()) == 45
        )
        await stage.press("ctrl+s")
        await stage.until(lambda: any("no longer on file" in toast for toast in stage.toasts))
        assert stage.app.screen is sheet
        assert sheet.query_one("#note").text == "important words"  # type: ignore[attr-defined]


async def test_the_editor_of_the_user_brings_its_text_back_or_says_why_not(
    sample: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "Marmeladerie")
        await stage.press("ctrl+o")
        assert "No editor" in stage.toasts[-1]
        monkeypatch.setenv("EDITOR", "true 'unclosed")
        await stage.press("ctrl+o")
        assert "The editor did not start" in stage.toasts[-1]

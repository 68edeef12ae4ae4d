"""Drafts on screen: what is typed is kept at every pause, brought back, and can be thrown away."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from outreach_tui.bootstrap import Services
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from outreach_tui.widgets.note_area import NoteArea
from pilot.playing import NOON, WIDE, Stage, StillClock, playing
from terminal import terminal

NAME = "Marmeladerie Winterfeldt"


def again(services: Services, *, later: timedelta = timedelta(minutes=5)) -> Services:
    """Return the services of a program that starts later on the same file."""
    clock = StillClock(NOON + later, born=NOON + timedelta(hours=2))
    return Services(file=str(services.path), member="Ana", clock=clock)


async def open_sheet(stage: Stage, key: str = "enter", name: str = "Marmeladerie") -> TalkScreen:
    """Open the talk sheet on a row of Today."""
    await stage.go_to(name)
    await stage.press(key)
    return await stage.at(TalkScreen)


async def open_form(stage: Stage, key: str) -> FillForm:
    """Open a form on a row of Today."""
    await stage.go_to("Marmeladerie")
    await stage.press(key)
    return await stage.at(FillForm)


def note(sheet: TalkScreen) -> str:
    """Return what stands in the note."""
    return sheet.query_one(NoteArea).text


def field(form: FillForm, name: str) -> str:
    """Return what stands in a field."""
    return form.query_one(f"#field-{name}", Input).value


# The talk sheet.


async def test_what_is_typed_is_on_disk_after_a_pause_and_not_with_every_key(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage)
        await stage.type_in("abc")
        assert not sample.drafts_path.exists()
        await stage.until(sample.drafts_path.exists)
        assert b"abc" in sample.drafts_path.read_bytes()


async def test_it_is_written_before_the_terminal_is_given_away(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage)
        await stage.type_in("abc")
        assert not sample.drafts_path.exists()
        stage.app.app_suspend_signal.publish(stage.app)
        assert b"abc" in sample.drafts_path.read_bytes()


async def test_who_never_pauses_is_written_too(
    sample: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach_tui.screens.drafting.PAUSE_SECONDS", 60)
    monkeypatch.setattr("outreach_tui.screens.drafting.LONGEST_SECONDS", 0.3)
    async with playing(sample) as stage:
        await open_sheet(stage)
        await stage.type_in("abc")
        await stage.until(sample.drafts_path.exists)


async def test_a_sheet_that_is_left_is_written_at_once_and_brought_back_by_the_next_program(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage)
        await stage.type_in("half a word")
        sheet.query_one("#minutes", Input).value = "25"
        await stage.press("escape")
        await stage.at(TodayScreen)
        await stage.until(lambda: stage.toasts)
        assert stage.toasts == [": Your draft is kept, and comes back with this sheet."]
        assert b"half a word" in sample.drafts_path.read_bytes()
    async with playing(again(sample)) as stage:
        await stage.until(lambda: stage.toasts)
        assert stage.toasts == [
            f"Not saved yet, but kept: A note about {NAME}: open the talk sheet with l"
        ]
        sheet = await open_sheet(stage, "l")
        assert note(sheet) == "half a word"
        assert sheet.query_one("#minutes", Input).value == "25"
        assert sheet.query_one("#when", Input).value == "now"
        assert "draft of 12:00 brought back" in stage.text
        assert sheet.focused is sheet.query_one(NoteArea)
        await stage.press("ctrl+s", "n", "n")
        await stage.at(TodayScreen)
        assert not sample.drafts_path.exists()
        assert note(await open_sheet(stage)) == ""
    async with playing(again(sample)) as stage:
        assert stage.toasts == []


async def test_a_program_that_is_quit_over_an_open_sheet_keeps_it(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage)
        await stage.type_in("abc")
        stage.app.exit()
    assert note_on_disk(sample) == "abc"


def note_on_disk(services: Services) -> str:
    """Return the note of the only draft that is kept."""
    [draft] = again(services).drafts.waiting()
    return draft.typed["note"]


async def test_a_draft_of_an_earlier_day_is_logged_on_that_day(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage)
        await stage.write("said on Thursday")
        await stage.press("escape")
    async with playing(again(sample, later=timedelta(days=1))) as stage:
        await stage.press("2")
        await stage.go_to(NAME)
        await stage.press("l")
        sheet = await stage.at(TalkScreen)
        assert "draft of Thu 26 Nov 12:00 brought back" in stage.text
        assert sheet.query_one("#when", Input).value == "2026-11-26 12:00"
        await stage.press("ctrl+s", "n", "n")
        await stage.at(CustomersScreen)
        talks = stage.services.store.of_customer(Touchpoint, stage.customer(NAME).id)
        assert max(talk.at for talk in talks) == NOON


async def test_a_time_that_was_typed_means_the_same_day_later(sample: Services) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage)
        await stage.write("x")
        sheet.query_one("#when", Input).value = "yesterday 15:00"
        await stage.press("escape")
    async with playing(again(sample, later=timedelta(days=3))) as stage:
        await stage.press("2")
        await stage.go_to(NAME)
        await stage.press("l")
        sheet = await stage.at(TalkScreen)
        assert sheet.query_one("#when", Input).value == "2026-11-25 15:00"


async def test_ctrl_r_starts_afresh_and_the_editor_can_take_that_back(sample: Services) -> None:
    async with playing(sample, footer=True) as stage:
        await open_sheet(stage)
        assert "ctrl+r" not in stage.text
        await stage.type_in("abc")
        await stage.press("ctrl+r")
        await stage.press("escape")
        await stage.at(TodayScreen)
        sheet = await open_sheet(stage)
        assert "ctrl+r afresh" in stage.text
        await stage.type_in(" def")
        assert note(sheet) == "abc def"
        await stage.press("ctrl+r")
        assert note(sheet) == ""
        assert "brought back" not in stage.text
        assert "ctrl+r afresh" not in stage.text
        assert not sample.drafts_path.exists()
        await stage.press("ctrl+z")
        assert note(sheet) == "abc def"
        await stage.until(sample.drafts_path.exists)


async def test_a_note_that_is_deleted_by_hand_is_no_draft(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage)
        await stage.type_in("a")
        await stage.until(sample.drafts_path.exists)
        await stage.press("backspace", "escape")
        await stage.at(TodayScreen)
        assert not sample.drafts_path.exists()
        assert stage.toasts == []


async def test_looking_at_a_sheet_leaves_nothing(sample: Services) -> None:
    async with playing(sample) as stage:
        sheet = await open_sheet(stage, "l")
        sheet.query_one("#kind", Select).value = "email"
        await stage.press("escape")
        assert stage.toasts == []
    assert not sample.drafts_path.exists()


async def test_l_goes_on_with_a_draft_of_another_kind_but_not_with_one_of_theirs(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage, "n")
        await stage.type_in("a note")
        await stage.press("escape")
        await open_sheet(stage, "r")
        await stage.write("they called")
        await stage.press("escape")
    async with playing(again(sample), WIDE) as stage:
        await stage.until(lambda: stage.toasts)
        [toast] = stage.toasts
        assert toast.count(f"A note about {NAME}") == 2
        assert "with l" in toast
        assert "with r" in toast
        sheet = await open_sheet(stage, "l")
        assert note(sheet) == "a note"
        assert sheet.query_one("#kind", Select).value == "note"
        await stage.press("escape")
        assert note(await open_sheet(stage, "r")) == "they called"
        await stage.press("escape")
        assert note(await open_sheet(stage)) == ""


async def test_pasted_lines_that_are_plain_text_come_back_as_plain_text(sample: Services) -> None:
    from textual import events

    async with playing(sample) as stage:
        await open_sheet(stage)
        stage.app.post_message(events.Paste("> quoted mail"))
        await stage.at(Choose)
        await stage.press("p")
        await stage.at(TalkScreen)
        await stage.press("escape")
    async with playing(again(sample)) as stage:
        sheet = await open_sheet(stage)
        assert note(sheet) == "> quoted mail"
        assert stage.pane("#understood") == ""


async def test_a_draft_that_somebody_tampered_with_is_harmless(sample: Services) -> None:
    async with playing(sample) as stage:
        id_ = stage.customer(NAME).id
    sample.drafts.put(
        f"talk:{id_}:call:out",
        {"note": "\x1b]52;c;aGk=\x07abc", "when": "qqq", "minutes": "-3x", "kind": "no", "person": "x"},
        "[/] \x1b[31m[bold]A note",
    )  # fmt: skip
    sample.drafts.save()
    async with playing(again(sample)) as stage:
        await stage.until(lambda: stage.toasts)
        assert "[/] [bold]A note" in stage.toasts[0]
        sheet = await open_sheet(stage)
        assert note(sheet) == "abc"
        assert sheet.query_one("#minutes", Input).value == ""
        assert "\x1b" not in stage.text


async def test_a_damaged_file_is_said_at_the_start(sample: Services) -> None:
    sample.drafts_path.parent.mkdir(parents=True)
    sample.drafts_path.write_bytes(b"{")
    async with playing(sample) as stage:
        await stage.until(lambda: stage.toasts)
        [toast] = stage.toasts
        assert "it was set aside as" in toast
        assert note(await open_sheet(stage)) == ""


async def test_what_cannot_be_kept_is_said_once_and_stays_on_the_screen(
    sample: Services, scratch: Path
) -> None:
    (scratch / "state").write_text("no folder can be made here")
    async with playing(sample) as stage:
        sheet = await open_sheet(stage)
        await stage.type_in("abc")
        await stage.until(lambda: stage.toasts)
        await stage.type_in("def")
        await stage.pilot.pause(0.7)
        assert len(stage.toasts) == 1
        assert "kept until you quit" in stage.toasts[0]
        assert note(sheet) == "abcdef"
        await stage.press("escape")
        assert note(await open_sheet(stage)) == "abcdef"


async def test_a_draft_about_a_customer_who_is_gone_is_not_offered(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await open_sheet(stage)
        await stage.type_in("abc")
        await stage.press("escape")
    colleague.customers.remove([colleague.customers.find(NAME).id])
    async with playing(again(sample)) as stage:
        assert stage.toasts == []


# Forms.


async def test_a_form_that_is_left_keeps_what_was_typed_and_only_that(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_form(stage, "e")
        await stage.fill(industry="Jam")
        await stage.press("escape")
        await stage.at(TodayScreen)
        await stage.until(lambda: stage.toasts)
        assert stage.toasts == [": What you typed is kept, and offered again."]
        [draft] = again(sample).drafts.waiting()
        assert draft.typed == {"industry": "Jam"}
    services = again(sample)
    customer = services.customers.find(NAME)
    services.customers.edit(customer, {"phone": "030 111"})
    async with playing(again(sample)) as stage:
        await stage.until(lambda: stage.toasts)
        assert stage.toasts == [f"Not saved yet, but kept: Changes of {NAME}: go on with e"]
        form = await open_form(stage, "e")
        assert field(form, "industry") == "Jam"
        assert field(form, "phone") == "030 111"
        assert "Draft of 12:00 brought back; ctrl+r starts afresh." in stage.words
        assert "meanwhile" not in stage.words
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.customer(NAME).industry == "Jam"
        assert stage.customer(NAME).phone == "030 111"
    assert not sample.drafts_path.exists()


async def test_what_somebody_changed_meanwhile_is_said_before_it_is_overwritten(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await open_form(stage, "e")
        await stage.fill(phone="1")
        await stage.press("escape")
    services = again(sample)
    services.customers.edit(services.customers.find(NAME), {"phone": "2"})
    async with playing(again(sample)) as stage:
        form = await open_form(stage, "e")
        assert field(form, "phone") == "1"
        assert "Phone was changed meanwhile, to 2." in stage.words


async def test_ctrl_r_in_a_form_goes_back_to_what_is_on_file(sample: Services) -> None:
    async with playing(sample) as stage:
        form = await open_form(stage, "e")
        before = field(form, "industry")
        await stage.fill(industry="Jam")
        await stage.press("ctrl+r")
        assert field(form, "industry") == "Jam"
        await stage.press("escape")
        form = await open_form(stage, "e")
        assert field(form, "industry") == "Jam"
        await stage.press("ctrl+r")
        assert field(form, "industry") == before
        assert "starts afresh" not in stage.words
        await stage.press("escape")
    assert not sample.drafts_path.exists()


async def test_spaces_on_file_are_not_taken_for_typed_text(sample: Services) -> None:
    customer = sample.customers.find(NAME)
    key = f"edit:{customer.id}"
    sample.drafts.put(key, {"industry": "Jam", "gone": "x"}, "Changes", {"industry": " a "})
    async with playing(sample) as stage:
        form = await open_form(stage, "e")
        await stage.until(lambda: "brought back" in stage.words)
        await stage.press("ctrl+r")
        assert field(form, "industry") == customer.industry


async def test_another_key_that_starts_afresh_is_named_and_works(
    sample: Services, scratch: Path
) -> None:
    (scratch / "config.toml").write_text('[keys]\n"editor.afresh" = "f6"\n')
    async with playing(sample) as stage:
        await open_form(stage, "e")
        await stage.fill(industry="Jam")
        await stage.press("escape")
        form = await open_form(stage, "e")
        assert "f6 starts afresh" in stage.words
        await stage.press("f6")
        assert field(form, "industry") != "Jam"


async def test_a_new_customer_is_kept_until_it_is_added(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("plus")
        await stage.at(FillForm)
        await stage.type_in("Acme")
        await stage.until(sample.drafts_path.exists)
        await stage.fill(city="Lyon")
        await stage.press("escape", "plus")
        form = await stage.at(FillForm)
        assert (field(form, "name"), field(form, "city")) == ("Acme", "Lyon")
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.customer("Acme").city == "Lyon"
        assert not sample.drafts_path.exists()
        await stage.press("plus")
        assert field(await stage.at(FillForm), "name") == ""


async def test_a_plan_comes_back_over_a_time_that_is_offered_anew(sample: Services) -> None:
    async with playing(sample) as stage:
        form = await open_form(stage, "p")
        await stage.fill(purpose="show the new labels")
        form.query_one("#field-kind", Select).value = "visit"
        await stage.press("escape")
    async with playing(again(sample, later=timedelta(days=1))) as stage:
        await stage.press("2")
        await stage.go_to(NAME)
        await stage.press("p")
        form = await stage.at(FillForm)
        assert field(form, "purpose") == "show the new labels"
        assert form.query_one("#field-kind", Select).value == "visit"
        assert field(form, "start") > "2026-11-27"
        assert "meanwhile" not in stage.words
        await stage.press("enter")
        await stage.at(CustomersScreen)
    assert not sample.drafts_path.exists()


async def test_the_first_question_comes_back_with_what_was_answered(empty: Services) -> None:
    async with playing(empty) as stage:
        await stage.at(FillForm)
        await stage.fill(name="Ida")
        await stage.press("escape")
        await stage.at(TodayScreen)
    services = Services(file=str(empty.path), clock=empty.clock)
    async with playing(services) as stage:
        assert field(await stage.at(FillForm), "name") == "Ida"
        await stage.press("enter")
        await stage.at(TodayScreen)
    assert not empty.drafts_path.exists()


async def test_other_forms_say_that_esc_cancels_and_keep_nothing(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("z")
        await stage.at(FillForm)
        assert "esc cancels" in stage.text
        await stage.type_in("abc")
        await stage.press("ctrl+r", "escape")
        await stage.at(TodayScreen)
        assert stage.toasts == []
    assert not sample.drafts_path.exists()


# The real program.


def test_a_note_outlives_kill_9(sample: Services, scratch: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"], "TERM": "xterm-256color", "HOME": str(scratch), "LANG": "C.UTF-8",
        "OUTREACH_FILE": str(sample.path), "OUTREACH_CONFIG": str(scratch / "config.toml"),
        "OUTREACH_MEMBER": "Ana", "XDG_STATE_HOME": str(scratch / "state"),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "TEXTUAL_ANIMATIONS": "none",
    }  # fmt: skip
    with terminal(environment) as program:
        program.until("keys")
        program.type("2")
        program.until("filter")
        program.type("n")
        program.until("$EDITOR")
        program.type("kettles boil over")
        program.look(1.0)
    with terminal(environment) as program:
        program.until("Not saved yet")
        program.type("2")
        program.until("filter")
        program.type("l")
        program.until("over")  # words may be drawn one by one
    [draft] = Services(file=str(sample.path)).drafts.waiting()
    assert draft.typed["note"] == "kettles boil over"
    assert sample.drafts_path.stat().st_mode & 0o777 == 0o600

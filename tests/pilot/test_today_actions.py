"""Today: everything that can be done with a line, and taken back."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.domain.customer import Customer, Status
from outreach_tui.domain.day_list import DayList
from outreach_tui.domain.decision import Decision, DecisionKind
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.touchpoint import Outcome, Touchpoint
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.today import TodayScreen
from pilot.playing import NOON, Stage, StillClock, playing

MARMELADERIE = "Marmeladerie Winterfeldt"


def latest(stage: Stage, kind: type, name: str = MARMELADERIE):  # type: ignore[no-untyped-def]
    return max(stage.services.store.of_customer(kind, stage.customer(name).id), key=lambda r: r.id)


async def test_a_logs_a_call_that_nobody_answered_or_a_message_that_was_left(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("a")
        await stage.at(Choose)
        assert stage.title == f"Called {MARMELADERIE}"
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert latest(stage, Touchpoint).outcome is Outcome.NO_ANSWER
        assert "Stroopwafel" in stage.current
        assert any("no answer" in row and "Marmeladerie" in row for row in stage.row_texts)
        assert "0 of 8 done" in stage.text
        assert len(stage.all(DayList)) == 1
        await stage.press("a", "m")
        await stage.at(TodayScreen)
        left = latest(stage, Touchpoint, "Stroopwafelbakkerij De Vier Molens")
        assert left.outcome is Outcome.LEFT_MESSAGE


async def test_s_snoozes_a_day_a_week_or_a_month_to_a_day_on_which_i_work(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        for key, name, until in (
            ("d", MARMELADERIE, date(2026, 11, 27)),
            ("w", "Stroopwafelbakkerij De Vier Molens", date(2026, 12, 3)),
            ("m", "Piekarnia Złoty Łan", date(2026, 12, 28)),
        ):
            assert name[:9] in stage.current
            await stage.press("s", key)
            await stage.at(TodayScreen)
            decision = latest(stage, Decision, name)
            assert (decision.kind, decision.until_on) == (DecisionKind.SNOOZED, until)
            assert any(
                row.startswith(f"~ {name}") and row.endswith("snoozed") for row in stage.row_texts
            )
        assert "3 snoozed" in stage.text
        assert "Larkrise" in stage.current


async def test_snooze_to_a_date_says_what_it_cannot_read_and_keeps_it(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("s", "t")
        await stage.at(FillForm)
        await stage.type_in("10/11")
        assert "can mean two days" in stage.understood
        await stage.press("enter")
        assert isinstance(stage.app.screen, FillForm)
        assert "10/11" in stage.text
        await stage.fill(until="3 dec")
        assert stage.understood == "Thu 3 Dec"
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert latest(stage, Decision).until_on == date(2026, 12, 3)


async def test_snooze_to_today_is_refused_in_the_form(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("s", "t")
        await stage.fill(until="today")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, FillForm) or stage.toasts)
        assert isinstance(stage.app.screen, FillForm)
        assert "is not ahead" in stage.understood


async def test_the_third_snooze_asks_whether_the_rhythm_is_right(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Larkrise")
        await stage.press("s")
        await stage.at(Choose)
        assert "Snoozed twice since you last spoke. Is every" in stage.words
        assert "the right rhythm?" in stage.words


async def test_marked_lines_are_snoozed_together_and_one_undo_brings_all_back(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("space", "space", "space", "s")
        await stage.at(Choose)
        assert stage.title == "Snooze 3 customers"
        await stage.press("w")
        await stage.at(TodayScreen)
        assert "3 snoozed" in stage.text
        await stage.press("u")
        await stage.until(lambda: "3 snoozed" not in stage.text)
        assert "snoozed" not in stage.text.split("\n")[0]


async def test_a_visit_that_is_snoozed_leaves_the_customer_alone(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Lyon")
        await stage.press("s", "w")
        await stage.at(TodayScreen)
        assert latest(stage, Decision, "Fromagerie des Trois Ponts").reason == "visit"


async def test_x_mutes_the_reason_that_is_chosen(sample: Services) -> None:
    item = next(i for i in sample.day_plans.today().items if len(i.suggestion.reasons) == 2)
    name = sample.customers.get(item.suggestion.customer_id).name
    async with playing(sample) as stage:
        await stage.go_to(name[:16])
        await stage.press("x")
        await stage.at(Choose)
        assert stage.rows.row_count == 2
        await stage.press("2")
        await stage.at(TodayScreen)
        decision = latest(stage, Decision, name)
        assert (decision.kind, decision.reason) == (
            DecisionKind.MUTED,
            item.suggestion.reasons[1].code,
        )


async def test_a_pause_needs_a_why(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("z")
        await stage.at(FillForm)
        await stage.press("enter")
        assert isinstance(stage.app.screen, FillForm)
        assert "A pause needs a why." in stage.understood
        await stage.type_in("they rebuild")
        await stage.press("enter")
        await stage.at(TodayScreen)
        customer = stage.customer(MARMELADERIE)
        assert (customer.status, customer.status_note) == (Status.PAUSED, "they rebuild")


async def test_a_promise_is_kept_with_d_or_enter(sample: Services) -> None:
    async with playing(sample) as stage:
        for keys in (("d",), ("enter", "d")):
            await stage.go_to("missing roll")
            await stage.press(*keys)
            await stage.until(lambda: "missing roll" not in "".join(stage.row_texts))
            [promise] = [p for p in stage.all(Promise) if "missing roll" in p.text]
            assert promise.done_on == date(2026, 11, 26)
            await stage.press("u")
            await stage.until(lambda: "missing roll" in "".join(stage.row_texts))


async def test_d_on_a_suggestion_says_what_it_is_for(sample: Services) -> None:
    async with playing(sample) as stage:
        for row, instead in (
            ("Stroopwafel", "enter logs what you did"),
            ("how was Backstube", "enter says how it was"),
            ("16:30 visit Teehaus", "a meeting is logged with enter"),
        ):
            await stage.go_to(row)
            await stage.press("d")
            assert stage.toasts == [f": d is for promises and questions; {instead}."]


async def test_what_was_said_of_the_last_deed_does_not_lie_over_the_next_question(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Stroopwafel")
        await stage.press("a", "m", "u")
        await stage.until(lambda: stage.toasts)
        assert stage.toasts == [
            "Undone: left a message for Stroopwafelbakkerij De Vier Molens: U does it again."
        ]
        stage.app.notify("look at this", severity="warning")
        await stage.press("p")
        await stage.at(FillForm)
        assert stage.toasts == [": look at this"], "a warning stays"
        assert "esc leaves, keeps it" in stage.text


async def snooze(stage: Stage) -> None:
    await stage.press("s", "w")


async def no_answer(stage: Stage) -> None:
    await stage.press("a", "enter")


async def pause(stage: Stage) -> None:
    await stage.press("z")
    await stage.fill(why="later")
    await stage.press("enter")


async def wrong(stage: Stage) -> None:
    await stage.press("x", "1")


async def talk(stage: Stage) -> None:
    await stage.press("enter", "ctrl+s", "n", "n")


async def plan(stage: Stage) -> None:
    await stage.press("p", "enter")


def count(stage: Stage) -> int:
    """Return how much is on file of what an action makes."""
    return sum(len(stage.all(kind)) for kind in (Touchpoint, Decision, Meeting))


async def test_u_takes_each_action_back_and_capital_u_does_it_again(sample: Services) -> None:
    async with playing(sample) as stage:
        for act in (snooze, no_answer, pause, wrong, talk, plan):
            await stage.go_to("Marmeladerie")
            before = count(stage)
            await act(stage)
            await stage.until(
                lambda n=before: isinstance(stage.app.screen, TodayScreen) and count(stage) > n
            )
            # Without the symbol, which is another one under the cursor.
            done = [row[2:] for row in stage.row_texts]
            await stage.press("u")
            await stage.until(lambda n=before: count(stage) == n)
            assert "Marmeladerie" in stage.current
            waiting = [row for row in stage.row_texts if "Marmeladerie" in row]
            assert not any(word in waiting[0] for word in ("✓", "~", "no answer"))
            await stage.press("U")
            await stage.until(lambda n=before: count(stage) == n + 1)
            assert [row[2:] for row in stage.row_texts] == done
            await stage.press("u")
            await stage.until(lambda n=before: count(stage) == n)


async def test_undo_of_many_records_asks_first(sample: Services) -> None:
    ids = [customer.id for customer in sample.store.all(Customer)]
    sample.customers.remove(ids[:3])
    async with playing(sample) as stage:
        await stage.press("u")
        await stage.at(Choose)
        assert "deleted 3 customers: 219 records" in stage.words
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert len(stage.all(Customer)) == 43
        await stage.press("u", "y")
        await stage.until(lambda: len(stage.all(Customer)) == 46)


async def test_undo_of_an_earlier_day_asks_first(sample: Services, clock: StillClock) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await snooze(stage)
        await stage.at(TodayScreen)
        clock.at = NOON + timedelta(days=1)
        await stage.press("u")
        await stage.at(Choose)
        assert "an earlier day" in stage.words
        await stage.press("y")
        await stage.at(TodayScreen)
        await stage.until(lambda: any(toast.startswith("Undone") for toast in stage.toasts))


async def test_undo_leaves_what_a_colleague_did(sample: Services, colleague: Services) -> None:
    async with playing(sample) as stage:
        colleague.decisions.snooze(colleague.customers.find(MARMELADERIE).id, date(2026, 12, 24))
        await stage.until(lambda: "Marmeladerie" not in "".join(stage.row_texts))
        await stage.press("u")
        await stage.until(
            lambda: any(toast.startswith("nothing to undo") for toast in stage.toasts)
        )
        assert any("snoozed Marmeladerie" in toast for toast in stage.toasts)
        assert latest(stage, Decision).until_on == date(2026, 12, 24)


async def test_nothing_to_undo_is_said(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("U")
        await stage.until(lambda: stage.toasts)
        assert stage.toasts[0].startswith("nothing to redo")


async def test_the_list_follows_the_day_when_the_app_stays_open_overnight(
    sample: Services, clock: StillClock
) -> None:
    async with playing(sample) as stage:
        clock.at = NOON + timedelta(days=1)
        await stage.until(lambda: "Fri 27 Nov" in stage.text)


async def test_a_customer_that_was_deleted_meanwhile_does_no_harm(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Stroopwafel")
        await snooze(stage)
        await stage.at(TodayScreen)
        colleague.customers.remove([colleague.customers.find(MARMELADERIE).id])
        await stage.until(lambda: "removed customer" in "".join(stage.row_texts))
        await stage.go_to("removed customer")
        for key in (
            "enter",
            "l",
            "r",
            "n",
            "p",
            "s",
            "a",
            "x",
            "z",
            "w",
            "e",
            "o",
            "y",
            "space",
            "s",
            "p",
        ):
            await stage.press(key)
            await stage.press("escape")
            await stage.at(TodayScreen)
        assert stage.app.is_running


async def test_o_offers_only_links_that_are_built_here(
    sample: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(sample) as stage:
        opened: list[str] = []
        monkeypatch.setattr(stage.app, "open_url", lambda url, **_: opened.append(url))
        for key in ("t", "m", "p"):
            await stage.go_to("Marmeladerie")
            await stage.press("o")
            await stage.at(Choose)
            await stage.press(key)
            await stage.at(TodayScreen)
        assert opened[0] == "tel:+493023125074"
        assert opened[1] == "mailto:magda.nowicka@example.com"
        assert opened[2].startswith("https://www.openstreetmap.org/?mlat=52.")


async def test_y_sends_name_person_and_telephone_to_the_clipboard(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("y")
        assert (
            stage.app.clipboard
            == "Marmeladerie Winterfeldt  Magda Nowicka  +49 30 23125074".replace("  ", " ")
        )


async def test_export_writes_one_file_a_meeting(sample: Services, scratch: Path) -> None:
    async with playing(sample) as stage:
        await stage.press("E")
        await stage.at(FillForm)
        await stage.fill(folder="")
        assert "Which folder?" in stage.understood
        await stage.fill(folder="~/calendars/outreach")
        await stage.press("enter")
        await stage.at(TodayScreen)
        await stage.until(lambda: stage.toasts)
        files = sorted((scratch / "calendars" / "outreach").glob("*.ics"))
        assert len(files) == len(stage.all(Meeting))
        assert "4 files written, 0 unchanged" in stage.toasts[-1]
        assert stage.services.config.calendar_folder.endswith("calendars/outreach")
        await stage.press("E", "enter")
        await stage.until(
            lambda: any("0 files written, 4 unchanged" in toast for toast in stage.toasts)
        )


async def test_a_folder_of_nobody_is_refused_in_the_form(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("E")
        await stage.at(FillForm)
        await stage.fill(folder="~nobody-with-this-name/calendars")
        await stage.press("enter")
        await stage.at(FillForm)
        assert "~nobody-with-this-name" in stage.understood


async def test_a_pause_is_said_in_w_and_a_snooze_on_the_page(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("z")
        await stage.at(FillForm)
        await stage.fill(why="they move")
        await stage.press("enter")
        await stage.at(TodayScreen)
        await stage.go_to("Marmeladerie")
        await stage.press("w")
        await stage.at(ReadText)
        assert "Now paused Mind paused until 25 May; they move Was" in stage.pane("#text")
        await stage.press("escape")
        await stage.go_to("Stroopwafel")
        await stage.press("s", "w")
        await stage.at(TodayScreen)
        await stage.press("2")
        await stage.at(CustomersScreen)
        await stage.go_to("Stroopwafel")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        assert "Status snoozed until 3 Dec" in stage.pane("#card")

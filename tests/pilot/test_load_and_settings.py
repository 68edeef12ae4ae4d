"""The settings' forms, the load with what helps, and the third snooze; on the sample, and on 545 customers."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from textual.widgets import Input, Static

from outreach_tui.bootstrap import Services
from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Customer, Status
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.hours import WEEKENDS
from outreach_tui.domain.record import Patch, Put
from outreach_tui.domain.setting_rows import BY_NAME
from outreach_tui.domain.settings import TEAM, Setting
from outreach_tui.screens.modals.change_settings import ChangeSettings
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.settle import Settle
from outreach_tui.screens.today import TodayScreen
from pilot.playing import SMALL, WIDE, Stage, StillClock, playing

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE])
LARKRISE = "Larkrise"
"""Snoozed twice in the sample."""


@cache
def crowd_bytes() -> bytes:
    """Return a file in which Ana looks after 545 customers of tier B, with five calls a day."""
    with TemporaryDirectory() as folder:
        services = Services(file=str(Path(folder) / "team.json"), clock=StillClock())
        services.members.introduce({"name": "Ana", "city": "Berlin, Germany", "calls_a_day": "5"})
        ids = services.workspace.ids
        services.workspace.commit(
            "filled the file",
            [Put(Customer(id=ids.new(), name=f"Customer {n:03}", phone="030")) for n in range(545)],
        )
        services.close()
        return services.store.path.read_bytes()


@pytest.fixture
def crowd(scratch: Path, clock: StillClock) -> Services:
    """The services on that file, with nothing said yet today."""
    path = scratch / "crowd.json"
    path.write_bytes(crowd_bytes())
    services = Services(file=str(path), member="Ana", clock=clock)
    services.calendars = WEEKENDS
    services.cache_path = scratch / "cache"
    return services


def team(stage: Stage) -> dict[str, object]:
    """Return the settings of the team that are on file."""
    return {s.id: s.value for s in stage.all(Setting) if s.id in BY_NAME}


def notice(stage: Stage) -> str:
    """Return what Today says about the load."""
    line = stage.app.screen.query_one("#load", Static)
    return str(line.render()).strip() if line.display else ""


def about(stage: Stage) -> str:
    return " ".join(str(stage.app.screen.query_one("#about", Static).render()).split())


# Settings.


@SIZES
async def test_a_band_is_explained_tried_changed_and_undone(
    sample: Services, size: tuple[int, int]
) -> None:
    async with playing(sample, size) as stage:
        await stage.press("comma")
        await stage.at(Choose)
        assert "14/30 · 45/90 · 75/150 · 150/300" in stage.words
        await stage.press("b")
        await stage.at(ChangeSettings)
        assert stage.title == "How often we talk"
        await stage.press("tab")
        assert "customers of tier A" in about(stage)
        assert "Default: 45/90. In scripts: band.a" in about(stage)
        assert (
            "A: every 45 days, at the latest 90: 10 customers, about 41 conversations a year"
            in stage.understood
        )
        await stage.fill(band_a="30/60")
        assert "10 customers, about 61 conversations a year" in stage.understood
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert team(stage) == {"band.a": {"ideal_days": 30, "max_days": 60}}
        await stage.press("u")
        await stage.until(lambda: not team(stage))


@SIZES
@pytest.mark.parametrize("menu", ["b", "v", "w"])
async def test_every_form_fits_with_all_that_it_says(
    sample: Services, size: tuple[int, int], menu: str
) -> None:
    async with playing(sample, size) as stage:
        await stage.press("comma", menu)
        form = await stage.at(ChangeSettings)
        for _ in form.query("Input"):
            shown = str(form.query_one("#understood", Static).render()).split()
            assert all(word in stage.words for word in [*about(stage).split(), *shown])
            await stage.press("tab")


async def test_a_contradiction_is_refused_and_a_doubt_is_said(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("comma", "b")
        await stage.at(ChangeSettings)
        await stage.fill(band_a="90/45")
        await stage.press("enter")
        assert "the ideal (90) has to come before the maximum (45)" in stage.understood
        assert isinstance(stage.app.screen, ChangeSettings)
        await stage.fill(band_a="200/400")
        assert "Do you mean it? Tier A is now promised less than tier B." in stage.understood
        assert "Do you mean it?" in stage.words
        assert not team(stage)


async def test_my_working_times_are_one_commit(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("comma", "w")
        await stage.at(ChangeSettings)
        await stage.fill(away="yesterday..in 2 weeks")
        stage.app.screen.query_one("#field-away", Input).focus()
        await stage.until(lambda: "Away from Wed 25 Nov 2026 to Thu 10 Dec 2026" in stage.words)
        await stage.fill(
            calls_a_day="3", works="9-15", working_days="mon-wed", away="21 dec..2 jan",
            covered_by="Ben",
        )  # fmt: skip
        await stage.press("enter")
        await stage.at(TodayScreen)
        texts = stage.services.settings.texts()
        assert texts["works"] == "9:00-15:00"
        assert texts["away"] == "2026-12-21..2027-01-02"
        assert texts["covered-by"] == "Ben"
        await stage.press("u")
        await stage.until(lambda: stage.services.settings.texts()["calls-a-day"] == "5")
        assert stage.services.settings.texts()["away"] == "none"


async def test_what_was_typed_is_kept_when_the_form_is_left(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("comma", "v")
        await stage.at(ChangeSettings)
        await stage.fill(group_size="12")
        await stage.press("escape", "comma", "v")
        await stage.at(ChangeSettings)
        assert "brought back" in stage.words
        assert stage.services.settings.texts()["group-size"] == "8"
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.services.settings.texts()["group-size"] == "12"


async def test_a_colleagues_change_is_shown_and_chosen_from(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await stage.press("comma", "b")
        await stage.at(ChangeSettings)
        await stage.fill(band_a="30/60", band_b="60/120")
        colleague.settings.change({"band.a": "40/80"})
        await stage.until(lambda: stage.services.settings.texts()["band.a"] == "40/80")
        await stage.press("enter")
        await stage.at(Settle)
        assert "40/80" in stage.words and "30/60" in stage.words
        await stage.press("right", "enter")
        await stage.at(TodayScreen)
        texts = stage.services.settings.texts()
        assert (texts["band.a"], texts["band.b"]) == ("30/60", "60/120")


async def test_settings_that_cannot_be_meant_are_said_at_the_start(sample: Services) -> None:
    member = sample.workspace.member
    sample.store.commit(
        "edited by hand",
        [
            Put(Setting(id=TEAM, value={"group_size": 1})),
            Patch(type(member), member.id, {"calls_a_day": 0}),
        ],
        member_id=member.id,
    )
    async with playing(sample) as stage:
        await stage.until(lambda: stage.toasts)
        [toast] = stage.toasts
        assert "group-size in the file cannot be meant: a group has 2 to 500" in toast
        assert "calls-a-day in the file cannot be meant" in toast
        assert "of 6 done" in stage.text  # three calls, as nothing else was said


# Load.


async def test_today_is_quiet_while_all_is_well(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.pilot.pause(0.1)
        assert notice(stage) == ""
        assert isinstance(stage.app.screen, TodayScreen)
        await stage.press("comma", "l")
        await stage.at(Choose)
        assert "That fits." in stage.words


@SIZES
async def test_too_much_is_asked_about_once_a_day(crowd: Services, size: tuple[int, int]) -> None:
    async with playing(crowd, size) as stage:
        await stage.at(Choose)
        await stage.until(lambda: stage.pane("#text"))
        assert (
            "You promised 1,326 conversations a year; at 5 a day you reach about 740. Stretch "
            "the bands × 1.8, add calls, or move 303 customers to user groups."
            in stage.pane("#text")
        )
        assert "about 175 working days" in stage.pane("#text")
        assert "change my working times" in stage.words
        await stage.press("escape")
        await stage.at(TodayScreen)
        assert notice(stage).startswith("Your bands ask for 1.8 times the calls you can make")
    async with playing(crowd, size) as stage:
        await stage.pilot.pause(0.2)
        await stage.at(TodayScreen)


async def test_a_new_day_asks_again(crowd: Services, clock: StillClock) -> None:
    async with playing(crowd) as stage:
        await stage.at(Choose)
        await stage.press("escape")
        await stage.at(TodayScreen)
        clock.at = clock.at.replace(day=27)
        stage.app._look_for_changes()
        await stage.at(Choose)


@SIZES
async def test_stretching_all_bands_shows_before_and_after_and_can_be_undone(
    crowd: Services, size: tuple[int, int]
) -> None:
    async with playing(crowd, size) as stage:
        await stage.at(Choose)
        await stage.press("s")
        await stage.until(lambda: stage.title == "Stretch all bands?")
        assert "B: 75/150 → 135/270" in stage.words
        assert "load 1.79 → load 0.99" in stage.words
        await stage.press("y")
        await stage.at(TodayScreen)
        assert stage.services.settings.texts()["band.b"] == "135/270"
        assert stage.services.loads.of().ratio <= 1
        assert (
            "Load 0.99: What you promised can be done now, with little room: it is more than 4 of 5 of the "
            "calls you can make. u undoes." in stage.toasts
        )
        await stage.until(lambda: "more than 4 of 5" in notice(stage))
        await stage.press("u")
        await stage.until(lambda: "1.8 times" in notice(stage))
        assert not team(stage)


@SIZES
async def test_more_calls_a_day_can_be_chosen_and_undone(
    crowd: Services, size: tuple[int, int]
) -> None:
    async with playing(crowd, size) as stage:
        await stage.at(Choose)
        await stage.press("c")
        await stage.until(lambda: stage.title == "More calls a day?")
        assert "Calls a day: 5 → 9" in stage.words
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.services.workspace.member.calls_a_day == 9
        await stage.until(lambda: "more than 4 of 5" in notice(stage))
        await stage.press("u")
        await stage.until(lambda: "1.8 times" in notice(stage))
        assert stage.services.workspace.member.calls_a_day == 5


@SIZES
async def test_customers_move_to_user_groups_and_come_back(
    crowd: Services, size: tuple[int, int]
) -> None:
    async with playing(crowd, size) as stage:
        await stage.at(Choose)
        await stage.press("g")
        await stage.until(lambda: stage.title == "Move 303 customers to user groups?")
        assert "Customer 000" in stage.words
        assert "load 1.79 → load 1.00" in stage.words
        await stage.press("y")
        await stage.at(TodayScreen)
        assert f"{stage.services.loads.of().ratio:.2f}" == "1.00"
        moved = [c for c in stage.all(Customer) if "user-group" in c.tags]
        assert len(moved) == 303
        assert all(c.cadence == Cadence(ideal_days=360, max_days=720) for c in moved)
        await stage.until(lambda: "more than 4 of 5" in notice(stage))
        await stage.press("u")
        await stage.at(Choose)  # many records: it asks first
        await stage.press("y")
        await stage.until(lambda: "1.8 times" in notice(stage))
        assert not any(c.tags for c in stage.all(Customer))


async def test_no_is_no(crowd: Services) -> None:
    async with playing(crowd) as stage:
        await stage.at(Choose)
        await stage.press("s")
        await stage.until(lambda: stage.title == "Stretch all bands?")
        await stage.press("n")
        await stage.at(TodayScreen)
        assert not team(stage)


async def test_the_bands_can_be_changed_from_there_by_hand(crowd: Services) -> None:
    async with playing(crowd) as stage:
        await stage.at(Choose)
        await stage.press("b")
        await stage.at(ChangeSettings)
        await stage.fill(band_b="200/400")
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.services.settings.texts()["band.b"] == "200/400"
        await stage.until(lambda: "1.8 times" not in notice(stage))


@pytest.mark.parametrize(("size", "rate"), [(SMALL, ""), (WIDE, " at your reach rate")])
async def test_the_first_round_is_said_where_the_bands_fit_and_the_keys_are_seen(
    crowd: Services, size: tuple[int, int], rate: str
) -> None:
    crowd.settings.change({"band.b": "300/600"})
    async with playing(crowd, size) as stage:
        await stage.until(
            lambda: (
                notice(stage)
                == f"First talks: 545 customers, 5 a day: about 175 working days{rate}  , l"
            )
        )
        assert "working days" + rate + " , l" in stage.words


async def test_the_bands_are_seen_whole_in_the_menu(sample: Services) -> None:
    wide = {"band.new": "30/65", "band.a": "95/185", "band.b": "155/310", "band.c": "310/615"}
    sample.settings.change(wide)
    async with playing(sample) as stage:
        await stage.press("comma")
        await stage.at(Choose)
        await stage.until(lambda: "30/65 · 95/185 · 155/310 · 310/615" in stage.words, seconds=3)


async def test_what_has_no_room_in_a_choice_ends_in_an_ellipsis(sample: Services) -> None:
    async with playing(sample) as stage:
        choices = [Choice("a", "a label", 1, "x" * 90), Choice("b", "b" * 90, 2, "detail")]
        stage.app.push_screen(Choose("?", choices))
        await stage.at(Choose)
        for line in stage.row_text(0, 70), stage.row_text(1, 70):
            assert len(line) == 70
            assert line.endswith("…")


# Snoozing.


async def test_a_snooze_says_how_often(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("s", "d")
        await stage.at(TodayScreen)
        assert any("Snoozed. Back on Fri 27 Nov" in toast for toast in stage.toasts)
        await stage.go_to("Marmeladerie")
        await stage.press("s", "w")
        await stage.at(TodayScreen)
        assert any("Snoozed twice. Back on Thu 3 Dec" in toast for toast in stage.toasts)


@SIZES
async def test_the_third_snooze_can_still_be_just_a_snooze(
    sample: Services, size: tuple[int, int]
) -> None:
    async with playing(sample, size) as stage:
        await stage.go_to(LARKRISE)
        await stage.press("s")
        await stage.at(Choose)
        assert "the right rhythm?" in stage.words
        await stage.press("k")
        await stage.until(lambda: stage.title.startswith("Snooze Larkrise"))
        await stage.press("w")
        await stage.at(TodayScreen)
        assert any("Snoozed three times" in toast for toast in stage.toasts)


@SIZES
async def test_the_third_snooze_changes_the_rhythm_and_one_undo_takes_it_back(
    sample: Services, size: tuple[int, int]
) -> None:
    async with playing(sample, size) as stage:
        name = next(c.name for c in stage.all(Customer) if c.name.startswith(LARKRISE))
        band = sample.customers.standing(stage.customer(name).id).cadence
        await stage.go_to(LARKRISE)
        await stage.press("s", "c")
        await stage.at(FillForm)
        assert f"at the latest {2 * band.max_days}" in stage.understood
        await stage.fill(cadence="90/45")
        await stage.press("enter")
        assert "has to come before" in stage.understood
        await stage.fill(cadence="100/200")
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.customer(name).cadence == Cadence(ideal_days=100, max_days=200)
        last = max(
            stage.services.store.of_customer(Decision, stage.customer(name).id), key=lambda d: d.id
        )
        assert any("Back on" in toast for toast in stage.toasts)
        assert last.until_on is not None
        await stage.press("u")
        await stage.until(lambda: stage.customer(name).cadence is None)


async def test_the_third_snooze_can_become_a_pause(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to(LARKRISE)
        await stage.press("s", "z")
        await stage.at(FillForm)
        await stage.fill(why="they rebuild")
        await stage.press("enter")
        await stage.at(TodayScreen)
        customer = next(c for c in stage.all(Customer) if c.name.startswith(LARKRISE))
        assert (customer.status, customer.status_note) == (Status.PAUSED, "they rebuild")

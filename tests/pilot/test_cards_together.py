"""Today's cards of what brings customers together, at 80 columns, and what can be done on them."""

from datetime import date

import pytest

from company import ALFREDS, BOLIDO, CHOP, HOSTILE, company
from outreach_tui.bootstrap import Services
from outreach_tui.domain.decision import Decision, DecisionKind
from outreach_tui.domain.group_event import GroupEvent, Invitation
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.record import Patch, Put
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.today import TodayScreen
from pilot.playing import StillClock, playing


def team(scratch_services: Services, clock: StillClock, **given: object) -> Services:
    company(scratch_services.path, clock, **given)  # type: ignore[arg-type]  # as company takes them
    return Services(file=str(scratch_services.path), member="Ana", clock=clock)


async def test_the_card_of_an_introduction_says_who_said_what(
    empty: Services, clock: StillClock
) -> None:
    async with playing(team(empty, clock)) as stage:
        await stage.press("G")
        assert "Alfreds Futterkiste &" in stage.current
        card = stage.pane("#card")
        assert f"Do Introduce {ALFREDS} to {BOLIDO}" in card
        assert (
            "Why Bólido praised 'labels' on 3 Sep ('three languages on one label'); Alfreds Futterkiste asked for it "
            "on 5 Oct ('labels in Polish for the night shift'). They have not met, as far as we know."
        ) in card
        assert "With Bólido 1869 km" in card
        await stage.press("w")
        assert isinstance(stage.app.screen, ReadText)
        assert "[introduction]" in stage.words
        assert "What Introduce two customers" in stage.words


async def test_the_cards_of_a_session_and_of_seats_say_whom_to_invite(
    empty: Services, clock: StillClock
) -> None:
    services = team(empty, clock)
    async with playing(services) as stage:
        assert "billing, 3 askers" in stage.current
        card = stage.pane("#card")
        assert "Do Invite 3 customers to a working session on 'billing'" in card
        assert "Also Alfreds Futterkiste, Drachenblut" in card


async def test_the_card_of_a_planned_event_names_its_day(
    empty: Services, clock: StillClock
) -> None:
    async with playing(team(empty, clock, event=True)) as stage:
        assert "Berlin Thu 10 Dec" in stage.current
        card = stage.pane("#card")
        assert "Do Invite them to the event in Berlin on Thu 10 Dec" in card
        assert "has 8 of 8 seats free" in card


@pytest.mark.parametrize(
    ("row", "kind"), [("g", "co-create"), ("G", "introduction")], ids=["session", "introduction"]
)
async def test_a_snooze_puts_off_this_kind_only_and_the_list_stays(
    empty: Services, clock: StillClock, row: str, kind: str
) -> None:
    async with playing(team(empty, clock)) as stage:
        await stage.press(row, "s", "w")
        (made,) = stage.all(Decision)
        assert (made.kind, made.reason) == (DecisionKind.SNOOZED, kind)
        assert sum("snoozed" in text for text in stage.row_texts) == 1
        await stage.press("u")
        assert not any("snoozed" in text for text in stage.row_texts)


async def test_an_introduction_is_planned_with_both(empty: Services, clock: StillClock) -> None:
    async with playing(team(empty, clock)) as stage:
        await stage.press("G", "p")
        await stage.at(FillForm)
        assert stage.title == f"Plan with {ALFREDS} and {BOLIDO}"
        await stage.press("enter")
        await stage.at(TodayScreen)
        (made,) = stage.all(Meeting)
        assert (made.kind, made.minutes) == (MeetingKind.VIDEO, 30)
        assert made.purpose == f"Introduce {ALFREDS} to {BOLIDO}"
        assert [stage.services.customers.get(id_).name for id_ in made.customer_ids] == [
            ALFREDS, BOLIDO,
        ]  # fmt: skip
        rows = "\n".join(stage.row_texts)
        assert "planned" in rows
        assert "introduced" not in rows


async def test_a_session_is_planned_as_an_event_of_the_one_under_the_cursor(
    empty: Services, clock: StillClock
) -> None:
    async with playing(team(empty, clock)) as stage:
        await stage.press("g", "p")
        await stage.at(FillForm)
        await stage.press("enter")
        await stage.at(TodayScreen)
        (made,) = stage.all(Meeting)
        assert (made.kind, made.purpose) == (MeetingKind.EVENT, "Working session on 'billing'")
        assert len(made.customer_ids) == 1


async def test_no_second_event_is_planned_for_free_seats(
    empty: Services, clock: StillClock
) -> None:
    async with playing(team(empty, clock, event=True)) as stage:
        meetings = stage.all(Meeting)
        await stage.press("g", "p")
        assert isinstance(stage.app.screen, TodayScreen)
        assert stage.toasts == [
            ": This event is planned already: call them and invite them, then log it with l."
        ]
        assert stage.all(Meeting) == meetings


async def test_a_wrong_reason_is_muted(empty: Services, clock: StillClock) -> None:
    async with playing(team(empty, clock)) as stage:
        await stage.press("G", "x", "1")
        (made,) = stage.all(Decision)
        assert (made.kind, made.reason) == (DecisionKind.MUTED, "introduction")
        assert "wrong" in "\n".join(stage.row_texts)


async def test_an_introduction_and_an_invitation_that_were_made_are_done(
    empty: Services, clock: StillClock
) -> None:
    services = team(empty, clock, event=True)
    ids = {row.name: row.customer_id for row in services.store.rows().values()}
    services.workspace.commit("froze the list", services.day_plans.freezing())
    made = Introduction(
        id=services.workspace.ids.new(), customer_ids=(ids[BOLIDO], ids[ALFREDS]), made_on=date(2026, 11, 26)
    )  # fmt: skip
    (event,) = services.store.all(GroupEvent)
    invited = Patch(GroupEvent, event.id, {"invitations": (Invitation(customer_id=ids[CHOP]),)})
    services.workspace.commit("brought them together", [Put(made), invited])
    async with playing(services) as stage:
        assert sum(text.startswith(("✓", "▶")) for text in stage.row_texts) == 3
        assert "0 snoozed" not in stage.text
        assert "2 of 2 done" in stage.text.split("\n")[0]


async def test_hostile_names_are_text_on_the_card(empty: Services, clock: StillClock) -> None:
    services = team(empty, clock, names={ALFREDS: HOSTILE, BOLIDO: HOSTILE})
    async with playing(services) as stage:
        await stage.press("G")
        assert "Do Introduce [/] [red]Evil[/red] Ltd to [/] [red]Evil[/red] Ltd" in stage.pane(
            "#card"
        )
        assert not set(stage.text) & set("\x1b\x07\u202e")

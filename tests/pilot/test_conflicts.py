"""Two people edit one customer: what merges is merged, what clashes is asked, and nobody's typing is lost."""

from datetime import timedelta
from pathlib import Path

import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Patch
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.settle import Settle
from outreach_tui.screens.today import TodayScreen
from pilot.playing import NOON, SMALL, WIDE, Stage, StillClock, playing

NAME = "Marmeladerie Winterfeldt"
LONG = " ".join(f"word{number}" for number in range(150))
HOSTILE = "[ACME] [/] \x1b]52;c;aGk=\x07\x1b[31m\u202egnirts [@click=app.quit]x[/]"


async def edit_form(stage: Stage, **fields: str) -> None:
    """Open the form of the customer and type."""
    await stage.go_to("Marmeladerie")
    await stage.press("e")
    await stage.at(FillForm)
    await stage.fill(**fields)


def theirs(colleague: Services, **fields: str) -> None:
    colleague.store.refresh()
    colleague.customers.edit(colleague.customers.find(NAME), fields)


async def noticed(stage: Stage, field: str, value: str) -> None:
    """Wait until the program has read what the colleague wrote, though the form is open."""
    await stage.until(lambda: getattr(stage.customer(NAME), field) == value)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_both_values_stand_beside_each_other_and_mine_is_written_over_theirs(
    sample: Services, colleague: Services, size: tuple[int, int]
) -> None:
    async with playing(sample, size) as stage:
        await edit_form(stage, phone="030 222", industry="Jam")
        theirs(colleague, phone="030 111")
        await noticed(stage, "phone", "030 111")
        await stage.press("enter")
        await stage.at(Settle)
        assert NAME in stage.title
        line = next(line for line in stage.text.split("\n") if "030 111" in line)
        assert line.index("030 111") < line.index("030 222")
        assert "✓ Ben's, on file" in stage.words
        assert "industry" not in stage.words.casefold()
        await stage.press("right")
        assert "✓ yours" in stage.words
        await stage.press("enter")
        await stage.at(TodayScreen)
        now = stage.customer(NAME)
        assert (now.phone, now.industry) == ("030 222", "Jam")
        assert colleague.store.refresh()[-1].did == f"changed industry, phone of {NAME}"


async def test_enter_alone_keeps_theirs_and_says_what_was_typed(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, phone="030 222", industry="Jam")
        theirs(colleague, phone="030 111")
        await stage.press("enter")
        await stage.at(Settle)
        await stage.press("enter")
        await stage.at(TodayScreen)
        now = stage.customer(NAME)
        assert (now.phone, now.industry) == ("030 111", "Jam")
        assert "Theirs was kept: Phone: you had typed 030 222" in stage.toasts


async def test_esc_writes_nothing_and_the_form_comes_back_as_it_was_typed(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, phone="030 222", industry="Jam")
        theirs(colleague, phone="030 111")
        await stage.press("enter")
        await stage.at(Settle)
        await stage.press("escape")
        form = await stage.at(FillForm)
        assert (form.values()["phone"], form.values()["industry"]) == ("030 222", "Jam")
        now = stage.customer(NAME)
        assert (now.phone, now.industry) != ("030 222", "Jam")
        await stage.press("enter")
        await stage.at(Settle)
        await stage.press("l", "enter")
        await stage.at(TodayScreen)
        assert stage.customer(NAME).phone == "030 222"


async def test_each_field_is_chosen_by_itself(sample: Services, colleague: Services) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, phone="030 222", email="a@x.de", region="R2")
        theirs(colleague, phone="030 111", email="b@x.de", region="R1")
        await stage.press("enter")
        await stage.at(Settle)
        await stage.press("down", "space", "down", "right", "left", "enter")
        await stage.at(TodayScreen)
        now = stage.customer(NAME)
        mine = [now.region == "R2", now.phone == "030 222", now.email == "a@x.de"]
        assert mine == [False, True, False]


async def test_a_third_change_while_the_question_is_open_asks_again(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, phone="030 222")
        theirs(colleague, phone="030 111")
        await stage.press("enter")
        await stage.at(Settle)
        theirs(colleague, phone="030 333")
        await noticed(stage, "phone", "030 333")
        await stage.press("right", "enter")
        await stage.until(lambda: "030 333" in stage.words)
        await stage.press("right", "enter")
        await stage.at(TodayScreen)
        assert stage.customer(NAME).phone == "030 222"


async def test_different_fields_merge_without_a_question(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, industry="Jam")
        theirs(colleague, phone="030 111")
        await noticed(stage, "phone", "030 111")
        await stage.press("enter")
        await stage.at(TodayScreen)
        now = stage.customer(NAME)
        assert (now.phone, now.industry) == ("030 111", "Jam")


async def test_a_customer_that_was_removed_is_said_and_what_was_typed_is_kept(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, phone="030 222")
        colleague.customers.remove([colleague.customers.find(NAME).id])
        await stage.press("enter")
        await stage.until(lambda: any("was removed by somebody else" in t for t in stage.toasts))
        form = await stage.at(FillForm)
        assert form.values()["phone"] == "030 222"
        await stage.press("escape")
        await stage.at(TodayScreen)


async def test_long_values_are_there_to_the_last_word(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, industry=f"mine {LONG} end-of-mine", region="R2")
        theirs(colleague, industry=f"theirs {LONG} end-of-theirs", region="R1")
        await stage.press("enter")
        await stage.at(Settle)
        seen = stage.words
        for _ in range(30):
            await stage.press("down")
            seen += " " + stage.words
        words = set(seen.split())
        assert {f"word{number}" for number in range(150)} <= words
        assert {"end-of-mine", "end-of-theirs"} <= words
        for _ in range(30):
            await stage.press("up")
        assert "Which one is right?" in stage.words
        await stage.press("right", "enter")
        await stage.at(TodayScreen)


async def test_hostile_values_are_text(sample: Services, colleague: Services) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, industry="[/] [red]mine[/blue]")
        customer = colleague.customers.find(NAME)
        change = Patch(Customer, customer.id, {"industry": HOSTILE, "name": f"[W] {NAME}"})
        colleague.store.commit(f"did [/] {HOSTILE}", [change], member_id=None)
        await stage.until(lambda: any("another program" in toast for toast in stage.toasts))
        assert "did [/] [ACME] [/]" in " ".join(stage.toasts)
        await stage.press("enter")
        await stage.at(Settle)
        shown = stage.pane("#differences")
        assert "[ACME] [/] gnirts" in shown
        assert "[@click=app.quit]x[/]" in shown
        assert "[/] [red]mine[/blue]" in shown
        assert "[W]" in stage.title
        assert not set("\x1b\x07\u202e") & set(stage.text + "".join(stage.toasts) + stage.title)
        await stage.press("enter")
        await stage.at(TodayScreen)


async def test_the_mouse_chooses(sample: Services, colleague: Services) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, phone="030 222")
        theirs(colleague, phone="030 111")
        await stage.press("enter")
        await stage.at(Settle)
        lines = stage.text.split("\n")
        y = next(y for y, line in enumerate(lines) if "030 222" in line)
        await stage.pilot.click(offset=(lines[y].index("030 222"), y))
        await stage.pilot.pause()
        assert "✓ yours" in stage.words
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.customer(NAME).phone == "030 222"


async def test_one_field_of_many_asks_for_those_that_clash(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("space", "j")
        other = next(c for c in stage.all(Customer) if c.name in stage.current)
        await stage.press("space", "e", "c")
        await stage.at(FillForm)
        await stage.fill(value="40/90")
        theirs(colleague, cadence="20/60")
        await stage.press("enter")
        await stage.at(Settle)
        assert NAME in stage.words
        assert other.name not in stage.words
        await stage.press("right", "enter")
        await stage.at(TodayScreen)
        rhythms = [stage.customer(name).cadence for name in (NAME, other.name)]
        assert rhythms == [Cadence(ideal_days=40, max_days=90)] * 2


async def test_what_i_said_about_myself_elsewhere_is_asked_about(
    sample: Services, scratch: Path
) -> None:
    born = NOON + timedelta(hours=2)
    elsewhere = Services(file=str(sample.path), member="Ana", clock=StillClock(born=born))
    async with playing(sample) as stage:
        await stage.press("comma")
        await stage.at(Choose)
        await stage.press("m")
        await stage.at(FillForm)
        await stage.fill(calls_a_day="4", email="ana@here.de")
        elsewhere.members.introduce({"calls_a_day": "9"})
        await stage.until(lambda: any("you, elsewhere: " in toast for toast in stage.toasts))
        await stage.press("enter")
        await stage.at(Settle)
        assert "Calls a day" in stage.words
        assert "yours from elsewhere, on file" in stage.words
        await stage.press("right", "enter")
        await stage.at(TodayScreen)
        member = sample.workspace.member
        assert (member.calls_a_day, member.email) == (4, "ana@here.de")


async def test_others_changes_appear_with_their_name(sample: Services, colleague: Services) -> None:
    async with playing(sample) as stage:
        theirs(colleague, industry="Jam")
        await stage.until(
            lambda: any("Ben: changed industry of" in toast for toast in stage.toasts)
        )
        for industry in ("Jelly", "Marmalade", "Fruit"):
            theirs(colleague, industry=industry)
        await stage.until(lambda: any("Ben: 3 changes, the last: " in t for t in stage.toasts))


async def test_my_own_changes_here_are_no_news(sample: Services, colleague: Services) -> None:
    async with playing(sample) as stage:
        await edit_form(stage, industry="Jam")
        await stage.press("enter")
        await stage.at(TodayScreen)
        theirs(colleague, phone="030 111")
        await stage.until(lambda: any("Ben: " in toast for toast in stage.toasts))
        assert not [toast for toast in stage.toasts if "elsewhere" in toast or "Ana:" in toast]

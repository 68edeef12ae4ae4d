"""Somebody removes the customer while I am in the middle of something with it: it is said, and I can go on."""

from datetime import timedelta

import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.screens.today import TodayScreen
from pilot.playing import TODAY as TODAY_IS
from pilot.playing import Stage, playing

NAME = "Marmeladerie Winterfeldt"

MIDWAY: dict[str, tuple[list[str], dict[str, str], list[str]]] = {
    "call": (["l"], {"note": "> heard"}, ["ctrl+s", "n"]),
    "they called": (["r"], {"note": "> heard"}, ["ctrl+s", "n"]),
    "note": (["n"], {"note": "heard"}, ["ctrl+s"]),
    "plan": (["p"], {}, ["enter"]),
    "snooze": (["s"], {}, ["d"]),
    "snooze, day by hand": (["s"], {}, ["t"]),
    "snooze to a day": (["s", "t"], {"until": "in 3 weeks"}, ["enter"]),
    "pause": (["z"], {"why": "they move"}, ["enter"]),
    "edit": (["e"], {"phone": "030 222"}, ["enter"]),
    "people": (["c"], {}, ["1"]),
    "people, new": (["c"], {}, ["+"]),
    "person, edit": (["c", "1"], {}, ["e"]),
    "person, edited": (["c", "1", "e"], {"role": "cook"}, ["enter"]),
    "person, move": (["c", "1"], {}, ["m"]),
    "person, moved": (["c", "1", "m"], {"company": "Elsewhere"}, ["enter"]),
    "person, moved to it": (["c", "1", "m"], {"to": "Alfreds"}, ["enter"]),
    "delete": (["D"], {}, ["y"]),
    "forget": (["F"], {}, ["1"]),
    "forgotten": (["F", "2"], {"name": "Jonas Winterfeldt"}, ["enter"]),
    "open": (["o"], {}, ["escape"]),
    "why": (["w"], {}, ["escape"]),
    "history": (["h"], {}, ["escape"]),
    "merge": (["M"], {}, ["1", "enter"]),
}
"""Keys that open something, what is filled in there, and keys that go on when the customer is gone."""


def remove(colleague: Services, *names: str) -> None:
    colleague.store.refresh()
    customers = colleague.customers
    customers.remove([customers.find(name).id for name in names])


async def notice(stage: Stage) -> None:
    """Look at the file, as the app does every second."""
    stage.app._look_for_changes()
    await stage.pilot.pause()


async def fill(stage: Stage, texts: dict[str, str]) -> None:
    if isinstance(stage.app.screen, TalkScreen):
        await stage.write(texts["note"])
    elif isinstance(stage.app.screen, FillForm):
        await stage.fill(**texts)


async def still_works(stage: Stage) -> None:
    """Leave what is open, and see that keys do what they do."""
    assert stage.app._exception is None
    for _ in range(5):
        if not isinstance(stage.app.screen, (TodayScreen, CustomersScreen)):
            await stage.press("escape")
    await stage.press("1")
    await stage.at(TodayScreen)
    await stage.press("2")
    await stage.at(CustomersScreen)


def nothing_names(stage: Stage, *gone: str) -> bool:
    """Return whether nothing was written about customers that are not there."""
    store = stage.services.store
    kinds = (Touchpoint, Meeting, Promise, Decision, Contact)
    return not any(store.of_customer(kind, id_) for kind in kinds for id_ in gone)


@pytest.mark.parametrize(
    ("what", "page"),
    [
        *((what, False) for what in MIDWAY),
        *((what, True) for what in ("call", "plan", "snooze", "edit", "people, new", "delete")),
    ],
)
async def test_the_customer_goes_away_midway(
    sample: Services, colleague: Services, what: str, page: bool
) -> None:
    opens, texts, goes_on = MIDWAY[what]
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.at(CustomersScreen)
        await stage.go_to(NAME)
        if page:
            await stage.press("enter")
            await stage.at(CustomerScreen)
        await stage.press(*opens)
        await fill(stage, texts)
        gone = stage.customer(NAME).id
        remove(colleague, NAME)
        await notice(stage)
        await stage.press(*goes_on)
        await still_works(stage)
        assert nothing_names(stage, gone)


@pytest.mark.parametrize("what", ["call", "plan", "pause", "edit", "person, moved", "delete"])
async def test_the_program_has_not_looked_yet(
    sample: Services, colleague: Services, what: str
) -> None:
    opens, texts, goes_on = MIDWAY[what]
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.at(CustomersScreen)
        await stage.go_to(NAME)
        await stage.press(*opens)
        await fill(stage, texts)
        remove(colleague, NAME)
        await stage.press(*goes_on)
        await still_works(stage)


MARKED: dict[str, tuple[list[str], dict[str, str], list[str]]] = {
    "edit": (["e"], {}, ["o"]),
    "edited": (["e", "t"], {"value": "jam"}, ["enter"]),
    "block": (["p"], {}, ["enter"]),
    "block, another time": (["p"], {}, ["1", "enter"]),
    "snooze": (["s"], {}, ["w"]),
    "delete": (["D"], {}, ["y"]),
    "merge": (["M"], {}, ["enter"]),
}


@pytest.mark.parametrize("what", MARKED)
async def test_one_of_two_that_are_marked_goes_away_midway(
    sample: Services, colleague: Services, what: str
) -> None:
    opens, texts, goes_on = MARKED[what]
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.at(CustomersScreen)
        for name in (NAME, "Senfmühle Brandl"):
            await stage.go_to(name)
            await stage.press("space")
        await stage.press(*opens)
        await fill(stage, texts)
        gone = stage.customer(NAME).id
        remove(colleague, NAME)
        await notice(stage)
        await stage.press(*goes_on)
        await still_works(stage)
        assert nothing_names(stage, gone)
        assert stage.customer("Senfmühle Brandl")


TODAY = {
    "talk": (["enter"], {"note": "> heard"}, ["ctrl+s", "n"]),
    "no answer": (["a"], {}, ["a"]),
    "snooze": (["s"], {}, ["w"]),
    "wrong reason": (["x"], {}, ["1"]),
    "plan": (["p"], {}, ["enter"]),
    "pause": (["z"], {"why": "they move"}, ["enter"]),
    "why": (["w"], {}, ["escape"]),
    "the palette": (["ctrl+p"], {}, ["escape"]),
}


@pytest.mark.parametrize("what", TODAY)
async def test_who_is_on_the_list_goes_away_midway(
    sample: Services, colleague: Services, what: str
) -> None:
    opens, texts, goes_on = TODAY[what]
    async with playing(sample) as stage:
        await stage.go_to(NAME)
        await stage.press(*opens)
        await fill(stage, texts)
        gone = stage.customer(NAME).id
        remove(colleague, NAME)
        await notice(stage)
        await stage.press(*goes_on)
        await still_works(stage)
        assert nothing_names(stage, gone)


async def test_who_is_snoozed_again_and_again_goes_away_before_the_rhythm_is_chosen(
    sample: Services, colleague: Services
) -> None:
    for answer in ("c", "z", "k"):
        colleague.store.refresh()
        customer = colleague.customers.add(f"Often {answer}", {"city": "Berlin"})
        for days in (1, 2):
            colleague.decisions.snooze(customer.id, TODAY_IS + timedelta(days=days))
        async with playing(sample) as stage:
            await notice(stage)
            await stage.press("2")
            await stage.at(CustomersScreen)
            await stage.go_to(customer.name)
            await stage.press("s")
            await stage.at(Choose)
            assert stage.title == f"Snooze {customer.name} again?"
            remove(colleague, customer.name)
            await notice(stage)
            await stage.press(answer)
            await still_works(stage)
            assert any("no longer on file" in toast for toast in stage.toasts)
            assert nothing_names(stage, customer.id)


async def test_a_merge_elsewhere_is_said_to_who_adds_a_person(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.at(CustomersScreen)
        await stage.go_to(NAME)
        await stage.press("c")
        await stage.at(Choose)
        one, other = (colleague.customers.find(n) for n in ("Senfmühle Brandl", NAME))
        colleague.joining.merge(one, other, ())
        await notice(stage)
        await stage.press("+")
        await stage.at(CustomersScreen)
        assert any(toast.startswith("this customer is no longer on file") for toast in stage.toasts)

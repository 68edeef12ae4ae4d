"""Customers and people by hand: told under the field, towns completed, people moved, all by keyboard."""

import pytest
from textual import events
from textual.widgets import Input

from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.settle import Settle
from outreach_tui.screens.today import TodayScreen
from outreach_tui.widgets.offers import OfferInput
from pilot.playing import SMALL, WIDE, Stage, playing

NAME = "Marmeladerie Winterfeldt"


def field(stage: Stage, name: str) -> str:
    """Return what stands in a field of the form on top."""
    return stage.app.screen.query_one(f"#field-{name}", Input).value


async def open_page(stage: Stage, name: str = NAME) -> CustomerScreen:
    """Open the page of a customer."""
    await stage.press("2")
    await stage.at(CustomersScreen)
    await stage.go_to(name[:18])
    await stage.press("enter")
    return await stage.at(CustomerScreen)


async def burst(stage: Stage, *keys: str, last: str, text: str) -> None:
    """Type keys that arrive in one read, before any of them was acted on; wait until the last field holds the text."""
    for key in keys:
        character = key if len(key) == 1 else None
        stage.app.post_message(events.Key(key, character))
    await stage.until(lambda: field(stage, last) == text, seconds=20)


# What is said under a field.


async def test_nothing_is_said_before_something_is_typed_and_each_field_then_says_its_own(
    sample: Services,
) -> None:
    async with playing(sample, WIDE) as stage:
        await stage.press("plus")
        await stage.at(FillForm)
        assert stage.told("name") == stage.told("email") == ""
        await stage.fill(name="X", email="eva", customer_since="2030-01-01", phone="12")
        assert "there is no @ in it" in stage.told("email")
        assert "type it as name@example.com" in stage.told("email")
        assert "has not come yet" in stage.told("customer_since")
        assert "12 is too short for a telephone number: kept as typed" in stage.told("phone")
        await stage.fill(email="eva@example.com", customer_since="31.02.")
        assert stage.told("email") == ""
        assert "not a day of the calendar" in stage.told("customer_since")
        await stage.fill(customer_since="soon")
        assert stage.told("customer_since").endswith(
            "write for example yesterday, fri, 3 dec, 2019-12-03"
        )


async def test_saving_goes_to_the_first_field_that_is_wrong_and_a_doubt_does_not_stop(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        form = await stage.at(FillForm)
        await stage.fill(email="eva", phone="12", country="Utopia")
        await stage.press("ctrl+s")
        assert form.focused is form.query_one("#field-name")
        assert "a customer needs a name" in stage.told("name")
        await stage.fill(name="X")
        await stage.press("ctrl+s")
        assert form.focused is form.query_one("#field-email")
        await stage.fill(email="eva@example.com")
        await stage.press("ctrl+s")
        await stage.at(CustomersScreen)
        assert (stage.customer("X").phone, stage.customer("X").country) == ("12", "Utopia")


async def test_a_twin_and_an_unknown_town_are_said_while_typing(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        await stage.at(FillForm)
        await stage.type_in("marmeladerie winterfeldt")
        assert "is on file already" in stage.told("name")
        await stage.fill(city="Qqqqville")
        assert "Qqqqville is not known" in stage.told("city")


# Towns.


async def test_a_town_is_chosen_with_the_arrows_and_fills_region_and_country(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        form = await stage.at(FillForm)
        await stage.fill(name="X")
        form.query_one("#field-city").focus()
        await stage.type_in("spring")
        assert "Springfield, Illinois, United States" in stage.text
        assert stage.told("city") == ""
        while "▶ Springfield, Illinois" not in stage.text:
            await stage.press("down")
        await stage.press("enter")
        assert isinstance(stage.app.screen, FillForm)
        assert [field(stage, f) for f in ("city", "region", "country")] == [
            "Springfield", "Illinois", "United States",
        ]  # fmt: skip
        assert "Springfield, Illinois, US (America/Chicago)" in stage.understood
        await stage.press("ctrl+s")
        await stage.at(CustomersScreen)
        place = stage.customer("X").place
        assert place is not None
        assert place.region == "Illinois"


async def test_what_is_changed_by_hand_after_a_choice_is_no_longer_the_choice(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        form = await stage.at(FillForm)
        await stage.fill(name="X")
        form.query_one("#field-city").focus()
        await stage.type_in("graz")
        await stage.press("down", "tab")
        assert form.focused is form.query_one("#field-region")
        assert form.values()["place"] == "2778067"
        await stage.fill(city="Kiel", region="", country="Germany")
        assert "place" not in form.values()
        await stage.press("ctrl+s")
        await stage.at(CustomersScreen)
        place = stage.customer("X").place
        assert place is not None
        assert place.name == "Kiel"


async def test_escape_closes_the_list_first_and_tab_without_a_choice_keeps_what_was_typed(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        form = await stage.at(FillForm)
        city = form.query_one("#field-city", OfferInput)
        city.focus()
        await stage.type_in("gra")
        assert city.offering
        await stage.press("escape")
        assert not city.offering
        assert isinstance(stage.app.screen, FillForm)
        await stage.type_in("z")
        assert city.offering
        await stage.press("tab")
        assert not city.offering
        assert (field(stage, "city"), field(stage, "region")) == ("graz", "")
        await stage.press("escape")
        await stage.at(CustomersScreen)


# Keys that come faster than the screen.


async def test_keys_right_after_a_tab_land_in_the_field_that_it_leads_to(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        await stage.at(FillForm)
        await burst(
            stage,
            *"Blum",
            "tab",
            *"Eva",
            "tab",
            "tab",
            *"12",
            "shift+tab",
            *"boss",
            last="role",
            text="boss",
        )
        assert [field(stage, f) for f in ("name", "contact", "role", "phone")] == [
            "Blum", "Eva", "boss", "12",
        ]  # fmt: skip


async def test_a_town_can_be_typed_and_taken_in_one_burst(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        form = await stage.at(FillForm)
        form.query_one("#field-city").focus()
        await burst(
            stage,
            *"wien",
            "down",
            "tab",
            "tab",
            "tab",
            *"2020-01-01",
            last="customer_since",
            text="2020-01-01",
        )
        assert [field(stage, f) for f in ("city", "country", "customer_since")] == [
            "Wien", "Austria", "2020-01-01",
        ]  # fmt: skip


# The whole way, as a person goes it.


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_add_correct_move_and_undo_all_of_it_by_keyboard(
    sample: Services, size: tuple[int, int]
) -> None:
    async with playing(sample, size) as stage:
        await stage.press("2", "plus")
        await stage.at(FillForm)
        await burst(
            stage,
            *"Kaffeehaus",
            "tab",
            *"Eva",
            "tab",
            *"owner",
            "tab",
            *"0316 123456",
            last="phone",
            text="0316 123456",
        )
        await stage.press("tab", "tab")
        await stage.type_in("grz")
        await stage.press("ctrl+s")
        await stage.at(CustomersScreen)
        await stage.go_to("Kaffeehaus")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        await stage.press("e")
        form = await stage.at(FillForm)
        while form.focused is not form.query_one("#field-city"):
            await stage.press("tab")
        await stage.type_in("graz")
        assert "▶" not in stage.text
        await stage.press("down", "enter", "ctrl+s")
        await stage.at(CustomerScreen)
        assert "Graz, Styria, Austria" in stage.pane("#card")
        assert "Who Eva, owner · +43 316 123456" in stage.pane("#card")
        await stage.press("c", "1", "m")
        await stage.at(FillForm)
        await stage.type_in("marmel")
        await stage.press("down", "enter", "ctrl+s")
        await stage.at(CustomerScreen)
        assert f"Left Eva, owner · until 2026, now at {NAME}" in stage.pane("#card")
        eva = next(c for c in stage.all(Contact) if c.name == "Eva")
        assert eva.customer_ids == (stage.customer(NAME).id,)
        for _ in range(2):
            await stage.press("u")
        assert "Who Eva, owner · 0316 123456" in stage.pane("#card")
        assert stage.customer("Kaffeehaus").city == "grz"
        await stage.press("u")
        await stage.at(CustomersScreen)
        assert len(stage.all(Customer)) == 46


# People.


async def test_the_page_shows_everybody_and_where_they_worked(sample: Services) -> None:
    here = sample.customers.find(NAME)
    eva = sample.contacts.add(here, {"name": "Eva", "birthday": "29 feb", "zone": "Lisbon"})
    sample.contacts.move(eva, to=sample.customers.find("Larkrise Cider"))
    async with playing(sample) as stage:
        await open_page(stage)
        card = stage.pane("#card")
        assert "magda.nowicka@example.com" in card
        assert (
            "Also Jonas Winterfeldt, owner · +49 30 23125071 · jonas.winterfeldt@example.com"
            in card
        )
        assert "Left Eva · in Lisbon · birthday 29 Feb · until 2026, now at Larkrise Cider" in card


async def test_plus_on_the_page_adds_a_person_there(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_page(stage)
        await stage.press("plus")
        await stage.at(FillForm)
        await stage.type_in("jonas winterfeldt")
        assert "is on file already" in stage.told("name")
        await stage.fill(name="Ida Stein", birthday="31.02.", phones="030 23125 076")
        await stage.press("ctrl+s")
        assert "not a day of the calendar" in stage.told("birthday")
        await stage.fill(birthday="29 feb")
        await stage.press("ctrl+s")
        await stage.at(CustomerScreen)
        assert "Ida Stein · +49 30 23125076 · birthday 29 Feb" in stage.pane("#card")
        await stage.press("u")
        assert "Ida Stein" not in stage.pane("#card")


async def test_c_works_on_every_list_and_edits_a_person(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("c")
        await stage.at(Choose)
        assert stage.title == f"People of {NAME}"
        await stage.press("2", "e")
        form = await stage.at(FillForm)
        assert stage.title == "Edit Jonas Winterfeldt"
        await stage.fill(access_needs="a ramp")
        form.query_one("#field-do_not_contact").focus()
        await stage.pilot.pause()
        assert "Do not contact" in stage.text
        await stage.press("ctrl+s")
        await stage.at(TodayScreen)
        jonas = next(c for c in stage.all(Contact) if c.name == "Jonas Winterfeldt")
        assert jonas.access_needs == "a ramp"


async def test_a_customer_without_people_offers_to_add_one_at_once(sample: Services) -> None:
    sample.customers.add("Nobody Ltd", {})
    async with playing(sample) as stage:
        await open_page(stage, "Nobody Ltd")
        await stage.press("c")
        await stage.at(FillForm)
        assert stage.title == "Add a person of Nobody Ltd"


async def test_a_move_names_what_is_missing_and_takes_another_company(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_page(stage)
        await stage.press("c", "2", "m")
        await stage.at(FillForm)
        await stage.press("ctrl+s")
        assert "Where to?" in stage.understood
        await stage.fill(to="qqqq")
        assert "No customer is called 'qqqq'" in stage.understood
        await stage.fill(to="", company="Elsewhere", on="2030-01-01")
        assert "has not come yet" in stage.told("on")
        await stage.fill(on="1 nov")
        await stage.press("ctrl+s")
        await stage.at(CustomerScreen)
        assert "until 2026, now at Elsewhere" in stage.pane("#card")


async def test_a_person_that_a_colleague_changed_too_is_chosen_field_by_field(
    sample: Services, colleague: Services
) -> None:
    async with playing(sample) as stage:
        await open_page(stage)
        await stage.press("c", "2", "e")
        await stage.at(FillForm)
        await stage.fill(diet="vegan", language="German")
        colleague.contacts.edit(colleague.contacts.find("Jonas Winterfeldt"), {"diet": "halal"})
        await stage.press("ctrl+s")
        await stage.at(Settle)
        assert "halal" in stage.text
        assert "vegan" in stage.text
        await stage.press("right", "enter")
        await stage.at(CustomerScreen)
        jonas = stage.services.contacts.find("Jonas Winterfeldt")
        assert (jonas.diet, jonas.language) == ("vegan", "German")


async def test_a_person_form_that_is_left_comes_back_with_c(sample: Services) -> None:
    async with playing(sample) as stage:
        await open_page(stage)
        await stage.press("plus")
        await stage.at(FillForm)
        await stage.type_in("Ida")
        await stage.press("escape")
        await stage.at(CustomerScreen)
        await stage.press("c", "plus")
        await stage.at(FillForm)
        assert field(stage, "name") == "Ida"
        await stage.press("ctrl+r")
        assert field(stage, "name") == ""


async def test_hostile_names_are_text_in_offers_and_forms(sample: Services) -> None:
    hostile = "[/] [red]x \x1b]52;c;aGk=\x07Ltd" + "y" * 100
    sample.customers.add(hostile, {"city": "Graz", "country": "Austria"}, {"name": hostile})
    async with playing(sample) as stage:
        await open_page(stage)
        await stage.press("c", "1", "m")
        await stage.at(FillForm)
        await stage.type_in("red")
        assert "[/] [red]x Ltdyyy" in stage.text
        assert "\x1b" not in stage.text
        await stage.press("down", "enter", "ctrl+s")
        await stage.at(CustomerScreen)
        assert "now at [/] [red]x Ltdyyy" in stage.pane("#card")

"""Merging two customers and forgetting a person, in the app."""

from pathlib import Path

import pytest

from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.choose_source import ChooseSource
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.match_columns import MatchColumns
from outreach_tui.screens.modals.merge_fields import MergeFields
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.modals.review_import import ReviewImport
from pilot.playing import SMALL, WIDE, Stage, playing

NAME = "Marmeladerie Winterfeldt"
TWIN = f"{NAME} GmbH"


async def in_customers(stage: Stage) -> None:
    await stage.press("2")
    await stage.at(CustomersScreen)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_pair_that_looks_like_one_is_merged_field_by_field_and_undone(
    sample: Services, size: tuple[int, int]
) -> None:
    sample.customers.add(TWIN, {"city": "Berlin", "phone": "030 999", "website": "winter.example"})
    before = len(sample.store.all(Customer))
    async with playing(sample, size) as stage:
        await in_customers(stage)
        await stage.press("M")
        await stage.at(Choose)
        assert f"{NAME} · {TWIN}" in stage.words or "Marmeladerie Winterfeldt ·" in stage.words
        await stage.press("1")
        await stage.at(MergeFields)
        assert stage.title.startswith("Merge Marmeladerie")
        assert "nothing else is on file about it. Which value stays?" in stage.words
        await stage.press("right", "enter")
        await stage.at(CustomersScreen)
        assert stage.customer(TWIN).website == "https://winterfeldt.example.com"
        assert len(stage.all(Customer)) == before - 1
        assert f"Merged {TWIN} into {NAME}: u brings both back." in stage.toasts
        await stage.press("u")
        await stage.until(lambda: len(stage.all(Customer)) == before)


async def test_two_that_are_marked_are_merged_and_more_are_not(sample: Services) -> None:
    async with playing(sample) as stage:
        await in_customers(stage)
        await stage.press("space", "space", "space", "M")
        assert any("merge two at a time" in toast for toast in stage.toasts)
        await stage.press("escape", "space", "space", "M")
        await stage.at(MergeFields)
        count = len(stage.all(Customer))
        await stage.press("escape")
        await stage.at(CustomersScreen)
        assert len(stage.all(Customer)) == count
        await stage.press("M")
        await stage.at(MergeFields)
        await stage.press("enter")
        await stage.at(CustomersScreen)
        assert len(stage.all(Customer)) == count - 1


async def test_what_a_colleague_changes_while_the_question_stands_is_not_lost(
    sample: Services, colleague: Services
) -> None:
    sample.customers.add(TWIN, {"city": "Berlin", "website": "winter.example"})
    async with playing(sample) as stage:
        await in_customers(stage)
        await stage.press("M", "1")
        await stage.at(MergeFields)
        colleague.store.refresh()
        colleague.customers.edit(colleague.customers.find(TWIN), {"phone": "030 12345678"})
        await stage.until(lambda: stage.customer(TWIN).phone == "030 12345678")
        await stage.press("enter")
        await stage.at(CustomersScreen)
        await stage.until(lambda: any("somebody else changed phone" in t for t in stage.toasts))
        assert stage.customer(TWIN).phone == "030 12345678"
        await stage.press("M", "1")
        await stage.at(MergeFields)
        await stage.press("enter")
        await stage.until(lambda: TWIN not in {c.name for c in stage.all(Customer)})


async def test_two_customers_are_not_offered_again(sample: Services) -> None:
    sample.customers.add(TWIN, {"city": "Berlin"})
    async with playing(sample) as stage:
        await in_customers(stage)
        await stage.press("M", "1")
        await stage.at(MergeFields)
        await stage.press("n")
        await stage.at(CustomersScreen)
        await stage.press("M")
        await stage.until(
            lambda: any("No customers look like each other" in t for t in stage.toasts)
        )


async def test_a_customers_page_offers_who_looks_like_it(sample: Services) -> None:
    sample.customers.add(TWIN, {"city": "Berlin"})
    async with playing(sample) as stage:
        await in_customers(stage)
        await stage.go_to(NAME)
        await stage.press("enter")
        await stage.at(CustomerScreen)
        await stage.press("M", "1")
        await stage.at(MergeFields)
        await stage.press("enter")
        await stage.until(lambda: TWIN not in {c.name for c in stage.all(Customer)})


async def test_an_import_says_who_looks_like_a_customer(sample: Services, scratch: Path) -> None:
    (scratch / "list.csv").write_text(f"Company,City\n{TWIN},Berlin\n")
    async with playing(sample) as stage:
        await in_customers(stage)
        await stage.press("I")
        await stage.at(ChooseSource)
        await stage.fill(path=str(scratch / "list.csv"))
        await stage.press("enter")
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        await stage.press("enter")
        await stage.until(
            lambda: any(
                "1 looks like a customer you have: M shows them." in t for t in stage.toasts
            )
        )


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_person_is_forgotten_when_the_name_is_typed(
    sample: Services, size: tuple[int, int]
) -> None:
    customer = sample.customers.find(NAME)
    (person, *_) = sample.store.of_customer(Contact, customer.id)
    talks = len(sample.store.all(Touchpoint))
    async with playing(sample, size) as stage:
        await in_customers(stage)
        await stage.go_to(NAME)
        await stage.press("enter")
        await stage.at(CustomerScreen)
        await stage.press("F")
        await stage.at(Choose)
        await stage.press("1")
        await stage.at(FillForm)
        assert stage.title == f"Forget {person.name}?"
        assert "enter forgets for good" in str(stage.app.screen.query_one("#box").border_subtitle)
        await stage.fill(name=person.name.split()[0])
        await stage.press("enter")
        assert "Type the whole name" in stage.understood
        assert stage.services.store.get(Contact, person.id) is not None
        await stage.fill(name=person.name.upper())
        await stage.press("enter")
        await stage.at(ReadText)
        assert "cleaned:" in stage.words
        assert "Not ours to change" in stage.words
        await stage.press("escape")
        await stage.at(CustomerScreen)
        assert person.name not in stage.words
        assert stage.services.store.get(Contact, person.id) is None
        assert len(stage.all(Touchpoint)) == talks
        stage.services.close()
        files = [p for p in sample.path.parent.rglob("*") if p.is_file()]
        assert [p.name for p in files if person.name.encode() in p.read_bytes()] == []


async def test_undo_asks_before_it_goes_past_the_forgetting(sample: Services) -> None:
    customer = sample.customers.add("Signs Ltd", {}, {"name": "$(reboot)"})
    async with playing(sample) as stage:
        await in_customers(stage)
        await stage.go_to("Signs Ltd")
        await stage.press("F")
        await stage.at(FillForm)
        await stage.fill(name="$(reboot")
        await stage.press("enter")
        assert "Type the whole name" in stage.understood
        await stage.fill(name="$(reboot)")
        await stage.press("enter")
        await stage.at(ReadText)
        await stage.press("escape", "u")
        await stage.at(Choose)
        assert "Forgetting a person cannot be undone. Before it: added" in stage.words
        await stage.press("n")
        await stage.at(CustomersScreen)
        assert stage.services.store.get(Customer, customer.id) is not None


async def test_nobody_is_forgotten_where_nobody_is_on_file(sample: Services) -> None:
    sample.customers.add("Nobody & Co", {})
    async with playing(sample) as stage:
        await in_customers(stage)
        await stage.go_to("Nobody & Co")
        await stage.press("F")
        assert any("Nobody is on file here" in toast for toast in stage.toasts)


async def test_a_name_of_symbols_has_to_be_typed_too(sample: Services) -> None:
    customer = sample.customers.add("Signs Ltd", {}, {"name": "?"})
    async with playing(sample) as stage:
        await in_customers(stage)
        await stage.go_to("Signs Ltd")
        await stage.press("F")
        await stage.at(FillForm)
        for typed in ("", " ", "!", "-", "??"):
            await stage.fill(name=typed)
            await stage.press("enter")
            assert "Type the whole name" in stage.understood
        assert len(stage.services.store.of_customer(Contact, customer.id)) == 1
        await stage.fill(name="?")
        await stage.press("enter")
        await stage.at(ReadText)
        assert not stage.services.store.of_customer(Contact, customer.id)

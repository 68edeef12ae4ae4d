"""Customers: finding, filtering, sorting, marking, editing, deleting and adding."""

import msgspec
import pytest
from textual.widgets import DataTable, Input

from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.standing import State
from outreach_tui.presentation.rows import table_row
from outreach_tui.screens import customers
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.modals.choose import Choose
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.talk import TalkScreen
from outreach_tui.services.customers import Filter
from pilot.playing import WIDE, playing


async def test_all_customers_are_listed_and_the_title_counts_them(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.at(CustomersScreen)
        assert stage.rows.row_count == 46
        assert "46 customers" in stage.text.split("\n")[0]
        assert stage.row_texts[0].startswith("▶ ")


async def test_slash_filters_while_typing_blind_to_accents_and_case(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "slash")
        counts = []
        for letter in "ZLOTY":
            await stage.press(letter)
            counts.append(stage.rows.row_count)
        assert counts == sorted(counts, reverse=True)
        assert stage.rows.row_count == 1
        assert "Piekarnia Złoty Łan" in stage.current
        assert "1 of 46" in stage.text
        await stage.press("enter")
        assert stage.app.focused is stage.rows
        await stage.press("escape")
        assert stage.rows.row_count == 46
        assert "Piekarnia Złoty Łan" in stage.current
        assert not stage.app.screen.query_one("#search", Input).display


async def test_letters_in_the_search_are_text_and_escape_clears_it(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "slash")
        await stage.type_in("quD12")
        assert stage.app.screen.query_one("#search", Input).value == "quD12"
        assert stage.rows.row_count == 0
        await stage.press("escape")
        assert stage.rows.row_count == 46
        assert stage.app.focused is stage.rows
        assert stage.app.is_running


async def test_no_hit_opens_nothing(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "slash")
        await stage.type_in("qqqq")
        await stage.press("enter", "enter", "e", "p", "s", "l", "D", "space", "w", "y", "o")
        assert isinstance(stage.app.screen, CustomersScreen)


async def test_down_goes_from_the_search_into_the_table(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "slash")
        await stage.type_in("ber")
        await stage.press("down")
        assert stage.app.focused is stage.rows


async def test_filters_add_up_and_are_named_in_the_title(sample: Services) -> None:
    async with playing(sample, WIDE) as stage:
        await stage.press("2", "f")
        await stage.at(Choose)
        await stage.press("a")
        loyal = stage.rows.row_count
        await stage.press("f", "m")
        mine = stage.rows.row_count
        assert 0 < mine < loyal < 46
        assert "loyal, Ana" in stage.text
        await stage.press("f", "r")
        await stage.at(FillForm)
        await stage.type_in("berlin")
        await stage.press("enter")
        await stage.at(CustomersScreen)
        assert 0 < stage.rows.row_count < mine
        await stage.press("f", "a")
        assert "loyal" not in stage.text.split("\n")[0]
        await stage.press("escape")
        assert stage.rows.row_count == 46


async def test_who_is_lost_paused_or_not_to_be_contacted_is_marked_so_and_not_late(
    sample: Services,
) -> None:
    late = sample.customers.listing(Filter(states=frozenset({State.LATE})))
    never = sample.customers.listing(Filter(states=frozenset({State.NEVER})))
    assert len(late) == 2
    assert never
    fields = ({"do_not_contact": "yes"}, {"status": "lost"}, {"status": "paused"})
    barred = dict(zip(("– no contact", "– lost", "– paused"), (*late, never[0]), strict=True))
    for standing, typed in zip(barred.values(), fields, strict=True):
        sample.customers.edit(sample.customers.get(standing.customer_id), typed)
    async with playing(sample, WIDE) as stage:
        await stage.press("2")
        assert " late" not in stage.words
        for words, standing in barred.items():
            await stage.go_to(standing.facts.name[:18])
            assert words in " ".join(stage.current.split())
        for key in ("l", "n"):
            await stage.press("f", key)
        await stage.at(CustomersScreen)
        assert len(stage.row_texts) == len(never) - 1


async def test_escape_takes_search_then_filters_then_marks(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "space", "f", "a", "slash")
        await stage.type_in("ber")
        await stage.press("escape")
        assert "loyal" in stage.text
        await stage.press("escape")
        assert stage.rows.row_count == 46
        assert "1 marked" in stage.text
        await stage.press("escape")
        assert "marked" not in stage.text


async def test_sorting_marks_its_column_and_keeps_the_cursor_on_its_customer(
    sample: Services,
) -> None:
    async with playing(sample, WIDE) as stage:
        await stage.press("2")
        await stage.go_to("Piekarnia")
        for key, title in (
            ("c", "City ▾"),
            ("s", "State ▾"),
            ("k", "Last talk ▾"),
            ("l", "Loyalty ▾"),
        ):
            before = list(stage.rows._ids)
            await stage.press("S")
            await stage.at(Choose)
            await stage.press(key)
            await stage.at(CustomersScreen)
            assert title in stage.text
            assert before != list(stage.rows._ids)
            assert "Piekarnia" in stage.current


async def test_sorted_by_next_meeting_the_soonest_comes_first(sample: Services) -> None:
    async with playing(sample, (160, 40)) as stage:
        await stage.press("2", "S", "m", "g")
        assert "16:30" in stage.row_text(0, 160)
        assert "1 Dec" in stage.row_text(1, 160)


async def test_enter_opens_the_customer_and_escape_comes_back_to_the_same_row(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.go_to("Piekarnia")
        await stage.press("enter")
        await stage.at(CustomerScreen)
        assert "Piekarnia Złoty Łan" in stage.text.split("\n")[0]
        await stage.press("escape")
        await stage.at(CustomersScreen)
        assert "Piekarnia" in stage.current


async def test_marked_customers_get_an_owner_in_one_change(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        ids = [str(id_) for id_ in stage.rows._ids[:3]]
        await stage.press("space", "space", "space", "e")
        await stage.at(Choose)
        assert stage.title == "Change 3 customers"
        await stage.press("o")
        await stage.at(FillForm)
        await stage.type_in("nobody known")
        await stage.press("enter")
        assert isinstance(stage.app.screen, FillForm)
        assert "nobody known" in stage.understood
        await stage.fill(value="Ben")
        await stage.press("enter")
        await stage.at(CustomersScreen)
        ben = stage.services.workspace.find_member("Ben").id
        assert {stage.services.customers.get(id_).owner_id for id_ in ids} == {ben}
        assert "marked" not in stage.text


async def test_marked_customers_get_one_more_tag(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.go_to("Piekarnia")
        await stage.press("space", "space", "e", "t")
        await stage.fill(value="trade fair")
        await stage.press("enter")
        await stage.at(CustomersScreen)
        assert stage.customer("Piekarnia Złoty Łan").tags == ("frozen", "trade fair")
        await stage.until(lambda: "Changed 2 customers: u undoes." in stage.toasts)
        await stage.press("u")
        await stage.until(lambda: stage.customer("Piekarnia Złoty Łan").tags == ("frozen",))


async def test_delete_asks_and_undo_brings_everything_back(sample: Services) -> None:
    async with playing(sample) as stage:
        contacts = len(stage.all(Contact))
        await stage.press("2")
        await stage.go_to("Piekarnia")
        await stage.press("D")
        await stage.at(Choose)
        assert stage.title == "Delete Piekarnia Złoty Łan?"
        await stage.press("enter")
        await stage.at(CustomersScreen)
        assert len(stage.all(Customer)) == 46
        assert not stage.toasts
        await stage.press("D", "y")
        await stage.at(CustomersScreen)
        await stage.until(lambda: "Deleted Piekarnia Złoty Łan: u undoes." in stage.toasts)
        assert len(stage.all(Customer)) == 45
        assert len(stage.all(Contact)) == contacts - 2
        await stage.press("u")
        await stage.until(
            lambda: isinstance(stage.app.screen, Choose) or len(stage.all(Customer)) == 46
        )
        if isinstance(stage.app.screen, Choose):
            assert "deleted Piekarnia Złoty Łan" in stage.words
            await stage.press("y")
        await stage.until(lambda: len(stage.all(Customer)) == 46)
        assert len(stage.all(Contact)) == contacts


async def test_an_edit_is_said_and_one_that_changes_nothing_is_not(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.go_to("Piekarnia")
        await stage.press("e")
        await stage.at(FillForm)
        await stage.press("ctrl+s")
        await stage.at(CustomersScreen)
        assert not stage.toasts
        await stage.press("e")
        await stage.at(FillForm)
        await stage.fill(industry="bakery")
        await stage.press("ctrl+s")
        await stage.at(CustomersScreen)
        await stage.until(lambda: "Changed Piekarnia Złoty Łan: u undoes." in stage.toasts)


async def test_deleting_marked_customers_says_how_many_are_hidden(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "space", "space", "slash")
        await stage.type_in("zloty")
        await stage.press("enter", "D")
        await stage.at(Choose)
        assert "2 of the marked are hidden by the filter." in stage.words


async def test_adding_refuses_an_empty_name_and_a_wrong_mail_address(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        await stage.at(FillForm)
        await stage.press("enter")
        assert "a customer needs a name" in stage.told("name")
        await stage.fill(name="Café Ümlaut", contact="Zoë", email="not an address")
        await stage.press("enter")
        assert "is no e-mail address" in stage.told("email")
        assert len(stage.all(Customer)) == 46
        await stage.fill(email="zoe@example.com", city="Lyon", country="France")
        assert "Europe/Paris" in stage.understood
        await stage.press("enter")
        await stage.at(CustomersScreen)
        added = stage.customer("cafe umlaut")
        assert added.place is not None
        assert added.place.zone == "Europe/Paris"
        await stage.press("u")
        await stage.until(lambda: len(stage.all(Customer)) == 46)


async def test_an_unknown_or_ambiguous_town_is_said_while_typing(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("plus")
        await stage.at(FillForm)
        await stage.fill(name="X", city="Elgin", country="USA")
        assert "Elgin, Illinois" in stage.understood
        await stage.fill(city="Qqqqville")
        assert "Qqqqville is not known" in stage.told("city")


async def test_a_customer_that_is_on_file_is_not_added_twice_and_nothing_typed_is_lost(
    sample: Services,
) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "plus")
        await stage.fill(name="piekarnia zloty lan", city="Wrocław", country="Poland")
        await stage.press("enter")
        await stage.until(lambda: stage.toasts or isinstance(stage.app.screen, FillForm))
        assert isinstance(stage.app.screen, FillForm)
        assert "on file already" in stage.told("name")
        assert len(stage.all(Customer)) == 46


async def test_editing_refuses_a_bad_cadence_and_an_empty_name(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.go_to("Piekarnia")
        await stage.press("e")
        await stage.at(FillForm)
        for fields, said in (
            ({"cadence": "90/45"}, "is no cadence"),
            ({"cadence": "", "name": " "}, "needs a name"),
            ({"name": "Piekarnia", "tier_pin": "Q"}, "'Q' is not one of"),
            ({"tier_pin": "A", "renewal_on": "3/4/27"}, "3/4/27"),
            ({"renewal_on": "", "owner": "Zed"}, "Zed"),
        ):
            await stage.fill(**fields)
            await stage.press("enter")
            assert isinstance(stage.app.screen, FillForm)
            assert said in stage.words
        await stage.fill(owner="Ben", cadence="20/40", name="Piekarnia Nowa")
        await stage.press("enter")
        await stage.at(CustomersScreen)
        changed = stage.customer("Piekarnia Nowa")
        assert changed.cadence is not None
        assert (changed.cadence.ideal_days, changed.cadence.max_days) == (20, 40)
        assert "Piekarnia Nowa" in stage.current


async def test_w_explains_where_a_customer_stands(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "w")
        await stage.at(ReadText)
        assert "Promise tier" in stage.pane("#text")


async def test_m_narrows_to_one_members_customers(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.press("2", "m")
        await stage.go_to("Ben")
        await stage.press("enter")
        await stage.at(CustomersScreen)
        ben = stage.services.workspace.find_member("Ben").id
        assert stage.rows.row_count == sum(c.owner_id == ben for c in stage.all(Customer))


async def test_talking_from_the_table_shows_in_the_table(sample: Services) -> None:
    async with playing(sample, WIDE) as stage:
        await stage.press("2")
        await stage.go_to("Piekarnia")
        await stage.press("l")
        await stage.at(TalkScreen)
        await stage.press("ctrl+s", "n")
        await stage.at(CustomersScreen)
        assert "26 Nov" in stage.row_text(stage.rows.cursor, 116)


async def test_a_talk_from_the_table_is_ticked_on_the_list_of_the_day(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Marmeladerie")
        await stage.press("s", "w")  # the first action keeps the list as it is
        before = [row.strip("▶✓~·! ").split("  ")[0] for row in stage.row_texts]
        await stage.press("2")
        await stage.go_to("Piekarnia")
        await stage.press("l", "ctrl+s", "n")
        await stage.at(CustomersScreen)
        await stage.press("1")
        assert before == [row.strip("▶✓~·! ").split("  ")[0] for row in stage.row_texts]
        assert any(row.startswith("✓ Piekarnia") for row in stage.row_texts)


async def test_each_screen_keeps_its_place(sample: Services) -> None:
    async with playing(sample) as stage:
        await stage.go_to("Larkrise")
        await stage.press("2")
        await stage.go_to("Piekarnia")
        await stage.press("1")
        assert "Larkrise" in stage.current
        await stage.press("2")
        assert "Piekarnia" in stage.current


async def test_a_key_press_lays_out_the_screen_and_not_the_list_of_20_000(
    sample: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = sample.customers.listing()[0]
    many = [
        msgspec.structs.replace(
            pattern,
            facts=msgspec.structs.replace(
                pattern.facts, customer_id=f"{n:032}", name=f"Customer {n:05}"
            ),
        )
        for n in range(20_000)
    ]
    monkeypatch.setattr(sample.customers, "listing", lambda: many)
    laid_out = 0

    def counting(*args: object, **kwargs: object) -> object:
        nonlocal laid_out
        laid_out += 1
        return table_row(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(customers, "table_row", counting)
    async with playing(sample) as stage:
        await stage.press("2")
        await stage.until(lambda: stage.rows.row_count == 20_000)
        for key in (
            "j",
            "k",
            "pagedown",
            "pageup",
            "G",
            "g",
            "space",
            "slash",
            "1",
            "9",
            "enter",
            "escape",
        ):
            laid_out = 0
            await stage.press(key)
            assert laid_out <= 3 * stage.rows.size.height, key
        assert stage.rows.row_count == 20_000
        assert not stage.app.query(DataTable)

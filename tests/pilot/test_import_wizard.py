"""The import wizard: where it comes from, what the columns hold, what it would do; each step can be gone back from."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

import pytest
from textual import events
from textual.command import CommandPalette

from outreach_tui.bootstrap import Services
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.choose_source import ChooseSource
from outreach_tui.screens.modals.fill_form import FillForm
from outreach_tui.screens.modals.match_columns import MatchColumns
from outreach_tui.screens.modals.review_import import ReviewImport
from outreach_tui.screens.modals.working import Working
from outreach_tui.screens.today import TodayScreen
from outreach_tui.services.customers import Filter
from outreach_tui.widgets.path_input import PathInput
from pilot.playing import SMALL, WIDE, Stage, playing

DATA = Path(__file__).parents[1] / "data"
NORTHWIND = DATA / "northwind"


@asynccontextmanager
async def importing(services: Services, size: tuple[int, int] = SMALL) -> AsyncIterator[Stage]:
    """Run the app on an empty file up to the first step of the wizard."""
    async with playing(services, size) as stage:
        await stage.at(FillForm)
        await stage.press("escape")
        await stage.at(TodayScreen)
        await stage.press("I")
        await stage.at(ChooseSource)
        yield stage


async def pick(stage: Stage, *paths: Path) -> None:
    """Name files, and go on."""
    await stage.at(ChooseSource)
    await stage.fill(path=" ".join(map(str, paths)))
    await stage.press("enter")


def written(folder: Path, text: str, name: str = "list.csv") -> Path:
    """Write a list."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


async def choose_field(stage: Stage, header: str, field: str) -> None:
    """Say what a column holds."""
    await stage.go_to(header)
    await stage.press("space")
    await stage.until(lambda: isinstance(stage.app.screen, Choose) and stage.title == header)
    await stage.go_to(field)
    await stage.press("enter")
    await stage.at(MatchColumns)


async def skip_towns(stage: Stage) -> None:
    """Leave the questions about towns, if there are any."""
    await stage.until(
        lambda: (
            isinstance(stage.app.screen, TodayScreen)
            or (isinstance(stage.app.screen, Choose) and stage.title.startswith("Which town?"))
        )
    )
    if isinstance(stage.app.screen, Choose):
        await stage.press("r")
    await stage.at(TodayScreen)


# Where it comes from


async def test_folders_and_lists_are_offered_as_a_path_is_typed(
    empty: Services, scratch: Path
) -> None:
    shutil.copytree(NORTHWIND, scratch / "northwind")
    written(scratch, "x", "picture.png")
    async with importing(empty) as stage:
        await stage.type_in("no")
        assert "northwind/" in stage.text
        assert "picture.png" not in stage.text
        await stage.press("tab")
        assert "orders_de.csv" in stage.text
        await stage.press("down", "down", "up", "enter")
        assert "~/northwind/customers.csv" in stage.text
        assert "customers.csv, 11 kB" in stage.understood
        await stage.press("enter")
        await stage.at(MatchColumns)
        await stage.press("escape")
        await stage.at(ChooseSource)
        assert "~/northwind/customers.csv" in stage.text


async def test_enter_on_a_folder_without_cards_shows_what_is_in_it(
    empty: Services, scratch: Path
) -> None:
    shutil.copytree(NORTHWIND, scratch / "northwind")
    async with importing(empty) as stage:
        await stage.type_in("northwind")
        await stage.press("escape", "enter")
        assert isinstance(stage.app.screen, ChooseSource)
        assert "orders_us_dates.csv" in stage.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nowhere.csv", None, "There is no "),
        ("empty.csv", b"", "empty.csv, row 1: the file is empty"),
        ("picture.csv", bytes(range(256)), "there are NUL bytes; this is not a text file"),
        ("data.csv", b"1,2\n3,4\n", "is data, and this should be the row of column names"),
    ],
)
async def test_what_cannot_be_read_is_said_in_the_wizard_and_what_was_typed_stays(
    empty: Services, scratch: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (scratch / name).write_bytes(content)
    async with importing(empty) as stage:
        await stage.fill(path=str(scratch / name))
        await stage.press("enter")
        await stage.until(
            lambda: isinstance(stage.app.screen, ChooseSource) and said in stage.understood
        )
        assert not empty.path.exists()
        await stage.press("end")
        await stage.type_in("x")
        assert stage.app.screen.query_one(PathInput).value == f"{scratch / name}x"


async def test_hostile_paths_are_shown_as_text(empty: Services, scratch: Path) -> None:
    written(scratch, "Company\nAcme\n", "[red]a\x1b[31m[$x].csv")
    async with importing(empty) as stage:
        await stage.type_in("[")
        assert "[red]a[$x].csv" in stage.text
        for typed in ("~nobody-of-that-name/x.csv", "x" * 5000, "'open", "[/]"):
            await stage.fill(path=typed)
            await stage.press("enter")
            assert isinstance(stage.app.screen, ChooseSource)


async def test_files_dropped_on_the_terminal_come_in_together(
    empty: Services, scratch: Path
) -> None:
    folder = scratch / "my lists"
    shutil.copytree(NORTHWIND, folder)
    async with importing(empty) as stage:
        dropped = f"'{folder}/customers.csv' {folder}/orders.csv ".replace(
            f"{folder}/orders", str(folder).replace(" ", "\\ ") + "/orders"
        )
        stage.app.post_message(events.Paste(dropped))
        await stage.until(lambda: "customers.csv, 11 kB and orders.csv" in stage.understood)
        await stage.press("enter")
        await stage.at(MatchColumns)
        assert "1 of 2: customers.csv, 91 rows" in stage.words
        await stage.press("enter")
        await stage.until(lambda: "2 of 2: orders.csv, 830 rows: orders" in stage.words)
        await stage.press("escape")
        await stage.until(lambda: "1 of 2" in stage.words)
        await stage.press("enter", "enter")
        await stage.at(ReviewImport)
        assert "customers.csv: customers 91 new" in stage.words
        assert "orders.csv: purchases 830 new" in stage.words
        await stage.press("enter")
        await skip_towns(stage)
        assert (len(stage.all(Customer)), len(stage.all(Purchase))) == (91, 830)
        assert stage.current
        await stage.press("u")
        await stage.at(Choose)
        await stage.press("y")
        await stage.until(lambda: not stage.all(Customer) and not stage.all(Purchase))


@pytest.mark.parametrize("typed", ["-", "/dev/null", "~/pipe"])
async def test_what_a_program_writes_is_to_be_saved_or_pasted(
    empty: Services, scratch: Path, typed: str
) -> None:
    os.mkfifo(scratch / "pipe")
    async with importing(empty) as stage:
        await stage.fill(path=typed)
        await stage.press("enter")
        assert isinstance(stage.app.screen, ChooseSource)
        assert "or paste the table here." in stage.understood


async def test_a_table_that_is_pasted_comes_in(empty: Services) -> None:
    async with importing(empty) as stage:
        stage.app.post_message(events.Paste("Company\tCity\tPhone\r\nAcme\tBerlin\t030-123456\r\n"))
        await stage.until(
            lambda: "Pasted: 2 lines, from “Company · City · Phone”" in stage.understood
        )
        await stage.press("enter")
        await stage.at(MatchColumns)
        assert "what was pasted, 1 row: customers" in stage.words
        await stage.press("escape")
        await stage.at(ChooseSource)
        assert "Pasted: 2 lines" in stage.understood
        await stage.press("enter")
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        await stage.press("enter")
        await skip_towns(stage)
        assert stage.customer("Acme").city == "Berlin"


async def test_the_folder_of_the_last_import_is_where_the_next_begins(
    empty: Services, scratch: Path
) -> None:
    shutil.copytree(NORTHWIND, scratch / "northwind")
    async with importing(empty) as stage:
        await pick(stage, scratch / "northwind" / "orders.csv")
        await stage.at(MatchColumns)
        await stage.press("escape", "escape")
        await stage.at(TodayScreen)
        assert stage.services.config.import_folder == ""  # nothing came in
        await stage.press("I")
        await pick(stage, written(scratch / "northwind", "Company\nAcme\n"))
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert stage.services.config.import_folder == "~/northwind"
        await stage.press("I")
        await stage.at(ChooseSource)
        await stage.press("down")
        assert "customers_cp1252_semicolon.csv" in stage.text


# What the columns hold


async def test_columns_are_shown_with_samples_and_corrected_by_hand(
    empty: Services, scratch: Path
) -> None:
    path = written(scratch, "Firmenbez,Who,Town\nAcme,Ann [b],Łódź\nBolt,,Łódź\n")
    async with importing(empty) as stage:
        await pick(stage, path)
        await stage.at(MatchColumns)
        assert "Nobody could guess what this is: t says it." in stage.words
        await stage.press("enter")
        await stage.at(Choose)
        await stage.press("1")
        await stage.at(MatchColumns)
        assert "A column for “company” is missing" in stage.words
        await stage.press("enter")
        assert isinstance(stage.app.screen, MatchColumns)
        await stage.press("space")
        await stage.until(
            lambda: isinstance(stage.app.screen, Choose) and stage.title == "Firmenbez"
        )
        assert "holds Acme · Bolt" in stage.words
        await stage.go_to("company")
        await stage.press("enter")
        await stage.at(MatchColumns)
        await stage.press("j", "space")
        await stage.until(lambda: isinstance(stage.app.screen, Choose) and stage.title == "Who")
        assert "holds Ann [b]" in stage.words
        await stage.go_to("person")
        await stage.press("enter")
        await stage.at(MatchColumns)
        assert "Who person 1 Ann [b]" in stage.words
        await stage.press("j", "space", "b")
        await stage.at(MatchColumns)
        assert "Town not read" in stage.words
        await stage.press("space")
        await stage.go_to("city")
        await stage.press("enter")
        await stage.at(MatchColumns)
        assert "Town city all Łódź" in stage.words
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "2 new" in stage.words
        await stage.press("enter")
        await skip_towns(stage)
        assert [c.name for c in stage.all(Contact)] == ["Ann [b]"]
    services = Services(file=str(empty.path), clock=empty.clock)
    async with playing(services) as stage:
        await stage.at(TodayScreen) if services.members.introduced else await stage.press("escape")
        await stage.at(TodayScreen)
        await stage.press("I")
        await pick(stage, written(scratch, "Who,Firmenbez\nCy,Core\n", "next.csv"))
        await stage.at(MatchColumns)
        assert "As you chose before: Who, Firmenbez." in stage.words
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "1 new" in stage.words


async def test_a_field_that_another_column_was_given_is_taken_from_it(
    empty: Services, scratch: Path
) -> None:
    async with importing(empty) as stage:
        await pick(stage, written(scratch, "Company,Trading as\nAcme Ltd,Acme\n"))
        await stage.at(MatchColumns)
        for row, header in (("j", "Trading as"), ("k", "Company")):
            await stage.press(row, "space")
            await stage.until(
                lambda header=header: isinstance(stage.app.screen, Choose) and stage.title == header  # type: ignore[misc]
            )
            await stage.go_to("company")
            await stage.press("enter")
            await stage.at(MatchColumns)
        assert "Company company all Acme Ltd" in stage.words
        assert "Trading as kept as it is" in stage.words


async def test_dates_that_can_be_read_two_ways_are_asked_with_both_readings(
    empty: Services, scratch: Path
) -> None:
    path = written(scratch, "Company,Customer since\nAcme,3/4/2026\n")
    async with importing(empty) as stage:
        await pick(stage, path)
        await stage.at(MatchColumns)
        assert "3/4/2026 in row 2 can be read two ways" in stage.words
        await stage.press("enter")
        await stage.at(Choose)
        assert stage.title == "Customer since: which day is 3/4/2026?"
        assert "1 3 April 2026, day first" in stage.words
        assert "2 4 March 2026, month first" in stage.words
        await stage.press("escape")
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(Choose)
        await stage.press("2")
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        await stage.press("enter")
        await stage.at(TodayScreen)
        assert str(stage.customer("Acme").customer_since) == "2026-03-04"


async def test_letters_that_look_wrong_are_read_in_another_encoding(
    empty: Services, scratch: Path
) -> None:
    path = scratch / "polish.csv"
    path.write_bytes("Company;City;Foo\nŻabka;Łódź;Chef\n".encode("cp1250"))
    async with importing(empty) as stage:
        await pick(stage, path)
        await stage.at(MatchColumns)
        assert "£ódŸ" in stage.text
        assert "e reads the letters in another way; now cp1252." in stage.words
        await choose_field(stage, "Foo", "role")
        await stage.press("e")
        await stage.at(Choose)
        assert "3 Central Europe, Windows Łódź" in stage.words
        await stage.press("3")
        await stage.until(
            lambda: isinstance(stage.app.screen, MatchColumns) and "Łódź" in stage.text
        )
        assert "Foo person's role all Chef" in stage.words
        await stage.press("enter")
        await stage.at(ReviewImport)
        await stage.press("enter")
        await skip_towns(stage)
        assert stage.customer("Żabka").city == "Łódź"


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_long_and_hostile_headers_and_many_columns_fit(
    empty: Services, scratch: Path, size: tuple[int, int]
) -> None:
    headers = ["Company", "[red]" + "x" * 200, *(f"Column {n}" for n in range(60))]
    path = written(scratch, ",".join(headers) + "\n" + ",".join(["日本 [/]"] * 62) + "\n")
    async with importing(empty, size) as stage:
        await pick(stage, path)
        await stage.at(MatchColumns)
        lines = stage.text.split("\n")
        assert "[red]xxx" in stage.text
        assert "…" in stage.text
        assert "enter goes on" in stage.text
        assert len(lines) == size[1]
        await stage.press("end")
        assert "Column 59" in stage.text


# What it would do


async def test_nothing_is_written_before_enter_and_esc_goes_back_step_by_step(
    empty: Services,
) -> None:
    async with importing(empty) as stage:
        await pick(stage, NORTHWIND / "customers.csv")
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "91 new, 0 changed, 0 unchanged, 0 skipped" in stage.words
        assert "Kept as they are: Fax" in stage.words
        await stage.press("escape")
        await stage.at(MatchColumns)
        await stage.press("escape")
        await stage.at(ChooseSource)
        await stage.press("escape")
        await stage.at(TodayScreen)
        assert not empty.path.exists()


async def test_problems_are_listed_by_row_and_can_be_scrolled(
    empty: Services, scratch: Path
) -> None:
    rows = "".join(f"Acme {n},31.{n:02}.20{n:02}\n" for n in range(13, 60))
    async with importing(empty) as stage:
        await pick(stage, written(scratch, f"Company,Customer since\nFine,2020-01-01\n{rows}"))
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "1 new, 0 changed, 0 unchanged, 47 skipped" in stage.words
        assert "Row 3, Customer since: “31.13.2013” is not a day of the calendar" in stage.words
        assert "enter imports 1 row" in stage.words
        assert "Row 49" not in stage.words
        await stage.press("end")
        await stage.until(lambda: "Row 49" in stage.words)


async def test_towns_are_asked_about_then_the_import_is_one_change(empty: Services) -> None:
    async with importing(empty) as stage:
        await pick(stage, NORTHWIND / "customers.csv")
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        await stage.press("enter")
        await stage.at(Choose)
        assert stage.title.startswith("Which town? 1 of ")
        await stage.press("1")
        await stage.until(lambda: stage.title.startswith("Which town? 2 of "))
        await stage.press("r")
        await stage.at(TodayScreen)
        assert stage.toasts[-1] == "91 customers came in: u takes the whole import back."
        assert stage.current
        await stage.press("u")
        await stage.at(Choose)
        assert "imported customers.csv" in stage.words
        await stage.press("y")
        await stage.until(lambda: not stage.all(Customer))


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_escape_at_a_town_goes_back_to_the_preview_and_nothing_is_written(
    empty: Services, size: tuple[int, int]
) -> None:
    async with importing(empty, size) as stage:
        await pick(stage, NORTHWIND / "customers.csv")
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "enter asks about 4 towns, then imports 91 rows; nothing is written" in stage.words
        assert "enter goes on" in stage.words
        await stage.press("enter")
        await stage.at(Choose)
        assert "esc goes back" in stage.words
        await stage.press("1")
        await stage.until(lambda: stage.title == "Which town? 2 of 4")
        await stage.press("escape")
        await stage.at(ReviewImport)
        assert not stage.all(Customer)
        await stage.press("escape")
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        await stage.press("enter")
        await stage.at(Choose)
        assert stage.title == "Which town? 1 of 4"
        await stage.press("r")
        await stage.at(TodayScreen)
        assert len(stage.all(Customer)) == 91


async def test_what_is_known_already_brings_nothing(empty: Services, scratch: Path) -> None:
    path = written(scratch, "Company\nAcme\n")
    async with importing(empty) as stage:
        for text in ("enter imports 1 row", "Nothing is new"):
            await pick(stage, path)
            await stage.at(MatchColumns)
            await stage.press("enter")
            await stage.at(ReviewImport)
            assert text in stage.words
            await stage.press("enter")
            if text.startswith("enter"):
                await stage.at(TodayScreen)
                await stage.press("I")
        await stage.at(TodayScreen)
        assert len(stage.all(Customer)) == 1


async def test_a_folder_of_vcards_and_a_calendar_come_in_by_the_same_key(
    empty: Services, scratch: Path
) -> None:
    calendar = written(
        scratch,
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:u1\nSUMMARY:Labels\n"
        "DTSTART:20260305T090000Z\nDURATION:PT1H\nATTENDEE:mailto:john.doe@ibm.com\n"
        "END:VEVENT\nEND:VCALENDAR\n",
        "past.ics",
    )
    async with importing(empty) as stage:
        await stage.fill(path=str(DATA / "vcards"))
        assert "vcards, a folder of vCards" in stage.understood
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "vcards: cards 7 new, 2 changed, 0 unchanged, 6 skipped" in stage.words
        await stage.press("enter")
        await skip_towns(stage)
        assert len(stage.all(Customer)) == 5
        await stage.press("I")
        await pick(stage, calendar)
        await stage.at(ReviewImport)
        assert "Held? Thu 5 Mar 2026 10:00, call with IBM (Mr. John Richter" in stage.words
        assert "enter imports 1 past meeting; nothing is written before" in stage.words
        await stage.press("enter")
        await stage.until(lambda: len(stage.all(Touchpoint)) == 1)


# Long work


async def test_long_work_shows_how_far_it_is_and_esc_stops_it(
    empty: Services, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(scratch, "Company\n" + "".join(f"Company {n}\n" for n in range(1000)))
    imports, goes_on, told = empty.imports, Event(), []
    preview = imports.preview

    def slow(*args: object, progress: object, **asked: object) -> object:
        def tell(done: int, total: int) -> None:
            told.append(done)
            if done >= 500:
                goes_on.wait(5)
            progress(done, total)  # type: ignore[operator]

        return preview(*args, progress=tell, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "preview", slow)
    async with importing(empty) as stage:
        await pick(stage, path)
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(Working)
        await stage.until(lambda: "250 of 1,000 rows" in stage.words)
        assert "esc stops it; nothing is changed" in stage.words
        await stage.press("escape")
        await stage.until(lambda: "Stopping …" in stage.words)
        goes_on.set()
        await stage.at(MatchColumns)
        assert told[-1] == 500
        await stage.until(lambda: ": Stopped; nothing was changed." in stage.toasts)
        assert not empty.path.exists()
        monkeypatch.setattr(imports, "preview", preview)
        await stage.press("enter")
        await stage.at(ReviewImport)


async def test_two_files_of_one_name_are_matched_each_by_itself(
    empty: Services, scratch: Path
) -> None:
    paths = []
    for folder, value in (("a", "Lyon"), ("b", "Ada Byron")):
        (scratch / folder).mkdir()
        text = f"Company,Foo\nOf {folder} Ltd,{value}\n"
        paths.append(written(scratch / folder, text))
    async with importing(empty) as stage:
        await pick(stage, *paths)
        await stage.at(MatchColumns)
        assert "1 of 2: a/list.csv, 1 row" in stage.text
        for field in ("city", "person"):
            await choose_field(stage, "Foo", field)
            await stage.press("enter")
            await stage.until(
                lambda: isinstance(stage.app.screen, ReviewImport) or "2 of 2" in stage.text
            )
        await stage.at(ReviewImport)
        assert "a/list.csv: customers" in stage.text
        assert "b/list.csv: customers" in stage.text
        await stage.press("enter")
        await skip_towns(stage)
        assert [(c.name, c.city) for c in stage.all(Customer)] == [
            ("Of a Ltd", "Lyon"),
            ("Of b Ltd", ""),
        ]
        assert [c.name for c in stage.all(Contact)] == ["Ada Byron"]


async def test_a_file_that_goes_away_after_it_was_read_still_comes_in(
    empty: Services, scratch: Path
) -> None:
    path = written(scratch, "Company,City\nAlfreds,Berlin\n")
    async with importing(empty) as stage:
        await pick(stage, path)
        await stage.at(MatchColumns)
        path.unlink()
        await stage.press("enter")
        await stage.at(ReviewImport)
        await stage.press("enter")
        await skip_towns(stage)
        assert [c.name for c in stage.all(Customer)] == ["Alfreds"]
        assert stage.services.config.import_folder == "~/."


async def test_another_encoding_that_fails_is_said_and_loses_nothing(
    empty: Services, scratch: Path
) -> None:
    path = scratch / "list.csv"
    path.write_bytes("Company,Foo\nBäcker,Lyon\nÒldenburger,Paris\n".encode("cp1252"))
    async with importing(empty) as stage:
        await pick(stage, path)
        await stage.at(MatchColumns)
        await choose_field(stage, "Foo", "city")
        await stage.press("e")
        await stage.at(Choose)
        await stage.go_to("Greek, Windows")
        await stage.press("enter")
        await stage.until(lambda: stage.toasts)
        await stage.at(MatchColumns)
        assert stage.toasts == ["list.csv, row 3: this is no cp1253 text: choose another encoding"]
        assert "Foo city all Lyon" in stage.words
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "2 new" in stage.words


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_only_towns_that_are_asked_about_are_counted_and_what_stays_open_is_said(
    empty: Services, scratch: Path, size: tuple[int, int]
) -> None:
    text = "Company,City,Region,Country,Owner\nA Ltd,Elgin,OR,USA,Zed\nB Ltd,Qqqqville,,France,\n"
    async with importing(empty, size) as stage:
        await pick(stage, written(scratch, text))
        await stage.at(MatchColumns)
        await stage.press("enter")
        await stage.at(ReviewImport)
        assert "? 1 town to be asked about next" in stage.words
        assert "? Row 2, owner “Zed” stays open: nobody of the team is called Zed" in stage.words
        assert "? Row 3, place “Qqqqville, France” stays open: " in stage.words
        await stage.press("enter")
        await stage.at(Choose)
        assert stage.title == "Which town? 1 of 1"


async def test_keys_that_have_nothing_to_ask_say_so(empty: Services, scratch: Path) -> None:
    path = scratch / "list.csv"
    path.write_bytes(b"\xef\xbb\xbfCompany,City\nAlfreds,Berlin\n")
    async with importing(empty) as stage:
        await pick(stage, path)
        await stage.at(MatchColumns)
        await stage.press("d")
        assert stage.toasts[-1] == ": No date of this list can be read two ways."
        await stage.press("e")
        assert stage.toasts[-1] == ": The list itself says how its letters are written."
        assert isinstance(stage.app.screen, MatchColumns)


async def test_nothing_is_opened_or_read_while_a_thread_has_the_file(
    sample: Services, colleague: Services
) -> None:
    goes_on = Event()
    async with playing(sample) as stage:
        await stage.at(TodayScreen)
        working = Working("Importing", lambda _: goes_on.wait(5), stops=False)
        stage.app.push_screen(working)
        await stage.at(Working)
        await stage.press("ctrl+p")
        assert isinstance(stage.app.screen, Working)
        stage.app.push_screen(Choose("On top", [Choice("n", "no", False)]))
        await stage.at(Choose)
        colleague.customers.add("Written meanwhile", {})
        stage.app._look_for_changes()
        assert not stage.services.customers.listing(Filter(search="meanwhile"))
        await stage.press("n")
        goes_on.set()
        await stage.at(TodayScreen)
        stage.app._look_for_changes()
        assert stage.services.customers.listing(Filter(search="meanwhile"))
        await stage.press("ctrl+p")
        await stage.at(CommandPalette)

"""import: counts by row, dry run, questions, and what cannot be read."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli.conftest import Command
from outreach_tui.bootstrap import read_bytes
from outreach_tui.cli import printing
from outreach_tui.errors import BadInput
from outreach_tui.store.locks import locked
from programs import needs_program

DATA = Path(__file__).parents[1] / "data" / "northwind"
LIST = "Name,City,Country,Fax\nBlauer See,Mannheim,Germany,1\nBottom Dollar,Tsawassen,Canada,2\n,Paris,France,3\n"


def test_customers_and_orders_come_in_with_one_command(scratch: Path, outreach: Command) -> None:
    files = [str(DATA / "customers.csv"), str(DATA / "orders.csv")]
    document = outreach("--file", str(scratch), "import", *files, "--json").json
    assert document["import_id"]
    assert [(f["kind"], f["rows"], f["created"], len(f["skipped"])) for f in document["files"]] == [
        ("customers", 91, 91, 0),
        ("purchases", 830, 830, 0),
    ]
    rows = outreach("--file", str(scratch), "--today", "1998-05-07", "customers", "--json").json
    assert len(rows["customers"]) == 91
    alfreds = rows["customers"][0]
    assert (alfreds["purchases"], alfreds["first_purchase_on"]) == (6, "1997-08-25")
    again = outreach("import", *files, "--json").json
    assert again["import_id"] is None
    assert [f["unchanged"] for f in again["files"]] == [91, 830]
    assert outreach("undo").code == 0
    assert outreach("customers", "--json").json["customers"] == []


def test_the_report_names_counts_columns_and_rows_that_did_not_come_in(
    scratch: Path, outreach: Command
) -> None:
    (scratch.parent / "list.csv").write_text(LIST, encoding="utf-8")
    result = outreach("import", str(scratch.parent / "list.csv"))
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "list.csv: 3 rows of customers"
    assert lines[1] == "  2 created, 0 updated, 0 unchanged, 1 skipped"
    assert "  kept as they are: Fax" in lines
    assert any(line.startswith("  ! row 4: ") for line in lines)
    assert result.out.count("row 4") == 1
    assert lines[-1] == "undo with: outreach undo"


def test_a_reason_names_its_row_once_and_orders_to_come_are_noted(
    scratch: Path, outreach: Command
) -> None:
    orders = (
        "Customer,Date,Amount\nA,2026-01-02,5\nA,2062-01-02,5\nA,31.02.2026,5\nA,2126-01-02,5\n"
    )
    (scratch.parent / "list.csv").write_text("Company\nA\n", encoding="utf-8")
    (scratch.parent / "orders.csv").write_text(orders, encoding="utf-8")
    files = [str(scratch.parent / name) for name in ("list.csv", "orders.csv")]
    result = outreach("import", *files)
    lines = [line.strip() for line in result.out.splitlines()]
    assert any(line.startswith("! row 4, Date: “31.02.2026” ") for line in lines)
    said = "rows are dated in the future; counted as purchases all the same"
    assert f"2 {said}" in lines
    assert "dated in the future" not in outreach("import", files[0], "-", stdin=orders[:36]).out


def test_questions_name_the_command_that_answers(scratch: Path, outreach: Command) -> None:
    result = outreach("import", "-", stdin=LIST)
    assert "? row 3, place “Tsawassen, Canada”" in result.err
    answer = next(line for line in result.err.splitlines() if "place=" in line)
    assert answer.strip() == 'outreach edit "Bottom Dollar" place=6169661'
    assert outreach("edit", "Bottom Dollar", "place=6169661").code == 0


def test_on_a_terminal_questions_are_asked_with_numbers(
    scratch: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "is_interactive", lambda: True)
    (scratch.parent / "list.csv").write_text(
        LIST + "Hungry Coyote,Springfield,USA,4\n",
        encoding="utf-8",
    )
    # A wrong number is asked again, a number answers, an empty line skips.
    result = outreach("import", str(scratch.parent / "list.csv"), stdin="9\n1\n\n")
    assert result.code == 0
    assert "  1  Tsawwassen, British Columbia, CA" in result.err
    rows = {row["name"]: row for row in outreach("customers", "--json").json["customers"]}
    assert rows["Bottom Dollar"]["place"]["geoname_id"] == 6169661
    assert (rows["Hungry Coyote"]["place"] or {}).get("geoname_id", 0) == 0
    # The answers are part of the import: one undo takes everything back.
    assert outreach("undo").code == 0
    assert outreach("customers", "--json").json["customers"] == []


def test_a_dry_run_changes_nothing(scratch: Path, outreach: Command) -> None:
    result = outreach("import", "--dry-run", "-", stdin=LIST)
    assert "2 would be created" in result.out
    assert "undo" not in result.out
    assert not scratch.exists()
    assert outreach("import", "--dry-run", "--json", "-", stdin=LIST).json["dry_run"] is True


def test_columns_can_be_named(scratch: Path, outreach: Command) -> None:
    document = outreach(
        "import",
        "-",
        "--kind",
        "customers",
        "--map",
        "Wer=name",
        "--json",
        stdin="Wer,Wo\nBlauer See,x\n",
    ).json
    assert document["files"][0]["columns"] == {"Wer": "name", "Wo": "extra"}


def test_the_order_of_dates_can_be_said(scratch: Path, outreach: Command) -> None:
    outreach("add", "Blauer See")
    orders = "Customer,Date,Amount\nBlauer See,03/04/2026,10\n"
    assert outreach("import", "-", stdin=orders).code == 1
    assert outreach("import", "-", "--date-order", "day-first", stdin=orders).code == 0
    row = outreach("customers", "--json").json["customers"][0]
    assert row["last_purchase_on"] == "2026-04-03"


@pytest.mark.parametrize("argv", [["-", "-"], ["-", "--map", "Wer"], ["-", "--kind", "pets"], []])
def test_wrong_usage_reads_nothing(scratch: Path, outreach: Command, argv: list[str]) -> None:
    assert outreach("import", *argv, stdin=LIST).code == 2


def test_a_file_that_is_not_there_or_no_table_is_refused(scratch: Path, outreach: Command) -> None:
    missing = outreach("import", "missing.csv")
    assert (missing.code, "cannot read missing.csv" in missing.err) == (1, True)
    assert outreach("import", "-", stdin="").code == 1
    assert not scratch.exists()


# Real files, real processes


def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which all is kept in the folder."""
    return os.environ | {
        "OUTREACH_FILE": str(tmp_path / "team.json"),
        "OUTREACH_CONFIG": str(tmp_path / "config.toml"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


def start(tmp_path: Path, *argv: str, **more: Any) -> subprocess.Popen[str]:
    """Start the program on a file in the folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "outreach_tui", *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
        **more,
    )


def test_a_workbook_and_what_was_copied_from_one_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Made by Ana"])
    sheet = book.create_sheet("Customers")
    for row in (["Our customers"], [], ["Company", "City"], ["Alfreds", "Berlin"]):
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    with start(tmp_path, "import", str(tmp_path / "book.xlsx")) as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert out.splitlines() == [
        "book.xlsx: 1 row of customers",
        "  1 created, 0 updated, 0 unchanged, 0 skipped",
        "  read Company → name, City → city",
        "  read from sheet “Customers”; not read: “Cover”",
        "  not read, above the column names: row 1",
        "undo with: outreach undo",
    ]
    pasted = "Company\tCity\tPhone\nAlfreds\tBerlin\t030 1\n"
    with start(tmp_path, "import", "-", stdin=subprocess.PIPE) as process:
        out, err = process.communicate(pasted)
    assert out.splitlines()[1:4] == [
        "  0 created, 1 updated, 0 unchanged, 0 skipped",
        "  read Company → name, City → city, Phone → phone",
        "  ~ row 2: Alfreds, phone: 030 1",
    ]


def test_conversations_come_in_by_name(team: Path, outreach: Command) -> None:
    talks = "When,Who,What\n2026-11-02,Alfreds Futterkiste,they want labels\n"
    argv = ("import", "-", "--kind", "touchpoints", "--map", "Who=customer", "--map", "What=note")
    result = outreach(*argv, stdin=talks)
    assert result.out.splitlines()[:3] == [
        "stdin: 1 row of touchpoints",
        "  1 created, 0 updated, 0 unchanged, 0 skipped",
        "  read When → date, Who → customer, What → note",
    ]
    assert outreach(*argv, stdin=talks).out.splitlines()[-1] == (
        "Nothing is new; nothing was changed."
    )


def test_ctrl_c_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    with start(tmp_path, "add", "Alfreds") as process:
        assert process.wait() == 0
    before = {p.name: p.read_bytes() for p in tmp_path.glob("team.json*") if p.is_file()}
    rows = "".join(f"K{number},x{number}@x.example\n" for number in range(100_000))
    (tmp_path / "big.csv").write_text("Company,E-mail\n" + rows, encoding="utf-8")
    seen = b""
    master, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "outreach_tui", "import", str(tmp_path / "big.csv")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=terminal,
        env=environment(tmp_path),
    )
    os.close(terminal)
    while b"of 100,000 rows, ctrl-c stops" not in seen:
        seen += os.read(master, 1024)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    while b"the import was stopped; nothing was changed" not in seen:
        seen += os.read(master, 1024)
    os.close(master)
    assert (process.returncode, out) == (130, b"")
    after = {p.name: p.read_bytes() for p in tmp_path.glob("team.json*") if p.is_file()}
    assert after == before


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.csv", b"", "empty.csv, row 1: the file is empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0", "picture.csv, row 3: there are NUL bytes"),
        ("nul.csv", b"Company\nA\0cme\n", "nul.csv, row 2: there are NUL bytes"),
        ("old.xls", b"\xd0\xcf\x11\xe0old", "old.xls, row 1: this is an old Excel workbook"),
        ("broken.xlsx", b"PK\x03\x04", "broken.xlsx: this workbook cannot be read"),
        ("line.csv", b"x" * 10_000_000, "line.csv, row 1: a cell has more than 131,072 characters"),
    ],
    ids=["empty", "picture", "nul", "old", "broken", "line"],
)
def test_a_bad_file_is_refused_with_the_reason_and_a_remedy(
    name: str, data: bytes, says: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    with start(tmp_path, "import", str(tmp_path / name)) as process:
        out, err = process.communicate()
    title, hint = err.splitlines()
    assert (process.returncode, out) == (1, "")
    assert title.startswith(f"outreach: {says}")
    assert hint.startswith("  ")
    assert not (tmp_path / "team.json").exists()


def test_a_file_that_is_too_big_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(5 << 30)  # of holes: it takes no room on the disk
    with start(tmp_path, "import", str(path)) as process:
        _, err = process.communicate()
    assert process.returncode == 1
    assert err.splitlines() == [
        "outreach: huge.csv: the file has 5,120 MB; more than 100 MB are not read",
        "  split it, each part with the column names",
    ]


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Company\nAcme\n", encoding="utf-8")
    fstat = os.fstat

    def written_to_after_the_first_look(handle: int) -> os.stat_result:
        found = fstat(handle)
        with path.open("a", encoding="utf-8") as file:
            file.write("Bolt\n")
        return found

    monkeypatch.setattr(os, "fstat", written_to_after_the_first_look)
    with pytest.raises(BadInput, match=r"list\.csv was changed while it was read") as refused:
        read_bytes(path)
    assert "wait" in refused.value.hint


def program(*argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False, **options)


@pytest.mark.parametrize("what", ["pipe", "device"])
def test_what_is_no_file_is_refused_and_never_waited_for(
    scratch: Path, tmp_path: Path, what: str
) -> None:
    path = tmp_path / "list.csv"
    if what == "pipe":  # nobody writes to it
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/null")
    done = program(sys.executable, "-m", "outreach_tui", "import", "list.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        "outreach: list.csv is no file\n  name a file, or - to read what a program writes\n",
    )


def test_what_a_program_writes_is_read_to_its_end(scratch: Path, tmp_path: Path) -> None:
    needs_program("bash")
    slow = r"printf 'Customer,City\n'; sleep 0.2; printf 'Acme,'; sleep 0.2; printf 'Berlin\n'"
    read = f"{sys.executable} -m outreach_tui import --dry-run"
    substituted = program("bash", "-c", f"{read} <({slow})")
    assert substituted.stdout.startswith("what was piped in: 1 row of customers\n  1 would be")
    piped = program("bash", "-c", f"({slow}) | {read} /dev/stdin")
    assert piped.stdout == substituted.stdout.replace("what was piped in", "stdin")
    (tmp_path / "7").write_text("Customer,City\nAcme,Berlin\n")
    assert program("bash", "-c", f"{read} 7", cwd=tmp_path).stdout.startswith("7: 1 row")


# Remembered columns, and encodings


def test_what_was_said_about_a_column_is_known_next_month(scratch: Path, outreach: Command) -> None:
    run = partial(outreach, "--file", str(scratch), "import", "-")
    first = run("--map", "Bez=name", stdin="Bez,Seite\nAcme,x\n")
    assert "read Bez → name" in first.out
    later = run(stdin="Bez,Seite\nBolt,y\n")
    assert later.code == 0
    assert "1 created, 0 updated" in later.out
    assert "as it was said before: Bez → name" in later.out
    assert outreach("--file", str(scratch), "undo").code == 0
    assert outreach("--file", str(scratch), "undo").code == 0
    assert run(stdin="Bez,Seite\nBolt,y\n").code == 1  # the import took what was said with it


def test_columns_that_are_not_read_stay_out_and_are_remembered(
    scratch: Path, outreach: Command
) -> None:
    run = partial(outreach, "--file", str(scratch), "import", "-")
    rows = "Company,Rating,Secret\nAcme,5,x\n"
    first = run("--map", "Rating=not read", "--map", "Secret=not read", stdin=rows)
    assert first.code == 0
    show = partial(outreach, "--file", str(scratch), "show", "--json")
    assert show("Acme").json["customer"]["extra"] == {}
    assert run(stdin="Company,Rating,Secret,Mood\nBolt,4,y,high\n").code == 0
    assert show("Bolt").json["customer"]["extra"] == {"Mood": "high"}


def test_letters_are_read_as_the_encoding_says(
    scratch: Path, outreach: Command, tmp_path: Path
) -> None:
    path = tmp_path / "polish.csv"
    path.write_bytes("Company;City\nŻabka;Łódź\n".encode("cp1250"))
    run = partial(outreach, "--file", str(scratch), "import", str(path))
    assert run("--encoding", "cp1250", "--json").json["files"][0]["created"] == 1
    rows = outreach("--file", str(scratch), "customers", "--json").json
    assert [(row["name"], row["city"]) for row in rows["customers"]] == [("Żabka", "Łódź")]
    for wrong in ("nonsense", "rot13", "base64", "utf-8\0"):
        refused = run("--encoding", wrong)
        assert refused.code == 1
        assert "there is no encoding" in refused.err
    for wrong in ("ascii", "utf-16"):
        refused = run("--encoding", wrong)
        assert refused.code == 1
        assert f"this is no {wrong} text" in refused.err
    path.write_bytes("Company;City\nŁut;Łódź\n".encode("utf-16-le"))
    assert run("--json").code == 1
    assert run("--encoding", "utf-16le", "--json").json["files"][0]["created"] == 1


def test_two_programs_that_import_one_list_at_once_bring_it_in_once(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    backups = team.with_name(f"{team.name}.backups")
    with locked(team):
        programs = [
            subprocess.Popen(
                [sys.executable, "-m", "outreach_tui", "import", str(tmp_path / "list.csv")],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                text=True,
            )
            for _ in range(2)
        ]
        while len(list(backups.glob("*import*"))) < 2:  # both have worked out what they would do
            assert [program.poll() for program in programs] == [None, None]
            time.sleep(0.05)
    done = [(*program.communicate(timeout=60), program.returncode) for program in programs]
    assert sorted(code for *_, code in done) == [0, 1]
    (refused,) = (err for _, err, code in done if code)
    assert refused == (
        "outreach: the file was changed since this was worked out\n  nothing was written; do it again\n"
    )
    names = [c["name"] for c in outreach("customers", "--json").json["customers"]]
    assert len(names) == len(set(names)) == 5

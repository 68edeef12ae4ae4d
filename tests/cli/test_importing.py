"""import: counts by row, dry run, questions, and what cannot be read."""

from pathlib import Path

import pytest

from cli.conftest import Command
from outreach_tui.cli import printing

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
    assert lines[-1] == "undo with: outreach undo"


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

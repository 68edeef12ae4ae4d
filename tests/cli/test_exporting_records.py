"""export customers, contacts … all: to stdout, files and folders, and back with import."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli.conftest import NOON, Command
from outreach_tui.clock import SystemClock

KINDS = ("customers", "contacts", "touchpoints", "purchases", "feedback")


class Later(SystemClock):
    """A day later."""

    def real_now(self) -> datetime:
        return NOON + timedelta(days=1)

    def milliseconds(self) -> int:
        return int(self.real_now().timestamp() * 1000)


def test_stdout_gets_the_spreadsheet_and_nothing_else(team: Path, outreach: Command) -> None:
    result = outreach("export", "contacts")
    head, maria, thomas, end = result.out.split("\r\n")
    assert head == (
        "\ufeffContact ID (outreach),Contact,Role,Customer ID (outreach),Customer,"
        "Phone,E-mail,Language,Do not contact (read only)"
    )
    assert maria.split(",")[1:3] == ['"Maria Anders"', '"sales"']
    assert maria.split(",")[4:] == ['"Alfreds Futterkiste"', '"030-0074321"', "", "", ""]
    assert thomas.split(",")[5] == '"(171) 555-7788"'
    assert (end, result.err, result.code) == ("", "", 0)


def test_touchpoints_and_feedback_name_their_customer(team: Path, outreach: Command) -> None:
    spoken = outreach("export", "touchpoints").out.split("\r\n")[1]
    assert spoken.split(",", 2)[2] == (
        '"Alfreds Futterkiste",2026-08-24,11:00,"Europe/Berlin","call","out","held",,"Ana",,,,'
        '"> they need labels in Polish #packaging"'
    )
    said = outreach("export", "feedback").out.split("\r\n")[1]
    assert said.split(",", 2)[2] == (
        '"Alfreds Futterkiste",2026-08-24,"wish","they need labels in Polish","packaging",,"heard",,,,,'
    )


@pytest.mark.parametrize("kind", KINDS)
def test_json_has_that_table_only_in_the_shape_of_the_file(
    team: Path, outreach: Command, kind: str
) -> None:
    whole = outreach("export", kind, "--format", "json").json
    held = json.loads(team.read_bytes())
    assert whole.keys() == ({kind, "meta"} if kind in held else {"meta"})
    assert whole.get(kind) == held.get(kind)
    assert whole["meta"]["1"]["schema"] == 2


def test_a_file_is_created_then_updated_and_said(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    out = str(tmp_path / "c.csv")
    assert outreach("export", "customers", "--out", out).out == f"created    {out} (3 records)\n"
    assert outreach("export", "customers", "--out", out).out == f"updated    {out} (3 records)\n"
    document = outreach("export", "customers", "--out", out, "--json").json
    assert document == {
        "files": [{"path": out, "kind": "customers", "records": 3, "change": "updated"}]
    }


def test_everything_is_a_folder_of_spreadsheets_or_one_file(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    said = outreach("export", "all", "--format", "csv", "--out", str(folder)).out.splitlines()
    assert said == [
        f"created    {folder}/{kind}.csv ({count})"
        for kind, count in zip(
            KINDS, ("3 records", "2 records", "1 record", "0 records", "1 record"), strict=True
        )
    ]
    assert sorted(p.name for p in folder.iterdir()) == sorted(f"{kind}.csv" for kind in KINDS)
    back = outreach("import", *(str(folder / f"{k}.csv") for k in ("customers", "contacts")))
    assert back.out.endswith("Nothing is new; nothing was changed.\n")
    assert outreach("export", "all").json.keys() >= {"customers", "members", "meta", "settings"}


def test_a_whole_file_comes_into_an_empty_one_and_undo_takes_it_back(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    out, other = tmp_path / "all.json", ("--file", str(tmp_path / "other.json"))
    outreach("export", "all", "--out", str(out))
    tried = outreach(*other, "import", "--dry-run", str(out))
    assert "  3 would be created, 0 would be updated, 0 unchanged, 0 skipped" in tried.out
    assert not (tmp_path / "other.json").exists()
    result = outreach(*other, "import", str(out))
    assert result.out.startswith(
        "all.json: 3 rows of customers\n  3 created, 0 updated, 0 unchanged, 0 skipped\n"
    )
    assert result.out.endswith(f"undo with: outreach --file {other[1]} undo\n")
    assert outreach(*other, "export", "all").json == outreach("export", "all").json
    again = outreach(*other, "import", "-", stdin=out.read_text(encoding="utf-8"))
    assert again.out.endswith("Nothing is new; nothing was changed.\n")
    history = outreach(*other, "history", "--json").json["entries"]
    assert [entry["did"] for entry in history] == ["imported all.json: 9 created, 0 updated"]
    assert outreach(*other, "undo").code == 0
    assert outreach(*other, "customers", "--json").json["customers"] == []


def test_an_older_state_of_the_file_names_what_it_takes_back(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    out = str(tmp_path / "old.json")
    outreach("add", "Around the Horn Ltd", "city=London")
    outreach("export", "all", "--format", "json", "--out", out)
    # The same again, or what was written after the last change, needs no warning.
    assert "written" not in outreach("import", out).out
    outreach("edit", "alfreds", "phone=030 2", "email=a@x.example", "cadence=10/20", clock=Later)
    outreach("merge", "around the horn", "around the horn ltd", clock=Later)
    outreach("log", "alfreds", "--note", "> hello", clock=Later)
    document = outreach("import", out, "--dry-run", "--json").json
    customers = next(file for file in document["files"] if file["kind"] == "customers")
    assert [(u["row"], u["name"], u["field"], u["now"]) for u in customers["updates"]] == [
        (0, "Alfreds Futterkiste", "phone", ""),
        (0, "Alfreds Futterkiste", "email", ""),
        (0, "Alfreds Futterkiste", "cadence", ""),
        (0, "Around the Horn", "former", ""),
    ]
    assert outreach("import", out, "--dry-run").out.startswith(
        "old.json: 4 rows of customers\n"
        "  1 would be created, 2 would be updated, 1 unchanged, 0 skipped\n"
        "  written 2026-11-26 13:00, and the newest change on file is of 2026-11-27\n"
        "  13:00: this takes back what was changed since, and brings back what was\n"
        "  removed, also who was forgotten\n"
        "  ~ Alfreds Futterkiste, phone: 030 2 → nothing\n"
        "  ~ Alfreds Futterkiste, email: a@x.example → nothing\n"
        "  ~ Alfreds Futterkiste, cadence: ideal_days=10 max_days=20 → nothing\n"
        "  ~ Around the Horn, former: name=Around the Horn Ltd city=London → nothing\n"
    )
    # Into another file it takes nothing back.
    assert "written" not in outreach("--file", str(tmp_path / "new.json"), "import", out).out


def test_what_a_later_version_wrote_is_named_too(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    whole = json.loads(team.read_bytes())
    for number, customer in enumerate(whole["customers"].values()):
        customer["aura"] = number
    whole["customers"]["1"]["extra"] = {"Fax": "1"}
    path = tmp_path / "new.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    updates = outreach("import", str(path), "--json").json["files"][0]["updates"]
    assert [(u["field"], u["was"], u["now"]) for u in updates] == [
        ("Fax", "", "1"),
        *[("aura", "", "changed")] * 3,
    ]


def test_records_that_name_others_who_are_not_there_are_said(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    spoken = outreach("export", "touchpoints", "--format", "json").out
    result = outreach("--file", str(tmp_path / "other.json"), "import", "-", stdin=spoken)
    assert result.err == "1 record of it names others that are not on file\n"


def test_a_spreadsheet_that_is_for_reading_is_not_taken_for_orders(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    before = team.read_bytes()
    for kind in ("touchpoints", "feedback"):
        outreach("export", kind, "--out", str(tmp_path / f"{kind}.csv"))
        for said in ((), ("--kind", "touchpoints"), ("--kind", "purchases")):
            result = outreach("import", *said, str(tmp_path / f"{kind}.csv"))
            assert result.code == 1
            assert f"outreach export {kind} --format json" in result.err
    assert team.read_bytes() == before


@pytest.mark.parametrize(
    "argv",
    [
        ["export", "all", "--format", "csv"],
        ["export", "all", "--json"],
        ["export", "customers", "--format", "ods"],
    ],
)
def test_wrong_usage_is_said(team: Path, outreach: Command, argv: list[str]) -> None:
    assert outreach(*argv).code == 2


@pytest.mark.parametrize("name", ["all.json", "all.txt"])
def test_a_whole_file_is_known_by_what_it_holds_and_comes_by_itself(
    team: Path, outreach: Command, tmp_path: Path, name: str
) -> None:
    whole = str(tmp_path / name)
    outreach("export", "all", "--out", whole)
    other = tmp_path / "customers.csv"
    other.write_text("Company,City\nAcme,Berlin\n", encoding="utf-8")
    for more in ((str(other),), ("--kind", "customers"), ("--map", "a=name")):
        result = outreach("import", whole, *more)
        assert result.code == 2
        assert "a JSON file is imported by itself" in result.err
    assert outreach("import", whole).out.endswith("Nothing is new; nothing was changed.\n")


def test_where_it_cannot_be_written_is_refused(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    for out, why in (
        (tmp_path / "no" / "c.csv", "there is no folder"),
        (tmp_path, "is a folder"),
        (team, "is the team's file"),
    ):
        result = outreach("export", "customers", "--out", str(out))
        assert result.code == 1
        assert why in result.err


def test_reading_verbs_write_nothing(scratch: Path, outreach: Command) -> None:
    assert outreach("export", "customers").out.count("\r\n") == 1
    assert outreach("export", "all").json == {
        "meta": {"1": {"schema": 2, "at": "2026-11-26T12:00:00Z"}}
    }
    assert not scratch.exists()


def test_a_terminal_gets_escapes_for_what_could_steer_it(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.loads(team.read_bytes())
    whole["customers"]["1"]["name"] = "A\u009b31m\u202eB\U000e0041ö"
    team.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    piped = outreach("export", "customers", "--format", "json")
    assert "A\u009b31m\u202eB" in piped.out
    monkeypatch.setattr("outreach_tui.cli.printing.sys.stdout.isatty", lambda: True, raising=False)
    shown = outreach("export", "customers", "--format", "json")
    assert '"A\\u009b31m\\u202eB\\udb40\\udc41ö"' in shown.out
    assert shown.json == piped.json


def test_a_hostile_name_of_a_file_is_cleaned(team: Path, outreach: Command, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31mb.json"
    path.write_text(outreach("export", "all").out.replace("Hudson Deli", "Hudson"), "utf-8")
    assert outreach("import", str(path)).code == 0
    assert outreach("history", "--json").json["entries"][0]["did"] == (
        "imported ab.json: 0 created, 1 updated"
    )


def test_a_missing_or_damaged_file_is_refused(
    scratch: Path, outreach: Command, tmp_path: Path
) -> None:
    missing = outreach("import", "missing.json")
    assert (missing.code, "cannot read missing.json" in missing.err) == (1, True)
    (tmp_path / "half.json").write_text('{"customers": {\n"1": {"id"', encoding="utf-8")
    half = outreach("import", str(tmp_path / "half.json"))
    assert half.code == 1
    assert half.err == (
        "outreach: half.json, line 2: the end of the file is missing, as when a copy broke off or a disk was full\n"
        "  nothing was changed; export it again: `outreach export all --format json`\n"
    )
    assert not scratch.exists()

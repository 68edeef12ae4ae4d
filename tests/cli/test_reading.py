"""today, customers, show: what they print, and that they write nothing."""

import json
from pathlib import Path

import pytest

from cli.conftest import Command
from outreach_tui.bootstrap import Services
from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Put


def test_today_says_whom_to_call_and_why(team: Path, outreach: Command) -> None:
    result = outreach("today")
    assert result.code == 0
    assert result.err == ""
    lines = result.out.splitlines()
    assert lines[0] == "Thu 26 Nov 2026 · Ana" + "0 of 2 done".rjust(80 - 21)
    assert lines[2] == "Call"
    assert lines[3].startswith("  ! Alfreds Futterkiste · Berlin · A · 4 days late  ")
    assert lines[4] == "    Maria Anders · +49 30 0074321 · 09:00–17:00"
    assert (
        lines[5] == "    94 days since you last spoke (24 Aug); you promised Alfreds Futterkiste at"
    )
    assert lines[6] == "    most 90."
    assert all(len(line) <= 80 for line in lines)


def test_today_without_customers_names_the_next_step(outreach: Command) -> None:
    result = outreach("today")
    assert result == (0, "No customers yet. Import a spreadsheet: outreach import FILE.csv\n", "")


def test_the_next_step_names_the_same_file(outreach: Command, tmp_path: Path) -> None:
    named = tmp_path / "our team.json"
    result = outreach("customers", "--file", str(named))
    assert f'outreach --file "{named}" import FILE.csv' in result.out


def test_today_as_json_has_the_documented_names(team: Path, outreach: Command) -> None:
    day = outreach("today", "--json").json
    assert list(day) == ["date", "member", "frozen", "commitments", "suggestions", "load"]
    assert day["date"] == "2026-11-26"
    assert day["member"]["name"] == "Ana"
    assert day["frozen"] is False
    first = day["suggestions"][0]
    assert (
        first["id"] == f"2026-11-26:{day['member']['id']}:{first['kind']}:{first['customer']['id']}"
    )
    assert first["customer"]["name"] == "Alfreds Futterkiste"
    assert first["contact"]["name"] == "Maria Anders"
    assert first["contact"]["phone"] == "030-0074321"
    assert first["reasons"][0]["code"] == "overdue"
    assert first["reasons"][0]["facts"]["last_live_on"] == "2026-08-24"
    assert first["call_window"]["from"] == "09:00"
    assert first["call_window"]["their_zone"] == "Europe/Berlin"
    assert (first["lane"], first["state"]) == ("breaking", "waiting")


def test_why_not_names_who_was_left_out_and_until_when(team: Path, outreach: Command) -> None:
    outreach("snooze", "around", "--for", "7d")
    plain = outreach("today", "--why-not")
    assert "  · Around the Horn: snoozed until 3 Dec; again from Thu 3 Dec" in plain.out
    left_out = outreach("today", "--why-not", "--json").json["why_not"]
    assert left_out == [
        {
            "customer": {"id": left_out[0]["customer"]["id"], "name": "Around the Horn"},
            "reason": "snoozed until 3 Dec",
            "next_on": "2026-12-03",
        },
        {
            "customer": {"id": left_out[1]["customer"]["id"], "name": "Hudson Deli"},
            "reason": "holiday there: Thanksgiving Day",
            "next_on": "2026-11-27",
        },
    ]
    assert "why_not" not in outreach("today", "--json").json


def test_kind_and_limit_narrow_the_suggestions(team: Path, outreach: Command) -> None:
    assert len(outreach("today", "--limit", "1", "--json").json["suggestions"]) == 1
    assert outreach("today", "--kind", "visit", "--json").json["suggestions"] == []
    assert "Nobody else to call, visit or invite today." in outreach("today", "--kind", "visit").out
    assert outreach("today", "--kind", "nap").code == 2


def test_who_has_no_phone_is_written_to(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_TODAY", "2026-11-25")
    (card,) = outreach("today", "--kind", "write", "--json").json["suggestions"]
    assert card["customer"]["name"] == "Hudson Deli"
    assert [reason["code"] for reason in card["reasons"]] == ["never", "no-phone"]
    assert card["call_window"] is None
    out = outreach("today").out
    assert out.index("\nCall\n") < out.index("\nWrite\n")


def test_a_free_day_says_why_nothing_is_suggested(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_TODAY", "2026-11-29")
    out = outreach("today", "--why-not").out
    assert "Sunday: nothing new is suggested." in out
    assert "  · Alfreds Futterkiste: it is Sunday there; again from Mon 30 Nov" in out
    assert outreach("today", "--json").json["suggestions"] == []


def test_a_year_without_known_holidays_is_named_once(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_TODAY", "2040-05-02")
    said = " ".join(outreach("today").out.split())
    countries = "Germany, United Kingdom, United States"
    note = f"No holidays of 2040 are known for {countries}: only weekends are kept free."
    assert said.count(note) == 1


def test_the_list_of_another_member_and_of_all(
    team: Path, outreach: Command, services: Services
) -> None:
    ben = Member(id=services.workspace.ids.new(), name="Ben", zone="Europe/London")
    services.workspace.commit("added Ben", [Put(ben)])
    assert outreach("today").code == 1
    assert "several people work with this file: Ana, Ben" in outreach("today").err
    assert outreach("today", "--as", "ben").out.startswith("Thu 26 Nov 2026 · Ben")
    assert outreach("today", "--member", "ben").out.startswith("Thu 26 Nov 2026 · Ben")
    everybody = outreach("today", "--member", "all").out
    assert "· Ana" in everybody
    assert "· Ben" in everybody
    document = outreach("today", "--member", "all", "--json").json
    assert document["member"] is None
    assert {each["member"]["name"] for each in document["suggestions"]} == {"Ana", "Ben"}


def test_commitments_come_first_with_the_id_to_type(team: Path, outreach: Command) -> None:
    outreach("log", "hudson", "--at", "20 nov", "--note", "! prices by 24 nov")
    lines = outreach("today").text.splitlines()
    assert lines[2] == "Planned and promised"
    assert lines[3] == "  ! Hudson Deli: You promised it for Tue 24 Nov: prices (ID)"


def test_a_commitment_says_what_to_mind(team: Path, outreach: Command) -> None:
    outreach("log", "hudson", "--at", "20 nov", "--note", "! prices by 24 nov")
    outreach("edit", "hudson", "status=lost", "do_not_contact=yes")
    lines = outreach("today").text.splitlines()
    assert lines[3:5] == [
        "  ! Hudson Deli: You promised it for Tue 24 Nov: prices (ID)",
        "    Mind  they asked not to be contacted; lost",
    ]


def test_the_first_card_after_a_pause_says_that_it_is_over(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    outreach("pause", "alfreds", "--why", "moving")
    monkeypatch.setenv("OUTREACH_TODAY", "2027-05-24")
    assert "Status    paused until 25 May; moving" in outreach("show", "alfreds").out
    assert "    Mind " not in outreach("today").out
    monkeypatch.setenv("OUTREACH_TODAY", "2027-05-25")
    assert "Status    pause over since 25 May; moving" in outreach("show", "alfreds").out
    assert "    Mind  pause over since 25 May; moving\n" in outreach("today").out


def test_a_message_names_the_address(team: Path, outreach: Command) -> None:
    outreach("edit", "around the horn", "phone=")
    outreach("contact", "edit", "thomas hardy", "phone=", "email=t@example.com")
    out = outreach("today").out
    assert "    Thomas Hardy · t@example.com\n" in out
    assert "No phone number is on file: write, and ask for a conversation." in " ".join(out.split())


def test_a_pinned_tier_says_since_when_and_why(team: Path, outreach: Command) -> None:
    outreach("edit", "hudson", "tier_pin=A", "tier_note=flagship")
    assert "Tier      A, pinned since 26 Nov: flagship" in outreach("show", "hudson").out


def test_customers_are_listed_in_columns(team: Path, outreach: Command) -> None:
    assert outreach("customers").out == (
        "Name                 City      T  Loyalty         State           Last talk\n"
        "Alfreds Futterkiste  Berlin    A  – + – + – + 35  ! 4 days late   24 Aug\n"
        "Around the Horn      London    B  – + – + – + 0   ? never spoken  never\n"
        "Hudson Deli          New York  B  – + – + – + 0   ? never spoken  never\n"
    )


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--search", "thomas"], ["Around the Horn"]),
        (["--tier", "a"], ["Alfreds Futterkiste"]),
        (["--state", "late"], ["Alfreds Futterkiste"]),
        (["--state", "late", "--state", "never", "--region", "new york"], ["Hudson Deli"]),
        (["--region", "germany"], ["Alfreds Futterkiste"]),
        (["--owner", "ana"], []),
    ],
)
def test_filters_narrow_the_customers(
    team: Path, outreach: Command, options: list[str], names: list[str]
) -> None:
    rows = outreach("customers", *options, "--json").json["customers"]
    assert [row["name"] for row in rows] == names


def test_no_customer_fits_is_no_failure(team: Path, outreach: Command) -> None:
    assert outreach("customers", "--search", "nobody") == (0, "No customer fits.\n", "")


def test_customers_as_json_has_the_documented_names(team: Path, outreach: Command) -> None:
    row = outreach("customers", "--json").json["customers"][0]
    assert list(row) == [
        "id", "name", "tier", "loyalty", "state", "days", "last_live_on", "next_meeting_at", "city",
        "region", "country", "place", "industry", "status", "owner", "purchases", "first_purchase_on",
        "last_purchase_on",
    ]  # fmt: skip
    assert list(row["loyalty"]) == ["tenure", "repeats", "rhythm", "takes_part", "total"]
    assert (row["state"], row["days"], row["last_live_on"]) == ("late", 94, "2026-08-24")
    assert row["place"]["zone"] == "Europe/Berlin"
    assert row["owner"] is None


def test_show_prints_the_brief(team: Path, outreach: Command) -> None:
    result = outreach("show", "alfreds")
    lines = result.text.splitlines()
    assert lines[0] == "Alfreds Futterkiste · Berlin · A" + "ID".rjust(80 - 32 - 4)
    assert "Maria Anders, sales" in result.out
    assert "What happened" in lines
    assert "    > they need labels in Polish #packaging" in lines


def test_show_of_somebody_new_says_that_nothing_is_on_record(team: Path, outreach: Command) -> None:
    assert outreach("show", "hudson").out.endswith("What happened\nNothing is on record.\n")


def test_show_as_json_has_the_documented_names(team: Path, outreach: Command) -> None:
    brief = outreach("show", "alfreds", "--json").json
    wanted = (
        "customer contacts touchpoints promises owed told facts questions praise balance next_meeting "
        "tier state days last_live_on cadence loyalty purchases"
    )
    assert set(brief) == set(wanted.split())
    assert brief["customer"]["city"] == "Berlin"
    assert brief["customer"]["renewal_on"] is None, "fields at their default are there as well"
    assert set(brief["balance"]) == {"gives", "asks", "ask_run"}
    assert brief["touchpoints"][0]["kind"] == "call"


@pytest.mark.parametrize("typed", ["ALFREDS", "alfreds futterkiste", "Futter"])
def test_a_customer_is_named_without_case_or_in_part(
    team: Path, outreach: Command, typed: str
) -> None:
    assert outreach("show", typed, "--json").json["customer"]["name"] == "Alfreds Futterkiste"


def test_a_customer_is_named_by_the_end_of_the_id(team: Path, outreach: Command) -> None:
    id_ = outreach("show", "alfreds", "--json").json["customer"]["id"]
    assert outreach("show", id_[-6:], "--json").json["customer"]["id"] == id_


def test_an_ambiguous_name_lists_the_candidates(team: Path, outreach: Command) -> None:
    result = outreach("show", "h")
    assert result.code == 1
    assert result.out == ""
    assert "Around the Horn (London, " in result.err
    assert "Hudson Deli (New York, " in result.err


def test_an_unknown_name_suggests_what_was_meant(team: Path, outreach: Command) -> None:
    result = outreach("show", "Alfred Futerkiste")
    assert result.code == 1
    assert "did you mean Alfreds Futterkiste?" in result.err


READING = [
    ["today"], ["today", "--why-not", "--json"], ["customers"], ["show", "alfreds"], ["agenda"],
    ["promises"], ["where"], ["show", "nobody"], ["import", "--dry-run", "-"],
]  # fmt: skip


@pytest.mark.parametrize("argv", READING, ids=" ".join)
def test_reading_never_writes(team: Path, outreach: Command, argv: list[str]) -> None:
    before = team.read_bytes(), team.stat().st_mtime_ns, sorted(team.parent.iterdir())
    outreach(*argv, stdin="Name,City\nNew Ltd,Berlin\n")
    assert (team.read_bytes(), team.stat().st_mtime_ns, sorted(team.parent.iterdir())) == before


@pytest.mark.parametrize("argv", READING, ids=" ".join)
def test_reading_makes_no_file(scratch: Path, outreach: Command, argv: list[str]) -> None:
    outreach(*argv, stdin="Name,City\nNew Ltd,Berlin\n")
    assert list(scratch.parent.iterdir()) == []


def test_a_frozen_list_is_printed_as_it_was_frozen(
    team: Path, outreach: Command, services: Services
) -> None:
    services.workspace.commit("froze the list", services.day_plans.freezing())
    outreach("log", "alfreds")
    day = outreach("today", "--json").json
    assert day["frozen"] is True
    states = {each["customer"]["name"]: each["state"] for each in day["suggestions"]}
    assert states["Alfreds Futterkiste"] == "talked"
    assert "  ✓ Alfreds Futterkiste" in outreach("today").out


def test_json_is_one_document_even_when_a_note_is_printed(team: Path, outreach: Command) -> None:
    result = outreach("--json", "customers")
    assert json.loads(result.out)["customers"]

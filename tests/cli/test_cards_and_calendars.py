"""import of vCards and calendars, and export contacts: exact output, and what cannot be read."""

from pathlib import Path

import pytest

from cli.conftest import Command

VCARDS = Path(__file__).parents[1] / "data" / "vcards"
CALENDARS = Path(__file__).parents[1] / "data" / "calendars"
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nORG:{org}\nEMAIL:{mail}\nTEL:{tel}\nEND:VCARD\n"
MARIA = CARD.format(name="Maria Anders", org="Alfreds Futterkiste", mail="m@alfreds.example", tel=1)
ANN = CARD.format(name="Ann", org="", mail="ann@gmail.com", tel=2)
EVENT = """\
BEGIN:VEVENT
UID:{uid}
SUMMARY:{title}
DTSTART;TZID=Europe/Berlin:20261105T090000
DTEND;TZID=Europe/Berlin:20261105T100000
LOCATION:{place}
ATTENDEE:mailto:{mail}
END:VEVENT
"""


def calendar(*events: str) -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{''.join(events)}END:VCALENDAR\n"


def test_cards_come_in_with_counts_fields_and_reasons(team: Path, outreach: Command) -> None:
    result = outreach("import", "-", stdin=MARIA + ANN)
    assert result.code == 0
    assert result.out == (
        "stdin: 2 cards\n"
        "  0 created, 1 updated, 0 unchanged, 1 skipped\n"
        "  read FN → name, ORG → company, EMAIL → emails, TEL → phones\n"
        "  ~ line 1: Maria Anders, emails: m@alfreds.example\n"
        "  ~ line 1: Maria Anders, phones: 030-0074321 → 1, 030-0074321\n"
        "  ! line 8: Ann has no company, and nobody on file has this address; write the\n"
        "  company (ORG) on the card, or say --kind customers to make a customer of each\n"
        "  person without one\n"
        "undo with: outreach undo\n"
    )
    contacts = outreach("show", "alfreds", "--json").json["contacts"]
    assert [(c["name"], c["phones"], c["emails"]) for c in contacts] == [
        ("Maria Anders", ["1", "030-0074321"], ["m@alfreds.example"])
    ]


def test_all_real_cards_come_in_by_files_and_by_folder_and_again_change_nothing(
    scratch: Path, outreach: Command
) -> None:
    files = [str(path) for path in sorted(VCARDS.glob("*.vcf"))]
    first = outreach("import", "--kind", "customers", *files, "--json")
    assert first.code == 0
    assert sum(file["created"] for file in first.json["files"]) == 13
    again = outreach("import", "--kind", "customers", *files, "--json").json
    assert again["import_id"] is None
    assert {(f["created"], f["updated"], len(f["skipped"])) for f in again["files"]} == {(0, 0, 0)}
    folder = outreach("import", "--kind", "customers", str(VCARDS))
    assert folder.code == 0
    assert folder.out.startswith(
        "vcards: 15 cards\n  0 created, 0 updated, 15 unchanged, 0 skipped\n"
    )
    assert folder.out.endswith("Nothing is new; nothing was changed.\n")


def test_what_a_file_holds_goes_before_its_name(scratch: Path, outreach: Command) -> None:
    folder = scratch.parent
    for name, text, kind in (
        ("cards.csv", MARIA, "cards"),
        ("list.vcf.txt", MARIA, "cards"),
        ("cards.ics", MARIA, "cards"),
        ("cards.json", MARIA, "cards"),
        ("calendar.txt", calendar(), "past meetings"),
        ("calendar.csv", "\ufeff" + calendar(), "past meetings"),
        ("brackets.txt", "[Company],City\nAlfreds,Berlin\n", "customers"),
        ("customers.txt", "Company,City\nAlfreds,Berlin\n", "customers"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        document = outreach("import", "--dry-run", "--json", str(folder / name)).json
        assert document["files"][0]["kind"] == kind, name


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.vcf", b"", "a.vcf, row 1: there is no vCard in it"),
        ("a.vcf", b"\0\1\2", "a.vcf, row 1: there are NUL bytes; this is not a vCard"),
        ("a.ics", b"", "a.ics, row 1: there is no calendar in it"),
        ("a.ics", b"BEGIN:VCALENDAR\n", "a.ics: the calendar is cut off: its end is missing"),
    ],
)
def test_a_file_that_is_none_is_refused(
    scratch: Path, outreach: Command, name: str, data: bytes, error: str
) -> None:
    (scratch.parent / name).write_bytes(data)
    result = outreach("import", str(scratch.parent / name))
    assert (result.code, result.out) == (1, "")
    assert error in result.err
    assert not scratch.exists()


def test_a_folder_without_cards_is_refused(scratch: Path, outreach: Command) -> None:
    result = outreach("import", str(CALENDARS))
    assert result.code == 1
    assert "there is no vCard file in" in result.err


def test_only_the_card_files_of_a_folder_are_read(scratch: Path, outreach: Command) -> None:
    folder = scratch.parent / "people"
    (folder / "archive.vcf").mkdir(parents=True)
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    (folder / ".hidden.vcf").write_text("x", encoding="utf-8")
    (folder / "maria.VCF").write_text(MARIA, encoding="utf-8")
    report = outreach("import", "--json", str(folder)).json["files"][0]
    assert (report["name"], report["rows"], report["created"]) == ("people", 1, 1)


def test_past_meetings_are_asked_about_and_come_in_once(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    outreach("import", "-", stdin=MARIA)
    file = tmp_path / "calendar.ics"
    strangers = [
        EVENT.format(uid=f"s{n}", title="Dentist", place="", mail="dentist@example.com")
        for n in range(30)
    ]
    file.write_text(
        calendar(
            EVENT.format(uid="u1", title="Labels", place="Berlin", mail="m@alfreds.example"),
            *strangers,
        ),
        encoding="utf-8",
    )
    preview = outreach("import", "--dry-run", str(file))
    assert preview.out == (
        "calendar.ics: 31 past meetings\n"
        "  1 would be created, 0 would be updated, 0 unchanged, 30 skipped\n"
        "  held? Thu 5 Nov 2026 09:00, visit with Alfreds Futterkiste (Maria Anders):\n"
        "  Labels\n"
        "  ! 30 past meetings: nobody on file has an address of its attendees\n"
    )
    assert outreach("import", str(file)).out.splitlines()[2].startswith("  held Thu 5 Nov 2026")
    (talk,) = [
        t for t in outreach("show", "alfreds", "--json").json["touchpoints"] if t["kind"] == "visit"
    ]
    assert (talk["at"], talk["note"]) == ("2026-11-05T08:00:00Z", "Labels")
    again = outreach("import", str(file))
    assert again.code == 0
    assert "  0 created, 0 updated, 1 unchanged, 30 skipped\n" in again.out
    assert again.out.endswith("Nothing is new; nothing was changed.\n")
    document = outreach("import", "--json", "--dry-run", str(file)).json["files"][0]
    assert (document["conversations"], len(document["skipped"])) == ([], 30)


def test_what_of_a_long_series_is_left_out_is_said(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    file = tmp_path / "calendar.ics"
    daily = EVENT.format(uid="u1", title="Stand-up", place="", mail="m@alfreds.example").replace(
        "END:VEVENT", "RRULE:FREQ=DAILY\nEND:VEVENT"
    )
    file.write_text(calendar(daily.replace(":2026", ":2020")), encoding="utf-8")
    said = " ".join(outreach("import", "--dry-run", str(file)).out.split())
    assert "older events of series with more than 1,000 are not read: 1,2" in said


def test_a_list_of_conversations_and_a_calendar_of_one_day_are_one_conversation(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    outreach("import", "-", stdin=MARIA)
    calls, file = tmp_path / "calls.csv", tmp_path / "calendar.ics"
    calls.write_text(
        "Date,Customer,Kind,Note\n2026-11-05,Alfreds Futterkiste,visit,labels\n", encoding="utf-8"
    )
    event = EVENT.format(uid="u1", title="Labels", place="Berlin", mail="m@alfreds.example")
    file.write_text(calendar(event), encoding="utf-8")
    meetings, talks = outreach("import", "--json", str(file), str(calls)).json["files"]
    assert (talks["kind"], talks["created"]) == ("touchpoints", 1)
    assert [skipped["reason"] for skipped in meetings["skipped"]] == [
        "a conversation with the customer is noted for that day already"
    ]


@pytest.mark.parametrize("path", sorted(CALENDARS.glob("*.ics")), ids=lambda path: path.stem)
def test_calendars_of_other_programs_are_read(team: Path, outreach: Command, path: Path) -> None:
    result = outreach("import", str(path))
    assert (result.code, result.err) == (0, "")


# Out


def test_contacts_go_to_stdout_a_file_or_a_folder(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    stdout = outreach("export", "contacts", "--format", "vcard", "--out", "-")
    assert stdout.out.count("BEGIN:VCARD") == 2
    assert "VERSION:3.0" in stdout.out
    file = tmp_path / "all.vcf"
    command = ("export", "contacts", "--format", "vcard", "--version", "4.0", "--out")
    assert outreach(*command, str(file)).out == f"created    {file} (2 contacts)\n"
    assert file.read_bytes().count(b"VERSION:4.0\r\n") == 2
    folder = tmp_path / "people"
    cards = outreach(*command, f"{folder}/", "--json").json["files"]
    assert [(c["name"], c["change"]) for c in cards] == [
        ("Maria Anders", "created"),
        ("Thomas Hardy", "created"),
    ]
    assert outreach(*command, str(folder)).out == f"2 files in {folder} stayed as they are\n"
    outreach("import", "-", stdin=MARIA)
    assert outreach(*command, str(folder)).out == (
        f"updated    {cards[0]['path']} (Maria Anders)\n1 file in {folder} stayed as it is\n"
    )
    # Our own cards change nothing here.
    assert outreach("import", str(folder)).out.endswith("Nothing is new; nothing was changed.\n")


def test_a_card_goes_with_its_person_and_no_other_file_of_the_folder_does(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "people"
    command = ("export", "contacts", "--format", "vcard", "--out", f"{folder}/")
    _, hardy = outreach(*command, "--json").json["files"]
    outreach(*command[:-1], str(folder / "all-2025.vcf"))
    outreach("forget", "Maria Anders", "--yes")
    outreach(*command[:-1], str(folder / "all-2026.vcf"))  # one person by now
    (folder / "eve.vcf").write_bytes(Path(hardy["path"]).read_bytes())
    (folder / "hers.vcf").mkdir()
    kept = {"all-2025.vcf", "all-2026.vcf", "eve.vcf", "hers.vcf"}
    assert [(f["name"], f["change"]) for f in outreach(*command, "--json").json["files"]] == [
        ("Thomas Hardy", "unchanged"),
        ("", "removed"),
    ]
    assert {path.name for path in folder.iterdir()} == {*kept, Path(hardy["path"]).name}
    other = ("--file", str(tmp_path / "other.json"))
    outreach(*other, "add", "Königlich Essen", "--contact", "Philip Cramer")
    [cramer] = outreach(*other, *command, "--json").json["files"]
    assert cramer["change"] == "created"
    assert outreach(*command).out == f"1 file in {folder} stayed as it is\n"
    mine = {Path(card["path"]).name for card in (hardy, cramer)}
    assert {path.name for path in folder.iterdir()} == kept | mine


def test_an_export_never_takes_the_place_of_the_team_s_file(team: Path, outreach: Command) -> None:
    before = team.read_bytes()
    result = outreach("export", "contacts", "--format", "vcard", "--out", str(team))
    assert (result.code, team.read_bytes()) == (1, before)


def test_nobody_to_export_is_said(scratch: Path, outreach: Command, tmp_path: Path) -> None:
    assert outreach("export", "contacts", "--format", "vcard").code == 1
    result = outreach("export", "contacts", "--format", "vcard", "--out", f"{tmp_path}/p/")
    assert result.out == f"No contact to export to {tmp_path}/p.\n"


@pytest.mark.parametrize(
    "argv",
    [["--json"], ["--version", "2.1", "--out", "x"], ["--format", "csv", "--version", "4.0"]],
)
def test_wrong_usage_is_said(team: Path, outreach: Command, argv: list[str]) -> None:
    assert outreach("export", "contacts", "--format", "vcard", *argv).code == 2

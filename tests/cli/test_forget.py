"""forget: afterwards no file of ours knows the person, and everything else is as it was."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Command, NoonClock
from outreach_tui.bootstrap import Services
from outreach_tui.cli import printing
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.meeting import Attendee, Meeting
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.record import Patch, Put
from outreach_tui.domain.spellings import GONE
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.paths import log_file
from outreach_tui.store.backups import backups_folder
from outreach_tui.store.journal import history_path, journal_path

NAME, MAIL, PHONE, HANDLE = "María Anders", "maria@alfki.example", "030-0074321", "@mar_anders"
LIST = f"Company,City,Contact,Phone,Email\nAlfreds,Berlin,{NAME},{PHONE},{MAIL}\nBlauer See,Ulm,Maria Nord,0731 9988,\n"
NOTE = f"""{NAME} and MARIA ANDERS were there, maria  anders too
= @Maria daughter started at TU
> @Maria needs labels in Polish #x
! send {NAME} samples by friday
Maria liked it"""


class Folder:
    """Everything that commands write."""

    def __init__(self, home: Path, listed: Path) -> None:
        self._home, self._listed = home, listed

    def files(self) -> Iterator[Path]:
        for top in (self._home, Path(os.environ["XDG_CACHE_HOME"])):
            yield from (p for p in sorted(top.rglob("*")) if p.is_file() and p != self._listed)

    def holding(self, *more: str) -> list[str]:
        """Return the files in which the person is named in any way, by every byte of them."""
        found = []
        for path in self.files():
            text = path.read_bytes().decode("utf-8", "replace")
            text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text).casefold()
            text = text.replace("í", "i").replace("\\n", "\n")
            said = re.search(r"maria[\s_.-]+anders|mar_anders", text) or MAIL in text
            digits = re.sub(r"[-\s/]", "", text)
            if said or "0300074321" in digits or any(each in text for each in more):
                found.append(path.name)
        return found


@pytest.fixture
def folder(scratch: Path, outreach: Command) -> Folder:
    """A file that went through everything that a file can go through."""
    home = scratch.parent
    listed = home / "list.csv"
    listed.write_text(LIST, encoding="utf-8")
    assert outreach("import", str(listed)).code == 0
    services = Services(clock=NoonClock())
    maria = next(c for c in services.store.all(Contact) if c.name == NAME)
    services.workspace.commit(
        f"gave {NAME} a handle", [Patch(Contact, maria.id, {"handles": {"chat": HANDLE}})]
    )
    services.close()
    assert outreach("log", "alfreds", "--with", NAME, "--note", NOTE).code == 0
    assert (
        outreach("plan", "alfreds", "--kind", "visit", "--start", "fri 15:00", "--with", NAME).code
        == 0
    )
    assert outreach("backup").code == 0
    assert outreach("edit", "alfreds", f"industry=asked {NAME}", "website=alfki.example").code == 0
    assert outreach("undo").code == 0
    assert outreach("redo").code == 0
    # A copy of another machine, merged.
    copy = home / "team (conflicted copy 2026-11-26 120000).json"
    shutil.copy(scratch, copy)
    text = copy.read_text(encoding="utf-8").replace(
        '"city":"Ulm"', '"city":"Ulm","region":"Swabia"'
    )
    copy.write_text(text, encoding="utf-8")
    assert outreach("restore", "--merge", str(copy)).code == 0
    # A writer that was killed, and lines that are damaged.
    services = Services(clock=NoonClock())
    services.workspace.commit(
        "opened", [Put(Promise(id="v", customer_id=maria.customer_ids[0], text=f"tell {NAME}"))]
    )
    with journal_path(scratch).open("ab") as file:
        file.write(f'{{"seq":99,"did":"told {NAME}'.encode())
    services.workspace.commit("set aside", [Patch(Promise, "v", {"text": f"tell {NAME} all"})])
    with journal_path(scratch).open("r+b") as file:
        lines = file.readlines()
        lines[-1] = lines[-1].replace(b"tell", b"TELL")
        file.seek(0)
        file.writelines(lines)
    assert outreach("doctor", "--rebuild").code == 0
    scratch.write_bytes(scratch.read_bytes()[:-40])
    assert outreach("restore", "last").code == 0
    # What others left: stock TinyDB's way of writing, temp files, drafts, a log.
    backups = backups_folder(scratch)
    stock = json.loads(next(backups.glob("*-by-hand.json")).read_text(encoding="utf-8"))
    (backups / "2026-01-01T000000Z-by-hand.json").write_text(json.dumps(stock), encoding="utf-8")
    for leftover in (
        home / ".team.json.abc.tmp",
        backups / ".x.json.abc.tmp",
        Path(os.environ["XDG_CACHE_HOME"]) / "outreach" / "tmpabc.tmp",
    ):
        leftover.parent.mkdir(exist_ok=True, parents=True)
        leftover.write_text(NAME, encoding="utf-8")
    log_file().parent.mkdir(parents=True, exist_ok=True)
    log_file().write_text(f"first\n{NAME}\nlast\n", encoding="utf-8")
    services = Services(clock=NoonClock())
    services.drafts_path.parent.mkdir(parents=True, exist_ok=True)
    services.drafts_path.write_text(f"{{ {NAME}", encoding="utf-8")
    services.drafts.put("talk:a", {"note": f"call {NAME}"}, "a note about Alfreds")
    services.drafts.put("talk:c", {"note": "call 0049 30 0074321"}, "a note about nobody")
    services.drafts.put("talk:b", {"note": "call Ben"}, "a note about Blauer See")
    services.drafts.save()
    services.store.rows()
    services.store.forget_rows_cache()
    services.store.rows()
    services.store.keep_rows()
    services.close()
    found = Folder(home, listed)
    held = found.holding(maria.id)
    kinds = (
        r"team\.json", r"\.history", r"-by-hand", r"-restore", r"-daily", r"\.torn-", r"unreadable-",
        r"before-rebuild", r"-merged-", r"\.damaged-", r"\.tmp", r"\.rows", r"outreach\.log",
    )  # fmt: skip
    for kind in kinds:
        assert any(re.search(kind, name) for name in held), (kind, held)
    return found


def test_no_byte_of_any_file_of_ours_knows_the_person(
    scratch: Path, folder: Folder, outreach: Command
) -> None:
    maria = next(c for c in Services(clock=NoonClock()).store.all(Contact) if c.name == NAME)
    before = {path: path.read_bytes() for path in folder.files()}
    dry = outreach("forget", NAME, "--dry-run", "--json").json
    after = {path: path.read_bytes() for path in folder.files() if path.suffix != ".rows"}
    assert after == {path: data for path, data in before.items() if path.suffix != ".rows"}
    done = outreach("forget", NAME, "--yes", "--json").json
    assert folder.holding(maria.id, "tu\n", "daughter") == []
    assert done["dry_run"] is False
    said = {**dry["forgotten"], "drafts": 2}
    assert done["forgotten"] == said
    assert outreach("doctor").code == 0
    services = Services(clock=NoonClock())
    (touchpoint,) = services.store.all(Touchpoint)
    assert touchpoint.contact_ids == ()
    assert touchpoint.note.splitlines() == [
        f"{GONE} and {GONE} were there, {GONE} too",
        f"= {GONE}",
        f"> {GONE} needs labels in Polish #x",
        f"! send {GONE} samples by friday",
        "Maria liked it",
    ]
    assert [c.name for c in services.store.all(Contact)] == ["Maria Nord"], (
        "it is somebody else's name, too"
    )
    assert services.store.all(Meeting)[0].attendees == ()
    assert log_file().read_text() == "first\nlast\n"
    assert [draft.about for draft in services.drafts.waiting()] == ["a note about Blauer See"]


def test_nothing_brings_the_person_back(scratch: Path, folder: Folder, outreach: Command) -> None:
    assert outreach("forget", NAME, "--yes").code == 0
    while (result := outreach("undo", "--skip")).code == 0:
        assert folder.holding() == []
    assert "nothing to undo" in result.err
    while outreach("redo").code == 0:
        assert folder.holding() == []
    for backup in backups_folder(scratch).glob("*.json"):
        if "-before-" not in backup.name and "-merged-" not in backup.name:
            assert outreach("restore", backup.stem).code == 0, backup.name
        assert folder.holding() == []
    assert outreach("doctor").code == 0


def test_it_says_what_was_cleaned_and_what_is_left(
    scratch: Path, folder: Folder, outreach: Command
) -> None:
    out = outreach("forget", NAME, "--yes").out
    assert out.startswith("Forgot this person, for good.\n  cleaned: ")
    assert "emptied, since it was theirs too: phone of Alfreds, email of Alfreds" in out
    assert re.search(
        r"touchpoints of Alfreds on 2026-11-26 \([0-9a-f]{6}\), note: Maria liked it", out
    )
    assert "the lists that were imported (list.csv), calendar files of 1\nmeeting" in out
    assert "anders" not in out.casefold()


@pytest.mark.parametrize(
    "typed",
    ["(5) 555-3932", "(21) 555-0091", "(0)30 1234567", "(030) 445566 ext 7", "030-0074321"],
)
def test_a_number_is_emptied_however_it_was_written(
    scratch: Path, outreach: Command, typed: str
) -> None:
    listed = scratch.parent / "list.csv"
    listed.write_text(
        f'Company,Contact,Phone,Contact phone\nNordlicht,Mia Nor,"{typed}","{typed}"\n',
        encoding="utf-8",
    )
    assert outreach("import", str(listed)).code == 0
    assert outreach("log", "nordlicht", "--note", f"their desk: {typed}, until 5").code == 0
    shown = outreach("show", "nordlicht", "--json").json
    assert (shown["customer"]["phone"], shown["contacts"][0]["phones"]) == (typed, [typed])
    out = outreach("forget", "Mia Nor", "--yes").out
    assert "\n  emptied, since it was theirs too: phone of Nordlicht\n" in out
    shown = outreach("show", "nordlicht", "--json").json
    assert shown["customer"]["phone"] == ""
    assert [t["note"] for t in shown["touchpoints"]] == [f"their desk: {GONE}, until 5"]
    for path in (*scratch.parent.rglob("*.json"), journal_path(scratch), history_path(scratch)):
        assert typed[-6:] not in path.read_text(encoding="utf-8"), path.name


def test_undo_says_that_it_goes_past_the_forgetting(team: Path, outreach: Command) -> None:
    assert outreach("edit", "alfreds", "industry=toys").code == 0
    assert outreach("forget", "maria anders", "--yes").code == 0
    said, undone, *_ = outreach("undo").out.splitlines()
    assert said == "Forgetting a person cannot be undone; this is what was done before it."
    assert undone.startswith("Undone: ")
    assert outreach("redo").out.startswith("Done again: ")
    assert outreach("undo").out.startswith("Undone: ")


def test_another_program_that_has_the_file_open_sees_it(team: Path, outreach: Command) -> None:
    other = Services(clock=NoonClock())
    maria = next(c for c in other.store.all(Contact) if c.name == "Maria Anders")
    other.store.rows()
    assert outreach("forget", "maria anders", "--yes").code == 0
    assert [commit.did for commit in other.store.refresh()] == ["forgot a person"]
    assert other.store.get(Contact, maria.id) is None
    assert all(not row.contact_name.startswith("Maria") for row in other.store.rows().values())
    other.workspace.commit(
        "went on", [Put(Promise(id="v", customer_id=maria.customer_ids[0], text="x"))]
    )
    other.close()
    assert outreach("doctor").code == 0
    assert [e["did"] for e in outreach("history", "--json").json["entries"]][:2] == [
        "went on",
        "forgot a person",
    ]


def test_a_program_that_has_not_looked_yet_keeps_no_old_rows(team: Path, outreach: Command) -> None:
    other = Services(clock=NoonClock())
    other.store.rows()
    assert outreach("forget", "maria anders", "--yes").code == 0
    other.close()
    for path in Path(os.environ["XDG_CACHE_HOME"]).rglob("*"):
        assert path.is_dir() or b"Anders" not in path.read_bytes()


def test_somebody_whose_record_was_deleted_can_be_forgotten_too(
    team: Path, outreach: Command, services: Services
) -> None:
    services.customers.remove([services.customers.find("alfreds").id])
    services.close()
    assert b"Maria Anders" in history_path(team).read_bytes()
    assert outreach("forget", "maria anders", "--yes").code == 0
    assert [
        p.name for p in team.parent.rglob("*") if p.is_file() and b"Maria Anders" in p.read_bytes()
    ] == []
    assert outreach("forget", "maria anders", "--yes").err.startswith(
        "outreach: no person answers to"
    )


def test_a_namesake_whose_record_was_deleted_is_named_with_what_to_do(
    team: Path, outreach: Command, services: Services
) -> None:
    assert outreach("add", "Elsewhere", "--contact", "Maria Anders").code == 0
    services.store.refresh()
    elsewhere = services.customers.find("elsewhere")
    (gone,) = services.store.of_customer(Contact, elsewhere.id)
    services.customers.remove([elsewhere.id])
    services.close()
    dry = outreach("forget", "maria anders", "--dry-run", "--json").json["forgotten"]
    assert (dry["namesakes"], dry["unsure"]) == ([gone.id], True)
    out = outreach("forget", "maria anders", "--yes").out
    command = f"outreach forget {gone.id[-6:]}"
    assert "whose record was deleted is still in the history" in " ".join(out.split())
    assert command in [line.strip() for line in out.splitlines()]
    last = outreach(*command.split()[1:], "--yes", "--json").json["forgotten"]
    assert (last["namesakes"], last["unsure"]) == ([], False)
    assert [
        p.name for p in team.parent.rglob("*") if p.is_file() and b"Maria Anders" in p.read_bytes()
    ] == []


def test_others_keep_what_they_share_with_the_person(
    team: Path, outreach: Command, services: Services
) -> None:
    at = services.customers.find("around").id
    services.workspace.commit(
        "met a namesake",
        [
            Put(
                Contact(
                    id="m2",
                    name="Maria Anders",
                    phones=("030-0074321",),
                    employments=(Employment(customer_id=at),),
                )
            ),
            Put(Promise(id="v", customer_id=at, contact_id="m2", text="call Maria Anders")),
        ],
    )
    services.close()
    ambiguous = outreach("forget", "Maria Anders", "--yes")
    assert ambiguous.code == 1
    first = next(
        c for c in services.store.all(Contact) if c.name == "Maria Anders" and c.id != "m2"
    )
    result = outreach("forget", first.id[-6:], "--yes")
    assert result.code == 0, result.err
    assert "Somebody else is called so, too" in result.out
    now = Services(clock=NoonClock()).store
    assert now.get(Contact, "m2").phones == ("030-0074321",)  # type: ignore[union-attr]
    assert now.get(Promise, "v").text == "call Maria Anders"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "typed", ["maria", "anders", "maria ander", "Maria. Anders", "(maria anders)"]
)
def test_a_part_of_a_name_or_one_with_other_signs_forgets_nobody(
    folder: Folder, outreach: Command, typed: str
) -> None:
    before = {path: path.read_bytes() for path in folder.files()}
    refused = outreach("forget", typed, "--yes")
    assert refused.code == 1
    assert f"no person has the name '{typed}'" in refused.err
    assert "this needs the whole name, or the end of the id: " in refused.err
    assert f"{NAME} (Alfreds, " in refused.err
    assert {path: path.read_bytes() for path in folder.files()} == before


def test_it_has_to_be_confirmed(
    team: Path, outreach: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = outreach("forget", "maria anders")
    assert (refused.code, refused.out) == (1, "")
    assert "look first with --dry-run, then say --yes" in refused.err
    monkeypatch.setattr(printing, "is_interactive", lambda: True)
    wrong = outreach("forget", "maria anders", stdin="Mario\n")
    assert wrong.code == 1
    assert "Maria Anders (Alfreds Futterkiste)" in wrong.err
    assert outreach("forget", "maria anders", stdin="\n").code == 1
    assert b"Maria Anders" in team.read_bytes()
    assert outreach("forget", "maria anders", stdin="maria anders\n").code == 0
    assert b"Maria Anders" not in team.read_bytes()


def test_a_name_of_symbols_has_to_be_typed_too(
    team: Path, outreach: Command, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = services.contacts.add(services.customers.find("alfreds"), {"name": "?"}).id[-6:]
    monkeypatch.setattr(printing, "is_interactive", lambda: True)
    for typed in ("\n", " \n", "!\n", ""):
        assert outreach("forget", person, stdin=typed).code == 1
        assert services.store.refresh() == []
    assert outreach("forget", person, stdin="?\n").code == 0


def test_signs_of_a_name_have_to_be_typed_too(
    team: Path, outreach: Command, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "$(Réboot)"
    person = services.contacts.add(services.customers.find("alfreds"), {"name": name}).id[-6:]
    monkeypatch.setattr(printing, "is_interactive", lambda: True)
    for typed in ("$(reboot\n", "reboot\n", "$ (reboot)\n"):
        assert outreach("forget", person, stdin=typed).code == 1
        assert services.store.refresh() == []
    assert outreach("forget", person, stdin="$(REBOOT)\n").code == 0


def test_a_copy_that_was_not_merged_is_in_the_way(team: Path, outreach: Command) -> None:
    copy = team.with_name("team (conflicted copy 2026-11-26 120000).json")
    shutil.copy(team, copy)
    refused = outreach("forget", "maria anders", "--yes")
    assert refused.code == 1
    assert "outreach restore --merge" in refused.err
    assert b"Maria Anders" in team.read_bytes()
    assert outreach("restore", "--merge", str(copy)).code == 0
    assert outreach("forget", "maria anders", "--yes").code == 0
    assert [
        p.name for p in team.parent.rglob("*") if p.is_file() and b"Maria Anders" in p.read_bytes()
    ] == []


def test_a_customer_called_like_the_person_stays(team: Path, outreach: Command) -> None:
    assert (
        outreach("add", "Anna Lee", "--contact", "Anna Lee", "--email", "a@lee.example").code == 0
    )
    assert (
        outreach("log", "Anna Lee", "--with", "Anna Lee", "--note", "Anna Lee was glad").code == 0
    )
    assert outreach("forget", "Anna Lee", "--yes").code == 0
    shown = outreach("show", "Anna Lee", "--json").json
    assert (shown["customer"]["name"], shown["contacts"]) == ("Anna Lee", [])
    assert [t["note"] for t in shown["touchpoints"]] == [f"{GONE} was glad"]


def test_an_attendee_without_an_id_is_a_name(
    team: Path, outreach: Command, services: Services
) -> None:
    meeting = services.meetings
    assert meeting is not None
    assert outreach("plan", "alfreds", "--kind", "visit", "--start", "fri 15:00").code == 0
    (planned,) = services.store.all(Meeting) or (
        services.store.refresh() and services.store.all(Meeting)
    )
    services.workspace.commit(
        "invited",
        [
            Patch(
                Meeting,
                planned.id,
                {"attendees": (Attendee(name="Maria Anders"), Attendee(name="Ben"))},
            )
        ],
    )
    services.close()
    assert outreach("forget", "maria anders", "--yes").code == 0
    (now,) = Services(clock=NoonClock()).store.all(Meeting)
    assert [a.name for a in now.attendees] == [GONE, "Ben"]

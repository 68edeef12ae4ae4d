"""backup, restore, doctor: on files that are whole, damaged, missing, or copied by a sync service."""

import shutil
from pathlib import Path

import pytest

from cli.conftest import Command, NoonClock
from outreach_tui.bootstrap import Services
from outreach_tui.cli.keeping_page import size_words
from outreach_tui.domain.customer import Customer

DAMAGE = b'{"customers": {"1": {"id"'
NAME = "2026-11-26T120000Z"


def folder_of(team: Path) -> Path:
    return team.with_name("team.json.backups")


def city(outreach: Command, name: str, *more: str) -> str:
    found: str = outreach("show", name, "--json", *more).json["customer"]["city"]
    return found


def names(outreach: Command) -> list[str]:
    return [row["name"] for row in outreach("customers", "--json").json["customers"]]


# backup


def test_a_backup_is_made_by_hand_and_named(team: Path, outreach: Command) -> None:
    result = outreach("backup")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"Made the backup {NAME}-by-hand.\n"
        f"  {folder_of(team)}/{NAME}-by-hand.json\n"
        f"bring it back with: outreach restore {NAME}-by-hand\n"
    )
    document = outreach("backup", "--json").json["backup"]
    assert document["name"] == f"{NAME}-by-hand-2"
    assert set(document) == {"name", "path", "at", "reason", "size_bytes", "number"}


def test_there_is_nothing_to_back_up_before_the_first_change(
    scratch: Path, outreach: Command
) -> None:
    assert outreach("backup").code == 1
    assert not list(scratch.parent.glob("team*"))


def test_a_damaged_file_is_not_backed_up(scratch: Path, outreach: Command) -> None:
    scratch.write_bytes(DAMAGE)
    assert outreach("backup").code == 4
    assert not folder_of(scratch).exists()


# restore


def test_without_a_name_the_backups_are_listed(team: Path, outreach: Command) -> None:
    assert outreach("restore").out.startswith("There is no backup yet")
    outreach("backup")
    outreach("log", "hudson")
    lines = outreach("restore").out.splitlines()
    assert lines[0].split() == ["Name", "Made", "Reason", "Size", "Customers", "Touchpoints"]
    assert lines[1].startswith(f"{NAME}-daily ")
    assert lines[2].startswith(f"{NAME}-by-hand ")
    assert lines[2].split()[-2:] == ["3", "1"]
    assert lines[-1] == "bring one back with: outreach restore NAME"
    document = outreach("restore", "--json").json["backups"]
    assert [(b["reason"], b["customers"]) for b in document] == [("daily", 3), ("by-hand", 3)]


def test_a_backup_that_cannot_be_read_is_listed_as_such(team: Path, outreach: Command) -> None:
    outreach("backup")
    next(folder_of(team).iterdir()).write_bytes(DAMAGE)
    assert "cannot be read" in outreach("restore").out


def test_a_restore_is_one_change_that_undo_takes_back(team: Path, outreach: Command) -> None:
    outreach("backup")
    outreach("edit", "hudson", "city=Boston")
    outreach("add", "New Deli", "city=Graz", "country=Austria")
    result = outreach("restore", "by-hand")
    assert (result.code, result.err) == (0, "")
    assert ", 0 came back, 1 went." in " ".join(result.out.split())
    assert f"a backup of how it was before: {NAME}-restore" in result.out
    assert result.out.endswith("undo with: outreach undo\n")
    assert (city(outreach, "hudson"), "New Deli" in names(outreach)) == ("New York", False)
    assert (
        outreach("undo").out.splitlines()[0]
        == "Undone: Brought back the backup of 2026-11-26 12:00 UTC."
    )
    assert (city(outreach, "hudson"), "New Deli" in names(outreach)) == ("Boston", True)
    outreach("redo")
    assert city(outreach, "hudson") == "New York"


def test_nothing_is_changed_where_nothing_differs(team: Path, outreach: Command) -> None:
    outreach("log", "hudson")
    outreach("backup")
    result = outreach("restore", "by-hand")
    assert "already; nothing was changed" in " ".join(result.out.split())
    assert outreach("undo").out.startswith("Undone: Logged a call")


def test_restore_as_json(team: Path, outreach: Command) -> None:
    outreach("backup")
    outreach("edit", "hudson", "city=Boston")
    document = outreach("restore", "by-hand", "--json").json["restored"]
    assert (document["changed"] > 0, document["made"], document["removed"]) == (True, 0, 0)
    assert document["backup"]["reason"] == "restore"
    assert (document["placed"], document["aside"], document["left_out"]) == (False, [], [])
    assert document["records"]["customers"] == 3


@pytest.mark.parametrize("damage", [DAMAGE, b"", b"\0" * 400])
def test_a_damaged_file_is_replaced_and_kept(team: Path, outreach: Command, damage: bytes) -> None:
    outreach("backup")
    outreach("log", "hudson", "--note", "> they moved")
    team.write_bytes(damage)
    assert outreach("today").code == 4
    result = outreach("restore", "by-hand")
    assert (result.code, result.err) == (0, "")
    said = " ".join(result.out.split())
    assert "took the place of the damaged file: 3 customers" in said
    assert "1 change made after the backup was made again on top of it" in said
    aside = [p for p in team.parent.iterdir() if p.name.startswith("team.json.damaged-")]
    assert [p.read_bytes() for p in aside] == [damage]
    assert len(outreach("show", "hudson", "--json").json["touchpoints"]) == 1
    assert outreach("doctor").code == 0
    outreach("log", "alfreds")
    assert outreach("undo").code == 0


def test_a_missing_file_comes_back(team: Path, outreach: Command) -> None:
    outreach("backup")
    team.unlink()
    result = outreach("restore", "last")
    assert (result.code, "is the file now: 3 customers" in " ".join(result.out.split())) == (
        0,
        True,
    )
    assert len(names(outreach)) == 3


def test_a_file_elsewhere_is_brought_back_by_its_path(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    shutil.copy(team, tmp_path / "old copy.json")
    outreach("edit", "hudson", "city=Boston")
    outreach("restore", str(tmp_path / "old copy.json"))
    assert city(outreach, "hudson") == "New York"
    assert (tmp_path / "old copy.json").exists()


@pytest.mark.parametrize("typed", ["nothing like it", "./nowhere.json", "team.json"])
def test_what_is_no_backup_is_refused(
    team: Path, outreach: Command, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outreach("backup")
    monkeypatch.chdir(team.parent)
    before = team.read_bytes()
    assert outreach("restore", typed).code == 1
    assert team.read_bytes() == before


def test_several_backups_that_answer_are_listed(team: Path, outreach: Command) -> None:
    outreach("backup")
    outreach("backup")
    result = outreach("restore", "2026-11-26")
    assert result.code == 1
    assert f"{NAME}-by-hand-2, {NAME}-by-hand" in result.err


def test_a_file_of_another_program_is_not_replaced(team: Path, outreach: Command) -> None:
    outreach("backup")
    team.write_text('{"_default": {"1": {"a": 1}}}')
    assert outreach("restore", "last").code == 4
    assert team.read_text() == '{"_default": {"1": {"a": 1}}}'


def test_a_backup_of_schema_1_is_brought_back(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    outreach("backup")
    old = tmp_path / "old.json"
    old.write_text(
        '{"customers": {"1": {"id": "019cadff-6590-7544-94df-745dad02b759", "name": "Old"}},'
        ' "meta": {"1": {"schema": 1, "seq": 2}}}'
    )
    for damage in (None, DAMAGE):
        if damage is not None:
            team.write_bytes(damage)
        assert outreach("restore", str(old)).code == 0
        assert names(outreach) == ["Old"]


# restore --merge


def other_machine(team: Path, tmp_path: Path) -> Path:
    """A copy of all files on another machine."""
    there = tmp_path / "there"
    there.mkdir()
    for path in team.parent.iterdir():
        if path.is_file() and path.name.startswith("team.json"):
            shutil.copy(path, there)
    return there / "team.json"


def as_copy(other: Path, team: Path, mark: str = " (conflicted copy 2026-11-26 120000)") -> Path:
    copy = team.with_name(f"team{mark}.json")
    shutil.copy(other, copy)
    return copy


def test_a_copy_is_merged_field_by_field(team: Path, outreach: Command, tmp_path: Path) -> None:
    outreach("edit", "hudson", "industry=Food")
    other = other_machine(team, tmp_path)
    outreach("edit", "hudson", "city=Boston")
    outreach("log", "alfreds", "--note", "ours")
    there = ("--file", str(other))
    outreach("edit", "hudson", "phone=555", *there)
    outreach("edit", "around", "city=Leeds", *there)
    outreach("log", "alfreds", "--note", "theirs", *there)
    outreach("add", "Their Deli", *there)
    copy = as_copy(other, team)
    text = copy.read_bytes()
    result = outreach("restore", "--merge", str(copy))
    assert (result.code, result.err) == (0, "")
    hudson = outreach("show", "hudson", "--json").json["customer"]
    assert (hudson["city"], hudson["phone"], hudson["industry"]) == ("Boston", "555", "Food")
    assert city(outreach, "around") == "Leeds"
    notes = {t["note"] for t in outreach("show", "alfreds", "--json").json["touchpoints"]}
    assert notes >= {"ours", "theirs"}
    assert "Their Deli" in names(outreach)
    assert "both changed" not in result.out
    assert not copy.exists()
    assert text in [p.read_bytes() for p in folder_of(team).iterdir() if "-merged-" in p.name]
    assert outreach("undo").out.startswith("Undone: Merged the copy team (conflicted copy")
    assert city(outreach, "around") == "London"
    assert city(outreach, "hudson") == "Boston"


def test_of_a_field_that_both_changed_ours_stays_and_both_are_told(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    outreach("log", "hudson")
    other = other_machine(team, tmp_path)
    outreach("edit", "hudson", "city=Boston")
    outreach("edit", "hudson", "city=Denver", "--file", str(other))
    result = outreach("restore", "--merge", str(as_copy(other, team)))
    said = " ".join(result.out.split())
    assert "both changed city of Hudson Deli: yours is 'Boston' and stays" in said
    assert "the copy has 'Denver'" in said
    assert city(outreach, "hudson") == "Boston"
    other_copy = as_copy(other, team, " (1)")
    document = outreach("restore", "--merge", str(other_copy), "--json").json["merged"]
    conflict = next(c for c in document["conflicts"] if c["field"] == "city")
    assert (conflict["ours"], conflict["theirs"]) == ("'Boston'", "'Denver'")
    assert conflict["called"] == "Hudson Deli"


def test_what_we_removed_stays_removed_and_what_they_lack_stays(
    team: Path, outreach: Command, services: Services, tmp_path: Path
) -> None:
    outreach("add", "Going", "city=Graz", "country=Austria")
    other = other_machine(team, tmp_path)
    ours, theirs = Services(clock=NoonClock()), Services(file=str(other), clock=NoonClock())
    for each, name in ((ours, "Going"), (theirs, "Around the Horn")):
        (id_,) = [c.id for c in each.store.all(Customer) if c.name == name]
        each.customers.remove([id_])
        each.close()
    outreach("edit", "hudson", "phone=555", "--file", str(other))
    result = outreach("restore", "--merge", str(as_copy(other, team)))
    assert "removed here and stayed so" in " ".join(result.out.split())
    assert "Going" not in names(outreach)
    assert "Around the Horn" in names(outreach)
    assert outreach("show", "hudson", "--json").json["customer"]["phone"] == "555"


def test_a_copy_of_the_journal_alone_is_merged(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    """Both machines wrote, and neither has folded: only the journal was copied."""
    outreach("log", "hudson")
    other = other_machine(team, tmp_path)
    ours, theirs = Services(clock=NoonClock()), Services(file=str(other), clock=NoonClock())
    for each, town, name in ((ours, "Boston", "Ours"), (theirs, "Denver", "Theirs")):
        each.customers.edit(each.customers.find("hudson"), {"city": town})
        each.customers.add(name, {})
    theirs.customers.edit(theirs.customers.find("around"), {"phone": "777"})
    copy = team.with_name("team.json.sync-conflict-20261126-120000-ABCDEFG.journal")
    shutil.copy(other.with_name("team.json.journal"), copy)
    assert "Syncthing made a copy of the journal" in " ".join(outreach("doctor").out.split())
    result = outreach("restore", "--merge", str(copy))
    assert (result.code, result.err) == (0, "")
    assert "both changed city of Hudson Deli" in " ".join(result.out.split())
    assert {"Ours", "Theirs"} <= set(names(outreach))
    assert city(outreach, "hudson") == "Boston"
    assert outreach("show", "around", "--json").json["customer"]["phone"] == "777"
    assert not copy.exists()


def test_the_journal_of_a_copy_is_applied_first(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    outreach("log", "hudson")
    other = other_machine(team, tmp_path)
    outreach("edit", "hudson", "phone=1", "--file", str(other))
    theirs = Services(file=str(other), clock=NoonClock())
    theirs.customers.add("In their journal", {})
    mark = " (Kim's conflicted copy 2026-11-26)"
    journal = team.with_name(f"team.json{mark}.journal")
    shutil.copy(other.with_name("team.json.journal"), journal)
    outreach("restore", "--merge", str(as_copy(other, team, mark)))
    assert "In their journal" in names(outreach)
    assert outreach("show", "hudson", "--json").json["customer"]["phone"] == "1"
    assert not journal.exists(), "it goes with the copy"


def test_an_older_copy_of_our_own_file_changes_nothing(
    team: Path, outreach: Command, tmp_path: Path
) -> None:
    outreach("log", "hudson")
    other = other_machine(team, tmp_path)
    outreach("edit", "hudson", "city=Boston")
    outreach("edit", "hudson", "city=Denver")
    result = outreach("restore", "--merge", str(as_copy(other, team)))
    assert "holds nothing that you do not have" in " ".join(result.out.split())
    assert city(outreach, "hudson") == "Denver"


@pytest.mark.parametrize("text", ["{", "hello", '{"_default": {"1": {"a": 1}}}'])
def test_a_damaged_or_foreign_copy_is_left_as_it_is(
    team: Path, outreach: Command, text: str
) -> None:
    copy = team.with_name("team (1).json")
    copy.write_text(text)
    before = team.read_bytes()
    assert outreach("restore", "--merge", str(copy)).code == 4
    assert (copy.read_text(), team.read_bytes()) == (text, before)


def test_the_file_itself_and_backups_are_no_copies(team: Path, outreach: Command) -> None:
    outreach("backup")
    backup = next(folder_of(team).iterdir())
    for path in (team, backup, team.with_name("nowhere.json")):
        assert outreach("restore", "--merge", str(path)).code == 1
    assert outreach("restore", "--merge").code == 2


def test_the_copies_are_known_to_the_services(team: Path, services: Services) -> None:
    assert services.copies == []
    copy = team.with_name("team (1).json")
    shutil.copy(team, copy)
    assert services.copies == [copy]


# doctor


def test_everything_in_order_is_one_sentence(team: Path, outreach: Command) -> None:
    team.chmod(0o600)
    outreach("log", "hudson")
    result = outreach("doctor")
    assert (result.code, result.err) == (0, "")
    assert result.out == "Everything is in order: 3 customers, 2 contacts, 2 touchpoints.\n", (
        result.out
    )


def test_a_damaged_file_ends_with_4_and_says_what_to_do(team: Path, outreach: Command) -> None:
    team.write_bytes(DAMAGE)
    result = outreach("doctor")
    assert (result.code, result.err) == (4, "")
    assert result.out.startswith("1 thing needs mending.\n\n! The end of the file is missing")
    assert f"  {team}, line 1\n" in result.out
    assert "outreach restore" in result.out
    assert team.read_bytes() == DAMAGE


def test_doctor_as_json(team: Path, outreach: Command) -> None:
    team.chmod(0o600)
    outreach("log", "hudson")
    document = outreach("doctor", "--json").json
    assert document["damaged"] is False
    assert document["findings"] == []
    assert (document["records"]["customers"], document["rebuilt"]) == (3, None)
    team.chmod(0o644)
    (finding,) = outreach("doctor", "--json").json["findings"]
    assert set(finding) == {"severity", "what", "remedy", "file", "line", "table", "key"}
    assert (finding["severity"], finding["file"]) == ("warning", str(team))


def test_many_findings_of_one_sort_are_cut(team: Path, outreach: Command) -> None:
    team.chmod(0o600)
    outreach("log", "hudson")
    for number in range(30):
        team.with_name(f"team ({number}).json").write_bytes(team.read_bytes())
    result = outreach("doctor")
    assert result.out.count("Google Drive") == 20
    assert "and 10 more like these: --json lists them all" in result.out
    assert len(outreach("doctor", "--json").json["findings"]) == 30


def test_a_damaged_journal_is_mended_and_all_is_said(team: Path, outreach: Command) -> None:
    assert outreach("doctor", "--rebuild").out.startswith("No line was damaged")
    services = Services(clock=NoonClock())
    for name in ("Kept", "Lost", "Kept too"):
        services.customers.add(name, {})
    journal = team.with_name("team.json.journal")
    broken = journal.read_bytes().replace(b'"name":"Lost"', b'"name":"Lust"')
    journal.write_bytes(broken)
    assert outreach("today").code == 4
    assert outreach("doctor").code == 4
    result = outreach("doctor", "--rebuild")
    assert (result.code, result.err) == (0, "")
    said = " ".join(result.out.split())
    assert "left out: team.json.journal, line 3: its checksum is wrong" in said
    assert "what cannot be read is kept as" in said
    assert {"Kept", "Kept too"} <= set(names(outreach))
    assert "Lost" not in names(outreach)
    assert broken in [p.read_bytes() for p in folder_of(team).iterdir()]
    assert outreach("doctor").code == 0


def test_what_cannot_be_made_anew_says_so(team: Path, outreach: Command) -> None:
    team.write_bytes(DAMAGE)
    result = outreach("doctor", "--rebuild")
    assert (result.code, result.out) == (4, "")
    assert "outreach restore" in result.err
    assert team.read_bytes() == DAMAGE


def test_a_doctor_of_nothing_makes_nothing(scratch: Path, outreach: Command) -> None:
    assert outreach("doctor").code == 0
    assert outreach("doctor", "--rebuild").code == 1
    assert not list(scratch.parent.glob("team*"))


@pytest.mark.parametrize(
    ("size", "words"), [(812, "812 bytes"), (14_200, "14 kB"), (3_240_000, "3.2 MB")]
)
def test_sizes_are_short(size: int, words: str) -> None:
    assert size_words(size) == words

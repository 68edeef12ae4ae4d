"""What `doctor` finds in real files, how a damaged file is mended, and that nothing damaged is ever overwritten."""

import json
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest

from outreach_tui.cli.main import run
from outreach_tui.clock import SystemClock
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Patch, Put, Remove
from outreach_tui.domain.settings import TEAM
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.errors import DamagedFile, OutreachError, StoreUnavailable
from outreach_tui.services.keeping import Checkup, Finding, Severity
from outreach_tui.store.care.copies import copies_of
from outreach_tui.store.care.doctor import examine
from outreach_tui.store.care.keeping import Keeping
from outreach_tui.store.care.lines import read_history, read_journal
from outreach_tui.store.care.states import Replay, about, lines_above
from outreach_tui.store.journal import Entry, Header, line_of
from outreach_tui.store.json_file import digest_of, replace_file
from outreach_tui.store.json_text import parsed
from outreach_tui.store.tinydb_file import TinyDbStore

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAMAGES = 200
SEED = 20261122
Files = dict[str, bytes]


class Ticking(SystemClock):
    """A clock that is a minute later whenever it is looked at."""

    def __init__(self, *_: object) -> None:
        super().__init__()
        self.at = NOON

    def real_now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def milliseconds(self) -> int:
        return int(self.real_now().timestamp() * 1000)


def id_of(number: int) -> str:
    return f"019cadff-6590-7544-94df-{number:012x}"


ANA = Member(id=id_of(1), name="Ana", zone="Europe/Berlin")
ACME, BOLIDO, CEDAR = (
    Customer(id=id_of(n), name=name, city=city)
    for n, name, city in ((2, "Acme", "Graz"), (3, "Bólido", "Madrid"), (4, "Cedar", "Oslo"))
)


def call(number: int, customer: Customer, note: str = "") -> Touchpoint:
    return Touchpoint(
        id=id_of(number),
        customer_ids=(customer.id,),
        kind=TouchpointKind.CALL,
        at=datetime(2026, 11, 2, 9, tzinfo=UTC),
        member_id=ANA.id,
        note=note,
    )


FOLDED: list[list[Change]] = [
    [Put(ANA), Put(ACME), Put(BOLIDO)],
    [Put(call(10, ACME, "first"))],
    [Patch(Customer, ACME.id, {"city": "Linz"})],
    [Put(CEDAR), Put(call(11, CEDAR))],
]
JOURNALLED: list[list[Change]] = [
    [Patch(Customer, ACME.id, {"city": "Wien"})],
    [Put(call(12, BOLIDO, "they asked for labels"))],
    [Patch(Customer, ACME.id, {"city": "Salzburg"})],
    [Remove(Touchpoint, id_of(11))],
    [Patch(Customer, BOLIDO.id, {"phone": "12345", "industry": "Food"})],
    [Put(Purchase(id=id_of(20), customer_id=ACME.id, on=datetime(2026, 11, 3, tzinfo=UTC).date()))],
]


def keeping_of(path: Path, clock: SystemClock | None = None) -> Keeping:
    clock = clock or Ticking()
    return Keeping(path, clock, store=lambda: TinyDbStore(path, clock), writer=lambda: ANA.id)


@cache
def team() -> Files:
    """The files of a team: changes in the file and its history, others in the journal, and a backup of it all."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "team.json"
        clock = Ticking()
        for commits in (FOLDED, JOURNALLED):
            store = TinyDbStore(path, clock)
            for changes in commits:
                store.commit(f"did {len(changes)}", changes, member_id=ANA.id)
            if commits is FOLDED:
                store.close()
        clock.at += timedelta(hours=1)
        store.backup("by-hand")
        return {
            str(found.relative_to(folder)): found.read_bytes()
            for found in sorted(Path(folder).rglob("*"))
            if found.is_file()
        }


@cache
def states() -> tuple[str, ...]:
    """What is on file after each commit in the journal, the first one before any of them."""
    with TemporaryDirectory() as folder:
        path = put(team(), Path(folder))
        lines = team()["team.json.journal"].splitlines(keepends=True)
        found = []
        for count in range(1, len(lines) + 1):
            (path.parent / "team.json.journal").write_bytes(b"".join(lines[:count]))
            found.append(state(path))
        return tuple(found)


def put(files: Files, folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(data)
    return folder / "team.json"


def state(path: Path) -> str:
    """All records as the store has them."""
    store = TinyDbStore(path, Ticking())
    kinds = (Member, Customer, Contact, Touchpoint, Purchase)
    assert not store.problems, store.problems
    return msgspec.json.encode([store.all(kind) for kind in kinds]).decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return put(team(), tmp_path)


def check(path: Path, now: datetime = NOON + timedelta(hours=3)) -> Checkup:
    return examine(path, now)


def findings(path: Path, severity: Severity | None = None) -> list[Finding]:
    return [f for f in check(path).findings if severity in (None, f.severity)]


def only(path: Path, words: str) -> Finding:
    """The one finding that says this."""
    found = [f for f in findings(path) if words in f.what]
    assert len(found) == 1, [f.what for f in findings(path)]
    return found[0]


def change(path: Path, how: Callable[[Any], None]) -> None:
    """Change the JSON file as another program would."""
    tables = json.loads(path.read_text())
    how(tables)
    path.write_text(json.dumps(tables))


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


# Nothing wrong


def test_files_in_order_have_no_finding_and_are_counted(path: Path) -> None:
    checkup = check(path)
    assert checkup.findings == ()
    assert not checkup.damaged
    assert checkup.records == {"customers": 3, "purchases": 1, "touchpoints": 2, "members": 1}
    assert checkup.commits == len(FOLDED) + len(JOURNALLED)


def test_a_check_writes_nothing_and_takes_no_lock(path: Path) -> None:
    beside(path, ".lock").unlink()
    before = {p: p.stat().st_mtime_ns for p in path.parent.rglob("*")}
    check(path)
    assert {p: p.stat().st_mtime_ns for p in path.parent.rglob("*")} == before


def test_no_file_yet_is_no_damage(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path / "team.json")
    assert finding.severity is Severity.ADVICE


# The JSON text


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: b"", "is empty"),
        (lambda data: b"\0" * len(data), "nothing but zeros"),
        (lambda data: data[:300] + bytes(40) + data[340:], "holds zeros instead of text"),
        (lambda data: data[: len(data) // 2], "The end of the file is missing"),
        (lambda data: data.replace(b'"name":', b'"name";', 1), "cannot be read from column"),
        (lambda data: b"[1, 2]", "holds no tables"),
        (lambda data: b"\xff\xfe{}", "no text"),
        (lambda data: b'{"a": ' + b"[" * 200_000, "nested too deeply"),
    ],
)
def test_a_damaged_file_says_where_and_what_to_do(
    path: Path, damage: Callable[[bytes], bytes], words: str
) -> None:
    path.write_bytes(damage(path.read_bytes()))
    found = only(path, words)
    assert found.severity is Severity.DAMAGED
    assert "outreach restore" in found.remedy
    assert found.file == path


def test_the_line_of_the_damage_is_named(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"name":"Ana"', b'"name":Ana"'))
    line = 1 + data[: data.index(b'"name":"Ana"')].count(b"\n")
    assert only(path, "from column").line == line


def test_a_missing_file_with_its_journal_is_damage(path: Path) -> None:
    path.unlink()
    assert only(path, "The file itself is not there").severity is Severity.DAMAGED


def test_a_missing_file_with_backups_is_damage(path: Path) -> None:
    for ending in ("", ".journal", ".history"):
        beside(path, ending).unlink()
    assert only(path, "but backups of it are").severity is Severity.DAMAGED


def test_a_file_of_another_program_is_named(path: Path) -> None:
    path.write_text('{"_default": {"1": {"a": 1}}}')
    assert "_default" in only(path, "of another program").what


def test_a_file_of_a_newer_version_is_not_called_lost(path: Path) -> None:
    change(path, lambda tables: tables["meta"]["1"].update(schema=99))
    assert "update outreach" in only(path, "A newer version").remedy


def test_a_file_that_says_nothing_about_itself_is_damage(path: Path) -> None:
    change(path, lambda tables: tables["meta"]["1"].pop("schema"))
    assert only(path, "What the file says about itself").table == "meta"


def test_a_table_that_nobody_knows_is_mentioned(path: Path) -> None:
    change(path, lambda tables: tables.update(custmers={"1": {"name": "X"}}))
    assert only(path, "custmers").severity is Severity.ADVICE


# Journal and history


def edit_line(path: Path, number: int, how: Callable[[bytes], bytes]) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number - 1] = how(lines[number - 1])
    path.write_bytes(b"".join(lines))


@pytest.mark.parametrize("ending", [".journal", ".history"])
def test_a_damaged_line_is_named(path: Path, ending: str) -> None:
    edit_line(beside(path, ending), 3, lambda line: line.replace(b"did", b"dud", 1))
    found = only(path, "is damaged: its checksum is wrong")
    assert (found.severity, found.file, found.line) == (Severity.DAMAGED, beside(path, ending), 3)
    assert "--rebuild" in found.remedy


@pytest.mark.parametrize("ending", [".journal", ".history"])
def test_a_torn_last_line_is_a_warning(path: Path, ending: str) -> None:
    with beside(path, ending).open("ab") as file:
        file.write(b'{"seq":99,"at":"20')
    assert only(path, "is not whole").severity is Severity.WARNING


def test_a_damaged_first_line_of_the_journal_is_named(path: Path) -> None:
    edit_line(beside(path, ".journal"), 1, lambda line: line.replace(b"digest", b"tsegid"))
    assert only(path, "which says what it belongs to").line == 1


def test_a_journal_that_was_emptied_is_damage(path: Path) -> None:
    beside(path, ".journal").write_bytes(b"")
    assert only(path, "The journal is empty").severity is Severity.DAMAGED


def test_a_line_that_is_missing_is_named(path: Path) -> None:
    edit_line(beside(path, ".journal"), 4, lambda line: b"")
    assert only(path, "change 7 cannot be found").severity is Severity.DAMAGED


def test_lines_in_the_wrong_order_are_named(path: Path) -> None:
    lines = beside(path, ".journal").read_bytes().splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    beside(path, ".journal").write_bytes(b"".join(lines))
    assert only(path, "out of order: change 6 stands after change 7").line == 4


def test_a_journal_of_a_newer_version_is_not_called_lost(path: Path) -> None:
    header = Header(journal=2, generation=1, seq=4, size=1, digest="x")
    edit_line(beside(path, ".journal"), 1, lambda line: line_of(header))
    assert "update outreach" in only(path, "A newer version of outreach wrote the journal").remedy


def test_a_file_that_another_program_changed_is_noticed(path: Path) -> None:
    change(path, lambda tables: tables["customers"]["1"].update(city="Nowhere"))
    assert only(path, "not as outreach left it").severity is Severity.WARNING


def test_a_file_that_is_older_than_its_journal_is_noticed(path: Path) -> None:
    change(path, lambda tables: tables["meta"]["1"].update(seq=2))
    assert only(path, "older than its journal").severity is Severity.DAMAGED


def test_a_fold_that_was_killed_is_no_damage(path: Path) -> None:
    store = TinyDbStore(path, Ticking())
    store.commit("went on", [Patch(Customer, ACME.id, {"city": "Bern"})], member_id=ANA.id)
    journal = beside(path, ".journal").read_bytes()
    store.close()
    assert beside(path, ".journal").read_bytes() != journal
    beside(path, ".journal").write_bytes(journal)
    assert only(path, "stopped while it tidied up").severity is Severity.ADVICE


def test_a_file_that_another_machine_put_in_place_is_noticed(path: Path) -> None:
    change(path, lambda tables: tables["meta"]["1"].update(generation=9, seq=40))
    assert only(path, "not as outreach left it").severity is Severity.WARNING


def test_a_history_without_its_end_is_noticed(path: Path) -> None:
    edit_line(beside(path, ".history"), 4, lambda line: b"")
    assert only(path, "The history ends with change 3").severity is Severity.WARNING


def test_changes_of_the_future_are_noticed(path: Path) -> None:
    now = NOON - timedelta(days=2)
    found = [f for f in check(path, now).findings if "in the future" in f.what]
    assert [f.severity for f in found] == [Severity.WARNING]


# Records


def set_field(table: str, key: str, **fields: Any) -> Callable[[Any], None]:
    return lambda tables: tables.setdefault(table, {}).setdefault(key, {}).update(fields)


@pytest.mark.parametrize(
    ("how", "words", "severity"),
    [
        (set_field("customers", "2", city=7), "the field city: there should be text", "damaged"),
        (set_field("touchpoints", "1", kind="fax"), "the field kind: invalid enum", "damaged"),
        (set_field("customers", "9", id=id_of(99)), "its name is missing", "damaged"),
        (set_field("customers", "9", id=ACME.id, name="Two"), "it has the same id", "damaged"),
        (set_field("customers", "9", id=5, name="Two"), "its id is no text", "damaged"),
        (set_field("customers", "9", id="", name="Two"), "it has no id that can be", "damaged"),
        (set_field("customers", "9", name="Two"), "it has no id yet", "advice"),
        (set_field("customers", "9", city="X"), "it has no id and cannot be read", "damaged"),
        (lambda t: t["customers"].update({"9": [1]}), "it is no record", "damaged"),
        (set_field("settings", "9", id=TEAM, value={"a": 1}), "team's settings", "damaged"),
        (set_field("customers", "1", owner_id=id_of(99)), "(owner_id) that is not", "warning"),
        (set_field("touchpoints", "1", meeting_id=id_of(9)), "(meeting_id)", "warning"),
        (set_field("touchpoints", "1", contact_ids=[id_of(9), id_of(8)]), "2 contacts", "warning"),
        (
            set_field("contacts", "1", id=id_of(50), name="P", employments=[{"customer_id": "x"}]),
            "(customer_id)",
            "warning",
        ),
        (
            set_field("members", "1", covered_by=id_of(99)),
            "Members, number 1 (Ana): it names one of the members (covered_by)",
            "warning",
        ),
    ],
)
def test_every_record_and_reference_is_looked_at(
    path: Path, how: Callable[[Any], None], words: str, severity: str
) -> None:
    change(path, how)
    found = only(path, words)
    assert found.severity.value == severity
    assert found.table
    assert found.key


def test_a_customer_that_is_gone_is_missed_by_every_record_that_names_them(path: Path) -> None:
    change(path, lambda tables: tables["customers"].pop("2"))
    assert [f.table for f in findings(path) if "not there" in f.what] == ["touchpoints"]


def test_a_list_of_a_day_may_name_customers_who_are_gone(path: Path) -> None:
    day = {"id": "d:m", "on": "2026-11-22", "member_id": ANA.id, "suggestions": []}
    day["suggestions"] = [{"kind": "visit", "lane": "due", "customer_id": id_of(77), "reasons": []}]
    change(path, set_field("day_lists", "1", **day))
    assert not [f for f in findings(path) if "not there" in f.what]


def test_the_line_of_a_record_is_named(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"name":"Cedar"', b'"name":77     '))
    line = 1 + data[: data.index(b'"name":"Cedar"')].count(b"\n")
    assert only(path, "the field name").line == line


def test_hostile_text_in_a_record_reaches_no_finding(path: Path) -> None:
    change(path, set_field("customers", "9", id=id_of(60), name="\x1b]52;c;x\x07", city=1))
    assert "\x1b" not in "".join(f.what for f in findings(path))


# What lies around


def test_what_others_can_read_is_noticed(path: Path) -> None:
    backup = next(beside(path, ".backups").iterdir())
    drafts = path.with_name("drafts.json")
    drafts.touch()
    private = [path, beside(path, ".journal"), beside(path, ".history"), backup, drafts]
    for each in private:
        each.chmod(0o644)
    beside(path, ".backups").chmod(0o755)
    found = [f for f in examine(path, NOON, [drafts]).findings if "by everybody" in f.what]
    assert {f.file for f in found} == {*private, beside(path, ".backups")}
    assert all("chmod o-" in f.remedy for f in found)


def test_a_group_that_shares_the_file_is_fine(path: Path) -> None:
    path.chmod(0o660)
    assert findings(path) == []


def test_a_folder_that_everybody_may_write_is_noticed(path: Path) -> None:
    path.parent.chmod(0o777)
    assert only(path, "Everybody who uses this computer can put files").file == path.parent


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_we_may_not_write_is_noticed(path: Path) -> None:
    path.chmod(0o400)
    assert only(path, "not change it").file == path


COPIES = [
    ("team (Kim's conflicted copy 2026-11-22).json", "Dropbox"),
    ("team (conflicted copy 2026-11-22 101500).json", "Nextcloud or ownCloud"),
    ("team.sync-conflict-20261122-101500-ABCDEFG.json", "Syncthing"),
    ("team-LAPTOP-7.json", "OneDrive"),
    ("team (1).json", "Google Drive"),
    ("team 2.json", "iCloud"),
]


@pytest.mark.parametrize(("name", "by"), COPIES)
def test_the_copies_of_every_sync_service_are_noticed(path: Path, name: str, by: str) -> None:
    path.with_name(name).write_bytes(path.read_bytes())
    mark = name.removeprefix("team").removesuffix(".json")
    for ending in ("journal", "history"):
        copy = path.with_name(f"team.json{mark}.{ending}")
        copy.write_bytes(beside(path, f".{ending}").read_bytes())
    assert [p.name for p in copies_of(path)] == sorted(
        [name, f"team.json{mark}.journal", f"team.json{mark}.history"]
    )
    found = [f for f in findings(path) if f.what.startswith(by)]
    assert len(found) == 3
    assert "restore --merge" in found[0].remedy + found[1].remedy + found[2].remedy


def test_files_of_like_names_are_no_copies(path: Path) -> None:
    for name in (
        "team-notes.json",
        "teammates.json",
        "team2.json",
        "team (draft).json",
        "team .json",
    ):
        path.with_name(name).write_text('{"customers": {}}')
    assert copies_of(path) == []


def test_a_folder_that_cannot_be_read_has_no_copies(tmp_path: Path) -> None:
    assert copies_of(tmp_path / "nowhere" / "team.json") == []


def test_left_overs_are_mentioned(path: Path) -> None:
    torn = path.with_name("team.json.journal.torn-20261122T101500000000Z")
    torn.write_text("x")
    temp = path.with_name(".team.json.abcd.tmp")
    temp.write_text("x")
    os.utime(temp, (1, 1))
    assert only(path, "set aside").file == torn
    assert only(path, "stopped while it wrote and has left").file == temp


def test_old_and_missing_backups_are_noticed(path: Path) -> None:
    late = [f.what for f in check(path, NOON + timedelta(days=30)).findings]
    assert late == [], "nothing was changed since the backup"
    backup = next(beside(path, ".backups").glob("*by-hand.json"))
    for each in beside(path, ".backups").iterdir():
        if each != backup:
            each.unlink()
    old = backup.rename(backup.with_name("2026-11-01T101500Z-by-hand.json"))
    assert only(path, "The newest backup is 21 days old").severity is Severity.WARNING
    old.unlink()
    assert only(path, "There is no backup yet").severity is Severity.ADVICE


# Making anew


def test_nothing_is_made_anew_where_nothing_is_damaged(path: Path) -> None:
    before = {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
    assert keeping_of(path).rebuild().mended == ()
    assert {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()} == before


def test_a_damaged_journal_keeps_all_that_can_be_read(path: Path) -> None:
    journal = beside(path, ".journal")
    damaged = journal.read_bytes()
    edit_line(journal, 3, lambda line: line.replace(b"labels", b"lapels"))
    broken = journal.read_bytes()
    with pytest.raises(DamagedFile):
        TinyDbStore(path, Ticking())
    rebuilt = keeping_of(path).rebuild()
    assert [(left.file, left.line) for left in rebuilt.left_out] == [(journal, 3)]
    assert (rebuilt.kept, rebuilt.replayed) == (9, 5)
    assert [p.read_bytes() for p in rebuilt.aside] == [broken.splitlines(keepends=True)[2]]
    assert broken in [p.read_bytes() for p in rebuilt.copies]
    assert damaged != broken
    assert not check(path).damaged
    store = TinyDbStore(path, Ticking())
    assert [c.city for c in store.all(Customer)] == ["Salzburg", "Madrid", "Oslo"]
    assert [t.id for t in store.all(Touchpoint)] == [id_of(10)]
    assert next(c.did for c in store.history()).startswith("mended the journal, of which 1 line")
    assert store.undo(member_id=ANA.id).did == "did 1"
    assert store.all(Purchase) == []


def test_swapped_lines_are_put_into_order_without_loss(path: Path) -> None:
    whole = state(path)
    lines = beside(path, ".journal").read_bytes().splitlines(keepends=True)
    lines[1], lines[5] = lines[5], lines[1]
    beside(path, ".journal").write_bytes(b"".join(lines))
    assert keeping_of(path).rebuild().left_out == ()
    assert state(path) == whole
    assert not check(path).damaged


def test_a_journal_without_its_first_line_loses_nothing(path: Path) -> None:
    whole = state(path)
    edit_line(beside(path, ".journal"), 1, lambda line: b"\0" * (len(line) - 1) + b"\n")
    rebuilt = keeping_of(path).rebuild()
    assert [left.line for left in rebuilt.left_out] == [1]
    assert state(path) == whole


def test_a_damaged_history_is_mended_alone(path: Path) -> None:
    data = path.read_bytes()
    edit_line(beside(path, ".history"), 2, lambda line: b"?" + line[1:])
    rebuilt = keeping_of(path).rebuild()
    assert (rebuilt.mended, [left.line for left in rebuilt.left_out]) == (
        (beside(path, ".history"),),
        [2],
    )
    assert path.read_bytes() == data
    assert not check(path).damaged
    assert len(list(TinyDbStore(path, Ticking()).history())) == 9


def test_a_change_of_a_record_that_was_lost_is_named(path: Path) -> None:
    journal = beside(path, ".journal")
    entry = Entry(
        seq=11,
        at=NOON,
        did="changed a lost one",
        steps=(
            msgspec.convert(
                {"table": "customers", "id": id_of(404), "before": {}, "after": {}}, type=_step()
            ),
        ),
    )
    with journal.open("ab") as file:
        file.write(line_of(entry))
    edit_line(journal, 3, lambda line: b"?" + line[1:])
    rebuilt = keeping_of(path).rebuild()
    assert [left.line for left in rebuilt.left_out] == [3, 8]
    assert "is not there" in rebuilt.left_out[1].why


def _step() -> Any:
    from outreach_tui.store.journal import Step

    return Step


# Bringing back over damage


def test_a_damaged_file_costs_nothing_that_can_be_read(path: Path) -> None:
    """The backup is older than the file; what was done since is in the history and the journal."""
    whole, damaged = state(path), path.read_bytes()[:700]
    for backup in beside(path, ".backups").glob("*by-hand.json"):
        backup.unlink()
    path.write_bytes(damaged)
    restored = keeping_of(path).restore("last")
    assert restored.placed
    assert restored.later_commits == len(FOLDED) + len(JOURNALLED) - 1
    assert state(path) == whole
    assert damaged in [p.read_bytes() for p in restored.aside]
    assert not check(path).damaged
    seqs = [commit.seq for commit in TinyDbStore(path, Ticking()).history()]
    assert seqs == list(range(11, 0, -1))


def test_a_file_elsewhere_takes_the_place_of_a_damaged_one(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "from a stick.json"
    elsewhere.write_bytes(team()["team.json"])
    path.write_bytes(b"")
    restored = keeping_of(path).restore(str(elsewhere))
    assert restored.placed
    store = TinyDbStore(path, Ticking())
    assert [c.city for c in store.all(Customer)] == ["Linz", "Madrid", "Oslo"]
    assert store.next_undo(ANA.id) is None, "what was done to another file cannot be undone"
    assert len(restored.aside) == 3


def test_numbers_of_changes_are_not_given_twice(path: Path, tmp_path: Path) -> None:
    test_a_file_elsewhere_takes_the_place_of_a_damaged_one(path, tmp_path)
    store = TinyDbStore(path, Ticking())
    store.commit("went on", [Patch(Customer, ACME.id, {"city": "Bern"})], member_id=ANA.id)
    assert store.newest() is not None
    assert [c.seq for c in store.history()] == [12, 11]


def test_another_programs_file_is_never_replaced(path: Path) -> None:
    for text in ('{"_default": {"1": {"a": 1}}}', '{"meta": {"1": {"schema": 99}}}'):
        path.write_text(text)
        with pytest.raises(DamagedFile):
            keeping_of(path).restore("last")
        assert path.read_text() == text


def test_a_damaged_backup_is_refused_and_nothing_changes(path: Path) -> None:
    backup = max(beside(path, ".backups").iterdir())
    backup.write_bytes(backup.read_bytes()[:-30])
    before = {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
    with pytest.raises(DamagedFile):
        keeping_of(path).restore("last")
    assert {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("fails", range(3))
@pytest.mark.parametrize("what", ["restore", "rebuild"])
def test_a_full_disk_in_the_middle_loses_nothing_and_a_second_try_goes_on(
    path: Path, fails: int, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = state(path)
    lines = beside(path, ".journal").read_bytes().splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    beside(path, ".journal").write_bytes(b"".join(lines))
    if what == "restore":
        path.write_bytes(path.read_bytes()[:-50])
    keeping, calls = keeping_of(path), iter(range(100))

    def full(*args: Any, **more: Any) -> str:
        if next(calls) == fails:
            raise StoreUnavailable("cannot write: No space left on device", "make room")
        return replace_file(*args, **more)

    with monkeypatch.context() as patch:
        for module in ("care.rebuilding", "json_file"):
            patch.setattr(f"outreach_tui.store.{module}.replace_file", full)
        with pytest.raises(StoreUnavailable):
            keeping.restore("last") if what == "restore" else keeping.rebuild()
    if what == "restore":
        keeping.restore("last")
    else:
        keeping.rebuild()
    assert state(path) == whole
    assert not check(path).damaged


# Merging


def test_no_merge_overwrites_what_we_changed(tmp_path: Path) -> None:
    """Random changes on two machines, folded or not, and a copy of the file, of its journal or of both."""
    for number in range(60):
        rng = random.Random(SEED + number)
        here, there = tmp_path / f"{number}-here", tmp_path / f"{number}-there"
        for folder in (here, there):
            folder.mkdir()
            put(team(), folder)
        base = fields_of(here / "team.json")
        wrote = [_write_at_random(f / "team.json", rng, n) for n, f in enumerate((here, there))]
        ours, theirs = fields_of(here / "team.json"), fields_of(there / "team.json")
        copy, exact = _copy_over(here, there, rng, folded=wrote[1])
        merged = keeping_of(here / "team.json").merge(copy)
        now = fields_of(here / "team.json")
        conflicts = {(d.id, d.field) for d in merged.conflicts}
        for at in base.keys() | ours.keys() | theirs.keys() | now.keys():
            was, mine, other = base.get(at), ours.get(at), theirs.get(at)
            if mine != was:
                assert now.get(at) == mine, (number, at)
                assert other in (was, mine) or at in conflicts or mine is None, (number, at)
            elif exact and other is not None and at[0] in {id_ for id_, _ in ours}:
                assert now.get(at) == other or at in conflicts, (number, at)


def fields_of(path: Path) -> dict[tuple[str, str], str]:
    """The fields of all customers and touchpoints, as text."""
    store = TinyDbStore(path, Ticking())
    found: dict[tuple[str, str], str] = {}
    for kind in (Customer, Touchpoint):
        for record in store.all(kind):
            found.update(
                {(record.id, f): repr(getattr(record, f)) for f in record.__struct_fields__}
            )
    return found


def _write_at_random(path: Path, rng: random.Random, machine: int) -> bool:
    """Do something on one machine; return whether it was folded into the file."""
    clock = Ticking()
    clock.at += timedelta(hours=2 + machine, seconds=rng.randrange(60))
    store = TinyDbStore(path, clock)
    for number in range(rng.randrange(5)):
        customer = rng.choice((ACME, BOLIDO, CEDAR))
        field = rng.choice(("city", "phone", "industry"))
        value = rng.choice(("Graz", "Linz", "Wien", "Roma", ""))
        changes: list[Change] = [Patch(Customer, customer.id, {field: value})]
        if rng.random() < 0.4:
            changes = [Put(call(100 * (machine + 1) + number, customer, f"by {machine}"))]
        elif rng.random() < 0.2 and store.get(Touchpoint, id_of(10)):
            changes = [Remove(Touchpoint, id_of(10))]
        store.commit(f"did {number} at {machine}", changes, member_id=ANA.id)
    if rng.random() < 0.5:
        store.close()
    return b'"journal"' in beside(path, ".journal").read_bytes()[:20] and (
        beside(path, ".journal").read_bytes().count(b"\n") == 1
    )


def _copy_over(here: Path, there: Path, rng: random.Random, *, folded: bool) -> tuple[Path, bool]:
    """Bring what the other machine has here under the names that a sync service gives.

    Returns what to merge, and whether the last commit in common can be told exactly.
    """
    mark = " (conflicted copy 2026-11-22 101500)"
    data, journal = here / f"team{mark}.json", here / f"team.json{mark}.journal"
    same_base = (here / "team.json").read_bytes() == (there / "team.json").read_bytes()
    journal.write_bytes((there / "team.json.journal").read_bytes())
    if same_base and not folded and rng.random() < 0.7:
        return journal, True
    data.write_bytes((there / "team.json").read_bytes())
    if exact := rng.random() < 0.5:
        history = here / "team.json (conflicted copy 2026-11-22 101503).history"
        history.write_bytes((there / "team.json.history").read_bytes())
    return data, exact


# Damage of every sort


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Return a text with one damage in it."""
    lines = data.splitlines(keepends=True)
    at = rng.randrange(len(data))
    match rng.randrange(6):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at]
        case 2:
            size = rng.choice((16, 64, 512, 4096))
            return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]
        case 3:
            return data[: at - at % 512] + bytes(len(data) - (at - at % 512))
        case 4:
            del lines[rng.randrange(len(lines))]
        case _:
            one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def commits_in(folder: Path) -> set[int]:
    """The numbers of the commits that can be read anywhere."""
    found: set[int] = set()
    for name, read in (("team.json.journal", read_journal), ("team.json.history", read_history)):
        path = folder / name
        if path.exists():
            found.update(e.seq for e in read(path.read_bytes(), path).entries)
    return found


def documents_in(folder: Path) -> dict[tuple[str, str], Any]:
    """All documents with the journal applied, but for what the program works out by itself."""
    path = folder / "team.json"
    tables = parsed(path.read_bytes())
    known, replay = about(tables), Replay(tables)
    journal = beside(path, ".journal")
    if journal.exists():
        for _, line in lines_above(
            known.seq if known else 0, read_journal(journal.read_bytes(), journal)
        ):
            replay.apply(line.entry)
    found: dict[tuple[str, str], Any] = {}
    for name, table in replay.tables.items():
        for key, raw in table.items():
            try:
                document = msgspec.json.decode(raw)
            except ValueError:
                document = bytes(raw)
            if isinstance(document, dict):
                document = {f: v for f, v in document.items() if f not in ("tier", "tier_moves")}
            if name not in ("meta", "settings"):
                found[name, key] = document
    return found


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("OUTREACH_MEMBER", "OUTREACH_TODAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OUTREACH_CONFIG", str(tmp_path / "config.toml"))
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    yield tmp_path


@pytest.mark.parametrize("part", range(8))
def test_every_damage_is_explained_and_nothing_is_overwritten(
    alone: Path, part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = states()[-1]
    for number in range(part, DAMAGES, 8):
        rng = random.Random(SEED + number)
        name = rng.choice(("team.json", "team.json.journal", "team.json.history"))
        folder = alone / str(number)
        folder.mkdir(mode=0o700)
        wrong = damaged(team()[name], rng)
        files = team() | {name: wrong}
        path = put(files, folder)
        said = [f for f in check(path).findings if f.severity is not Severity.ADVICE]
        if not said:
            # What fails to be there without a trace: the last lines of a journal, the first ones of the history.
            assert state(path) in (states() if name == "team.json.journal" else (whole,)), number
        _try_commands(path, files, number)
        capsys.readouterr()
        _bring_back(path, files, whole, number)


def _try_commands(path: Path, files: Files, number: int) -> None:
    """Use the damaged file: that works without loss, or is refused; what cannot be opened is not touched at all."""
    opens = True
    for argv in (["today"], ["log", "cedar"], ["undo"]):
        held = {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
        commits = commits_in(path.parent)
        code = run(["--file", str(path), *argv], Ticking)
        assert code in (0, 1, 4), (number, argv)
        now = {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
        if argv == ["today"]:
            opens = code != 4
        if not opens or argv == ["today"]:
            assert [p.name for p in held if now.get(p) != held[p]] == [], (number, argv)
            continue
        assert commits_in(path.parent) >= commits, (number, argv)
        if argv == ["log", "cedar"]:
            after = documents_in(path.parent)
            for name, document in _documents_of(held, path).items():
                if isinstance(document, dict):  # one without an id may have been given one
                    assert document.items() <= after[name].items(), (number, name)
                else:
                    assert after[name] == document, (number, name)
    everything = b"".join(p.read_bytes() for p in path.parent.rglob("*") if p.is_file())
    for name in ("team.json.journal", "team.json.history"):
        for line in files[name].splitlines():
            assert line in everything or line.startswith(b'{"journal":'), (number, name)


def _documents_of(held: dict[Path, bytes], path: Path) -> dict[tuple[str, str], Any]:
    with TemporaryDirectory() as folder:
        for each, data in held.items():
            if each.parent == path.parent:
                (Path(folder) / each.name).write_bytes(data)
        return documents_in(Path(folder))


def _bring_back(path: Path, files: Files, whole: str, number: int) -> None:
    """On a fresh copy of the damaged files: the last backup brings everything back, and the damage is kept."""
    folder = path.parent.with_name(f"{number}-again")
    folder.mkdir(mode=0o700)
    path = put(files, folder)
    keeping = keeping_of(path)
    restored = keeping.restore("last")
    assert state(path) == whole, number
    if restored.placed:
        kept = [p.read_bytes() for p in (*restored.aside, beside(path, ".history"))]
        for name in ("team.json", "team.json.journal"):
            assert files[name] in kept, (number, name)
    keeping.rebuild()
    assert state(path) == whole, number
    assert not check(path).damaged, (number, check(path).findings)


def test_the_damages_reach_every_file_and_every_answer() -> None:
    """Else the test above would prove little."""
    names = [
        random.Random(SEED + n).choice(("team.json", "team.json.journal", "team.json.history"))
        for n in range(DAMAGES)
    ]
    assert min(map(names.count, set(names))) > 50
    assert about(parsed(team()["team.json"])) is not None
    header = read_journal(team()["team.json.journal"], Path("j")).header
    assert header is not None
    assert header.digest == digest_of(team()["team.json"])
    assert issubclass(DamagedFile, OutreachError)
    assert Employment

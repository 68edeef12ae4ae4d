"""Backups: their names, that none is overwritten, which are kept, and how people name one."""

import os
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_tui.errors import Ambiguous, NotFound, StoreUnavailable
from outreach_tui.services.keeping import Backup, BackupReason
from outreach_tui.store.backups import (
    BEFORE,
    DAYS,
    MONTHS,
    WEEKS,
    Backups,
    backup_named,
    kept,
    newest_first,
)

NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
BEFORE_REASONS = {BackupReason.IMPORT, BackupReason.MIGRATION, BackupReason.RESTORE}
A_DAY = timedelta(days=1)

backups_of_years = st.lists(
    st.builds(
        lambda minutes, reason, number: Backup(
            Path(f"{minutes}-{reason}-{number}"),
            NOW - timedelta(minutes=minutes),
            reason,
            1,
            number,
        ),
        st.one_of(st.integers(0, 20_000), st.integers(0, 2_000_000), st.integers(-9000, 0)),
        st.sampled_from(BackupReason),
        st.integers(1, 3),
    ),
    unique=True,
    max_size=60,
)


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "outreach.json")


def days(backups: Backups, *offsets: int) -> None:
    for offset in offsets:
        backups.make(b"{}\n", "daily", NOW - timedelta(days=offset))


def test_a_backup_is_a_private_file_in_a_private_folder_that_says_when_and_why(
    backups: Backups, tmp_path: Path
) -> None:
    old = os.umask(0)
    try:
        made = backups.make(b'{"customers": {}}\n', "daily", NOW)
    finally:
        os.umask(old)
    assert made.path == tmp_path / "outreach.json.backups" / "2026-11-22T101500Z-daily.json"
    assert made.path.read_bytes() == b'{"customers": {}}\n'
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert backups.all() == [made]


def test_two_backups_of_one_second_are_two_files(backups: Backups) -> None:
    made = [backups.make(text, "import", NOW) for text in (b"1", b"2", b"3")]
    assert [b.name[18:] for b in made] == ["-import", "-import-2", "-import-3"]
    assert [b.path.read_bytes() for b in made] == [b"1", b"2", b"3"]
    assert backups.all() == made[::-1], "the newest first"


def test_a_link_in_the_way_is_never_followed(backups: Backups, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    backups.folder.mkdir()
    (backups.folder / "2026-11-22T101500Z-daily.json").symlink_to(victim)
    made = backups.make(b"{}\n", "daily", NOW)
    assert made.number == 2
    assert victim.read_text() == "mine"
    assert backups.all() == [made], "a link is no backup"


def test_a_folder_that_is_a_link_is_refused(backups: Backups, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    backups.folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailable):
        backups.make(b"{}\n", "daily", NOW)
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_says_so(backups: Backups) -> None:
    backups.folder.mkdir(mode=0o500)
    with pytest.raises(StoreUnavailable):
        backups.make(b"{}\n", "daily", NOW)


def test_a_failing_disk_leaves_nothing_behind(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        backups.make(b"{}\n", "daily", NOW)
    assert not list(backups.folder.iterdir())


def test_a_day_is_due_until_it_has_a_daily_backup(backups: Backups, tmp_path: Path) -> None:
    assert backups.due(NOW.date())
    backups.make(b"{}\n", "import", NOW)
    assert backups.due(NOW.date()), "one made before an import is another thing"
    backups.make(b"{}\n", "daily", NOW)
    assert not backups.due(NOW.date())
    assert backups.due(NOW.date() + A_DAY)
    assert not Backups(tmp_path / "outreach.json").due(NOW.date()), "others see it, too"


def test_the_folder_is_looked_at_once_a_day(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    days(backups, 0)
    assert not backups.due(NOW.date())
    monkeypatch.setattr(backups, "all", lambda: pytest.fail("looked again"))
    assert not backups.due(NOW.date())


def test_names_of_others_are_left_alone(backups: Backups) -> None:
    days(backups, 0)
    for name in (
        "notes.txt",
        "2026-11-22T101500Z-daily.json.bak",
        "2026-13-40T101500Z-daily.json",
        "2026-11-22T101500Z-daily-1.json",
        "2026-11-22T101500Z-merged-outreach (1).json",
    ):
        (backups.folder / name).write_text("x")
        assert backup_named(backups.folder / name) is None
    assert len(backups.all()) == 1
    backups.rotate(NOW + timedelta(days=4000))
    assert len(list(backups.folder.iterdir())) == 6


def test_a_year_of_days_leaves_seven_days_four_weeks_and_twelve_months(backups: Backups) -> None:
    days(backups, *range(400))
    gone = backups.rotate(NOW)
    left = [b.at.date() for b in backups.all()]
    assert len(gone) == 400 - len(left)
    assert left[:7] == [NOW.date() - timedelta(days=n) for n in range(7)]
    assert len({d.isocalendar()[:2] for d in left[:10]}) >= WEEKS
    assert {(d.year, d.month) for d in left} == {(2026, m) for m in range(1, 12)} | {(2025, 12)}
    assert date(2026, 10, 31) in left, "of a month its last day"


@given(backups_of_years)
def test_rotation_never_removes_the_newest_and_is_idempotent(every: list[Backup]) -> None:
    left = kept(every, NOW)
    assert left <= set(every)
    assert kept(left, NOW) == left
    if every:
        assert newest_first(every)[0] in left
        assert newest_first(left)[0] == newest_first(every)[0]


@given(backups_of_years)
def test_rotation_keeps_what_it_promises(every: list[Backup]) -> None:
    left = kept(every, NOW)
    past = [b for b in every if b.at <= NOW + A_DAY]
    daily = [b for b in newest_first(past) if b.reason is BackupReason.DAILY]
    for span, most in (
        (lambda b: b.at.date(), DAYS),
        (lambda b: b.at.isocalendar()[:2], WEEKS),
        (lambda b: (b.at.year, b.at.month), MONTHS),
    ):
        for key in sorted({span(b) for b in daily}, reverse=True)[:most]:
            assert next(b for b in daily if span(b) == key) in left
    before = [b for b in newest_first(past) if b.reason in BEFORE_REASONS]
    assert set(before[:BEFORE]) <= left
    assert {b for b in every if b.reason is BackupReason.BY_HAND} <= left
    assert {b for b in every if b.at > NOW + A_DAY} <= left
    made_by_itself = [b for b in left & set(past) if b.reason is not BackupReason.BY_HAND]
    assert len(made_by_itself) <= DAYS + WEEKS + MONTHS + BEFORE + 1


@given(backups_of_years, st.integers(0, 90))
def test_a_later_rotation_never_wants_back_what_an_earlier_one_removed(
    every: list[Backup], days_later: int
) -> None:
    later = NOW + timedelta(days=days_later)
    past = [b for b in every if b.at <= NOW]
    assert kept(kept(past, NOW), later) == kept(past, later)


def test_people_name_a_backup_by_a_part_of_its_name_a_day_or_last(backups: Backups) -> None:
    days(backups, 0, 1, 2)
    made = backups.make(b"{}\n", "by-hand", NOW - timedelta(hours=1))
    assert backups.find("last").at == NOW
    assert backups.find("2026-11-21").at == NOW - A_DAY
    assert backups.find("by-hand") == made
    assert backups.find(made.name) == made
    assert backups.find(f"{made.name}.json") == made
    with pytest.raises(Ambiguous) as ambiguous:
        backups.find("2026-11-22")
    assert len(ambiguous.value.candidates) == 2
    with pytest.raises(NotFound):
        backups.find("2019")
    with pytest.raises(NotFound):
        backups.find("")


def test_without_a_backup_there_is_none_to_find(backups: Backups) -> None:
    with pytest.raises(NotFound, match="no backup yet"):
        backups.find("last")


def test_what_a_killed_writer_has_left_is_removed_by_a_later_rotation(backups: Backups) -> None:
    days(backups, 0)
    old, new = backups.folder / ".x.json.abc.tmp", backups.folder / ".x.json.def.tmp"
    for path in (old, new):
        path.write_text("half")
    os.utime(old, (1, 1))
    backups.rotate(NOW)
    assert not old.exists()
    assert new.exists(), "somebody may be writing it"


@pytest.mark.parametrize(
    ("data", "folder", "file"),
    [(0o600, 0o700, 0o600), (0o660, 0o770, 0o660), (0o640, 0o750, 0o640)],
)
def test_who_may_use_the_file_may_use_its_backups(
    backups: Backups, tmp_path: Path, data: int, folder: int, file: int
) -> None:
    (tmp_path / "outreach.json").touch()
    (tmp_path / "outreach.json").chmod(data)
    made = backups.make(b"{}", "daily", NOW)
    assert made.path.parent.stat().st_mode & 0o777 == folder
    assert made.path.stat().st_mode & 0o777 == file

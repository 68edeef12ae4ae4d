"""Drafts: on disk with every save, private, shared between programs, and never the reason of a crash."""

import json
import multiprocessing
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach_tui.domain.text import fold
from outreach_tui.drafts import Draft, Drafts
from outreach_tui.errors import StoreUnavailable
from outreach_tui.paths import draft_file
from outreach_tui.store.locks import locked

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
KEY = "talk:0196f000-0000-7000-8000-000000000001:call:out"


def opened(path: Path, at: datetime = NOON) -> Drafts:
    """Return the drafts as a program sees them that starts at that time."""
    return Drafts(path, lambda: at, locked)


def note(drafts: Drafts, key: str = KEY) -> str | None:
    """Return the note of a draft."""
    found = drafts.find(key)
    return found.typed["note"] if found else None


def keep(drafts: Drafts, text: str, key: str = KEY) -> None:
    """Type a note and pause."""
    drafts.put(key, {"note": text}, "A note about Alfreds Futterkiste")
    drafts.save()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the drafts are; neither file nor folder is there."""
    return tmp_path / "state" / "drafts" / "team.json"


def test_what_was_typed_is_there_for_the_next_program(path: Path) -> None:
    drafts = opened(path)
    drafts.put(KEY, {"note": "> ünï 日本\nline"}, "A note about Ernst", {"note": "before"})
    drafts.save()
    found = opened(path).find(KEY)
    assert found is not None
    assert (found.typed, found.before, found.about, found.at) == (
        {"note": "> ünï 日本\nline"}, {"note": "before"}, "A note about Ernst", NOON,
    )  # fmt: skip


def test_until_it_is_saved_it_is_in_memory_only(path: Path) -> None:
    drafts = opened(path)
    drafts.put(KEY, {"note": "abc"}, "A note")
    assert note(drafts) == "abc"
    assert not path.exists()
    assert note(opened(path)) is None


def test_nothing_typed_is_no_draft_and_the_last_one_takes_the_file_away(path: Path) -> None:
    drafts = opened(path)
    keep(drafts, "abc")
    drafts.put(KEY, {}, "A note")
    drafts.save()
    assert note(drafts) is None
    assert not path.exists()
    keep(drafts, "abc")
    drafts.drop(KEY)
    drafts.save()
    assert drafts.waiting() == []
    assert not path.exists()


def test_folder_and_file_are_private_and_nothing_else_is_left(path: Path) -> None:
    keep(opened(path), "abc")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path.parent, path.parent.parent)] == [
        0o700, 0o700,
    ]  # fmt: skip
    assert {p.name for p in path.parent.iterdir()} == {"team.json", "team.json.lock"}


def test_each_data_file_has_its_own_under_whatever_link_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    data, link = tmp_path / "team.json", tmp_path / "link.json"
    link.symlink_to(data)
    assert draft_file(data) == draft_file(link) != draft_file(tmp_path / "other.json")
    assert len(draft_file(data).stem) == 16
    assert draft_file(data).parent.name == "drafts"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b'{"drafts": 3}', b'{"drafts": [{"key": "x"}]}', b"\xff\xfe{}",
        b'{"drafts": [{"key":"k","by":"b","about":"a","at":"2026-11-26T12:00:00","typed":{}}]}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_damaged_file_is_set_aside_and_said_once(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    drafts = opened(path)
    assert drafts.waiting() == []
    aside = path.with_name("team.json.damaged-1")
    assert aside.read_bytes() == data
    assert str(aside) in drafts.trouble()
    assert drafts.trouble() == ""
    keep(drafts, "abc")
    assert note(opened(path)) == "abc"


def test_every_damaged_file_is_kept(path: Path) -> None:
    path.parent.mkdir(parents=True)
    for data in (b"one", b"two"):
        path.write_bytes(data)
        keep(opened(path), "abc")
    asides = sorted(path.parent.glob("*.damaged-*"))
    assert [aside.read_bytes() for aside in asides] == [b"one", b"two"]


def test_a_link_a_folder_and_a_pipe_are_set_aside_and_never_followed(path: Path) -> None:
    path.parent.mkdir(parents=True)
    target = path.parent.parent / "precious"
    target.write_bytes(b'{"drafts": []}')
    path.symlink_to(target)
    keep(opened(path), "one")
    assert not path.is_symlink()
    assert target.read_bytes() == b'{"drafts": []}'
    path.unlink()
    path.mkdir()
    keep(opened(path), "two")
    assert note(opened(path)) == "two"
    path.unlink()
    os.mkfifo(path)
    keep(opened(path), "three")
    assert note(opened(path)) == "three"
    assert len(list(path.parent.glob("*.damaged-*"))) == 3


def test_hostile_text_in_the_file_is_cleaned(path: Path) -> None:
    path.parent.mkdir(parents=True)
    evil = "a\x1b]52;c;aGk=\x07\u202eb"
    draft = {"key": KEY, "by": evil, "about": f"{evil}\nc", "at": "2026-11-26T11:00:00Z",
             "typed": {"note": f"{evil}\nc"}, "before": {"note": evil}}  # fmt: skip
    path.write_text(json.dumps({"drafts": [draft]}))
    found = opened(path).find(KEY)
    assert found is not None
    assert (found.about, found.typed, found.before, found.by) == (
        "ab c", {"note": "ab\nc"}, {"note": "ab"}, "ab",
    )  # fmt: skip


def test_what_no_file_can_hold_does_not_stop_the_rest(path: Path) -> None:
    drafts = opened(path)
    keep(drafts, "lone \ud800 surrogate\x00")
    assert drafts.trouble() == ""
    assert note(opened(path)) == "lone  surrogate"


def test_drafts_of_more_than_thirty_days_are_dropped(path: Path) -> None:
    keep(opened(path), "old", "talk:1:call:out")
    keep(opened(path, NOON + timedelta(days=20)), "younger", "talk:2:call:out")
    late = opened(path, NOON + timedelta(days=31))
    assert [draft.key for draft in late.waiting()] == ["talk:2:call:out"]
    keep(late, "new")
    assert b"old" not in path.read_bytes()


def test_a_draft_from_a_far_future_is_not_shown(path: Path) -> None:
    keep(opened(path, datetime(9999, 12, 31, 23, tzinfo=UTC)), "abc")
    assert opened(path).waiting() == []


# Several programs.


def test_two_programs_keep_each_others_drafts(path: Path) -> None:
    ana, ben = opened(path), opened(path)
    keep(ana, "of Ana", "talk:1:call:out")
    keep(ben, "of Ben", "talk:2:call:out")
    keep(ana, "of Ana, more", "talk:1:call:out")
    assert {d.key: d.typed["note"] for d in opened(path).waiting()} == {
        "talk:1:call:out": "of Ana, more",
        "talk:2:call:out": "of Ben",
    }
    ana.drop("talk:1:call:out")
    ana.save()
    assert [draft.typed["note"] for draft in opened(path).waiting()] == ["of Ben"]


def test_two_programs_about_the_same_customer_do_not_wipe_each_other(path: Path) -> None:
    first, second = opened(path), opened(path, NOON + timedelta(minutes=1))
    keep(first, "from the first")
    keep(second, "from the second")
    first.drop(KEY)
    first.save()
    assert note(opened(path, NOON + timedelta(hours=1))) == "from the second"


def test_a_draft_that_was_brought_back_goes_when_it_is_saved(path: Path) -> None:
    keep(opened(path), "before the crash")
    again = opened(path)
    assert note(again) == "before the crash"
    keep(again, "another", "talk:2:call:out")  # not what was brought back
    again.drop(KEY)
    again.save()
    assert note(opened(path)) is None


def test_a_draft_that_was_brought_back_and_changed_is_one_draft(path: Path) -> None:
    keep(opened(path), "before the crash")
    again = opened(path)
    assert note(again) == "before the crash"
    keep(again, "before the crash, and after")
    assert len(json.loads(path.read_bytes())["drafts"]) == 1
    assert note(opened(path)) == "before the crash, and after"


def test_a_draft_that_goes_on_elsewhere_is_not_taken_away(path: Path) -> None:
    first = opened(path)
    keep(first, "one")
    second = opened(path)
    assert note(second) == "one"
    keep(first, "one two")
    second.drop(KEY)
    second.save()
    assert note(opened(path)) == "one two"


def _types(path: Path, who: int) -> None:
    drafts = opened(path)
    for number in range(25):
        keep(drafts, f"{who} wrote {number}", f"talk:{who}-{number % 5}:call:out")


def test_many_programs_at_once_lose_nothing(path: Path) -> None:
    processes = [
        multiprocessing.get_context("fork").Process(target=_types, args=(path, who))
        for who in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
    kept = {draft.key: draft.typed["note"] for draft in opened(path).waiting()}
    assert kept == {
        f"talk:{who}-{n}:call:out": f"{who} wrote {20 + n}" for who in range(4) for n in range(5)
    }


# Disks.


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_drafts_stay_in_memory_and_it_is_said_once(path: Path) -> None:
    drafts = opened(path)
    keep(drafts, "old text")
    with full_disk():
        keep(drafts, "new text")
        assert "kept until you quit" in drafts.trouble()
        keep(drafts, "newer text")
        assert drafts.trouble() == ""
        assert note(drafts) == "newer text"
    assert note(opened(path)) == "old text"
    assert not list(path.parent.glob("*.tmp"))
    drafts.save()
    assert note(opened(path)) == "newer text"
    with full_disk():
        keep(drafts, "full again")
        assert "kept until you quit" in drafts.trouble()


def test_where_no_folder_can_be_made_drafts_stay_in_memory(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    drafts = opened(tmp_path / "state" / "drafts" / "team.json")
    keep(drafts, "abc")
    assert note(drafts) == "abc"
    assert "kept until you quit" in drafts.trouble()


def test_a_lock_that_somebody_holds_is_trouble_and_no_crash(path: Path) -> None:
    path.parent.mkdir(parents=True)
    drafts = Drafts(path, lambda: NOON, lambda data: locked(data, wait_seconds=0.05))
    with locked(path):
        keep(drafts, "abc")
    assert "another program has held" in drafts.trouble()
    drafts.save()
    assert note(opened(path)) == "abc"


def test_what_a_killed_writer_left_is_removed(path: Path) -> None:
    keep(opened(path), "abc")
    (path.parent / ".team.json.x1.tmp").write_text("half a")
    (path.parent / ".other.json.x1.tmp").write_text("not ours")
    keep(opened(path), "abcd")
    assert [p.name for p in path.parent.glob(".*")] == [".other.json.x1.tmp"]


# Forgetting.


def _of_emile(text: str) -> bool:
    return "emile" in fold(text)


def test_drafts_that_mention_somebody_are_dropped_wherever_it_stands(path: Path) -> None:
    drafts = opened(path)
    for key, about, typed in (
        ("talk:1:call:out", "A note about Émile", {"note": "x"}),
        ("edit:2", "Changes", {"name": "EMILE & Co"}),
        ("plan:emile", "A plan", {"purpose": "x"}),
        ("plan:3", "A plan", {"purpose": "x"}),
    ):
        drafts.put(key, typed, about)
    drafts.save()
    drafts.put("add", {"name": "Emile again"}, "A new customer")
    path.with_name("team.json.damaged-1").write_text('{"emile"')
    path.with_name("team.json.damaged-2").write_text("{")
    assert drafts.remove_mentioning(_of_emile) == 4
    assert [draft.key for draft in drafts.waiting()] == ["plan:3"]
    assert [draft.key for draft in opened(path).waiting()] == ["plan:3"]
    assert [p.name for p in path.parent.glob("*.damaged-*")] == ["team.json.damaged-2"]


def test_what_cannot_be_dropped_is_an_error(path: Path) -> None:
    drafts = opened(path)
    keep(drafts, "about Emile")
    keep(drafts, "abc", "edit:1")
    with full_disk(), pytest.raises(StoreUnavailable):
        drafts.remove_mentioning(_of_emile)
    assert note(drafts) == "about Emile"


def test_a_draft_is_small_and_readable(path: Path) -> None:
    keep(opened(path), "abc")
    [draft] = json.loads(path.read_bytes())["drafts"]
    assert set(draft) == set(Draft.__struct_fields__)


def test_what_is_typed_in_another_window_is_offered_once_that_is_closed(path: Path) -> None:
    window = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from datetime import UTC, datetime\n"
            "from contextlib import nullcontext; from outreach_tui.drafts import Drafts\n"
            "drafts = Drafts(Path(sys.argv[1]), lambda: datetime.now(UTC), lambda _: nullcontext())\n"
            "drafts.put('k', {'note': 'still typing'}, 'a note'); drafts.save()\n"
            "print('typed', flush=True); sys.stdin.read()",
            str(path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert window.stdout is not None
    assert window.stdout.readline() == "typed\n"
    here = Drafts(path, lambda: datetime.now(UTC), lambda _: nullcontext())
    assert here.waiting() == []
    assert here.find("k") is None
    window.kill()
    window.communicate()
    found = here.find("k")
    assert found is not None
    assert found.typed == {"note": "still typing"}

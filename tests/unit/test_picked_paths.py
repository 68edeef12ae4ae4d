"""Paths as people type, complete and drop them."""

import os
from pathlib import Path

import pytest

from outreach_tui.errors import BadInput
from outreach_tui.screens.picked_paths import describe, path_offers, paths_in, shown


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (
        "a.csv",
        "O'Neil list.csv",
        "my lists/b.tsv",
        ".hidden/c.csv",
        "cards/x.vcf",
        "z.png",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("~/a.csv", ["a.csv"]),
        (" ~/a.csv ", ["a.csv"]),
        ("{home}/a.csv", ["a.csv"]),
        ("'{home}/my lists/b.tsv'", ["b.tsv"]),
        ('"{home}/my lists/b.tsv"', ["b.tsv"]),
        ("{home}/my\\ lists/b.tsv", ["b.tsv"]),
        ("{home}/my lists/b.tsv", ["b.tsv"]),
        ("{home}/O'Neil list.csv", ["O'Neil list.csv"]),
        ("file://{home}/my%20lists/b.tsv", ["b.tsv"]),
        ("~/{home}/a.csv", ["a.csv"]),
        ("~/my lists/~/a.csv", ["a.csv"]),
        ("~/'{home}/my lists/b.tsv' {home}/a.csv", ["b.tsv", "a.csv"]),
        ("~/a.csv ~/cards", ["a.csv", "cards"]),
    ],
)
def test_paths_are_read_as_they_are_typed_and_dropped(
    home: Path, typed: str, names: list[str]
) -> None:
    assert [path.name for path in paths_in(typed.format(home=home))] == names


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Which file"),
        ("  ", "Which file"),
        ("~/b.csv", "There is no .*b.csv"),
        ("~/a.csv ~/b.csv", "There is no .*/b.csv"),
        ("~nobody-of-that-name/a.csv", "There is no ~nobody"),
        ("'~/a.csv", "There is no"),
        ("x" * 5000, "There is no"),
        ("a\0b", "There is no"),
        ("-", "on the command line only"),
    ],
)
def test_what_is_not_there_is_named(home: Path, typed: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        paths_in(typed)


def offered(typed: str, beginning: str = "~/") -> list[tuple[str, str]]:
    return [(offer.words, offer.fill()["path"]) for offer in path_offers(typed, beginning)]


def test_folders_and_files_that_can_come_in_are_offered_without_regard_to_case(home: Path) -> None:
    assert [words for words, _ in offered("~/")] == [
        "a.csv",
        "cards/",
        "my lists/",
        "O'Neil list.csv",
    ]
    assert offered("~/o'n") == [("O'Neil list.csv", "~/O'Neil list.csv")]
    assert offered("~/.h") == [(".hidden/", "~/.hidden/")]
    assert offered("~") == [("~/", "~/")]
    assert offered("", "~/cards") == [("cards/", "~/cards/")]
    assert offered("~/nowhere/x") == []
    assert offered(f"~/{home}/ca") == [("cards/", f"~/{home}/cards/")]


def test_the_last_of_several_paths_is_completed(home: Path) -> None:
    assert offered("~/a.csv ~/ca") == [("cards/", "~/a.csv ~/cards/")]
    assert offered("~/a.csv '~/ca") == [("cards/", "~/a.csv '~/cards/")]


def test_only_a_few_are_offered(home: Path) -> None:
    for number in range(50):
        (home / f"list-{number:02}.csv").write_text("x")
    assert len(offered("~/list")) == 8


def test_what_is_there_is_described_and_a_folder_without_cards_is_none(home: Path) -> None:
    assert describe([home / "a.csv", home / "cards"]) == "a.csv, 1 kB and cards, a folder of vCards"
    with pytest.raises(BadInput, match="my lists is a folder"):
        describe([home / "my lists"])


def test_what_is_no_file_is_told_a_remedy_of_the_app(home: Path) -> None:
    os.mkfifo(home / "pipe")
    for path in (home / "pipe", Path("/dev/null")):
        with pytest.raises(BadInput, match="is no file") as caught:
            describe([path])
        assert "paste the table here" in caught.value.hint


def test_paths_are_shown_from_home(home: Path) -> None:
    assert shown(home / "my lists") == "~/my lists"
    assert shown(Path("/etc")) == "/etc"

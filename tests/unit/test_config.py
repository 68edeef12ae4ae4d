"""Personal settings: read as they are, changed one by one, and never guessed."""

from pathlib import Path

import pytest

from outreach_tui.config import Config, load_config, save_setting
from outreach_tui.errors import BadInput, StoreUnavailable


def test_a_missing_file_holds_no_settings(tmp_path: Path) -> None:
    assert load_config(tmp_path / "config.toml") == Config()


def test_every_entry_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('me = "Ana"\ntheme = "x"\ncalendar_folder = "/c"\n[keys]\n"app.undo" = "f9"\n')
    assert load_config(path) == Config(
        me="Ana", theme="x", calendar_folder="/c", keys={"app.undo": "f9"}
    )


@pytest.mark.parametrize("text", ["me = ", 'mee = "Ana"', "me = 3", '[keys]\n"app.undo" = 3'])
def test_what_cannot_be_read_names_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"config\.toml"):
        load_config(path)


def test_bytes_that_are_no_text_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff")
    with pytest.raises(BadInput, match=r"config\.toml"):
        load_config(path)


def test_saving_one_entry_leaves_comments_and_order_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('# mine\ntheme = "a"  # nice\n\n[keys]\n"app.undo" = "f9"\n')
    save_setting(path, "theme", "b")
    assert path.read_text() == '# mine\ntheme = "b"  # nice\n\n[keys]\n"app.undo" = "f9"\n'


def test_a_new_entry_goes_above_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"app.undo" = "f9"\n')
    save_setting(path, "theme", "b")
    assert load_config(path) == Config(theme="b", keys={"app.undo": "f9"})


def test_the_folder_is_made_for_the_first_setting(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    save_setting(path, "me", 'Ana "A" [/]')
    assert load_config(path).me == 'Ana "A" [/]'
    assert [p.name for p in path.parent.iterdir()] == ["config.toml"]


def test_a_file_that_cannot_be_written_says_so_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("me = ")
    with pytest.raises(StoreUnavailable, match="cannot write"):
        save_setting(path, "theme", "b")
    assert path.read_text() == "me = "
    with pytest.raises(StoreUnavailable, match="cannot write"):
        save_setting(path / "below" / "config.toml", "theme", "b")

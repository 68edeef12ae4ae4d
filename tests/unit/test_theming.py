"""Themes: every colour is there and can be read on everything it stands on."""

from pathlib import Path

import pytest
from textual.color import Color

from outreach_tui.theming import VARIABLES, load_themes, read_theme, shipped_folder

THEMES, BAD = load_themes(shipped_folder())
TEXT = (
    "foreground",
    "primary",
    "accent",
    "muted",
    "state-fresh",
    "state-due",
    "state-late",
    "state-never",
)
BEHIND = ("background", "surface", "cursor", "cursor-blurred")
GOOD = (shipped_folder() / "dark.toml").read_text(encoding="utf-8")


def colour(theme: str, role: str) -> Color:
    """Return a colour of a theme by its role."""
    found = THEMES[theme]
    return Color.parse(found.variables.get(role) or getattr(found, role))


def luminance(of: Color) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    parts = [c / 255 for c in of.rgb]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_all_shipped_themes_load() -> None:
    assert BAD == []
    assert {"outreach-dark", "outreach-light"} <= THEMES.keys()
    assert THEMES["outreach-dark"].dark
    assert not THEMES["outreach-light"].dark


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_defines_every_variable(theme: str) -> None:
    assert set(VARIABLES) <= THEMES[theme].variables.keys()


@pytest.mark.parametrize("theme", THEMES)
def test_all_text_can_be_read_on_everything_it_stands_on(theme: str) -> None:
    pairs = [(text, behind) for text in TEXT for behind in BEHIND]
    pairs += [("cursor-text", "cursor"), ("foreground", "panel"), ("muted", "panel")]
    weak = {
        pair: round(found, 2)
        for pair in pairs
        if (found := contrast(colour(theme, pair[0]), colour(theme, pair[1]))) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('muted = "#949fac"\n', "", "missing: muted"),
        ("[variables]\n", '[variables]\nshine = "#fff"\n', "unknown: shine"),
        ('primary = "#7fb4ca"', 'primary = "no colour"', "primary:"),
        ("dark = true", 'dark = "yes"', "dark"),
        ('title = "Dark"', 'titel = "Dark"', "titel"),
        ("name =", "name", ""),
    ],
)
def test_a_broken_theme_says_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    (tmp_path / "mine.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    themes, [bad] = load_themes(tmp_path)
    assert themes == {}
    assert bad.path.name == "mine.toml"
    assert said in bad.why


def test_a_users_theme_wins_by_name_and_a_missing_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace("#7fb4ca", "#ffffff"), encoding="utf-8")
    themes, bad = load_themes(shipped_folder(), tmp_path, tmp_path / "missing")
    assert bad == []
    assert themes["outreach-dark"].primary == "#ffffff"


def test_text_that_is_no_utf8_is_a_broken_theme(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    assert len(load_themes(tmp_path)[1]) == 1


def test_a_theme_colours_textuals_own_widgets_too() -> None:
    assert read_theme(GOOD).variables["footer-background"] == "#1b1f26"

"""Themes are TOML files: ours are shipped, a user's own lie in `themes/` beside `config.toml` and win by name."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec
from textual.color import Color, ColorParseError
from textual.theme import Theme

VARIABLES = (
    "muted", "line", "line-focus", "cursor", "cursor-text", "cursor-blurred",
    "state-fresh", "state-due", "state-late", "state-never",
)  # fmt: skip
"""What a theme defines beside Textual's own roles; every theme has to define all of them."""


class ThemeFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One theme as written; every colour as CSS writes it."""

    name: str
    title: str
    dark: bool
    primary: str
    secondary: str
    accent: str
    foreground: str
    background: str
    surface: str
    panel: str
    success: str
    warning: str
    error: str
    variables: dict[str, str]


class BadTheme(msgspec.Struct, frozen=True):
    """A theme file that cannot be used, and why."""

    path: Path
    why: str


def shipped_folder() -> Path:
    """Return where our themes are: in the package, or beside `src` where the project runs from its checkout."""
    inside = Path(__file__).parent / "themes"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "themes"


def load_themes(*folders: Path) -> tuple[dict[str, Theme], list[BadTheme]]:
    """Return the themes of all folders by name, later folders first in right, and the files that cannot be used.

    Every colour is parsed here: Textual registers a theme with a wrong one and dies when it is shown.
    """
    themes: dict[str, Theme] = {}
    bad: list[BadTheme] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            try:
                theme = read_theme(path.read_text(encoding="utf-8"))
            except (OSError, ValueError, msgspec.ValidationError) as error:
                bad.append(BadTheme(path, str(error)))
            else:
                themes[theme.name] = theme
    return themes, bad


def read_theme(text: str) -> Theme:
    """Return the theme that a TOML text describes. Raises ValueError or ValidationError that says what is wrong."""
    parsed = msgspec.convert(tomllib.loads(text), ThemeFile)
    missing = [name for name in VARIABLES if name not in parsed.variables]
    unknown = [name for name in parsed.variables if name not in VARIABLES]
    if missing or unknown:
        wrong = [f"missing: {', '.join(missing)}"] * bool(missing) + [
            f"unknown: {', '.join(unknown)}"
        ] * bool(unknown)
        raise ValueError(f"variables {'; '.join(wrong)}")
    fields: dict[str, Any] = msgspec.structs.asdict(parsed)
    colours = {k: v for k, v in fields.items() if k not in ("name", "title", "dark", "variables")}
    for role, value in [*colours.items(), *parsed.variables.items()]:
        try:
            Color.parse(value)
        except ColorParseError as error:
            raise ValueError(f"{role}: {error}") from error
    return Theme(name=parsed.name, dark=parsed.dark, variables=_all_variables(parsed), **colours)


def _all_variables(theme: ThemeFile) -> dict[str, str]:
    """Give Textual's own widgets our calm colours too."""
    own = theme.variables
    return own | {
        "border": own["line-focus"],
        "border-blurred": own["line"],
        "text-muted": own["muted"],
        "block-cursor-background": own["cursor"],
        "block-cursor-foreground": own["cursor-text"],
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": own["cursor-blurred"],
        "block-cursor-blurred-foreground": theme.foreground,
        "footer-background": theme.surface,
        "footer-key-foreground": theme.primary,
        "footer-description-foreground": own["muted"],
        "input-cursor-background": theme.primary,
        "input-selection-background": own["cursor"],
        "scrollbar": own["line"],
        "scrollbar-hover": own["muted"],
        "scrollbar-active": theme.primary,
        "scrollbar-background": theme.background,
        "scrollbar-corner-color": theme.background,
        "scrollbar-background-hover": theme.background,
        "scrollbar-background-active": theme.background,
    }

"""Personal settings in `config.toml`: who I am, theme, keys. What a team must agree on is in its file instead."""

import os
import tempfile
import tomllib
from pathlib import Path

import msgspec

from outreach_tui.errors import BadInput, StoreUnavailable


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `config.toml` holds; every entry is optional."""

    me: str = ""
    """Who I am among the members, like `--as`."""
    theme: str = ""
    calendar_folder: str = ""
    """Where `E` writes calendar files."""
    import_folder: str = ""
    """Where `I` begins: the folder of the last import."""
    keys: dict[str, str] = {}
    """Keys by the id of an action, such as `suggestion.snooze = "f5"`; several are separated by commas."""


def load_config(path: Path) -> Config:
    """Read the settings; a missing file holds none. Raises BadInput that names the file and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}", "mend it or move it away") from error
    try:
        return msgspec.convert(tomllib.loads(text), Config)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(
            f"{path}: {error}", "mend it or move it away; docs/config.md names every entry"
        ) from error


def save_setting(path: Path, name: str, value: str) -> None:
    """Change one entry and leave everything else in the file, comments too, as it is. Raises StoreUnavailable."""
    import tomlkit  # written rarely, and 40 ms to import

    try:
        document = (
            tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        )
        document[name] = value
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temp = tempfile.mkstemp(dir=path.parent, prefix=".config.", suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
        Path(temp).replace(path)
    except (OSError, UnicodeDecodeError, tomlkit.exceptions.TOMLKitError) as error:
        raise StoreUnavailable(
            f"cannot write {path}: {error}", "the choice holds until you quit"
        ) from error

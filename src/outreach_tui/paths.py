"""Where our files are: the platform's folders, unless the environment or an option says otherwise."""

import os
from pathlib import Path

FILE_VARIABLE = "OUTREACH_FILE"
CONFIG_VARIABLE = "OUTREACH_CONFIG"


def data_file(chosen: str = "") -> Path:
    """Return the team's file: the option, else `OUTREACH_FILE`, else `outreach.json` in the user's data folder."""
    named = chosen or os.environ.get(FILE_VARIABLE, "")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path  # saves its import where a file is named

    return user_data_path("outreach", appauthor=False) / "outreach.json"


def config_file() -> Path:
    """Return the personal settings: `OUTREACH_CONFIG`, else `config.toml` in the user's config folder."""
    named = os.environ.get(CONFIG_VARIABLE, "")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("outreach", appauthor=False) / "config.toml"


def log_file() -> Path:
    """Return where a crash is written down, without any customer's data."""
    from platformdirs import user_state_path

    return user_state_path("outreach", appauthor=False) / "outreach.log"

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


def cache_folder() -> Path:
    """Return where what can be made anew is kept."""
    from platformdirs import user_cache_path

    return user_cache_path("outreach", appauthor=False)


def draft_file(data: Path) -> Path:
    """Return where drafts about a data file are kept: the same under whatever link it is opened."""
    import hashlib

    from platformdirs import user_state_path

    name = hashlib.sha256(os.fsencode(os.path.realpath(data))).hexdigest()[:16]
    return user_state_path("outreach", appauthor=False) / "drafts" / f"{name}.json"

"""Names of files in a vdir: one for each event or person, by its lasting identity."""

import hashlib
import re

# Lower case only, since some file systems do not tell cases apart; no dot or dash at the start.
_SAFE_UID = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,199}")


def vdir_name(uid: str, suffix: str) -> str:
    """Return the name of a vdir file for `uid`: always the same, and never outside the folder.

    A uid that is no plain file name (it may come from somebody else's file) is replaced by its SHA-256.
    """
    if _SAFE_UID.fullmatch(uid):
        return f"{uid}{suffix}"
    digest = hashlib.sha256(uid.encode("utf-8", "surrogatepass")).hexdigest()
    return f"_{digest}{suffix}"  # no plain uid begins with "_", so none can pose as another's file

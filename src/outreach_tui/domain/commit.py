"""What was done to the records, in words."""

from datetime import datetime

import msgspec

FORGOT = "forgot a person"
"""What the history says of the one thing that undo does not bring back."""


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One commit, as people see it."""

    seq: int = 0
    """Its number in this file; 0 for what another program did to the file."""
    did: str
    """What was done, in words: "logged a call with Alfreds Futterkiste"."""
    at: datetime
    """Real clock, UTC."""
    member_id: str | None
    """None where nobody of the team did it."""
    machine: str = ""
    """Name of the computer."""
    records: int
    """How many records it changed."""
    undone: bool = False
    """It is the undoing of the commit that it names."""
    redone: bool = False
    """It did again the undone commit that it names."""

"""Expected failures: each says what went wrong, what to do about it, and the exit code of a command."""

from typing import NamedTuple


class OutreachError(Exception):
    """An expected failure that a person can do something about.

    `title` says what happened, `hint` what to do; `exit_code` is what a command ends with.
    """

    exit_code = 1

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint


class Refused(OutreachError):
    """What was asked for makes no sense here, or would lose something."""


class InTheWay(Refused):
    """Undoing the commit `seq` would lose what came after it."""

    def __init__(self, title: str, hint: str = "", seq: int = 0) -> None:
        super().__init__(title, hint)
        self.seq = seq


class NotFound(Refused):
    """No record answers to what was typed."""


class Ambiguous(Refused):
    """Several records answer to what was typed; `candidates` are their names, best first."""

    def __init__(self, title: str, hint: str = "", candidates: tuple[str, ...] = ()) -> None:
        super().__init__(title, hint)
        self.candidates = candidates


class BadInput(Refused):
    """A file, a row or a value cannot be read."""


class BadWhen(BadInput):
    """A day or a time that a person typed cannot be read."""


class Clash(NamedTuple):
    """One field that two people changed."""

    table: str
    id: str
    called: str
    """What people call the record."""
    field: str
    theirs: object
    """The value on file, as the record holds it."""
    yours: object


class Conflict(OutreachError):
    """Somebody else changed the same fields since they were read, or removed the record; the hint holds both values.

    `clashes` are the fields, to choose from; empty where there is nothing to choose.
    """

    exit_code = 3

    def __init__(self, title: str, hint: str = "", clashes: tuple[Clash, ...] = ()) -> None:
        super().__init__(title, hint)
        self.clashes = clashes


class DamagedFile(OutreachError):
    """The store's file cannot be read, or was written by a newer version. It is never touched."""

    exit_code = 4


class StoreUnavailable(OutreachError):
    """The disk, the folder or the lock does not let us read or write now; nothing was changed."""

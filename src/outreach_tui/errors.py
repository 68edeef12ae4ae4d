"""Expected failures: each says what went wrong, what to do about it, and the exit code of a command."""


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


class Conflict(OutreachError):
    """Somebody else changed the same field since it was read; both values are in the hint."""

    exit_code = 3


class DamagedFile(OutreachError):
    """The store's file cannot be read, or was written by a newer version. It is never touched."""

    exit_code = 4


class StoreUnavailable(OutreachError):
    """The disk, the folder or the lock does not let us read or write now; nothing was changed."""

"""What taking care of the file comes to: what a check found, which backups there are, what a restore or a merge did."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding matters."""

    DAMAGED = "damaged"
    """Something that was written cannot be read, or is missing."""
    WARNING = "warning"
    """Nothing is lost, but somebody should look at it."""
    ADVICE = "advice"
    """Good to know."""


class Finding(NamedTuple):
    """One thing that a check found, in words for people."""

    severity: Severity
    what: str
    remedy: str
    """What to do about it; empty if nothing has to be done."""
    file: Path
    line: int | None = None
    """From 1."""
    table: str = ""
    key: str = ""
    """TinyDB's key of the document."""


class Checkup(NamedTuple):
    """What a check of all files found, the worst first."""

    findings: tuple[Finding, ...]
    records: dict[str, int]
    """How many can be read, by table; empty if the file cannot be."""
    commits: int
    """How many changes can be read, in the journal and in the history."""

    @property
    def damaged(self) -> bool:
        """Whether something cannot be read, or is missing."""
        return any(finding.severity is Severity.DAMAGED for finding in self.findings)


class BackupReason(StrEnum):
    """What a backup was made for."""

    DAILY = "daily"
    IMPORT = "import"
    MIGRATION = "migration"
    RESTORE = "restore"
    BY_HAND = "by-hand"


class Backup(NamedTuple):
    """One backup: an ordinary TinyDB file of its own."""

    path: Path
    at: datetime
    """UTC."""
    reason: BackupReason
    size_bytes: int
    number: int = 1
    """Of several made in one second."""

    @property
    def name(self) -> str:
        """Its name, without the end that all have in common."""
        return self.path.stem


class BackupContents(NamedTuple):
    """A backup and what is in it."""

    backup: Backup
    customers: int | None
    """None if it cannot be read."""
    touchpoints: int | None


class LeftOut(NamedTuple):
    """A line of a journal or a history that could not be used."""

    file: Path
    line: int
    """From 1."""
    why: str


class Restored(NamedTuple):
    """What bringing back a backup did."""

    source: Path
    changed: int
    made: int
    removed: int
    """Documents; all 0 where the damaged file could not be compared."""
    records: dict[str, int]
    """How many there are now, by table."""
    backup: Backup | None = None
    """Of how it was before; None if that was damaged, or nothing was changed."""
    placed: bool = False
    """Whether it is the file itself now, because that was damaged or missing."""
    aside: tuple[Path, ...] = ()
    """Where the damaged files are now."""
    later_commits: int = 0
    """Changes made after the backup that were brought back on top of it."""
    left_out: tuple[LeftOut, ...] = ()


class Difference(NamedTuple):
    """One field that two people changed; ours stayed."""

    table: str
    id: str
    called: str
    """What people call the record."""
    field: str
    ours: str
    theirs: str
    """Both as they can be shown."""


class Merged(NamedTuple):
    """What merging a copy did."""

    source: Path
    changed: int
    """Records that took something from the copy."""
    made: int
    """Records that came in."""
    stayed_removed: int
    """Records of the copy that were removed here."""
    unnamed: int
    """Documents of the copy without an id; they were left out."""
    conflicts: tuple[Difference, ...]
    moved_to: tuple[Path, ...] = ()
    """Where the copy is now; empty if it is where it was."""
    backup: Backup | None = None
    left_out: tuple[LeftOut, ...] = ()


class Rebuilt(NamedTuple):
    """What making anew did."""

    mended: tuple[Path, ...]
    """Files that were written anew; empty if nothing was damaged."""
    kept: int
    """Commits that could be read."""
    replayed: int
    """Of them, those that were not in the JSON file yet."""
    left_out: tuple[LeftOut, ...] = ()
    copies: tuple[Path, ...] = ()
    """Copies of the files as they were."""
    aside: tuple[Path, ...] = ()
    """Where the unreadable lines are."""

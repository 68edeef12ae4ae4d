"""The check of journal and history: every line, their order, and whether they belong to the JSON file."""

from pathlib import Path

from outreach_tui.services.keeping import Finding, Severity
from outreach_tui.store.care.lines import Read
from outreach_tui.store.care.states import About
from outreach_tui.store.journal import Header
from outreach_tui.store.json_file import digest_of

REBUILD = "`outreach doctor --rebuild` keeps all that can be read, and says what cannot; the files are copied first"
_SET_ASIDE = "the next change sets it aside in a file of its own; nothing else is affected"


def unreadable(journal: Read | None, history: Read | None) -> list[Finding]:
    """Say which lines cannot be read, or stand where they should not."""
    findings: list[Finding] = []
    for read, called in ((journal, "the journal"), (history, "the history")):
        if read is None:
            continue
        findings += _header(read)
        findings += [
            Finding(
                Severity.DAMAGED,
                f"A line of {called} is damaged: {bad.why}",
                REBUILD,
                read.path,
                bad.number,
            )
            for bad in read.bad
        ]
        findings += _order(read, called)
        if read.torn:
            findings.append(_torn(read, called))
    return findings


def out_of_step(
    data: bytes, path: Path, known: About | None, journal: Read | None, history: Read | None
) -> list[Finding]:
    """Say what does not fit together: the JSON file, the journal and the history."""
    seq = known.seq if known is not None else 0
    findings: list[Finding] = []
    if journal is not None and journal.header is not None:
        findings += _other_file(data, path, known, journal.header, _is_folded(journal, history))
    if journal is not None and journal.good:
        findings += _gap(seq, journal)
    if history is not None:
        findings += _short_history(seq, history, journal)
    return findings


def _header(read: Read) -> list[Finding]:
    if read.header_problem:
        if not read.size:
            what = "The journal is empty; if changes stood in it, they are lost"
        elif not read.good and not read.bad and read.torn:
            what = "The journal holds no whole line: its first one is torn or was emptied"
        else:
            what = f"The first line of the journal, which says what it belongs to, is damaged: {read.header_problem}"
        return [Finding(Severity.DAMAGED, what, REBUILD, read.path, 1)]
    if read.newer:
        what = "A newer version of outreach wrote the journal"
        remedy = "nothing is lost: update outreach on this machine"
        return [Finding(Severity.DAMAGED, what, remedy, read.path, 1)]
    return []


def _torn(read: Read, called: str) -> Finding:
    return Finding(
        Severity.WARNING,
        f"The last line of {called} is not whole ({len(read.torn):,} bytes): a program is writing just now, or was "
        "stopped while it wrote",
        f"look again in a moment; if it stays, {_SET_ASIDE}",
        read.path,
        1 + len(read.good) + len(read.bad) + (read.header is not None),
    )


def _order(read: Read, called: str) -> list[Finding]:
    """Say where the numbers of the commits do not follow one another, damaged lines not counted twice."""
    findings: list[Finding] = []
    bad = {line.number for line in read.bad}
    after = read.header.seq if read.header is not None else None
    before = 1 if read.header is not None else 0  # the line above
    for line in read.good:
        seq = line.entry.seq
        missing = 0 if after is None else seq - after - 1
        between = len(bad & set(range(before + 1, line.number)))
        if missing < 0:
            what = f"A line of {called} is out of order: change {seq} stands after change {after}"
            findings.append(Finding(Severity.DAMAGED, what, REBUILD, read.path, line.number))
        elif missing > between and after is not None:
            lost = f"{after + 1} to {seq - 1}" if missing > 1 else f"{seq - 1}"
            plural = "s" if missing > 1 else ""
            findings.append(_missing(read, called, f"change{plural} {lost}", line.number))
        after, before = max(seq, after or 0), line.number
    return findings


def _missing(read: Read, called: str, which: str, line: int) -> Finding:
    if called == "the history":
        return Finding(
            Severity.ADVICE,
            f"In the history {which} cannot be found above this line",
            "your records are not affected; undo and the history do not reach what is missing",
            read.path,
            line,
        )
    what = f"In the journal {which} cannot be found above this line"
    return Finding(Severity.DAMAGED, what, REBUILD, read.path, line)


def _other_file(
    data: bytes, path: Path, known: About | None, header: Header, journal_folded: Path | None
) -> list[Finding]:
    seq, generation = (known.seq, known.generation) if known is not None else (0, 0)
    if header.seq > seq or header.generation > generation:
        return [
            Finding(
                Severity.DAMAGED,
                f"The file is older than its journal (it holds the changes up to {seq}, the journal begins after "
                f"{header.seq}): somebody may have put an old copy in its place",
                "put the newer file back; else `outreach restore last` brings back the newest backup, with the "
                "changes made since",
                path,
            )
        ]
    if journal_folded is not None and (header.seq < seq or header.generation < generation):
        return [
            Finding(
                Severity.ADVICE,
                "A program was stopped while it tidied up; nothing is lost",
                "the next change finishes it",
                journal_folded,
                1,
            )
        ]
    if header.size != len(data) or header.digest != digest_of(data):
        return [
            Finding(
                Severity.WARNING,
                "The file is not as outreach left it: another program changed it, or the disk did",
                "if nobody did that, compare it with a backup (`outreach restore` lists them); what was changed in "
                "outreach since is applied on top of it",
                path,
            )
        ]
    return []


def _is_folded(journal: Read, history: Read | None) -> Path | None:
    """Return the journal if the history holds all of it: then it was not begun anew, as it should have been."""
    last = journal.good[-1].data if journal.good else None
    held = (
        last is not None and any(line.data == last for line in history.good) if history else False
    )
    return journal.path if held else None


def _gap(seq: int, journal: Read) -> list[Finding]:
    """Say that changes are missing between the file and a journal without a header."""
    first = journal.in_order[0]
    if journal.header is not None or first.entry.seq <= seq + 1:
        return []
    which = f"the changes {seq + 1} to {first.entry.seq - 1}"
    return [_missing(journal, "the journal", which, first.number)]


def _short_history(seq: int, history: Read, journal: Read | None) -> list[Finding]:
    """Say that the history does not reach what the file holds."""
    if not seq or history.bad or history.torn:
        return []
    last = max((line.entry.seq for line in history.good), default=0)
    first_in_journal = (
        min((line.entry.seq for line in journal.good), default=seq + 1) if journal else seq + 1
    )
    if last + 1 >= min(seq + 1, first_in_journal):
        return []
    return [
        Finding(
            Severity.WARNING,
            f"The history ends with change {last}, but the file holds the changes up to {seq}",
            "your records are not affected; undo and the history do not reach what is missing",
            history.path,
        )
    ]

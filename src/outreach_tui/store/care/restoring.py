"""A backup in the place of a file that cannot be opened any more, with what was done since the backup on top of it.

What cannot be read is moved aside under a name that says so. The history and what can be read of the journal hold the
changes since the backup: they are made again, so that a damaged file costs nothing that can still be read.
"""

from datetime import datetime
from pathlib import Path

from outreach_tui.errors import DamagedFile
from outreach_tui.services.keeping import LeftOut, Restored
from outreach_tui.store.care.doctor_text import read
from outreach_tui.store.care.forks import last_held, named_documents
from outreach_tui.store.care.lines import GoodLine, Read
from outreach_tui.store.care.rebuilding import begin_anew, not_made
from outreach_tui.store.care.states import (
    FileBytes,
    Replay,
    about,
    counts,
    history_of,
    journal_of,
    lines_above,
    read_files,
)
from outreach_tui.store.files import keep_beside, stamp
from outreach_tui.store.journal import Entry, history_path, journal_path


def put_in_place(
    data: Path, text: bytes, source: Path, now: datetime, *, did: str, with_later: bool
) -> Restored:
    """Put a backup in the place of a damaged or missing file; the lock of the data file is held.

    `with_later` says that the backup is one of this file, so that the changes made since fit on it. Raises DamagedFile
    if the backup cannot be read, StoreUnavailable if a file cannot be written; then doing it again goes on.
    """
    tables, wrong = read(text, source)
    if tables is None:
        raise DamagedFile(f"{source}: {wrong[0].what}", "choose another backup: `outreach restore`")
    known = about(tables)
    seq = known.seq if known is not None else 0
    files = read_files(data)
    journal, history = journal_of(files, data), history_of(files, data)
    replay = Replay(tables)
    before: list[tuple[Read, GoodLine]] = []
    made: list[tuple[Read, GoodLine]] = []
    left_out: list[LeftOut] = []
    if with_later:
        held = _held(seq, replay, journal, history)
        before = [x for x in lines_above(0, history, journal) if x[1].entry.seq <= held]
        made, left_out = _later(replay, held, journal, history)
    kept = [line.data for _, line in (*before, *made)]
    aside = _keep_aside(data, now, all_kept=b"".join(kept).startswith(files.history or b""))
    begin_anew(
        data,
        replay.tables,
        history=kept,
        generation=_generation(known.generation if known else 0, files, journal) + 1,
        entry=Entry(seq=_top(seq, files, journal, history) + 1, at=now, did=did),
        history_path=history_path(data),
    )
    return Restored(
        source,
        0,
        0,
        0,
        counts(replay.tables),
        placed=True,
        aside=aside,
        later_commits=len(made),
        left_out=tuple(left_out),
    )


def _held(seq: int, replay: Replay, journal: Read | None, history: Read | None) -> int:
    """Return the last commit that a backup holds: it may hold more than were folded when it was made."""
    later = [line.entry for _, line in lines_above(seq, history, journal)]
    if not later:
        return seq
    documents = named_documents(replay.tables).documents
    return max(seq, last_held(later, documents, by_new_records=False))


def _later(
    replay: Replay, seq: int, journal: Read | None, history: Read | None
) -> tuple[list[tuple[Read, GoodLine]], list[LeftOut]]:
    """Make the changes after a backup again; return them, and the lines that could not be used."""
    left_out = [
        LeftOut(read_.path, bad.number, bad.why)
        for read_ in (history, journal)
        if read_ is not None
        for bad in read_.bad
    ]
    made: list[tuple[Read, GoodLine]] = []
    after, begun_anew = seq, False
    for read_, line in lines_above(seq, history, journal):
        entry = line.entry
        # Once before a damaged file was replaced here: what follows was done to another state than ours.
        begun_anew = begun_anew or (entry.seq > after + 1 and not entry.steps)
        if begun_anew:
            why = f"change {entry.seq} was made after another backup was brought back"
            left_out.append(LeftOut(read_.path, line.number, why))
            continue
        left_out += not_made(read_, line, replay.apply(entry))
        made.append((read_, line))
        after = entry.seq
    return made, left_out


def _keep_aside(data: Path, now: datetime, *, all_kept: bool) -> tuple[Path, ...]:
    """Keep the damaged files under another name; the history only if not all of it goes into the new one."""
    paths = [data, journal_path(data), *([] if all_kept else [history_path(data)])]
    return tuple(
        keep_beside(path, path.with_name(f"{path.name}.damaged-{stamp(now)}"))
        for path in paths
        if path.exists()
    )


def _top(seq: int, files: FileBytes, journal: Read | None, history: Read | None) -> int:
    """Return the highest number that a commit was given: it is not given again."""
    found = [seq]
    for read_ in (journal, history):
        if read_ is not None:
            found += [entry.seq for entry in read_.entries]
            found.append(read_.header.seq if read_.header is not None else 0)
            found.append(max((e.seq for e in read_.entries), default=0) + len(read_.bad))
    if files.data is not None:
        tables, _ = read(files.data, Path())
        known = about(tables) if tables is not None else None
        found.append(known.seq if known is not None else 0)
    return max(found)


def _generation(generation: int, files: FileBytes, journal: Read | None) -> int:
    found = [generation]
    if journal is not None and journal.header is not None:
        found.append(journal.header.generation)
    if files.data is not None:
        tables, _ = read(files.data, Path())
        known = about(tables) if tables is not None else None
        found.append(known.generation if known is not None else 0)
    return max(found)

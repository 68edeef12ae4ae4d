"""Making anew what can be: a journal or a history of which lines are damaged. Nothing that was written is thrown away.

The files are copied first; the lines that cannot be read go to a file of their own. What can be read is kept, in the
order in which it was done, and what could not be used is named line by line.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from outreach_tui.errors import DamagedFile
from outreach_tui.services.keeping import LeftOut, Rebuilt
from outreach_tui.store.backups import backups_folder
from outreach_tui.store.care.doctor_text import read
from outreach_tui.store.care.lines import GoodLine, Read
from outreach_tui.store.care.states import (
    Replay,
    about,
    history_of,
    journal_of,
    lines_above,
    read_files,
)
from outreach_tui.store.files import private_folder, stamp, write_beside
from outreach_tui.store.journal import JOURNAL, Entry, Header, Step, journal_path, line_of
from outreach_tui.store.json_file import JsonFile, replace_file
from outreach_tui.store.json_text import RawTables
from outreach_tui.store.meta import SCHEMA, Meta, write_meta
from outreach_tui.store.migrations import migrate


def rebuild(data: Path, now: datetime) -> Rebuilt:
    """Write journal and history anew if lines of them are damaged; the lock of the data file is held.

    Raises DamagedFile if the file itself cannot be read, or is a newer version's; StoreUnavailable if a file cannot be
    written. Then nothing is lost, and doing it again goes on.
    """
    files = read_files(data)
    journal, history = journal_of(files, data), history_of(files, data)
    if files.data is None:
        raise DamagedFile(f"{data} is not there", "`outreach restore` brings back a backup")
    tables, wrong = read(files.data, data)
    if tables is None:
        raise DamagedFile(f"{data}: {wrong[0].what}", wrong[0].remedy)
    if journal is not None and journal.newer:
        raise DamagedFile(
            f"{journal.path} was written by a newer version of outreach",
            "update outreach on this machine",
        )
    broken = [r for r in (journal, history) if r is not None and is_broken(r)]
    if not broken:
        kept = {e.seq for r in (journal, history) if r is not None for e in r.entries}
        return Rebuilt((), len(kept), 0)
    copies = _copies(data, now, [data, *(r.path for r in (journal, history) if r is not None)])
    aside = tuple(_set_aside(r, now) for r in broken if r.bad or r.torn)
    left_out = tuple(LeftOut(r.path, bad.number, bad.why) for r in broken for bad in r.bad)
    left_out += tuple(_header_left_out(r) for r in broken if r.header_problem and r.size)
    if journal is not None and journal in broken:
        rebuilt = _fold(data, tables, journal, history, now)
    else:
        assert history is not None
        replace_file(history.path, [line.data for line in history.in_order], like=data)
        rebuilt = Rebuilt((history.path,), len(history.in_order), 0)
    return rebuilt._replace(left_out=left_out + rebuilt.left_out, copies=copies, aside=aside)


def is_broken(read: Read) -> bool:
    """Return whether lines of a journal or a history have to be left out or put into order."""
    if read.bad or read.header_problem:
        return True
    seqs = [entry.seq for entry in read.entries]
    if read.header is None:  # of a history a part may be missing
        return seqs != sorted(set(seqs))
    return seqs != list(range(read.header.seq + 1, read.header.seq + 1 + len(seqs)))


def begin_anew(
    data: Path,
    tables: RawTables,
    *,
    history: Iterable[bytes],
    generation: int,
    entry: Entry,
    history_path: Path,
) -> None:
    """Write the three files so that they fit together; `entry` is the last commit that the JSON file holds.

    The history comes first and the journal last: wherever this breaks off, doing it again leads to the same.
    """
    replace_file(history_path, [*history, line_of(entry)], like=data)
    put_state(data, tables, generation=generation, seq=entry.seq, at=entry.at)


def put_state(
    data: Path,
    tables: RawTables,
    *,
    generation: int,
    seq: int,
    at: datetime,
    then: Iterable[Entry] = (),
) -> None:
    """Write the JSON file, which holds the commits up to `seq`, and a journal on it with those that come `then`."""
    known = about(tables)
    if known is not None and known.schema < SCHEMA:
        migrate(tables, known.schema)
    write_meta(tables, Meta(schema=SCHEMA, generation=generation, seq=seq, at=at))
    seen = JsonFile(data).write(tables)
    header = Header(
        journal=JOURNAL, generation=generation, seq=seq, size=seen.size, digest=seen.digest
    )
    replace_file(journal_path(data), [line_of(header), *map(line_of, then)], like=data)


def not_made(read: Read, line: GoodLine, steps: Iterable[Step]) -> list[LeftOut]:
    """Return what is to be said of the parts of a commit that could not be made."""
    said = f"change {line.entry.seq}: the record that it changes ({{}}) is not there"
    return [
        LeftOut(read.path, line.number, said.format(f"{step.table} …{step.id[-6:]}"))
        for step in steps
    ]


def _fold(
    data: Path, tables: RawTables, journal: Read, history: Read | None, now: datetime
) -> Rebuilt:
    """Bring all readable commits into the JSON file and the history, and begin the journal anew."""
    known = about(tables)
    seq, generation = (known.seq, known.generation) if known else (0, 0)
    replay = Replay(tables)
    left_out: list[LeftOut] = []
    lines = lines_above(seq, journal)
    for read_, line in lines:
        left_out += not_made(read_, line, replay.apply(line.entry))
    kept = lines_above(0, history, journal)
    header = journal.header
    top = max(seq, header.seq if header else 0, *(line.entry.seq for _, line in kept), 0)
    bad = len(journal.bad) + bool(journal.header_problem)
    begin_anew(
        data,
        replay.tables,
        history=[line.data for _, line in kept],
        generation=max(generation, header.generation if header else 0) + 1,
        entry=Entry(
            seq=top + 1,
            at=now,
            did=f"mended the journal, of which {bad} line{'' if bad == 1 else 's'} could not be read",
        ),
        history_path=data.with_name(data.name + ".history"),
    )
    mended = (journal.path, *((history.path,) if history is not None else ()))
    return Rebuilt(mended, len(kept), len(lines), tuple(left_out))


def _header_left_out(read: Read) -> LeftOut:
    return LeftOut(read.path, 1, f"it says what the journal belongs to: {read.header_problem}")


def _copies(data: Path, now: datetime, paths: Iterable[Path]) -> tuple[Path, ...]:
    folder = backups_folder(data)
    private_folder(folder)
    return tuple(
        write_beside(folder / f"{stamp(now)}-before-rebuild-{path.name}", path.read_bytes())
        for path in paths
    )


def _set_aside(read: Read, now: datetime) -> Path:
    """Write what cannot be read of a file into one of its own beside it."""
    wanted = read.path.with_name(f"{read.path.name}.unreadable-{stamp(now)}")
    return write_beside(wanted, b"".join(bad.data for bad in read.bad) + read.torn)

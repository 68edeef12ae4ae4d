"""What the file says about itself in the table `meta`: its schema, the number of commits, and how to undo the last."""

from datetime import datetime
from pathlib import Path

import msgspec

from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import DamagedFile
from outreach_tui.services.ports import Commit
from outreach_tui.store.documents import UNREADABLE, Document, document_from, document_of, encoded
from outreach_tui.store.json_text import RawTables

SCHEMA = 1
META = "meta"
_FIRST_KEY = "1"


class Before(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a document was before a commit changed it, and how the commit left it: what undo needs, and what stops it."""

    table: str
    id: str
    key: str = ""
    """TinyDB's key, so that a removed document comes back where it was."""
    existed: bool = False
    whole: bool = False
    """All of the document is in `fields`, and not only what changed."""
    fields: Document = {}
    after: Document = {}
    """The changed fields as the commit left them; a field that is in one of the two only was not there in the other."""
    digest: str = ""
    """For a whole document: of how the commit left it; empty if it removed it."""


class LastCommit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last commit, with what undoes it; `undone` if it was an undo itself, then this redoes."""

    did: str
    at: datetime
    member_id: str | None = None
    undone: bool = False
    before: tuple[Before, ...] = ()

    def shown(self) -> Commit:
        """Return it as people see it."""
        records = len({(b.table, b.id) for b in self.before if b.table != "settings"})
        return Commit(
            did=clean_line(self.did),
            at=self.at,
            member_id=self.member_id,
            records=records,
            undone=self.undone,
        )


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """The document of the table `meta`."""

    schema: int = SCHEMA
    seq: int = 0
    """Number of commits so far."""
    last: LastCommit | None = None


def read_meta(raw: RawTables, path: Path) -> Meta | None:
    """Return what the file says about itself, None if we never wrote it.

    Raises DamagedFile for a file of another program or of a newer version.
    """
    documents = raw.get(META)
    if not documents:
        # Settings have no shape of their own: a table of that name makes no file ours.
        if raw and not raw.keys() & (TABLES.keys() - {"settings"}):
            raise foreign(raw, path)
        return None
    key, schema = _ours(documents)
    if schema is None:
        raise foreign(raw, path)
    if schema > SCHEMA:
        raise DamagedFile(
            f"{path} was written by a newer version of outreach (schema {schema}, this one knows {SCHEMA})",
            "update outreach on this machine",
        )
    try:
        return msgspec.json.decode(documents[key], type=Meta)
    except UNREADABLE as error:
        raise DamagedFile(
            f"{path}: table meta cannot be read ({clean_line(str(error))})",
            "bring back a copy of the file",
        ) from error


def write_meta(raw: RawTables, meta: Meta) -> None:
    """Put `meta` into the tables; what a later version may have added to it stays."""
    documents = raw.get(META, {})
    key, schema = _ours(documents)
    old = {} if schema is None else document_of(documents[key])
    raw[META] = documents | {key: encoded(old | document_from(meta))}


def foreign(raw: RawTables, path: Path) -> DamagedFile:
    """Return the error for a TinyDB file that is none of ours."""
    names = clean_line(", ".join(sorted(raw)[:5]))
    return DamagedFile(
        f"{path} is a TinyDB file of another program (tables: {names})",
        "it was left as it is; choose another file with --file",
    )


class _Schema(msgspec.Struct):
    schema: int


def _ours(documents: dict[str, msgspec.Raw]) -> tuple[str, int | None]:
    for key, document in documents.items():
        try:
            return key, msgspec.json.decode(document, type=_Schema).schema
        except UNREADABLE:
            continue
    return _FIRST_KEY, None

"""What the JSON file says about itself in the table `meta`: its schema, and which commits it holds."""

from datetime import datetime
from pathlib import Path

import msgspec

from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import DamagedFile
from outreach_tui.store.documents import UNREADABLE, document_from, document_of, encoded
from outreach_tui.store.json_text import RawTables

SCHEMA = 2
META = "meta"
_FIRST_KEY = "1"


class Meta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The document of the table `meta`."""

    schema: int
    generation: int = 0
    """How often the journal was folded into the file."""
    seq: int = 0
    """The last commit that was."""
    at: datetime | None = None
    """When, by the real clock, UTC."""


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
            "`outreach restore` brings back a backup",
        ) from error


def write_meta(raw: RawTables, meta: Meta) -> None:
    """Put `meta` into the tables; what a later version may have added to it stays."""
    documents = raw.get(META, {})
    key, schema = _ours(documents)
    old = {} if schema is None else document_of(documents[key])
    raw[META] = documents | {key: encoded(old | document_from(meta))}


def change_meta(raw: RawTables, *, drop: str) -> None:
    """Take a member out of the document, for a migration."""
    documents = raw[META]
    key, _ = _ours(documents)
    kept = {name: value for name, value in document_of(documents[key]).items() if name != drop}
    raw[META] = documents | {key: encoded(kept)}


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

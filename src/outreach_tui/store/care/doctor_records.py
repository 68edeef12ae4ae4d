"""The check of the records: each can be read, has an id of its own, and refers to records that are there."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from outreach_tui.domain.settings import TEAM, TeamSettings
from outreach_tui.domain.tables import TABLES
from outreach_tui.domain.text import clean_line
from outreach_tui.services.keeping import Finding, Severity
from outreach_tui.store.care.states import decode_identity
from outreach_tui.store.documents import UNREADABLE, record_of
from outreach_tui.store.json_text import RawTables

REFERENCES = {
    "customer_id": "customers",
    "customer_ids": "customers",
    "contact_id": "contacts",
    "contact_ids": "contacts",
    "member_id": "members",
    "owner_id": "members",
    "decided_by": "members",
    "covered_by": "members",
    "touchpoint_id": "touchpoints",
    "meeting_id": "meetings",
    "group_id": "user_groups",
    "host_id": "members",
}
"""By field, wherever it stands in a document: the table whose ids it holds (docs/data-format.md, References)."""

_FREE = frozenset({"extra", "external_ids", "handles", "facts", "value"})
"""Fields whose members people name."""
_LISTS_OF_A_DAY = "day_lists"
"""They say what was suggested on a day, also of customers who were removed since."""
_NAMED = frozenset({"settings", _LISTS_OF_A_DAY})
"""Tables in which a document without an id cannot be given one."""
_MEND = "it is left as it is and not shown; mend it in the file, or bring back a backup: `outreach restore`"
_AT = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(.+?)`, got `(.+?)`")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "fields",
    "null": "nothing",
    "date": "a day",
    "datetime": "a time",
}


def examine(tables: RawTables, path: Path, text: bytes) -> list[Finding]:
    """Check all records of a file; `text` is what the file holds, to say on which line they stand."""
    checks = _Checks(tables, path)
    for name, kind in TABLES.items():
        for key, raw in tables.get(name, {}).items():
            checks.document(name, kind, key, raw)
    checks.references()
    return _with_lines(checks.findings, text)


def readable(tables: RawTables) -> dict[str, int]:
    """Return how many documents each of our tables holds, the empty ones left out."""
    return {name: len(tables[name]) for name in TABLES if tables.get(name)}


class _Checks:
    def __init__(self, tables: RawTables, path: Path) -> None:
        self.findings: list[Finding] = []
        self._path = path
        self._tables = tables
        self._keys: dict[str, dict[str, str]] = defaultdict(dict)
        self._named: list[tuple[str, str, Any]] = []

    def document(self, table: str, kind: Any, key: str, raw: msgspec.Raw) -> None:
        """Check one document alone."""
        try:
            plain = msgspec.json.decode(raw)
        except UNREADABLE as error:
            self._say(Severity.DAMAGED, table, key, f"it is no record ({_words(error)})", _MEND)
            return
        if not isinstance(plain, dict):
            self._say(Severity.DAMAGED, table, key, "it is no record", _MEND)
            return
        if not self._identity(table, kind, key, raw, plain):
            return
        self._named.append((table, key, plain))
        try:
            record = record_of(kind, raw)
        except UNREADABLE as error:
            self._say(
                Severity.DAMAGED,
                table,
                key,
                f"it cannot be read: {_words(error)}",
                _MEND,
                plain=plain,
            )
            return
        if table == "settings" and record.id == TEAM:
            self._team(key, plain)

    def _identity(
        self, table: str, kind: Any, key: str, raw: msgspec.Raw, plain: dict[str, Any]
    ) -> bool:
        """Check the id of a document; return whether its fields are worth a look."""
        try:
            id_ = decode_identity(raw).id
        except UNREADABLE:
            self._say(Severity.DAMAGED, table, key, "its id is no text", _MEND, plain=plain)
            return False
        if id_ is None and table not in _NAMED:
            try:
                record_of(kind, msgspec.Raw(msgspec.json.encode(plain | {"id": "x"})))
            except UNREADABLE as error:
                why = f"it has no id and cannot be read: {_words(error)}"
                self._say(Severity.DAMAGED, table, key, why, _MEND, plain=plain)
                return False
            remedy = "nothing has to be done: it is given one with the next change"
            self._say(Severity.ADVICE, table, key, "it has no id yet", remedy, plain=plain)
            self._named.append((table, key, plain))
            return False
        if not id_ or not id_.isprintable():
            self._say(
                Severity.DAMAGED, table, key, "it has no id that can be used", _MEND, plain=plain
            )
            return False
        if id_ in self._keys[table]:
            why = f"it has the same id as the one at {self._keys[table][id_]} ({clean_line(id_)})"
            remedy = "only the first one is shown; take the id out of the second one in the file: it is given its own"
            self._say(Severity.DAMAGED, table, key, why, remedy, plain=plain)
            return False
        self._keys[table][id_] = key
        return True

    def _team(self, key: str, plain: dict[str, Any]) -> None:
        try:
            msgspec.convert(plain.get("value"), TeamSettings)
        except msgspec.ValidationError as error:
            why = f"the team's settings cannot be read: {_words(error)}"
            self._say(Severity.DAMAGED, "settings", key, why, "mend them in the file")

    def references(self) -> None:
        """Check that what the documents refer to is there."""
        for table, key, plain in self._named:
            if table == _LISTS_OF_A_DAY:
                continue
            lost: dict[tuple[str, str], int] = defaultdict(int)
            for field, id_ in references(plain):
                if id_ not in self._keys[REFERENCES[field]]:
                    lost[field, REFERENCES[field]] += 1
            for (field, wanted), count in lost.items():
                what = f"one of the {wanted}" if count == 1 else f"{count} {wanted}"
                self._say(
                    Severity.WARNING,
                    table,
                    key,
                    f"it names {what} ({field}) that {'is' if count == 1 else 'are'} not there",
                    "the rest of it is shown; a backup from before may still have what is missing",
                    plain=plain,
                )

    def _say(
        self,
        severity: Severity,
        table: str,
        key: str,
        what: str,
        remedy: str,
        *,
        plain: dict[str, Any] | None = None,
    ) -> None:
        name = f" ({_name(plain)})" if plain and _name(plain) else ""
        said = f"{table.replace('_', ' ').capitalize()}, number {clean_line(key)}{name}: {what}"
        self.findings.append(Finding(severity, said, remedy, self._path, None, table, key))


def references(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the ids that a document refers to, with the field that holds them."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for field, held in value.items():
            if field in _FREE:
                continue
            if field in REFERENCES:
                for id_ in held if isinstance(held, list) else [held]:
                    if isinstance(id_, str) and id_:
                        yield field, id_
            else:
                yield from references(held)


def _name(plain: dict[str, Any]) -> str:
    for field in ("name", "text", "words", "on", "at", "start_at"):
        value = plain.get(field)
        if isinstance(value, str) and clean_line(value):
            said = clean_line(value)
            return said if len(said) <= 40 else f"{said[:39]}…"
    return ""


def _words(error: Exception) -> str:
    """Return what a decoder complains about, in words."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    found = _AT.fullmatch(str(error))
    assert found is not None
    what, path = found["what"], found["path"]
    if missing := _MISSING.match(what):
        where = f" in {clean_line(path)}" if path else ""
        return f"its {missing[1].replace('_', ' ')} is missing{where}"
    if expected := _EXPECTED.match(what):
        what = f"there should be {_kind(expected[1])}, and there is {_kind(expected[2])}"
    else:
        what = what[:1].lower() + what[1:]
    return clean_line(f"the field {path}: {what}" if path else what)


def _kind(word: str) -> str:
    return " or ".join(_KINDS.get(part.strip(), part.strip()) for part in word.split("|"))


def _with_lines(findings: list[Finding], text: bytes) -> list[Finding]:
    """Add the line on which a document stands, where the file has one document on a line."""
    wanted = {(f.table, f.key) for f in findings}
    if not wanted:
        return findings
    lines: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(text.split(b"\n"), 1):
        key, colon, rest = line.partition(b": {")
        if not colon or not key.startswith(b'"'):
            continue
        try:
            name = msgspec.json.decode(key, type=str)
        except UNREADABLE:
            continue
        if rest in (b"", b"}", b"},"):
            table = name
        elif (table, name) in wanted:
            lines[table, name] = number
    return [f._replace(line=lines.get((f.table, f.key))) for f in findings]

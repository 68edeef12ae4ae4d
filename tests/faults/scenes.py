"""What the fault tests have in common: other processes, a plain model of what has to be on file, and the proof.

Children import it as well, so it knows nothing of pytest.
"""

import copy
import json
import os
import random
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from fakes import FixedClock
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Change, Patch, Put, Remove
from outreach_tui.domain.touchpoint import Touchpoint, TouchpointKind
from outreach_tui.errors import Refused
from outreach_tui.services.keeping import Severity
from outreach_tui.store.care.doctor import examine
from outreach_tui.store.journal import entry_of, history_path, journal_path, parsed_journal
from outreach_tui.store.tinydb_file import ANOTHER_PROGRAM, TinyDbStore

LONG = os.environ.get("OUTREACH_FAULTS") == "long"
"""Whether all rounds are run (`make faults`), or as many as a minute allows (`make test`)."""
KINDS = (Customer, Touchpoint)
AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
CLOCK = FixedClock(date(2026, 3, 2))


class RealClock(FixedClock):
    """The system's clock."""

    def __init__(self) -> None:
        super().__init__(date(2026, 3, 2))

    def real_now(self) -> datetime:
        return datetime.now(UTC)


def often(short: int, long: int) -> int:
    """Return how often something is tried in this form of the tests."""
    return long if LONG else short


def sample(whole: Sequence[int] | range, most: int, always: Sequence[int] = ()) -> list[int]:
    """Return all of them in the long form, else as many, spread evenly, and those that are always wanted."""
    if LONG or len(whole) <= most:
        return list(whole)
    step = len(whole) / most
    return sorted({whole[int(n * step)] for n in range(most)} | set(always) & set(whole))


# Other processes


PREAMBLE = """
    import os, resource, signal, sys, time
    sys.path[:0] = {paths!r}
    from datetime import date
    from pathlib import Path
    from fakes import FixedClock
    from outreach_tui.domain.customer import Customer
    from outreach_tui.domain.record import Patch, Put
    from outreach_tui.errors import OutreachError
    from outreach_tui.store import locks
    from outreach_tui.store.tinydb_file import ANOTHER_PROGRAM, TinyDbStore
    path = Path({path!r})
    def opened():
        return TinyDbStore(path, FixedClock(date(2026, 3, 2)))
    def put(name):
        return Put(Customer(id="c-" + name, name=name))
"""


def start(path: Path, script: str) -> subprocess.Popen[str]:
    """Start another process that has the store imported."""
    preamble = textwrap.dedent(PREAMBLE).format(paths=[p for p in sys.path if p], path=str(path))
    return subprocess.Popen(
        [sys.executable, "-c", preamble + textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(path: Path, script: str, seconds: float = 60) -> str:
    """Run a script in another process and return what it printed."""
    child = start(path, script)
    out, err = child.communicate(timeout=seconds)
    assert child.returncode == 0, f"{out}\n{err}"
    return out


def counted(path: Path, call: str, module: str = "killing") -> dict[str, int]:
    """Run `call` in a process of its own, which may fork and kill, and return the counts that it returned."""
    script = f"import json, {module}; print(json.dumps(dict({module}.{call})))"
    counts: dict[str, int] = json.loads(run(path, script, seconds=900).splitlines()[-1])
    return counts


# What is done, and what it comes to

Step = list[Change] | str
"""A commit, or "undo", "redo", "reopen"; or "hand": somebody adds a customer to the JSON file."""


class Model:
    """What has to be on file: records in a dict, and what undo and redo go to."""

    def __init__(self) -> None:
        self.records: dict[tuple[type[Any], str], Any] = {}
        self.past: list[Any] = []
        self.future: list[Any] = []
        self.said: list[str] = []
        """What the history says, the oldest first."""
        self.words: list[str] = []
        """Of each commit that can be undone."""
        self.undone: list[str] = []
        self.unsaid = False
        """Another program changed the file, and the next commit has to say so."""

    def told(self) -> "Model":
        """Return the model with what another program did told in the history."""
        new = copy.copy(self)
        new.said, new.unsaid = ([*self.said, ANOTHER_PROGRAM] if self.unsaid else self.said), False
        return new

    def done(self, step: Step, said: str) -> "Model":
        """Return the model after a step."""
        new = copy.copy(self)
        for name in ("records", "past", "future", "said", "words", "undone"):
            setattr(new, name, copy.copy(getattr(self, name)))
        if step == "reopen":
            return new
        if step == "hand":
            new.unsaid = True
            added = {(Customer, f"h{said}"): Customer(id=f"h{said}", name="Hand")}
            new.records = new.records | added
            new.past = [records | added for records in new.past]
            new.future = [records | added for records in new.future]
            return new
        new = new.told()
        if isinstance(step, str) and not (new.past if step == "undo" else new.future):
            return new  # nothing to take back; what another program did was taken over
        new.said = copy.copy(new.said)
        if isinstance(step, str):
            back, forth = (new.past, new.future) if step == "undo" else (new.future, new.past)
            words, other = (new.words, new.undone) if step == "undo" else (new.undone, new.words)
            forth.append(new.records)
            new.records = back.pop()
            other.append(words.pop())
            new.said.append(other[-1])
            return new
        new.past.append(new.records)
        new.words.append(said)
        new.future, new.undone = [], []
        new.said.append(said)
        new.records = copy.copy(new.records)
        for change in step:
            if isinstance(change, Put):
                new.records[type(change.record), change.record.id] = change.record
            elif isinstance(change, Patch):
                key = change.kind, change.id
                new.records[key] = msgspec.structs.replace(new.records[key], **change.fields)
            else:
                del new.records[change.kind, change.id]
        return new

    def all(self, kind: type[Any]) -> list[Any]:
        """Return the records of a kind, by id."""
        return sorted((r for (k, _), r in self.records.items() if k is kind), key=lambda r: r.id)


def do(store: TinyDbStore, step: Step, said: str) -> TinyDbStore:
    """Do a step on the store; return the store to go on with."""
    if step == "reopen":
        store.close()
        return TinyDbStore(store.path, RealClock())
    if step == "hand":
        by_hand(store.path, f"h{said}")
        return store
    if isinstance(step, str):
        with suppress(Refused):  # there is nothing to take back
            getattr(store, step)(member_id=None)
    else:
        store.commit(said, step, member_id=None)
    return store


_REPLACE = os.replace


def by_hand(path: Path, id_: str) -> None:
    """Add a customer to the JSON file, laid out as no program does."""
    tables = json.loads(path.read_bytes())
    customers = tables.setdefault("customers", {})
    customers[str(1 + max(map(int, customers), default=0))] = {"id": id_, "name": "Hand"}
    edited = path.with_name("edited")
    edited.write_text(json.dumps(tables, indent=1))
    _REPLACE(edited, path)


def call_with(id_: str, customer: str, note: str = "") -> Touchpoint:
    """Return a call with a customer."""
    return Touchpoint(id=id_, customer_ids=(customer,), kind=TouchpointKind.CALL, at=AT, note=note)


SCENE: list[Step] = [
    [Put(Customer(id="c0", name="Ä0")), Put(call_with("t0", "c0"))],  # makes all files
    [Put(Customer(id="c1", name="C1"))],  # with the backup of the day
    [Patch(Customer, "c0", {"city": "Graz"}), Put(call_with("t1", "c1", "> wish " * 9))],
    "undo",
    "redo",
    [Remove(Touchpoint, "t0"), Put(Customer(id="c2", name="C2", city="Linz"))],
    "undo",
    [Put(Customer(id="c3", name="C3")), Patch(Customer, "c1", {"city": "Wels", "tags": ("x",)})],
    "reopen",
    [Put(Customer(id="c4", name="C4"))],
    "hand",  # while there are commits in the journal
    "undo",
    "redo",
    "reopen",
    "hand",  # while there are none
    [Put(Customer(id="c5", name="C5"))],
    "reopen",
]
"""A short history in which everything happens that writes: first commit, backup, folds, undo, redo, close."""


def scene_steps(weight: int = 0) -> Iterator[tuple[Step, str, Model, Model]]:
    """Yield each step of the scene with its words, and the model before and after it; `weight` makes commits longer."""
    model = Model()
    for number, planned in enumerate(SCENE):
        step = planned
        if weight and not isinstance(planned, str):
            step = [*planned, Put(call_with(f"w{number}", "c0", "x" * weight))]
        after = model.done(step, f"did {number}")
        yield step, f"did {number}", model, after
        model = after


def random_step(dice: random.Random, name: str, model: Model) -> Step:
    """Return something to do that the model allows."""
    kind = dice.random()
    customers, calls = model.all(Customer), model.all(Touchpoint)
    if kind < 0.15:
        return "undo"
    if kind < 0.25:
        return "redo"
    if kind < 0.3 and not model.unsaid:
        return "reopen"
    if kind < 0.34 and model.said:
        return "hand"
    if kind < 0.45 and customers:
        return [Patch(Customer, dice.choice(customers).id, {"city": name})]
    if kind < 0.5 and calls:
        return [Remove(Touchpoint, dice.choice(calls).id), Put(call_with(f"t{name}", "c0"))]
    note = "x" * dice.choice((0, 10, 400))
    return [Put(Customer(id=f"c{name}", name=name)), Put(call_with(f"t{name}", f"c{name}", note))]


# The proof


class Proof(NamedTuple):
    """What was found on file."""

    model: Model
    """Which of the models it is."""
    torn: int
    """Bytes that a writer which was killed has left behind the journal."""


def log_of(path: Path) -> list[Any]:
    """Return the commits of history and journal by number. Fails if one is missing, doubled or in two versions."""
    held: dict[int, bytes] = {}
    folded: list[int] = []
    history, journal = history_path(path), journal_path(path)
    if history.exists():
        for line in history.read_bytes().split(b"\n")[:-1]:
            folded.append(entry_of(line + b"\n").seq)
            held[folded[-1]] = line
    assert folded == list(range(1, len(folded) + 1)), f"history: {folded}"
    if journal.exists() and b"\n" in (data := journal.read_bytes()):
        entries = parsed_journal(data, journal).entries
        for entry, line in zip(entries, data.split(b"\n")[1:], strict=False):
            assert held.setdefault(entry.seq, line) == line, f"{entry.seq} in two versions"
    assert sorted(held) == list(range(1, len(held) + 1)), f"log: {sorted(held)}"
    return [entry_of(held[seq] + b"\n") for seq in sorted(held)]


def same_records(store: TinyDbStore, model: Model) -> bool:
    """Whether the store holds what the model says, and nothing twice."""
    return all(list(store.all(kind)) == model.all(kind) for kind in KINDS)


def _brief(record: Any) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return {name: value for name, value in fields.items() if name in ("id", "city", "tags")}


def differs(store: TinyDbStore, log: list[Any], model: Model) -> str:
    """Return how the store differs from the model, in words."""
    found = {(kind, r.id): r for kind in KINDS for r in store.all(kind)}
    said = [e.did for e in log]
    lost = [_brief(r) for key, r in model.records.items() if found.get(key) != r]
    more = [_brief(r) for key, r in found.items() if model.records.get(key) != r]
    return (
        f"missing: {lost}, on file instead: {more}; it says {said} ({len(said)}), "
        f"not {model.said} ({len(model.said)})"
    )


def own(said: list[str]) -> list[str]:
    """Return what was said of our own commits."""
    return [did for did in said if did != ANOTHER_PROGRAM]


def proved(path: Path, *models: Model, strict: bool = True) -> Proof:
    """Prove that the files hold one of the models, whole: each commit once, in its order, nothing half.

    Reading them changes nothing. If not `strict`, it does not matter how often the history tells that another program
    changed the file: a writer that was killed may have told of it and not have taken it over, or the other way round.
    """
    told = list if strict else own
    journal = journal_path(path)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}
    data = before.get(journal.name, b"")
    if path.exists():
        json.loads(path.read_bytes())
    store = TinyDbStore(path, RealClock())
    log = log_of(path)
    models = (*models, *(m.told() for m in models if m.unsaid))
    said = [entry.did for entry in log]
    fitting = [m for m in models if same_records(store, m) and told(m.said) == told(said)]
    assert fitting, "; or ".join(differs(store, log, model) for model in models)
    assert not store.problems, store.problems
    assert [c.did for c in store.history()] == said[::-1]
    assert sorted(store.rows()) == sorted(c.id for c in store.all(Customer))
    names = Counter(
        raw["id"] for t in raw_tables(path).values() for raw in t.values() if "id" in raw
    )
    assert not [name for name, count in names.items() if count > 1]
    after = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}
    assert after == before
    return Proof(fitting[0], len(data) - (data.rfind(b"\n") + 1))


def raw_tables(path: Path) -> dict[str, Any]:
    """Return what the JSON file holds by itself."""
    tables: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return tables


def healthy(path: Path) -> None:
    """Prove that doctor finds nothing damaged, and nothing to look at but what a killed writer may leave."""
    found = examine(path, datetime.now(UTC))
    damaged = [f for f in found.findings if f.severity is Severity.DAMAGED]
    assert not damaged, damaged


def goes_on(path: Path, model: Model, name: str, *, strict: bool = True) -> Model:
    """Prove that the next commit works, with what was torn set aside, byte for byte; return what is on file."""
    torn = proved(path, model, strict=strict).torn
    journal = journal_path(path)
    tail = journal.read_bytes()[-torn:] if torn else b""
    known = set(path.parent.glob("*.torn-*"))
    step: Step = [Put(Customer(id=f"c{name}", name=name))]
    store = TinyDbStore(path, RealClock())
    store.commit(f"then {name}", step, member_id=None)
    model = model.done(step, f"then {name}")
    proved(path, model, strict=strict)
    aside = [p.read_bytes() for p in set(path.parent.glob("*.journal.torn-*")) - known]
    assert aside == ([tail] if torn else [])
    return model

"""Summary rows: kept up to date by commits, and between two runs in a small file in the cache folder.

That file (the sidecar) is only a shortcut: it is used if it was made from the very state that is on file, or from an
earlier one that the journal leads on from, and is ignored otherwise. What it says is what the records say.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from outreach_tui.domain import facts
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.facts import CustomerFacts, summarise
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.group_event import GroupEvent
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.store.tables import Tables

_RULES = Path(str(facts.__file__)).parent
Rows = dict[str, CustomerFacts]


class Basis(msgspec.Struct, frozen=True, array_like=True):
    """The state of a file that rows were made from."""

    digest: str
    """Of the JSON file."""
    journal: tuple[int, int]
    """Inode of the journal, and bytes of it that were read; zeros for none."""
    seq: int


class _Sidecar(msgspec.Struct, array_like=True):
    format: str
    basis: Basis
    rows: list[CustomerFacts]


class Summaries:
    """The summary rows of the customers in `tables`."""

    def __init__(self, tables: Tables, rows: Rows | None = None) -> None:
        self._tables = tables
        self._rows = rows
        self._stale: set[str] = set()
        self.fresh = rows is None
        """Whether they differ from what the sidecar holds."""

    @property
    def known(self) -> bool:
        """Whether they were asked for, or came from the sidecar."""
        return self._rows is not None

    def touch(self, customers: Iterable[str]) -> None:
        """Say whose rows a commit may have changed."""
        self._stale.update(customers)

    def all(self) -> Mapping[str, CustomerFacts]:
        """Return the row of every customer, by id, in the order of the ids."""
        if self._rows is None:
            customers = self._tables["customers"].all(Customer)
            self._rows = {customer.id: self._row(customer) for customer in customers}
        elif self._stale:
            self._rows = self._updated(self._rows, self._stale)
            self.fresh = True
        self._stale = set()
        return self._rows

    def after(self, changes: Sequence[Change]) -> Mapping[str, CustomerFacts]:
        """Return what the rows would be after these changes, without making them."""
        now = self.all()
        done = self._tables.apply(changes)
        try:
            return self._updated(dict(now), done.customers)
        finally:
            done.take_back()

    def moved(self, tables: Tables, changed: Iterable[tuple[str, str]]) -> "Summaries":
        """Return the rows of tables that were read anew, of which the documents `changed` differ."""
        if self._rows is None:
            return Summaries(tables)
        found = Summaries(tables, self._rows)
        found.touch(self._stale)
        for name, id_ in changed:
            found.touch(self._tables[name].customers_of(id_))
            found.touch(tables[name].customers_of(id_))
        return found

    def _updated(self, rows: Rows, touched: Iterable[str]) -> Rows:
        updated = dict(rows)
        for id_ in touched:
            customer = self._tables["customers"].get(Customer, id_)
            if customer is None:
                updated.pop(id_, None)
            else:
                updated[id_] = self._row(customer)
        return updated if updated.keys() == rows.keys() else dict(sorted(updated.items()))

    def _row(self, customer: Customer) -> CustomerFacts:
        tables, id_ = self._tables, customer.id
        return summarise(
            customer,
            contacts=tables["contacts"].of_customer(Contact, id_),
            purchases=tables["purchases"].of_customer(Purchase, id_),
            touchpoints=tables["touchpoints"].of_customer(Touchpoint, id_),
            feedback=tables["feedback"].of_customer(Feedback, id_),
            meetings=tables["meetings"].of_customer(Meeting, id_),
            decisions=tables["decisions"].of_customer(Decision, id_),
            introductions=tables["introductions"].of_customer(Introduction, id_),
            events=tables["group_events"].of_customer(GroupEvent, id_),
        )


class Cache:
    """The sidecar of one data file."""

    def __init__(self, data: Path, folder: Path | None) -> None:
        """`folder` is the user's own; None for no sidecar."""
        name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
        self._path = folder / f"{name}.rows" if folder else None

    def load(self, basis: Basis) -> tuple[Rows, int] | None:
        """Return rows and the commit that they were made at, if the file on disk is that state or has grown from it."""
        if self._path is None:
            return None
        try:
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_Sidecar)
        except (OSError, ValueError, RecursionError):
            return None
        same_file = kept.basis.digest == basis.digest and kept.basis.journal[0] == basis.journal[0]
        if kept.format != _format() or not same_file or kept.basis.journal[1] > basis.journal[1]:
            return None
        return {row.customer_id: row for row in kept.rows}, kept.basis.seq

    def save(self, basis: Basis, rows: Mapping[str, CustomerFacts]) -> None:
        """Keep the rows; a disk that is full or may not be written to only costs time at the next start."""
        if self._path is None:
            return
        sidecar = _Sidecar(_format(), basis, list(rows.values()))
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temp = tempfile.mkstemp(dir=self._path.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(msgspec.msgpack.encode(sidecar))
                Path(temp).replace(self._path)
            except BaseException:
                Path(temp).unlink()
                raise

    def forget(self) -> None:
        """Drop the file; it is made anew."""
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def _format() -> str:
    """Return what changes whenever rows could mean something else: the version of the rules that make them."""
    found = [entry.stat() for entry in os.scandir(_RULES) if entry.name.endswith(".py")]
    newest = max(stat.st_mtime_ns for stat in found)
    return f"{len(found)} {sum(stat.st_size for stat in found)} {newest}"

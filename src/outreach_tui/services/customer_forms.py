"""What is typed about a customer: read, looked at before it is written, and told about field by field."""

from collections.abc import Mapping, Sequence
from heapq import nsmallest
from typing import Any

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.facts import CustomerFacts
from outreach_tui.domain.place import PlaceMatch
from outreach_tui.domain.text import clean_line, text_key
from outreach_tui.errors import Refused
from outreach_tui.services.customer_fields import doubt_field, read_field
from outreach_tui.services.localities import OFFERED, PlaceFinder
from outreach_tui.services.typed_values import Told, told_of
from outreach_tui.services.workspace import Workspace

WHERE = ("city", "region", "country")
"""The fields from which the place is worked out."""


class CustomerForms:
    """Looks at what is typed, and writes nothing."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._finder: tuple[int, PlaceFinder] | None = None
        self._names: tuple[int, list[tuple[str, str]]] | None = None

    def like(self, typed: str) -> list[CustomerFacts]:
        """Return a few customers whose name holds what is typed, those that begin with it first."""
        wanted = text_key(typed)
        if not wanted:
            return []
        found = [
            (not key.startswith(wanted), len(key), id_)
            for key, id_ in self._names_on_file()
            if wanted in key
        ]
        rows = self._workspace.store.rows()
        return [rows[id_] for *_, id_ in nsmallest(OFFERED, found)]

    def look_at(self, customer: Customer, fields: Mapping[str, str]) -> str:
        """Return what an edit would do, in words, without doing it. Raises BadInput."""
        wanted = self._with_fields(customer, fields)
        if all(getattr(wanted, f) == getattr(customer, f) for f in (*WHERE, "place")):
            return "" if wanted != customer else "nothing changed yet"
        return self._where_words(wanted, answered="place" in fields)

    def look_at_new(self, fields: Mapping[str, str]) -> str:
        """Return what adding would do, in words, without doing it. Raises BadInput or Refused."""
        wanted = self._with_fields(Customer(id="new", name=""), fields)
        self._refuse_twin(wanted)
        known = wanted.city or wanted.country
        return self._where_words(wanted, answered=wanted.place is not None) if known else ""

    def told(self, fields: Mapping[str, str], seen: Customer | None = None) -> dict[str, Told]:
        """Return what is to be said about typed fields of a customer, as it was seen, or of a new one."""
        workspace = self._workspace
        where = {f: clean_line(fields.get(f, getattr(seen, f, ""))) for f in WHERE}
        told = told_of(
            fields,
            lambda field, text: read_field(workspace, field, text),
            lambda field, text: doubt_field(workspace, field, text, where["country"]),
        )
        wanted = msgspec.structs.replace(
            seen or Customer(id="", name=""), name=clean_line(fields.get("name", "")), **where
        )
        # Looked for even without a name: a form that opens makes ready what its keys need.
        if (twin := self._twin(wanted)) is not None and wanted.name:
            told["name"] = Told(*_on_file(twin), wrong=seen is None)
        moved = any(f in fields for f in WHERE) and not fields.get("place")
        if moved and wanted.city and "country" not in told:
            found = self._find_place(wanted)
            if found.why:
                told["city"] = Told(found.why, "; ".join(c.label for c in found.candidates[:3]))
        return told

    def _twin(self, customer: Customer) -> CustomerFacts | None:
        """Return the other customer of the same name that is not known to be in another town."""
        city = text_key(customer.city)
        wanted, rows = text_key(customer.name), self._workspace.store.rows()
        for row in (rows[id_] for key, id_ in self._names_on_file() if key == wanted):
            elsewhere = city and row.city and text_key(row.city) != city
            if row.customer_id != customer.id and not elsewhere:
                return row
        return None

    def _names_on_file(self) -> Sequence[tuple[str, str]]:
        """Return the key of every name and the id, made once for each state of the file."""
        store = self._workspace.store
        if self._names is None or self._names[0] != store.version:
            names = [(text_key(row.name), id_) for id_, row in store.rows().items()]
            self._names = store.version, names
        return self._names[1]

    def _refuse_twin(self, customer: Customer) -> None:
        if (twin := self._twin(customer)) is not None:
            raise Refused(*_on_file(twin))

    def _find_place(self, customer: Customer) -> PlaceMatch:
        """Look a town up; once for all keys that are typed in other fields meanwhile."""
        workspace = self._workspace
        if self._finder is None or self._finder[0] != workspace.store.version:
            finder = PlaceFinder(workspace.places, workspace.store)
            self._finder = workspace.store.version, finder
        return self._finder[1].find(customer)

    def _where_words(self, customer: Customer, *, answered: bool) -> str:
        match = self._find_place(customer)
        place = customer.place if answered else match.place
        if place is not None and (answered or not match.why):
            return f"{place.label} ({place.zone})"
        listed = "; ".join(c.label for c in match.candidates[:3])
        why = match.why or "the town is not known; the customer is kept without a place"
        return f"{why}: {listed}" if listed else why

    def _with_fields(self, customer: Customer, fields: Mapping[str, str]) -> Customer:
        values: dict[str, Any] = {}
        for field, text in fields.items():
            value = read_field(self._workspace, field, clean_line(text))
            values["owner_id" if field == "owner" else field] = value
        return msgspec.structs.replace(customer, **values)

    def _located(self, customer: Customer) -> Customer:
        """Return the customer with the place that the gazetteer is certain of, else without one."""
        return msgspec.structs.replace(customer, place=self._find_place(customer).place)


def _on_file(twin: CustomerFacts) -> tuple[str, str]:
    return (
        f"{twin.name} is on file already ({twin.customer_id[-6:]})",
        "edit it, or give another city",
    )

"""Who the customers are: find, list, show, add and edit them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from outreach_tui.domain.brief import Balance, Brief, Heard, open_questions, personal_facts
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer, Tier
from outreach_tui.domain.day_list import LeftOut
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.feedback import Feedback, FeedbackSort
from outreach_tui.domain.hours import WEEKENDS, FreeDays
from outreach_tui.domain.meeting import Meeting, MeetingKind
from outreach_tui.domain.names import find_named
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Patch, Put, Remove, patch
from outreach_tui.domain.standing import Standing, State
from outreach_tui.domain.suggest import hard_filter
from outreach_tui.domain.text import clean_line, fold
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.errors import NotFound, Refused
from outreach_tui.services.customer_fields import read_email, read_field
from outreach_tui.services.localities import PlaceFinder, placing
from outreach_tui.services.ports import R
from outreach_tui.services.settling import difference, removed, worked_out_again
from outreach_tui.services.standings import Standings
from outreach_tui.services.workspace import Workspace

WHERE = ("city", "region", "country")
"""The fields from which the place is worked out."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of customers is narrowed to; what is empty does not narrow."""

    search: str = ""
    tiers: frozenset[Tier] = frozenset()
    states: frozenset[State] = frozenset()
    region: str = ""
    owner_id: str | None = None
    or_nobodys: bool = False
    """With an owner: also those whom nobody owns, as on the day's list."""
    loyal: bool = False


class Customers:
    """The customers of the team."""

    def __init__(
        self, workspace: Workspace, standings: Standings, calendar: FreeDays = WEEKENDS
    ) -> None:
        self._calendar = calendar
        self._workspace = workspace
        self._standings = standings

    def find(self, typed: str) -> Customer:
        """Return the customer that `typed` names. Raises NotFound or Ambiguous."""
        return find_named(
            typed,
            self._workspace.store.all(Customer),
            what="customer",
            name=lambda c: c.name,
            id_=lambda c: c.id,
            label=lambda c: f"{c.name} ({', '.join(filter(None, (c.city, c.id[-6:])))})",
        )

    def get(self, id_: str) -> Customer:
        """Return one customer. Raises NotFound."""
        found = self._workspace.store.get(Customer, id_)
        if found is None:
            raise NotFound("this customer is no longer on file", "somebody removed it meanwhile")
        return found

    def standing(self, id_: str) -> Standing:
        """Return where a customer stands today. Raises NotFound."""
        return self._standings.of(id_)

    def listing(self, wanted: Filter | None = None) -> list[Standing]:
        """Return the standings that the filter lets through, by name."""
        chosen = narrow(self._standings.all(), wanted or Filter())
        return sorted(chosen, key=lambda s: (fold(s.facts.name), s.customer_id))

    def brief(self, id_: str) -> Brief:
        """Return all that is known of a customer. Raises NotFound."""
        store, customer = self._workspace.store, self.get(id_)
        standing = self._standings.of(id_)
        row = standing.facts
        touchpoints = sorted(
            store.of_customer(Touchpoint, id_), key=lambda t: (t.at, t.id), reverse=True
        )
        contacts = [c for c in store.of_customer(Contact, id_) if id_ in c.customer_ids]
        praise = [f for f in store.of_customer(Feedback, id_) if f.sort is FeedbackSort.PRAISE]
        return Brief(
            customer=customer,
            standing=standing,
            contacts=tuple(sorted(contacts, key=lambda c: (c.id != row.contact_id, c.id))),
            touchpoints=tuple(touchpoints),
            purchases=tuple(
                sorted(store.of_customer(Purchase, id_), key=lambda p: (p.on, p.id), reverse=True)
            ),
            promises=tuple(
                sorted(
                    (p for p in store.of_customer(Promise, id_) if p.done_on is None),
                    key=lambda p: (p.due_on or date.max, p.id),
                )
            ),
            owed=row.owed,
            facts=personal_facts(contacts, touchpoints),
            questions=open_questions(touchpoints),
            praise=tuple(
                Heard(on=f.on, text=f.words)
                for f in sorted(praise, key=lambda f: (f.on, f.id), reverse=True)
            ),
            balance=Balance(gives=row.gives, asks=row.asks, ask_run=row.ask_run),
            next_meeting=self._next_meeting(id_),
        )

    def _next_meeting(self, id_: str) -> Meeting | None:
        ahead = (
            m
            for m in self._workspace.store.of_customer(Meeting, id_)
            if m.ahead and m.kind is not MeetingKind.BLOCK and m.start_at >= self._workspace.now
        )
        return min(ahead, key=lambda m: (m.start_at, m.id), default=None)

    def add(
        self, name: str, fields: Mapping[str, str], contact: Mapping[str, str] | None = None
    ) -> Customer:
        """Write a new customer, with a contact if one is named, and return it.

        `fields` are typed texts by field name; `contact` holds `name` and, if known, `role`, `phone` and `email`.
        Raises Refused for an empty name or one that is on file in the same town, BadInput for a bad value.
        """
        workspace = self._workspace
        name = clean_line(name)
        if not name:
            raise Refused("a customer needs a name", "type the company's name")
        customer = self._located(
            self._with_fields(Customer(id=workspace.ids.new(), name=name), fields)
        )
        self._refuse_twin(customer)
        changes: list[Change] = [Put(customer)]
        if contact and clean_line(contact.get("name", "")):
            changes.append(Put(self._new_contact(customer.id, contact)))
        workspace.commit(f"added {name}", changes)
        return self.get(customer.id)

    def edit(self, customer: Customer, fields: Mapping[str, str]) -> list[str]:
        """Change fields of a customer, as it was seen, from typed texts; return the names of those that changed.

        Raises BadInput for an unknown field or a value that cannot be read, Conflict if somebody else changed a field
        that was typed since `customer` was seen (`settling.settled` goes on from there), or removed the customer.
        """
        typed = {"owner_id" if field == "owner" else field for field in fields}
        return worked_out_again(
            lambda: self._edit(customer, fields),
            lambda clash: clash.id == customer.id and clash.field in typed,
        )

    def _edit(self, seen: Customer, fields: Mapping[str, str]) -> list[str]:
        store = self._workspace.store
        wanted = self._with_fields(seen, fields)
        now = store.get(Customer, seen.id)
        if now is None:
            raise removed(seen.name)
        answered = bool(fields.get("place", "").strip())
        where = {f: getattr(wanted, f) for f in WHERE if getattr(wanted, f) != getattr(seen, f)}
        located = bool(where) and not answered
        if located:
            # With whatever somebody else wrote meanwhile: their country and our town are one place.
            place = self._located(msgspec.structs.replace(now, **where)).place
            wanted = msgspec.structs.replace(wanted, place=place)
        changes = difference(seen, wanted, now, {"place"} if located else ())
        if not changes:
            return []
        changed = [f for p in changes if isinstance(p, Patch) for f in p.fields]
        if answered and wanted.place is not None:
            # An answer to "which town?" holds for all customers of that town, and is remembered.
            changes += [
                change
                for change in placing(store, wanted, wanted.place)
                if not (isinstance(change, Patch) and change.id == seen.id)
            ]
        said = ", ".join(f.replace("_", " ") for f in changed)
        self._workspace.commit(f"changed {said} of {wanted.name}", changes)
        return changed

    def edit_many(self, customers: Sequence[Customer], field: str, text: str) -> int:
        """Change one field of several customers, as they were seen, in one commit; return how many changed.

        Tags are added to those on file. Raises as `edit`.
        """
        adds = field == "tags"
        return worked_out_again(lambda: self._edit_many(customers, field, text), lambda _: not adds)

    def _edit_many(self, customers: Sequence[Customer], field: str, text: str) -> int:
        changes: list[Change] = []
        for customer in customers:
            now = self._workspace.store.get(Customer, customer.id)
            if now is None:
                raise removed(customer.name)
            seen = now if field == "tags" else customer
            wanted = self._with_fields(seen, {field: text})
            if field == "tags":
                both = tuple(dict.fromkeys((*seen.tags, *wanted.tags)))
                wanted = msgspec.structs.replace(seen, tags=both)
            changes += patch(seen, wanted)
        if changes:
            said = field.replace("_", " ")
            self._workspace.commit(f"changed {said} of {len(changes)} customers", changes)
        return len(changes)

    def look_at(self, customer: Customer, fields: Mapping[str, str]) -> str:
        """Return what an edit would do, in words, without doing it. Raises BadInput."""
        wanted = self._with_fields(customer, fields)
        if all(getattr(wanted, f) == getattr(customer, f) for f in WHERE):
            return "" if wanted != customer else "nothing changed yet"
        return self._where_words(wanted)

    def look_at_new(self, name: str, fields: Mapping[str, str], contact: Mapping[str, str]) -> str:
        """Return what adding would do, in words, without doing it. Raises BadInput or Refused."""
        if not clean_line(name):
            raise Refused("a customer needs a name", "type the company's name")
        read_email(clean_line(contact.get("email", "")))
        wanted = self._with_fields(Customer(id="new", name=clean_line(name)), fields)
        self._refuse_twin(wanted)
        return self._where_words(wanted) if wanted.city or wanted.country else ""

    def _refuse_twin(self, customer: Customer) -> None:
        name, city = fold(customer.name), fold(customer.city)
        for other in self._workspace.store.all(Customer):
            elsewhere = city and other.city and fold(other.city) != city
            if fold(other.name) == name and not elsewhere:
                raise Refused(
                    f"{other.name} is on file already ({other.id[-6:]})",
                    "edit it, or give another city",
                )

    def _where_words(self, customer: Customer) -> str:
        match = PlaceFinder(self._workspace.places, self._workspace.store).find(customer)
        if match.place is not None and not match.why:
            return f"{match.place.label} ({match.place.zone})"
        listed = "; ".join(c.label for c in match.candidates[:3])
        why = match.why or "the town is not known; the customer is kept without a place"
        return f"{why}: {listed}" if listed else why

    def barred(self, id_: str) -> LeftOut | None:
        """Return why a customer must not be suggested today, None if nothing speaks against it."""
        workspace = self._workspace
        return hard_filter(
            self._standings.of(id_), workspace.today, workspace.member, self._calendar
        )

    def remove(self, ids: Sequence[str]) -> int:
        """Take customers out with all that is theirs alone, in one commit; return how many records went.

        What names other customers too stays, without them. Raises NotFound.
        """
        gone = set(ids)
        names = [self.get(id_).name for id_ in ids]
        changes: list[Change] = [Remove(Customer, id_) for id_ in ids]
        for kind in (Purchase, Promise, Feedback, Decision):
            changes += [
                Remove(kind, r.id)
                for id_ in ids
                for r in self._workspace.store.of_customer(kind, id_)
            ]
        for shared in (Touchpoint, Meeting):
            changes += self._without(shared, gone)
        for contact in self._linked(Contact, gone):
            left = tuple(e for e in contact.employments if e.customer_id not in gone)
            changes.append(
                Patch(Contact, contact.id, {"employments": left})
                if left
                else Remove(Contact, contact.id)
            )
        said = names[0] if len(names) == 1 else f"{len(names)} customers"
        self._workspace.commit(f"deleted {said}", changes)
        return len(changes)

    def _without(self, kind: type[Touchpoint] | type[Meeting], gone: set[str]) -> list[Change]:
        changes: list[Change] = []
        for record in self._linked(kind, gone):
            left = tuple(id_ for id_ in record.customer_ids if id_ not in gone)
            changes.append(
                Patch(kind, record.id, {"customer_ids": left}) if left else Remove(kind, record.id)
            )
        return changes

    def _linked(self, kind: type[R], ids: set[str]) -> list[R]:
        """Return the records of a kind that name any of the customers, each once, by id."""
        found = {r.id: r for id_ in ids for r in self._workspace.store.of_customer(kind, id_)}
        return [found[id_] for id_ in sorted(found)]

    def _with_fields(self, customer: Customer, fields: Mapping[str, str]) -> Customer:
        values: dict[str, Any] = {}
        for field, text in fields.items():
            value = read_field(self._workspace, field, clean_line(text))
            values["owner_id" if field == "owner" else field] = value
        return msgspec.structs.replace(customer, **values)

    def _located(self, customer: Customer) -> Customer:
        """Return the customer with the place that the gazetteer is certain of, else without one."""
        match = PlaceFinder(self._workspace.places, self._workspace.store).find(customer)
        return msgspec.structs.replace(customer, place=match.place)

    def _new_contact(self, customer_id: str, typed: Mapping[str, str]) -> Contact:
        text = {key: clean_line(value) for key, value in typed.items()}
        return Contact(
            id=self._workspace.ids.new(),
            name=text["name"],
            role=text.get("role", ""),
            phones=tuple(filter(None, [text.get("phone", "")])),
            emails=tuple(filter(None, [read_email(text.get("email", ""))])),
            employments=(Employment(customer_id=customer_id),),
        )


def narrow(standings: Sequence[Standing], wanted: Filter) -> list[Standing]:
    """Return the standings that the filter lets through, in their order."""
    words = fold(wanted.search).split()
    signs = "" if words else wanted.search.strip().casefold()
    region = fold(wanted.region)

    def passes(standing: Standing) -> bool:
        row = standing.facts
        if wanted.tiers and standing.tier not in wanted.tiers:
            return False
        if wanted.states and standing.state not in wanted.states:
            return False
        nobodys = wanted.or_nobodys and row.owner_id is None
        if wanted.owner_id is not None and row.owner_id != wanted.owner_id and not nobodys:
            return False
        if wanted.loyal and not standing.loyal:
            return False
        if region and region not in fold(_where(standing)):
            return False
        if not words:
            return signs in row.name.casefold()
        text = fold(f"{row.name} {row.contact_name} {_where(standing)} {row.industry}")
        return all(word in text for word in words)

    return [standing for standing in standings if passes(standing)]


def _where(standing: Standing) -> str:
    row = standing.facts
    place = row.place
    return " ".join(
        (
            row.city,
            row.region,
            row.country,
            place.region if place else "",
            place.name if place else "",
        )
    )

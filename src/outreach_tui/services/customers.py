"""Who the customers are: find, list, show, add and edit them."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from outreach_tui.domain.brief import Brief
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer, Tier
from outreach_tui.domain.day_list import LeftOut
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.group_event import GroupEvent
from outreach_tui.domain.hours import WEEKENDS, FreeDays
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.names import find_named
from outreach_tui.domain.place import Place
from outreach_tui.domain.promise import Promise
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Patch, Put, Remove, patch
from outreach_tui.domain.standing import Standing, State, can_meet
from outreach_tui.domain.suggest import hard_filter
from outreach_tui.domain.text import clean_line, fold
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.errors import NotFound
from outreach_tui.services.briefs import gather_brief
from outreach_tui.services.contacts import new_contact
from outreach_tui.services.customer_fields import read_field
from outreach_tui.services.customer_forms import WHERE, CustomerForms
from outreach_tui.services.localities import placing
from outreach_tui.services.ports import R
from outreach_tui.services.settling import difference, removed, worked_out_again
from outreach_tui.services.standings import Standings
from outreach_tui.services.workspace import Workspace


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


class Customers(CustomerForms):
    """The customers of the team."""

    def __init__(
        self, workspace: Workspace, standings: Standings, calendar: FreeDays = WEEKENDS
    ) -> None:
        super().__init__(workspace)
        self._calendar = calendar
        self._standings = standings

    def find(self, typed: str) -> Customer:
        """Return the customer that `typed` names. Raises NotFound or Ambiguous."""
        found = find_named(
            typed,
            self._workspace.store.rows().values(),
            what="customer",
            name=lambda row: row.name,
            id_=lambda row: row.customer_id,
            label=lambda row: (
                f"{row.name} ({', '.join(filter(None, (row.city, row.customer_id[-6:])))})"
            ),
        )
        return self.get(found.customer_id)

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
        chosen = narrow(self._standings.all(), wanted or Filter(), self._workspace.today)
        return sorted(chosen, key=lambda s: (fold(s.facts.name), s.customer_id))

    def brief(self, id_: str) -> Brief:
        """Return all that is known of a customer. Raises NotFound."""
        return gather_brief(self._workspace, self.get(id_), self._standings.of(id_))

    def add(
        self, name: str, fields: Mapping[str, str], contact: Mapping[str, str] | None = None
    ) -> Customer:
        """Write a new customer, with a contact if one is named, and return it.

        `fields` are typed texts by field name; `contact` holds `name` and, if known, `role`, `phone` and `email`.
        Raises Refused for an empty name or one that is on file in the same town, BadInput for a bad value.
        """
        workspace = self._workspace
        wanted = self._with_fields(
            Customer(id=workspace.ids.new(), name=""), {**fields, "name": name}
        )
        self._refuse_twin(wanted)
        customer = self._located(wanted)
        changes: list[Change] = [Put(customer)]
        if wanted.place is not None and wanted.place != customer.place:
            customer = msgspec.structs.replace(customer, place=wanted.place)
            changes = [Put(customer), *self._placing_others(customer, wanted.place)]
        if contact and clean_line(contact.get("name", "")):
            changes.append(Put(new_contact(workspace, customer, contact)))
        workspace.commit(f"added {customer.name}", changes)
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
        answered = bool(fields.get("place", "").strip()) and (
            self._located(wanted).place != wanted.place
        )
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
            changes += self._placing_others(wanted, wanted.place)
        said = ", ".join(f.replace("_", " ") for f in changed)
        self._workspace.commit(f"changed {said} of {wanted.name}", changes)
        return changed

    def _placing_others(self, customer: Customer, place: Place) -> list[Change]:
        """Return the changes by which an answer to "which town?" holds for all customers of it, and is remembered."""
        return [
            change
            for change in placing(self._workspace.store, customer, place)
            if not (isinstance(change, Patch) and change.id == customer.id)
        ]

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
            whose = customers[0].name if len(customers) == 1 else f"{len(changes)} customers"
            self._workspace.commit(f"changed {said} of {whose}", changes)
        return len(changes)

    def owner_named(self, typed: str) -> str | None:
        """Return the id of the member that `typed` names, None for nobody. Raises NotFound or Ambiguous."""
        found: str | None = read_field(self._workspace, "owner", clean_line(typed))
        return found

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
        changes += [Remove(Introduction, r.id) for r in self._linked(Introduction, gone)]
        for event in self._linked(GroupEvent, gone):
            others = tuple(i for i in event.invitations if i.customer_id not in gone)
            changes.append(Patch(GroupEvent, event.id, {"invitations": others}))
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


def narrow(standings: Sequence[Standing], wanted: Filter, today: date) -> list[Standing]:
    """Return the standings that the filter lets through, in their order.

    Nobody is late, due or fresh whom nothing is promised: who is lost, paused or asked not to be contacted.
    """
    words = fold(wanted.search).split()
    signs = "" if words else wanted.search.strip().casefold()
    region = fold(wanted.region)

    def passes(standing: Standing) -> bool:
        row = standing.facts
        if wanted.tiers and standing.tier not in wanted.tiers:
            return False
        if wanted.states and not (standing.state in wanted.states and can_meet(row, today)):
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

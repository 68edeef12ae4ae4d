"""The people: find, add, edit, and move them from one employer to the next."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.names import find_named
from outreach_tui.domain.record import Change, Patch, Put
from outreach_tui.domain.text import clean_line, text_key
from outreach_tui.errors import Conflict, NotFound, Refused
from outreach_tui.services.contact_fields import ALIASES, doubt_field, read_field
from outreach_tui.services.settling import difference, removed, worked_out_again
from outreach_tui.services.typed_values import Told, told_of
from outreach_tui.services.workspace import Workspace


class Contacts:
    """The people whom we talk to."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, typed: str) -> Contact:
        """Return the person that `typed` names. Raises NotFound or Ambiguous."""
        return find_named(
            typed,
            self._workspace.store.all(Contact),
            what="contact",
            name=lambda c: c.name,
            id_=lambda c: c.id,
            label=lambda c: f"{c.name} ({', '.join((*self._works_at(c), c.id[-6:]))})",
        )

    def get(self, id_: str) -> Contact:
        """Return one person. Raises NotFound."""
        found = self._workspace.store.get(Contact, id_)
        if found is None:
            raise NotFound("this person is no longer on file", "somebody removed them meanwhile")
        return found

    def add(self, customer: Customer, fields: Mapping[str, str]) -> Contact:
        """Write a new person who works at a customer, and return them.

        `fields` are typed texts by field name. Raises BadInput for a value that cannot be read, Refused for somebody
        of the same name there, Conflict if the customer was removed since it was seen.
        """
        if self._workspace.store.get(Customer, customer.id) is None:
            raise removed(customer.name)
        contact = new_contact(self._workspace, customer, fields)
        self._refuse_twin(contact, customer)
        self._workspace.commit(f"added {contact.name} of {customer.name}", [Put(contact)])
        return self.get(contact.id)

    def edit(self, seen: Contact, fields: Mapping[str, str]) -> list[str]:
        """Change fields of a person, as they were seen, from typed texts; return the names of those that changed.

        Raises BadInput for an unknown field or a value that cannot be read, Conflict if somebody else changed a field
        that was typed since, or removed the person.
        """
        typed = {ALIASES.get(field, field) for field in fields}
        return worked_out_again(
            lambda: self._edit(seen, fields),
            lambda clash: clash.id == seen.id and clash.field in typed,
        )

    def _edit(self, seen: Contact, fields: Mapping[str, str]) -> list[str]:
        now = self._workspace.store.get(Contact, seen.id)
        if now is None:
            raise removed(seen.name)
        wanted = _with_fields(self._workspace, seen, fields)
        changes = difference(seen, wanted, now)
        if not changes:
            return []
        changed = [f for change in changes if isinstance(change, Patch) for f in change.fields]
        said = ", ".join(f.replace("_", " ") for f in changed)
        self._workspace.commit(f"changed {said} of {wanted.name}", changes)
        return changed

    def move(
        self,
        seen: Contact,
        *,
        to: Customer | None = None,
        company: str = "",
        on: date | None = None,
        leaves: Customer | None = None,
    ) -> Contact:
        """Let a person, as they were seen, work at a customer or at another company from a day on, and return them.

        Today if no day is given. What they worked at ends then, and stays on file with all that was said; where they
        work at several, `leaves` says at which they stop. Raises Refused for what cannot be, Conflict if somebody else
        moved them meanwhile.
        """
        company = clean_line(company)
        if (to is None) is not bool(company):
            raise Refused("where to?", "name a customer, or another company")
        on = on or self._workspace.today
        changes = self._moved(seen, to, company, on, leaves)
        where = to.name if to else company
        try:
            self._workspace.commit(f"moved {seen.name} to {where}", changes)
        except Conflict as conflict:
            raise Conflict(
                f"somebody else changed where {seen.name} works meanwhile",
                "nothing was changed; look again, then move them if that is still right",
            ) from conflict
        return self.get(seen.id)

    def _moved(
        self, seen: Contact, to: Customer | None, company: str, on: date, leaves: Customer | None
    ) -> list[Change]:
        now = self._workspace.store.get(Contact, seen.id)
        if now is None:
            raise removed(seen.name)
        if on > self._workspace.today:
            raise Refused(f"{on} has not come yet", "move them when it has, or name the day it was")
        if to is not None and to.id in seen.customer_ids:
            raise Refused(f"{seen.name} works at {to.name} already", "choose another customer")
        current = [e for e in seen.employments if e.to_on is None]
        ending = [e for e in current if leaves is None or e.customer_id == leaves.id]
        if len(ending) > 1:
            names = ", ".join(self._employer(e) for e in ending)
            raise Refused(
                f"{seen.name} works at several: {names}", "say which of them they leave (--from)"
            )
        if leaves is not None and not ending:
            raise Refused(
                f"{seen.name} does not work at {leaves.name}", "name what they leave, or nothing"
            )
        for employment in ending:
            if employment.from_on is not None and employment.from_on > on:
                raise Refused(
                    f"{seen.name} came to {self._employer(employment)} only on {employment.from_on}",
                    "choose a later day",
                )
        ended = tuple(
            msgspec.structs.replace(e, to_on=on) if e in ending else e for e in seen.employments
        )
        new = Employment(customer_id=to.id if to else None, company=company, from_on=on)
        wanted = msgspec.structs.replace(seen, employments=(*ended, new))
        return difference(seen, wanted, now)

    def told(
        self, fields: Mapping[str, str], customer: Customer, seen: Contact | None = None
    ) -> dict[str, Told]:
        """Return what is to be said about typed fields of a person who works at a customer."""
        workspace = self._workspace
        told = told_of(
            fields,
            lambda field, text: read_field(workspace, ALIASES.get(field, field), text),
            lambda field, text: doubt_field(
                ALIASES.get(field, field), text, country_of(workspace, customer)
            ),
        )
        name, role = clean_line(fields.get("name", "")), clean_line(fields.get("role", ""))
        if seen is None and name and customer.id:
            twin = self._twin(Contact(id="", name=name, role=role), customer)
            if twin is not None:
                told["name"] = Told(*_on_file(twin, customer), wrong=True)
        return told

    def _twin(self, contact: Contact, customer: Customer) -> Contact | None:
        """Return who has the same name at the same customer, and is not told apart by their role."""
        for other in self._workspace.store.of_customer(Contact, customer.id):
            same = text_key(other.name) == text_key(contact.name)
            apart = contact.role and text_key(other.role) != text_key(contact.role)
            if same and not apart and customer.id in other.customer_ids:
                return other
        return None

    def _refuse_twin(self, contact: Contact, customer: Customer) -> None:
        if (twin := self._twin(contact, customer)) is not None:
            raise Refused(*_on_file(twin, customer))

    def _works_at(self, contact: Contact) -> list[str]:
        return [self._employer(e) for e in contact.employments if e.to_on is None]

    def _employer(self, employment: Employment) -> str:
        row = self._workspace.store.rows().get(employment.customer_id or "")
        return row.name if row else employment.company or "somewhere"


def new_contact(workspace: Workspace, customer: Customer, fields: Mapping[str, str]) -> Contact:
    """Return a person who works at a customer, made from typed texts. Raises BadInput."""
    works = (Employment(customer_id=customer.id),)
    contact = Contact(id=workspace.ids.new(), name="", employments=works)
    return _with_fields(workspace, contact, {"name": "", **fields})


def country_of(workspace: Workspace, customer: Customer) -> str:
    """Return the ISO code of the customer's country, empty if it is not known."""
    if customer.place is not None and customer.place.country:
        return customer.place.country
    return workspace.places.country_code(customer.country) or ""


def _with_fields(workspace: Workspace, contact: Contact, fields: Mapping[str, str]) -> Contact:
    values: dict[str, Any] = {
        ALIASES.get(field, field): read_field(
            workspace, ALIASES.get(field, field), clean_line(text)
        )
        for field, text in fields.items()
    }
    return msgspec.structs.replace(contact, **values)


def _on_file(twin: Contact, customer: Customer) -> tuple[str, str]:
    return (
        f"{twin.name} of {customer.name} is on file already ({twin.id[-6:]})",
        "edit them, or give a role that tells the two apart",
    )

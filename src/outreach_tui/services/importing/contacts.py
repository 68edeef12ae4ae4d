"""The people in a list: the contact beside a customer, or rows of contacts on their own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.names import is_one_person, says_no_more
from outreach_tui.services.importing.books import ContactBook, CustomerBook, has_other_id
from outreach_tui.services.importing.finder import CustomerFinder
from outreach_tui.services.importing.owners import Owners
from outreach_tui.services.importing.plan import Question
from outreach_tui.services.importing.tables import Row
from outreach_tui.services.ports import Ids


class People:
    """Makes contacts of rows, and brings known ones up to date."""

    def __init__(
        self,
        contacts: ContactBook,
        accounts: CustomerBook,
        customers: CustomerFinder,
        owners: Owners,
        ids: Ids,
    ) -> None:
        self._contacts = contacts
        self._accounts = accounts
        self._customers = customers
        self._owners = owners
        self._ids = ids

    def of_customer_row(
        self, row: Row, customer: Customer, *, before: Customer, only_new: bool = False
    ) -> bool:
        """Take the contact beside a customer; return whether anything changed.

        Phone and e-mail of such a row are the customer's and the contact's; `before` tells which ones they replace.
        With `only_new` somebody who is known stays as they are.
        """
        name = person_name(row, "contact")
        if not name:
            return False
        known = self._contacts.find({}, customer.id, name) or self._by_email(row, {}, name)
        if known and only_new:
            return False
        old = known or Contact(id=self._ids.new(), name=name)
        phones, emails = row.all("phone"), row.all("email")
        fields: dict[str, Any] = {
            "phones": _first(_instead(old.phones, before.phone, phones), row.all("contact_phone")),
            "emails": _first(_instead(old.emails, before.email, emails), row.all("contact_email")),
            **row.texts("role"),
        }
        return self._contacts.put(working_at(msgspec.structs.replace(old, **fields), customer.id))

    def take(self, row: Row, ask: Callable[[Question], None]) -> str:
        """Return whether a row of contacts is `created`, `updated` or `unchanged`. Raises BadInput to skip it."""
        name = person_name(row, "name")
        if not name:
            raise row.lacks("name", "first_name", "last_name")
        customer = self._employer(row)
        ids = row.external_ids()
        known = self._known(row, customer, ids, name)
        if known is None and not row.text("own_id"):
            known = self._by_email(row, ids, name)
            if known and says_no_more(name, known.name):
                name = known.name
        id_ = self._contacts.claim_own(row.text("own_id"), known, self._ids)
        old = known or Contact(id=id_, name=name)
        extra = row.extras()
        owned = self._own(customer, row, extra, ask) if customer else False
        contact = msgspec.structs.replace(
            old,
            name=name,
            phones=_first(old.phones, row.all("phone", "contact_phone")),
            emails=_first(old.emails, row.all("email", "contact_email")),
            external_ids=_merged(old.external_ids, ids),
            extra=_merged(old.extra, extra),
            **row.texts("role", "language"),
        )
        employed = working_at(contact, customer.id) if customer else contact
        changed = self._contacts.put(employed) or owned
        if known is None:
            return "created"
        return "updated" if changed else "unchanged"

    def _by_email(self, row: Row, ids: Mapping[str, str], name: str) -> Contact | None:
        """Return the person with an address of the row that nobody else has, here or on file, if it can be them."""
        for email in row.all("email", "contact_email"):
            found = self._contacts.with_email(email)
            if found is None or has_other_id(found, ids):
                continue
            alone = row.table.email_counts[email.casefold()] == 1
            if alone and is_one_person(found.name, name, email):
                return found
        return None

    def _employer(self, row: Row) -> Customer | None:
        """Return the customer of a row; a person of ours may work at none now. Raises BadInput to skip the row."""
        if row.text("own_id") and not row.text("customer") and not row.text("own_customer_id"):
            return None
        return self._customers.of_row_or_new(row)

    def _known(
        self, row: Row, customer: Customer | None, ids: Mapping[str, str], name: str
    ) -> Contact | None:
        own = row.text("own_id")
        found = self._contacts.find_own(own) or self._contacts.find(
            ids, customer.id if customer else "", name
        )
        return None if found and self._contacts.is_others(own, found) else found

    def _own(
        self,
        customer: Customer,
        row: Row,
        extra: dict[str, str],
        ask: Callable[[Question], None],
    ) -> bool:
        """Give a customer without an owner the one of its contact."""
        member = self._owners.take(row, customer.id, extra, ask)
        customer = self._accounts.get(customer.id)
        if member is None or customer.owner_id:
            return False
        return self._accounts.put(msgspec.structs.replace(customer, owner_id=member.id))


def person_name(row: Row, field: str) -> str:
    """Return the name of the person in a row, in one column or in several."""
    parts = " ".join(row.texts("first_name", "middle_name", "last_name").values())
    return row.text(field) or parts


def _instead(values: tuple[str, ...], old: str, new: Sequence[str]) -> tuple[str, ...]:
    """Return the values with the first new one in the place of what the list used to state, the others in front."""
    if new and new[0] not in values and old in values:
        values = tuple(new[0] if value == old else value for value in values)
    return _first(values, new)


def _first(values: tuple[str, ...], new: Sequence[str]) -> tuple[str, ...]:
    """Return the values with the new ones in front."""
    return (*(value for value in new if value not in values), *values)


def _merged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    return {**old, **new}


def working_at(contact: Contact, customer_id: str) -> Contact:
    """Return the person employed at the customer; other employments stay, as a list does not say that they ended."""
    if customer_id in contact.customer_ids:
        return contact
    employment = Employment(customer_id=customer_id)
    return msgspec.structs.replace(contact, employments=(*contact.employments, employment))

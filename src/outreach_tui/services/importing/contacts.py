"""The people in a list: the contact beside a customer, or rows of contacts on their own."""

from collections.abc import Mapping
from typing import Any

import msgspec

from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.services.importing.books import ContactBook
from outreach_tui.services.importing.finder import CustomerFinder
from outreach_tui.services.importing.tables import Row
from outreach_tui.services.ports import Ids


class People:
    """Makes contacts of rows, and brings known ones up to date."""

    def __init__(self, contacts: ContactBook, customers: CustomerFinder, ids: Ids) -> None:
        self._contacts = contacts
        self._customers = customers
        self._ids = ids

    def of_customer_row(self, row: Row, customer: Customer, *, before: Customer) -> bool:
        """Take the contact beside a customer; return whether anything changed.

        Phone and e-mail of such a row are the customer's and the contact's; `before` tells which ones they replace.
        """
        name = _person_name(row, "contact")
        if not name:
            return False
        known = self._contacts.find({}, customer.id, name)
        old = known or Contact(id=self._ids.new(), name=name)
        phones = _instead(old.phones, before.phone, row.text("phone"))
        emails = _instead(old.emails, before.email, row.text("email"))
        fields: dict[str, Any] = {
            "phones": _first(phones, row.text("contact_phone")),
            "emails": _first(emails, row.text("contact_email")),
            **row.texts("role"),
        }
        return self._contacts.put(working_at(msgspec.structs.replace(old, **fields), customer.id))

    def take(self, row: Row) -> str:
        """Return whether a row of contacts is `created`, `updated` or `unchanged`. Raises BadInput to skip it."""
        name = _person_name(row, "name")
        if not name:
            raise row.lacks("name", "first_name", "last_name")
        customer = self._customers.of_row(row)
        ids = row.external_id()
        known = self._contacts.find(ids, customer.id, name)
        old = known or Contact(id=self._ids.new(), name=name)
        phones = _first(_first(old.phones, row.text("contact_phone")), row.text("phone"))
        emails = _first(_first(old.emails, row.text("contact_email")), row.text("email"))
        contact = msgspec.structs.replace(
            old,
            name=name,
            phones=phones,
            emails=emails,
            external_ids=_merged(old.external_ids, ids),
            extra=_merged(old.extra, row.extras()),
            **row.texts("role", "language"),
        )
        changed = self._contacts.put(working_at(contact, customer.id))
        if known is None:
            return "created"
        return "updated" if changed else "unchanged"


def _person_name(row: Row, field: str) -> str:
    parts = " ".join(row.texts("first_name", "last_name").values())
    return row.text(field) or parts


def _instead(values: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """Return the values with the new one in the place of the one that the list used to state, else in front."""
    if not new or new in values:
        return values
    if old in values:
        return tuple(new if value == old else value for value in values)
    return (new, *values)


def _first(values: tuple[str, ...], new: str) -> tuple[str, ...]:
    return values if not new or new in values else (new, *values)


def _merged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    return {**old, **new}


def working_at(contact: Contact, customer_id: str) -> Contact:
    """Return the person employed at the customer; other employments stay, as a list does not say that they ended."""
    if customer_id in contact.customer_ids:
        return contact
    employment = Employment(customer_id=customer_id)
    return msgspec.structs.replace(contact, employments=(*contact.employments, employment))

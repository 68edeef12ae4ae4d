"""People on vCards: whom each card means, where they work, and what it adds (docs/decisions/0012-vcards.md)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import msgspec

from outreach_tui.domain.columns import SheetKind
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.names import is_one_person
from outreach_tui.domain.text import text_key
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.books import ContactBook, CustomerBook, listed
from outreach_tui.services.importing.contacts import working_at
from outreach_tui.services.importing.plan import Question
from outreach_tui.services.importing.sources import Card
from outreach_tui.services.importing.towns import placed
from outreach_tui.services.localities import PlaceFinder
from outreach_tui.services.ports import Ids

SYSTEM = "vCard"
"""Under which the UID of a card is kept among the external ids."""
_FILLED = ("address", "postal_code", "city", "region", "country", "website")


class CardRows:
    """Takes cards one by one."""

    def __init__(
        self,
        customers: CustomerBook,
        contacts: ContactBook,
        places: PlaceFinder,
        ids: Ids,
        kind: SheetKind | None,
    ) -> None:
        """`kind` CONTACTS makes no customers; CUSTOMERS makes one of each person without a company."""
        self._customers = customers
        self._contacts = contacts
        self._places = places
        self._ids = ids
        self._kind = kind
        self._newest: dict[str, Card] = {}
        self._said: set[tuple[str, str]] = set()
        self._taken: dict[str, Card] = {}
        self._followed: set[str] = set()

    def start_file(self, cards: Sequence[Card]) -> list[Card]:
        """Return the cards in the order to take them: companies, their people, then those who name no company.

        So that the same cards mean the same at each import. Of several cards with one UID the newest counts.
        """
        self._newest, self._taken = {}, {}
        self._said = {(email.casefold(), text_key(c.name)) for c in cards for email in c.emails}
        self.__dict__.pop("_by_website", None)
        for card in cards:
            known = self._newest.get(card.uid)
            if card.uid and (known is None or card.revised >= known.revised):
                self._newest[card.uid] = card
        return sorted(cards, key=lambda card: (not card.is_company, not card.company))

    def take(self, card: Card, ask: Callable[[Question], None]) -> str:
        """Return whether the card is `created`, `updated` or `unchanged`. Raises BadInput for one to be skipped."""
        newest = self._newest.get(card.uid)
        if newest is not None and newest is not card:
            raise BadInput(f"{_who(card)}: a newer card of the same UID is in {newest.where}")
        if card.is_company:
            return self._take_company(card, ask)
        known = self._known(card)
        customer, changed = self._employer(card, known, ask)
        if customer is None and card.company:
            card = msgspec.structs.replace(card, extra={**card.extra, "ORG": card.company})
        if known is None and customer is not None:
            known = self._at_work(card, customer)
        contact = self._filled(known or Contact(id=self._ids.new(), name=card.name), card, customer)
        if customer is not None and not _worked_at(contact, customer):
            contact = working_at(contact, customer.id)
        changed |= self._contacts.put(contact)
        self._taken.setdefault(contact.id, card)
        self._followed.add(contact.id)
        if known is None:
            return "created"
        return "updated" if changed else "unchanged"

    # Who is meant

    def _known(self, card: Card) -> Contact | None:
        """Return the person of this UID, ours or theirs, else with one of the addresses and a name in common."""
        if card.uid:
            same_id = self._contacts.find_own(card.uid)
            if same_id := same_id or self._contacts.by_external_id({SYSTEM: card.uid}):
                return same_id
        for email in card.emails:
            found = self._free(self._contacts.with_address(email), card)
            same = [c for c in found if text_key(c.name) == text_key(card.name)]
            alike = [
                c
                for c in found
                if (email.casefold(), text_key(c.name)) not in self._said
                and _is_alike(c.name, card.name, email)
            ]
            if len(same or alike) == 1:
                return (same or alike)[0]
        return None

    def _at_work(self, card: Card, customer: Customer) -> Contact | None:
        ids = {SYSTEM: card.uid} if card.uid else {}
        found = self._free(self._contacts.at_work(customer.id, card.name, ids), card)
        return next(iter(found), None)

    def _free(self, found: Iterable[Contact], card: Card) -> list[Contact]:
        """Return those for whom no other card of the file stands: by its UID, or by another name."""
        free = []
        name = text_key(card.name)
        for contact in found:
            uids = {contact.id, contact.external_ids.get(SYSTEM, "")} & self._newest.keys()
            taken = self._taken.get(contact.id, card)
            if uids - {card.uid} and (card.uid or text_key(contact.name) != name):
                continue
            if text_key(taken.name) == name and (
                not taken.uid or not card.uid or taken.uid == card.uid
            ):
                free.append(contact)
        return free

    # Where they work

    def _employer(
        self, card: Card, known: Contact | None, ask: Callable[[Question], None]
    ) -> tuple[Customer | None, bool]:
        """Return the customer the card places the person at, and whether it was changed; None for where they are."""
        name = card.company or (card.name if self._kind is SheetKind.CUSTOMERS else "")
        if known is not None and known.customer_ids:
            customer = self._employer_called(card.company, known)
            if customer is None:
                return None, False
        elif card.company:
            customer = self._named(card, name)
        else:
            customer = self._of_website(card) or (self._named(card, name) if name else None)
        if customer is None and not name:
            raise BadInput(
                f"{_who(card)} has no company, and nobody on file has this address",
                f"write the company (ORG) on the card, or say --kind {SheetKind.CUSTOMERS} to make a customer of "
                "each person without one",
            )
        if customer is None and self._kind is SheetKind.CONTACTS:
            raise BadInput(
                f"{_who(card)}: “{name}” is no customer on file",
                f"leave out --kind {SheetKind.CONTACTS} to make one",
            )
        old = customer or Customer(id=self._ids.new(), name=name)
        fields: dict[str, Any] = _tagged(old, card)
        if self._customers.is_new(old.id):
            fields |= {
                f: text for f in _FILLED if (text := getattr(card, f)) and not getattr(old, f)
            }
        now = msgspec.structs.replace(old, **fields)
        if self._customers.is_new(old.id):
            now = placed(self._places, old, now, card.line, ask)
        return now, self._customers.put(now)

    def _employer_called(self, name: str, known: Contact) -> Customer | None:
        """Return the employer of this name: a card moves nobody from one customer to another."""
        employers = (self._customers.find_own(id_) for id_ in known.customer_ids)
        return next((c for c in employers if c and text_key(c.name) == text_key(name)), None)

    def _named(self, card: Card, name: str) -> Customer | None:
        """Return the customer of a name, just so before alike, then by town. Raises BadInput for several."""
        found = self._customers.named(name)
        found = [c for c in found if c.name == name] or found
        if len(found) > 1:
            found = [c for c in found if text_key(c.city) == text_key(card.city)] or found
        if len(found) > 1:
            raise BadInput(
                f"{_who(card)}: {len(found)} customers are called “{name}”: {listed(found)}",
                "write the town on the card, or give them different names",
            )
        return found[0] if found else None

    def _of_website(self, card: Card) -> Customer | None:
        """Return the only customer whose website has the domain of the card's address.

        Addresses of other people at the customer prove nothing: half the world is at the same few mail services.
        """
        domains = {email.rpartition("@")[2].casefold() for email in card.emails}
        found = {c.id: c for domain in domains for c in self._by_website.get(domain, ())}
        return next(iter(found.values())) if len(found) == 1 else None

    @cached_property
    def _by_website(self) -> dict[str, list[Customer]]:
        """Customers by domain; made once all companies of the file are known."""
        found: dict[str, list[Customer]] = {}
        for customer in self._customers.all():
            if customer.website and (domain := _domain(customer.website)):
                found.setdefault(domain, []).append(customer)
        return found

    def _take_company(self, card: Card, ask: Callable[[Question], None]) -> str:
        ids = {SYSTEM: card.uid} if card.uid else {}
        known = self._customers.find_own(card.uid) or self._customers.by_external_id(ids)
        known = known or self._named(card, card.company)
        if known is None and self._kind is SheetKind.CONTACTS:
            raise BadInput(
                f"“{card.company}” is a company, and no customer on file",
                f"leave out --kind {SheetKind.CONTACTS} to make one",
            )
        old = known or Customer(id=self._ids.new(), name=card.company)
        said = {f: getattr(card, f) for f in _FILLED}
        said |= {"phone": next(iter(card.phones), ""), "email": next(iter(card.emails), "")}
        followed = old.id in self._followed
        fields: dict[str, Any] = {
            f: text for f, text in said.items() if text and not (followed and getattr(old, f))
        }
        fields["extra"] = {**card.extra, **old.extra} if followed else {**old.extra, **card.extra}
        if ids and SYSTEM not in old.external_ids and card.uid != old.id:
            fields["external_ids"] = {**old.external_ids, **ids}
        now = msgspec.structs.replace(old, **fields | _tagged(old, card))
        changed = self._customers.put(placed(self._places, old, now, card.line, ask))
        self._followed.add(now.id)
        if known is None:
            return "created"
        return "updated" if changed else "unchanged"

    # What the card adds

    def _filled(self, old: Contact, card: Card, customer: Customer | None) -> Contact:
        """Return the person with what the card says; of two cards of one person the first is followed."""
        taken = old.id in self._followed
        said = {
            "role": card.role,
            "language": card.language,
            "birthday": card.birthday,
            "zone": ""
            if customer and customer.place and customer.place.zone == card.zone
            else card.zone,
        }
        fields: dict[str, Any] = {
            field: value
            for field, value in said.items()
            if value and not (taken and getattr(old, field))
        }
        fields["phones"] = _with_new(old.phones, card.phones, _number)
        fields["emails"] = _with_new(old.emails, card.emails, str.casefold)
        for field, held in (("handles", old.handles), ("extra", old.extra)):
            new: Mapping[str, str] = getattr(card, field)
            fields[field] = {**new, **held} if taken else {**held, **new}
        own = card.uid in (old.id, old.external_ids.get(SYSTEM))
        if card.uid and not own and SYSTEM not in old.external_ids:
            fields["external_ids"] = {**old.external_ids, SYSTEM: card.uid}
        renamed = text_key(old.name) != text_key(card.name)
        if renamed and "@" not in card.name and (own or "@" in old.name):
            fields["name"] = card.name
        return msgspec.structs.replace(old, **fields)


def _who(card: Card) -> str:
    name = card.name or card.company
    return f"{card.file}: {name}" if card.file else name


def _is_alike(name: str, other: str, email: str) -> bool:
    """Return whether two names can be one person's, or one is only an address."""
    return "@" in name + other or is_one_person(name, other, email)


def _worked_at(contact: Contact, customer: Customer) -> bool:
    """Return whether they work there, or left: a card is not told when somebody leaves."""
    return any(e.customer_id == customer.id for e in contact.employments)


def _tagged(old: Customer, card: Card) -> dict[str, Any]:
    known = {text_key(tag) for tag in old.tags}
    new = {text_key(tag): tag for tag in card.tags if text_key(tag) not in known}
    return {"tags": (*old.tags, *new.values())} if new else {}


def _with_new(
    held: tuple[str, ...], said: tuple[str, ...], key: Callable[[str], str]
) -> tuple[str, ...]:
    """Return what is new in front of what is known, which keeps its order and its writing."""
    known = {key(text) for text in held}
    new = {key(text): text for text in reversed(said) if key(text) not in known}
    return (*reversed(new.values()), *held)


def _number(phone: str) -> str:
    """Return the form in which numbers are compared: digits, in any script."""
    digits = "".join(str(int(c)) for c in phone if c.isdecimal())
    return digits.removeprefix("00") if digits else phone


def _domain(website: str) -> str:
    address = website if "//" in website else f"//{website}"
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:  # an address of no form
        return ""
    return host.removeprefix("www.")

"""Two records of one customer become one: what it says of itself, and everything that names it.

(`store.care.merging` is about copies of the file, not about customers.)
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer, Former
from outreach_tui.domain.day_list import DayList
from outreach_tui.domain.group_event import GroupEvent, Invitation, InvitationState
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Record
from outreach_tui.domain.text import fold, text_key

R = TypeVar("R", bound=Record)

TOGETHER: dict[str, tuple[str, ...]] = {
    "address": ("address", "postal_code", "city", "region", "country", "place"),
    "tier_pin": ("tier_pin", "tier_note"),
    "status": ("status", "paused_until", "status_note"),
}
"""Fields that mean something together only: half of one address and half of another is no address."""
_BOTH = ("tags", "sites", "external_ids", "former", "reference", "do_not_contact")
"""Fields that keep what either says."""
WORKED_OUT = ("id", "tier", "tier_moves")
"""Fields that nobody types."""
_ALONE = tuple(
    name
    for name in Customer.__struct_fields__
    if name not in (*_BOTH, *WORKED_OUT, *(n for names in TOGETHER.values() for n in names))
)
FIELDS = tuple(sorted((*_ALONE, *TOGETHER), key=Customer.__struct_fields__.index))
"""What can be chosen, in the order of the record."""


class Differing(NamedTuple):
    """A field in which both say something else."""

    field: str
    a: Any
    b: Any
    """Of fields that belong together, the values that are set, by field."""


def differing(a: Customer, b: Customer) -> list[Differing]:
    """Return the fields in which two customers both say something, and not the same."""
    found = []
    for field in FIELDS:
        if field == "extra":
            both = {k for k in a.extra.keys() & b.extra.keys() if a.extra[k] != b.extra[k]}
            if both:
                keys = sorted(both)
                found.append(
                    Differing(field, {k: a.extra[k] for k in keys}, {k: b.extra[k] for k in keys})
                )
            continue
        names = TOGETHER.get(field, (field,))
        if field == "address" and _same_address(a, b):
            continue
        one, two = _said(a, names), _said(b, names)
        if field == "status":  # to be active is something, too
            one, two = {"status": a.status} | one, {"status": b.status} | two
        if one and two and one != two:
            found.append(Differing(field, _shown(field, one), _shown(field, two)))
    return found


def _said(customer: Customer, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that are not at their default."""
    empty = Customer(id="", name="")
    values = {name: getattr(customer, name) for name in names}
    return {name: value for name, value in values.items() if value != getattr(empty, name)}


def _shown(field: str, values: Mapping[str, Any]) -> Any:
    """Return what people compare: of a town the words, not the coordinates."""
    if field not in TOGETHER:
        return values[field]
    words = {n: v for n, v in values.items() if n != "place"}
    return words or {"place": getattr(values["place"], "name", "")}


def _same_address(a: Customer, b: Customer) -> bool:
    """Whether nothing of one address contradicts the other: then each fills in what the other lacks."""
    one_town = (
        a.place and b.place and a.place.geoname_id and a.place.geoname_id == b.place.geoname_id
    )
    names = (
        ("address", "postal_code")
        if one_town
        else ("address", "postal_code", "city", "region", "country")
    )
    return all(
        not getattr(a, n) or not getattr(b, n) or fold(getattr(a, n)) == fold(getattr(b, n))
        for n in names
    )


def joined(a: Customer, b: Customer, from_b: Collection[str] = ()) -> Customer:
    """Return `a` with all that `b` adds; where they contradict each other b wins in the fields that `from_b` names."""
    contradicts = {found.field for found in differing(a, b)}
    values: dict[str, Any] = {}
    for field in FIELDS:
        names = TOGETHER.get(field, (field,))
        if field == "extra":
            first, second = (b, a) if field in from_b else (a, b)
            values[field] = {**second.extra, **first.extra}
        elif field in contradicts:
            winner = b if field in from_b else a
            values |= {name: getattr(winner, name) for name in names}
        else:
            values |= _said(b, names) | _said(a, names)
    known = {text_key(tag) for tag in a.tags}
    values["tags"] = (*a.tags, *(tag for tag in b.tags if text_key(tag) not in known))
    values["sites"] = (*a.sites, *(site for site in b.sites if site not in a.sites))
    values["external_ids"] = _ids_of_both(a.external_ids, b.external_ids)
    values["reference"] = a.reference or b.reference
    values["do_not_contact"] = a.do_not_contact or b.do_not_contact
    now = msgspec.structs.replace(a, **values)
    return msgspec.structs.replace(now, former=_former(a, b, now))


def _ids_of_both(a: Mapping[str, str], b: Mapping[str, str]) -> dict[str, str]:
    """Return a's ids with those of b in systems in which a has none; the others stay with `former`."""
    systems = {text_key(source) for source in a}
    return {**a, **{s: value for s, value in b.items() if text_key(s) not in systems}}


def _former(a: Customer, b: Customer, now: Customer) -> tuple[Former, ...]:
    """Return what lists go on calling the customer, besides what it is called now."""
    both = (
        *a.former,
        Former(name=a.name, city=a.city, external_ids=a.external_ids),
        Former(name=b.name, city=b.city, external_ids=b.external_ids),
        *b.former,
    )
    found: list[Former] = []
    for former in both:
        called_so = (former.name, former.city) == (now.name, now.city)
        if former not in found and not (
            called_so and former.external_ids.items() <= now.external_ids.items()
        ):
            found.append(former)
    return tuple(found)


def was_called(customer: Customer, name: str) -> bool:
    """Whether a name is one that the customer had before something was merged."""
    return text_key(name) != text_key(customer.name) and text_key(name) in {
        text_key(former.name) for former in customer.former
    }


def is_former(customer: Customer, name: str, ids: Mapping[str, str]) -> bool:
    """Whether a row of a list means what was merged into the customer, rather than the customer under its own name."""
    own = {(text_key(s), value) for s, value in customer.external_ids.items()}
    wanted = {(text_key(s), value) for s, value in ids.items()}
    if own & wanted:
        return False
    held = {(text_key(s), v) for f in customer.former for s, v in f.external_ids.items()}
    if held & wanted:
        return True
    return not wanted and was_called(customer, name)


def moved(record: R, b: str, a: str) -> R:
    """Return a record in which every reference to the customer `b` names `a`; of two that become one, one stays."""
    new: Any = _moved(record, b, a)
    if isinstance(new, Contact) and new != record:
        new = msgspec.structs.replace(new, employments=_one_job(new.employments, a))
    elif isinstance(new, DayList) and new != record:
        new = msgspec.structs.replace(new, suggestions=tuple(_one_each(new)))
    elif isinstance(new, Meeting) and new != record:
        first = {at.contact_id: at for at in reversed(new.attendees)}
        once = tuple(at for at in new.attendees if not at.contact_id or first[at.contact_id] is at)
        new = msgspec.structs.replace(new, attendees=once)
    elif isinstance(new, GroupEvent) and new != record:
        new = msgspec.structs.replace(new, invitations=_one_invitation_each(new))
    return new  # type: ignore[no-any-return]  # of the kind that came in


def _moved(value: Any, b: str, a: str) -> Any:
    match value:
        case msgspec.Struct():
            names = value.__struct_fields__
            new = {name: _moved(getattr(value, name), b, a) for name in names}
            if all(new[name] is getattr(value, name) for name in names):
                return value
            return msgspec.structs.replace(value, **new)
        case tuple() | list():
            items = [_moved(item, b, a) for item in value]
            if all(one is two for one, two in zip(items, value, strict=True)):
                return value
            once = list(dict.fromkeys(items)) if all(isinstance(i, str) for i in items) else items
            return type(value)(once)
        case dict():
            return {key: _moved(item, b, a) for key, item in value.items()}
        case str() if value == b:
            return a
    return value


def _one_job(jobs: tuple[Employment, ...], a: str) -> tuple[Employment, ...]:
    """Return employments of which at most one at the customer lasts: who worked at both works at one."""
    lasting = [job for job in jobs if job.customer_id == a and job.to_on is None]
    since = [job.from_on for job in lasting if job.from_on]
    found: list[Employment] = []
    for job in jobs:
        if job in lasting:
            job = Employment(customer_id=a, from_on=min(since) if since else None)  # noqa: PLW2901  the one that stays
        if job not in found:
            found.append(job)
    return tuple(found)


def _one_each(day: DayList) -> Iterator[Any]:
    """Yield the suggestions of a list, of two that mean the same customer now the first."""
    seen = set()
    for suggestion in day.suggestions:
        if (suggestion.kind, suggestion.customer_id) in seen:
            continue
        seen.add((suggestion.kind, suggestion.customer_id))
        near = {n.customer_id: n for n in reversed(suggestion.near)}
        kept = [near[n.customer_id] for n in suggestion.near if near.get(n.customer_id) is n]
        yield msgspec.structs.replace(
            suggestion, near=tuple(n for n in kept if n.customer_id != suggestion.customer_id)
        )


_FURTHEST = (
    InvitationState.ATTENDED,
    InvitationState.NO_SHOW,
    InvitationState.ACCEPTED,
    InvitationState.WAITING_LIST,
    InvitationState.DECLINED,
    InvitationState.INVITED,
)
"""What became of an invitation, an answer, none yet."""


def _one_invitation_each(event: GroupEvent) -> tuple[Invitation, ...]:
    """Return the invitations, of two that mean the same now the one that went further, from the day of the earlier."""
    found: dict[tuple[str, str | None], Invitation] = {}
    for each in event.invitations:
        key = (each.customer_id, each.contact_id)
        known = found.get(key, each)
        days = [one.on for one in (known, each) if one.on]
        found[key] = msgspec.structs.replace(
            min(known, each, key=lambda one: _FURTHEST.index(one.state)), on=min(days, default=None)
        )
    return tuple(found.values())


def same_person(one: Contact, other: Contact) -> bool:
    """Whether two contacts of one customer are one: of one name, and no address or number speaks against it."""
    if text_key(one.name) != text_key(other.name):
        return False
    systems = {text_key(s): v for s, v in one.external_ids.items()}
    if any(systems.get(text_key(s), v) != v for s, v in other.external_ids.items()):
        return False  # a list knows them as two
    mails = ({m.casefold() for m in c.emails} for c in (one, other))
    phones = ({"".join(filter(str.isdigit, p)) for p in c.phones} for c in (one, other))
    shared = [a & b for a, b in (tuple(mails), tuple(phones)) if a and b]
    return any(shared) or not shared


def joined_person(a: Contact, b: Contact) -> tuple[Contact, list[str]]:
    """Return a person with what their double adds, and the names of the fields in which the double says otherwise."""
    empty = Contact(id="", name="")
    values: dict[str, Any] = {
        name: (*getattr(a, name), *(x for x in getattr(b, name) if x not in getattr(a, name)))
        for name in ("emails", "phones", "facts", "employments")
    }
    values |= {
        name: {**getattr(b, name), **getattr(a, name)}
        for name in ("handles", "external_ids", "extra")
    }
    values["do_not_contact"] = a.do_not_contact or b.do_not_contact
    values["former_ids"] = (*a.former_ids, b.id, *b.former_ids)
    otherwise = [k for k in a.extra.keys() & b.extra.keys() if a.extra[k] != b.extra[k]]
    for name in Contact.__struct_fields__:
        if name in values or name in ("id", "name"):
            continue
        one, two = getattr(a, name), getattr(b, name)
        if one == getattr(empty, name):
            values[name] = two
        elif two not in (one, getattr(empty, name)):
            otherwise.append(name)
    return msgspec.structs.replace(a, **values), sorted(otherwise)


def same_purchase(one: Purchase, other: Purchase) -> bool:
    """Whether a system says by its id that two purchases are one."""
    ids = {(text_key(source), value) for source, value in one.external_ids.items()}
    return any((text_key(s), value) in ids for s, value in other.external_ids.items())


def joined_purchase(a: Purchase, b: Purchase) -> tuple[Purchase, list[str]]:
    """Return a purchase with what its double adds, and the names of the fields in which the double says otherwise."""
    empty = Purchase(id="", customer_id="", on=a.on)
    values: dict[str, Any] = {
        "external_ids": {**b.external_ids, **a.external_ids},
        "extra": {**b.extra, **a.extra},
    }
    otherwise = [k for k in a.extra.keys() & b.extra.keys() if a.extra[k] != b.extra[k]]
    for name in ("on", "kind", "amount", "currency"):
        one, two = getattr(a, name), getattr(b, name)
        if one == two:
            continue
        if one == getattr(empty, name) and name != "on":
            values[name] = two
        elif two != getattr(empty, name) or name == "on":
            otherwise.append(name)
    return msgspec.structs.replace(a, **values), sorted(otherwise)

"""Small honest stand-ins for what the services need from outside."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from outreach_tui.domain.commit import Commit
from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.decision import Decision
from outreach_tui.domain.facts import CustomerFacts, summarise
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.group_event import GroupEvent
from outreach_tui.domain.ids import IdFactory
from outreach_tui.domain.introduction import Introduction
from outreach_tui.domain.meeting import Meeting
from outreach_tui.domain.member import Member
from outreach_tui.domain.place import Place, PlaceMatch
from outreach_tui.domain.purchase import Purchase
from outreach_tui.domain.record import Change, Patch, Put, Record, Remove
from outreach_tui.domain.tables import customers_of
from outreach_tui.domain.text import fold
from outreach_tui.domain.touchpoint import Touchpoint
from outreach_tui.domain.when import zone_info
from outreach_tui.errors import Conflict
from outreach_tui.services.workspace import Workspace

R = TypeVar("R", bound=Record)
Records = dict[tuple[type[Record], str], Record]


class FixedClock:
    """A clock that stands still, at ten in the morning (UTC) of a day."""

    def __init__(self, today: date) -> None:
        self._now = datetime.combine(today, time(10), UTC)

    def real_now(self) -> datetime:
        return self._now

    def now(self, zone: str) -> datetime:
        return self._now

    def today(self, zone: str) -> date:
        return self._now.astimezone(zone_info(zone)).date()


class MemoryStore:
    """Records in a dict; a commit applies all changes or none."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.commits: list[tuple[str, list[Change], str | None]] = []
        self.version = 1
        self.path = Path("memory.json")
        self._records: Records = {(type(record), record.id): record for record in records}

    def get(self, kind: type[R], id_: str) -> R | None:
        record: Any = self._records.get((kind, id_))
        return record

    def all(self, kind: type[R]) -> list[R]:
        found: list[Any] = [r for (held, _), r in self._records.items() if held is kind]
        return sorted(found, key=lambda record: record.id)

    def of_customer(self, kind: type[R], customer_id: str) -> list[R]:
        return [record for record in self.all(kind) if customer_id in customers_of(record)]

    def rows(self) -> Mapping[str, CustomerFacts]:
        return {customer.id: self._row(customer) for customer in self.all(Customer)}

    def rows_after(self, changes: Sequence[Change]) -> Mapping[str, CustomerFacts]:
        after = MemoryStore()
        after._records = _applied(self._records, changes)
        return after.rows()

    def commit(self, did: str, changes: Sequence[Change], *, member_id: str | None) -> None:
        records = _applied(self._records, changes)
        gone = {c.id for c in changes if isinstance(c, Remove) and c.kind is Customer}
        gone = {id_ for id_ in gone if (Customer, id_) not in records}
        if any(gone.intersection(customers_of(record)) for record in records.values()):
            raise Conflict("something new belongs to a customer that was to be removed")
        self._records = records
        self.commits.append((did, list(changes), member_id))
        self.version += 1

    def commit_at(
        self, version: int, did: str, changes: Sequence[Change], *, member_id: str | None
    ) -> None:
        assert version == self.version
        self.commit(did, changes, member_id=member_id)

    def newest(self) -> Commit | None:
        return None

    def next_undo(self, member_id: str | None, before: int | None = None) -> Commit | None:
        return None

    def next_redo(self, member_id: str | None) -> Commit | None:
        return None

    def history(self, customer_id: str | None = None) -> Iterator[Commit]:
        return iter(())

    def undo(self, *, member_id: str | None, before: int | None = None) -> Commit:
        raise NotImplementedError

    def redo(self, *, member_id: str | None) -> Commit:
        raise NotImplementedError

    def backup(self, reason: str) -> None:
        return None

    def refresh(self) -> Sequence[Commit]:
        return ()

    def _row(self, customer: Customer) -> CustomerFacts:
        def of(kind: type[R]) -> list[R]:
            return self.of_customer(kind, customer.id)

        return summarise(
            customer,
            contacts=of(Contact),
            purchases=of(Purchase),
            touchpoints=of(Touchpoint),
            feedback=of(Feedback),
            meetings=of(Meeting),
            decisions=of(Decision),
            introductions=of(Introduction),
            events=of(GroupEvent),
        )


def _applied(records: Records, changes: Sequence[Change]) -> Records:
    records = dict(records)
    for change in changes:
        if isinstance(change, Put):
            records[type(change.record), change.record.id] = change.record
        elif isinstance(change, Patch):
            key = (change.kind, change.id)
            records[key] = msgspec.structs.replace(records[key], **change.fields)
        else:
            del records[change.kind, change.id]
    return records


def town(number: int, name: str, region: str, country: str, zone: str) -> Place:
    """Return a town somewhere on the map."""
    return Place(
        zone=zone, name=name, region=region, country=country, lat=1.0, lon=2.0, geoname_id=number
    )


BERLIN = town(1, "Berlin", "Berlin", "DE", "Europe/Berlin")
ELGIN_IL = town(2, "Elgin", "Illinois", "US", "America/Chicago")
ELGIN_TX = town(3, "Elgin", "Texas", "US", "America/Chicago")
OSAKA = town(4, "Osaka", "Osaka", "JP", "Asia/Tokyo")


_COUNTRIES = {"germany": "DE", "de": "DE", "usa": "US", "us": "US", "japan": "JP"}
_ZONES = {"DE": "Europe/Berlin", "JP": "Asia/Tokyo"}


class FakePlaces:
    """A gazetteer of a few towns: Berlin is certain, Elgin is two, everything else is unknown."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    def look_up(self, city: str, region: str = "", country: str = "") -> PlaceMatch:
        self.asked.append((city, region, country))
        code = self.country_code(country)
        if not city and code and (place := self.country_place(code)):
            return PlaceMatch(place=place)
        if fold(city) == "berlin":
            return PlaceMatch(place=BERLIN)
        if fold(city) == "elgin":
            return PlaceMatch(candidates=(ELGIN_IL, ELGIN_TX), why="Elgin is known more than once")
        return PlaceMatch(why=f"{city} is not known")

    def by_id(self, geoname_id: int) -> Place | None:
        towns = {place.geoname_id: place for place in (BERLIN, ELGIN_IL, ELGIN_TX, OSAKA)}
        return towns.get(geoname_id)

    def complete(self, prefix: str, limit: int = 10, country: str = "") -> tuple[Place, ...]:
        return ()

    def country_code(self, text: str) -> str | None:
        return _COUNTRIES.get(fold(text))

    def country_name(self, code: str) -> str:
        return code

    def zone_of_country(self, code: str) -> str | None:
        return _ZONES.get(code)

    def country_place(self, code: str) -> Place | None:
        zone = _ZONES.get(code)
        return Place(zone=zone, country=code) if zone else None


def make_ids() -> IdFactory:
    """Return ids that count up from the same instant, the same in every run."""
    return IdFactory(lambda: 1_800_000_000_000, lambda bits: 1)


def make_workspace(
    store: Any = None,
    *,
    places: Any = None,
    today: date = date(2026, 3, 2),
    zone: str = "Europe/Berlin",
    wanted_member: str = "",
) -> Workspace:
    """Return a workspace on a store in memory, a clock that stands still and a few towns."""
    return Workspace(
        store if store is not None else MemoryStore(),
        FixedClock(today),
        make_ids(),
        places or FakePlaces(),
        wanted_member=wanted_member,
        default_member=lambda id_: Member(id=id_, name="Kim", zone=zone),
    )

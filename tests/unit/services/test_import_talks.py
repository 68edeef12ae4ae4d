"""Lists of conversations: what they are, whom they name, and coming again."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.feedback import Feedback
from outreach_tui.domain.member import Member
from outreach_tui.domain.touchpoint import Direction, Outcome, Touchpoint, TouchpointKind
from outreach_tui.formats.csv_files import read_csv
from outreach_tui.services.importing.plan import FileReport
from outreach_tui.services.imports import Imports

TALKS = (
    "Date,Customer,Kind,Direction,Outcome,Contact,Note,By,Room\n"
    "2026-02-03,Acme,Call,inbound,reached,Ann Lee,> they need labels,Kim,12\n"
    "2026-02-04 15:30,Acme,Besuch,,,Nobody,,,\n"
    "2026-02-05,ACME,E-Mail,out,,,thanks,Robin,\n"
    "2026-02-06,Acme,Anruf,,nicht erreicht,,,,\n"
    "2026-02-07,Acme,Smoke signal,,answered with a nod,,,,\n"
    "2026-02-08,Nowhere,Call,,,,,,\n"
    "2027-02-08,Acme,Call,,,,,,\n"
    "31.02.2026,Acme,Call,,,,,,\n"
)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(
        [
            Member(id="m1", name="Kim", zone="Europe/Berlin"),
            Customer(id="c1", name="Acme"),
            Contact(id="p1", name="Ann Lee", employments=(Employment(customer_id="c1"),)),
        ]
    )


@cache
def imports_into(store: MemoryStore) -> Imports:
    """Return the same one for the same store, so that ids count on."""
    return Imports(make_workspace(store))


def brought(store: MemoryStore, text: str, **asked: Any) -> FileReport:
    imports = imports_into(store)
    plan = imports.preview([read_csv(text.encode(), "talks.csv")], **asked)
    imports.apply(plan)
    return plan.files[0]


def counts(report: FileReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.skipped)


def test_conversations_come_in_with_kind_direction_outcome_and_people(store: MemoryStore) -> None:
    report = brought(store, TALKS)
    assert (report.kind, counts(report)) == ("touchpoints", (5, 0, 0, 3))
    call, visit, mail, missed, odd = sorted(store.all(Touchpoint), key=lambda t: t.at)
    assert (call.kind, call.direction, call.outcome) == (
        *(TouchpointKind.CALL, Direction.IN, Outcome.HELD),
    )
    assert (call.contact_ids, call.member_id, call.extra) == (("p1",), "m1", {"Room": "12"})
    assert (call.note, call.plain) == ("> they need labels", True)
    assert call.at == datetime(2026, 2, 3, 11, tzinfo=UTC)  # noon in Berlin
    assert (visit.kind, visit.at) == (
        *(TouchpointKind.VISIT, datetime(2026, 2, 4, 14, 30, tzinfo=UTC)),
    )
    assert visit.extra == {"Contact": "Nobody"}
    assert (mail.kind, mail.extra) == (TouchpointKind.EMAIL, {"By": "Robin"})
    assert (missed.kind, missed.outcome) == (TouchpointKind.CALL, Outcome.NO_ANSWER)
    assert (odd.kind, odd.live) == (TouchpointKind.NOTE, False)
    assert odd.extra == {"Kind": "Smoke signal", "Outcome": "answered with a nod"}
    assert [s.reason.split(";")[0] for s in report.skipped] == [
        "row 7, Customer: “Nowhere” is no customer on file",
        "row 8, Date: “2027-02-08” lies ahead",
        "row 9, Date: “31.02.2026” is not a day of the calendar",
    ]
    assert [(q.field, q.value) for q in report.questions] == [("owner", "Robin")]
    assert store.all(Feedback) == []  # markers in a list are not ours


def test_the_same_list_again_changes_nothing(store: MemoryStore) -> None:
    brought(store, TALKS)
    assert counts(brought(store, TALKS)) == (0, 0, 5, 3)
    twice = "Date,Customer,Kind\n2026-01-02,Acme,call\n2026-01-02,Acme,call\n"
    assert counts(brought(store, twice)) == (2, 0, 0, 0)
    assert counts(brought(store, twice)) == (0, 0, 2, 0)
    assert len(store.all(Touchpoint)) == 7


def test_a_conversation_with_an_id_is_brought_up_to_date(store: MemoryStore) -> None:
    text = "Activity ID,Date,Customer,Type,Notes\n7,2026-02-03,Acme,Call,one\n"
    brought(store, text)
    report = brought(store, text.replace("one", "two").replace("Call", "Visit"))
    assert counts(report) == (0, 1, 0, 0)
    (talk,) = store.all(Touchpoint)
    assert (talk.note, talk.kind, talk.external_ids) == (
        *("two", TouchpointKind.VISIT, {"Activity ID": "7"}),
    )
    assert [(u.row, u.field, u.was, u.now) for u in report.updates] == [
        (2, "kind", "call", "visit"),
        (2, "note", "one", "two"),
    ]
    twice = text + "7,2026-02-03,Acme,Call,other\n"
    assert "row 3, Activity ID: “7” stands in row 2" in brought(store, twice).skipped[0].reason


@pytest.mark.parametrize("turned", [False, True])
def test_a_last_contact_is_the_conversation_that_a_list_of_the_same_command_has(
    turned: bool,
) -> None:
    store = MemoryStore()
    sheets = [
        read_csv(
            b"Customer,City,Last contact\nAcme,Rome,2026-02-03\nBolt,Oslo,2026-02-03\n", "c.csv"
        ),
        read_csv(b"Customer,Date,Type,Notes\nAcme,2026-02-03,visit,labels\n", "t.csv"),
    ]
    for again in (False, True):
        plan = imports_into(store).preview(sheets[::-1] if turned else sheets)
        assert bool(plan.changes) is not again
        imports_into(store).apply(plan)
    acme, bolt = (c.id for c in store.all(Customer))
    assert {(t.customer_ids, t.kind.value) for t in store.all(Touchpoint)} == {
        ((acme,), "visit"),
        ((bolt,), "call"),
    }


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland"])
def test_a_conversation_stays_when_it_was_wherever_its_list_comes_in_again(zone: str) -> None:
    clock, day = "2026-02-03 17:30", "2026-02-03"
    store = MemoryStore([Customer(id="c1", name="Acme")])
    imports = Imports(make_workspace(store, zone=zone))
    elsewhere = Imports(make_workspace(store, zone="Asia/Tokyo"))
    text = "Activity ID,Date,Customer,Type\n7,{},Acme,Call\n"

    def bring(when: str, by: Imports) -> tuple[int, str]:
        plan = by.preview([read_csv(text.format(when).encode(), "talks.csv")])
        by.apply(plan)
        (talk,) = store.all(Touchpoint)
        assert talk.zone == zone
        return plan.files[0].updated, f"{talk.at.astimezone(ZoneInfo(zone)):%d %H:%M}"

    bring(clock, imports)
    for by in (imports, elsewhere):
        assert bring(day, by) == (0, "03 17:30")
        assert bring(clock, by) == (0, "03 17:30")
    assert bring("2026-02-04", elsewhere) == (1, "04 12:00")
    assert bring("2026-02-04 09:15", elsewhere) == (1, "04 09:15")


@pytest.mark.parametrize(
    ("headers", "row", "kind"),
    [
        ("Datum;Kunde;Kanal;Notiz", "03.02.2026;Acme;Anruf;x", "touchpoints"),
        ("Date;Client;Canal;Remarques", "03.02.2026;Acme;visite;x", "touchpoints"),
        ("Fecha;Cliente;Tipo;Resultado", "2026-02-03;Acme;llamada;hecho", "touchpoints"),
        ("Data;Cliente;Canale;Esito", "2026-02-03;Acme;chiamata;fatto", "touchpoints"),
        ("Datum;Klant;Kanaal;Opmerkingen", "2026-02-03;Acme;bezoek;x", "touchpoints"),
        ("Data;Cliente;Tipo;Observações", "2026-02-03;Acme;ligação;x", "touchpoints"),
        ("Date;Customer;Type", "2026-02-03;Acme;Video call", "touchpoints"),
        ("Date;Customer;C1", "2026-02-03;Acme;Video call", "touchpoints"),
        ("Date;Customer;Type", "2026-02-03;Acme;Renewal", "purchases"),
        ("Date;Customer;Notes;Amount", "2026-02-03;Acme;x;5.00", "purchases"),
        ("Order ID;Date;Customer;Comment", "1;2026-02-03;Acme;x", "purchases"),
        ("Customer;City;Notes;Date", "Acme;Rome;x;2026-02-03", "customers"),
    ],
)
def test_a_list_of_conversations_is_told_from_others(
    headers: str, row: str, kind: str, store: MemoryStore
) -> None:
    report = brought(store, f"{headers}\n{row}\n")
    assert (report.kind, report.skipped) == (kind, ())


def test_the_kind_can_be_said(store: MemoryStore) -> None:
    report = brought(store, "Day,Customer\n2026-02-03,Acme\n", kind="touchpoints")
    assert counts(report) == (1, 0, 0, 0)
    assert store.all(Touchpoint)[0].kind is TouchpointKind.CALL

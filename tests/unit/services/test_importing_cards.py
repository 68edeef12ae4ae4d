"""Import of vCards: whom a card means, where they work, and what a second import changes."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.record import Record
from outreach_tui.domain.text import text_key
from outreach_tui.errors import BadInput
from outreach_tui.formats.vcards import read_cards
from outreach_tui.services.importing.plan import FileReport
from outreach_tui.services.imports import Imports

DATA = Path(__file__).parents[2] / "data" / "vcards"
IBM = Customer(id="c-ibm", name="IBM", city="New York", website="https://www.ibm.com/de")


class Desk:
    """A file, and cards that come in."""

    def __init__(self, *records: Record) -> None:
        self.store = MemoryStore(records)
        self.imports = Imports(make_workspace(self.store))

    def bring(self, *cards: str | bytes, kind: str | None = None) -> FileReport:
        """Import cards, each given by its lines or as a file, and return what became of the last file."""
        files = [c if isinstance(c, bytes) else vcard(c) for c in cards]
        plan = self.imports.preview(
            [read_cards(data, f"{n}.vcf") for n, data in enumerate(files)], kind=kind
        )
        self.imports.apply(plan)
        return plan.files[-1]

    @property
    def customers(self) -> list[Customer]:
        return self.store.all(Customer)

    @property
    def contacts(self) -> list[Contact]:
        return self.store.all(Contact)


def vcard(*cards: str) -> bytes:
    """Return a file; lines of a card are parted by `|`."""
    return "".join(
        "\n".join(["BEGIN:VCARD", "VERSION:3.0", *card.split("|"), "END:VCARD", ""])
        for card in cards
    ).encode()


def counts(report: FileReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.skipped)


def works_at(contact: Contact) -> list[str | None]:
    return [job.customer_id for job in contact.employments]


# Real files


def test_every_real_file_comes_in_and_a_second_time_changes_nothing() -> None:
    desk = Desk()
    files = [path.read_bytes() for path in sorted(DATA.glob("*.vcf"))]
    assert len(files) == 8
    desk.bring(*files, kind="customers")
    assert [c.name for c in desk.contacts] == [
        *("Arnold Smith", "Chris Beatle", "Doug White"),
        *("Ñ Ñ Ñ Ñ", "ÑÑÑÑ", "john.doe@company.com", "jane.doe@company.com"),
        *("Ñ Ñ Ñ Ñ Ñ", " ".join("Ñ" * 11)),
        *("Mr. John Richter, James Doe Sr.", "Mr. Michael Angstadt Jr.", "Simon Perreault"),
        "Test Benutzer",
    ]
    assert {c.name for c in desk.customers} >= {"IBM", "TheCompany", "Viagenie", "Ñ" * 12}
    again = desk.imports.preview(
        [read_cards(data, "again.vcf") for data in files], kind="customers"
    )
    assert again.changes == ()
    assert all(counts(r)[:2] == (0, 0) and not r.skipped for r in again.files)


# Whose customer


def test_a_company_becomes_a_customer_with_the_town_of_its_people_and_a_known_one_is_left_alone() -> (
    None
):
    desk = Desk(IBM)
    report = desk.bring(
        vcard(
            "FN:Maria Anders|ORG:Alfreds Futterkiste;Sales|TITLE:Buyer|TEL:030-0074321|CATEGORIES:Food",
            "FN:Max Müller|ORG:ALFREDS FUTTERKISTE|ADR;TYPE=work:;;Obere Str. 57;Berlin;;12209;Germany",
            "FN:John Doe|ORG:ibm|ADR;TYPE=work:;;Elsewhere 1;Austin;TX;;USA|URL:ibm.example",
        )
    )
    assert counts(report) == (3, 0, 0, 0)
    alfreds, ibm = desk.customers
    assert ibm == IBM
    assert (alfreds.name, alfreds.city, alfreds.address) == (
        "Alfreds Futterkiste",
        "Berlin",
        "Obere Str. 57",
    )
    assert (alfreds.place and alfreds.place.zone, alfreds.tags) == ("Europe/Berlin", ("Food",))
    maria, max_, john = desk.contacts
    assert works_at(maria) == works_at(max_) == [alfreds.id]
    assert works_at(john) == ["c-ibm"]
    assert (maria.role, maria.extra) == ("Buyer", {"Department": "Sales"})


def test_towns_that_are_not_certain_are_asked_about() -> None:
    report = Desk().bring("FN:Maria|ORG:Alfreds|ADR;TYPE=work:;;;Elgin;;;USA")
    (question,) = report.questions
    assert (question.row, question.value, len(question.candidates)) == (1, "Elgin, USA", 2)


def test_somebody_without_a_company_is_skipped_with_the_reason() -> None:
    report = Desk().bring("FN:Arnold Smith|EMAIL:arnold@gmail.com")
    assert counts(report) == (0, 0, 0, 1)
    assert report.skipped[0].reason == (
        "Arnold Smith has no company, and nobody on file has this address; write the company (ORG) on the card, or "
        "say --kind customers to make a customer of each person without one"
    )


def test_a_kind_says_what_to_make_of_people() -> None:
    people = vcard("FN:Arnold Smith", "FN:John|ORG:IBM", "FN:Ann|ORG:Alfreds", "ORG:Wolski")
    only_known = Desk(IBM)
    assert counts(only_known.bring(people, kind="contacts")) == (1, 0, 0, 3)
    assert only_known.customers == [IBM]
    everybody = Desk(IBM)
    assert counts(everybody.bring(people, kind="customers")) == (4, 0, 0, 0)
    assert {c.name for c in everybody.customers} == {"IBM", "Alfreds", "Wolski", "Arnold Smith"}
    with pytest.raises(BadInput, match="there are people on vCards"):
        everybody.bring(people, kind="purchases")


def test_an_address_on_the_website_of_one_customer_tells_where_somebody_works() -> None:
    desk = Desk(IBM)
    assert counts(desk.bring("FN:John Doe|EMAIL:John@IBM.com")) == (1, 0, 0, 0)
    assert works_at(desk.contacts[0]) == ["c-ibm"]
    # At a mail service, where a customer's other contact is too, it does not.
    ann = Contact(
        id="ann", name="Ann", emails=("ann@web.de",), employments=(Employment(customer_id="c-ibm"),)
    )
    assert counts(Desk(IBM, ann).bring("FN:Bob|EMAIL:bob@web.de")) == (0, 0, 0, 1)
    twins = Customer(id="c-two", name="IBM Spain", website="ibm.com")
    assert counts(Desk(IBM, twins).bring("FN:John Doe|EMAIL:john@ibm.com")) == (0, 0, 0, 1)


def test_the_order_of_cards_does_not_matter_for_a_second_import() -> None:
    desk = Desk()
    cards = vcard(
        "FN:Bob|EMAIL:bob@wolski.pl", "FN:Ann|ORG:Wolski|URL:https://wolski.pl", "ORG:Zajazd"
    )
    assert counts(desk.bring(cards)) == (3, 0, 0, 0)
    assert counts(desk.bring(cards)) == (0, 0, 3, 0)


def test_several_customers_of_one_name_are_told_apart_by_town_or_named() -> None:
    spain = Customer(id="c-es", name="IBM", city="Madrid")
    desk = Desk(IBM, spain)
    desk.bring("FN:Ana|ORG:IBM|ADR:;;;Madrid;;;Spain")
    assert works_at(desk.contacts[0]) == ["c-es"]
    report = desk.bring("FN:Bob|ORG:IBM")
    assert "Bob: 2 customers are called “IBM”: IBM (Madrid, c-es), IBM (New York, c-ibm)" in (
        report.skipped[0].reason
    )


def test_a_card_of_a_company_fills_the_customer() -> None:
    desk = Desk(IBM)
    desk.bring("ORG:IBM|TEL:1|EMAIL:info@ibm.com|ADR:;;Main St 1;Armonk;NY;10504;USA")
    (ibm,) = desk.customers
    assert (ibm.phone, ibm.email, ibm.city, desk.contacts) == ("1", "info@ibm.com", "Armonk", [])


# Which person


def at_ibm(id_: str = "john", name: str = "John Doe", **fields: object) -> Contact:
    return Contact(id=id_, name=name, employments=(Employment(customer_id="c-ibm"),), **fields)  # type: ignore[arg-type]


def test_somebody_known_by_uid_address_or_name_at_work_is_brought_up_to_date() -> None:
    for known in (
        at_ibm(external_ids={"vCard": "u1"}),
        at_ibm(emails=("JOHN@example.com",)),
        at_ibm(),
    ):
        desk = Desk(IBM, known)
        report = desk.bring("FN:John Doe|ORG:IBM|UID:u1|EMAIL:john@example.com|TITLE:Buyer|TEL:1")
        assert counts(report) == (0, 1, 0, 0)
        (john,) = desk.contacts
        assert (john.role, john.phones, john.external_ids) == ("Buyer", ("1",), {"vCard": "u1"})
        assert len(john.emails) == 1


def test_a_card_that_we_wrote_finds_its_person_by_our_own_id() -> None:
    desk = Desk(IBM, at_ibm())
    assert counts(desk.bring("FN:Johnny Doe|UID:john|ORG:IBM")) == (0, 1, 0, 0)
    assert (desk.contacts[0].name, desk.contacts[0].external_ids) == ("Johnny Doe", {})


def test_an_address_that_people_share_does_not_make_them_one() -> None:
    desk = Desk(IBM)
    cards = vcard(
        "FN:Ann Kim|ORG:IBM|EMAIL:info@ibm.com|UID:a",
        "FN:Bob Kim|ORG:IBM|EMAIL:info@ibm.com|UID:b",
        "FN:Cleo Lee|ORG:IBM|EMAIL:info@ibm.com",
    )
    assert counts(desk.bring(cards)) == (3, 0, 0, 0)
    assert counts(desk.bring(cards)) == (0, 0, 3, 0)
    assert counts(desk.bring("FN:Ann Park|ORG:IBM|EMAIL:info@ibm.com|TEL:7")) == (1, 0, 0, 0)


def test_somebody_who_changed_the_surname_is_known_by_their_own_address() -> None:
    desk = Desk(IBM)
    desk.bring(
        vcard("FN:Ann Kim|ORG:IBM|EMAIL:ann@ibm.com", "FN:Bob Kim|ORG:IBM|EMAIL:kim@ibm.com")
    )
    assert counts(desk.bring("FN:Ann Park|EMAIL:ann@ibm.com|TEL:7")) == (0, 1, 0, 0)
    assert [c.name for c in desk.contacts if c.phones] == ["Ann Kim"]  # the name on file is kept
    assert counts(desk.bring("FN:Cleo Kim|ORG:IBM|EMAIL:kim@ibm.com")) == (1, 0, 0, 0)


def test_two_cards_of_one_name_and_company_are_two_people_if_their_uids_differ() -> None:
    desk = Desk(IBM)
    assert counts(desk.bring(vcard("FN:Li|ORG:IBM|UID:a", "FN:Li|ORG:IBM|UID:b"))) == (2, 0, 0, 0)
    without = Desk(IBM)
    double = vcard("FN:Li|ORG:IBM|TEL:1|TITLE:A", "FN:Li|ORG:IBM|TEL:2|TITLE:B")
    assert counts(without.bring(double)) == (1, 1, 0, 0)
    assert (without.contacts[0].role, set(without.contacts[0].phones)) == ("A", {"1", "2"})
    assert counts(without.bring(double)) == (0, 0, 2, 0)


def test_of_two_states_of_a_card_the_newer_one_comes_in() -> None:
    desk = Desk(IBM)
    report = desk.bring(
        vcard("FN:New|ORG:IBM|UID:a|REV:20260302T093000Z", "FN:Old|ORG:IBM|UID:a|REV:2020-01-01")
    )
    assert [c.name for c in desk.contacts] == ["New"]
    assert report.skipped[0].reason == "Old: a newer card of the same UID is in line 1"


def test_numbers_that_are_written_otherwise_do_not_double_and_new_ones_come_first() -> None:
    desk = Desk(IBM, at_ibm(phones=("(905) 555-1234", "+49 30 1")))
    desk.bring("FN:John Doe|ORG:IBM|TEL:905 555 1234|TEL:0049301|TEL:7|TEL:8")
    assert desk.contacts[0].phones == ("7", "8", "(905) 555-1234", "+49 30 1")


def test_somebody_known_does_not_get_a_new_customer_for_another_spelling() -> None:
    desk = Desk(IBM, at_ibm(emails=("john@example.com",)))
    desk.bring("FN:John Doe|ORG:International Business Machines|EMAIL:john@example.com|TEL:1")
    assert desk.customers == [IBM]
    (john,) = desk.contacts
    assert (works_at(john), john.extra) == (["c-ibm"], {"ORG": "International Business Machines"})


def test_a_card_does_not_bring_back_a_job_that_ended() -> None:
    left = Contact(
        id="john",
        name="John Doe",
        emails=("john@example.com",),
        employments=(
            Employment(customer_id="c-ibm", to_on=date(2026, 1, 31)),
            Employment(customer_id="c-new"),
        ),
    )
    desk = Desk(IBM, Customer(id="c-new", name="New"), left)
    card = "FN:John Doe|ORG:IBM|EMAIL:john@example.com"
    assert counts(desk.bring(card)) == (0, 1, 0, 0)
    assert desk.contacts[0].employments == left.employments
    assert desk.contacts[0].extra == {"ORG": "IBM"}
    assert counts(desk.bring(card)) == (0, 0, 1, 0)


LINES = st.fixed_dictionaries(
    {"FN": st.sampled_from(["Ann Kim", "Bob Kim", "ann kim", "Cleo", ""])},
    optional={
        "ORG": st.sampled_from(["IBM", "ibm", "Wolski", "Ann Kim"]),
        "EMAIL": st.sampled_from(["info@ibm.com", "a@wolski.pl", "INFO@ibm.com"]),
        "TEL": st.sampled_from(["1", "2"]),
        "UID": st.sampled_from(["a", "b", "c-ibm", "john"]),
        "REV": st.sampled_from(["20250101T000000Z", "20260101T000000Z"]),
        "URL": st.sampled_from(["https://ibm.com", "wolski.pl"]),
        "TITLE": st.sampled_from(["Buyer", "Boss"]),
        "ADR": st.sampled_from([";;;Berlin;;;Germany", ";;;Elgin;;;USA"]),
        "CATEGORIES": st.sampled_from(["x", "X,y"]),
        "BDAY": st.sampled_from(["1980-01-01", "--0101"]),
        "X-A": st.sampled_from(["1", "2"]),
    },
)


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6), st.sampled_from([None, "customers", "contacts"]))
def test_whatever_cards_say_a_second_import_changes_nothing(
    cards: list[dict[str, str]], kind: str | None
) -> None:
    desk = Desk(IBM, at_ibm())
    data = vcard(*("|".join(f"{name}:{value}" for name, value in card.items()) for card in cards))
    first = desk.bring(data, kind=kind)
    # Two people of one name and one address cannot be told apart by cards that say no more.
    called = [(text_key(c.name), e.casefold()) for c in desk.contacts for e in c.emails]
    assume(len(called) == len(set(called)))
    again = desk.imports.preview([read_cards(data, "again.vcf")], kind=kind)
    # Somebody for whom there was no customer may be known by now, by another card of the same person.
    homeless = ("has no company", "is no customer on file")
    if not any(words in skipped.reason for skipped in first.skipped for words in homeless):
        assert again.changes == ()
        assert counts(again.files[0]) == (0, 0, first.rows - len(first.skipped), len(first.skipped))

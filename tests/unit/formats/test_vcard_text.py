"""Contacts as vCards: what the standards ask for, and what our reader reads again."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.text import clean_line, text_key
from outreach_tui.formats.vcard_text import VERSIONS, VCards
from outreach_tui.formats.vcards import read_cards
from outreach_tui.services.card_exports import CardExports
from outreach_tui.services.imports import Imports
from outreach_tui.store.files_out import FilesOut

ALFREDS = Customer(
    id="c1",
    name="Alfreds; Futterkiste, Berlin",
    address="Obere Str. 57",
    postal_code="12209",
    city="Berlin",
    country="Germany",
    website="https://alfreds.example",
    tags=("Food, wet", "VIP"),
)
MARIA = Contact(
    id="01900000-0000-7000-8000-000000000001",
    name="Maria Anders-Müller",
    role="Sales\\Representative",
    emails=("maria@alfreds.example", "m@example.com"),
    phones=("030-0074321", "+49 170 1"),
    handles={"Signal": "+49 170 1"},
    language="de",
    zone="Europe/Berlin",
    birthday=date(1604, 3, 22),
    employments=(Employment(customer_id="c1"),),
    extra={
        "Department": "Sales",
        "TEL fax": "030-2",
        "NICKNAME": "Mia",
        "x": "y",
    },
)


def test_a_card_of_each_version_is_written_as_its_standard_says() -> None:
    lines = {
        version: VCards()
        .written([("uid1", MARIA, ALFREDS)], version, "a1b2c3")
        .decode()
        .split("\r\n")
        for version in VERSIONS
    }
    assert lines["3.0"] == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//outreach-tui//outreach a1b2c3//EN",
        "UID:uid1",
        "FN:Maria Anders-Müller",
        "N:Anders-Müller;Maria;;;",
        r"ORG:Alfreds\; Futterkiste\, Berlin;Sales",
        r"TITLE:Sales\\Representative",
        "ADR;TYPE=work:;;Obere Str. 57;Berlin;;12209;Germany",
        "URL;TYPE=work:https://alfreds.example",
        "EMAIL;TYPE=pref:maria@alfreds.example",
        "EMAIL:m@example.com",
        "TEL;TYPE=pref:030-0074321",
        "TEL:+49 170 1",
        'IMPP;X-SERVICE-TYPE="Signal":x-other:+49%20170%201',
        "BDAY:--03-22",
        "LANG:de",
        "TZ;VALUE=text:Europe/Berlin",
        r"CATEGORIES:Food\, wet,VIP",
        "TEL;TYPE=fax:030-2",
        "NICKNAME:Mia",
        "END:VCARD",
        "",
    ]
    assert [new for new in lines["4.0"] if new not in lines["3.0"]] == [
        *("VERSION:4.0", "UID;VALUE=text:uid1", "EMAIL;PREF=1:maria@alfreds.example"),
        *("TEL;PREF=1:030-0074321", "BDAY:--0322", "TZ:Europe/Berlin"),
    ]


def test_long_lines_are_folded_at_75_octets_and_never_inside_a_character() -> None:
    name = "Wörter " * 60
    data = VCards().written([("u", Contact(id="u", name=name), None)], "4.0", "a1b2c3")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert read_cards(data, "x.vcf").cards[0].name == name.strip()


def test_a_uid_never_leads_out_of_the_folder() -> None:
    for uid in ("../../etc/passwd", "a/b", ".hidden", "A", "x" * 300):
        name = VCards().file_name(uid)
        assert name.startswith("_")
        assert "/" not in name
    assert VCards().file_name("maria") == "maria.vcf"


# There and back

SIGNS = st.text(alphabet="abcXYZäßŁ王नम💬 ,;:\\\"'=/().-+019", max_size=24)
WORDS = st.builds(
    lambda first, signs: clean_line(first + signs),
    st.sampled_from(["Ann", "Øre", "王明", "10"]),
    SIGNS,
)
OPTIONAL = st.one_of(st.just(""), WORDS)
PHONES = st.lists(st.integers(10, 10**12).map(str), max_size=3, unique=True).map(tuple)


def customers() -> st.SearchStrategy[list[Customer]]:
    one = st.builds(
        Customer,
        id=st.uuids().map(str),
        name=WORDS,
        address=OPTIONAL.map(lambda t: t.strip(", ")),
        postal_code=OPTIONAL.map(lambda t: t.strip(", ")),
        city=OPTIONAL.map(lambda t: t.strip(", ")),
        country=OPTIONAL.map(lambda t: t.strip(", ")),
        website=st.sampled_from(["", "https://a.example/x;y,z"]),
        tags=st.lists(WORDS, max_size=2, unique_by=text_key).map(tuple),
    )
    return st.lists(one, min_size=1, max_size=3, unique_by=lambda c: text_key(c.name))


@st.composite
def teams(draw: st.DrawFn) -> tuple[list[Customer], list[Contact]]:
    """Return customers with people; each address is one person's, each customer has somebody."""
    accounts = draw(customers())
    people = []
    for number in range(len(accounts) + draw(st.integers(0, 3))):
        account = accounts[number % len(accounts)]
        person = draw(
            st.builds(
                Contact,
                id=st.uuids().map(str),
                name=WORDS,
                role=OPTIONAL,
                phones=PHONES,
                emails=st.lists(
                    st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=2, unique=True
                ).map(lambda names, n=number: tuple(f"{name}.{n}@example.com" for name in names)),
                handles=st.dictionaries(
                    st.sampled_from(["signal", "WhatsApp", "xmpp"]), WORDS, max_size=2
                ),
                language=st.sampled_from(["", "de", "pt-BR"]),
                zone=st.sampled_from(["", "Asia/Tokyo"]),
                birthday=st.one_of(st.none(), st.dates()),
                employments=st.just((Employment(customer_id=account.id),)),
                extra=st.dictionaries(
                    st.sampled_from(["NOTE", "NICKNAME", "X-MS-MANAGER", "Department", "TEL fax"]),
                    WORDS,
                    max_size=3,
                ),
            )
        )
        people.append(person)
    return accounts, people


def carried(contact: Contact, names: dict[str, str]) -> bytes:
    """Return what a vCard can carry of a person."""
    jobs = [names[id_] for id_ in contact.customer_ids]
    blank = msgspec.structs.replace(contact, id="", employments=(), external_ids={})
    return msgspec.json.encode([blank, jobs], order="deterministic")


@settings(max_examples=150, deadline=None)
@given(teams(), st.sampled_from(VERSIONS))
def test_what_goes_out_comes_in_again_in_an_empty_file(
    team: tuple[list[Customer], list[Contact]], version: str
) -> None:
    accounts, people = team
    data = CardExports(
        make_workspace(MemoryStore([*accounts, *people])), VCards(), FilesOut(Path("team.json"))
    ).to_bytes(version)
    store = MemoryStore()
    imports = Imports(make_workspace(store))
    plan = imports.preview([read_cards(data, "all.vcf")])
    imports.apply(plan)
    assert plan.files[0].skipped == ()
    was, now = {c.id: c.name for c in accounts}, {c.id: c.name for c in store.all(Customer)}
    assert sorted(carried(p, was) for p in people) == sorted(
        carried(p, now) for p in store.all(Contact)
    )
    assert {p.external_ids["vCard"] for p in store.all(Contact)} == {p.id for p in people}
    fields = ("name", "address", "postal_code", "city", "country", "website")
    assert {tuple(getattr(c, f) for f in fields) for c in store.all(Customer)} == {
        tuple(getattr(c, f) for f in fields) for c in accounts
    }
    assert imports.preview([read_cards(data, "all.vcf")]).changes == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_goes_out_changes_nothing_where_it_came_from(version: str) -> None:
    store = MemoryStore([ALFREDS, MARIA])
    workspace = make_workspace(store)
    data = CardExports(workspace, VCards(), FilesOut(Path("team.json"))).to_bytes(version)
    plan = Imports(workspace).preview([read_cards(data, "all.vcf")])
    assert (plan.files[0].unchanged, plan.changes) == (1, ())

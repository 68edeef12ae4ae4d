"""vCards as phones and mail programs write them: every version, encoding and script, and what is hostile."""

import time
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_tui.errors import BadInput
from outreach_tui.formats.vcards import read_cards, read_folder
from outreach_tui.services.importing.sources import Card

DATA = Path(__file__).parents[2] / "data" / "vcards"


def cards_of(name: str) -> tuple[Card, ...]:
    read = read_cards((DATA / name).read_bytes(), name)
    assert read.problems == ()
    return read.cards


def card(*lines: str, version: str = "3.0") -> Card:
    """Return the card of these lines."""
    text = "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
    read = read_cards(text.encode(), "card.vcf")
    assert read.problems == ()
    (only,) = read.cards
    return only


def problem(data: bytes) -> str:
    read = read_cards(data, "card.vcf")
    assert read.cards == ()
    (only,) = read.problems
    return f"{only.row}: {only.reason}"


# Real files


def test_a_list_of_gmail_has_names_and_addresses() -> None:
    assert [(c.line, c.name, c.emails) for c in cards_of("gmail-list.vcf")] == [
        (1, "Arnold Smith", ("asmithk@gmail.com",)),
        (7, "Chris Beatle", ("chrisy55d@yahoo.com",)),
        (13, "Doug White", ("dwhite@gmail.com",)),
    ]


def test_a_list_of_android_has_every_name_and_number_out_of_quoted_printable() -> None:
    cards = cards_of("john_doe_android.vcf")
    assert [(c.name, c.phones) for c in cards] == [
        ("john.doe@company.com", ()),
        ("jane.doe@company.com", ()),
        ("Ñ Ñ Ñ Ñ Ñ", ("123456789",)),
        (" ".join("Ñ" * 11), ("123456", "234567", "3456789", "45678901")),
        ("Ñ Ñ Ñ Ñ", ("123456",)),
        ("ÑÑÑÑ", ("55556666",)),
    ]
    assert [c.company for c in cards] == ["", "", "", "", "Ñ" * 12, "Ñ" * 44]
    assert cards[4].extra["TEL fax"] == "123456"
    assert [c.tags for c in cards] == [()] * 6  # "My Contacts" is no tag of ours


@pytest.mark.parametrize(
    ("file", "name", "phones"),
    [
        ("john_doe_gmail.vcf", "Mr. John Richter, James Doe Sr.", ("905-555-1234", "905-666-1234")),
        (
            "john_doe_iphone.vcf",
            "Mr. John Richter James Doe Sr.",
            ("905-555-1234", "905-666-1234", "905-777-1234"),
        ),
        (
            "john_doe_mac_address_book.vcf",
            "Mr. John Richter,James Doe Sr.",
            ("905-777-1234", "905-666-1234", "905-555-1234"),
        ),
    ],
)
def test_a_card_of_google_and_apple_has_its_name_and_numbers(
    file: str, name: str, phones: tuple[str, ...]
) -> None:
    (john,) = cards_of(file)
    assert (john.name, john.phones, john.emails) == (name, phones, ("john.doe@ibm.com",))
    assert (john.company, john.role, john.website) == ("IBM", "Money Counter", "http://www.ibm.com")


def test_apple_labels_fax_pager_and_assistant_are_kept_apart_from_numbers_to_call() -> None:
    (john,) = cards_of("john_doe_iphone.vcf")
    assert john.extra == {
        "Department": "Accounting",
        "TEL home fax": "905-888-1234",
        "TEL fax": "905-999-1234",
        "TEL pager": "905-111-1234",
        "AssistantPhone": "905-222-1234",
        "ADR home": "Silicon Alley 5, New York, New York, 12345, United States of America",
        "NICKNAME": "Johny",
    }
    assert (john.address, john.postal_code, john.city, john.region, john.country) == (
        *("Street4, Building 6, Floor 8", "12345", "New York", "", "USA"),
    )


def test_a_card_of_outlook_is_read_as_a_whole() -> None:
    (mike,) = cards_of("outlook-2007.vcf")
    assert mike.name == "Mr. Michael Angstadt Jr."
    assert mike.phones == ("(111) 555-1111", "(111) 555-2222", "(111) 555-4444")
    assert (mike.company, mike.role, mike.birthday) == (
        "TheCompany",
        "TheJobTitle",
        date(1922, 3, 10),
    )
    assert mike.extra["NOTE"].startswith("This is the NOTE field / I assume it encodes this text")
    assert mike.extra["X-MS-MANAGER"] == "TheManagerName"
    assert mike.revised == "20120801184631"


def test_the_example_of_the_standard_is_read_as_a_whole() -> None:
    (simon,) = cards_of("rfc6350-example.vcf")
    assert simon.phones == ("+1-418-656-9254 ext. 102", "+1-418-262-6501")
    assert (simon.name, simon.company, simon.language) == ("Simon Perreault", "Viagenie", "fr")
    assert (simon.city, simon.region, simon.country) == ("Quebec", "QC", "Canada")
    assert (simon.birthday, simon.extra["TZ"]) == (date(1604, 2, 3), "-0500")


def test_a_picture_of_many_lines_is_left_out() -> None:
    read = read_cards((DATA / "sabre-issue153.vcf").read_bytes(), "x.vcf")
    assert [(c.name, c.extra) for c in read.cards] == [("Test Benutzer", {})]
    assert read.columns == {"N": "name", "FN": "name", "PHOTO": "left out"}


# Encodings and scripts


@pytest.mark.parametrize(
    "name", ["Мария Иванова", "王小明", "محمد علي", "दीपक", "Ødegård Łukasz ß", "김민준"]
)
@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_a_name_of_any_script_is_kept(name: str, version: str) -> None:
    assert card(f"FN:{name}", version=version).name == name


@pytest.mark.parametrize("encoding", ["ENCODING=QUOTED-PRINTABLE", "QUOTED-PRINTABLE"])
def test_quoted_printable_in_another_character_set_is_decoded(encoding: str) -> None:
    jorg = card(
        f"N;CHARSET=ISO-8859-1;{encoding}:M=FCller;J=F6rg", "TEL;CELL:+49 30 1", version="2.1"
    )
    assert (jorg.name, jorg.phones) == ("Jörg Müller", ("+49 30 1",))


def test_raw_bytes_of_a_named_character_set_and_of_windows_are_decoded() -> None:
    for head, raw in (("FN;CHARSET=windows-1251", "Мария".encode("cp1251")), ("FN", b"M\xfcller")):
        data = b"BEGIN:VCARD\nVERSION:2.1\n" + head.encode() + b":" + raw + b"\nEND:VCARD\n"
        (only,) = read_cards(data, "x.vcf").cards
        assert only.name in {"Мария", "Müller"}


def test_soft_line_breaks_go_before_folding_and_a_value_may_be_cut_inside_a_character() -> None:
    lines = ("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=D0=86=D0=B3=D0=", "=BE=D1=80;;;")
    assert card(*lines, version="2.1").name == "Ігор"
    note = card("FN:A", "NOTE;ENCODING=QUOTED-PRINTABLE:one=", " two=0D=0Athree", version="2.1")
    assert note.extra["NOTE"] == "one two / three"


def test_folding_of_version_two_keeps_the_blank_and_of_three_takes_it() -> None:
    assert card("FN:Maria", "NOTE:one", " two", version="2.1").extra["NOTE"] == "one two"
    assert card("FN:Maria", "NOTE:one", " two").extra["NOTE"] == "onetwo"


def test_a_folded_character_and_utf16_are_put_together() -> None:
    raw = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:M" + b"\xc3\r\n \xbcller\r\nEND:VCARD\r\n"
    assert read_cards(raw, "x.vcf").cards[0].name == "Müller"
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Müller\r\nEND:VCARD\r\n"
    assert read_cards(text.encode("utf-16"), "x.vcf").cards[0].name == "Müller"
    assert read_cards(text.encode("utf-8-sig"), "x.vcf").cards[0].name == "Müller"


def test_text_in_base64_is_decoded() -> None:
    assert card("FN;ENCODING=b;CHARSET=UTF-8:TcO8bGxlcg==").name == "Müller"


def test_escapes_are_those_of_the_version() -> None:
    assert card(r"FN:Doe\, John\; \\o/\nJr").name == r"Doe, John; \o/ Jr"
    assert card(r"FN:C:\new\; x", version="2.1").name == r"C:\new; x"
    assert card(r"N:Doe\;Roe;John;;;").name == "John Doe;Roe"


# What the fields mean


def test_names_made_of_parts_follow_the_script() -> None:
    assert card("N:Doe;John;Q.;Dr.;Jr.").name == "Dr. John Q. Doe Jr."
    assert card("N:王;小明;;;").name == "王小明"
    assert card("FN:", "N:Ivanova;Maria").name == "Maria Ivanova"


def test_a_card_without_a_person_is_the_company() -> None:
    for lines in (
        ("ORG:Alfreds Futterkiste", "TEL:1"),
        ("FN:Alfreds Futterkiste", "KIND:org"),
        ("FN:Alfreds Futterkiste", "ORG:Alfreds Futterkiste", "X-ABShowAs:COMPANY"),
    ):
        company = card(*lines)
        assert (company.is_company, company.name, company.company) == (
            *(True, "", "Alfreds Futterkiste"),
        )


def test_numbers_and_addresses_are_in_the_order_of_preference() -> None:
    maria = card(
        "FN:Maria",
        "TEL;TYPE=home:1",
        "TEL;TYPE=cell;PREF=2:2",
        'TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+49-30-3',
        "EMAIL:a@example.com",
        "EMAIL;TYPE=pref:b@example.com",
        "email:A@example.com",
        version="4.0",
    )
    assert maria.phones == ("+49-30-3", "2", "1")
    assert maria.emails == ("b@example.com", "a@example.com")


@given(st.lists(st.sampled_from(["boss@x.example", "info@x.example", "Info@x.example", ""])))
def test_an_address_that_stands_twice_keeps_its_first_place(addresses: list[str]) -> None:
    emails = card("FN:Maria", *(f"EMAIL:{address}" for address in addresses)).emails
    first = sorted(
        {a.casefold() for a in addresses if a}, key=[a.casefold() for a in addresses].index
    )
    assert [email.casefold() for email in emails] == first
    assert all(email in addresses for email in emails)
    preferred = card(
        "FN:M", "EMAIL;TYPE=pref:boss@x.example", "EMAIL:info@x.example", "EMAIL:boss@x.example"
    )
    assert preferred.emails == ("boss@x.example", "info@x.example")


def test_an_address_at_home_is_not_the_company_s() -> None:
    maria = card("FN:Maria", "ADR;TYPE=home:;;Nightingale Ln 1;Berlin;;10115;Germany")
    assert (maria.city, maria.extra) == (
        "",
        {"ADR home": "Nightingale Ln 1, Berlin, 10115, Germany"},
    )


@pytest.mark.parametrize(
    ("text", "on", "kept"),
    [
        ("1980-03-22", date(1980, 3, 22), None),
        ("19800322", date(1980, 3, 22), None),
        ("1980-03-22T00:00:00Z", date(1980, 3, 22), None),
        ("--03-22", date(1604, 3, 22), None),
        ("--0229", date(1604, 2, 29), None),
        ("--02-30", None, "--02-30"),
        ("1980", None, "1980"),
        ("1980-02-31", None, "1980-02-31"),
        ("spring", None, "spring"),
    ],
)
def test_a_birthday_may_lack_its_year_and_what_is_none_is_kept_as_it_is(
    text: str, on: date | None, kept: str | None
) -> None:
    read = card("FN:Maria", f"BDAY:{text}")
    assert (read.birthday, read.extra.get("BDAY")) == (on, kept)


def test_apple_writes_1604_for_no_year() -> None:
    apple = card("FN:M", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-22")
    assert (apple.birthday, apple.extra) == (date(1604, 3, 22), {})


def test_messages_language_zone_tags_and_identity_are_read() -> None:
    maria = card(
        "FN:Maria",
        "IMPP;X-SERVICE-TYPE=Skype:skype:maria.a",
        "IMPP:xmpp:maria%40example.com",
        "X-TELEGRAM:@maria",
        "LANG;PREF=1:de",
        "TZ:Europe/Berlin",
        "CATEGORIES:VIP,Trade fair 2026",
        "UID:urn:uuid:01900000-0000-7000-8000-000000000001",
        "REV:2026-03-02T09:30:00Z",
        version="4.0",
    )
    assert maria.handles == {"Skype": "maria.a", "xmpp": "maria@example.com", "telegram": "@maria"}
    assert (maria.language, maria.zone, maria.tags) == (
        *("de", "Europe/Berlin", ("VIP", "Trade fair 2026")),
    )
    assert maria.uid == "01900000-0000-7000-8000-000000000001"
    assert maria.revised == "20260302093000"


def test_zones_that_are_none_are_kept_as_text() -> None:
    for zone in ("-0500", "../../etc/passwd", "Mars/Olympus", "Europe/\u0000"):
        read = card("FN:M", f"TZ:{zone}".replace("\0", ""))
        assert read.zone == ""


def test_labels_name_what_has_no_field() -> None:
    read = card(
        "FN:Maria",
        "item1.X-ABDATE:2019-05-04",
        "item1.X-ABLabel:_$!<Anniversary>!$_",
        "item2.TEL:030 1",
        "item2.X-ABLabel:Büro 2",
    )
    assert (read.extra, read.phones) == ({"Anniversary": "2019-05-04"}, ("030 1",))


def test_a_card_in_a_card_is_not_a_person_of_its_own() -> None:
    boss = card(
        "FN:Maria", "AGENT:", "BEGIN:VCARD", "FN:Agent", "END:VCARD", "TEL:1", version="2.1"
    )
    assert (boss.name, boss.phones) == ("Maria", ("1",))


# Faults and hostile files


def test_a_bad_card_is_skipped_with_its_line_and_the_others_come_in() -> None:
    data = (
        b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:3.0\nrubbish\nFN:B\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:3.0\nTITLE:Nobody\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:3.0\nFN:C\n"
        b"BEGIN:VCARD\nVERSION:3.0\nFN:D\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Friends\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:3.0\nFN:E\n"
    )
    read = read_cards(data, "x.vcf")
    assert [c.name for c in read.cards] == ["A", "D"]
    assert [(p.row, p.reason) for p in read.problems] == [
        (5, "line 7 is no property: “rubbish”"),
        (10, "the card has no name, no company and no e-mail address"),
        (14, "the card is not closed with END:VCARD: its end is missing"),
        (21, "the card is a group, not a person"),
        (26, "the card is not closed with END:VCARD: its end is missing"),
    ]


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (b"", "x.vcf, row 1: there is no vCard in it"),
        (b"Name,City\nA,B\n", "x.vcf, row 1: there is no vCard in it"),
        (
            b"BEGIN:VCARD\nFN:\0\nEND:VCARD\n",
            "x.vcf, row 2: there are NUL bytes; this is not a vCard",
        ),
        (bytes(range(256)), "x.vcf, row 1: there are NUL bytes; this is not a vCard"),
    ],
)
def test_what_is_no_vcard_is_refused(data: bytes, title: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_cards(data, "x.vcf")
    assert refused.value.title == title


def test_a_line_of_ten_megabytes_is_read_in_a_moment() -> None:
    start = time.process_time()
    picture = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nPHOTO;ENCODING=b:" + b"A" * 10_000_000
    read = read_cards(picture + b"\nEND:VCARD\n", "x.vcf")
    assert [c.name for c in read.cards] == ["A"]
    note = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nNOTE:" + b"A" * 10_000_000 + b"\nEND:VCARD\n"
    assert (
        problem(note)
        == "1: NOTE in line 4 has 10,000,000 characters; more than 20,000 are not read"
    )
    assert time.process_time() - start < 5


def test_a_card_of_too_many_lines_or_too_long_a_name_is_skipped() -> None:
    lines = b"TEL:1\n" * 1500
    assert "1,502 lines" in problem(b"BEGIN:VCARD\nVERSION:3.0\nFN:A\n" + lines + b"END:VCARD\n")
    long = b"BEGIN:VCARD\nVERSION:3.0\nFN:" + b"A" * 2000 + b"\nEND:VCARD\n"
    assert problem(long) == "1: “" + "A" * 40 + "…” has 2,000 characters"


def test_control_escape_and_bidi_characters_are_taken_out_everywhere() -> None:
    evil = "\x1b[31mE\u202evil\x07\u200b"
    read = card(
        f"FN:{evil}", f"ORG:{evil}", f"TEL:{evil}1", f"X-A:{evil}",
        f"NOTE:{evil}", f"CATEGORIES:{evil}", f"IMPP;X-SERVICE-TYPE={evil}:x:{evil}",
    )  # fmt: skip
    text = str(msgspec.to_builtins(read))
    assert not set(text) & set("\x1b\u202e\x07\u200b")
    assert (read.name, read.phones) == ("Evil", ("Evil1",))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_between_begin_and_end_are_too_much(noise: bytes) -> None:
    data = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:A\r\n" + noise.replace(b"\0", b"") + b"\r\nEND:VCARD\r\n"
    )
    read = read_cards(data, "x.vcf")
    assert len(read.cards) + len(read.problems) >= 1


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "FN",
                    "N",
                    "ORG",
                    "TEL",
                    "EMAIL",
                    "ADR",
                    "NOTE",
                    "BDAY",
                    "TZ",
                    "REV",
                    "UID",
                    "CATEGORIES",
                    "IMPP",
                    "X-A",
                    "AGENT",
                ]
            ),
            st.sampled_from(
                ["", ";TYPE=home", ";ENCODING=QUOTED-PRINTABLE", ";BASE64", ";CHARSET=x", ';A="']
            ),
            st.text(alphabet='a;,:\\"=\n\t äñ1-', max_size=20),
        ),
        max_size=8,
    )
)
def test_whatever_properties_hold_a_card_comes_in_or_is_named(
    properties: list[tuple[str, str, str]],
) -> None:
    lines = [f"{name}{params}:{value}" for name, params, value in properties]
    text = "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""])
    read = read_cards(text.encode(), "x.vcf")
    assert len(read.cards) + len(read.problems) == 1


def test_the_cards_of_a_folder_name_their_files() -> None:
    good, bad = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n", b"BEGIN:VCARD\nFN:B\n"
    read = read_folder([("a.vcf", good), ("b.vcf", bad)], "people")
    assert [(c.file, c.name) for c in read.cards] == [("a.vcf", "A")]
    assert [p.reason for p in read.problems] == [
        "b.vcf: the card is not closed with END:VCARD: its end is missing"
    ]


def test_a_file_of_a_folder_without_a_card_is_named() -> None:
    good = b"BEGIN:VCARD\nFN:Ann\nEND:VCARD\n"
    read = read_folder([("a.vcf", b""), ("b.vcf", b"hello"), ("c.vcf", good)], "people")
    assert [(p.row, p.reason) for p in read.problems] == [
        (1, "a.vcf: there is no vCard in it"),
        (1, "b.vcf: there is no vCard in it"),
    ]
    assert len(read.cards) == 1
    with pytest.raises(BadInput, match="people, row 1: there is no vCard in it"):
        read_folder([("a.vcf", b""), ("b.vcf", b"hello")], "people")


def test_a_file_of_a_folder_that_is_no_text_does_not_keep_the_others_out() -> None:
    good = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n"
    read = read_folder([("a.vcf", good), ("b.vcf", b"x\n\0\n" + good), ("c.vcf", good)], "people")
    assert [c.file for c in read.cards] == ["a.vcf", "c.vcf"]
    assert [(p.row, p.reason) for p in read.problems] == [
        (2, "b.vcf: there are NUL bytes; this is not a vCard")
    ]

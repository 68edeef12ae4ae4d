"""How values and news read: as people say them, whole, and as text only."""

from datetime import UTC, date, datetime, time

import pytest
from rich.cells import cell_len

from outreach_tui.domain.cadence import Cadence
from outreach_tui.domain.customer import Site, Tier
from outreach_tui.domain.meeting import Attendee
from outreach_tui.domain.place import Place
from outreach_tui.presentation.cards import Reading
from outreach_tui.presentation.differences import (
    Difference,
    difference_lines,
    field_words,
    value_words,
)
from outreach_tui.presentation.news import LONGEST, Deed, news, who_changed

READING = Reading(datetime(2026, 11, 26, 11, tzinfo=UTC), "Europe/Berlin", {"m": "Ana"})


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone", "", "nothing"),
        ("place", None, "nothing"),
        ("tags", (), "nothing"),
        ("phone", " 030 1 ", "030 1"),
        ("note", "a\nb", "a\nb"),
        ("reference", False, "no"),
        ("tier_pin", Tier.A, "A"),
        ("owner_id", "m", "Ana"),
        ("owner_id", "x", "somebody who is no longer in the team"),
        ("renewal_on", date(2027, 1, 2), "Sat 2 Jan 2027"),
        ("start_at", datetime(2026, 11, 26, 11, tzinfo=UTC), "Thu 26 Nov 2026 12:00"),
        ("works_from", time(8), "08:00"),
        ("working_days", (0, 4), "Mon, Fri"),
        ("cadence", Cadence(ideal_days=45, max_days=90), "45/90"),
        (
            "place",
            Place(zone="Europe/Vienna", name="Graz", country="AT"),
            "Graz, AT, Europe/Vienna",
        ),
        ("tags", ("vip", "fair"), "vip, fair"),
        ("extra", {"Fax": "1\x1b[31m"}, "Fax: 1"),
        ("attendees", (Attendee(name="Maria", contact_id="c"),), "Maria, needs-action"),
        ("sites", (Site(name="North", city="Graz"),), "North, Graz"),
        ("minutes", 30, "30"),
        ("phone", "x\u202e\x1b]0;t\x07y", "xy"),
    ],
)
def test_values_read_as_people_write_them(field: str, value: object, words: str) -> None:
    assert value_words(field, value, READING) == words


def test_fields_have_labels() -> None:
    assert [field_words(f) for f in ("phone", "owner_id", "customer_since")] == [
        "Phone",
        "Owner",
        "Customer since",
    ]


@pytest.mark.parametrize("width", [20, 30, 68, 110])
def test_both_values_are_whole_at_any_width(width: int) -> None:
    theirs, yours = "日本語 " * 20 + "end", "x" * 90
    lines = difference_lines(Difference("A label", theirs, yours), width, mine=True, current=True)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert all(cell_len(text) <= width for text in texts)
    both = "".join(texts)
    assert both.count("日") == 20
    assert both.count("x") == 90


def test_news_name_who_did_what() -> None:
    deeds = [
        Deed("m", "logged a call with Ernst Handel"),
        Deed("b", "one"),
        Deed("b", "two"),
        Deed(None, "changed the file"),
        Deed("gone", "left"),
        Deed("b", "three [/] \x1b[31m"),
    ]
    assert news(deeds, {"m": "Ana", "b": "Ben"}, "m").split("\n") == [
        "you, elsewhere: logged a call with Ernst Handel",
        "another program: changed the file",
        "somebody who is not in the team: left",
        "Ben: 3 changes, the last: three [/]",
    ]
    foreign = Deed(None, "another program changed the file")
    assert news([foreign], {}, "m") == "another program changed the file"
    many = [Deed(str(number), "x" * 500) for number in range(9)]
    lines = news(many, {}, "m").split("\n")
    assert lines[0] == "5 more"
    assert all(len(line) <= LONGEST for line in lines)


def test_who_changed_a_field_is_said_only_where_a_deed_says_so() -> None:
    newest_first = [
        Deed("a", "changed city of Acme"),
        Deed("b", "changed phone, email of Acme"),
        Deed("c", "changed phone of Acme"),
    ]
    assert who_changed("phone", "Acme", newest_first) == newest_first[1]
    assert who_changed("owner_id", "Acme", newest_first) is None
    assert who_changed("phone", "Bolt", newest_first) is None
    said = Deed("a", "Ana said who they are")
    assert who_changed("calls_a_day", "Ana", [said]) == said

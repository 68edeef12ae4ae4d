"""Which customers look like one."""

import time

import pytest

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.twins import ENOUGH, bare_words, find_twins, likeness


def customer(name: str, number: int = 0, **fields: str) -> Customer:
    return Customer(id=f"{number:05}", name=name, **fields)  # type: ignore[arg-type]  # texts only


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Alfreds Futterkiste GmbH", "alfreds futterkiste"),
        ("Acme S.A. de C.V.", "acme"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("Wolski sp. z o.o.", "wolski"),
        ("Smith and Sons Ltd.", "smith sons"),
        ("The Big Cheese, Inc.", "big cheese"),
        ("S.p.A.", "spa"),  # nothing else would be left
        ("SAS Institute", "sas institute"),
        ("!!!", ""),
    ],
)
def test_a_name_without_its_legal_form(name: str, words: str) -> None:
    assert " ".join(bare_words(name)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (customer("Alfreds Futterkiste"), customer("Alfreds Futterkiste GmbH")),
        (customer("Bólido S.A.", city="Madrid"), customer("Bolido", city="Madrid")),
        (customer("Meier Bau", city="Ulm"), customer("Meyer Bau", city="Ulm")),
        (customer("Fast Track", city="Ulm"), customer("Fasttrack Ltd", city="Ulm")),
        (customer("Futterkiste Alfred"), customer("Alfred Futterkiste")),
        (
            customer("Alfreds", phone="030-0074321"),
            customer("Alfreds Futterkiste", phone="+49 30 0074321"),
        ),
        (
            customer("Acme", city="Bonn", email="a@acme.de"),
            customer("Acme AG", city="Köln", website="https://www.acme.de/en"),
        ),
    ],
)
def test_these_are_proposed(one: Customer, other: Customer) -> None:
    assert likeness(one, other)[0] >= ENOUGH
    assert likeness(other, one) == likeness(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            customer("Alfreds Futterkiste", city="Berlin"),
            customer("Alfreds Futterkiste", city="Ulm"),
        ),
        (customer("Station 12", city="Ulm"), customer("Station 13", city="Ulm")),
        (customer("Bergmann Nord", city="Ulm"), customer("Bergmann Süd", city="Ulm")),
        (customer("Leruer Mond", city="Ulm"), customer("Seruel Mond", city="Ulm")),
        (customer("Acme", country="Germany"), customer("Acme", country="Chile")),
        (customer("Blauer See", phone="030 1234567"), customer("Roter Turm", phone="030 1234567")),
        (customer("Ann Lee", email="ann@gmail.com"), customer("Bob Ray", email="bob@gmail.com")),
        (customer("!!!"), customer("???")),
    ],
)
def test_these_are_not(one: Customer, other: Customer) -> None:
    assert likeness(one, other)[0] < ENOUGH


def test_a_pair_says_what_speaks_for_it_and_the_older_one_comes_first() -> None:
    found = find_twins(
        [
            customer("Acme GmbH", 2, city="Bonn", phone="0228 123456"),
            customer("Blauer See", 3),
            customer("Acme", 1, city="Bonn", phone="0228/123456"),
        ]
    )
    assert [(t.one.id, t.other.id, t.because) for t in found] == [
        ("00001", "00002", ("the same telephone", "the same town"))
    ]


def test_only_pairs_with_those_that_are_asked_about() -> None:
    four = [
        customer("Acme", 1),
        customer("Acme AG", 2),
        customer("Bólido", 3),
        customer("Bolido", 4),
    ]
    assert [(t.one.id, t.other.id) for t in find_twins(four, ["00004"])] == [("00003", "00004")]
    assert find_twins(four, []) == []


@pytest.mark.parametrize("equal", [False, True])
def test_ten_thousand_customers_take_seconds(equal: bool) -> None:
    """All pairs would be fifty millions; a chain of stores under one name is the worst case."""
    town = ["Bonn", "Jena", "Ulm"]
    syllables = ["ba", "ro", "mi", "tel", "kan", "dus", "sor", "len", "vi", "gra"]
    many = [
        customer(
            "Shop Nord GmbH"
            if equal
            else "".join(syllables[int(digit)] for digit in f"{(n * 7919) % 10**6:06}") + " Bau",
            n,
            city=town[n % 3],
        )
        for n in range(10_000)
    ]
    began = time.process_time()
    find_twins(many)
    assert time.process_time() - began < 20

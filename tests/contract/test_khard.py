"""The folder of vCards against khard: it lists everybody, with the number to call, and finds no fault."""

import os
import subprocess
from pathlib import Path

import pytest

from fakes import MemoryStore, make_workspace
from outreach_tui.domain.contact import Contact, Employment
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.member import Member
from outreach_tui.formats.vcard_text import VERSIONS, VCards
from outreach_tui.services.card_exports import CardExports
from outreach_tui.store.files_out import FilesOut
from programs import needs_program

CONFIG = """\
[addressbooks]
[[work]]
path = {vdir}
[general]
default_action = list
"""
KIM = Member(id="m-a1b2c3", name="Kim")
ALFREDS = Customer(
    id="c1",
    name="Alfreds; Futterkiste, Berlin",
    address="Obere Str. 57",
    postal_code="12209",
    city="Berlin",
    country="Germany",
)
MARIA = Contact(
    id="01900000-0000-7000-8000-000000000001",
    name="Maria Anders-Müller",
    role="Sales, Export",
    emails=("maria@alfreds.example",),
    phones=("030-0074321", "+49 170 1"),
    employments=(Employment(customer_id="c1"),),
    extra={"TEL fax": "030-2", "NOTE": "likes; tea, " + "very " * 30},
)
WANG = Contact(id="01900000-0000-7000-8000-000000000002", name="王小明", phones=("+86 10 1",))


class Khard:
    """khard with a home and a vdir of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._home = folder / "home"
        self.vdir = folder / "vdir"
        self._home.mkdir()
        self._config = self._home / "khard.conf"
        self._config.write_text(CONFIG.format(vdir=self.vdir), "utf-8")

    def run(self, *arguments: str) -> str:
        """Return what khard prints; a complaint on stderr fails the test."""
        done = subprocess.run(
            [self._program, "-c", str(self._config), *arguments],
            env={
                "HOME": str(self._home),
                "PATH": os.environ["PATH"],
                "LC_ALL": "C.UTF-8",
                "COLUMNS": "200",
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture
def khard(tmp_path: Path) -> Khard:
    return Khard(needs_program("khard"), tmp_path)


def export(khard: Khard, version: str, *contacts: Contact) -> list[str]:
    """Write the contacts into the folder and return what became of each file."""
    store = MemoryStore([KIM, ALFREDS, *contacts])
    exports = CardExports(make_workspace(store), VCards(), FilesOut(store.path))
    return [card.change for card in exports.to_folder(khard.vdir, version)]


@pytest.mark.parametrize("version", VERSIONS)
def test_everybody_is_listed_with_address_and_number(khard: Khard, version: str) -> None:
    assert export(khard, version, MARIA, WANG) == ["created", "created"]
    assert khard.run("list", "--parsable", "--fields", "name,uid").splitlines() == [
        f"Maria Anders-Müller\t{MARIA.id}",
        f"王小明\t{WANG.id}",
    ]
    assert khard.run("email", "--parsable", "maria").splitlines()[-1].split("\t")[0] == (
        "maria@alfreds.example"
    )
    phones = [line.split("\t")[0] for line in khard.run("phone", "--parsable").splitlines()]
    assert sorted(phones) == sorted(["030-0074321", "+49 170 1", "030-2", "+86 10 1"])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_details_are_whole(khard: Khard, version: str) -> None:
    export(khard, version, MARIA)
    details = khard.run("show", "maria")
    for text in (
        *("Alfreds; Futterkiste, Berlin", "Sales, Export", "Obere Str. 57", "12209 Berlin"),
        *("Germany", "likes; tea, very very", MARIA.id),
    ):
        assert text in details


def test_the_folder_is_brought_up_to_date(khard: Khard) -> None:
    khard.vdir.mkdir()
    foreign = khard.vdir / "foreign.vcf"
    foreign.write_bytes(
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Eve\r\nN:;Eve;;;\r\nUID:e\r\nEND:VCARD\r\n"
    )
    export(khard, "3.0", MARIA, WANG)
    assert export(khard, "3.0", MARIA, WANG) == ["unchanged", "unchanged"]
    renamed = Contact(id=WANG.id, name="王大明")
    assert export(khard, "3.0", renamed) == ["updated", "removed"]
    assert khard.run("list", "--parsable", "--fields", "name").splitlines() == ["Eve", "王大明"]

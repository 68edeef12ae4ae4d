"""People out as vCards: a folder with one file a person, or one file with all."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from outreach_tui.domain.contact import Contact
from outreach_tui.domain.customer import Customer
from outreach_tui.domain.ids import short
from outreach_tui.domain.text import fold
from outreach_tui.errors import Refused, StoreUnavailable
from outreach_tui.services.importing.cards import SYSTEM
from outreach_tui.services.ports import CardText, FilesOut
from outreach_tui.services.workspace import NOBODY, Workspace

_Person = tuple[str, Contact, Customer | None]


class ExportedCard(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one person's card."""

    path: str
    uid: str
    name: str
    change: str
    """`created`, `updated`, `unchanged` or `removed`."""


class CardExports:
    """Writes vCards; the format itself is a port."""

    def __init__(self, workspace: Workspace, text: CardText, files: FilesOut) -> None:
        self._workspace = workspace
        self._text = text
        self._files = files

    def to_folder(self, folder: Path, version: str) -> list[ExportedCard]:
        """Write one `UID.vcf` a person into the folder (a vdir), and leave files alone that would not change.

        A card that this team wrote there goes when the person is gone; every other file stays. Raises
        StoreUnavailable if the folder cannot be written.
        """
        self._files.make_folder(folder)
        exported = []
        changed: dict[Path, list[bytes]] = {}
        paths = set()
        for person in self._people():
            uid, contact, _ = person
            path = folder / self._text.file_name(uid)
            paths.add(path)
            data = self._text.written([person], version, self._team)
            change = self._change(path, data)
            if change != "unchanged":
                changed[path] = [data]
            exported.append(ExportedCard(path=str(path), uid=uid, name=contact.name, change=change))
        self._files.write(changed)
        return [*exported, *self._removed(folder, paths)]

    def to_bytes(self, version: str) -> bytes:
        """Return the cards of all people. Raises Refused if there are none."""
        people = self._people()
        if not people:
            raise Refused("there is no contact to export", "import or add some first")
        return self._text.written(people, version, self._team)

    def to_file(self, path: Path, version: str) -> list[ExportedCard]:
        """Write one file with all cards. Raises Refused or StoreUnavailable."""
        data = self.to_bytes(version)
        change = self._change(path, data)
        if change != "unchanged":
            self._files.write({path: [data]})
        return [
            ExportedCard(path=str(path), uid=uid, name=contact.name, change=change)
            for uid, contact, _ in self._people()
        ]

    @property
    def _teams(self) -> list[str]:
        """What tells this team's cards from another's: the ends of its members' ids, the oldest first."""
        return [short(member.id) for member in self._workspace.members]

    @property
    def _team(self) -> str:
        return next(iter(self._teams), NOBODY)

    def _people(self) -> Sequence[_Person]:
        """Return everybody by name, each with the UID of their card and the customer they work at."""
        store = self._workspace.store
        contacts = sorted(store.all(Contact), key=lambda c: (fold(c.name), c.id))
        people: list[_Person] = []
        used: set[str] = set()
        for contact in contacts:
            uid = contact.external_ids.get(SYSTEM) or contact.id
            uid = contact.id if uid in used else uid
            used.add(uid)
            customers = (store.get(Customer, id_) for id_ in contact.customer_ids)
            people.append((uid, contact, next((c for c in customers if c is not None), None)))
        return people

    def _removed(self, folder: Path, kept: set[Path]) -> list[ExportedCard]:
        removed = []
        for path in self._files.ending_in(folder, ".vcf"):
            if path in kept or not self._is_ours(path):
                continue
            self._files.remove(path)
            removed.append(ExportedCard(path=str(path), uid=path.stem, name="", change="removed"))
        return removed

    def _is_ours(self, path: Path) -> bool:
        """Return whether a folder export of this team made the file: one card, in a file with the name of its UID."""
        try:
            uid = self._text.uid_of(self._files.read(path) or b"", self._teams)
        except StoreUnavailable:  # whoever keeps it to themselves wrote it
            return False
        return uid is not None and path.name == self._text.file_name(uid)

    def _change(self, path: Path, data: bytes) -> str:
        held = self._files.read(path)
        return "created" if held is None else "unchanged" if held == data else "updated"

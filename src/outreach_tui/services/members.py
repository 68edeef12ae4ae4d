"""The team: who is at the keyboard, and what they said about themselves on the first run."""

from collections.abc import Mapping
from typing import Any

import msgspec

from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Change, Put
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.services.settling import difference, removed, worked_out_again
from outreach_tui.services.typed_values import read_number
from outreach_tui.services.workspace import NOBODY, Workspace

MOST_CALLS = 100
TYPED = ("name", "email", "city", "calls_a_day")
"""The fields of the form."""


class Members:
    """The people of the team."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def introduced(self) -> bool:
        """Whether the person at the keyboard has said who they are."""
        return self._workspace.member.introduced

    def introduce(self, typed: Mapping[str, str], seen: Member | None = None) -> Member:
        """Write who is at the keyboard, from typed `name`, `email`, `city` and `calls_a_day`; the others stay.

        `seen` is the member as the form showed them; None for as they are now. The city gives the zone where the
        gazetteer is certain. Raises BadInput for a value that cannot be read, Conflict if somebody else, or the same
        person elsewhere, changed one that was typed since it was seen.
        """
        seen = seen or self._workspace.member
        return worked_out_again(
            lambda: self._introduce(typed, seen),
            lambda clash: clash.id == seen.id and clash.field in TYPED,
        )

    def _introduce(self, typed: Mapping[str, str], seen: Member) -> Member:
        workspace = self._workspace
        wanted = msgspec.structs.replace(seen, **self._read(typed, seen))
        if seen.id == NOBODY:
            wanted = msgspec.structs.replace(wanted, id=workspace.ids.new())
            changes: list[Change] = [Put(wanted)]
        else:
            now = workspace.store.get(Member, seen.id)
            if now is None:
                raise removed(seen.name)
            located = wanted.place is not seen.place
            changes = difference(seen, wanted, now, {"place", "zone"} if located else ())
        if changes:
            workspace.commit(f"{wanted.name} said who they are", changes, writer=wanted)
        return workspace.store.get(Member, wanted.id) or wanted

    def look_at(self, typed: Mapping[str, str], seen: Member | None = None) -> str:
        """Return what was understood, in words, without writing it. Raises BadInput."""
        seen = seen or self._workspace.member
        fields = self._read(typed, seen)
        zone = fields.get("zone", seen.zone)
        place = fields.get("place")
        return f"{place.label}, {zone}" if place else f"your zone: {zone}"

    def _read(self, typed: Mapping[str, str], seen: Member) -> dict[str, Any]:
        text = {key: clean_line(str(getattr(seen, key))) for key in TYPED}
        text |= {key: clean_line(value) for key, value in typed.items()}
        if not text["name"]:
            raise BadInput("your name is missing", "others in the team will see it")
        if text["email"] and "@" not in text["email"]:
            raise BadInput(
                f"{text['email']!r} is no e-mail address",
                "type it as name@example.com, or leave it empty",
            )
        calls = text["calls_a_day"]
        calls_a_day = read_number(calls)
        if calls_a_day is None or not 1 <= calls_a_day <= MOST_CALLS:
            raise BadInput(
                f"{calls!r} calls a day cannot be planned", f"type a number from 1 to {MOST_CALLS}"
            )
        fields: dict[str, Any] = {
            "name": text["name"],
            "email": text["email"],
            "city": text["city"],
            "calls_a_day": calls_a_day,
            "introduced": True,
        }
        city, *more = (part.strip() for part in fields["city"].split(","))
        if city and not (seen.place and fields["city"] == seen.city):
            match = self._workspace.places.look_up(
                city, more[0] if len(more) > 1 else "", more[-1] if more else ""
            )
            if match.place is None:
                listed = "; ".join(c.label for c in match.candidates)
                raise BadInput(
                    match.why or f"no town is known as {city!r}",
                    listed and f"write for example {listed}",
                )
            fields |= {"place": match.place, "zone": match.place.zone}
        return fields

"""The team: who is at the keyboard, and what they said about themselves on the first run."""

from collections.abc import Mapping
from typing import Any

import msgspec

from outreach_tui.domain.member import Member
from outreach_tui.domain.record import Change, Put, patch
from outreach_tui.domain.text import clean_line
from outreach_tui.errors import BadInput
from outreach_tui.services.workspace import NOBODY, Workspace

MOST_CALLS = 100


class Members:
    """The people of the team."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def introduced(self) -> bool:
        """Whether the person at the keyboard has said who they are."""
        return self._workspace.member.introduced

    def introduce(self, typed: Mapping[str, str]) -> Member:
        """Write who is at the keyboard, from typed `name`, `email`, `city` and `calls_a_day`.

        The city gives the zone where the gazetteer is certain. Raises BadInput for a value that cannot be read.
        """
        workspace, member = self._workspace, self._workspace.member
        fields = self._read(typed)
        if member.id == NOBODY:
            member = msgspec.structs.replace(member, id=workspace.ids.new(), **fields)
            changes: list[Change] = [Put(member)]
        else:
            changes = patch(member, msgspec.structs.replace(member, **fields))
        workspace.commit(f"{fields['name']} said who they are", changes, writer=member)
        return workspace.store.get(Member, member.id) or member

    def look_at(self, typed: Mapping[str, str]) -> str:
        """Return what was understood, in words, without writing it. Raises BadInput."""
        fields = self._read(typed)
        zone = fields.get("zone", self._workspace.member.zone)
        place = fields.get("place")
        return f"{place.label}, {zone}" if place else f"your zone: {zone}"

    def _read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        text = {key: clean_line(value) for key, value in typed.items()}
        if not text.get("name"):
            raise BadInput("your name is missing", "others in the team will see it")
        if text.get("email") and "@" not in text["email"]:
            raise BadInput(
                f"{text['email']!r} is no e-mail address",
                "type it as name@example.com, or leave it empty",
            )
        calls = text.get("calls_a_day", "")
        if not calls.isdecimal() or not 1 <= int(calls) <= MOST_CALLS:
            raise BadInput(
                f"{calls!r} calls a day cannot be planned", f"type a number from 1 to {MOST_CALLS}"
            )
        fields: dict[str, Any] = {
            "name": text["name"],
            "email": text.get("email", ""),
            "city": text.get("city", ""),
            "calls_a_day": int(calls),
            "introduced": True,
        }
        city, *more = (part.strip() for part in fields["city"].split(","))
        member = self._workspace.member
        if city and not (member.place and fields["city"] == member.city):
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

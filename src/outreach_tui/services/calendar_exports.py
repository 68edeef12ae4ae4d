"""Meetings out as iCalendar files: a folder with one file a meeting, or one file with all."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.meeting import Meeting, MeetingState
from outreach_tui.domain.member import Member
from outreach_tui.errors import Refused
from outreach_tui.services.ports import CalendarText, FilesOut
from outreach_tui.services.workspace import Workspace

_STAMP = re.compile(rb"^DTSTAMP:.*\r\n", re.MULTILINE)


class ExportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one calendar file."""

    path: str
    uid: str
    sequence: int
    change: str
    """`created`, `updated`, `cancelled` or `unchanged`."""


class CalendarExports:
    """Writes calendar files; the format itself is a port."""

    def __init__(self, workspace: Workspace, text: CalendarText, files: FilesOut) -> None:
        self._workspace = workspace
        self._text = text
        self._files = files

    def to_folder(
        self, folder: Path, meetings: Sequence[Meeting], *, chosen: bool = False
    ) -> list[ExportedFile]:
        """Write one `UID.ics` a meeting into the folder (a vdir), and leave files alone that would not change.

        A cancelled meeting that the folder does not hold is left out, unless the meetings were `chosen` by hand.
        Raises StoreUnavailable if the folder cannot be written.
        """
        self._files.make_folder(folder)
        exported = []
        for meeting in meetings:
            path = folder / self._text.file_name(meeting.uid)
            held = self._files.read(path)
            if held is None and meeting.state is MeetingState.CANCELLED and not chosen:
                continue
            data = self._text.one_file(
                meeting,
                self._customers([meeting]),
                self._member(meeting),
                self._workspace.clock.real_now(),
            )
            change = (
                "created"
                if held is None
                else "cancelled"
                if meeting.state is MeetingState.CANCELLED
                else "updated"
            )
            if held is not None and _STAMP.sub(b"", held) == _STAMP.sub(b"", data):
                change = "unchanged"
            else:
                self._files.write({path: [data]})
            exported.append(
                ExportedFile(
                    path=str(path), uid=meeting.uid, sequence=meeting.sequence, change=change
                )
            )
        return exported

    def to_bytes(self, meetings: Sequence[Meeting]) -> bytes:
        """Return one METHOD:PUBLISH calendar with the meetings. Raises Refused if there are none."""
        if not meetings:
            raise Refused("there is no meeting to export", "plan one first")
        members = {m.id: m for m in self._workspace.members}
        return self._text.published(
            meetings, self._customers(meetings), members, self._workspace.clock.real_now()
        )

    def to_file(self, path: Path, meetings: Sequence[Meeting]) -> list[ExportedFile]:
        """Write one METHOD:PUBLISH calendar. Raises Refused or StoreUnavailable."""
        data = self.to_bytes(meetings)
        change = self._files.write({path: [data]})[path]
        return [
            ExportedFile(path=str(path), uid=m.uid, sequence=m.sequence, change=change)
            for m in meetings
        ]

    def _customers(self, meetings: Sequence[Meeting]) -> dict[str, Customer]:
        ids = {id_ for meeting in meetings for id_ in meeting.customer_ids}
        return {
            id_: c for id_ in ids if (c := self._workspace.store.get(Customer, id_)) is not None
        }

    def _member(self, meeting: Meeting) -> Member | None:
        return self._workspace.store.get(Member, meeting.member_id) if meeting.member_id else None

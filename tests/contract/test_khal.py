"""The calendar files against khal: it reads them without complaint, at the right hour, and updates in place."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from outreach_tui.domain.customer import Customer
from outreach_tui.domain.meeting import Meeting, MeetingKind, MeetingState
from outreach_tui.formats.ics import ICalendar
from programs import needs_program

STAMP = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
CUSTOMERS = {"c1": Customer(id="c1", name="Ernst Händel; Söhne, Graz", city="Graz")}
MEETING = Meeting(
    id="01900000-0000-7000-8000-000000000001",
    start_at=datetime(2027, 7, 15, 8, 0, tzinfo=UTC),
    zone="Europe/Vienna",
    minutes=60,
    kind=MeetingKind.VISIT,
    uid="01900000-0000-7000-8000-000000000001",
    changed_at=STAMP,
    customer_ids=("c1",),
    purpose="Labels in Polish",
    reminder_minutes=30,
)
CONFIG = """\
[calendars]
[[work]]
path = {vdir}
[locale]
local_timezone = Europe/Vienna
default_timezone = Europe/Vienna
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {home}/khal.db
[default]
default_calendar = work
"""


class Khal:
    """khal with a home and a vdir of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._home = folder / "home"
        self.vdir = folder / "vdir"
        for made in (self._home, self.vdir):
            made.mkdir()
        self._config = self._home / "config"
        self._config.write_text(CONFIG.format(vdir=self.vdir, home=self._home), "utf-8")

    def run(self, *arguments: str) -> str:
        """Return what khal prints; a complaint on stderr fails the test."""
        done = subprocess.run(
            [self._program, "-c", str(self._config), *arguments],
            env={"HOME": str(self._home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def events(self, first: str, days: int) -> list[str]:
        """Return "start-end|status|title" of each event from a day on."""
        layout = "{start-long-full}-{end-time}|{status}|{title}"
        lines = self.run("list", "--format", layout, first, f"{days}d").splitlines()
        return [line.replace(" |", "|") for line in lines if "|" in line]  # status has a blank

    def put(self, meeting: Meeting) -> None:
        """Put a meeting into the vdir as the export does.

        The file is replaced, not written over: khal looks again only where the folder itself has changed.
        """
        calendar = ICalendar()
        path = self.vdir / calendar.file_name(meeting.uid)
        temp = path.with_suffix(".tmp")
        temp.write_bytes(calendar.one_file(meeting, CUSTOMERS, None, STAMP))
        temp.replace(path)


@pytest.fixture
def khal(tmp_path: Path) -> Khal:
    return Khal(needs_program("khal"), tmp_path)


def test_a_meeting_of_the_vdir_shows_at_its_local_hour(khal: Khal) -> None:
    khal.put(MEETING)

    assert khal.events("2027-07-15", 1) == [
        "2027-07-15 10:00-11:00|TENTATIVE|Visit: Ernst Händel; Söhne, Graz"
    ]
    shown = khal.run("list", "--format", "{location}|{description}", "2027-07-15", "1d")
    assert "Graz|Labels in Polish\nThu 15 Jul 2027, 10:00 Europe/Vienna" in shown


def test_a_moved_meeting_moves_and_does_not_double(khal: Khal) -> None:
    khal.put(MEETING)
    khal.events("2027-07-15", 1)  # khal has it in its cache now

    later = datetime(2027, 7, 16, 12, 30, tzinfo=UTC)
    khal.put(msgspec.structs.replace(MEETING, start_at=later, sequence=1))

    assert khal.events("2027-07-10", 10) == [
        "2027-07-16 14:30-15:30|TENTATIVE|Visit: Ernst Händel; Söhne, Graz"
    ]


def test_a_cancelled_meeting_shows_as_cancelled(khal: Khal) -> None:
    khal.put(MEETING)
    khal.events("2027-07-15", 1)

    khal.put(msgspec.structs.replace(MEETING, state=MeetingState.CANCELLED, sequence=1))

    assert khal.events("2027-07-15", 1) == [
        "2027-07-15 10:00-11:00|CANCELLED|Cancelled: Visit: Ernst Händel; Söhne, Graz"
    ]


def test_a_series_keeps_its_hour_over_the_change_of_clocks_and_leaves_out_exceptions(
    khal: Khal,
) -> None:
    khal.put(
        msgspec.structs.replace(
            MEETING,
            start_at=datetime(2027, 10, 18, 8, 0, tzinfo=UTC),
            recurrence="FREQ=WEEKLY;COUNT=4",
            exceptions=(datetime(2027, 11, 1, 9, 0, tzinfo=UTC),),
        )
    )

    assert [event.partition("|")[0] for event in khal.events("2027-10-17", 30)] == [
        "2027-10-18 10:00-11:00",
        "2027-10-25 10:00-11:00",
        "2027-11-08 10:00-11:00",
    ]


def test_a_series_of_another_zone_follows_that_zone(khal: Khal) -> None:
    khal.put(
        msgspec.structs.replace(
            MEETING,
            start_at=datetime(2027, 10, 26, 13, 0, tzinfo=UTC),  # 9:00 in New York
            zone="America/New_York",
            recurrence="FREQ=WEEKLY;COUNT=3",
        )
    )

    # New York changes its clocks a week after Vienna.
    assert [event.partition("|")[0] for event in khal.events("2027-10-25", 30)] == [
        "2027-10-26 15:00-16:00",
        "2027-11-02 14:00-15:00",
        "2027-11-09 15:00-16:00",
    ]


def test_a_published_file_is_imported_and_imported_again_without_doubling(
    khal: Khal, tmp_path: Path
) -> None:
    other = msgspec.structs.replace(
        MEETING, id="c2", uid="other", start_at=datetime(2027, 7, 15, 14, 0, tzinfo=UTC)
    )
    file = tmp_path / "meetings.ics"

    file.write_bytes(ICalendar().published([MEETING, other], CUSTOMERS, {}, STAMP))
    khal.run("import", "--batch", "-a", "work", str(file))
    moved = msgspec.structs.replace(
        other, start_at=datetime(2027, 7, 15, 15, 0, tzinfo=UTC), sequence=1
    )
    file.write_bytes(ICalendar().published([MEETING, moved], CUSTOMERS, {}, STAMP))
    khal.run("import", "--batch", "-a", "work", str(file))

    assert [event.partition("|")[0] for event in khal.events("2027-07-15", 1)] == [
        "2027-07-15 10:00-11:00",
        "2027-07-15 17:00-18:00",
    ]

"""The program as a process: what it imports, how it ends, and exact output."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "textual",
    "icalendar",
    "rapidfuzz",
    "phonenumbers",
    "tomlkit",
    "csv",
    "outreach_tui.formats",
    "outreach_tui.app",
)


def program(
    *argv: str, python: tuple[str, ...] = ("-m", "outreach_tui"), **options: object
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *python, *argv], capture_output=True, timeout=30, check=False, **options
    )  # type: ignore[call-overload,no-any-return]


def loaded(*argv: str) -> set[str]:
    """Return the modules that a command has imported when it is done."""
    code = (
        "import sys; from outreach_tui.cli.main import run; code = run(sys.argv[1:]);"
        "print('MODULES', *sys.modules, file=sys.stderr); sys.exit(code)"
    )
    done = program(*argv, python=("-c", code))
    assert done.returncode == 0, done.stderr.decode()
    return set(done.stderr.decode().split("MODULES ")[1].split())


@pytest.mark.parametrize(
    "argv", [["today"], ["customers"], ["show", "alfreds"], ["agenda"]], ids=" ".join
)
def test_reading_loads_neither_the_app_nor_what_only_others_need(
    team: Path, argv: list[str]
) -> None:
    modules = loaded(*argv)
    # Where people are to be called, numbers are written as they are dialled from anywhere.
    dials = argv[0] in ("today", "show")
    heavy = tuple(name for name in HEAVY if name != "phonenumbers") if dials else HEAVY
    assert not {name for name in modules if name.startswith(heavy)}


def test_reading_loads_no_part_of_the_import(team: Path) -> None:
    assert not {name for name in loaded("today") if name.startswith("outreach_tui.services.import")}


def test_a_verb_loads_its_own_module_only(team: Path) -> None:
    modules = {name for name in loaded("today") if name.startswith("outreach_tui.cli.")}
    assert "outreach_tui.cli.reading" in modules
    assert not modules & {
        f"outreach_tui.cli.{name}" for name in ("importing", "exporting", "talking", "planning")
    }


def test_exact_output_of_the_program(team: Path) -> None:
    done = program("customers", "--today", "2026-11-26", "--search", "alfreds")
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.decode() == (
        "Name                 City    T  Loyalty         State          Last talk\n"
        "Alfreds Futterkiste  Berlin  A  – + – + – + 35  ! 4 days late  24 Aug\n"
    )


def test_exit_codes_of_the_program(scratch: Path) -> None:
    assert program("today").returncode == 0
    assert program("show", "nobody").returncode == 1
    assert program("nonsense").returncode == 2
    scratch.write_text("{", encoding="utf-8")
    assert program("today").returncode == 4


def test_a_reader_that_goes_away_is_no_failure(team: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nowhere:
        done = subprocess.run(
            [sys.executable, "-m", "outreach_tui", "customers"],
            stdout=nowhere, stderr=subprocess.PIPE, timeout=30, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_encoding_without_our_symbols_gets_question_marks(team: Path) -> None:
    done = program("customers", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"? + ? + ? + 35" in done.stdout
    assert (
        program("customers", "--json", env={**os.environ, "PYTHONIOENCODING": "ascii"}).returncode
        == 0
    )


def test_without_stdin_the_day_is_printed(team: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "{sys.executable}" -m outreach_tui <&-'],
        capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert b" \xc2\xb7 Ana" in done.stdout


def test_completion_knows_the_verbs(scratch: Path) -> None:
    done = program(
        env={
            **os.environ,
            "_OUTREACH_COMPLETE": "bash_complete",
            "COMP_WORDS": "outreach cus",
            "COMP_CWORD": "1",
        }
    )
    assert b"customers" in done.stdout

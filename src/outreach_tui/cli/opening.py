"""Verbs that open the app; without a terminal they print the day's list instead."""

import shutil
import tempfile
from pathlib import Path

import click

from outreach_tui.cli import printing
from outreach_tui.cli.given import Given, verb
from outreach_tui.errors import Refused


def open_app(given: Given) -> None:
    """Open the app on the chosen file, or print the day where nobody could see it."""
    if given.as_json or not printing.is_interactive():
        from outreach_tui.cli.reading import print_day

        print_day(given)
        given.close()
        return
    from outreach_tui.app import run_app

    run_app(given.services)


@click.command()
@verb
def demo(given: Given) -> None:
    """Open the app on sample data in a scratch file.

    The file is removed afterwards; none of yours is touched."""
    if given.file:
        raise Refused(
            "the demo never touches a file of yours",
            "leave --file out, or open it: outreach --file PATH",
        )
    from outreach_tui.bootstrap import sample_services

    folder = Path(tempfile.mkdtemp(prefix="outreach-demo-"))
    try:
        given.services = sample_services(folder, given.today)
        printing.note("This is sample data in a scratch file; it is removed when you leave.")
        open_app(given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

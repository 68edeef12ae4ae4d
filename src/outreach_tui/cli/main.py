"""The command line: `run` takes what was typed, hands it to a verb and returns the exit code.

Everything a command can fail with ends here: expected failures as a title and a hint, anything else as a bug.
"""

import os
import sys

from outreach_tui.clock import SystemClock
from outreach_tui.errors import OutreachError

DONE, WRONG_USAGE, BUG, INTERRUPTED = 0, 2, 70, 130
"""Exit codes; 1 (refused), 3 (conflict) and 4 (damaged file) come with their errors.

70 is EX_SOFTWARE of sysexits.h.
"""
COMPLETE_VARIABLE = "_OUTREACH_COMPLETE"


def run(argv: list[str], make_clock: "type[SystemClock]" = SystemClock) -> int:
    """Run one command and return its exit code. `make_clock` makes the clock from the day of `--today`."""
    from outreach_tui.cli import printing

    printing.prepare()
    try:
        return _run(argv, make_clock)
    except OutreachError as error:
        printing.failure(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; the command itself is done.
        printing.forget_reader()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the one place where a bug ends, with the log instead of a traceback
        from outreach_tui.cli.bug_log import report

        report(error)
        return BUG


def _run(argv: list[str], make_clock: "type[SystemClock]") -> int:
    import click

    from outreach_tui.cli import printing
    from outreach_tui.cli.given import Given
    from outreach_tui.cli.verbs import outreach

    if instruction := os.environ.get(COMPLETE_VARIABLE):
        from click.shell_completion import shell_complete

        return shell_complete(outreach, {}, "outreach", COMPLETE_VARIABLE, instruction)
    try:
        with outreach.make_context(
            "outreach", list(argv), obj=Given(make_clock=make_clock)
        ) as context:
            outreach.invoke(context)
            sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        if error.ctx is not None:
            printing.note(error.ctx.get_usage())
        printing.note(f"outreach: {error.format_message()}")
        return WRONG_USAGE
    return DONE

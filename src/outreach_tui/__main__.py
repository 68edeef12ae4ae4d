"""Start: `outreach` opens the app, `outreach VERB` runs a command; each loads only what it needs."""

import sys


def main() -> None:
    """Run the program and leave with its exit code."""
    from outreach_tui.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

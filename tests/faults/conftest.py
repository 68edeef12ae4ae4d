"""Counts of the fault tests, summed up at the end of a run."""

from collections.abc import Mapping
from typing import Any

import pytest
from proving import Tally, table

_COUNTS = "faults"


@pytest.fixture
def tally(record_property: Any) -> Tally:
    """Return what notes counts of a theme. A loss is never counted only: it fails the test."""

    def note(theme: str, counts: Mapping[str, int]) -> None:
        record_property(_COUNTS, [theme, dict(counts)])

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the counts of all tests that passed."""
    found = [
        value
        for report in terminalreporter.stats.get("passed", ())
        for name, value in getattr(report, "user_properties", ())
        if name == _COUNTS and report.when == "call"
    ]
    if found:
        terminalreporter.section("faults")
        for line in table(found):
            terminalreporter.write_line(line)

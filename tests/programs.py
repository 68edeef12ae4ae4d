"""Real programs that contract tests drive."""

import os
import shutil

import pytest


def needs_program(name: str) -> str:
    """Return where a program is; skip the test where it is not installed, but fail on CI, which installs it."""
    path = shutil.which(name)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed, and on CI it has to be")
        pytest.skip(f"{name} is not installed")
    return path

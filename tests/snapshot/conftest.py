"""Pictures are taken of the same app that the pilot tests play: fixed data, clock and ids."""

from pilot.conftest import clock, sample, scratch

__all__ = ["clock", "sample", "scratch"]

"""The simulated year of benchmarks/year.py: one world for all rules, which none of them changes."""

import importlib.util
from datetime import date
from pathlib import Path
from statistics import fmean
from types import ModuleType
from typing import NamedTuple

import pytest

from outreach_tui.domain.customer import Tier
from outreach_tui.domain.hours import call_window
from outreach_tui.places.holidays import Holidays

ROOT = Path(__file__).parents[2]
CUSTOMERS = 40


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_year", ROOT / "benchmarks/year.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def world(bench):
    return bench.World(1, CUSTOMERS)


@pytest.fixture(scope="module")
def accounts(bench):
    """Customers alone, of several seeds: enough of them to look at rates."""
    return [
        bench.World.__dict__["_account"](Seeded(seed), number, Tier.C, bench)
        if False
        else account
        for seed in (1, 2, 3)
        for account in Accounts(bench, seed, 300).all
    ]

"""T10, by which benchmarks/loyalty.py judges loyalty; without the packages and histories of the benchmark."""

import importlib.util
from datetime import date
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_loyalty", ROOT / "benchmarks/loyalty.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_top_tenth_is_the_best_two_of_twenty(bench):
    scores = list(range(20))
    later = [1] * 18 + [6, 6]
    assert bench.Ranking(scores).top_tenth_share(later) == pytest.approx(12 / 30)


def test_customers_equal_at_the_cut_share_the_places_that_are_left(bench):
    scores = [9] + [5] * 4 + [1] * 15
    later = [10, 4, 0, 0, 0] + [0] * 14 + [6]
    assert bench.Ranking(scores).top_tenth_share(later) == pytest.approx((10 + 4 / 4) / 20)


def test_the_order_of_equal_customers_makes_no_difference(bench):
    scores = [9] + [5] * 4 + [1] * 15
    later = [10, 0, 0, 0, 4] + [0] * 14 + [6]
    assert bench.Ranking(scores).top_tenth_share(later) == pytest.approx((10 + 4 / 4) / 20)


def test_a_tenth_that_ends_within_a_customer_counts_that_part(bench):
    scores = list(range(15))
    later = [0] * 13 + [4, 6]
    assert bench.Ranking(scores).top_tenth_share(later) == pytest.approx((6 + 0.5 * 4) / 10)


def test_a_customer_drawn_twice_takes_two_places(bench):
    scores = list(range(10))
    later = [1] * 9 + [11]
    once = bench.Ranking(scores).top_tenth_share(later)
    twice = bench.Ranking(scores).top_tenth_share(later, [0, 1, 1, 1, 1, 1, 1, 1, 1, 2])
    assert once == pytest.approx(11 / 20)
    assert twice == pytest.approx(11 / 30)


def test_nothing_bought_later_is_no_share(bench):
    assert bench.Ranking([1, 2]).top_tenth_share([0, 0]) == 0.0


def test_purchases_of_one_day_are_one_before_the_split_and_after(bench):
    first, split, after = date(1997, 1, 5), date(1997, 9, 30), date(1997, 12, 1)
    history = [
        bench.Bought("Ernst Handel", first, 10.0),
        bench.Bought("Ernst Handel", first, 5.0),
        bench.Bought("Ernst Handel", split, 1.0),
        bench.Bought("Ernst Handel", after, 1.0),
        bench.Bought("Ernst Handel", after, 2.0),
    ]
    (buyer,) = bench.buyers(history, split)
    assert (buyer.facts.purchase_days, buyer.spent, buyer.later) == (2, 16.0, 1)
    assert buyer.facts.last_purchase_on == split


def test_who_buys_for_the_first_time_after_the_split_is_not_ranked(bench):
    history = [bench.Bought("Bólido", date(1997, 10, 1), 1.0)]
    assert bench.buyers(history, date(1997, 9, 30)) == []


def test_equal_values_are_in_one_quintile(bench):
    assert bench.quintiles([1, 2, 3, 4, 5]) == [1, 2, 3, 4, 5]
    assert bench.quintiles([1, 1, 1, 1, 9]) == [3, 3, 3, 3, 5]


def test_missing_histories_are_said_with_the_remedy(bench, monkeypatch, capsys):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(bench.metadata, "files", missing)
    monkeypatch.setattr("sys.argv", ["loyalty.py"])
    assert bench.main() == 2
    assert "pip install --no-deps lifetimes" in capsys.readouterr().err

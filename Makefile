# Each target does its whole set-up in .venv; a fresh machine needs Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
BENCH ?= $(basename $(notdir $(wildcard benchmarks/*.py)))

.PHONY: help demo run test faults bench lint format check docs clean
.DEFAULT_GOAL := help

help:  ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.venv/run.stamp: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/dev.stamp: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ .venv/run.stamp

.venv/bench.stamp: .venv/run.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps lifetimes
	@touch $@

demo: .venv/run.stamp  ## Open the app on a scratch copy of sample data
	@$(BIN)/outreach demo

run: .venv/run.stamp  ## Open the app on your own file
	@$(BIN)/outreach

# Tests wait for the disk at each of thousands of commits; `make faults` does it on the real one.
MEMORY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 {print "TMPDIR=/dev/shm"}')

test: .venv/dev.stamp  ## Run all tests, in memory if there are 2 GB of /dev/shm
	@$(MEMORY) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

faults: .venv/dev.stamp  ## Run the fault tests in their long form, and count
	@OUTREACH_FAULTS=long $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/faults

bench: .venv/bench.stamp  ## Run the benchmarks, or one: make bench BENCH=loyalty
	@missed=0; for name in $(BENCH); do $(BIN)/python benchmarks/$$name.py || missed=1; done; exit $$missed

lint: .venv/dev.stamp  ## Check format, style, types, layers and generated docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/build_keys.py --check

format: .venv/dev.stamp  ## Put everything into the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: .venv/dev.stamp  ## Write the generated pages again
	@$(BIN)/python tools/build_keys.py

check: test lint  ## Everything that has to be green before a commit

clean:  ## Remove what the targets made
	@rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

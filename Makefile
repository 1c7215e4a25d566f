# On a fresh machine with Python >= 3.11 and make: `make run`, `make test`.
# Everything is installed into .venv, which is kept while pyproject.toml is unchanged.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
PYTHON ?= $(shell for name in $(CANDIDATES); do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$name" && break; done)
ARGS ?=
export HYPOTHESIS_PROFILE ?= ci

.PHONY: run test lint bench bench-quick clean

run: $(VENV)/.ready
	@$(BIN)/gcmodel run rancher-fleet $(ARGS)

test: lint
	@$(BIN)/python -m pytest -q -n 2 $(ARGS)

lint: $(VENV)/.ready-to-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.ready-to-test
	@$(BIN)/python -m benchmarks --json benchmarks.json $(ARGS)

bench-quick: $(VENV)/.ready-to-test
	@$(BIN)/python -m benchmarks --quick $(ARGS)

clean:
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/.python:
	@test -n "$(PYTHON)" || { \
		echo "no Python 3.11 or later on the PATH: install one, or say make PYTHON=…" >&2; \
		exit 1; }
	@echo "Creating $(VENV) with $(PYTHON) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.ready: pyproject.toml | $(VENV)/.python
	@echo "Installing gcmodel …"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.ready-to-test: pyproject.toml | $(VENV)/.python
	@echo "Installing gcmodel with what its tests need …"
	@$(PIP) install --editable '.[test]'
	@touch $(VENV)/.ready $@

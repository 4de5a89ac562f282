# What people need, one line each: `make help`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export MMO_DATA ?= $(CURDIR)/var

.PHONY: help setup demo test test-slow lint fix types migrate web worker beat translations messages pictures benchmarks lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

setup: $(VENV)/.installed translations ## virtual environment with everything pinned

translations: $(VENV)/.installed ## compile the sentences
	@$(BIN)/pybabel -q compile -d mmo_lti/translations 2>/dev/null

messages: $(VENV)/.installed ## bring new sentences into the catalogues; then translate what is empty
	@mkdir -p var
	@$(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output -o var/messages.pot .
	@$(BIN)/pybabel -q update -i var/messages.pot -d mmo_lti/translations -w 100 --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

demo: setup ## one academic year of an association, then keep serving (ONCE=1: exit after the story)
	$(BIN)/python -m tasks.demo $(if $(ONCE),--once)

test: setup ## every test but the long seeded suites
	.ci/services $(BIN)/python -m pytest -m "not slow" $(TESTS)

test-slow: setup ## the long seeded suites
	.ci/services $(BIN)/python -m pytest -m slow $(TESTS)

lint: setup ## ruff, import contracts, strict types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

fix: setup ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migrate: setup ## bring the database to the newest schema
	$(BIN)/mmo migrate

web: setup ## serve the tool
	$(BIN)/mmo web

worker: setup ## work off the outbox
	$(BIN)/mmo worker

beat: setup ## the clock's tick
	$(BIN)/mmo beat

pictures: setup ## the pictures of the README, from a running demo city
	.ci/packages chromium poppler-utils
	$(BIN)/python -m tasks.demo --pictures docs/pictures
	$(BIN)/python -m tasks.demo.failures docs/pictures

benchmarks: setup ## ratios against what a user would otherwise do
	for file in benchmarks/*.py; do $(BIN)/python $$file; done

lock: setup ## pin the dependencies anew; run it with the oldest Python served (3.11.2 of Debian 12)
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --upgrade -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove what was made
	rm -rf $(VENV) var

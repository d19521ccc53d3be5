.DEFAULT_GOAL := help
SHELL := /bin/bash
# The newest that the portal runs on, unless one is named: make run PYTHON=python3.12
PYTHON ?=
PORT ?= 6543
BIN := .venv/bin
TESTS ?= tests
COVERED := 95
LOCK := $(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
  --custom-compile-command 'make lock' --extra production
UV := $(BIN)/uv pip install -q --python $(BIN)/python
# Compiled modules are kept, whatever the machine is set to, and beside no source: else each process
# compiles all that it imports, which takes longer than anything that a command does.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/compiled

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run words ## Run the portal with the demonstration fund at http://localhost:6543 (PORT=... changes it)
	@mkdir -p var
	@$(BIN)/grants run development.ini --demo --port $(PORT)

demo-reset: ## Throw away what is in the demonstration and start over at the next `make run`
	rm -rf var

test: .venv/dev words ## Install what the tests need, and run them all; COVERAGE=yes counts what they reach
	@bash tests/support/system.sh
	@$(MAKE) --no-print-directory lint
	@$(BIN)/coverage erase
	$(BIN)/pytest -q -n 2 --dist worksteal -m "not browser" $(if $(COVERAGE),--cov --cov-report=term:skip-covered --cov-fail-under=$(COVERED)) $(TESTS)
	@# By itself: the browser's driver runs an event loop that others' would clash with.
	$(BIN)/pytest -q -n 2 --dist worksteal -m browser $(TESTS)

pythons: .venv/dev words ## Run the unit tests on each other Python that the portal runs on and this machine has
	@bash tests/support/pythons.sh

test-databases: .venv/dev words ## Run every test on both databases, not only those that a database can change
	@bash tests/support/system.sh
	$(BIN)/pytest -q -n 2 --dist worksteal -m "not browser" --both-databases $(TESTS)

story: .venv/dev words ## Play the story of features/ in a browser, on the portal that `make run` started
	@bash tests/support/system.sh
	GRANTS_STORY=development.ini PORTAL_URL=http://localhost:$(PORT) \
	  $(BIN)/pytest -q tests/features/test_story.py -k sqlite

lint: .venv/dev ## Check style, layering, types and scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxlint --deny-warnings templates/static

check: .venv/dev words ## What to run before a commit: style, types, and the tests of pure rules
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest -q -n 2 --dist worksteal tests/unit

release: ## Date CHANGELOG.md, set the number and tag it: make release VERSION=0.2.0
	@bash requirements/release.sh $(VERSION)

fuzz: .venv/dev words ## Send 20,000 malformed requests, which must break nothing
	$(BIN)/python -W ignore -m tests.load.fuzz

bench: .venv/dev words ## Measure the pages and jobs people wait for, on both databases
	@bash tests/support/system.sh
	$(BIN)/python -m tests.load.bench

words: $(patsubst %.po,%.mo,$(wildcard grants/locale/*/LC_MESSAGES/*.po))

%.mo: %.po .venv/run
	@$(BIN)/python -m grants.locale

map: .venv/dev ## Draw docs/architecture.md anew from the code
	@$(BIN)/python -m tests.support.house --write

words-update: .venv/dev ## Gather new words into the catalogues of German and Spanish
	$(BIN)/python -W ignore -m grants.locale.update

lock: .venv/uv ## Pin all dependencies anew, with hashes
	$(LOCK) --upgrade --extra dev -o requirements/dev.txt setup.py
	$(LOCK) -c requirements/dev.txt -o requirements/run.txt setup.py

.venv/uv: requirements/tools.txt
	@$(BIN)/python -c '' 2>/dev/null || { python=$(PYTHON); \
	  python=$${python:-$$(bash requirements/python.sh)} && "$$python" -m venv --clear .venv; }
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/tools.txt 2>.venv/said || \
	  { tail -n 3 .venv/said; echo "The packages cannot be fetched: is there a network, and does it reach pypi.org?"; exit 1; } >&2
	@touch $@

.venv/run: .venv/uv requirements/run.txt setup.py
	@echo "Installing what the portal needs ..."
	@$(UV) --require-hashes -r requirements/run.txt
	@$(UV) --no-deps --no-build-isolation -e . 2>/dev/null
	@touch $@

.venv/dev: requirements/dev.txt .venv/run
	@echo "Installing what the tests need ..."
	@$(UV) --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: help run demo-reset check map release test test-databases pythons story lint bench fuzz words words-update lock

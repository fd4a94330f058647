# Each command calls `setup` first, which is quick when nothing changed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --jobs=2 --no-print-directory
.PHONY: help setup run test check bench screens

PYTHON := .venv/bin/python
PORT ?= 8000
WORKERS ?= 2
TESTS ?=
PYTHON_READY := .venv/ready-$(shell git hash-object requirements.lock)
NPM_READY := node_modules/.served/ready-$(shell git hash-object package-lock.json)

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' Makefile

setup: $(PYTHON_READY) $(NPM_READY) ## Makes .venv from requirements.lock and fetches the npm packages
	@:

run: setup ## Loads the sample community, runs its simulated month, prints what changed, then serves it
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py load_sample --month
	@LOG_LEVEL=$${LOG_LEVEL:-WARNING} $(PYTHON) manage.py serve --port $(PORT)

test: setup ## Runs every test: on SQLite without Redis, or on what DATABASE_URL and REDIS_URL name
	@.venv/bin/pytest --quiet -n $(WORKERS) --dist loadfile $(TESTS)

check: setup ## Checks form, types, import rules, migrations, the schema, and that the docs are up to date
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/mypy
	@$(PYTHON) manage.py makemigrations --check --dry-run
	@$(PYTHON) manage.py export_schema --check
	@$(PYTHON) manage.py settings_reference --check
	@.venv/bin/pytest --quiet tests/promises/test_docs.py

bench: setup ## Measures the engine and the way, and prints the tables of docs/benchmarks.md
	@$(PYTHON) -m bench

screens: setup ## Takes the pictures of the pages in docs/screens (needs Chromium)
	@$(PYTHON) -m tests.screens

$(PYTHON_READY): requirements.lock
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "matchmaker needs Python 3.11 or newer")'
	@echo "Fetching Python packages into .venv"
	@python3 -m venv .venv
	@$(PYTHON) -m pip install --disable-pip-version-check --no-compile --no-deps --require-hashes \
		-r requirements.lock 2> >(grep '^ERROR' >&2) | awk \
		-v total=$$(grep -c '==' requirements.lock) \
		'/^(Collecting|Processing)/ {if (++n % 10 == 0) {print "  " n " of " total; fflush()}} \
		/^Installing/ {print "  installing them, the longest step"; fflush()}'
	@rm -f .venv/ready-* && touch $@

$(NPM_READY): package-lock.json
	@echo "Fetching npm packages into node_modules"
	@npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error > /dev/null
	@mkdir -p node_modules/.served/graphiql node_modules/.served/cytoscape
	@cp node_modules/react/umd/react.production.min.js node_modules/react-dom/umd/react-dom.production.min.js \
		node_modules/graphiql/graphiql.min.js node_modules/graphiql/graphiql.min.css node_modules/.served/graphiql/
	@cp node_modules/cytoscape/dist/cytoscape.min.js node_modules/.served/cytoscape/
	@touch $@

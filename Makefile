# leadcard: everything a developer runs. Needs Python 3.11 or newer, git and make.
#
#   make demo        the main job on an example project
#   make test        all tests          make test-fast   those that take a moment
#   make check       style, types, import rules, documentation
#   make dev         only prepare .venv  make engines     database servers that tests start
#
# Another Python: make PYTHON=python3.12 ...

PYTHON ?= python3
VENV := .venv
# They have environments of their own, lest what they need decide what the others get.
DBT := .venv-dbt
SNOW := .venv-snow
PY := $(VENV)/bin/python
# The stamp names this folder, so that a copied or moved clone prepares its own environment.
PLACE := $(shell printf '%s' '$(CURDIR)' | cksum | cut -d ' ' -f 1)
STAMP := $(VENV)/ready-$(PLACE)
WORKERS ?= 2
PYTEST := $(PY) -m pytest -q -rs
DEMO := scorecards/industrial
DEMO_OUT := build/demo
DEMO_LEAD := L-004
DEMO_TIME := --as-of 2026-11-21T12:00:00Z

.PHONY: help dev engines links demo test test-fast agreement fuzz check lint types imports docs format grammar \
	bench bench-others picture clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed -n '1,8p'

# --- the environment ------------------------------------------------------------------------------

dev: $(STAMP) links

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "leadcard needs Python 3.11 or newer; '$(PYTHON)' is missing or older." >&2; \
	  echo "Name another one: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments (its venv or ensurepip module is missing)." >&2; \
	  echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Preparing $(VENV) (once, about a minute) ..."
	@test -x $(PY) && test -e $@ || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@rm -f $(VENV)/ready-*
	@touch $@

# Type checkers do not follow the package-dir mapping of pyproject.toml; they read these links.
links:
	@mkdir -p .links/leadcard
	@for name in dsl compiler runtime; do ln -sfn "../../$$name" ".links/leadcard/$$name"; done
	@for path in leadcard/*.py leadcard/py.typed leadcard/cli; do ln -sfn "../../$$path" ".links/leadcard/$${path##*/}"; done

# Database servers for the tests that run on them; where they cannot be installed, those are skipped.
engines:
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then \
	  echo "PostgreSQL is there"; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; \
	else echo "PostgreSQL is missing, and only root can install it here: its tests are skipped"; fi
	@if test -x /usr/sbin/mariadbd || command -v mariadbd >/dev/null; then echo "MariaDB is there"; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends mariadb-server; \
	else echo "MariaDB is missing, and only root can install it here: its tests are skipped"; fi
	@test -x $(DBT)/bin/dbt || { \
	  $(PYTHON) -m venv $(DBT) && $(DBT)/bin/pip install -qq --disable-pip-version-check \
	  'dbt-core>=1.10.5,<1.11' dbt-duckdb dbt-postgres; } || { \
	  rm -rf $(DBT); echo "dbt cannot be installed here: its tests are skipped"; }
	@test -d $(SNOW)/bin && $(SNOW)/bin/python -c 'import fakesnow' 2>/dev/null || { \
	  $(PYTHON) -m venv $(SNOW) && $(SNOW)/bin/pip install -qq --disable-pip-version-check \
	  fakesnow 'snowflake-connector-python<5'; } || { \
	  rm -rf $(SNOW); echo "fakesnow cannot be installed here: its tests are skipped"; }

# --- the main job ---------------------------------------------------------------------------------

demo: $(STAMP)
	@mkdir -p $(DEMO_OUT)
	@for step in \
	  "check $(DEMO)" \
	  "test $(DEMO)" \
	  "score $(DEMO)/industrial.scorecard $(DEMO_TIME) --format table" \
	  "score $(DEMO)/industrial.scorecard $(DEMO_TIME) --explain -o $(DEMO_OUT)/scores.csv" \
	  "explain $(DEMO)/industrial.scorecard $(DEMO_TIME) --lead $(DEMO_LEAD)" \
	; do printf '\n$$ leadcard %s\n\n' "$$step"; $(PY) -m leadcard $$step || exit 1; done
	@printf '\nThe scores, with reasons: %s\n' $(DEMO_OUT)/scores.csv

picture: $(STAMP)
	$(PY) docs/draw_picture.py $(DEMO) "explain industrial.scorecard $(DEMO_TIME) --lead $(DEMO_LEAD)"

# --- tests and checks -----------------------------------------------------------------------------

test: $(STAMP) links
	$(PYTEST) -n $(WORKERS)

test-fast: $(STAMP) links
	$(PYTEST) -n $(WORKERS) -m "not slow"

# A long run on random cards and leads: make agreement CASES=20000 SEED=7 JOBS=2
CASES ?= 20000
SEED ?= 1
JOBS ?= $(WORKERS)
# On databases: make agreement ENGINES=spark,bigquery CASES=200
ENGINES ?= python,sql
agreement: $(STAMP) links
	$(PY) -m tests.agreement --full --engines $(ENGINES) --cases $(CASES) --seed $(SEED) --jobs $(JOBS)

# A long run of random inputs, guided by coverage: make fuzz RUNS=1000000 SEED=7
RUNS ?= 100000
fuzz: $(STAMP) links
	$(PY) -m pip install -qq --disable-pip-version-check --editable '.[fuzz]'
	$(PY) -m tests.fuzz --runs $(RUNS) --seed $(SEED)

# The table that lies beside the grammar, after a change of the grammar.
grammar: $(STAMP)
	$(PY) -m leadcard.dsl.make_table

check: lint types imports docs

lint: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(STAMP) links
	$(PY) -m mypy .links/leadcard tests benchmarks

# The linter finds packages by folder and follows no links: it reads a copy under the one namespace.
imports: $(STAMP) links
	@rm -rf .cache/imports && mkdir -p .cache/imports && cp -RL .links/leadcard .cache/imports/
	cd .cache/imports && ../../$(PY) -c \
	  'from importlinter.cli import lint_imports_command; lint_imports_command()' \
	  --no-logo --no-cache --config ../../pyproject.toml

docs: $(STAMP)
	$(PY) -m sphinx -q -W --keep-going -b html -d .cache/docs docs build/docs

format: $(STAMP)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(STAMP)
	$(PY) -m benchmarks.cli_start
	$(PY) -m benchmarks.python_backend
	$(PY) -m benchmarks.sql_duckdb
	$(PY) -m benchmarks.diff_cost
	$(PY) -m benchmarks.whole_card_race
	$(PY) -m benchmarks.scale

# Rule engines and databases are installed for it (`make engines`).
bench-others: $(STAMP)
	$(PY) -m pip install -qq --disable-pip-version-check --editable '.[bench]'
	$(PY) -m benchmarks.rule_engines
	$(PY) -m benchmarks.whole_card_race --engine postgres
	$(PY) -m benchmarks.whole_card_race --engine clickhouse

clean:
	rm -rf build dist site .links .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

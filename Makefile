# `make` alone lists the targets. Needs only make and Python 3.11 or newer with its venv module.
PYTHON ?= python3
PORT ?= 8000
export PORT
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD = 1

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
ON_POSTGRES := $(BIN)/python -m tests.postgres
PYTEST := $(BIN)/pytest -n auto
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make requirements"
TEMPLATES := $(wildcard templates */templates)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-24s %s\n", $$1, $$2}'

# --- the virtual environment: made once, filled again only when requirements change ---------------------------------
.venv/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Chợ Bản needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo not there)."; \
		echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
		rm -rf .venv; echo "Python's venv module is missing (on Debian: apt-get install python3-venv)."; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.base: .venv/.uv requirements/base.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	@touch $@

.venv/.dev: .venv/.uv requirements/base.txt requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@ .venv/.base

# --- running --------------------------------------------------------------------------------------------------------
.PHONY: demo demo-reset self-check
demo: .venv/.base ## build the demo world (once) and serve it on http://127.0.0.1:8000 (PORT=…)
	@$(MANAGE) demo

demo-reset: .venv/.base ## throw the demo world away and build it anew
	@$(MANAGE) demo --reset

self-check: .venv/.base ## compare sums, stock, roll-ups and copies with the rows they come from
	@$(MANAGE) self_check

# --- tests ----------------------------------------------------------------------------------------------------------
.PHONY: test test-sqlite test-postgres
test: ## the whole suite, on SQLite and then on PostgreSQL (ARGS="-k cart" chooses)
	@$(MAKE) --no-print-directory test-sqlite
	@$(MAKE) --no-print-directory test-postgres

test-sqlite: .venv/.dev ## the suite on SQLite, browser tests included
	@echo "== tests on SQLite"
	@env -u DATABASE_URL $(PYTEST) $(ARGS)

test-postgres: .venv/.dev ## the suite on PostgreSQL (its own, or the one of DATABASE_URL)
	@echo "== tests on PostgreSQL"
	@$(ON_POSTGRES) -- $(PYTEST) $(ARGS)

# --- lint: the pieces run alone as well; `make -k lint` shows what all of them say ----------------------------------
.PHONY: lint lint-python lint-templates lint-types lint-imports lint-django format
lint: lint-python lint-templates lint-types lint-imports lint-django ## every check of the code

lint-python: .venv/.dev ## ruff: errors and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

lint-templates: .venv/.dev ## djlint: errors and format
	$(BIN)/djlint --lint --quiet --allow-empty-input $(TEMPLATES)
	$(BIN)/djlint --check --quiet --allow-empty-input $(TEMPLATES)

lint-types: .venv/.dev ## mypy with django-stubs
	$(BIN)/mypy

lint-imports: .venv/.dev ## the direction of imports
	$(BIN)/lint-imports --no-logo

lint-django: .venv/.dev ## system checks and forgotten migrations
	$(MANAGE) check --fail-level WARNING
	$(MANAGE) makemigrations --check --dry-run

format: .venv/.dev ## format Python and templates
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .
	$(BIN)/djlint --reformat --quiet --allow-empty-input $(TEMPLATES) || true

# --- now and then ---------------------------------------------------------------------------------------------------
.PHONY: bench requirements messages clean
bench: .venv/.dev ## measure on PostgreSQL: make bench NAME=pages SIZE=…
ifndef NAME
	@echo "Which one? make bench NAME=<name> [SIZE=…]"; ls bench | sed -n 's/^\([a-z][a-z_]*\)\.py$$/  \1/p'; exit 2
else
	@$(ON_POSTGRES) --durable -- $(BIN)/python -m bench.$(NAME) $(if $(SIZE),--size $(SIZE)) $(ARGS)
endif

requirements: ## compile requirements/*.txt from pyproject.toml; UPGRADE=1 takes newer versions
	@test -x $(BIN)/uv || $(MAKE) --no-print-directory .venv/.uv
	$(COMPILE) $(if $(UPGRADE),--upgrade) --group install -o requirements/uv.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements/base.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	@! grep -nE '://|--(extra-)?index-url|--find-links' requirements/*.txt || { echo "an address slipped in"; exit 1; }

messages: .venv/.dev ## collect strings for locale/ and compile them (needs gettext's tools)
	$(MANAGE) makemessages --locale en --no-obsolete --add-location file --ignore .venv --ignore tests --ignore bench
	$(MANAGE) compilemessages --locale en --ignore .venv

clean: ## remove what tools leave behind; the demo world and .venv stay
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis staticfiles
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

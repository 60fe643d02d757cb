# Needs Python 3.11 or newer and make; `make help` lists the targets.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
STATIC := staticfiles/staticfiles.json
TEMPLATES := $(shell find templates */templates -name '*.html' 2>/dev/null)
EXPORT := --frozen --format requirements.txt --no-header --no-annotate --no-emit-project --quiet
PYTEST := $(BIN)/pytest -n $(JOBS)
RANDOM_KEY = $$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')
RANDOM_32_BYTES = $$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(32))')
# A site as it is in production, for checks that only such a site passes.
PRODUCTION := DEBUG=0 HTTPS=1 EMAIL_URL=smtp://localhost ALLOWED_HOSTS=register.example DATABASE_URL=sqlite://:memory: \
	SECRET_KEY=$(RANDOM_KEY) LOG_KEY=$(RANDOM_KEY) PROTECTION_KEYS=k1:$(RANDOM_32_BYTES) INDEX_KEY=$(RANDOM_32_BYTES)

.PHONY: help run test test-postgres check soak lint bench screenshots format messages lock

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*##/\1:/p' Makefile | while IFS=: read -r name text; do \
		printf '%-18s %s\n' "make $$name" "$$text"; done

run: $(VENV)/run.stamp $(CATALOGUES) $(STATIC)  ## the site with the sample register on 127.0.0.1:8000 (PORT= changes it)
	@exec $(BIN)/python scripts/run.py

test: $(VENV)/dev.stamp $(CATALOGUES) $(STATIC)  ## all tests: on SQLite, then on PostgreSQL where it is installed
	DATABASE_URL=sqlite://:memory: $(PYTEST)
	@if $(BIN)/python -c 'from tests.services import postgresql as p; raise SystemExit(p() is None)'; then \
		$(MAKE) --no-print-directory test-postgres; fi

test-postgres: $(VENV)/dev.stamp $(CATALOGUES) $(STATIC)  ## all tests on a throw-away PostgreSQL server
	$(BIN)/python -m tests.services $(PYTEST)

check: $(VENV)/dev.stamp $(CATALOGUES) lint  ## what CI runs: all checks, all tests, nothing left out
	REQUIRE_ALL=1 DATABASE_URL=sqlite://:memory: $(PYTEST)
	REQUIRE_ALL=1 $(BIN)/python -m tests.services $(PYTEST)

soak: $(VENV)/dev.stamp $(CATALOGUES)  ## random lives through all actions, 5,000 on each database
	LIFE_STEPS=5000 DATABASE_URL=sqlite://:memory: $(BIN)/pytest tests/procedures/test_lives.py
	@if $(BIN)/python -m tests.services; then LIFE_STEPS=5000 $(BIN)/python -m tests.services \
		$(BIN)/pytest tests/procedures/test_lives.py; fi

lint: $(VENV)/dev.stamp $(CATALOGUES) $(STATIC)  ## style, types, floors, migrations, deployment, locks
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djade --check $(TEMPLATES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(PRODUCTION) $(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(PRODUCTION) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(BIN)/uv lock --check --offline --python $(BIN)/python
	$(BIN)/uv export $(EXPORT) --no-dev | diff requirements.lock -
	$(BIN)/uv export $(EXPORT) | diff requirements-dev.lock -

bench: $(VENV)/dev.stamp $(CATALOGUES) $(STATIC)  ## the table of targets, measured here
	@if $(BIN)/python -m tests.services; then $(BIN)/python -m tests.services $(BIN)/python -m bench; \
		else DATABASE_URL= $(BIN)/python -m bench; fi

screenshots: $(VENV)/dev.stamp $(CATALOGUES) $(STATIC)  ## the pictures of the guides, taken on the journeys of the tests (needs a Chromium)
	REQUIRE_ALL=1 PICTURES=docs/images DATABASE_URL=sqlite://:memory: $(BIN)/pytest -p no:randomly tests/browser/journeys

format: $(VENV)/dev.stamp  ## put code and templates in shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djade $(TEMPLATES)

messages: $(VENV)/dev.stamp  ## collect the texts to translate (needs gettext)
	DEBUG=1 $(BIN)/python manage.py makemessages --locale zh_Hans --no-obsolete --no-wrap --add-location file \
		--ignore '$(VENV)/*' --ignore 'staticfiles/*' --ignore 'tests/*' --ignore 'bench/*'

lock: $(VENV)/dev.stamp  ## take newer packages into the locks
	$(BIN)/uv lock --upgrade --python $(BIN)/python
	$(BIN)/uv export $(EXPORT) --no-dev > requirements.lock
	$(BIN)/uv export $(EXPORT) > requirements-dev.lock

$(BIN)/python:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed.' >&2; exit 1; }
	@echo 'Making the virtual environment $(VENV).'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The development lock holds everything of the other one.
$(VENV)/dev.stamp: requirements-dev.lock requirements.lock | $(BIN)/python
	@echo 'Installing the locked packages for development.'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement $<
	@touch $(VENV)/run.stamp $@

$(VENV)/run.stamp: requirements.lock | $(BIN)/python
	@echo 'Installing the locked packages.'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement $<
	@touch $@

$(CATALOGUES): %.mo: %.po | $(VENV)/run.stamp
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(STATIC): $(VENV)/run.stamp $(shell find static */static -type f 2>/dev/null)
	@echo 'Collecting static files.'
	@DEBUG=1 DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

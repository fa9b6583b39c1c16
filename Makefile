# Promptwire's commands; `make help` lists them. Kept to what GNU make 3.81 and a POSIX sh understand (macOS, Debian).
# PYTHON=... chooses the interpreter of .venv, ARGS="..." goes on to the command that a target runs.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev web serve test check test-slow bench format lock clean
BIN := .venv/bin
BENCH ?= benchmarks/bench_*.py

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with what the server needs; serve and test do it by themselves
	@sh scripts/setup.sh server

setup-dev: ## the same, with the developers' tools
	@sh scripts/setup.sh dev

web: setup ## build the web interface, if it is not built yet; serve and test do it by themselves
	@$(BIN)/python -m scripts.web build

serve: setup ## start Promptwire on http://127.0.0.1:8000 with its data in ./data; ARGS="--port 9000" passes options on
	@$(BIN)/python -m scripts.web build || true
	@exec $(BIN)/promptwire serve --data ./data $(ARGS)

test: setup-dev ## everything that must hold: tests, ruff, mypy, import-linter, public types
	@$(BIN)/python -m scripts.run_tests all $(ARGS)

check: setup-dev ## the quick part, under 3 minutes: lint, types, and the suites of what changed
	@$(BIN)/python -m scripts.run_tests changed $(ARGS)

test-slow: setup-dev ## the tests marked slow, which `make test` leaves out
	@$(BIN)/python -m scripts.run_tests slow $(ARGS)

bench: setup-dev ## the benchmarks, one after the other; BENCH=benchmarks/bench_x.py runs one
	@for file in $(BENCH); do [ ! -f "$$file" ] || { echo "== $$file"; $(BIN)/python "$$file" $(ARGS) || exit 1; }; done

format: setup-dev ## let ruff fix and format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lock: ## renew constraints.txt: the newest versions that pyproject.toml allows
	@"$$(sh scripts/setup.sh python)" -m scripts.lock

clean: ## remove .venv and every cache, never ./data
	rm -rf .venv .venv.lock build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

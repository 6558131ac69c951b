# The targets need Python 3.13, git and make, and install uv in .local/ if uv is not on the PATH.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first of these commands that runs Python 3.13. A pyenv shim may exist but fail.
PYTHON := $(shell for candidate in python3.13 python3 python; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1 && \
	{ "$$candidate" -c 'import sys; print(sys.executable)'; break; }; done)
UV := $(shell command -v uv || echo .local/uv/bin/uv)

# uv must use the installed Python and never download another version.
export UV_PYTHON_DOWNLOADS := never
export PYTHONPATH := $(CURDIR)/layers/domain
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= us-east-1
# Ignore the active virtual environment, which may belong to another project.
unexport VIRTUAL_ENV
# Without bytecode, each worker of the tests would compile every module in each run.
unexport PYTHONDONTWRITEBYTECODE

IN_ENV := .venv/bin/
# The number of minutes for which `make soak` tries new sequences. The other tests of `make soak` run afterwards.
MINUTES ?= 20

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: setup-local ## Start the local stack, publish one post and serve until Ctrl-C
	@exec $(IN_ENV)python -m local run

.PHONY: demo
demo: setup-local ## Start the local stack, publish one post and stop; fail if the post was not published
	@exec $(IN_ENV)python -m local demo

.PHONY: demo-month
demo-month: setup-local ## Start the local stack, show the metrics of a post over a simulated month and stop
	@exec $(IN_ENV)python -m local month

.PHONY: bridge
bridge: setup-local ## Let containers of `sam local` reach the Postgres of `make run`
	@exec $(IN_ENV)python -m local.docker_bridge

.PHONY: test
test: setup ## Run the tests, except those of the other test commands
	$(IN_ENV)pytest --numprocesses auto --durations 20

.PHONY: test-api
test-api: setup ## Compare the API of the local stack with its OpenAPI document
	$(IN_ENV)python -m tests.contract

.PHONY: test-callers
test-callers: setup ## Make each call to the local stack as each kind of caller, and print the outcomes
	$(IN_ENV)python -m tests.contract.callers

# Other targets may run at the same time, so the browser is added to the environment, not installed instead of it.
.PHONY: test-web
test-web: setup ## Test the planner in Chromium
	@$(UV) sync --locked --quiet --group browser --python "$(PYTHON)"
	$(IN_ENV)pytest tests/web --numprocesses 2 --durations 10

.PHONY: soak
soak: setup ## Test with new random sequences for MINUTES=20, then run the other long tests
	$(IN_ENV)python -m tests.soak --minutes $(MINUTES)
	$(IN_ENV)python -m tests.event_order
	$(IN_ENV)python -m tests.plan_costs
	$(IN_ENV)python -m tests.fuzz --requests 30000
	$(IN_ENV)pytest --numprocesses auto -m "hypothesis or sweep" --hypothesis-profile soak

.PHONY: check
check: check-python check-template check-web ## Check the style, types, import rules, template, lock files, OpenAPI document and planner

.PHONY: check-python
check-python: setup
	$(IN_ENV)ruff check
	$(IN_ENV)ruff format --check
	$(IN_ENV)mypy
	$(IN_ENV)lint-imports
	$(UV) lock --check
	$(IN_ENV)python -m local.requirements --check
	$(IN_ENV)python -m local.top_level_domains --check
	$(IN_ENV)python -m local.api_versions

.PHONY: check-template
check-template: setup
	$(IN_ENV)sam validate --lint

.PHONY: check-web
check-web: setup
	$(IN_ENV)python -m local.openapi
	$(IN_ENV)openapi-spec-validator functions/openapi/openapi.json
	$(IN_ENV)python -m local.web check

.PHONY: openapi
openapi: setup ## Write the OpenAPI document functions/openapi/openapi.json from the code
	$(IN_ENV)python -m local.openapi

.PHONY: bench
bench: setup ## Run the benchmarks, print the results and save them as JSON
	$(IN_ENV)python -m tests.bench

.PHONY: web-build
web-build: setup-local ## Build the pages and the OpenAPI document that `sam build` requires
	$(IN_ENV)python -m local.web build

.PHONY: web
web: setup-local ## Serve the planner's sources during `make run`, and show each change immediately
	$(IN_ENV)python -m local.web serve

.PHONY: lock
lock: uv ## Update uv.lock and the requirements files
	$(UV) lock
	$(MAKE) setup
	$(IN_ENV)python -m local.requirements
	$(IN_ENV)python -m local.top_level_domains

.PHONY: setup
setup: uv ## Install the development environment into .venv
	@$(UV) sync --locked --quiet --python "$(PYTHON)"

# The local stack needs less than half of the packages. Those that are already installed are kept.
.PHONY: setup-local
setup-local: uv
	@$(UV) sync --locked --quiet --inexact --no-default-groups --group local --python "$(PYTHON)"

# The virtual environment has no pip, because installing pip would take longer than installing uv.
.PHONY: uv
uv: python
	@command -v "$(UV)" >/dev/null 2>&1 || { \
		echo "Installing uv in .local/uv"; \
		if "$(PYTHON)" -c 'import pip' 2>/dev/null; then \
			"$(PYTHON)" -m venv --without-pip .local/uv && \
			"$(PYTHON)" -m pip --python .local/uv install --quiet --disable-pip-version-check uv; \
		else \
			"$(PYTHON)" -m venv .local/uv && .local/uv/bin/pip install --quiet --disable-pip-version-check uv; \
		fi; }

.PHONY: python
python:
	@test -n "$(PYTHON)" || { \
		echo "Minutehand needs Python 3.13, but none of python3.13, python3 and python is that version." >&2; \
		echo "Install Python 3.13 (for example: pyenv install 3.13) and try again." >&2; exit 1; }

.PHONY: clean
clean: ## Delete the local stack's state, builds and caches
	git clean -fdXq functions web
	rm -rf .local .aws-sam .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

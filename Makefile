# make demo                set up, clean the seed articles, show what was cut
# make test                set up, run the tests of the core
# make test-integrations   set up, run the tests with Spark, Ray, Scrapy and other libraries, Java, jq, a browser
# make lint                ruff, mypy, bandit, the packs' examples, the packs' checks
# make docs                the documentation as a site, in out/site
# make hooks               check what changed before each commit
# make bench               speed, as ratios against the standard library
# make clean               remove what the others made

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
OUT    := out/demo

.PHONY: demo test test-integrations lint docs hooks bench clean
.DELETE_ON_ERROR:

demo: $(VENV)/.ready
	@$(BIN)/cleaner clean seeds -o $(OUT) --quiet
	@echo "The seed articles, and how much of what was cut from each:"
	@$(BIN)/cleaner audit summary $(OUT) --documents --top 5
	@echo
	@$(BIN)/cleaner audit verify $(OUT) --raw seeds
	@echo
	@echo "One of them, marked:"
	@echo
	@$(BIN)/cleaner diff seeds/003_78973c25d1f3bdc4.txt
	@echo
	@echo
	@echo "Clean texts: $(OUT)/*.txt"
	@echo "Audit:       $(OUT)/audit.jsonl"

test: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -n auto --dist worksteal

test-integrations: $(VENV)/.ready-integration
	$(BIN)/python -m pytest -m integration tests/integration

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml cleaner
	$(BIN)/cleaner patterns test
	$(BIN)/cleaner patterns fmt --check
	$(BIN)/cleaner patterns lint

docs: $(VENV)/.ready-docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "The site: out/site/index.html"

hooks: $(VENV)/.ready-dev
	$(BIN)/pre-commit install

bench: $(VENV)/.ready-dev
	$(BIN)/python -m benchmarks.text

clean:
	rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Installed again only when the project's needs change.
$(VENV)/.ready: pyproject.toml | $(BIN)/python
	$(PIP) install -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(BIN)/python
	$(PIP) install -e '.[dev]'
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-integration: pyproject.toml .ci/system-tools | $(BIN)/python
	.ci/system-tools
	$(PIP) install -e '.[dev,integration]'
	@touch $@ $(VENV)/.ready-dev $(VENV)/.ready

$(VENV)/.ready-docs: pyproject.toml | $(BIN)/python
	$(PIP) install -e '.[docs]'
	@touch $@ $(VENV)/.ready

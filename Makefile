# make demo    set up, clean the seed articles, show what was cut
# make test    set up, run all tests
# make lint    ruff, mypy, the packs' examples, the packs' checks
# make bench   speed, as ratios against the standard library
# make clean   remove what the others made

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
OUT    := out/demo

.PHONY: demo test lint bench clean
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
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cleaner patterns test
	$(BIN)/cleaner patterns fmt --check
	$(BIN)/cleaner patterns lint

bench: $(VENV)/.ready-dev
	$(BIN)/python benchmarks/text.py

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
	$(PIP) install -e '.[dev,integration]'
	@touch $@ $(VENV)/.ready

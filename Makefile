# Every recipe does its own set-up in .venv; only Python 3.11 to 3.13 and make are needed.

CANDIDATES := python3 python3.13 python3.12 python3.11 python
FIT := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in $(CANDIDATES); do $$p -c '$(FIT)' 2>/dev/null && { echo $$p; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# What `make model` works with; CARD.md in models/digitnet/weights names the sets of MODEL_DATA.
MODEL_DATA ?= runs/data
MODEL_FONTS ?= runs/fonts
MODEL_WORK ?= runs/model

.PHONY: help demo test lint format check bench suite faults soak samples fonts model clean

help:
	@echo "make demo     read the forms in samples/ into demo/"
	@echo "make test     run the tests"
	@echo "make lint     ruff, its formatter and mypy, changing nothing"
	@echo "make format   let ruff put the code in order"
	@echo "make check    lint, test, demo"
	@echo "make bench    what a page costs and what workers bring; speed of the networks"
	@echo "make suite    draw forms over the range of real paper and show where reading breaks"
	@echo "make faults   kill, fill up, lock out and feed slowly a service that watches a folder"
	@echo "make soak     5,000 documents through one such service, 10,000 pages through one run"
	@echo "make samples  draw the samples again"
	@echo "make fonts    get the fonts that the networks see print in; needs npm"
	@echo "make model    make the networks from nothing, hours: MODEL_DATA=folder of the data sets"
	@echo "make clean    remove .venv and what the recipes wrote"

demo: $(VENV)/plain
	@mkdir -p demo
	$(BIN)/digitscan run samples --out demo/results.csv --numbers demo/numbers.csv \
	  --annotated demo/annotated --report demo/report.html
	@echo "Now open demo/report.html in a browser, and look at demo/annotated/ and demo/results.csv."

test: $(VENV)/dev
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

check: lint test demo

bench: $(VENV)/dev
	PYTHONPATH=tests $(BIN)/python -m benchmarks $(BENCH)
	PYTHONPATH=tests $(BIN)/python tests/benchmarks/networks.py

suite: $(VENV)/dev
	PYTHONPATH=tests $(BIN)/python -m suite $(SUITE)

faults: $(VENV)/dev
	DIGITSCAN_LONG=1 $(BIN)/python -m pytest tests/faults tests/test_journal.py \
	  --ignore tests/faults/test_soak.py --ignore tests/faults/test_long_run.py

soak: $(VENV)/dev
	DIGITSCAN_LONG=1 $(BIN)/python -m pytest -s tests/faults/test_soak.py \
	  tests/faults/test_long_run.py

samples: $(VENV)/dev
	$(BIN)/python samples/build.py

fonts: $(VENV)/dev
	npm install --no-save --ignore-scripts --prefix $(MODEL_FONTS)/npm \
	  $$($(BIN)/python -m digitnet.fonts)
	$(BIN)/python -m digitnet.fonts $(MODEL_FONTS)/npm/node_modules $(MODEL_FONTS)

model: $(VENV)/dev
	$(BIN)/python -m digitscan.make_model $(MODEL_DATA) --fonts $(MODEL_FONTS) --work $(MODEL_WORK)

clean:
	rm -rf $(VENV) demo .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The stamps: set up anew when what the project needs has changed.

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "digitscan needs Python 3.11, 3.12 or 3.13: install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	"$(PYTHON)" -c '$(FIT)' || { echo "$(PYTHON) is not Python 3.11 to 3.13" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/plain: pyproject.toml | $(VENV)/made
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/dev: pyproject.toml | $(VENV)/made
	$(PIP) install --quiet --editable '.[dev,service,train]'
	@touch $(VENV)/plain $@

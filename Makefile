# Two commands: `make demo` shows what it does, `make test` is all that CI does.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO_SAMPLES := bbb-trailer bbb-scene live-band-mp4 speech shot-change bikes

.PHONY: demo test lint types floors docs unit deep bench readers wheel clean

demo: $(VENV)/.installed
	$(BIN)/clearreel samples fetch $(DEMO_SAMPLES) --to demo/footage
	$(BIN)/clearreel run demo/footage --into demo/data-set --rights examples/demo-rights.toml
	$(BIN)/clearreel report demo/data-set

test: lint types floors docs unit

lint: $(VENV)/.developing
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.developing
	$(BIN)/mypy

floors: $(VENV)/.developing
	$(BIN)/lint-imports

docs: $(VENV)/.developing
	$(BIN)/python tools/paste_help.py --check

unit: $(VENV)/.developing
	$(BIN)/pytest

# Long fuzz runs: too long for every day.
deep: $(VENV)/.developing
	$(BIN)/pytest tests/deep/*.py tests/takedown/deep/*.py tests/doubts/deep/*.py

# More than a night on an idle machine, or about five hours with SCALE=short; writes docs/benchmarks.md.
# PEERS=all adds 2.2 GB of peers, LONG=1 a video of ten hours, and SCALE=quick only shows that it works.
SCALE ?= full
PEERS ?= scenedetect
BENCH_PARTS := goals speed profile accuracy labelled cuts motion lookalike startup
bench: $(VENV)/.developing
	$(BIN)/python -m bench --peers $(PEERS) --scale $(SCALE) --parts $(BENCH_PARTS) $(if $(LONG),long)

# Asks other people's readers and writes docs/readers.md; CHECK=1 only says what differs. Brings 1.3 GB
# of readers, and needs ffmpeg and chromium installed.
readers: $(VENV)/.developing
	$(BIN)/python -m bench.readers $(if $(CHECK),--check)

wheel: $(VENV)/.developing
	$(PIP) wheel --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) demo dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

$(VENV)/.developing: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	touch $@

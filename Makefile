# Two commands: `make demo` and `make test`. Nothing but Python 3.11+, git and make is needed.
# uv is used where it is present (it follows uv.lock); otherwise a plain virtual environment is made.

PYTHON ?= python3
VENV   ?= .venv
SEED   ?= 1
INTO   ?= demo
SERVE  ?= 1
PORT   ?= 8400
UV     := $(shell command -v uv 2>/dev/null)
BIN    := $(VENV)/bin
# A file's tests run in one process, in order, so that what they share is built once. Three on two cores, since they wait for servers and disks.
WORKERS := -n 3 --dist loadfile --no-loadscope-reorder
export UV_PROJECT_ENVIRONMENT := $(VENV)
# Tests and benchmarks start hundreds of commands: where an environment forbids it, each would compile the source anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo drill test lint style types pytest coverage soak bench catalogues docs wheel clean python

help:
	@echo "make demo   build the example programme, find what is missing, open the portal (SERVE=0: without it)"
	@echo "make drill  change a shipment, sign everything anew, and see who finds out"
	@echo "make test   lint, types, floors, tests (under 15 minutes on 2 cores)"
	@echo "make soak   the longer batteries"
	@echo "make coverage  the tests, and which lines they do not reach"
	@echo "make bench  every benchmark, with the machine and the limits it is held against"
	@echo "make catalogues  bring the languages' catalogues up to date with the source"
	@echo "make docs   write the generated pages of docs/reference anew, build the site into build/site"
	@echo "make wheel  build what is released into dist/, and try it in a fresh environment"
	@echo "make clean  remove what was built; keeps programmes"

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Enduse needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }

# What the demo needs.
$(VENV)/.demo: pyproject.toml uv.lock | python
ifneq ($(UV),)
	uv sync --quiet --frozen --inexact --no-dev --extra portal --extra reports --extra analytics
else
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[portal,reports,analytics]'
endif
	@touch $@

# What the tests need: all of it but Spark, which is half a gigabyte; where it is there it stays.
$(VENV)/.test: pyproject.toml uv.lock | python
ifneq ($(UV),)
	uv sync --quiet --frozen --inexact --all-extras --no-extra spark
else
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[portal,reports,analytics,pictures,postgres,standards,workbooks]' --group dev
endif
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	$(BIN)/enduse demo --into $(INTO) --seed $(SEED)
ifneq ($(SERVE),0)
	@echo "The portal opens; look first at the gap: http://localhost:$(PORT)/en/missing/ or /ar/missing/"
	$(BIN)/enduse serve $(INTO) --port $(PORT)
endif

drill: $(VENV)/.demo
	$(BIN)/python tools/drill.py

lint: style types

style: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Types and floors are checked while tests wait for servers and disks; what is found is told at the end, and fails all the same.
test: style
	@told=$$(mktemp); nice $(MAKE) --no-print-directory types > $$told 2>&1 & types=$$!; \
	  $(MAKE) --no-print-directory pytest; failed=$$?; \
	  wait $$types || failed=2; cat $$told; rm $$told; exit $$failed

pytest: $(VENV)/.test
	$(BIN)/python -m pytest $(WORKERS) -m "not soak"

# Apart, since Python 3.11 counts lines by a tracer that doubles the time; from 3.12 on it costs next to nothing.
coverage: $(VENV)/.test
	COVERAGE_CORE=$$($(BIN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")') \
	  $(BIN)/python -m pytest $(WORKERS) -m "not soak" --cov --cov-report=term-missing:skip-covered

$(VENV)/.spark: $(VENV)/.test
ifneq ($(UV),)
	uv sync --quiet --frozen --all-extras
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[spark]'
endif
	@touch $@

# What took longest is told at the end: whoever adds a battery sees what it costs.
soak: $(VENV)/.spark
	$(BIN)/python -m pytest $(WORKERS) -m "soak or spark or hypothesis" --hypothesis-profile=drawn --durations=15

bench: $(VENV)/.test
	$(BIN)/python benchmarks/intake.py
	$(BIN)/python benchmarks/kinds.py
	$(BIN)/python benchmarks/tables.py
	$(BIN)/python benchmarks/coverage.py
	$(BIN)/python benchmarks/record/bench.py
	$(BIN)/python benchmarks/verify.py
	$(BIN)/python benchmarks/history.py 10000
	$(BIN)/python benchmarks/detection/scenarios.py power 20
	$(if $(REGISTER),$(BIN)/python benchmarks/register.py $(REGISTER),@echo "register: say REGISTER=FILE (examples/truck-register/README.md)")

catalogues: $(VENV)/.test
	$(BIN)/python tools/catalogues.py

docs: $(VENV)/.test
	$(BIN)/python docs/generate.py
	$(BIN)/python -m sphinx -q -W --keep-going -b html -d build/trees docs build/site
	@echo "build/site/index.html"

wheel: $(VENV)/.test
	rm -rf dist
	$(BIN)/python -m hatchling build -t wheel -d dist
	ENDUSE_WHEEL=$$(ls dist/*.whl) $(BIN)/python -m pytest -q tests/project/test_wheel.py
	sha256sum dist/*.whl

clean:
	rm -rf $(VENV) .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build

# `make` opens the seed article, `make test` passes the tests; both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The newcomer works in a copy that git ignores and that stays between runs.
SCRATCH := .make/annotations.db

# A virtual environment that could not be made whole is made again.
.DELETE_ON_ERROR:
.PHONY: run test check soak fuzz mutation bench bench-full pictures docs seed-db clean

run: $(VENV)/.installed
	@test -t 0 -a -t 1 || { echo "make: reading needs a terminal; 'make test' works without one" >&2; exit 2; }
	@mkdir -p .make
	@$(BIN)/reader --db $(SCRATCH) seeds

test: $(VENV)/.installed-dev check
	@# Sets name parametrised tests in another order in each process; the workers must agree.
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 -q

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

soak: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -s -m slow --timeout 3600

# Which share of small faults the tests notice: MUTATION="--seed 7 --sample 20 store" chooses a sample and groups.
mutation: $(VENV)/.installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[mutation]"
	$(BIN)/python tests/mutation.py $(MUTATION)

# One reader, guided by coverage: make fuzz FORMAT=conll SECONDS=600
FORMAT ?= jsonl
SECONDS ?= 60
fuzz: $(VENV)/.installed-dev
	@$(BIN)/python -c "import atheris" 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check atheris
	$(BIN)/python tests/by_coverage.py $(FORMAT) $(SECONDS)

# About half an hour; the README's table is made of what it writes.
bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench --json bench/results.json
	$(BIN)/python docs/make_docs.py

# The largest sizes: hours, and 10 GB of disk.
bench-full: $(VENV)/.installed-dev
	$(BIN)/python -m bench --full

# The pictures of the README, from the real screens.
pictures: $(VENV)/.installed-dev
	$(BIN)/python docs/make_pictures.py

# The pages of docs/ and the tables of the README that come from the program itself.
docs: $(VENV)/.installed-dev
	$(BIN)/python docs/make_docs.py

# The tracked annotations.db, again from the seed article and its gold labels.
seed-db: $(VENV)/.installed
	rm -f annotations.db
	LOGNAME=reader $(BIN)/reader --db annotations.db import seeds
	LOGNAME=reader $(BIN)/reader --db annotations.db import annotations.jsonl

$(VENV)/.installed: pyproject.toml
	@$(MAKE) --no-print-directory $(VENV)/bin/python
	@echo "Setting up in $(VENV): spaCy, Textual and the English pipeline (about 300 MB, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[en]"
	@$(BIN)/python -m compileall -q reader || true
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Setting up what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[en,articles,parquet,peers,dev]"
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make: Python 3.11 or newer is needed: make PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) .make mutants build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

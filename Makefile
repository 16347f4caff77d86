# make demo: install, and scan the built-in fictitious municipality.   make test: install, and run the tests.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint types floors check docs constraints clean screenshots

demo: $(VENV)/installed
	$(BIN)/locatiescan run --uitvoer uitvoer

test: $(VENV)/installed-test
	$(BIN)/python -m pytest -n auto

check: lint types floors

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-test
	$(BIN)/pyright --pythonpath $(BIN)/python

floors: $(VENV)/installed-test
	$(BIN)/lint-imports

# The page with every column, from the code and a scan of the demo; a test holds the committed page against it.
docs: $(VENV)/installed
	$(BIN)/python tools/columns.py docs/kolommen.md

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(PIP) install -c constraints.txt -e ".[test]"
	touch $@

# Pictures for the README; look at them before you commit them.
screenshots: $(VENV)/installed-test
	$(BIN)/python tools/screenshots.py docs/beelden

# Pin what is installed now; names and versions only.
constraints: $(VENV)/installed-test
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean:
	rm -rf $(VENV) uitvoer .pytest_cache .ruff_cache .hypothesis .import_linter_cache

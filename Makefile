# Everything runs in a virtual environment of its own; only python3 (3.11 or newer) and make
# are needed. Stamp files make a second run quick; a change of pyproject.toml installs again.

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=

PY  := $(VENV)/bin/python
TOOLS := $(VENV)/tools
PIP := $(PY) -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test agree certify fuzz fuzz-guided hostile lint format types build bench bench-ownership bench-intake bench-speed batch-kill coverage-law mutate-law docs pages lint-law bench-lsp bench-size edits samples sbom audit clean

help:
	@echo 'make demo        decide the example shipments and payments, and print why'
	@echo 'make test        run the tests (ARGS="-k name" is passed to pytest)'
	@echo 'make agree       compare the engines with the interpreter on many drawn programs'
	@echo 'make certify     certificates of all scenarios, and changes to them that must be refused'
	@echo 'make fuzz        random testing of all targets, or of some (ARGS="--target NAME --cases N --seed S")'
	@echo 'make fuzz-guided random testing guided by coverage, where atheris is installed'
	@echo 'make hostile     time and memory of every refusal, and chains of 10,000 links'
	@echo 'make lint        ruff'
	@echo 'make format      ruff, and write what it can mend itself'
	@echo 'make types       pyright, strict, on the package'
	@echo 'make build       sdist and wheel in dist/'
	@echo 'make bench       start-up times'
	@echo 'make bench-ownership  who is owned among a million stakes, against the plain worklist'
	@echo 'make bench-intake  the questions of one intake against those of an intake for each regime'
	@echo 'make bench-speed  every engine against hand-written code and other rule engines (ARGS=--quick)'
	@echo 'make bench-lsp   how soon an editor hears of an edit of the packaged law'
	@echo 'make bench-size  how the time of reading grows with the text'
	@echo 'make edits       many edits of the law: the language server remembers nothing wrong'
	@echo 'make samples     tests that take a sample of the scenarios, with one twelve times as large'
	@echo 'make batch-kill  kill large batches at ten moments, carry them on, compare every byte'
	@echo 'make coverage-law  every text of the law is seen each way by a scenario, or it is listed why not'
	@echo 'make lint-law    lint the law with its scenarios; plant the defect of each check in it in ten places'
	@echo 'make mutate-law  change the law in one place at a time; scenarios must notice 95 percent (goes on where it stopped)'
	@echo 'make docs        the documentation site in build/site; with build/coverage.json it shows coverage'
	@echo 'make pages       accessibility of reports and site in a browser, and pictures of them (npm, chromium)'
	@echo 'make sbom        what is installed here, as CycloneDX JSON: build/sbom.json'
	@echo 'make audit       known vulnerabilities of what is installed here'
	@echo 'make clean       remove what make has made'

demo: $(VENV)/.cli
	$(PY) examples/demo.py $(ARGS)

test: $(VENV)/.dev
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

certify: $(VENV)/.dev
	PYTHONPATH=tests $(PY) tests/certificates/trying.py $(ARGS)

fuzz: $(VENV)/.dev
	PYTHONPATH=tests $(PY) -m fuzz.run $(ARGS)

fuzz-guided: $(VENV)/.dev
	PYTHONPATH=tests $(PY) -m fuzz.guided $(ARGS)

hostile: $(VENV)/.dev
	PYTHONPATH=tests $(PY) tests/hostile/measure.py
	LINKS=10000 $(PY) -m pytest tests/hostile/test_chains.py $(ARGS)

agree: $(VENV)/.dev
	$(PY) tests/agree.py $(ARGS)

lint: $(VENV)/.dev
	$(PY) -m ruff check .

format: $(VENV)/.dev
	$(PY) -m ruff check --fix .

types: $(VENV)/.dev
	$(PY) -m basedpyright --pythonpath $(PY)

build: $(VENV)/.dev
	rm -rf dist
	$(PY) -m build --no-isolation

bench: $(VENV)/.dev
	$(PY) -m benchmarks.startup $(ARGS)

bench-ownership: $(VENV)/.dev
	$(PY) -m benchmarks.ownership $(ARGS)

bench-intake: $(VENV)/.dev
	$(PY) -m benchmarks.intake $(ARGS)

bench-speed: $(VENV)/.dev
	$(PY) -m benchmarks.speed $(ARGS)

bench-lsp: $(VENV)/.dev
	PYTHONPATH=tests $(PY) -m benchmarks.lsp $(ARGS)

bench-size: $(VENV)/.dev
	PYTHONPATH=tests $(PY) -m benchmarks.size $(ARGS)

edits: $(VENV)/.dev
	LONGER=50 $(PY) -m pytest tests/lsp/test_remembered.py $(ARGS)

samples: $(VENV)/.dev
	LONGER=12 $(PY) -m pytest tests/test_knowledge.py tests/test_ask.py tests/test_record.py tests/test_cache.py \
	  tests/render/test_clauses.py $(ARGS)

batch-kill: $(VENV)/.dev
	$(PY) tests/batch/kill_and_resume.py --rows 10000000 --law flat --kills 10 $(ARGS)
	$(PY) tests/batch/kill_and_resume.py --rows 1000000 --law whole --kills 10 $(ARGS)

coverage-law: $(VENV)/.dev
	$(PY) -m sanctions_rules coverage tests/law --jobs 2 --allowed tests/coverage_allowed.toml $(or $(ARGS),--of texts --fail-under 100)

lint-law: $(VENV)/.dev
	PYTHONPATH=tests $(PY) -m lint.whole $(ARGS)

mutate-law: $(VENV)/.dev
	@mkdir -p build
	$(PY) -m sanctions_rules mutate sanctions_rules/rulebooks --scenarios tests/law --jobs 2 --state build/mutants.jsonl \
	  --allowed tests/mutants_allowed.toml --fail-under 95 $(ARGS)

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict --config-file docs/site/mkdocs.yml $(ARGS)

pages: docs build/pages/node_modules
	$(PY) tests/pages/make.py build/pages/made
	MODULES=build/pages node tests/pages/axe.mjs build/pages/seen $$($(PY) tests/pages/make.py --list build/pages/made)

build/pages/node_modules:
	npm install --prefix build/pages --no-audit --no-fund axe-core@4 puppeteer-core@24

# The tools have an environment of their own, so that what they need is not counted as ours.
sbom: $(VENV)/.dev $(VENV)/.tools
	@mkdir -p build
	$(TOOLS)/bin/cyclonedx-py environment --output-reproducible --mc-type library --pyproject pyproject.toml \
	  --of JSON -o build/sbom.json $(ARGS) $(PY)

audit: $(VENV)/.dev $(VENV)/.tools
	$(PIP) freeze --exclude-editable > $(TOOLS)/installed.txt
	$(TOOLS)/bin/pip-audit --strict --disable-pip --no-deps -r $(TOOLS)/installed.txt $(ARGS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --clear, because a folder without its stamp is what an interrupted run has left.
$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name it: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is `$(PYTHON) -V 2>&1`. Name another: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' >/dev/null 2>&1 || { \
	  echo "$(PYTHON) cannot make a virtual environment: its module ensurepip is missing." >&2; \
	  echo "On Debian and Ubuntu it comes with the package python3-venv." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# Editable in both, so that the demo never shows older code than the tests test.
$(VENV)/.cli: pyproject.toml $(VENV)/.made
	$(PIP) install --editable '.[cli]'
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.made
	$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/.cli

$(VENV)/.docs: pyproject.toml $(VENV)/.made
	$(PIP) install --editable '.[docs]'
	@touch $@

$(VENV)/.tools: $(VENV)/.made
	$(PY) -m venv --clear $(TOOLS)
	$(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet install 'cyclonedx-bom>=5' 'pip-audit>=2.7'
	@touch $@

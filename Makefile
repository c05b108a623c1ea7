# make demo    see it work: bakes the default project, starts it, calls its tools (ONCE=1 ends there)
# make test    everything        make check   the quick part        make bake   a project in ./demo
# make test-clients  real clients against a project: docs/clients-matrix.md (CLIENTS="codex gemini" drives two)
# make docs    the documentation as a site, into .cache/site/html
# make bench   compare the speed with FastMCP and with peers: 15 minutes on a quiet machine (ROWS=echo runs one group of rows)

BIN := .venv/bin
SUPPORTED := import sys; sys.exit(sys.version_info < (3, 12))
# The first that runs: a name may belong to a shim of pyenv, behind which nothing is. PYTHON3=… takes another.
PYTHON3 ?= $(shell for python in python3.13 python3.12 python3.14 python3; do \
    $$python -c '$(SUPPORTED)' 2>/dev/null && echo $$python && break; done)
# uv would look for, and download, interpreters of its own.
export UV_PYTHON_DOWNLOADS := never
# Some machines forbid .pyc files: each of hundreds of processes would compile Django and FastMCP anew.
unexport PYTHONDONTWRITEBYTECODE
export VIRTUAL_ENV := $(CURDIR)/.venv
# Caches inside the template's folder would be baked into projects.
export RUFF_CACHE_DIR := $(CURDIR)/.cache/ruff

.DEFAULT_GOAL := help
.PHONY: help setup check test test-docker test-clients demo docs screenshots bench bake clean

help:
	@sed -n '1,5s/^# //p' Makefile

setup: .venv/installed

.venv/installed: requirements-dev.txt .python-version
	@$(or $(PYTHON3),false) -c '$(SUPPORTED)' || { echo "ERROR: $(if $(PYTHON3),$(PYTHON3) does not run or is too old: )this needs Python 3.12 or newer. Install one, such as with \
	    \"uv python install 3.13\", or say where it is: PYTHON3=/path/to/python3" >&2; exit 1; }
	$(PYTHON3) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[^ ]*' requirements-dev.txt)"
	$(BIN)/uv pip install --quiet --requirements requirements-dev.txt
	@touch $@

check: setup
	$(BIN)/pytest -n auto --dist worksteal tests/test_*.py

test: check
	scripts/install-test-servers.sh
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m slow

# The same projects on a real Docker engine, which `make test` does not ask for.
test-docker: setup
	$(BIN)/pytest tests/docker/on_docker.py tests/docker/all_on_docker.py

# Installs a gigabyte of other people's programs, which `make test` does not ask for.
test-clients: setup
	scripts/install-test-servers.sh
	$(BIN)/python -m clients $(CLIENTS)

demo: setup
	$(BIN)/python scripts/demo.py $(if $(ONCE),--once)

docs: setup
	$(BIN)/python scripts/docs_site.py

# The images of README.md and of the site, taken anew.
screenshots: setup
	SCREENSHOTS=docs/screenshots $(BIN)/pytest tests/browser/test_screenshots.py

bench: setup
	$(BIN)/python -m benchmarks $(ROWS)

bake: setup
	$(BIN)/cookiecutter . --no-input --overwrite-if-exists --output-dir demo $(WITH)

clean:
	rm -rf .venv .cache demo
	git clean -Xdfq -- '{{cookiecutter.project_slug}}'

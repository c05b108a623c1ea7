# make demo    see it work: bakes the default project, starts it, calls its tools (ONCE=1 ends there)
# make test    everything        make check   the quick part        make bake   a project in ./demo
# make bench   compare the speed with FastMCP and with peers (ROWS=echo runs one group of rows)

BIN := .venv/bin
# uv would look for, and download, interpreters of its own.
export UV_PYTHON_DOWNLOADS := never
# Some machines forbid .pyc files: each of hundreds of processes would compile Django and FastMCP anew.
unexport PYTHONDONTWRITEBYTECODE
export VIRTUAL_ENV := $(CURDIR)/.venv
# Caches inside the template's folder would be baked into projects.
export RUFF_CACHE_DIR := $(CURDIR)/.cache/ruff

.DEFAULT_GOAL := help
.PHONY: help setup check test test-docker demo bench bake clean

help:
	@sed -n '1,3s/^# //p' Makefile

setup: .venv/installed

.venv/installed: requirements-dev.txt .python-version
	@python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' || \
	    { echo "ERROR: python3 is not Python 3.13: install it and put it first on PATH, then run make again."; exit 1; }
	python3 -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[^ ]*' requirements-dev.txt)"
	$(BIN)/uv pip install --quiet --requirements requirements-dev.txt
	@touch $@

check: setup
	$(BIN)/pytest -n auto -m "not slow"

test: check
	scripts/install-test-servers.sh
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m slow

# The same projects on a real Docker engine, which `make test` does not ask for.
test-docker: setup
	$(BIN)/pytest tests/docker/on_docker.py tests/docker/all_on_docker.py

demo: setup
	$(BIN)/python scripts/demo.py $(if $(ONCE),--once)

bench: setup
	PYTHONPATH=tests $(BIN)/python -m benchmarks $(ROWS)

bake: setup
	$(BIN)/cookiecutter . --no-input --overwrite-if-exists --output-dir demo $(WITH)

clean:
	rm -rf .venv .cache demo
	git clean -Xdfq -- '{{cookiecutter.project_slug}}'

"""`make demo ONCE=1`, the first thing that a visitor of this repository runs."""

import re
import sys
from pathlib import Path

import pytest

from testing.harness import PYTHONS, ROOT, BakedProject, run

# Runs scripts/demo.py, but in a folder of the test, and with virtual environments that exist already.
DEMO = """
import sys
from pathlib import Path
sys.path.insert(0, "scripts")
import demo
demo.FOLDER, demo.OLD_CLIENT = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
demo.main()
"""


def test_the_demo(
    everything: BakedProject, old_python: Path, cookiecutter_home: Path, tmp_path: Path
) -> None:
    """Catches a changed answer of a tool, and a demo that fails behind a company's proxy."""
    nowhere = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    printed = run(
        *(sys.executable, "-c", DEMO, tmp_path / "demo", old_python.parent.parent, "--once"),
        cwd=ROOT,
        VENV=str(everything.path / ".venv"),
        COOKIECUTTER_CONFIG=str(cookiecutter_home / "config.yaml"),
        **nowhere,
    )
    calls = re.findall(r"^(fastmcp|mcp) .* (\S+)   \d+ tools   whoami .* products 60$", printed, re.MULTILINE)
    assert calls == [("fastmcp", "2026-07-28"), ("mcp", "2025-11-25"), ("mcp", "2025-11-25")]
    assert re.search(r"^MCP     http://localhost:\d+/mcp/$", printed, re.MULTILINE)


@pytest.mark.parametrize("python", PYTHONS)
def test_what_the_demo_installs_exists_for_each_python(python: str, tmp_path: Path) -> None:
    """Catches a pin that has left the oldest Python: there, `make demo` would end before its first line."""
    uv = Path(sys.executable).with_name("uv")
    run(
        *(uv, "pip", "compile", "--quiet", "--python-version", python),
        *("--output-file", tmp_path / "requirements.txt", "requirements-dev.txt"),
        cwd=ROOT,
    )

"""Which Python `make` uses, here and in a generated project, and its message if there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import ROOT

GOOD = f'exec "{sys.executable}" "$@"'
# What a shim of pyenv does when the version that it stands for is not installed.
SHIM = "echo 'pyenv: version is not installed' >&2; exit 127"
OLD = """case "$1" in -V) echo Python 3.11.4 ;; *) exit 1 ;; esac"""


@pytest.fixture(params=["repository", "generated"])
def folder(request: pytest.FixtureRequest, bake: Bake, tmp_path: Path) -> Path:
    if request.param == "generated":
        return copy(bake().path, "Makefile", "pyproject.toml", to=tmp_path / "generated")
    needed = ("Makefile", ".python-version", "requirements-dev.txt")
    return copy(ROOT, *needed, to=tmp_path / "repository")


def copy(source: Path, *names: str, to: Path) -> Path:
    to.mkdir()
    for name in names:
        shutil.copy(source / name, to)
    return to


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def make(folder: Path, *arguments: str, pythons: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run make where these are all the interpreters there are."""
    for name, text in pythons.items():
        program(folder / "bin" / name, text)
    for name in ("python3.12", "python3.13", "python3.14", "python3"):
        if name not in pythons:
            program(folder / "bin" / name, SHIM)
    shell = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTHON3"))}
    path = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=shell | path, text=True, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    ("pythons", "taken"),
    [
        ({"python3.13": GOOD, "python3.12": GOOD, "python3": OLD}, "python3.13"),
        ({"python3.13": SHIM, "python3.12": GOOD, "python3": GOOD}, "python3.12"),
        ({"python3.14": GOOD, "python3": OLD}, "python3.14"),
        ({"python3": GOOD}, "python3"),
    ],
)
def test_first_python_that_runs_is_taken(folder: Path, pythons: dict[str, str], taken: str) -> None:
    """Catches a `python3` of Debian, Homebrew or pyenv that does not fit."""
    shown = make(folder, "--eval", "show: ; @echo $(PYTHON3)", "show", pythons=pythons)
    assert shown.stdout.split() == [taken]


@pytest.mark.parametrize("arguments", [(), ("PYTHON3=./bin/python3",)], ids=["none", "chosen"])
def test_without_a_python_that_fits_one_sentence_says_how_to_get_one(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    result = make(folder, "setup", *arguments, pythons={"python3": OLD})
    assert result.returncode != 0
    sentence = " ".join(result.stderr.split())
    assert 'needs Python 3.12 or newer. Install one, such as with "uv python install 3.13"' in sentence
    # Who chose one is told that it was looked at.
    assert ("./bin/python3 does not run or is too old: " in sentence) == bool(arguments)
    assert "Traceback" not in result.stderr
    assert not (folder / ".venv").exists()


def test_a_venv_of_an_older_python_is_refused(bake: Bake, tmp_path: Path) -> None:
    """Catches an older `.venv` that passes, so that later errors do not name it."""
    project = copy(bake().path, "Makefile", "pyproject.toml", to=tmp_path / "generated")
    program(project / ".venv/bin/python", OLD)
    result = make(project, "setup", pythons={"python3.13": GOOD})
    assert result.returncode != 0
    assert ".venv has Python 3.11.4, but this project needs 3.12 or newer" in result.stderr

"""Slow installations, which are kept between test runs until their requirements change."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testing.harness import ROOT, locked, run


@contextmanager
def cached(folder: Path, *recipes: Path) -> Iterator[bool]:
    """Yield whether `folder` was made from these recipes. If it was not, the block must make it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made_from = folder / "made-from"
    with locked(folder.with_suffix(".lock")):
        wanted = b"".join(recipe.read_bytes() for recipe in recipes)
        is_there = made_from.exists() and made_from.read_bytes() == wanted
        yield is_there
        if not is_there:
            made_from.write_bytes(wanted)


def environment_with(*requirements: Path, venv: Path) -> Path:
    """Return the interpreter of a virtual environment with the requirements in these files."""
    python = venv / "bin" / "python"
    with cached(venv, *requirements) as is_there:
        if not is_there:
            run(sys.executable, "-m", "venv", "--clear", venv, cwd=ROOT)
            options = [option for file in requirements for option in ("-r", file)]
            run(
                sys.executable,
                "-m",
                "uv",
                "pip",
                "install",
                "--quiet",
                "--python",
                python,
                *options,
                cwd=ROOT,
            )
    return python

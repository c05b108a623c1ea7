"""Installs clients from npm and PyPI, each in its own folder that is kept between runs."""

import os
import subprocess
import sys
from pathlib import Path

from clients.place import CACHE
from testing.kept import cached
from testing.node import NODE

NPM = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class NotInstalledError(Exception):
    """A registry does not have a package, or its installation failed."""


def install(name: str, npm: tuple[str, ...], pypi: tuple[str, ...]) -> Path:
    """Install the packages unless they are installed already, and return their folder."""
    folder = CACHE / name
    folder.mkdir(parents=True, exist_ok=True)
    recipe = CACHE / f"{name}.txt"
    recipe.write_text("\n".join([*npm, *pypi]) + "\n")
    with cached(folder, recipe) as is_there:
        if not is_there:
            if npm:
                (folder / "package.json").write_text('{"private": true}\n')
                options = ("--no-package-lock", "--no-audit", "--no-fund")
                _run(NODE / "bin" / "node", NPM, "install", *options, *npm, folder=folder)
            if pypi:
                _run(sys.executable, "-m", "venv", "--clear", "--without-pip", folder / "venv", folder=folder)
                python = folder / "venv" / "bin" / "python"
                _run(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python, *pypi,
                     folder=folder)  # fmt: skip
    return folder


def _run(*command: str | Path, folder: Path) -> None:
    path = f"{NODE}/bin:{os.environ['PATH']}"
    result = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    if result.returncode:
        lines = (result.stdout + result.stderr).strip().splitlines()
        raise NotInstalledError(lines[-1] if lines else f"ended with {result.returncode}")

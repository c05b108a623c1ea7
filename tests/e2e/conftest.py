"""A generated project that runs, and clients to call it with."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import Answers, BakedProject
from testing.kept import environment_with
from testing.node import CACHE, Node, node_with
from testing.processes import Server, Site

MakeSite = Callable[..., Site]

CLIENTS = Path(__file__).parent / "clients"
FIXTURES = Path(__file__).parent / "fixtures"


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
    return environment_with(CLIENTS / "requirements-v1.txt", venv=CACHE / "mcp-v1")


@pytest.fixture(scope="session")
def node() -> Node:
    """Node.js with the packages of `clients/package.json`, which are kept between test runs."""
    return node_with(CLIENTS)

"""A running generated project, and clients that call it.

A plugin of tests/conftest.py: tests of several folders use its fixtures.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import Answers, BakedProject, locked
from testing.kept import environment_with
from testing.node import CACHE, Node, node_with
from testing.processes import UNLIMITED, Server, Site

MakeSite = Callable[..., Site]

CLIENTS = Path(__file__).parent / "e2e" / "clients"
FIXTURES = Path(__file__).parent / "e2e" / "fixtures"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def prepared_projects(bake_into: Bake, everything: BakedProject, shared_folder: Path) -> dict[bool, Path]:
    """The default project with its tables and a superuser, with and without demo data, for tests to copy.

    A copy takes a tenth of a second, and its modules are already compiled.
    """
    folders = {data: shared_folder / f"prepared-{data}" / "my_mcp_site" for data in (False, True)}
    with locked(shared_folder / "prepared.lock"):
        if not folders[True].exists():
            python = everything.path / ".venv/bin/python"
            Site(bake_into(folders[False].parent), python).prepare()
            with_data = shutil.copytree(folders[False], shared_folder / "with-data")
            Site(BakedProject(with_data), python).manage("create_demo_data")
            folders[True].parent.mkdir()
            with_data.rename(folders[True])
    return folders


@pytest.fixture(scope="session")
def make_site(
    bake_into: Bake,
    everything: BakedProject,
    prepared_projects: dict[bool, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> MakeSite:
    """Make a site with its own tables and superuser, on SQLite unless `DATABASE_URL` is given."""

    def make_site(
        *,
        answers: Answers | None = None,
        extra_tools: Path | None = None,
        demo_data: bool = False,
        **environment: str,
    ) -> Site:
        folder = tmp_path_factory.mktemp("site")
        is_prepared = not answers and "DATABASE_URL" not in environment
        if is_prepared:
            project = BakedProject(shutil.copytree(prepared_projects[demo_data], folder / "my_mcp_site"))
        else:
            project = bake_into(folder, **answers or {})
        if extra_tools:
            shutil.copy(extra_tools, project.path / "mcp_server" / "tools")
        settings = UNLIMITED | environment
        site = Site(project, everything.path / ".venv/bin/python", settings)
        if not is_prepared:
            site.prepare()
            if demo_data:
                site.manage("create_demo_data")
        return site

    return make_site


@pytest.fixture(scope="module")
def site(make_site: MakeSite) -> Site:
    """The default project with its demo data, a separate one for each test module."""
    return make_site(demo_data=True)


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    """The MCP process of the site, in production mode."""
    with site.serve_mcp() as server:
        yield server


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    return site.token()


@pytest.fixture(scope="session")
def old_python() -> Path:
    """The interpreter of a virtual environment with `mcp<2`, which is kept between test runs."""
    return environment_with(CLIENTS / "requirements-v1.txt", venv=CACHE / "mcp-v1")


@pytest.fixture(scope="session")
def node() -> Node:
    """Node.js with the packages of `clients/package.json`, which are kept between test runs."""
    return node_with(CLIENTS)

"""Recipes: their code blocks become files of a running project, as for a reader who follows the page."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import ALL_ON, ROOT, BakedProject, free_port
from testing.kept import environment_with
from testing.processes import Server, Site, running

PAGES = ROOT / "docs" / "recipes"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
# A block that belongs to a file names it: ```python main.py or ```python append config/settings/project.py.
# A block only for projects with tenants says so: ```python multi_tenancy main.py
BLOCK = re.compile(
    r"^```\w+ (?P<append>append )?(?P<tenants>multi_tenancy )?(?P<path>\S+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SHELL = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)

ServeRecipe = Callable[..., AbstractContextManager[Server]]


@dataclass(frozen=True)
class Page:
    """A recipe. Its name is that of its file."""

    name: str

    @property
    def text(self) -> str:
        return (PAGES / f"{self.name}.md").read_text(encoding="utf-8")

    def write_into(self, folder: Path) -> None:
        """Write the blocks of the page to files, as the page tells its reader to."""
        blocks = list(BLOCK.finditer(self.text))
        assert blocks, f"{self.name}.md has no code block with the name of a file"
        for block in blocks:
            if block["tenants"] and not (folder / "tenants").is_dir():
                continue
            path = folder / block["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if block["append"] else "w", encoding="utf-8") as file:
                file.write(("\n" if block["append"] else "") + block["text"])

    def shell(self) -> str:
        """Return the commands that the page tells its reader to run."""
        return "\n".join(SHELL.findall(self.text))


@pytest.fixture(scope="session")
def python(bake: Bake) -> Path:
    """An interpreter with the packages of a generated project and of the recipes, kept between test runs."""
    pyproject = bake(**ALL_ON).path / "pyproject.toml"
    return environment_with(pyproject, REQUIREMENTS, venv=ROOT / ".cache" / "recipes" / "venv")


@pytest.fixture(scope="session")
def prepared(
    prepared_projects: dict[bool, Path], python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Site:
    """The default project with its tables and a superuser, for the tests to copy."""
    folder = tmp_path_factory.mktemp("prepared") / "my_mcp_site"
    return Site(BakedProject(shutil.copytree(prepared_projects[False], folder)), python)


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Page:
    """The page that is tested, such as slow-api.md in test_slow_api.py."""
    return Page(request.path.stem.removeprefix("test_").replace("_", "-"))


@pytest.fixture
def site(page: Page, prepared: Site, tmp_path: Path) -> Site:
    """A project with the blocks of the page."""
    project = BakedProject(tmp_path / "my_mcp_site")
    shutil.copytree(prepared.project.path, project.path)
    page.write_into(project.path)
    return Site(project, prepared.python)


@pytest.fixture(scope="session")
def token(prepared: Site) -> str:
    """A token of the superuser, which is valid in every copy."""
    return prepared.token()


@pytest.fixture
def serve() -> ServeRecipe:
    """Run an ASGI app of a site: `with serve(site, "main:app") as server`."""

    @contextmanager
    def serve(site: Site, app: str = "config.asgi:app", **environment: str) -> Iterator[Server]:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with running(
            [str(site.python), "-m", "uvicorn", app, f"--port={port}"],
            cwd=site.project.path,
            environment=os.environ | {"PUBLIC_BASE_URL": url} | site.environment | environment,
            url=url,
            ready="/mcp/ready",
            log=site.project.path / f"server-{port}.log",
        ) as server:
            yield server

    return serve


@pytest.fixture(autouse=True)
def no_leftovers(tmp_path: Path) -> Iterator[None]:
    yield
    shutil.rmtree(tmp_path, ignore_errors=True)

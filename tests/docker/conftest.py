"""The default project on a Docker engine, once in production and once in development."""

import shutil
from collections.abc import Iterator

import pytest

from conftest import Bake
from sites import FIXTURES
from testing.docker_engine import Compose, find_engine
from testing.harness import free_port


@pytest.fixture(scope="session")
def engine() -> dict[str, str]:
    """The variables that lead `docker` to an engine."""
    return find_engine()


@pytest.fixture(scope="session", params=["production", "development"])
def compose(
    request: pytest.FixtureRequest,
    engine: dict[str, str],
    bake_into: Bake,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Compose]:
    """The stack, healthy, with demo data. Without COMPOSE_FILE it is development."""
    folder = tmp_path_factory.mktemp("docker")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)  # the containers have users of their own
    project = bake_into(folder, project_slug=f"docker_test_{request.param}")
    shutil.copy(FIXTURES / "slow.py", project.path / "mcp_server/tools")
    with (project.path / ".env").open("a") as settings:
        settings.write("MCP_WORKERS=2\n")
    port = str(free_port())
    environment = engine | {"HTTP_PORT": port}
    if request.param == "production":
        environment["COMPOSE_FILE"] = "compose.yaml"
    stack = Compose(project, environment, f"http://localhost:{port}")
    with stack.running():
        stack.manage("create_demo_data")
        yield stack


@pytest.fixture(scope="session")
def token(compose: Compose) -> str:
    """Made as the README says for development and docs/deploy.md for a server."""
    if "COMPOSE_FILE" not in compose.environment:
        return compose.create_token("create_dev_user")
    compose.create_admin()
    return compose.create_token()

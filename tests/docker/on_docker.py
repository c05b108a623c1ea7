"""The default project on a Docker engine: `make test-docker`.

Needs an engine with Compose. `../shared/docker-lab`, where it is, starts one and builds local
stand-ins for the public images.
"""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastmcp import Client
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from conftest import Bake
from e2e.clients.python_v2 import tour
from e2e.test_clients import LAST_OF_THE_OLD, MODERN, TOUR
from harness import ROOT, BakedProject
from stack.processes import free_port, status

LAB = ROOT.parent / "shared" / "docker-lab"
SLOW_TOOL = ROOT / "tests/e2e/fixtures/slow.py"
OURS = ("web", "mcp", "mcp-sse")

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def engine() -> dict[str, str]:
    """The variables that lead `docker` to an engine; it is an error when there is none."""
    if LAB.exists():
        exports = subprocess.run([LAB / "up"], check=True, capture_output=True, text=True).stdout
        lines = (shlex.split(line)[1].partition("=") for line in exports.splitlines())
        return {name: value for name, _, value in lines} | {"PATH": f"/usr/bin:{os.environ['PATH']}"}
    assert shutil.which("docker"), "make test-docker needs Docker: install it and start its engine."
    return {}


@dataclass(frozen=True)
class Compose:
    project: BakedProject
    environment: dict[str, str]
    url: str

    def __call__(self, *arguments: str) -> str:
        return self.project.run("docker", "compose", *arguments, **self.environment)

    def manage(self, *arguments: str) -> str:
        return self("exec", "-T", "web", "python", "manage.py", *arguments)

    def inspect(self, service: str) -> list[dict[str, object]]:
        ids = self("ps", "--quiet", service).split()
        text = self.project.run("docker", "inspect", *ids, **self.environment)
        found: list[dict[str, object]] = json.loads(text)
        return found


@pytest.fixture(scope="session", params=["compose.yaml", "compose.yaml:compose.override.yaml"])
def compose(
    request: pytest.FixtureRequest,
    engine: dict[str, str],
    bake_into: Bake,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Compose]:
    """The stack, once in production and once in development."""
    name = "docker_test_" + ("production" if request.param == "compose.yaml" else "development")
    folder = tmp_path_factory.mktemp("docker")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)  # the containers have users of their own
    project = bake_into(folder, project_slug=name)
    shutil.copy(SLOW_TOOL, project.path / "mcp_server/tools")
    port = free_port()
    environment = engine | {
        "COMPOSE_FILE": request.param,
        "HTTP_PORT": str(port),
        "HTTPS_PORT": str(free_port()),
        "MCP_WORKERS": "2",
    }
    stack = Compose(project, environment, f"http://localhost:{port}")
    if LAB.exists():
        project.run(LAB / "stand-in", ".", **environment)
        project.run(LAB / "build", ".", **environment)
        options = ["--no-build"]
    else:
        options = ["--build"]
    try:
        stack("up", "--detach", "--wait", *options)
        stack.manage("create_demo_data")
        stack("exec", "-T", "-e", "DJANGO_SUPERUSER_PASSWORD=docker", "web", "python", "manage.py",
              "createsuperuser", "--no-input", "--email=admin@example.com")  # fmt: skip
        yield stack
    finally:
        stack("down", "--volumes", "--timeout=1")


@pytest.fixture(scope="session")
def token(compose: Compose) -> str:
    printed = compose.manage("create_mcp_token", "--user=admin@example.com", "--name=docker")
    (token,) = (word for word in printed.split() if word.startswith("mcp_"))
    return token


async def test_clients(compose: Compose, token: str) -> None:
    modern = Client(StreamableHttpTransport(compose.url + "/mcp", auth=token))
    assert await tour(modern) == TOUR | {"revision": MODERN}
    old = Client(SSETransport(compose.url + "/mcp/sse", auth=token))
    assert await tour(old) == TOUR | {"revision": LAST_OF_THE_OLD}


def test_refusals(compose: Compose) -> None:
    assert status(compose.url + "/mcp/", "POST")[0] == 401
    assert status(compose.url + "/mcp/metrics")[0] == 404
    assert status(compose.url + "/")[0] == 200


@pytest.mark.parametrize("service", OURS)
def test_container(compose: Compose, service: str) -> None:
    (container,) = compose.inspect(service)
    settings: dict[str, object] = container["HostConfig"]  # type: ignore[assignment]
    assert settings["ReadonlyRootfs"]
    assert settings["CapDrop"] == ["ALL"]
    assert settings["SecurityOpt"] == ["no-new-privileges:true"]
    assert settings["Memory"]
    assert not container["NetworkSettings"]["Ports"]["8080/tcp"]  # type: ignore[index]
    assert compose("exec", "-T", service, "id", "-u").strip() == "10001"
    writable = "find / -xdev -writable ! -type l ! -path '/proc/*' 2>/dev/null || true"
    assert compose("exec", "-T", service, "sh", "-c", writable).split() == ["/tmp"]  # noqa: S108 - a tmpfs


async def test_replicas(compose: Compose, token: str) -> None:
    compose("up", "--detach", "--wait", "--no-build", "--no-recreate", "--scale=mcp=3", "mcp")
    try:
        assert len(compose.inspect("mcp")) == 3
        for _ in range(6):
            await test_clients(compose, token)
    finally:
        compose("up", "--detach", "--wait", "--no-build", "--no-recreate", "--scale=mcp=1", "mcp")


async def test_restart_of_the_database(compose: Compose, token: str) -> None:
    compose("restart", "db")
    async with Client(StreamableHttpTransport(compose.url + "/mcp", auth=token)) as client:
        assert (await client.call_tool("get_product_count")).data


def test_a_process_that_died_comes_back(compose: Compose) -> None:
    compose("exec", "-T", "mcp", "sh", "-c", "kill -TERM 1")
    compose("up", "--detach", "--wait", "--no-build", "--no-deps", "mcp")
    assert status(compose.url + "/mcp/ready")[0] == 200


def test_stopping(compose: Compose) -> None:
    """Everything ends by itself, before Docker kills it (exit status 137)."""
    compose("stop", *OURS, "nginx")
    states = [json.loads(line) for line in compose("ps", "--all", "--format=json").splitlines()]
    assert {state["ExitCode"] for state in states if state["Service"] in (*OURS, "nginx")} <= {0, 143}

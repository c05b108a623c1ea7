"""The default project on a Docker engine: `make test-docker`.

Needs an engine with Compose. DOCKER_LAB (testing/docker_engine.py) does without a registry of images.
"""

import asyncio
import json
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from conftest import Bake
from e2e.clients.python_v2 import tour
from e2e.test_clients import LAST_OF_THE_OLD, MODERN, TOUR
from stack.test_restarts import refused_too_soon, tool_call, under_load
from testing.docker_engine import Compose
from testing.harness import ROOT, free_port
from testing.stack import status

OURS = ("web", "mcp", "mcp-sse")
# Where Linux lets everybody write, and nothing of ours is.
FOR_EVERYBODY = {"/tmp", "/var/tmp", "/run/lock"}  # noqa: S108

pytestmark = pytest.mark.anyio
in_production = pytest.mark.parametrize("compose", ["production"], indirect=True)


def http(compose: Compose, token: str) -> StreamableHttpTransport:
    return StreamableHttpTransport(compose.url + "/mcp", auth=token)


async def test_clients(compose: Compose, token: str) -> None:
    assert await tour(Client(http(compose, token))) == TOUR | {"revision": MODERN}
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


@in_production
def test_image(compose: Compose) -> None:
    """Its user could change nothing even where the file system is not read-only; no compiler, no secret."""
    image = "docker_test_production"
    look = "find / -xdev -writable ! -type l ! -path '/proc/*' 2>/dev/null; command -v cc gcc c++ uv || true"
    assert set(compose.docker("run", "--rm", image, "sh", "-c", look).split()) <= FOR_EVERYBODY
    assert compose.docker("run", "--rm", image, "sh", "-c", "ls -A .env .git 2>/dev/null || true") == ""
    history = compose.docker("history", "--no-trunc", image)
    secrets = compose.project.secrets()
    assert not [name for name in ("SECRET_KEY", "POSTGRES_PASSWORD") if secrets[name] in history]
    # A layer that has the files of another once more, or what docs/deploy.md says is not there: it is 176.
    assert compose.image_size(image) / 2**20 < 185


@in_production
def test_locked(compose: Compose, bake_into: Bake, tmp_path: Path) -> None:
    """With a uv.lock, the image has what it says; one that is out of date is refused."""
    locked = Compose(bake_into(tmp_path, project_slug="docker_test_locked"), compose.environment)
    locked.project.run(ROOT / ".venv/bin/uv", "lock", "--upgrade-package=click==8.2.0")
    locked.build()
    ask = "from importlib.metadata import version; print(version('click'))"
    assert locked.docker("run", "--rm", "docker_test_locked", "python", "-c", ask) == "8.2.0\n"
    requirements = locked.project.path / "pyproject.toml"
    requirements.write_text(requirements.read_text().replace("dependencies = [", 'dependencies = ["six",', 1))
    with pytest.raises(AssertionError, match="needs to be updated"):
        locked.build()


@in_production
def test_smoke_test(compose: Compose) -> None:
    """What the generated CI runs, beside a stack that is running."""
    environment = compose.environment | {"HTTP_PORT": str(free_port())}
    printed = compose.project.run("deploy/smoke-test.sh", **environment)
    assert '"isError":false' in printed


@in_production
async def test_rolling_restart_loses_no_call(compose: Compose, token: str) -> None:
    """Of mcp: one replica more, then the old one ends."""
    (old,) = compose.ids("mcp")

    def roll() -> None:
        compose("up", "--detach", "--wait", "--no-build", "--no-recreate", "--scale=mcp=2", "mcp")
        compose.docker("stop", old)
        compose.docker("rm", old)

    async with Client(http(compose, token)) as client:
        answers = await under_load(tool_call(client), roll)
    assert not refused_too_soon(answers)
    assert len(compose.ids("mcp")) == 1


@in_production
async def test_restart_of_web_loses_no_request(compose: Compose) -> None:
    async def page() -> str:
        code, text = await asyncio.to_thread(status, compose.url + "/accounts/login/")
        return "" if code == 200 else f"{code} {text}"

    answers = await under_load(page, lambda: compose("restart", "web"))
    assert not refused_too_soon(answers)


@in_production
async def test_restart_of_the_database(compose: Compose, token: str) -> None:
    """Only calls in flight may fail, each with a clear error; two seconds later all is well."""
    is_back = 0.0

    def restart() -> None:
        nonlocal is_back
        compose("restart", "db")
        while True:
            with suppress(AssertionError):
                compose("exec", "-T", "db", "pg_isready", "--quiet", "--host=127.0.0.1")
                break
        is_back = time.monotonic()

    async with Client(http(compose, token)) as client:
        answers = await under_load(tool_call(client), restart, after=5)
    late = [answer for answer in answers if answer.began > is_back + 2]
    assert late
    assert {answer.problem for answer in late} == {""}
    assert not [answer for answer in answers if "Traceback" in answer.problem]


@in_production
@pytest.mark.parametrize("service", ["web", "mcp"])
async def test_killed_worker(compose: Compose, token: str, service: str) -> None:
    """Another takes its place, and calls go on meanwhile."""
    workers = (
        "grep -l '^PPid:.1$' /proc/[0-9]*/status | cut -d / -f 3 | while read -r id; do"
        " grep -q resource_tracker /proc/$id/cmdline || echo $id; done"
    )

    def running() -> set[str]:
        return set(compose("exec", "-T", service, "sh", "-c", workers).split())

    before = running()
    victim = min(before)
    compose("exec", "-T", service, "sh", "-c", f"kill -KILL {victim}")
    deadline = time.monotonic() + 20
    while len((now := running()) - {victim}) < len(before):
        assert time.monotonic() < deadline, f"Of {before}, {now} are left."
    assert len(before) == 2
    await test_clients(compose, token)
    assert status(compose.url + "/")[0] == 200


async def test_replicas(compose: Compose, token: str) -> None:
    compose("up", "--detach", "--wait", "--no-build", "--no-recreate", "--scale=mcp=3", "mcp")
    try:
        assert len(compose.ids("mcp")) == 3
        for _ in range(6):
            await test_clients(compose, token)
    finally:
        compose("up", "--detach", "--wait", "--no-build", "--no-recreate", "--scale=mcp=1", "mcp")


def test_a_process_that_died_comes_back(compose: Compose) -> None:
    def started_at() -> object:
        return compose.inspect("mcp")[0]["State"]["StartedAt"]  # type: ignore[index]

    before = started_at()
    compose("exec", "-T", "mcp", "sh", "-c", "kill -TERM 1")
    deadline = time.monotonic() + 20
    while started_at() == before:  # until then it counts as unhealthy, and nobody would wait for it
        assert time.monotonic() < deadline, "It does not come back."
        time.sleep(0.2)
    compose("up", "--detach", "--wait", "--no-build", "--no-deps", "mcp")
    assert status(compose.url + "/mcp/ready")[0] == 200


@in_production
async def test_a_call_in_flight_is_finished(compose: Compose, token: str) -> None:
    """`docker compose stop` sends SIGTERM; a tool that is running still answers."""
    async with Client(http(compose, token)) as client:
        await client.call_tool("count_slowly", {"to": 1})  # the client looks the tool up
        call = asyncio.create_task(client.call_tool("count_slowly", {"to": 6}))
        await asyncio.sleep(1)
        await asyncio.to_thread(compose, "stop", "mcp")
        assert (await call).content[0].text == "6"
    compose("up", "--detach", "--wait", "--no-build", "--no-deps", "mcp")


def test_stopping(compose: Compose, token: str) -> None:
    """Everything ends by itself, an open stream included, before Docker kills it (exit status 137)."""
    stream = urllib.request.Request(  # noqa: S310
        compose.url + "/mcp/sse", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(stream, timeout=60):  # noqa: S310
        compose("stop", *OURS, "nginx")
    states = [json.loads(line) for line in compose("ps", "--all", "--format=json").splitlines()]
    assert {state["ExitCode"] for state in states if state["Service"] in (*OURS, "nginx")} <= {0, 143}

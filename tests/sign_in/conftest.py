"""A site whose people come from a certified OpenID provider, with a second factor, or with a passkey."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from conftest import Bake
from testing.harness import BakedProject, free_port
from testing.node import NODE, Node
from testing.processes import Site, running

PASSWORD = secrets.token_urlsafe()
GROUP = "from django.contrib.auth.models import Group; Group.objects.create(name='sales')"


@dataclass(frozen=True)
class Places:
    """Where the site serves its pages and MCP, and where the provider answers."""

    web: str
    mcp: str
    issuer: str


@pytest.fixture(scope="session")
def places(
    everything: BakedProject, bake_into: Bake, node: Node, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Places]:
    """Everything runs. Staff need a second factor; whoever has an address of example.com may come."""
    project = bake_into(tmp_path_factory.mktemp("sign-in"), sign_in="allauth")
    web, mcp, issuer = (free_port() for _ in range(3))
    places = Places(*(f"http://localhost:{port}" for port in (web, mcp, issuer)))
    variables = {
        "DEBUG": "False",
        "WEB_WORKERS": "1",
        "PUBLIC_BASE_URL": places.mcp,
        "WEB_BASE_URL": places.web,
        "SIGN_UP": "example.com",
        "MFA_REQUIRED": "staff",
        "OIDC_ISSUER": places.issuer,
        "OIDC_CLIENT_ID": "site",
        "OIDC_CLIENT_SECRET": "secret",
        "OIDC_NAME": "Acme",
        "OIDC_GROUPS_CLAIM": "groups",
    }
    site = Site(project, everything.path / ".venv/bin/python", variables)
    site.manage("migrate", "--verbosity=0")
    site.manage("collectstatic", "--no-input", "--verbosity=0")
    account = ("--no-input", "--email=admin@example.com")
    site.manage("createsuperuser", *account, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    site.manage("shell", "--verbosity=0", "--no-imports", "--command", GROUP)

    def command(*words: str | Path) -> list[str]:
        return [str(word) for word in words]

    callback = f"{places.web}/accounts/oidc/company/login/callback/"
    uvicorn = ("-m", "uvicorn", "config.asgi:app", f"--port={mcp}")
    gunicorn = ("-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{web}")
    with ExitStack() as stack:
        for name, program, folder, url, ready in (
            ("issuer", command(NODE / "bin/node", "oidc_provider.mjs", str(issuer), callback), node.folder,
             places.issuer, "/.well-known/openid-configuration"),
            ("web", command(site.python, *gunicorn), project.path, places.web, "/ready"),
            ("mcp", command(site.python, *uvicorn), project.path, places.mcp, "/mcp/ready"),
        ):  # fmt: skip
            server = running(
                program,
                cwd=folder,
                environment=os.environ | variables,
                url=url,
                ready=ready,
                log=project.path / f"{name}.log",
            )
            stack.enter_context(server)
        yield places


@pytest.fixture
def page(chromium: Browser, places: Places) -> Iterator[Page]:
    """A phone, whose browser has nothing to complain about the site by the end of the test."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and message.location["url"].startswith(places.web):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", listen)
    yield page
    context.close()
    assert complaints == []

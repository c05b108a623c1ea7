"""With LoginRequiredMiddleware, programs still get answers instead of the log-in page."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

pytestmark = pytest.mark.django_db

ANSWERS = [
    ("GET", "/health", 200),
    ("GET", "/ready", 200),
    ("GET", "/metrics", 200),
    ("GET", "/favicon.ico", 302),
    ("GET", "/accounts/login/", 200),
    # % if cookiecutter.oauth
    ("GET", "/.well-known/oauth-authorization-server", 200),
    ("GET", "/.well-known/oauth-authorization-server/mcp", 200),
    ("GET", "/oauth/authorize", 400),
    ("POST", "/oauth/token", 400),
    ("POST", "/oauth/revoke", 400),
    ("POST", "/oauth/register", 400),
    # % endif
    # % if cookiecutter.file_tools
    ("GET", "/files/", 403),
    # % endif
]


@pytest.fixture(autouse=True)
def middleware(settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_programs_are_answered(client: Client, method: str, path: str, status: int) -> None:
    answer = client.generic(method, path)
    assert answer.status_code == status
    assert "login" not in answer.get("Location", "")


def test_people_sign_in_for_everything(client: Client) -> None:
    for page in ("mcp_server:home", "mcp_server:tokens"):
        answer = client.get(reverse(page))
        assert answer["Location"].startswith("/accounts/login/")

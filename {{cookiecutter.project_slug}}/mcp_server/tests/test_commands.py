"""The management commands, as a shell would call them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from accounts.models import User
from mcp_server.auth import MCPAuthError, resolve_mcp_user
from mcp_server.models import MCPToken

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def create(email: str, *options: str) -> str:
    return run("create_mcp_token", "--user", email, "--name", "laptop", *options).strip()


def test_a_created_token_is_all_that_is_printed_and_works(user: User) -> None:
    token = create("USER@example.com", "--tools", "whoami, add_numbers", "--expires-days", "30")
    assert re.fullmatch(r"mcp_[\w-]{60}", token)
    found = resolve_mcp_user(token)[1]
    assert found.user == user
    assert found.allowed_tools == ["whoami", "add_numbers"]
    assert found.expires_at
    assert (found.expires_at - found.created_at).days == 30


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--user", "nobody@example.com", "--name", "x"], "no user with the e-mail address nobody@example.com"),
        (["--user", "user@example.com", "--name", " "], "--name is empty"),
        (["--user", "user@example.com", "--name", "x", "--tools", "whoami,fly"], "no tool named fly"),
        (["--user", "user@example.com", "--name", "x", "--expires-days", "0"], "--expires-days is 0"),
        (["--user", "user@example.com", "--name", "x", "--expires-days", "99999"], "--expires-days is 99999"),
    ],
)
def test_a_wrong_option_is_refused_with_a_sentence(user: User, options: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=re.escape(message)):
        run("create_mcp_token", *options)
    assert not MCPToken.objects.exists()


def test_the_list_shows_states_and_never_a_token(user: User, admin: User) -> None:
    token = create(user.email)
    create(admin.email)
    run("revoke_mcp_token", token)
    listed = run("list_mcp_tokens", "--user", user.email)
    assert "revoked" in listed
    assert admin.email not in listed
    assert token not in run("list_mcp_tokens")


@pytest.mark.parametrize("by", ["number", "token"])
def test_a_revoked_token_is_refused(user: User, by: str) -> None:
    token = create(user.email)
    run("revoke_mcp_token", token if by == "token" else str(MCPToken.objects.get().pk))
    with pytest.raises(MCPAuthError, match="revoked"):
        resolve_mcp_user(token)


@pytest.mark.parametrize("given", ["mcp_unknown", "12345", "x"])
def test_revoking_what_does_not_exist_is_an_error(given: str) -> None:
    with pytest.raises(CommandError):
        run("revoke_mcp_token", given)


@pytest.fixture
def new_module() -> Iterator[list[Path]]:
    """Files of a new tool module, removed after the test."""
    package = settings.BASE_DIR / "mcp_server"
    paths = [package / "tools" / "teapots.py", package / "tests" / "tools" / "test_teapots.py"]
    yield paths
    for path in paths:
        path.unlink(missing_ok=True)


def test_a_new_tool_module_passes_its_own_test_as_it_is(new_module: list[Path]) -> None:
    run("add_mcp_tools", "teapots")
    with pytest.raises(CommandError, match="exists already"):
        run("add_mcp_tools", "teapots")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(new_module[1])]
    # Its own database: this test is using the other one.
    environment = os.environ | {"DATABASE_URL": "sqlite:////tmp/teapots.sqlite3"}
    tests = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert "2 passed" in tests.stdout, tests.stdout


@pytest.mark.parametrize("name", ["Teapots", "tea-pots", "class", "_tea", "../tea", ""])
def test_a_name_that_is_no_module_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="cannot name a module"):
        run("add_mcp_tools", name)


def test_a_development_user_is_made_once_and_only_in_development() -> None:
    with pytest.raises(CommandError, match="DEBUG"):
        run("create_dev_user")
    with patch.object(settings, "DEBUG", new=True):
        token = re.search(r"mcp_[\w-]{60}", run("create_dev_user"))
        assert token
        assert resolve_mcp_user(token[0])[0].is_superuser
        assert run("create_dev_user") == ""

"""The management commands, called as from a shell."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from mcp_server.auth import MCPAuthError, resolve_mcp_user
from mcp_server.models import MCPToken
from mcp_server.pages.tool_catalog import registered_tools
from operations.users import User

pytestmark = pytest.mark.django_db

SECRET = f"mcp_{'x' * 60}"


def run(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def create(email: str, *options: str) -> str:
    return run("create_mcp_token", "--user", email, "--name", "laptop", *options).strip()


def test_an_empty_list_of_tools_is_not_all_tools(user: User) -> None:
    with pytest.raises(CommandError, match="--tools is empty"):
        create(user.email, "--tools", "")


def test_a_created_token_is_all_that_is_printed_and_works(user: User) -> None:
    token = create(
        "USER@example.com", "--tools", "whoami, add_numbers", "--expires-days", "30", "--rate-limit", "5/hour"
    )
    assert re.fullmatch(r"mcp_[\w-]{60}", token)
    found = resolve_mcp_user(token)[1]
    assert found.user == user
    assert found.allowed_tools == ["whoami", "add_numbers"]
    assert found.rate_limit == "5/hour"
    assert found.expires_at
    assert round((found.expires_at - found.created_at) / timedelta(days=1)) == 30


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--user", "nobody@example.com", "--name", "x"], "No user signs in as nobody@example.com."),
        (["--user", "", "--name", "x"], "--user is empty"),
        (["--user", " ", "--name", "x"], "--user is empty"),
        (["--user", "user@example.com", "--name", " "], "--name: This field cannot be blank."),
        (["--user", "user@example.com", "--name", "x" * 101], "--name: Ensure this value has at most 100"),
        (["--user", "user@example.com", "--name", "x", "--tools", "whoami,fly"], "no tool named fly"),
        (["--user", "user@example.com", "--name", "x", "--expires-days", "0"], "--expires-days is 0"),
        (["--user", "user@example.com", "--name", "x", "--expires-days", "99999"], "--expires-days is 99999"),
        (
            ["--user", "user@example.com", "--name", "x", "--rate-limit", "20r/s"],
            "--rate-limit: '20r/s' is not a rate",
        ),
    ],
)
def test_a_wrong_option_is_refused_with_a_sentence(user: User, options: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=re.escape(message)):
        run("create_mcp_token", *options)
    assert not MCPToken.objects.exists()


def test_a_disabled_user_gets_no_token(user: User) -> None:
    user.is_active = False
    user.save()
    with pytest.raises(CommandError, match=r"Requests with it would be refused: user disabled\."):
        create(user.email)
    assert not MCPToken.objects.exists()


def test_every_tool_is_listed_with_what_it_needs() -> None:
    lines = {line.split()[0]: line.split()[1:4] for line in run("list_mcp_tools").splitlines()[1:]}
    assert list(lines) == [tool.name for tool in registered_tools()]
    assert lines["whoami"] == ["reads", "a", "token"]


def test_a_list_that_cannot_be_made_has_no_first_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches the names of columns above the one sentence that names a broken module."""

    def broken() -> None:
        raise ImproperlyConfigured("orders.py does not load.")

    monkeypatch.setattr("mcp_server.management.commands.list_mcp_tools.registered_tools", broken)
    with pytest.raises(ImproperlyConfigured):
        call_command("list_mcp_tools")
    assert capsys.readouterr().out == ""


def test_the_list_shows_states_and_never_a_token(user: User, admin: User) -> None:
    token = create(user.email)
    create(admin.email)
    run("revoke_mcp_token", token)
    listed = run("list_mcp_tokens", "--user", user.email)
    assert "revoked" in listed
    assert admin.email not in listed
    assert token not in run("list_mcp_tokens")


def test_the_list_is_never_in_memory_as_a_whole(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    create(user.email)
    monkeypatch.setattr("django.db.models.QuerySet.__iter__", None)  # which reads all rows at once
    assert user.email in run("list_mcp_tokens")


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


def test_a_new_tool_module_and_its_test_are_written_once(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    for folder in ("tools", "tests/tools"):
        (tmp_path / "mcp_server" / folder).mkdir(parents=True)
    run("add_mcp_tools", "teapots")
    written = (tmp_path / "mcp_server/tools/teapots.py").read_text()
    assert "def register_teapots_tools(mcp: FastMCP)" in written
    assert "describe_teapots" in (tmp_path / "mcp_server/tests/tools/test_teapots.py").read_text()
    with pytest.raises(CommandError, match="exists already"):
        run("add_mcp_tools", "teapots")


def test_tools_are_written_without_ruff(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BASE_DIR = tmp_path
    for folder in ("tools", "tests/tools"):
        (tmp_path / "mcp_server" / folder).mkdir(parents=True)
    monkeypatch.setattr("mcp_server.management.commands.add_mcp_tools.find_spec", lambda _: None)
    assert "Ruff is not installed" in run("add_mcp_tools", "teapots")
    assert (tmp_path / "mcp_server/tests/tools/test_teapots.py").exists()


@pytest.mark.parametrize("name", ["Teapots", "tea-pots", "class", "_tea", "../tea", ""])
def test_a_name_that_is_no_module_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="cannot name a module"):
        run("add_mcp_tools", name)


def test_a_development_user_is_made_once_and_only_in_development(settings: Settings) -> None:
    with pytest.raises(CommandError, match="DEBUG"):
        run("create_dev_user")
    settings.DEBUG = True
    token = re.search(r"mcp_[\w-]{60}", run("create_dev_user"))
    assert token
    assert resolve_mcp_user(token[0])[0].is_superuser
    assert run("create_dev_user") == ""


@pytest.mark.parametrize(
    "command",
    [
        ("mcp_load", "--token"),
        ("mcp_config", "--client", "cursor", "--token"),
        ("mcp_inspector", "--token"),
    ],
)
def test_what_is_no_token_is_not_shown(command: tuple[str, ...]) -> None:
    """Catches an error that contains the token: a CR from a Windows file cannot be sent in a header."""
    with pytest.raises(CommandError, match="--token has characters that no token has") as refused:
        run(*command, f"{SECRET}\r{SECRET}")
    assert SECRET not in str(refused.value)


def test_the_end_of_a_line_is_no_part_of_a_token() -> None:
    assert f'Bearer {SECRET}"' in run("mcp_config", "--client", "claude-code", "--token", f"{SECRET}\r\n")

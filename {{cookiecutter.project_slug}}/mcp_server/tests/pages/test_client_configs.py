"""The configuration that people paste into their clients."""

import base64
import json
import re
import shlex
import tomllib
from collections.abc import Callable
from io import StringIO
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from mcp_server.pages.client_configs import CLIENTS, NO_TOKEN

URL = "https://example.com/mcp/"
TOKEN = "mcp_secret"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
OPTION = ["--header", f"Authorization: Bearer {TOKEN}"]


@pytest.fixture(autouse=True)
def project(settings: Settings) -> None:
    settings.PROJECT_NAME = "Zoë's Shop"
    settings.MCP_URL = URL


@pytest.mark.parametrize(
    ("client", "parse", "expected"),
    [
        (
            "claude-code",
            shlex.split,
            ["claude", "mcp", "add", "--transport", "http", "zoes-shop", URL, *OPTION],
        ),
        (
            "claude-desktop",
            json.loads,
            {
                "mcpServers": {
                    "zoes-shop": {
                        "command": "npx",
                        "args": ["-y", "mcp-remote", URL, "--header", "Authorization:${AUTHORIZATION}"],
                        "env": {"AUTHORIZATION": f"Bearer {TOKEN}"},
                    }
                }
            },
        ),
        ("cursor", json.loads, {"mcpServers": {"zoes-shop": {"url": URL, "headers": HEADERS}}}),
        ("vscode", json.loads, {"servers": {"zoes-shop": {"type": "http", "url": URL, "headers": HEADERS}}}),
        (
            "codex",
            tomllib.loads,
            {"mcp_servers": {"zoes-shop": {"url": URL, "bearer_token_env_var": "MCP_TOKEN_ZOES_SHOP"}}},
        ),
        (
            "inspector",
            shlex.split,
            ["npx", "@modelcontextprotocol/inspector", "--transport", "http", "--server-url", URL, *OPTION],
        ),
    ],
)
def test_configuration(client: str, parse: Callable[[str], object], expected: object) -> None:
    assert parse(CLIENTS[client](URL, TOKEN)) == expected


def test_links_install_the_same_configuration() -> None:
    """As Cursor and VS Code read them."""
    cursor, vscode = (CLIENTS[name].link(URL, TOKEN) for name in ("cursor", "vscode"))  # type: ignore[misc]

    query = parse_qs(urlsplit(cursor).query)
    assert cursor.startswith("cursor://anysphere.cursor-deeplink/mcp/install?")
    assert query["name"] == ["zoes-shop"]
    assert json.loads(base64.b64decode(query["config"][0])) == {"url": URL, "headers": HEADERS}
    scheme, _, server = vscode.partition("?")
    assert scheme == "vscode:mcp/install"
    assert json.loads(unquote(server)) == {
        "name": "zoes-shop",
        "type": "http",
        "url": URL,
        "headers": HEADERS,
    }


@pytest.mark.parametrize("client", CLIENTS)
def test_no_configuration_speaks_of_a_token_that_is_not_needed(client: str) -> None:
    text = CLIENTS[client](URL, None)

    assert URL in text
    assert not re.search("None|Bearer|TOKEN|Authorization", text)


@pytest.mark.parametrize("client", CLIENTS)
def test_token_and_url_are_in_every_configuration(client: str) -> None:
    text = CLIENTS[client](URL, TOKEN)

    assert TOKEN in text or "takes no token" in CLIENTS[client].where
    assert URL in text


def test_claude_desktop_may_use_plain_http() -> None:
    assert "--allow-http" in CLIENTS["claude-desktop"]("http://10.0.0.1/mcp/", TOKEN)


def test_project_name_without_a_letter(settings: Settings) -> None:
    settings.PROJECT_NAME = "🚀"

    assert tomllib.loads(CLIENTS["codex"](URL, TOKEN))["mcp_servers"]["mcp-server"]["url"] == URL


def test_command_prints_only_the_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("mcp_config", client="cursor", token=TOKEN)

    out, err = capsys.readouterr()
    assert json.loads(out)["mcpServers"]["zoes-shop"]["headers"] == HEADERS
    assert err == ""


def test_command_without_a_token() -> None:
    out, err = StringIO(), StringIO()

    call_command("mcp_config", client="vscode", stdout=out, stderr=err)

    server = json.loads(out.getvalue())["servers"]["zoes-shop"]
    # % if cookiecutter.oauth
    assert server == {"type": "http", "url": URL}
    assert NO_TOKEN is None


# % else
    assert NO_TOKEN in server["headers"]["Authorization"]
    assert "create_mcp_token" in err.getvalue()


# % endif
def test_command_names_the_clients_it_knows() -> None:
    with pytest.raises(CommandError, match=r"There is no client 'emacs'\. Choose one of: claude"):
        call_command("mcp_config", client="emacs")

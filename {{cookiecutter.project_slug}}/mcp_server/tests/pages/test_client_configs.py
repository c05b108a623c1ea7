"""The configuration that users paste into their clients."""

import base64
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from mcp_server.management.commands import mcp_config
from mcp_server.pages.client_configs import CLIENTS
from mcp_server.pages.client_registry import PLACEHOLDER, server_name
from mcp_server.pages.tool_catalog import registered_tools

URL = "https://example.com/mcp"
TOKEN = "mcp_secret"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
HTTP = ["--transport", "http"]
OPTION = ["--header", f"Authorization: Bearer {TOKEN}"]


@pytest.fixture(autouse=True)
def project(settings: Settings) -> None:
    settings.PROJECT_NAME = "Zoë's Shop"
    settings.MCP_URL = f"{URL}/"


@pytest.mark.parametrize(
    ("client", "parse", "expected"),
    [
        (
            "claude-code",
            shlex.split,
            ["claude", "mcp", "add", "--scope", "user", *HTTP, "zoes-shop", URL, *OPTION],
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
            {"mcp_servers": {"zoes-shop": {"url": URL, "http_headers": HEADERS}}},
        ),
        (
            "gemini",
            shlex.split,
            ["gemini", "mcp", "add", "--scope", "user", *HTTP, "zoes-shop", URL, *OPTION],
        ),
        ("copilot", shlex.split, ["copilot", "mcp", "add", *HTTP, "zoes-shop", URL, *OPTION]),
        (
            "opencode",
            shlex.split,
            [
                "opencode",
                "mcp",
                "add",
                "zoes-shop",
                "--url",
                URL,
                "--header",
                f"Authorization=Bearer {TOKEN}",
            ],
        ),
        ("qwen", shlex.split, ["qwen", "mcp", "add", "--scope", "user", *HTTP, "zoes-shop", URL, *OPTION]),
        ("cline", shlex.split, ["cline", "mcp", "add", "zoes-shop", URL, *HTTP, *OPTION, "--yes"]),
        (
            "claude-code-stdio",
            shlex.split,
            [
                *["claude", "mcp", "add", "--scope", "user", "zoes-shop", "-e", f"MCP_TOKEN={TOKEN}", "--"],
                sys.executable,
                str(Path(__file__).parents[3] / "manage.py"),
                "mcp_stdio",
            ],
        ),
        (
            "sse",
            json.loads,
            {"mcpServers": {"zoes-shop": {"type": "sse", "url": f"{URL}/sse", "headers": HEADERS}}},
        ),
        (
            "other",
            json.loads,
            {"mcpServers": {"zoes-shop": {"type": "http", "url": URL, "headers": HEADERS}}},
        ),
        (
            "inspector",
            shlex.split,
            [
                *["npx", "@modelcontextprotocol/inspector", *HTTP, "--protocol-era", "auto"],
                *["--server-url", URL, *OPTION],
            ],
        ),
    ],
)
def test_configuration(client: str, parse: Callable[[str], object], expected: object) -> None:
    assert parse(CLIENTS[client](URL, TOKEN)) == expected


def test_links_install_the_same_configuration() -> None:
    """Catches links that Cursor and VS Code read differently from the text on the page."""
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


@pytest.mark.parametrize("client", [name for name, client in CLIENTS.items() if client.takes != "token"])
def test_no_configuration_speaks_of_a_token_that_is_not_needed(client: str) -> None:
    text = CLIENTS[client](URL, None)

    assert URL in text
    assert not re.search("None|Bearer|TOKEN|Authorization", text)


@pytest.mark.parametrize("client", CLIENTS)
def test_token_and_url_are_in_every_configuration(client: str) -> None:
    text = CLIENTS[client](URL, TOKEN)

    assert TOKEN in text or "takes no token" in CLIENTS[client].where
    assert URL in text or CLIENTS[client].runs == "server"


def test_claude_desktop_may_use_plain_http() -> None:
    assert "--allow-http" in CLIENTS["claude-desktop"]("http://10.0.0.1/mcp/", TOKEN)


def test_project_name_without_a_letter(settings: Settings) -> None:
    settings.PROJECT_NAME = "🚀"

    assert tomllib.loads(CLIENTS["codex"](URL, TOKEN))["mcp_servers"]["mcp-server"]["url"] == URL


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Customer Relationship and Order Management", "customer-relationship-and"),
        ("Kraftfahrzeughaftpflichtversicherung", "kraftfahrzeughaftpflichtvers"),
    ],
)
def test_a_long_project_name_leaves_room_for_the_tools(settings: Settings, name: str, short: str) -> None:
    """Catches names over 64 characters, which Copilot truncates and most models refuse."""
    settings.PROJECT_NAME = name

    assert server_name() == short
    assert len(server_name()) + max(len(tool.name) for tool in registered_tools()) <= 60


def test_what_has_no_token_yet_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Catches a configuration for Continue without a token, because Continue cannot sign in."""
    call_command("mcp_config", client="continue")

    out, err = capsys.readouterr()
    assert f'Authorization: "Bearer {PLACEHOLDER}"' in out
    assert "create_mcp_token" in err


def test_the_server_is_started_where_it_is() -> None:
    assert CLIENTS["claude-code-stdio"].obstacle("http://localhost:8001/mcp/") == ""
    assert "on the same machine" in CLIENTS["claude-code-stdio"].obstacle(URL)


@pytest.mark.parametrize(
    ("url", "transport"),
    [(f"{URL}/", ["http", "--protocol-era", "auto"]), (f"{URL}/sse/", ["sse"])],
)
def test_the_inspector_is_started_as_it_wants(url: str, transport: list[str]) -> None:
    with patch("subprocess.run") as run, patch("shutil.which", return_value="npx"):
        call_command("mcp_inspector", url, token=TOKEN)

    assert run.call_args.args[0] == [
        "npx", "@modelcontextprotocol/inspector", "--transport", *transport, "--server-url", url, *OPTION
    ]  # fmt: skip


def test_command_prints_only_the_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("mcp_config", client="cursor", token=TOKEN)

    out, err = capsys.readouterr()
    assert json.loads(out)["mcpServers"]["zoes-shop"]["headers"] == HEADERS
    assert err == ""


@pytest.mark.parametrize("no_token", [None, PLACEHOLDER], ids=["signs in", "placeholder"])
def test_command_without_a_token(monkeypatch: pytest.MonkeyPatch, no_token: str | None) -> None:
    monkeypatch.setattr(mcp_config, "NO_TOKEN", no_token)
    out, err = StringIO(), StringIO()

    call_command("mcp_config", client="vscode", stdout=out, stderr=err)

    server = json.loads(out.getvalue())["servers"]["zoes-shop"]
    assert server.get("headers") == (no_token and {"Authorization": f"Bearer {no_token}"})
    assert ("create_mcp_token" in err.getvalue()) is (no_token is not None)


def test_command_names_the_clients_it_knows() -> None:
    with pytest.raises(CommandError, match=r"There is no client 'emacs'\. Choose one of: claude"):
        call_command("mcp_config", client="emacs")

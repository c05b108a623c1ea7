"""Ready configuration of this server for the common AI clients.

To add a client, write one function here: the pages and `manage.py mcp_config` find it in CLIENTS.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import slugify

PLACEHOLDER = "YOUR_TOKEN"

type Render = Callable[[str, str], str]


@dataclass(frozen=True)
class Client:
    """An AI client. Called with the URL of the MCP server and a token, it returns the configuration."""

    title: str
    where: str
    render: Render

    def __call__(self, url: str, token: str) -> str:
        return self.render(url, token)


CLIENTS: dict[str, Client] = {}


def client(name: str, title: str, where: str) -> Callable[[Render], Client]:
    """Enter the decorated function in CLIENTS.

    Args:
        name: how `mcp_config --client` calls it.
        title: how people call it.
        where: a sentence that says where the text goes.
    """

    def register(render: Render) -> Client:
        CLIENTS[name] = Client(title, where, render)
        return CLIENTS[name]

    return register


def server_name() -> str:
    """Return what clients call this server: the project's name without blanks and accents."""
    return slugify(settings.PROJECT_NAME) or "mcp-server"


@client("claude-code", "Claude Code", "Run this in a terminal.")
def claude_code(url: str, token: str) -> str:
    """See https://code.claude.com/docs/en/mcp."""
    return f'claude mcp add --transport http {server_name()} {url} --header "{_header(token)}"'


@client(
    "claude-desktop",
    "Claude Desktop",
    "Merge this into claude_desktop_config.json (Settings, Developer, Edit Config); it needs Node.js.",
)
def claude_desktop(url: str, token: str) -> str:
    """See https://modelcontextprotocol.io/docs/develop/connect-local-servers and mcp-remote.

    The file takes local servers only, hence https://www.npmjs.com/package/mcp-remote. The header
    is in `env` because Claude Desktop for Windows breaks arguments at blanks.
    """
    arguments = ["-y", "mcp-remote", url, "--header", "Authorization:${AUTHORIZATION}"]
    if url.startswith("http:"):
        arguments.append("--allow-http")
    environment = {"AUTHORIZATION": f"Bearer {token}"}
    return _json("mcpServers", {"command": "npx", "args": arguments, "env": environment})


@client("cursor", "Cursor", "Merge this into ~/.cursor/mcp.json.")
def cursor(url: str, token: str) -> str:
    """See https://cursor.com/docs/mcp."""
    return _json("mcpServers", {"url": url, "headers": _headers(token)})


@client("vscode", "VS Code", "Merge this into mcp.json (command “MCP: Open User Configuration”).")
def vscode(url: str, token: str) -> str:
    """See https://code.visualstudio.com/docs/copilot/reference/mcp-configuration."""
    return _json("servers", {"type": "http", "url": url, "headers": _headers(token)})


@client("codex", "Codex", "Add this to ~/.codex/config.toml. Codex takes the token from the environment.")
def codex(url: str, token: str) -> str:
    """See https://developers.openai.com/codex/mcp."""
    variable = "MCP_TOKEN_" + server_name().upper().replace("-", "_")
    return "\n".join(
        [
            "# Before Codex starts, in its shell:",
            f"#   export {variable}={token}",
            f"[mcp_servers.{server_name()}]",
            f'url = "{url}"',
            f'bearer_token_env_var = "{variable}"',
        ]
    )


@client("inspector", "MCP Inspector", "Run this in a terminal; it needs Node.js.")
def inspector(url: str, token: str) -> str:
    """See https://modelcontextprotocol.io/docs/tools/inspector."""
    return (
        f'npx @modelcontextprotocol/inspector --transport http --server-url {url} --header "{_header(token)}"'
    )


def _header(token: str) -> str:
    return f"Authorization: Bearer {token}"


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _json(key: str, server: dict[str, Any]) -> str:
    return json.dumps({key: {server_name(): server}}, indent=2)

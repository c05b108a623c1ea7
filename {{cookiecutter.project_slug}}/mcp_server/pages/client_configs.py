"""Ready configuration of this server for the common AI clients.

To add a client, write one function here: the pages and `manage.py mcp_config` find it in CLIENTS.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.text import slugify

# What is put in where no token was made yet.
# % if cookiecutter.oauth
NO_TOKEN = None  # nothing: clients ask their user to sign in
# % else
NO_TOKEN = "YOUR_TOKEN"  # noqa: S105 - to be replaced
# % endif

type Render = Callable[[str, str | None], str]


@dataclass(frozen=True)
class Client:
    """An AI client. Called with the URL of the MCP server and a token, it returns the configuration.

    Without a token it is that of a client that needs none. `link` makes an address that installs it.
    """

    title: str
    where: str
    render: Render
    link: Render | None = None

    def __call__(self, url: str, token: str | None) -> str:
        return self.render(url, token)


CLIENTS: dict[str, Client] = {}


def client(name: str, title: str, where: str, link: Render | None = None) -> Callable[[Render], Client]:
    """Enter the decorated function in CLIENTS.

    Args:
        name: how `mcp_config --client` calls it.
        title: how people call it.
        where: a sentence that says where the text goes.
        link: what makes an address that installs the same with one click.
    """

    def register(render: Render) -> Client:
        CLIENTS[name] = Client(title, where, render, link)
        return CLIENTS[name]

    return register


def server_name() -> str:
    """Return what clients call this server: the project's name without blanks and accents."""
    return slugify(settings.PROJECT_NAME) or "mcp-server"


# % if cookiecutter.oauth
def claude_link(url: str, _token: str | None) -> str:
    """See https://claude.com/docs/connectors/building/directory-vs-custom."""
    values = {"modal": "add-custom-connector", "connectorName": server_name(), "connectorUrl": url}
    return f"https://claude.ai/customize/connectors?{urlencode(values)}"


@client(
    "claude",
    "Claude",
    "Add a custom connector with this address (Customize, Connectors), and sign in. It takes no token.",
    claude_link,
)
def claude(url: str, _token: str | None) -> str:
    """Cover the web, the desktop and the phone, which share their connectors."""
    return url


@client(
    "chatgpt",
    "ChatGPT",
    "Switch developer mode on (Settings, Connectors, Advanced), create a connector with this address, and"
    " sign in. It takes no token.",
)
def chatgpt(url: str, _token: str | None) -> str:
    """See https://developers.openai.com/apps-sdk/deploy/connect-chatgpt."""
    return url


# % endif
@client("claude-code", "Claude Code", "Run this in a terminal.")
def claude_code(url: str, token: str | None) -> str:
    """See https://code.claude.com/docs/en/mcp."""
    return f"claude mcp add --transport http {server_name()} {url}{_option(token)}"


@client(
    "claude-desktop",
    "Claude Desktop",
    "Merge this into claude_desktop_config.json (Settings, Developer, Edit Config); it needs Node.js.",
)
def claude_desktop(url: str, token: str | None) -> str:
    """See https://modelcontextprotocol.io/docs/develop/connect-local-servers and mcp-remote.

    The file takes local servers only, hence https://www.npmjs.com/package/mcp-remote. The header
    is in `env` because Claude Desktop for Windows breaks arguments at blanks.
    """
    arguments = ["-y", "mcp-remote", url]
    if url.startswith("http:"):
        arguments.append("--allow-http")
    if token is None:
        return _json("mcpServers", {"command": "npx", "args": arguments})
    arguments += ["--header", "Authorization:${AUTHORIZATION}"]
    environment = {"AUTHORIZATION": f"Bearer {token}"}
    return _json("mcpServers", {"command": "npx", "args": arguments, "env": environment})


def cursor_link(url: str, token: str | None) -> str:
    """See https://cursor.com/docs/mcp/install-links."""
    config = base64.b64encode(json.dumps(_remote(url, token)).encode()).decode()
    return "cursor://anysphere.cursor-deeplink/mcp/install?" + urlencode(
        {"name": server_name(), "config": config}
    )


@client("cursor", "Cursor", "Merge this into ~/.cursor/mcp.json.", cursor_link)
def cursor(url: str, token: str | None) -> str:
    """See https://cursor.com/docs/mcp."""
    return _json("mcpServers", _remote(url, token))


def vscode_link(url: str, token: str | None) -> str:
    """See https://code.visualstudio.com/docs/copilot/guides/mcp-developer-guide."""
    server = {"name": server_name(), "type": "http", **_remote(url, token)}
    return "vscode:mcp/install?" + quote(json.dumps(server), safe="")


@client(
    "vscode", "VS Code", "Merge this into mcp.json (command “MCP: Open User Configuration”).", vscode_link
)
def vscode(url: str, token: str | None) -> str:
    """See https://code.visualstudio.com/docs/copilot/reference/mcp-configuration."""
    return _json("servers", {"type": "http", **_remote(url, token)})


@client("codex", "Codex", "Add this to ~/.codex/config.toml.")
def codex(url: str, token: str | None) -> str:
    """See https://developers.openai.com/codex/mcp."""
    server = [f"[mcp_servers.{server_name()}]", f'url = "{url}"']
    if token is None:
        return "\n".join(["# Then, in a terminal:", f"#   codex mcp login {server_name()}", *server])
    variable = "MCP_TOKEN_" + server_name().upper().replace("-", "_")
    export = ["# Before Codex starts, in its shell:", f"#   export {variable}={token}"]
    return "\n".join([*export, *server, f'bearer_token_env_var = "{variable}"'])


@client("inspector", "MCP Inspector", "Run this in a terminal; it needs Node.js.")
def inspector(url: str, token: str | None) -> str:
    """See https://modelcontextprotocol.io/docs/tools/inspector."""
    return f"npx @modelcontextprotocol/inspector --transport http --server-url {url}{_option(token)}"


def _option(token: str | None) -> str:
    return f' --header "Authorization: Bearer {token}"' if token else ""


def _remote(url: str, token: str | None) -> dict[str, Any]:
    return {"url": url, "headers": {"Authorization": f"Bearer {token}"}} if token else {"url": url}


def _json(key: str, server: dict[str, Any]) -> str:
    return json.dumps({key: {server_name(): server}}, indent=2)

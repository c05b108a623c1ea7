"""The configuration of this server for each of the common AI clients.

To add a client, write a function here with the decorator `@client`. The pages and `manage.py mcp_config` show
it.
"""

import base64
import json
import shlex
import sys
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import gettext_noop as _

from mcp_server.pages.client_registry import CLIENTS, client, server_name

__all__ = ["CLIENTS"]

IN_A_TERMINAL = _("Run this in a terminal.")


@client(
    "claude-code",
    "Claude Code",
    IN_A_TERMINAL,
    sign_in=_("Run this in a terminal. “claude mcp login {name}” signs in, or /mcp inside Claude Code."),
)
def claude_code(url: str, token: str | None) -> str:
    """See https://code.claude.com/docs/en/mcp. Without the scope, it is valid only in the current folder."""
    return _mcp_add("claude", url, token)


@client(
    "claude-desktop",
    "Claude Desktop",
    _("Merge this into claude_desktop_config.json (Settings, Developer, Edit Config); it needs Node.js."),
)
def claude_desktop(url: str, token: str | None) -> str:
    """See https://modelcontextprotocol.io/docs/develop/connect-local-servers and mcp-remote.

    The file accepts only local servers, hence https://www.npmjs.com/package/mcp-remote. The header
    is in `env` because Claude Desktop for Windows splits arguments at spaces.
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


@client("cursor", "Cursor", _("Merge this into ~/.cursor/mcp.json."), link=cursor_link)
def cursor(url: str, token: str | None) -> str:
    """See https://cursor.com/docs/mcp."""
    return _json("mcpServers", _remote(url, token))


def vscode_link(url: str, token: str | None) -> str:
    """See https://code.visualstudio.com/docs/copilot/guides/mcp-developer-guide."""
    server = {"name": server_name(), **_typed("http", url, token)}
    return "vscode:mcp/install?" + quote(json.dumps(server), safe="")


@client(
    "vscode",
    "VS Code",
    _("Merge this into mcp.json (command “MCP: Open User Configuration”)."),
    link=vscode_link,
)
def vscode(url: str, token: str | None) -> str:
    """See https://code.visualstudio.com/docs/copilot/reference/mcp-configuration."""
    return _json("servers", _typed("http", url, token))


@client(
    "codex",
    "Codex",
    _("Add this to ~/.codex/config.toml."),
    sign_in=_("Run this in a terminal. It opens the browser, where you sign in."),
)
def codex(url: str, token: str | None) -> str:
    """See https://developers.openai.com/codex/mcp."""
    if token is None:
        return f"codex mcp add {server_name()} --url {url}"
    header = "http_headers = { Authorization = " + json.dumps(f"Bearer {token}") + " }"
    return "\n".join([f"[mcp_servers.{server_name()}]", f'url = "{url}"', header])


@client(
    "gemini",
    "Gemini CLI",
    IN_A_TERMINAL,
    sign_in=_("Run this in a terminal. Inside Gemini CLI, “/mcp auth {name}” signs in."),
)
def gemini(url: str, token: str | None) -> str:
    """See https://geminicli.com/docs/tools/mcp-server/."""
    return _mcp_add("gemini", url, token)


@client(
    "copilot",
    "GitHub Copilot CLI",
    IN_A_TERMINAL,
    sign_in=_("Run this in a terminal. Copilot opens the browser at its next start, where you sign in."),
)
def copilot(url: str, token: str | None) -> str:
    """See https://docs.github.com/en/copilot/how-tos/copilot-cli."""
    return f"copilot mcp add --transport http {server_name()} {url}{_header(token)}"


@client(
    "opencode",
    "opencode",
    IN_A_TERMINAL,
    sign_in=_("Run this in a terminal. “opencode mcp auth {name}” signs in."),
)
def opencode(url: str, token: str | None) -> str:
    """See https://opencode.ai/docs/mcp-servers. Its headers are NAME=VALUE."""
    header = f' --header "Authorization=Bearer {token}"' if token else ""
    return f"opencode mcp add {server_name()} --url {url}{header}"


@client(
    "qwen",
    "Qwen Code",
    IN_A_TERMINAL,
    sign_in=_("Run this in a terminal. Inside Qwen Code, /mcp and “Authenticate” sign in."),
)
def qwen(url: str, token: str | None) -> str:
    """See https://qwenlm.github.io/qwen-code-docs/en/users/features/mcp/."""
    return _mcp_add("qwen", url, token)


@client("cline", "Cline CLI", IN_A_TERMINAL, takes="token")
def cline(url: str, token: str | None) -> str:
    """See https://docs.cline.bot/mcp."""
    return f"cline mcp add {server_name()} {url} --transport http{_header(token)} --yes"


@client("continue", "Continue", _("Merge this into ~/.continue/config.yaml."), takes="token")
def continue_dev(url: str, token: str | None) -> str:
    """See https://docs.continue.dev/customize/deep-dives/mcp."""
    return f"""mcpServers:
  - name: {server_name()}
    type: streamable-http
    url: {url}
    requestOptions:
      headers:
        Authorization: "Bearer {token}\""""


@client(
    "claude-code-stdio",
    _("Claude Code, starting the server itself"),
    _("Run this in a terminal on the machine of this project."),
    takes="token",
    runs="server",
)
def claude_code_stdio(_url: str, token: str | None) -> str:
    """See https://code.claude.com/docs/en/mcp."""
    command = shlex.join([sys.executable, str(settings.BASE_DIR / "manage.py"), "mcp_stdio"])
    return f"claude mcp add --scope user {server_name()} -e MCP_TOKEN={token} -- {command}"


@client("inspector", "MCP Inspector", _("Run this in a terminal; it needs Node.js."))
def inspector(url: str, token: str | None) -> str:
    """See https://modelcontextprotocol.io/docs/tools/inspector."""
    return " ".join(["npx", *inspector_arguments(url)]) + _header(token)


@client(
    "sse",
    _("A client that knows only SSE"),
    _("This is the older transport. Some clients read this JSON as it is, others have their own format."),
)
def sse(url: str, token: str | None) -> str:
    """Return the form of Claude Code's `--mcp-config`."""
    return _json("mcpServers", _typed("sse", f"{url}/sse", token))


@client(
    "other",
    _("Any other client"),
    _(
        "Many clients read this JSON as it is (Claude Code, Copilot CLI, Gemini CLI, Droid, FastMCP);"
        " others need its address and header in their own format."
    ),
)
def other(url: str, token: str | None) -> str:
    """Return what six clients read unchanged."""
    return _json("mcpServers", _typed("http", url, token))


def inspector_arguments(url: str) -> list[str]:
    """Return the arguments of npx.

    Without `auto`, the Inspector uses 2025-11-25, where tools cannot ask the user.
    """
    is_sse = url.rstrip("/").endswith("/sse")  # the legacy transport, which has no newer revision
    transport = ["--transport", "sse"] if is_sse else ["--transport", "http", "--protocol-era", "auto"]
    return ["@modelcontextprotocol/inspector", *transport, "--server-url", url]


def _mcp_add(program: str, url: str, token: str | None) -> str:
    return f"{program} mcp add --scope user --transport http {server_name()} {url}{_header(token)}"


def _header(token: str | None) -> str:
    return f' --header "Authorization: Bearer {token}"' if token else ""


def _remote(url: str, token: str | None) -> dict[str, Any]:
    return {"url": url, "headers": {"Authorization": f"Bearer {token}"}} if token else {"url": url}


def _typed(transport: str, url: str, token: str | None) -> dict[str, Any]:
    return {"type": transport, **_remote(url, token)}


def _json(key: str, server: dict[str, Any]) -> str:
    return json.dumps({key: {server_name(): server}}, indent=2)

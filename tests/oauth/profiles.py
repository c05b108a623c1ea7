"""How each client signs in, according to its own documentation, documents and source in November 2026."""

from dataclasses import dataclass
from typing import Any

PUBLIC = {
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}


@dataclass(frozen=True)
class Profile:
    """The behaviour of one client.

    Attributes:
        source: the page where its makers document this.
        redirect_uri: the redirect URI of its authorization request.
        metadata: the metadata that it registers, or that it publishes at `document`.
        document: the URL with which it identifies itself (CIMD). With it, the client does not register.
        path: the path of the server's address as its user typed it.
        asks_scope: whether it asks for the scopes that the server offers.
        sends_resource: whether it names the resource (RFC 8707).
        mode: the era of the MCP protocol that it speaks.
    """

    name: str
    source: str
    redirect_uri: str
    metadata: dict[str, Any]
    document: str = ""
    path: str = "/mcp/"
    asks_scope: bool = True
    sends_resource: bool = True
    mode: str = "legacy"

    @property
    def has_secret(self) -> bool:
        """Whether the client is registered with a secret."""
        method: str = self.metadata["token_endpoint_auth_method"]
        return method.startswith("client_secret")


# The hosted apps of Claude: claude.ai, Claude Desktop and its mobile apps.
CLAUDE_PAGE = "https://claude.com/docs/connectors/building/authentication"
CLAUDE_CALLBACK = "https://claude.ai/api/mcp/auth_callback"
CLAUDE = PUBLIC | {"client_name": "Claude", "redirect_uris": [CLAUDE_CALLBACK]}

CHATGPT_PAGE = "https://developers.openai.com/plugins/build/auth"
CHATGPT_CALLBACK = "https://chatgpt.com/connector_platform_oauth_redirect"
CHATGPT_OWN_CALLBACK = "https://chatgpt.com/connector/oauth/AbCdEf123456"

CLAUDE_CODE_PAGE = "https://code.claude.com/docs/en/mcp"
CLAUDE_CODE = PUBLIC | {"client_name": "Claude Code", "redirect_uris": ["http://localhost:3118/callback"]}

# The metadata of native programs. Their redirect URIs match any port (RFC 8252, section 7.3).
NATIVE = PUBLIC | {
    "application_type": "native",
    "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
}

# fetchDynamicRegistration() in src/vs/base/common/oauth.ts
VSCODE_SOURCE = "https://github.com/microsoft/vscode"
VSCODE = PUBLIC | {
    "client_name": "Visual Studio Code",
    "client_uri": "https://code.visualstudio.com",
    "redirect_uris": [
        "https://insiders.vscode.dev/redirect",
        "https://vscode.dev/redirect",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
    ],
    "scope": "mcp:read mcp:write",
    "application_type": "native",
}

CURSOR_PAGE = "https://cursor.com/docs/mcp"
CURSOR_LEGACY_CALLBACK = "cursor://anysphere.cursor-mcp/oauth/callback"
CURSOR = PUBLIC | {
    "client_name": "Cursor",
    "redirect_uris": [
        CURSOR_LEGACY_CALLBACK,
        "http://localhost:8787/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
    ],
}

PROFILES = [
    Profile("claude.ai, registered", CLAUDE_PAGE, CLAUDE_CALLBACK, CLAUDE),
    Profile(
        "claude.ai, registered with a secret",
        CLAUDE_PAGE,
        "https://claude.com/api/mcp/auth_callback",
        CLAUDE
        | {
            "redirect_uris": [CLAUDE_CALLBACK, "https://claude.com/api/mcp/auth_callback"],
            "token_endpoint_auth_method": "client_secret_post",
        },
        path="/mcp",
    ),
    Profile(
        "claude.ai, CIMD",
        CLAUDE_PAGE,
        CLAUDE_CALLBACK,
        CLAUDE
        | {
            "client_uri": "https://claude.ai",
            # The third is for companies that sign in their users (RFC 7523), if the server offers it.
            "grant_types": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ],
        },
        document="https://claude.ai/oauth/mcp-oauth-client-metadata",
    ),
    Profile(
        "ChatGPT, registered",
        CHATGPT_PAGE,
        CHATGPT_OWN_CALLBACK,
        PUBLIC | {"client_name": "ChatGPT", "redirect_uris": [CHATGPT_OWN_CALLBACK]},
        path="/mcp",
    ),
    Profile(
        "ChatGPT, CIMD",
        CHATGPT_PAGE,
        CHATGPT_CALLBACK,
        {
            "client_name": "ChatGPT",
            "client_uri": "https://chatgpt.com/",
            "logo_uri": "https://persistent.oaistatic.com/sonic/misc/openai-logo.png",
            "redirect_uris": [CHATGPT_CALLBACK],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            # It prefers to authenticate with a signature, and acts as a public client if the server cannot.
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "token_endpoint_auth_signing_alg": "RS256",
            "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
        },
        document="https://chatgpt.com/oauth/client.json",
    ),
    Profile("Claude Code", CLAUDE_CODE_PAGE, "http://localhost:3118/callback", CLAUDE_CODE),
    Profile(
        "Claude Code, another port than it registered",
        CLAUDE_CODE_PAGE,
        "http://localhost:52817/callback",
        CLAUDE_CODE,
        path="/mcp",
    ),
    Profile(
        "Claude Code, CIMD",
        # The document: https://github.com/anthropics/claude-code/issues/37747
        CLAUDE_CODE_PAGE,
        "http://localhost:3118/callback",
        PUBLIC
        | {
            "client_name": "Claude Code",
            "client_uri": "https://claude.ai",
            "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
        },
        document="https://claude.ai/oauth/claude-code-client-metadata",
    ),
    Profile(
        "Codex, CIMD",
        "https://developers.openai.com/codex/mcp",
        "http://127.0.0.1:41729/callback",
        NATIVE | {"client_name": "Codex", "client_uri": "https://openai.com"},
        document="https://chatgpt.com/oauth/codex/client.json",
        path="/mcp",
    ),
    Profile(
        "GitHub Copilot CLI, CIMD",
        "https://docs.github.com/en/copilot/how-tos/copilot-cli",
        "http://127.0.0.1:52113/callback",
        NATIVE
        | {
            "client_name": "GitHub Copilot CLI",
            "client_uri": "https://github.com/features/copilot/cli",
        },
        document="https://github.com/copilot/cli/client-metadata.json",
        mode="auto",
    ),
    Profile("VS Code", VSCODE_SOURCE, "http://127.0.0.1:33418/", VSCODE, path="/mcp"),
    # https://github.com/microsoft/vscode/issues/278512
    Profile("VS Code, its port is busy", VSCODE_SOURCE, "http://127.0.0.1:59656/", VSCODE),
    Profile(
        "VS Code, CIMD",
        VSCODE_SOURCE,
        "https://vscode.dev/redirect",
        PUBLIC
        | {
            "client_name": "Visual Studio Code",
            "client_uri": "https://code.visualstudio.com",
            "grant_types": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "redirect_uris": ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
            "application_type": "native",
        },
        document="https://vscode.dev/oauth/client-metadata.json",
    ),
    Profile("Cursor", CURSOR_PAGE, "http://localhost:8787/callback", CURSOR),
    Profile(
        "Cursor before 3",
        CURSOR_PAGE,
        CURSOR_LEGACY_CALLBACK,
        CURSOR | {"redirect_uris": [CURSOR_LEGACY_CALLBACK]},
        path="/mcp",
    ),
    Profile(
        "a client that asks for no scope",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization",
        "http://127.0.0.1:41234/callback",
        PUBLIC | {"client_name": "No scope", "redirect_uris": ["http://127.0.0.1/callback"]},
        asks_scope=False,
        mode="auto",
    ),
    Profile(
        # From before RFC 8707 became part of the protocol.
        "a client that names no resource",
        "https://modelcontextprotocol.io/specification/2025-03-26/basic/authorization",
        "http://127.0.0.1:41234/callback",
        PUBLIC | {"client_name": "No resource", "redirect_uris": ["http://127.0.0.1/callback"]},
        sends_resource=False,
        mode="auto",
    ),
]

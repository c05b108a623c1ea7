"""Clients that run in their makers' clouds. They take no token: their user signs in."""

from urllib.parse import urlencode

from django.utils.translation import gettext_noop as _

from mcp_server.pages import client_configs  # noqa: F401 - whose clients come first
from mcp_server.pages.client_registry import client, server_name


def claude_link(url: str, _token: str | None) -> str:
    """See https://claude.com/docs/connectors/building/directory-vs-custom."""
    values = {"modal": "add-custom-connector", "connectorName": server_name(), "connectorUrl": url}
    return f"https://claude.ai/customize/connectors?{urlencode(values)}"


@client(
    "claude",
    "Claude",
    _("Add a custom connector with this address (Customize, Connectors), and sign in. It takes no token."),
    link=claude_link,
    takes="sign in",
    runs="cloud",
)
def claude(url: str, _token: str | None) -> str:
    """Return the address. Web, desktop and phone share their connectors."""
    return url


@client(
    "chatgpt",
    "ChatGPT",
    _(
        "Switch developer mode on (Settings, Connectors, Advanced), create a connector with this address, and"
        " sign in. It takes no token."
    ),
    takes="sign in",
    runs="cloud",
)
def chatgpt(url: str, _token: str | None) -> str:
    """See https://developers.openai.com/apps-sdk/deploy/connect-chatgpt."""
    return url

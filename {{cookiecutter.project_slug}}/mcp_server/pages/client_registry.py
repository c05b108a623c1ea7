"""AI clients as the pages and `manage.py mcp_config` see them: the class Client, and the registry CLIENTS.

The clients themselves are in `client_configs.py`, and with OAuth in `hosted_clients.py` too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_noop

from operations.proxies import is_this_machine

# Clients put this name before that of each tool, and most models accept 64 characters for both.
MAX_SERVER_NAME = 28
PLACEHOLDER = "YOUR_TOKEN"
# Used in a configuration before a token exists: nothing, if clients can ask their user to sign in.
NO_TOKEN = None if settings.MCP_CLIENTS_SIGN_IN else PLACEHOLDER
NOT_PUBLIC = gettext_noop(
    "It runs in its makers' cloud, and can reach only servers on the internet with https://."
    " This one is {url}."
)
NOT_HERE = gettext_noop(
    "It starts the server itself, so it must run on the same machine: manage.py mcp_config prints the"
    " command."
)
NO_SIGN_IN = gettext_noop("It cannot sign in: replace {placeholder} with one of your tokens.")

type Render = Callable[[str, str | None], str]


@dataclass(frozen=True, kw_only=True)
class Client:
    """An AI client. Calling it with the URL of the MCP server and a token returns the configuration.

    Without a token, the configuration is for a client that asks its user to sign in. Texts for people are
    marked for translation here, and translated when they are shown.

    Attributes:
        title: what people call it.
        where: a sentence that says where the configuration goes.
        render: returns the configuration.
        sign_in: replaces `where` if there is no token. {name} stands for the server's name.
        link: returns an address that installs the same configuration with one click.
        takes: "token" if it needs a token, "sign in" if its user must sign in, or "both".
        runs: on any "desk", in its makers' "cloud", or on the machine of the "server".
    """

    title: str
    where: str
    render: Render
    sign_in: str = ""
    link: Render | None = None
    takes: str = "both"
    runs: str = "desk"

    def __call__(self, url: str, token: str | None) -> str:
        if token is None and self.takes == "token":
            token = PLACEHOLDER
        return self.render(url, token)

    def sentence(self, token: str | None) -> str:
        """Return the sentence that says where the configuration goes, and what else to do."""
        if token is None and self.takes == "token":
            return f"{gettext(self.where)} {gettext(NO_SIGN_IN).format(placeholder=PLACEHOLDER)}"
        text = self.sign_in if token is None and self.sign_in else self.where
        return gettext(text).format(name=server_name())

    def obstacle(self, url: str) -> str:
        """Return why the client cannot work with the server at `url`, or "" if no reason is known."""
        if self.runs == "cloud" and not is_public(url):
            return gettext(NOT_PUBLIC).format(url=url)
        if self.runs == "server" and not is_this_machine(urlsplit(url).hostname or ""):
            return gettext(NOT_HERE)
        return ""


CLIENTS: dict[str, Client] = {}


def client(name: str, title: str, where: str, **more: object) -> Callable[[Render], Client]:
    """Add a client to CLIENTS, with the decorated function as `render`.

    Args:
        name: the name for `mcp_config --client`.
        title: see `Client`, as for all others.
        where: see `Client`.
        **more: further attributes of `Client`.
    """

    def register(render: Render) -> Client:
        CLIENTS[name] = Client(title=title, where=where, render=render, **more)  # type: ignore[arg-type]
        return CLIENTS[name]

    return register


def server_name() -> str:
    """Return the name of this server for clients: that of the project, short, without spaces and accents."""
    name = slugify(settings.PROJECT_NAME)
    if len(name) > MAX_SERVER_NAME:
        name = name[: MAX_SERVER_NAME + 1].rpartition("-")[0] or name[:MAX_SERVER_NAME]
    return name.strip("-_") or "mcp-server"


def is_public(url: str) -> bool:
    """Whether `url` looks as if it can be reached from the internet."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_outside = ip_address(host).is_global
    except ValueError:
        is_outside = "." in host and not host.endswith((".local", ".localhost", ".internal", ".lan", ".test"))
    return parts.scheme == "https" and is_outside

"""What a client is, to the pages and to `manage.py mcp_config`.

The clients are in `client_configs.py`, and with OAuth in `hosted_clients.py` too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_noop

from operations.proxies import is_this_machine

# Clients put this before the name of each tool, and most models take 64 characters.
MAX_SERVER_NAME = 28
PLACEHOLDER = "YOUR_TOKEN"
# What is put in where no token was made yet: nothing, where clients ask their user to sign in.
NO_TOKEN = None if settings.MCP_CLIENTS_SIGN_IN else PLACEHOLDER
NOT_PUBLIC = gettext_noop(
    "It runs in its makers' cloud, and reaches only servers on the internet at https://. This one is {url}."
)
NOT_HERE = gettext_noop(
    "It starts the server itself, so it has to be on the same machine: manage.py mcp_config has the command."
)
NO_SIGN_IN = gettext_noop("It cannot sign in: replace {placeholder} by one of your tokens.")

type Render = Callable[[str, str | None], str]


@dataclass(frozen=True, kw_only=True)
class Client:
    """An AI client. Called with the URL of the MCP server and a token, it returns the configuration.

    Without a token it is that of a client that signs its user in.

    Texts for people are marked for translation, and translated when they are shown.

    Attributes:
        title: how people call it.
        where: a sentence that says where the text goes.
        sign_in: that sentence where there is no token, if it is another. {name} is the server's name.
        link: what makes an address that installs the same with one click.
        takes: whether it comes with a "token", lets its user "sign in", or can do "both".
        runs: on any "desk", in its makers' "cloud", or where the "server" is.
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
        """Say where the text goes, and what is left to do."""
        if token is None and self.takes == "token":
            return f"{gettext(self.where)} {gettext(NO_SIGN_IN).format(placeholder=PLACEHOLDER)}"
        text = self.sign_in if token is None and self.sign_in else self.where
        return gettext(text).format(name=server_name())

    def obstacle(self, url: str) -> str:
        """Say why it cannot work with the server at `url`, as far as a page knows; "" if it can."""
        if self.runs == "cloud" and not is_public(url):
            return gettext(NOT_PUBLIC).format(url=url)
        if self.runs == "server" and not is_this_machine(urlsplit(url).hostname or ""):
            return gettext(NOT_HERE)
        return ""


CLIENTS: dict[str, Client] = {}


def client(name: str, title: str, where: str, **more: object) -> Callable[[Render], Client]:
    """Enter the decorated function in CLIENTS, under what `mcp_config --client` calls it."""

    def register(render: Render) -> Client:
        CLIENTS[name] = Client(title=title, where=where, render=render, **more)  # type: ignore[arg-type]
        return CLIENTS[name]

    return register


def server_name() -> str:
    """Return what clients call this server: the project's name without blanks and accents, not too long."""
    name = slugify(settings.PROJECT_NAME)
    if len(name) > MAX_SERVER_NAME:
        name = name[: MAX_SERVER_NAME + 1].rpartition("-")[0] or name[:MAX_SERVER_NAME]
    return name.strip("-_") or "mcp-server"


def is_public(url: str) -> bool:
    """Whether `url` may be reached from the internet, as far as one can see."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_outside = ip_address(host).is_global
    except ValueError:
        is_outside = "." in host and not host.endswith((".local", ".localhost", ".internal", ".lan", ".test"))
    return parts.scheme == "https" and is_outside

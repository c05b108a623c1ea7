"""The credentials that give access, and how their owner or an administrator can end them."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from oauth.client import MCP_HEADERS, Client
from oauth.people import Person
from oauth.profiles import PUBLIC, Profile
from testing.stack import Stack

SHELL = """
from datetime import timedelta
from django.contrib.auth.models import Permission
from django.utils import timezone
from accounts.models import User
from oauth2_provider.models import AccessToken
past = timezone.now() - timedelta(seconds=1)
user = User.objects.get(email={email!r})
permission = Permission.objects.get(codename="change_product")
"""


@dataclass
class Credential:
    """A bearer token of `owner`, whose e-mail address is `email`.

    Attributes:
        name: the name that its owner gave it.
        secrets: the token, and any other secrets that belong to it.
        expire: the code with which `administrator` makes it expire.
    """

    name: str
    secrets: list[str]
    owner: Person
    email: str
    site: Stack
    http: httpx2.Client
    expire: str

    @property
    def value(self) -> str:
        return self.secrets[0]

    def revoke(self) -> None:
        """Revoke the credential as its owner does, with a button."""
        assert self.owner.fill_in("/tokens/", to=ending(self.owner, self.name)).status_code == 302

    def administrator(self, change: str) -> None:
        """Run a line of Python that changes the database."""
        self.site.manage("shell", "--verbosity=0", "--command", SHELL.format(email=self.email) + change)

    @property
    def headers(self) -> dict[str, str]:
        return MCP_HEADERS | {"Authorization": f"Bearer {self.value}"}

    def request(self, method: str = "tools/list", path: str = "/mcp/", **params: object) -> httpx2.Response:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return self.http.post(self.site.url + path, json=body, headers=self.headers)

    def call_tool(self, name: str, **arguments: object) -> httpx2.Response:
        return self.request("tools/call", name=name, arguments=arguments)

    def tools(self) -> set[str]:
        return set(re.findall(r'"name":"(\w+)"', self.request().text))


def ending(owner: Person, name: str) -> str:
    """Return the address of the button that revokes a token or disconnects an app."""
    page = owner.http.get("/tokens/").text
    forms = re.findall(r'aria-label="\w+ ([^"]+)"(?:(?!aria-label=).)*?action="([^"]+)"', page, re.DOTALL)
    addresses: dict[str, str] = dict(forms)
    return addresses[name]


def personal_token(owner: Person, email: str, site: Stack, http: httpx2.Client) -> Credential:
    name = f"Attacked {secrets.token_hex(4)}"
    expire = f"user.mcp_tokens.filter(name={name!r}).update(expires_at=past)"
    return Credential(name, [owner.make_token(name)], owner, email, site, http, expire)


def app_named(name: str) -> Profile:
    callback = "https://client.example/callback"
    return Profile(name, "", callback, PUBLIC | {"client_name": name, "redirect_uris": [callback]})


def access_token(owner: Person, email: str, site: Stack, http: httpx2.Client) -> Credential:
    """Return an access token of an app that the user has allowed."""
    name = f"Attacked {secrets.token_hex(4)}"
    app = Client(app_named(name), site.url, http)
    app.discover()
    app.identify()
    assert app.redeem(app.code(owner.allow(app.authorization_url()))).status_code == 200
    expire = f"AccessToken.objects.filter(application__name={name!r}).update(expires=past)"
    values = [app.tokens["access_token"], app.tokens["refresh_token"]]
    return Credential(name, values, owner, email, site, http, expire)


KINDS: dict[str, Callable[[Person, str, Stack, httpx2.Client], Credential]] = {
    "personal token": personal_token,
    "token of an app": access_token,
}

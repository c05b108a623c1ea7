"""The credentials that let a caller in, and what their owner or an administrator does to them."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from oauth.client import MCP_HEADERS
from oauth.people import Person
from stack.processes import Stack

SHELL = """
from datetime import timedelta
from django.contrib.auth.models import Permission
from django.utils import timezone
from accounts.models import User
from mcp_server.models import MCPToken
past = timezone.now() - timedelta(seconds=1)
user = User.objects.get(email={email!r})
permission = Permission.objects.get(codename="change_product")
"""


@dataclass
class Credential:
    """A bearer token of `owner`, whose e-mail address is `email`, and what they call it."""

    name: str
    value: str
    owner: Person
    email: str
    site: Stack
    http: httpx2.Client
    revoke: Callable[[], object]
    expire: str  # for `administrator`

    def administrator(self, change: str) -> None:
        """Run a line of Python on the database."""
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


def revoke_address(owner: Person, name: str) -> str:
    """Where the button leads that revokes this personal token."""
    card = owner.http.get("/tokens/").text.partition(f"<h2>{name}</h2>")[2]
    addresses: list[str] = re.findall(r'action="(/tokens/\d+/revoke/)"', card)
    return addresses[0]


def personal_token(owner: Person, email: str, site: Stack, http: httpx2.Client) -> Credential:
    name = f"Attacked {secrets.token_hex(4)}"
    value = owner.make_token(name)

    def revoke() -> None:
        assert owner.fill_in("/tokens/", to=revoke_address(owner, name)).status_code == 302

    expire = f"user.mcp_tokens.filter(name={name!r}).update(expires_at=past)"
    return Credential(name, value, owner, email, site, http, revoke, expire)

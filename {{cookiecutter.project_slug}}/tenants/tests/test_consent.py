"""An app acts only for the tenant that the consent page named, or that the user chose there."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from oauth2_provider.models import AccessToken

from accounts.models import User
from mcp_server.models import MCPToken
from mcp_server.tests.fixtures import ServeMCP
from oauth.models import Connection
from oauth.tests.flow import authorize_url, exchange, refresh, register
from oauth.tests.on_server import HEADERS
from tenants.forms import EVERY
from tenants.migrations_help import limit_credentials
from tenants.models import Membership, Tenant

pytestmark = pytest.mark.django_db(transaction=True)

BASE = settings.PUBLIC_BASE_URL


@pytest.fixture
def other(transactional_db: None) -> Tenant:
    """A tenant without members."""
    return Tenant.objects.create(name="Globex", slug="globex")


@dataclass
class App:
    """A registered app, and the browser of its user."""

    browser: Client
    client_id: str
    serve_mcp: ServeMCP

    def page(self, **parameters: Any) -> str:
        """Return the part of the page that names the tenants."""
        html = self.browser.get(authorize_url(self.client_id, **parameters)).content.decode()
        return unescape(html[html.index('<select name="tenant"') : html.index("</select>")])

    def allow(self, tenant: object = None, **parameters: Any) -> Any:
        """Send the form of the page. None leaves out the tenant."""
        form = {"allow": "1", "limit": "all"} | ({} if tenant is None else {"tenant": str(tenant)})
        return self.browser.post(authorize_url(self.client_id, **parameters), form)

    def code(self, tenant: object = None, **parameters: Any) -> str:
        """Consent, and return the code."""
        answer = self.allow(tenant, **parameters)
        assert answer.status_code == 302, answer.content.decode()
        code: str = dict(parse_qsl(urlsplit(answer["Location"]).query))["code"]
        return code

    def exchange(self, code: str, resource: str | None = None) -> Any:
        """Exchange a code for tokens, and return the answer."""
        return exchange(self.browser, self.client_id, code, resource=resource).json()

    def refresh(self, tokens: dict[str, str], **parameters: str) -> Any:
        """Send a refresh token, and return the answer."""
        return refresh(self.browser, self.client_id, tokens["refresh_token"], **parameters).json()

    def who(self, token: str, *paths: str) -> list[str | int]:
        """Return the slug of the tenant of `token` at each path, or the status of a refusal."""

        async def ask() -> list[str | int]:
            call = {"name": "get_tenant_info", "arguments": {}}
            message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
            headers = HEADERS | {"Authorization": f"Bearer {token}"}
            async with self.serve_mcp() as server, server.http_client() as http:
                answers = [await http.post(f"/mcp/{path}", json=message, headers=headers) for path in paths]
            slugs = [re.findall(r'"slug": ?"(\w+)"', answer.text.replace("\\", "")) for answer in answers]
            return [
                found[0] if found else int(answer.status_code)
                for found, answer in zip(slugs, answers, strict=True)
            ]

        return async_to_sync(ask)()


@pytest.fixture
def app(signed_in: Client, serve_mcp: ServeMCP) -> App:
    return App(signed_in, register(signed_in)["client_id"], serve_mcp)


def join(user: User, tenant: Tenant) -> None:
    Membership.objects.create(user=user, tenant=tenant)


def leave(user: User, tenant: Tenant) -> None:
    Membership.objects.filter(user=user, tenant=tenant).delete()


ADDRESSES = ("", "t/demo/", "t/globex/")


def test_joining_and_leaving_neither_widen_nor_move_a_connection(
    app: App, user: User, tenant: Tenant, other: Tenant
) -> None:
    assert tenant.name in app.page()
    token = app.exchange(app.code())["access_token"]
    assert Connection.objects.get().tenant == tenant
    join(user, other)
    assert app.who(token, *ADDRESSES) == ["demo", "demo", 404]
    leave(user, tenant)
    assert app.who(token, *ADDRESSES) == [403, 404, 404]


@pytest.mark.parametrize("kind", ["app", "token"])
def test_all_are_those_of_that_time(app: App, user: User, tenant: Tenant, other: Tenant, kind: str) -> None:
    join(user, other)
    addresses = ("", "t/demo/", "t/globex/", "t/initech/")
    if kind == "app":
        resource = f"{BASE}/mcp/t/demo/"
        token = app.exchange(app.code("", resource=resource), resource)["access_token"]
        assert Connection.objects.get().all_tenants == [tenant.pk, other.pk]
        answers, without = ["demo", "demo", 404, 404], [404, 404, 404, 404]
    else:
        token = MCPToken.objects.create(user=user, name="all").token
        answers, without = [403, "demo", "globex", 404], [403, 404, 404, 404]
    join(user, Tenant.objects.create(name="Initech", slug="initech"))
    assert app.who(token, *addresses) == answers
    leave(user, tenant)
    leave(user, other)
    assert app.who(token, *addresses) == without


def test_the_token_of_a_member_of_none_is_for_none(app: App, user: User, tenant: Tenant) -> None:
    leave(user, tenant)
    token = MCPToken.objects.create(user=user, name="none")
    join(user, tenant)
    MCPToken.objects.get(pk=token.pk).save()  # as an administrator does who changes something else
    assert app.who(token.token, "", "t/demo/") == [403, 404]


def test_who_has_several_decides(app: App, user: User, tenant: Tenant, other: Tenant) -> None:
    join(user, other)
    assert "selected>Choose" in app.page()
    assert str(EVERY) not in app.page()  # each call of the app would be refused
    for answer in (None, "", "undecided", "x", "999"):
        assert app.allow(answer).status_code == 200
    assert not Connection.objects.exists()
    app.code(other.pk)
    assert f'value="{other.pk}" selected' in app.page()


def test_an_answer_to_a_page_that_named_another_tenant_is_refused(
    app: App, user: User, tenant: Tenant, other: Tenant
) -> None:
    """Catches a user who becomes a member of another tenant while the page is open."""
    leave(user, tenant)
    join(user, other)
    assert app.allow(tenant.pk).status_code == 200
    leave(user, other)
    assert "not a member of an active tenant" in app.allow().content.decode()
    assert not Connection.objects.exists()


@pytest.mark.parametrize("choice", ["named", "all", None])
@pytest.mark.parametrize("spelling", ["/mcp/t/globex/", "/mcp/t/globex", "/mcp/t/globex/sse/"])
def test_a_token_is_good_for_the_tenant_it_was_asked_for(
    app: App, user: User, other: Tenant, choice: str | None, spelling: str
) -> None:
    join(user, other)
    page = app.page(resource=BASE + spelling)
    assert f'value="{other.pk}" selected' in page
    assert "Demo" not in page
    chosen = {"named": other.pk, "all": "", None: None}[choice]
    tokens = app.exchange(app.code(chosen, resource=BASE + spelling))
    for _ in range(2):
        assert app.who(tokens["access_token"], *ADDRESSES) == ["globex", 404, "globex"]
        tokens = app.refresh(tokens)
    assert AccessToken.objects.get().resource == [f"{BASE}/mcp/t/globex/"]


@pytest.mark.parametrize("slug", ["globex", "none", "Demo"])
def test_the_address_of_others_is_refused_like_one_that_does_not_exist(
    app: App, other: Tenant, slug: str
) -> None:
    answer = app.browser.get(authorize_url(app.client_id, resource=f"{BASE}/mcp/t/{slug}/"))
    assert "error=invalid_target&error_description=There+is+no+such+address" in answer["Location"]


@pytest.mark.parametrize("path", ["/mcp/", "/mcp/t/globex/"])
def test_a_request_for_two_addresses_is_refused(app: App, user: User, other: Tenant, path: str) -> None:
    join(user, other)
    answer = app.allow("", resource=[f"{BASE}/mcp/t/demo/", BASE + path])
    assert "error=invalid_target" in answer["Location"]
    assert not Connection.objects.exists()


@pytest.mark.parametrize("asked", ["/mcp/", "/mcp/t/demo/", "/mcp/t/none/"])
def test_nothing_wider_is_issued_than_the_user_allowed(
    app: App, user: User, other: Tenant, asked: str
) -> None:
    join(user, other)
    code = app.code("", resource=f"{BASE}/mcp/t/globex/")
    assert app.exchange(code, BASE + asked)["error"] == "invalid_target"
    assert app.refresh(app.exchange(code), resource=BASE + asked)["error"] == "invalid_target"


def test_a_token_can_be_asked_for_less_than_the_user_allowed(app: App, user: User, other: Tenant) -> None:
    join(user, other)
    tokens = app.refresh(app.exchange(app.code(other.pk)), resource=f"{BASE}/mcp/t/globex/")
    assert app.who(tokens["access_token"], "t/demo/", "t/globex/") == [404, "globex"]
    # A refresh token has the audience of its access token from then on.
    assert app.refresh(tokens, resource=f"{BASE}/mcp/")["error"] == "invalid_target"


def test_the_page_of_tokens_names_the_tenant(app: App, tenant: Tenant) -> None:
    app.code()
    assert f"<dd>{tenant.name}</dd>" in app.browser.get("/tokens/").content.decode()


def test_nobody_makes_a_token_that_is_for_none(app: App, user: User, tenant: Tenant) -> None:
    leave(user, tenant)
    answer = app.browser.post("/tokens/", {"name": "x", "lifetime": "30"})
    assert "not a member of an active tenant" in answer.content.decode()
    assert not user.mcp_tokens.exists()


@pytest.mark.parametrize(
    ("joined", "kept"), [(["before"], 1), (["before", "before"], 2), (["before", "after"], 1), (["after"], 0)]
)
def test_older_credentials_are_for_the_tenants_of_their_time(
    user: User, tenant: Tenant, joined: list[str], kept: int
) -> None:
    leave(user, tenant)
    token = MCPToken.objects.create(user=user, name="old")
    for number, when in enumerate(joined):
        each = Tenant.objects.create(name=str(number), slug=str(number))
        join(user, each)
        if when == "before":
            Membership.objects.filter(tenant=each).update(created=token.created_at)
    MCPToken.objects.update(tenant=None, all_tenants=None)  # as in the time before it was stored
    limit_credentials("mcp_server", "MCPToken").code(apps, connection.schema_editor())  # type: ignore[attr-defined]
    assert len(MCPToken.objects.get().tenant_ids) == kept

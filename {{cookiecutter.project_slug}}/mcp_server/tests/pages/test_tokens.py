"""The page Tokens."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from mcp_server.auth import resolve_mcp_user
from mcp_server.models import TOKEN_PREFIX, MCPToken
from mcp_server.pages.client_configs import CLIENTS
from mcp_server.tests.fixtures import make_user
from mcp_server.tests.helpers import tool_info
from operations.users import User

HOME, TOKENS = reverse("mcp_server:home"), reverse("mcp_server:tokens")
FORM = {"name": "laptop", "lifetime": "90"}


@pytest.fixture
def other(db: None) -> User:
    return make_user("other@example.com")


@pytest.fixture
def client(client: Client, user: User) -> Client:
    """A browser in which `user` is signed in."""
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def two_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the pages one tool for everybody, and one for which `user` has no permission."""
    tools = [
        tool_info("look", "Look", "Look at everything.", read_only=True),
        tool_info("wipe", "Wipe", "Delete it.", permission="auth.delete_group", read_only=False),
    ]
    monkeypatch.setattr("mcp_server.pages.forms.registered_tools", lambda: tools)


def create_token(client: Client, **fields: object) -> tuple[Any, MCPToken]:
    """Send the form, and return the answer and the token in the database."""
    response = client.post(TOKENS, FORM | fields)
    return response, MCPToken.objects.get(name=fields.get("name", "laptop"))


def value_in(response: Any) -> str:
    value: str = response.context["token"].token
    return value


@pytest.mark.django_db
def test_home_shows_strangers_how_to_connect_and_no_tools(settings: Settings) -> None:
    response = Client().get(HOME)

    assertContains(response, settings.MCP_URL.removesuffix("/"))
    for configured in CLIENTS.values():
        assertContains(response, configured.title)
    assertNotContains(response, "Look at everything.")


def test_the_icon_is_where_browsers_and_clients_look_for_it() -> None:
    response = Client().get(f"{HOME}favicon.ico")

    assert response["Location"] == "/static/icon.svg"


def test_home_shows_users_the_tools_they_may_use(client: Client, admin: User) -> None:
    assertContains(client.get(HOME), "Look at everything.")
    assertNotContains(client.get(HOME), "Delete it.")

    client.force_login(admin)
    assertContains(client.get(HOME), "Delete it.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"), [("get", TOKENS), ("post", TOKENS), ("post", f"{TOKENS}1/revoke/")]
)
def test_strangers_are_asked_to_sign_in(method: str, path: str) -> None:
    response = getattr(Client(), method)(path)

    assertRedirects(response, f"{reverse('login')}?next={path}")


def test_created_token_works_and_is_shown_with_every_configuration(client: Client, user: User) -> None:
    response, token = create_token(client)

    value = value_in(response)
    assert resolve_mcp_user(value) == (user, token)
    shown = [text for client in response.context["clients"] for text in (client["text"], client["link"])]
    assertContains(response, value, count=1 + sum(value in text for text in shown))


def test_value_is_shown_once_and_kept_nowhere(client: Client) -> None:
    response, _ = create_token(client)
    value = value_in(response)

    assert "no-store" in response["Cache-Control"]
    assert value not in str(client.cookies)
    assert value not in str([session.get_decoded() for session in Session.objects.all()])
    for page in (HOME, TOKENS):
        assertNotContains(client.get(page), value)


def test_reload_makes_no_second_token(client: Client) -> None:
    create_token(client)

    response = client.post(TOKENS, FORM)

    assertContains(response, "A token named “laptop” is in use: choose another name or revoke it.")
    assert MCPToken.objects.count() == 1
    assertNotContains(response, "Copy it now")


def test_name_is_free_for_others_and_once_its_token_ended(client: Client, user: User, other: User) -> None:
    MCPToken.objects.create(user=other, name="laptop")
    MCPToken.objects.create(user=user, name="laptop").revoke()
    MCPToken.objects.create(user=user, name="laptop", expires_at=timezone.now())

    assertContains(client.post(TOKENS, FORM), "Copy it now")


@pytest.mark.parametrize(("lifetime", "days"), [("30", 30), ("365", 365), ("", None)])
def test_lifetime(client: Client, lifetime: str, days: int | None) -> None:
    _, token = create_token(client, lifetime=lifetime)

    if days is None:
        assert token.expires_at is None
    else:
        assert token.expires_at == pytest.approx(timezone.now() + timedelta(days), abs=timedelta(minutes=1))


def test_token_can_be_limited_to_tools(client: Client) -> None:
    _, token = create_token(client, allowed_tools=["look"])

    assert token.allowed_tools == ["look"]


@pytest.mark.parametrize("tool", ["wipe", "no_such_tool"])
def test_token_cannot_be_limited_to_tools_out_of_reach(client: Client, tool: str) -> None:
    response = client.post(TOKENS, FORM | {"allowed_tools": [tool]})

    assertContains(response, f"Select a valid choice. {tool} is not one of the available choices.")
    assert not MCPToken.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_token_needs_a_proper_name(client: Client, name: str) -> None:
    response = client.post(TOKENS, FORM | {"name": name})

    assertContains(response, 'aria-invalid="true"')
    assert not MCPToken.objects.exists()


def test_list_shows_own_tokens_masked(client: Client, user: User, other: User) -> None:
    token = MCPToken.objects.create(user=user, name="<b>mine</b>", allowed_tools=["look"])
    MCPToken.objects.create(user=other, name="theirs")

    response = client.get(TOKENS)

    assertContains(response, "&lt;b&gt;mine&lt;/b&gt;")
    assertContains(response, token.get_masked_token())
    assertNotContains(response, "theirs")
    assertNotContains(response, MCPToken.objects.get(pk=token.pk).token)  # the SHA-256
    assertNotContains(response, token.token.removeprefix(TOKEN_PREFIX))


def test_a_page_has_some_tokens_those_in_use_first(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp_server.pages.views.TOKENS_ON_A_PAGE", 2)
    for name in ("one", "two", "three"):
        MCPToken.objects.create(user=user, name=name, is_active=name != "three")

    first = client.get(TOKENS)
    assertContains(first, "?page=2")
    assert [token.name for token in first.context["tokens"]] == ["two", "one"]
    second = client.get(TOKENS, {"page": 2})
    assert [token.name for token in second.context["old_tokens"]] == ["three"]
    assertNotContains(second, "You have no token yet")
    assert client.get(TOKENS, {"page": "x"}).context["page"].number == 1


def test_revoke(client: Client, user: User) -> None:
    token = MCPToken.objects.create(user=user, name="laptop")

    response = client.post(reverse("mcp_server:revoke_token", args=[token.pk]), follow=True)

    assertContains(response, "The token “laptop” no longer works.")
    assertContains(response, "revoked")
    token.refresh_from_db()
    assert not token.is_active


def test_tokens_of_others_do_not_exist(client: Client, other: User) -> None:
    token = MCPToken.objects.create(user=other, name="theirs")

    assert client.post(reverse("mcp_server:revoke_token", args=[token.pk])).status_code == 404

    token.refresh_from_db()
    assert token.is_active


def test_revoking_needs_a_post_with_a_csrf_token(user: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    path = reverse("mcp_server:revoke_token", args=[MCPToken.objects.create(user=user, name="laptop").pk])

    assert browser.get(path).status_code == 405
    assert browser.post(path).status_code == 403
    assert MCPToken.objects.get().is_active
